"""Dates lie in one range, however they come in; what is accepted is charted and exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.documents.course_writer import dump_document
from grading.documents.reading.course_reader import parse_document
from grading.documents.reading.json_reader import load_json
from grading.documents.reading.mistakes import DocumentError
from patients import door
from patients.exchange.document import document_of
from patients.models import Assessment, Course, Dose, Patient, User, Ward
from patients.models.guarded import unguarded
from tests.patients.admission.test_admit import ADMIT, admit, admitted, moment, refused, typed
from tests.patients.entering import NOW, page
from tests.patients.entry.test_fuzzed_forms import forgotten


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("field", ["birth_date", "infused_at", "later_1"])
@pytest.mark.parametrize("part", ["day", "month", "year"])
@pytest.mark.parametrize("number", [str(2**31), str(2**63), "9" * 5000, f"-{2**31}", "0", "12345"])
def test_an_impossible_part_of_a_date_is_refused_beside_its_field(
    field: str, part: str, number: str, nurse_client: Client, ward: Ward
) -> None:
    whole = moment(field, 7, 1, 2026, "11:00")
    refusal = refused(admit(nurse_client, ward, **(whole | {f"{field}_{part}": number})))
    assert f'href="#id_{field}' in refusal
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    ("year", "remark"),
    [
        (1989, "The year 1989 cannot be meant"),
        (2151, "The year 2151 cannot be meant"),
        (9999, "The year 9999 cannot be meant"),
        (2029, "is more than two years ahead"),
    ],
)
def test_an_infusion_of_another_age_is_refused(
    year: int, remark: str, nurse_client: Client, ward: Ward
) -> None:
    planned = {"infusion": "planned", **moment("infused_at", 7, 1, year, "11:00")}
    assert remark in refused(admit(nurse_client, ward, **planned))


@pytest.mark.parametrize(
    "infused_at", [datetime(1989, 12, 31, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)]
)
def test_the_door_and_the_database_refuse_it_too(
    infused_at: datetime, patient: Patient, course: Course, ward: Ward, physician: User
) -> None:
    with pytest.raises(ValidationError, match="1990–2150"):
        door.amend(course, by=physician, reason="typed", changes={"infused_at": infused_at})
    with pytest.raises(IntegrityError), transaction.atomic():
        unguarded(Course).filter(pk=course.pk).update(infused_at=infused_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        unguarded(Patient).filter(pk=patient.pk).update(birth_date=date(1869, 12, 31))


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"weighed_at": datetime(1995, 1, 1, tzinfo=UTC)}, "of weighing lies more than 30 years"),
        ({"closed_at": datetime(2150, 1, 1, tzinfo=UTC)}, "of closing lies more than 30 years"),
        ({"later_infusions": ["2151-01-01T00:00:00+00:00"]}, "A later infusion lies outside"),
        ({"infused_at": datetime(1995, 1, 1, tzinfo=UTC)}, "An entry .assessment. lies more than"),
    ],
)
def test_the_times_of_a_course_stay_near_its_infusion(
    changes: dict[str, Any], remark: str, course: Course, nurse: User, physician: User
) -> None:
    door.enter(course, [Assessment(observed_at=course.infused_at, heart_rate=80)], by=nurse)
    with pytest.raises(ValidationError, match=remark):
        door.amend(course, by=physician, reason="typed", changes=changes)


def test_a_run_does_not_end_in_another_age(course: Course, nurse: User) -> None:
    run = Dose(given_at=course.infused_at, agent="norepinephrine")
    run.ended_at = course.infused_at + timedelta(days=31 * 366)
    with pytest.raises(ValidationError, match="more than 30 years from the infusion"):
        door.enter(course, [run], by=nurse)


@pytest.mark.parametrize("born", ["0001-01-01", "1869-12-31", "2151-01-01", "9999-12-31"])
def test_a_document_holds_a_possible_birth_date(born: str) -> None:
    document = {"format": "cartox-course-1", "patient": {"birth_date": born}}
    with pytest.raises(DocumentError, match=r"patient\.birth_date.*1870–2150"):
        parse_document(document)


def admit_on(client: Client, ward: Ward, infused_on: date, later: date | None, kind: str) -> Any:
    """Admit, confirm the questions about the time, and read every page of what was accepted."""
    day = infused_on
    local = datetime(day.year, day.month, day.day, 0, 10, tzinfo=ZoneInfo("Europe/Madrid"))
    values = typed(ward, infusion=kind, birth_date_year="1989", baseline_ice_total="")
    values |= moment("infused_at", day.day, day.month, day.year, "00:10")
    values |= {"weight_kg": "", "weight_again": "", "weighed_at_date": "", "weighed_at_time": ""}
    if later is not None:
        values |= moment("later_1", later.day, later.month, later.year, "23:50")
    with forgotten():
        confirmed = {"confirm": f"infused_at={kind} {local.isoformat()}"}
        answer = client.post(ADMIT, values | confirmed)
        if answer.status_code == 302:
            course = admitted(answer)
            for name in ("chart", "chart_figure", "panels"):
                assert client.get(page(name, course)).status_code == 200
            written = json.dumps(dump_document(document_of(course)))
            assert parse_document(load_json(written)).record.infused_at == course.infused_at
    return answer


@pytest.mark.parametrize(
    ("kind", "infused_on", "later"),
    [
        ("given", date(1996, 1, 20), None),
        ("given", date(2026, 1, 7), date(2027, 12, 31)),
        ("planned", date(2028, 1, 9), None),
    ],
)
def test_the_first_and_the_last_infusion_accepted_are_charted_and_exported(
    kind: str, infused_on: date, later: date | None, nurse_client: Client, ward: Ward
) -> None:
    assert admit_on(nurse_client, ward, infused_on, later, kind).status_code == 302


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    infused_on=st.dates(date(1990, 1, 1), date(2150, 12, 31))
    | st.dates(NOW.date(), date(2028, 2, 1)),
    later=st.none() | st.dates(date(1990, 1, 1), date(2150, 12, 31)),
    kind=st.sampled_from(["planned", "given"]),
)
def test_whatever_admission_is_accepted_is_charted_and_exported(
    infused_on: date, later: date | None, kind: str, nurse_client: Client, ward: Ward
) -> None:
    assert admit_on(nurse_client, ward, infused_on, later, kind).status_code in (302, 422)
