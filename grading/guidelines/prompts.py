"""Prompts: what should be looked at or decided, with its basis. Never a grade, never an order.

Takes   the record, what the course-level systems say of it, and where time matters the moment
        as elapsed time since the first infusion; no clock is read here.
Gives   prompts with their source; `due` is when, elapsed, where there is such a moment.
Source  the review, sections on IEC-HS, late toxicities and cytopenias; HILL_2019 for IgG;
        BCMA_FOLLOW_UP for neurologic reviews.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from grading.engine.checklists import above, basis, hour, lab_text
from grading.engine.labs import LabValue, labs_of, unused_cautions
from grading.engine.result import Result
from grading.engine.sentences import trimmed, ward_word
from grading.event_kinds import EventKind
from grading.guidelines.after_death import is_dead
from grading.guidelines.products import is_bcma_product
from grading.guidelines.situation.course_results import iec_hs_since
from grading.local_rules import LocalRules
from grading.record import DAY, HOUR, INFUSION, Record
from grading.rules.reasons import ALL_SENTENCES
from grading.rules.signs.ferritin import ferritin_at
from grading.sources import (
    BCMA_FOLLOW_UP,
    FDA_CLASS_LABEL,
    HILL_2019,
    HINES_2023,
    LOCAL,
    REVIEW_2024,
    Source,
)

ANAKINRA_REASSESS = 48 * HOUR
ANAKINRA_PAUSE = 7 * DAY
"""After so long without a dose, the next is the first of another treatment."""
HEPATIC_OR_CLOTTING = ("iec_hs_transaminases", "iec_hs_fibrinogen")
IGG_MONTHS, NEUROLOGIC_MONTHS = (1, 2, 3), (1, 3, 6)
MONTH, FIFTEEN_YEARS = 30 * DAY, 5479 * DAY


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt. `at` is the time of its basis, `due` the time at which something is asked for.

    A quiet one stands in the panel, not beside the current step.
    """

    code: str
    text: str
    basis: str
    source: Source
    at: timedelta | None = None
    due: timedelta | None = None
    is_quiet: bool = False


def prompts(
    record: Record,
    of_course: Mapping[str, Result],
    as_of: timedelta,
    local: LocalRules,
) -> tuple[Prompt, ...]:
    """The prompts of this moment, the most urgent first; the calendar is `follow_up`.

    After a recorded death there are none.
    """
    if is_dead(record):
        return ()
    return (
        *hyperinflammation(record, of_course.get("iec_hs")),
        *anakinra_timer(record, of_course.get("iec_hs"), as_of, local),
        *igg(record, local),
    )


def hyperinflammation(record: Record, checklist: Result | None) -> tuple[Prompt, ...]:
    """IEC-HS to be considered; or, while the timing is open, ferritin with liver or fibrinogen.

    Nothing once a physician has recorded IEC-HS.
    """
    if checklist is None or any(event.kind == EventKind.IEC_HS for event in record.events):
        return ()
    values = checklist.values
    required = {item["code"]: item for item in values["required"]}
    ferritin, timing = required["iec_hs_ferritin"], required["iec_hs_timing"]
    grounds = "; ".join((basis(ferritin, ALL_SENTENCES), basis(timing, ALL_SENTENCES)))
    met = [item for item in values["features"] if item["met"]]
    features = ", ".join(ward_word(item["code"].removeprefix("iec_hs_")) for item in met)
    at = None if values["as_of_hour"] is None else float(values["as_of_hour"]) * HOUR
    if values["suspected"]:
        others = f"features seen: {features}" if features else "no other feature seen"
        return (
            Prompt(
                "iec_hs",
                "Consider IEC-HS: is it explained by CRS, infection, progression or another cause?",
                f"{grounds}; {others}",
                HINES_2023,
                at,
                is_quiet=not features and _was_high_and_falls(ferritin, values["rise"]),
            ),
        )
    if ferritin["met"] and any(item["code"] in HEPATIC_OR_CLOTTING for item in met):
        text = "Follow ferritin, liver and fibrinogen: the timing of IEC-HS is open"
        return (Prompt("hyperinflammation", text, f"{grounds}; {features}", HINES_2023, at),)
    return ()


def _was_high_and_falls(ferritin: Mapping[str, Any], rise: Mapping[str, Any] | None) -> bool:
    """Ferritin above its limit alone, as it was before the infusion, and falling."""
    falls = rise is not None and float(rise["ng_ml_per_hour"]) < 0
    return falls and ferritin["told"] == "iec_hs_ferritin_already"


