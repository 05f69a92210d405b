"""CRS by ASTCT 2019 as lookups over coded classes: hypotension, hypoxia, then the fever logic.

A row is a dict of class names, one for each dimension of `DIMENSIONS`; what a class stands for
in an assessment stands in `crs_classes`.
"""

from __future__ import annotations

from itertools import product

from tests.oracle.answer import (
    NOTHING,
    Answer,
    Span,
    cannot_tell,
    exactly,
    positive,
    raising,
    to_review,
    zero_unless,
)

TEMPERATURE, HYPOTENSION = "temperature", "hypotension"
VASOPRESSORS, DEVICE, FLOW = "vasopressors", "oxygen device", "oxygen flow"

# Hypotension

RUNNING = {
    "vasopressin": exactly(3),
    "one": exactly(3),
    "one_with_vasopressin": exactly(3),
    "one_with_inotrope": exactly(3),
    "vasopressin_with_inotrope": exactly(3),
    "two": exactly(4),
    "two_with_vasopressin": exactly(4),
    "two_with_inotrope": exactly(4),
    "other": Span(3, 4, (VASOPRESSORS,)),
    "other_with_vasopressin": Span(3, 4, (VASOPRESSORS,)),
    "other_with_one": exactly(4),
}
"""A vasopressor runs: it decides, whatever was answered and whatever the pressure reads."""

ANSWERED_YES = {
    "unknown": Span(2, 4, (VASOPRESSORS,)),
    "none": exactly(2),
    "inotrope": exactly(2),
}
"""Hypotension is answered with yes, and no vasopressor is known to run."""

UNANSWERED = {
    ("unknown", "low"): Span(2, 4, (VASOPRESSORS,)),
    ("unknown", "normal"): Span(0, 4, (HYPOTENSION, VASOPRESSORS)),
    ("unknown", "unknown"): Span(0, 4, (HYPOTENSION, VASOPRESSORS)),
    ("none", "low"): exactly(2),
    ("none", "normal"): NOTHING,
    ("none", "unknown"): Span(0, 2, (HYPOTENSION,)),
    ("inotrope", "low"): exactly(2),
    ("inotrope", "normal"): Span(0, 2, (HYPOTENSION,)),
    ("inotrope", "unknown"): Span(0, 2, (HYPOTENSION,)),
}
"""By vasopressors and pressure. A normal pressure is an answer only where nothing runs at all."""


def hypotension(row: dict[str, str]) -> Span:
    if row["hypotension_from"] == "other":
        return NOTHING
    if row["vasopressors"] in RUNNING:
        return RUNNING[row["vasopressors"]]
    if row["hypotension"] == "yes":
        return ANSWERED_YES[row["vasopressors"]]
    if row["hypotension"] == "no":
        return NOTHING
    pressure = "unknown" if row["pressure"] == "diastolic" else row["pressure"]
    return UNANSWERED[row["vasopressors"], pressure]


# Hypoxia

NOT_NEW = None
"""No oxygen beyond what is usual for this patient: the saturation then decides."""

SUPPORT: dict[str, Span | None] = {
    "room_air": NOT_NEW,
    "cannula_1": exactly(2),
    "cannula_2": exactly(2),
    "cannula_6": exactly(2),
    "cannula_above_6": exactly(3),
    "cannula_flow_unknown": Span(2, 3, (FLOW,)),
    "blow_by": exactly(2),
    "high_flow": exactly(3),
    "mask": exactly(3),
    "pressure_for_hypoxia": exactly(4),
    "pressure_for_airway": NOT_NEW,
    "pressure_at_home": NOT_NEW,
    "noninvasive_unstated": exactly(4),
    "ventilator_unstated": exactly(4),
}

USUAL: dict[str, dict[str, Span | None]] = {
    "none": {},
    "cannula_2": {
        "cannula_1": NOT_NEW,
        "cannula_2": NOT_NEW,
        "cannula_flow_unknown": Span(0, 3, (FLOW,)),
    },
    "cannula_flow_unknown": {
        "cannula_1": Span(0, 2, (FLOW,)),
        "cannula_2": Span(0, 2, (FLOW,)),
        "cannula_6": Span(0, 2, (FLOW,)),
        "cannula_above_6": Span(0, 3, (FLOW,)),
        "cannula_flow_unknown": Span(0, 3, (FLOW,)),
    },
    "home_cpap": {"noninvasive_unstated": NOT_NEW},
}
"""What the baseline changes in `SUPPORT`: unchanged is nothing, an unknown flow may be too."""

