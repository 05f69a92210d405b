"""Conditions that many lines share, each with the fact that it gives."""

from __future__ import annotations

from collections.abc import Callable

from grading.guidelines.line import Why
from grading.guidelines.situation.situation import Fact, GradeNow, Situation

Condition = Callable[[Situation], Why]


def grade_fact(name: str, grade: GradeNow) -> Fact:
    """CRS 3; in review CRS 3 if the signs are CRS; with the remark on the grade."""
    shown = f"{name} {'at least ' if grade.at_least else ''}{grade.grade}"
    words = f"{shown} if the signs are {name}, in review" if grade.is_review else shown
    return Fact(", ".join(filter(None, (words, grade.remark))), grade.at, grade.uid)


def crs_from(lowest: int, highest: int = 4) -> Condition:
    """CRS of a grade between these, both included; in review its would-be grade."""

    def condition(situation: Situation) -> Why:
        grade = situation.crs.grade
        if grade is None or not lowest <= grade <= highest:
            return None
        return (grade_fact("CRS", situation.crs),)

    return condition


def icans_from(lowest: int, highest: int = 4) -> Condition:
    """ICANS of a grade between these, both included."""

    def condition(situation: Situation) -> Why:
        grade = situation.icans.grade
        if grade is None or not lowest <= grade <= highest:
            return None
        return (grade_fact("ICANS", situation.icans),)

    return condition


def all_hold(*conditions: Condition) -> Condition:
    """Every condition holds; the facts of all."""

    def condition(situation: Situation) -> Why:
        facts: list[Fact] = []
        for each in conditions:
            if (why := each(situation)) is None:
                return None
            facts.extend(why)
        return tuple(facts)

    return condition
