"""What became of each line of the step, and how long the treatment took from the grade.

Takes   a situation, its options, and the marks of the record.
Gives   for each option whether it is open, done by a dose, or marked; and why a mark holds no more.
        Nothing of this is stored: a dose that is struck out leaves its line open.
Source  our own: a mark or dose holds while its line stands. A new episode, a higher grade, or a
        grade in between at which the line does not stand leaves it open again. A line of a
        toxicity whose grades are not followed stays as it was marked, or until its grade rises.
        A dose holds no more once the next of the same drug can follow or is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from grading.agents import DrugClass
from grading.entries.dose import Dose
from grading.entries.step_mark import StepMark
from grading.guidelines.line import Line, Option, Toxicity
from grading.guidelines.situation.situation import GradeAt, GradeNow, Situation
from grading.guidelines.step import LINES
from grading.guidelines.tocilizumab import AGENT as TOCILIZUMAB
from grading.vocabulary import StepAnswer

LINE_OF_CODE: dict[str, Line] = {line.code: line for line in LINES}
TREATED_BEFORE = timedelta(hours=24)
"""Whoever had the drug within this time before the grade was treated already."""


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What became of one line.

    answer  None while it is open
    at      since when it has this answer
    mark    the last mark on it, also one that holds no more
    dose    the dose that did it, where no later mark says otherwise
    lapsed  why the mark holds no more, as a clause; empty while it holds
    """

    answer: StepAnswer | None = None
    at: timedelta | None = None
    mark: StepMark | None = None
    dose: Dose | None = None
    lapsed: str = ""


def line_answers(
    options: Iterable[Option], situation: Situation, marks: Iterable[StepMark]
) -> dict[str, LineAnswer]:
    """What became of each of these lines, by its code."""
    last = {mark.code: mark for mark in marks if mark.elapsed <= situation.now}
    return {option.code: _answer(option, situation, last.get(option.code)) for option in options}


def _answer(option: Option, situation: Situation, mark: StepMark | None) -> LineAnswer:
    lapse = _lapse_of(option, situation)
    dose = _dose_of(option, situation, lapse)
    lapsed = "" if mark is None else _lapsed(mark, situation.now, lapse)
    holds = mark is not None and not lapsed
    if dose is not None and not (mark is not None and holds and mark.elapsed >= dose.elapsed):
        return LineAnswer(StepAnswer.DONE, dose.elapsed, dose=dose)
    if mark is None or not holds:
        return LineAnswer(mark=mark, lapsed=lapsed)
    return LineAnswer(StepAnswer(mark.answer), mark.elapsed, mark)


Lapse = Callable[[timedelta, int | None], str]
"""Why what was done for a line at some time and grade holds no more; empty while it holds."""


def _lapsed(mark: StepMark, now: timedelta, lapse: Lapse) -> str:
    if mark.until is not None and mark.until <= now:
        return "the time until which it was deferred has passed"
    return lapse(mark.elapsed, mark.grade)


def _lapse_of(option: Option, situation: Situation) -> Lapse:
    grades, stands = _grades_of(option.toxicity, situation), _stands_at(option, situation)

    def lapse(at: timedelta, grade: int | None) -> str:
        began = grades.onset if grades is not None else _suspected_since(option, situation)
        if began is not None and at < began:
            return "a new episode began"
        later = () if grades is None else (each.grade for each in grades.history if each.at > at)
        for passed in (*later, option.grade):
            if passed is not None and grade is not None and passed > grade:
                return f"the grade rose to {passed}"
            if passed is not None and not stands(passed):
                return f"it did not stand at grade {passed} meanwhile"
        return ""

    return lapse


def _dose_of(option: Option, situation: Situation, lapse: Lapse) -> Dose | None:
    """The last dose of a drug of the line that was given while the line stood."""
    grades, stands = _grades_of(option.toxicity, situation), _stands_at(option, situation)
    called = _called_since(option, situation, grades)
    for dose in reversed(situation.doses.of(*option.drugs)):
        if dose.amount == 0 or (called is not None and dose.elapsed < called):
            continue
        grade = None if grades is None else _grade_at(grades, dose.elapsed)
        stood = called is not None if grades is None else grade is not None and stands(grade)
        if stood and not lapse(dose.elapsed, grade):
            return None if _is_due_again(dose, situation) else dose
    return None


