"""What a row of an older system says in bedside terms, before any system grades it.

A row is a dict of class names, one for each dimension of `DIMENSIONS`; what a class stands for
in an assessment stands in `older_classes`.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

Row = dict[str, str]

# Fever

FEVER = {"fever": True, "said_fever": True, "no_fever": False, "said_none": False, "unknown": None}
ANSWER = {"yes": True, "no": False, "unknown": None}


def fever(row: Row) -> bool | None:
    """Whether there is fever that counts; None where nobody knows."""
    return False if row["fever_from"] == "other" else FEVER[row["temperature"]]


# Hypotension


class Treatment(NamedTuple):
    """Vasopressors as they run: how many, and whether the rate is a high dose for whom.

    `several` is None where nobody can tell whether it is one agent or more.
    """

    several: bool | None
    lee: str
    penn: dict[str, str]


LOW, HIGH, UNTOLD = "low", "high", "unknown"


def _penn(light: str, heavy: str, unweighed: str = UNTOLD) -> dict[str, str]:
    """At 60 kg, at 120 kg, and where nobody knows the weight."""
    return {"60": light, "120": heavy, "unknown": unweighed}


ALL_LOW, ALL_HIGH, ALL_UNTOLD = (_penn(dose, dose, dose) for dose in (LOW, HIGH, UNTOLD))
PER_KG_LOW, PER_KG_HIGH, IF_LIGHT = _penn(LOW, LOW), _penn(HIGH, HIGH), _penn(HIGH, LOW)
"""Penn's doses of norepinephrine and epinephrine are per kilogram: open without a weight."""

ONE, SEVERAL = False, True
RUNNING: dict[str, Treatment] = {
    "vasopressin": Treatment(ONE, LOW, ALL_LOW),
    "norepinephrine_low": Treatment(ONE, LOW, PER_KG_LOW),
    "norepinephrine_high_if_light": Treatment(ONE, LOW, IF_LIGHT),
    "norepinephrine_high_unless_heavy": Treatment(ONE, HIGH, IF_LIGHT),
    "norepinephrine_high": Treatment(ONE, HIGH, PER_KG_HIGH),
    "epinephrine_low": Treatment(ONE, LOW, PER_KG_LOW),
    "epinephrine_high_if_light": Treatment(ONE, LOW, IF_LIGHT),
    "epinephrine_high_unless_heavy": Treatment(ONE, HIGH, IF_LIGHT),
    "epinephrine_high": Treatment(ONE, HIGH, PER_KG_HIGH),
    "flat_low": Treatment(ONE, LOW, ALL_LOW),
    "flat_high": Treatment(ONE, HIGH, ALL_HIGH),
    "rate_unknown": Treatment(ONE, UNTOLD, ALL_UNTOLD),
    "angiotensin": Treatment(ONE, UNTOLD, ALL_UNTOLD),
    "one_low_with_inotrope": Treatment(ONE, LOW, PER_KG_LOW),
    "rate_unknown_with_inotrope": Treatment(ONE, UNTOLD, ALL_UNTOLD),
    "low_with_vasopressin": Treatment(SEVERAL, LOW, PER_KG_LOW),
    "flat_low_with_vasopressin": Treatment(SEVERAL, LOW, ALL_LOW),
    "high_if_light_with_vasopressin": Treatment(SEVERAL, LOW, IF_LIGHT),
    "high_with_vasopressin": Treatment(SEVERAL, HIGH, ALL_HIGH),
    "rate_unknown_with_vasopressin": Treatment(SEVERAL, UNTOLD, ALL_UNTOLD),
    "two_low": Treatment(SEVERAL, LOW, PER_KG_LOW),
    "two_flat_low": Treatment(SEVERAL, LOW, ALL_LOW),
    "two_high_if_light": Treatment(SEVERAL, LOW, IF_LIGHT),
    "two_high": Treatment(SEVERAL, HIGH, ALL_HIGH),
    "two_rates_unknown": Treatment(SEVERAL, UNTOLD, ALL_UNTOLD),
    "one_low_of_two_known": Treatment(SEVERAL, UNTOLD, ALL_UNTOLD),
    "one_high_if_light_of_two_known": Treatment(SEVERAL, UNTOLD, _penn(HIGH, UNTOLD)),
    "one_high_of_two_known": Treatment(SEVERAL, HIGH, ALL_HIGH),
    "other": Treatment(None, UNTOLD, ALL_UNTOLD),
    "other_with_vasopressin": Treatment(SEVERAL, UNTOLD, ALL_UNTOLD),
    "other_with_one": Treatment(SEVERAL, UNTOLD, ALL_UNTOLD),
    "other_with_one_high": Treatment(SEVERAL, HIGH, ALL_HIGH),
}
"""`other` is one agent or more, of unknown name. Vasopressin counts among several."""


