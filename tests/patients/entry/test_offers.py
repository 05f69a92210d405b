"""Offers without a script: a tap fills inputs of the form, whatever its query string holds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client

from patients.forms import remarks
from patients.forms.remarks import LONGEST_OFFER, MOST_OFFERED, with_offer
from patients.models import Course
from tests.patients.entering import NOW, as_shown, page, posted

INPUTS = {"temperature_c", "hypotension", "notes"}
HIDDEN = {
    "uid": "another",
    "course_uid": "another",
    "csrfmiddlewaretoken": "another",
    "version": "7",
    "confirm": "temperature_c=44",
    "told": "temperature_c",
    "replaces": "another",
    "fill": "temperature_c=1",
    "nowhere": "1",
}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def filled(query: str) -> dict[str, Any]:
    """What an offer with this query string adds to a form or changes in it."""
    data = QueryDict(mutable=True)
    data.update({"uid": "1", "notes": "typed", "fill": query})
    after = dict(with_offer(data, INPUTS).lists())
    return {name: values for name, values in after.items() if data.getlist(name) != values}


def test_an_offer_fills_inputs_of_the_form_and_nothing_else() -> None:
    assert filled("temperature_c=38.5&hypotension=") == {
        "temperature_c": ["38.5"],
        "hypotension": [""],
    }
    assert filled(urlencode(HIDDEN)) == {}


def test_an_offer_longer_than_any_of_ours_fills_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    most = "&".join(["temperature_c=1"] * MOST_OFFERED)
    assert len(filled(most)["temperature_c"]) == MOST_OFFERED
    assert filled(f"{most}&temperature_c=1") == {}
    assert filled("&" * (MOST_OFFERED + 1)) == {}
    assert filled("temperature_c=" + "1" * LONGEST_OFFER) == {}
    monkeypatch.setattr(remarks, "parse_qs", None)  # not even looked at
    assert filled("a=1&" * 200_000) == {}


@pytest.mark.parametrize(
    ("name", "moment", "values"),
    [
        ("assessment_new", "observed_at", {"temperature_c": "101.3", "systolic_mmhg": "60"}),
        ("lab_new", "collected_at", {"crp": "20", "crp_unit": "mg/dL", "ferritin": "9"}),
        ("dose_new", "given_at", {}),
        ("course_correct", "infused_at", {"weight_kg": "180"}),
    ],
)
def test_every_offer_of_a_page_is_about_inputs_of_that_page(
    name: str, moment: str, values: dict[str, str], nurse_client: Client, course: Course
) -> None:
    form = posted(course, moment, **values) | {"fill": ""}
    answer = nurse_client.post(page(name, course), form)
    shown = html.unescape(answer.content.decode())
    inputs = set(re.findall(r'<(?:input|select|textarea)[^>]*\bname="([^"]+)"', shown))
    offered = re.findall(r'name="fill" value="([^"]+)"', shown)
    names = {name for query in offered for name, _ in parse_qsl(query, keep_blank_values=True)}
    assert bool(names) is bool(offered)
    assert names <= inputs - HIDDEN.keys()


def test_a_flood_of_offered_values_leaves_the_form_as_it_was(
    nurse_client: Client, course: Course
) -> None:
    form = posted(course, temperature_c="38.5")
    flood = urlencode([(f"field_{number}", "1") for number in range(50_000)])
    answer = nurse_client.post(page("assessment_new", course), form | {"fill": flood})
    assert answer.status_code == 200
    assert as_shown(answer)["temperature_c"] == "38.5"
    assert b"field_1" not in answer.content
