"""CRES by CARTOX 2018 as lookups over coded classes: CARTOX-10, pressure, seizure, weakness.

A row is a dict of class names; what a class stands for in an assessment stands in
`cres_classes`. Read from the table of the specification's section 3.3 alone, so literally:
consciousness is part of the score column ("obtunded / cannot be tested"), signs of ICANS that
the table does not name (posturing, sixth nerve palsy, Cushing's triad) grade nothing, and new
weakness is 4 however mild.
"""

from __future__ import annotations

from itertools import product

from tests.oracle.answer import NOTHING, Span, beside_all_counted, exactly
from tests.oracle.scaled import Scaled, not_gradable, worst, zero_unless

SCORE, CONSCIOUSNESS_NAME, SEIZURE_NAME = "CARTOX-10", "consciousness", "seizure"
KIND, MOTOR_NAME, ICP_NAME = "kind of seizure", "motor", "ICP"
STAGE, OPENING = "papilledema stage", "CSF opening pressure"

BY_POINTS = (3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 0)
"""The grade of 0, 1 … 10 points: 0–2, 3–6, 7–9, 10."""

HEAD = {"unknown": (0, 1), "no": (0, 0), "yes": (1, 1)}
"""What the head of government adds at least and at most."""

TOTALS = {f"ice_{total}": total for total in range(11)}
"""An ICE total hides whether the command was followed, which CARTOX-10 does not ask."""

ITEMS: dict[str, tuple[int, int]] = {
    "items_9": (9, 9),
    "items_9_command_failed": (9, 9),
    "items_9_command_unknown": (9, 9),
    "items_8": (8, 8),
    "items_7": (7, 7),
    "items_6": (6, 6),
    "items_5": (5, 5),
    "items_3": (3, 3),
    "items_2": (2, 2),
    "items_1": (1, 1),
    "items_0": (0, 0),
    "items_8_9": (8, 9),
    "items_6_9": (6, 9),
    "items_1_9": (1, 9),
    "items_0_8": (0, 8),
    "items_5_6": (5, 6),
    "items_2_3": (2, 3),
    "items_0_2": (0, 2),
    "items_0_1": (0, 1),
}
"""The lowest and the highest sum of the nine points that ICE and CARTOX-10 share."""

PARTLY = tuple(name for name, (low, high) in ITEMS.items() if low < high)
NOT_DONE = ("unknown", "unarousable", "aphasia", "sedated", "not_done")
SCORES = (*TOTALS, *ITEMS, *NOT_DONE)

UNSCORED = (0, 9)
"""Of the shared points, where none was asked; a head of government missed is lost all the same."""


def points(row: dict[str, str]) -> tuple[int, int]:
    """The lowest and the highest CARTOX-10 that this row allows."""
    lowest, highest = HEAD[row["head"]]
    if row["score"] in NOT_DONE:
        return UNSCORED[0] + lowest, UNSCORED[1] + highest
    if row["score"] in ITEMS:
        low, high = ITEMS[row["score"]]
        return low + lowest, high + highest
    total = TOTALS[row["score"]]
    return max(total - 1, 0) + lowest, min(total, 9) + highest


def scored(row: dict[str, str]) -> Span:
    """What the score says; an examination that was not done says nothing, but for two reasons."""
    if row["score"] == "unarousable":
        return exactly(4)
    if row["score"] == "aphasia":
        return exactly(3)
    worst_sum, best_sum = points(row)
    low, high = BY_POINTS[best_sum], BY_POINTS[worst_sum]
    return exactly(low) if low == high else Span(low, high, (SCORE,))


def is_examined(row: dict[str, str]) -> bool:
    """Whether the shared points were all asked, or a sum recorded; the head of government aside."""
    return row["score"] not in (*NOT_DONE, *PARTLY)


def is_done(row: dict[str, str]) -> bool:
    """Whether the score by itself gives a grade, 0 included."""
    if row["score"] in ("unarousable", "aphasia"):
        return True
    low, high = points(row)
    return low == high or scored(row).low > 0


CONSCIOUSNESS = {
    "unknown": Span(0, 4, (CONSCIOUSNESS_NAME,)),
    "spontaneous": NOTHING,
    "voice": NOTHING,
    "unarousable": exactly(4),
}
TOUCH = {True: NOTHING, False: Span(0, 4, (SCORE,))}
"""Awakened only by touch: whoever was examined is not obtunded, else that stays open."""


def consciousness(row: dict[str, str]) -> Span:
    if row["consciousness_from"] == "other" or row["score"] == "sedated":
        return NOTHING
    if row["consciousness"] != "touch":
        return CONSCIOUSNESS[row["consciousness"]]
    return TOUCH[row["score"] == "aphasia" or is_examined(row)]


LENGTH = (SEIZURE_NAME,)
SEIZURE: dict[tuple[str, str], Span] = {
    ("unknown", "unknown"): Span(0, 4, LENGTH),
    ("none", "unknown"): NOTHING,
    ("resolved", "unknown"): Span(3, 4, (KIND,)),
    ("resolved", "focal"): exactly(3),
    ("resolved", "generalized"): exactly(4),
    ("resolved", "nonconvulsive"): exactly(3),
    ("resolved", "nonconvulsive_status"): exactly(4),
    ("prolonged", "unknown"): exactly(4),
    ("prolonged", "focal"): exactly(4),
    ("prolonged", "generalized"): exactly(4),
    ("prolonged", "nonconvulsive"): exactly(4),
    ("prolonged", "nonconvulsive_status"): exactly(4),
    ("present", "unknown"): Span(3, 4, (SEIZURE_NAME, KIND)),
    ("present", "focal"): Span(3, 4, LENGTH),
    ("present", "generalized"): exactly(4),
    ("present", "nonconvulsive"): Span(3, 4, LENGTH),
    ("present", "nonconvulsive_status"): exactly(4),
}
"""A seizure over 5 minutes, or repeated without recovery, is a status, whatever its kind."""

