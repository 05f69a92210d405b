"""Enter what is decided on the chart: the cause of a sign, the final grade, a mark on a line."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from grading.vocabulary import Decision
from patients import clock
from patients.door.allowed import check_entry
from patients.door.entries import enter_locked
from patients.door.locks import lock
from patients.door.refusals import AlreadyDecided
from patients.door.replays import stored_rows
from patients.models import Adjudication, Assessment, Course, GradeChange, StepMark, User
from patients.write_queue import in_turn

Decided = Adjudication | Assessment
"""A decision, or an assessment whose attribution a physician entered: it decides as well."""


@in_turn()
def decide(row: Adjudication, *, after: UUID | None, by: User) -> list[GradeChange]:
    """Enter one decision; refused where another was taken since the page was opened.

    A final grade, which changes nothing, may also be entered on a closed course: it is often given
    once the patient has gone home. `after` is the decision that stood when the page was opened.
    The time of a decision is that of its arrival; sent again it is stored once, and answered as it
    was the first time.
    """
    locked = lock(row.course)
    check_entry(locked, [row], by=by)
    stored = stored_rows([row]).get(row.uid)
    if isinstance(stored, Adjudication):
        row.decided_at = stored.decided_at
    else:
        row.decided_at = clock.now()
        latest = latest_decision(locked, row.sign, row.toxicity)
        if latest is not None and latest.uid != after:
            raise AlreadyDecided(latest, is_own=latest.recorded_by_id == by.pk)
    is_final = row.decision == Decision.FINAL_GRADE
    return enter_locked(locked, [row], by=by, even_closed=is_final)


def latest_decision(course: Course, sign: str | None, toxicity: str | None) -> Decided | None:
    """What was entered last about this sign, or as the final grade of this toxicity."""
    decisions = Adjudication.objects.live().filter(course=course, sign=sign, toxicity=toxicity)
    rows: list[Decided] = list(decisions.select_related("recorded_by").order_by("-recorded_at")[:1])
    if sign is not None:
        entered = Assessment.objects.live().filter(
            course=course, attribution_confirmed=True, attribution__has_key=sign
        )
        rows += entered.select_related("recorded_by").order_by("-recorded_at")[:1]
    return max(rows, key=_recorded_at, default=None)


def _recorded_at(row: Decided) -> datetime:
    return row.recorded_at


@in_turn()
def mark(
    row: StepMark, *, deferred_for: timedelta | None, after: UUID | None, by: User
) -> list[GradeChange]:
    """Enter what was answered to a line; refused where another answer came since the page opened.

    `after` is the mark on this line that stood then. The time of a mark is that of its arrival;
    sent again it is stored once, and answered as it was the first time.
    """
    locked = lock(row.course)
    check_entry(locked, [row], by=by)
    stored = stored_rows([row]).get(row.uid)
    if isinstance(stored, StepMark):
        row.marked_at = stored.marked_at
    else:
        row.marked_at = clock.now()
        on_line = StepMark.objects.live().filter(course=locked, code=row.code)
        latest = on_line.select_related("recorded_by").order_by("-recorded_at").first()
        if latest is not None and latest.uid != after:
            raise AlreadyDecided(latest, is_own=latest.recorded_by_id == by.pk)
    if deferred_for is not None:
        row.until_at = row.marked_at + deferred_for
    return enter_locked(locked, [row], by=by, even_closed=False)
