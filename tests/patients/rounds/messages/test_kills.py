"""A worker killed between any two steps: nothing is lost, nothing sent twice without saying so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.models import Q
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from benchmarks.writers import together
from patients.models import Course, User
from patients.rounds.messages import deliver, outbox, sweep
from patients.rounds.messages.deliver import CLAIM_HOLDS
from patients.rounds.messages.message_text import AGAIN
from patients.rounds.messages.site_messages import SiteMessages
from patients.rounds.messages.sweep import LONGEST_TASK, turn, worker_named
from patients.rounds.models import Escalation, Message
from patients.rounds.writing import write_where
from tests.patients.rounds.messages.calling import AT, ICU, ON_CALL, SITE, open_call, receiving

ROOT = Path(__file__).resolve().parents[4]


class Killed(BaseException):
    """The process ends here: nothing after it runs."""


def killed(*_: Any, **__: Any) -> None:
    raise Killed


def killed_after(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*given: Any, **named: Any) -> None:
        function(*given, **named)
        raise Killed

    return run


SAVING = {
    "before the message is written": (outbox, "insert", killed),
    "between message and task": (outbox, "insert", killed_after),
    "between task and commit": (DatabaseBackend, "enqueue", killed_after),
}
WORKING = {
    "between the task's claim and the message's": (deliver, "attempt", killed),
    "before the claim is committed": (deliver, "write_where", killed_after),
    "between claim and sending": (deliver, "sent_to", killed),
    "between sending and its end": (deliver, "sent_to", killed_after),
    "before the end is written": (deliver, "end_attempt", killed),
    "between the end and the task's": (deliver, "end_attempt", killed_after),
}


def kill_at(patch: pytest.MonkeyPatch, point: tuple[Any, str, Any]) -> None:
    """Make the process end at this point; a killed worker writes no end of its task either."""
    module, name, how = point
    function = getattr(module, name)
    patch.setattr(module, name, killed if how is killed else how(function))
    patch.setattr(DBTaskResult, "set_failed", killed)


@pytest.mark.parametrize("point", SAVING.values(), ids=SAVING)
def test_a_save_killed_before_its_commit_leaves_nothing_and_is_sent_once_when_repeated(
    course: Course,
    nurse: User,
    clock: time_machine.Traveller,
    sent: list[str],
    point: tuple[Any, str, Any],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        kill_at(patch, point)
        with pytest.raises(Killed):
            open_call(course, nurse)
    rows = (Escalation.objects.count(), Message.objects.count(), DBTaskResult.objects.count())
    assert rows == (0, 0, 0)
    open_call(course, nurse)
    turn(worker_named("a"))
    assert [AGAIN in text for text in sent] == [False]


@pytest.mark.parametrize(
    "points",
    [(each,) for each in WORKING] + list(product(WORKING, repeat=2)),
    ids=" and ".join,
)
def test_a_worker_killed_between_any_two_steps_loses_nothing_and_doubles_nothing_in_silence(
    course: Course,
    nurse: User,
    clock: time_machine.Traveller,
    sent: list[str],
    points: tuple[str, ...],
) -> None:
    open_call(course, nurse)
    for point in points:
        with pytest.MonkeyPatch.context() as patch:
            kill_at(patch, WORKING[point])
            try:
                turn(worker_named("killed"))
            except Killed:
                clock.shift(CLAIM_HOLDS)
    turn(worker_named("another"))

    message = Message.objects.get()
    assert message.sent_at is not None
    assert len(sent) >= 1
    assert not [text for text in sent[1:] if AGAIN not in text]
    clock.shift(LONGEST_TASK)
    turn(worker_named("another"))
    assert not DBTaskResult.objects.exclude(status__in=("SUCCESSFUL", "FAILED")).exists()


def test_of_several_workers_at_once_one_sends_each_message(
    transactional_db: None, course: Course, nurse: User, tmp_path: Path, monkeypatch: Any
) -> None:
    def note(address: str, text: str) -> str:
        with (tmp_path / f"{os.getpid()}").open("a") as notes:
            notes.write(f"{address}\n")
        return ""

    monkeypatch.setattr(deliver, "sent_to", note)
    with time_machine.travel(AT, tick=False):
        open_call(course, nurse, steps=(ON_CALL, ICU) * 3)
    worked = together(*[lambda: turn(worker_named(str(os.getpid())))] * 4)
    assert worked == [""] * 4
    noted = [line for notes in tmp_path.iterdir() for line in notes.read_text().splitlines()]
    assert sorted(noted) == sorted(["on_call", "icu"] * 3)
    assert Message.objects.filter(sent_at=None).count() == 0


# The command, in processes of its own


def environment(url: str, folder: Path) -> dict[str, str]:
    """What a worker of its own needs to use this test's database and service."""
    file = folder / "messages.toml"
    file.write_text(f'[addresses]\non_call = "{url}"\n', encoding="utf-8")
    database = connection.settings_dict
    name = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        name = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database['NAME']}").geturl()
    ours = {"CARTOX_MESSAGES": str(file), "CARTOX_BASE_URL": SITE.base_url, "DATABASE_URL": name}
    return {key: value for key, value in os.environ.items() if key != "CARTOX_SECRET_KEY"} | ours


def test_a_worker_killed_by_the_kernel_while_it_sends_is_followed_by_one_that_says_so(
    transactional_db: None, course: Course, nurse: User, tmp_path: Path, settings: Any
) -> None:
    with receiving() as service:
        settings.CARTOX_MESSAGES = SiteMessages({"on_call": service.url}, base_url=SITE.base_url)
        open_call(course, nurse)
        connections.close_all()
        service.may_answer.clear()
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "rounds_worker", "--every", "0.1"],
            cwd=ROOT,
            env=environment(service.url, tmp_path),
        )
        try:
            assert service.arrived.wait(timeout=60)
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        service.may_answer.set()

        call_command("rounds_worker", "--once")
        assert len(service.came) == 1  # the claim of the one that was killed still holds
        held_since = Message.objects.get().claimed_at
        assert held_since is not None
        write_where(Message, Q(), claimed_at=held_since - CLAIM_HOLDS)
        call_command("rounds_worker", "--once")
    assert [AGAIN in came["message"] for came in service.came] == [False, True]
    assert Message.objects.get().sent_at is not None


def test_the_command_says_that_no_worker_is_needed_without_an_address(
    db: None, settings: Any
) -> None:
    settings.CARTOX_MESSAGES = SiteMessages()
    with pytest.raises(CommandError, match="no worker is needed"):
        call_command("rounds_worker", "--once")


def test_a_worker_with_nothing_to_do_writes_nothing(
    db: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3) as looked:
        sweep.turn(worker_named("a"))
    assert not [query for query in looked if not query["sql"].startswith("SELECT")]
