"""What each class of a CRES row stands for in a course document, with both boundaries."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.oracle.crs_classes import FROM
from tests.oracle.icans_classes import ALL_ITEMS

Fields = dict[str, Any]


def _items(**points: int | None) -> Fields:
    """All ten points of ICE but for these; None is an item that was not asked."""
    items = {**ALL_ITEMS, **points}
    return {"ice": {name: score for name, score in items.items() if score is not None}}


NOWHERE = dict.fromkeys(("year", "month", "city", "hospital"), 0)
UNASKED: dict[str, int | None] = dict.fromkeys(("year", "month", "city", "hospital"))
NOTHING_WRITTEN = {"writing": 0, "attention": 0}

SCORES: dict[str, tuple[Fields, ...]] = {
    **{f"ice_{total}": ({"ice_total": total},) for total in range(11)},
    "items_9": (_items(),),
    "items_9_command_failed": (_items(command=0),),
    "items_9_command_unknown": (_items(command=None),),
    "items_8": (_items(year=0), _items(writing=0, command=0), _items(naming=2, command=None)),
    "items_7": (_items(naming=1), _items(attention=0, city=0)),
    "items_6": (_items(naming=0), _items(naming=0, command=0), _items(naming=2, year=0, month=0)),
    "items_5": (_items(**NOWHERE), _items(**NOWHERE, command=0)),
    "items_3": (_items(**NOWHERE, **NOTHING_WRITTEN),),
    "items_2": (_items(**NOWHERE, naming=0), _items(**NOWHERE, **NOTHING_WRITTEN, naming=2)),
    "items_1": (_items(**NOWHERE, **NOTHING_WRITTEN, naming=1),),
    "items_0": (
        _items(**NOWHERE, **NOTHING_WRITTEN, naming=0),
        _items(**NOWHERE, **NOTHING_WRITTEN, naming=0, command=None),
    ),
    "items_8_9": (_items(year=None), _items(attention=None, command=0)),
    "items_6_9": (_items(naming=None), _items(year=None, month=None, writing=None)),
    "items_1_9": ({"ice": {"year": 1}}, {"ice": {"year": 1, "command": 1}}),
    "items_0_8": ({"ice": {"year": 0}}, {"ice": {"writing": 0, "command": 1}}),
    "items_5_6": (_items(naming=0, year=None), _items(naming=0, year=None, command=None)),
    "items_2_3": (_items(**NOWHERE, naming=2, writing=None, attention=0),),
    "items_0_2": (_items(**NOWHERE, naming=0, writing=None, attention=None),),
    "items_0_1": (_items(**NOWHERE, naming=0, writing=None, attention=0),),
    "unknown": ({},),
    "unarousable": (
        {"ice_not_done": "unarousable"},
        {"ice_not_done": "unarousable", "ice_total": 0},
    ),
    "aphasia": ({"ice_not_done": "aphasia"}, {"ice_not_done": "aphasia", "ice_total": 0}),
    "sedated": ({"ice_not_done": "sedated"},),
    "not_done": tuple(
        {"ice_not_done": reason}
        for reason in ("intubated", "language", "sensory", "asleep", "refused", "off_ward")
    ),
}

WORDS: dict[str, dict[str, Fields]] = {
    "head": {"no": {"head_of_government": 0}, "yes": {"head_of_government": 1}},
    "consciousness": {
        word: {"consciousness": word} for word in ("spontaneous", "voice", "touch", "unarousable")
    },
    "seizure": {word: {"seizure": word} for word in ("none", "resolved", "prolonged", "present")},
    "kind": {
        word: {"seizure_kind": word}
        for word in ("focal", "generalized", "nonconvulsive", "nonconvulsive_status")
    },
    "motor": {
        "none": {"motor": "none"},
        "mild": {"motor": "mild"},
        "deep": {"motor": "deep_focal_weakness"},
    },
    "stage": {"0": {"papilledema_stage": 0}},
}
MEMBERS: dict[str, dict[str, tuple[Fields, ...]]] = {
    "score": SCORES,
    "icp": {
        "none": ({"icp": []},),
        "papilledema": ({"icp": ["papilledema"]}, {"icp": ["cn6_palsy", "papilledema"]}),
        "edema": (
            {"icp": ["focal_edema"]},
            {"icp": ["diffuse_edema"]},
            {"icp": ["diffuse_edema", "posturing"]},
        ),
        "other_sign": (
            {"icp": ["posturing"]},
            {"icp": ["cn6_palsy"]},
            {"icp": ["cushing_triad"]},
        ),
    },
    "stage": {
        "1_2": ({"papilledema_stage": 1}, {"papilledema_stage": 2}),
        "3_5": ({"papilledema_stage": 3}, {"papilledema_stage": 5}),
    },
    "opening": {
        "below_20": ({"csf_opening_mmhg": 19.9}, {"csf_opening_mmhg": 8}),
        "20_or_more": ({"csf_opening_mmhg": 20}, {"csf_opening_mmhg": 35}),
    },
}
SIGNS = ("ice", "consciousness", "seizure", "motor", "icp")


def assessment(row: dict[str, str], pick: Random) -> Fields:
    """The fields of one assessment for such a row, without its time."""
    fields: Fields = {}
    for name, word in row.items():
        if word in MEMBERS.get(name, {}):
            fields |= pick.choice(MEMBERS[name][word])
        fields |= WORDS.get(name, {}).get(word, {})
    signs = {sign: pick.choice(FROM[row.get(f"{sign}_from", "counts")]) for sign in SIGNS}
    attribution = {sign: cause for sign, cause in signs.items() if cause is not None}
    return {**fields, "attribution": attribution} if attribution else fields
