"""Entering, correcting, striking out, stopping, amending: one door, and the grades follow."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from patients import door
from patients.door.refusals import (
    AlreadyEntered,
    AlreadyReplaced,
    AlreadyStopped,
    AlreadyStruckOut,
    Refused,
    WrongCourse,
)
from patients.models import (
    Assessment,
    ClinicalRow,
    Course,
    Dose,
    Event,
    GradeChange,
    GradeRecord,
    GuardedWrite,
    LabResult,
    Patient,
    User,
    Ward,
)
from tests.storing import AssessmentAt

CRS, ICANS = "crs_astct_2019", "icans_astct_2019"
FEVER = {"temperature_c": Decimal("38.9")}
ON_NOREPINEPHRINE = FEVER | {"hypotension": True, "vasopressors": ["norepinephrine"]}


def crs_grades(course: Course) -> list[int | None]:
    records = GradeRecord.objects.filter(course=course, system=CRS).live()
    in_order = records.filter(assessment__isnull=False).order_by("applies_at", "pk")
    return [record.grade for record in in_order]


def brief(changes: list[GradeChange]) -> list[tuple[str, int | None, int | None]]:
    return [
        (
            change.system,
            None if change.before is None else change.before.grade,
            None if change.after is None else change.after.grade,
        )
        for change in changes
    ]


def dose(course: Course, hours: float, agent: str = "tocilizumab", **more: Any) -> Dose:
    return Dose(
        course=course, given_at=course.infused_at + timedelta(hours=hours), agent=agent, **more
    )


# Entering


def test_an_assessment_is_graded_as_it_is_entered(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    changes = door.enter(course, [assessment_at(36, **ON_NOREPINEPHRINE, ice_total=8)], by=nurse)

    assert brief(changes) == [(CRS, None, 3), (ICANS, None, 1)]


def test_an_entry_is_signed_and_timed_by_the_door(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(36)], by=nurse)

    row = Assessment.objects.get()
    assert row.recorded_by == nurse
    assert row.recorded_at > row.observed_at


def test_a_dose_entered_later_changes_the_grades_after_it(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    low_pressure = {"hypotension": True}
    door.enter(course, [assessment_at(30, **FEVER), assessment_at(40, **low_pressure)], by=nurse)
    assert crs_grades(course) == [1, None]

    changes = door.enter(course, [dose(course, 32)], by=nurse)

    assert brief(changes) == [(CRS, None, 2)]
    assert crs_grades(course) == [1, 2]


def test_entries_together_are_entered_whole_or_not_at_all(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    bad = LabResult(collected_at=course.infused_at, analyte="crp", value=Decimal(5000), unit="mg/L")
    with pytest.raises(ValidationError, match="outside 0–1000 mg/L"):
        door.enter(course, [assessment_at(36), bad], by=nurse)

    assert not Assessment.objects.exists()
    assert not GradeRecord.objects.exists()


def test_save_stores_nothing_and_names_the_way_in(
    course: Course, patient: Patient, ward: Ward, nurse: User, assessment_at: AssessmentAt
) -> None:
    unstored = [
        (assessment_at(36, **FEVER, recorded_by=nurse), "door.enter"),
        (Patient(mrn="00777", family_name="Moe"), "door.admit"),
        (
            Course(patient=patient, ward=ward, product="x", infused_at=course.infused_at),
            "door.admit",
        ),
    ]
    for thing, way_in in unstored:
        with pytest.raises(GuardedWrite, match=way_in):
            thing.save()
        with pytest.raises(GuardedWrite, match=way_in):
            type(thing).objects.create()
        assert thing.pk is None
    for thing, way_in in (
        (course, "door.amend"),
        (patient, "door.amend"),
        (ward, "door.save_ward"),
    ):
        with pytest.raises(GuardedWrite, match=way_in):
            thing.save()


def test_an_entry_for_another_course_is_refused(
    course: Course, other_course: Course, other_ward_nurse: User, assessment_at: AssessmentAt
) -> None:
    with pytest.raises(WrongCourse):
        door.enter(other_course, [assessment_at(36)], by=other_ward_nurse)


@pytest.mark.parametrize(
    ("findings", "message"),
    [
        ({"temperature_c": "98.6"}, "less than or equal to 45"),
        ({"vasopressors": ["noradrenaline"]}, "Unknown: noradrenaline"),
        ({"vasopressors": "norepinephrine"}, "Must be a list"),
        ({"icp": ["papilledema", "papilledema"]}, "listed once"),
        ({"attribution": {"fevr": "other"}}, "Unknown: fevr"),
        ({"attribution": {"fever": "maybe"}}, "Unknown: maybe"),
        ({"ice": {"naming": 4}, "ice_total": None}, "naming: 4 is not a number from 0 to 3"),
        ({"ice": {"colour": 1}, "ice_total": None}, "Unknown: colour"),
        ({"ice": {"year": True}, "ice_total": None}, "year: True is not a number from 0 to 1"),
        (
            {"ice": {"year": 1}, "ice_total": None, "ice_not_done": "unarousable"},
            "keep one",
        ),
        ({"vasopressor_rates": {"norepinephrine": 501}}, "from 0 to 500 µg/min"),
        ({"organ_toxicity": [2]}, "Must give values by name"),
        ({"organ_toxicity": {"cardiac": 1.5}}, "cardiac: 1.5 is not a number from 0 to 4"),
        ({"oxygen_device": "banana"}, "not a valid choice"),
    ],
)
def test_a_mistake_is_refused_with_a_sentence(
    findings: dict[str, Any], message: str, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    with pytest.raises(ValidationError, match=message):
        door.enter(course, [assessment_at(36, **findings)], by=nurse)


def test_a_value_keeps_the_digits_that_were_typed(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(
        course,
        [assessment_at(36, temperature_c="37.95"), assessment_at(37, temperature_c="38.0")],
        by=nurse,
    )

    assert [row.temperature_c for row in Assessment.objects.order_by("observed_at")] == [
        Decimal("37.95"),
        Decimal("38.0"),
    ]
    assert crs_grades(course) == [0, 1]


def test_a_laboratory_value_keeps_its_unit_and_gains_the_canonical_one(
    course: Course, nurse: User
) -> None:
    ferritin = LabResult(
        collected_at=course.infused_at,
        analyte="ferritin",
        value=Decimal(40000),
        comparator=">",
        unit="pmol/L",
    )
    unknown = LabResult(
        collected_at=course.infused_at, analyte="crp", value=Decimal("1.5"), unit="banana"
    )
    door.enter(course, [ferritin, unknown], by=nurse)

    stored = LabResult.objects.get(analyte="ferritin")
    assert (stored.value, stored.comparator, stored.unit) == (Decimal(40000), ">", "pmol/L")
    assert stored.canonical_value == Decimal(17800)
    assert LabResult.objects.get(analyte="crp").canonical_value is None


def test_a_known_drug_gets_its_class(course: Course, nurse: User) -> None:
    door.enter(course, [dose(course, 1), dose(course, 2, "valerian")], by=nurse)

    assert list(Dose.objects.order_by("given_at").values_list("drug_class", flat=True)) == [
        "anti_cytokine",
        "other",
    ]
    with pytest.raises(ValidationError, match="tocilizumab is of the class anti_cytokine"):
        door.enter(course, [dose(course, 3, drug_class="steroid")], by=nurse)


# Replays


def test_a_double_tap_exists_once_and_gets_the_same_answer(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    first = assessment_at(36, **FEVER)
    answer = door.enter(course, [first], by=nurse)

    again = assessment_at(36, **FEVER, uid=first.uid)
    assert brief(door.enter(course, [again], by=nurse)) == brief(answer)
    assert Assessment.objects.count() == 1
    assert again.pk == first.pk
    assert GradeRecord.objects.filter(system=CRS, assessment__isnull=False).count() == 1


def test_a_replayed_row_stands_for_the_stored_one(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    first, again = assessment_at(0), assessment_at(0)
    first.observed_at, again.observed_at = now, now + timedelta(minutes=3)
    again.uid = first.uid
    door.enter(course, [first], by=nurse)
    door.enter(course, [again], by=nurse)

    assert (again.pk, again.observed_at) == (first.pk, now)


@pytest.mark.parametrize("minutes", [-3, -1])
def test_a_time_that_the_first_save_would_not_have_read_so_is_refused(
    course: Course, nurse: User, assessment_at: AssessmentAt, minutes: int
) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    first, again = assessment_at(0), assessment_at(0)
    first.observed_at, again.observed_at = now, now + timedelta(minutes=minutes)
    again.uid = first.uid
    door.enter(course, [first], by=nurse)

    with pytest.raises(AlreadyEntered):
        door.enter(course, [again], by=nurse)


def test_a_form_does_not_stand_for_another_patients_entry(
    course: Course,
    other_course: Course,
    nurse: User,
    other_ward_nurse: User,
    assessment_at: AssessmentAt,
    well: dict[str, Any],
) -> None:
    theirs = Assessment(observed_at=other_course.infused_at, **well)
    door.enter(other_course, [theirs], by=other_ward_nurse)

    with pytest.raises(WrongCourse):
        door.enter(course, [assessment_at(36, uid=theirs.uid)], by=nurse)


def test_a_laboratory_value_too_large_in_its_own_unit_is_refused(
    course: Course, nurse: User
) -> None:
    huge = LabResult(
        collected_at=course.infused_at,
        analyte="crp",
        value=Decimal(999999999),
        comparator=">",
        unit="mg/dL",
    )
    with pytest.raises(ValidationError, match="too large"):
        door.enter(course, [huge], by=nurse)


def test_a_replay_of_part_of_a_batch_enters_the_rest(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    first = assessment_at(36)
    door.enter(course, [first], by=nurse)
    door.enter(course, [assessment_at(36, uid=first.uid), assessment_at(48)], by=nurse)

    assert Assessment.objects.count() == 2


def test_the_same_form_with_other_values_is_refused_with_both(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    first = assessment_at(36, **FEVER)
    door.enter(course, [first], by=nurse)

    with pytest.raises(AlreadyEntered) as refusal:
        door.enter(course, [assessment_at(36, temperature_c="37.0", uid=first.uid)], by=nurse)

    stored, attempted = refusal.value.stored, refusal.value.attempted
    assert isinstance(stored, Assessment)
    assert isinstance(attempted, Assessment)
    assert (stored.temperature_c, attempted.temperature_c) == (Decimal("38.9"), Decimal(37))


def test_a_replayed_correction_is_not_a_second_corrector(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    first = assessment_at(36, **FEVER)
    door.enter(course, [first], by=nurse)
    correction = assessment_at(36, replaces=first)
    door.enter(course, [correction], by=nurse)
    door.enter(course, [assessment_at(36, replaces=first, uid=correction.uid)], by=nurse)

    assert Assessment.objects.count() == 2


# Corrections


def test_a_correction_replaces_and_regrades(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    wrong = assessment_at(36, **ON_NOREPINEPHRINE)
    door.enter(course, [wrong], by=nurse)
    door.enter(course, [assessment_at(36, **FEVER, replaces=wrong)], by=nurse)

    assert crs_grades(course) == [1]
    assert Assessment.objects.count() == 2
    assert not Assessment.objects.get(pk=wrong.pk).is_live()


def test_the_second_corrector_is_refused_and_sees_both(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    wrong = assessment_at(36, **FEVER)
    door.enter(course, [wrong], by=nurse)
    theirs = assessment_at(36, temperature_c="38.1", replaces=wrong)
    door.enter(course, [theirs], by=physician)
    mine = assessment_at(36, temperature_c="38.2", replaces=wrong)

    with pytest.raises(AlreadyReplaced, match="Paul Physician") as refusal:
        door.enter(course, [mine], by=nurse)

    assert refusal.value.replaced == wrong
    assert refusal.value.first == theirs
    assert refusal.value.attempted is mine
    assert crs_grades(course) == [1]


def test_a_correction_stays_with_its_course(
    course: Course,
    other_course: Course,
    nurse: User,
    other_ward_nurse: User,
    assessment_at: AssessmentAt,
    well: dict[str, Any],
) -> None:
    row = assessment_at(36)
    door.enter(course, [row], by=nurse)
    elsewhere = Assessment(observed_at=course.infused_at, replaces=row, **well)

    with pytest.raises(WrongCourse):
        door.enter(other_course, [elsewhere], by=other_ward_nurse)


def test_a_struck_out_entry_is_not_corrected(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(36)
    door.enter(course, [row], by=nurse)
    door.strike_out(row, by=nurse, reason="wrong patient")

    with pytest.raises(AlreadyStruckOut):
        door.enter(course, [assessment_at(36, replaces=row)], by=nurse)


# Strike-out


def test_a_strike_out_keeps_the_row_and_takes_its_grade(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(36, **ON_NOREPINEPHRINE)
    door.enter(course, [assessment_at(24, **FEVER), row], by=nurse)
    changes = door.strike_out(row, by=physician, reason=" wrong patient ")

    assert brief(changes) == [(CRS, 3, None), (ICANS, 0, None)]
    assert crs_grades(course) == [1]
    stored = Assessment.objects.get(pk=row.pk)
    assert (stored.struck_out_by, stored.struck_out_reason) == (physician, "wrong patient")


def test_a_struck_out_dose_no_longer_waives_the_fever(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    given = dose(course, 32)
    door.enter(
        course, [assessment_at(30, **FEVER), given, assessment_at(40, hypotension=True)], by=nurse
    )
    assert crs_grades(course) == [1, 2]

    door.strike_out(given, by=nurse, reason="given to the neighbor")

    assert crs_grades(course) == [1, None]


def test_a_strike_out_needs_a_reason(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(36)
    door.enter(course, [row], by=nurse)
    with pytest.raises(ValidationError, match="Say why"):
        door.strike_out(row, by=nurse, reason="  ")


def test_a_strike_out_happens_once(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(36)
    door.enter(course, [row], by=nurse)
    door.strike_out(row, by=nurse, reason="wrong patient")
    with pytest.raises(AlreadyStruckOut, match="Nina Nurse"):
        door.strike_out(Assessment.objects.get(pk=row.pk), by=physician, reason="me too")

    assert Assessment.objects.get(pk=row.pk).struck_out_reason == "wrong patient"


def test_the_same_strike_out_sent_twice_exists_once_and_gets_the_same_answer(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(36, **FEVER)
    door.enter(course, [row], by=nurse)
    first = door.strike_out(row, by=nurse, reason="wrong patient")
    again = Assessment.objects.get(pk=row.pk)
    grades = GradeRecord.objects.count()

    assert brief(door.strike_out(again, by=nurse, reason=" wrong patient ")) == brief(first) != []
    assert GradeRecord.objects.count() == grades
    assert again.struck_out_at == row.struck_out_at
    for by, reason in ((nurse, "wrong value"), (nurse, "")):
        with pytest.raises((AlreadyStruckOut, ValidationError)):
            door.strike_out(row, by=by, reason=reason)


def test_a_corrected_entry_is_not_struck_out(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(36)
    door.enter(course, [row], by=nurse)
    door.enter(course, [assessment_at(36, replaces=row)], by=nurse)
    with pytest.raises(AlreadyReplaced):
        door.strike_out(row, by=nurse, reason="wrong patient")


def test_an_entry_stays_replaced_when_its_correction_is_struck_out(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(36, **FEVER)
    door.enter(course, [row], by=nurse)
    correction = assessment_at(36, replaces=row)
    door.enter(course, [correction], by=nurse)
    door.strike_out(correction, by=nurse, reason="both were another patient's")

    assert crs_grades(course) == []


# The end of a run


def test_a_run_is_ended_once_and_the_grades_follow(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    run = dose(course, 30, "norepinephrine", unit="mcg/min", amount=8)
    unlisted = FEVER | {"hypotension": True, "vasopressors": None}
    door.enter(course, [run, assessment_at(36, **unlisted)], by=nurse)
    assert crs_grades(course) == [3]

    door.stop(run, at=course.infused_at + timedelta(hours=35), by=nurse)

    assert crs_grades(course) == [2]
    stored = Dose.objects.get(pk=run.pk)
    assert stored.ended_at == course.infused_at + timedelta(hours=35)
    assert stored.end_recorded_by == nurse
    with pytest.raises(AlreadyStopped):
        door.stop(stored, at=course.infused_at + timedelta(hours=36), by=nurse)


def test_the_same_end_sent_twice_exists_once_and_gets_the_same_answer(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    run = dose(course, 30, "norepinephrine", unit="mcg/min", amount=8)
    unlisted = FEVER | {"hypotension": True, "vasopressors": None}
    door.enter(course, [run, assessment_at(36, **unlisted)], by=nurse)
    end = course.infused_at + timedelta(hours=35)
    first = door.stop(run, at=end, by=nurse)

    assert brief(door.stop(Dose.objects.get(pk=run.pk), at=end, by=nurse)) == brief(first) != []
    for at, by in ((end, physician), (end + timedelta(minutes=1), nurse)):
        with pytest.raises(AlreadyStopped):
            door.stop(Dose.objects.get(pk=run.pk), at=at, by=by)
    assert Dose.objects.get(pk=run.pk).end_recorded_by == nurse


def test_a_dose_entered_with_its_end_is_not_ended_again(course: Course, nurse: User) -> None:
    run = dose(course, 30, "norepinephrine")
    run.ended_at = course.infused_at + timedelta(hours=35)
    door.enter(course, [run], by=nurse)
    with pytest.raises(AlreadyStopped):
        door.stop(run, at=run.ended_at, by=nurse)


def test_a_run_does_not_end_before_it_starts(course: Course, nurse: User) -> None:
    run = dose(course, 30, "norepinephrine")
    door.enter(course, [run], by=nurse)
    with pytest.raises(ValidationError, match="before its start"):
        door.stop(run, at=course.infused_at + timedelta(hours=29), by=nurse)


def test_a_struck_out_run_is_not_ended(course: Course, nurse: User) -> None:
    run = dose(course, 30, "norepinephrine")
    door.enter(course, [run], by=nurse)
    door.strike_out(run, by=nurse, reason="never started")
    with pytest.raises(Refused):
        door.stop(run, at=course.infused_at + timedelta(hours=40), by=nurse)


# Amendments


def test_a_corrected_infusion_time_regrades_the_course(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(2, **FEVER)], by=nurse)
    assert crs_grades(course) == [1]

    changes = door.amend(
        course,
        by=physician,
        reason="the bag was hung four hours later",
        changes={"infused_at": course.infused_at + timedelta(hours=4)},
    )

    assert brief(changes) == [(CRS, 1, 0)]
    entry = course.history.first()
    assert entry.history_change_reason == "the bag was hung four hours later"
    assert entry.history_user == physician
    assert course.history.count() == 2


def test_a_corrected_birth_date_regrades_every_course(
    course: Course, patient: Patient, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(36, ice_total=None, capd_total=9)], by=nurse)
    icans = GradeRecord.objects.filter(system=ICANS, assessment__isnull=False).live()
    as_adult = icans.get().facts()

    door.amend(
        patient, by=physician, reason="typed a century off", changes={"birth_date": "2018-03-12"}
    )

    assert icans.get().facts() != as_adult
    assert icans.get().grade == 3
    assert patient.history.first().history_change_reason == "typed a century off"


def test_an_amendment_needs_a_reason(course: Course, physician: User) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        door.amend(course, by=physician, reason="", changes={"bed": "13"})


def test_an_amendment_leaves_the_identity_alone(course: Course, physician: User) -> None:
    with pytest.raises(ValueError, match="patient cannot be amended"):
        door.amend(course, by=physician, reason="swap", changes={"patient": course.patient})


def test_an_amendment_is_checked(course: Course, physician: User) -> None:
    with pytest.raises(ValidationError):
        door.amend(course, by=physician, reason="typo", changes={"weight_kg": Decimal(720)})
    with pytest.raises(ValidationError, match="offset"):
        door.amend(
            course,
            by=physician,
            reason="split",
            changes={"later_infusions": ["2026-01-14T10:00:00"]},
        )


def test_an_amendment_starts_from_what_is_stored(course: Course, physician: User) -> None:
    mine = Course.objects.get(pk=course.pk)
    door.amend(course, by=physician, reason="moved", changes={"bed": "14"})
    door.amend(mine, by=physician, reason="weighed", changes={"weight_kg": Decimal(70)})

    stored = Course.objects.get(pk=course.pk)
    assert (stored.bed, stored.weight_kg) == ("14", Decimal(70))


def test_a_run_may_end_in_the_minute_in_which_it_started(course: Course, nurse: User) -> None:
    run = dose(course, 1, "norepinephrine", amount=Decimal("0.1"), unit="ug/kg/min")
    run.given_at += timedelta(seconds=40)
    door.enter(course, [run], by=nurse)
    to_the_minute = run.given_at - timedelta(seconds=40)
    for _ in range(2):
        door.stop(run, at=to_the_minute, by=nurse)
    assert Dose.objects.get().ended_at == run.given_at
    with pytest.raises(AlreadyStopped):
        door.stop(run, at=to_the_minute - timedelta(minutes=1), by=nurse)


# What stays closed


def test_what_comes_after_a_course_was_closed_is_refused(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    run = dose(course, 1, "norepinephrine", amount=Decimal("0.1"), unit="ug/kg/min")
    first = assessment_at(2, **FEVER)
    door.enter(course, [run, first], by=nurse)
    door.amend(
        course,
        by=physician,
        reason="home",
        changes={
            "closed_at": timezone.now(),
            "outcome": "discharged",
            "closing_reason": "went home",
        },
    )
    with pytest.raises(Refused, match="This course has been closed"):
        door.enter(course, [assessment_at(3)], by=nurse)
    with pytest.raises(Refused, match="This course has been closed"):
        door.strike_out(first, by=nurse, reason="wrong value")
    with pytest.raises(Refused, match="This course has been closed"):
        door.stop(run, at=run.given_at, by=nurse)
    assert Assessment.objects.live().get() == first
    assert Dose.objects.get().ended_at is None


def test_what_was_acknowledged_before_it_was_closed_is_acknowledged_again(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    first = assessment_at(2, **FEVER)
    door.enter(course, [first], by=nurse)
    door.amend(
        course,
        by=physician,
        reason="home",
        changes={
            "closed_at": timezone.now(),
            "outcome": "discharged",
            "closing_reason": "went home",
        },
    )
    again = assessment_at(2, uid=first.uid, **FEVER)
    assert brief(door.enter(course, [again], by=nurse))
    assert again.pk == first.pk


def test_a_stored_entry_cannot_be_changed(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(36)
    door.enter(course, [row], by=nurse)
    row.temperature_c = Decimal(40)
    with pytest.raises(GuardedWrite):
        row.save()
    with pytest.raises(AlreadyEntered):
        door.enter(course, [row], by=nurse)


def test_an_entry_cannot_be_deleted(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(36)
    door.enter(course, [row], by=nurse)
    for thing in (row, course, course.patient, GradeRecord.objects.first(), course.board_row):
        with pytest.raises(GuardedWrite):
            thing.delete()


@pytest.mark.parametrize("model", [Assessment, LabResult, Dose, Event])
def test_rows_are_not_written_in_bulk(model: type[ClinicalRow], db: None) -> None:
    rows = model._default_manager.all()
    for write in (
        lambda: rows.update(note="x"),
        rows.delete,
        lambda: rows.bulk_create([]),
        lambda: rows.bulk_update([], ["note"]),
    ):
        with pytest.raises(GuardedWrite):
            write()


def test_related_rows_are_not_written_in_bulk(course: Course) -> None:
    with pytest.raises(GuardedWrite):
        course.assessments.update(note="x")
    with pytest.raises(GuardedWrite):
        course.assessments.all().delete()
