"""CRS grade at each assessment of a course, ASTCT consensus 2019.

Purpose   grade cytokine release syndrome from temperature, hypotension and hypoxia.
Use       after any CAR-T infusion; needs the whole course, because fever is no longer required
          once a patient who has CRS has had an antipyretic, an anti-cytokine drug or a steroid.
Not for   attribution (a clinician says what is due to another cause), nor any older CRS scale.
Source    ASTCT_2019, CRS table with footnotes; the review's Table 2. Numbers for "hypotension"
          and "low saturation" are not in the table: see `pressure` and `LocalRules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum

from grading.engine.episodes import EpisodeTracker, summarize
from grading.engine.result import Criterion, Met, Result, SystemGrades, in_order, worst
from grading.engine.shared import Shared
from grading.engine.system import System
from grading.local_rules import LocalRules
from grading.record import Dose, Findings, Record
from grading.rules.crs.bedside_facts import (
    CrsFacts,
    Reading,
    read_course,
    saw_fever,
    saw_hypotension,
    saw_oxygen,
)
from grading.rules.crs.fever_waiver import doses_that_waive, waived_by
from grading.rules.signs.attribution import undetermined
from grading.rules.signs.oxygen import LOW_FLOW_UP_TO_L_MIN, MASKS
from grading.sources import ASTCT_2019, LOCAL, MAHADEO_2019
from grading.vocabulary import POSITIVE_PRESSURE, Attribution, Missing, OxygenDevice, Sign

KEY = "crs_astct_2019"
TABLE = ASTCT_2019.at("CRS table and its footnotes (review, Table 2)")

INFUSION = timedelta(0)
MULTIPLE_FROM = 2  # agents other than vasopressin; ASTCT 2019 CRS table, grade 4


def unknown_fever(facts: CrsFacts) -> list[str]:
    """The temperature, where neither a number nor an answer was given."""
    return [Missing.TEMPERATURE] if facts.fever is None else []


def unknown_hypotension(facts: CrsFacts) -> list[str]:
    """Hypotension and vasopressors, each where unknown or of unknown number."""
    names: list[str] = [Missing.HYPOTENSION] if facts.hypotension is None else []
    pressors = facts.pressors
    uncounted = pressors.needed is None or pressors.at_most > pressors.at_least
    return [*names, *([Missing.VASOPRESSORS] if uncounted else [])]


def unknown_oxygen(grade: int) -> Callable[[CrsFacts], list[str]]:
    """The device, and the flow where that could settle this grade."""

    def unknown(facts: CrsFacts) -> list[str]:
        return facts.oxygen.unknown(grade)

    return unknown


def is_febrile(facts: CrsFacts) -> bool | None:
    """Temperature at or above 38.0 °C, not put down to another cause."""
    return facts.fever


def needs_no_vasopressor(facts: CrsFacts) -> bool | None:
    """Hypotension present, no vasopressor known to run."""
    if facts.pressors.needed is True:
        return False
    return facts.hypotension


def needs_one_vasopressor(facts: CrsFacts) -> bool | None:
    """Any counted vasopressor, and not known to be multiple."""
    if facts.pressors.at_least >= MULTIPLE_FROM:
        return False
    return facts.pressors.needed


def needs_multiple_vasopressors(facts: CrsFacts) -> bool | None:
    """Two or more agents at once, vasopressin not counted."""
    if facts.pressors.at_least >= MULTIPLE_FROM:
        return True
    return None if facts.pressors.at_most >= MULTIPLE_FROM else False


def on_device(devices: frozenset[OxygenDevice]) -> Callable[[CrsFacts], bool | None]:
    """A test for devices whose flow is irrelevant."""

    def test(facts: CrsFacts) -> bool | None:
        oxygen = facts.oxygen
        if oxygen.device is None:
            return None
        return oxygen.new if oxygen.device in devices else False

    return test


def on_low_flow(facts: CrsFacts) -> bool | None:
    """Nasal cannula at 6 L/min or less; an unknown flow is at least this."""
    oxygen = facts.oxygen
    if oxygen.device is None:
        return None
    if oxygen.device != OxygenDevice.NASAL_CANNULA:
        return False
    if oxygen.flow_l_min is not None and oxygen.flow_l_min > LOW_FLOW_UP_TO_L_MIN:
        return False
    return oxygen.new


def on_high_flow(facts: CrsFacts) -> bool | None:
    """Nasal cannula above 6 L/min, or a high-flow system."""
    oxygen = facts.oxygen
    if oxygen.device is None:
        return None
    if oxygen.device == OxygenDevice.HIGH_FLOW_NASAL_CANNULA:
        return oxygen.new
    if oxygen.device != OxygenDevice.NASAL_CANNULA:
        return False
    if oxygen.flow_l_min is None:
        return None
    return oxygen.new if oxygen.flow_l_min > LOW_FLOW_UP_TO_L_MIN else False


def is_untreated(facts: CrsFacts) -> bool | None:
    """A low saturation on no new oxygen."""
    if facts.oxygen.untreated is False and facts.oxygen.device is None:
        return None
    return facts.oxygen.untreated


CRITERIA: tuple[Criterion[CrsFacts], ...] = (
    Criterion(
        "fever", 1, Sign.FEVER, "Temperature ≥ 38.0 °C, not attributable to another cause",
        "fever {temperature}", TABLE, is_febrile, unknown_fever, saw_fever,
    ),
    Criterion(
        "hypotension_no_vasopressor", 2, Sign.HYPOTENSION,
        "Hypotension, not requiring vasopressors",
        "hypotension {pressure}, {no_vasopressor}", TABLE,
        needs_no_vasopressor, unknown_hypotension, saw_hypotension,
    ),
    Criterion(
        "hypotension_one_vasopressor", 3, Sign.HYPOTENSION,
        "Hypotension requiring a vasopressor, with or without vasopressin",
        "one vasopressor: {vasopressors}", TABLE,
        needs_one_vasopressor, unknown_hypotension, saw_hypotension,
    ),
    Criterion(
        "hypotension_multiple_vasopressors", 4, Sign.HYPOTENSION,
        "Hypotension requiring multiple vasopressors, vasopressin not counted",
        "multiple vasopressors: {vasopressors}", TABLE,
        needs_multiple_vasopressors, unknown_hypotension, saw_hypotension,
    ),
    Criterion(
        "oxygen_low_flow", 2, Sign.HYPOXIA, "Hypoxia requiring low-flow nasal cannula, ≤ 6 L/min",
        "low-flow oxygen: {oxygen}", TABLE, on_low_flow, unknown_oxygen(2), saw_oxygen,
    ),
    Criterion(
        "oxygen_blow_by", 2, Sign.HYPOXIA, "Hypoxia requiring blow-by oxygen",
        "blow-by oxygen", TABLE,
        on_device(frozenset({OxygenDevice.BLOW_BY})), unknown_oxygen(2), saw_oxygen,
    ),
    Criterion(
        "hypoxia_untreated", 2, Sign.HYPOXIA,
        "Low saturation without new oxygen: adult ≤ 90 %, child < 90 %",
        "hypoxia, untreated: SpO2 {spo2_percent} %", LOCAL.at("hypoxia without oxygen yet"),
        is_untreated, unknown_oxygen(2), saw_oxygen,
    ),
    Criterion(
        "oxygen_high_flow", 3, Sign.HYPOXIA, "Hypoxia requiring high-flow nasal cannula, > 6 L/min",
        "high-flow oxygen: {oxygen}", TABLE, on_high_flow, unknown_oxygen(3), saw_oxygen,
    ),
    Criterion(
        "oxygen_mask", 3, Sign.HYPOXIA,
        "Hypoxia requiring facemask, non-rebreather or Venturi mask",
        "oxygen by mask: {oxygen}", TABLE, on_device(MASKS), unknown_oxygen(3), saw_oxygen,
    ),
    Criterion(
        "positive_pressure", 4, Sign.HYPOXIA,
        "Hypoxia requiring positive pressure (CPAP, BiPAP, intubation and mechanical ventilation)",
        "positive pressure: {oxygen}", TABLE,
        on_device(POSITIVE_PRESSURE), unknown_oxygen(4), saw_oxygen,
    ),
)  # fmt: skip
"""The CRS table, one criterion per cell, by column of the printed table."""

FOOTNOTES = (
    (
        "Grade 5 is death due to CRS in which no other cause is the principal factor.",
        ASTCT_2019.at("text on grade 5", "M"),
    ),
    (
        (
            "In a patient who has CRS and then receives antipyretic or anti-cytokine therapy or "
            "steroids, fever is no longer required; hypotension and hypoxia drive the grade."
        ),
        TABLE,
    ),
    ("The grade is that of the more severe of hypotension and hypoxia.", TABLE),
    ("Low flow is 6 L/min or less, high flow more than 6 L/min.", TABLE),
    ("Laboratory values and organ toxicities never change the CRS grade.", TABLE),
    (
        "Intubation to protect the airway, without refractory hypoxia, is not CRS grade 4.",
        ASTCT_2019.at("text on ICANS; review, 'Grading and management of ICANS'"),
    ),
    (
        "Children of 1–10 years: hypotension below 70 + 2 × age in years; SpO2 below 90 %.",
        MAHADEO_2019,
    ),
)
"""What the table's footnotes and the text add, with the place of each."""