def anakinra_timer(
    record: Record, checklist: Result | None, as_of: timedelta, local: LocalRules
) -> tuple[Prompt, ...]:
    """48 h after the first anakinra for IEC-HS: reassess; without improvement ruxolitinib is next.

    The ladder is that of IEC-HS: without a suspicion or a record of it there is no prompt, and
    anakinra that ended more than a day before was given for another reason. There is none after
    ruxolitinib or a death either, or when the last dose lies 7 days back.
    """
    iec_hs = iec_hs_since(record, checklist)
    if iec_hs is None or iec_hs > as_of or is_dead(record):
        return ()
    start = end = None
    for dose in record.doses:
        if dose.agent != "anakinra" or not INFUSION <= dose.elapsed <= as_of:
            continue
        ended = max(dose.elapsed, min(dose.ended or dose.elapsed, as_of))
        if ended < iec_hs - DAY:
            continue
        if start is None or end is None or dose.elapsed - end > ANAKINRA_PAUSE:
            start = dose.elapsed if dose.elapsed >= iec_hs - DAY else iec_hs
        end = ended if end is None else max(end, ended)
    if start is None or end is None or as_of - end > ANAKINRA_PAUSE:
        return ()
    if any(dose.agent == "ruxolitinib" and start <= dose.elapsed <= as_of for dose in record.doses):
        return ()
    due = start + ANAKINRA_REASSESS
    source = REVIEW_2024.at("'Grading and management of IEC-HS'")
    grounds = f"anakinra for IEC-HS since hour {trimmed(hour(start))}"
    then, now = ferritin_at(record, start, local), ferritin_at(record, as_of, local)
    if then is not None and now is not None and then.now.elapsed != now.now.elapsed:
        grounds += f"; ferritin {lab_text(then.now)}, then {lab_text(now.now)} ng/mL"
    if as_of < due:
        text = "Reassess 48 h after the first anakinra"
    else:
        text = (
            "48 h since the first anakinra: where nothing improved at the target dose with a "
            "steroid, the review offers ruxolitinib next"
        )
    return (Prompt("anakinra_48_h", text, grounds, source, start, due),)


def igg(record: Record, local: LocalRules) -> tuple[Prompt, ...]:
    """The latest IgG is 400 mg/dL or less. In myeloma it is confounded by M-protein."""
    labs = labs_of(record)
    results = labs.of("igg")
    later = labs.not_used(["igg"], results[-1].elapsed if results else None)
    if later:
        grounds = ["the level decides about replacement"]
        if results:
            grounds.append(f"the last that can be used is {lab_text(results[-1])} mg/dL")
        last = later[-1]
        text = "; ".join(unused_cautions(later))
        prompt = Prompt("igg_not_used", text, "; ".join(grounds), LOCAL, last.elapsed)
        return (prompt, *_low_igg(record, results, local))
    return _low_igg(record, results, local)


def _low_igg(record: Record, results: Sequence[LabValue], local: LocalRules) -> tuple[Prompt, ...]:
    if not results or above(local.igg_prompt_mg_dl)(results[-1]) is not False:
        return ()
    infected = any(event.kind == EventKind.INFECTION for event in record.events)
    if local.igg_prompt == "level_and_infection" and not infected:
        return ()
    now = results[-1]
    grounds = [f"IgG {lab_text(now)} mg/dL at hour {trimmed(hour(now.elapsed))}"]
    grounds.append("infection recorded" if infected else "no infection recorded")
    if is_myeloma(record):
        grounds.append("myeloma: M-protein confounds the total IgG")
    text = (
        f"IgG at or below {local.igg_prompt_mg_dl:f} mg/dL: consider replacement where infections "
        "are serious or recurrent, or the risk is high"
    )
    return (Prompt("igg", text, "; ".join(grounds), HILL_2019, now.elapsed),)


def is_myeloma(record: Record) -> bool:
    """Whether the patient has myeloma, by indication or by a product that is given for it alone."""
    return "myeloma" in (record.indication or "").lower() or is_bcma(record)


def is_bcma(record: Record) -> bool:
    return is_bcma_product(record.product)


def follow_up(record: Record) -> tuple[Prompt, ...]:
    """Late reviews after the infusion, in order of time; those without an end come last.

    A month is 30 days since the first infusion. After a recorded death nothing is due.
    """
    if is_dead(record):
        return ()
    calendar = [
        Prompt("follow_up_igg", "IgG", f"month {month}", HILL_2019, due=month * MONTH)
        for month in IGG_MONTHS
    ]
    if is_bcma(record):
        calendar += [
            Prompt(
                "follow_up_neurologic",
                "Full neurologic review, handwriting included",
                f"month {month}, BCMA product",
                BCMA_FOLLOW_UP,
                due=month * MONTH,
            )
            for month in NEUROLOGIC_MONTHS
        ]
    calendar.append(
        Prompt(
            "follow_up_15_years",
            "End of the 15 years over which post-marketing studies follow",
            "15 years",
            FDA_CLASS_LABEL,
            due=FIFTEEN_YEARS,
        )
    )
    calendar.sort(key=lambda prompt: prompt.due or FIFTEEN_YEARS)
    calendar.append(
        Prompt(
            "follow_up_second_malignancy",
            "Second malignancy: monitor; test a new T-cell neoplasm for the transgene and tell "
            "the manufacturer",
            "life-long",
            REVIEW_2024.at("'Secondary malignancies observed after CAR T cell therapy'", "SV"),
        )
    )
    return tuple(calendar)
