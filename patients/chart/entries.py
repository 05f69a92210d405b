"""The rows of a course as lines of the chart's lists: entries, doses, events.

A row that was struck out or corrected stays in the list, marked with the person, time and reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from uuid import UUID

from grading.kinds import KIND_OF_SECTION
from grading.record import Findings
from grading.rules.signs.runs import with_ends
from grading.rules.systems import PRIMARY
from grading.table.places import PlaceOfCare
from patients.door.run_ends import moments_of_entry
from patients.forms.submit import CORRECTION_PAGES
from patients.models import Adjudication, Assessment, ClinicalRow, Dose, Event, StepMark
from patients.reading.course_file import CourseFile
from patients.regrading.board_row import ice_points
from patients.regrading.early_signs import early_signs
from patients.regrading.graded import local_rules
from patients.regrading.record import findings_of
from patients.words import wording
from patients.words.badges import Badge, assessment_badge
from patients.words.entry_words import (
    decision_in_words,
    entered_in_words,
    event_detail,
    mark_in_words,
)
from patients.words.late import late_in_words
from patients.words.put_aside import AsideSource

ESCALATED = {
    True: "already escalated at the time",
    False: "not escalated at the time",
    None: "",
}
ON_THE_WARD = (None, PlaceOfCare.WARD)
"""The places that no line names: nearly every entry is made there."""


@dataclass(frozen=True, slots=True)
class OtherChart:
    """The other chart of an entry made on the wrong patient. Named to those who may see it."""

    words: str
    course_uid: UUID
    name: str


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One row as a list of the chart shows it, whatever its kind."""

    kind: str
    uid: UUID
    at: datetime
    time: str
    day: str
    cells: tuple[str, ...]
    badges: tuple[Badge, ...]
    note: str
    by: str
    late: str
    out: str
    link: OtherChart | None = None
    put_aside: str = ""
    worry: str = ""
    elsewhere: str = ""

    @property
    def span(self) -> int:
        """Columns of its table: time, cells, by whom, change."""
        return len(self.cells) + 3

    @property
    def is_entry(self) -> bool:
        """Whether it has a page of its own; an event of a call has none."""
        return self.kind in KIND_OF_SECTION

    @property
    def correct(self) -> str:
        """The name of the page that corrects it; empty for what is decided on the chart."""
        return CORRECTION_PAGES.get(KIND_OF_SECTION[self.kind], "")


def assessments(file: CourseFile, rows: Sequence[Assessment]) -> list[EntryLine]:
    """These assessments with the grade that each of them gave.

    The cells are the vital signs, the support, and the neurologic score.
    """
    lines, sources = [], file.aside_sources()
    for row in rows:
        findings = findings_of(row, file.course.infused_at)
        signs = early_signs(findings, file.record, local_rules())
        vital_signs = [
            wording.temperature_or_fever(row.temperature_c, row.fever),
            wording.pressure(row.systolic_mmhg, row.diastolic_mmhg),
            "" if row.spo2_percent is None else f"{wording.number(row.spo2_percent)} %",
            "" if row.heart_rate is None else f"HR {wording.number(row.heart_rate)}",
            "" if row.respiratory_rate is None else f"RR {wording.number(row.respiratory_rate)}",
        ]
        badges = tuple(
            assessment_badge(
                system,
                file.result_of(key, row) if system.has_part(findings) else None,
                signs.get(system.toxicity, {}),
            )
            for key, system in PRIMARY.items()
        )
        cells = (" · ".join(filter(None, vital_signs)), _support(row), _neuro(findings))
        line = _entry("assessments", row, file, cells, badges)
        put_aside = _put_aside(row, file, sources)
        worry = "" if row.worried is None else entered_in_words("worried", row.worried)
        elsewhere = "" if row.place in ON_THE_WARD else entered_in_words("place", row.place)
        late = ", ".join(filter(None, (line.late, ESCALATED[row.already_escalated])))
        line = replace(line, put_aside=put_aside, worry=worry, late=late, elsewhere=elsewhere)
        lines.append(line)
    return lines


def _put_aside(row: Assessment, file: CourseFile, sources: Mapping[str, AsideSource]) -> str:
    """What stands beside the grades of an entry that counts; a sentence for each system."""
    if not row.is_live():
        return ""
    sentences = [
        file.put_aside(system.name, file.result_of(key, row), sources)
        for key, system in PRIMARY.items()
    ]
    return ". ".join(filter(None, sentences))


def neuro_score(findings: Findings) -> str:
    """The total of CAPD, or else the points of ICE; empty where neither was recorded."""
    if findings.capd_total is not None:
        return f"CAPD {findings.capd_total}"
    points = ice_points(findings)
    return "" if points is None else str(points)


def _neuro(findings: Findings) -> str:
    """The score, or why there is none, and to what the patient wakes."""
    reason = findings.ice_not_done or findings.capd_not_done
    not_done = f"not done: {wording.words(reason)}" if reason else ""
    waking = ""
    if findings.consciousness is not None:
        waking = entered_in_words("consciousness", findings.consciousness)
    return " · ".join(filter(None, (neuro_score(findings) or not_done, waking))) or wording.DASH


def _support(row: Assessment) -> str:
    oxygen = wording.oxygen_short(row.oxygen_device, row.oxygen_flow_l_min)
    fraction = "" if row.fio2_percent is None else f"{wording.number(row.fio2_percent)} %"
    vasopressors = "vasopressors not recorded"
    if row.vasopressors is not None:
        vasopressors = ", ".join(wording.words(agent) for agent in row.vasopressors)
    return wording.listed([f"{oxygen} {fraction}".strip(), vasopressors])


