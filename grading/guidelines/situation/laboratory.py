"""Laboratory results at a moment: the newest of each analyte, its age, and whether it is used.

Takes   the record and the moment.
Gives   a `Reading` for each analyte, fresh or not; in words a newer result that cannot be used;
        ferritin with its course. A result that is too old is named and not used.
"""

from __future__ import annotations

from datetime import timedelta

from grading.decisions.step_choices import StepChoices
from grading.engine.checklists import lab_text
from grading.engine.labs import LabValue, labs_of
from grading.guidelines.situation.situation import FerritinCourse, Reading
from grading.laboratory.analytes import ANALYTES
from grading.local_rules import LocalRules
from grading.record import DAY, HOUR, Record
from grading.rules.signs.ferritin import ferritin_at
from grading.vocabulary import LabStatus

COUNTS = frozenset({"anc", "wbc", "platelets", "lymphocytes", "hemoglobin"})
CLOTTING = frozenset({"inr", "pt", "aptt", "fibrinogen", "d_dimer"})


def labs_now(
    record: Record, now: timedelta, choices: StepChoices
) -> tuple[dict[str, Reading], dict[str, str]]:
    """The newest usable result of each analyte; by analyte a newer one that cannot be used."""
    index = labs_of(record)
    newest = {
        analyte: reading_of(measured, record, now, choices)
        for analyte in index.by_analyte
        if (measured := index.latest(analyte, now)) is not None
    }
    not_used: dict[str, str] = {}
    for analyte in index.left_out:
        since = newest[analyte].at if analyte in newest else None
        later = index.not_used((analyte,), since, now)
        if later and (since is None or later[-1].elapsed > since):
            not_used[analyte] = later[-1].caution
    return newest, not_used


def reading_of(measured: LabValue, record: Record, now: timedelta, choices: StepChoices) -> Reading:
    """One result with its age at the moment."""
    analyte = measured.lab.analyte
    return Reading(
        analyte,
        measured.value,
        _in_words(measured) + _doubts(measured),
        measured.elapsed,
        measured.lab.uid,
        is_fresh=now - measured.elapsed <= fresh_for(analyte, choices),
        is_exact=measured.is_exact,
        day=record.day(measured.elapsed, since=record.latest_infusion(now)),
    )


def fresh_for(analyte: str, choices: StepChoices) -> timedelta:
    """How long a result of this analyte is used."""
    if analyte in COUNTS:
        return choices.counts_fresh_hours * HOUR
    if analyte in CLOTTING:
        return choices.clotting_fresh_hours * HOUR
    if analyte == "igg":
        return choices.igg_fresh_days * DAY
    return choices.other_results_fresh_hours * HOUR


def _in_words(measured: LabValue) -> str:
    """ANC 104/µL, platelets 45 × 10⁹/L, ferritin > 40,000 ng/mL."""
    analyte = ANALYTES[measured.lab.analyte]
    if measured.lab.analyte == "anc":
        sign = "" if measured.is_exact else f"{measured.comparator} "
        return f"{analyte.in_sentence} {sign}{measured.value * 1000:,.0f}/µL"
    unit = analyte.unit.replace("10*9/L", "× 10⁹/L").replace("uL", "µL").replace("ug", "mcg")
    named = f"{analyte.in_sentence} {lab_text(measured)}"
    return named if unit.startswith("{") else f"{named} {unit}"


def _doubts(measured: LabValue) -> str:
    """`, preliminary`, `, to be checked`; empty where there is neither."""
    is_preliminary = measured.lab.status == LabStatus.PRELIMINARY
    is_doubtful = len(measured.remarks) > is_preliminary
    words = (", preliminary" if is_preliminary else "", ", to be checked" if is_doubtful else "")
    return "".join(words)


def ferritin_course(
    record: Record, now: timedelta, local: LocalRules, choices: StepChoices
) -> FerritinCourse | None:
    """The newest ferritin since the infusion, against its limit, its baseline and the last one."""
    ferritin = ferritin_at(record, now, local)
    if ferritin is None:
        return None
    before = labs_of(record).latest_before("ferritin", ferritin.now.elapsed)
    rise = ferritin.rise
    return FerritinCourse(
        now=reading_of(ferritin.now, record, now, choices),
        before=None if before is None else reading_of(before, record, now, choices),
        times_limit=ferritin.times_limit,
        times_baseline=ferritin.times_baseline,
        doubling_hours=None if rise is None else rise.doubling_hours,
        falls=rise is not None and rise.ng_ml_per_hour < 0,
        was_high_before=ferritin.baseline_was_high,
    )
