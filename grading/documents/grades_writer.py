"""The grades document: what `manage.py grade` prints for each course document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from io import BytesIO
from typing import Any

from grading.documents.lines import LineReader
from grading.documents.reading.course_reader import CourseDocument
from grading.documents.reading.mistakes import DocumentError
from grading.documents.split_json import Piece, pieces
from grading.engine.result import CourseSummary, Result, SystemGrades, to_json
from grading.engine.sentences import because
from grading.engine.system import System
from grading.guidelines.acting_grade import acting_grade, end_of_course
from grading.guidelines.options import options, situation_at
from grading.local_rules import LocalRules
from grading.record import INFUSION, Findings, Record, hours_of
from grading.rules.neurotoxicity import ice
from grading.rules.reasons import ALL_SENTENCES
from grading.rules.systems import (
    COURSE_SYSTEMS,
    PRIMARY,
    SYSTEMS,
    grade_course,
    grade_record,
    rules_version,
)

GRADES_FORMAT = "cartox-grades-1"


def grade_text(text: str, local: LocalRules) -> Iterator[dict[str, Any]]:
    """A grades document, or an error object, for each course document in `text`, in order."""
    for piece in _pieces_of(text):
        course = course_in(piece)
        yield course if isinstance(course, dict) else grades_document(course, local)


def documents_in(text: str) -> Iterator[dict[str, Any]]:
    """Each document as `{"value": …}`; `{"id", "error"}` where it is not JSON."""
    for piece in _pieces_of(text):
        try:
            yield {"value": piece.read()}
        except ValueError as error:
            yield {"id": None, "error": str(error)}


def _pieces_of(text: str) -> Iterator[Piece]:
    return pieces(LineReader(BytesIO(text.encode(errors="surrogateescape"))))


def course_in(piece: Piece) -> CourseDocument | dict[str, Any]:
    """The course of one piece of the input, or an error object, with its line if it has one."""
    try:
        return piece.course()
    except DocumentError as error:
        return _refused(error.course_id or piece.id, map(piece.explain, error.mistakes), piece)
    except ValueError as error:
        return _refused(piece.id, [str(error)], piece)


def error_of_fault(name: str | None, piece: Piece, fault: Exception) -> dict[str, Any]:
    """The error object for a course that was not read or graded because of a fault of ours."""
    error = f"could not be graded: {type(fault).__name__}: {fault}; please report this course"
    return _refused(name, [error], piece)


def _refused(name: str | None, errors: Iterable[str], piece: Piece) -> dict[str, Any]:
    listed = list(errors)
    line = {} if piece.line is None else {"line": piece.line}
    return {"id": name, "error": listed[0], "errors": listed, **line}


def grades_document(
    document: CourseDocument,
    local: LocalRules,
    systems: Mapping[str, System] | None = None,
    *,
    reasons: bool = True,
) -> dict[str, Any]:
    """Grade a course by every system, or by those given: each assessment, and the course.

    With reasons come the options at the end of the course, if ASTCT is among the systems, and the
    cautions about how the document was read, if there are any.
    """
    record = document.record
    graded = grade_record(record, local, systems, reasons=reasons)
    say = result_json if reasons else without_reasons
    of_course = {
        key: {
            **_course(grades.course),
            "current": _current((systems or SYSTEMS)[key], record, grades),
        }
        for key, grades in graded.items()
    }
    if systems is None:
        graded_course = grade_course(record, graded, local)
        of_course |= {
            key: system.document(graded_course[key]) if key in graded_course else system.nothing
            for key, system in COURSE_SYSTEMS.items()
        }
    made: dict[str, Any] = {
        "format": GRADES_FORMAT,
        "id": document.id,
        "rules_version": rules_version(local),
        "assessments": [
            {
                **placed(findings, record),
                "grades": {key: say(system.results[index]) for key, system in graded.items()},
            }
            for index, findings in enumerate(record.findings)
        ],
        "course": of_course,
    }
    if reasons and document.cautions:
        made["cautions"] = list(document.cautions)
    if reasons and graded.keys() >= PRIMARY.keys():
        made["options"] = _options(record, graded, local)
    return made


def placed(findings: Findings, record: Record) -> dict[str, Any]:
    """The time of an assessment and its ICE total."""
    moment = record.at(findings.elapsed)
    local_moment = moment and moment.astimezone(record.zone or moment.tzinfo)
    return {
        "hour": hours_of(findings.elapsed),
        "at": local_moment.isoformat() if local_moment else None,
        "day": record.day(findings.elapsed),
        "ice_total": ice.recorded_total(findings),
    }


def result_json(result: Result) -> dict[str, Any]:
    """A result with its sentences.

    `values`, `low`, `high`, `if_all_counted` and `put_aside` stand in it only where there are any.
    """
    facts = _grade(result)
    facts["because"] = because(result, ALL_SENTENCES)
    facts["missing"] = _missing(result)
    facts["cautions"] = list(result.cautions)
    if result.values:
        facts["values"] = to_json(result.values)
    return facts


REASONS = ("because", "cautions", "values")


def without_reasons(result: Result) -> dict[str, Any]:
    """A result as bare facts: the grade, how sure it is, and what is missing."""
    facts = _grade(result)
    facts["missing"] = _missing(result)
    return facts


def _grade(result: Result) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "grade": result.grade,
        "at_least": result.at_least,
        "review": result.review,
        "would_be": result.would_be,
    }
    if result.low is not None:
        facts |= {"low": result.low, "high": result.high}
    if result.if_all_counted is not None:
        facts["if_all_counted"] = result.if_all_counted
    if result.put_aside:
        facts["put_aside"] = put_aside_json(result)
    return facts


def put_aside_json(result: Result) -> list[dict[str, Any]]:
    """The signs put down to another cause behind a lowered grade, without the names of rows."""
    stored = (sign.facts() for sign in result.put_aside)
    return [{name: value for name, value in facts.items() if name != "uid"} for facts in stored]


def _missing(result: Result) -> list[str]:
    return list(_words(result.missing)) if result.missing else []


@lru_cache(maxsize=1024)
def _words(missing: tuple[str, ...]) -> tuple[str, ...]:
    """The missing items as plain words; cached, since many results miss the same."""
    return tuple(str(name) for name in missing)


def _course(course: CourseSummary) -> dict[str, Any]:
    return {
        "peak": course.peak,
        "onset_hour": _hour(course.onset),
        "resolved_hour": _hour(course.resolved),
        "episodes": [
            {
                "onset_hour": _hour(episode.onset),
                "resolved_hour": _hour(episode.resolved),
                "peak": episode.peak,
            }
            for episode in course.episodes
        ],
        "daily": {str(day): grade for day, grade in course.daily.items()},
    }


def _current(system: System, record: Record, grades: SystemGrades) -> dict[str, Any] | None:
    """The grade that stands at the end of the course, with its hour; None before the first.

    `reassessed` is false where a later entry did not replace it, and `newest_hour` is then the
    hour of that entry.
    """
    end = end_of_course(system, record, grades)
    if end.stands is None:
        return None
    return {
        **_grade(end.stands),
        "hour": hours_of(end.at),
        "reassessed": end.is_reassessed,
        "newest_hour": hours_of(end.newest_at),
    }


def _hour(elapsed: timedelta | None) -> int | float | None:
    return None if elapsed is None else hours_of(elapsed)


def _options(
    record: Record, graded: dict[str, SystemGrades], local: LocalRules
) -> list[dict[str, Any]]:
    """The options at the last entry, each with the grade for which it stands and the age of it."""
    if not record.findings:
        return []
    acting = {
        system.toxicity: acting_grade(system, record, graded[key])
        for key, system in PRIMARY.items()
    }
    last_dose = max((dose.elapsed for dose in record.doses), default=INFUSION)
    last = max(record.findings[-1].elapsed, last_dose)
    situation = situation_at(record, last, acting["crs"].grade, acting["icans"].grade, local)
    return [
        {
            "toxicity": option.toxicity,
            "grade": option.grade,
            "kind": option.kind,
            "text": "; ".join((option.text, *option.details)),
            "why": acting[option.toxicity].why,
            "source": option.source,
        }
        for option in options(situation, local)
    ]


def dumps(document: dict[str, Any]) -> str:
    """One line of JSON, in ASCII: any text in an id survives any terminal."""
    return json.dumps(document)
