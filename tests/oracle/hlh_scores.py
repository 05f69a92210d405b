"""HScore 2014, HLH-2004 and CARTOX-HLH 2018 as lookups over the classes of `hlh_classes`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.oracle.hlh_classes import (
    ABOVE_10_000,
    ANC,
    AST,
    AST_SEVERE,
    FERRITIN,
    FIBRINOGEN,
    HEMOGLOBIN,
    HEMOPHAGOCYTOSIS,
    IMMUNOSUPPRESSED,
    NK_LOW,
    ORGAN_GRADE,
    ORGAN_POINTS,
    ORGANS,
    PLATELETS,
    SIL2R,
    TEMPERATURE,
    TRIGLYCERIDES,
    WBC,
)

Row = dict[str, str]
Truth = bool | None


def looked_for(row: Row) -> bool:
    """Whether ferritin, fibrinogen, triglycerides or an answer on hemophagocytosis came at all.

    A result in a unit that cannot be read came too.
    """
    names = ("ferritin", "fibrinogen", "triglycerides", "hemophagocytosis")
    return any(row[name] != "unknown" for name in names)


# HScore

BY_LINEAGES = (0, 0, 24, 34)
"""Points of 0, 1, 2, 3 low lineages."""

PRINTED = {
    90: 1, 100: 1, 110: 3, 120: 5, 130: 9, 140: 16, 150: 25, 160: 40, 170: 54,
    180: 70, 190: 80, 200: 88, 210: 93, 220: 96, 230: 98, 240: 99, 250: 99,
}  # fmt: skip
"""Probability in percent; at 90 the print has "< 1", at 250 "> 99"."""


def lineage_points(row: Row) -> tuple[int, int]:
    lows = (
        HEMOGLOBIN[row["hemoglobin"]].h_score,
        WBC[row["wbc"]].h_score,
        PLATELETS[row["platelets"]].h_score,
    )
    surely = sum(low is True for low in lows)
    perhaps = sum(low is not False for low in lows)
    return BY_LINEAGES[surely], BY_LINEAGES[perhaps]


def probability(points: int) -> tuple[Fraction, str]:
    """Percent, interpolated between the printed rows, and the sign beyond them."""
    if points < 100:
        return Fraction(1), "<"
    if points > 240:
        return Fraction(99), ">"
    below = points // 10 * 10
    step = Fraction(points - below, 10)
    return PRINTED[below] + step * (PRINTED.get(below + 10, 99) - PRINTED[below]), "="


def h_score_points(row: Row) -> dict[str, tuple[int, int]]:
    """Points at least and at most, item by item."""
    return {
        "immunosuppressed": IMMUNOSUPPRESSED[row["immunosuppressed"]],
        "temperature": TEMPERATURE[row["temperature"]].points,
        "organomegaly": ORGAN_POINTS[row["splenomegaly"], row["hepatomegaly"]],
        "cytopenias": lineage_points(row),
        "ferritin": FERRITIN[row["ferritin"]].points,
        "triglycerides": TRIGLYCERIDES[row["triglycerides"]].points,
        "fibrinogen": FIBRINOGEN[row["fibrinogen"]].points,
        "ast": AST[row["ast"]].points,
        "hemophagocytosis": HEMOPHAGOCYTOSIS[row["hemophagocytosis"]].points,
    }


def h_score(row: Row) -> dict[str, Any] | None:
    """Range, and the probability where it is one number."""
    if not looked_for(row):
        return None
    points = h_score_points(row)
    low, high = (sum(span[end] for span in points.values()) for end in (0, 1))
    percent, sign = probability(low) if low == high else (None, None)
    return {
        "low": low,
        "high": high,
        "probability": None if percent is None else float(percent),
        "comparator": sign,
    }


# HLH-2004


def either(*truths: Truth) -> Truth:
    """True if any is, false if all are."""
    if any(truth is True for truth in truths):
        return True
    return False if all(truth is False for truth in truths) else None


def at_least(needed: int, truths: tuple[Truth, ...]) -> Truth:
    surely = sum(truth is True for truth in truths)
    perhaps = sum(truth is not False for truth in truths)
    return True if surely >= needed else False if perhaps < needed else None


def hlh_2004_items(row: Row) -> dict[str, Truth]:
    lineages = (
        HEMOGLOBIN[row["hemoglobin"]].hlh_2004,
        PLATELETS[row["platelets"]].hlh_2004,
        ANC[row["anc"]].hlh_2004,
    )
    return {
        "fever": TEMPERATURE[row["temperature"]].hlh_2004,
        "splenomegaly": ORGANS[row["splenomegaly"]],
        "cytopenias": at_least(2, lineages),
        "triglycerides_fibrinogen": either(
            TRIGLYCERIDES[row["triglycerides"]].hlh_2004, FIBRINOGEN[row["fibrinogen"]].hlh_2004
        ),
        "hemophagocytosis": HEMOPHAGOCYTOSIS[row["hemophagocytosis"]].hlh_2004,
        "nk": NK_LOW[row["nk"]],
        "ferritin": FERRITIN[row["ferritin"]].hlh_2004,
        "sil2r": SIL2R[row["sil2r"]].hlh_2004,
    }


def hlh_2004(row: Row) -> dict[str, Any] | None:
    """How many of eight are met; five fulfill. Soluble CD25 alone has something to say too."""
    if not looked_for(row) and row["sil2r"] == "unknown":
        return None
    items = hlh_2004_items(row)
    return {
        "met": sum(truth is True for truth in items.values()),
        "of": 8,
        "items": items,
        "fulfilled": at_least(5, tuple(items.values())),
    }


# CARTOX-HLH


def liver(row: Row) -> Truth:
    """By organ grade or AST, whichever is severe; a mild AST alone says nothing of the ALT."""
    graded = either(ORGAN_GRADE[row["transaminases"]], ORGAN_GRADE[row["bilirubin"]])
    return True if row["ast"] == AST_SEVERE else graded


def cartox_items(row: Row) -> dict[str, Truth]:
    return {
        "ferritin": ABOVE_10_000[row["ferritin"]],
        "liver": liver(row),
        "kidney": ORGAN_GRADE[row["creatinine"]],
        "lung": ORGAN_GRADE[row["pulmonary"]],
        "hemophagocytosis": HEMOPHAGOCYTOSIS[row["hemophagocytosis"]].hlh_2004,
    }


def cartox_hlh(row: Row) -> dict[str, Any] | None:
    """Ferritin above 10,000 and any two of four; nothing without ferritin or marrow."""
    if row["ferritin"] == "unknown" and row["hemophagocytosis"] == "unknown":
        return None
    items = cartox_items(row)
    organs = at_least(2, tuple(items[name] for name in items if name != "ferritin"))
    both = (items["ferritin"], organs)
    fulfilled = False if False in both else True if both == (True, True) else None
    return {
        "met": sum(truth is True for truth in items.values()),
        "items": items,
        "fulfilled": fulfilled,
    }
