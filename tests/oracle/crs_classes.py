"""What each class of a CRS row stands for in a course document: equal fields, both boundaries."""

from __future__ import annotations

from random import Random
from typing import Any

Fields = dict[str, Any]

TEMPERATURE: dict[str, tuple[Fields, ...]] = {
    "unknown": ({},),
    "fever": ({"temperature_c": 38}, {"temperature_c": 38.4}, {"temperature_c": 41.2}),
    "no_fever": ({"temperature_c": 37.95}, {"temperature_c": 37.9}, {"temperature_c": 35.8}),
    "said_fever": ({"fever": True},),
    "said_none": ({"fever": False},),
}
HYPOTENSION = {"yes": True, "no": False, "unknown": None}
VASOPRESSORS: dict[str, tuple[list[str] | None, ...]] = {
    "unknown": (None,),
    "none": ([],),
    "inotrope": (["dobutamine"], ["milrinone"], ["dobutamine", "milrinone"]),
    "vasopressin": (["vasopressin"],),
    "one": (["norepinephrine"], ["epinephrine"], ["phenylephrine"], ["dopamine"]),
    "one_with_vasopressin": (["norepinephrine", "vasopressin"], ["vasopressin", "angiotensin_ii"]),
    "one_with_inotrope": (["norepinephrine", "dobutamine"], ["milrinone", "epinephrine"]),
    "vasopressin_with_inotrope": (["vasopressin", "milrinone"],),
    "two": (["norepinephrine", "phenylephrine"], ["epinephrine", "dopamine"]),
    "two_with_vasopressin": (["norepinephrine", "vasopressin", "epinephrine"],),
    "two_with_inotrope": (["norepinephrine", "angiotensin_ii", "dobutamine"],),
    "other": (["other"],),
    "other_with_vasopressin": (["other", "vasopressin"],),
    "other_with_one": (["other", "norepinephrine"],),
}
FROM: dict[str, tuple[str | None, ...]] = {
    "counts": (None, "car_t", "undetermined"),
    "car_t": ("car_t",),
    "unstated": (None, "undetermined"),
    "other": ("other",),
}
SUPPORT: dict[str, tuple[Fields, ...]] = {
    "unknown": ({},),
    "room_air": ({"oxygen_device": "room_air"},),
    "cannula_1": ({"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 1},),
    "cannula_2": ({"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 2},),
    "cannula_6": (
        {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 6},
        {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 2.1},
    ),
    "cannula_above_6": (
        {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 6.1},
        {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 12},
    ),
    "cannula_flow_unknown": ({"oxygen_device": "nasal_cannula"},),
    "blow_by": ({"oxygen_device": "blow_by"}, {"oxygen_device": "blow_by", "oxygen_flow_l_min": 8}),
    "high_flow": (
        {"oxygen_device": "high_flow_nasal_cannula", "oxygen_flow_l_min": 40},
        {"oxygen_device": "high_flow_nasal_cannula", "oxygen_flow_l_min": 5},
        {"oxygen_device": "high_flow_nasal_cannula"},
    ),
    "mask": (
        {"oxygen_device": "facemask"},
        {"oxygen_device": "facemask", "oxygen_flow_l_min": 5},
        {"oxygen_device": "venturi", "fio2_percent": 28},
        {"oxygen_device": "nonrebreather", "oxygen_flow_l_min": 15},
    ),
    "pressure_for_hypoxia": (
        {"oxygen_device": "cpap", "positive_pressure_for": "hypoxia"},
        {"oxygen_device": "bipap", "positive_pressure_for": "hypoxia"},
        {"oxygen_device": "mechanical_ventilation", "positive_pressure_for": "hypoxia"},
    ),
    "pressure_for_airway": (
        {"oxygen_device": "cpap", "positive_pressure_for": "airway_protection"},
        {"oxygen_device": "bipap", "positive_pressure_for": "airway_protection"},
        {"oxygen_device": "mechanical_ventilation", "positive_pressure_for": "airway_protection"},
    ),
    "pressure_at_home": (
        {"oxygen_device": "cpap", "positive_pressure_for": "home_cpap"},
        {"oxygen_device": "bipap", "positive_pressure_for": "home_cpap"},
    ),
    "noninvasive_unstated": ({"oxygen_device": "cpap"}, {"oxygen_device": "bipap"}),
    "ventilator_unstated": ({"oxygen_device": "mechanical_ventilation"},),
}
USUAL: dict[str, tuple[Fields, ...]] = {
    "none": ({}, {"oxygen_device": "room_air"}, {"oxygen_device": "room_air", "home_cpap": False}),
    "cannula_2": ({"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 2},),
    "cannula_flow_unknown": ({"oxygen_device": "nasal_cannula"},),
    "home_cpap": ({"home_cpap": True}, {"oxygen_device": "room_air", "home_cpap": True}),
}

PATIENTS: dict[str, tuple[Fields, ...]] = {
    "adult": ({"age_years": 60}, {"age_years": 18}),
    "age unknown": ({},),
    "usually low": ({"age_years": 60}, {"age_years": 18}),
    "adolescent": ({"age_years": 17}, {"age_years": 12}, {"age_years": 11}),
    "child of 8": ({"age_years": 8},),
    "child of 2": ({"age_years": 2},),
    "infant": ({"age_years": 0.5},),
    "newborn": ({"age_years": 0.04},),
}
USUAL_SYSTOLIC = {"usually low": (95, 90)}
"""mmHg; elsewhere 96, 130 or unknown."""


def _pressures(*pairs: tuple[int | None, int | None]) -> tuple[Fields, ...]:
    return tuple(
        {
            key: value
            for key, value in zip(("systolic_mmhg", "diastolic_mmhg"), pair, strict=True)
            if value is not None
        }
        for pair in pairs
    )


PRESSURES: dict[str, dict[str, tuple[Fields, ...]]] = {
    "adult": {
        "low": _pressures((89, 60), (89, None), (92, 48), (95, 49)),
        "normal": _pressures((90, None), (90, 60), (95, 50), (120, 80)),
    },
    "usually low": {
        "low": _pressures((80, 60), (80, None), (70, 40)),
        "normal": _pressures((86, 40), (86, None), (90, 45), (120, 80)),
    },
    "adolescent": {
        "low": _pressures((89, 60), (70, None)),
        "normal": _pressures((90, 40), (90, None), (92, 48)),
    },
    "child of 8": {"low": _pressures((85, 60)), "normal": _pressures((86, 30), (100, 60))},
    "child of 2": {"low": _pressures((73, 50)), "normal": _pressures((74, 30), (85, 50))},
    "infant": {"low": _pressures((69, 50)), "normal": _pressures((70, 30), (85, 50))},
    "newborn": {"low": _pressures((59, 50)), "normal": _pressures((60, 25), (70, 40))},
}
"""Limits of systolic (and in adults mean) pressure, mmHg, by patient; 92/48 has a mean of 62.7."""
PRESSURES["age unknown"] = PRESSURES["adult"]
UNKNOWN_PRESSURES = {"unknown": _pressures((None, None)), "diastolic": _pressures((None, 50))}
"""A diastolic pressure alone says nothing about hypotension, but something was recorded."""

ADULTS = ("adult", "age unknown", "usually low")
SATURATIONS = {
    True: {"low": (90, 84), "normal": (91, 97), "unknown": (None,)},
    False: {"low": (89, 84), "normal": (90, 97), "unknown": (None,)},
}
"""Percent, for adults and for children."""
USUAL_SATURATIONS = {
    True: {"normal": (None, 91, 97), "low": (90, 86)},
    False: {"normal": (None, 90, 97), "low": (89, 86)},
}


def baseline(row: dict[str, str], patient: str, pick: Random) -> Fields:
    """The baseline of a document for such a row."""
    fields = dict(pick.choice(USUAL[row["usual"]]))
    saturation = pick.choice(USUAL_SATURATIONS[patient in ADULTS][row["usual_saturation"]])
    if saturation is not None:
        fields["spo2_percent"] = saturation
    systolic = pick.choice(USUAL_SYSTOLIC.get(patient, (None, 96, 130)))
    if systolic is not None:
        fields["systolic_mmhg"] = systolic
    return fields


def assessment(row: dict[str, str], patient: str, pick: Random) -> Fields:
    """The fields of one assessment for such a row, without its time."""
    pressures = {**PRESSURES[patient], **UNKNOWN_PRESSURES}[row["pressure"]]
    fields = {
        **pick.choice(TEMPERATURE[row["temperature"]]),
        **pick.choice(pressures),
        **pick.choice(SUPPORT[row["support"]]),
    }
    words = {
        "hypotension": HYPOTENSION[row["hypotension"]],
        "vasopressors": pick.choice(VASOPRESSORS[row["vasopressors"]]),
        "spo2_percent": pick.choice(SATURATIONS[patient in ADULTS][row["saturation"]]),
    }
    fields.update({key: value for key, value in words.items() if value is not None})
    signs = {sign: pick.choice(FROM[row[f"{sign}_from"]]) for sign in SIGNS}
    attribution = {sign: cause for sign, cause in signs.items() if cause is not None}
    return {**fields, "attribution": attribution} if attribution else fields


SIGNS = ("fever", "hypotension", "hypoxia")
