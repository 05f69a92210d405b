"""The current step as one panel: options with what calls them, as of now. Never an order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from grading.engine.system import System
from grading.rules.systems import PRIMARY
from patients.chart.step.dose_ledgers import (
    SteroidNow,
    TocilizumabNow,
    steroid_in_words,
    tocilizumab_in_words,
)
from patients.chart.step.line_marks import lines_sent, treatment_times
from patients.chart.step.step_lines import (
    ROWS,
    PanelTime,
    StepColumn,
    columns_of,
    on_demand,
    panel_time,
    rows_over,
)
from patients.models.standing import SystemStanding
from patients.reading.course_file import CourseFile
from patients.reading.situation_now import options_of, situation_of
from patients.words import wording
from patients.words.early_signs import BEFORE_INFUSION
from patients.words.grades import bounded, grade_in_short, last_graded_ago
from patients.words.now.death import NOTHING_DUE, death_in_words
from patients.words.now.episode import age_of_grade

ROWS_OF_A_REMARK = 2
"""Rows of text that a remark above the columns takes from them."""


@dataclass(frozen=True, slots=True)
class StepBasis:
    """The entry on which the panel stands, and the newest dose and result that it knows of."""

    at: datetime
    time: str
    age: str
    address: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CurrentStep:
    """The panel. After a death `died` says so, and everything else is empty."""

    title: str = ""
    died: str = ""
    basis: StepBasis | None = None
    remarks: tuple[str, ...] = ()
    attribute_first: tuple[str, ...] = ()
    tocilizumab: TocilizumabNow | None = None
    steroid: SteroidNow | None = None
    treatment_times: tuple[str, ...] = ()
    onsets: tuple[str, ...] = ()
    lines_sent: str = ""
    """Every line as it is shown, for the one form that marks a line."""
    columns: list[StepColumn] = field(default_factory=list)
    on_demand: list[StepColumn] = field(default_factory=list)


def current_step(file: CourseFile, now: datetime) -> CurrentStep:
    """The management options at this moment. Options, never orders; after a death none."""
    if (death := file.death) is not None:
        course = file.course
        died = death_in_words(death, course.day(death.at), course.zone)
        return CurrentStep(died=f"{died[0].upper()}{died[1:]}. {NOTHING_DUE}")
    situation = situation_of(file, now)
    options = [option for option in options_of(situation) if not option.is_quiet]
    time = panel_time(file, situation, options)
    remarks, attribute_first = _remarks(file, now), _attribute_first(file)
    tocilizumab, steroid = tocilizumab_in_words(situation, time), steroid_in_words(situation, time)
    times = tuple(treatment_times(file, situation, now))
    taken = ROWS_OF_A_REMARK * (len(remarks) + len(attribute_first))
    taken += sum(
        rows_over(each.words, each.next, *each.warnings) for each in (tocilizumab, steroid)
    )
    return CurrentStep(
        title=wording.listed(
            [_title(system, file.standings[key], now) for key, system in PRIMARY.items()]
        ),
        basis=_basis(time),
        remarks=remarks,
        attribute_first=attribute_first,
        tocilizumab=tocilizumab,
        steroid=steroid,
        treatment_times=times,
        onsets=tuple(_onsets(time)),
        lines_sent=lines_sent(file, options),
        columns=columns_of(time, options, ROWS - taken),
        on_demand=on_demand(time, options),
    )


def _basis(time: PanelTime) -> StepBasis | None:
    """The newest entry that counts, of which the panel was worked out; None without one."""
    record = time.file.record
    if (newest := record.newest_examination()) is None:
        return None
    others = [
        f"{noun} to {time.clock(last)}"
        for noun, entries in (("doses", record.doses), ("results", record.labs))
        if (last := max((entry.elapsed for entry in entries), default=None)) is not None
    ]
    return StepBasis(
        at=time.at(newest.elapsed),
        time=time.clock(newest.elapsed),
        age=wording.duration(time.situation.now - newest.elapsed),
        address=time.addresses.get(newest.uid, ""),
        others=tuple(others),
    )


def _title(system: System, standing: SystemStanding, now: datetime) -> str:
    """The grade that stands, with its age where it is not of now."""
    result = standing.stands or standing.current
    if result is None:
        return f"{system.name} not assessed"
    grade = BEFORE_INFUSION if standing.early_signs else grade_in_short(result)
    return ", ".join(filter(None, (f"{system.name} {grade}", age_of_grade(standing, now))))


def _onsets(time: PanelTime) -> Iterator[str]:
    """How long ago the present episodes began: CRS 2 d 0 h ago."""
    now = time.situation
    for system, grade in zip(PRIMARY.values(), (now.crs, now.icans), strict=True):
        if grade.onset is not None and grade.resolved is None:
            yield f"{system.name} {wording.duration(now.now - grade.onset)} ago"


def _remarks(file: CourseFile, now: datetime) -> tuple[str, ...]:
    """A remark where the options follow an older grade, or one that is higher than the shown."""
    remarks = []
    for key, system in PRIMARY.items():
        standing = file.standings[key]
        if not standing.is_reassessed and not standing.early_signs:
            last = last_graded_ago(standing, now)
            remarks.append(f"{system.name}: {last}, not reassessed; its options are shown.")
        if standing.follows_all_counted:
            remarks.append(
                f"{system.name}: the options are those of grade {standing.grade_to_act_on}, with "
                f"every sign counted, until a physician has confirmed the other cause."
            )
    return tuple(remarks)


def _attribute_first(file: CourseFile) -> tuple[str, ...]:
    """In review: the options are those of a grade that nobody has confirmed."""
    remarks = []
    for key, system in PRIMARY.items():
        standing = file.standings[key]
        if standing.stands is not None and standing.in_review:
            would_be = bounded(str(standing.shown), at_least=standing.stands.at_least)
            remarks.append(
                f"Attribute first: the options of grade {would_be} hold only if this is "
                f"{system.name}."
            )
    return tuple(remarks)
