"""Whom saving a form would call, said beside the grades before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping

from grading.rules.systems import PRIMARY
from patients.models import Course
from patients.models.standing import SystemStanding
from patients.rounds.rules.policy import PolicyStep
from patients.rounds.ward_settings import policy_in


def sentences(course: Course, grades: Mapping[str, int | None]) -> list[str]:
    """Whom to call for the grades that would rise by this save; none where none would. One query.

    `grades` are those to act on after saving, by the key of each primary system.
    """
    if not any(grades.values()):
        return []
    columns = ("board_row__systems", "ward__round_settings__policy", "ward__who_to_call")
    of_course = Course.objects.filter(pk=course.pk).values_list(*columns)
    systems, policy, number = of_course.get()
    standings = systems or {}
    rises = {
        key: grade
        for key, grade in grades.items()
        if grade is not None and grade > _stood(SystemStanding.from_json(standings.get(key, {})))
    }
    if not rises:
        return []
    steps = policy_in(policy, number).for_grade(max(rises.values()))
    first, *later = steps
    risen = " and ".join(f"{PRIMARY[key].name} {grade}" for key, grade in rises.items())
    climb = [f"{_dialed(step)} within {step.minutes} min more" for step in later]
    unanswered = f" Unanswered: then {', then '.join(climb)}." if climb else ""
    return [f"{risen}: call {_dialed(first)} within {first.minutes} min.{unanswered}"]


def _stood(standing: SystemStanding) -> int:
    """The grade that stood before; the first grade counts as a rise from 0."""
    grade = standing.grade_to_act_on
    return 0 if grade is None else grade


def _dialed(step: PolicyStep) -> str:
    return ", ".join(filter(None, (step.who, step.contact)))
