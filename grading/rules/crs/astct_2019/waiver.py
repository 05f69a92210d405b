"""The fever that CRS requires at one moment of a course, and the dose that waives it.

Takes   the doses and infusions of the course and the onset of the open episode, or the moment since
        which it was not looked after, where that was for long.
Gives   whether there is fever, and the first antipyretic, anti-cytokine drug or steroid since then;
        a run that was still open after it counts.
Source  ASTCT 2019 CRS table, footnote on fever; antipyretics are a local rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from grading.agents import FEVER_WAIVING, DrugClass
from grading.engine.course.episodes import EpisodeTracker
from grading.local_rules import LocalRules
from grading.record import INFUSION, Dose, Findings, Record
from grading.rules.crs.astct_2019.answer import Fever, TableAnswer
from grading.rules.signs.runs import with_ends
from grading.vocabulary import Attribution, Sign


@dataclass(slots=True)
class FeverOfCourse:
    """The course around an assessment: its episodes so far and the doses that can waive a fever."""

    record: Record
    local: LocalRules
    episode: EpisodeTracker
    _waiving: list[Dose] = field(init=False)

    def __post_init__(self) -> None:
        self._waiving = doses_that_waive(self.record.doses, self.local)

    def at(self, findings: Findings, answer: TableAnswer) -> tuple[Fever, Dose | None]:
        """The fever at an assessment, and the dose that waives it, if one does.

        A first fever is late after the onset window, which counts from the latest infusion (or
        from the first, by local rule), unless a clinician attributed it to CAR-T.
        """
        is_open = self.episode.open is not None
        if findings.elapsed < INFUSION:
            return Fever.BEFORE_INFUSION, None
        if answer.fever is not True:
            since = self.episode.waiver_since
            dose = waived_by(findings.elapsed, since, self._waiving) if is_open else None
            return (Fever.ABSENT if dose is None else Fever.WAIVED), dose
        if is_open or findings.attribution.get(Sign.FEVER) == Attribution.CAR_T:
            return Fever.PRESENT, None
        is_late = self._days(findings) > self.local.crs_onset_window_days
        return (Fever.LATE if is_late else Fever.PRESENT), None

    def _days(self, findings: Findings) -> int:
        """Days since the infusion from which the onset window counts."""
        is_latest = self.local.crs_window_anchor == "latest"
        anchor = self.record.latest_infusion(findings.elapsed) if is_latest else INFUSION
        return self.record.day(findings.elapsed, since=anchor)


def with_fever_counted(findings: Findings) -> Findings:
    """The same assessment with its fever put down to CAR-T: then it is never late."""
    return findings._replace(attribution={**findings.attribution, Sign.FEVER: Attribution.CAR_T})


def doses_that_waive(doses: Iterable[Dose], local: LocalRules) -> list[Dose]:
    """The doses of a class that can waive the fever, in their order."""
    antipyretics_count = local.fever_exemption_antipyretic
    return [
        dose
        for dose in with_ends(doses)
        if dose.drug_class in FEVER_WAIVING
        and dose.amount != 0  # a rate of 0 is not running
        and (antipyretics_count or dose.drug_class != DrugClass.ANTIPYRETIC)
    ]


def waived_by(elapsed: timedelta, since: timedelta, waiving: Iterable[Dose]) -> Dose | None:
    """The first dose since then that waives the fever at this moment; None without one.

    A dose at or after `since` and at or before the observation, or a run still open after `since`.
    """
    for dose in waiving:
        if dose.elapsed > elapsed:
            continue
        is_still_open = dose.is_run() and (dose.ended is None or dose.ended > since)
        if dose.elapsed >= since or is_still_open:
            return dose
    return None
