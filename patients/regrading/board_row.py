"""The board row of one course: its standings and latest values, written at every regrade.

Everything here follows from the record alone, never from the clock, so that regrading twice
writes nothing. The board adds the clock when it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from grading.agents import DrugClass
from grading.engine.labs import labs_of
from grading.guidelines.tocilizumab import tocilizumab_ledger
from grading.measures import plain_text
from grading.record import Findings, Record
from grading.rules.signs.runs import Running, running_at
from grading.vocabulary import ICE_ITEMS
from patients.models import BoardRow, Course
from patients.models.guarded import unguarded
from patients.models.standing import SystemStanding
from patients.regrading.graded import Graded, local_rules
from patients.regrading.standing import standings_of

FIRST_VERSION = 1

STORED_SIGNS = (
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


RESULTS_NOT_USED = "results_not_used"
"""The key beside the signs under which the board finds the results that cannot be used."""


@dataclass(frozen=True, slots=True)
class StandingChange:
    """The standing of every primary system before and after one regrade, by its key."""

    before: dict[str, SystemStanding]
    after: dict[str, SystemStanding]


def stored_board_row(course: Course) -> BoardRow | None:
    """The board row of a course as it is stored; None before the first regrade."""
    return unguarded(BoardRow).filter(course=course).first()


def write_board_row(
    graded: Graded, stored: BoardRow | None, *, at: datetime, entered: bool
) -> StandingChange:
    """Bring the board row of a course up to date; a closed course has one too, for its chart."""
    rows = unguarded(BoardRow)
    standings = standings_of(graded)
    columns = board_row_values(graded, standings)
    if stored is None:
        first = {"version": FIRST_VERSION, "digested_version": FIRST_VERSION, "updated_at": at}
        rows.bulk_create([BoardRow(course=graded.course, **first, **columns)])
        return StandingChange({}, standings)
    if entered or not stored.digests_hold or _differs(stored, columns):
        version = stored.version + 1
        rows.filter(pk=stored.pk).update(
            version=version, digested_version=version, updated_at=at, **columns
        )
    return StandingChange(stored.standings, standings)


def is_stale(graded: Graded, stored: BoardRow | None) -> bool:
    """Whether the stored board row is missing or differs from the one that the entries give."""
    return stored is None or _differs(stored, board_row_values(graded, standings_of(graded)))


def _differs(stored: BoardRow, columns: dict[str, Any]) -> bool:
    return any(getattr(stored, name) != value for name, value in columns.items())


def board_row_values(graded: Graded, standings: dict[str, SystemStanding]) -> dict[str, Any]:
    """The columns of `BoardRow` for one course, but for its version and time."""
    record = graded.record
    newest = record.newest_examination()
    assessed_at = None if newest is None else graded.course.infused_at + newest.elapsed
    return {
        "systems": {key: standing.to_json() for key, standing in standings.items()},
        "signs": _latest_signs(record) | _results_not_used(record),
        "steroid": _latest_steroid(record),
        "running": [_running(record, each) for each in running_at(record, timedelta.max)],
        "last_assessed_at": assessed_at,
        **_tocilizumab(record),
    }


def _running(record: Record, each: Running) -> dict[str, Any]:
    """What runs, with its rate; `listed` marks what only the last list names, at its time.

    `started` stands where the drug ran before at another rate.
    """
    stored: dict[str, Any] = {"agent": each.agent, "at": _at(record, each.since)}
    if each.started is not None and each.started < each.since:
        stored["started"] = _at(record, each.started)
    if each.amount is not None:
        stored |= {"amount": plain_text(each.amount), "unit": each.unit}
    return stored if each.is_run else stored | {"listed": True}


def _at(record: Record, elapsed: timedelta) -> str:
    at = record.at(elapsed)
    return "" if at is None else at.isoformat()


def ice_points(findings: Findings) -> int | None:
    """The ICE total, entered or added up; None while an item is missing."""
    if findings.ice is None:
        return findings.ice_total
    scored = [findings.ice.get(item) for item in ICE_ITEMS]
    if any(points is None for points in scored):
        return None
    return sum(points for points in scored if points is not None)


def _latest_signs(record: Record) -> dict[str, Any]:
    """The latest recorded value of each sign, with its time; JSON keeps a decimal as text."""
    signs: dict[str, Any] = {}
    for name in STORED_SIGNS:
        for findings in reversed(record.findings):
            value = ice_points(findings) if name == "ice_total" else getattr(findings, name)
            if value is None:
                continue
            if isinstance(value, Decimal):
                value = plain_text(value)
            stored = list(value) if isinstance(value, tuple) else value
            signs[name] = {"value": stored, "at": _at(record, findings.elapsed)}
            break
    return signs


def _results_not_used(record: Record) -> dict[str, Any]:
    """The newest laboratory results that cannot be used, in words; nothing where there are none."""
    results = labs_of(record).newest_not_used()
    if not results:
        return {}
    at = _at(record, results[-1].elapsed)
    return {RESULTS_NOT_USED: {"value": [result.caution for result in results], "at": at}}


def _tocilizumab(record: Record) -> dict[str, Any]:
    """The doses of tocilizumab given, the most allowed, and the time from which the next is.

    `tocilizumab_next_at` is None where none was given (allowed now) or the total is reached.
    """
    given = [dose.elapsed for dose in record.doses if dose.agent == "tocilizumab"]
    ledger = tocilizumab_ledger(record, given[-1] if given else timedelta(0), local_rules())
    next_at = ledger.next_permitted if given else None
    return {
        "tocilizumab_given": len(given),
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
