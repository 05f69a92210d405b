"""The current step: the options of the guidelines for the present grades. Never an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from grading.agents import DrugClass
from grading.guidelines.options import Option, options, situation_at
from grading.guidelines.tocilizumab import NO_LIMIT, TocilizumabLedger, has_indication
from grading.rules.systems import PRIMARY
from patients.reading.course_file import CourseFile
from patients.regrading.graded import local_rules
from patients.words import wording
from patients.words.grades import grade_in_short, last_graded_ago


@dataclass(frozen=True, slots=True)
class CurrentStep:
    """Options for both grades together: warnings first, then what each guideline offers."""

    title: str
    basis: str
    warnings: tuple[Option, ...]
    groups: tuple[tuple[str, tuple[Option, ...]], ...]
    differences: tuple[Option, ...]
    tocilizumab: str
    tocilizumab_next: str
    tocilizumab_warnings: tuple[str, ...]
    steroid: str


def current_step(file: CourseFile, now: datetime) -> CurrentStep:
    """The management options at this moment. Options, never orders."""
    crs = file.standings["crs_astct_2019"].grade_to_act_on
    icans = file.standings["icans_astct_2019"].grade_to_act_on
    situation = situation_at(file.record, file.elapsed(now), crs, icans, local_rules())
    offered = options(situation, local_rules())
    ledger = situation.tocilizumab
    is_indicated = has_indication(crs) and not situation.is_dead
    no_crs = "no CRS: no indication" if crs == 0 and not situation.is_dead else ""
    titles = []
    for key, system in PRIMARY.items():
        result = file.standings[key].current
        grade = "not assessed" if result is None else grade_in_short(result)
        titles.append(f"{system.name} {grade}")
    return CurrentStep(
        title=", ".join(titles),
        basis=_basis(file, now),
        warnings=tuple(option for option in offered if option.kind == "caution"),
        groups=_groups(offered),
        differences=tuple(option for option in offered if option.kind == "difference"),
        tocilizumab=_tocilizumab(file, ledger, is_indicated=is_indicated),
        tocilizumab_next=_tocilizumab_next(file, ledger, now) if is_indicated else no_crs,
        tocilizumab_warnings=(*ledger.warnings, *ledger.cautions) if is_indicated else (),
        steroid=_steroid(file, now),
    )


def _basis(file: CourseFile, now: datetime) -> str:
    """A remark where the options follow an earlier grade."""
    parts = []
    for key, system in PRIMARY.items():
        standing = file.standings[key]
        if standing.shown is None and standing.grade_to_act_on is not None:
            parts.append(f"{system.name}: {last_graded_ago(standing, now)}; its options are shown")
    return wording.listed(parts)


def _groups(offered: Sequence[Option]) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    """The options for each toxicity: doses and numbers first, then the others."""
    groups = []
    for system in PRIMARY.values():
        own = [
            option
            for option in offered
            if option.toxicity == system.toxicity and option.kind not in ("caution", "difference")
        ]
        if own:
            doses_first = sorted(own, key=lambda option: option.kind == "option")
            groups.append((system.name, tuple(doses_first)))
    return tuple(groups)


def _tocilizumab(file: CourseFile, ledger: TocilizumabLedger, *, is_indicated: bool) -> str:
    """The count, and one dose by weight where there is CRS to treat and a dose left."""
    count = f"{ledger.given} of {ledger.ceiling} given"
    if not is_indicated or ledger.is_spent or ledger.dose_mg is None:
        return count
    weight = wording.number(file.record.weight_kg)
    return f"{count}; one dose is {wording.number(ledger.dose_mg)} mg at {weight} kg"


def _tocilizumab_next(file: CourseFile, ledger: TocilizumabLedger, now: datetime) -> str:
    """The time from which no limit stands against another dose."""
    if ledger.next_permitted is None:
        return "no further dose within the total"
    at = file.course.infused_at + ledger.next_permitted
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
