"""When a line on CRS stands: its grade, what was given for it, and what became of it since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from grading.guidelines.line import STILL_HOLDS, Why, nothing_more
from grading.guidelines.lines.conditions import Condition, crs_from, grade_fact, worse_again
from grading.guidelines.situation.response import ENTERED_AFTER
from grading.guidelines.situation.situation import Fact, Situation
from grading.record import HOUR, Dose
from grading.sources import REVIEW_2024

CRS_TABLE = REVIEW_2024.at("Table 3")
CRS_TEXT = REVIEW_2024.at("'Grading and management of CRS'")
TOCILIZUMAB = "tocilizumab"
STEROID = "steroid"
METHYLPREDNISOLONE = "methylprednisolone"
"""Named by itself: a line that escalates to it is not done by a dose of another steroid."""

Details = Callable[[Situation], tuple[str, ...]]


def treated_crs(lowest: int, highest: int = 4) -> Condition:
    """CRS of a grade between these that is not in review: there attribution comes first."""

    of_grade = crs_from(lowest, highest)
    return lambda situation: None if situation.crs.is_review else of_grade(situation)


def crs_in_review(situation: Situation) -> Why:
    """Hypotension or hypoxia that is CRS only if it is attributed to it."""
    crs = situation.crs
    if not crs.is_review or not crs.is_at_least(1):
        return None
    return (grade_fact("CRS", crs), *crs.reasons, *crs.put_aside)


def still_holds(of_grade: int, details: Details = nothing_more) -> Details:
    """The details of a line, which says at a higher grade that it still holds."""

    def in_words(situation: Situation) -> tuple[str, ...]:
        is_higher = situation.crs.is_at_least(of_grade + 1)
        return (*((STILL_HOLDS,) if is_higher else ()), *details(situation))

    return in_words


def tocilizumab_for_crs(situation: Situation) -> tuple[Dose, ...]:
    """The doses since the onset of CRS; those before it were prophylaxis."""
    onset = situation.crs.onset
    given = situation.doses.of(TOCILIZUMAB)
    return tuple(dose for dose in given if onset is None or dose.elapsed >= onset)


def is_better_after(situation: Situation, drug: str) -> bool:
    """Whether CRS is known to be better since the last dose."""
    response = situation.responses.get(f"{drug}/crs")
    return response is not None and response.changed == "better"


def not_better_since(situation: Situation, moment: timedelta, drug: str) -> str | None:
    """`CRS 3 then and now`; None where it is better, or was not assessed before and after."""
    crs = situation.crs
    if is_better_after(situation, drug) or crs.grade is None or crs.at is None:
        return None
    then = next((each for each in reversed(crs.history) if each.at <= moment), None)
    if crs.at <= moment:
        return None
    if then is None:
        response = situation.responses.get(f"{drug}/crs")
        is_told = response is not None and response.changed in {"same", "worse"}
        return "CRS not better since" if is_told else None
    if crs.grade < then.grade:
        return None
    if crs.grade == then.grade:
        return f"CRS {crs.grade} then and now"
    return f"CRS {then.grade} then, {crs.grade} now"


def unless_better(condition: Condition, drug: str = TOCILIZUMAB) -> Condition:
    """The condition, where CRS is not known to be better since the last dose."""

    def unless(situation: Situation) -> Why:
        return None if is_better_after(situation, drug) else condition(situation)

    return unless


def hours_ago(situation: Situation, moment: timedelta) -> str:
    """Whole hours since a moment: `14 h`, `under 1 h`."""
    hours = (situation.now - moment) // HOUR
    return f"{hours} h" if hours else "under 1 h"


def after_last_tocilizumab(situation: Situation) -> timedelta | None:
    """When a response to the last dose is looked for; None before the first."""
    last = situation.doses.last(TOCILIZUMAB)
    return None if last is None else last.elapsed + situation.choices.no_response_hours * HOUR


def tocilizumab_that_counts(situation: Situation) -> tuple[Dose, ...]:
    """The doses by which a response is judged: those since CRS rose again, where it was better."""
    given = tocilizumab_for_crs(situation)
    risen = worse_again(situation.crs, given[0].elapsed) if given else None
    if risen is None:
        return given
    return tuple(dose for dose in given if dose.elapsed >= risen - ENTERED_AFTER)


def after_first_tocilizumab(situation: Situation) -> timedelta | None:
    """When a response to the first of these doses is looked for; None before it."""
    given = tocilizumab_that_counts(situation)
    return given[0].elapsed + situation.choices.no_response_hours * HOUR if given else None


def steroid_for_crs_since(situation: Situation) -> timedelta | None:
    """The first dose of the present steroid since the onset of CRS.

    For an adult a total of a day below one printed dose is none: replacement, the end of a taper.
    """
    steroids, onset = situation.doses.steroids, situation.crs.onset
    total = None if situation.patient.is_child else steroids.mg_in_24_h
    if steroids.since is None or (total and total < situation.choices.dexamethasone_mg):
        return None
    if onset is None or steroids.since >= onset - ENTERED_AFTER:
        return steroids.since
    given = (dose.elapsed for dose in situation.doses.of(STEROID) if dose.amount != 0)
    return next((at for at in given if at >= onset - ENTERED_AFTER), None)


def steroid_counts_from(situation: Situation) -> timedelta | None:
    """Since when the steroid is judged: since it began for CRS, or since CRS rose under it."""
    began = steroid_for_crs_since(situation)
    risen = None if began is None else worse_again(situation.crs, began)
    return began if risen is None else risen


def after_steroid_began(situation: Situation) -> timedelta | None:
    """When a response to the steroid is looked for; None without one."""
    since = steroid_counts_from(situation)
    return None if since is None else since + situation.choices.steroid_no_response_hours * HOUR


def tocilizumab_without_response(situation: Situation) -> Fact | None:
    """CRS that is not better so many hours after the first dose, or with the total given."""
    given, ledger = tocilizumab_that_counts(situation), situation.doses.tocilizumab
    is_total = ledger is not None and ledger.is_spent
    if not given:
        return None
    due = after_first_tocilizumab(situation)
    if due is None or (situation.now < due and not is_total):
        return None
    result = not_better_since(situation, given[0].elapsed, TOCILIZUMAB)
    return None if result is None else _doses_and_result(situation, given, result)


def worse_after_the_total(situation: Situation) -> Fact | None:
    """CRS that was better and rose again when no dose was left."""
    given, ledger = tocilizumab_for_crs(situation), situation.doses.tocilizumab
    if ledger is None or not ledger.is_spent or is_better_after(situation, TOCILIZUMAB):
        return None
    if not given or tocilizumab_that_counts(situation):
        return None
    grade = situation.crs.grade
    return _doses_and_result(situation, given, f"CRS better in between, {grade} again")


def _doses_and_result(situation: Situation, given: tuple[Dose, ...], result: str) -> Fact:
    doses = "1 dose" if len(given) == 1 else f"{len(given)} doses"
    first, last = hours_ago(situation, given[0].elapsed), given[-1]
    words = f"tocilizumab: {doses}, the first {first} ago, {result}"
    return Fact(words, last.elapsed, last.uid)


def steroid_without_response(situation: Situation) -> Fact | None:
    """CRS that is not better so many hours after the present steroid began."""
    steroids, due = situation.doses.steroids, after_steroid_began(situation)
    began, since = steroid_for_crs_since(situation), steroid_counts_from(situation)
    if began is None or since is None or due is None:
        return None
    if situation.now < due or not steroids.is_running:
        return None
    if (result := not_better_since(situation, since, STEROID)) is None:
        return None
    last, hours = steroids.last, hours_ago(situation, began)
    risen = "" if since == began else f", {hours_ago(situation, since)} since CRS rose again"
    return Fact(f"steroid for {hours}{risen}, {result}", began, "" if last is None else last.uid)
