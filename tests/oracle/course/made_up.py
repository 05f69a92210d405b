"""Made-up courses, seeded, that lie on the boundaries of the course logic more often than not."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.oracle.course.document import Item
from tests.oracle.course.made_up_spells import add_decisions, add_spells, attribute_signs

STEPS = (0, 0.5, 1, 6, 12, 12, 23, 23.5, 24, 24, 24.5, 25, 47, 48, 71, 71.5, 72, 72, 72.5, 73, 200)
FIRST_HOURS = (-30, -1, 0, 2, 2, 20, 20, 20, 20, 20, 20, 20, 100, 312, 336, 359.5, 360)
NEAR = (-24, -1, -0.5, -0.5, 0, 0, 0, 0.5, 0.5, 1, 24)
AGES = (55, 55, 55, 55, 30, None, 8, 11, 12, 15, 18)
LISTS: tuple[list[str] | None, ...] = (
    None,
    None,
    [],
    [],
    [],
    ["norepinephrine"],
    ["norepinephrine", "epinephrine"],
    ["vasopressin"],
    ["norepinephrine", "vasopressin"],
    ["other"],
    ["other", "norepinephrine"],
    ["other", "vasopressin"],
    ["dobutamine"],
    ["dobutamine", "norepinephrine"],
)
RUN_AGENTS = (
    "norepinephrine",
    "norepinephrine",
    "epinephrine",
    "phenylephrine",
    "vasopressin",
    "argipressin",
    "terlipressin",
    "dobutamine",
    "milrinone",
)
RATES, NO_RATES = ("ug/kg/min", "ug/min", "mg/h", "mL/h"), ("ug", "mg")
WAIVERS = (
    "paracetamol",
    "metamizole",
    "tocilizumab",
    "anakinra",
    "dexamethasone",
    "prednisolone",
    "fludarabine",
)
ATTRIBUTED_SIGNS = ("fever", "hypotension", "hypoxia", "ice", "consciousness", "seizure")
ZONES = (
    (None, None),
    (None, None),
    ("2026-03-25T10:00:00+01:00", "Europe/Madrid"),
    ("2026-03-25T23:30:00+01:00", "Europe/Madrid"),
    ("2026-10-20T04:00:00+00:00", "America/New_York"),
)


def made_up_course(pick: Random) -> Item:
    """One course: a bedside, a series of counts, or both, and now and then what lay before."""
    infused_at, zone = pick.choice(ZONES)
    document: Item = {
        "format": "cartox-course-1",
        "id": "made up",
        "patient": {} if (age := pick.choice(AGES)) is None else {"age_years": age},
        "course": {"infused_at": infused_at},
        "baseline": baseline(pick),
        "assessments": [],
        "labs": [],
        "doses": [],
        "events": [],
    }
    if zone is not None:
        document["course"]["time_zone"] = zone
    if pick.random() < 0.2:
        document["course"]["later_infusions"] = pick.choice(([24], [216], [24, 216], [340]))
    parts = pick.choice(
        (
            ("bedside",),
            ("bedside",),
            ("spells", "before"),
            ("counts",),
            ("bedside", "before"),
            ("bedside", "counts"),
        )
    )
    if "bedside" in parts:
        add_bedside(document, pick)
        add_decisions(document, pick, list(ATTRIBUTED_SIGNS), pick.choice((0, 0, 0, 1, 3)))
    if "spells" in parts:
        add_spells(document, pick)
    if "counts" in parts:
        add_counts(document, pick)
    if "before" in parts:
        add_before(document, pick)
    add_events(document, pick)
    return document


def baseline(pick: Random) -> Item:
    if pick.random() < 0.85:
        return {}
    return pick.choice(
        (
            {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 2},
            {"oxygen_device": "nasal_cannula"},
            {"home_cpap": True},
            {"systolic_mmhg": 94},
        )
    )


def add_bedside(document: Item, pick: Random) -> None:
    hour = pick.choice(FIRST_HOURS)
    mood = pick.choice(("crs", "crs", "icans", "both"))
    begins_with_fever = pick.random() < 0.6
    for place in range(pick.randint(1, 8)):
        entry: Item = {"hour": hour}
        if mood != "icans":
            fever_first = begins_with_fever and place == 0
            entry |= CLEAR | {"temperature_c": 38.4} if fever_first else crs_findings(pick)
        if mood != "crs":
            entry |= icans_findings(pick, document["patient"].get("age_years"))
        attribute(entry, pick)
        document["assessments"].append(entry)
        hour += pick.choice(STEPS)
    hours = [entry["hour"] for entry in document["assessments"]]
    for _ in range(pick.choice((0, 0, 1, 1, 2, 3))):
        document["doses"].append(waiver_dose(pick, hours))
    for _ in range(pick.choice((0, 0, 0, 1, 1, 2, 3))):
        document["doses"].append(vasopressor_dose(pick, hours))
    pick.shuffle(document["doses"])


CLEAR: Item = {"hypotension": False, "vasopressors": [], "oxygen_device": "room_air"}


def crs_findings(pick: Random) -> Item:
    """All-clear, fever alone, signs, or anything with holes."""
    mood = pick.random()
    if mood < 0.45:
        return CLEAR | {"temperature_c": pick.choice((36.8, 36.8, 37.99))}
    if mood < 0.55:
        return CLEAR | {"temperature_c": pick.choice((38, 38.4, 39))}
    if mood < 0.58:
        return {}
    return without_some(signs(pick), pick, pick.choice((0, 0, 0.1, 0.3)))


def signs(pick: Random) -> Item:
    pressure = pick.choice(((120, 80), (120, 80), (89, 60), (90, 40), (92, None), (100, 50)))
    device, flow = pick.choice(
        (
            ("room_air", None),
            ("room_air", None),
            ("nasal_cannula", 2),
            ("nasal_cannula", 6),
            ("nasal_cannula", 6.5),
            ("nasal_cannula", None),
            ("facemask", 5),
            ("high_flow_nasal_cannula", 40),
            ("bipap", None),
            ("mechanical_ventilation", None),
        )
    )
    fever: Item = {"temperature_c": pick.choice((36.8, 36.8, 37.99, 38, 39))}
    if pick.random() < 0.15:
        fever = {"fever": pick.random() < 0.5}
    entry = fever | {
        "systolic_mmhg": pressure[0],
        "diastolic_mmhg": pressure[1],
        "hypotension": pick.choice((True, True, False, None)),
        "vasopressors": pick.choice(LISTS),
        "oxygen_device": device,
        "oxygen_flow_l_min": flow,
        "spo2_percent": pick.choice((None, 97, 97, 90, 89, 91)),
    }
    if device in {"bipap", "mechanical_ventilation"}:
        entry["positive_pressure_for"] = pick.choice((None, "hypoxia", "airway_protection"))
        entry["spo2_percent"] = None
    return entry


def without_some(entry: Item, pick: Random, share: float) -> Item:
    return {
        key: value for key, value in entry.items() if value is not None and pick.random() >= share
    }


def icans_findings(pick: Random, age: int | None) -> Item:
    """All-clear, a score with signs, or anything with holes."""
    child = age is not None and age < 12
    mood = pick.random()
    normal = {"consciousness": "spontaneous", "seizure": "none", "motor": "none", "icp": []}
    if mood < 0.45:
        return {"capd_total" if child else "ice_total": 0 if child else 10} | normal
    if mood < 0.5:
        return {}
    entry: Item = {
        "consciousness": pick.choice(("spontaneous", "spontaneous", "voice", "touch")),
        "seizure": pick.choice(("none", "none", "resolved", "present")),
        "motor": pick.choice(("none", "none", "mild", "deep_focal_weakness")),
        "icp": pick.choice(([], [], ["focal_edema"], ["papilledema"])),
    }
    score = pick.random()
    if score < 0.8:
        points = pick.choice((0, 1, 8, 9) if child else (10, 9, 7, 6, 2))
        entry["capd_total" if child else "ice_total"] = points
    elif score < 0.9:
        reason = pick.choice(("sedated", "refused", "asleep"))
        entry["capd_not_done" if child else "ice_not_done"] = reason
    return without_some(entry, pick, pick.choice((0, 0, 0.2, 0.5)))


def attribute(entry: Item, pick: Random) -> None:
    if pick.random() >= 0.75:
        attribute_signs(entry, pick.sample(ATTRIBUTED_SIGNS, 4), pick)


def near(pick: Random, hours: list[float]) -> float:
    return pick.choice(hours) + pick.choice(NEAR)


def waiver_dose(pick: Random, hours: list[float]) -> Item:
    """One administration, or an infusion with an end or a rate."""
    dose: Item = {"hour": near(pick, hours), "agent": pick.choice(WAIVERS), "amount": 8}
    form = pick.random()
    dose["unit"] = "mg" if form < 0.75 else "mg/h"
    if form > 0.65:
        end_if_later(dose, near(pick, hours))
    return with_class(dose)


def with_class(dose: Item) -> Item:
    """Prednisolone and terlipressin carry their class, for editions that do not know them."""
    classes = {"prednisolone": "steroid", "terlipressin": "vasopressor"}
    if dose["agent"] in classes:
        dose["class"] = classes[dose["agent"]]
    return dose


def end_if_later(dose: Item, end: float) -> None:
    if end > dose["hour"]:
        dose["end_hour"] = end


def vasopressor_dose(pick: Random, hours: list[float]) -> Item:
    """A run that opens and closes near entries; now and then a push, or a rate of 0."""
    dose: Item = {"hour": near(pick, hours), "agent": pick.choice(RUN_AGENTS)}
    form = pick.random()
    if form < 0.6:
        dose |= {"amount": pick.choice((0.1, 0.1, 0.1, 0)), "unit": pick.choice(RATES)}
    elif form < 0.8:
        dose |= {"amount": 10, "unit": pick.choice(NO_RATES)}
    if pick.random() < 0.5:
        end_if_later(dose, near(pick, hours))
    return with_class(dose)


ANC_VALUES = (0.05, 0.1, 0.1, 0.11, 0.3, 0.3, 0.5, 0.5, 0.51, 0.9, 3)
PLATELET_VALUES = (10, 19, 20, 30, 49, 50, 120)
DAY_STEPS = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 7, 8, 9)


def add_counts(document: Item, pick: Random) -> None:
    """Counts that never recovered, or series with gaps and runs near their limits."""
    if pick.random() < 0.4:
        add_never_recovered(document, pick)
    else:
        add_series(document, pick)


def add_never_recovered(document: Item, pick: Random) -> None:
    """ANC low from its first days to its last, then a death a week later or a later record."""
    first = pick.choice((0, 2, 3, 3, 4))
    last = first + pick.choice((0, 1, 4, 11, 12, 13, 13, 14))
    middle = [day for day in range(first + 1, last) if pick.random() < 0.7]
    document["labs"] += [
        {"hour": 24 * day + 6, "analyte": "anc", "value": 0.3, "unit": "10*9/L"}
        for day in sorted({first, *middle, last})
    ]
    if pick.random() < 0.6:
        hour = 24 * (last + pick.choice((6, 7, 7, 8))) + 6
        document["events"].append({"hour": hour, "kind": "death", "attributed_to": "other"})
    else:
        document["events"].append({"hour": 24 * pick.choice((30, 31, 40)), "kind": "icu_in"})


def add_series(document: Item, pick: Random) -> None:
    """A series of ANC and of platelets, with gaps of 7 and 8 days."""
    for analyte, values, unit in (
        ("anc", ANC_VALUES, "10*9/L"),
        ("platelets", PLATELET_VALUES, "10*9/L"),
    ):
        if pick.random() < 0.25:
            continue
        day, value = (
            pick.choice((-1, 0, 0, 1, 2, 2, 3, 3, 4, 5, 28, 30, 31, 40)),
            pick.choice(values),
        )
        last = pick.choice((2, 8, 13, 14, 15, 17, 24, 29, 30, 31, 33, 33, 33, 45, 60, 101, 110))
        while day <= last:
            document["labs"].append(
                {"hour": 24 * day + pick.choice((0, 6, 13, 13.5, 23)), "analyte": analyte}
                | {"value": value, "unit": unit}
            )
            day += pick.choice(DAY_STEPS if pick.random() < 0.97 else (0, 14, 20))
            value = value if pick.random() < 0.8 else pick.choice(values)


BEFORE_VALUES: dict[str, tuple[tuple[Any, str], ...]] = {
    "platelets": ((60, "10*9/L"), (75, "10*9/L"), (175, "10*9/L"), (176, "10*9/L")),
    "anc": ((0.9, "10*9/L"), (1.2, "10*9/L"), (1201, "/uL")),
    "hemoglobin": ((8.5, "g/dL"), (9, "g/dL"), (91, "g/L")),
    "crp": ((2, "mg/dL"), (3, "mg/dL"), (29, "mg/L")),
    "ferritin": ((649, "ng/mL"), (650, "ng/mL"), (2000, "ng/mL"), (2500, "ng/mL")),
    "ldh": ((250, "U/L"), (600, "U/L")),
    "creatinine": ((1, "mg/dL"),),
}
DOSE_GAPS = (0, 24, 24, 24, 48, 71.5, 72, 72, 72.5, 96, 240)


def add_before(document: Item, pick: Random) -> None:
    """Doses of lymphodepletion, of bridging, or none, and results at and around them."""
    hour = pick.choice((-0.5, -24, -48, -72, -72, -120, -336, -337, -360, -648, -672, 0, 24))
    for _ in range(pick.choice((0, 1, 2, 3, 4, 5))):
        agent = pick.choice(("fludarabine", "cyclophosphamide", "bendamustine", "etoposide"))
        document["doses"].append({"hour": hour, "agent": agent, "amount": 30, "unit": "mg/m2"})
        hour -= pick.choice(DOSE_GAPS)
    hours = [dose["hour"] for dose in document["doses"]] or [-120, -144]
    for _ in range(pick.choice((1, 2, 2))):
        at = pick.choice(hours) + pick.choice((-48, -24, -0.5, 0, 0, 0.5, 24))
        for analyte, values in BEFORE_VALUES.items():
            if pick.random() < 0.85:
                value, unit = pick.choice(values)
                lab = {"hour": at, "analyte": analyte, "value": value, "unit": unit}
                document["labs"].append(lab)


def add_events(document: Item, pick: Random) -> None:
    """Deaths, relapses and next therapies, follow-up and closing on the days that matter."""
    if pick.random() < 0.35:
        day = pick.choice((0, 1, 3, 7, 8, 9, 13, 14, 15, 16, 20, 21, 29, 30, 31, 45, 100, 101))
        if document["labs"] and pick.random() < 0.5:
            last = max(lab["hour"] for lab in document["labs"]) // 24
            day = max(0, int(last)) + pick.choice((0, 1, 6, 7, 7, 8))
        kind = pick.choice(("death", "death", "death", "relapse", "next_therapy"))
        event: Item = {"hour": 24 * day + pick.choice((0, 12, 13.5, 23)), "kind": kind}
        if kind == "death":
            event["attributed_to"] = pick.choice(("crs", "icans", "other"))
        document["events"].append(event)
    course = document["course"]
    if pick.random() < 0.2:
        course["last_follow_up_day"] = pick.choice((2, 3, 14, 20, 29, 30, 31, 60, 100, 101))
    if course["infused_at"] is not None and pick.random() < 0.3:
        day = pick.choice((3, 14, 29, 30, 30, 31, 31, 100, 101))
        course["closed_at"] = shifted(course["infused_at"], day)


def shifted(infused_at: str, days: int) -> str:
    return (datetime.fromisoformat(infused_at) + timedelta(days=days)).isoformat()
