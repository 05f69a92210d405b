"""What a correction leaves of the causes of a call: they hold, another entry holds them, or none.

Takes   the causes of an open call, and the course as it was graded anew.
Gives   the causes that are withdrawn, and those that stand in their place.

Only an entry that was struck out or replaced takes its cause with it, and a correction that
lowered the grade of the entry. What a physician decides about a sign, and a grade that falls with
the next assessment, withdraws nothing: somebody was called, and says how it ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grading.engine.course.standing import grade_that_stands, grade_to_follow
from grading.rules.systems import PRIMARY
from patients.models import ClinicalRow, Course, Dose, Patient
from patients.regrading.hooks import Regraded
from patients.rounds.calls.causes import (
    KEYS,
    is_worried,
    newest_worse_score,
    result_at,
    review_of,
    rise_of,
    score_fell,
    vasopressor_run,
    vasopressor_started,
    worry_of,
)
from patients.rounds.calls.entered import entered_now, replaced_row
from patients.rounds.rules.causes import Cause, CauseKind


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The causes that no longer stand as they were, those in their place, and why."""

    keys: tuple[str, ...]
    instead: tuple[Cause, ...]
    why: str


def withdrawal(
    causes: tuple[Cause, ...], new: tuple[Cause, ...], regraded: Regraded
) -> Withdrawal | None:
    """What this save takes from an open call; None where it takes nothing.

    What the same save brought about is no withdrawal: a cause of the same key stands in the place
    of the one before, and a rise in the place of a lower one of its toxicity.
    """
    why = why_corrected(regraded)
    if why is None:
        return None
    left = {cause.key: _left_of(cause, regraded) for cause in causes}
    anew = {cause.key for cause in new}
    gone = [cause for cause in causes if left[cause.key] is not cause and cause.key not in anew]
    if not gone:
        return None
    risen = {cause.toxicity for cause in new if cause.kind is CauseKind.RISE}
    instead = [each for cause in gone if (each := left[cause.key]) and each.toxicity not in risen]
    by_key = {cause.key: cause for cause in instead if cause.key not in anew}
    return Withdrawal(tuple(cause.key for cause in gone), tuple(by_key.values()), why)


def why_corrected(regraded: Regraded) -> str | None:
    """What was corrected by this save, in words; None where it only adds."""
    for thing in regraded.entered:
        if isinstance(thing, ClinicalRow):
            if thing.struck_out_at is not None:
                return f"struck out: {thing.struck_out_reason}"
            if thing.is_correction and thing.recorded_at == regraded.at:
                return f"the {thing.entry_kind.noun} was corrected"
        elif isinstance(thing, Course | Patient):
            reason: str = getattr(thing, "_change_reason", "")
            return f"corrected: {reason}"
    return None


def _left_of(cause: Cause, regraded: Regraded) -> Cause | None:
    """The cause itself where it holds, the one in its place, or None."""
    match cause.kind:
        case CauseKind.RISE | CauseKind.REVIEW:
            return _left_of_grade(cause, regraded)
        case CauseKind.VASOPRESSOR:
            return _left_of_vasopressor(cause, regraded)
        case CauseKind.SCORE_FALL:
            return _left_of_score(cause, regraded)
    if _counts(cause, regraded):
        return cause
    row = _correction_of(cause, regraded)
    return worry_of(row, regraded) if row is not None and is_worried(row) else None


def _left_of_grade(cause: Cause, regraded: Regraded) -> Cause | None:
    """A rise holds while its entry has the grade, a review while its entry is in review.

    Else the entry that holds the same grade now, or a lower one that is a rise too, takes it over.
    """
    result = result_at(cause.entry, cause.toxicity, regraded)
    number = None if result is None else result.to_sort_by
    if result is not None and not _changed_now(cause, regraded):
        return cause
    after = regraded.after[KEYS[cause.toxicity]]
    grade = after.grade_to_act_on
    if cause.kind is CauseKind.REVIEW and grade is not None and after.in_review:
        return cause if result is not None and result.review else review_of("crs", regraded)
    if cause.kind is CauseKind.RISE and number is not None and number >= cause.grade:
        return cause
    if grade is None:
        return None
    was = _stood_before(cause, regraded)
    if cause.kind is CauseKind.RISE and grade >= cause.grade:
        return rise_of(cause.toxicity, cause.grade, was, regraded)
    is_rise = grade > (0 if was is None else was)
    return rise_of(cause.toxicity, grade, was, regraded) if is_rise else None


def _stood_before(cause: Cause, regraded: Regraded) -> int | None:
    """The grade to act on that stood before the time of the cause, by the entries that count."""
    system, grades = PRIMARY[KEYS[cause.toxicity]], regraded.graded.grades[KEYS[cause.toxicity]]
    at = cause.since - regraded.course.infused_at
    earlier = [
        result
        for findings, result in zip(regraded.graded.record.findings, grades.results, strict=True)
        if findings.elapsed < at and system.has_part(findings)
    ]
    return grade_to_follow(grade_that_stands(earlier).stands, earlier[-1]) if earlier else None


def _changed_now(cause: Cause, regraded: Regraded) -> bool:
    """Whether this save changed the grade of the entry."""
    key = KEYS[cause.toxicity]
    return any(
        change.system == key and str(change.assessment) == cause.entry
        for change in regraded.changes
    )


def _left_of_vasopressor(cause: Cause, regraded: Regraded) -> Cause | None:
    """The start holds while its entry counts; else its correction takes it over, ended or not."""
    if _counts(cause, regraded):
        return cause
    row = _correction_of(cause, regraded)
    run = vasopressor_run(str(row.uid), regraded) if isinstance(row, Dose) else None
    return None if run is None else vasopressor_started(run, regraded)


def _left_of_score(cause: Cause, regraded: Regraded) -> Cause | None:
    if _counts(cause, regraded):
        return cause
    newest = newest_worse_score(regraded)
    return None if newest is None else score_fell(newest, regraded)


def _counts(cause: Cause, regraded: Regraded) -> bool:
    """Whether the entry counts still: it is neither struck out nor replaced."""
    rows = regraded.graded.rows
    live: list[Any] = rows.doses if cause.kind is CauseKind.VASOPRESSOR else rows.assessments
    return any(row.entry.uid == cause.entry for row in live)


def _correction_of(cause: Cause, regraded: Regraded) -> ClinicalRow | None:
    """The entry of this save that replaces the one of the cause."""
    for row in entered_now(regraded):
        replaced = replaced_row(row)
        if replaced is not None and str(replaced.uid) == cause.entry:
            return row
    return None
