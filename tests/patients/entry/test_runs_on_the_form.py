"""The runs of the dose record on the assessment form: what it offers, asks, and stores."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
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
    button = re.search(
        r'<div id="same-support"[^>]*>\s*<button[^>]*value="([^"]*)">([^<]*)<',
        answer.content.decode(),
    )
    assert button is not None
    return html.unescape(button[2]), parse_qs(html.unescape(button[1]), keep_blank_values=True)


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
        "same support as 07 Jan 23:00: hypotension, norepinephrine 0.05 mcg/kg/min since 05:30, "
        "room air"
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


@pytest.mark.parametrize("vasopressors", [["norepinephrine"], ["norepinephrine", "vasopressin"]])
def test_a_run_on_the_list_is_not_asked_about(
    nurse_client: Client, course: Course, nurse: User, vasopressors: list[str]
) -> None:
    run(course, nurse, 60)
    if "vasopressin" in vasopressors:
        run(course, nurse, 30, **VASOPRESSIN)
    stored(enter(nurse_client, course, **FULL | {"vasopressors": vasopressors}))


@pytest.mark.parametrize(
    ("minutes_before", "asked"), [(0, True), (1, True), (-1, False), (60, True)]
)
def test_the_time_of_the_entry_says_what_runs(
    nurse_client: Client, course: Course, nurse: User, minutes_before: float, asked: bool
) -> None:
    run(course, nurse, minutes_before)
    assert enter(nurse_client, course, **FULL).status_code == (422 if asked else 302)


@pytest.mark.parametrize(("minutes_before", "asked"), [(0, False), (1, False), (-1, True)])
def test_a_run_is_over_from_its_end_on(
    nurse_client: Client, course: Course, nurse: User, minutes_before: float, asked: bool
) -> None:
    dose = run(course, nurse, 60)
    door.stop(dose, at=AT - timedelta(minutes=minutes_before), by=nurse)
    assert enter(nurse_client, course, **FULL).status_code == (422 if asked else 302)


def test_a_run_that_ended_later_is_no_end_of_now(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    """Its end is recorded, and an end is recorded once: the list is wrong, or the dose record."""
    dose = run(course, nurse, 60)
    door.stop(dose, at=AT + timedelta(minutes=5), by=nurse)
    answer = enter(nurse_client, course, **FULL)
    assert "ran from 05:30 to 06:35 by the dose record, and the list says none." in refused(answer)
    assert "it ended at 06:30" not in offers(answer)
    wrong = "runs=norepinephrine of 05:30 beside "
    assert "it did not run: the dose record is wrong" in text(answer)
    row = stored(enter(nurse_client, course, **FULL | {"confirm": wrong}))
    assert row.grades.live().get(system="crs_astct_2019").grade == 3  # both count together


def test_no_hypotension_without_a_list_is_asked_about_too(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run(course, nurse, 60)
    without_list = {name: value for name, value in FULL.items() if name != "vasopressors"}
    answer = enter(nurse_client, course, **without_list)
    assert f"N{RUNS[1:]}, and “no hypotension” is tapped." in refused(answer)


def test_an_inotrope_that_runs_is_asked_about_as_well(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run(course, nurse, 60, agent="dobutamine", amount=Decimal(5))
    answer = enter(nurse_client, course, **FULL)
    assert "Dobutamine 5 mcg/kg/min runs since 05:30" in refused(answer)
    assert stored(tap(nurse_client, course, answer, "add it to the list")).vasopressors == [
        "dobutamine"
    ]


def test_a_drug_that_the_list_does_not_name_is_another_there(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run(course, nurse, 60, agent="Akrinor", unit="mL/h", amount=Decimal(2))
    answer = enter(nurse_client, course, **FULL)
    assert stored(tap(nurse_client, course, answer, "add it to the list")).vasopressors == ["other"]


def test_a_drug_of_any_name_ends_by_one_tap(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run(course, nurse, 60, agent="Νορ α-2", drug_class="vasopressor")
    run(course, nurse, 60, agent="Αδρ β-2", drug_class="vasopressor", amount=Decimal(3))
    answer = enter(nurse_client, course, **FULL | {"vasopressors": "other"})
    assert answer.status_code == 302  # the list says: another
    ended = offers(nurse_client.get(page("assessment_new", course)))["it has ended"]
    values = posted(course, **FULL | {"vasopressors": "other", "fill_and_save": ended})
    stored(nurse_client.post(page("assessment_new", course), values))
    assert Dose.objects.exclude(ended_at=None).count() == 1


def test_a_run_without_a_name_may_be_the_one_on_the_list(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run(course, nurse, 60, agent="vasopressor")
    listed = FULL | {"vasopressors": "norepinephrine", "hypotension": "yes"}
    answer = enter(nurse_client, course, **listed)
    assert "it is one of those on the list" in refused(answer)
    confirmed = {"confirm": "runs=vasopressor of 05:30 beside norepinephrine"}
    grade = stored(enter(nurse_client, course, **listed | confirmed)).grades.live()
    crs = grade.get(system="crs_astct_2019")
    assert (crs.grade, crs.at_least) == (3, True)


def test_a_later_rate_of_0_ends_the_run(nurse_client: Client, course: Course, nurse: User) -> None:
    run(course, nurse, 60)
    run(course, nurse, 30, agent="Levophed", amount=Decimal(0))
    stored(enter(nurse_client, course, **FULL))


def test_an_end_with_a_time_of_its_own_is_stored_with_the_entry(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    dose = run(course, nurse, 60)
    ended = {"ended_norepinephrine_date": "2026-01-08", "ended_norepinephrine_time": "06:10"}
    stored(enter(nurse_client, course, **FULL | ended))
    dose.refresh_from_db()
    assert dose.ended_at == AT - timedelta(minutes=20)


def test_two_runs_of_one_drug_end_together(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run(course, nurse, 60)
    run(course, nurse, 30, amount=Decimal("0.1"))
    answer = enter(nurse_client, course, **FULL)
    assert "Norepinephrine 0.1 mcg/kg/min runs since 05:30" in refused(answer)
    stored(tap(nurse_client, course, answer, "it ended at 06:30"))
    assert list(Dose.objects.values_list("ended_at", flat=True)) == [AT, AT]


@pytest.mark.parametrize(
    ("time", "sentence"),
    [
        ("05:29", "Norepinephrine runs since 05:30: the end is before it."),
        ("06:55", "lies in the future"),
        ("06:31", "and the list says none."),  # at the time of the entry it still ran
    ],
)
def test_an_end_that_cannot_be_is_refused(
    nurse_client: Client, course: Course, nurse: User, time: str, sentence: str
) -> None:
    run(course, nurse, 60)
    ended = {"ended_norepinephrine_date": "2026-01-08", "ended_norepinephrine_time": time}
    answer = enter(nurse_client, course, **FULL | ended)
    assert sentence in refused(answer)
    assert Dose.objects.get().ended_at is None


def test_nothing_is_stored_where_somebody_else_ended_the_run_meanwhile(
    nurse_client: Client, course: Course, nurse: User, physician: User
) -> None:
    dose = run(course, nurse, 60)
    answer = enter(nurse_client, course, **FULL)
    door.stop(dose, at=AT - timedelta(minutes=15), by=physician)
    late = tap(nurse_client, course, answer, "it ended at 06:30")
    assert late.status_code == 409
    assert "already recorded: 08 Jan 2026 06:15, by Paul Physician" in text(late)
    assert not Assessment.objects.exists()
    stored(enter(nurse_client, course, **FULL))  # and what is on the list agrees now


def test_an_end_sent_twice_is_stored_once(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run(course, nurse, 60)
    ended = {"ended_norepinephrine_date": "2026-01-08", "ended_norepinephrine_time": "06:30"}
    sent = posted(course, **FULL | ended)
    for _ in range(2):
        stored(nurse_client.post(page("assessment_new", course), sent))
    assert Assessment.objects.count() == 1


def test_the_preview_grades_what_would_be_stored(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    run(course, nurse, 60)
    ended = {"ended_norepinephrine_date": "2026-01-08", "ended_norepinephrine_time": "06:30"}
    assert "one vasopressor: norepinephrine" in preview(nurse_client, course, **FULL)
    assert "one vasopressor" not in preview(nurse_client, course, **FULL | ended)


# Asked before saving: an agent of the list without a run

LISTED = FULL | {"hypotension": "yes", "vasopressors": "vasopressin"}
WITHOUT = "Vasopressin is on the list, and the dose record has no run of it."
IT_RUNS = {"confirm": "runs=vasopressin without a run"}


@pytest.fixture
def course_with_runs(course: Course, nurse: User) -> Course:
    """A course whose dose record has a run, long over."""
    dose = run(course, nurse, 2000)
    door.stop(dose, at=AT - timedelta(minutes=1000), by=nurse)
    return course


def test_a_ward_that_records_no_runs_is_not_asked(nurse_client: Client, course: Course) -> None:
    stored(enter(nurse_client, course, **LISTED))


def test_it_runs_though_the_dose_record_has_it_not(
    nurse_client: Client, course_with_runs: Course
) -> None:
    assert WITHOUT in refused(enter(nurse_client, course_with_runs, **LISTED))
    stored(enter(nurse_client, course_with_runs, **LISTED | IT_RUNS))
    later = posted(course_with_runs, **LISTED) | {"observed_at_time": "06:35"}
    stored(nurse_client.post(page("assessment_new", course_with_runs), later))  # asked once


def test_the_start_of_a_run_is_stored_with_the_entry(
    nurse_client: Client, course_with_runs: Course
) -> None:
    answer = enter(nurse_client, course_with_runs, **LISTED)
    refused(answer)
    filled = nurse_client.post(
        page("assessment_new", course_with_runs),
        LISTED | as_shown(answer) | {"fill": offers(answer)["record its start"]},
    )
    assert filled.status_code == 200
    values = LISTED | as_shown(filled)
    assert values["started_vasopressin_unit"] == "units/min"
    values |= {"started_vasopressin_rate": "0.03", "started_vasopressin_time": "06:20"}
    row = stored(nurse_client.post(page("assessment_new", course_with_runs), values))
    dose = Dose.objects.get(agent="vasopressin")
    assert (dose.given_at, dose.amount, dose.unit) == (
        AT - timedelta(minutes=10),
        Decimal("0.03"),
        "units/min",
    )
    assert (dose.recorded_at, dose.ended_at) == (row.recorded_at, None)
    again = nurse_client.post(page("assessment_new", course_with_runs), values)
    assert again.status_code == 302
    assert Dose.objects.filter(agent="vasopressin").count() == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"time": "06:31"}, "it started only at 06:31"),
        ({"time": "06:20", "rate": "0.03"}, "Choose the unit of 0.03."),
        ({"time": "", "rate": "0.03", "unit": "units/min"}, "Enter when vasopressin started."),
        ({"time": "06:20", "rate": "0", "unit": "units/min"}, "A rate of 0 does not run."),
    ],
)
def test_a_start_that_cannot_be_is_refused(
    nurse_client: Client, course_with_runs: Course, values: dict[str, str], sentence: str
) -> None:
    started = {f"started_vasopressin_{part}": value for part, value in values.items()}
    started["started_vasopressin_date"] = "2026-01-08" if values["time"] else ""
    answer = enter(nurse_client, course_with_runs, **LISTED | started)
    assert sentence in refused(answer)
    assert not Dose.objects.filter(agent="vasopressin").exists()


def test_an_agent_whose_run_ended_is_taken_off_the_list(
    nurse_client: Client, course_with_runs: Course
) -> None:
    listed = FULL | {"hypotension": "yes", "vasopressors": "norepinephrine"}
    answer = enter(nurse_client, course_with_runs, **listed)
    assert "by the dose record it ended 07 Jan 13:50." in refused(answer)
    assert stored(tap(nurse_client, course_with_runs, answer, "take it off the list", **listed))


def test_a_run_that_somebody_else_started_meanwhile_is_not_started_again(
    nurse_client: Client, course_with_runs: Course, nurse: User
) -> None:
    run(course_with_runs, nurse, 5, **VASOPRESSIN)
    started = {
        "started_vasopressin_date": "2026-01-08",
        "started_vasopressin_time": "06:20",
        "started_vasopressin_rate": "0.03",
        "started_vasopressin_unit": "units/min",
    }
    answer = enter(nurse_client, course_with_runs, **LISTED | started)
    assert "Vasopressin runs since 06:25 already: record no other start." in refused(answer)
    stored(enter(nurse_client, course_with_runs, **LISTED))
    assert Dose.objects.filter(agent="vasopressin").count() == 1


def test_the_offer_follows_a_change_of_the_rate(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    first = run(course, nurse, 600)
    listed = {"hypotension": True, "vasopressors": ["norepinephrine"]}
    support_at(course, nurse, assessment_at, 62, **listed)
    faster = NOREPINEPHRINE | {"amount": Decimal("0.1")}
    door.change_rate(first, Dose(given_at=AT - timedelta(minutes=20), **faster), by=nurse)
    label, values = same_support(nurse_client.get(page("assessment_new", course)))
    assert label == (
        "same support as 08 Jan 01:00: hypotension, norepinephrine 0.1 mcg/kg/min since 06:10, "
        "room air"
    )
    assert values["vasopressors"] == ["norepinephrine"]
