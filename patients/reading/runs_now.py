"""The runs that are open now, each with its rate and since when, and what can be started."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from grading.agents import CONTINUOUS, drug_key
from grading.event_kinds import EventKind
from grading.record import Dose, Record
from grading.vocabulary import Vasopressor
from patients.models import Course
from patients.words import wording


@dataclass(frozen=True, slots=True)
class RunNow:
    """One open run in words. `runs_since` is empty where the rate is that of the start."""

    uid: str
    agent: str
    drug: str
    rate: str
    since: str
    runs_since: str


def runs_now(record: Record, course: Course) -> list[RunNow]:
    """The open runs, those that hold the pressure first, then by the time of their start."""

    def time(elapsed: timedelta) -> str:
        return wording.short_date_and_time(course.infused_at + elapsed, course.zone)

    lines = []
    for run in sorted(open_ended(record.doses), key=_pressure_first):
        started = _start_of_drug(run, record.doses)
        rate = wording.amount(run.amount, run.unit, run.route)
        since = "" if started == run.elapsed else time(started)
        drug = wording.words(run.agent)
        lines.append(RunNow(run.uid, run.agent, drug, rate, time(run.elapsed), since))
    return lines


STARTED_FIRST = ("norepinephrine", "vasopressin")
"""The drugs with a button of their own; the other vasopressors and inotropes are folded away."""


@dataclass(frozen=True, slots=True)
class StartableDrug:
    """A drug that does not run now, by its name in the record and in words."""

    agent: str
    words: str


def startable_drugs(record: Record) -> tuple[list[StartableDrug], list[StartableDrug]]:
    """The vasopressors and inotropes that do not run now: those of the first buttons, the others.

    After a death nothing is started.
    """
    if any(event.kind == EventKind.DEATH for event in record.events):
        return [], []
    running = {run.agent for run in open_ended(record.doses)}
    named = [word.value for word in Vasopressor if word is not Vasopressor.OTHER]
    first, others = (
        [StartableDrug(agent, wording.words(agent)) for agent in agents if agent not in running]
        for agents in (STARTED_FIRST, [agent for agent in named if agent not in STARTED_FIRST])
    )
    return first, others


def open_ended(doses: Iterable[Dose]) -> list[Dose]:
    """The runs that have no end yet."""
    return [dose for dose in doses if dose.is_run() and dose.ended is None]


def open_runs_of_drug(record: Record, agent: str) -> list[Dose]:
    """The open runs of this drug."""
    return [run for run in open_ended(record.doses) if drug_key(run.agent) == drug_key(agent)]


def _pressure_first(run: Dose) -> tuple[bool, timedelta]:
    return run.drug_class not in CONTINUOUS, run.elapsed


def _start_of_drug(run: Dose, doses: Iterable[Dose]) -> timedelta:
    """Since when the drug runs without a gap: each change of rate ends one run, starts the next."""
    started = run.elapsed
    for earlier in sorted(doses, key=lambda dose: dose.elapsed, reverse=True):
        if earlier.agent == run.agent and earlier.ended == started and earlier.is_run():
            started = min(started, earlier.elapsed)
    return started
