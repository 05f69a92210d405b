"""Many writers, in processes of their own, on a database file and on PostgreSQL; and kills."""

from __future__ import annotations

import asyncio
import fcntl
import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks import kills, writers
from grading.rules.systems import SYSTEMS
from patients import door
from patients.clock import now
from patients.door import regrade_all
from patients.door.refusals import AlreadyReplaced, Refused
from patients.models import Assessment, Course, GradeRecord, User
from patients.write_queue import after_writing, in_turn

SAVES_AMONG_KILLS = int(os.environ.get("CARTOX_KILL_SAVES") or 100)
"""Few in the suite; CARTOX_KILL_SAVES=200 is what docs/measured.md reports."""


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
    everyone = dict.fromkeys(Assessment.objects.values_list("pk", flat=True), len(SYSTEMS))
    differing = list(regrade_all.regrade_courses(ids, at=now(), write=False))
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


def test_the_second_corrector_is_refused_and_sees_both_values(ward_of: Any) -> None:
    [course], nurse = ward_of(1)
    wrong = writers.assessment(random.Random(4))
    door.enter(course, [wrong], by=nurse)

    def correct(temperature: str) -> Callable[[], object]:
        row = writers.assessment(random.Random(4))
        row.temperature_c, row.replaces = Decimal(temperature), wrong

        def run() -> None:
            try:
                door.enter(course, [row], by=nurse)
            except AlreadyReplaced as refusal:
                first, mine = refusal.first, refusal.attempted
                raise Refused(f"{first.temperature_c:f} {mine.temperature_c:f}") from refusal  # type: ignore[attr-defined,union-attr]

        return run

    done, refused = sorted(writers.together(correct("38.1"), correct("38.4")))
    assert done == ""
    first, attempted = map(float, refused.removeprefix("Refused: ").split())
    assert {first, attempted} == {38.1, 38.4}
    assert Assessment.objects.live().get().temperature_c == Decimal(str(first))


# Kills


@pytest.mark.timeout(900)
def test_a_writer_killed_at_any_moment_loses_nothing_acknowledged(
    ward_of: Any, tmp_path: Path
) -> None:
    seed = int(os.environ.get("CARTOX_SEED") or random.SystemRandom().randrange(10**6))
    print(f"CARTOX_SEED={seed}")
    courses, nurse = ward_of(8)
    killed = kills.kill_among(SAVES_AMONG_KILLS, seed, courses, nurse, tmp_path, within=600)
    print(killed)

    assert killed.acknowledged >= SAVES_AMONG_KILLS
    assert killed.kills >= 2
    assert (killed.lost, killed.doubled) == (0, 0)
    assert (killed.without_grades, killed.left_to_regrade) == (0, 0)
    # more than was acknowledged: committed, and killed before it could be noted
    assert 0 <= killed.stored - killed.acknowledged <= killed.kills
    assert all_is_graded(courses)


# One commit, on disk


def test_a_save_is_one_transaction(ward_of: Any) -> None:
    [course], nurse = ward_of(1)
    with CaptureQueriesContext(connection) as queries:
        door.enter(course, [writers.assessment(random.Random(5))], by=nurse)

    verbs = [query["sql"].split()[0] for query in queries]
    assert verbs.count("COMMIT") == 1
    assert verbs.count("BEGIN") == 1
    assert (verbs[0], verbs[-1]) == ("BEGIN", "COMMIT")


def test_a_commit_is_on_disk_when_it_is_acknowledged(ward_of: Any) -> None:
    ask = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}
    with connection.cursor() as cursor:
        cursor.execute(ask[connection.vendor])
        assert cursor.fetchone() == ({"sqlite": 2, "postgresql": "on"}[connection.vendor],)


@pytest.mark.usefixtures("transactional_db")
def test_a_writer_has_a_connection_of_its_own_even_where_an_event_loop_runs() -> None:
    """Beside a loop Django keeps other connections than without; a fork stands without one."""

    async def beside_a_loop(its_own: Callable[[], None]) -> list[str]:
        return writers.together(its_own, its_own)

    def opened_before_the_loop() -> list[str]:
        connection.ensure_connection()
        opened = connection.connection

        def its_own() -> None:
            assert connection.connection not in (None, opened)

        try:
            return asyncio.run(beside_a_loop(its_own))
        finally:
            connection.close()

    # a thread of its own: a browser test before this one may have left a loop running here
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(opened_before_the_loop).result() == ["", ""]


# The queue of SQLite


@pytest.fixture
def queue(transactional_db: None) -> Path:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL queues by itself")
    return Path(f"{connection.settings_dict['NAME']}.queue")


def is_locked(queue: Path) -> bool:
    """Whether a writer is in the queue now."""
    with queue.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_writers_wait_outside_until_the_one_before_them_is_done(queue: Path) -> None:
    steps: list[str] = []

    def write() -> None:
        with in_turn():
            steps.append("begins")
            time.sleep(0.01)
            steps.append("ends")
        connection.close()

    with in_turn():
        waiting = [threading.Thread(target=write) for _ in range(6)]
        for thread in waiting:
            thread.start()
        time.sleep(0.1)
        assert steps == []
    for thread in waiting:
        thread.join(timeout=20)
    assert steps == ["begins", "ends"] * 6


def until(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.005)


def test_a_killed_writer_gives_back_the_lock(queue: Path) -> None:
    def hang() -> None:
        with in_turn():
            time.sleep(60)

    pid = writers.start(hang)
    until(lambda: queue.exists() and is_locked(queue))
    os.kill(pid, signal.SIGKILL)
    writers.wait_for([pid])
    started = time.monotonic()
    with in_turn():
        pass
    assert time.monotonic() - started < 5


def test_a_transaction_inside_another_waits_for_nobody(queue: Path) -> None:
    with transaction.atomic(), in_turn():
        assert not is_locked(queue)
    with in_turn(), in_turn():
        assert is_locked(queue)


# After a writer


@pytest.mark.usefixtures("transactional_db")
def test_what_comes_after_writing_stands_outside_the_transaction_and_the_queue() -> None:
    calls: list[str] = []

    def second() -> None:
        assert not connection.in_atomic_block
        with in_turn():  # it may itself write
            calls.append("writes")

    with in_turn():
        after_writing(second)
        with in_turn():
            after_writing(lambda: calls.append("inner"))
        assert calls == []
    assert calls == ["writes", "inner"]


@pytest.mark.usefixtures("transactional_db")
def test_nothing_comes_after_a_transaction_that_was_rolled_back() -> None:
    calls: list[str] = []

    @in_turn()
    def fails() -> None:
        after_writing(lambda: calls.append("called"))
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        fails()
    with in_turn():
        pass
    assert calls == []


@pytest.mark.usefixtures("transactional_db")
def test_what_comes_after_a_transaction_without_the_queue_comes_at_its_commit() -> None:
    calls: list[str] = []
    with transaction.atomic():
        after_writing(lambda: calls.append("called"))
        assert calls == []
    assert calls == ["called"]
