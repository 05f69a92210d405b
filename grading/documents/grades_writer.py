"""The grades document: what `manage.py grade` prints for each course document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from grading.decisions.step_choices import STEP_AS_PRINTED, StepChoices
from grading.documents.lines import LineReader
from grading.documents.reading.course_reader import CourseDocument
from grading.documents.reading.mistakes import DocumentError
from grading.documents.result_writer import BARE_TEXTS, TEXTS_WITH_REASONS, ResultTexts, grade_json
from grading.documents.split_json import Piece, pieces
from grading.engine.result import CourseSummary, Result, SystemGrades
from grading.engine.sentences import trimmed
from grading.engine.system import System
from grading.guidelines.acting_grade import end_of_course
from grading.guidelines.line import Option
from grading.guidelines.situation.of_course import CourseGraded, situation_at
from grading.guidelines.situation.situation import Fact
from grading.guidelines.step import next_step
from grading.guidelines.treatment_steps import TreatmentStep, steps_at_treatments
from grading.local_rules import LocalRules
from grading.record import Record, hours_of
from grading.rules.neurotoxicity import ice
from grading.rules.systems import (
    COURSE_SYSTEMS,
    PRIMARY,
    SYSTEMS,
    grade_course,
    grade_record,
    rules_version,
)

GRADES_FORMAT = "cartox-grades-1"


@dataclass(frozen=True, slots=True)
class OptionsWanted:
    """The choices and words under which options are written, and whether before each treatment."""

    choices: StepChoices = STEP_AS_PRINTED
    words: Mapping[str, str] = field(default_factory=dict)
    at_treatments: bool = False


AS_PRINTED = OptionsWanted()


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
    options: OptionsWanted = AS_PRINTED,
) -> dict[str, Any]:
    """The values of `grades_line`."""
    made: dict[str, Any] = json.loads(
        grades_line(document, local, systems, reasons=reasons, options=options)
    )
    return made


def grades_line(
    document: CourseDocument,
    local: LocalRules,
    systems: Mapping[str, System] | None = None,
    *,
    reasons: bool = True,
    options: OptionsWanted = AS_PRINTED,
) -> str:
    """One course graded by every system, or by those given: each assessment, and the course.

    With reasons come the options at the end of the course, if ASTCT is among the systems, and the
    cautions about how the document was read, if there are any; on request the options at each
    treatment.
    """
    record = document.record
    graded = grade_record(record, local, systems, reasons=reasons)
    of_course = {
        key: {
            **_course(grades.course),
            "current": _current((systems or SYSTEMS)[key], record, grades),
        }
        for key, grades in graded.items()
    }
    graded_course: dict[str, Result] = {}
    if systems is None:
        graded_course = grade_course(record, graded, local)
        of_course |= {
            key: system.document(graded_course[key]) if key in graded_course else system.nothing
            for key, system in COURSE_SYSTEMS.items()
        }
    head = {"format": GRADES_FORMAT, "id": document.id, "rules_version": rules_version(local)}
    rest: dict[str, Any] = {"course": of_course}
    if reasons and document.cautions:
        rest["cautions"] = list(document.cautions)
    if reasons and graded.keys() >= PRIMARY.keys():
        rest["options"] = _options(CourseGraded(record, graded, graded_course), local, options)
    if options.at_treatments:
        steps = steps_at_treatments(record, local, options.choices, options.words)
        rest["steps"] = [_step(record, step) for step in steps]
    texts = TEXTS_WITH_REASONS if reasons else BARE_TEXTS
    assessments = ", ".join(_assessments(record, graded, texts))
    return f'{dumps(head)[:-1]}, "assessments": [{assessments}], {dumps(rest)[1:]}'


def _assessments(
    record: Record, graded: Mapping[str, SystemGrades], texts: ResultTexts
) -> Iterator[str]:
    """Each assessment with its grades, as JSON text."""
    grades = ", ".join(f'"{key}": %s' for key in graded)
    line = f'{{"hour": %s, "at": %s, "day": %s, "ice_total": %s, "grades": {{{grades}}}}}'
    columns = [texts.of(of_system.results) for of_system in graded.values()]
    for (hour, at, day, total), *of_each in zip(placed(record), *columns, strict=True):
        moment = "null" if at is None else f'"{at}"'
        yield line % (hour, moment, day, "null" if total is None else total, *of_each)


def placed(record: Record) -> Iterator[tuple[int | float, str | None, int, int | None]]:
    """The time of each assessment: hour, date and time, day; and its ICE total."""
    infused_at, zone = record.infused_at, record.zone
    for findings, day in zip(record.findings, record.days(), strict=True):
        elapsed, at = findings.elapsed, None
        if infused_at is not None:
            at = (infused_at + elapsed).astimezone(zone or infused_at.tzinfo).isoformat()
        yield hours_of(elapsed), at, day, ice.recorded_total(findings)


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
        **grade_json(end.stands),
        "hour": hours_of(end.at),
        "reassessed": end.is_reassessed,
        "newest_hour": hours_of(end.newest_at),
    }


def _hour(elapsed: timedelta | None) -> int | float | None:
    return None if elapsed is None else hours_of(elapsed)


def _options(
    course: CourseGraded, local: LocalRules, wanted: OptionsWanted
) -> list[dict[str, Any]]:
    """The options as of the last entry; none where nothing was entered.

    A physician's decision about a sign is one, since the grades of the document rest on it; a final
    grade changes no grade.
    """
    record = course.record
    of_signs = tuple(each for each in record.adjudications if each.is_on_a_sign())
    of_kinds = (record.findings, record.labs, record.doses, record.events, of_signs)
    times = [entries[-1].elapsed for entries in of_kinds if entries]
    if not times:
        return []
    offered = next_step(situation_at(course, max(times), local, wanted.choices), wanted.words)
    return [_option(option) for option in offered]


def _option(option: Option) -> dict[str, Any]:
    """One option with the facts that call it and its source."""
    return {
        "toxicity": option.toxicity,
        "grade": option.grade,
        "kind": option.kind,
        "text": "; ".join((option.text, *option.details)),
        "why": "; ".join(map(_in_words, option.why)),
        "source": str(option.source),
    }


def _in_words(fact: Fact) -> str:
    """A fact with its hour, to a hundredth: CRS 3 at hour 20.67."""
    if fact.at is None:
        return fact.text
    return f"{fact.text} at hour {trimmed(round(hours_of(fact.at), 2))}"


def _step(record: Record, step: TreatmentStep) -> dict[str, Any]:
    """The doses of one moment, whether an option named each, and the options before them."""
    at = record.at(step.at)
    return {
        "hour": hours_of(step.at),
        "at": None if at is None else at.astimezone(record.zone or at.tzinfo).isoformat(),
        "day": record.day(step.at),
        "given": [
            {
                "agent": dose.agent,
                "amount": None if dose.amount is None else float(dose.amount),
                "unit": dose.unit,
                "is_option": step.offers(dose),
            }
            for dose in step.doses
        ],
        "options": [_option(option) for option in step.options],
    }


def dumps(document: dict[str, Any]) -> str:
    """One line of JSON, in ASCII: any text in an id survives any terminal."""
    return json.dumps(document)
