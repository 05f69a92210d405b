"""The round view: a ward in the order in which it is due, and the next patient after a save."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patients import door
from patients.forms.saved import entries_saved
from patients.models import Assessment, Course, Membership, User, Ward
from patients.rounds.due.interruptions import leave_ward
from patients.rounds.models import Pause
from tests.patients.rounds.pages.calls import call_after
from tests.patients.rounds.round_rows import admit, done_at, has_round, hours, in_order, minutes

NOW = datetime(2026, 1, 7, 1, 20, tzinfo=UTC)
"""02:20 in Madrid, six minutes after the call of `calls` was opened."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def round_view(client: Client, **asked: str) -> str:
    answer = client.get(reverse("rounds"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def words_in(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def line(page: str, course: Course) -> str:
    """The words about one patient."""
    return words_in(page.partition(f'id="round-{course.uid}"')[2].partition("</article>")[0])


def ahead(page: str) -> list[str]:
    hours_shown = re.findall(r"<dt>(.+?)</dt><dd>(.+?)</dd>", page)
    return [" ".join(each) for each in hours_shown]


def test_patients_stand_in_the_order_in_which_they_are_due(
    nurse_client: Client, nurse: User, ward: Ward
) -> None:
    courses = {bed: admit(ward, bed) for bed in ("1", "2", "3", "4", "5")}
    has_round(courses["1"], **done_at(NOW))
    has_round(courses["2"], **done_at(NOW, vitals_at=NOW - hours(13)))
    has_round(courses["3"], **done_at(NOW, neuro_at=NOW - hours(14)))
    has_round(courses["4"], call_after(), **done_at(NOW))
    has_round(courses["5"], **done_at(NOW, labs_at={}))
    leave_ward(Pause(course=courses["5"], reason="dialysis"), lasting=hours(1), by=nurse)
    page = round_view(nurse_client)
    assert in_order(page, courses.values(), "round-") == ["4", "3", "2", "5", "1"]


def test_a_patient_has_three_clocks_with_window_interval_and_last_set(
    nurse_client: Client, course: Course
) -> None:
    labs_at = done_at(NOW - hours(24.25))["labs_at"]
    times = {"vitals_at": NOW - hours(13), "neuro_at": NOW - hours(2), "labs_at": labs_at}
    has_round(course, call_after(), **done_at(NOW, **times))
    shown = line(round_view(nurse_client), course)
    assert "call: CRS 3 , nobody answered, answer by 02:24" in shown
    assert "vitals overdue was due 01:20 to 01:50 every 12 h" in shown
    assert "last Tue 13:20" in shown or "last 06 Jan 13:20" in shown
    assert "ICE due 12:20 to 12:50" in shown
    assert "labs due now 02:05 to 02:35 every 24 h" in shown
    assert shown.count("not done…") == 2  # not of what is not due


def test_every_act_is_one_link_away(nurse_client: Client, course: Course) -> None:
    has_round(course, **done_at(NOW - hours(25)))
    page = round_view(nurse_client)
    for name in ("assessment_new", "lab_new", "pause_new", "chart"):
        assert reverse(name, args=[course.uid]) in page
    assert reverse("not_done", args=[course.uid, "neuro"]) in page
    assert reverse("board") in page
    board = nurse_client.get(reverse("board")).content.decode()
    assert f'href="{reverse("rounds")}' in board


def test_who_is_away_is_back_in_one_tap(nurse_client: Client, nurse: User, course: Course) -> None:
    has_round(course, **done_at(NOW - hours(25)))
    leave_ward(Pause(course=course, reason="imaging", note="MRI"), lasting=hours(1), by=nurse)
    page = round_view(nurse_client)
    assert "away: imaging, MRI, until 03:20; entered by N. Nurse" in line(page, course)
    assert f'action="{reverse("pause_end", args=[course.uid, Pause.objects.get().uid])}"' in page
    assert "away…" not in page


def test_a_viewer_sees_everything_and_is_offered_nothing(
    viewer_client: Client, nurse: User, course: Course
) -> None:
    has_round(course, **done_at(NOW - hours(25)))
    page = round_view(viewer_client)
    assert "vitals overdue" in line(page, course)
    for name in ("assessments/new", "pause", "not-done"):
        assert name not in page


def test_a_ward_of_others_is_not_there(
    nurse_client: Client, other_ward: Ward, other_course: Course, course: Course
) -> None:
    for asked in (str(other_ward.pk), "x", "-1", "9" * 30):
        assert nurse_client.get(reverse("rounds"), {"ward": asked}).status_code == 404
    assert "ROE" not in round_view(nurse_client)


def test_of_several_wards_one_is_shown_at_a_time(
    nurse_client: Client, nurse: User, other_ward: Ward, other_course: Course, course: Course
) -> None:
    Membership.objects.create(user=nurse, ward=other_ward)
    first, second = round_view(nurse_client), round_view(nurse_client, ward=str(course.ward_id))
    assert ("ROE" in first, "DOE" in first) == (True, False)  # 2 West stands before 7 East
    assert ("ROE" in second, "DOE" in second) == (False, True)


def test_the_next_six_hours_are_told_by_the_hour(nurse_client: Client, ward: Ward) -> None:
    ill, well, late = (admit(ward, bed) for bed in "123")
    has_round(ill, **done_at(NOW - minutes(10), crs=3))  # vital signs at 03:10, 04:10, …
    has_round(well, **done_at(NOW - hours(9)))  # vital signs and ICE at 05:20
    has_round(late, **done_at(NOW, vitals_at=NOW - hours(13)))  # over since 01:20
    assert ahead(round_view(nurse_client)) == [
        "now 1 vitals",
        "03:00 1 vitals",
        "04:00 1 vitals",
        "05:00 2 vitals, 1 ICE",
        "06:00 1 vitals",
        "07:00 1 vitals",
    ]


def test_an_open_view_asks_again_when_something_falls_due(
    nurse_client: Client, course: Course, clock: Any
) -> None:
    has_round(course, **done_at(NOW - hours(11.5)))
    token = round_view(nurse_client).partition('data-token="')[2].partition('"')[0]

    def asked(at: datetime) -> Any:
        clock.move_to(at)
        headers = {"HX-Request": "true"}
        return nurse_client.get(reverse("rounds"), {"token": token}, headers=headers)

    assert asked(NOW + minutes(30) - timedelta(seconds=1)).status_code == 204
    answer = asked(NOW + minutes(30))
    assert answer.status_code == 200
    assert answer.content.decode().strip().startswith('<div id="round-list"')


# The next patient after a save


@pytest.fixture
def saved(nurse_client: Client, nurse: User, course: Course, well: dict[str, Any]) -> Any:
    """Save an assessment of the patient in bed 12, and read what the chart says then."""

    def save() -> str:
        row = Assessment(observed_at=NOW, **well)
        door.enter(course, [row], by=nurse)
        has_round(course, **done_at(NOW))
        address = reverse("chart", args=[course.uid], query=entries_saved(row.recorded_at))
        page = nurse_client.get(address).content.decode()
        return page.partition('id="messages"')[2].partition("</ul>")[0]

    return save


def test_a_save_leads_to_whoever_is_over_the_longest(saved: Any, ward: Ward) -> None:
    first, second = admit(ward, "7", "Roe"), admit(ward, "8", "Poe")
    has_round(first, **done_at(NOW, vitals_at=NOW - hours(12) - minutes(50)))
    has_round(second, **done_at(NOW, vitals_at=NOW - hours(12) - minutes(40)))
    banner = saved()
    assert "Next due: bed 7, ROE, Jo: vitals 0:50 over" in words_in(banner)
    assert f'href="{reverse("assessment_new", args=[first.uid])}"' in banner


def test_laboratory_leads_to_its_own_form(saved: Any, ward: Ward) -> None:
    other = admit(ward, "7", "Roe")
    has_round(other, **done_at(NOW, labs_at=done_at(NOW - hours(25))["labs_at"]))
    assert f'href="{reverse("lab_new", args=[other.uid])}"' in saved()


def test_where_nobody_else_is_due_the_next_time_is_told(saved: Any, ward: Ward) -> None:
    has_round(admit(ward, "7"), **done_at(NOW - hours(11)))
    assert "Nobody else is due before 03:20." in words_in(saved())


def test_who_is_away_is_nobody_to_go_to(saved: Any, nurse: User, ward: Ward) -> None:
    other = admit(ward, "7")
    has_round(other, **done_at(NOW - hours(13)))
    leave_ward(Pause(course=other, reason="imaging"), lasting=hours(1), by=nurse)
    assert "Next due" not in saved()
