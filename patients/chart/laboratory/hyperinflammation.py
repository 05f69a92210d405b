"""The chart panel "Hyperinflammation" as text. Templates only place it.

Nothing is graded here: the stored results of the course are read. Of the options the panel shows
the quiet ones, which do not stand in the current step, and the 48 h of anakinra.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from grading.engine.labs import LabValue, labs_of
from grading.figures import change_of_ferritin, doubling_time, times
from grading.guidelines.follow_up import follow_up
from grading.guidelines.line import Option
from grading.guidelines.products import product_named
from grading.record import INFUSION
from grading.rules.signs.ferritin import Ferritin, ferritin_at
from grading.vocabulary import ANALYTES
from patients.chart.laboratory.checklists import (
    Checklist,
    OlderScore,
    iec_hs_checklist,
    older_scores,
)
from patients.chart.laboratory.hours import time_at, with_times
from patients.chart.laboratory.lab_table import not_used_in_words
from patients.reading.course_file import CourseFile
from patients.reading.situation_now import options_of, situation_of
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
AFTER_48_H = "iec_hs_ruxolitinib"


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
class QuietLine:
    """An option that stands in the panel alone, with the facts behind it and its source."""

    code: str
    text: str
    basis: str
    source: str

    @property
    def is_of_iec_hs(self) -> bool:
        return self.code.startswith("iec_hs_")


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """Something due long after the infusion; `due` is empty where it never ends."""

    text: str
    who: str
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
    quiet: tuple[QuietLine, ...]
    further: tuple[QuietLine, ...]
    """Quiet options of other toxicities and of the calendar."""
    calendar: tuple[CalendarLine, ...]
    not_used: tuple[str, ...] = ()
    """The newest results that cannot be used, in words, where none that can came later."""
    has_ferritin_not_used: bool = False


def hyperinflammation_panel(file: CourseFile, now: datetime) -> Hyperinflammation:
    """The panel at `now`."""
    as_of = file.elapsed(now)
    labs = labs_of(file.record)
    options = options_of(situation_of(file, now))
    quiet = [_quiet_line(file, option) for option in options if option.is_quiet]
    return Hyperinflammation(
        ferritin=_ferritin(file, as_of),
        latest_values=tuple(
            _shown(file, name, labs.latest(name, as_of, since=INFUSION), as_of)
            for name in FOLLOWED_LABS
        ),
        checklist=iec_hs_checklist(file),
        older=older_scores(file),
        timer=_timer(file, options, as_of),
        quiet=tuple(line for line in quiet if line.is_of_iec_hs),
        further=tuple(line for line in quiet if not line.is_of_iec_hs),
        calendar=late_calendar(file, now),
        not_used=tuple(map(not_used_in_words, labs.newest_not_used())),
        has_ferritin_not_used=bool(labs.not_used(["ferritin"], INFUSION)),
    )


def _quiet_line(file: CourseFile, option: Option) -> QuietLine:
    text = "; ".join((option.text, *option.details))
    return QuietLine(option.code, text, _basis(file, option), str(option.source))


def _basis(file: CourseFile, option: Option) -> str:
    """The facts behind an option, each with its time."""
    facts = (
        fact.text if fact.at is None else f"{fact.text} ({time_at(file, fact.at)})"
        for fact in option.why
    )
    return with_times(file, "; ".join(facts))


def late_calendar(file: CourseFile, now: datetime) -> tuple[CalendarLine, ...]:
    """What is due long after the infusion, with its date and who does it; none after a death."""
    if file.death is not None:
        return ()
    lines = []
    for each in follow_up(product_named(file.record.product or "")):
        date = day = ""
        if each.due is not None:
            local_date = file.record.local_date(each.due)
            date = "" if local_date is None else wording.calendar_date(local_date)
            day = wording.day(file.record.day(each.due))
        is_past = each.due is not None and each.due < file.elapsed(now)
        source = str(each.source)
        lines.append(CalendarLine(each.text, each.who, each.basis, date, day, is_past, source))
    return tuple(lines)


def _timer(file: CourseFile, options: Sequence[Option], as_of: timedelta) -> Timer | None:
    option = next((each for each in options if each.code == AFTER_48_H), None)
    if option is None or option.due is None:
        return None
    is_over = option.due <= as_of
    return Timer(
        text=option.text,
        basis=_basis(file, option),
        due=time_at(file, option.due),
        left="" if is_over else wording.duration(option.due - as_of),
        is_over=is_over,
        source=str(option.source),
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
