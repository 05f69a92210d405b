"""Where something was observed: on the ward without a question, in the clinic or at home asked."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Assessment, Course, User
from tests.patients.entering import FULL, NOW, as_shown, enter, page, preview

HOUR, MADRID = timedelta(hours=1), ZoneInfo("Europe/Madrid")
QUESTION = "Where was this observed?"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def moved(course: Course, by: User, home_since: datetime | None) -> Course:
    door.amend(course, by=by, reason="moved", changes={"home_since": home_since})
    return Course.objects.get(pk=course.pk)


def observed(at: datetime, **values: Any) -> dict[str, Any]:
    local = at.astimezone(MADRID)
    return {
        **FULL,
        "observed_at_date": f"{local:%Y-%m-%d}",
        "observed_at_time": f"{local:%H:%M}",
    } | values


def test_on_the_ward_nothing_is_asked_and_the_ward_is_stored(
    nurse_client: Client, course: Course
) -> None:
    assert QUESTION not in text(nurse_client.get(page("assessment_new", course)))
    assert enter(nurse_client, course, **FULL).status_code == 302
    assert Assessment.objects.get().place == "ward"
    shown = text(nurse_client.get(page("chart", course)))
    assert "on the ward" not in shown.partition('id="entries')[2]


@pytest.mark.parametrize(("place", "words"), [("clinic", "in the clinic"), ("home", "at home")])
def test_of_a_patient_at_home_the_form_asks_and_the_chart_says_where(
    nurse_client: Client, course: Course, nurse: User, place: str, words: str
) -> None:
    course = moved(course, nurse, NOW - HOUR)
    assert QUESTION in text(nurse_client.get(page("assessment_new", course)))
    refused = enter(nurse_client, course, **FULL)
    assert refused.status_code == 422
    assert "The patient is at home then. Tap where this was observed." in text(refused)
    assert f'value="{FULL["temperature_c"]}"' in text(refused)
    assert "Tap where" not in preview(nurse_client, course, **FULL)
    assert "Tap where" in preview(nurse_client, course, **FULL, told="place")  # it stays said
    assert enter(nurse_client, course, **FULL, place=place).status_code == 302
    row = Assessment.objects.get()
    assert row.place == place
    assert f'<span class="flag">{words}' in text(nurse_client.get(page("chart", course)))
    assert words in text(
        nurse_client.get(page("entry_show", course, kind="assessments", row_uid=row.uid))
    )


def test_a_late_entry_of_the_time_at_home_asks_though_the_patient_is_back(
    nurse_client: Client, course: Course, nurse: User, clock: Any
) -> None:
    course = moved(course, nurse, NOW)
    clock.move_to(NOW + 4 * HOUR)
    course = moved(course, nurse, None)
    clock.move_to(NOW + 5 * HOUR)
    for hours, is_asked in ((-1, False), (0, True), (3, True), (4 + 1 / 60, False), (5, False)):
        typed = observed(NOW + hours * HOUR, temperature_c=f"37.{hours + 1:.0f}")
        answer = enter(nurse_client, course, **typed)
        assert (answer.status_code == 422) is is_asked, hours
        if is_asked:
            assert "The patient was at home then." in text(answer)


def test_a_corrected_beginning_of_the_stay_counts(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    course = moved(course, nurse, NOW - 5 * HOUR)
    course = moved(course, nurse, NOW - 2 * HOUR)
    assert enter(nurse_client, course, **observed(NOW - 3 * HOUR)).status_code == 302
    assert Assessment.objects.get().place == "ward"


def test_a_correction_keeps_the_place_and_can_change_it(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    course = moved(course, nurse, NOW - HOUR)
    enter(nurse_client, course, **FULL, place="home")
    row = Assessment.objects.get()
    form = nurse_client.get(page("assessment_correct", course, row_uid=row.uid))
    assert QUESTION in text(form)
    values = as_shown(form)
    assert values["place"] == "home"
    changed = values | {"place": "clinic", "reason": "was in the clinic"}
    address = page("assessment_correct", course, row_uid=row.uid)
    answer = nurse_client.post(address, changed)
    assert answer.status_code == 302, text(answer)
    assert Assessment.objects.get(replaces=row).place == "clinic"


def test_a_place_alone_is_no_entry(nurse_client: Client, course: Course, nurse: User) -> None:
    course = moved(course, nurse, NOW - HOUR)
    refused = enter(nurse_client, course, place="home")
    assert "Nothing is entered yet" in text(refused)
