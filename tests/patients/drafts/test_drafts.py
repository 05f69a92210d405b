"""A draft belongs to one person and one form; it offers itself, and never saves itself."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from patients import door
from patients.drafts import middleware
from patients.drafts.keeping import LONGEST, MOST_A_MINUTE, MOST_FORMS
from patients.drafts.models import KEPT_FOR, Draft
from patients.models import Assessment, Course, LabResult, User, Ward
from tests.patients.entering import FULL, NOW, as_shown, page, posted
from tests.storing import AssessmentAt

KEEP, DISCARD, OWN = reverse("draft_keep"), reverse("draft_discard"), reverse("drafts")


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[Any]:
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def typing(course: Course, name: str = "assessment_new", **more: Any) -> dict[str, Any]:
    """What the page of a form sends of itself while somebody types."""
    values = posted(course, **more.pop("values", {"temperature_c": "38.9"}))
    return {
        "address": page(name, course, **more.pop("kwargs", {})),
        "uid": values["uid"],
        "title": "New assessment",
        "content": json.dumps(list(values.items())),
        "revision": "1000",
        "age": "0",
        **more,
    }


def later(sent: dict[str, Any], **more: Any) -> dict[str, Any]:
    return sent | {"revision": str(int(sent["revision"]) + 1)} | more


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_draft_is_offered_with_its_age_and_fills_nothing_by_itself(
    nurse_client: Client, course: Course, clock: Any
) -> None:
    assert nurse_client.post(KEEP, typing(course)).status_code == 200
    clock.shift(timedelta(minutes=12))
    opened = nurse_client.get(page("assessment_new", course))
    assert "Draft 06:40, 12 min old, yours." in text(opened)
    assert as_shown(opened)["uid"] != str(Draft.objects.get().form_uid)
    assert opened.context["form"].data.get("temperature_c") is None
    assert not Assessment.objects.exists()


def test_going_on_with_a_draft_shows_it_as_typed_under_its_own_number_and_saving_ends_it(
    nurse_client: Client, course: Course, clock: Any
) -> None:
    sent = typing(course, values=FULL)
    nurse_client.post(KEEP, sent)
    clock.shift(timedelta(minutes=12))
    values = dict(json.loads(sent["content"]))
    address = page("assessment_new", course)
    back = nurse_client.post(address, values | {"fill": ""})
    assert back.status_code == 200
    assert "This is your draft of 06:40, 12 min old: check the time." in text(back)
    assert "12 min old, yours." not in text(back)
    assert as_shown(back)["uid"] == sent["uid"]
    assert as_shown(back)["temperature_c"] == "38.9"
    assert Draft.objects.count() == 1
    assert nurse_client.post(address, values).status_code == 302
    assert str(Assessment.objects.get().uid) == sent["uid"]
    assert not Draft.objects.exists()


def test_a_refused_save_keeps_the_draft(nurse_client: Client, course: Course) -> None:
    sent = typing(course, values={"spo2_percent": "9"})
    nurse_client.post(KEEP, sent)
    values = dict(json.loads(sent["content"]))
    assert nurse_client.post(page("assessment_new", course), values).status_code == 422
    assert Draft.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "time_field", "values"),
    [
        ("assessment_new", "observed_at", FULL),
        ("lab_new", "collected_at", {"crp_value": "124", "crp_unit": "mg/L"}),
    ],
)
def test_a_draft_whose_save_arrived_says_so(
    nurse_client: Client,
    course: Course,
    monkeypatch: Any,
    name: str,
    time_field: str,
    values: dict[str, str],
) -> None:
    """The answer was lost, or the draft could not be deleted; saved again it is stored once."""
    form = posted(course, time_field, **values)
    sent = typing(course, name) | {"uid": form["uid"], "content": json.dumps(list(form.items()))}
    nurse_client.post(KEEP, sent)

    def broken(*_: Any, **__: Any) -> None:
        raise DatabaseError("database is locked")

    monkeypatch.setattr(middleware, "forget_draft", broken)
    assert nurse_client.post(page(name, course), form).status_code == 302
    offer = text(nurse_client.get(page(name, course)))
    assert "This form was stored at 06:40, its answer was lost." in offer
    nurse_client.post(page(name, course), form)
    assert Assessment.objects.count() + LabResult.objects.count() == 1


def test_a_draft_that_was_sent_without_an_answer_says_so(
    nurse_client: Client, course: Course
) -> None:
    nurse_client.post(KEEP, typing(course))
    nurse_client.post(KEEP, typing(course, was_sent="yes"))
    offers = text(nurse_client.get(page("assessment_new", course)))
    assert offers.count("It was sent once and no answer came.") == 1


def test_nobody_else_is_shown_a_draft(
    nurse_client: Client, physician_client: Client, course: Course
) -> None:
    nurse_client.post(KEEP, typing(course, values={"note": "restless"}))
    for address in (page("assessment_new", course), OWN, reverse("board")):
        shown = text(physician_client.get(address))
        assert "restless" not in shown
        assert "old, yours." not in shown
        assert "draft 06:40" not in shown
    number = str(Draft.objects.get().form_uid)
    physician_client.post(DISCARD, {"uid": number})
    assert Draft.objects.count() == 1
    values = typing(course) | {"uid": number}
    physician_client.post(KEEP, values)  # the same number, by somebody else
    assert sorted(Draft.objects.values_list("user__username", flat=True)) == [
        "nina_nurse",
        "paul_physician",
    ]


def test_two_tabs_with_two_patients_and_two_forms_of_one_patient_stay_apart(
    nurse_client: Client, course: Course, other_course: Course, nurse: User, ward: Ward
) -> None:
    first, second = typing(course), typing(course, values={"temperature_c": "36.6"})
    for sent in (first, second, typing(course, "lab_new")):
        assert nurse_client.post(KEEP, sent).status_code == 200
    assert nurse_client.post(KEEP, typing(other_course)).status_code == 404
    nurse.memberships.create(ward=other_course.ward)
    assert nurse_client.post(KEEP, typing(other_course)).status_code == 200
    here = text(nurse_client.get(page("assessment_new", course)))
    assert here.count("old, yours.") == 2
    assert text(nurse_client.get(page("lab_new", course))).count("old, yours.") == 1
    assert text(nurse_client.get(page("assessment_new", other_course))).count("old, yours.") == 1


def test_the_board_marks_ones_own_draft_for_twelve_hours(
    nurse: User,
    nurse_client: Client,
    physician_client: Client,
    course: Course,
    clock: Any,
    signed_in: Callable[[User], Client],
) -> None:
    tokens = [nurse_client.get("/").context["board"].token]
    nurse_client.post(KEEP, typing(course))
    board = nurse_client.get("/")
    tokens.append(board.context["board"].token)
    assert "draft 06:40, yours" in text(board)
    assert f'href="{page("assessment_new", course)}"' in text(board)
    assert "draft 06:40" not in text(physician_client.get("/"))
    nurse_client.post(KEEP, typing(course, "lab_new"))
    assert "draft 06:40, yours, and 1 more" in text(nurse_client.get("/"))
    clock.shift(KEPT_FOR - timedelta(seconds=1))
    next_shift = signed_in(nurse)
    assert "draft 06:40, yours" in text(next_shift.get("/"))
    clock.shift(timedelta(seconds=1))
    board = next_shift.get("/")
    assert "draft 06:40" not in text(board)
    assert "old, yours." not in text(next_shift.get(page("assessment_new", course)))
    assert len({*tokens, board.context["board"].token}) == 2  # as before the draft
    next_shift.post(KEEP, typing(course))  # the next draft of anybody sweeps the table
    assert Draft.objects.count() == 1


def test_a_draft_is_written_every_ten_seconds_at_most_unless_the_page_is_left(
    nurse_client: Client, course: Course, clock: Any
) -> None:
    sent = typing(course)
    nurse_client.post(KEEP, sent)
    clock.shift(timedelta(seconds=9))
    assert nurse_client.post(KEEP, later(sent)).status_code == 429
    assert nurse_client.post(KEEP, later(sent, is_left="yes")).status_code == 200
    clock.shift(timedelta(seconds=10))
    assert nurse_client.post(KEEP, later(later(sent))).status_code == 200
    assert Draft.objects.get().revision == 1002


def test_an_older_draft_that_arrives_late_changes_nothing_and_the_oldest_value_keeps_its_time(
    nurse_client: Client, course: Course, clock: Any
) -> None:
    sent = typing(course, age="60000")
    nurse_client.post(KEEP, later(sent, content='[["note", "new"]]'))
    clock.shift(timedelta(minutes=5))
    nurse_client.post(KEEP, sent)
    draft = Draft.objects.get()
    assert (draft.content, draft.first_typed_at) == (
        '[["note", "new"]]',
        NOW - timedelta(minutes=1),
    )
    nurse_client.post(KEEP, later(later(sent)))
    assert Draft.objects.get().first_typed_at == NOW - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"content": "[" + " " * LONGEST}, 413, "longer than a draft can be"),
        ({"content": "[[1, 2]]"}, 400, "did not arrive whole"),
        ({"content": '[["a"]]'}, 400, "did not arrive whole"),
        ({"content": "7"}, 400, "did not arrive whole"),
        ({"uid": "7"}, 400, "did not arrive whole"),
        ({"revision": "-1"}, 400, "did not arrive whole"),
        ({"address": "/admit/"}, 404, "Nothing that is typed on this page is kept"),
        ({"address": "/admin/login/"}, 404, "Nothing that is typed on this page is kept"),
        ({"address": "https://elsewhere.example/"}, 404, "Nothing that is typed"),
    ],
)
def test_what_is_not_kept_is_refused_in_words(
    nurse_client: Client, course: Course, changed: dict[str, str], status: int, words: str
) -> None:
    answer = nurse_client.post(KEEP, typing(course) | changed)
    assert (answer.status_code, words in text(answer)) == (status, True)
    assert not Draft.objects.exists()


def test_the_longest_draft_is_kept(nurse_client: Client, course: Course) -> None:
    content = json.dumps([["note", ""]])
    content = json.dumps([["note", "x" * (LONGEST - len(content))]])
    assert nurse_client.post(KEEP, typing(course) | {"content": content}).status_code == 200


def test_a_name_or_mrn_is_not_kept_in_a_draft(nurse_client: Client, course: Course) -> None:
    for name in ("readmit", "patient_correct"):
        assert nurse_client.post(KEEP, typing(course, name)).status_code == 404


def test_one_user_keeps_so_many_forms_and_writes_so_often_a_minute(
    nurse_client: Client, physician_client: Client, course: Course, clock: Any
) -> None:
    for number in range(MOST_FORMS):
        assert nurse_client.post(KEEP, typing(course)).status_code == 200, number
    refused = nurse_client.post(KEEP, typing(course))
    assert (refused.status_code, "You have 50 unfinished forms" in text(refused)) == (409, True)
    for _ in range(MOST_A_MINUTE - MOST_FORMS - 1):
        nurse_client.post(KEEP, typing(course))
    assert nurse_client.post(KEEP, typing(course)).status_code == 429
    assert physician_client.post(KEEP, typing(course)).status_code == 200


def test_a_draft_of_another_user_a_viewer_or_without_a_sign_in_is_not_kept(
    nurse: User,
    physician_client: Client,
    viewer_client: Client,
    anonymous: Client,
    course: Course,
    signed_in: Callable[[User], Client],
) -> None:
    assert (
        physician_client.post(KEEP, typing(course) | {"typed_by": str(nurse.pk)}).status_code == 409
    )
    assert viewer_client.post(KEEP, typing(course)).status_code == 403
    by_script = {"Sec-Fetch-Mode": "cors"}
    assert anonymous.post(KEEP, typing(course), headers=by_script).status_code == 401
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(nurse, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert strict.post(KEEP, typing(course)).status_code == 403
    assert not Draft.objects.exists()


def test_a_draft_outlives_the_sign_out_and_a_closed_account_gets_it_no_more(
    nurse: User, nurse_client: Client, course: Course, signed_in: Callable[[User], Client]
) -> None:
    nurse_client.post(KEEP, typing(course))
    nurse_client.post(reverse("account_logout"))
    assert "old, yours." in text(signed_in(nurse).get(page("assessment_new", course)))
    again = signed_in(nurse)
    nurse.is_active = False
    nurse.save()
    assert again.get(OWN).status_code == 302
    assert again.post(KEEP, typing(course)).status_code != 200


def test_who_left_the_ward_is_told_that_drafts_are_there_but_not_whose(
    nurse: User, nurse_client: Client, course: Course
) -> None:
    nurse_client.post(KEEP, typing(course, values={"note": "restless"}))
    assert "DOE" in text(nurse_client.get(OWN))
    nurse.memberships.all().delete()
    own = text(nurse_client.get(OWN))
    assert "1 more is about patients who are no longer on your wards" in own
    assert "DOE" not in own
    assert "restless" not in own
    assert nurse_client.post(KEEP, typing(course)).status_code == 404


def test_a_draft_of_a_closed_course_stays_readable_until_it_is_over(
    nurse_client: Client, physician: User, course: Course
) -> None:
    nurse_client.post(KEEP, typing(course, values={"note": "restless"}))
    closing = {"closed_at": NOW, "outcome": "discharged", "closing_reason": "went home"}
    door.amend(course, by=physician, reason="went home", changes=closing)
    own = text(nurse_client.get(OWN))
    assert "The course was closed. A physician can reopen it." in own
    assert "restless" in own
    kept_on = nurse_client.post(KEEP, typing(course))
    assert "The course was closed meanwhile" in text(kept_on)


def test_a_draft_of_a_correction_that_came_too_late_fits_a_new_entry(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(60)
    door.enter(course, [row], by=nurse)
    sent = typing(course, "assessment_correct", kwargs={"row_uid": row.uid})
    nurse_client.post(KEEP, sent)
    assert "fits a new one" not in text(nurse_client.get(OWN))
    door.strike_out(row, by=nurse, reason="wrong patient")
    [offer] = nurse_client.get(OWN).context["shown"]
    assert "The entry was corrected or struck out meanwhile." in offer.remark
    assert offer.address == page("assessment_new", course)
    names = {name for name, _ in offer.fields}
    assert "temperature_c" in names
    assert not names & {"uid", "replaces", "version"}


def test_discarding_goes_back_within_this_site_alone(nurse_client: Client, course: Course) -> None:
    nurse_client.post(KEEP, typing(course))
    number = Draft.objects.get().form_uid
    address = page("assessment_new", course)
    assert nurse_client.post(DISCARD, {"uid": number, "back": address})["Location"] == address
    assert not Draft.objects.exists()
    for back in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:x", ""):
        gone = nurse_client.post(DISCARD, {"uid": str(uuid.uuid4()), "back": back})
        assert gone["Location"] == OWN


def test_the_key_of_a_browser_is_the_same_after_the_next_sign_in_and_for_nobody_else(
    nurse: User,
    nurse_client: Client,
    physician_client: Client,
    anonymous: Client,
    signed_in: Callable[[User], Client],
) -> None:
    ask, device = reverse("draft_key"), {"device": str(uuid.uuid4())}
    key = nurse_client.post(ask, device).content
    assert key == signed_in(nurse).post(ask, device).content
    others = [
        physician_client.post(ask, device).content,
        nurse_client.post(ask, {"device": str(uuid.uuid4())}).content,
    ]
    assert len({key, *others}) == 3
    assert nurse_client.post(ask, {"device": "7"}).status_code == 400
    assert key not in anonymous.post(ask, device).content
    assert "no-store" in nurse_client.post(ask, device)["Cache-Control"]


def test_the_settings_of_a_ward_keep_their_draft_too(
    physician_client: Client, ward: Ward, course: Course
) -> None:
    address = reverse("round_settings", args=[ward.pk])
    sent = typing(course) | {"address": address, "content": '[["reason", "winter"]]'}
    assert physician_client.post(KEEP, sent).status_code == 200
    assert "under 1 min old, yours." in text(physician_client.get(address))
