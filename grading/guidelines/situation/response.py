"""What became of CRS and ICANS since a dose.

Takes   the grades with their history, the doses up to now, the record for fever and support.
Gives   by drug and toxicity a `Response`. After which hours a toxicity is refractory, lines say.
Source  local: a dose up to an hour before the first grade of an episode was given for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from grading.agents import DrugClass
from grading.guidelines.situation.bedside import support_in_words, temperature_in_words
from grading.guidelines.situation.situation import Fact, GradeAt, GradeNow, Response
from grading.guidelines.situation.until import record_until
from grading.local_rules import LocalRules
from grading.record import Dose, Record

DRUGS = ("tocilizumab", DrugClass.STEROID.value, "anakinra")
ENTERED_AFTER = timedelta(hours=1)
"""The first grade of an episode may be entered so long after the dose that treats it."""


def responses_now(
    grades: Mapping[str, GradeNow], record: Record, now: timedelta, local: LocalRules
) -> dict[str, Response]:
    """The response to the last dose of each drug, by drug and toxicity."""
    responses = {}
    for drug in DRUGS:
        given = [
            dose
            for dose in record.doses
            if drug in (dose.agent, dose.drug_class) and dose.elapsed <= now and dose.amount != 0
        ]
        for toxicity, grade in grades.items():
            if given and grade.grade is not None:
                response = response_to(given, toxicity, grade, now)
                facts = (*response.facts, *_around(given[-1], response, record, local))
                responses[f"{drug}/{toxicity}"] = replace(response, facts=facts)
    return responses


def response_to(given: Sequence[Dose], toxicity: str, grade: GradeNow, now: timedelta) -> Response:
    """The grade since the last of these doses, and since when it is no lower."""
    last = given[-1]
    then = grade_at(grade, last.elapsed)
    is_assessed = grade.at is not None and grade.at > last.elapsed
    changed = None
    if is_assessed and then is not None and grade.grade is not None:
        changed = _changed(then.grade, grade.grade)
    name = toxicity.upper()
    facts = []
    if then is not None:
        facts.append(Fact(f"{name} {then.grade} at the dose", then.at, then.uid))
    if is_assessed:
        facts.append(Fact(f"{name} {grade.grade} since", grade.at, grade.uid))
    return Response(
        dose=last,
        hours=_hours(now - last.elapsed),
        toxicity=toxicity,
        grade_then=None if then is None else then.grade,
        changed=changed,
        facts=tuple(facts),
    )


def grade_at(grade: GradeNow, moment: timedelta) -> GradeAt | None:
    """The grade of the episode that stood at a moment; the first one, where it came just after."""
    earlier = [each for each in grade.history if each.at <= moment]
    if earlier:
        return earlier[-1]
    first = grade.history[0] if grade.history else None
    return first if first is not None and first.at - moment <= ENTERED_AFTER else None


def _changed(then: int, now: int) -> str:
    if now == then:
        return "same"
    return "better" if now < then else "worse"


def _hours(duration: timedelta) -> Decimal:
    return Decimal(duration // timedelta(minutes=1)) / 60


def _around(dose: Dose, response: Response, record: Record, local: LocalRules) -> Iterator[Fact]:
    """Temperature and support at the dose and now, as far as they were recorded."""
    if response.changed is None:
        return
    at_dose = record_until(record, dose.elapsed)
    newest = record.newest_examination()
    now = dose.elapsed if newest is None else newest.elapsed
    for moment, of, words in ((dose.elapsed, at_dose, "at the dose"), (now, record, "since")):
        examined = of.newest_examination()
        for text in (temperature_in_words(of), support_in_words(of, moment, local)):
            if text:
                yield Fact(f"{text} {words}", moment, "" if examined is None else examined.uid)
