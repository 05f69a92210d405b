"""What must hold for every series of counts, and a second, slow implementation that agrees.

The second one is written from the published description (days 0–30, lowest of the day, gaps of
up to 7 filled, runs joined over 1–2 days), with no list but the 31 days and no clever step.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.engine.result import Result
from grading.local_rules import DEFAULT
from grading.record import DAY, Event, Findings, Lab, Record
from grading.rules.systems import COURSE_SYSTEMS

PER_UL = st.sampled_from([0, 40, 99, 100, 101, 300, 499, 500, 501, 504, 900, 1500, 1501, 3000])
PLATELETS = st.sampled_from([5, 19, 20, 21, 49, 50, 51, 99, 100, 150])
ENDS = st.sampled_from(
    ["open", "passed", "death", "relapse", "next_therapy", "closed", "follow_up"]
)

Series = list[tuple[int, int]]
"""Day and value, in the unit of the strategy."""


def series(values: st.SearchStrategy[int], *, to: int = 110) -> st.SearchStrategy[Series]:
    """Sparse or dense, several a day, before the infusion and after the window too."""
    sparse = st.lists(st.tuples(st.integers(-4, to), values), min_size=1, max_size=25)
    dense = st.lists(values, min_size=20, max_size=34).map(lambda counts: list(enumerate(counts)))
    return sparse | dense | st.tuples(dense, sparse).map(lambda both: both[0] + both[1])


def course(counts: Series, ends: str = "passed", last: int = 20, analyte: str = "anc") -> Record:
    unit = {"anc": "/uL", "platelets": "10*9/L"}[analyte]
    labs = tuple(
        Lab(day * DAY + timedelta(minutes=6 * number), analyte, Decimal(value), unit=unit)
        for number, (day, value) in enumerate(counts)
    )
    record = Record(labs=labs)
    if ends == "passed":
        record.findings = (Findings(101 * DAY),)
    elif ends == "closed":
        record.closed = last * DAY
    elif ends == "follow_up":
        record.last_follow_up_day = last
    elif ends != "open":
        record.events = (Event(last * DAY, ends),)
    return record


def result(system: str, record: Record) -> Result | None:
    return COURSE_SYSTEMS[system].compute(record, {}, DEFAULT)


def slow_days(counts: Series, first: int, last: int) -> dict[int, Fraction]:
    """Day by day: the lowest value, else the straight line between the nearest two measured."""
    lowest: dict[int, int] = {}
    for day, value in counts:
        if first <= day <= last:
            lowest[day] = min(value, lowest.get(day, value))
    values: dict[int, Fraction] = {}
    for day in range(first, last + 1):
        if day in lowest:
            values[day] = Fraction(lowest[day])
            continue
        earlier = [other for other in lowest if other < day]
        later = [other for other in lowest if other > day]
        if not earlier or not later:
            continue
        a, b = max(earlier), min(later)
        if b - a - 1 <= 7:
            part = Fraction(day - a, b - a)
            values[day] = lowest[a] * (1 - part) + lowest[b] * part
    return values


def slow_runs(low: set[int]) -> list[list[int]]:
    """Runs as the days they are made of: 3 days above, one after the other, end a run."""
    runs: list[list[int]] = []
    current: list[int] = []
    above = 0
    for day in range(-1, 140):
        if day in low:
            current.append(day)
            above = 0
        elif current:
            above += 1
            if above == 3:
                runs.append(current)
                current, above = [], 0
    if current:
        runs.append(current)
    return runs


def span(run: list[int]) -> int:
    return run[-1] - run[0] + 1


def slow_gap(values: dict[int, Fraction], first: int, last: int) -> int:
    """The most days of a window in a row without a value."""
    most = current = 0
    for day in range(first, last + 1):
        current = 0 if day in values else current + 1
        most = max(most, current)
    return most


def slow_early(counts: Series, ends: str, stopped: int) -> tuple[int, bool] | None:
    """Early ICAHT from the description in words: grade, and whether it is at least that."""
    last = min(30, stop(ends, stopped))
    values = slow_days(counts, 0, last)
    if not values:
        return None
    closed = is_closed(counts, ends, stopped)
    grade = slow_early_grade(counts, values, last, ends, closed=closed)
    unknown = slow_gap(values, 0, last if closed else max(values)) > 7
    return grade, grade < 4 and (not closed or unknown)


def slow_early_grade(
    counts: Series, values: dict[int, Fraction], last: int, ends: str, *, closed: bool
) -> int:
    low = slow_runs({day for day, value in values.items() if value <= 500})
    very_low = slow_runs({day for day, value in values.items() if value <= 100})
    longest = max([span(run) for run in low], default=0)
    longest_very = max([span(run) for run in very_low], default=0)
    measured = {day for day, _ in counts if 0 <= day <= last}
    unended = [run for run in low if run[0] in (0, 1, 2, 3) and run[-1] == max(measured)]
    never = [run for run in unended if span(run) >= 14]
    if ends == "death" and last - max(measured) <= 7:
        never += [run for run in unended if len(measured & set(range(run[0], 31))) >= 2]
    if longest_very >= 14 or (closed and never):
        return 4
    if longest >= 14 or longest_very >= 7:
        return 3
    if longest >= 7:
        return 2
    return 1 if longest >= 1 else 0


def slow_late(counts: Series, last: int) -> int | None:
    """Late ICAHT from the description in words: lowest day, if the second lowest is low too."""
    days: dict[int, int] = {}
    for day, value in counts:
        if 31 <= day <= min(100, last):
            days[day] = min(value, days.get(day, value))
    if not days:
        return None
    ordered = sorted(days.values())
    if len(ordered) > 1 and ordered[1] > 1500:
        return 0
    for limit, grade in ((100, 4), (500, 3), (1000, 2), (1500, 1)):
        if ordered[0] <= limit:
            return grade
    return 0


def slow_platelets(counts: Series, last: int) -> int | None:
    """Early T-ICAHT from the description in words: all runs together."""
    values = slow_days(counts, 0, min(30, last))
    if not values:
        return None
    days_20 = sum(map(span, slow_runs({day for day, value in values.items() if value < 20})))
    days_50 = sum(map(span, slow_runs({day for day, value in values.items() if value < 50})))
    if days_20:
        return 4 if days_20 >= 14 else 3
    if days_50:
        return 2 if days_50 >= 7 else 1
    return 0


def slow_late_platelets(counts: Series, last: int) -> int | None:
    """Late T-ICAHT from the description in words."""
    days = {day for day, _ in counts if 31 <= day <= min(100, last)}
    if not days:
        return None
    lowest = sorted(min(value for day, value in counts if day == one) for one in days)
    if len(lowest) > 1 and lowest[1] >= 100:
        return 0
    values = slow_days(counts, 31, min(100, last))
    low = {day for day, value in values.items() if value < 20}
    if low:
        return 4 if sum(map(span, slow_runs(low))) >= 14 else 3
    return 2 if min(values.values()) < 50 else int(min(values.values()) < 100)


def is_closed(counts: Series, ends: str, last: int) -> bool:
    """Whether Day 30 is over, or the observation was ended by more than the closing of a course."""
    if ends == "closed" and last > 30:
        return True
    return ends not in ("open", "closed") or max(day for day, _ in counts) > 30


def stop(ends: str, last: int) -> int:
    return last if ends not in ("open", "passed", "closed") else 1000


def grade_of(graded: Result | None) -> int | None:
    return None if graded is None else graded.grade


@given(series(PER_UL), ENDS, st.integers(0, 110))
def test_early_icaht_agrees_with_the_slow_implementation(
    counts: Series, ends: str, last: int
) -> None:
    fast = result("icaht_early", course(counts, ends, last))
    if fast is None or fast.grade is None:
        assert slow_early(counts, ends, last) is None
    else:
        assert (fast.grade, fast.at_least) == slow_early(counts, ends, last)


@given(series(PER_UL), ENDS, st.integers(31, 110))
def test_late_icaht_agrees_with_the_slow_implementation(
    counts: Series, ends: str, last: int
) -> None:
    fast = grade_of(result("icaht_late", course(counts, ends, last)))
    assert fast == slow_late(counts, stop(ends, last))


@given(series(PLATELETS), ENDS, st.integers(0, 110))
def test_early_t_icaht_agrees_with_the_slow_implementation(
    counts: Series, ends: str, last: int
) -> None:
    fast = grade_of(result("t_icaht_early", course(counts, ends, last, "platelets")))
    assert fast == slow_platelets(counts, stop(ends, last))


@given(series(PLATELETS), ENDS, st.integers(31, 110))
def test_late_t_icaht_agrees_with_the_slow_implementation(
    counts: Series, ends: str, last: int
) -> None:
    fast = grade_of(result("t_icaht_late", course(counts, ends, last, "platelets")))
    assert fast == slow_late_platelets(counts, stop(ends, last))


@given(series(PER_UL))
def test_the_counts_agree_with_the_slow_implementation(counts: Series) -> None:
    fast = result("icaht_early", course(counts))
    assert fast is not None
    values = slow_days(counts, 0, 30)
    low = {day for day, value in values.items() if value <= 500}
    measured = {day for day, _ in counts if 0 <= day <= 30}
    assert fast.values["days_le_500"] == len(low)
    assert fast.values["longest_run_le_500"] == max(map(span, slow_runs(low)), default=0)
    assert fast.values["cumulative_le_500"] == sum(map(span, slow_runs(low)))
    assert (fast.values["measured_days"], fast.values["filled_days"]) == (
        len(measured),
        len(values) - len(measured),
    )


SYSTEMS = ("icaht_early", "icaht_late", "t_icaht_early", "t_icaht_late")


@pytest.mark.parametrize("system", SYSTEMS)
@given(series(PER_UL), ENDS, st.integers(0, 110), st.data())
def test_a_duplicated_value_and_another_order_change_nothing(
    system: str, counts: Series, ends: str, last: int, data: st.DataObject
) -> None:
    analyte = (COURSE_SYSTEMS[system].key.startswith("t_") and "platelets") or "anc"
    record = course(counts, ends, last, analyte)
    twice = data.draw(st.sampled_from(record.labs))
    labs = [*record.labs, replace(twice)]
    random.Random(data.draw(st.integers())).shuffle(labs)
    other = replace(record, labs=tuple(labs))
    assert _facts(system, other) == _facts(system, record)


def _facts(system: str, record: Record) -> object:
    graded = result(system, record)
    return None if graded is None else graded.facts()


@pytest.mark.parametrize("system", SYSTEMS)
@given(series(PER_UL), ENDS, st.integers(0, 110), st.data())
def test_a_lower_count_never_lowers_the_grade(
    system: str, counts: Series, ends: str, last: int, data: st.DataObject
) -> None:
    analyte = "platelets" if system.startswith("t_") else "anc"
    place = data.draw(st.integers(0, len(counts) - 1))
    day, value = counts[place]
    lower = [*counts[:place], (day, data.draw(st.integers(0, value))), *counts[place + 1 :]]
    before = grade_of(result(system, course(counts, ends, last, analyte)))
    after = grade_of(result(system, course(lower, ends, last, analyte)))
    assert (before is None) == (after is None)
    assert (after or 0) >= (before or 0)


@pytest.mark.parametrize("system", SYSTEMS)
@given(series(PER_UL), st.data())
def test_a_bound_is_never_graded_above_what_it_may_mean(
    system: str, counts: Series, data: st.DataObject
) -> None:
    """Any value that "below" allows makes the grade or a higher one, and then it was at least."""
    analyte = "platelets" if system.startswith("t_") else "anc"
    place = data.draw(st.integers(0, len(counts) - 1))
    day, value = counts[place]
    if value == 0:
        return
    record = course(counts, analyte=analyte)
    measured = Lab(day * DAY + timedelta(minutes=6 * place), analyte, Decimal(value))
    labs = [lab for lab in record.labs if lab.elapsed != measured.elapsed]
    below = replace(record.labs[0], elapsed=measured.elapsed, value=measured.value, comparator="<")
    bounded = result(system, replace(record, labs=(*labs, below)))
    real = replace(below, value=Decimal(data.draw(st.integers(0, value - 1))), comparator="=")
    true = result(system, replace(record, labs=(*labs, real)))
    if bounded is None or true is None or bounded.grade is None or true.grade is None:
        assert grade_of(bounded) == grade_of(true)
        return
    assert true.grade >= bounded.grade
    assert bounded.at_least or true.grade == bounded.grade