MOTOR = {
    "unknown": Span(0, 4, (MOTOR_NAME,)),
    "none": NOTHING,
    "mild": exactly(4),
    "deep": exactly(4),
}

EDEMA = exactly(4)
HIGH_STAGE, HIGH_OPENING = exactly(4), exactly(4)
PAPILLEDEMA = {
    ("1_2", "unknown"): Span(3, 4, (OPENING,)),
    ("1_2", "below_20"): exactly(3),
    ("unknown", "unknown"): Span(3, 4, (STAGE, OPENING)),
    ("unknown", "below_20"): Span(3, 4, (STAGE,)),
}
"""By stage and opening pressure, where neither alone makes it 4."""


def pressure(row: dict[str, str]) -> tuple[Span, ...]:
    """Edema, opening pressure, papilledema; unlooked for, any of them may be."""
    looked = () if row["icp"] != "unknown" else (Span(0, 4, (ICP_NAME,)),)
    if row["icp"] == "edema" or row["opening"] == "20_or_more" or row["stage"] == "3_5":
        return (exactly(4),)
    if row["icp"] == "papilledema" or row["stage"] == "1_2":
        stage = "unknown" if row["stage"] == "0" else row["stage"]
        return (PAPILLEDEMA[stage, row["opening"]], *looked)
    return looked or (NOTHING,)


SIGNS = ("ice_from", "consciousness_from", "seizure_from", "motor_from", "icp_from")


def scored_span(row: dict[str, str]) -> tuple[Span, bool]:
    """The score with its attribution: explained by another cause it is 0, undone stays undone."""
    if row["ice_from"] != "other":
        return scored(row), is_done(row)
    return (NOTHING, True) if is_examined(row) else (Span(0, 3, (SCORE,)), False)


def others(row: dict[str, str]) -> tuple[Span, ...]:
    """Consciousness, seizure, weakness, pressure; nothing where another cause explains them."""
    return (
        consciousness(row),
        NOTHING if row["seizure_from"] == "other" else SEIZURE[row["seizure"], row["kind"]],
        NOTHING if row["motor_from"] == "other" else MOTOR[row["motor"]],
        *((NOTHING,) if row["icp_from"] == "other" else pressure(row)),
    )


def is_recorded(row: dict[str, str]) -> bool:
    """Whether CARTOX-10 is known to the point, or explained by another cause."""
    if row["ice_from"] == "other":
        return is_examined(row)
    low, high = points(row)
    return row["score"] in ("unarousable", "aphasia") or low == high


def before_infusion(row: dict[str, str]) -> Scaled:
    """0 where all that CRES 0 needs is recorded, whatever it says."""
    missing = set() if is_recorded(row) else {SCORE}
    for name, label in (
        ("consciousness", CONSCIOUSNESS_NAME),
        ("seizure", SEIZURE_NAME),
        ("motor", MOTOR_NAME),
        ("icp", ICP_NAME),
    ):
        sedated = name == "consciousness" and row["score"] == "sedated"
        if row[name] == "unknown" and row[f"{name}_from"] != "other" and not sedated:
            missing.add(label)
    return zero_unless(missing)


@beside_all_counted
def grade(row: dict[str, str], context: str) -> Scaled:
    """`context` is before (the infusion) or after."""
    if context == "before":
        return before_infusion(row)
    span, done = scored_span(row)
    answer = worst((span, *others(row)))
    if answer.grade == 0 and not done:
        return not_gradable(answer.missing)
    return answer


# Every combination

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "score": SCORES,
    "head": tuple(HEAD),
    "consciousness": (*CONSCIOUSNESS, "touch"),
    "seizure": ("unknown", "none", "resolved", "prolonged", "present"),
    "kind": ("unknown", "focal", "generalized", "nonconvulsive", "nonconvulsive_status"),
    "motor": tuple(MOTOR),
    "icp": ("unknown", "none", "papilledema", "edema", "other_sign"),
    "stage": ("unknown", "0", "1_2", "3_5"),
    "opening": ("unknown", "below_20", "20_or_more"),
    **dict.fromkeys(SIGNS, ("counts", "other")),
}
CONTEXTS = ("before", "after")
SCORE_PART = ("score", "head", "ice_from")
SEIZURE_PART = ("seizure", "kind", "seizure_from")
ICP_PART = ("icp", "stage", "opening", "icp_from")
AWAKE_PART = ("consciousness", "consciousness_from", "motor", "motor_from")


def is_possible(row: dict[str, str]) -> bool:
    """A kind is told of a seizure only; papilledema that was seen has no stage 0."""
    no_kind = row.get("kind", "unknown") != "unknown" and row.get("seizure") in ("unknown", "none")
    no_disc = row.get("icp") == "papilledema" and row.get("stage") == "0"
    return not no_kind and not no_disc


def combinations(names: tuple[str, ...]) -> list[dict[str, str]]:
    """Every possible combination of the classes of these dimensions."""
    every = (
        dict(zip(names, classes, strict=True))
        for classes in product(*(DIMENSIONS[name] for name in names))
    )
    return [row for row in every if is_possible(row)]
