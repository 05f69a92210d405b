"""The physician's final grade of a course beside the computed one: highest grade, onset, end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from grading.engine.result import Result
from grading.rules.systems import PRIMARY
from grading.vocabulary import GradedToxicity
from patients.models import Adjudication, GradeRecord
from patients.reading.course_file import CourseFile
from patients.words import wording

KEY_OF = {GradedToxicity(system.toxicity): key for key, system in PRIMARY.items()}
"""The system that a final grade is compared with."""


@dataclass(frozen=True, slots=True)
class GradeOfCourse:
    """A grade of a whole course with its onset and resolution, of a physician or computed."""

    grade: int | None = None
    onset_at: datetime | None = None
    resolved_at: datetime | None = None

    @classmethod
    def computed(cls, summary: GradeRecord | Result | None) -> GradeOfCourse:
        """The peak of the course, with onset and resolution of its latest episode."""
        if summary is None:
            return cls()
        onset, resolved = (summary.values.get(name) for name in ("onset_at", "resolved_at"))
        return cls(
            summary.grade,
            None if onset is None else datetime.fromisoformat(onset),
            None if resolved is None else datetime.fromisoformat(resolved),
        )

    @classmethod
    def decided(cls, row: Adjudication) -> GradeOfCourse:
        """What a physician gave."""
        return cls(row.grade, row.onset_at, row.resolved_at)

    def in_words(self, zone: tzinfo) -> str:
        """The grade with its times: 3, onset 07 Jan 11:00, resolved 09 Jan 08:00."""
        if self.grade is None:
            return "no grade"
        times = (("onset", self.onset_at), ("resolved", self.resolved_at))
        spoken = [
            f"{name} {wording.short_date_and_time(at, zone)}"
            for name, at in times
            if at is not None
        ]
        return ", ".join([str(self.grade), *spoken])


@dataclass(frozen=True, slots=True)
class FinalLine:
    """One toxicity on the chart: what was computed for the course, and the physician's grade."""

    toxicity: str
    name: str
    edition: str
    computed: str
    row: Adjudication | None
    final: str
    by: str

    @property
    def sentence(self) -> str:
        """The computed grade as a sentence."""
        return f"Computed for this course: {self.name} {self.computed} ({self.edition})."


def final_line(file: CourseFile, toxicity: GradedToxicity) -> FinalLine:
    """The computed grade of one toxicity, and the final one where a physician gave it."""
    key, zone = KEY_OF[toxicity], file.course.zone
    row = final_grade_of(file, toxicity)
    signed = ""
    if row is not None:
        at = wording.short_date_and_time(row.recorded_at, zone)
        signed = f"{row.recorded_by}, {at}: {row.reason}"
    return FinalLine(
        toxicity=toxicity.value,
        name=PRIMARY[key].name,
        edition=f"{PRIMARY[key].standard} {PRIMARY[key].year}",
        computed=GradeOfCourse.computed(file.summaries.get(key)).in_words(zone),
        row=row,
        final="" if row is None else GradeOfCourse.decided(row).in_words(zone),
        by=signed,
    )


def final_grade_of(file: CourseFile, toxicity: GradedToxicity) -> Adjudication | None:
    """The final grade that was given last; None before the first."""
    given = [row for row in file.adjudications if row.is_live() and row.toxicity == toxicity]
    return max(given, key=lambda row: row.recorded_at, default=None)
