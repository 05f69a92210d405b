"""What happened to one patient since a handover: grades, scores, events, doses, corrections.

New is what was saved after the last save that the handover knew of. So an entry made late is new
however long ago it was observed, and nothing falls between two handovers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from grading.record import Findings
from grading.rules.neurotoxicity.ice import recorded_total
from grading.rules.systems import PRIMARY
from grading.vocabulary import StepAnswer
from patients.door.run_ends import moments_of_entry
from patients.models import ClinicalRow, Dose
from patients.reading.course_file import CourseFile
from patients.reading.runs_now import runs_now
from patients.words import wording
from patients.words.entry_words import headline, mark_in_words
from patients.words.grades import grade_in_short
from patients.words.now.running import drug_at_rate


@dataclass(frozen=True)
class News:
    """One course at `now`, and what of it was saved after `since`."""

    file: CourseFile
    since: datetime
    now: datetime

    def clock(self, at: datetime) -> str:
        """The time of day, with its date where that is not today's."""
        return wording.clock_or_date(at, self.now, self.file.course.zone)

    def is_new(self, row: ClinicalRow) -> bool:
        return row.recorded_at > self.since

    def is_new_entry(self, row: ClinicalRow) -> bool:
        """Whether the row was saved since and corrects nothing that was known before."""
        return min(moments_of_entry(row)) > self.since

    @cached_property
    def new_uids(self) -> frozenset[str]:
        """The uids of the assessments saved since."""
        return frozenset(str(row.uid) for row in self.file.assessments if self.is_new(row))

    @property
    def read_to(self) -> datetime:
        """The last save of the course that is in the file; `since` where there is none later."""
        saves = [self.since]
        for row in self.file.rows():
            ended_at = row.end_recorded_at if isinstance(row, Dose) else None
            saves += [at for at in (row.recorded_at, row.struck_out_at, ended_at) if at is not None]
        return max(saves)

    # What changed

    def changed(self) -> tuple[str, ...]:
        """Grades, scores, events, decisions and corrections since, each in a few words."""
        return tuple(
            filter(
                None,
                (
                    *(self._grades(key, system.name) for key, system in PRIMARY.items()),
                    *(self._scores(test) for test in ("ICE", "CAPD")),
                    *self._events(),
                    *self._decisions(),
                    *self._corrections(),
                ),
            )
        )

    def peak(self, key: str) -> int | None:
        """The highest grade of a system among the assessments saved since."""
        results = self.file.results[key]
        new = [place for place, findings in self._findings() if findings.uid in self.new_uids]
        grades = (results[place].shown for place in new)
        return max((grade for grade in grades if grade is not None), default=None)

    def _findings(self) -> Iterator[tuple[int, Findings]]:
        return enumerate(self.file.record.findings)

    def _grades(self, key: str, name: str) -> str:
        """CRS 1 → 2 at 23:10, 3 at 02:10; empty where the grade stayed."""
        results = self.file.results[key]
        first = next((place for place, row in self._findings() if row.uid in self.new_uids), None)
        if first is None:
            return ""
        earlier = (results[place] for place in range(first - 1, -1, -1))
        last = before = next((result for result in earlier if result.has_grade()), None)
        path = []
        for place, findings in self._findings():
            graded = results[place]
            if findings.uid not in self.new_uids or not graded.has_grade():
                continue
            if last is None or (graded.shown, graded.review) != (last.shown, last.review):
                path.append(f"{grade_in_short(graded)} at {self._clock_of(findings)}")
            last = graded
        if not path or (before is None and last is not None and last.shown == 0):
            return ""
        was = "not graded before" if before is None else grade_in_short(before)
        return f"{name} {was} → {', '.join(path)}"

    def _scores(self, test: str) -> str:
        """ICE 10 → 6 at 03:40; empty where nobody scored it, or it stayed."""
        before, new = None, []
        for _, findings in self._findings():
            points = recorded_total(findings) if test == "ICE" else findings.capd_total
            if points is None:
                continue
            if findings.uid in self.new_uids:
                new.append((points, findings))
            elif not new:
                before = points
        path, last = [], before
        for points, findings in new:
            if points != last:
                path.append(f"{points} at {self._clock_of(findings)}")
            last = points
        if not path or before is None:
            return ""
        return f"{test} {before} → {', '.join(path)}"

    def _clock_of(self, findings: Findings) -> str:
        return self.clock(self.file.course.infused_at + findings.elapsed)

    def _events(self) -> Iterator[str]:
        for row in sorted(self.file.events, key=attrgetter("at")):
            if self.is_new_entry(row) and row.is_live():
                yield self._in_short(row)

    def _decisions(self) -> Iterator[str]:
        for row in sorted(self.file.adjudications, key=attrgetter("at")):
            if self.is_new(row) and row.is_live():
                yield f"{self._in_short(row)}, {row.recorded_by}"
        for mark in sorted(self.file.step_marks, key=attrgetter("at")):
            if self.is_new(mark) and mark.is_live() and mark.answer != StepAnswer.DONE:
                yield f"{mark_in_words(mark)}: {mark.text.partition('; ')[0]}"

    def _corrections(self) -> Iterator[str]:
        """Older entries that were corrected or struck out since."""
        for row in self.file.rows():
            first: Any = getattr(row, "replaced_by", None)
            if self.is_new(row):
                continue
            if row.struck_out_at is not None and row.struck_out_at > self.since:
                yield f"struck out: {self._in_short(row)}"
            elif first is not None and self.is_new(first):
                was, became = self._in_short(row), self._in_short(first)
                yield f"corrected: {was}" if was == became else f"corrected: {was} to {became}"

    def _in_short(self, row: ClinicalRow) -> str:
        """The headline of an entry with its time of day, its date where that is not today's."""
        text = headline(row)
        long = wording.long_date_and_time(row.at, self.file.course.zone)
        return text.removesuffix(long) + self.clock(row.at)

    # What was given, and what runs

    def given(self) -> tuple[str, ...]:
        """The doses given since, and the runs that ended since, oldest first."""
        runs = {dose.uid for dose in self.file.record.doses if dose.is_run()}
        lines = []
        for row in sorted(self.file.doses, key=attrgetter("at")):
            if not row.is_live():
                continue
            if str(row.uid) not in runs and self.is_new_entry(row):
                dose, _, time = self._in_short(row).rpartition(", ")
                lines.append(f"{dose} {time}")
            ended_at = row.ended_at
            is_ended = ended_at is not None and _end_recorded(row) > self.since
            if str(row.uid) in runs and ended_at is not None and is_ended:
                drug = drug_at_rate(row.agent, row.amount, row.unit)
                lines.append(f"{drug} ended {self.clock(ended_at)}")
        return tuple(lines)

    def running(self) -> tuple[str, ...]:
        """What runs now, each with its rate and since when."""
        runs = runs_now(self.file.record, self.file.course, self.now)
        lines = []
        for run in runs:
            started = f", started {run.started}" if run.started else ""
            listed = "" if run.uid else " by the list"
            lines.append(f"{run.drug} {run.rate} since {run.since}{started}{listed}")
        return tuple(lines)


def _end_recorded(run: Any) -> datetime:
    """When the end of a run was recorded; a correction that leaves it records none."""
    while (
        run.end_recorded_at is None
        and run.replaces is not None
        and run.replaces.ended_at == run.ended_at
    ):
        run = run.replaces
    recorded_at: datetime = run.end_recorded_at or run.recorded_at
    return recorded_at
