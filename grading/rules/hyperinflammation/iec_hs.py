"""IEC-HS: hyperinflammation after CRS, as the checklist of the ASTCT panel.

Purpose   lists the required items that are met, the features present, and the missing items.
Inputs    ferritin with its limit and baseline (ng/mL), CRS by ASTCT 2019, the features.
Not for   a diagnosis: no count of features and no ferritin cut-off decides. `suspected` is a
          prompt. The grade is the one that a physician recorded with an event `iec_hs`.
Source    HINES_2023 as the review reproduces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from grading.engine.checklists import (
    ChecklistItem,
    Ternary,
    above,
    all_of,
    any_of,
    hour,
    item_to_json,
    lab_text,
    missing_of,
    reasons_of,
)
from grading.engine.course.recovery import Phase, Standing, ToxicityCourse
from grading.engine.labs import labs_of, unused_cautions, unused_reasons, value_cautions
from grading.engine.result import Met, Result, SystemGrades, to_json
from grading.engine.sentences import because
from grading.engine.system import CourseSystem
from grading.event_kinds import EventKind
from grading.local_rules import LocalRules
from grading.record import HOUR, INFUSION, Findings, Record
from grading.rules.hyperinflammation import iec_hs_features
from grading.rules.hyperinflammation.hlh_window import marrow_times
from grading.rules.hyperinflammation.iec_hs_features import features
from grading.rules.hyperinflammation.iec_hs_inputs import IecHsInputs
from grading.rules.hyperinflammation.results_not_used import set_apart
from grading.rules.signs.ferritin import Ferritin, ferritin_at
from grading.rules.signs.physician_grade import Recorded, recorded_grade
from grading.sources import HINES_2023, LOCAL, REVIEW_2024

KEY = "iec_hs"
OWN_ANALYTES = ("ferritin", "fibrinogen", "triglycerides")
"""Without any of these after the infusion, and without an event, there is nothing to say."""
FOLLOWED = (
    *OWN_ANALYTES,
    *("ast", "alt", "anc", "platelets", "ldh", "inr", "pt", "aptt", "bilirubin_direct"),
    "creatinine",
)
"""The latest of these is the moment the checklist speaks of."""

TABLE = (
    ("Part", "Item", "Code"),
    (
        "Required",
        "Ferritin > 2 × upper limit, or > 2 × baseline at infusion (a rapid rise is shown only)",
        "`iec_hs_ferritin`",
    ),
    (
        "Required",
        "Timing: CRS resolved or resolving, or worsening after initial improvement",
        "`iec_hs_timing`",
    ),
    (
        "Required",
        (
            "Attribution: not explained by CRS, infection, progression or another cause; a "
            "physician's statement"
        ),
        "`iec_hs_attribution`",
    ),
    *iec_hs_features.TABLE,
)
_RATIOS = "ferritin {ferritin} ng/mL: {times_limit} × the upper limit ({limit})"
SENTENCES = {
    **iec_hs_features.SENTENCES,
    "iec_hs_ferritin": _RATIOS + ", {times_baseline} × the baseline ({baseline})",
    "iec_hs_ferritin_no_baseline": _RATIOS + ", baseline not recorded",
    "iec_hs_ferritin_already": _RATIOS + ", {times_baseline} × the baseline ({baseline}): by upper "
    "limit only, already so at baseline",
    "iec_hs_timing_none_yet": "no CRS so far",
    "iec_hs_timing_window_over": "no CRS within the days in which it begins",
    "iec_hs_timing_active": "CRS {grade} at hour {hour}, its highest so far {peak}: active",
    "iec_hs_timing_unclear": "CRS at least {grade} at hour {hour}, its highest so far {peak}",
    "iec_hs_timing_resolving": "CRS {grade} at hour {hour}, below its highest {peak}: resolving",
    "iec_hs_timing_clear": "CRS 0 at hour {hour}, its highest was {peak}: resolved or resolving",
    "iec_hs_timing_worse_again": "CRS {grade} at hour {hour} after it had improved",
    "iec_hs_attribution": "recorded as IEC-HS by a physician at hour {hour}",
    "iec_hs_recorded": "grade recorded by a physician",
}
FOOTNOTES = (
    (
        (
            "The panel set no count of features and no ferritin cut-off; suspicion is a prompt, "
            "the decision is the physician's."
        ),
        REVIEW_2024.at("'IEC-HS: clinical manifestations, risk factors, and mechanisms'"),
    ),
    (
        (
            "Severe CRS with organ dysfunction is not IEC-HS: while CRS is active and not "
            "improving the timing is not met."
        ),
        REVIEW_2024.at("'IEC-HS: clinical manifestations, risk factors, and mechanisms'"),
    ),
    (
        (
            "The review names other coagulopathy, LDH, direct bilirubin and splenomegaly among the "
            "common features; the list above follows the memory of the original, where they are "
            "among the others. Nothing depends on it."
        ),
        HINES_2023,
    ),
    (
        (
            "Grades: 1 no intervention; 2 intervention; 3 severe, not immediately "
            "life-threatening; 4 life-threatening; 5 death due to IEC-HS. Given by a physician, "
            "the highest is shown."
        ),
        HINES_2023,
    ),
    (
        (
            "Timing is read from the CRS grades up to the latest laboratory result: met when CRS "
            "is below its highest grade, when it is 0 after it was positive, or when it rises "
            "again after 24 h of improvement (not above its earlier highest unless it was over "
            "before), and when none came within its window of 14 days. Not met while it is at its "
            "highest; not to be told before any CRS, without entries, or when the last is older "
            "than 24 h."
        ),
        LOCAL,
    ),
    (
        "Features usually cluster within about 72 h.",
        HINES_2023.at("from memory", "M"),
    ),
)
_TENTH = Decimal("0.1")
_MET = (Phase.RESOLVING, Phase.CLEAR, Phase.WORSE_AGAIN)


@dataclass(slots=True)
class _At:
    """The two required items that recorded data can answer, at one moment."""

    ferritin: ChecklistItem
    timing: ChecklistItem

    @property
    def suspected(self) -> Ternary:
        return all_of((self.ferritin.met, self.timing.met))


def compute(record: Record, graded: Mapping[str, SystemGrades], local: LocalRules) -> Result | None:
    """The checklist at the latest of its laboratory results; None where there are none."""
    labs = labs_of(record)
    recorded = recorded_grade(record, EventKind.IEC_HS)
    came = any(labs.between(name, INFUSION) for name in OWN_ANALYTES)
    came = came or bool(labs.not_used(OWN_ANALYTES, INFUSION))
    marrow = any(marrow_times(record, with_hemophagocytosis=answer) for answer in (True, False))
    if not came and not marrow and recorded is None:
        return None
    after = [values[-1].elapsed for name in FOLLOWED if (values := labs.between(name, INFUSION))]
    after += [result.elapsed for result in labs.not_used(FOLLOWED, INFUSION)]
    at = max(after, default=INFUSION)
    crs = ToxicityCourse(record, graded["crs_astct_2019"], Findings.has_crs_part, local)
    since = max(INFUSION, at - local.hyperinflammation_window_hours * HOUR)
    inputs = IecHsInputs(record, labs, graded["icans_astct_2019"], local, at, since)
    not_used = inputs.all_not_used(FOLLOWED)
    inputs.cautions += unused_cautions(not_used)
    latest = (inputs.latest(name) for name in FOLLOWED)
    inputs.cautions += value_cautions(each for each in latest if each is not None)
    now = _required(record, crs, at, since, local)
    ferritin = ferritin_at(record, at, local, since=since)
    if ferritin is not None and ferritin.limit.assumed:
        inputs.cautions.append(ferritin.limit.caution)
    required = [now.ferritin, now.timing, _attribution(recorded)]
    given = []
    if recorded is not None and recorded.grade is not None:
        given = [Met("iec_hs_recorded", recorded.grade, {"hour": recorded.hour})]
    listed = features(inputs)
    items = [*required, *listed]
    set_apart(items, inputs.not_used)
    return Result(
        grade=None if recorded is None else recorded.grade,
        because=(*given, *reasons_of(items), *unused_reasons(not_used)),
        missing=missing_of(items),
        cautions=tuple(dict.fromkeys(inputs.cautions)),
        values=to_json(
            {
                "suspected": now.suspected,
                "as_of_hour": hour(at) if after else None,
                "first_suspected_hour": _first_suspected(record, crs, local),
                "latest_grade": None if recorded is None else recorded.latest,
                "required": [item.facts() for item in required],
                "features": [item.facts() for item in listed],
                "rise": _rise(ferritin),
            }
        ),
    )


def to_document(result: Result, sentences: Mapping[str, str]) -> dict[str, Any]:
    """Its form in the grades document."""
    values = result.values
    return {
        "suspected": values["suspected"],
        "required": [item_to_json(item, sentences) for item in values["required"]],
        "features": [item_to_json(item, sentences) for item in values["features"]],
        "because": because(result, sentences),
        "grade": result.grade,
        "latest_grade": values["latest_grade"],
        "as_of_hour": values["as_of_hour"],
        "first_suspected_hour": values["first_suspected_hour"],
        "ferritin_rise": values["rise"],
        "missing": list(result.missing),
        "cautions": list(result.cautions),
    }


NOTHING = {
    "suspected": None,
    "required": [],
    "features": [],
    "because": [],
    "grade": None,
    "latest_grade": None,
    "as_of_hour": None,
    "first_suspected_hour": None,
    "ferritin_rise": None,
    "missing": list(OWN_ANALYTES),
    "cautions": [],
}
"""The form in the grades document where nothing particular to it was measured."""


def _required(
    record: Record, crs: ToxicityCourse, at: timedelta, since: timedelta, local: LocalRules
) -> _At:
    ferritin = _ferritin(ferritin_at(record, at, local, since=since))
    return _At(ferritin, _timing(record, crs.at(at), at, local))


def _first_suspected(record: Record, crs: ToxicityCourse, local: LocalRules) -> Any:
    """Hour of the first ferritin since the infusion at which both were met; None without one."""
    for measured in labs_of(record).between("ferritin", INFUSION):
        if _required(record, crs, measured.elapsed, INFUSION, local).suspected:
            return hour(measured.elapsed)
    return None


def _ferritin(ferritin: Ferritin | None) -> ChecklistItem:
    code = "iec_hs_ferritin"
    if ferritin is None:
        return ChecklistItem(code, None, missing=("ferritin",))
    by_limit = above(2 * ferritin.limit.value)(ferritin.now)
    by_baseline = None if ferritin.baseline is None else above(2 * ferritin.baseline)(ferritin.now)
    values: dict[str, Any] = {
        "ferritin": lab_text(ferritin.now),
        "times_limit": ferritin.times_limit,
        "limit": ferritin.limit.value,
    }
    met = any_of((by_limit, by_baseline))
    if ferritin.times_baseline is None:
        return ChecklistItem(code, met, f"{code}_no_baseline", values, ("ferritin_baseline",))
    values |= {"times_baseline": ferritin.times_baseline, "baseline": ferritin.baseline}
    only_limit = by_limit is True and by_baseline is False and ferritin.baseline_was_high
    return ChecklistItem(
        code, met, f"{code}_already" if only_limit else code, values, ("ferritin",)
    )


def _timing(
    record: Record, standing: Standing | None, at: timedelta, local: LocalRules
) -> ChecklistItem:
    code = "iec_hs_timing"
    if standing is None:
        return ChecklistItem(code, None, missing=("crs_grade",))
    values = {"grade": standing.grade, "peak": standing.peak, "hour": hour(standing.elapsed)}
    sentence_code = f"{code}_{standing.phase}"
    if standing.phase in _MET:
        return ChecklistItem(code, True, sentence_code, values)
    is_stale = at - standing.elapsed > local.resolution_hours * HOUR
    if standing.phase is Phase.NONE_YET:
        day = record.day(at, since=record.latest_infusion(at))
        if day > local.crs_onset_window_days and not is_stale:
            return ChecklistItem(code, True, f"{code}_window_over", values)
        return ChecklistItem(code, None, sentence_code, values)
    met = None if is_stale or standing.phase is Phase.UNCLEAR else False
    return ChecklistItem(code, met, sentence_code, values, ("crs_grade",))


def _attribution(recorded: Recorded | None) -> ChecklistItem:
    code = "iec_hs_attribution"
    if recorded is None:
        return ChecklistItem(code, None, missing=("physician_statement",))
    return ChecklistItem(code, True, code, {"hour": recorded.hour})


def _rise(ferritin: Ferritin | None) -> dict[str, Any] | None:
    """The rise of ferritin in ng/mL per hour and its doubling time in h, for display only."""
    if ferritin is None or ferritin.rise is None:
        return None
    doubling = ferritin.rise.doubling_hours
    return {
        "since_hour": hour(ferritin.rise.since),
        "ng_ml_per_hour": ferritin.rise.ng_ml_per_hour.quantize(_TENTH),
        "doubling_hours": None if doubling is None else doubling.quantize(_TENTH),
        "rapid": ferritin.rise.is_rapid,
    }


SYSTEM = CourseSystem(
    key=KEY,
    toxicity="iec_hs",
    name="IEC-HS",
    standard="ASTCT",
    year=2023,
    compute=compute,
    to_document=to_document,
    nothing=NOTHING,
    sentences=SENTENCES,
    table=TABLE,
    footnotes=FOOTNOTES,
    source=HINES_2023,
)
