"""The chart panel "Hyperinflammation": what is known, ready to print. Templates only place it.

Nothing is graded here: the stored results of the course are read, prompts are told from the
record, and `now` comes in as an argument.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from grading.engine.checklists import basis
from grading.engine.labs import LabValue, labs_of
from grading.engine.result import Result
from grading.guidelines.prompts import Prompt, anakinra_timer, follow_up, prompts
from grading.record import HOUR, INFUSION
from grading.rules.reasons import ALL_SENTENCES
from grading.rules.signs.ferritin import RAPID_DOUBLING_HOURS, Ferritin, ferritin_at
from grading.rules.systems import COURSE_SYSTEMS
from grading.vocabulary import ANALYTES
from patients.reading.course_file import CourseFile
from patients.regrading.graded import local_rules
from patients.words import wording

MINUTE = timedelta(minutes=1)
AT_HOUR = re.compile(r"\bat hour (-?\d+(?:\.\d+)?)")
FOLLOWED = ("fibrinogen", "ast", "alt", "anc", "platelets", "hemoglobin", "triglycerides", "ldh")
OLDER_SCORES = ("cartox_hlh", "hlh_2004", "h_score")
OF_CHECKLIST = ("iec_hs", "hyperinflammation")
MARKS = {True: "met", False: "not met", None: "cannot tell"}


@dataclass(frozen=True, slots=True)
class Reading:
    """The latest value of an analyte: `value` is "–" where none was measured since infusion."""

    label: str
    value: str
    time: str = ""
    age: str = ""


@dataclass(frozen=True, slots=True)
class FerritinNow:
    """Ferritin with what it is compared with. Empty texts where nothing is known."""

    reading: Reading
    limit: str
    times_limit: str
    baseline: str
    times_baseline: str
    doubling: str
    rise: str
    is_rapid: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the checklist: `met` decides the mark, `mark` says it in words."""

    code: str
    label: str
    met: bool | None
    mark: str
    basis: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """IEC-HS: required items first. `suspected` and `grade` are sentences."""

    label: str
    suspected: str
    is_suspected: bool | None
    grade: str
    as_of: str
    required: tuple[Tick, ...]
    features: tuple[Tick, ...]
    missing: str
    cautions: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class OlderScore:
    """One of the older scores, never without its caution."""

    label: str
    value: str
    missing: str
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timer:
    """48 h of anakinra. `left` is empty once they are over."""

    text: str
    basis: str
    due: str
    left: str
    is_over: bool
    source: str


@dataclass(frozen=True, slots=True)
class PromptLine:
    """A prompt: a text, what it stands on, and its source."""

    code: str
    text: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """Something due long after the infusion; `due` is empty where it never ends."""

    text: str
    basis: str
    due: str
    day: str
    is_past: bool
    source: str


@dataclass(frozen=True, slots=True)
class Hyperinflammation:
    """The whole panel."""

    ferritin: FerritinNow | None
    readings: tuple[Reading, ...]
    checklist: Checklist | None
    older: tuple[OlderScore, ...]
    timer: Timer | None
    prompts: tuple[PromptLine, ...]
    calendar: tuple[CalendarLine, ...]


def hyperinflammation(file: CourseFile, now: datetime) -> Hyperinflammation:
    """What the panel shows at `now`."""
    as_of = file.elapsed(now)
    return Hyperinflammation(
        ferritin=_ferritin(file, as_of),
        readings=tuple(_reading(file, name, as_of) for name in FOLLOWED),
        checklist=_checklist(file),
        older=tuple(
            _older(key, file.of_course[key]) for key in OLDER_SCORES if key in file.of_course
        ),
        timer=_timer(file, as_of),
        prompts=prompt_lines(file, now),
        calendar=late_calendar(file, now),
    )


def prompt_lines(file: CourseFile, now: datetime) -> tuple[PromptLine, ...]:
    """Everything to look at now, except the timer, which stands by itself."""
    found = prompts(file.record, file.of_course, file.elapsed(now), local_rules())
    return tuple(
        PromptLine(prompt.code, prompt.text, _basis(file, prompt), str(prompt.source))
        for prompt in found
        if prompt.code != "anakinra_48_h"
    )


def _basis(file: CourseFile, prompt: Prompt) -> str:
    """What a prompt stands on; what the checklist prompts, with the time of its values."""
    told = _dated(file, prompt.basis)
    if prompt.code not in OF_CHECKLIST or prompt.at is None:
        return told
    as_of = _moment(file, prompt.at)
    first = _as_of(file, file.of_course["iec_hs"].values["first_suspected_hour"])
    since = f", first met {first}" if prompt.code == "iec_hs" and first not in ("", as_of) else ""
    return f"as of {as_of}{since}: {told}"


def late_calendar(file: CourseFile, now: datetime) -> tuple[CalendarLine, ...]:
    """What is due late: IgG, neurologic reviews after BCMA products, second malignancy."""
    as_of = file.elapsed(now)
    return tuple(_due(file, prompt, as_of) for prompt in follow_up(file.record))


def _due(file: CourseFile, prompt: Prompt, as_of: timedelta) -> CalendarLine:
    at = None if prompt.due is None else file.record.local_date(prompt.due)
    return CalendarLine(
        text=prompt.text,
        basis=prompt.basis,
        due="" if at is None else wording.calendar_date(at),
        day="" if prompt.due is None else wording.day(file.record.day(prompt.due)),
        is_past=prompt.due is not None and prompt.due < as_of,
        source=str(prompt.source),
    )