UNTREATED = {"normal": Span(2, 4, (DEVICE,)), "low": Span(0, 4, (DEVICE,))}
"""Low saturation and perhaps no new oxygen, by the saturation at baseline."""


def hypoxia(row: dict[str, str]) -> tuple[Span, ...]:
    """What the device says and, where it may be no new oxygen, what the saturation says."""
    if row["hypoxia_from"] == "other":
        return ()
    low = row["saturation"] == "low"
    untreated = (UNTREATED[row["usual_saturation"]],) if low else ()
    if row["support"] == "unknown":
        return untreated or (Span(0, 4, (DEVICE,)),)
    span = USUAL[row["usual"]].get(row["support"], SUPPORT[row["support"]])
    if span is NOT_NEW:
        return untreated
    return (span,) if span.low > 0 else (span, *untreated)


# Fever, episode, waiver

FEVER = {"fever": True, "said_fever": True, "no_fever": False, "said_none": False, "unknown": None}


def has_fever(row: dict[str, str]) -> bool | None:
    """Whether there is fever that counts; None where nobody knows."""
    return False if row["fever_from"] == "other" else FEVER[row["temperature"]]


def before_infusion(row: dict[str, str]) -> Answer:
    """0 where the four fields of CRS 0 are recorded, whatever they say."""
    missing = set()
    if has_fever(row) is None:
        missing.add(TEMPERATURE)
    if row["vasopressors"] not in RUNNING:
        missing.update(hypotension(row).missing)
    if row["support"] == "unknown" and row["hypoxia_from"] != "other":
        missing.add(DEVICE)
    return zero_unless(missing)


def has_part(row: dict[str, str]) -> bool:
    """Whether anything that CRS looks at was recorded."""
    looked_at = ("temperature", "hypotension", "vasopressors", "pressure", "support", "saturation")
    return any(row[name] != "unknown" for name in looked_at)


def grade(row: dict[str, str], context: str) -> Answer:
    """`context` is before, first, open, waived or late (after Day 14, no episode open)."""
    if not has_part(row):
        return cannot_tell((TEMPERATURE, HYPOTENSION, VASOPRESSORS, DEVICE))
    if context == "before":
        return before_infusion(row)
    signs = (hypotension(row), *hypoxia(row))
    fever, level = has_fever(row), max(sign.low for sign in signs)
    temperature = () if fever is not None else (TEMPERATURE,)
    if fever:
        level = max(1, level)
        if context == "late" and row["fever_from"] != "car_t":
            return to_review(level, raising(signs, level))
        return positive(level, raising(signs, level))
    if level == 0:
        return zero_unless(raising(signs, 0).union(temperature))
    if context == "waived":
        return positive(level, raising(signs, level))
    return to_review(level, raising(signs, level), temperature)


# Every combination

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "temperature": tuple(FEVER),
    "fever_from": ("car_t", "unstated", "other"),
    "hypotension": ("yes", "no", "unknown"),
    "pressure": ("low", "normal", "unknown"),
    "vasopressors": ("unknown", "none", "inotrope", *RUNNING),
    "hypotension_from": ("counts", "other"),
    "support": ("unknown", *SUPPORT),
    "saturation": ("low", "normal", "unknown"),
    "usual": tuple(USUAL),
    "usual_saturation": ("normal", "low"),
    "hypoxia_from": ("counts", "other"),
}
CONTEXTS = ("before", "first", "open", "waived", "late")
FEVER_PART = ("temperature", "fever_from")
HYPOTENSION_PART = ("hypotension", "pressure", "vasopressors", "hypotension_from")
HYPOXIA_PART = ("support", "saturation", "usual", "usual_saturation", "hypoxia_from")


def combinations(names: tuple[str, ...]) -> list[dict[str, str]]:
    """Every combination of the classes of these dimensions."""
    return [
        dict(zip(names, classes, strict=True))
        for classes in product(*(DIMENSIONS[name] for name in names))
    ]