class Course(IntEnum):
    """What the course says about one assessment."""

    BEFORE_INFUSION = 0
    FEBRILE = 1
    FEBRILE_LATE = 2
    WAIVED = 3
    PLAIN = 4


@dataclass(slots=True)
class Look:
    """What one assessment says by itself: the table's answer, and what a CRS 0 would need.

    `outcomes` are results without reasons already made of it, by what the course said.
    """

    fever: bool | None
    highest: int
    could_raise: tuple[str, ...]
    unrecorded: tuple[str, ...]
    met: tuple[Met, ...] = ()
    cautions: tuple[str, ...] = ()
    outcomes: list[Result | None] = field(default_factory=lambda: [None] * len(Course))


def grade(record: Record, local: LocalRules, shared: Shared | None = None) -> SystemGrades:
    """CRS at every assessment of the course, in order, with episodes, peak and daily maximum."""
    readings = read_course(record, local, {} if shared is None else shared)
    looks = (None if reading is None else look_at(reading) for reading in readings)
    return over_course(record, local, looks, result_of)


def over_course(
    record: Record,
    local: LocalRules,
    looks: Iterable[Look | None],
    said: Callable[[Look, Course, Dose | None], Result],
) -> SystemGrades:
    """Follow the course. A look is None where there is no CRS part; `said` makes a result of it."""
    tracker = EpisodeTracker(local)
    results: list[Result] = []
    waiving = doses_that_waive(record.doses, local)
    for findings, look in zip(record.findings, looks, strict=True):
        if look is None:
            results.append(Result(missing=in_order(_NEEDED)))
            continue
        course, dose = _say(findings, look, record, local, tracker, waiving)
        result = said(look, course, dose)
        tracker.observe(findings.elapsed, result)
        results.append(result)
    timed = zip((findings.elapsed for findings in record.findings), results, strict=True)
    summary = summarize(record, timed, tracker.episodes, toxicity="crs")
    return SystemGrades(tuple(results), summary)


