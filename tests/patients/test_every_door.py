"""Whatever way something comes in, the stored grades are then those that the rules give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from patients.clock import now
from patients.models import Assessment, Course, Dose, GradeRecord, GuardedWrite, Patient, User
from patients.regrade_report import regrade_courses

Seen = Callable[..., Assessment]
WAYS: dict[str, Callable[[Course, User, Seen], object]] = {
    "enter": lambda course, by, seen: course.enter([seen(40, temperature_c="39.2")], by=by),
    "save": lambda course, by, seen: seen(40, temperature_c="39.2", recorded_by=by).save(),
    "strike_out": lambda course, by, seen: Assessment.objects.get().strike_out(by, "wrong"),
    "correct": lambda course, by, seen: course.enter(
        [seen(30, replaces=Assessment.objects.get())], by=by
    ),
    "dose": lambda course, by, seen: course.enter(
        [Dose(given_at=course.infused_at, agent="norepinephrine", amount=1, unit="mg")], by=by
    ),
    "infusion time": lambda course, by, seen: course.amend(
        by, "clock", infused_at=course.infused_at + timedelta(hours=35)
    ),
    "baseline": lambda course, by, seen: course.amend(
        by, "on the chart", baseline_oxygen_device="nasal_cannula", baseline_oxygen_flow_l_min=2
    ),
    "birth date": lambda course, by, seen: course.patient.amend(
        by, "passport", birth_date=date(2018, 1, 1)
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_regrades(way: str, course: Course, nurse: User, seen: Seen) -> None:
    feverish = seen(30, temperature_c=Decimal("38.9"), oxygen_device="nasal_cannula",
                    oxygen_flow_l_min=Decimal(2))  # fmt: skip
    course.enter([feverish], by=nurse)
    before = set(GradeRecord.objects.live().values_list("pk", flat=True))
    WAYS[way](course, nurse, seen)

    assert set(GradeRecord.objects.live().values_list("pk", flat=True)) != before
    assert list(regrade_courses([course.pk], at=now(), write=False)) == []


def test_who_is_treated_cannot_be_changed_past_the_door(course: Course) -> None:
    patient = Patient.objects.get(pk=course.patient_id)
    patient.birth_date = date(2018, 1, 1)
    with pytest.raises(GuardedWrite):
        patient.save()
