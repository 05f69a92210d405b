"""`kill -9` at random moments among saves: `python -m benchmarks.kills [--saves 200] [--seed N]`.

One writer after the other saves until it is killed, some moments after its first save, until so
many saves were acknowledged. Then the database is compared with what was acknowledged.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from patients.models import Course, User

LONGEST_LIFE = 0.25
"""Seconds from a writer's first save to its end, at most."""


@dataclass(frozen=True, slots=True)
class Killed:
    """Counts of the kills, of the saves acknowledged and of the rows stored; the time in s."""

    kills: int
    acknowledged: int
    stored: int
    lost: int
    doubled: int
    without_grades: int
    left_to_regrade: int
    seconds: float


def kill_among(
    saves: int, seed: int, courses: Sequence[Course], by: User, notes: Path, *, within: float
) -> Killed:
    """Kill writers until so many saves were acknowledged, or so many seconds are over."""
    from benchmarks.writers import acknowledged
    from patients.clock import now
    from patients.door.regrade_all import regrade_courses
    from patients.models import Assessment, GradeRecord

    chance, started, kills = random.Random(seed), time.monotonic(), 0  # noqa: S311
    while len(acknowledged(notes)) < saves and time.monotonic() < started + within:
        kills += _kill_one(chance, courses, by, notes)
    seconds = time.monotonic() - started
    noted = {save.uid for save in acknowledged(notes)}
    there = Counter(Assessment.objects.filter(course__in=courses).values_list("uid", flat=True))
    graded = GradeRecord.objects.live().filter(assessment__isnull=False).values("assessment")
    ids = [course.pk for course in courses]
    return Killed(
        kills=kills,
        acknowledged=len(noted),
        stored=len(there),
        lost=len(noted - set(there)),
        doubled=sum(count > 1 for count in there.values()),
        without_grades=Assessment.objects.filter(course__in=ids).exclude(pk__in=graded).count(),
        left_to_regrade=len(list(regrade_courses(ids, at=now(), write=False))),
        seconds=seconds,
    )


def _kill_one(chance: random.Random, courses: Sequence[Course], by: User, notes: Path) -> int:
    """One writer, ended by SIGKILL some moments after its first save; 1 if that is how it ended."""
    from benchmarks.writers import save_until, start, wait_for

    name = notes / str(chance.random())
    seed, deadline = chance.randrange(10**9), time.monotonic() + 10
    pid = start(lambda: save_until(deadline, courses, by, name, seed))
    while not name.exists() and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, LONGEST_LIFE))
    os.kill(pid, signal.SIGKILL)
    return int(wait_for([pid]) == [-signal.SIGKILL])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=200)
    parser.add_argument("--courses", type=int, default=8)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartox_site.settings")
    django.setup()
    from benchmarks.databases import new_database
    from benchmarks.writers import make_ward

    with new_database() as vendor, tempfile.TemporaryDirectory() as folder:
        print(f"{vendor}, {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, --seed {asked.seed}")
        courses, nurse = make_ward(asked.courses)
        print(kill_among(asked.saves, asked.seed, courses, nurse, Path(folder), within=1800))


if __name__ == "__main__":
    main()
