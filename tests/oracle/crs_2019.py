"""CRS by ASTCT 2019 as lookups over coded classes: hypotension, hypoxia, then the fever logic.

A row is a dict of class names, one for each dimension of `DIMENSIONS`; what a class stands for
in an assessment stands in `crs_classes`.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from tests.oracle.answer import (
    NOTHING,
    Answer,
    Span,
    beside_all_counted,
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


class Agents(NamedTuple):
    """Agents by name, vasopressin aside; whether vasopressin or an inotrope is among them, and
    whether there is one or more without a name."""

    named: int = 0
    vasopressin: bool = False
    inotrope: bool = False
    unnamed: bool = False


LISTED: dict[str, Agents | None] = {
    "unknown": None,
    "none": Agents(),
    "inotrope": Agents(inotrope=True),
    "vasopressin": Agents(vasopressin=True),
    "one": Agents(1),
    "one_with_vasopressin": Agents(1, vasopressin=True),
    "one_with_inotrope": Agents(1, inotrope=True),
    "vasopressin_with_inotrope": Agents(vasopressin=True, inotrope=True),
    "two": Agents(2),
    "two_with_vasopressin": Agents(2, vasopressin=True),
    "two_with_inotrope": Agents(2, inotrope=True),
    "other": Agents(unnamed=True),
    "other_with_vasopressin": Agents(vasopressin=True, unnamed=True),
    "other_with_one": Agents(1, unnamed=True),
}
RUNS = {
    "none": Agents(),
    "stopped": Agents(),
    "as_listed": Agents(),
    "inotrope": Agents(inotrope=True),
    "vasopressin": Agents(vasopressin=True),
    "one": Agents(1),
    "two": Agents(2),
    "one_with_vasopressin": Agents(1, vasopressin=True),
}
"""What runs by the doses and stands not on the list; `stopped` is what runs no more or not yet."""


def running(row: dict[str, str]) -> Span | None:
    """List and runs together; None where nothing runs that counts.

    Who has no name on the list may be the one who only runs. Without a list more may run.
    """
    listed, runs = LISTED[row["vasopressors"]], RUNS[row.get("runs", "none")]
    on_list = listed or Agents()
    agents = on_list.named + runs.named
    if on_list.unnamed and runs.named == 0:
        agents += 1
    if agents >= 2:
        return exactly(4)
    if agents == 0 and not on_list.vasopressin and not runs.vasopressin:
        return None
    return Span(3, 4, (VASOPRESSORS,)) if listed is None or on_list.unnamed else exactly(3)


def without_vasopressor(row: dict[str, str]) -> str:
    """The word for what is known where nothing runs that counts."""
    if row["vasopressors"] == "none" and row.get("runs") == "inotrope":
        return "inotrope"
    return row["vasopressors"]


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
    treated = running(row)
    if treated is not None:
        return treated
    if row["hypotension"] == "yes":
        return ANSWERED_YES[without_vasopressor(row)]
    if row["hypotension"] == "no":
        return NOTHING
    pressure = "unknown" if row["pressure"] == "diastolic" else row["pressure"]
    return UNANSWERED[without_vasopressor(row), pressure]


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
    if row["hypotension_from"] != "other" and running(row) is None:
        missing.update(hypotension(row).missing)
    if row["support"] == "unknown" and row["hypoxia_from"] != "other":
        missing.add(DEVICE)
    return zero_unless(missing)


def has_part(row: dict[str, str]) -> bool:
    """Whether anything that CRS looks at was recorded."""
    looked_at = ("temperature", "hypotension", "vasopressors", "pressure", "support", "saturation")
    return any(row[name] != "unknown" for name in looked_at)


@beside_all_counted
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
    "vasopressors": tuple(LISTED),
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
