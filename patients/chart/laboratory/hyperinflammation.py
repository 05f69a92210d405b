"""The chart panel "Hyperinflammation" as text. Templates only place it.

Nothing is graded here: the stored results of the course are read, prompts follow from the
record, and `now` comes in as an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from grading.engine.labs import LabValue, labs_of
from grading.figures import change_of_ferritin, doubling_time, times
from grading.guidelines.prompts import Prompt, anakinra_timer, follow_up, prompts
from grading.record import INFUSION
from grading.rules.signs.ferritin import Ferritin, ferritin_at
from grading.vocabulary import ANALYTES
from patients.chart.laboratory.checklists import (
    Checklist,
    OlderScore,
    iec_hs_checklist,
    older_scores,
)
from patients.chart.laboratory.hours import time_at, time_of_hour, with_times
from patients.chart.laboratory.lab_table import not_used_in_words
from patients.reading.course_file import CourseFile
from patients.regrading.graded import local_rules
from patients.words import wording
from patients.words.wording import ShownValue

FOLLOWED_LABS = (
    "fibrinogen",
    "ast",
    "alt",
    "anc",
    "platelets",
    "hemoglobin",
    "triglycerides",
    "ldh",
)
OF_CHECKLIST = ("iec_hs", "hyperinflammation")


@dataclass(frozen=True, slots=True)
class FerritinNow:
    """The latest ferritin beside its limit and baseline; a missing one leaves its text empty."""

    latest: ShownValue
    limit: str
    times_limit: str
    baseline: str
    times_baseline: str
    doubling: str
    rise: str
    is_rapid: bool


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
    """A prompt with the facts behind it and its source."""

    code: str
    text: str
    basis: str
    source: str
    is_quiet: bool


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
    latest_values: tuple[ShownValue, ...]
    checklist: Checklist | None
    older: tuple[OlderScore, ...]
    timer: Timer | None
    prompts: tuple[PromptLine, ...]
    calendar: tuple[CalendarLine, ...]
    not_used: tuple[str, ...] = ()
    """The newest results that cannot be used, in words, where none that can came later."""
    has_ferritin_not_used: bool = False


def hyperinflammation_panel(file: CourseFile, now: datetime) -> Hyperinflammation:
    """The panel at `now`."""
    as_of = file.elapsed(now)
    labs = labs_of(file.record)
    return Hyperinflammation(
        ferritin=_ferritin(file, as_of),
        latest_values=tuple(
            _shown(file, name, labs.latest(name, as_of, since=INFUSION), as_of)
            for name in FOLLOWED_LABS
        ),
        checklist=iec_hs_checklist(file),
        older=older_scores(file),
        timer=_timer(file, as_of),
        prompts=prompt_lines(file, now),
        calendar=late_calendar(file, now),
        not_used=tuple(map(not_used_in_words, labs.newest_not_used())),
        has_ferritin_not_used=bool(labs.not_used(["ferritin"], INFUSION)),
    )


def prompt_lines(file: CourseFile, now: datetime) -> tuple[PromptLine, ...]:
    """Every prompt at `now` but the timer, which the panel shows by itself."""
    due = prompts(file.record, file.of_course, file.elapsed(now), local_rules())
    return tuple(
        PromptLine(
            prompt.code, prompt.text, _basis(file, prompt), str(prompt.source), prompt.is_quiet
        )
        for prompt in due
        if prompt.code != "anakinra_48_h"
    )


def _basis(file: CourseFile, prompt: Prompt) -> str:
    """The facts behind a prompt; with the time of its values where the checklist prompts."""
    basis = with_times(file, prompt.basis)
    if prompt.code not in OF_CHECKLIST or prompt.at is None:
        return basis
    as_of = time_at(file, prompt.at)
    first = time_of_hour(file, file.of_course["iec_hs"].values["first_suspected_hour"])
    since = f", first met {first}" if prompt.code == "iec_hs" and first not in ("", as_of) else ""
    return f"as of {as_of}{since}: {basis}"


def late_calendar(file: CourseFile, now: datetime) -> tuple[CalendarLine, ...]:
    """The late follow-up: IgG, neurologic reviews after BCMA products, second malignancy."""
    lines = []
    for prompt in follow_up(file.record):
        date = day = ""
        if prompt.due is not None:
            local_date = file.record.local_date(prompt.due)
            date = "" if local_date is None else wording.calendar_date(local_date)
            day = wording.day(file.record.day(prompt.due))
        is_past = prompt.due is not None and prompt.due < file.elapsed(now)
        source = str(prompt.source)
        lines.append(CalendarLine(prompt.text, prompt.basis, date, day, is_past, source))
    return tuple(lines)


def _timer(file: CourseFile, as_of: timedelta) -> Timer | None:
    running = anakinra_timer(file.record, file.of_course.get("iec_hs"), as_of, local_rules())
    if not running or running[0].due is None:
        return None
    prompt, due = running[0], running[0].due
    is_over = due <= as_of
    return Timer(
        text=prompt.text,
        basis=with_times(file, prompt.basis),
        due=time_at(file, due),
        left="" if is_over else wording.duration(due - as_of),
        is_over=is_over,
        source=str(prompt.source),
    )


def _shown(file: CourseFile, name: str, lab: LabValue | None, as_of: timedelta) -> ShownValue:
    analyte = ANALYTES[name]
    if lab is None:
        return ShownValue(wording.DASH, label=analyte.label)
    return ShownValue(
        text=wording.measured(lab.value, lab.comparator, analyte.unit),
        taken=time_at(file, lab.elapsed),
        label=analyte.label,
        age=wording.duration(as_of - lab.elapsed),
    )


def _ferritin(file: CourseFile, as_of: timedelta) -> FerritinNow | None:
    ferritin = ferritin_at(file.record, as_of, local_rules())
    if ferritin is None:
        return None
    assumed = " (assumed)" if ferritin.limit.assumed else ""
    baseline = ferritin.baseline
    doubling, rise = _doubling_and_rise(ferritin)
    return FerritinNow(
        latest=_shown(file, "ferritin", ferritin.now, as_of),
        limit=f"{wording.number(ferritin.limit.value)} ng/mL{assumed}",
        times_limit=f"{times(ferritin.times_limit)} × upper limit",
        baseline="" if baseline is None else f"{wording.number(baseline)} ng/mL",
        times_baseline=(
            ""
            if ferritin.times_baseline is None
            else f"{times(ferritin.times_baseline)} × baseline"
        ),
        doubling=doubling,
        rise=rise,
        is_rapid=ferritin.rise is not None and ferritin.rise.is_rapid,
    )


def _doubling_and_rise(ferritin: Ferritin) -> tuple[str, str]:
    """The doubling time, empty where nothing rose; and the change per hour or per day."""
    rise = ferritin.rise
    if rise is None:
        return "", ""
    doubling = "" if rise.doubling_hours is None else doubling_time(rise.doubling_hours)
    return doubling, change_of_ferritin(rise.ng_ml_per_hour)
