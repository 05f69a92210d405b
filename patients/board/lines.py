"""The lines of the board: the stored board row of each open course, in words, at one moment.

`BoardRow` was written at the last entry; here the clock is added and the text of every cell is
made, so that the template only places text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from grading.engine.system import System
from grading.guidelines.tocilizumab import NO_LIMIT
from grading.record import completed_years
from grading.rules.systems import PRIMARY
from patients.models import BoardRow, Course
from patients.models.standing import Death, SystemStanding
from patients.regrading.board_row import RESULTS_NOT_USED
from patients.regrading.graded import local_rules
from patients.words import wording
from patients.words.badges import Badge, standing_badge
from patients.words.early_signs import early_signs_in_words
from patients.words.grades import (
    grade_in_short,
    last_graded,
    last_graded_at,
    not_graded_anew,
    reason_in_short,
)
from patients.words.now.death import cause, died
from patients.words.now.episode import episode_state
from patients.words.now.running import running_in_words
from patients.words.put_aside import beside_standing
from patients.words.wording import ShownValue

SIGNS_AT_BEDSIDE = ("systolic_mmhg", "spo2_percent", "oxygen_device")


CRS, ICANS = "crs_astct_2019", "icans_astct_2019"


@dataclass(frozen=True, slots=True)
class PastTime:
    """A time in the past: its clock text, with the date where that is not today's.

    The page's script writes the age; without a script the clock text stands.
    """

    at: datetime
    clock: str


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
    episode: str
    last_graded: str
    last_graded_at: PastTime | None
    put_aside: str = ""

    @property
    def remarks(self) -> str:
        """The episode and the peak, which stand softly behind the reason."""
        return " · ".join(filter(None, (self.episode, self.peak)))

    @property
    def details(self) -> str:
        """The whole text under the badge in one line."""
        at = self.last_graded_at
        last_graded = "" if at is None else f"{self.last_graded}, {at.clock}"
        return " · ".join(filter(None, (last_graded, self.reason, self.remarks)))


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One patient. `unassessed_since` is the infusion of somebody who was never assessed since.
    `died` and `cause` stand in place of what is due.
    """

    uid: str
    bed: str
    name: str
    who: str
    product: str
    day: str
    grades: tuple[GradeCell, ...]
    vitals: tuple[ShownValue, ...]
    vitals_at: PastTime | None
    neuro_test: str
    neuro_score: str
    neuro_clock: str
    died: str
    cause: str
    unassessed_since: PastTime | None
    runs: str
    tocilizumab: str
    steroid: str
    steroid_at: PastTime | None
    not_used: str

    @property
    def treatment(self) -> str:
        """The line under the name, in one line of text."""
        steroid = "" if self.steroid_at is None else f"{self.steroid}, {self.steroid_at.clock}"
        return wording.listed([self.tocilizumab, steroid])


def board_line(row: BoardRow, now: datetime) -> BoardLine:
    """Everything the board says of one course at `now`."""
    course, standings = row.course, row.standings
    zone = course.zone
    vitals, vitals_at = _vitals(row.signs, zone)
    neuro_test, neuro_score, neuro_clock = _neuro_score(row.signs, standings[ICANS], now, zone)
    death = standings[CRS].death
    is_infused = not course.infusion_planned and now >= course.infused_at
    is_unassessed = death is None and row.last_assessed_at is None and is_infused
    steroid, steroid_at = _steroid(row.steroid)
    return BoardLine(
        uid=str(course.uid),
        bed=course.bed or wording.DASH,
        name=course.patient.display_name,
        who=_who(course, now),
        product=wording.short(course.product),
        day=wording.signed(course.day(now)),
        grades=tuple(
            _grade_cell(system, standings[key], now, course) for key, system in PRIMARY.items()
        ),
        vitals=vitals,
        vitals_at=_past(vitals_at, now, zone),
        neuro_test=neuro_test,
        neuro_score=neuro_score,
        neuro_clock=neuro_clock,
        died="" if death is None else died(death, zone),
        cause="" if death is None else cause(death),
        unassessed_since=_past(course.infused_at if is_unassessed else None, now, zone),
        runs=_runs(row, standings[CRS], now, zone),
        tocilizumab=_tocilizumab(row, standings[CRS], now, zone),
        steroid=steroid,
        steroid_at=_past(steroid_at, now, zone),
        not_used="; ".join(_value(row.signs, RESULTS_NOT_USED) or ()),
    )


