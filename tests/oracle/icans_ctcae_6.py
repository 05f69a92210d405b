"""ICANS by CTCAE 6.0 as lookups over coded classes, read from its printed row.

The row, ";" meaning "or": 1 ICE 7–9; CAPD 1–8 and awakens spontaneously. 2 ICE 3–6; CAPD 1–8 and
awakens to voice; limiting instrumental ADL. 3 ICE 0–2; CAPD ≥ 9 and awakens only to touch;
limiting self-care. 4 life-threatening. What stands in two cells is the range between them.
"""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from tests.oracle.answer import (
    Answer,
    beside_all_counted,
    between,
    cannot_tell,
    positive,
    zero_unless,
)
from tests.oracle.cells import NOTHING, Cell, either, one, unsure

Row = dict[str, str]
ICE_NAME, CAPD_NAME, AWAKE = "ICE score", "CAPD", "consciousness"
LIVING, LIFE = "daily living", "life-threatening"

# The examination

ICE: dict[str, Cell] = {
    "unknown": unsure(0, 3, ICE_NAME),
    "10": NOTHING,
    "7_9": one(1),
    "3_6": one(2),
    "1_2": one(3),
    "0": one(3),
    "aphasia": one(3),
    "unarousable": NOTHING,
    "sedated": unsure(0, 3, ICE_NAME),
    "not_done": unsure(0, 3, ICE_NAME),
    "one_lost_rest_unasked": unsure(1, 3, ICE_NAME),
    "two_got_rest_unasked": unsure(0, 3, ICE_NAME),
    "four_lost_six_got": one(2),
}
CAPD_BY_WAKING: dict[str, dict[str, Cell]] = {
    "low": {
        "spontaneous": one(1),
        "voice": one(2),
        "touch": either(2, 3),
        "unarousable": NOTHING,
        "unknown": Cell(1, 1, 3, (AWAKE,), 2),
    },
    "high": {
        "spontaneous": either(1, 3),
        "voice": either(2, 3),
        "touch": one(3),
        "unarousable": NOTHING,
        "unknown": Cell(1, 3, 3, (AWAKE,), 3),
    },
    "none": dict.fromkeys(("spontaneous", "voice", "touch", "unarousable", "unknown"), NOTHING),
    "not_done": {
        "spontaneous": Cell(0, 0, 3, (CAPD_NAME,), 1),
        "voice": Cell(0, 0, 3, (CAPD_NAME,), 2),
        "touch": unsure(0, 3, CAPD_NAME),
        "unarousable": NOTHING,
        "unknown": unsure(0, 3, CAPD_NAME, AWAKE),
    },
}
CAPD = {
    "unknown": "not_done",
    "0": "none",
    "1_8": "low",
    "1_8_usual": "low",
    "1_8_above_usual": "low",
    "9_32": "high",
    "9_32_usual": "high",
    "unarousable": "none",
    "sedated": "not_done",
    "aphasia": "not_done",
    "not_done": "not_done",
}
NOT_EXAMINED = ("unknown", "sedated", "not_done")
SCORED_BY_REASON = ("unarousable", "aphasia")
PARTLY = ("one_lost_rest_unasked", "two_got_rest_unasked", "four_lost_six_got")


def counts(row: Row, sign: str) -> bool:
    return row[f"{sign}_from"] == "counts"


def is_ice(row: Row) -> bool:
    return row["instrument"] == "ice"


def waking(row: Row) -> str:
    """As it counts: by itself where another cause, or sedation, explains it."""
    if not counts(row, "consciousness") or row["score"] == "sedated":
        return "spontaneous"
    return row["consciousness"]


def is_done(row: Row) -> bool:
    """Whether the examination by itself can stand for a 0; put down elsewhere, a whole one."""
    score = row["score"]
    by_reason = score == "unarousable" or (score == "aphasia" and is_ice(row))
    left_open = (*NOT_EXAMINED, "one_lost_rest_unasked", "two_got_rest_unasked")
    if not counts(row, "ice"):
        return score not in (*NOT_EXAMINED, *PARTLY, *SCORED_BY_REASON)
    whole = score not in left_open and (is_ice(row) or score != "aphasia")
    return by_reason or (whole and score != "four_lost_six_got")


def examined(row: Row) -> Cell:
    """The cell of ICE, or of CAPD by waking."""
    if not counts(row, "ice"):
        undone = ICE["unknown"] if is_ice(row) else CAPD_BY_WAKING["not_done"][waking(row)]
        return NOTHING if is_done(row) else undone
    if is_ice(row):
        return ICE[row["score"]]
    return CAPD_BY_WAKING[CAPD[row["score"]]][waking(row)]


def unarousable(row: Row) -> bool | None:
    """None where nobody said so and nobody got a point."""
    if row["score"] == "unarousable" and counts(row, "ice"):
        return True
    if waking(row) != "unknown":
        return waking(row) == "unarousable"
    if not counts(row, "ice"):
        return False if is_done(row) else _open_unless_mute(row)
    pointless = (*NOT_EXAMINED, "0", "one_lost_rest_unasked") if is_ice(row) else NOT_EXAMINED
    if not is_ice(row) and row["score"] == "aphasia":
        return None
    return None if row["score"] in pointless else False


