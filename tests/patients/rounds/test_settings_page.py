"""A ward sets its rounds: nothing typed is lost, its effect is shown first, history stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients import clock
from patients.entry.laboratory.lab_form import LabForm
from patients.entry.laboratory.usual_panel import UsualPanel, usual_panel_of
from patients.models import BoardRow, Course, GuardedWrite, Role, User, Ward
from patients.reading.bedside import Bedside
from patients.regrading.record import record_of
from patients.rounds import writing
from patients.rounds.models import RoundSettings
from patients.rounds.rules.clocks import CourseFacts
from patients.rounds.settings_page.typed import typed_of
from patients.rounds.ward_settings import default_rounds, panel_in, rounds_of_ward
from tests.conftest import make_user
from tests.patients.entering import as_shown

Typed = dict[str, Any]


@pytest.fixture
def address(ward: Ward) -> str:
    return reverse("round_settings", args=[ward.pk])


@pytest.fixture
def typed(ward: Ward) -> Typed:
    """The defaults of the ward as its page sends them, with a reason."""
    default = default_rounds(ward)
    sent = typed_of(default.schedule, default.policy)
    return {**dict(sent.lists()), "since": "0", "reason": "two nurses at night"}


def place_of(typed: Typed, clock_name: str, when: str) -> str:
    """The place of a row in the table: row-3."""
    rows = {key.rpartition("-")[0] for key in typed if key.startswith("row-")}
    wanted = ([clock_name], [when])
    return next(row for row in rows if (typed[f"{row}-clock"], typed[f"{row}-when"]) == wanted)


def with_interval(
    typed: Typed, when: str, every: str, unit: str = "h", of: str = "vitals"
) -> Typed:
    row = place_of(typed, of, when)
    return {**typed, f"{row}-every": every, f"{row}-every_unit": unit}


def words_of(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def store(client: Client, address: str, typed: Typed) -> Any:
    """Look at the effect, then tap on “Store these settings” with every question ticked."""
    looked = client.post(address, typed).content.decode()
    digest = re.search(r'name="previewed" value="(\w+)"', looked)
    assert digest is not None, looked
    ticks = [unescape(key) for key in re.findall(r'name="confirm" value="([^"]+)"', looked)]
    return client.post(address, {**typed, "previewed": digest[1], "confirm": ticks})


# Who sets them


@pytest.mark.parametrize(
    ("visitor", "status"),
    [
        ("physician", 200),
        ("administrator", 200),
        ("nurse", 403),
        ("viewer", 403),
        ("other_ward_nurse", 404),
    ],
)
def test_physicians_of_the_ward_and_administrators_set_its_rounds(
    visitor: str,
    status: int,
    request: pytest.FixtureRequest,
    signed_in: Callable[[User], Client],
    address: str,
    typed: Typed,
) -> None:
    client = signed_in(request.getfixturevalue(visitor))
    assert client.get(address).status_code == status
    assert client.post(address, with_interval(typed, "crs_2", "3")).status_code == status


def test_the_round_leads_a_physician_to_the_settings_and_a_nurse_to_the_report_alone(
    physician_client: Client, nurse_client: Client, address: str
) -> None:
    pages = [client.get(reverse("rounds")).content for client in (physician_client, nurse_client)]
    assert [address.encode() in page for page in pages] == [True, False]
    assert all(reverse("round_report").encode() in page for page in pages)


def test_a_physician_of_another_ward_finds_nothing(
    other_ward: Ward, signed_in: Callable[[User], Client], address: str
) -> None:
    client = signed_in(make_user("otto_physician", Role.PHYSICIAN, other_ward))
    assert client.get(address).status_code == 404


def test_a_right_taken_away_meanwhile_stores_nothing(
    ward: Ward, physician: User, typed: Typed
) -> None:
    physician.memberships.all().delete()
    nothing: dict[str, Any] = {"schedule": {}, "policy": {}, "laboratory": {}}
    with pytest.raises(writing.NotAllowed, match="physician of this ward or an administrator"):
        writing.store_settings(ward, since=0, by=physician, reason="r", settings=nothing)


def test_settings_are_written_in_one_place_alone(ward: Ward) -> None:
    with pytest.raises(GuardedWrite):
        RoundSettings(ward=ward).save()


# What is stored


def test_a_ward_without_settings_has_its_own_interval_and_number(
    physician_client: Client, address: str, ward: Ward
) -> None:
    answer = physician_client.get(address)
    form = as_shown(answer)
    assert (form["row-0-every"], form["row-0-every_unit"]) == ("12", "h")
    assert form["step-0-contact"] == "Bleep 4711"
    assert "as the page of the ward in the administration says" in words_of(answer)


def test_an_interval_is_stored_with_its_reason_after_its_effect_was_shown(
    physician_client: Client, address: str, typed: Typed, ward: Ward, physician: User
) -> None:
    wanted = with_interval(typed, "crs_2", "90", "min")
    looked = physician_client.post(address, wanted)
    assert "vitals, from CRS 2 every 2 h: local: CRS 2 every 1 h 30" in words_of(looked)
    assert not RoundSettings.objects.exists()
    assert store(physician_client, address, wanted).status_code == 302
    rows = {
        (row.clock, row.when, row.from_grade): row for row in rounds_of_ward(ward).schedule.rows
    }
    assert rows["vitals", "crs", 2].minutes == 90
    line = RoundSettings.history.get()
    assert (line.history_user, line.history_change_reason) == (physician, "two nurses at night")


def test_what_was_changed_after_the_look_is_shown_again_before_it_is_stored(
    physician_client: Client, address: str, typed: Typed
) -> None:
    looked = physician_client.post(address, with_interval(typed, "crs_2", "3")).content.decode()
    digest = re.search(r'name="previewed" value="(\w+)"', looked)
    assert digest is not None
    later = {**with_interval(typed, "crs_2", "1"), "previewed": digest[1]}
    assert "Not stored yet" in words_of(physician_client.post(address, later))
    assert not RoundSettings.objects.exists()


def test_settings_like_the_defaults_are_stored_as_such(
    physician_client: Client, address: str, typed: Typed, ward: Ward
) -> None:
    store(physician_client, address, with_interval(typed, "crs_2", "3"))
    since = str(RoundSettings.history.latest("history_id").history_id)
    store(physician_client, address, {**typed, "since": since})
    assert RoundSettings.objects.get().schedule == {}
    assert rounds_of_ward(ward) == default_rounds(ward)


def test_the_page_shows_who_changed_what_when_and_why(
    physician_client: Client, address: str, typed: Typed
) -> None:
    store(physician_client, address, with_interval(typed, "crs_2", "3"))
    shown = words_of(physician_client.get(address))
    assert "Paul Physician ·" in shown
    assert "two nurses at night" in shown
    assert "every 2 h: local: CRS 2 every 3 h: local: CRS 2" in shown
    assert "default: every 2 h (local: CRS 2)" in shown


def test_shifts_may_begin_at_half_hours_and_calls_have_steps_by_grade(
    physician_client: Client, address: str, typed: Typed, ward: Ward
) -> None:
    wanted = {**typed, "shift": ["7:30", "19:30", "", ""], "step-0-minutes": "20"}
    store(physician_client, address, wanted)
    stored = rounds_of_ward(ward)
    assert [f"{shift:%H:%M}" for shift in stored.schedule.shifts] == ["07:30", "19:30"]
    assert stored.policy.for_grade(1)[0].minutes == 20


def test_every_open_page_of_the_ward_asks_again(
    physician_client: Client, address: str, typed: Typed, course: Course
) -> None:
    before = BoardRow.objects.get(course=course).version
    store(physician_client, address, with_interval(typed, "crs_2", "3"))
    assert BoardRow.objects.get(course=course).version > before


def test_a_form_sent_twice_is_stored_once(
    physician_client: Client, address: str, typed: Typed
) -> None:
    wanted = with_interval(typed, "crs_2", "3")
    looked = physician_client.post(address, wanted).content.decode()
    digest = re.search(r'name="previewed" value="(\w+)"', looked)
    assert digest is not None
    answers = [physician_client.post(address, {**wanted, "previewed": digest[1]}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert RoundSettings.history.count() == 1


# What is refused or asked


def test_what_cannot_be_followed_is_said_beside_it_with_everything_typed(
    physician_client: Client, address: str, typed: Typed
) -> None:
    wanted = with_interval({**typed, "step-0-minutes": ["soon"]}, "crs_2", "10000")
    answer = physician_client.post(address, wanted)
    assert answer.status_code == 422
    for sentence in ("10000 h is outside 10 min to 48 h.", "“soon” is no whole number."):
        assert words_of(answer).count(sentence) == 2  # above the form, and beside the field
    shown = as_shown(answer)
    for name in [name for name in wanted if name.startswith(("row-", "step-"))]:
        if not name.endswith(("lasts", "lasts_unit")):
            assert shown[name] in (wanted[name], wanted[name][0])
    assert shown["reason"] == "two nurses at night"


def test_a_longer_interval_at_a_higher_grade_is_asked_about_and_not_refused(
    physician_client: Client, address: str, typed: Typed, ward: Ward
) -> None:
    wanted = with_interval(typed, "crs_3", "4")
    looked = physician_client.post(address, wanted)
    assert looked.status_code == 200
    question = "Vitals from CRS 3 every 4 h is longer than from CRS 2, every 2 h."
    assert question in words_of(looked)
    digest = re.search(r'name="previewed" value="(\w+)"', looked.content.decode())
    assert digest is not None
    unanswered = physician_client.post(address, {**wanted, "previewed": digest[1]})
    assert question in words_of(unanswered)
    assert not RoundSettings.objects.exists()
    assert store(physician_client, address, wanted).status_code == 302


def test_rows_are_added_taken_out_and_put_back_with_everything_typed(
    physician_client: Client, address: str, typed: Typed
) -> None:
    row = place_of(typed, "vitals", "crs_2")
    half_typed = {**typed, "row-0-why": "because of", "act": f"take_row:{row.split('-')[1]}"}
    without = physician_client.post(address, half_typed)
    assert as_shown(without)["row-0-why"] == "because of"
    assert f"{row}-clock" not in as_shown(without)
    assert "vitals, from CRS 2: every 2 h (local: CRS 2)" in words_of(without)
    sent = {name: value for name, value in typed.items() if not name.startswith(row)}
    back = physician_client.post(address, {**sent, "act": "restore:vitals:crs_2"})
    assert "Defaults that are taken out" not in words_of(back)
    added = as_shown(physician_client.post(address, {**typed, "act": "add_row"}))
    assert len(added) == len(as_shown(physician_client.get(address))) + 5
    assert not RoundSettings.objects.exists()


def test_a_row_that_was_added_and_left_empty_is_passed_over(
    physician_client: Client, address: str, typed: Typed
) -> None:
    empty = {"row-90-clock": "", "row-90-when": "", "row-90-every": "", "row-90-why": ""}
    assert physician_client.post(address, {**typed, **empty}).status_code == 200


# Two people at once


def test_the_second_of_two_is_told_and_sees_both(
    physician_client: Client,
    administrator: User,
    signed_in: Callable[[User], Client],
    address: str,
    typed: Typed,
    ward: Ward,
) -> None:
    store(physician_client, address, with_interval(typed, "crs_2", "3"))
    second = signed_in(administrator)
    answer = store(second, address, with_interval(typed, "crs_2", "1"))
    assert answer.status_code == 409
    shown = words_of(answer)
    assert "Paul Physician changed the rounds of this ward while you had this page open" in shown
    assert "every 3 h: local: CRS 2 every 1 h: local: CRS 2" in shown
    taken_over = {**dict(as_shown(answer)), "fill": ""}
    form = second.post(address, {**with_interval(typed, "crs_2", "1"), **taken_over})
    assert "Not stored yet" in words_of(form)
    assert as_shown(form)["since"] == str(RoundSettings.history.latest("history_id").history_id)
    assert rounds_of_ward(ward).schedule.rows[2].minutes == 180


def test_a_form_that_another_user_opened_stores_nothing(
    physician_client: Client, address: str, typed: Typed, nurse: User
) -> None:
    answer = physician_client.post(address, {**typed, "typed_by": str(nurse.pk)})
    assert answer.status_code == 409
    assert "This form was opened by Nina Nurse" in words_of(answer)


def test_a_form_that_lost_who_opened_it_is_refused(
    physician_client: Client, address: str, typed: Typed
) -> None:
    answer = physician_client.post(address, {**typed, "typed_by": ""})
    assert answer.status_code == 422
    assert "The page had lost who opened it." in words_of(answer)


# What it would change


def test_the_page_says_how_many_patients_would_be_due_sooner_and_later(
    physician_client: Client, address: str, typed: Typed, course: Course
) -> None:
    now = clock.now()
    facts = CourseFacts(
        starts_at=now - timedelta(days=1), vitals_at=now - timedelta(hours=2), crs=2, icans=0
    )
    writing.store_round_row(course, at=now, facts=facts.to_json())
    sooner = words_of(physician_client.post(address, with_interval(typed, "crs_2", "1")))
    assert (
        "vitals: 1 patient would be due sooner, 0 later; 1 patient would be overdue at once"
        in sooner
    )
    later = words_of(physician_client.post(address, with_interval(typed, "crs_2", "3")))
    assert "vitals: 0 patients would be due sooner, 1 later" in later
    assert "neurology: nothing changes for the patients on the ward now" in later


# The usual laboratory panel


def test_the_usual_panel_is_stored_with_its_history_and_reaches_the_form(
    ward: Ward, address: str, typed: Typed, physician_client: Client, nurse: User, course: Course
) -> None:
    usual = {"open": ["hemoglobin", "crp"], "unit-crp": "mg/dL", "unit-cd4": "/uL"}
    assert store(physician_client, address, {**typed, **usual}).status_code == 302
    stored = rounds_of_ward(ward).laboratory
    assert stored.to_json() == {
        "open": ["crp", "hemoglobin"],
        "units": {"crp": "mg/dL", "cd4": "/uL"},
    }
    shown = physician_client.get(address)
    assert "usual unit of CRP – mg/dL" in words_of(shown)
    assert as_shown(shown)["unit-crp"] == "mg/dL"
    with CaptureQueriesContext(connection) as queries:
        form = LabForm(bedside=Bedside(course, clock.now(), so_far=record_of(course)))
        labels = [line.value.label for line in form.open_lines()]
    assert (labels, form.initial["crp_unit"]) == (["CRP", "Hemoglobin"], "mg/dL")
    assert form.initial["cd4_unit"] == "/uL"
    assert sum("roundsettings" in each["sql"] for each in queries) == 1


@pytest.mark.parametrize(
    ("usual", "sentence"),
    [
        ({"open": []}, "Choose at least one value that stands open on the form."),
        ({"unit-crp": "g/dL"}, "“g/dL” is no unit of CRP. Choose one."),
    ],
)
def test_a_usual_panel_that_cannot_be_is_refused_and_the_rest_stays(
    ward: Ward, address: str, typed: Typed, physician_client: Client, usual: Typed, sentence: str
) -> None:
    answer = physician_client.post(address, {**typed, "unit-ldh": "ukat/L", **usual})
    assert (answer.status_code, sentence in words_of(answer)) == (422, True)
    assert as_shown(answer)["unit-ldh"] == "ukat/L"
    assert not RoundSettings.objects.exists()


def test_a_panel_that_cannot_be_read_any_more_leaves_the_form_its_defaults(
    course: Course, caplog: pytest.LogCaptureFixture
) -> None:
    assert panel_in({"open": ["cholesterol"], "units": {}}) == UsualPanel()
    assert "cannot be read" in caplog.text
    with patch(settings.CARTOX_USUAL_PANEL, side_effect=RuntimeError):
        assert usual_panel_of(course) == UsualPanel()
