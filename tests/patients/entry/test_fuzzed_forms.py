"""Whatever is sent to a form, it is answered: saved, refused beside the field, never a crash."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients import door
from patients.clock import now
from patients.models import Course, User
from tests.patients.entering import NOW
from tests.patients.form_addresses import PAGES, addresses_of_forms
from tests.storing import AssessmentAt

BESIDES = ("find", "wristband", "wristband_of_another", "draft_key")
"""Pages that take a post and store nothing."""
FORMS = [*map(str, PAGES), *BESIDES]
FIELDS_OF = {"assessment_preview": "assessment_new", "lab_check": "lab_new", "find": "board"} | {
    "dose_check": "dose_new",
    "correction_check": "dose_correct",
    "handover_give": "handover",
    "mark_line": "chart",
}
"""Where the fields stand of a page that only takes a post."""
FIELDS = {
    "draft_keep": "address uid title content revision age was_sent is_left",
    "draft_discard": "uid back",
    "draft_key": "device",
    "wristband": "scan text code",
    "wristband_of_another": "scan text code",
}
"""The fields that a script sends."""
ODD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            " ",
            "0",
            "-1",
            "1e400",
            "NaN",
            "-Infinity",
            "9" * 400,
            "38,5",
            "38\u200b",
            "\u202e83",
            "🙂",
            "٣٨",
            "²",
            "½",
            "1_000",
            "0x1F",
            "\0",
            "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
            "2026-02-30",
            "0001-01-01",
            "9999-12-31",
            "0000-00-00",
            "24:61",
            "None",
            "true",
            "[]",
            '{"a": 1}',
            "<script>alert(1)</script>",
            "' OR 1=1 --",
            "00000000-0000-0000-0000-000000000000",
            "é" * 5000,
            "-0",
            "007",
            "\u202eשלום",
            "👩\u200d⚕️" * 700,
        ]
    ),
)

OF_DATES = {
    "day": ["1", "28", "31", "32", "0", "-1", str(2**31), str(2**63), "", "²"],
    "month": ["1", "2", "12", "13", "0", "-1", str(2**31), f"-{2**31}", ""],
    "year": [
        "1",
        "26",
        "1869",
        "1989",
        "1990",
        "2026",
        "2150",
        "2151",
        "9999",
        str(2**31),
        "0",
        "-1",
    ],
    "date": [
        "0001-01-01",
        "0000-01-01",
        "1989-12-31",
        "2151-01-01",
        "9999-12-31",
        "2026-01-05",
        "",
    ],
    "time": ["00:00", "23:59", "24:00", "02:30", str(2**31), "-1", ""],
    "fold": ["0", "1", "2", str(2**63), ""],
}
"""Parts of dates and times, possible and impossible, by the end of the name of their field."""


def dates_of(names: list[str]) -> st.SearchStrategy[dict[str, str]]:
    """A value for every field of a date or a time."""
    ends = {name: name.rpartition("_")[2] for name in names}
    return st.fixed_dictionaries(
        {name: st.sampled_from(OF_DATES[end]) for name, end in ends.items() if end in OF_DATES}
    )


@contextmanager
def forgotten() -> Iterator[None]:
    """Everything written inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def at_half_past_six() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def address(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> Callable[[str], str]:
    addresses = addresses_of_forms(course, nurse, physician, assessment_at)

    def made(name: str) -> str:
        if name in addresses:
            return addresses[name]
        for arguments in ([], [course.uid], [course.ward_id]):
            with suppress(NoReverseMatch):
                return reverse(name, args=arguments)
        raise LookupError(name)

    return made


def fields_of(page: str) -> dict[str, str]:
    """The names of a page's fields, with the values of the hidden ones."""
    fields: dict[str, str] = dict.fromkeys(re.findall(r'\bname="([\w-]+)"', page), "")
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            fields[name[1]] = value[1]
    fields.pop("viewport", None)
    return fields


@pytest.mark.parametrize("name", FORMS)
@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_form_answers_whatever_is_sent(
    name: str,
    data: st.DataObject,
    address: Callable[[str], str],
    physician_client: Client,
    physician: User,
    course: Course,
) -> None:
    if name == "reopen" and course.is_open():
        door.amend(
            course,
            by=physician,
            reason="home",
            changes={"closed_at": now(), "closing_reason": "went home"},
        )
    page = physician_client.get(address(FIELDS_OF.get(name, name))).content.decode()
    fields: dict[str, Any] = fields_of(page) | dict.fromkeys(FIELDS.get(name, "").split(), "")
    names = sorted(fields) or ["text"]
    odd = data.draw(
        st.dictionaries(
            st.sampled_from(names) | st.text(min_size=1, max_size=6),
            ODD | st.lists(ODD, max_size=3),
            min_size=1,
            max_size=8,
        )
    )
    with forgotten():
        sent = fields | data.draw(dates_of(names)) | odd
        answer = physician_client.post(address(name), sent)
    assert answer.status_code < 500
