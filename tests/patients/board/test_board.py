"""The ward board answers at one glance who, how bad, which way, on what evidence, when next."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grading.engine.result import Result
from patients import door
from patients.board.lines import PastTime, board_line
from patients.board.rows import places_of
from patients.models import Assessment, BoardRow, Course, Dose, Patient, User, Ward
from patients.models.guarded import unguarded
from patients.models.standing import SystemStanding
from patients.words.grades import last_graded, last_graded_ago, reason_in_short
from tests.conftest import INFUSED_AT
from tests.storing import AssessmentAt, importer, stored

NOW = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def line(course: Course) -> Callable[[], Any]:
    """The board line of the course, as it reads now."""
    return lambda: board_line(BoardRow.objects.get(course=course), NOW)


@pytest.fixture
def place(nurse: User, course: Course) -> Callable[[], Any]:
    """The place of the course on the nurse's board."""
    return lambda: next(place for place in places_of(nurse, NOW) if place.uid == course.uid)


def token_of(page: str) -> str:
    match = re.search(r'data-token="([0-9a-f]+)"', page)
    assert match is not None
    return match[1]


def admit(ward: Ward, number: int, **course: Any) -> Course:
    patient = stored(Patient(mrn=f"M{number:04}", family_name=f"Name{number}"))
    placed = {"bed": str(number), "product": "axi-cel", "infused_at": INFUSED_AT}
    placed |= {"opened_at": INFUSED_AT} | course
    return stored(Course(patient=patient, ward=ward, **placed))


def test_a_row_says_who_and_how_bad_and_when_next(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(
        course,
        [assessment_at(60), assessment_at(72, temperature_c=Decimal("38.9"), hypotension=True)],
        by=nurse,
    )
    page = nurse_client.get(reverse("board")).content.decode()

    for expected in ("DOE, Jane", "00123", "61 F", "CRS grade 2 (ASTCT 2019)", "was 0", "38.9"):
        assert expected in page
    assert re.findall(r"(?:over)?due (?:since )?[0-9:]+", page)[-1] == "due 13:00"
    assert '<span class="board__due">vitals due 13:00, until 13:30</span>' in page
    assert reverse("assessment_new", kwargs={"uid": course.uid}) in page


def test_another_wards_patient_is_not_there(
    other_ward_client: Client, course: Course, other_course: Course
) -> None:
    page = other_ward_client.get(reverse("board")).content.decode()
    assert "ROE" in page
    assert "DOE" not in page
    rows = other_ward_client.get(reverse("board_rows")).content.decode()
    assert "DOE" not in rows


@pytest.mark.parametrize("name", ["board", "board_rows", "find"])
def test_nobody_reads_the_board_without_signing_in(anonymous: Client, db: None, name: str) -> None:
    assert anonymous.get(reverse(name)).status_code == 302


def test_a_viewer_is_offered_no_entry(viewer_client: Client, course: Course) -> None:
    page = viewer_client.get(reverse("board")).content.decode()
    assert "DOE" in page
    assert "assessments/new" not in page


def test_an_empty_ward_says_so(nurse_client: Client) -> None:
    assert "No open course on your wards" in nurse_client.get(reverse("board")).content.decode()


def test_nothing_new_is_answered_with_204(nurse_client: Client, course: Course) -> None:
    token = token_of(nurse_client.get(reverse("board")).content.decode())
    answer = nurse_client.get(reverse("board_rows"), {"token": token})
    assert answer.status_code == 204
    assert answer.content == b""


def test_an_entry_changes_the_token(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    token = token_of(nurse_client.get(reverse("board")).content.decode())
    door.enter(course, [assessment_at(70)], by=nurse)
    answer = nurse_client.get(reverse("board_rows"), {"token": token})
    assert answer.status_code == 200
    assert token_of(answer.content.decode()) != token


def test_falling_overdue_changes_the_token(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(63)], by=nurse)
    token = token_of(nurse_client.get(reverse("board")).content.decode())
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        answer = nurse_client.get(reverse("board_rows"), {"token": token})
    assert answer.status_code == 200
    assert f'href="#line-{course.uid}"><strong>1 overdue' in answer.content.decode()


def test_a_new_patient_on_my_ward_changes_the_token(
    nurse_client: Client, ward: Ward, course: Course
) -> None:
    token = token_of(nurse_client.get(reverse("board")).content.decode())
    admit(ward, 7)
    assert nurse_client.get(reverse("board_rows"), {"token": token}).status_code == 200


def test_the_highest_grade_comes_first_and_the_ungraded_above_the_well(
    nurse_client: Client,
    nurse: User,
    ward: Ward,
    course: Course,
    assessment_at: AssessmentAt,
    well: dict[str, Any],
) -> None:
    never_seen = admit(ward, 1)
    feverish = admit(ward, 2)
    door.enter(
        feverish,
        [Assessment(observed_at=NOW, **(well | {"temperature_c": Decimal("38.4")}))],
        by=nurse,
    )
    door.enter(course, [assessment_at(70)], by=nurse)
    page = nurse_client.get(reverse("board")).content.decode()
    order = re.findall(r'id="line-([0-9a-f-]+)"', page)
    assert order == [str(feverish.uid), str(never_seen.uid), str(course.uid)]


def test_beds_sort_by_number(nurse_client: Client, ward: Ward) -> None:
    admit(ward, 12)
    admit(ward, 3)
    page = nurse_client.get(reverse("board"), {"sort": "bed"}).content.decode()
    assert re.findall(r'class="board__bed">(\d+)<', page) == ["3", "12"]


def test_review_is_shown_as_loudly_as_the_grade_it_would_be(
    line: Any, place: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60), assessment_at(70, hypotension=True)], by=nurse)
    cell = line().grades[0]
    assert cell.badge.mark == "2?"
    assert cell.badge.word == "review, would be 2"
    assert cell.badge.look == "badge--2 badge--review"
    assert cell.rose
    assert "attribute" in cell.reason
    assert cell.last_graded == "last graded 0"
    assert cell.details.startswith("last graded 0, Wed 23:00 · ")
    assert place().review


