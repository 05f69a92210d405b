"""The time that the rules take for one course of 56 assessments, with every reason."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.arms import REPETITIONS, Measured, milliseconds
from benchmarks.wards import PER_COURSE
from grading.rules import systems
from patients.models import Course
from patients.regrading.graded import local_rules
from patients.regrading.record import record_of

GRADINGS = 100
"""In one repetition."""


def grading(course: Course) -> Iterator[Measured]:
    """The time of ASTCT alone, which has a limit, and of all systems, for information."""
    record, local = record_of(course), local_rules()
    if len(record.findings) != PER_COURSE:
        raise RuntimeError(f"{len(record.findings)} assessments, not {PER_COURSE}")

    def by_astct() -> None:
        systems.grade_record(record, local, systems.PRIMARY)

    def by_all() -> None:
        systems.grade_course(record, systems.grade_record(record, local), local)

    every = len(systems.SYSTEMS) + len(systems.COURSE_SYSTEMS)
    for who, limit, call in (("ASTCT", 2.0, by_astct), (f"all {every} systems", None, by_all)):
        took = [median(milliseconds(call) for _ in range(GRADINGS)) for _ in range(REPETITIONS)]
        yield Measured(f"{PER_COURSE} assessments graded, {who}", limit, took)
