"""What each class of an ICANS row stands for in a course document, with both boundaries."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.oracle.crs_classes import FROM

Fields = dict[str, Any]

ALL_ITEMS = {
    "year": 1,
    "month": 1,
    "city": 1,
    "hospital": 1,
    "naming": 3,
    "command": 1,
    "writing": 1,
    "attention": 1,
}


def _totals(*totals: int) -> tuple[Fields, ...]:
    return tuple({"ice_total": total} for total in totals)


def _items(**points: int | None) -> Fields:
    """All ten points but for these; None is an item that was not asked."""
    items = {**ALL_ITEMS, **points}
    return {"ice": {name: score for name, score in items.items() if score is not None}}


NOT_DONE = ("intubated", "language", "sensory", "asleep", "refused", "off_ward")

ICE: dict[str, tuple[Fields, ...]] = {
    "unknown": ({}, {"ice": {}}),
    "10": (*_totals(10), _items()),
    "7_9": (*_totals(7, 8, 9), _items(naming=0), _items(attention=0)),
    "3_6": (*_totals(3, 4, 5, 6), _items(naming=0, year=0)),
    "0_2": (*_totals(0, 1, 2), {"ice": dict.fromkeys(ALL_ITEMS, 0)}),
    "unarousable": (
        {"ice_not_done": "unarousable"},
        {"ice_not_done": "unarousable", "ice_total": 0},
    ),
    "aphasia": ({"ice_not_done": "aphasia"}, {"ice_not_done": "aphasia", "ice_total": 0}),
    "sedated": ({"ice_not_done": "sedated"},),
    "not_done": tuple({"ice_not_done": reason} for reason in NOT_DONE),
    "partly_0_1": (_items(year=None), _items(naming=None)),
    "partly_0_2": (_items(naming=None, command=None), _items(naming=None, city=None, year=None)),
    "partly_0_3": (
        {"ice": {"year": 1}},
        _items(year=None, month=None, city=None, hospital=None, naming=None, command=None),
    ),
    "partly_1_1": (_items(year=0, month=None), _items(naming=1, month=None)),
    "partly_1_2": (_items(year=0, naming=None), _items(naming=0, year=None)),
    "partly_1_3": ({"ice": {"year": 0}}, {"ice": {"naming": 0}}),
    "partly_2_2": (_items(naming=0, year=0, month=None),),
    "partly_2_3": (_items(naming=None, year=0, month=0, city=0, hospital=0, command=None),),
    "partly_3_3": (_items(naming=0, year=0, month=0, city=0, hospital=0, command=0, writing=None),),
}

CAPD: dict[str, tuple[Fields, ...]] = {
    "unknown": ({},),
    "0": ({"capd_total": 0},),
    "1_8": ({"capd_total": 1}, {"capd_total": 8}),
    "1_8_usual": ({"capd_total": 1}, {"capd_total": 5}),
    "1_8_above_usual": ({"capd_total": 6}, {"capd_total": 8}),
    "9_32": ({"capd_total": 9}, {"capd_total": 32}),
    "9_32_usual": ({"capd_total": 9}, {"capd_total": 12}),
    "9_32_above_usual": ({"capd_total": 13}, {"capd_total": 32}),
    "unarousable": (
        {"capd_not_done": "unarousable"},
        {"capd_not_done": "unarousable", "capd_total": 0},
    ),
    "aphasia": ({"capd_not_done": "aphasia"},),
    "sedated": ({"capd_not_done": "sedated"},),
    "not_done": tuple({"capd_not_done": reason} for reason in NOT_DONE),
}
USUAL_CAPD = {
    "1_8": None,
    "1_8_usual": 5,
    "1_8_above_usual": 5,
    "9_32": None,
    "9_32_usual": 12,
    "9_32_above_usual": 12,
}
"""The score at baseline; elsewhere it makes no difference."""

WORDS = {
    "consciousness": {name: name for name in ("spontaneous", "voice", "touch", "unarousable")},
    "seizure": {name: name for name in ("none", "resolved", "prolonged", "present")},
    "motor": {"none": "none", "mild": "mild", "deep": "deep_focal_weakness"},
}
ICP: dict[str, tuple[list[str] | None, ...]] = {
    "unknown": (None,),
    "none": ([],),
    "focal": (["focal_edema"],),
    "diffuse": (["diffuse_edema"], ["focal_edema", "diffuse_edema"]),
    "sign": (
        ["posturing"],
        ["cn6_palsy"],
        ["papilledema"],
        ["cushing_triad"],
        ["focal_edema", "papilledema"],
        ["diffuse_edema", "posturing"],
    ),
}
OTHER_NEURO: dict[str, tuple[list[str] | None, ...]] = {
    "no": (None, [], ["tremor", "headache"]),
    "yes": (["intracranial_hemorrhage"], ["asterixis", "intracranial_hemorrhage"]),
}
SIGNS = ("ice", "consciousness", "seizure", "motor", "icp")
CHILDREN = ("child of 8", "child of 2", "infant", "newborn")


def baseline(row: dict[str, str], pick: Random) -> Fields:
    """The scores at baseline for such a row."""
    if row["instrument"] == "ice":
        return pick.choice(({}, {"ice_total": 10}, {"ice_total": 8}))
    usual = USUAL_CAPD[row["score"]] if row["score"] in USUAL_CAPD else pick.choice((None, 0, 7))
    return {} if usual is None else {"capd_total": usual}


def assessment(row: dict[str, str], pick: Random) -> Fields:
    """The fields of one assessment for such a row, without its time."""
    scores = ICE if row["instrument"] == "ice" else CAPD
    fields = dict(pick.choice(scores[row["score"]]))
    for name, words in WORDS.items():
        if row[name] != "unknown":
            fields[name] = words[row[name]]
    lists = {
        "icp": pick.choice(ICP[row["icp"]]),
        "other_neuro": pick.choice(OTHER_NEURO[row["hemorrhage"]]),
    }
    fields.update({key: value for key, value in lists.items() if value is not None})
    signs = {sign: pick.choice(FROM[row[f"{sign}_from"]]) for sign in SIGNS}
    attribution = {sign: cause for sign, cause in signs.items() if cause is not None}
    return {**fields, "attribution": attribution} if attribution else fields