def _is_due_again(dose: Dose, situation: Situation) -> bool:
    """Whether the next dose of a line that repeats can follow or is due.

    Tocilizumab once no limit stands against the next, unless CRS is better since; a steroid
    once the next dose of its schedule is due.
    """
    if dose.agent == TOCILIZUMAB:
        ledger, response = situation.doses.tocilizumab, situation.responses.get("tocilizumab/crs")
        is_better = response is not None and response.changed == "better"
        return ledger is not None and ledger.allowed_now and not is_better
    if dose.drug_class == DrugClass.STEROID:
        due = situation.doses.steroids.next_due
        return due is not None and due <= situation.now
    return False


def _grades_of(toxicity: str, situation: Situation) -> GradeNow | None:
    """The toxicities whose grades are followed over an episode."""
    followed = {Toxicity.CRS.value: situation.crs, Toxicity.ICANS.value: situation.icans}
    return followed.get(toxicity)


def _grade_at(grades: GradeNow, at: timedelta) -> int | None:
    """The grade of the last assessment before a dose; None before the first of the episode."""
    return next((each.grade for each in reversed(grades.history) if each.at <= at), None)


def _suspected_since(option: Option, situation: Situation) -> timedelta | None:
    return situation.iec_hs.since if option.toxicity == Toxicity.IEC_HS else None


def _called_since(
    option: Option, situation: Situation, grades: GradeNow | None
) -> timedelta | None:
    """Since when there is what calls the line beside a grade: a seizure, a dose that failed."""
    if (since := _suspected_since(option, situation)) is not None:
        return since
    of_grade = "" if grades is None else grades.uid
    times = [fact.at for fact in option.why if fact.at is not None and fact.uid != of_grade]
    return min(times, default=None)


def _stands_at(option: Option, situation: Situation) -> Callable[[int], bool]:
    """Whether the line would stand now at another grade of its toxicity, all else as it is."""
    line = LINE_OF_CODE.get(option.code)

    @cache
    def stands(grade: int) -> bool:
        if line is None or grade == option.grade:
            return True
        if option.toxicity == Toxicity.CRS:
            other = replace(situation, crs=replace(situation.crs, grade=grade))
        else:
            other = replace(situation, icans=replace(situation.icans, grade=grade))
        return line.when(other) is not None

    return stands


@dataclass(frozen=True, slots=True)
class TimeToTreatment:
    """The time from the first assessment at a grade of the episode to the drug for it.

    dose  the first since then, or one within 24 h before; None where none was given yet
    span  from the grade to the dose, 0 or less where the drug had been given before; without a
          dose the time waited up to now, or to the end of the episode
    """

    toxicity: Toxicity
    grade: int
    drug: str
    began: GradeAt
    dose: Dose | None
    span: timedelta


TREATED_FROM = (
    (Toxicity.CRS, 2, "tocilizumab"),
    (Toxicity.CRS, 3, "steroid"),
    (Toxicity.ICANS, 2, "steroid"),
)
"""The grade from which the review's Tables 3 and 7 name a drug, by name or class."""


def times_to_treatment(situation: Situation) -> tuple[TimeToTreatment, ...]:
    """The times from grade to treatment in the present or last episode of each toxicity."""
    return tuple(
        _time_to(toxicity, grade, drug, began, situation)
        for toxicity, grade, drug in TREATED_FROM
        if (grades := _grades_of(toxicity, situation)) is not None
        and (began := next((each for each in grades.history if each.grade >= grade), None))
    )


def _time_to(
    toxicity: Toxicity, grade: int, drug: str, began: GradeAt, situation: Situation
) -> TimeToTreatment:
    grades = _grades_of(toxicity, situation)
    end = situation.now if grades is None or grades.resolved is None else grades.resolved
    given = [
        dose
        for dose in situation.doses.of(drug)
        if began.at - TREATED_BEFORE <= dose.elapsed <= end and dose.amount != 0
    ]
    before = [dose for dose in given if dose.elapsed <= began.at]
    dose = before[-1] if before else given[0] if given else None
    return TimeToTreatment(
        toxicity, grade, drug, began, dose, (end if dose is None else dose.elapsed) - began.at
    )
