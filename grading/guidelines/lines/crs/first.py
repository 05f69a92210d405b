"""Before anything is treated as CRS: infection, other causes, and whether there was a fever.

Source  the review, 'Grading and management of CRS' and Table 3.
"""

from __future__ import annotations

from decimal import Decimal

from grading.guidelines.line import Guideline, Line, LineKind, Toxicity, Why
from grading.guidelines.lines.conditions import crs_from, grade_fact
from grading.guidelines.lines.crs.crs_conditions import (
    CRS_TABLE,
    CRS_TEXT,
    crs_in_review,
    still_holds,
)
from grading.guidelines.situation.situation import Fact, Reading, Situation
from grading.record import HOUR
from grading.sources import LOCAL

PER_UL = 1000
"""Cells per µL in 10⁹/L."""


def infection_in_question(situation: Situation) -> Why:
    """CRS of any grade; without it a fever or a low pressure of today, whatever is held its cause.

    A vasopressor that runs counts as long as it runs.
    """
    if (why := crs_from(1)(situation)) is not None:
        return why
    bedside = situation.bedside
    measured = (*_fever_of_today(situation), *_of_today(situation, bedside.hypotension))
    running = () if bedside.vasopressors is None else (bedside.vasopressors,)
    signs = tuple(dict.fromkeys((*measured, *running)))
    if not signs:
        return None
    crs = situation.crs
    return (*signs, Fact("CRS not graded") if crs.grade is None else grade_fact("CRS", crs))


def _of_today(situation: Situation, sign: Fact | None) -> tuple[Fact, ...]:
    hours = situation.choices.fever_fresh_hours
    if sign is None or sign.at is None or situation.now - sign.at > hours * HOUR:
        return ()
    return (sign,)


def _fever_of_today(situation: Situation) -> tuple[Fact, ...]:
    return _of_today(situation, situation.bedside.fever)


def work_up(situation: Situation) -> Why:
    """An infection may be there, with one that is on record."""
    why, infection = infection_in_question(situation), situation.event("infection")
    if why is None or infection is None:
        return why
    return (*why, Fact("infection on record", infection.elapsed, infection.uid))


def neutropenic(situation: Situation) -> Why:
    """A fresh ANC below the limit, where an infection may be there."""
    why, anc = infection_in_question(situation), situation.lab("anc")
    if why is None or anc is None or anc.is_below(situation.choices.neutropenic_below) is not True:
        return None
    fever = ", fever" if _fever_of_today(situation) else ""
    fact = Fact(f"{_anc(anc)}: neutropenic{fever}", anc.at, anc.uid)
    return (fact, *_newer_anc(situation), *why)


def anc_not_settled(situation: Situation) -> Why:
    """No ANC that is fresh and tells; the fact says what there is.

    A newer one that could not be used leaves open whether an older one still holds.
    """
    why, anc = infection_in_question(situation), situation.lab("anc")
    is_below = None if anc is None else anc.is_below(situation.choices.neutropenic_below)
    if why is None or is_below is True or (is_below is False and not _newer_anc(situation)):
        return None
    newest = situation.labs.get("anc")
    if newest is None:
        return (*(_newer_anc(situation) or (Fact("ANC not recorded"),)), *why)
    age = (situation.now - newest.at) // HOUR
    words = _anc(newest) if newest.is_fresh else f"{_anc(newest)} is {age} h old, not used"
    return (Fact(words, newest.at, newest.uid), *_newer_anc(situation), *why)


def not_neutropenic(situation: Situation) -> Why:
    """A fresh ANC at the limit or above, and none newer that could not be used."""
    why, anc = infection_in_question(situation), situation.lab("anc")
    if why is None or anc is None or _newer_anc(situation):
        return None
    if anc.is_below(situation.choices.neutropenic_below) is not False:
        return None
    return (Fact(f"{_anc(anc)}: not neutropenic", anc.at, anc.uid), *why)


def _newer_anc(situation: Situation) -> tuple[Fact, ...]:
    """A newer ANC that could not be used."""
    words = situation.labs_not_used.get("anc")
    return () if words is None else (Fact(words),)


