"""A grade in words: the one place where board, chart, forms, messages and reports get it from.

The short form stands in cells and lists: 3, ≥ 2, 2–3, review (would be ≥ 2), not gradable. The
long form stands in sentences and in CSV files: at least 2; review, would be at least 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from grading.engine.result import Result
from grading.rules.reasons import is_hypoxia_on_device, left_open, review_reason, sentence
from grading.rules.systems import SYSTEMS
from patients.models import GradeChange, GradeRecord
from patients.models.standing import SystemStanding
from patients.words import wording
from patients.words.early_signs import early_signs_in_words

AT_LEAST = "≥"
NOT_GRADABLE = "not gradable"
MOST_CHANGES = 4
"""So many changed grades are named in a message; further ones are counted."""
REVIEW_IN_SHORT = {
    "no_fever": "no fever, untreated: attribute",
    "fever_put_aside": "fever of another cause: attribute",
    "fever_unknown": "temperature unknown: attribute",
    "late_fever_unattributed": "first fever after Day 14: attribute",
}


def grade_in_short(graded: Result | GradeRecord) -> str:
    """A grade for a cell: 3, ≥ 2, 2–3, review (would be ≥ 2), not gradable."""
    grade = bounded(_number(graded), at_least=graded.at_least)
    return f"review (would be {grade})" if graded.review else grade or NOT_GRADABLE


def grade_in_words(graded: Result | GradeRecord) -> str:
    """A grade for a sentence: 3, at least 2, 2–3, review, would be at least 2, not gradable."""
    number = _number(graded)
    grade = f"at least {number}" if number and graded.at_least else number
    return f"review, would be {grade}" if graded.review else grade or NOT_GRADABLE


def _number(graded: Result | GradeRecord) -> str:
    """The grade shown, or both ends where the literal text allows several; empty without any."""
    if graded.shown is not None:
        return str(graded.shown)
    if graded.low is None or graded.high is None:
        return ""
    return from_to(graded.low, graded.high)


def from_to(low: int, high: int) -> str:
    """One grade, or a range of grades: 2, 2–3."""
    return str(low) if low == high else f"{low}–{high}"


def bounded(number: str, *, at_least: bool) -> str:
    """A grade with the sign of a lower bound: ≥ 2. Without a grade the text stays empty."""
    return f"{AT_LEAST} {number}" if number and at_least else number


def grade_changes_in_words(changes: Iterable[GradeChange]) -> list[str]:
    """Every grade of an assessment that an entry set or changed, each in a sentence."""
    sentences = []
    for change in changes:
        if change.assessment is not None and change.after is not None and change.after.has_part:
            before = "" if change.before is None else _number(change.before)
            was = f" (was {before})" if before else ""
            grade = early_signs_in_words(change.early_signs) or _entered(change.after.result)
            sentences.append(f"{SYSTEMS[change.system].name} {grade}{was}.")
    more = len(sentences) - MOST_CHANGES
    return [*sentences[:MOST_CHANGES], f"{more} more grades changed."] if more > 0 else sentences


def _entered(result: Result) -> str:
    """The grade of an entry, or what it lacks: not graded: nobody entered the oxygen device."""
    lacking = "" if result.has_grade() else left_open(result)
    return f"not graded: {lacking}" if lacking else grade_in_words(result)


def reason_in_short(result: Result) -> str:
    """The criteria that carry the grade, or the items that it lacks, in a few words.

    The oxygen device is left out: the board shows it among the vital signs. An untreated hypoxia
    stands among the open items.
    """
    lacking = left_open(result) if result.at_least or not result.has_grade() else ""
    top = [
        sentence(met).split(": ")[0] if "oxygen_device" in met.saw else sentence(met)
        for met in result.because
        if met.grade == result.shown
        and not (lacking and not result.review and is_hypoxia_on_device(met))
    ]
    if result.review:
        asked = REVIEW_IN_SHORT.get(result.values.get("review", ""), review_reason(result))
        return wording.listed([asked, *top[:1]])
    if not result.has_grade():
        return f"not graded: {lacking}" if lacking else ""
    return wording.listed([*top[:2], lacking]) if result.grade else lacking


def last_graded(standing: SystemStanding) -> str:
    """The grade that was not assessed anew, or the one before a review: last graded ≥ 3."""
    last = standing.last_graded
    full = "" if last is None else bounded(str(last.grade), at_least=last.at_least)
    if standing.not_reassessed is None:
        return full and f"last graded {full}"
    before = f"{full}, then " if full else ""
    return f"last graded {before}{grade_in_short(standing.not_reassessed.result)}"


def last_graded_at(standing: SystemStanding) -> datetime | None:
    """The time of the grade that `last_graded` names."""
    if standing.not_reassessed is not None:
        return standing.not_reassessed.at
    return None if standing.last_graded is None else standing.last_graded.at


def last_graded_ago(standing: SystemStanding, now: datetime) -> str:
    """`last_graded` with its age: last graded 3, 12 h 00 ago."""
    at = last_graded_at(standing)
    return "" if at is None else f"{last_graded(standing)}, {wording.duration(now - at)} ago"


def not_graded_anew(standing: SystemStanding, now: datetime, zone: tzinfo) -> str:
    """Why the newest entry left the grade as it was; empty where it did not.

    not graded anew: nobody entered the oxygen device
    newest entry 11:31: at least 1, nobody entered the oxygen device
    """
    newest = standing.current
    if newest is None or standing.assessed_at is None or standing.is_reassessed:
        return ""
    lacking = left_open(newest)
    if not newest.has_grade():
        return f"not graded anew: {lacking}" if lacking else "not graded anew"
    at = wording.clock_or_weekday(standing.assessed_at, now, zone)
    return f"newest entry {at}: " + ", ".join(filter(None, (grade_in_words(newest), lacking)))


def not_reassessed_in_words(standing: SystemStanding, now: datetime, zone: tzinfo) -> str:
    """The grade that stands with its age, and what the newest entry lacks; empty where it has all.

    3, 12 h 00 ago, not reassessed; newest entry 11:31: at least 1, nobody entered the oxygen device
    """
    older = standing.not_reassessed
    if older is None or standing.assessed_at is None:
        return ""
    stands = f"{grade_in_words(older.result)}, {wording.duration(now - older.at)} ago"
    anew = not_graded_anew(standing, now, zone)
    last = standing.last_graded
    full = "" if last is None else f"last graded {bounded(str(last.grade), at_least=last.at_least)}"
    return wording.listed([f"{stands}, not reassessed", full, anew])
