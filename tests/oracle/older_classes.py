"""What each class of a row of the older systems stands for in a course document."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.oracle.crs_classes import (
    FROM,
    HYPOTENSION,
    PRESSURES,
    SATURATIONS,
    TEMPERATURE,
    UNKNOWN_PRESSURES,
    USUAL,
    USUAL_SATURATIONS,
)
from tests.oracle.crs_classes import SUPPORT as ASTCT_SUPPORT
from tests.oracle.older_signs import BILIRUBIN, KIDNEY, LIVER, LUNG, ORGANS, OTHER_ORGAN, Row

Fields = dict[str, Any]
ANSWERS = {"yes": True, "no": False, "unknown": None}

BOLUSES: dict[str, tuple[Fields, ...]] = {
    "unknown": ({},),
    "given": ({"fluid_bolus": True},),
    "none": ({"fluid_boluses": 0}, {"fluid_bolus": False}),
    "one": ({"fluid_boluses": 1}, {"fluid_boluses": 1, "fluid_bolus": True}),
    "several": ({"fluid_boluses": 2}, {"fluid_boluses": 4, "fluid_bolus": True}),
}


def _running(*agents: str, **rates: float) -> Fields:
    """Agents with their rates in µg/min, dopamine in µg/kg/min, vasopressin in units/min."""
    return {"vasopressors": list(agents), **({"vasopressor_rates": rates} if rates else {})}


def _alone(agent: str, *rates: float) -> tuple[Fields, ...]:
    return tuple(_running(agent, **{agent: rate}) for rate in rates)


NE, EPI, PHENYL, DOPA = "norepinephrine", "epinephrine", "phenylephrine", "dopamine"
VASO, ANGIO = "vasopressin", "angiotensin_ii"

UNITS = {NE: "µg/min", EPI: "µg/min", PHENYL: "µg/min", DOPA: "µg/kg/min", VASO: "units/min"}

VASOPRESSORS: dict[str, tuple[Fields, ...]] = {
    "unknown": ({},),
    "none": (_running(),),
    "inotrope": (_running("dobutamine"), _running("milrinone", "dobutamine")),
    "vasopressin": (_running(VASO), _running(VASO, vasopressin=0.04)),
    "norepinephrine_low": _alone(NE, 5, 11.9),
    "norepinephrine_high_if_light": _alone(NE, 12, 19.9),
    "norepinephrine_high_unless_heavy": _alone(NE, 20, 23.9),
    "norepinephrine_high": _alone(NE, 24, 60),
    "epinephrine_low": _alone(EPI, 2, 5.9),
    "epinephrine_high_if_light": _alone(EPI, 6, 9.9),
    "epinephrine_high_unless_heavy": _alone(EPI, 10, 11.9),
    "epinephrine_high": _alone(EPI, 12, 40),
    "flat_low": (*_alone(PHENYL, 50, 199), *_alone(DOPA, 5, 9.9)),
    "flat_high": (*_alone(PHENYL, 200, 400), *_alone(DOPA, 10, 20)),
    "rate_unknown": (_running(NE), _running(EPI), _running(PHENYL), _running(DOPA)),
    "angiotensin": (_running(ANGIO),),
    "one_low_with_inotrope": (_running(NE, "dobutamine", norepinephrine=5),),
    "rate_unknown_with_inotrope": (_running("milrinone", EPI),),
    "low_with_vasopressin": (
        _running(NE, VASO, norepinephrine=9.9, vasopressin=0.03),
        _running(VASO, NE, norepinephrine=3),
        _running(EPI, VASO, epinephrine=5.9),
    ),
    "flat_low_with_vasopressin": (
        _running(PHENYL, VASO, phenylephrine=99),
        _running(DOPA, VASO, dopamine=9.9, vasopressin=0.03),
    ),
    "high_if_light_with_vasopressin": (
        _running(EPI, VASO, epinephrine=6, vasopressin=0.03),
        _running(EPI, VASO, epinephrine=9.9),
    ),
    "high_with_vasopressin": (
        _running(NE, VASO, norepinephrine=10),
        _running(NE, VASO, norepinephrine=30, vasopressin=0.04),
        _running(PHENYL, VASO, phenylephrine=100),
        _running(DOPA, VASO, dopamine=10),
        _running(NE, PHENYL, VASO, norepinephrine=5, phenylephrine=50),
    ),
    "rate_unknown_with_vasopressin": (
        _running(NE, VASO),
        _running(NE, VASO, vasopressin=0.03),
        _running(ANGIO, VASO),
    ),
    "two_low": (
        _running(NE, PHENYL, norepinephrine=5, phenylephrine=60),
        _running(NE, EPI, norepinephrine=11.9, epinephrine=5.9),
        _running(NE, DOPA, norepinephrine=5, dopamine=8),
    ),
    "two_flat_low": (_running(DOPA, PHENYL, dopamine=9.8, phenylephrine=150),),
    "two_high_if_light": (
        _running(NE, PHENYL, norepinephrine=12, phenylephrine=60),
        _running(NE, EPI, norepinephrine=10, epinephrine=9),
        _running(NE, DOPA, norepinephrine=15.9, dopamine=8),
    ),
    "two_high": (
        _running(NE, PHENYL, norepinephrine=10, phenylephrine=100),
        _running(NE, EPI, norepinephrine=20, epinephrine=20),
        _running(NE, DOPA, norepinephrine=1, dopamine=10),
    ),
    "two_rates_unknown": (
        _running(NE, PHENYL),
        _running(EPI, DOPA),
        _running(NE, ANGIO, norepinephrine=5),
    ),
    "one_low_of_two_known": (_running(NE, PHENYL, norepinephrine=5),),
    "one_high_if_light_of_two_known": (_running(NE, PHENYL, norepinephrine=13),),
    "one_high_of_two_known": (
        _running(NE, PHENYL, norepinephrine=30),
        _running(NE, PHENYL, phenylephrine=200),
        _running(NE, ANGIO, norepinephrine=30),
    ),
    "other": (_running("other"), _running("other", "dobutamine")),
    "other_with_vasopressin": (_running("other", VASO),),
    "other_with_one": (_running("other", NE), _running("other", NE, norepinephrine=5)),
    "other_with_one_high": (_running("other", NE, norepinephrine=30),),
}
"""Limits at 60 kg are 12 µg/min of norepinephrine and 6 of epinephrine, at 120 kg 24 and 12."""
HOURS: dict[str, tuple[float | None, ...]] = {
    "unknown": (None,),
    "under_3": (0, 2.9),
    "under_24": (3, 23.9),
    "from_24": (24, 60),
}


def _on(device: str, **more: Any) -> Fields:
    return {"oxygen_device": device, **more}


def _with_fio2(devices: tuple[str, ...], *percents: float) -> tuple[Fields, ...]:
    return tuple(_on(device, fio2_percent=percent) for device in devices for percent in percents)


MASKS = ("facemask", "venturi", "nonrebreather", "high_flow_nasal_cannula")
FOR_HYPOXIA = tuple(
    _on(device, positive_pressure_for="hypoxia")
    for device in ("cpap", "bipap", "mechanical_ventilation")
)
CPAP, BIPAP, VENTILATION = FOR_HYPOXIA
SUPPORT: dict[str, tuple[Fields, ...]] = {
    **{
        name: ASTCT_SUPPORT[name]
        for name in (
            "unknown",
            "room_air",
            "cannula_1",
            "cannula_2",
            "cannula_flow_unknown",
            "pressure_for_airway",
            "pressure_at_home",
            "noninvasive_unstated",
            "ventilator_unstated",
        )
    },
    "cannula_under_40": tuple(
        _on("nasal_cannula", oxygen_flow_l_min=flow) for flow in (2.1, 4, 4.9)
    ),
    "cannula_from_40": tuple(_on("nasal_cannula", oxygen_flow_l_min=flow) for flow in (5, 6)),
    "cannula_above_6": tuple(_on("nasal_cannula", oxygen_flow_l_min=flow) for flow in (6.1, 10)),
    "cannula_fio2_under_40": tuple(
        _on("nasal_cannula", oxygen_flow_l_min=6, fio2_percent=fio2) for fio2 in (30, 39.9)
    ),
    "cannula_fio2_from_40": tuple(
        _on("nasal_cannula", oxygen_flow_l_min=3, fio2_percent=fio2) for fio2 in (40, 50)
    ),
    "blow_by_fio2_unknown": (_on("blow_by"), _on("blow_by", oxygen_flow_l_min=10)),
    "blow_by_under_40": _with_fio2(("blow_by",), 28, 39.9),
    "blow_by_from_40": _with_fio2(("blow_by",), 40, 80),
    "device_fio2_unknown": (
        *(_on(device) for device in MASKS),
        *(_on(device, oxygen_flow_l_min=10) for device in MASKS),
        _on("facemask", oxygen_flow_l_min=3),
        _on("high_flow_nasal_cannula", oxygen_flow_l_min=6),
        _on("high_flow_nasal_cannula", oxygen_flow_l_min=40),
    ),
    "device_under_40": _with_fio2(MASKS, 28, 39.9),
    "device_from_40": _with_fio2(MASKS, 40, 80),
    "noninvasive_fio2_unknown": (CPAP, BIPAP),
    "noninvasive_under_40": tuple({**each, "fio2_percent": 30} for each in (CPAP, BIPAP)),
    "noninvasive_from_40": tuple({**each, "fio2_percent": 40} for each in (CPAP, BIPAP)),
    "ventilator": (VENTILATION, {**VENTILATION, "fio2_percent": 30}),
}

NAMES = {
    LIVER: ("transaminases",),
    BILIRUBIN: ("bilirubin",),
    KIDNEY: ("creatinine",),
    LUNG: ("pulmonary",),
    OTHER_ORGAN: ("cardiac", "gastrointestinal", "coagulation", "other"),
}
TOLD_BY_LABORATORY = ("transaminases", "bilirubin", "creatinine")
EVERY_ORGAN = tuple(name for names in NAMES.values() for name in names)
PEOPLE: dict[str, tuple[str, tuple[Fields, ...]]] = {
    "adult": ("adult", ({"age_years": 60}, {"age_years": 18})),
    "child": ("adolescent", ({"age_years": 17}, {"age_years": 12})),
    "unknown": ("adult", ({},)),
}
"""By age: whose limits of pressure and saturation, and who."""
WEIGHTS = {"60": 60, "120": 120, "unknown": None}
SIGNS = ("fever", "hypotension", "hypoxia")


def organ_toxicity(row: Row, pick: Random) -> dict[str, int] | None:
    graded, whole = ORGANS[row["organs"]]
    if row["organs"] == "unknown":
        return pick.choice((None, {}))
    grades = dict.fromkeys(pick.choice((EVERY_ORGAN, TOLD_BY_LABORATORY)), 0) if whole else {}
    if row["organs"] == "other_0_alone":
        grades = {"cardiac": 0}
    return {**grades, **{pick.choice(NAMES[organ]): grade for organ, grade in graded.items()}}


def baseline(row: Row, pick: Random) -> Fields:
    """The baseline of a document for such a row."""
    fields = dict(pick.choice(USUAL[row["usual"]]))
    adult = row["age"] != "child"
    saturation = pick.choice(USUAL_SATURATIONS[adult][row["usual_saturation"]])
    return fields if saturation is None else {**fields, "spo2_percent": saturation}


def assessment(row: Row, pick: Random) -> Fields:
    """The fields of one assessment for such a row, without its time."""
    limits = PEOPLE[row["age"]][0]
    fields = {
        **pick.choice(TEMPERATURE[row["temperature"]]),
        **pick.choice({**PRESSURES[limits], **UNKNOWN_PRESSURES}[row["pressure"]]),
        **pick.choice(SUPPORT[row["support"]]),
        **pick.choice(BOLUSES[row["boluses"]]),
        **pick.choice(VASOPRESSORS[row["vasopressors"]]),
    }
    words = {
        "hypotension": HYPOTENSION[row["hypotension"]],
        "vasopressor_hours": pick.choice(HOURS[row["hours"]]),
        "refractory_hypotension": ANSWERS[row["refractory"]],
        "life_threatening": ANSWERS[row["life"]],
        "constitutional_symptoms": ANSWERS[row["symptoms"]],
        "iv_therapy": ANSWERS[row["iv"]],
        "coagulopathy_treated": ANSWERS[row["coagulopathy"]],
        "crs_response": None if row["response"] == "unknown" else row["response"],
        "spo2_percent": pick.choice(SATURATIONS[limits == "adult"][row["saturation"]]),
        "organ_toxicity": organ_toxicity(row, pick),
    }
    fields.update({key: value for key, value in words.items() if value is not None})
    signs = {sign: pick.choice(FROM[row[f"{sign}_from"]]) for sign in SIGNS}
    attribution = {sign: cause for sign, cause in signs.items() if cause is not None}
    return {**fields, "attribution": attribution} if attribution else fields
