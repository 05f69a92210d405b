"""Of two entries of one minute the later entered is the current one, on every page and database."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from grading.documents.course_writer import dump_document
from grading.documents.reading.course_reader import parse_document
from grading.documents.reading.json_reader import load_json
from patients import door
from patients.exchange.document import document_of
from patients.models import (
    Assessment,
    BoardRow,
    ClinicalRow,
    Course,
    Dose,
    Event,
    GradeRecord,
    LabResult,
    User,
)
from patients.reading.course_file import course_file
from patients.regrading.record import record_of
from tests.patients.entering import FULL, page, preview
from tests.storing import AssessmentAt

CRS = "crs_astct_2019"


def temperatures(course: Course) -> list[Decimal]:
    """The temperatures of the record, oldest first, which the course file has to share."""
    findings = record_of(course).findings
    assert course_file(course).record.findings == findings
    rows = [row.uid for row in course_file(course).assessments if row.is_live()]
    assert [str(uid) for uid in reversed(rows)] == [each.uid for each in findings]
    return [each.temperature_c for each in findings]  # type: ignore[misc]


@pytest.mark.parametrize("attempt", range(4))
def test_the_later_entered_of_one_minute_is_the_current_one(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt, attempt: int
) -> None:
    door.enter(course, [assessment_at(36, temperature_c="37.5")], by=nurse)
    door.enter(course, [assessment_at(36, temperature_c="38.4")], by=physician)

    assert temperatures(course) == [Decimal("37.5"), Decimal("38.4")]
    current = BoardRow.objects.get(course=course).standings[CRS].current
    assert current is not None
    assert current.grade == 1


def test_a_correction_keeps_the_place_of_what_it_replaces(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    wrong = assessment_at(36, temperature_c="37.1")
    door.enter(course, [wrong], by=nurse)
    door.enter(course, [assessment_at(36, temperature_c="38.4")], by=nurse)
    again = assessment_at(36, temperature_c="37.2", replaces=wrong)
    door.enter(course, [again], by=nurse)
    door.enter(course, [assessment_at(36, temperature_c="37.3", replaces=again)], by=nurse)

    assert temperatures(course) == [Decimal("37.3"), Decimal("38.4")]
    live = GradeRecord.objects.live().filter(system=CRS, assessment__isnull=False)
    assert [grade.grade for grade in live.order_by("assessment__temperature_c")] == [0, 1]


@pytest.mark.parametrize("seed", range(6))
def test_entries_and_their_corrections_stand_in_the_order_of_entry(
    course: Course, nurse: User, assessment_at: AssessmentAt, seed: int
) -> None:
    """The preview of each entry, too, shows the very record that saving it makes."""
    chance, places = random.Random(seed), dict[Assessment, int]()
    for number in range(14):
        old = chance.choice([None, *places])
        row = assessment_at(
            chance.choice((36, 37)), temperature_c=f"{36 + number / 10:.1f}", replaces=old
        )
        in_preview = course_file(course).record_with(row)
        door.enter(course, [row], by=nurse)
        places[row] = number if old is None else places.pop(old)
        stored = course_file(course).record.findings
        assert [each.uid for each in in_preview.findings] == [each.uid for each in stored]
    expected = sorted(places, key=lambda row: (row.observed_at, places[row]))

    assert temperatures(course) == [
        Decimal(str(row.temperature_c)).quantize(Decimal("0.1")) for row in expected
    ]


def test_a_preview_in_the_minute_of_another_entry_is_graded_after_it(
    course: Course, nurse: User, nurse_client: Client, assessment_at: AssessmentAt
) -> None:
    same_minute = assessment_at(
        67.5, temperature_c="39.1", hypotension=True, vasopressors=["vasopressin"]
    )
    door.enter(course, [same_minute], by=nurse)

    assert "was 3, under 1 min before" in preview(nurse_client, course, **FULL)
    corrected = preview(nurse_client, course, **FULL, replaces=str(same_minute.uid))
    assert "was 3" not in corrected


def others(course: Course, number: int, hours: float = 36) -> list[ClinicalRow]:
    """One row of each other kind at one time, told apart by a note."""
    at, note = course.infused_at + timedelta(hours=hours), str(number)
    return [
        LabResult(course=course, collected_at=at, analyte="crp", value=5, unit="mg/L", note=note),
        Dose(course=course, given_at=at, agent="tocilizumab", amount=8, unit="mg/kg", note=note),
        Event(course=course, happened_at=at, kind="icu_in", note=note),
    ]


def notes(record: Any) -> list[list[str]]:
    return [[each.note for each in kind] for kind in (record.labs, record.doses, record.events)]


def test_results_doses_and_events_of_one_time_stand_in_the_order_of_entry(
    course: Course, nurse: User
) -> None:
    written = [others(course, number) for number in range(5)]
    for rows in written:
        door.enter(course, rows, by=nurse)
    corrections = others(course, 9)
    for row, old in zip(corrections, written[1], strict=True):
        row.replaces = old  # type: ignore[misc]
    door.enter(course, corrections, by=nurse)

    assert notes(record_of(course)) == [["0", "9", "2", "3", "4"]] * 3
    assert notes(course_file(course).record) == notes(record_of(course))


def test_a_course_document_keeps_the_order_of_one_minute(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    """Written in the order of entry, read in the order of the document."""
    wrong = assessment_at(36, temperature_c="38.8")
    door.enter(course, [wrong], by=nurse)
    for number in range(6):
        door.enter(course, [assessment_at(36, temperature_c=f"37.{number}")], by=nurse)
    door.enter(course, [assessment_at(36, temperature_c="39", replaces=wrong)], by=nurse)
    document = dump_document(document_of(course))

    expected = [39, 37, 37.1, 37.2, 37.3, 37.4, 37.5]
    assert [each["temperature_c"] for each in document["assessments"]] == expected
    document["assessments"].reverse()
    read = parse_document(load_json(json.dumps(document))).record
    assert [float(each.temperature_c or 0) for each in read.findings] == expected[::-1]


def test_one_query_more_is_asked_only_for_a_correction_in_the_minute_of_another(
    course: Course, nurse: User, assessment_at: AssessmentAt, django_assert_num_queries: Any
) -> None:
    wrong = assessment_at(36)
    door.enter(course, [wrong, assessment_at(37)], by=nurse)
    door.enter(course, [assessment_at(36, replaces=wrong)], by=nurse)
    with django_assert_num_queries(1):
        record_of(course)

    door.enter(course, [assessment_at(36)], by=nurse)
    with django_assert_num_queries(2):
        record_of(course)


def test_the_chart_lists_the_later_entered_of_one_minute_first(
    course: Course, nurse: User, nurse_client: Client, assessment_at: AssessmentAt
) -> None:
    for note in ("entered first", "entered second"):
        door.enter(course, [assessment_at(36, note=note)], by=nurse)

    text = nurse_client.get(page("chart", course)).content.decode()
    assert text.index("entered second") < text.index("entered first")