def look_at(reading: Reading) -> Look:
    """Ask the table about one assessment."""
    facts, findings = reading.facts, reading.facts.findings
    cautions = list(reading.cautions)
    met, could_raise = worst(CRITERIA, facts)
    if findings.elapsed >= INFUSION:
        cautions += undetermined(met, CRITERIA, findings)
    highest = met[0].grade if met else 0
    return Look(facts.fever, highest, could_raise, facts.unrecorded(), met, tuple(cautions))


_NEEDED = (
    Missing.TEMPERATURE,
    Missing.HYPOTENSION,
    Missing.VASOPRESSORS,
    Missing.OXYGEN_DEVICE,
)


def _say(
    findings: Findings,
    look: Look,
    record: Record,
    local: LocalRules,
    tracker: EpisodeTracker,
    waiving: list[Dose],
) -> tuple[Course, Dose | None]:
    """What the course makes of an assessment, and the dose by which it waives the fever."""
    if findings.elapsed < INFUSION:
        return Course.BEFORE_INFUSION, None
    episode = tracker.open
    if look.fever is True:
        attributed = findings.attribution.get(Sign.FEVER) == Attribution.CAR_T
        unheard_of = episode is None and not attributed
        late = unheard_of and _is_late(findings, record, local)
        return (Course.FEBRILE_LATE if late else Course.FEBRILE), None
    dose = None if episode is None else waived_by(findings.elapsed, episode.onset, waiving)
    return (Course.PLAIN if dose is None else Course.WAIVED), dose


