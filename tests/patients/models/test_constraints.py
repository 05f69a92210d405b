"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from grading.table.fields import Number, OneOf
from grading.table.findings import names_of
from grading.table.sections import LIMITS
from patients import door
from patients.models import (
    Assessment,
    ClinicalRow,
    Course,
    Dose,
    Event,
    LabResult,
    Membership,
    Patient,
    User,
    Ward,
)
from tests.storing import AssessmentAt, stored

STEP = Decimal("0.0001")


@pytest.fixture
def put(nurse: User, course: Course) -> Callable[[ClinicalRow], None]:
    """Write a row past every check but the database's."""

    def write(row: ClinicalRow) -> None:
        row.course, row.recorded_by, row.recorded_at = course, nurse, course.infused_at
        with transaction.atomic():
            row.insert()

    return write


def refused(put: Callable[[ClinicalRow], None], row: ClinicalRow, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        put(row)


@pytest.mark.parametrize("name", names_of(Number))
def test_a_vital_sign_stays_within_its_hard_limits(
    name: str, assessment_at: AssessmentAt, put: Any
) -> None:
    limits = LIMITS[name]
    constraint = f"assessment_{name}_within_limits"
    alone = {"systolic_mmhg": None, "diastolic_mmhg": None}

    put(assessment_at(1, **{**alone, name: limits.hard_low}))
    put(assessment_at(2, **{**alone, name: limits.hard_high}))
    refused(put, assessment_at(3, **{**alone, name: limits.hard_low - STEP}), constraint)
    refused(put, assessment_at(4, **{**alone, name: limits.hard_high + STEP}), constraint)


def test_a_score_stays_on_its_scale(assessment_at: AssessmentAt, put: Any) -> None:
    put(assessment_at(1, ice_total=0, capd_total=32))
    refused(put, assessment_at(2, ice_total=11), "assessment_ice_total_within_limits")
    refused(put, assessment_at(3, capd_total=33), "assessment_capd_total_within_limits")


def test_diastolic_is_below_systolic(assessment_at: AssessmentAt, put: Any) -> None:
    put(assessment_at(1, systolic_mmhg=88, diastolic_mmhg=87))
    equal = assessment_at(2, systolic_mmhg=88, diastolic_mmhg=88)
    refused(put, equal, "assessment_diastolic_below_systolic")


def test_fever_is_entered_only_where_no_temperature_is(
    assessment_at: AssessmentAt, put: Any
) -> None:
    put(assessment_at(1, temperature_c=None, fever=True))
    refused(put, assessment_at(2, fever=True), "assessment_temperature_or_fever")


def test_ice_is_entered_as_items_or_as_total(assessment_at: AssessmentAt, put: Any) -> None:
    put(assessment_at(1, ice={"year": 1}, ice_total=None))
    refused(put, assessment_at(2, ice={"year": 1}, ice_total=1), "assessment_ice_items_or_total")


@pytest.mark.parametrize("scale", ["ice", "capd"])
def test_a_score_excludes_a_reason_for_not_scoring(
    scale: str, assessment_at: AssessmentAt, put: Any
) -> None:
    def scored(hours: float, total: int, reason: str) -> Assessment:
        return assessment_at(
            hours, **{"ice_total": None, f"{scale}_total": total, f"{scale}_not_done": reason}
        )

    put(scored(1, 0, "unarousable"))
    put(scored(2, 0, "aphasia"))
    refused(put, scored(3, 0, "asleep"), f"assessment_{scale}_total_or_reason")
    refused(put, scored(4, 1, "unarousable"), f"assessment_{scale}_total_or_reason")


@pytest.mark.parametrize("name", names_of(OneOf))
def test_an_unknown_word_is_refused(name: str, assessment_at: AssessmentAt, put: Any) -> None:
    row = assessment_at(1, ice_total=None, **{name: "banana"})
    refused(put, row, f"assessment_{name}_known_word")


def test_a_dose_ends_at_or_after_its_start(course: Course, put: Any) -> None:
    start = course.infused_at
    put(Dose(given_at=start, ended_at=start, agent="tocilizumab", drug_class="anti_cytokine"))
    backwards = Dose(
        given_at=start,
        ended_at=start - timedelta(seconds=1),
        agent="tocilizumab",
        drug_class="anti_cytokine",
    )
    refused(put, backwards, "dose_ends_after_it_starts")


def test_a_dose_below_nothing_is_refused(course: Course, put: Any) -> None:
    nothing = Dose(
        given_at=course.infused_at, agent="tocilizumab", drug_class="anti_cytokine", amount=-1
    )
    refused(put, nothing, "dose_amount_not_negative")


@pytest.mark.parametrize(
    ("amount", "unit", "is_taken"),
    [(0, "mg", False), (0, None, False), (0, "µg/kg/min", True), (0, "ml/h", True)],
)
def test_an_amount_of_0_is_a_rate_that_is_not_running(
    course: Course, amount: int, unit: str | None, is_taken: bool
) -> None:
    dose = Dose(
        course=course,
        given_at=course.infused_at,
        agent="norepinephrine",
        drug_class="vasopressor",
        amount=amount,
        unit=unit,
    )
    with nullcontext() if is_taken else pytest.raises(ValidationError, match="0 is no dose"):
        dose.clean()


def test_only_a_death_is_attributed(course: Course, put: Any) -> None:
    put(Event(happened_at=course.infused_at, kind="death", attributed_to="crs"))
    icu = Event(happened_at=course.infused_at, kind="icu_in", attributed_to="crs")
    refused(put, icu, "event_only_death_is_attributed")


def test_only_a_marrow_has_or_lacks_hemophagocytosis(course: Course, put: Any) -> None:
    for answer in (True, False, None):
        put(Event(happened_at=course.infused_at, kind="marrow", hemophagocytosis=answer))
    relapse = Event(happened_at=course.infused_at, kind="relapse", hemophagocytosis=False)
    refused(put, relapse, "event_only_a_marrow_has_hemophagocytosis")


def test_a_negative_laboratory_value_is_refused(course: Course, put: Any) -> None:
    row = LabResult(collected_at=course.infused_at, analyte="crp", value=-1, unit="mg/L")
    refused(put, row, "labresult_value_not_negative")


def test_a_strike_out_is_whole_or_absent(assessment_at: AssessmentAt, put: Any) -> None:
    refused(
        put, assessment_at(1, struck_out_reason="no name, no time"), "assessment_struck_out_whole"
    )


def test_a_uid_exists_once(assessment_at: AssessmentAt, put: Any) -> None:
    first = assessment_at(1)
    put(first)
    with pytest.raises(IntegrityError, match="uid"):
        put(assessment_at(2, uid=first.uid))


def test_an_entry_is_replaced_once(assessment_at: AssessmentAt, put: Any) -> None:
    first = assessment_at(1)
    put(first)
    put(assessment_at(1, replaces=first))
    with pytest.raises(IntegrityError, match="replaces"):
        put(assessment_at(1, replaces=first))


def test_a_patient_has_one_open_course(course: Course, physician: User) -> None:
    def admit_again() -> Course:
        return stored(
            Course(
                patient=course.patient,
                ward=course.ward,
                product="tisagenlecleucel",
                infused_at=course.infused_at + timedelta(days=100),
            )
        )

    with pytest.raises(ValidationError, match="already has an open course"):
        admit_again()
    closed_at = course.infused_at + timedelta(days=60)
    door.amend(
        course,
        by=physician,
        reason="went home",
        changes={"closed_at": closed_at, "outcome": "discharged", "closing_reason": "went home"},
    )
    assert admit_again().is_open()


def test_an_outcome_needs_a_closed_course(course: Course, physician: User) -> None:
    with pytest.raises(ValidationError, match="An outcome needs the time"):
        door.amend(course, by=physician, reason="typed too early", changes={"outcome": "died"})


def test_an_mrn_keeps_its_zeros_and_exists_once(patient: Patient) -> None:
    patient.refresh_from_db()
    assert patient.mrn == "00123"
    stored(Patient(mrn="0123", family_name="Other"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Patient(mrn="00123", family_name="Twin").write_with_history(by=None, reason="twin")


def test_a_birth_date_excludes_an_age(patient: Patient, nurse: User) -> None:
    with pytest.raises(ValidationError, match="Enter the birth date, or the age"):
        door.amend(
            patient, by=nurse, reason="asked again", changes={"age_at_infusion_years": Decimal(61)}
        )


def test_a_member_belongs_to_a_ward_once(nurse: User, ward: Ward) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=nurse, ward=ward)
