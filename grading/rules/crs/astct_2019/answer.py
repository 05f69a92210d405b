"""The answer of the CRS table to one assessment by itself, and the fever that CRS needs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum

from grading.engine.result import Met, Result
from grading.rules.crs.bedside_facts import NEEDED_FOR_CRS
from grading.vocabulary import Sign


class Fever(IntEnum):
    """The fever that CRS requires, at one assessment of a course: present, waived or absent.

    `LATE` is a first fever after the onset window that nobody attributed to CAR-T.
    """

    BEFORE_INFUSION = 0
    PRESENT = 1
    LATE = 2
    WAIVED = 3
    ABSENT = 4


@dataclass(slots=True)
class TableAnswer:
    """The answer of the table to one assessment by itself.

    `could_raise` names the unknown items that could raise `highest`, the highest grade met;
    `unrecorded` names the items that a CRS 0 needs. `all_counted` is the answer with every sign
    counted, where `away` names signs put down to another cause. `bare_results` are the results
    without reasons that were made of this answer, by fever.
    """

    fever: bool | None
    highest: int
    could_raise: tuple[str, ...]
    unrecorded: tuple[str, ...]
    met: tuple[Met, ...] = ()
    cautions: tuple[str, ...] = ()
    all_counted: TableAnswer | None = None
    away: tuple[Sign, ...] = ()
    has_part: bool = True
    bare_results: list[Result | None] = field(default_factory=lambda: [None] * len(Fever))

    def with_met(self, met: tuple[Met, ...]) -> TableAnswer:
        """The same answer with these reasons."""
        return TableAnswer(
            self.fever,
            self.highest,
            self.could_raise,
            self.unrecorded,
            met,
            self.cautions,
            self.all_counted,
            self.away,
        )

    def without_reasons(self) -> TableAnswer:
        """The same answer without reasons and cautions."""
        return replace(self, met=(), cautions=(), bare_results=[None] * len(Fever))


NO_CRS_PART = TableAnswer(None, 0, NEEDED_FOR_CRS, NEEDED_FOR_CRS, has_part=False)
"""The answer where nothing was recorded by which CRS is graded."""
