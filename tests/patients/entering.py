"""What the tests of the forms share: a ward's morning, and a form posted as a browser does."""

from __future__ import annotations

import html
import re
import uuid
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patients.admission.still_open import key_of_open, still_open
from patients.models import Course
from patients.reading.bedside import Bedside

NOW = datetime(2026, 1, 8, 5, 40, tzinfo=UTC)
"""Day +3, 06:40 in Madrid."""

FULL = {
    "temperature_c": "38.9",
    "systolic_mmhg": "124",
    "diastolic_mmhg": "78",
    "heart_rate": "104",
    "respiratory_rate": "20",
    "spo2_percent": "95",
    "hypotension": "no",
    "fluid_bolus": "no",
    "vasopressors": "none",
    "oxygen_device": "room_air",
    **{f"ice_{item}": "1" for item in ("year", "month", "city", "hospital")},
    **{f"ice_{item}": "1" for item in ("command", "writing", "attention")},
    "ice_naming": "3",
    "consciousness": "spontaneous",
    "seizure": "none",
    "motor": "none",
    "icp": "none",
}


def page(name: str, course: Course, **kwargs: Any) -> str:
    return reverse(name, kwargs={"uid": course.uid, **kwargs})


def open_as_listed(course: Course) -> str:
    """What the page that closes a course sends of what it named as open."""
    return key_of_open(still_open(Bedside(course, timezone.now())))


def posted(course: Course, time_field: str = "observed_at", **values: Any) -> dict[str, Any]:
    """A form's values as a browser sends them, at 06:30 on the ward."""
    return {
        "uid": str(uuid.uuid4()),
        "course_uid": str(course.uid),
        f"{time_field}_date": "2026-01-08",
        f"{time_field}_time": "06:30",
        **values,
    }


def enter(client: Client, course: Course, **values: Any) -> Any:
    return client.post(page("assessment_new", course), posted(course, **values))


def answering(client: Client, address: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values with “yes” to every question that the page asks before it saves them."""
    content = html.unescape(client.post(address, values).content.decode())
    return values | {"confirm": re.findall(r'name="confirm"[^>]* value="([^"]+)"', content)}


def preview(client: Client, course: Course, **values: Any) -> str:
    answer = client.post(page("assessment_preview", course), posted(course, **values))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def as_shown(answer: Any) -> dict[str, str]:
    """What a browser sends when the form of this page is saved untouched."""
    reader = _FormReader()
    reader.feed(answer.content.decode())
    return reader.values


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.values[self._select] = given["value"]
        elif tag == "input" and "name" in given and _is_sent(given):
            self.values[given["name"]] = given.get("value", "")
        elif tag == "textarea":
            self._textarea = given["name"]
            self.values[self._textarea] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] = (self.values[self._textarea] + data).lstrip("\n")


def _is_sent(attrs: dict[str, str]) -> bool:
    return attrs["type"] not in ("radio", "checkbox") or "checked" in attrs
