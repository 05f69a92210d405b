"""What a dose is to the course: a run or one moment, a vasopressor, a drug that waives fever."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle.course.document import Course, Entry

VASOPRESSORS = {
    "norepinephrine",
    "epinephrine",
    "phenylephrine",
    "dopamine",
    "angiotensin_ii",
    "vasopressin",
}
INOTROPES = {"dobutamine", "milrinone"}
ACTS_AS_VASOPRESSIN = {"vasopressin", "argipressin", "terlipressin"}
"""Vasopressin under its INN; terlipressin by the local rule."""
ALSO_CALLED = {"argipressin": "vasopressin"}
OF_CLASS = {
    **dict.fromkeys(VASOPRESSORS | {"argipressin", "terlipressin", "vasopressor"}, "vasopressor"),
    **dict.fromkeys(INOTROPES, "inotrope"),
    **dict.fromkeys(("paracetamol", "metamizole"), "antipyretic"),
    **dict.fromkeys(("tocilizumab", "siltuximab", "anakinra"), "anti_cytokine"),
    **dict.fromkeys(("dexamethasone", "prednisolone", "hydrocortisone"), "steroid"),
    **dict.fromkeys(("fludarabine", "bendamustine", "cyclophosphamide", "etoposide"), "cytotoxic"),
}
WAIVES_FEVER = {"antipyretic", "anti_cytokine", "steroid"}
TIMES_OF_A_RATE = {"h", "hr", "hour", "min", "minute", "s", "d", "day"}


def class_of(dose: Entry) -> str:
    """The class of a drug; one that nobody knows acts as the class it carries says."""
    return OF_CLASS.get(dose.get("agent")) or dose.get("class") or "other"


def is_rate(unit: str) -> bool:
    """Whether a unit is one of a rate: its last part is a time."""
    return "/" in unit and unit.rsplit("/", 1)[1].strip().lower() in TIMES_OF_A_RATE


def is_one_moment(course: Course, dose: Entry) -> bool:
    """Whether a dose has no duration: no end, and neither a rate nor a drug that always runs.

    A vasopressor or an inotrope whose unit is unknown runs; in a unit that is no rate it is one
    moment.
    """
    if course.end_of(dose) is not None:
        return False
    unit = dose.get("unit")
    if unit is not None:
        return not is_rate(unit)
    return class_of(dose) not in {"vasopressor", "inotrope"}


def end_of_run(course: Course, dose: Entry) -> Fraction | None:
    """The hour at which a dose ended; a run without an end goes on to a later rate of 0."""
    end = course.end_of(dose)
    if end is not None or is_one_moment(course, dose):
        return end
    drug = ALSO_CALLED.get(dose.get("agent"), dose.get("agent"))
    zeros = (
        other.hour
        for other in course.doses
        if other.number("amount") == 0
        and ALSO_CALLED.get(other.get("agent"), other.get("agent")) == drug
    )
    return min((hour for hour in zeros if hour > dose.hour), default=None)


def is_open(course: Course, dose: Entry, hour: Fraction) -> bool:
    """Whether a dose is there at this hour: from its start to before its end; a rate of 0 never."""
    if dose.number("amount") == 0:
        return False
    if is_one_moment(course, dose):
        return dose.hour == hour
    end = end_of_run(course, dose)
    return dose.hour <= hour and (end is None or hour < end)
