"""CRS of ASTCT 2019 needs a fever: how earlier fever and treatment change the grade.

Takes   the table's answer to each assessment, the doses and the infusions of the course.
Gives   a result for each assessment, with episodes, peak and daily maximum. With a fever the
        grade is the table's. Without one, hypotension and hypoxia make a grade only where a dose
        since onset waives the fever; else a clinician is asked to attribute them.
Source  ASTCT_2019, CRS table, footnote on fever; the window of a first fever is a local rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from grading.engine.course.episodes import EpisodeTracker, summarize
from grading.engine.result import Met, Missing, Result, SystemGrades, missing_in_order
from grading.local_rules import LocalRules
from grading.record import HOUR, INFUSION, Dose, Findings, Record
from grading.rules.crs.bedside_facts import NEEDED_FOR_CRS
from grading.rules.crs.fever_waiver import doses_that_waive, waived_by
from grading.rules.signs.attribution import beside_all_counted
from grading.vocabulary import Attribution, Sign


class FeverContext(IntEnum):
    """The fever that CRS requires, at one assessment of a course: present, waived or absent.

    `FEBRILE_LATE` is a first fever after the onset window that nobody attributed to CAR-T.
    """

    BEFORE_INFUSION = 0
    FEBRILE = 1
    FEBRILE_LATE = 2
    WAIVED = 3
    NO_FEVER = 4


@dataclass(slots=True)
class TableAnswer:
    """The answer of the table to one assessment by itself.

    `could_raise` names the unknown items that could raise `highest`, the highest grade met;
    `unrecorded` names the items that a CRS 0 needs. `all_counted` is the answer with every sign
    counted, where `away` names signs put down to another cause. `outcomes` are the results without
    reasons that were already made of this answer, by context.
    """

    fever: bool | None
    highest: int
    could_raise: tuple[str, ...]
    unrecorded: tuple[str, ...]
    met: tuple[Met, ...] = ()
    cautions: tuple[str, ...] = ()
    all_counted: TableAnswer | None = None
    away: tuple[Sign, ...] = ()
    outcomes: list[Result | None] = field(default_factory=lambda: [None] * len(FeverContext))


@dataclass(slots=True)
class FeverCourse:
    """The course around an assessment: its episodes so far and the doses that can waive a fever."""

    record: Record
    local: LocalRules
    tracker: EpisodeTracker
    waiving: list[Dose]

    def context_of(
        self, findings: Findings, answer: TableAnswer
    ) -> tuple[FeverContext, Dose | None]:
        """The context of an assessment, and the dose that waives its fever, if one does.

        A first fever is late after the onset window, which counts from the latest infusion (or
        from the first, by local rule), unless a clinician attributed it to CAR-T.
        """
        is_open = self.tracker.open is not None
        if findings.elapsed < INFUSION:
            return FeverContext.BEFORE_INFUSION, None
        if answer.fever is not True:
            since = self.tracker.waiver_since
            dose = waived_by(findings.elapsed, since, self.waiving) if is_open else None
            return (FeverContext.NO_FEVER if dose is None else FeverContext.WAIVED), dose
        if is_open or findings.attribution.get(Sign.FEVER) == Attribution.CAR_T:
            return FeverContext.FEBRILE, None
        is_late = self._days(findings) > self.local.crs_onset_window_days
        return (FeverContext.FEBRILE_LATE if is_late else FeverContext.FEBRILE), None

    def _days(self, findings: Findings) -> int:
        """Days since the infusion from which the onset window counts."""
        is_latest = self.local.crs_window_anchor == "latest"
        anchor = self.record.latest_infusion(findings.elapsed) if is_latest else INFUSION
        return self.record.day(findings.elapsed, since=anchor)


MakeResult = Callable[[TableAnswer, FeverContext, Dose | None], Result]


def grade_in_course(
    record: Record,
    local: LocalRules,
    answers: Iterable[TableAnswer | None],
    make_result: MakeResult,
    *,
    reasons: bool = True,
) -> SystemGrades:
    """The result of every assessment in its course. An answer is None where there is no CRS part.

    `make_result` is `result_of`, or gives the same without the reasons where none are wanted.
    """
    tracker = EpisodeTracker(local)
    around = FeverCourse(record, local, tracker, doses_that_waive(record.doses, local))
    results: list[Result] = []
    for findings, answer in zip(record.findings, answers, strict=True):
        if answer is None:
            results.append(Result(missing=NEEDED_FOR_CRS))
            continue
        tracker.arrive(findings.elapsed)
        context = around.context_of(findings, answer)
        result, whole = make_result(answer, *context), answer.all_counted
        if whole is not None:
            if whole.fever is not answer.fever:
                context = around.context_of(_with_fever_counted(findings), whole)
            all_counted = make_result(whole, *context)
            result = beside_all_counted(result, all_counted, answer.away, reasons=reasons)
        tracker.observe(findings.elapsed, result)
        results.append(result)
    summary = summarize(record, results, tracker.episodes, toxicity="crs")
    return SystemGrades(tuple(results), summary)


def _with_fever_counted(findings: Findings) -> Findings:
    """The same assessment with its fever put down to CAR-T: then it is never late."""
    return findings._replace(attribution={**findings.attribution, Sign.FEVER: Attribution.CAR_T})


def result_of(answer: TableAnswer, context: FeverContext, dose: Dose | None) -> Result:
    """The result of one assessment in its context; `dose` is the one that waives the fever."""
    if context is FeverContext.BEFORE_INFUSION:
        complete = not answer.unrecorded
        return Result(0 if complete else None, missing=answer.unrecorded, cautions=answer.cautions)
    result = Result(because=answer.met, missing=answer.could_raise, cautions=answer.cautions)
    if context is FeverContext.FEBRILE:
        result.grade, result.at_least = answer.highest, bool(result.missing)
    elif context is FeverContext.FEBRILE_LATE:
        result.at_least = bool(result.missing)
        _put_in_review(result, answer, "late_fever_unattributed")
    elif dose is not None:
        _waive(result, answer, dose)
    else:
        _grade_without_fever(result, answer)
    return result


def _put_in_review(result: Result, answer: TableAnswer, reason: str) -> None:
    """A clinician has to attribute the signs; the grade would then be the table's."""
    result.review, result.would_be = True, answer.highest
    result.values["review"] = reason


