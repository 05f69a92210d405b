"""Two people at the same thing at the same moment, really in parallel.

By the door in processes of their own (`benchmarks.races`), and by the pages in threads.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from benchmarks import races
from patients import door
from patients.door.refusals import AlreadyReplaced
from patients.models import Assessment, Course, Dose, GradeRecord, User, Ward
from tests.patients.admission import test_admit as admitting
from tests.patients.admission import test_move_close as moving
from tests.patients.entering import NOW, page, posted
from tests.storing import AssessmentAt

pytestmark = pytest.mark.django_db(transaction=True)
REPETITIONS = 3


@pytest.mark.parametrize("name", races.RACES)
def test_of_two_at_once_both_get_an_answer_and_nothing_is_lost_or_doubled(name: str) -> None:
    race = races.RACES[name]
    tally = races.run(race, REPETITIONS)

    assert tally.failed == []
    assert tally.locked == 0
    assert tally.acknowledged == REPETITIONS * race.acknowledged
    assert tally.refused == REPETITIONS * (2 - race.acknowledged)
    assert tally.stored == REPETITIONS * race.stored
    assert tally.left_to_regrade == 0


def in_parallel(*calls: Callable[[], Any]) -> list[Any]:
    """Start all calls at one moment, each on a connection of its own; answers or exceptions."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except Exception as refused:  # noqa: BLE001 - the test looks at what was raised
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def fresh(course: Course) -> Course:
    return Course.objects.get(pk=course.pk)


def test_the_same_form_sent_eight_times_at_once_exists_once(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    uid = assessment_at(36).uid
    answers = in_parallel(
        *[
            lambda: door.enter(fresh(course), [assessment_at(36, uid=uid)], by=nurse)
            for _ in range(8)
        ]
    )

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert Assessment.objects.count() == 1
    assert {len(answer) for answer in answers} == {2}


def test_entries_made_at_once_all_survive_and_are_all_graded(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    def at(hours: int) -> Callable[[], Any]:
        return lambda: door.enter(
            fresh(course), [assessment_at(hours, temperature_c="38.5")], by=nurse
        )

    answers = in_parallel(*[at(hours) for hours in range(30, 38)])

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert Assessment.objects.count() == 8
    live = GradeRecord.objects.live().filter(system="crs_astct_2019", assessment__isnull=False)
    assert [record.grade for record in live] == [1] * 8


def test_of_two_correctors_at_once_one_is_refused_and_sees_both(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> None:
    wrong = assessment_at(36)
    door.enter(course, [wrong], by=nurse)

    def correct(by: User, temperature: str) -> Callable[[], Any]:
        row = assessment_at(36, temperature_c=temperature, replaces=wrong)
        return lambda: door.enter(fresh(course), [row], by=by)

    answers = in_parallel(correct(nurse, "38.1"), correct(physician, "38.4"))

    [refusal] = [answer for answer in answers if isinstance(answer, Exception)]
    assert isinstance(refusal, AlreadyReplaced)
    live = Assessment.objects.live().get()
    assert refusal.first == live
    assert isinstance(refusal.attempted, Assessment)
    assert refusal.attempted.temperature_c != live.temperature_c


# By the pages


@pytest.fixture
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def at_once(*posts: tuple[Client, str, dict[str, Any]]) -> list[Any]:
    """Every form posted at one moment; the answers by status, lowest first."""
    answers = in_parallel(
        *[lambda client=client, url=url, form=form: client.post(url, form)
          for client, url, form in posts]
    )  # fmt: skip
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    return sorted(answers, key=lambda answer: int(answer.status_code))


def statuses(answers: list[Any]) -> list[int]:
    return [answer.status_code for answer in answers]


def words(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


@pytest.mark.usefixtures("morning")
def test_the_same_form_posted_twice_at_once_is_answered_twice_and_stored_once(
    nurse_client: Client, course: Course
) -> None:
    form = posted(course, temperature_c="38.9", hypotension="no")
    answers = at_once(*[(nurse_client, page("assessment_new", course), form)] * 2)

    assert statuses(answers) == [302, 302]
    assert Assessment.objects.count() == 1


@pytest.mark.usefixtures("morning")
def test_of_two_correction_forms_at_once_the_second_shows_both_values(
    nurse_client: Client,
    physician_client: Client,
    course: Course,
    nurse: User,
    assessment_at: AssessmentAt,
) -> None:
    wrong = assessment_at(36)
    door.enter(course, [wrong], by=nurse)
    url = page("assessment_correct", course, row_uid=wrong.uid)
    forms = [posted(course, temperature_c=value, replaces=str(wrong.uid)) for value in
             ("38.1", "38.4")]  # fmt: skip
    answers = at_once(*zip((nurse_client, physician_client), (url, url), forms, strict=True))

    assert statuses(answers) == [302, 409]
    assert Assessment.objects.live().count() == 1
    assert "<td>38.1</td>" in words(answers[1])
    assert "<td>38.4</td>" in words(answers[1])


@pytest.mark.usefixtures("morning")
def test_of_two_admissions_of_one_mrn_at_once_one_is_refused_with_everything_typed(
    nurse_client: Client, physician_client: Client, ward: Ward
) -> None:
    url = admitting.ADMIT
    answers = at_once(
        (nurse_client, url, admitting.typed(ward, bed="4")),
        (physician_client, url, admitting.typed(ward, bed="5")),
    )

    assert statuses(answers) == [302, 422]
    assert Course.objects.count() == 1
    assert 'value="large B-cell lymphoma"' in words(answers[1])


@pytest.mark.usefixtures("morning")
def test_the_same_admission_posted_twice_at_once_opens_one_course_for_both(
    nurse_client: Client, ward: Ward
) -> None:
    answers = at_once(*[(nurse_client, admitting.ADMIT, admitting.typed(ward))] * 2)

    assert statuses(answers) == [302, 302]
    assert {answer.url.partition("?")[0] for answer in answers} == {
        page("chart", Course.objects.get())
    }


@pytest.mark.usefixtures("morning")
def test_of_two_changes_of_a_course_at_once_the_second_shows_both(
    nurse_client: Client, physician_client: Client, course: Course
) -> None:
    url, ward = page("move", course), str(course.ward_id)
    answers = at_once(
        (nurse_client, url, moving.typed(course, ward=ward, bed="14")),
        (physician_client, url, moving.typed(course, ward=ward, bed="15")),
    )

    assert statuses(answers) == [302, 409]
    for bed in ("14", "15"):
        assert f"<td>{bed}</td>" in words(answers[1])
    assert course.history.count() == 2


@pytest.mark.usefixtures("morning")
def test_the_same_strike_out_and_the_same_end_posted_twice_at_once_are_done_once(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    runs = [Dose(given_at=course.infused_at, agent="norepinephrine") for _ in range(2)]
    door.enter(course, list(runs), by=nurse)
    strike = page("strike_out", course, kind="doses", row_uid=runs[0].uid)
    stop = page("dose_stop", course, row_uid=runs[1].uid)

    reason = posted(course, "", reason="entered twice")
    assert statuses(at_once(*[(nurse_client, strike, reason)] * 2)) == [302, 302]
    end = posted(course, "ended_at", ended_at_time="06:35")
    assert statuses(at_once(*[(nurse_client, stop, end)] * 2)) == [302, 302]
    assert Dose.objects.live().get().ended_at is not None
