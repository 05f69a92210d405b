"""The demo ward as started at noon: lifelike, in order of time, and told by its stories."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from jsonschema import Draft202012Validator

from grading.documents.course_writer import dump_document
from grading.pages.json_schema import course_schema
from grading.rules.systems import PRIMARY
from patients.demo import ward
from patients.demo.play import rounded, wobble
from patients.demo.stories import STORIES
from patients.exchange.document import document_of
from patients.models import Assessment, BoardRow, Course, Dose, GradeRecord, LabResult, User, Ward
from patients.reading.course_file import course_file
from patients.reading.situation_now import options_of, situation_of
from patients.regrading.graded import read_and_grade
from patients.regrading.stored_grades import compare
from patients.rounds.due.ward import course_dues
from patients.rounds.rules.clocks import DueState

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CRS, ICANS = "crs_astct_2019", "icans_astct_2019"


@pytest.fixture(scope="module")
def built_at_noon(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Course]]:
    """The demo as started at one time, built once and rolled back when the file is done."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Europe/Madrid")
        yield ward.build(NOON)
        transaction.set_rollback(True)


@pytest.fixture
def noon(built_at_noon: dict[str, Course], db: None) -> dict[str, Course]:
    return built_at_noon


def test_the_stories_are_those_that_the_ward_should_know() -> None:
    grades = [story.expected for story in STORIES]
    assert [(each.crs, each.crs_peak, each.icans, each.icans_peak) for each in grades] == [
        (0, 0, 0, 0),
        (1, 1, 0, 0),
        (2, 2, 0, 0),
        (3, 3, 1, 1),
        (4, 4, None, 2),
        (0, 0, 2, 2),
        (0, 2, 4, 4),
        (2, 2, 3, 3),
        (1, 1, 0, 0),
        (1, 1, 0, 0),
        (0, 2, 0, 0),
        (0, 1, 0, 0),
    ]


def test_every_course_is_a_document_of_the_json_schema(noon: dict[str, Course]) -> None:
    schema = Draft202012Validator(course_schema())
    for course in noon.values():
        schema.validate(dump_document(document_of(course)))


def test_the_waiver_is_in_force_for_the_patient_after_tocilizumab(noon: dict[str, Course]) -> None:
    record = (
        GradeRecord.objects.live()
        .filter(course=noon["0007702"], system=CRS, assessment__isnull=False)
        .latest("applies_at")
    )
    assert record.assessment is not None
    assert record.assessment.temperature_c < Decimal(38)
    assert record.grade == 2
    assert record.values.get("fever_waived") or record.values, "the waiver must be told"


def test_the_airway_is_not_crs(noon: dict[str, Course]) -> None:
    latest = Assessment.objects.filter(course=noon["0009261"]).latest("observed_at")
    assert latest.oxygen_device == "mechanical_ventilation"
    assert latest.positive_pressure_for == "airway_protection"


def test_one_attribution_waits_for_a_physician_and_one_is_confirmed(
    noon: dict[str, Course],
) -> None:
    latest = {
        mrn: GradeRecord.objects.live()
        .filter(course=noon[mrn], system=CRS, assessment__isnull=False)
        .latest("applies_at")
        .result
        for mrn in ("0022750", "0013376")
    }
    (waiting,), (confirmed,) = (latest[mrn].put_aside for mrn in latest)
    assert (waiting.sign, waiting.cause, waiting.confirmed) == ("hypotension", "sepsis", False)
    assert (confirmed.sign, confirmed.confirmed) == ("hypoxia", True)
    assert [(each.grade, each.if_all_counted) for each in latest.values()] == [(1, 3), (1, 2)]


def test_the_child_is_examined_by_capd(noon: dict[str, Course]) -> None:
    rows = Assessment.objects.filter(course=noon["0030073"])
    assert all(row.capd_total is not None and row.ice is None for row in rows)


def test_rounds_are_once_or_twice_a_day_and_mostly_complete(noon: dict[str, Course]) -> None:
    for story in STORIES:
        rounds = list(
            Assessment.objects.filter(course=noon[story.mrn]).live().order_by("observed_at")
        )
        gaps = [later.observed_at - earlier.observed_at for earlier, later in pairwise(rounds)]
        usual = timedelta(hours=story.round_hours)
        assert all(abs(gap - usual) < timedelta(hours=1) for gap in gaps)
        assert len(rounds) > 24 // story.round_hours * story.day
    primary_grades = GradeRecord.objects.live().filter(assessment__isnull=False, system__in=PRIMARY)
    assert 0 < primary_grades.exclude(missing=[]).count() < primary_grades.count() / 10


