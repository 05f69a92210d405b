"""Laboratory results as rules ask for them: one analyte in time order, in its canonical unit.

The results of a record are sorted by analyte once and stored with it, so that no system scans
them again. A result that cannot be compared is kept apart with the reason. A system that would
have used it names it: `reasons_not_used` for `because`, `cautions`, and `lacking` for `missing`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from grading.engine.lab_status import replaced_results
from grading.engine.result import Met
from grading.engine.sentences import (
    RESULT_DOUBTFUL,
    RESULT_NOT_USED,
    RESULT_PRELIMINARY,
    SHARED_SENTENCES,
    sentence_of,
)
from grading.laboratory.doubts import Earlier, doubt_about, few_of, ordinary
from grading.local_rules import LocalRules
from grading.record import Lab, Record
from grading.vocabulary import ANALYTES, Comparator, LabStatus

UNREADABLE_UNIT, NO_UNIT = "unit", "no_unit"
"""Why a result is not used; any other reason is a word of the specimen."""
_BY_TIME = attrgetter("elapsed")
Timed = TypeVar("Timed", "LabValue", "NotUsed")


@dataclass(slots=True)
class LabValue:
    """One comparable result: `value` in the canonical unit, `comparator` as received."""

    elapsed: timedelta
    value: Decimal
    comparator: str
    lab: Lab
    remarks: tuple[str, ...] = ()
    """Cautions for whoever uses it, in words: it is unlikely, or preliminary."""

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


@dataclass(frozen=True, slots=True)
class NotUsed:
    """One result that no system can use: `why` is a word, value and unit are as written."""

    lab: Lab
    day: int
    why: str

    @property
    def analyte(self) -> str:
        return self.lab.analyte

    @property
    def elapsed(self) -> timedelta:
        return self.lab.elapsed

    @property
    def met(self) -> Met:
        """This result for `because`: it makes no grade."""
        return reason_not_used((self,))

    @property
    def caution(self) -> str:
        """ "Ferritin of Day 3 came in U/L: not used"."""
        return sentence_of(self.met, SHARED_SENTENCES)


def reason_not_used(alike: Sequence[NotUsed]) -> Met:
    """One reason for results of one analyte that are not used for one reason, oldest first."""
    first = alike[0]
    values: dict[str, Any] = {
        "analyte": first.analyte,
        "day": first.day,
        "value": first.lab.value,
        "unit": first.lab.unit,
        "why": first.why,
    }
    if first.lab.comparator != Comparator.EQUAL:
        values["comparator"] = first.lab.comparator
    if further := [day for day in dict.fromkeys(item.day for item in alike) if day != first.day]:
        values["further_days"] = further
    return Met(RESULT_NOT_USED, 0, values)


def unused_reasons(results: Iterable[NotUsed]) -> tuple[Met, ...]:
    """Results not used for `because`: one reason for all that are alike."""
    alike: dict[tuple[str, str, str | None], list[NotUsed]] = {}
    for result in results:
        alike.setdefault((result.analyte, result.why, result.lab.unit), []).append(result)
    return tuple(map(reason_not_used, alike.values()))


def unused_cautions(results: Iterable[NotUsed]) -> tuple[str, ...]:
    """Results not used as cautions, once each."""
    return tuple(
        dict.fromkeys(sentence_of(met, SHARED_SENTENCES) for met in unused_reasons(results))
    )


def value_cautions(values: Iterable[LabValue]) -> tuple[str, ...]:
    """What a reader has to know of results that are used, once each."""
    return few_of(dict.fromkeys(remark for value in values for remark in value.remarks))


@dataclass(slots=True)
class LabIndex:
    """The results of one record, by analyte."""

    labs: tuple[Lab, ...]
    by_analyte: dict[str, list[LabValue]] = field(default_factory=dict)
    left_out: dict[str, list[NotUsed]] = field(default_factory=dict)
    """The results of each analyte that are not used, oldest first."""
    replaced: list[tuple[Lab, Lab | None]] = field(default_factory=list)
    """Results that do not count, with the one that replaced each; None: entered in error."""

    def not_used(
        self,
        analytes: Iterable[str],
        start: timedelta | None = None,
        end: timedelta | None = None,
    ) -> list[NotUsed]:
        """The results not used from `start` to `end`, both included, by analyte; None: no limit."""
        if not self.left_out:
            return []
        left_out = (self.left_out.get(analyte, []) for analyte in analytes)
        return [result for results in left_out for result in _within(results, start, end)]

    def newest_not_used(self) -> list[NotUsed]:
        """Of each analyte the newest result, where that is not used; oldest first."""
        newest = (results[-1] for results in self.left_out.values())
        standing = [
            result
            for result in newest
            if not (used := self.of(result.analyte)) or used[-1].elapsed < result.elapsed
        ]
        return sorted(standing, key=lambda result: result.elapsed)

    def reasons_not_used(
        self,
        analytes: Iterable[str],
        start: timedelta | None = None,
        end: timedelta | None = None,
    ) -> tuple[Met, ...]:
        """The results not used for `because`: one reason for all that are alike."""
        return unused_reasons(self.not_used(analytes, start, end))

    def cautions(
        self,
        analytes: Iterable[str],
        start: timedelta | None = None,
        end: timedelta | None = None,
    ) -> tuple[str, ...]:
        """What a reader has to know of the results of these analytes, in words, once each."""
        names = tuple(analytes)
        used = (value for name in names for value in self.between(name, start, end))
        return (*unused_cautions(self.not_used(names, start, end)), *value_cautions(used))

    def lacking(
        self,
        analytes: Iterable[str],
        start: timedelta | None = None,
        end: timedelta | None = None,
    ) -> tuple[str, ...]:
        """Those of some names for `missing`, without the analytes of which a result is not used.

        A name that is no analyte stays.
        """
        names = tuple(analytes)
        came = {result.analyte for result in self.not_used(names, start, end)}
        return tuple(name for name in names if name not in came)

    def of(self, analyte: str) -> list[LabValue]:
        """All comparable results of an analyte, oldest first."""
        return self.by_analyte.get(analyte, [])

    def between(
        self, analyte: str, start: timedelta | None = None, end: timedelta | None = None
    ) -> list[LabValue]:
        """The results from `start` to `end`, both included; None is no limit."""
        return _within(self.of(analyte), start, end)

    def latest(
        self, analyte: str, at: timedelta, *, since: timedelta | None = None
    ) -> LabValue | None:
        """The last result at or before `at` and not before `since`; None where there is none."""
        values = self.of(analyte)
        place = bisect_right(values, at, key=_BY_TIME)
        if not place or (since is not None and values[place - 1].elapsed < since):
            return None
        return values[place - 1]

    def latest_before(self, analyte: str, moment: timedelta) -> LabValue | None:
        """The last result strictly before `moment`; None where there is none."""
        values = self.of(analyte)
        place = bisect_left(values, moment, key=_BY_TIME)
        return values[place - 1] if place else None


def _within(results: list[Timed], start: timedelta | None, end: timedelta | None) -> list[Timed]:
    """The results from `start` to `end`, both included, of those in order of time."""
    first = 0 if start is None else bisect_left(results, start, key=_BY_TIME)
    last = len(results) if end is None else bisect_right(results, end, key=_BY_TIME)
    return results[first:last]


def labs_of(record: Record) -> LabIndex:
    """The results of a record by analyte, made at the first call and stored with the record."""
    index = record.lab_index
    if isinstance(index, LabIndex) and index.labs is record.labs:
        return index
    index = record.lab_index = LabIndex(record.labs)
    replaced = replaced_results(record.labs)
    for place, lab in enumerate(record.labs):  # in order of time
        if place in replaced:
            index.replaced.append((lab, replaced[place]))
            continue
        value = lab.canonical_value
        if value is None or lab.specimen is not None:
            why = lab.specimen or (UNREADABLE_UNIT if lab.unit else NO_UNIT)
            result = NotUsed(lab, record.day(lab.elapsed), why)
            index.left_out.setdefault(lab.analyte, []).append(result)
            continue
        measured = LabValue(lab.elapsed, value, lab.comparator, lab)
        index.by_analyte.setdefault(lab.analyte, []).append(measured)
    for values in index.by_analyte.values():
        _add_remarks(values, index, record)
    return index


def _add_remarks(values: list[LabValue], index: LabIndex, record: Record) -> None:
    """Write on each result of one analyte what a reader has to know of it."""
    analyte = values[0].lab.analyte
    usual, last = ordinary(analyte), None
    white_cells = _white_cells(index) if analyte == "anc" else {}
    for measured in values:
        if measured.is_exact:
            counted = white_cells.get(measured.elapsed)
            before = None if last is None else last.value
            if counted is not None or not usual.holds(measured.value, before):
                _add_doubt(measured, last, counted, record)
            last = measured
        status = measured.lab.status
        if status is not None and status == LabStatus.PRELIMINARY:
            measured.remarks += (_remark(RESULT_PRELIMINARY, measured.lab, record),)


def _white_cells(index: LabIndex) -> dict[timedelta, Decimal]:
    """The exact white cells of each sample, by its time."""
    return {each.elapsed: each.value for each in index.of("wbc") if each.is_exact}


def _add_doubt(
    measured: LabValue, last: LabValue | None, white_cells: Decimal | None, record: Record
) -> None:
    lab = measured.lab
    earlier = None if last is None else Earlier(last.value, measured.elapsed - last.elapsed)
    doubt = doubt_about(lab.analyte, measured.value, lab.unit, earlier, white_cells)
    if doubt:
        measured.remarks = (_remark(RESULT_DOUBTFUL, lab, record, doubt),)


def _remark(code: str, lab: Lab, record: Record, doubt: str = "") -> str:
    """A remark in words, with the value and the unit as written."""
    value = lab.value if lab.comparator == Comparator.EQUAL else f"{lab.comparator} {lab.value:f}"
    return _in_words(code, lab.analyte, value, lab.unit or "", record.day(lab.elapsed), doubt)


@lru_cache(maxsize=4096)
def _in_words(code: str, analyte: str, value: Any, unit: str, day: int, doubt: str) -> str:
    values = {"analyte": analyte, "value": value, "unit": unit, "day": day, "doubt": doubt}
    return sentence_of(Met(code, 0, values), SHARED_SENTENCES)


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
    own = measured.lab.canonical(measured.lab.upper_limit)
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
