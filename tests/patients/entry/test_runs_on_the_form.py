"""The runs of the dose record on the assessment form: what it offers, asks, and stores."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.models import Assessment, Course, Dose, User
from tests.patients.entering import FULL, NOW, as_shown, enter, page, posted, preview
from tests.storing import AssessmentAt

AT = NOW - timedelta(minutes=10)
"""The time of the entries: 06:30 on the ward."""
NOREPINEPHRINE = {"agent": "norepinephrine", "amount": Decimal("0.05"), "unit": "mcg/kg/min"}
VASOPRESSIN = {"agent": "vasopressin", "amount": Decimal("0.03"), "unit": "units/min"}
RUNS = "norepinephrine 0.05 mcg/kg/min runs since 05:30 by the dose record"


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def run(course: Course, nurse: User, minutes_before: float, **values: Any) -> Dose:
    """A run that began so many minutes before the entry."""
    dose = Dose(given_at=AT - timedelta(minutes=minutes_before), **(NOREPINEPHRINE | values))
    door.enter(course, [dose], by=nurse)
    return dose


def same_support(answer: Any) -> tuple[str, dict[str, list[str]]]:
    """The label of the offer, and what it fills in."""
    found = re.search(
        r'<div id="same-support"[^>]*>\s*<button[^>]*value="([^"]*)">([^<]*)<',
        answer.content.decode(),
    )
    assert found is not None
    return html.unescape(found[2]), parse_qs(html.unescape(found[1]), keep_blank_values=True)


def offers(answer: Any) -> dict[str, str]:
    """The query of each button by its label."""
    buttons = re.findall(
        r'<button[^>]*name="(?:fill|fill_and_save)" value="([^"]*)"[^>]*>([^<]*)<',
        answer.content.decode(),
    )
    return {html.unescape(label).strip(): html.unescape(query) for query, label in buttons}


def support_at(
    course: Course, nurse: User, assess: AssessmentAt, hours: float, **values: Any
) -> None:
    door.enter(course, [assess(hours, **values)], by=nurse)


# The offer of the same support


def test_the_offer_holds_what_began_since(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    support_at(course, nurse, assessment_at, 60)
    run(course, nurse, 60)
    label, values = same_support(nurse_client.get(page("assessment_new", course)))
    assert label == (
        "same support as 07 Jan 23:00: hypotension, norepinephrine 0.05 mcg/kg/min, room air; "
        "norepinephrine runs since 05:30"
    )
    assert values["vasopressors"] == ["norepinephrine"]
    assert values["hypotension"] == ["yes"]


def test_the_offer_leaves_out_what_ended_since(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    dose = run(course, nurse, 600)
    support_at(course, nurse, assessment_at, 62, hypotension=True, vasopressors=["norepinephrine"])
    door.stop(dose, at=AT - timedelta(minutes=30), by=nurse)
    label, values = same_support(nurse_client.get(page("assessment_new", course)))
    assert label == (
        "same support as 08 Jan 01:00: no vasopressor, room air; norepinephrine ended 06:00"
    )
    assert values["vasopressors"] == ["none"]
    assert "hypotension" not in values


def test_without_a_run_the_list_of_before_stays_in_the_offer(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    support_at(course, nurse, assessment_at, 62, hypotension=True, vasopressors=["other"])
    _, values = same_support(nurse_client.get(page("assessment_new", course)))
    assert values["vasopressors"] == ["other"]
    assert values["hypotension"] == ["yes"]


def test_what_runs_is_offered_where_nothing_was_assessed(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run(course, nurse, 60)
    label, values = same_support(nurse_client.get(page("assessment_new", course)))
    assert label == "what runs now: norepinephrine 0.05 mcg/kg/min"
    assert values == {"hypotension": ["yes"], "vasopressors": ["norepinephrine"]}


def test_the_offer_is_that_of_the_time_typed(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    """The offer follows the time of the entry, in the preview and without a script."""
    support_at(course, nurse, assessment_at, 60)
    run(course, nurse, 60)
    before = posted(course, observed_at_time="05:29")
    for name, values in (("assessment_preview", {}), ("assessment_new", {"fill": "fever=yes"})):
        label, _ = same_support(nurse_client.post(page(name, course), before | values))
        assert label == "same support as 07 Jan 23:00: no hypotension, no vasopressor, room air"


def test_a_correction_is_offered_what_ran_at_its_own_time(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    """Neither what it says itself nor what began later stands in the offer."""
    support_at(course, nurse, assessment_at, 50)
    old = assessment_at(60, hypotension=True, vasopressors=["epinephrine"])
    door.enter(course, [old], by=nurse)
    run(course, nurse, 60)
    answer = nurse_client.get(page("assessment_correct", course, row_uid=old.uid))
    label, _ = same_support(answer)
    assert label == "same support as 07 Jan 13:00: no hypotension, no vasopressor, room air"


# Asked before saving: a run that the list leaves out


def refused(answer: Any) -> str:
    assert answer.status_code == 422, text(answer)
    return text(answer)


def stored(answer: Any) -> Assessment:
    assert answer.status_code == 302, text(answer)
    return Assessment.objects.latest("id")


def tap(client: Client, course: Course, answer: Any, label: str, **typed: Any) -> Any:
    """Tap a button of the refused page, as a browser without a script does."""
    query = offers(answer)[label]
    values = FULL | as_shown(answer) | typed
    return client.post(page("assessment_new", course), values | {"fill_and_save": query})


def test_a_run_that_the_list_leaves_out_is_asked_about(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run(course, nurse, 60)
    answer = enter(nurse_client, course, **FULL)
    assert f"N{RUNS[1:]}, and the list says none." in refused(answer)
    row = stored(tap(nurse_client, course, answer, "add it to the list"))
    assert row.vasopressors == ["norepinephrine"]
    assert Dose.objects.get().ended_at is None


def test_one_tap_stores_the_end_together_with_the_entry(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run(course, nurse, 60)
    answer = enter(nurse_client, course, **FULL)
    row = stored(tap(nurse_client, course, answer, "it ended at 06:30"))
    ended = Dose.objects.get()
    assert row.vasopressors == []
    assert (ended.ended_at, ended.end_recorded_by) == (AT, nurse)
    assert ended.end_recorded_at == row.recorded_at
    assert row.grades.live().get(system="crs_astct_2019").grade == 1
