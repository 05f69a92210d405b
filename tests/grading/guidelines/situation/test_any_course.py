"""Made-up courses that use every key: what holds of the situation of any of them, at any moment."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from itertools import islice

import pytest

from grading.documents.reading.course_reader import parse_document
from grading.documents.reading.mistakes import DocumentError
from grading.guidelines.situation.of_course import situation_at
from grading.guidelines.situation.until import record_until
from grading.guidelines.step import next_step
from grading.record import Record
from tests.grading.guidelines.situation.records import graded
from tests.grading.rules.many_courses import documents

COURSES, MOMENTS = 60, 4


def records() -> list[Record]:
    made = []
    for document in islice(documents(), COURSES):
        try:
            text = json.dumps(document)
            made.append(parse_document(json.loads(text, parse_float=Decimal)).record)
        except DocumentError:
            continue
    return made


def moments(record: Record) -> list[timedelta]:
    """A few times of entries, the last among them."""
    times = sorted(
        entry.elapsed for entry in (*record.findings, *record.doses, *record.labs, *record.events)
    )
    return times[:: max(1, len(times) // MOMENTS)] + times[-1:]


@pytest.mark.parametrize("record", records(), ids=lambda record: f"{len(record.findings)}")
def test_the_situation_of_a_moment_is_that_of_what_was_entered_until_then(record: Record) -> None:
    course = graded(record)
    for now in moments(record):
        at_moment = situation_at(course, now)
        assert at_moment == situation_at(graded(record_until(record, now)), now)
        assert all(dose.elapsed <= now for dose in at_moment.doses.given)
        assert all(reading.at <= now for reading in at_moment.labs.values())
        for grade in (at_moment.crs, at_moment.icans):
            assert list(grade.history) == sorted(grade.history, key=lambda each: each.at)
            if grade.grade and grade.history:
                assert grade.history[-1].grade == grade.grade
            if grade.since is not None and grade.at is not None:
                assert grade.since <= grade.at <= now
        next_step(at_moment)
