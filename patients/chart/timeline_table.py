"""The timeline as a table: at each time the grades, the temperature, values and doses of then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from grading.rules.systems import PRIMARY
from grading.vocabulary import ANALYTES
from patients.reading.course_file import CourseFile
from patients.words import wording
from patients.words.early_signs import early_signs_in_words
from patients.words.grades import grade_in_short
from patients.words.put_aside import with_all_counted_in_short

DRAWN = ("ferritin", "crp", "anc")
"""The analytes of the timeline."""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One time on the timeline with everything that was measured or given then."""

    time: str
    day: str
    grades: tuple[str, ...]
    temperature: str
    labs: str
    doses: str


def timeline_times(file: CourseFile) -> list[timedelta]:
    """Every time at which something was measured or given, newest first."""
    record = file.record
    times = {findings.elapsed for findings in record.findings if findings.is_examination()}
    times |= {dose.elapsed for dose in record.doses}
    times |= {lab.elapsed for lab in record.labs if lab.analyte in DRAWN}
    return sorted(times, reverse=True)


def timeline_rows(file: CourseFile, times: Sequence[timedelta]) -> list[TimelineRow]:
    """The values of the figure at these times."""
    record = file.record
    by_time: dict[timedelta, dict[str, Any]] = {elapsed: {} for elapsed in times}
    for place, findings in enumerate(record.findings):
        if (cell := by_time.get(findings.elapsed)) is not None:
            cell["grades"] = tuple(
                _grade(file, key, place) if system.has_part(findings) else wording.DASH
                for key, system in PRIMARY.items()
            )
            cell["temperature"] = wording.temperature(findings.temperature_c)
    for lab in record.labs:
        if lab.analyte in DRAWN and lab.elapsed in by_time:
            value = wording.measured(lab.value, lab.comparator, lab.unit)
            text = f"{ANALYTES[lab.analyte].label} {value}"
            by_time[lab.elapsed].setdefault("labs", []).append(text)
    for dose in record.doses:
        if dose.elapsed in by_time:
            amount = wording.amount(dose.amount, dose.unit, dose.route)
            text = f"{wording.words(dose.agent)} {amount}"
            by_time[dose.elapsed].setdefault("doses", []).append(text)
    nothing = tuple(wording.DASH for _ in PRIMARY)
    return [
        TimelineRow(
            time=wording.short_date_and_time(file.course.infused_at + elapsed, file.course.zone),
            day=wording.signed(record.day(elapsed)),
            grades=cell.get("grades", nothing),
            temperature=cell.get("temperature", wording.DASH),
            labs="; ".join(cell.get("labs", ())) or wording.DASH,
            doses="; ".join(cell.get("doses", ())) or wording.DASH,
        )
        for elapsed, cell in by_time.items()
    ]


def _grade(file: CourseFile, key: str, place: int) -> str:
    """A grade of the timeline; where there were signs before the infusion, those."""
    signs = file.early_signs(place).get(PRIMARY[key].toxicity, {})
    result = file.results[key][place]
    grade = with_all_counted_in_short(grade_in_short(result), result)
    return early_signs_in_words(signs) or grade
