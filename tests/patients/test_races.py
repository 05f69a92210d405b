"""Two people at one course at the same moment, really in parallel."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from patients.models import AlreadyReplaced, Assessment, Course, GradeRecord, User

Seen = Callable[..., Assessment]
pytestmark = pytest.mark.django_db(transaction=True)


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
    course: Course, nurse: User, seen: Seen
) -> None:
    uid = seen(36).uid
    answers = in_parallel(
        *[lambda: fresh(course).enter([seen(36, uid=uid)], by=nurse) for _ in range(8)]
    )

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert Assessment.objects.count() == 1
    assert {len(answer) for answer in answers} == {2}


def test_entries_made_at_once_all_survive_and_are_all_graded(
    course: Course, nurse: User, seen: Seen
) -> None:
    def at(hours: int) -> Callable[[], Any]:
        return lambda: fresh(course).enter([seen(hours, temperature_c="38.5")], by=nurse)

    answers = in_parallel(*[at(hours) for hours in range(30, 38)])

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert Assessment.objects.count() == 8
    live = GradeRecord.objects.live().filter(system="crs_astct_2019", assessment__isnull=False)
    assert [record.grade for record in live] == [1] * 8


def test_of_two_correctors_at_once_one_is_refused_and_sees_both(
    course: Course, nurse: User, physician: User, seen: Seen
) -> None:
    wrong = seen(36)
    course.enter([wrong], by=nurse)

    def correct(by: User, temperature: str) -> Callable[[], Any]:
        row = seen(36, temperature_c=temperature, replaces=wrong)
        return lambda: fresh(course).enter([row], by=by)

    answers = in_parallel(correct(nurse, "38.1"), correct(physician, "38.4"))

    [refusal] = [answer for answer in answers if isinstance(answer, Exception)]
    assert isinstance(refusal, AlreadyReplaced)
    live = Assessment.objects.live().get()
    assert refusal.first == live
    assert isinstance(refusal.attempted, Assessment)
    assert refusal.attempted.temperature_c != live.temperature_c
