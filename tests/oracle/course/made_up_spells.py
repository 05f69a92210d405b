"""Made-up spells of signs that people put aside, confirm and refuse, and partial sets."""

from __future__ import annotations

from random import Random

from tests.oracle.course.document import Item

CAUSES = ("sepsis", "transfusion_reaction", "drug", "baseline_disease")
DECISIONS = ("confirmed", "confirmed", "refused", "refused", "withdrawn", "final_grade")
LATER = (0, 0, 0.5, 1, 6)
STEPS = (0, 0.5, 1, 4, 4, 6, 12)
FIRST_HOURS = (-2, 0, 20, 20, 20, 20, 356, 360, 384)
CLEAR: Item = {"hypotension": False, "vasopressors": [], "oxygen_device": "room_air"}
AWAKE: Item = {"consciousness": "spontaneous", "seizure": "none", "motor": "none", "icp": []}

CRS_SIGNS: dict[str, tuple[tuple[Item, ...], tuple[Item, ...]]] = {
    "fever": (
        ({"temperature_c": 38}, {"temperature_c": 39}, {"fever": True}),
        ({"temperature_c": 37.99}, {"fever": False}, {}),
    ),
    "hypotension": (
        (
            {"hypotension": True},
            {"hypotension": True, "vasopressors": ["norepinephrine"]},
            {"hypotension": True, "vasopressors": ["norepinephrine", "epinephrine"]},
            {"vasopressors": ["norepinephrine"]},
        ),
        ({}, {"hypotension": None}, {"vasopressors": None}, {"vasopressors": ["dobutamine"]}),
    ),
    "hypoxia": (
        (
            {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 2},
            {"oxygen_device": "high_flow_nasal_cannula"},
            {"oxygen_device": "mechanical_ventilation"},
            {"spo2_percent": 88},
        ),
        ({}, {"spo2_percent": 96}, {"oxygen_device": None}, {"oxygen_device": None}),
    ),
}
ICANS_SIGNS: dict[str, tuple[tuple[Item, ...], tuple[Item, ...]]] = {
    "ice": (({"ice_total": 8}, {"ice_total": 4}, {"ice_total": 2}), ({}, {"ice_total": None})),
    "consciousness": (({"consciousness": "voice"}, {"consciousness": "touch"}), ({},)),
    "seizure": (({"seizure": "resolved"}, {"seizure": "present"}), ({}, {"seizure": None})),
    "motor": (({"motor": "deep_focal_weakness"},), ({}, {"motor": "mild"})),
    "icp": (({"icp": ["focal_edema"]}, {"icp": ["papilledema"]}), ({}, {"icp": None})),
}
"""Of each sign what shows it, and what shows that it is absent or leaves it open."""


def add_spells(document: Item, pick: Random) -> None:
    """Some hours with signs of one toxicity that are there, absent or open, and what is decided."""
    signs = pick.choice((CRS_SIGNS, CRS_SIGNS, ICANS_SIGNS))
    normal = CLEAR if signs is CRS_SIGNS else {"ice_total": 10} | AWAKE
    about = pick.sample(sorted(signs), pick.choice((1, 1, 2)))
    is_febrile = pick.random() < 0.7
    hour = pick.choice(FIRST_HOURS)
    for _ in range(pick.randint(2, 7)):
        temperature = 38.6 if is_febrile else pick.choice((36.8, 36.8, 38.6))
        entry: Item = normal | ({"temperature_c": temperature} if signs is CRS_SIGNS else {})
        if pick.random() < 0.25:
            entry = partial(entry, pick)
        else:
            for sign in about:
                entry |= pick.choice(signs[sign][0 if pick.random() < 0.75 else 1])
        if "fever" in entry:
            entry.pop("temperature_c", None)
        attribute_signs(entry, about, pick)
        recorded = {key: value for key, value in entry.items() if value is not None}
        document["assessments"].append({"hour": hour} | recorded)
        hour += pick.choice(STEPS)
    add_decisions(document, pick, about, pick.choice((0, 1, 1, 2, 2, 3)))
    if pick.random() < 0.3:
        document["doses"].append(
            {"hour": hour - pick.choice((1, 6, 12, 20)), "agent": "paracetamol", "amount": 1}
        )


def partial(entry: Item, pick: Random) -> Item:
    """A set of vital signs alone, or single answers."""
    keys = pick.choice((("temperature_c",), ("ice_total",), ("seizure", "motor")))
    return {key: entry[key] for key in keys if key in entry}


def attribute_signs(entry: Item, signs: list[str], pick: Random) -> None:
    """Put signs down to causes, now and then by a physician, who always names one."""
    words = (None, None, "other", "other", "other", "car_t", "undetermined")
    attribution = {sign: word for sign in signs if (word := pick.choice(words)) is not None}
    if not attribution:
        return
    entry["attribution"] = attribution
    elsewhere = [sign for sign, word in attribution.items() if word == "other"]
    is_confirmed = pick.random() < 0.2
    if elsewhere and (is_confirmed or pick.random() < 0.5):
        entry["attribution_cause"] = {sign: pick.choice(CAUSES) for sign in elsewhere}
    if is_confirmed:
        entry["attribution_confirmed"] = True


def add_decisions(document: Item, pick: Random, signs: list[str], count: int) -> None:
    """What a physician decides about signs, from an assessment on or from now on."""
    hours = [entry["hour"] for entry in document["assessments"]]
    decisions = document.setdefault("adjudications", [])
    for _ in range(count if hours else 0):
        start, word = pick.choice(hours), pick.choice(DECISIONS)
        decision: Item = {"decision": word, "reason": "ward round"}
        decision["hour"] = max(start, pick.choice(hours)) + pick.choice(LATER)
        if word == "final_grade":
            decision |= {"toxicity": pick.choice(("crs", "icans")), "grade": pick.choice(range(6))}
        else:
            decision["sign"] = pick.choice(signs)
            if pick.random() < 0.75:
                decision["from_hour"] = start
        if word == "confirmed":
            decision["cause"] = pick.choice(CAUSES)
        decisions.append(decision)