def never_febrile(situation: Situation) -> Why:
    """Hypotension or hypoxia without a fever on record, and no CRS by definition."""
    bedside, crs = situation.bedside, situation.crs
    signs = tuple(
        sign
        for sign in (bedside.hypotension, bedside.vasopressors, bedside.oxygen)
        if sign is not None
    )
    if bedside.was_ever_febrile or not signs or not (crs.is_review or crs.grade is None):
        return None
    grade = () if crs.grade is None else (grade_fact("CRS", crs),)
    return (Fact("no fever on record"), *dict.fromkeys(signs), *grade)


def attribution(situation: Situation) -> Why:
    """CRS in review, or with signs put aside that no physician has confirmed.

    Not where the line for those who never had a fever says it already.
    """
    crs = situation.crs
    if never_febrile(situation) is not None:
        return None
    if crs.put_aside and crs.is_at_least(1):
        return (*crs.put_aside, grade_fact("CRS", crs))
    return crs_in_review(situation)


def late_onset(situation: Situation) -> Why:
    """CRS whose onset is later than the days that are typical."""
    crs = situation.crs
    if crs.onset_day is None or not crs.is_at_least(1):
        return None
    if crs.onset_day <= situation.choices.typical_onset_days:
        return None
    return (Fact(f"onset of CRS on Day {crs.onset_day}", crs.onset), grade_fact("CRS", crs))


def _anc(reading: Reading) -> str:
    """ANC 104/µL, with the sign of a bound."""
    sign = next((each for each in "<>" if not reading.is_exact and each in reading.text), "")
    return f"ANC {sign}{Decimal(reading.value * PER_UL).normalize():,f}/µL"


FIRST_LINES: tuple[Line, ...] = (
    Line(
        code="crs_never_febrile",
        toxicity=Toxicity.CRS,
        kind=LineKind.EXCLUDE_FIRST,
        stands="hypotension or hypoxia, no fever on record",
        text=(
            "No fever on record: sepsis or another cause first; hypotension or hypoxia without "
            "fever is no CRS by definition"
        ),
        source=CRS_TEXT,
        when=never_febrile,
    ),
    Line(
        code="crs_attribution",
        toxicity=Toxicity.CRS,
        kind=LineKind.EXCLUDE_FIRST,
        stands="CRS in review, or with a sign put down to another cause and not confirmed",
        text=(
            "Attribution first: sepsis and other causes of hypotension or hypoxia, before they "
            "are treated as CRS"
        ),
        source=CRS_TEXT,
        when=attribution,
    ),
    Line(
        code="crs_late_onset",
        toxicity=Toxicity.CRS,
        kind=LineKind.EXCLUDE_FIRST,
        stands="CRS 1–4, onset after Day 14",
        text="Onset typically within {typical_onset_days} days: another cause is more likely",
        source=CRS_TEXT,
        when=late_onset,
    ),
    Line(
        code="crs_neutropenic",
        toxicity=Toxicity.CRS,
        kind=LineKind.EXCLUDE_FIRST,
        stands="CRS 1–4, in review, or fever or hypotension without CRS; ANC below 500/µL",
        text="Neutropenic: broad-spectrum antibiotics and G-CSF per institutional guidelines",
        source=CRS_TABLE,
        when=neutropenic,
        details=still_holds(1),
    ),
    Line(
        code="crs_infection_work_up",
        toxicity=Toxicity.CRS,
        kind=LineKind.EXCLUDE_FIRST,
        stands="CRS 1–4, in review, or fever or hypotension without CRS",
        text="Infection work-up: blood cultures, urine culture, chest radiography",
        source=CRS_TEXT,
        when=work_up,
        details=still_holds(1),
    ),
    Line(
        code="crs_antibiotics",
        toxicity=Toxicity.CRS,
        kind=LineKind.EXCLUDE_FIRST,
        stands="CRS 1–4, in review, or fever or hypotension without CRS; ANC unknown or old",
        text="Broad-spectrum antibiotics if neutropenic; G-CSF per institutional guidelines",
        source=CRS_TABLE,
        when=anc_not_settled,
        details=still_holds(1),
    ),
    Line(
        code="crs_antibiotics_if_infected",
        toxicity=Toxicity.CRS,
        kind=LineKind.EXCLUDE_FIRST,
        stands="CRS 1–4, in review, or fever or hypotension without CRS; ANC from 500/µL",
        text="Antibiotics can be considered where an infection is suspected",
        source=LOCAL.at("the review prints antibiotics for neutropenia alone"),
        when=not_neutropenic,
        guideline=Guideline.LOCAL,
    ),
)