def result_of(look: Look, course: Course, dose: Dose | None) -> Result:
    """The result of one assessment in its course."""
    if course is Course.BEFORE_INFUSION:
        complete = not look.unrecorded
        return Result(0 if complete else None, missing=look.unrecorded, cautions=look.cautions)
    result = Result(because=look.met, missing=look.could_raise, cautions=look.cautions)
    if course is Course.FEBRILE or course is Course.FEBRILE_LATE:
        return _febrile(result, look, late=course is Course.FEBRILE_LATE)
    if dose is not None:
        return _waived(result, look, dose)
    return _without_fever(result, look)


def _febrile(result: Result, look: Look, *, late: bool) -> Result:
    """Fever now: the grade stands, unless a first fever comes late and nobody attributed it."""
    result.at_least = bool(result.missing)
    if late:
        result.review, result.would_be = True, look.highest
        result.values["review"] = "late_fever_unattributed"
    else:
        result.grade = look.highest
    return result


def _is_late(findings: Findings, record: Record, local: LocalRules) -> bool:
    """After the onset window, counted from the latest infusion before the observation."""
    anchor = INFUSION
    if local.crs_window_anchor == "latest":
        anchor = record.latest_infusion(findings.elapsed)
    return record.day(findings.elapsed, since=anchor) > local.crs_onset_window_days


def _waived(result: Result, look: Look, dose: Dose) -> Result:
    """Fever is not required: hypotension and hypoxia drive the grade."""
    result.values["fever_waived_by"] = dose.agent
    result.values["fever_waived_hour"] = dose.elapsed / timedelta(hours=1)
    missing = _and_temperature(result.missing, look, asked=look.highest == 0)
    if look.highest:
        result.grade, result.at_least = look.highest, bool(missing)
    elif not missing:
        result.grade = 0
    result.missing = missing
    return result


def _without_fever(result: Result, look: Look) -> Result:
    """No fever known and none waived: signs are for a clinician to attribute."""
    if look.highest:
        result.review, result.would_be = True, look.highest
        raising = set(result.missing) - {Missing.TEMPERATURE}
        result.at_least = bool(raising)
        result.values["review"] = "fever_unknown" if look.fever is None else "no_fever"
        result.missing = _and_temperature(result.missing, look, asked=True)
    else:
        result.missing = _and_temperature(result.missing, look, asked=True)
        result.grade = None if result.missing else 0
    return result


def _and_temperature(missing: tuple[str, ...], look: Look, *, asked: bool) -> tuple[str, ...]:
    """`missing` with the temperature named exactly where it would settle something."""
    others = [name for name in missing if name != Missing.TEMPERATURE]
    unknown = [Missing.TEMPERATURE] if asked and look.fever is None else []
    return in_order([*others, *unknown])


SYSTEM = System(
    key=KEY,
    toxicity="crs",
    name="CRS",
    standard="ASTCT",
    year=2019,
    grade=grade,
    has_part=Findings.has_crs_part,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=ASTCT_2019,
    primary=True,
)
