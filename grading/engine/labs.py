"""Laboratory results as rules ask for them: one analyte in time order, in its canonical unit.

The results of a record are sorted by analyte once and stored with it, so that no system scans
them again. A result in a unit without a factor cannot be compared: it is counted apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from grading.local_rules import LocalRules
from grading.record import Lab, Record
from grading.vocabulary import ANALYTES, Comparator


@dataclass(slots=True)
class LabValue:
    """One comparable result: `value` in the canonical unit, `comparator` as received."""

    elapsed: timedelta
    value: Decimal
    comparator: str
    lab: Lab

    @property
    def is_exact(self) -> bool:
        """Whether the result is a number alone, without "below" or "above"."""
        return self.comparator == Comparator.EQUAL

    @property
    def highest(self) -> Decimal | None:
        """The highest value that this result allows; None where it has no upper end."""
        if self.comparator == Comparator.GREATER:
            return None
        return self.value.next_minus() if self.comparator == Comparator.LESS else self.value

    @property
    def lowest(self) -> Decimal:
        """The lowest value that this result allows: 0 for "below"."""
        if self.comparator == Comparator.LESS:
            return Decimal(0)
        return self.value.next_plus() if self.comparator == Comparator.GREATER else self.value


@dataclass(slots=True)
class LabIndex:
    """The results of one record, by analyte."""

    labs: tuple[Lab, ...]
    by_analyte: dict[str, list[LabValue]] = field(default_factory=dict)
    unusable: dict[str, int] = field(default_factory=dict)
    """The number of results of an analyte in a unit that cannot be converted."""

    def of(self, analyte: str) -> list[LabValue]:
        """All comparable results of an analyte, oldest first."""
        return self.by_analyte.get(analyte, [])

    def between(
        self, analyte: str, start: timedelta | None = None, end: timedelta | None = None
    ) -> list[LabValue]:
        """The results from `start` to `end`, both included; None is no limit."""
        values = self.of(analyte)
        first = 0 if start is None else bisect_left(values, start, key=_elapsed)
        last = len(values) if end is None else bisect_right(values, end, key=_elapsed)
        return values[first:last]

    def latest(
        self, analyte: str, at: timedelta, *, since: timedelta | None = None
    ) -> LabValue | None:
        """The last result at or before `at` and not before `since`; None where there is none."""
        values = self.of(analyte)
        place = bisect_right(values, at, key=_elapsed)
        if not place or (since is not None and values[place - 1].elapsed < since):
            return None
        return values[place - 1]

    def unit_cautions(self, analytes: Iterable[str]) -> list[str]:
        """A caution for each analyte of which some result could not be converted."""
        return [
            f"{ANALYTES[name].label}: a result in a unit that cannot be converted is not used"
            for name in analytes
            if name in self.unusable
        ]

    def latest_before(self, analyte: str, moment: timedelta) -> LabValue | None:
        """The last result strictly before `moment`; None where there is none."""
        values = self.of(analyte)
        place = bisect_left(values, moment, key=_elapsed)
        return values[place - 1] if place else None


def _elapsed(value: LabValue) -> timedelta:
    return value.elapsed


def labs_of(record: Record) -> LabIndex:
    """The results of a record by analyte, made at the first call and stored with the record."""
    index = record.lab_index
    if isinstance(index, LabIndex) and index.labs is record.labs:
        return index
    index = record.lab_index = LabIndex(record.labs)
    for lab in record.labs:  # in order of time
        value = lab.canonical_value
        if value is None:
            index.unusable[lab.analyte] = index.unusable.get(lab.analyte, 0) + 1
            continue
        measured = LabValue(lab.elapsed, value, lab.comparator, lab)
        index.by_analyte.setdefault(lab.analyte, []).append(measured)
    return index


@dataclass(frozen=True, slots=True)
class UpperLimit:
    """An upper limit of normal in the canonical unit; `assumed` where it is a local rule."""

    value: Decimal
    assumed: bool
    analyte: str

    @property
    def caution(self) -> str:
        """The caution to show where this limit decided; empty for the laboratory's own limit."""
        if not self.assumed:
            return ""
        analyte = ANALYTES[self.analyte]
        unit = "" if analyte.unit.startswith("{") else f" {analyte.unit}"
        limit = f"{self.value:f}{unit}"
        return f"{analyte.label}: no upper limit came with the result, {limit} assumed"


def upper_limit(measured: LabValue, local: LocalRules) -> UpperLimit | None:
    """The laboratory's own limit for this result, else the local rule; None where neither is."""
    analyte = measured.lab.analyte
    own = measured.lab.canonical_upper_limit
    if own is not None:
        return UpperLimit(own, False, analyte)
    assumed = _ASSUMED.get(analyte)
    return None if assumed is None else UpperLimit(getattr(local, assumed), True, analyte)


_ASSUMED = {
    "ferritin": "uln_ferritin_ng_ml",
    "ast": "uln_ast_u_l",
    "alt": "uln_alt_u_l",
    "bilirubin_total": "uln_bilirubin_mg_dl",
    "creatinine": "uln_creatinine_mg_dl",
    "ldh": "uln_ldh_u_l",
    "bilirubin_direct": "uln_bilirubin_direct_mg_dl",
    "inr": "uln_inr",
    "pt": "uln_pt_s",
    "aptt": "uln_aptt_s",
}
"""The local rule that stands in where the laboratory sent no limit."""


def assumed_upper_limits(local: LocalRules) -> dict[str, Decimal]:
    """The limits assumed where the laboratory sent none, in canonical units."""
    return {analyte: getattr(local, name) for analyte, name in _ASSUMED.items()}
