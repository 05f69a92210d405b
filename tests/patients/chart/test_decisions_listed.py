"""The decisions of physicians on the chart: each with its reason, and struck out by physicians."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients import door
from patients.models import Adjudication, Course, User
from patients.words.entry_words import headline, lines
from tests.patients.entering import NOW, page, posted

TITLE = "All decisions of physicians"
REFUSED = {"decision": "refused", "sign": "hypotension", "reason": "cultures negative"}
FINAL = {"decision": "final_grade", "toxicity": "crs", "grade": 3, "reason": "tumor board"}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def decided(course: Course, by: User, **values: Any) -> Adjudication:
    at = course.infused_at + timedelta(hours=40)
    row = Adjudication(course=course, decided_at=at, **values)
    door.enter(course, [row], by=by)
    return row


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (REFUSED, "hypotension counts: another cause refused"),
        (
            {"decision": "confirmed", "sign": "icp", "cause": "baseline_disease"},
            "ICP put down to baseline disease, confirmed",
        ),
        (
            {"decision": "confirmed", "sign": "fever", "reason": "line infection"},
            "fever put down to another cause, confirmed",
        ),
        (
            {"decision": "withdrawn", "sign": "other_neuro", "reason": "too early"},
            "other findings: the decision withdrawn",
        ),
        (FINAL, "final grade CRS 3"),
    ],
)
def test_a_decision_is_one_line(
    course: Course, physician: User, values: dict[str, Any], words: str
) -> None:
    assert headline(decided(course, physician, **values)).startswith(f"{words}, ")


def test_a_decision_is_read_field_by_field_before_it_is_struck_out(
    course: Course, physician: User
) -> None:
    start = course.infused_at
    row = decided(
        course, physician, **FINAL, onset_at=start + timedelta(hours=20), resolved_at=None
    )
    shown = lines(row)
    assert shown.pop("Decided")
    assert shown.pop("Onset")
    assert shown == {
        "Decision": "final grade",
        "Toxicity": "CRS",
        "Grade": "3",
        "Reason": "tumor board",
    }


def test_the_chart_lists_decisions_with_their_reasons_and_only_a_physician_strikes_one_out(
    course: Course, physician: User, nurse_client: Client, physician_client: Client
) -> None:
    chart = page("chart", course)
    empty = nurse_client.get(chart).content.decode()
    assert TITLE not in empty

    row = decided(course, physician, **REFUSED, holds_from=course.infused_at)
    url = reverse("strike_out", args=[course.uid, "adjudications", row.uid])
    for client, may in ((nurse_client, False), (physician_client, True)):
        listed = client.get(chart).content.decode()
        assert TITLE in listed
        assert "hypotension counts: another cause refused" in listed
        assert "cultures negative" in listed
        opened = page("entry_show", course, kind="adjudications", row_uid=row.uid)
        assert opened in listed
        assert (url in client.get(opened).content.decode()) == may

    sent = posted(course, typed_by=str(physician.pk), reason="other", words="decided twice")
    refused = nurse_client.post(url, sent)
    assert refused.status_code == 403
    assert "Only a physician decides" in refused.content.decode()

    assert "hypotension counts" in physician_client.get(url).content.decode()
    assert physician_client.post(url, sent).status_code == 302
    row.refresh_from_db()
    assert row.struck_out_by == physician
    assert f"struck out by {physician}" in nurse_client.get(chart).content.decode()
