"""Brand and batch of a drug and of the product can be recorded, and are shown with them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Course, Dose, User
from patients.words import entry_words, wording
from tests.patients.entering import NOW, page, posted


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


TOCILIZUMAB = {"agent": "tocilizumab", "amount": "576", "unit": "mg", "route": "IV"}


def give(client: Client, course: Course, **values: str) -> Dose:
    form = posted(course, "given_at", **TOCILIZUMAB, **values)
    answer = client.post(page("dose_new", course), form)
    assert answer.status_code == 302, answer.content.decode()
    return Dose.objects.get()


def test_brand_and_batch_of_a_dose_are_stored_and_shown(
    nurse_client: Client, course: Course
) -> None:
    row = give(nurse_client, course, brand="Tyenne", batch="B 1234")
    assert (row.agent, row.brand, row.batch) == ("tocilizumab", "Tyenne", "B 1234")
    assert "576 mg IV (Tyenne, batch B 1234)" in entry_words.headline(row)
    chart = nurse_client.get(page("chart", course)).content.decode()
    assert "576 mg IV (Tyenne, batch B 1234)" in chart


def test_a_dose_without_them_says_nothing_of_them(nurse_client: Client, course: Course) -> None:
    row = give(nurse_client, course)
    assert (row.brand, row.batch) == (None, None)
    assert "576 mg IV, " in entry_words.headline(row)


@pytest.mark.parametrize(
    ("brand", "batch", "words"),
    [
        (None, None, ""),
        ("Tyenne", None, "Tyenne"),
        (None, "B1", "batch B1"),
        ("Tyenne", "B1", "Tyenne, batch B1"),
    ],
)
def test_each_is_said_where_it_is_known(brand: str | None, batch: str | None, words: str) -> None:
    assert wording.of_batch(brand, batch) == words


@pytest.mark.parametrize("name", ["brand", "batch"])
def test_a_character_that_nobody_sees_is_refused(
    nurse_client: Client, course: Course, name: str
) -> None:
    form = posted(course, "given_at", **TOCILIZUMAB, **{name: "B\u200b1"})
    answer = nurse_client.post(page("dose_new", course), form)
    assert answer.status_code == 422
    assert "cannot be seen" in answer.content.decode()


def test_the_batch_of_the_product_stands_on_the_chart(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    door.amend(course, by=nurse, reason="from the label", changes={"product_batch": "AXI-0042"})
    assert "batch AXI-0042" in nurse_client.get(page("chart", course)).content.decode()
    assert 'value="AXI-0042"' in nurse_client.get(page("course_correct", course)).content.decode()
