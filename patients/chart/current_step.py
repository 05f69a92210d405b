"""The current step: the options of the guidelines for the present grades. Never an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from grading.agents import DrugClass
from grading.engine.result import CourseSummary, SystemGrades
from grading.engine.system import System
from grading.guidelines.line import Guideline, LineKind, Option
from grading.guidelines.situation.of_course import CourseGraded, situation_at
from grading.guidelines.step import next_step
from grading.guidelines.tocilizumab import (
    NO_LIMIT,
    TocilizumabLedger,
    has_indication,
    tocilizumab_ledger,
)
from grading.rules.systems import PRIMARY
from patients.models.standing import SystemStanding
from patients.reading.course_file import CourseFile
from patients.regrading.graded import rules_of_site
from patients.words import wording
from patients.words.death import NOTHING_DUE, death_in_words
from patients.words.early_signs import BEFORE_INFUSION
from patients.words.episode import age_of_grade
from patients.words.grades import bounded, grade_in_short, last_graded_ago


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """The options of one toxicity; `remark` stands before them."""

    name: str
    remark: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class CurrentStep:
    """Options for both grades together: warnings first, then what each guideline offers.

    After a death `died` says so, and everything else is empty.
    """

    title: str
    died: str
    basis: tuple[str, ...]
    warnings: tuple[Option, ...]
    groups: tuple[OptionGroup, ...]
    differences: tuple[Option, ...]
    tocilizumab: str
    tocilizumab_next: str
    is_indicated: bool
    tocilizumab_warnings: tuple[str, ...]
    steroid: str


def current_step(file: CourseFile, now: datetime) -> CurrentStep:
    """The management options at this moment. Options, never orders; after a death none."""
    if (death := file.death) is not None:
        course = file.course
        died = death_in_words(death, course.day(death.at), course.zone)
        died = f"{died[0].upper()}{died[1:]}. {NOTHING_DUE}"
        return CurrentStep("", died, (), (), (), (), "", "", False, (), "")
    crs = file.standings["crs_astct_2019"].grade_to_act_on
    site = rules_of_site()
    situation = situation_at(_graded(file), file.elapsed(now), site.local, site.choices)
    offered = next_step(situation, site.words)
    ledger = tocilizumab_ledger(file.record, file.elapsed(now), site.local)
    is_indicated = has_indication(crs)
    no_crs = "no CRS: no indication" if crs == 0 else ""
    return CurrentStep(
        title=wording.listed(
            [_title(system, file.standings[key], now) for key, system in PRIMARY.items()]
        ),
        died="",
        basis=_basis(file, now),
        warnings=tuple(option for option in offered if option.kind == LineKind.CAUTION),
        groups=_groups(file, offered),
        differences=tuple(option for option in offered if option.guideline != Guideline.REVIEW),
        tocilizumab=_tocilizumab(file, ledger, is_indicated=is_indicated),
        tocilizumab_next=_tocilizumab_next(file, ledger, now) if is_indicated else no_crs,
        is_indicated=is_indicated,
        tocilizumab_warnings=(*ledger.warnings, *ledger.cautions) if is_indicated else (),
        steroid=_steroid(file, now),
    )


def _graded(file: CourseFile) -> CourseGraded:
    """The record with its stored grades, nothing graded anew."""
    graded = {key: SystemGrades(file.results[key], _summary(file, key)) for key in PRIMARY}
    return CourseGraded(file.record, graded, file.of_course)


def _summary(file: CourseFile, key: str) -> CourseSummary:
    """Onset and end of the latest episode, as stored."""
    if key not in file.summaries:
        return CourseSummary()
    values = file.summaries[key].values
    times = [
        None if values[name] is None else file.elapsed(datetime.fromisoformat(values[name]))
        for name in ("onset_at", "resolved_at")
    ]
    return CourseSummary(onset=times[0], resolved=times[1])


def _title(system: System, standing: SystemStanding, now: datetime) -> str:
    """The grade that stands, with its age where it is not of now."""
    result = standing.stands or standing.current
    if result is None:
        return f"{system.name} not assessed"
    grade = BEFORE_INFUSION if standing.early_signs else grade_in_short(result)
    return ", ".join(filter(None, (f"{system.name} {grade}", age_of_grade(standing, now))))


def _basis(file: CourseFile, now: datetime) -> tuple[str, ...]:
    """A remark where the options follow an older grade, or one that is higher than the shown."""
    parts = []
    for key, system in PRIMARY.items():
        standing = file.standings[key]
        if not standing.is_reassessed and not standing.early_signs:
            last = last_graded_ago(standing, now)
            parts.append(f"{system.name}: {last}, not reassessed; its options are shown.")
        if standing.follows_all_counted:
            parts.append(
                f"{system.name}: the options are those of grade {standing.grade_to_act_on}, with "
                f"every sign counted, until a physician has confirmed the other cause."
            )
    return tuple(parts)


def _groups(file: CourseFile, offered: Sequence[Option]) -> tuple[OptionGroup, ...]:
    """The options for each toxicity: doses and numbers first, then the others."""
    groups = []
    for key, system in PRIMARY.items():
        own = [
            option
            for option in offered
            if option.toxicity == system.toxicity and option.guideline == Guideline.REVIEW
        ]
        if own:
            remark = _attribute_first(system, file.standings[key])
            groups.append(OptionGroup(system.name, remark, tuple(own)))
    return tuple(groups)


def _attribute_first(system: System, standing: SystemStanding) -> str:
    """In review: the options are those of a grade that nobody has confirmed."""
    if standing.stands is None or not standing.in_review:
        return ""
    would_be = bounded(str(standing.shown), at_least=standing.stands.at_least)
    return f"Attribute first: the options of grade {would_be} hold only if this is {system.name}."


def _tocilizumab(file: CourseFile, ledger: TocilizumabLedger, *, is_indicated: bool) -> str:
    """The count, and one dose by weight where there is CRS to treat and a dose left."""
    count = f"{ledger.given} of {ledger.ceiling} given"
    if not is_indicated or ledger.is_spent or ledger.dose_mg is None:
        return count
    weight = wording.number(ledger.weight_kg)
    return f"{count}; one dose is {wording.number(ledger.dose_mg)} mg at {weight} kg"


def _tocilizumab_next(file: CourseFile, ledger: TocilizumabLedger, now: datetime) -> str:
    """The time from which no limit stands against another dose."""
    if ledger.next_permitted is None:
        return "no further dose within the total"
    at = file.course.infused_at + ledger.next_permitted
    if file.standings["crs_astct_2019"].in_review:
        return "attribute first"
    if at <= now:
        return NO_LIMIT
    return f"next within the limits from {wording.short_date_and_time(at, file.course.zone)}"


def _steroid(file: CourseFile, now: datetime) -> str:
    steroids = [dose for dose in file.record.doses if dose.drug_class == DrugClass.STEROID]
    if not steroids:
        return "no steroid given"
    last = steroids[-1]
    day_ago = file.elapsed(now) - timedelta(hours=24)
    recent = sum(1 for dose in steroids if dose.elapsed > day_ago)
    doses = "1 dose" if recent == 1 else f"{recent} doses"
    amount = wording.amount(last.amount, last.unit, last.route)
    ago = wording.duration(file.elapsed(now) - last.elapsed)
    return f"last {wording.words(last.agent)} {amount}, {ago} ago; {doses} in 24 h"
