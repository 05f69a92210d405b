"""Late toxicities: enterocolitis, second malignancy, and what the calendar asks for about now.

Source  the review for second malignancies; ENTEROCOLITIS_2024 and the label of Carvykti for
        enterocolitis, which the review does not mention; `follow_up` for the calendar.
"""

# ruff: noqa: E501

from __future__ import annotations

from grading.guidelines.follow_up import follow_up
from grading.guidelines.indication import is_against_bcma
from grading.guidelines.line import Guideline, Line, LineKind, Toxicity, Why
from grading.guidelines.lines.conditions import Condition
from grading.guidelines.situation.situation import Fact, Situation
from grading.record import DAY
from grading.sources import (
    BCMA_FOLLOW_UP,
    CARVYKTI_LABEL,
    ENTEROCOLITIS_2024,
    FDA_CLASS_LABEL,
    HILL_2019,
    REVIEW_2024,
)

SECOND_MALIGNANCIES = REVIEW_2024.at("'Secondary malignancies observed after CAR T cell therapy'")
A_MONTH = 30
DUE_FROM, DUE_UNTIL = 7 * DAY, 14 * DAY
"""A review of the calendar stands from a week before its date to two weeks after it."""


def recorded(kind: str, detail: str = "") -> Condition:
    """An event of this kind, of this detail where one is named."""

    def condition(situation: Situation) -> Why:
        event = situation.event(kind)
        if event is None or (detail and event.detail != detail):
            return None
        words = kind if event.detail is None else f"{kind}, {event.detail}"
        grade = "" if event.grade is None else f" {event.grade}"
        return (Fact(f"{words.replace('_', ' ')}{grade} recorded", event.elapsed, event.uid),)

    return condition


def enterocolitis_after_bcma(situation: Situation) -> Why:
    """Enterocolitis after a BCMA product, or after one that is not known."""
    product = situation.product
    if product is not None and not is_against_bcma(product):
        return None
    return recorded("enterocolitis")(situation)


def about_now(code: str) -> Condition:
    """An entry of the calendar is due within a week, or was within the last two."""

    def condition(situation: Situation) -> Why:
        for each in follow_up(situation.product):
            if each.code != code or each.due is None:
                continue
            if -DUE_FROM <= situation.now - each.due <= DUE_UNTIL:
                return (Fact(f"{each.basis}; {each.who}", each.due),)
        return None

    return condition


def from_month_on_after_bcma(situation: Situation) -> Why:
    """A BCMA product, one month or more ago, no enterocolitis recorded."""
    product = situation.product
    if product is None or not is_against_bcma(product) or situation.day < A_MONTH:
        return None
    if situation.event("enterocolitis"):
        return None
    return (Fact(f"{product.short}, a BCMA product"), Fact(f"Day {situation.day:+d}"))


def from_month_on(situation: Situation) -> Why:
    if situation.day < A_MONTH or situation.event("second_malignancy"):
        return None
    return (Fact(f"Day {situation.day:+d}"),)


LATE_LINES: tuple[Line, ...] = (
    Line(
        "late_enterocolitis_work_up",
        Toxicity.LATE,
        LineKind.EXCLUDE_FIRST,
        "enterocolitis recorded",
        "Endoscopy with biopsies read by hematopathology; CMV, and a T-cell neoplasm of the gut by a test for the transgene",
        ENTEROCOLITIS_2024,
        recorded("enterocolitis"),
        guideline=Guideline.OTHER,
    ),
    Line(
        "late_enterocolitis_treatment",
        Toxicity.LATE,
        LineKind.CONSIDER,
        "enterocolitis recorded",
        "Infliximab or vedolizumab can be considered early; long courses of steroid are better limited",
        ENTEROCOLITIS_2024,
        recorded("enterocolitis"),
        guideline=Guideline.OTHER,
        drugs=("infliximab", "vedolizumab"),
    ),
    Line(
        "late_enterocolitis_danger",
        Toxicity.LATE,
        LineKind.CAUTION,
        "enterocolitis recorded, after a BCMA product or an unknown one",
        "Boxed warning of Carvykti: severe diarrhea, pain and weight loss weeks to months later, with perforation and sepsis",
        CARVYKTI_LABEL.at("boxed warning, October 2025"),
        enterocolitis_after_bcma,
        guideline=Guideline.LABEL,
    ),
    Line(
        "late_enterocolitis_watch",
        Toxicity.LATE,
        LineKind.MONITOR,
        "BCMA product, from Day +30",
        "Unexplained diarrhea, above all of more than a month: immune effector cell enterocolitis can be considered (median at 3 months, typically grade 3 or higher, not bloody)",
        ENTEROCOLITIS_2024,
        from_month_on_after_bcma,
        guideline=Guideline.OTHER,
        is_quiet=True,
    ),
    Line(
        "late_t_cell_malignancy",
        Toxicity.LATE,
        LineKind.NOW,
        "second malignancy of T cells recorded",
        "New T-cell neoplasm: the manufacturer told, and a test for the transgene",
        FDA_CLASS_LABEL,
        recorded("second_malignancy", "t_cell"),
        guideline=Guideline.LABEL,
    ),
    Line(
        "late_malignancy_recorded",
        Toxicity.LATE,
        LineKind.NOW,
        "second malignancy recorded",
        "Second malignancy: hard to attribute beside earlier alkylating treatment, age and time; a report to the registry keeps it comparable",
        SECOND_MALIGNANCIES,
        recorded("second_malignancy"),
    ),
    Line(
        "late_malignancy_watch",
        Toxicity.LATE,
        LineKind.MONITOR,
        "from Day +30, for life",
        "Monitoring for a second malignancy for life: skin, myeloid neoplasm, T-cell lymphoma; the benefit of CAR-T continues to outweigh the risk",
        SECOND_MALIGNANCIES,
        from_month_on,
        is_quiet=True,
    ),
    Line(
        "late_igg",
        Toxicity.LATE,
        LineKind.MONITOR,
        "months 1, 2 and 3: from 7 days before to 14 days after",
        "IgG of this month",
        HILL_2019,
        about_now("igg"),
        guideline=Guideline.OTHER,
        is_quiet=True,
    ),
    Line(
        "late_neurologic_review",
        Toxicity.LATE,
        LineKind.MONITOR,
        "BCMA product, months 1, 3 and 6: from 7 days before to 14 days after",
        "Full neurologic review, handwriting included",
        BCMA_FOLLOW_UP,
        about_now("neurologic"),
        guideline=Guideline.OTHER,
        is_quiet=True,
    ),
)