BLIND = dict.fromkeys(("temperature_c", "hypotension", "vasopressors", "oxygen_device"))


def test_a_grade_stands_as_not_reassessed_until_a_complete_entry_replaces_it(
    line: Any, place: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(
        course,
        [assessment_at(48, temperature_c=Decimal("38.4")), assessment_at(70, **BLIND)],
        by=nurse,
    )
    cell = line().grades[0]
    assert (cell.badge.mark, cell.badge.word) == ("1", "not reassessed")
    assert cell.badge.look == "badge--1 badge--older"
    assert cell.reason.startswith("not graded anew: nobody entered temperature, ")
    assert cell.last_graded == "last graded 1"
    before = cell.last_graded_at
    assert (before.at, before.clock) == (NOW - timedelta(hours=26), "Wed 11:00")
    assert not place().ungraded

    door.enter(course, [assessment_at(72)], by=nurse)
    cell = line().grades[0]
    assert (cell.badge.mark, cell.badge.word, cell.was) == ("0", "all clear", "was 1")
    assert cell.last_graded == ""


def test_a_lower_bound_below_leaves_the_grade_and_says_what_it_lacks(
    line: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    fever = {"temperature_c": Decimal("38.4")}
    hypotensive = fever | {"hypotension": True, "systolic_mmhg": Decimal(84)}
    set_of_vitals = fever | {"hypotension": False, "oxygen_device": None}
    door.enter(
        course, [assessment_at(60, **hypotensive), assessment_at(72, **set_of_vitals)], by=nurse
    )
    cell = line().grades[0]
    assert (cell.badge.mark, cell.badge.word, cell.fell) == ("2", "not reassessed", False)
    assert cell.reason.startswith(
        "newest entry 11:00: at least 1, nobody entered the oxygen device"
    )


def test_a_patient_who_was_never_graded_counts_as_not_gradable(
    line: Any, place: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(70, **BLIND)], by=nurse)
    cell = line().grades[0]
    assert (cell.badge.mark, cell.badge.word) == ("–", "not gradable")
    assert cell.reason.startswith("not graded: nobody entered temperature, ")
    assert place().ungraded


def test_an_older_value_carries_its_own_time(
    line: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60), assessment_at(70, temperature_c=None)], by=nurse)
    temperature, pressure, *_ = line().vitals
    assert (temperature.text, temperature.taken) == ("36.8", "07 Jan 23:00")
    assert (pressure.text, pressure.taken) == ("124/78", "")


