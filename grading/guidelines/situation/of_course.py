"""The situation of a course at one moment.

Takes   the record, what `grade_record` and `grade_course` gave for it, the moment as elapsed time.
Gives   a `Situation`; entries later than the moment are left out, and grades are those of then.
"""

# ruff: noqa: PLC0414 - a course with its grades is given to this module, and imported from here

from __future__ import annotations

from datetime import timedelta

from grading.decisions.step_choices import STEP_AS_PRINTED, StepChoices
from grading.guidelines.after_death import is_dead
from grading.guidelines.products import product_named
from grading.guidelines.situation.bedside import bedside_now
from grading.guidelines.situation.course_results import icaht_now, iec_hs_now, movement_facts
from grading.guidelines.situation.doses import anakinra_now, steroids_now
from grading.guidelines.situation.grades import grade_now
from grading.guidelines.situation.laboratory import ferritin_course, labs_now
from grading.guidelines.situation.response import responses_now
from grading.guidelines.situation.situation import DosesNow, PatientNow, Situation
from grading.guidelines.situation.until import CourseGraded as CourseGraded
from grading.guidelines.situation.until import course_until
from grading.guidelines.tocilizumab import tocilizumab_ledger
from grading.local_rules import DEFAULT, LocalRules
from grading.record import ADULT_FROM_YEARS, HOUR, Record
from grading.rules.systems import PRIMARY


def situation_at(
    course: CourseGraded,
    now: timedelta,
    local: LocalRules = DEFAULT,
    choices: StepChoices = STEP_AS_PRINTED,
) -> Situation:
    """The situation at a moment; what was entered for a later time is not looked at."""
    until = course_until(course, now, local)
    record, of_course = until.record, until.of_course
    grades = {
        system.toxicity: grade_now(system, record, until.graded[key], local, now)
        for key, system in PRIMARY.items()
    }
    patient = _patient(record, now, local, choices)
    labs, not_used = labs_now(record, now, choices)
    return Situation(
        now=now,
        day=record.day(now, since=record.latest_infusion(now)),
        crs=grades["crs"],
        icans=grades["icans"],
        bedside=bedside_now(record, now, local, crs_since=grades["crs"].began),
        labs=labs,
        labs_not_used=not_used,
        ferritin=ferritin_course(record, now, local, choices),
        doses=DosesNow(
            given=record.doses,
            tocilizumab=tocilizumab_ledger(record, now, local, choices),
            steroids=steroids_now(record.doses, now, patient.weight_kg),
            anakinra=anakinra_now(record.doses, now, patient.weight_kg),
        ),
        responses=responses_now(grades, record, now, local),
        movement=movement_facts(record, of_course.get("mnt")),
        iec_hs=iec_hs_now(record, of_course),
        icaht=icaht_now(record, of_course),
        events=record.events,
        product=product_named(record.product or ""),
        patient=patient,
        is_dead=is_dead(record),
        local=local,
        choices=choices,
    )


def _patient(record: Record, now: timedelta, local: LocalRules, choices: StepChoices) -> PatientNow:
    age, weight = record.age_at(now), record.weight_at(now)
    is_small = weight is not None and weight.kg < choices.adult_doses_from_kg
    is_fresh = None
    if weight is not None and weight.measured is not None:
        is_fresh = now - weight.measured <= local.weight_fresh_hours * HOUR
    return PatientNow(
        age_years=age,
        is_child=is_small or (age is not None and age < ADULT_FROM_YEARS),
        weight_kg=None if weight is None else weight.kg,
        weighed=None if weight is None else weight.measured,
        weight_uid="" if weight is None else weight.uid,
        weight_is_fresh=is_fresh,
        sex=record.sex,
        indication=record.indication,
    )
