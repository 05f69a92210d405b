"""The end of the time "before lymphodepletion" in a course, and what was bridging ahead of it.

It ends with the first dose of the last group of fludarabine, bendamustine and cyclophosphamide
doses ahead of the infusion, within which no two follow each other by more than 72 h, none before
Day −28. A result with the time of that dose still counts: an export by dates gives the morning's
blood and the first bag one time. What lies further ahead was bridging. Where no such dose is
recorded it ends with Day −5. These limits are local rules, and each doubt is a caution.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from grading.engine.labs import LabValue, NotUsed, labs_of
from grading.engine.sentences import ward_word
from grading.local_rules import LocalRules
from grading.record import HOUR, INFUSION, Dose, Record

LYMPHODEPLETING = frozenset({"fludarabine", "bendamustine", "cyclophosphamide"})


@dataclass(frozen=True, slots=True)
class BeforeLymphodepletion:
    """The time up to `first_dose`, or without one up to the end of `last_day`."""

    record: Record
    first_dose: timedelta | None
    last_day: int
    cautions: tuple[str, ...]

    def covers(self, elapsed: timedelta) -> bool:
        """Whether a result of that time was taken before lymphodepletion."""
        if self.first_dose is not None:
            return elapsed <= self.first_dose
        return self.record.day(elapsed) <= self.last_day

    def values(self, analyte: str) -> list[LabValue]:
        """The results of an analyte that were taken before it, oldest first."""
        before = labs_of(self.record).between(analyte, end=INFUSION)
        return [measured for measured in before if self.covers(measured.elapsed)]

    def not_used(self, analyte: str) -> list[NotUsed]:
        """The results of an analyte from before it that cannot be used, oldest first."""
        before = labs_of(self.record).not_used((analyte,), end=INFUSION)
        return [result for result in before if self.covers(result.elapsed)]


def before_lymphodepletion(record: Record, local: LocalRules) -> BeforeLymphodepletion:
    """The end of "before lymphodepletion" in this course."""
    ahead = [
        dose for dose in record.doses if dose.agent in LYMPHODEPLETING and dose.elapsed < INFUSION
    ]
    group = _last_group(record, ahead, local)
    bridging = ahead[: len(ahead) - len(group)]
    cautions = []
    if not group:
        cautions.append(
            "no lymphodepletion recorded: values of "
            f"{_day(local.lymphodepletion_unrecorded_day)} and earlier count"
        )
    elif (day := record.day(group[0].elapsed)) < -local.lymphodepletion_within_days:
        cautions.append(
            f"the first dose taken as lymphodepletion was on {_day(day)}: check that it was not "
            "bridging"
        )
    if bridging:
        cautions.append(f"bridging, ahead of lymphodepletion: {_by_agent(record, bridging)}")
    return BeforeLymphodepletion(
        record,
        group[0].elapsed if group else None,
        local.lymphodepletion_unrecorded_day,
        tuple(cautions),
    )


def _last_group(record: Record, ahead: Sequence[Dose], local: LocalRules) -> list[Dose]:
    """The doses, oldest first, that follow each other closely up to the last of `ahead`."""
    group: list[Dose] = []
    for dose in reversed(ahead):
        apart = group[0].elapsed - dose.elapsed if group else timedelta(0)
        if apart > local.lymphodepletion_apart_hours * HOUR:
            break
        if record.day(dose.elapsed) < local.lymphodepletion_earliest_day:
            break
        group.insert(0, dose)
    return group


def _by_agent(record: Record, doses: Iterable[Dose]) -> str:
    """Each drug with its first and last day: "cyclophosphamide (Day −25 to −21)"."""
    days: dict[str, list[int]] = {}
    for dose in doses:
        days.setdefault(dose.agent, []).append(record.day(dose.elapsed))
    return ", ".join(
        f"{ward_word(agent)} ({_day(several[0])}"
        + (f" to {several[-1]})" if several[-1] != several[0] else ")").replace("-", "−")
        for agent, several in days.items()
    )


def _day(number: int) -> str:
    return f"Day {number}".replace("-", "−")
