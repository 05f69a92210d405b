"""Start a run, change its rate, stop it; correct a dose."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError

from grading.agents import agent_named
from grading.rules.signs.runs import one_name, with_ends
from patients.door.allowed import check_act, check_entry
from patients.door.entries import enter_locked
from patients.door.locks import as_stored, lock
from patients.door.refusals import AlreadyRunning, AlreadyStopped
from patients.door.replays import stored_rows
from patients.door.run_ends import RunEnd, newest_rate, not_before_start, rate_before
from patients.models import Course, Dose, GradeChange, User
from patients.regrading.record import record_of
from patients.rights import STOP
from patients.write_queue import in_turn

EARLIER_RATE = "earlier rate"
"""The uid of the correction of the rate before is made of that of the correction and this name."""


@in_turn()
def start_run(
    course: Course, run: Dose, *, by: User, beside: Collection[UUID] = ()
) -> list[GradeChange]:
    """Enter the start of a run.

    Where the same drug runs already it is refused, unless `beside` names every such run: it then
    runs from a second pump. Sent twice, it is answered twice.
    """
    locked = lock(course)
    check_entry(locked, [run], by=by)
    if not stored_rows([run]):
        for running in runs_of(locked, run.agent):
            if running.uid not in beside:
                raise AlreadyRunning(running, attempted=run)
    return enter_locked(locked, [run], by=by, even_closed=False)


def runs_of(course: Course, agent: str) -> list[Dose]:
    """The runs of this drug, in any spelling, that have no end yet, the newest last."""
    wanted = one_name(agent_named(agent) or agent)
    open_ones = {
        dose.uid
        for dose in with_ends(record_of(course).doses)
        if dose.is_run() and dose.ended is None and one_name(dose.agent) == wanted
    }
    runs = Dose.objects.filter(course=course, uid__in=open_ones)
    return list(runs.order_by("given_at", "recorded_at"))


@in_turn()
def change_rate(run: Dose, new: Dose, *, by: User) -> list[GradeChange]:
    """End `run` and start its drug at the rate of `new`, both at the start of `new`, or neither.

    Sent twice, it is answered twice. It is refused where somebody ended the run meanwhile, or
    changed its rate.
    """
    course = lock(run.course)
    check_entry(course, [new], by=by, ends_runs=True)
    current = as_stored(run)
    new.agent = current.agent
    new.drug_class = "" if agent_named(current.agent) else current.drug_class
    new.given_at = not_before_start(new.given_at, current)
    if current.ended_at is not None and not stored_rows([new]):
        raise AlreadyStopped(current, newest_rate(current), attempted=new)
    end = RunEnd(run, new.given_at)
    return enter_locked(course, [new], by=by, even_closed=False, ends=[end])


@in_turn()
def stop(dose: Dose, *, at: datetime, by: User) -> list[GradeChange]:
    """Record the end of a run, once; sent twice, it is answered twice."""
    course = lock(dose.course)
    check_act(STOP, course, by=by)
    return enter_locked(course, [], by=by, even_closed=False, ends=[RunEnd(dose, at)])


@in_turn()
def correct_dose(row: Dose, *, seen_end: datetime | None, by: User) -> list[GradeChange]:
    """Enter a dose in place of the one that it replaces; sent twice, it is answered twice.

    `seen_end` is the end of that dose as the form showed it: an end that was recorded since is not
    lost. Where a change of rate began the run, the rate before ends where the run begins now.
    """
    course, old = lock(row.course), row.replaces
    check_entry(course, [row], by=by)
    rows = [row]
    if isinstance(old, Dose) and not stored_rows([row]):
        current = as_stored(old)
        if current.is_live():
            if current.ended_at != seen_end:
                raise AlreadyStopped(current, newest_rate(current), attempted=row)
            if row.ended_at == current.ended_at:
                _keep_who_ended(row, current)
            if (moved := moved_end(row, current)) is not None:
                rows.append(moved)
    return enter_locked(course, rows, by=by, even_closed=False)


def _keep_who_ended(row: Dose, old: Dose) -> None:
    row.end_recorded_at, row.end_recorded_by = old.end_recorded_at, old.end_recorded_by


def moved_end(row: Dose, old: Dose) -> Dose | None:
    """The correction of the rate before, which ends where `row` begins; None where it ends so."""
    before = rate_before(old)
    if before is None or row.agent != old.agent or row.given_at == old.given_at:
        return None
    if row.given_at < before.given_at:
        raise ValidationError({"given_at": "The rate before this one began later."})
    values = before.facts() | {"uid": uuid5(row.uid, EARLIER_RATE), "ended_at": row.given_at}
    for name in ("course", "replaces", "copied_from"):
        del values[name]
    moved = Dose(course=row.course, replaces=before, **values)
    _keep_who_ended(moved, before)
    return moved
