"""The schedule of a ward: one table of intervals with their reasons, its panel and its shifts.

Defaults (local; docs/rounds.md): grade 0 every 12 h, as twice daily; CRS 1 every 4 h, CRS 2 every
2 h, CRS 3 and more every hour; from ICANS 1 neurology every 4 h, and every half an hour for two
hours after its first sign; laboratory daily, twice daily from CRS 2. While a vasopressor runs,
vital signs are due as for CRS 3. In the days on which the label of the product asks for daily
monitoring no interval is longer than a day. The shortest interval that applies counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any, Self


class When(StrEnum):
    """When a row of the schedule applies."""

    ALWAYS = "always"
    CRS = "crs"
    ICANS = "icans"
    FIRST_SIGN = "first_sign"
    """For `IntervalRow.lasts_minutes` after the first sign of ICANS."""
    VASOPRESSOR = "vasopressor"
    FIRST_DAYS = "first_days"
    """While the label of the product asks for daily monitoring."""


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One interval: of which clock, when, from which grade on, every how many minutes, and why."""

    clock: str
    when: When
    from_grade: int
    minutes: int
    why: str
    lasts_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """The schedule of one ward. Windows: a quarter of the interval, 10 to 30 minutes."""

    rows: tuple[IntervalRow, ...]
    panel: tuple[str, ...]
    shifts: tuple[time, ...]
    """When a shift begins, in the time of the ward."""

    def to_json(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what is stored; empty gives the defaults. ValueError in words for a nurse."""
        raise NotImplementedError