def test_the_latest_round_is_minutes_to_hours_old_but_for_one(noon: dict[str, Course]) -> None:
    now = NOON
    ages = [now - row.last_assessed_at for row in BoardRow.objects.all() if row.last_assessed_at]
    overdue = [
        row.course.patient.mrn
        for row in BoardRow.objects.filter(course__closed_at=None)
        if any(due.state is DueState.OVERDUE for due in course_dues(row.course, now)[:2])
    ]

    assert sum(timedelta(minutes=15) < age < timedelta(hours=3) for age in ages) == 11
    assert overdue == ["0004117"]


def test_ferritin_and_crp_are_measured_daily_and_rise(noon: dict[str, Course]) -> None:
    severe = LabResult.objects.filter(course=noon["0020046"]).order_by("collected_at")
    ferritin = [row.canonical_value for row in severe.filter(analyte="ferritin")]
    assert ferritin[-1] == max(ferritin) > 20 * ferritin[0]
    assert severe.filter(analyte="ferritin").last().comparator == ">"

    treated = LabResult.objects.filter(course=noon["0007702"], analyte="crp")
    values = list(treated.order_by("collected_at").values_list("canonical_value", flat=True))
    assert max(values) not in {values[0], values[-1]}
    child = LabResult.objects.filter(course=noon["0030073"], analyte="crp").latest("collected_at")
    assert (child.unit, child.canonical_value) == ("mg/dL", child.value * 10)


def test_every_entry_has_the_time_at_which_a_ward_would_have_made_it(
    noon: dict[str, Course],
) -> None:
    late = [
        row
        for row in Assessment.objects.filter(replaces=None)
        if row.recorded_at - row.observed_at > timedelta(minutes=20)
    ]
    assert [row.course.patient.mrn for row in late] == ["0007702"]
    assert Dose.objects.filter(given_at__gt=NOON).count() == 0


def test_one_entry_is_struck_out_and_one_corrected(noon: dict[str, Course]) -> None:
    [struck] = Assessment.objects.exclude(struck_out_at=None)
    assert "wrong patient" in struck.struck_out_reason
    [correction] = Assessment.objects.exclude(replaces=None)
    assert correction.replaces is not None
    assert correction.replaces.spo2_percent != correction.spo2_percent


def test_there_are_two_wards_and_several_nurses(noon: dict[str, Course]) -> None:
    assert Ward.objects.count() == 2
    assert User.objects.filter(role="nurse").count() >= 3
    authors = Assessment.objects.values_list("recorded_by", flat=True).distinct()
    assert len(set(authors)) >= 3


def options_at_noon(course: Course) -> dict[str, tuple[str, ...]]:
    """The details of each option that stands at noon, by its code."""
    situation = situation_of(course_file(Course.objects.get(pk=course.pk)), NOON)
    return {option.code: option.details for option in options_of(situation)}


def test_crs_is_refractory_to_tocilizumab_and_steroid(noon: dict[str, Course]) -> None:
    options = options_at_noon(noon["0011935"])
    assert {"crs_refractory", "crs_anakinra", "crs_dasatinib"} <= options.keys()
    assert "80.5 kg × 8 mg/kg = 644 mg" in options["crs_tocilizumab"]


def test_icans_with_edema_calls_for_less_pressure(noon: dict[str, Course]) -> None:
    options = options_at_noon(noon["0009261"])
    assert {"icans_raised_pressure", "icans_imaging_before_puncture"} <= options.keys()
    assert "crs_tocilizumab" not in options


def test_the_child_of_12_kg_gets_the_dose_of_small_children(noon: dict[str, Course]) -> None:
    assert "12 kg × 12 mg/kg = 144 mg" in options_at_noon(noon["0030073"])["crs_tocilizumab"]


def test_iec_hs_is_suspected_and_neutropenia_graded_where_the_stories_say_so(
    noon: dict[str, Course],
) -> None:
    of_course = {
        mrn: read_and_grade(Course.objects.get(pk=noon[mrn].pk)).of_course
        for mrn in ("0024408", "0012861")
    }
    suspected = {mrn: results["iec_hs"].values["suspected"] for mrn, results in of_course.items()}
    assert suspected == {"0024408": True, "0012861": False}
    assert of_course["0012861"]["icaht_early"].grade == 3


def test_what_is_stored_is_what_regrading_gives(noon: dict[str, Course]) -> None:
    assert noon
    for course in noon.values():
        graded = read_and_grade(Course.objects.get(pk=course.pk))
        assert compare(graded, at=NOON) == []


def test_the_demo_is_the_same_at_each_start(noon: dict[str, Course]) -> None:
    assert wobble(7, 1) == wobble(7, 1)
    assert [rounded(value) for value in (0, 0.1234, 12.345, 52000.4, 987.6)] == [
        Decimal(text) for text in ("0", "0.123", "12.3", "52000", "988")
    ]
