"""The vasopressors that run at one moment, counted as the CRS table counts them.

Takes   one assessment and the doses of the course (runs have a start and, once stopped, an end).
Gives   the number of agents other than vasopressin (at least, at most), and whether any counts.
Source  ASTCT 2019 CRS table: vasopressin is not counted among "multiple"; only overlapping
        infusions count together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grading.agents import CONTINUOUS
from grading.local_rules import LocalRules
from grading.record import Dose, Findings
from grading.vocabulary import INOTROPES, Vasopressor

UNBOUNDED = 99
"""An unknown number of agents: more than any patient gets."""

FROM_DOSES = "vasopressors: derived from the doses running"
DISAGREE = "vasopressors: the list and the doses running disagree"


@dataclass(slots=True)
class Pressors:
    """Agents other than vasopressin: between `at_least` and `at_most`. `needed` None: unknown."""

    agents: tuple[str, ...] | None
    at_least: int = 0
    at_most: int = 0
    needed: bool | None = False


NO_PRESSORS = Pressors(())
UNKNOWN_PRESSORS = Pressors(None, 0, UNBOUNDED, None)


def running_agents(doses: Iterable[Dose], findings: Findings) -> tuple[str, ...]:
    """Vasopressors and inotropes whose run is open at the observation."""
    running = {
        dose.agent
        for dose in doses
        if dose.drug_class in CONTINUOUS and dose.runs_at(findings.elapsed)
    }
    return tuple(sorted(running))


def pressors_of(
    findings: Findings, doses: tuple[Dose, ...], local: LocalRules, cautions: list[str]
) -> Pressors:
    """The vasopressors at this assessment; an unknown list is taken from the open runs."""
    runs = [dose for dose in doses if dose.drug_class in CONTINUOUS]
    running = running_agents(runs, findings) if runs else ()
    listed = findings.vasopressors
    if listed is not None:
        named, open_runs = set(listed) - {Vasopressor.OTHER}, set(running)
        # an unnamed agent on the list may be any of those running
        agree = named <= open_runs if Vasopressor.OTHER in listed else named == open_runs
        if runs and not agree:
            cautions.append(DISAGREE)
        return count(listed, local)
    if running:
        cautions.append(FROM_DOSES)
        return count(running, local)
    return UNKNOWN_PRESSORS


def count(listed: Iterable[str], local: LocalRules) -> Pressors:
    """Count a list of agents; inotropes are left out unless the ward decides otherwise."""
    agents = tuple(sorted(set(listed)))
    counted = {a for a in agents if local.inotropes_count or a not in INOTROPES}
    others = counted - {Vasopressor.VASOPRESSIN}
    vasopressin = Vasopressor.VASOPRESSIN in counted and local.vasopressin_alone_counts
    at_most = UNBOUNDED if Vasopressor.OTHER in others else len(others)
    return Pressors(agents, len(others), at_most, bool(others) or vasopressin)
