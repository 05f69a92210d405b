"""The physician's final grade stands beside the computed one, and how far both agree by ward."""

from __future__ import annotations

import csv
import html
import io
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients import door
from patients.models import Adjudication, Course, GradeRecord, Patient, Role, User, Ward
from tests.conftest import make_user
from tests.storing import AssessmentAt, importer, stored

NOW = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def febrile(course: Course, nurse: User, assessment_at: AssessmentAt) -> Course:
    """CRS 1 from Day +2, 11:00."""
    door.enter(course, [assessment_at(48, temperature_c=Decimal("38.4"))], by=nurse)
    return course


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def plain(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


def final_line(client: Client, course: Course) -> str:
    """What the chart says of CRS over the whole course."""
    chart = text(client.get(reverse("chart", kwargs={"uid": course.uid})))
    return plain(chart.partition('id="final-crs">')[2].partition('id="final-icans"')[0])


def sent(course: Course, **values: str) -> dict[str, str]:
    return {"uid": str(uuid.uuid4()), "course_uid": str(course.uid), **values}


def address(course: Course, toxicity: str = "crs") -> str:
    return reverse("final_grade", kwargs={"uid": course.uid, "toxicity": toxicity})


GIVEN = {
    "final_grade": "2",
    "onset_at_date": "2026-01-07",
    "onset_at_time": "09:00",
    "resolved_at_date": "2026-01-08",
    "resolved_at_time": "08:00",
    "reason": "fluids were given for the pressure",
}


def test_it_stands_beside_the_computed_grade_and_changes_none(
    physician_client: Client, nurse_client: Client, febrile: Course
) -> None:
    before = list(GradeRecord.objects.live().values_list("system", "grade").order_by("pk"))
    assert final_line(nurse_client, febrile) == (
        "CRS, whole course computed 1, onset 07 Jan 11:00 no final grade by a physician <div"
    )
    assert "enter it" in final_line(physician_client, febrile)
    assert physician_client.post(address(febrile), sent(febrile, **GIVEN)).status_code == 302
    assert final_line(nurse_client, febrile) == (
        "CRS, whole course computed 1, onset 07 Jan 11:00 "
        "physician 2, onset 07 Jan 09:00, resolved 08 Jan 08:00 "
        "Paul Physician, 08 Jan 13:00: fluids were given for the pressure <div"
    )
    assert list(GradeRecord.objects.live().values_list("system", "grade").order_by("pk")) == before


def test_it_is_given_after_the_patient_has_gone_home_too(
    physician_client: Client, nurse_client: Client, physician: User, febrile: Course
) -> None:
    door.amend(
        febrile,
        by=physician,
        reason="home",
        changes={
            "closed_at": NOW - timedelta(hours=1),
            "outcome": "discharged",
            "closing_reason": "went home",
        },
    )
    assert "enter it" in final_line(physician_client, febrile)
    assert nurse_client.get(address(febrile)).status_code == 403
    assert physician_client.get(address(febrile)).status_code == 200
    assert physician_client.post(address(febrile), sent(febrile, **GIVEN)).status_code == 302
    assert "physician 2, onset 07 Jan 09:00" in final_line(nurse_client, febrile)
    sign = reverse("decide_on_sign", kwargs={"uid": febrile.uid, "sign": "fever"})
    assert physician_client.get(sign).status_code == 403


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({"final_grade": ""}, "Tap the grade."),
        ({"final_grade": "6"}, "6 is not one of the available choices."),
        ({"reason": " "}, "Say the reason in a few words."),
        ({"onset_at_date": "2026-01-08", "onset_at_time": "08:01"}, "It cannot resolve before its"),
        ({"final_grade": "0"}, "Grade 0 has neither onset nor resolution"),
        ({"resolved_at_time": "23:59"}, "lies in the future"),
    ],
)
def test_a_final_grade_that_cannot_be_is_refused(
    physician_client: Client, febrile: Course, typed: dict[str, str], refusal: str
) -> None:
    answer = physician_client.post(address(febrile), sent(febrile, **GIVEN | typed))
    assert answer.status_code == 422
    assert refusal in text(answer)
    assert not Adjudication.objects.exists()


def test_a_second_physician_is_told_of_the_first(
    physician_client: Client, febrile: Course, ward: Ward, signed_in: Any, clock: Any
) -> None:
    others_client = signed_in(make_user("petra_physician", Role.PHYSICIAN, ward))
    assert others_client.post(address(febrile), sent(febrile, **GIVEN)).status_code == 302
    clock.shift(timedelta(minutes=1))
    answer = physician_client.post(address(febrile), sent(febrile, **GIVEN | {"final_grade": "3"}))
    assert answer.status_code == 409
    assert "Petra Physician has decided on this since you opened the page: final grade CRS 2" in (
        text(answer)
    )
    opened = physician_client.get(address(febrile))
    assert 'name="final_grade" value="2" id="id_final_grade_2" checked' in opened.content.decode()
    assert f'name="after" value="{Adjudication.objects.get().uid}"' in opened.content.decode()


