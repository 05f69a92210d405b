"""The end of the time "before lymphodepletion" in a course.

It ends before the first fludarabine, bendamustine or cyclophosphamide dose ahead of the infusion;
where none is recorded, with Day −5, and with a caution (a local rule).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from grading.engine.labs import LabValue, labs_of
from grading.local_rules import LocalRules
from grading.record import Record

LYMPHODEPLETING = frozenset({"fludarabine", "bendamustine", "cyclophosphamide"})


@dataclass(frozen=True, slots=True)
class BeforeLymphodepletion:
    """The time before `first_dose`, or without one up to the end of `last_day`."""

    record: Record
    first_dose: timedelta | None
    last_day: int
    within_days: int

    def covers(self, measured: LabValue) -> bool:
        """Whether a result was taken before lymphodepletion."""
        if self.first_dose is not None:
            return measured.elapsed < self.first_dose
        return self.record.day(measured.elapsed) <= self.last_day

    def values(self, analyte: str) -> list[LabValue]:
        """The results of an analyte that were taken before it, oldest first."""
        before = labs_of(self.record).between(analyte, end=self.first_dose or timedelta(0))
        return [measured for measured in before if self.covers(measured)]

    @property
    def caution(self) -> str:
        """The caution about where it ends; empty where the first dose settles it."""
        if self.first_dose is None:
            return (
                f"no lymphodepletion recorded: values of Day {self.last_day} and earlier count"
            ).replace("-", "−")
        day = self.record.day(self.first_dose)
        if day < -self.within_days:
            return (
                f"the first dose taken as lymphodepletion was on Day {day}: check that it was "
                "not bridging"
            ).replace("Day -", "Day −")
        return ""


def before_lymphodepletion(record: Record, local: LocalRules) -> BeforeLymphodepletion:
    """The end of "before lymphodepletion" in this course."""
    ahead = [
        dose.elapsed
        for dose in record.doses
        if dose.agent in LYMPHODEPLETING and dose.elapsed < timedelta(0)
    ]
    return BeforeLymphodepletion(
        record,
        min(ahead, default=None),
        local.lymphodepletion_unrecorded_day,
        local.lymphodepletion_within_days,
    )
