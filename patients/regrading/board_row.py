"""What the board says of one open course, worked out when something is entered.

Everything here follows from the record alone, never from the clock, so that regrading twice
writes nothing. The board adds the clock when it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from grading.engine.result import CourseSummary, Result
from grading.guidelines import tocilizumab_ledger
from grading.record import Findings, Record
from grading.rules.systems import PRIMARY
from grading.vocabulary import CONTINUOUS, ICE_ITEMS, DrugClass
from patients.models import BoardRow, Course
from patients.models.guarded import unguarded

if TYPE_CHECKING:
    from patients.regrading.graded import Graded

SIGNS = (
    "temperature_c",
    "fever",
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate",
    "respiratory_rate",
    "spo2_percent",
    "hypotension",
    "vasopressors",
    "oxygen_device",
    "oxygen_flow_l_min",
    "fio2_percent",
    "ice_total",
    "capd_total",
    "consciousness",
)

Graph = tuple[Findings, Result]


def write_board_row(graded: Graded, *, at: datetime, entered: bool) -> None:
    """Write the board row of an open course, and take away that of a closed one."""
    rows = unguarded(BoardRow).filter(course=graded.course)
    if not graded.course.is_open():
        rows.delete()
        return
    facts = board_facts(graded)
    stored = rows.first()
    if stored is None:
        # The clock's seconds: higher than any version this course had before it was closed.
        version = int(at.timestamp())
        unguarded(BoardRow).bulk_create(
            [BoardRow(course=graded.course, version=version, updated_at=at, **facts)]
        )
    elif entered or _differs(stored, facts):
        rows.update(version=stored.version + 1, updated_at=at, **facts)


def is_stale(graded: Graded, stored: BoardRow | None) -> bool:
    """Whether the board says something else than the entries, or says it of a closed course."""
    if stored is None or not graded.course.is_open():
        return (stored is None) == graded.course.is_open()
    return _differs(stored, board_facts(graded))


def _differs(stored: BoardRow, facts: dict[str, Any]) -> bool:
    return any(getattr(stored, name) != fact for name, fact in facts.items())


def board_facts(graded: Graded) -> dict[str, Any]:
    """The columns of `BoardRow` for one course."""
    course, record = graded.course, graded.record
    last = record.findings[-1].elapsed if record.findings else None
    assessed_at = None if last is None else course.infused_at + last
    return {
        "systems": {
            key: _system_facts(key, record, grades.results, grades.course)
            for key, grades in graded.grades.items()
            if key in PRIMARY
        },
        "signs": _latest_signs(record),
        "steroid": _latest_steroid(record),
        "running": _running(record),
        "last_assessed_at": assessed_at,
        "next_due_at": _next_due(course, assessed_at),
        **_tocilizumab(record),
    }


def _at(record: Record, elapsed: timedelta) -> str:
    moment = record.at(elapsed)
    return "" if moment is None else moment.isoformat()


def _system_facts(
    key: str, record: Record, results: Sequence[Result], summary: CourseSummary
) -> dict[str, Any]:
    """The current, previous and peak grade of one system.

    Current is the latest result on an assessment that has the part; an entry with ICE alone
    never hides a CRS grade.
    """
    graph = [
        (findings, result)
        for findings, result in zip(record.findings, results, strict=True)
        if PRIMARY[key].has_part(findings)
    ]
    if not graph:
        absent = dict.fromkeys(("current", "at", "since", "previous", "last_graded", "sort"))
        return absent | {"peak": summary.peak}
    findings, current = graph[-1]
    last_graded = None if _is_plain_grade(current) else _last_graded(record, graph[:-1])
    return {
        "current": current.facts(),
        "at": _at(record, findings.elapsed),
        "since": _at(record, _held_since(graph)),
        "previous": _previous(graph[:-1]),
        "peak": summary.peak,
        "last_graded": last_graded,
        "sort": _sort_by(current, last_graded),
    }


def _is_plain_grade(result: Result) -> bool:
    return result.grade is not None and not result.review


def _last_graded(record: Record, earlier: Sequence[Graph]) -> dict[str, Any] | None:
    for findings, result in reversed(earlier):
        if _is_plain_grade(result):
            return {
                "grade": result.grade,
                "at_least": result.at_least,
                "at": _at(record, findings.elapsed),
            }
    return None


def _previous(earlier: Sequence[Graph]) -> int | None:
    """The grade before the current one, entries without a grade passed over."""
    return next((result.grade for _, result in reversed(earlier) if result.grade is not None), None)


def _held_since(graph: Sequence[Graph]) -> timedelta:
    """From when the current answer has stood without a break."""
    current = graph[-1][1]
    start = graph[-1][0].elapsed
    for findings, result in reversed(graph):
        if (result.grade, result.would_be) != (current.grade, current.would_be):
            break
        start = findings.elapsed
    return start


def _sort_by(current: Result, last_graded: dict[str, Any] | None) -> int | None:
    """The higher of what is shown now and what was last graded."""
    grades = [current.shown, None if last_graded is None else last_graded["grade"]]
    return max((grade for grade in grades if grade is not None), default=None)


def ice_points(findings: Findings) -> int | None:
    """The ICE total, entered or added up; None while an item is missing."""
    if findings.ice is None:
        return findings.ice_total
    scored = [findings.ice.get(item) for item in ICE_ITEMS]
    if any(points is None for points in scored):
        return None
    return sum(points for points in scored if points is not None)


def _latest_signs(record: Record) -> dict[str, Any]:
    """The latest recorded value of each sign, with its time."""
    signs = {name: _latest_sign(record, name) for name in SIGNS}
    return {name: sign for name, sign in signs.items() if sign is not None}


def _latest_sign(record: Record, name: str) -> dict[str, Any] | None:
    for findings in reversed(record.findings):
        value = ice_points(findings) if name == "ice_total" else getattr(findings, name)
        if value is not None:
            return {"value": _stored(value), "at": _at(record, findings.elapsed)}
    return None


def _stored(value: Any) -> Any:
    """A value as JSON keeps it; a decimal as text without padding."""
    if isinstance(value, Decimal):
        return plain_text(value)
    return list(value) if isinstance(value, tuple) else value


def plain_text(value: Decimal) -> str:
    """A decimal without the zeros that a column pads it with: 38.9, 120, 0.125."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _tocilizumab(record: Record) -> dict[str, Any]:
    """How many were given, of how many, and from when the limits allow the next.

    `tocilizumab_next_at` is None where none was given (allowed now) or the total is reached.
    """
    given = [dose.elapsed for dose in record.doses if dose.agent == "tocilizumab"]
    ledger = tocilizumab_ledger(record, given[-1] if given else timedelta(0))
    next_at = None if not given or ledger.next_permitted is None else ledger.next_permitted
    return {
        "tocilizumab_given": ledger.given if given else 0,
        "tocilizumab_ceiling": ledger.ceiling,
        "tocilizumab_next_at": None if next_at is None else record.at(next_at),
    }


def _latest_steroid(record: Record) -> dict[str, Any] | None:
    """The last steroid dose, for the line under the name."""
    steroids = [dose for dose in record.doses if dose.drug_class == DrugClass.STEROID]
    if not steroids:
        return None
    last = steroids[-1]
    return {
        "agent": last.agent,
        "amount": None if last.amount is None else plain_text(last.amount),
        "unit": last.unit,
        "route": last.route,
        "at": _at(record, last.elapsed),
    }


def _running(record: Record) -> list[dict[str, str]]:
    """The vasopressors and inotropes that were started and not ended."""
    return [
        {"agent": dose.agent, "at": _at(record, dose.elapsed)}
        for dose in record.doses
        if dose.drug_class in CONTINUOUS and dose.ended is None
    ]


def _next_due(course: Course, assessed_at: datetime | None) -> datetime:
    """One interval after the last assessment; the first at the infusion, or on a later arrival."""
    if assessed_at is None:
        return max(course.opened_at, course.infused_at)
    return assessed_at + timedelta(hours=course.ward.assessment_every_hours)
