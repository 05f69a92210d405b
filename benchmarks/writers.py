"""Writers as processes of their own, each on its own connection, who note what was acknowledged.

A note is one line in a file: it outlives the writer, whatever ends it.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import tempfile
import time
import traceback
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from patients import door
from patients.models import Assessment, Course, Membership, Patient, Role, User, Ward

INFUSED_AT = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
CHILD_FAILED = 70
LONGEST_S = 120
"""A writer lives no longer: the kernel ends one that a fork of a busy program left standing."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One acknowledged save: which row, and how long the writer waited for it."""

    uid: uuid.UUID
    seconds: float


def make_ward(courses: int, infused_at: datetime = INFUSED_AT) -> tuple[list[Course], User]:
    """A ward with that many open courses, and the nurse who enters."""
    run = uuid.uuid4().hex[:8]
    ward = door.save_ward(Ward(name=f"Benchmark {run}", time_zone="Europe/Madrid"))
    nurse = User.objects.create(username=f"nurse-{run}", role=Role.NURSE)
    Membership.objects.create(user=nurse, ward=ward)
    patients = [
        Patient(mrn=f"{run}-{number}", family_name="Roe", birth_date=date(1970, 1, 1))
        for number in range(courses)
    ]
    courses_to_open = [
        Course(ward=ward, product="fictional", infused_at=infused_at, opened_at=infused_at)
        for _ in patients
    ]
    opened = [
        door.admit(patient, course, by=nurse)
        for patient, course in zip(patients, courses_to_open, strict=True)
    ]
    return opened, nurse


def assessment(chance: random.Random, uid: uuid.UUID | None = None) -> Assessment:
    """A complete assessment, some minutes after the infusion, with or without a fever."""
    return Assessment(
        uid=uid or uuid.uuid4(),
        observed_at=INFUSED_AT + timedelta(minutes=chance.randrange(20_000)),
        temperature_c=Decimal(chance.choice(("36.8", "37.9", "38.4", "39.1"))),
        systolic_mmhg=Decimal(124),
        heart_rate=Decimal(84),
        hypotension=False,
        vasopressors=[],
        oxygen_device="room_air",
        ice_total=10,
        consciousness="spontaneous",
        seizure="none",
        motor="none",
        icp=[],
    )


def start(work: Callable[[], None]) -> int:
    """Do `work` in a process of its own, on connections of its own; returns its id."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(LONGEST_S)
    try:
        _leave_inherited_connections()
        work()
    except BaseException:  # noqa: BLE001 - nothing of the parent may run in the child
        traceback.print_exc()
        os._exit(CHILD_FAILED)
    os._exit(0)


_inherited: list[BaseDatabaseWrapper] = []


def _leave_inherited_connections() -> None:
    """Give the child new connections; the parent's stay open, unused, until it ends.

    Django keeps connections apart by whether an event loop runs in the thread. A loop is not
    inherited, so the child sees those that the parent opened without one and could not close.
    Two on one connection read each other's answers; closing it here would end the parent's.
    """
    for opened in connections.all(initialized_only=True):
        _inherited.append(opened)
        del connections[opened.alias]


def wait_for(pids: Sequence[int]) -> list[int]:
    """The exit codes; minus the signal where one ended it."""
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]


def together(*calls: Callable[[], object]) -> list[str]:
    """Run all calls at one moment, each in a process of its own; the answers are in their order.

    An answer is empty where the call succeeded, else the name and the text of its exception.
    """
    line = multiprocessing.get_context("fork").Barrier(len(calls))
    with tempfile.TemporaryDirectory() as folder:
        notes = [Path(folder) / str(number) for number in range(len(calls))]

        def runner(call: Callable[[], object], note: Path) -> Callable[[], None]:
            def run() -> None:
                connection.ensure_connection()
                line.wait(timeout=20)
                note.write_text(_came_to(call), encoding="utf-8")

            return run

        wait_for([start(runner(call, note)) for call, note in zip(calls, notes, strict=True)])
        return [note.read_text("utf-8") if note.exists() else "died" for note in notes]


def _came_to(call: Callable[[], object]) -> str:
    try:
        call()
    except Exception as raised:  # noqa: BLE001 - who asked looks at what was raised
        return f"{type(raised).__name__}: {raised}"
    return ""


def save_until(
    deadline: float, courses: Sequence[Course], by: User, notes: Path, seed: int
) -> None:
    """Save to one course after the other at random until the deadline, noting each."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice
    descriptor = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    while time.monotonic() < deadline:
        row = assessment(chance)
        started = time.monotonic()
        course = Course.objects.get(pk=chance.choice(courses).pk)
        door.enter(course, [row], by=by)
        os.write(descriptor, f"{row.uid} {time.monotonic() - started}\n".encode())


def acknowledged(folder: Path) -> list[Saved]:
    """Everything that the writers noted."""
    lines = [line for file in sorted(folder.iterdir()) for line in file.read_text().splitlines()]
    return [Saved(uuid.UUID(uid), float(seconds)) for uid, seconds in map(str.split, lines)]


def write_together(
    writers: int, seconds: float, courses: Sequence[Course], by: User, folder: Path
) -> list[int]:
    """So many writers at once for so long; their exit codes."""
    deadline = time.monotonic() + seconds

    def writer(number: int) -> Callable[[], None]:
        return lambda: save_until(deadline, courses, by, folder / f"{number}", number)

    return wait_for([start(writer(number)) for number in range(writers)])
