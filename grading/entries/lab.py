"""One laboratory result of the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from grading.vocabulary import ANALYTES


@dataclass(slots=True)
class Lab:
    """One laboratory result; value, unit and the laboratory's limits as received."""

    elapsed: timedelta
    analyte: str
    value: Decimal
    comparator: str = "="
    unit: str | None = None
    lower_limit: Decimal | None = None
    upper_limit: Decimal | None = None
    fasting: bool | None = None
    status: str | None = None
    specimen: str | None = None
    uid: str = ""
    note: str = ""

    @property
    def canonical_value(self) -> Decimal | None:
        """The value in the analyte's canonical unit; None where the unit has no factor."""
        return ANALYTES[self.analyte].canonical(self.value, self.unit)

    def canonical(self, limit: Decimal | None) -> Decimal | None:
        """A limit of normal of the laboratory's own in the canonical unit; None without one."""
        return None if limit is None else ANALYTES[self.analyte].canonical(limit, self.unit)
