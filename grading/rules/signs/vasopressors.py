"""The vasopressors at one moment: those on the list together with the runs open at that moment.

Takes   one assessment and the doses of the course (runs have a start and, once stopped, an end).
Gives   the number of agents other than vasopressin (at least, at most), and whether any counts.
Source  ASTCT 2019 CRS table: vasopressin is not counted among "multiple"; only overlapping
        infusions count together. That the list and the runs are joined is a local rule.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from grading.agents import CONTINUOUS, INOTROPES, DrugClass
from grading.engine.reads import OfAssessment, WorkedOut
from grading.engine.sentences import ward_word
from grading.local_rules import LocalRules
from grading.record import Dose, Findings, Record, hours_of
from grading.rules.signs.attribution import counts
from grading.rules.signs.runs import NO_RUNS, UNNAMED, Runs, open_runs, with_ends
from grading.vocabulary import Sign, Vasopressor

UNBOUNDED = 99
"""An unknown number of agents: more than any patient gets."""

FROM_DOSES = "vasopressors: derived from the doses running"
LEFT_OUT = "{agent} runs by the dose record since {start}: confirm or end it"
WITHOUT_RUN = "{agent} is on the list and has no open run in the dose record"


@dataclass(slots=True)
class Pressors:
    """Vasopressors and inotropes at one moment. Between `at_least` and `at_most` count as several.

    agents     all of them; None where neither the list nor a run says anything
    needed     whether any counts as a vasopressor; None where that is unknown
    counted    those that count, vasopressin among them
    set_apart  how many of those are vasopressin, which is not one of several for ASTCT
    is_listed  whether the list was recorded; without it the runs are a lower bound
    all_run    whether every agent that counts has an open run
    """

    agents: tuple[str, ...] | None
    at_least: int = 0
    at_most: int = 0
    needed: bool | None = False
    counted: frozenset[str] = frozenset()
    set_apart: int = 0
    is_listed: bool = True
    all_run: bool = False

    @property
    def several(self) -> bool | None:
        """Whether two or more count, vasopressin among them; None where that is unknown."""
        if self.at_least + self.set_apart > 1:
            return True
        return None if self.at_most > self.at_least else False


VASOPRESSIN = frozenset({Vasopressor.VASOPRESSIN})
WITH_TERLIPRESSIN = VASOPRESSIN | {Vasopressor.TERLIPRESSIN}
NO_PRESSORS = Pressors(())
UNKNOWN_PRESSORS = Pressors(None, 0, UNBOUNDED, None, is_listed=False)


def pressors_of(
    findings: Findings, record: Record, local: LocalRules, cautions: list[str]
) -> Pressors:
    """The vasopressors at this assessment: the list and the open runs together."""
    running = open_runs(record.doses, findings.elapsed) if record.doses else NO_RUNS
    listed = findings.vasopressors
    if listed is None:
        if not running:
            return UNKNOWN_PRESSORS
        cautions.append(FROM_DOSES)
        return count((), running, local, is_listed=False)
    return count(listed, running, local)


def disagreements(findings: Findings, record: Record, local: LocalRules) -> tuple[str, ...]:
    """A caution for each run that the list leaves out, and for each agent on it without a run.

    The latter only in a course that has runs at all: a ward need not record them. None where the
    list is unknown, or hypotension does not count.
    """
    listed = findings.vasopressors
    has_runs = any(dose.drug_class in CONTINUOUS for dose in record.doses)
    if not has_runs or listed is None or not counts(findings, Sign.HYPOTENSION, local):
        return ()
    running = open_runs(record.doses, findings.elapsed)
    left_out = [
        LEFT_OUT.format(agent=ward_word(agent), start=_start(running[agent], record))
        for agent in sorted(running)
        if agent not in listed
    ]
    without_run = [
        WITHOUT_RUN.format(agent=ward_word(agent))
        for agent in sorted(listed)
        if agent not in running and agent != Vasopressor.OTHER
    ]
    return (*left_out, *without_run)


def _start(run: Dose, record: Record) -> str:
    """The start of a run in words: Day n with the local time; hours where there are no dates."""
    at = record.at(run.elapsed)
    if at is None:
        return f"hour {hours_of(run.elapsed)}"
    return f"Day {record.day(run.elapsed)}, {at.astimezone(record.zone or at.tzinfo):%H:%M}"


def count(
    listed: Iterable[str], running: Runs, local: LocalRules, *, is_listed: bool = True
) -> Pressors:
    """Count list and runs; inotropes are left out unless the ward decides otherwise.

    `other` on the list stands for one or more agents of unknown name; beside an agent that only
    runs it may be that agent. A run without a name may be an agent that is only on the list.
    """
    named = set(listed)
    agents = named.union(running)
    counted = {
        agent for agent in agents if local.inotropes_count or not _is_inotrope(agent, running)
    }
    others = counted - (WITH_TERLIPRESSIN if local.terlipressin_is_vasopressin else VASOPRESSIN)
    is_unnamed = Vasopressor.OTHER in others
    may_be_a_run = Vasopressor.OTHER in named and not others <= named
    may_be_listed = not others.isdisjoint(UNNAMED - named) and not counted <= running.keys()
    at_least = len(others) - (may_be_a_run or may_be_listed)
    vasopressin_counts = len(others) < len(counted) and local.vasopressin_alone_counts
    is_needed = bool(others) or vasopressin_counts
    return Pressors(
        agents=tuple(sorted(agents)),
        at_least=at_least,
        at_most=len(others) if is_listed and not is_unnamed else UNBOUNDED,
        needed=is_needed or (False if is_listed else None),
        counted=frozenset(counted) if is_needed else frozenset(),
        set_apart=len(counted) - len(others) if is_needed else 0,
        is_listed=is_listed,
        all_run=counted <= running.keys(),
    )


def _is_inotrope(agent: str, running: Runs) -> bool:
    if agent in INOTROPES:
        return True
    return agent in running and running[agent].drug_class == DrugClass.INOTROPE


def _runs_of_course(record: Record, local: LocalRules) -> OfAssessment | None:
    """What runs at each assessment, with the remarks on the list; None where nothing ever ran.

    Ends come before classes: a rate of 0 also ends a run that was entered with another class.
    """
    doses = tuple(dose for dose in with_ends(record.doses) if dose.drug_class in CONTINUOUS)
    if not doses:
        return None

    def of_assessment(findings: Findings) -> Hashable:
        running = open_runs(doses, findings.elapsed)
        agents = tuple((agent, running[agent].drug_class) for agent in sorted(running))
        return agents, disagreements(findings, record, local)

    return of_assessment


RUNS = WorkedOut("runs", _runs_of_course, reads=("vasopressors",))
"""The vasopressors and inotropes that run by the doses."""