def test_the_flow_of_an_earlier_device_is_never_shown_with_a_later_one(
    line: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    cannula = {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": Decimal(4)}
    door.enter(
        course,
        [assessment_at(60, **cannula), assessment_at(70, oxygen_device="facemask")],
        by=nurse,
    )
    assert line().vitals[-1].text == "mask"


def test_an_ice_that_was_not_done_is_not_hidden_by_an_older_one(
    line: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(
        course,
        [assessment_at(60), assessment_at(70, ice_total=None, ice_not_done="intubated")],
        by=nurse,
    )
    assert line().neuro_score == "not done"
    assert line().neuro_clock == "last 10, Wed 23:00"


def test_a_capd_is_called_so_once(
    line: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(70, ice_total=None, capd_total=11)], by=nurse)
    assert (line().neuro_test, line().neuro_score) == ("CAPD", "11")


def test_a_capd_that_was_not_done_is_still_a_capd(
    line: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(
        course,
        [assessment_at(60, ice_total=None, capd_total=11), assessment_at(70, ice_total=None)],
        by=nurse,
    )
    assert (line().neuro_test, line().neuro_score) == ("CAPD", "not done")
    assert line().neuro_clock == "last 11, Wed 23:00"


def test_every_badge_has_the_name_of_its_system_beside_it(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(70)], by=nurse)
    page = nurse_client.get(reverse("board")).content.decode()
    for name in ("CRS", "ICANS"):
        beside = f'title="{name} (ASTCT 2019)">{name}</span><span class="badge '
        assert page.count(beside) == 1


def test_a_reason_that_is_clipped_can_be_read_whole(
    nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    agents = ["norepinephrine", "epinephrine"]
    sick = assessment_at(60, temperature_c=Decimal("39.1"), hypotension=True, vasopressors=agents)
    better = assessment_at(70, temperature_c=Decimal("38.2"))
    door.enter(course, [sick, better], by=nurse)
    page = nurse_client.get(reverse("board")).content.decode()
    assert 'title="fever 38.2 °C · peak 4"' in page


@pytest.mark.parametrize(
    ("findings", "shown"),
    [({}, "tocilizumab 1/4"), ({"hypotension": True}, "tocilizumab 1/4, no dose limit reached")],
)
def test_that_no_limit_is_reached_is_said_from_crs_2_on(
    line: Any,
    nurse: User,
    course: Course,
    assessment_at: AssessmentAt,
    findings: dict[str, Any],
    shown: str,
) -> None:
    given = Dose(given_at=NOW - timedelta(hours=9), agent="tocilizumab", unit="mg", amount=576)
    sick = assessment_at(70, temperature_c=Decimal("38.6"), **findings)
    door.enter(course, [given, sick], by=nurse)
    assert line().treatment == shown


def test_the_line_under_the_name_counts_tocilizumab_and_names_the_steroid(
    line: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    toci = {"agent": "tocilizumab", "amount": Decimal(576), "unit": "mg", "route": "IV"}
    dexa = {"agent": "dexamethasone", "amount": Decimal(10), "unit": "mg", "route": "IV"}
    door.enter(
        course,
        [
            Dose(given_at=NOW - timedelta(hours=5), **toci),
            Dose(given_at=NOW - timedelta(hours=2), **dexa),
            assessment_at(50, temperature_c=Decimal("38.6")),
        ],
        by=nurse,
    )
    assert line().treatment == "tocilizumab 1/4, next from 16:00; dexamethasone 10 mg, 11:00"
    assert line().steroid_at.at == NOW - timedelta(hours=2)


def test_a_vasopressor_that_was_started_after_the_last_assessment_is_told(
    line: Any, nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    run = Dose(given_at=NOW - timedelta(hours=4), agent="norepinephrine", amount=Decimal("0.1"))
    door.enter(course, [assessment_at(66), run], by=nurse)
    since = "norepinephrine 0.1 running since 09:00, after the last assessment"
    assert line().runs == since
    tomorrow = board_line(BoardRow.objects.get(course=course), NOW + timedelta(days=1))
    assert tomorrow.runs == since.replace("09:00", "Thu 09:00")
    chart = nurse_client.get(reverse("chart", args=[course.uid])).content.decode()
    assert f"{since}: assess now" in chart
    door.enter(
        course, [assessment_at(72, hypotension=True, vasopressors=["norepinephrine"])], by=nurse
    )
    assert line().runs == "on norepinephrine 0.1 since 09:00"
    assert "one vasopressor: norepinephrine" in line().grades[0].details
    chart = nurse_client.get(reverse("chart", args=[course.uid])).content.decode()
    assert "assess now" not in chart


def test_on_a_closed_course_nobody_is_told_to_assess(
    nurse_client: Client,
    nurse: User,
    physician: User,
    course: Course,
    assessment_at: AssessmentAt,
) -> None:
    run = Dose(given_at=NOW - timedelta(hours=4), agent="norepinephrine", amount=Decimal("0.1"))
    door.enter(course, [assessment_at(66), run], by=nurse)
    url = reverse("chart", args=[course.uid])
    assert "assess now" in nurse_client.get(url).content.decode()
    door.amend(
        course,
        by=physician,
        reason="moved on",
        changes={"closed_at": NOW, "outcome": "transferred", "closing_reason": "went home"},
    )
    assert "assess now" not in nurse_client.get(url).content.decode()


def test_a_vasopressor_that_ended_is_not_told(
    line: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    run = Dose(given_at=NOW - timedelta(hours=4), agent="norepinephrine", amount=Decimal("0.1"))
    door.enter(course, [assessment_at(66), run], by=nurse)
    door.stop(run, at=NOW, by=nurse)
    assert line().runs == ""


def test_who_was_never_assessed_is_told_as_such(
    line: Any, nurse_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    assert line().unassessed_since == PastTime(course.infused_at, "Mon 11:00")
    since = '<time datetime="2026-01-05T10:00:00+00:00" data-age="{} ago">Mon 11:00</time>'
    page = nurse_client.get(reverse("board")).content.decode()
    assert f"never assessed, infused {since}" in page
    door.enter(course, [assessment_at(50)], by=nurse)
    assert line().unassessed_since is None
    assert "never assessed" not in nurse_client.get(reverse("board")).content.decode()


def test_before_its_infusion_is_recorded_nobody_counts_as_never_assessed(
    line: Any, physician: User, course: Course
) -> None:
    door.amend(course, by=physician, reason="not yet", changes={"infusion_planned": True})
    assert line().unassessed_since is None


def test_a_count_without_crs_offers_no_next_dose(
    line: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    toci = Dose(given_at=NOW - timedelta(hours=30), agent="tocilizumab", amount=Decimal(576))
    door.enter(course, [toci, assessment_at(70, ice_total=5)], by=nurse)
    assert line().treatment == "tocilizumab 1/4"


def test_nothing_given_leaves_no_second_line(line: Any, course: Course) -> None:
    assert line().treatment == ""


def test_reasons_are_those_that_carry_the_grade() -> None:
    assert reason_in_short(Result()) == ""
    assert last_graded(SystemStanding()) == last_graded_ago(SystemStanding(), NOW) == ""


def test_a_name_is_found_by_part_and_opens_the_chart(nurse_client: Client, course: Course) -> None:
    answer = nurse_client.post(reverse("find"), {"text": "jan do"})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("chart", kwargs={"uid": course.uid})
    assert "00123" not in answer["Location"]


def test_an_mrn_is_found_whole_with_its_zeros(nurse_client: Client, course: Course) -> None:
    assert nurse_client.post(reverse("find"), {"text": "00123"}).status_code == 302
    assert (
        "Nobody on your wards"
        in nurse_client.post(reverse("find"), {"text": "123"}).content.decode()
    )


def test_two_of_one_name_are_listed_with_what_tells_them_apart(
    nurse_client: Client, ward: Ward, course: Course
) -> None:
    door.amend(
        admit(ward, 5).patient,
        by=importer(),
        reason="named",
        changes={"family_name": "Doe", "given_name": "Janet"},
    )
    page = nurse_client.post(reverse("find"), {"text": "doe"}).content.decode()
    assert "DOE, Jane" in page
    assert "DOE, Janet" in page
    assert "M0005" in page


def test_another_wards_patient_is_not_found(
    other_ward_client: Client, course: Course, other_course: Course
) -> None:
    page = other_ward_client.post(reverse("find"), {"text": "doe"}).content.decode()
    assert "Nobody on your wards" in page


@pytest.mark.parametrize("patients", [4, 40])
@pytest.mark.parametrize("name", ["board", "board_rows"])
def test_the_board_takes_five_queries_at_most_however_full_the_ward(
    nurse_client: Client, ward: Ward, name: str, patients: int
) -> None:
    for number in range(patients):
        admit(ward, number)
    nurse_client.get(reverse(name))
    with CaptureQueriesContext(connection) as asked:
        page = nurse_client.get(reverse(name))
    own = [
        query["sql"]
        for query in asked
        if 'FROM "django_session"' not in query["sql"]
        and 'FROM "patients_user"' not in query["sql"]
    ]
    assert page.content.count(b'id="line-') == patients
    assert len(own) <= 5, own


def test_a_ward_number_or_a_search_of_any_length_is_answered(
    nurse_client: Client, course: Course
) -> None:
    for ward in ("9" * 19, "9" * 5000, "x", "-1"):
        assert nurse_client.get("/", {"ward": ward}).status_code == 200
    for text in ("a\0b", "x" * 60_000, "zz " * 3000):
        assert nurse_client.post("/find/", {"text": text}).status_code == 200


def test_an_open_board_fetches_its_rows_at_midnight_and_not_before(
    nurse_client: Client, course: Course, clock: Any
) -> None:
    """The course is in Madrid, where 8 January ends at 23:00 UTC. Ages are written by the page."""
    course_due = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)

    def token(at: datetime) -> str:
        with time_machine.travel(at, tick=False):
            return str(nurse_client.get("/").context["board"].token)

    assert course_due < NOW  # nothing falls due on this day
    morning = token(datetime(2026, 1, 8, 6, 41, tzinfo=UTC))
    assert token(datetime(2026, 1, 8, 22, 59, tzinfo=UTC)) == morning
    assert token(datetime(2026, 1, 8, 23, 0, tzinfo=UTC)) != morning


def test_a_fever_answered_without_a_number_is_not_hidden_by_an_older_temperature(
    line: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    febrile = assessment_at(70, temperature_c=None, fever=True)
    door.enter(course, [assessment_at(60, temperature_c="36.8"), febrile], by=nurse)
    assert line().vitals[0].text == "fever"


def test_a_bed_that_looks_like_what_is_filled_in_breaks_no_board(
    course: Course, nurse: User, nurse_client: Client, assessment_at: AssessmentAt
) -> None:
    looks_so = f"\ue000a{'9' * 17}\ue001"  # as long as a bed may be called
    unguarded(Course).filter(pk=course.pk).update(bed=looks_so)  # from before it was refused
    door.enter(course, [assessment_at(60)], by=nurse)
    assert nurse_client.get(reverse("board")).status_code == 200
