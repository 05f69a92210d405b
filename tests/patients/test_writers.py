"""Many writers, in processes of their own, on a database file and on PostgreSQL; and kills."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks import writers
from patients import regrade_report, turns
from patients.clock import now
from patients.models import AlreadyReplaced, Assessment, Course, GradeRecord, User

SAVES_AMONG_KILLS = 200
CRS = "crs_astct_2019"


@pytest.fixture
def ward_of(transactional_db: None) -> Callable[[int], tuple[list[Course], User]]:
    return writers.make_ward


def stored() -> Counter[uuid.UUID]:
    return Counter(Assessment.objects.values_list("uid", flat=True))


def all_is_graded(courses: list[Course]) -> bool:
    """Every assessment has its grades, and they are those that the rules give now."""
    ids = [course.pk for course in courses]
    of_assessments = GradeRecord.objects.live().filter(assessment__isnull=False)
    graded = Counter(of_assessments.values_list("assessment_id", flat=True))
    everyone = dict.fromkeys(Assessment.objects.values_list("pk", flat=True), 2)
    differing = list(regrade_report.regrade_courses(ids, at=now(), write=False))
    return dict(graded) == everyone and differing == []


@pytest.mark.parametrize(("count", "seconds"), [(8, 4), (32, 4)])
def test_of_many_writers_none_fails_and_every_acknowledged_row_exists_once(
    count: int, seconds: float, ward_of: Any, tmp_path: Path
) -> None:
    courses, nurse = ward_of(6)
    codes = writers.write_together(count, seconds, courses, nurse, tmp_path)
    noted = [save.uid for save in writers.acknowledged(tmp_path)]

    assert codes == [0] * count  # none was refused, none met "database is locked"
    assert stored() == Counter(noted)
    assert set(stored().values()) == {1}
    assert len(noted) > 5
    assert all_is_graded(courses)


def together(*calls: Callable[[], None]) -> list[int]:
    """All at one moment, each in a process of its own; the exit codes."""
    ready, go = os.pipe()

    def waiting(call: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            os.close(go)
            connection.ensure_connection()
            os.read(ready, 1)  # returns when the parent closes the other end
            call()

        return run

    pids = [writers.start(waiting(call)) for call in calls]
    time.sleep(0.2)
    os.close(go)
    codes = writers.wait_for(pids)
    os.close(ready)
    return codes


def test_two_saves_on_one_course_both_count(ward_of: Any) -> None:
    [course], nurse = ward_of(1)

    def save(seed: int) -> Callable[[], None]:
        row = writers.assessment(random.Random(seed))
        return lambda: void(course.enter([row], by=nurse))

    assert together(save(1), save(2)) == [0, 0]
    assert Assessment.objects.count() == 2
    assert all_is_graded([course])


def test_the_same_form_twice_exists_once(ward_of: Any) -> None:
    [course], nurse = ward_of(1)
    uid = uuid.uuid4()

    def save() -> None:
        course.enter([writers.assessment(random.Random(3), uid)], by=nurse)

    assert together(save, save) == [0, 0]
    assert stored() == {uid: 1}
    assert all_is_graded([course])


def test_the_second_corrector_is_refused_and_sees_both_values(ward_of: Any, tmp_path: Path) -> None:
    [course], nurse = ward_of(1)
    wrong = writers.assessment(random.Random(4))
    course.enter([wrong], by=nurse)

    def correct(temperature: str) -> Callable[[], None]:
        def run() -> None:
            row = writers.assessment(random.Random(4))
            row.temperature_c, row.replaces = temperature, wrong  # type: ignore[assignment]
            try:
                course.enter([row], by=nurse)
            except AlreadyReplaced as refusal:
                seen = f"{refusal.first.temperature_c} {temperature}"  # type: ignore[attr-defined]
                (tmp_path / "refused").write_text(seen)

        return run

    assert together(correct("38.1"), correct("38.4")) == [0, 0]
    first, attempted = (tmp_path / "refused").read_text().split()
    assert {float(first), float(attempted)} == {38.1, 38.4}
    assert float(Assessment.objects.live().get().temperature_c or 0) == float(first)


def void(answer: object) -> None:
    """Drop an answer."""


# Kills


def test_a_writer_killed_at_any_moment_loses_nothing_acknowledged(
    ward_of: Any, tmp_path: Path
) -> None:
    seed = int(os.environ.get("CARTOX_SEED") or random.SystemRandom().randrange(10**6))
    print(f"CARTOX_SEED={seed}")
    chance = random.Random(seed)
    courses, nurse = ward_of(8)
    kills, ends = 0, time.monotonic() + 40
    while len(writers.acknowledged(tmp_path)) < SAVES_AMONG_KILLS and time.monotonic() < ends:
        kills += kill_while_saving(chance, courses, nurse, tmp_path)

    noted = {save.uid for save in writers.acknowledged(tmp_path)}
    there = stored()
    print(f"{len(noted)} acknowledged, {len(there)} stored, {kills} kills")
    assert kills > 5
    assert len(noted) >= SAVES_AMONG_KILLS / 4  # a slow machine may not get all done in its 40 s
    assert noted <= set(there)
    assert len(there) - len(noted) <= kills  # committed, killed before it could be noted
    assert set(there.values()) == {1}
    assert all_is_graded(courses)


def kill_while_saving(
    chance: random.Random, courses: list[Course], nurse: User, notes: Path
) -> int:
    """One writer, ended by SIGKILL some saves after its first; 1 if that is how it ended."""
    name = notes / str(chance.random())
    seed, deadline = chance.randrange(10**9), time.monotonic() + 10
    pid = writers.start(lambda: writers.save_until(deadline, courses, nurse, name, seed))
    while not name.exists() and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.25))
    os.kill(pid, signal.SIGKILL)
    return int(writers.wait_for([pid]) == [-signal.SIGKILL])


# One commit, on disk


def test_a_save_is_one_transaction(ward_of: Any) -> None:
    [course], nurse = ward_of(1)
    with CaptureQueriesContext(connection) as queries:
        course.enter([writers.assessment(random.Random(5))], by=nurse)

    said = [query["sql"].split()[0] for query in queries]
    assert said.count("COMMIT") == 1
    assert said.count("BEGIN") == 1
    assert (said[0], said[-1]) == ("BEGIN", "COMMIT")


def test_a_commit_is_on_disk_when_it_is_acknowledged(ward_of: Any) -> None:
    ask = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}
    with connection.cursor() as cursor:
        cursor.execute(ask[connection.vendor])
        assert cursor.fetchone() == ({"sqlite": 2, "postgresql": "on"}[connection.vendor],)


# The queue of SQLite


@pytest.fixture
def queue(transactional_db: None) -> Path:
    if connection.vendor != "sqlite" or turns.WAIT is None:
        pytest.skip("the queue is SQLite's, on Linux")
    return Path(f"{connection.settings_dict['NAME']}.queue")


def test_writers_come_in_the_order_in_which_they_asked(queue: Path) -> None:
    order: list[int] = []

    def write(number: int) -> None:
        with turns.in_turn():
            order.append(number)
        connection.close()

    waiting = []
    with turns.in_turn():
        for number in range(6):
            drawn = tickets(queue)
            waiting.append(threading.Thread(target=write, args=(number,)))
            waiting[-1].start()
            until(lambda: tickets(queue) > drawn)  # noqa: B023
    for thread in waiting:
        thread.join(timeout=20)
    assert order == list(range(6))


def tickets(queue: Path) -> int:
    return int.from_bytes(queue.read_bytes()[:8], "little") if queue.exists() else 0


def until(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.005)


def test_a_killed_writer_gives_back_its_ticket(queue: Path) -> None:
    def hang() -> None:
        with turns.in_turn():
            time.sleep(60)

    drawn = tickets(queue)
    pid = writers.start(hang)
    until(lambda: tickets(queue) > drawn)
    os.kill(pid, signal.SIGKILL)
    writers.wait_for([pid])
    started = time.monotonic()
    with turns.in_turn():
        pass
    assert time.monotonic() - started < 5


def test_a_transaction_inside_another_draws_no_ticket(queue: Path) -> None:
    with transaction.atomic():
        drawn = tickets(queue)
        with turns.in_turn():
            assert tickets(queue) == drawn
