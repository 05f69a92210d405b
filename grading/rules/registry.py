"""Every grading system, in the order in which the wards see them.

To add one: a module with its table and source, one line here, its options, one file of cases.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from grading.record import Findings, Record
from grading.rules import crs_astct_2019, icans_astct_2019
from grading.rules.local import DEFAULT, LocalRules
from grading.rules.result import Criterion, SystemGrades
from grading.rules.sources import ASTCT_2019, Source

EDITION = "2026.1"
"""Raised with every change of a rule that can change a grade."""


@dataclass(frozen=True, slots=True)
class System:
    """One way to grade one toxicity, named with its year."""

    key: str
    toxicity: str
    name: str
    standard: str
    year: int
    grade: Callable[[Record, LocalRules], SystemGrades]
    has_part: Callable[[Findings], bool]
    criteria: tuple[Criterion[Any], ...]
    footnotes: tuple[tuple[str, Source], ...]
    source: Source

    @property
    def label(self) -> str:
        """How the system is named on screen, always with its year."""
        return f"{self.name} ({self.standard} {self.year})"


SYSTEMS: dict[str, System] = {
    system.key: system
    for system in (
        System(
            key=crs_astct_2019.KEY,
            toxicity="crs",
            name="CRS",
            standard="ASTCT",
            year=2019,
            grade=crs_astct_2019.grade,
            has_part=Findings.has_crs_part,
            criteria=crs_astct_2019.CRITERIA,
            footnotes=crs_astct_2019.FOOTNOTES,
            source=ASTCT_2019,
        ),
        System(
            key=icans_astct_2019.KEY,
            toxicity="icans",
            name="ICANS",
            standard="ASTCT",
            year=2019,
            grade=icans_astct_2019.grade,
            has_part=Findings.has_icans_part,
            criteria=icans_astct_2019.CRITERIA,
            footnotes=icans_astct_2019.FOOTNOTES,
            source=ASTCT_2019,
        ),
    )
}


def grade_record(record: Record, local: LocalRules = DEFAULT) -> dict[str, SystemGrades]:
    """Grade a whole course by every system, from its start. Results follow `record.findings`."""
    return {key: system.grade(record, local) for key, system in SYSTEMS.items()}


@lru_cache(maxsize=8)
def rules_version(local: LocalRules = DEFAULT) -> str:
    """The edition of the rules with a hash of the local decisions they were applied under."""
    decisions = json.dumps(asdict(local), sort_keys=True, default=str)
    return f"{EDITION}+{hashlib.sha256(decisions.encode()).hexdigest()[:8]}"
