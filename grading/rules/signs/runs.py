"""What runs at one moment by the dose record, and by the last list of vasopressors beside it.

Takes   the doses of a course in order of start, and its assessments.
Gives   the doses with the ends that later rates of 0 say; the vasopressors and inotropes that run
        at a moment, each with its rate.
Source  that the list and the runs are joined, and that a rate of 0 ends a run, are local rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from grading.agents import AGENTS, CONTINUOUS, DrugClass, drug_key
from grading.record import Dose, Findings, Record
from grading.vocabulary import RATE_LIMITS, Vasopressor

Runs = Mapping[str, Dose]
"""By agent the open run that began first."""

NO_RUNS: Runs = {}

UNNAMED = frozenset({Vasopressor.OTHER, "vasopressor"})
"""The agents of a list, or of a run, that stand for a vasopressor whose name nobody recorded."""


def one_name(agent: str) -> str:
    """One name for all spellings of a drug; a drug that is not known here has its key."""
    return agent if agent in AGENTS else drug_key(agent) or agent


def with_ends(doses: Iterable[Dose]) -> tuple[Dose, ...]:
    """The doses; an open run ends where a later rate of 0 of the same drug says so."""
    doses = tuple(doses)
    if not any(dose.amount == 0 for dose in doses):
        return doses
    zeros = [(one_name(dose.agent), dose.elapsed) for dose in doses if dose.amount == 0]
    return tuple(_with_end(dose, zeros) for dose in doses)


def _with_end(dose: Dose, zeros: Iterable[tuple[str, timedelta]]) -> Dose:
    if dose.ended is not None or not dose.is_run():
        return dose
    name = one_name(dose.agent)
    later = [at for agent, at in zeros if agent == name and at > dose.elapsed]
    return replace(dose, ended=min(later)) if later else dose


def open_runs(doses: Iterable[Dose], elapsed: timedelta) -> Runs:
    """The vasopressors and inotropes that run at this moment by the doses, in order of start.

    A drug that is not known here is one drug in any spelling of its name: the first that runs.
    """
    running: dict[str, Dose] = {}
    for dose in with_ends(doses):
        if dose.drug_class in CONTINUOUS and dose.runs_at(elapsed):
            running.setdefault(one_name(dose.agent), dose)
    return {dose.agent: dose for dose in running.values()}


@dataclass(frozen=True, slots=True)
class Running:
    """A vasopressor or inotrope that runs, as far as anybody recorded.

    since   the start of its run, or the time of the list that names it
    started since when the drug runs without a gap, through every change of its rate
    amount  the latest rate in `unit`; None where nobody recorded it
    is_run  whether the dose record has it; else it stands on the list alone
    """

    agent: str
    drug_class: str
    since: timedelta
    amount: Decimal | None
    unit: str | None
    is_run: bool
    started: timedelta | None = None


def running_at(record: Record, elapsed: timedelta, leaving_out: str = "") -> tuple[Running, ...]:
    """The open runs at this moment, then what only the last list before it names.

    An agent of that list is over where a run of it ended since. `leaving_out` is the uid of an
    assessment whose list is not looked at.
    """
    doses = [dose for dose in with_ends(record.doses) if dose.drug_class in CONTINUOUS]
    runs = open_runs(doses, elapsed)
    running = [_of_run(run, doses, elapsed) for run in runs.values()]
    last = last_list(record, elapsed, leaving_out)
    if last is None or last.vasopressors is None:
        return tuple(running)
    over = {list_word(dose.agent) for dose in ended_between(doses, last.elapsed, elapsed)}
    off_the_list = {list_word(agent) for agent in runs} | over
    rates = last.vasopressor_rates or {}
    return (
        *running,
        *(
            _of_list(agent, last.elapsed, rates)
            for agent in last.vasopressors
            if agent not in off_the_list
        ),
    )


def _of_run(run: Dose, doses: Iterable[Dose], elapsed: timedelta) -> Running:
    """The run with the rate of the latest open one of its agent."""
    name = one_name(run.agent)
    latest = [dose for dose in doses if one_name(dose.agent) == name and dose.runs_at(elapsed)][-1]
    started = start_without_gap(run, doses)
    rate = latest.amount, latest.unit
    return Running(run.agent, run.drug_class, run.elapsed, *rate, is_run=True, started=started)


def start_without_gap(run: Dose, doses: Iterable[Dose]) -> timedelta:
    """Since when the drug of this run runs: a new rate ends one run and starts the next at once."""
    name, started = one_name(run.agent), run.elapsed
    of_drug = [dose for dose in doses if dose.is_run() and one_name(dose.agent) == name]
    for earlier in sorted(of_drug, key=lambda dose: dose.elapsed, reverse=True):
        if earlier.ended == started:
            started = min(started, earlier.elapsed)
    return started


def _of_list(agent: str, elapsed: timedelta, rates: Mapping[str, Decimal]) -> Running:
    """An agent of the list, with its rate where that was entered beside it."""
    drug_class = AGENTS.get(agent, DrugClass.VASOPRESSOR)
    if agent not in rates:
        return Running(agent, drug_class, elapsed, None, None, is_run=False)
    unit = RATE_LIMITS[agent].unit.replace("µg", "mcg")
    return Running(agent, drug_class, elapsed, rates[agent], unit, is_run=False)


def last_list(record: Record, elapsed: timedelta, leaving_out: str = "") -> Findings | None:
    """The latest assessment up to this moment in which the vasopressors were recorded."""
    for findings in reversed(record.findings):
        is_earlier = findings.elapsed <= elapsed and (
            not leaving_out or findings.uid != leaving_out
        )
        if is_earlier and findings.vasopressors is not None:
            return findings
    return None


def ended_between(doses: Iterable[Dose], since: timedelta, until: timedelta) -> list[Dose]:
    """The runs that ended from one moment up to another, both included."""
    return [
        dose
        for dose in doses
        if dose.drug_class in CONTINUOUS
        and dose.is_run()
        and dose.ended is not None
        and since <= dose.ended <= until
    ]


def list_word(agent: str) -> str:
    """The word by which a list of vasopressors names a drug; `other` where it has none."""
    return agent if agent in _ON_THE_LIST else Vasopressor.OTHER.value


_ON_THE_LIST = frozenset(word.value for word in Vasopressor)
