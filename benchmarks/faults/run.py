"""One run on one database: a ward, its nurses, what breaks, and the count at the end.

Imported when the environment names the database: the settings are read then.
"""

from __future__ import annotations

import logging
import random
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connections

from benchmarks.databases import where_and_when
from benchmarks.faults.machine.breaking import Breaking, mark
from benchmarks.faults.machine.clusters import Backends
from benchmarks.faults.machine.servers import ROOT, Site
from benchmarks.faults.reconcile import reconciled
from benchmarks.faults.report import harms_in_words, lines_of
from benchmarks.faults.ward.browser import Browser
from benchmarks.faults.ward.calls import calls_amiss
from benchmarks.faults.ward.nurses import Nurse
from benchmarks.faults.ward.plans import INFUSED_BEFORE
from benchmarks.faults.ward.shift import Shift, Target
from benchmarks.faults.ward.stored import read, strays, traces_of
from patients import door
from patients.models import Course, Membership, Patient, Role, User, Ward
from patients.rounds.models import Escalation

SAVES_PER_COURSE = 40
PROGRESS_EVERY_S = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked for."""

    saves: int
    seed: int
    nurses: int
    seconds: int


def run(asked: Asked, folder: Path, backends: Backends | None, small_disk: Path | None) -> bool:
    """Whether nothing went wrong; prints the table."""
    logging.disable(logging.INFO)  # accounts made here are no news
    call_command("migrate", verbosity=0)
    print(f"{where_and_when()}, --saves {asked.saves} --seed {asked.seed}", flush=True)
    shift, nurses = _prepared(asked)
    site = Site(folder / "site.log", seconds=2 * asked.seconds)
    with ExitStack() as stack:
        stack.callback(site.kill_master, with_workers=True)
        site.start()
        for nurse in nurses:
            nurse.browser.port = site.port
        chance = random.Random(asked.seed)  # noqa: S311 - a repeatable choice
        breaking = Breaking(site, backends, small_disk, chance)
        _work(shift, nurses, breaking)
        breaking.mend()
        site.stop()
    if shift.failures:
        print("The run did not end by itself:", *shift.failures, sep="\n")
    mark(shift.noted, breaking.happened)
    return _is_as_answered(shift) and not shift.failures


def _prepared(asked: Asked) -> tuple[Shift, list[Nurse]]:
    """A ward with its open courses and its nurses, each with a colleague at the same browser."""
    password = secrets.token_urlsafe(16)
    as_stored = make_password(password)
    ward = door.save_ward(Ward(name="7 East", time_zone="UTC"))
    people = [
        User.objects.create(username=f"nurse{number}", role=Role.NURSE, password=as_stored)
        for number in range(2 * asked.nurses)
    ]
    for person in people:
        Membership.objects.create(user=person, ward=ward)
    courses = max(asked.nurses - 2, asked.saves // SAVES_PER_COURSE)
    targets = [_admitted(number, ward, by=people[0]) for number in range(courses)]
    at_work = {person.username: str(person.pk) for person in people[::2]}
    shift = Shift(asked.saves, time.monotonic() + asked.seconds, targets, at_work)
    nurses = [
        Nurse(
            name=person.username,
            colleague=colleague.username,
            password=password,
            browser=Browser(0, f"10.0.0.{number + 1}"),
            shift=shift,
            chance=random.Random(f"{asked.seed} {number}"),  # noqa: S311 - a repeatable choice
            with_script=number % 2 == 0,
        )
        for number, (person, colleague) in enumerate(zip(people[::2], people[1::2], strict=True))
    ]
    return shift, nurses


def _admitted(number: int, ward: Ward, *, by: User) -> Target:
    patient = Patient(mrn=f"OPEN-{number}", family_name=f"Doe {number}", sex="F")
    infused_at = (datetime.now(UTC) - INFUSED_BEFORE).replace(second=0, microsecond=0)
    course = Course(ward=ward, bed=f"{number}", product="fictional", infused_at=infused_at)
    door.admit(patient, course, by=by)
    return Target(str(course.uid), patient.mrn, str(ward.pk))


def _work(shift: Shift, nurses: Sequence[Nurse], breaking: Breaking) -> None:
    """Let the nurses work, and break one thing after the other until they are done."""
    threads = [threading.Thread(target=nurse.work, daemon=True) for nurse in nurses]
    for thread in threads:
        thread.start()
    said_at, began = time.monotonic(), time.monotonic()
    while any(thread.is_alive() for thread in threads):
        breaking.break_something()
        if time.monotonic() - said_at > PROGRESS_EVERY_S:
            said_at = time.monotonic()
            print(
                f"{said_at - began:.0f} s: {len(shift.noted)} of {shift.saves} saves, "
                f"{len(breaking.happened)} faults",
                file=sys.stderr,
                flush=True,
            )


def _is_as_answered(shift: Shift) -> bool:
    """Compare all saves with the database, print the table, and let `regrade --check` look."""
    stored = {save.number: traces_of(save) for save in shift.noted}
    harms = reconciled(shift.noted, stored)
    unasked = read(lambda: strays(shift.noted))
    for line in (*lines_of(shift.noted, harms), *harms_in_words(harms)):
        print(line)
    print(f"rows that no form asked for: {len(unasked)}")
    amiss = read(calls_amiss)
    print(f"calls: {read(Escalation.objects.count)}, amiss: {len(amiss)}", *amiss, sep="\n")
    connections.close_all()
    command = [sys.executable, "manage.py", "regrade", "--check"]
    regraded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print("regrade --check:", *(regraded.stdout + regraded.stderr).splitlines()[-1:], flush=True)
    return not harms and not unasked and not amiss and regraded.returncode == 0