def _open_unless_mute(row: Row) -> bool | None:
    """An awake aphasia is awake, whatever it is put down to."""
    return False if is_ice(row) and row["score"] == "aphasia" else None


# What stands beside


def swollen(row: Row) -> str:
    """The signs of pressure that count: edema beside a hemorrhage does not."""
    if not counts(row, "icp"):
        return "none"
    edema = row["icp"] in ("focal", "diffuse")
    return "none" if edema and row["hemorrhage"] == "yes" else row["icp"]


def seized(row: Row) -> str:
    return row["seizure"] if counts(row, "seizure") else "none"


def is_weak(row: Row) -> bool:
    return row["motor"] == "deep" and counts(row, "motor")


def severe(row: Row) -> bool:
    """What is grade 4 by ASTCT."""
    return (
        unarousable(row) is True
        or seized(row) == "prolonged"
        or is_weak(row)
        or swollen(row) in ("diffuse", "sign")
    )


def beside(row: Row) -> bool:
    """A sign of neurotoxicity apart from the points of the examination."""
    return (
        unarousable(row) is True
        or waking(row) in ("voice", "touch")
        or seized(row) in ("resolved", "prolonged", "present")
        or is_weak(row)
        or swollen(row) in ("focal", "diffuse", "sign")
        or row["living"] in ("instrumental", "self_care")
    )


def is_usual(row: Row) -> bool | None:
    """A CAPD no higher than at baseline in a child who is awake and has nothing else."""
    usual = row["score"] in ("1_8_usual", "9_32_usual") and not is_ice(row) and counts(row, "ice")
    if not usual or beside(row):
        return False
    if row["consciousness"] == "spontaneous":
        return True
    return None if waking(row) == "unknown" else False


def has_points(row: Row) -> bool:
    """Points of ICE lost for certain, or points of CAPD that are not as usual."""
    if not counts(row, "ice"):
        return False
    if is_ice(row):
        return ICE[row["score"]].low > 0
    return CAPD[row["score"]] in ("low", "high") and is_usual(row) is False


def lives(row: Row) -> Cell:
    """Daily living, asked once there is a sign."""
    if row["living"] == "unknown":
        return unsure(0, 3, LIVING) if beside(row) or has_points(row) else NOTHING
    return {"not_limited": NOTHING, "instrumental": one(2), "self_care": one(3)}[row["living"]]


def threatened(row: Row) -> tuple[Cell, ...]:
    """Life-threatening beside a severe sign is 4; an unarousable patient is 3 to 4 until told."""
    asleep = {
        True: {"unknown": Cell(3, 4, 4, (LIFE,), 4), "no": one(3), "yes": one(4)}[row["life"]],
        False: NOTHING,
        None: unsure(0, 3 if row["life"] == "no" else 4, AWAKE),
    }[unarousable(row)]
    if row["life"] == "yes" and unarousable(row) is None:
        asleep = NOTHING
    if severe(row):
        return asleep, {"unknown": unsure(0, 4, LIFE), "no": NOTHING, "yes": one(4)}[row["life"]]
    limited = row["living"] in ("instrumental", "self_care")
    if row["life"] == "yes" and (limited or has_points(row)):
        return asleep, Cell(1, 4, 4)
    return (asleep,)


# The grade


def before_infusion(row: Row) -> Answer:
    missing = [] if is_done(row) else [ICE_NAME if is_ice(row) else CAPD_NAME]
    if not is_ice(row) and waking(row) == "unknown":
        missing.append(AWAKE)
    return zero_unless(missing)


def has_part(row: Row) -> bool:
    """Whether anything that the row looks at, or ICANS by ASTCT, was recorded."""
    looked_at = ("score", "consciousness", "seizure", "motor", "icp", "living")
    return any(row[name] != "unknown" for name in looked_at)


@beside_all_counted
def grade(row: Row, context: str) -> Answer:
    """`context` is before (the infusion) or after."""
    if not has_part(row):
        return cannot_tell(before_infusion(row).missing)
    if context == "before":
        return before_infusion(row)
    usual = is_usual(row)
    exam = examined(row) if usual is False else (NOTHING if usual else unsure(0, 1, AWAKE))
    cells = (exam, lives(row), *threatened(row))
    low, printed = max(cell.low for cell in cells), max(cell.printed for cell in cells)
    exceeding = [cell for cell in cells if cell.missing and cell.high > printed]
    narrowing = [cell for cell in cells if cell.missing and cell.firm > low]
    missing = frozenset(name for cell in exceeding + narrowing for name in cell.missing)
    if printed > low:
        return between(low, printed, missing, at_least=bool(exceeding))
    if low == 0 and not is_done(row):
        return cannot_tell(missing)
    return positive(low, missing)


# Rows, and what their classes stand for

