"""The lines of the board: the stored board row of each open course, in words, at one moment.

`BoardRow` was written at the last entry; here the clock is added and the text of every cell is
made, so that the template only places text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from grading.engine.system import System
from grading.record import completed_years
from grading.rules.systems import PRIMARY
from patients.models import BoardRow, Course
from patients.models.standing import SystemStanding
from patients.words import wording
from patients.words.badges import Badge, system_badge
from patients.words.grades import AGES_IN_WORDS, Ages, last_graded, newly_running, reason_in_short
from patients.words.wording import ShownValue

NEEDS_GRADE = 0.5
"""The rank of a system without a grade: unknown is not low, so it stands above grade 0."""
SIGNS_AT_BEDSIDE = ("systolic_mmhg", "spo2_percent", "oxygen_device")


CRS, ICANS = "crs_astct_2019", "icans_astct_2019"
FAR = timedelta(hours=18)
"""An assessment due later than this is shown with its date."""


@dataclass(frozen=True, slots=True)
class GradeCell:
    """One system's grade: its name, badge, direction, and the reason in a few words."""

    system: str
    edition: str
    badge: Badge
    rose: bool
    fell: bool
    was: str
    peak: str
    reason: str
    last_graded: str

    @property
    def details(self) -> str:
        """The whole text under the badge in one line."""
        return " · ".join(filter(None, (self.last_graded, self.reason, self.peak)))


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One patient. `urgency` sorts the lines; the page updates the ages from the times in `…_at`.

    `unassessed_since` is the infusion of somebody who was never assessed and should have been.
    """

    uid: str
    bed: str
    name: str
    who: str
    product: str
    day: str
    grades: tuple[GradeCell, ...]
    vitals: tuple[ShownValue, ...]
    vitals_at: datetime | None
    vitals_clock: str
    vitals_age: str
    neuro_test: str
    neuro_score: str
    neuro_clock: str
    due_at: datetime
    due: str
    overdue: bool
    unassessed_since: datetime | None
    unassessed_age: str
    runs: str
    treatment: str
    review: bool
    ungraded: bool
    urgency: tuple[float, bool, datetime, str]


def board_line(row: BoardRow, now: datetime, ages: Ages = AGES_IN_WORDS) -> BoardLine:
    """Everything the board says of one course at `now`."""
    course, standings = row.course, row.standings
    zone = course.zone
    overdue = now >= row.next_due_at
    vitals, vitals_at = _vitals(row.signs, zone)
    neuro_test, neuro_score, neuro_clock = _neuro_score(row.signs, standings[ICANS], now, zone)
    is_unassessed = overdue and row.last_assessed_at is None and not course.infusion_planned
    unassessed_since = course.infused_at if is_unassessed else None
    return BoardLine(
        uid=str(course.uid),
        bed=course.bed or wording.NOTHING,
        name=course.patient.display_name,
        who=_who(course, now),
        product=wording.short(course.product),
        day=wording.signed(course.day(now)),
        grades=tuple(
            _grade_cell(system, standings[key], now, ages) for key, system in PRIMARY.items()
        ),
        vitals=vitals,
        vitals_at=vitals_at,
        vitals_clock="" if vitals_at is None else _taken(vitals_at, now, zone),
        vitals_age="" if vitals_at is None else ages.age(now, vitals_at),
        neuro_test=neuro_test,
        neuro_score=neuro_score,
        neuro_clock=neuro_clock,
        due_at=row.next_due_at,
        due=_due(row.next_due_at, now, zone, ages),
        overdue=overdue,
        unassessed_since=unassessed_since,
        unassessed_age="" if unassessed_since is None else ages.age(now, unassessed_since),
        runs=newly_running(row.running, standings[CRS].assessed_at, zone),
        treatment=wording.listed(
            [_tocilizumab(row, standings[CRS], now, zone), _steroid(row, now, ages)]
        ),
        review=any(standing.in_review for standing in standings.values()),
        ungraded=any(standing.is_ungraded for standing in standings.values()),
        urgency=(-_highest(standings.values()), not overdue, row.next_due_at, course.bed),
    )


def _highest(standings: Iterable[SystemStanding]) -> float:
    """The highest grade of any system; one without a grade ranks above 0."""
    return max(NEEDS_GRADE if standing.sort is None else standing.sort for standing in standings)


def _who(course: Course, now: datetime) -> str:
    """MRN, age and sex: 00123 · 61 F."""
    patient = course.patient
    age = None if patient.age_at_infusion_years is None else int(patient.age_at_infusion_years)
    if patient.birth_date is not None:
        age = completed_years(patient.birth_date, now.astimezone(course.zone).date())
    person = " ".join(filter(None, ("" if age is None else str(age), patient.sex or "")))
    return " · ".join(filter(None, (patient.mrn, person)))


def _grade_cell(system: System, standing: SystemStanding, now: datetime, ages: Ages) -> GradeCell:
    current, peak = standing.current, standing.peak
    return GradeCell(
        system=system.name,
        edition=f"{system.standard} {system.year}",
        badge=system_badge(system, current),
        rose=standing.rose,
        fell=standing.fell,
        was=f"was {standing.previous}" if standing.rose or standing.fell else "",
        peak="" if peak is None or peak in (standing.shown, 0) else f"peak {peak}",
        reason="" if current is None else reason_in_short(current),
        last_graded=last_graded(standing, now, ages),
    )


def _value(signs: dict[str, Any], name: str) -> Any:
    return signs[name]["value"] if name in signs else None


def _decimal(signs: dict[str, Any], name: str) -> Decimal | None:
    value = _value(signs, name)
    return None if value is None else Decimal(str(value))


def _taken_at(signs: dict[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(signs[name]["at"]) if name in signs else None


def _vitals(
    signs: dict[str, Any], zone: ZoneInfo
) -> tuple[tuple[ShownValue, ...], datetime | None]:
    """The latest of each vital sign; one that is older than the newest carries its own time."""
    names = (_temperature_or_fever(signs), *SIGNS_AT_BEDSIDE)
    times = [at for name in names if (at := _taken_at(signs, name)) is not None]
    if not times:
        return (), None
    newest = max(times)
    texts = {
        "temperature_c": wording.temperature(_decimal(signs, "temperature_c")),
        "fever": "fever" if _value(signs, "fever") is True else "no fever",
        "systolic_mmhg": wording.pressure(
            _decimal(signs, "systolic_mmhg"), _decimal(signs, "diastolic_mmhg")
        ),
        "spo2_percent": f"{wording.number(_decimal(signs, 'spo2_percent'))} %",
        "oxygen_device": wording.oxygen_short(
            _value(signs, "oxygen_device"), _flow_of_latest_device(signs)
        ),
    }
    readings = tuple(
        ShownValue(texts[name], "" if at == newest else _taken(at, newest, zone))
        for name in names
        if (at := _taken_at(signs, name)) is not None
    )
    return readings, newest


def _temperature_or_fever(signs: dict[str, Any]) -> str:
    """The name of the newer sign: the temperature, or fever answered with yes or no."""
    measured, answered = _taken_at(signs, "temperature_c"), _taken_at(signs, "fever")
    if answered is not None and (measured is None or answered > measured):
        return "fever"
    return "temperature_c"


def _taken(at: datetime, newest: datetime, zone: ZoneInfo) -> str:
    """The time of day, with its date where that is another one."""
    same_day = at.astimezone(zone).date() == newest.astimezone(zone).date()
    return wording.time_of_day(at, zone) if same_day else wording.short_moment(at, zone)


def _flow_of_latest_device(signs: dict[str, Any]) -> Decimal | None:
    """The oxygen flow, if it was recorded together with the latest device; else None."""
    same = _taken_at(signs, "oxygen_flow_l_min") == _taken_at(signs, "oxygen_device")
    return _decimal(signs, "oxygen_flow_l_min") if same else None


def _neuro_score(
    signs: dict[str, Any], icans: SystemStanding, now: datetime, zone: ZoneInfo
) -> tuple[str, str, str]:
    """The latest ICE or CAPD: the name of the test, its points, and its time.

    Where the latest examination has none, the score before it is shown as the last one.
    """
    scores = [
        (at, test, _value(signs, name))
        for name, test in (("ice_total", "ICE"), ("capd_total", "CAPD"))
        if (at := _taken_at(signs, name)) is not None
    ]
    if not scores:
        return "ICE", wording.NOTHING, ""
    at, test, points = max(scores)
    if icans.assessed_at is not None and icans.assessed_at > at:
        return test, "not done", f"last {points}, {_taken(at, now, zone)}"
    return test, str(points), _taken(at, now, zone)


def _due(due_at: datetime, now: datetime, zone: ZoneInfo, ages: Ages) -> str:
    if now >= due_at:
        return f"overdue {ages.overdue(now, due_at)}"
    far = due_at - now > FAR
    return f"due {wording.short_moment(due_at, zone) if far else wording.time_of_day(due_at, zone)}"


def _tocilizumab(row: BoardRow, crs: SystemStanding, now: datetime, zone: ZoneInfo) -> str:
    if row.tocilizumab_given == 0:
        return ""
    count = f"tocilizumab {row.tocilizumab_given}"
    if row.tocilizumab_ceiling is not None:
        count = f"{count}/{row.tocilizumab_ceiling}"
    if row.tocilizumab_next_at is None:
        return f"{count}, none left"
    if crs.sort == 0:
        return count  # nothing to give it for: ICANS alone is no reason
    if row.tocilizumab_next_at <= now:
        return f"{count}, limits allow the next"
    return f"{count}, next from {wording.time_of_day(row.tocilizumab_next_at, zone)}"


def _steroid(row: BoardRow, now: datetime, ages: Ages) -> str:
    steroid = row.steroid
    if steroid is None:
        return ""
    amount = None if steroid["amount"] is None else Decimal(steroid["amount"])
    given = wording.amount(amount, steroid["unit"])
    ago = ages.age(now, datetime.fromisoformat(steroid["at"]))
    return f"{wording.words(steroid['agent'])} {given}, {ago} ago"
