"""Whatever is sent to a form, it is answered: saved, refused beside the field, never a crash."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients import door
from patients.models import Course, Dose, User
from tests.storing import AssessmentAt

FORMS = (
    "admit",
    "readmit",
    "move",
    "course_correct",
    "patient_correct",
    "close",
    "assessment_new",
    "assessment_preview",
    "assessment_correct",
    "lab_new",
    "lab_check",
    "dose_new",
    "dose_check",
    "dose_stop",
    "event_new",
    "strike_out",
    "find",
)
POST_ONLY = {"assessment_preview": "assessment_new", "lab_check": "lab_new", "find": "board"} | {
    "dose_check": "dose_new"
}
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
            "٣٨",
            "²",
            "½",
            "1_000",
            "0x1F",
            "\0",
            "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
            "2026-02-30",
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
        ]
    ),
)


@contextmanager
def forgotten() -> Iterator[None]:
    """Everything written inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def address(course: Course, nurse: User, assessment_at: AssessmentAt) -> Callable[[str], str]:
    row, run = assessment_at(30), Dose(given_at=course.infused_at, agent="norepinephrine")
    door.enter(course, [row, run], by=nurse)
    rows = {"dose_stop": {"row_uid": run.uid}, "assessment_correct": {"row_uid": row.uid}}
    rows["strike_out"] = {"row_uid": row.uid, "kind": "assessments"}

    def made(name: str) -> str:
        if name in ("admit", "find", "board"):
            return reverse(name)
        return reverse(name, kwargs={"uid": course.uid, **rows.get(name, {})})

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
    max_examples=10,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_form_answers_whatever_is_sent(
    name: str, data: st.DataObject, address: Callable[[str], str], physician_client: Client
) -> None:
    page = physician_client.get(address(POST_ONLY.get(name, name))).content.decode()
    fields: dict[str, Any] = fields_of(page)
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
        answer = physician_client.post(address(name), fields | odd)
    assert answer.status_code < 500