def _timer(file: CourseFile, as_of: timedelta) -> Timer | None:
    found = anakinra_timer(file.record, as_of, local_rules())
    if not found or found[0].due is None:
        return None
    prompt, due = found[0], found[0].due
    is_over = due <= as_of
    return Timer(
        text=prompt.text,
        basis=_dated(file, prompt.basis),
        due=_moment(file, due),
        left="" if is_over else wording.duration(due - as_of),
        is_over=is_over,
        source=str(prompt.source),
    )


def _dated(file: CourseFile, told: str) -> str:
    """Rules know hours since the infusion; a ward reads the time on its clock."""
    return AT_HOUR.sub(lambda found: f"at {_at_hour(file, found[1])}", told)


def _at_hour(file: CourseFile, hour: str | float) -> str:
    """Hours have two decimals, 36 s: the nearest minute is the one that was entered."""
    return _moment(file, round(float(hour) * HOUR / MINUTE) * MINUTE)


def _moment(file: CourseFile, elapsed: timedelta) -> str:
    return wording.short_moment(file.course.infused_at + elapsed, file.course.zone)


def _reading(file: CourseFile, analyte: str, as_of: timedelta) -> Reading:
    found = labs_of(file.record).latest(analyte, as_of, since=INFUSION)
    if found is None:
        return Reading(ANALYTES[analyte].label, wording.NOTHING)
    return _read(file, found, as_of)


def _read(file: CourseFile, found: LabValue, as_of: timedelta) -> Reading:
    known = ANALYTES[found.lab.analyte]
    return Reading(
        label=known.label,
        value=wording.measured(found.value, found.comparator, known.unit),
        time=_moment(file, found.elapsed),
        age=wording.duration(as_of - found.elapsed),
    )


def _ferritin(file: CourseFile, as_of: timedelta) -> FerritinNow | None:
    told = ferritin_at(file.record, as_of, local_rules())
    if told is None:
        return None
    assumed = " (assumed)" if told.limit.assumed else ""
    baseline = told.baseline
    return FerritinNow(
        reading=_read(file, told.now, as_of),
        limit=f"{wording.number(told.limit.value)} ng/mL{assumed}",
        times_limit=f"{wording.number(told.times_limit)} × upper limit",
        baseline="" if baseline is None else f"{wording.number(baseline)} ng/mL",
        times_baseline=(
            ""
            if told.times_baseline is None
            else f"{wording.number(told.times_baseline)} × baseline"
        ),
        doubling=_doubling(told),
        rise=_rise(told),
        is_rapid=told.rise is not None and told.rise.is_rapid,
    )


def _doubling(told: Ferritin) -> str:
    if told.rise is None or told.rise.doubling_hours is None:
        return ""
    hours = told.rise.doubling_hours
    if hours <= 2 * RAPID_DOUBLING_HOURS:
        return f"doubling in {hours:.0f} h"
    return f"doubling in {hours / 24:.0f} days"


def _rise(told: Ferritin) -> str:
    if told.rise is None:
        return ""
    way = "rising" if told.rise.ng_ml_per_hour > 0 else "falling"
    if not told.rise.ng_ml_per_hour:
        return "unchanged"
    return f"{way} {wording.number(round(abs(told.rise.ng_ml_per_hour), 1))} ng/mL per hour"


def _checklist(file: CourseFile) -> Checklist | None:
    result = file.of_course.get("iec_hs")
    if result is None:
        return None
    system = COURSE_SYSTEMS["iec_hs"]
    values = result.values
    labels = {row[-1].strip("`"): row[1] for row in system.table[1:]}
    return Checklist(
        label=system.label,
        suspected=_suspected(values["suspected"]),
        is_suspected=values["suspected"],
        grade=_grade(result),
        as_of=_as_of(file, values["as_of_hour"]),
        required=_ticks(file, values["required"], labels),
        features=_ticks(file, values["features"], labels),
        missing=_listed(result.missing),
        cautions=result.cautions,
        source=str(system.source),
    )


def _suspected(suspected: bool | None) -> str:
    if suspected:
        return "ferritin and timing are met: consider IEC-HS"
    if suspected is None:
        return "cannot be told: a required item is open"
    return "a required item is not met"


def _grade(result: Result) -> str:
    if result.grade is None:
        return "no grade recorded by a physician"
    return f"grade {result.grade}, recorded by a physician"


def _as_of(file: CourseFile, hour: float | None) -> str:
    return "" if hour is None else _at_hour(file, hour)


def _ticks(
    file: CourseFile, items: Sequence[Mapping[str, Any]], labels: Mapping[str, str]
) -> tuple[Tick, ...]:
    return tuple(
        Tick(
            code=item["code"],
            label=labels[item["code"]],
            met=item["met"],
            mark=MARKS[item["met"]],
            basis=_dated(file, basis(item, ALL_SENTENCES)),
        )
        for item in items
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(wording.words(name) for name in names)


def _older(key: str, result: Result) -> OlderScore:
    values = result.values
    if key == "h_score":
        low, high = values["low"], values["high"]
        score = str(low) if low == high else f"{low} to {high}"
        value = f"{score} points, probability {values['probability_text']}"
    else:
        fulfilled = {True: "fulfilled", False: "not fulfilled", None: "open"}[values["fulfilled"]]
        value = f"{values['met']} of {values['of']} items, {fulfilled}"
    return OlderScore(COURSE_SYSTEMS[key].label, value, _listed(result.missing), result.cautions)