def treatment(row: Row) -> Treatment:
    """What runs. Where only the doses tell, the list may hold more than one agent."""
    runs = RUNNING[row["vasopressors"]]
    return runs._replace(several=runs.several or None) if is_told_by_doses(row) else runs


def is_told_by_doses(row: Row) -> bool:
    """Whether the list is unknown, so that what runs by the doses is the least that may run."""
    return row.get("told_by") == "doses"


LONG_ENOUGH = {"unknown": UNTOLD, "under_3": LOW, "under_24": HIGH, "from_24": HIGH}
"""A high dose has run for three hours."""
ABSENT, PRESENT, PRESENT_UNTREATED, MAYBE, MAYBE_UNTREATED, RUNS = (
    "absent",
    "present, vasopressors unknown",
    "present",
    "unknown, vasopressors too",
    "unknown",
    "vasopressors run",
)

UNANSWERED = {
    ("unknown", "low"): PRESENT,
    ("unknown", "normal"): MAYBE,
    ("unknown", "unknown"): MAYBE,
    ("none", "low"): PRESENT_UNTREATED,
    ("none", "normal"): ABSENT,
    ("none", "unknown"): MAYBE_UNTREATED,
    ("inotrope", "low"): PRESENT_UNTREATED,
    ("inotrope", "normal"): MAYBE_UNTREATED,
    ("inotrope", "unknown"): MAYBE_UNTREATED,
}
"""By vasopressors and pressure, where nobody said whether there is hypotension."""


def hypotension(row: Row) -> str:
    if row["hypotension_from"] == "other":
        return ABSENT
    if row["vasopressors"] in RUNNING:
        return RUNS
    if row["hypotension"] == "no":
        return ABSENT
    if row["hypotension"] == "yes":
        return PRESENT if row["vasopressors"] == "unknown" else PRESENT_UNTREATED
    return UNANSWERED[row["vasopressors"], row["pressure"]]


# Hypoxia

UNDER_40, FROM_40, FIO2_UNKNOWN, FLOW_UNKNOWN = "under 40 %", "from 40 %", "FiO2", "flow"
NONINVASIVE, NONINVASIVE_UNDER_40 = "CPAP or BiPAP", "CPAP or BiPAP under 40 %"
VENTILATOR, NOT_NEW, NOBODY_KNOWS = "ventilator", "not new", "unknown"

SUPPORT = {
    "room_air": NOT_NEW,
    "cannula_1": UNDER_40,
    "cannula_2": UNDER_40,
    "cannula_under_40": UNDER_40,
    "cannula_from_40": FROM_40,
    "cannula_above_6": FROM_40,
    "cannula_fio2_under_40": UNDER_40,
    "cannula_fio2_from_40": FROM_40,
    "cannula_flow_unknown": FLOW_UNKNOWN,
    "blow_by_fio2_unknown": FIO2_UNKNOWN,
    "blow_by_under_40": UNDER_40,
    "blow_by_from_40": FROM_40,
    "device_fio2_unknown": FIO2_UNKNOWN,
    "device_under_40": UNDER_40,
    "device_from_40": FROM_40,
    "noninvasive_fio2_unknown": NONINVASIVE,
    "noninvasive_under_40": NONINVASIVE_UNDER_40,
    "noninvasive_from_40": NONINVASIVE,
    "ventilator": VENTILATOR,
    "pressure_for_airway": NOT_NEW,
    "pressure_at_home": NOT_NEW,
    "noninvasive_unstated": NONINVASIVE,
    "ventilator_unstated": VENTILATOR,
}
CANNULAS = tuple(name for name in SUPPORT if name.startswith("cannula"))


class Oxygen(NamedTuple):
    """How oxygen is given, and whether it may be no more than is usual."""

    given: str
    maybe_usual: bool = False