def given_doses(file: CourseFile) -> list[Dose]:
    """Every dose but those of `earlier_rates`, newest first."""
    ended = _ended_by_new_rate(file)
    return [row for row in file.doses if row.uid not in ended]


def earlier_rates(file: CourseFile) -> list[Dose]:
    """The runs that a change of rate ended, newest first."""
    ended = _ended_by_new_rate(file)
    return [row for row in file.doses if row.uid in ended]


def doses(file: CourseFile, rows: Sequence[Dose]) -> list[EntryLine]:
    """These doses: the drug, its amount, and the end of an infusion."""
    entries = {dose.uid: dose for dose in with_ends(file.record.doses)}
    lines = []
    for row in rows:
        entry, ended_at = entries.get(str(row.uid)), row.ended_at
        if entry is not None and entry.ended is not None:
            ended_at = file.course.infused_at + entry.ended  # also where a later rate of 0 ends it
        is_running = entry is not None and entry.is_run() and ended_at is None
        end = "running" if is_running else ""
        if ended_at is not None:
            end = f"until {wording.short_date_and_time(ended_at, file.course.zone)}"
        amount = wording.amount(row.amount, row.unit, row.route)
        batch = wording.of_batch(row.brand, row.batch)
        cells = (wording.words(row.agent), f"{amount} ({batch})" if batch else amount, end)
        lines.append(_entry("doses", row, file, cells))
    return lines


def _ended_by_new_rate(file: CourseFile) -> set[UUID]:
    """The runs that a change of rate ended: a drug that is titrated would hide all other doses."""
    started = {
        (row.agent, row.given_at, moment)
        for row in file.doses
        if row.is_live()
        for moment in moments_of_entry(row)
    }
    return {
        row.uid
        for row in file.doses
        if (row.agent, row.ended_at, row.end_recorded_at) in started and row.is_live()
    }


def events(file: CourseFile, rows: Sequence[Event]) -> list[EntryLine]:
    """These events: the kind, and its details."""
    lines = []
    for row in rows:
        details = (
            event_detail(row),
            "" if row.grade is None else f"grade {row.grade}",
            f"due to {wording.words(row.attributed_to)}" if row.attributed_to else "",
        )
        cells = (wording.words(row.kind), ", ".join(filter(None, details)))
        lines.append(_entry("events", row, file, cells))
    return lines


def adjudications(file: CourseFile, rows: Sequence[Adjudication]) -> list[EntryLine]:
    """What physicians decided: the decision, and what it is about with its reason."""
    zone = file.course.zone
    times = {"holds_from": "from", "onset_at": "onset", "resolved_at": "resolved"}
    lines = []
    for row in rows:
        about = [
            f"{words} {wording.short_date_and_time(moment, zone)}"
            for name, words in times.items()
            if (moment := getattr(row, name)) is not None
        ]
        details = ". ".join(filter(None, (", ".join(about), row.reason)))
        cells = (decision_in_words(row), details or wording.DASH)
        lines.append(_entry("adjudications", row, file, cells))
    return lines


def step_marks(file: CourseFile, rows: Sequence[StepMark]) -> list[EntryLine]:
    """What was answered to lines of the current step, each with its words and the reason."""
    lines = []
    for row in rows:
        words = f"{row.text} ({row.reason})" if row.reason else row.text
        lines.append(_entry("step_marks", row, file, (mark_in_words(row), words)))
    return lines


def _entry(
    kind: str,
    row: ClinicalRow,
    file: CourseFile,
    cells: tuple[str, ...],
    badges: tuple[Badge, ...] = (),
) -> EntryLine:
    zone = file.course.zone
    return EntryLine(
        kind=kind,
        uid=row.uid,
        at=row.at,
        time=wording.short_date_and_time(row.at, zone),
        day=wording.signed(file.course.day(row.at)),
        cells=cells,
        badges=badges if row.is_live() else (),
        note=row.note,
        by=str(row.recorded_by),
        late=late_in_words(row),
        out=out_of_count(row, zone),
        link=link_of(row),
    )


def link_of(row: ClinicalRow) -> OtherChart | None:
    """The chart that this row was copied from or to, where it stood on the wrong patient."""
    other = row.copied_from or getattr(row, "copied_to", None)
    if other is None:
        return None
    words = "copied here from the chart of" if row.copied_from else "copied to the chart of"
    patient = other.course.patient
    return OtherChart(words, other.course.uid, f"{patient.display_name} ({patient.mrn})")


def out_of_count(row: ClinicalRow, zone: tzinfo) -> str:
    """The reason why this row no longer counts; empty for one that counts."""
    if row.struck_out_at is not None:
        when = wording.short_date_and_time(row.struck_out_at, zone)
        return f"struck out by {row.struck_out_by}, {when}: {row.struck_out_reason}"
    newer = getattr(row, "replaced_by", None)
    if newer is None:
        return ""
    when = wording.short_date_and_time(newer.recorded_at, zone)
    correction = f"corrected by {newer.recorded_by}, {when}"
    while (newest := getattr(newer, "replaced_by", None)) is not None:
        newer = newest
    if newer.struck_out_at is None:
        return correction
    return f"{correction}; the correction was struck out since, and neither counts"
