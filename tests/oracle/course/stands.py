"""The grade that stands after the last entry: the last full one until a later entry replaces it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.oracle.course.document import Entry
from tests.oracle.course.episodes import Verdict


def current(graded: Sequence[tuple[Entry, Verdict]]) -> dict[str, Any] | None:
    """What stands, with its hour, and whether the newest entry is the one that stands.

    `graded` are the assessments with the part, oldest first. None before the first grade.
    """
    standing, full = None, None
    for entry, verdict in graded:
        if replaces(verdict, standing and standing[1], full):
            standing = entry, verdict
            full = full if verdict.review else verdict
    if standing is None:
        return None
    entry, verdict = standing
    return {
        "grade": verdict.grade,
        "at_least": verdict.at_least,
        "review": verdict.review,
        "would_be": verdict.would_be,
        "if_all_counted": verdict.if_all_counted,
        "put_aside": set(verdict.put_aside),
        "hour": float(entry.hour),
        "reassessed": standing[0] is graded[-1][0],
    }


def replaces(verdict: Verdict, standing: Verdict | None, full: Verdict | None) -> bool:
    """An exact grade and a review always; a null never; a lower bound where it is as high.

    Under a review it has to be as high as the grade before the review, too.
    """
    if verdict.number is None:
        return False
    if standing is None or verdict.review or not verdict.at_least:
        return True
    before = [standing, full] if standing.review and full is not None else [standing]
    return all(to_sort_by(verdict) >= to_sort_by(one) for one in before)


def to_sort_by(verdict: Verdict) -> int:
    """The number, or that with every sign counted while a physician has not confirmed them all."""
    number = -1 if verdict.number is None else verdict.number
    if verdict.if_all_counted is None or all(one.confirmed for one in verdict.put_aside):
        return number
    return max(number, verdict.if_all_counted)
