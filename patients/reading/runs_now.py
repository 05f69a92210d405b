"""The runs that are open now, each with its rate and since when, and what can be started."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from grading.agents import CONTINUOUS
from grading.event_kinds import EventKind
from grading.record import Dose, Record
from grading.rules.signs.runs import UNNAMED, one_name, running_at, start_without_gap, with_ends
from grading.vocabulary import Vasopressor
from patients.models import Course
from patients.words import wording


@dataclass(frozen=True, slots=True)
class RunNow:
    """One drug that runs, in words.

    uid      that of the run in the dose record; empty where only the list of an assessment has it
    since    since when the rate is this one, or of when the list is
    started  since when the drug runs without a gap, where that is not the same
    """

    uid: str
    agent: str
    drug: str
    rate: str
    since: str
    started: str
    note: str


def runs_now(record: Record, course: Course, now: datetime) -> list[RunNow]:
    """The open runs, those that hold the pressure first, then what stands on the last list alone.

    After a death no list holds; a run that nobody ended can still be ended.
    """

    def line(dose: Dose, time: timedelta, started: timedelta) -> RunNow:
        since, before = (
            wording.short_date_and_time(course.infused_at + at, course.zone)
            for at in (time, started)
        )
        rate = wording.amount(dose.amount, dose.unit, dose.route)
        drug, started_before = wording.words(dose.agent), before if started < time else ""
        return RunNow(dose.uid, dose.agent, drug, rate, since, started_before, dose.note)

    lines = [
        line(run, run.elapsed, start_without_gap(run, record.doses))
        for run in sorted(open_ended(record.doses), key=_pressure_first)
    ]
    if _is_dead(record):
        return lines
    on_the_list = (
        Dose(each.since, each.agent, each.drug_class, each.amount, each.unit)
        for each in running_at(record, now - course.infused_at)
        if not each.is_run and each.agent not in UNNAMED
    )
    return [*lines, *(line(dose, dose.elapsed, dose.elapsed) for dose in on_the_list)]


STARTED_FIRST = ("norepinephrine", "vasopressin")
"""The drugs with a button of their own; the other vasopressors and inotropes are folded away."""


@dataclass(frozen=True, slots=True)
class StartableDrug:
    """A drug that does not run now, by its name in the record and in words."""

    agent: str
    words: str


def startable_drugs(
    record: Record, running: Iterable[RunNow]
) -> tuple[list[StartableDrug], list[StartableDrug]]:
    """The vasopressors and inotropes that do not run now: those of the first buttons, the others.

    After a death nothing is started.
    """
    if _is_dead(record):
        return [], []
    named = [word.value for word in Vasopressor if word not in (*STARTED_FIRST, *UNNAMED)]
    not_now = {run.agent for run in running}
    first, others = (
        [StartableDrug(agent, wording.words(agent)) for agent in agents if agent not in not_now]
        for agents in (STARTED_FIRST, named)
    )
    return first, others


def open_ended(doses: Iterable[Dose]) -> list[Dose]:
    """The runs that have no end yet."""
    return [dose for dose in with_ends(doses) if dose.is_run() and dose.ended is None]


def open_runs_of_drug(record: Record, agent: str) -> list[Dose]:
    """The open runs of this drug."""
    return [run for run in open_ended(record.doses) if one_name(run.agent) == one_name(agent)]


def _is_dead(record: Record) -> bool:
    return any(event.kind == EventKind.DEATH for event in record.events)


def _pressure_first(run: Dose) -> tuple[bool, timedelta]:
    return run.drug_class not in CONTINUOUS, run.elapsed
