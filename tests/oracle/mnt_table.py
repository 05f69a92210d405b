"""MNT as a lookup: which clusters have a symptom, when, and put down to what."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

Fields = dict[str, Any]

CLUSTERS: dict[str, tuple[str, ...]] = {
    "movement": (
        "tremor",
        "micrographia",
        "bradykinesia",
        "rigidity",
        "gait_disturbance",
        "parkinsonism",
    ),
    "cognition": ("memory_loss", "attention_deficit", "cognitive_change"),
    "personality": ("reduced_facial_expression", "apathy", "personality_change"),
}
OTHERS = ("headache", "nystagmus", "migraine", "diabetes_insipidus", "pres", "myelitis")

WELL: Fields = {
    "temperature_c": 36.6,
    "hypotension": False,
    "vasopressors": [],
    "oxygen_device": "room_air",
    "ice_total": 10,
    "consciousness": "spontaneous",
    "seizure": "none",
    "motor": "none",
    "icp": [],
}
FEVER = {**WELL, "temperature_c": 39}
CONFUSED = {**WELL, "ice_total": 5}


def _days(*assessments: tuple[int, Fields]) -> list[Fields]:
    return [{"hour": 24 * day + 8, **fields} for day, fields in assessments]


BEFORE = "before the infusion"
SETTINGS: dict[str, tuple[list[Fields], float, bool]] = {
    BEFORE: ([], -30, False),
    "no CRS or ICANS before": (_days((1, WELL), (2, WELL), (4, WELL)), 27 * 24 + 8, True),
    "during ICANS": (_days((4, CONFUSED), (5, CONFUSED)), 6 * 24 + 8, False),
    "during CRS": (_days((4, FEVER), (5, FEVER)), 6 * 24 + 8, False),
    "after CRS": (_days((2, FEVER), (3, WELL), (4, WELL), (5, WELL)), 27 * 24 + 8, True),
    "since ICANS": (
        _days(
            (4, {**CONFUSED, "other_neuro": ["tremor", "apathy"]}), (6, WELL), (7, WELL), (8, WELL)
        ),
        27 * 24 + 8,
        True,
    ),
    "after ICANS": (_days((4, CONFUSED), (6, WELL), (7, WELL), (8, WELL)), 27 * 24 + 8, True),
}
"""Earlier assessments, the hour of the one asked about, whether that is after recovery.

A symptom that began during ICANS and is still seen after recovery counts (a local rule).
"""

ACTIVE = {"during ICANS": {"ice_total": 5}, "during CRS": {"temperature_c": 39}}
ATTRIBUTED = ("absent", "car_t", "undetermined", "other")


def rows() -> list[dict[str, Any]]:
    """Each set of clusters, with and without other findings, cause and setting."""
    sets = product((False, True), repeat=len(CLUSTERS))
    return [
        {
            "clusters": tuple(name for name, there in zip(CLUSTERS, some, strict=True) if there),
            "others": others,
            "cause": cause,
            "setting": setting,
        }
        for some, others, cause, setting in product(sets, (False, True), ATTRIBUTED, SETTINGS)
    ]


def mnt(row: dict[str, Any]) -> dict[str, Any] | None:
    """Two of three clusters, after recovery, not put down to something else."""
    if row["setting"] == BEFORE:
        return None
    counts = SETTINGS[row["setting"]][2] and row["cause"] != "other"
    clusters = frozenset(row["clusters"]) if counts else frozenset()
    return {"suspected": len(clusters) >= 2, "clusters": clusters, "grade": None}


def document(row: dict[str, Any], pick: Random) -> Fields:
    """One or two symptoms of each cluster; two of one cluster count once."""
    earlier, hour, _ = SETTINGS[row["setting"]]
    words = [
        word
        for name in row["clusters"]
        for word in pick.sample(CLUSTERS[name], pick.choice((1, 2)))
    ]
    if row["others"]:
        words += pick.sample(OTHERS, 2)
    fields = {**WELL, **ACTIVE.get(row["setting"], {}), "hour": hour, "other_neuro": words}
    if row["cause"] != "absent":
        fields["attribution"] = {"other_neuro": row["cause"]}
    return {
        "format": "cartox-course-1",
        "id": "mnt",
        "patient": {"age_years": 60},
        "course": {"infused_at": None},
        "assessments": [*earlier, fields],
    }