# Agreement


@pytest.fixture
def decided(
    febrile: Course, ward: Ward, other_course: Course, physician: User, other_ward: Ward
) -> None:
    """Two courses of the ward with final grades, one of which agrees; another ward's too."""
    second = stored(
        Course(
            patient=stored(Patient(mrn="00456", family_name="Poe")),
            ward=ward,
            product="axicabtagene ciloleucel",
            infused_at=febrile.infused_at,
        )
    )
    other_physician = make_user("olga_other", Role.PHYSICIAN, other_ward)
    for course, grade, by in (
        (febrile, 3, physician),
        (febrile, 1, physician),  # the later one counts
        (second, 2, physician),
        (other_course, 4, other_physician),
    ):
        row = {"decision": "final_grade", "toxicity": "crs", "grade": grade, "reason": "=seen"}
        latest = Adjudication.objects.filter(course=course).order_by("-pk").first()
        after = None if latest is None else latest.uid
        door.decide(Adjudication(course=course, **row), after=after, by=by)
    on_sign = {"sign": "fever", "holds_from": NOW - timedelta(days=1)}
    for decision in ({"decision": "confirmed", "cause": "drug"}, {"decision": "withdrawn"}):
        latest = Adjudication.objects.filter(course=second, sign="fever").first()
        row = Adjudication(course=second, reason="x", **on_sign, **decision)
        door.decide(row, after=None if latest is None else latest.uid, by=physician)
    row = Adjudication(course=febrile, decision="refused", reason="x", **on_sign)
    door.decide(row, after=None, by=physician)


def test_the_page_gives_the_share_of_agreement_of_my_wards(
    viewer_client: Client, other_ward_client: Client, anonymous: Client, decided: None
) -> None:
    page = plain(text(viewer_client.get(reverse("agreement"))))
    assert "CRS: final grade = computed peak 1 of 2, 50 %" in page
    assert "ICANS: final grade = computed peak none decided yet" in page
    assert "Cause of a sign: as it was entered 1 of 1, 100 %" in page
    assert "7 East" in page
    assert "2 West" not in page
    assert "DOE, Jane CRS 1 1, onset 07 Jan 11:00 yes Paul Physician: =seen" in page
    assert "POE CRS 2 no grade no Paul Physician: =seen" in page
    others = plain(text(other_ward_client.get(reverse("agreement"))))
    assert "2 West" in others
    assert "DOE" not in others
    assert anonymous.get(reverse("agreement")).status_code == 302


def test_the_table_has_both_side_by_side_and_names_no_patient(
    viewer_client: Client, febrile: Course, decided: None
) -> None:
    answer = viewer_client.get(reverse("agreement_csv"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="agreement.csv"'
    content = answer.content.decode()
    lines = list(csv.DictReader(io.StringIO(content)))
    assert [
        (line["about"], line["physician"], line["computed"], line["agrees"]) for line in lines
    ] == [
        ("final grade CRS", "1", "1", "yes"),
        ("final grade CRS", "2", "", "no"),
        ("fever", "counts", "not put down to another cause", "yes"),
    ]
    mine = lines[0]
    assert mine["course"] == str(febrile.uid)
    assert mine["onset_computed"] == "2026-01-07T10:00:00+00:00"
    assert mine["reason"] == "'=seen"
    assert not {"DOE", "Jane", "00123", "POE", "00456"} & set(re.findall(r"\w+", content))


def test_many_decisions_need_no_further_query(viewer_client: Client, decided: None) -> None:
    viewer_client.get(reverse("agreement"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        viewer_client.get(reverse("agreement"))
    assert len(queries) <= 6


@pytest.mark.parametrize(
    ("attribution", "decision", "expected"),
    [
        ("other", "confirmed", ("a drug, confirmed", "put down to another cause", "yes")),
        ("other", "refused", ("counts: another cause refused", "put down to another cause", "no")),
        ("undetermined", "confirmed", ("a drug", "not put down to another cause", "no")),
        (None, "refused", ("counts", "not put down to another cause", "yes")),
    ],
)
def test_a_decision_on_a_sign_stands_beside_what_the_entries_say_of_it(
    viewer_client: Client,
    physician: User,
    assessment_at: AssessmentAt,
    attribution: str | None,
    decision: str,
    expected: tuple[str, str, str],
) -> None:
    entered = {} if attribution is None else {"attribution": {"fever": attribution}}
    row = assessment_at(48, temperature_c=Decimal("38.6"), **entered)
    door.enter(row.course, [row], by=importer())
    decided = {"decision": decision, "cause": "drug" if decision == "confirmed" else None}
    about = {"sign": "fever", "holds_from": row.observed_at, "reason": "x"}
    door.decide(Adjudication(course=row.course, **decided, **about), after=None, by=physician)
    content = viewer_client.get(reverse("agreement_csv")).content.decode()
    line = next(csv.DictReader(io.StringIO(content)))
    assert (line["physician"], line["computed"], line["agrees"]) == expected
