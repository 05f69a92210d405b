"""Start a run, change its rate, stop it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from grading.agents import agent_named
from grading.rules.signs.runs import one_name, with_ends
from patients.door.allowed import check_act, check_entry
from patients.door.entries import enter_locked
from patients.door.locks import as_stored, lock
from patients.door.refusals import AlreadyRunning, AlreadyStopped
from patients.door.replays import stored_rows
from patients.door.run_ends import RunEnd, newest_rate, not_before_start
from patients.models import Course, Dose, GradeChange, User
from patients.regrading.record import record_of
from patients.rights import STOP
from patients.write_queue import in_turn


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
