"""A result that cannot be used is named on board, chart and panels, until it is corrected."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients import door
from patients.models import Course, LabResult, User
from patients.regrading.graded import read_and_grade
from patients.words.entry_words import headline
from tests.patients.entering import NOW, page, posted

NAMED = "ferritin of Day 3 came in U/L: not used"


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def ferritin(value: str, unit: str | None, **more: Any) -> LabResult:
    at = NOW - timedelta(minutes=5)
    return LabResult(collected_at=at, analyte="ferritin", value=Decimal(value), unit=unit, **more)


def text_of(client: Client, url: str) -> str:
    return html.unescape(" ".join(client.get(url).content.decode().split()))


def pages_of(client: Client, course: Course) -> dict[str, str]:
    return {
        "board": text_of(client, reverse("board")),
        "chart": text_of(client, page("chart", course)),
        "panels": text_of(client, page("panels", course)),
    }


def test_it_is_named_on_every_page_and_nothing_says_that_there_is_none(
    nurse_client: Client, nurse: User, course: Course
) -> None:
    door.enter(course, [ferritin("2500", "U/L")], by=nurse)
    shown = pages_of(nurse_client, course)
    assert {name for name, text in shown.items() if NAMED in text} == set(shown)
    assert "No ferritin since the infusion" not in shown["panels"]
    assert "units that are read for ferritin: ng/mL, mcg/L or pmol/L" in shown["chart"]


def test_everything_follows_when_the_unit_is_corrected(
    nurse_client: Client, nurse: User, physician: User, course: Course
) -> None:
    wrong = ferritin("2500", "U/L")
    door.enter(course, [wrong], by=nurse)
    door.enter(course, [ferritin("2500", "NG/ML", replaces=wrong)], by=physician)
    shown = pages_of(nurse_client, course)
    assert {name for name, text in shown.items() if "not used" in text} == set()
    assert "2,500" in shown["panels"]
    checklist = read_and_grade(course).of_course["iec_hs"]
    assert checklist.values["required"][0]["met"] is True


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"specimen": "hemolyzed"}, "ferritin of Day 3 came from a hemolyzed specimen: not used"),
        ({"status": "preliminary"}, "ferritin 2500 ng/mL of Day 3 is preliminary"),
        ({"status": "entered_in_error"}, "entered in error"),
    ],
)
def test_status_and_specimen_stand_beside_the_value(
    nurse_client: Client, nurse: User, course: Course, more: dict[str, str], text: str
) -> None:
    door.enter(course, [ferritin("2500", "ng/mL", **more)], by=nurse)
    assert text in pages_of(nurse_client, course)["chart"]


def test_a_replaced_result_stays_in_the_table_and_names_its_successor(
    nurse_client: Client, nurse: User, course: Course
) -> None:
    final = ferritin("2500", "ng/mL", status="final")
    door.enter(course, [final, ferritin("250", "ng/mL", status="corrected")], by=nurse)
    shown = pages_of(nurse_client, course)
    assert "replaced by the corrected 250 ng/mL" in shown["chart"]
    assert "Ferritin 250 ng/mL" in shown["panels"]


def test_the_form_stores_status_and_specimen_of_the_whole_sample(
    nurse_client: Client, course: Course
) -> None:
    values = {"ldh_value": "900", "ldh_unit": "U/L", "crp_value": "9", "crp_unit": "mg/L"}
    more = {"status": "preliminary", "specimen": "hemolyzed"}
    answer = nurse_client.post(
        page("lab_new", course), posted(course, "collected_at", **values, **more)
    )
    assert answer.status_code == 302, answer.content.decode()
    rows = LabResult.objects.values_list("status", "specimen")
    assert list(rows) == [("preliminary", "hemolyzed")] * 2


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({"wbc_value": "3.1", "wbc_unit": "/uL"}, "WBC 3.1 /µL is very low. Is the unit right?"),
        ({"lymphocytes_value": "0.8", "lymphocytes_unit": "/uL"}, "is very low."),
        (
            {"hemoglobin_value": "9.1", "hemoglobin_unit": "mmol/L"},
            "Hemoglobin 9.1 mmol/L is high for this unit. Is the unit right?",
        ),
        ({"anc_value": "40", "anc_unit": "10*9/L"}, "ANC 40 10⁹/L is unusual."),
        ({"hemoglobin_value": "8.5", "hemoglobin_unit": "mmol/L"}, ""),
    ],
)
def test_the_form_asks_by_the_same_limits(
    nurse_client: Client, course: Course, values: dict[str, str], asked: str
) -> None:
    answer = nurse_client.post(page("lab_new", course), posted(course, "collected_at", **values))
    assert answer.status_code == (422 if asked else 302)
    assert asked in html.unescape(" ".join(answer.content.decode().split()))


def test_the_form_asks_about_a_crp_that_falls_faster_than_it_can(
    nurse_client: Client, nurse: User, course: Course
) -> None:
    at = NOW - timedelta(hours=12)
    crp = LabResult(collected_at=at, analyte="crp", value=Decimal(95), unit="mg/L")
    door.enter(course, [crp], by=nurse)
    values = {"crp_value": "9.5", "crp_unit": "mg/L"}
    answer = nurse_client.post(page("lab_new", course), posted(course, "collected_at", **values))
    assert answer.status_code == 422
    assert "fell faster than a half-life of 19 h allows" in answer.content.decode()


def test_an_entry_in_words_says_its_status_and_the_doubt_about_it(course: Course) -> None:
    row = ferritin("2500", "ng/mL", status="corrected", specimen="clotted", course=course)
    assert "2,500 ng/mL (corrected, from a clotted specimen)" in headline(row)
    assert "(" not in headline(ferritin("2500", "ng/mL", status="final", course=course))
