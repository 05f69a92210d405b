"""The grade badge: one picture of a grade for board, chart, form and print.

A number, a word, a shape and a fill, so that it reads without color and in one glance. Review
shows the grade it would be, hatched; a lower bound carries "≥"; not gradable is a dash; where
the literal text allows two grades, both stand in the mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from grading.engine.result import Result
from grading.engine.sentences import GRADE_WORDS
from grading.engine.system import CourseSystem, System
from patients.models.standing import SystemStanding
from patients.words.early_signs import early_signs_in_words
from patients.words.grades import AT_LEAST, NOT_GRADABLE, from_to, grade_in_short

FATAL = Result(grade=5)
NO_GRADE_YET = "no grade yet"
"""The word beside signs from before the infusion."""
NOT_REASSESSED = "not reassessed"
"""The word of a grade that a newer entry did not replace."""
ALL_CLEAR = "all clear"
"""The word of a 0 in an episode that has not resolved: "none" would read as well."""


@dataclass(frozen=True, slots=True)
class Badge:
    """The parts of a badge: the mark in the shape, the small word, the classes, the sentence."""

    mark: str
    word: str
    look: str
    label: str


def badge(name: str, edition: str, result: Result | None) -> Badge:
    """The badge of one system's result; None where that part has never been assessed."""
    if result is None:
        return Badge("–", "not assessed", "badge--none", f"{name} not assessed {edition}")
    bound, low, high = AT_LEAST if result.at_least else "", result.low, result.high
    at_least = "at least " if result.at_least else ""
    if result.review:
        would_be = f"{bound}{result.would_be}"
        return Badge(
            mark=f"{would_be}?",
            word=f"review, would be {would_be}",
            look=f"badge--{result.would_be} badge--review",
            label=f"{name} needs review, would be grade {would_be} {edition}",
        )
    if low is not None and high is not None and result.grade is None:
        return Badge(
            mark=f"{bound}{from_to(low, high)}",
            word=f"{low} to {high}",
            look=f"badge--{high} badge--range",
            label=f"{name} {at_least}grade {low} to {high}, the text allows both {edition}",
        )
    if result.grade is None:
        return Badge("–", NOT_GRADABLE, "badge--none", f"{name} {NOT_GRADABLE} {edition}")
    return Badge(
        mark=f"{bound}{result.grade}",
        word=at_least.strip() or GRADE_WORDS[result.grade],
        look=f"badge--{result.grade}" + (" badge--at-least" if result.at_least else ""),
        label=f"{name} {at_least}grade {result.grade} {edition}",
    )


def system_badge(system: System | CourseSystem, result: Result | None) -> Badge:
    """The badge of a result of a registered system, named with its year."""
    return badge(system.name, system.label.removeprefix(system.name).strip(), result)


def assessment_badge(
    system: System, result: Result | None, early_signs: Mapping[str, Any]
) -> Badge:
    """As `system_badge`, but the signs of an assessment before the infusion never read as "none".

    They stand beside the badge, which has no number.
    """
    signs = early_signs_in_words(early_signs)
    if not signs or result is None:
        return system_badge(system, result)
    label = f"{system.name} ({system.standard} {system.year}), {signs}"
    return Badge("–", NO_GRADE_YET, "badge--none", label)


def standing_badge(system: System, standing: SystemStanding) -> Badge:
    """The badge of a system now: the grade that stands, drawn as such where it is older.

    After a death there is no grade but the fatal one, and the badge says what was before.
    """
    stands, edition = standing.stands, f"({system.standard} {system.year})"
    if standing.death is not None:
        if standing.death.attributed_to == system.toxicity:
            return system_badge(system, FATAL)
        before = "not assessed" if standing.current is None else _before_death(standing)
        return Badge("–", "died", "badge--none", f"{system.name} {before} before death {edition}")
    if stands is None:
        return assessment_badge(system, standing.current, standing.early_signs)
    shown = assessment_badge(system, stands, standing.early_signs)
    if not standing.is_reassessed and not standing.early_signs:
        return not_reassessed(shown)
    if standing.is_open and stands.is_clear():
        return replace(shown, word=ALL_CLEAR)
    return shown


def _before_death(standing: SystemStanding) -> str:
    stands = standing.stands
    return f"was {NOT_GRADABLE if stands is None else grade_in_short(stands)}"


def not_reassessed(shown: Badge) -> Badge:
    """A badge of a grade that a newer entry did not replace: the same number, drawn as older."""
    is_review = "badge--review" in shown.look
    return Badge(
        mark=shown.mark,
        word=f"review, {NOT_REASSESSED}" if is_review else NOT_REASSESSED,
        look=f"{shown.look} badge--older",
        label=f"{shown.label}, {NOT_REASSESSED}",
    )


@lru_cache(maxsize=512)
def badge_html(shown: Badge, size: str = "") -> SafeString:
    """The badge as markup; there are few different ones, so each is rendered once."""
    return render_to_string("components/_grade_badge.html", {"badge": shown, "size": size})
