"""CRS of ASTCT 2019 needs a fever: what the table's answer is worth with, and without one.

Takes   the table's answer to one assessment, and the fever that the course has at that moment.
Gives   its result. With a fever the grade is the table's. Without one, hypotension and hypoxia
        make a grade only where a dose since onset waives the fever; else a clinician is asked to
        attribute them.
Source  ASTCT_2019, CRS table, footnote on fever; the window of a first fever is a local rule.
"""

from __future__ import annotations

from grading.engine.result import Missing, Result, missing_in_order
from grading.record import HOUR, Dose
from grading.rules.crs.astct_2019.answer import Fever, TableAnswer


def result_of(answer: TableAnswer, fever: Fever, dose: Dose | None) -> Result:
    """The result of one assessment; `dose` is the one that waives its fever."""
    if fever is Fever.BEFORE_INFUSION:
        complete = not answer.unrecorded
        return Result(0 if complete else None, missing=answer.unrecorded, cautions=answer.cautions)
    result = Result(because=answer.met, missing=answer.could_raise, cautions=answer.cautions)
    if fever is Fever.PRESENT:
        result.grade, result.at_least = answer.highest, bool(result.missing)
    elif fever is Fever.LATE:
        result.at_least = bool(result.missing)
        _put_in_review(result, answer, "late_fever_unattributed")
    elif dose is not None:
        _waive(result, answer, dose)
    else:
        _grade_without_fever(result, answer)
    return result


def bare_result_of(answer: TableAnswer, fever: Fever, dose: Dose | None) -> Result:
    """The result without reasons, made once of each remembered answer."""
    result = answer.bare_results[fever]
    if result is None:
        result = answer.bare_results[fever] = result_of(answer, fever, dose).without_reasons()
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