SIGNS = ("ice", "consciousness", "seizure", "motor", "icp")
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "consciousness": ("unknown", "spontaneous", "voice", "touch", "unarousable"),
    "seizure": ("unknown", "none", "resolved", "prolonged", "present"),
    "motor": ("unknown", "none", "mild", "deep"),
    "icp": ("unknown", "none", "focal", "diffuse", "sign"),
    "hemorrhage": ("no", "yes"),
    "living": ("unknown", "not_limited", "instrumental", "self_care"),
    "life": ("unknown", "no", "yes"),
    **{f"{sign}_from": ("counts", "other") for sign in SIGNS},
}
NORMAL: Row = {
    "consciousness": "spontaneous",
    "seizure": "none",
    "motor": "none",
    "icp": "none",
    "hemorrhage": "no",
    "living": "not_limited",
    "life": "unknown",
    **{f"{sign}_from": "counts" for sign in SIGNS},
}
SCORES = [("ice", score) for score in ICE] + [("capd", score) for score in CAPD]
CONTEXTS = ("before", "after")

Fields = dict[str, Any]
ITEMS_LOST = {"year": 0, "month": 0, "city": 0, "hospital": 0}
POINTS: dict[tuple[str, str], tuple[Fields, ...]] = {
    ("ice", "unknown"): ({},),
    ("ice", "10"): ({"ice_total": 10},),
    ("ice", "7_9"): ({"ice_total": 7}, {"ice_total": 9}),
    ("ice", "3_6"): ({"ice_total": 3}, {"ice_total": 6}),
    ("ice", "1_2"): ({"ice_total": 1}, {"ice_total": 2}),
    ("ice", "0"): ({"ice_total": 0},),
    ("ice", "one_lost_rest_unasked"): ({"ice": {"year": 0}},),
    ("ice", "two_got_rest_unasked"): ({"ice": {"year": 1, "month": 1}},),
    ("ice", "four_lost_six_got"): (
        {"ice": {**ITEMS_LOST, "naming": 3, "command": 1, "writing": 1}},
    ),
    ("capd", "unknown"): ({},),
    ("capd", "0"): ({"capd_total": 0},),
    ("capd", "1_8"): ({"capd_total": 1}, {"capd_total": 8}),
    ("capd", "1_8_usual"): ({"capd_total": 1}, {"capd_total": 5}),
    ("capd", "1_8_above_usual"): ({"capd_total": 6}, {"capd_total": 8}),
    ("capd", "9_32"): ({"capd_total": 9}, {"capd_total": 32}),
    ("capd", "9_32_usual"): ({"capd_total": 9}, {"capd_total": 12}),
}
USUAL = {"1_8_usual": 5, "1_8_above_usual": 5, "9_32_usual": 12}
ICP_SIGNS = {"none": [], "focal": ["focal_edema"], "diffuse": ["diffuse_edema"]}
SEVERE_SIGNS = ("posturing", "cn6_palsy", "papilledema", "cushing_triad")


def assessment(row: Row, pick: Random) -> Fields:
    """The fields of one assessment for such a row, without its time."""
    instrument, score = row["instrument"], row["score"]
    if (instrument, score) in POINTS:
        fields = dict(pick.choice(POINTS[instrument, score]))
    else:
        reasons = ("refused", "asleep", "language") if score == "not_done" else (score,)
        fields = {f"{instrument}_not_done": pick.choice(reasons)}
    fields |= {name: row[name] for name in ("consciousness", "seizure") if row[name] != "unknown"}
    if row["motor"] != "unknown":
        fields["motor"] = "deep_focal_weakness" if row["motor"] == "deep" else row["motor"]
    if row["icp"] != "unknown":
        fields["icp"] = ICP_SIGNS.get(row["icp"]) or (
            [pick.choice(SEVERE_SIGNS)] if row["icp"] == "sign" else []
        )
    if row["hemorrhage"] == "yes":
        fields["other_neuro"] = ["intracranial_hemorrhage"]
    if row["living"] != "unknown":
        fields["daily_living"] = row["living"]
    if row["life"] != "unknown":
        fields["life_threatening"] = row["life"] == "yes"
    elsewhere = {sign: "other" for sign in SIGNS if row[f"{sign}_from"] == "other"}
    return {**fields, "attribution": elsewhere} if elsewhere else fields


def pairs(instrument: str, score: str) -> list[Row]:
    """Each pair of other findings beside this score, all else normal."""
    start = {**NORMAL, "instrument": instrument, "score": score}
    names = tuple(DIMENSIONS)
    return [
        {**start, one_name: one_class, other_name: other_class}
        for one_name, other_name in product(names, names)
        if one_name < other_name
        for one_class, other_class in product(DIMENSIONS[one_name], DIMENSIONS[other_name])
    ]


def anything(instrument: str, score: str, pick: Random) -> Row:
    """Any class of each dimension, but seldom a sign that is put down to something else."""
    row = {name: pick.choice(classes) for name, classes in DIMENSIONS.items()}
    seldom = {f"{sign}_from": "counts" for sign in SIGNS if pick.random() < 0.8}
    return {**row, **seldom, "instrument": instrument, "score": score}
