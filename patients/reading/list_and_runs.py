"""The runs of the dose record beside the list of vasopressors of an entry: where they disagree."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from grading.agents import CONTINUOUS
from grading.record import Dose, Record
from grading.rules.signs.runs import UNNAMED, last_list, list_word, one_name, with_ends
from grading.vocabulary import Vasopressor

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DrugRun:
    """The runs of one drug that are open at a moment; the first that began, at the latest rate.

    ended       its end, where one after that moment is recorded
    may_be_end  whether an end at that moment can be recorded: none is, and it ran for a minute
    """

    agent: str
    started: timedelta
    amount: Decimal | None
    unit: str | None
    ended: timedelta | None
    may_be_end: bool


def open_drugs(doses: Sequence[Dose], elapsed: timedelta) -> list[DrugRun]:
    """The vasopressors and inotropes with an open run at this moment, in order of start."""
    by_drug: dict[str, list[Dose]] = {}
    for dose in with_ends(doses):
        if dose.drug_class in CONTINUOUS and dose.is_run() and dose.runs_at(elapsed):
            by_drug.setdefault(one_name(dose.agent), []).append(dose)
    return [_drug_run(runs, elapsed) for runs in by_drug.values()]


def _drug_run(runs: list[Dose], elapsed: timedelta) -> DrugRun:
    first, latest = runs[0], runs[-1]
    ends = [run.ended for run in runs if run.ended is not None]
    return DrugRun(
        agent=first.agent,
        started=first.elapsed,
        amount=latest.amount,
        unit=latest.unit,
        ended=max(ends) if len(ends) == len(runs) else None,
        may_be_end=not ends and latest.elapsed // MINUTE < elapsed // MINUTE,
    )


def ended_anew(doses: Sequence[Dose], agent: str, ended: timedelta) -> list[Dose]:
    """The runs of this drug without an end that began before this moment, with it as their end.

    One that began in the same minute ends where it began: a form knows no seconds.
    """
    return [
        replace(dose, ended=max(ended, dose.elapsed))
        for dose in doses
        if dose.drug_class in CONTINUOUS
        and one_name(dose.agent) == one_name(agent)
        and dose.is_run()
        and dose.ended is None
        and dose.elapsed // MINUTE <= ended // MINUTE
    ]


def left_out(
    doses: Sequence[Dose], listed: Collection[str] | None, elapsed: timedelta
) -> list[DrugRun]:
    """The drugs that run at this moment by the dose record and do not stand on the list."""
    on_it = listed or ()
    return [run for run in open_drugs(doses, elapsed) if list_word(run.agent) not in on_it]


def may_be_listed(
    agent: str, doses: Sequence[Dose], listed: Collection[str], at: timedelta
) -> bool:
    """Whether a run without a name may be one of the list: an agent there has no run of its own."""
    running = {run.agent for run in open_drugs(doses, at)}
    return agent in UNNAMED and any(each not in running for each in listed)


@dataclass(frozen=True, slots=True)
class WithoutRun:
    """An agent of the list that has no open run; `ended` is the end of its last one."""

    agent: str
    ended: timedelta | None


def without_run(
    record: Record, doses: Sequence[Dose], listed: Collection[str], at: timedelta, uid: str
) -> list[WithoutRun]:
    """The agents of the list without an open run, in a course whose runs are recorded at all.

    One is not named again that stood on the last list without a run, where none ended since; nor
    where a run without a name may be it. `uid` is that of an assessment that is corrected.
    """
    runs = [dose for dose in with_ends(doses) if dose.drug_class in CONTINUOUS and dose.is_run()]
    running = {run.agent for run in open_drugs(doses, at)}
    if not runs or running & UNNAMED:
        return []
    before = last_list(record, at, uid)
    missing = []
    for agent in listed:
        if agent in running or agent == Vasopressor.OTHER:
            continue
        ends = [dose.ended for dose in runs if dose.agent == agent and dose.ended is not None]
        ended = max((end for end in ends if end <= at), default=None)
        was_listed = before is not None and agent in (before.vasopressors or ())
        if was_listed and before is not None and (ended is None or ended < before.elapsed):
            continue
        missing.append(WithoutRun(agent, ended))
    return missing
