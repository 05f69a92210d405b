"""The situation of a course at one moment.

Takes   the record, what `grade_record` and `grade_course` gave for it, the moment as elapsed time.
Gives   a `Situation`; entries later than the moment are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from grading.decisions.step_choices import STEP_AS_PRINTED, StepChoices
from grading.engine.result import Result, SystemGrades
from grading.guidelines.acting_grade import acting_grade
from grading.guidelines.after_death import is_dead
from grading.guidelines.products import product_named
from grading.guidelines.situation.neuro_scores import capd_now, ice_now, movement_facts
from grading.guidelines.situation.situation import (
    BedsideNow,
    DosesNow,
    GradeNow,
    PatientNow,
    Situation,
)
from grading.guidelines.tocilizumab import tocilizumab_ledger
from grading.local_rules import DEFAULT, LocalRules
from grading.record import ADULT_FROM_YEARS, Record
from grading.rules.systems import PRIMARY


@dataclass(frozen=True, slots=True)
class CourseGraded:
    """A record with its grades: those of each assessment, and the results of the whole course."""

    record: Record
    graded: Mapping[str, SystemGrades]
    of_course: Mapping[str, Result] = field(default_factory=dict)


def situation_at(
    course: CourseGraded,
    now: timedelta,
    local: LocalRules = DEFAULT,
    choices: StepChoices = STEP_AS_PRINTED,
) -> Situation:
    """The situation at a moment; what was entered for a later time is not looked at."""
    record = course.record
    grades = {
        system.toxicity: GradeNow(grade=acting_grade(system, record, course.graded[key]).grade)
        for key, system in PRIMARY.items()
    }
    return Situation(
        now=now,
        day=record.day(now, since=record.latest_infusion(now)),
        crs=grades["crs"],
        icans=grades["icans"],
        doses=DosesNow(
            given=tuple(dose for dose in record.doses if dose.elapsed <= now),
            tocilizumab=tocilizumab_ledger(record, now, local),
        ),
        bedside=BedsideNow(ice=ice_now(record, now, local), capd=capd_now(record, now, local)),
        movement=movement_facts(record, course.of_course.get("mnt"), now),
        events=tuple(event for event in record.events if event.elapsed <= now),
        product=product_named(record.product or ""),
        patient=_patient(record, now, choices),
        is_dead=is_dead(record),
        local=local,
        choices=choices,
    )


def _patient(record: Record, now: timedelta, choices: StepChoices) -> PatientNow:
    age, weight = record.age_at(now), record.weight_at(now)
    is_small = weight is not None and weight.kg < choices.adult_doses_from_kg
    return PatientNow(
        age_years=age,
        is_child=is_small or (age is not None and age < ADULT_FROM_YEARS),
        weight_kg=None if weight is None else weight.kg,
        weighed=None if weight is None else weight.measured,
        sex=record.sex,
        indication=record.indication,
    )
