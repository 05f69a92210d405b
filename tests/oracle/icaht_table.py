"""ICAHT and T-ICAHT as tables by class over constructed series, window open and closed.

A series is a word with a letter for each day from Day 0 (early) or Day 31 (late): `h` above every
threshold, then a letter for each step below it, `.` not measured, `u` in a unit that nobody can
read. The grade is looked up by the length of the runs, which are read off the word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby, product
from random import Random
from typing import Any, NamedTuple

from tests.oracle.measured import lab

EARLY_DAYS, LATE_DAYS = 31, 70
LATE_FROM = 31
RECOVERED_AFTER = 3
"""Days above in a row that end a run; fewer are joined to it, and counted."""
LONGEST_FILLED = 7
"""Unmeasured days in a row between two measured ones; more stay unknown."""

ANC = {
    "h": ("1.6", "0.501", "501 /uL", "0.504", "> 1"),
    "n": ("0.5", "0.101", "500 /uL", "0.3"),
    "d": ("0.1", "0", "100 /uL", "< 0.1"),
}
"""Early, 10⁹/L: above 500, above 100 up to 500, up to 100."""

LATE_ANC = {
    "h": ("1.501", "4", "1501 /uL"),
    "1": ("1.5", "1.001", "1500 /uL"),
    "2": ("1", "0.501"),
    "3": ("0.5", "0.101"),
    "4": ("0.1", "0.01", "< 0.1"),
}
PLATELETS = {
    "h": ("50", "180", "50000 /uL", "> 50"),
    "n": ("49", "20", "49999 /uL"),
    "d": ("19", "3", "19999 /uL", "< 20"),
}
LATE_PLATELETS = {
    "h": ("100", "210"),
    "m": ("99", "50", "99999 /uL"),
    "n": ("49", "20"),
    "d": ("19", "4", "< 20"),
}


UNREADABLE = ("3 furlongs", "60 g/m", "< 2 %")

# Windows

STOPPING = ("death", "relapse", "next_therapy", "follow_up")


class Observation(NamedTuple):
    """What of a window counts: up to which day, whether more may come, whether death closed it."""

    last: int
    closed: bool
    by_death: bool = False


def observation(last: int, ends: dict[str, int], latest: int) -> Observation:
    """A window up to `last`; `ends` has days by kind, `latest` is the day of the last record.

    The course may be closed ("closed"): that is a record and no more.
    """
    stops = [ends[kind] for kind in STOPPING if kind in ends]
    if stops and min(stops) <= last:
        return Observation(min(stops), True, by_death=ends.get("death") == min(stops))
    return Observation(last, bool(stops) or max(latest, ends.get("closed", latest)) > last)


# Runs


def runs(word: str, letters: str) -> list[tuple[int, int]]:
    """First day and end of each run in these letters, runs less than three days apart joined."""
    joined: list[tuple[int, int]] = []
    for day, letter in enumerate(word):
        if letter not in letters:
            continue
        if joined and day - joined[-1][1] < RECOVERED_AFTER:
            joined[-1] = (joined[-1][0], day + 1)
        else:
            joined.append((day, day + 1))
    return joined


def longest(word: str, letters: str) -> int:
    return max((end - start for start, end in runs(word, letters)), default=0)


def cumulative(word: str, letters: str) -> int:
    return sum(end - start for start, end in runs(word, letters))


def filled(word: str) -> str:
    """Up to seven unmeasured days between two of one class are of that class, eight are not."""
    parts = ["".join(group) for _, group in groupby(word)]
    for place in range(1, len(parts) - 1):
        before, here, after = parts[place - 1 : place + 2]
        if here[0] == "." and len(here) <= LONGEST_FILLED and before[0] == after[0]:
            parts[place] = before[0] * len(here)
    return "".join(parts)


def measured(word: str, days: str) -> dict[str, int]:
    """`days` is the word with its gaps filled."""
    measured_days = len(word) - word.count(".")
    return {
        "measured_days": measured_days,
        "filled_days": len(days) - days.count(".") - measured_days,
    }


# ICAHT


def by_days(days: int, steps: tuple[tuple[int, int], ...]) -> int:
    """The grade of the highest step reached."""
    return max((grade for least, grade in steps if days >= least), default=0)


NEUTROPENIA = ((1, 1), (7, 2), (14, 3))
DEEP_NEUTROPENIA = ((7, 3), (14, 4))


NEVER_FROM, NEVER_DAYS = 3, 14
BEFORE_DEATH_DAYS, BEFORE_DEATH_MEASURED = 7, 2


def never_recovered(word: str, days: str, *, by_death: bool) -> bool:
    """A run from Day 0–3 to the last day with an ANC, of 14 days or more.

    A shorter one where death closed the window on the last day of the word, at most 7 days after
    the run, of which at least two days were measured.
    """
    last_measured = len(days.rstrip("."))
    for start, end in runs(days, "nd"):
        if start > NEVER_FROM or end != last_measured:
            continue
        measured = [letter for letter in word[start:end] if letter != "."]
        died = by_death and len(word) - end <= BEFORE_DEATH_DAYS
        if end - start >= NEVER_DAYS or (died and len(measured) >= BEFORE_DEATH_MEASURED):
            return True
    return False


def unseen(word: str) -> bool:
    """Whether more days in succession are unknown than may be filled."""
    return "." * (LONGEST_FILLED + 1) in word


def uncertain(word: str, grade: int, highest: int, *, closed: bool) -> bool:
    """At least: more may come, too many days in a row are unknown, or what is not read is low."""
    return grade < 4 and (not closed or unseen(word) or highest > grade)


def early_grade(word: str, *, closed: bool, by_death: bool) -> int:
    days = filled(word)
    grade = max(
        by_days(longest(days, "nd"), NEUTROPENIA), by_days(longest(days, "d"), DEEP_NEUTROPENIA)
    )
    return 4 if closed and never_recovered(word, days, by_death=by_death) else grade


def early(series: str, *, closed: bool, by_death: bool = False) -> dict[str, Any] | None:
    """Early ICAHT of a series from Day 0 to where its window stops, with what it stands on."""
    word = series.replace("u", ".")
    days = filled(word)
    if not days.strip("."):
        return NO_GRADE if "u" in series else None
    grade = early_grade(word, closed=closed, by_death=by_death)
    highest = early_grade(series.replace("u", "d"), closed=closed, by_death=by_death)
    return {
        "grade": grade,
        "at_least": uncertain(word, grade, highest, closed=closed),
        "days_le_500": sum(letter in "nd" for letter in days),
        "days_le_100": days.count("d"),
        "longest_run_le_500": longest(days, "nd"),
        "longest_run_le_100": longest(days, "d"),
        "cumulative_le_500": cumulative(days, "nd"),
        **measured(word, days),
    }


NO_GRADE = {"grade": None, "at_least": False, "measured_days": 0}
"""What came cannot be read."""

LATE_GRADE = {"h": 0, "1": 1, "2": 2, "3": 3, "4": 4}


def late(lowest: str, second: str | None, *, closed: bool) -> dict[str, Any]:
    """By the two lowest daily minima: the lowest grades, unless the second has none."""
    transient = second is not None and LATE_GRADE[second] == 0
    grade = 0 if transient else LATE_GRADE[lowest]
    return {"grade": grade, "at_least": not closed and grade < 4}


def late_of(series: str, *, closed: bool, by_death: bool = False) -> dict[str, Any] | None:
    """Late ICAHT of a series from Day 31 to where its window stops. A day is one value."""
    del by_death
    worst = sorted(series.replace("u", "").replace(".", ""), key=LATE_GRADE.get, reverse=True)
    if not worst:
        return NO_GRADE if "u" in series else None
    account = late(worst[0], worst[1] if len(worst) > 1 else None, closed=closed)
    could = sorted(series.replace("u", "4").replace(".", ""), key=LATE_GRADE.get, reverse=True)
    highest = late(could[0], could[1] if len(could) > 1 else None, closed=closed)["grade"]
    account["at_least"] |= highest > account["grade"]
    return account


# T-ICAHT, by cumulative days

THROMBOPENIA = ((1, 1), (7, 2))
DEEP_THROMBOPENIA = ((1, 3), (14, 4))


def platelets_grade(word: str) -> int:
    days = filled(word)
    return max(
        by_days(cumulative(days, "nd"), THROMBOPENIA),
        by_days(cumulative(days, "d"), DEEP_THROMBOPENIA),
    )


def early_platelets(series: str, *, closed: bool, by_death: bool = False) -> dict[str, Any] | None:
    """Early T-ICAHT of a series from Day 0 on, without transfusions."""
    del by_death
    word = series.replace("u", ".")
    days = filled(word)
    if not days.strip("."):
        return NO_GRADE if "u" in series else None
    grade = platelets_grade(word)
    highest = platelets_grade(series.replace("u", "d"))
    return {
        "grade": grade,
        "at_least": uncertain(word, grade, highest, closed=closed),
        "days_lt_50": sum(letter in "nd" for letter in days),
        "days_lt_20": days.count("d"),
        "longest_run_lt_50": longest(days, "nd"),
        "longest_run_lt_20": longest(days, "d"),
        "cumulative_lt_50": cumulative(days, "nd"),
        "cumulative_lt_20": cumulative(days, "d"),
        **measured(word, days),
    }


def late_platelets_grade(word: str) -> int:
    days, tests = filled(word), word.replace(".", "")
    if len(tests) > 1 and len(tests) - tests.count("h") == 1:
        return 0
    mild, low, deep = (cumulative(days, letters) for letters in ("mnd", "nd", "d"))
    return max(by_days(mild, ((1, 1),)), by_days(low, ((1, 2),)), by_days(deep, DEEP_THROMBOPENIA))


def late_platelets(series: str, *, closed: bool, by_death: bool = False) -> dict[str, Any] | None:
    """By days; one low test of several is transient, a single one counts, unconfirmed."""
    del by_death
    word = series.replace("u", ".")
    if not word.strip("."):
        return NO_GRADE if "u" in series else None
    days, grade = filled(word), late_platelets_grade(word)
    highest = late_platelets_grade(series.replace("u", "d"))
    return {
        "grade": grade,
        "at_least": grade < 4 and (not closed or highest > grade),
        "cumulative_lt_100": cumulative(days, "mnd"),
        "cumulative_lt_50": cumulative(days, "nd"),
        "cumulative_lt_20": cumulative(days, "d"),
    }


# Series


def one_run(*, full: bool) -> Iterator[str]:
    """Each start, length and depth of one run in Day 0–30, the deep days at its beginning."""
    lengths = range(EARLY_DAYS + 1) if full else (0, 1, 6, 7, 13, 14, 27, 28, 29, 30, 31)
    deeps = range(EARLY_DAYS + 1) if full else (0, 1, 6, 7, 13, 14, 31)
    starts = range(EARLY_DAYS) if full else (0, 2, 3, 4, 5, 17, 24, 30)
    for start, length, deep in product(starts, lengths, deeps):
        if deep <= length and start + length <= EARLY_DAYS:
            after = EARLY_DAYS - start - length
            yield "h" * start + "d" * deep + "n" * (length - deep) + "h" * after


def two_runs(*, full: bool) -> Iterator[str]:
    """Two runs with one to four days above between them, shallow and deep."""
    lengths = range(1, 14) if full else (1, 6, 7)
    for start, first, gap, second, letters in product(
        range(8) if full else (0, 3), lengths, range(1, 5), lengths, ("nn", "nd", "dd")
    ):
        word = "h" * start + letters[0] * first + "h" * gap + letters[1] * second
        if len(word) <= EARLY_DAYS:
            yield word.ljust(EARLY_DAYS, "h")


def ended(*, full: bool) -> Iterator[str]:
    """Series that stop before Day 30, low or not at the end."""
    stops = range(1, EARLY_DAYS) if full else (1, 2, 4, 8, 9, 15, 29)
    for stop, start, letter in product(stops, range(6), "nd"):
        if start < stop:
            yield "h" * start + letter * (stop - start)
            if stop - start > 1:
                yield "h" * start + letter * (stop - start - 1) + "h"


def quiet(*, full: bool) -> Iterator[str]:
    """Nothing low, with a stretch of one to ten days that nobody measured, or two of them."""
    gaps = range(11) if full else (0, 1, 7, 8, 10)
    for before, first, second in product((1, 3, 8), gaps, gaps):
        word = "h" * before + "." * first + "h" + "." * second + "h"
        yield word.ljust(EARLY_DAYS, "h")[:EARLY_DAYS]


def with_gaps(*, full: bool) -> Iterator[str]:
    """A gap of one to ten days within a run, from every length on either side."""
    lengths = range(1, 10) if full else (1, 6, 7)
    gaps = range(1, 11) if full else (1, 2, 3, 7, 8)
    for letter, start, first, gap, second in product("nd", (0, 3, 5), lengths, gaps, lengths):
        word = "h" * start + letter * first + "." * gap + letter * second
        if len(word) <= EARLY_DAYS:
            yield word.ljust(EARLY_DAYS, "h")


def late_words(*, full: bool) -> Iterator[str]:
    """Days below 100, 50 and 20 in a row from Day 31 on, and single tests."""
    lengths = range(16) if full else (0, 1, 2, 3, 13, 14, 15)
    for mild, low, deep in product(lengths, repeat=3):
        yield ("m" * mild + "n" * low + "d" * deep + "hhhh")[:LATE_DAYS]
    for one, two in product("hmnd", repeat=2):
        yield one
        yield one + "." * 8 + two
        yield one + "." * 8 + two + "." * 8 + two


def results(
    analyte: str, word: str, members: dict[str, tuple[str, ...]], first_day: int, pick: Random
) -> list[dict[str, Any]]:
    """The results of such a series, at any hour of their day."""
    return [
        lab(
            analyte,
            pick.choice(UNREADABLE if letter == "u" else members[letter]),
            24 * (first_day + day) + pick.choice((0, 6, 23.5)),
        )
        for day, letter in enumerate(word)
        if letter != "."
    ]


class Series(NamedTuple):
    """One system over series: its results, the letters of a word, the table, the window."""

    key: str
    analyte: str
    members: dict[str, tuple[str, ...]]
    expected: Callable[..., dict[str, Any] | None]
    first: int
    last: int


EARLY_ICAHT = Series("icaht_early", "anc", ANC, early, 0, 30)
LATE_ICAHT = Series("icaht_late", "anc", LATE_ANC, late_of, LATE_FROM, 100)
EARLY_T_ICAHT = Series("t_icaht_early", "platelets", PLATELETS, early_platelets, 0, 30)
LATE_T_ICAHT = Series("t_icaht_late", "platelets", LATE_PLATELETS, late_platelets, LATE_FROM, 100)
ALL_SERIES = (EARLY_ICAHT, LATE_ICAHT, EARLY_T_ICAHT, LATE_T_ICAHT)


# Drawn courses


def drawn(of: Series, pick: Random) -> str:
    """A series of steps of random length, some with a gap or an unreadable day within them.

    A gap lies between two days of one class, so that what fills it is of that class too.
    """
    word = pick.choice(("", "", ".", "." * 7, "." * 8, "hh", "hhh", "hhhh"))
    while len(word) < of.last - of.first + 1:
        letter = pick.choice(tuple(of.members))
        step = letter * pick.choice((1, 1, 2, 3, 6, 7, 13, 14, 15))
        hole = pick.choice(("", "", "", "." * pick.choice((1, 2, 7, 8, 9)), "u"))
        word += step + (hole + letter if hole else "")
        if pick.random() < 0.25:
            break
    return word[: of.last - of.first + 1]


def drawn_ends(of: Series, length: int, pick: Random) -> dict[str, int]:
    """None, one or two of the ways in which a window can end, near the series' end or anywhere."""
    near = of.first + length - 1
    days = (near, near + 1, near + 7, near + 8, of.last, of.last + 1, pick.randint(0, of.last + 9))
    kinds = pick.sample((*STOPPING, "death", "closed", "record"), k=pick.choice((0, 1, 1, 2)))
    return {kind: max(pick.choice(days), 0) for kind in kinds}


def expected_of(of: Series, word: str, ends: dict[str, int]) -> dict[str, Any] | None:
    """The account of a series under these ends; None where there is none to give.

    Before the first day of its window nothing is said.
    """
    measured_to = of.first + len(word.rstrip(".")) - 1
    days = [day for kind, day in ends.items() if kind != "follow_up"]
    latest = max([measured_to, *days]) if word.strip(".") else max(days, default=-1)
    window = observation(of.last, ends, latest)
    if window.last < of.first or (not word.strip(".") and not window.closed):
        return None
    length = window.last - of.first + 1
    cut = word[:length].ljust(length if window.closed else 0, ".")
    return of.expected(cut, closed=window.closed, by_death=window.by_death)
