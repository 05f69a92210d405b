"""When the next observations of a patient are due: vital signs with support, and ICE or CAPD.

Takes   the record, the grade of each toxicity that stands, the interval of the ward in hours.
Gives   the time at which each part is due. Only an entry that holds a part whole starts its clock
        anew, so that vital signs alone never put off an ICE.
Source  local: the interval of the ward at grade 0, shorter ones by grade (docs/decisions.md). The
        review asks for an assessment at least twice a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from grading.record import HOUR, Findings
from grading.rules.neurotoxicity.icans_facts import CAPD, instrument_of
from grading.rules.neurotoxicity.ice import recorded_total
from patients.models import Course
from patients.models.standing import SystemStanding
from patients.regrading.graded import Graded, local_rules

VITALS = "vitals"

HOURS_BY_CRS: Mapping[int, int] = {1: 4, 2: 2, 3: 1, 4: 1, 5: 1}
"""Hours between two sets of vital signs by the grade of CRS; at 0 the interval of the ward."""
HOURS_BY_ICANS: Mapping[int, int] = {1: 4, 2: 4, 3: 4, 4: 4, 5: 4}
"""Hours between two examinations by the grade of ICANS; at 0 the interval of the ward."""


def has_whole_vitals(findings: Findings) -> bool:
    """Whether temperature, pressure, saturation and oxygen device were recorded together."""
    is_warm = findings.temperature_c is not None or findings.fever is not None
    has_pressure = findings.systolic_mmhg is not None or findings.hypotension is not None
    has_oxygen = findings.spo2_percent is not None and findings.oxygen_device is not None
    return is_warm and has_pressure and has_oxygen


def has_whole_score(findings: Findings) -> bool:
    """Whether ICE or CAPD was scored whole, or the reason why it was not is there."""
    return (
        recorded_total(findings) is not None
        or findings.capd_total is not None
        or findings.ice_not_done is not None
        or findings.capd_not_done is not None
    )


def due_times(graded: Graded, standings: Mapping[str, SystemStanding]) -> dict[str, datetime]:
    """The time at which each part is due next, by what the part is called on the board.

    The first is due at the infusion, or at the opening of the course where that was later.
    """
    crs, icans = (_grade(standings, toxicity) for toxicity in ("crs", "icans"))
    return {
        VITALS: _next(graded, has_whole_vitals, HOURS_BY_CRS.get(crs)),
        _examination(graded): _next(graded, has_whole_score, HOURS_BY_ICANS.get(icans)),
    }


def _grade(standings: Mapping[str, SystemStanding], toxicity: str) -> int:
    """The grade by which a patient is watched: the higher one while anything is in doubt."""
    grades = (each.sort for key, each in standings.items() if key.startswith(toxicity))
    return max((grade for grade in grades if grade is not None), default=0)


def _examination(graded: Graded) -> str:
    """ICE, or CAPD where that is the test at this age."""
    last = graded.record.findings[-1].elapsed if graded.record.findings else timedelta(0)
    instrument = instrument_of(Findings(last), graded.record, local_rules())[0]
    return "CAPD" if instrument == CAPD else "ICE"


def _next(graded: Graded, is_whole: Callable[[Findings], bool], hours: int | None) -> datetime:
    """One interval after the last entry with the whole part; never later than the ward's."""
    course: Course = graded.course
    of_ward = course.ward.assessment_every_hours
    interval = HOUR * (of_ward if hours is None else min(hours, of_ward))
    observed = (each for each in reversed(graded.record.findings) if is_whole(each))
    last = next(observed, None)
    start: datetime = course.infused_at
    if last is None:
        return max(course.opened_at, start)
    return start + last.elapsed + interval
