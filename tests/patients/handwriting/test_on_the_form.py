"""A sentence written on the form: stored with its assessment, shown by time, and never lost."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from grading.documents.course_writer import dump_document
from patients import door
from patients.chart.handwriting.samples import BEFORE, EARLIEST, ON_CHART, strip_of
from patients.exchange.document import document_of
from patients.models import Assessment, Course, Handwriting, Membership, User
from patients.models.guarded import unguarded
from patients.models.ice.strokes import MOST_STROKES, as_text, path_of
from patients.reading.course_file import course_file
from tests.conftest import INFUSED_AT, WardClient
from tests.patients.entering import FULL, NOW, page, posted

STROKES = [[[10, 20, 0], [60, 80, 40], [120, 30, 90]], [[200, 50, 400], [260, 55, 460]]]
OTHER = [[[500, 100, 0], [520, 140, 30]]]


@pytest.fixture(autouse=True)
def at_the_ward_s_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def written(course: Course, hours: float, strokes: Any = STROKES, **values: Any) -> Assessment:
    row = Assessment(course=course, observed_at=INFUSED_AT + timedelta(hours=hours), **values)
    row.handwriting = Handwriting.of_form(row.uid, strokes)
    return row


def queries_of_chart(client: WardClient, course: Course) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(page("chart", course))
    return len(queries)


def form_of(course: Course, strokes: str, **values: Any) -> dict[str, Any]:
    return posted(course, **FULL, handwriting=strokes, **values)


def test_it_is_stored_with_the_assessment_once_and_stands_on_the_chart(
    course: Course, nurse_client: WardClient
) -> None:
    values = form_of(course, as_text(STROKES))
    for _ in range(2):
        answer = nurse_client.post(page("assessment_new", course), values)
        assert answer.status_code == 302, answer.content.decode()
    row = Assessment.objects.get()
    assert Handwriting.objects.get() == row.handwriting
    assert row.handwriting is not None
    assert row.handwriting.strokes == STROKES
    chart = nurse_client.get(page("chart", course)).content.decode()
    assert f'<path d="{path_of(STROKES, scale=4)}"/>' in chart
    assert "Handwriting 08 Jan 06:30, ICE 10, earliest; none from before the infusion" in chart
    entry = nurse_client.get(page("entry_show", course, kind="assessments", row_uid=row.uid))
    assert f'<path d="{path_of(STROKES)}"/>' in entry.content.decode()
    values["handwriting"] = as_text(OTHER)
    assert nurse_client.post(page("assessment_new", course), values).status_code == 409
    assert Handwriting.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ("[[1]]", "did not arrive whole"),
        (as_text([[[1, 1, 1]]] * (MOST_STROKES + 1)), "too long to be stored"),
    ],
)
def test_what_cannot_be_stored_is_refused_beside_the_field_and_the_rest_is_kept(
    course: Course, nurse_client: WardClient, sent: str, sentence: str
) -> None:
    values = form_of(course, sent, note="asks for her glasses")
    answer = nurse_client.post(page("assessment_new", course), values)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'id="handwriting-refused">[^<]*{sentence}', text)
    assert "asks for her glasses" in text
    assert not Assessment.objects.exists()


def test_a_form_that_is_refused_for_another_value_keeps_it(
    course: Course, nurse_client: WardClient
) -> None:
    values = form_of(course, as_text(STROKES)) | {"temperature_c": "98.6"}
    answer = nurse_client.post(page("assessment_new", course), values)
    assert answer.status_code == 422
    assert f'name="handwriting" id="id_handwriting" value="{as_text(STROKES)}"' in (
        answer.content.decode()
    )


def test_a_page_after_a_failure_says_that_it_was_written_and_sends_it_on(
    course: Course, nurse_client: WardClient, physician: User
) -> None:
    values = form_of(course, as_text(STROKES), typed_by=str(physician.pk))
    text = nurse_client.post(page("assessment_new", course), values).content.decode()
    assert "a sentence by hand" in text
    assert f'name="handwriting" value="{as_text(STROKES)}"' in text


def test_a_correction_has_it_until_the_patient_writes_anew(
    course: Course, nurse: User, nurse_client: WardClient
) -> None:
    row = written(course, 60, temperature_c=37)
    door.enter(course, [row], by=nurse)
    address = page("assessment_correct", course, row_uid=row.uid)
    assert f'value="{as_text(STROKES)}"' in nurse_client.get(address).content.decode()
    nurse_client.post(address, form_of(course, as_text(STROKES), replaces=str(row.uid)))
    newer = Assessment.objects.get(replaces=row)
    assert newer.handwriting == row.handwriting
    address = page("assessment_correct", course, row_uid=newer.uid)
    nurse_client.post(address, form_of(course, as_text(OTHER), replaces=str(newer.uid)))
    newest = Assessment.objects.get(replaces=newer)
    assert newest.handwriting is not None
    assert newest.handwriting.strokes == OTHER
    strip = strip_of(course_file(course))
    assert strip is not None
    assert [sample.path for sample in strip.samples] == [path_of(OTHER, scale=4)]


def test_the_strip_begins_with_the_baseline_and_has_the_newest(
    course: Course, nurse: User, nurse_client: WardClient
) -> None:
    hours = [-20, -2, *range(1, ON_CHART + 2)]
    rows = [written(course, hour, ice_total=9) for hour in hours]
    struck = written(course, 60, ice_not_done="asleep")
    door.enter(course, [*rows, struck], by=nurse)
    door.strike_out(struck, by=nurse, reason="of the neighbor")
    strip = strip_of(course_file(course))
    assert strip is not None
    marks = [sample.mark for sample in strip.samples]
    assert marks == [BEFORE, *[""] * ON_CHART]
    assert strip.samples[0].about == f"Handwriting 04 Jan 15:00, ICE 9, {BEFORE}"
    assert strip.samples[1].at == "05 Jan 18:00"
    assert strip.total == len(rows)
    everything = nurse_client.get(page("handwriting", course)).content.decode()
    assert everything.count('<svg class="sample__ink"') == len(hours) + 1
    assert "ICE not done: asleep" in everything
    assert "counts no more: struck out by Nina Nurse" in everything


def test_without_one_from_before_the_infusion_the_earliest_says_so(
    course: Course, nurse: User
) -> None:
    door.enter(course, [written(course, 1), written(course, 5)], by=nurse)
    strip = strip_of(course_file(course))
    assert strip is not None
    assert [sample.mark for sample in strip.samples] == [EARLIEST, ""]
    assert strip.samples[0].ice == "ICE not done"


def test_a_chart_asks_one_query_for_it_and_none_where_nobody_wrote(
    course: Course, nurse: User, nurse_client: WardClient
) -> None:
    door.enter(course, [Assessment(course=course, observed_at=INFUSED_AT, ice_total=9)], by=nurse)
    counts = [queries_of_chart(nurse_client, course)]
    file = course_file(course)
    with CaptureQueriesContext(connection) as queries:
        assert strip_of(file) is None
    assert len(queries) == 0
    door.enter(course, [written(course, 1), written(course, 5, OTHER)], by=nurse)
    file = course_file(course)
    with CaptureQueriesContext(connection) as queries:
        assert strip_of(file) is not None
    assert len(queries) == 1
    counts.append(queries_of_chart(nurse_client, course))
    assert counts[1] <= counts[0] + 1


def test_no_document_and_no_grade_of_a_course_has_it(course: Course, nurse: User) -> None:
    door.enter(course, [written(course, 1, ice_total=9)], by=nurse)
    text = json.dumps(dump_document(document_of(course)))
    assert "ice_total" in text
    assert "handwriting" not in text
    assert as_text(STROKES)[1:-1] not in text.replace(" ", "")


def test_a_page_of_a_course_with_a_long_sentence_stays_small(
    course: Course, nurse: User, nurse_client: WardClient
) -> None:
    without = len(nurse_client.get(page("chart", course)).content)
    line = [[x, 100 + x * 7 % 90, x] for x in range(1_000)]
    door.enter(course, [written(course, hour, [line] * 12) for hour in range(9)], by=nurse)
    grown = len(nurse_client.get(page("chart", course)).content) - without
    assert grown < 40_000


def test_the_copy_on_the_right_patient_has_it(
    course: Course, nurse: User, other_course: Course
) -> None:
    Membership.objects.create(user=nurse, ward=other_course.ward)
    row = written(course, 1, ice_total=9)
    door.enter(course, [row], by=nurse)
    door.copy_to(row, other_course, by=nurse, reason="wrong patient", uid=uuid4())
    assert Assessment.objects.get(course=other_course).handwriting == row.handwriting


def test_it_is_kept_as_it_was_written(course: Course, nurse: User) -> None:
    row = written(course, 1)
    door.enter(course, [row], by=nurse)
    with pytest.raises(IntegrityError):
        unguarded(Handwriting).update(strokes=OTHER)
