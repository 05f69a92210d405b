"""The banner after a save leads on: correct what was saved, strike it out, the next patient due."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import CLINICAL_MODELS, Course, Dose, LabResult, User
from tests.patients.entering import FULL, NOW, answering, page, posted


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


SAVES: dict[str, tuple[str, dict[str, str]]] = {
    "assessment_new": ("observed_at", FULL),
    "lab_new": (
        "collected_at",
        {"crp_value": "40", "crp_unit": "mg/L", "ldh_value": "300", "ldh_unit": "U/L"},
    ),
    "dose_new": ("given_at", {"agent": "vasopressin"}),
    "event_new": ("happened_at", {"kind": "icu_in"}),
}


def acts(client: Client, address: str) -> list[tuple[str, str]]:
    """The links of the banner: where each leads, and its words."""
    shown = html.unescape(client.get(address).content.decode())
    spans = "".join(re.findall(r'<span class="saved__acts">(.*?)</span></div>', shown, re.DOTALL))
    return re.findall(r'href="([^"]+)">([^<]+)<', spans)


@pytest.mark.parametrize("name", SAVES)
def test_what_was_just_saved_is_corrected_or_struck_out_from_the_banner(
    name: str, nurse_client: Client, course: Course, nurse: User
) -> None:
    time_field, values = SAVES[name]
    address = page(name, course)
    sent = answering(nurse_client, address, posted(course, time_field, **values))
    answer = nurse_client.post(address, sent)
    assert answer.status_code == 302
    links = acts(nurse_client, answer.url)
    assert [words.rstrip(" …") for _, words in links] == ["correct", "strike out"]
    for leads_to, _ in links:
        assert nurse_client.get(leads_to).status_code == 200
    shown = nurse_client.get(answer.url).content.decode()
    assert "Next due:" in shown or "Nobody else" in shown

    rows: list[Any] = [row for model in CLINICAL_MODELS for row in model.objects.all()]
    for row in rows:
        door.strike_out(row, by=nurse, reason="wrong value")
    assert acts(nurse_client, answer.url) == []


def test_of_a_run_that_was_ended_only_the_end_is_corrected(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run = Dose(course=course, given_at=NOW - timedelta(hours=1), agent="norepinephrine")
    door.enter(course, [run], by=nurse)
    sent = posted(course, "ended_at", ended_at_time="06:20")
    answer = nurse_client.post(page("dose_stop", course, row_uid=run.uid), sent)
    assert [words for _, words in acts(nurse_client, answer.url)] == ["correct"]


def test_the_results_of_a_sample_are_corrected_together(
    nurse_client: Client, course: Course
) -> None:
    time_field, values = SAVES["lab_new"]
    answer = nurse_client.post(page("lab_new", course), posted(course, time_field, **values))
    (correct, _), _ = acts(nurse_client, answer.url)
    shown = nurse_client.get(correct).content.decode()
    assert all(f'name="{name}_value"' in shown for name in ("crp", "ldh"))
    assert LabResult.objects.count() == 2