def _past(at: datetime | None, now: datetime, zone: ZoneInfo) -> PastTime | None:
    return None if at is None else PastTime(at, wording.clock_or_weekday(at, now, zone))


def _who(course: Course, now: datetime) -> str:
    """MRN, age and sex: 00123 · 61 F."""
    patient = course.patient
    age = None if patient.age_at_infusion_years is None else int(patient.age_at_infusion_years)
    if patient.birth_date is not None:
        age = completed_years(patient.birth_date, now.astimezone(course.zone).date())
    person = " ".join(filter(None, ("" if age is None else str(age), patient.sex or "")))
    return " · ".join(filter(None, (patient.mrn, person)))


def _grade_cell(
    system: System, standing: SystemStanding, now: datetime, course: Course
) -> GradeCell:
    if standing.death is not None:
        return _cell_after_death(system, standing, standing.death)
    stands, peak = standing.stands or standing.current, standing.peak
    reason = "" if stands is None else reason_in_short(stands)
    if anew := not_graded_anew(standing, now, course.zone):
        reason = wording.listed([anew, reason and f"before: {reason}"])
    return GradeCell(
        system=system.name,
        edition=f"{system.standard} {system.year}",
        badge=standing_badge(system, standing),
        rose=standing.rose,
        fell=standing.fell,
        was=f"was {standing.previous}" if standing.rose or standing.fell else "",
        peak="" if peak is None or peak in (standing.shown, 0) else f"peak {peak}",
        reason=wording.listed([early_signs_in_words(standing.early_signs), reason]),
        episode=episode_state(standing, now, course, local_rules()),
        last_graded=last_graded(standing),
        last_graded_at=_past(last_graded_at(standing), now, course.zone),
        put_aside=beside_standing(standing, system.name, now, course.zone),
    )


def _cell_after_death(system: System, standing: SystemStanding, death: Death) -> GradeCell:
    """The last grade and the peak; nothing of it is the present."""
    last = standing.stands or standing.current
    is_cause = death.attributed_to == system.toxicity
    return GradeCell(
        system=system.name,
        edition=f"{system.standard} {system.year}",
        badge=standing_badge(system, standing),
        rose=False,
        fell=False,
        was="",
        peak="" if standing.peak is None or is_cause else f"peak {standing.peak}",
        reason="" if last is None else f"last {grade_in_short(last)}",
        episode="",
        last_graded="",
        last_graded_at=None,
    )


def _runs(row: BoardRow, crs: SystemStanding, now: datetime, zone: ZoneInfo) -> str:
    """What runs, with its rate; after a death nothing does."""
    if crs.death is not None:
        return ""
    return running_in_words(row.running, crs.assessed_at, now, zone)


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
        ShownValue(texts[name], "" if at == newest else wording.clock_or_date(at, newest, zone))
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
        return "ICE", wording.DASH, ""
    at, test, points = max(scores)
    if icans.assessed_at is not None and icans.assessed_at > at:
        return test, "not done", f"last {points}, {wording.clock_or_weekday(at, now, zone)}"
    return test, str(points), wording.clock_or_weekday(at, now, zone)


def _tocilizumab(row: BoardRow, crs: SystemStanding, now: datetime, zone: ZoneInfo) -> str:
    if row.tocilizumab_given == 0:
        return ""
    count = f"tocilizumab {row.tocilizumab_given}"
    if row.tocilizumab_ceiling is not None:
        count = f"{count}/{row.tocilizumab_ceiling}"
    if crs.death is not None:
        return count
    if row.tocilizumab_next_at is None:
        return f"{count}, none left"
    if not crs.grade_to_act_on:
        return count  # nothing to give it for: ICANS alone is no reason
    if crs.in_review:
        return f"{count}, attribute first"
    if row.tocilizumab_next_at <= now:
        return count if crs.grade_to_act_on == 1 else f"{count}, {NO_LIMIT}"  # 1: the chart says
    return f"{count}, next from {wording.time_of_day(row.tocilizumab_next_at, zone)}"


def _steroid(steroid: dict[str, Any] | None) -> tuple[str, datetime | None]:
    """The last dose of a steroid, and its time."""
    if steroid is None:
        return "", None
    amount = None if steroid["amount"] is None else Decimal(steroid["amount"])
    given = wording.amount(amount, steroid["unit"])
    return f"{wording.words(steroid['agent'])} {given}", datetime.fromisoformat(steroid["at"])
