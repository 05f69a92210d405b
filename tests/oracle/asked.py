"""What the engine says: of older scales at an assessment, of scores of the whole course."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from grading.documents.reading.course_reader import parse_document
from grading.local_rules import DEFAULT
from grading.record import Record
from grading.rules.systems import COURSE_SYSTEMS, PRIMARY, SYSTEMS, grade_record
from tests.oracle.compare import findings, record
from tests.oracle.scaled import Scaled

Account = dict[str, Any]


def scaled(course: Record, system: str) -> list[tuple[Scaled, Scaled]]:
    """The two answers to each assessment, in order of time: with and without reasons."""
    systems = {system: SYSTEMS[system]}
    full, bare = (
        grade_record(course, DEFAULT, systems=systems, reasons=reasons)[system].results
        for reasons in (True, False)
    )
    return [(_scaled(one), _scaled(two)) for one, two in zip(full, bare, strict=True)]


def _scaled(result: Any) -> Scaled:
    return Scaled(
        result.grade,
        result.at_least,
        result.low,
        result.high,
        frozenset(str(name) for name in result.missing),
        result.if_all_counted,
        frozenset(str(aside.sign) for aside in result.put_aside),
    )


def adults(fields: list[Account], hour: int) -> Record:
    """Assessments of one adult at one hour, in their order."""
    many = [findings(row, hour, order) for order, row in enumerate(fields)]
    return record({"age_years": 60}, {}, many)


def course(document: Account, *systems: str) -> dict[str, Any]:
    """What these systems say of a course document, in the form of the grades document."""
    read = json.loads(json.dumps(document), parse_float=Decimal)
    there = parse_document(read).record
    graded = grade_record(there, DEFAULT, systems=PRIMARY, reasons=False)
    answers = {}
    for key in systems:
        system = COURSE_SYSTEMS[key]
        result = system.compute(there, graded, DEFAULT)
        answers[key] = None if result is None else system.document(result)
    return answers
