"""Why somebody has to hear of a save: told from the standings before and after it, nothing stored.

Takes   one course as it was graded anew (`Regraded`).
Gives   the causes that this save brought about.
Source  local: docs/rounds.md.

A rise is one of the grade to act on of CRS or ICANS: a late entry that leaves the standing as it
is calls nobody, and the first grade counts as a rise from 0. A review calls when it begins. A
score calls once, by its own entry, where it is the newest one and 2 points or more worse than the
one before it, or for the first time 2 or more worse than the baseline. A vasopressor calls where
its run began after the last assessment of CRS, still runs, and is neither a new rate nor on the
last list. Worry calls by the newest assessment, and by an older one for twelve hours: no later
assessment says that anybody heard of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from grading.agents import DrugClass
from grading.engine.result import Result
from grading.entries.findings import Findings
from grading.kinds import ASSESSMENT, DOSE
from grading.record import Dose as RunOfRecord
from grading.record import Record
from grading.rules.signs.runs import last_list, list_word, one_name, start_without_gap, with_ends
from grading.rules.systems import PRIMARY
from grading.vocabulary import Worried
from patients.models import Assessment, ClinicalRow, Dose
from patients.models.standing import SystemStanding
from patients.regrading.board_row import ice_points
from patients.regrading.hooks import Regraded
from patients.regrading.record import findings_of
from patients.rounds.calls.entered import (
    entered_now,
    is_imported,
    replaced_row,
    was_escalated_then,
)
from patients.rounds.rules.causes import Cause, CauseKind
from patients.words import wording
from patients.words.grades import bounded, grade_in_words, reason_in_short

KEYS = {system.toxicity: key for key, system in PRIMARY.items()}
"""The key of the primary system of each toxicity."""

POINTS_WORSE = 2
"""A score calls from so many points on, inclusive; local."""

OF_VASOPRESSOR = 3
"""The grade for which a vasopressor calls, until the grade with it is entered."""

OLD = timedelta(hours=12)
"""What is older calls nobody: by an import, and a worry beside a newer assessment; local."""


def new_causes(regraded: Regraded) -> tuple[Cause, ...]:
    """What this save brought about, most urgent first."""
    rows = entered_now(regraded)
    if any(was_escalated_then(row) for row in rows):
        return ()
    causes = [
        *_rises_and_reviews(regraded),
        *_vasopressors(regraded),
        *_worse_scores(regraded),
        *_worries(regraded),
    ]
    if is_imported(regraded):
        causes = [cause for cause in causes if regraded.at - cause.since <= OLD]
    return tuple(causes)


def highest_grade(regraded: Regraded) -> int:
    """The higher grade to act on of CRS and ICANS; 0 where neither is graded."""
    grades = [regraded.after[key].grade_to_act_on for key in PRIMARY]
    return max((grade for grade in grades if grade is not None), default=0)


# Grades


class Holder(NamedTuple):
    """The assessment that holds a grade."""

    findings: Findings
    result: Result


def _rises_and_reviews(regraded: Regraded) -> Iterator[Cause]:
    for toxicity, key in KEYS.items():
        before, after = regraded.before.get(key, SystemStanding()), regraded.after[key]
        grade, was = after.grade_to_act_on, before.grade_to_act_on
        if grade is None:
            continue
        if after.in_review and not before.in_review:
            yield review_of(toxicity, regraded)
        elif grade > (0 if was is None else was):
            of_course = before.stands_at is None or before.stands_at >= regraded.course.infused_at
            yield rise_of(toxicity, grade, was if of_course else None, regraded)


def rise_of(toxicity: str, grade: int, was: int | None, regraded: Regraded) -> Cause:
    """The rise of the standing to this grade, which it has."""
    key = KEYS[toxicity]
    holder = _holder(key, regraded, grade)
    counted = " with every sign counted" if regraded.after[key].follows_all_counted else ""
    number = bounded(str(grade), at_least=holder.result.at_least and not counted)
    before = "" if was is None else f", was {was}"
    text = f"{PRIMARY[key].name} {number}{counted}{before}"
    reason = reason_in_short(holder.result)
    return Cause(
        key=f"{CauseKind.RISE}:{toxicity}:{grade}",
        kind=CauseKind.RISE,
        entry=holder.findings.uid,
        entry_kind=ASSESSMENT.key,
        text=f"{text}: {reason}" if reason else text,
        since=_moment(regraded, holder.findings.elapsed),
        grade=grade,
        toxicity=toxicity,
    )


def review_of(toxicity: str, regraded: Regraded) -> Cause:
    """The review that stands now."""
    key = KEYS[toxicity]
    grade = regraded.after[key].grade_to_act_on
    holder = _holder(key, regraded, None)
    reason = reason_in_short(holder.result)
    return Cause(
        key=f"{CauseKind.REVIEW}:{toxicity}",
        kind=CauseKind.REVIEW,
        entry=holder.findings.uid,
        entry_kind=ASSESSMENT.key,
        text=f"{PRIMARY[key].name} {grade_in_words(holder.result)}: {reason}",
        since=_moment(regraded, holder.findings.elapsed),
        grade=0 if grade is None else grade,
        toxicity=toxicity,
    )


def result_at(entry: str, toxicity: str, regraded: Regraded) -> Result | None:
    """The result of one assessment now; None where it does not count any more."""
    results = regraded.graded.grades[KEYS[toxicity]].results
    for findings, result in zip(regraded.graded.record.findings, results, strict=True):
        if findings.uid == entry:
            return result
    return None


def _holder(key: str, regraded: Regraded, grade: int | None) -> Holder:
    """The newest assessment with this grade to act on, or with a review where it is None."""
    record, results = regraded.graded.record, regraded.graded.grades[key].results
    for findings, result in zip(reversed(record.findings), reversed(results), strict=True):
        number = result.to_sort_by
        has_grade = grade is not None and number is not None and number >= grade
        if PRIMARY[key].has_part(findings) and (result.review if grade is None else has_grade):
            return Holder(findings, result)
    raise LookupError(f"no assessment holds grade {grade} of {key}")


# Vasopressors


def _vasopressors(regraded: Regraded) -> Iterator[Cause]:
    assessed_at = regraded.after[KEYS["crs"]].assessed_at
    for row in entered_now(regraded):
        run = open_vasopressor(str(row.uid), regraded) if isinstance(row, Dose) else None
        if run is None or _is_going_on(run, regraded.graded.record):
            continue
        is_later = assessed_at is None or _moment(regraded, run.elapsed) > assessed_at
        if is_later and not _replaces_a_vasopressor(row):
            yield vasopressor_started(run, regraded)


def vasopressor_started(run: RunOfRecord, regraded: Regraded) -> Cause:
    """The start of a vasopressor, whose grade nobody has entered yet."""
    rate = wording.amount(run.amount, run.unit)
    return Cause(
        key=f"{CauseKind.VASOPRESSOR}:{run.uid}",
        kind=CauseKind.VASOPRESSOR,
        entry=run.uid,
        entry_kind=DOSE.key,
        text=f"{wording.words(run.agent)} started: {rate}",
        since=_moment(regraded, run.elapsed),
        grade=max(OF_VASOPRESSOR, highest_grade(regraded)),
    )


def open_vasopressor(entry: str, regraded: Regraded) -> RunOfRecord | None:
    """The vasopressor that this entry started, where it still runs."""
    run = vasopressor_run(entry, regraded)
    return run if run is not None and run.ended is None else None


def vasopressor_run(entry: str, regraded: Regraded) -> RunOfRecord | None:
    """The vasopressor that this entry started, whether it runs or has ended."""
    for dose in with_ends(regraded.graded.record.doses):
        if dose.uid == entry and dose.drug_class == DrugClass.VASOPRESSOR:
            return dose if dose.is_run() else None
    return None


def _is_going_on(run: RunOfRecord, record: Record) -> bool:
    """Whether the drug ran before: by a run that this one continues, or by the last list."""
    doses, name = with_ends(record.doses), one_name(run.agent)
    if start_without_gap(run, doses) < run.elapsed:
        return True
    same = (dose for dose in doses if one_name(dose.agent) == name and dose.uid != run.uid)
    if any(dose.is_run() and dose.runs_at(run.elapsed) for dose in same):
        return True
    listed = last_list(record, run.elapsed)
    return listed is not None and list_word(run.agent) in (listed.vasopressors or ())


def _replaces_a_vasopressor(row: ClinicalRow) -> bool:
    """Whether the entry corrects one that called somebody already."""
    replaced = replaced_row(row)
    return isinstance(replaced, Dose) and replaced.drug_class == DrugClass.VASOPRESSOR


# Scores and worry


class Score(NamedTuple):
    """One ICE or CAPD; `worse` counts the points lost, from which the grade rises."""

    test: str
    points: int
    elapsed: timedelta
    entry: str

    def worse_than(self, points: int | None) -> int:
        """By how many points it is worse: a lower ICE, a higher CAPD."""
        if points is None:
            return 0
        return points - self.points if self.test == "ICE" else self.points - points


def _worse_scores(regraded: Regraded) -> Iterator[Cause]:
    newest = newest_worse_score(regraded)
    if newest is None:
        return
    row = next((row for row in entered_now(regraded) if str(row.uid) == newest.entry), None)
    if row is not None and not _was_as_bad(newest, row, regraded):
        yield score_fell(newest, regraded)


def newest_worse_score(regraded: Regraded) -> Score | None:
    """The newest score, where it is worse than the one before it, or now than the baseline."""
    record = regraded.graded.record
    scores = [score for findings in record.findings if (score := score_of(findings)) is not None]
    if not scores:
        return None
    newest = scores[-1]
    before = [score for score in scores[:-1] if score.test == newest.test][-1:]
    baseline = _baseline(newest, record)
    was_off = any(score.worse_than(baseline) >= POINTS_WORSE for score in before)
    fell = any(newest.worse_than(score.points) >= POINTS_WORSE for score in before)
    is_off = newest.worse_than(baseline) >= POINTS_WORSE
    return newest if fell or (is_off and not was_off) else None


def score_fell(score: Score, regraded: Regraded) -> Cause:
    """A score that is worse, with what it was before."""
    record = regraded.graded.record
    at = _moment(regraded, score.elapsed)
    scores = [each for findings in record.findings if (each := score_of(findings)) is not None]
    before = [each.points for each in scores if each.test == score.test][-2:-1]
    baseline = _baseline(score, record)
    beside = [f"was {points}" for points in before]
    beside += [] if baseline is None else [f"baseline {baseline}"]
    return Cause(
        key=f"{CauseKind.SCORE_FALL}:{score.entry}",
        kind=CauseKind.SCORE_FALL,
        entry=score.entry,
        entry_kind=ASSESSMENT.key,
        text=wording.listed([f"{score.test} {score.points}", *beside]),
        since=at,
        grade=highest_grade(regraded),
    )


def score_of(findings: Findings) -> Score | None:
    """The ICE of an assessment, else its CAPD; None where neither is whole."""
    ice = ice_points(findings)
    if ice is not None:
        return Score("ICE", ice, findings.elapsed, findings.uid)
    if findings.capd_total is not None:
        return Score("CAPD", findings.capd_total, findings.elapsed, findings.uid)
    return None


def _baseline(score: Score, record: Record) -> int | None:
    baseline = record.baseline
    return baseline.ice_total if score.test == "ICE" else baseline.capd_total


def _was_as_bad(score: Score, row: ClinicalRow, regraded: Regraded) -> bool:
    """Whether the entry corrects one whose score was as bad, so that somebody was called."""
    replaced = replaced_row(row)
    if not isinstance(replaced, Assessment):
        return False
    before = score_of(findings_of(replaced, regraded.course.infused_at))
    return before is not None and before.test == score.test and score.worse_than(before.points) <= 0


def _worries(regraded: Regraded) -> Iterator[Cause]:
    findings = regraded.graded.record.findings
    for row in entered_now(regraded):
        is_newest = bool(findings) and findings[-1].uid == str(row.uid)
        is_of_now = is_newest or regraded.at - row.at <= OLD
        if is_of_now and is_worried(row) and not is_worried(replaced_row(row)):
            yield worry_of(row, regraded)


def is_worried(row: ClinicalRow | None) -> bool:
    """Whether the entry says that whoever made it, or the family, is worried."""
    return isinstance(row, Assessment) and row.worried is not None


def worry_of(row: ClinicalRow, regraded: Regraded) -> Cause:
    is_family = isinstance(row, Assessment) and row.worried == Worried.FAMILY
    return Cause(
        key=f"{CauseKind.WORRIED}:{row.uid}",
        kind=CauseKind.WORRIED,
        entry=str(row.uid),
        entry_kind=ASSESSMENT.key,
        text=f"{'the family' if is_family else row.recorded_by} is worried",
        since=row.at,
        grade=highest_grade(regraded),
    )


def _moment(regraded: Regraded, elapsed: timedelta) -> datetime:
    return regraded.course.infused_at + elapsed