def _waive(result: Result, answer: TableAnswer, dose: Dose) -> None:
    """Fever is not required: hypotension and hypoxia alone make the grade."""
    result.values["fever_waived_by"] = dose.agent
    result.values["fever_waived_hour"] = dose.elapsed / HOUR
    result.missing = _and_temperature(result.missing, answer, asked=answer.highest == 0)
    if answer.highest:
        result.grade, result.at_least = answer.highest, bool(result.missing)
    elif not result.missing:
        result.grade = 0


def _grade_without_fever(result: Result, answer: TableAnswer) -> None:
    """No fever, or none recorded, and none waived: signs go to review, no sign is grade 0."""
    could_raise = set(result.missing) - {Missing.TEMPERATURE}
    result.missing = _and_temperature(result.missing, answer, asked=True)
    if answer.highest:
        result.at_least = bool(could_raise)
        _put_in_review(result, answer, _why_in_review(answer))
    elif not result.missing:
        result.grade = 0


def _why_in_review(answer: TableAnswer) -> str:
    """No fever, none that counts, or an unknown one."""
    if answer.fever is None:
        return "fever_unknown"
    is_aside = answer.all_counted is not None and answer.all_counted.fever is True
    return "fever_put_aside" if is_aside else "no_fever"


def _and_temperature(
    missing: tuple[str, ...], answer: TableAnswer, *, asked: bool
) -> tuple[str, ...]:
    """`missing` with the temperature named exactly where it would settle something."""
    others = [name for name in missing if name != Missing.TEMPERATURE]
    unknown = [Missing.TEMPERATURE] if asked and answer.fever is None else []
    return missing_in_order([*others, *unknown])