def oxygen(row: Row) -> Oxygen:
    """What is given beyond what is usual for this patient."""
    if row["hypoxia_from"] == "other":
        return Oxygen(NOT_NEW)
    support, usual = row["support"], row["usual"]
    if support == "unknown":
        return Oxygen(NOBODY_KNOWS)
    given = SUPPORT[support]
    if usual == "home_cpap" and support == "noninvasive_unstated":
        return Oxygen(NOT_NEW)
    if usual == "cannula_2" and support in ("cannula_1", "cannula_2"):
        return Oxygen(NOT_NEW)
    if usual == "cannula_2" and support == "cannula_flow_unknown":
        return Oxygen(given, maybe_usual=True)
    return Oxygen(given, maybe_usual=usual == "cannula_flow_unknown" and support in CANNULAS)


def untreated(row: Row) -> str:
    """Whether a low saturation stands untreated, where no new oxygen is given."""
    if row["saturation"] != "low" or row["hypoxia_from"] == "other":
        return "no"
    return "yes" if row["usual_saturation"] == "normal" else "unknown"


def hypoxic(row: Row) -> bool | None:
    """Whether there is hypoxia, treated or not; None where nobody knows."""
    given, maybe_usual = oxygen(row)
    if given not in (NOT_NEW, NOBODY_KNOWS) and not maybe_usual:
        return True
    if untreated(row) != "no":
        return True if untreated(row) == "yes" else None
    return False if given == NOT_NEW else None


# Organs

LIVER, BILIRUBIN, KIDNEY, LUNG = "transaminases", "bilirubin", "creatinine", "pulmonary"
OTHER_ORGAN = "other"
KINDS = (LIVER, BILIRUBIN, KIDNEY, LUNG, OTHER_ORGAN)
ORGANS: dict[str, tuple[dict[str, int], bool]] = {
    "unknown": ({}, False),
    "none": ({}, True),
    **{
        f"{kind}_{grade}{end}": ({kind: grade}, whole)
        for kind, grade, (end, whole) in product(
            KINDS, (1, 2, 3, 4), (("", True), ("_alone", False))
        )
    },
    "other_0_alone": ({}, False),
    "transaminases_4_other_2": ({LIVER: 4, OTHER_ORGAN: 2}, True),
    "transaminases_4_other_4": ({LIVER: 4, OTHER_ORGAN: 4}, True),
    "transaminases_3_creatinine_2": ({LIVER: 3, KIDNEY: 2}, True),
}
"""CTCAE grades of the organs that have one, and whether those that a laboratory tells are known."""

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "temperature": tuple(FEVER),
    "fever_from": ("counts", "other"),
    "symptoms": tuple(ANSWER),
    "hypotension": ("yes", "no", "unknown"),
    "pressure": ("low", "normal", "unknown"),
    "boluses": ("unknown", "given", "none", "one", "several"),
    "vasopressors": ("unknown", "none", "inotrope", *RUNNING),
    "hours": tuple(LONG_ENOUGH),
    "refractory": tuple(ANSWER),
    "life": tuple(ANSWER),
    "hypotension_from": ("counts", "other"),
    "support": ("unknown", *SUPPORT),
    "saturation": ("low", "normal", "unknown"),
    "usual": ("none", "cannula_2", "cannula_flow_unknown", "home_cpap"),
    "usual_saturation": ("normal", "low"),
    "hypoxia_from": ("counts", "other"),
    "organs": tuple(ORGANS),
    "iv": tuple(ANSWER),
    "coagulopathy": tuple(ANSWER),
    "response": ("unknown", "prompt", "prolonged", "recurrent"),
    "weight": ("60", "120", "unknown"),
    "age": ("adult", "child", "unknown"),
}
CRS_PART = ("temperature", "hypotension", "pressure", "vasopressors", "support", "saturation")


def has_part(row: Row) -> bool:
    """Whether anything that CRS looks at was recorded."""
    return any(row[name] != "unknown" for name in CRS_PART)


def combinations(names: tuple[str, ...]) -> list[Row]:
    """Every combination of the classes of these dimensions."""
    return [
        dict(zip(names, classes, strict=True))
        for classes in product(*(DIMENSIONS[name] for name in names))
    ]
