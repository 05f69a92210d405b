"""ICANS by ASTCT 2019 as lookups over coded classes: ICE or CAPD, and the four other domains.

A row is a dict of class names; what a class stands for in an assessment stands in
`icans_classes`. `instrument` is "ice" or "capd", the one that stands for this patient.
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
    zero_unless,
)

NAME = {"ice": "ICE score", "capd": "CAPD"}


class Scored(NamedTuple):
    """What the instrument says: the span, whether it can stand for "0", whether it is complete."""

    span: Span
    done: bool
    complete: bool = True


def _not_done(name: str) -> Scored:
    """4 takes an unarousable patient, which consciousness says: a score can only add up to 3."""
    return Scored(Span(0, 3, (name,)), done=False, complete=False)


def _partly(best: int, worst: int) -> Scored:
    missing = (NAME["ice"],) if worst > best else ()
    return Scored(Span(best, worst, missing), done=best > 0, complete=False)


ICE = {
    "unknown": _not_done(NAME["ice"]),
    "10": Scored(exactly(0), done=True),
    "7_9": Scored(exactly(1), done=True),
    "3_6": Scored(exactly(2), done=True),
    "0_2": Scored(exactly(3), done=True),
    "unarousable": Scored(exactly(4), done=True),
    "aphasia": Scored(exactly(3), done=True),
    "sedated": _not_done(NAME["ice"]),
    "not_done": _not_done(NAME["ice"]),
    "partly_0_1": _partly(0, 1),
    "partly_0_2": _partly(0, 2),
    "partly_0_3": _partly(0, 3),
    "partly_1_1": _partly(1, 1),
    "partly_1_2": _partly(1, 2),
    "partly_1_3": _partly(1, 3),
    "partly_2_2": _partly(2, 2),
    "partly_2_3": _partly(2, 3),
    "partly_3_3": _partly(3, 3),
}
REASONS = ("unarousable", "aphasia", "sedated", "not_done")

CAPD = {
    "unknown": _not_done(NAME["capd"]),
    "0": Scored(exactly(0), done=True),
    "1_8": Scored(exactly(1), done=True),
    "1_8_usual": Scored(exactly(1), done=True),
    "1_8_above_usual": Scored(exactly(1), done=True),
    "9_32": Scored(exactly(3), done=True),
    "9_32_usual": Scored(exactly(3), done=True),
    "9_32_above_usual": Scored(exactly(3), done=True),
    "unarousable": Scored(exactly(4), done=True),
    "aphasia": _not_done(NAME["capd"]),
    "sedated": _not_done(NAME["capd"]),
    "not_done": _not_done(NAME["capd"]),
}
"""`usual`: at or below the score at baseline."""

CONSCIOUSNESS = {
    "unknown": Span(0, 4, ("consciousness",)),
    "spontaneous": NOTHING,
    "voice": exactly(2),
    "touch": exactly(3),
    "unarousable": exactly(4),
}
SEIZURE = {
    "unknown": Span(0, 4, ("seizure",)),
    "none": NOTHING,
    "resolved": exactly(3),
    "prolonged": exactly(4),
    "present": Span(3, 4, ("seizure",)),
}
MOTOR = {
    "unknown": Span(0, 4, ("motor",)),
    "none": NOTHING,
    "mild": NOTHING,
    "deep": exactly(4),
}
ICP = {
    ("unknown", "no"): Span(0, 4, ("ICP",)),
    ("none", "no"): NOTHING,
    ("focal", "no"): exactly(3),
    ("diffuse", "no"): exactly(4),
    ("sign", "no"): exactly(4),
    ("unknown", "yes"): Span(0, 4, ("ICP",)),
    ("none", "yes"): NOTHING,
    ("focal", "yes"): NOTHING,
    ("diffuse", "yes"): NOTHING,
    ("sign", "yes"): exactly(4),
}
"""By finding and intracranial hemorrhage, with which an edema does not count."""


def scored(row: dict[str, str]) -> Scored:
    instrument = row["instrument"]
    table, name = (ICE, NAME["ice"]) if instrument == "ice" else (CAPD, NAME["capd"])
    score = table[row["score"]]
    if row["ice_from"] == "other":
        whole = score.complete and row["score"] not in REASONS
        return Scored(NOTHING, done=True) if whole else _not_done(name)
    return score


def other_domains(row: dict[str, str]) -> tuple[Span, Span, Span, Span]:
    """Consciousness, seizure, motor and ICP; nothing where another cause explains the sign."""
    depressed = row["consciousness_from"] == "other" or row["score"] == "sedated"
    return (
        NOTHING if depressed else CONSCIOUSNESS[row["consciousness"]],
        NOTHING if row["seizure_from"] == "other" else SEIZURE[row["seizure"]],
        NOTHING if row["motor_from"] == "other" else MOTOR[row["motor"]],
        NOTHING if row["icp_from"] == "other" else ICP[row["icp"], row["hemorrhage"]],
    )


def is_usual(row: dict[str, str], others: tuple[Span, ...]) -> bool:
    """A CAPD no worse than at baseline and nothing else positive: this child may be as usual.

    That is so for a child who is awake; what woke a drowsy one may be put down to something else,
    but nobody then said that the score is usual.
    """
    awake = row["consciousness"] == "spontaneous"
    unasked = row["consciousness"] == "unknown" and row["consciousness_from"] == "counts"
    return (
        row["instrument"] == "capd"
        and row["score"] in ("1_8_usual", "9_32_usual")
        and (awake or unasked)
        and all(span.low == 0 for span in others)
    )


def before_infusion(row: dict[str, str], instrument: Scored) -> Answer:
    """0 where the instrument and the four other fields are recorded, whatever they say."""
    missing = set() if instrument.done and instrument.complete else {NAME[row["instrument"]]}
    for name, label in (
        ("consciousness", "consciousness"),
        ("seizure", "seizure"),
        ("motor", "motor"),
        ("icp", "ICP"),
    ):
        sedated = name == "consciousness" and row["score"] == "sedated"
        if row[name] == "unknown" and row[f"{name}_from"] != "other" and not sedated:
            missing.add(label)
    return zero_unless(missing)


@beside_all_counted
def grade(row: dict[str, str], context: str) -> Answer:
    """`context` is before (the infusion) or any other word."""
    instrument, others = scored(row), other_domains(row)
    if context == "before":
        return before_infusion(row, instrument)
    span = NOTHING if is_usual(row, others) else instrument.span
    spans = (span, *others)
    level = max(each.low for each in spans)
    could_raise = raising(spans, level)
    if level == 0 and not instrument.done:
        return cannot_tell(could_raise)
    return positive(level, could_raise)


# Every combination

SIGNS = ("ice_from", "consciousness_from", "seizure_from", "motor_from", "icp_from")
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "consciousness": tuple(CONSCIOUSNESS),
    "seizure": tuple(SEIZURE),
    "motor": tuple(MOTOR),
    "icp": ("unknown", "none", "focal", "diffuse", "sign"),
    "hemorrhage": ("no", "yes"),
    **dict.fromkeys(SIGNS, ("counts", "other")),
}
CONTEXTS = ("before", "after")
SCORES = [("ice", score) for score in ICE] + [("capd", score) for score in CAPD]


def combinations(names: tuple[str, ...] = tuple(DIMENSIONS)) -> list[dict[str, str]]:
    """Every combination of the classes of these dimensions, without the instrument."""
    return [
        dict(zip(names, classes, strict=True))
        for classes in product(*(DIMENSIONS[name] for name in names))
    ]
