"""Made-up assessments with their courses, and every change of one field in each of them.

An assessment and its neighbors differ in one place only, which is what tells two kinds apart. The
values of a number lie on both sides of the limits of the rules, two of them on the same side. The
order of the values matters: the first is "not recorded".
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Set
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from grading.local_rules import DEFAULT, LocalRules
from grading.record import Adjudication, Baseline, Dose, Event, Findings, Lab, Record, StepMark
from grading.table.places import PlaceOfCare
from grading.vocabulary import (
    ICE_ITEMS,
    Attribution,
    Consciousness,
    CrsResponse,
    DailyLiving,
    Icp,
    Motor,
    NotDone,
    OxygenDevice,
    PositivePressureFor,
    Seizure,
    SeizureKind,
    Sign,
    Vasopressor,
    Worried,
)

Values = dict[str, list[Any]]

OTHERWISE: tuple[LocalRules, ...] = (
    DEFAULT,
    replace(DEFAULT, undetermined_counts=False, vasopressin_alone_counts=False),
    replace(DEFAULT, hfnc_low_flow="flow", mask_low_flow="flow", inotropes_count=True),
    replace(DEFAULT, hypotension_from_pressure=False, low_saturation_counts=False),
    replace(DEFAULT, limits_where_age_unknown="none", capd_zero_counts=True),
    replace(DEFAULT, fever_exemption_antipyretic=False, unstated_positive_pressure_counts=False),
    replace(DEFAULT, sedation_removes_consciousness=False, capd_baseline_excuses=False),
    replace(DEFAULT, fio2_from_flow=False, organ_toxicity_alone=True, organ_labs_within_hours=12),
    replace(DEFAULT, terlipressin_is_vasopressin=False, capd_below_years=5),
    replace(DEFAULT, adult_spo2_at_or_below_percent=Decimal(88)),
    replace(DEFAULT, child_spo2_below_percent=Decimal(92), limits_where_age_unknown="none"),
)
"""The local rules, and each that a rule on one assessment asks decided in another way."""


class Asked(NamedTuple):
    """What a rule is asked about: one assessment in its course, under these local rules."""

    findings: Findings
    record: Record
    local: LocalRules


def decimals(*texts: str | None) -> list[Decimal | None]:
    return [None if text is None else Decimal(text) for text in texts]


def hours(*numbers: float) -> list[timedelta]:
    return [timedelta(hours=number) for number in numbers]


def words(of: Any) -> list[Any]:
    return [None, *(word.value for word in of)]


YES_NO: list[Any] = [None, True, False]
NOT_DONE = [None, *words(NotDone)]

FINDINGS: Values = {
    "elapsed": hours(24, 30, -1, 0, 2, 20, 49, 300, 450),
    "uid": ["a", "b"],
    "temperature_c": decimals(None, "37", "37.95", "38", "39"),
    "fever": YES_NO,
    "systolic_mmhg": decimals(None, "59", "69", "71", "79", "81", "85", "89", "90", "95", "120"),
    "diastolic_mmhg": decimals(None, "40", "55", "80"),
    "heart_rate": decimals(None, "70", "140"),
    "measured_weight_kg": decimals(None, "12", "70"),
    "respiratory_rate": decimals(None, "12", "40"),
    "spo2_percent": decimals(None, "86", "89", "90", "91", "98"),
    "hypotension": [None, *YES_NO],
    "fluid_bolus": YES_NO,
    "vasopressors": [
        None,
        (),
        *((word.value,) for word in Vasopressor),
        ("other", "vasopressin"),
        ("dobutamine", "norepinephrine"),
        ("norepinephrine", "terlipressin"),
        ("dopamine", "norepinephrine"),
    ],
    "oxygen_device": words(OxygenDevice),
    "oxygen_flow_l_min": decimals(
        None, "0.5", "1", "2", "3", "4.9", "5", "5.2", "5.7", "6", "6.1", "7", "8"
    ),
    "fio2_percent": decimals(None, "30", "39.95", "40", "60"),
    "positive_pressure_for": words(PositivePressureFor),
    "vitals_not_done": [None, "off_ward"],
    "attribution": [
        {},
        *({sign.value: cause} for sign in Sign for cause in ("other", "undetermined")),
        *({sign.value: "other", "hypoxia": "other"} for sign in (Sign.FEVER, Sign.HYPOTENSION)),
        {"ice": "other", "seizure": "other", "consciousness": "other"},
        {"fever": Attribution.CAR_T.value},
    ],
    "attribution_cause": [None, {"fever": "sepsis"}],
    "attribution_words": [None, "line infection"],
    "attribution_confirmed": YES_NO,
    "ice": [
        None,
        {},
        {"year": 1},
        {"year": 0, "naming": 0},
        {"year": None},
        dict(ICE_ITEMS),
        {**ICE_ITEMS, "naming": 1},
    ],
    "ice_total": [None, 0, 2, 3, 5, 6, 7, 8, 9, 10],
    "ice_not_done": NOT_DONE,
    "capd_total": [None, 0, 1, 4, 8, 9, 12],
    "capd_not_done": NOT_DONE,
    "consciousness": words(Consciousness),
    "seizure": words(Seizure),
    "motor": words(Motor),
    "icp": [None, (), *((word.value,) for word in Icp), ("focal_edema", "posturing")],
    "other_neuro": [None, (), ("intracranial_hemorrhage",), ("headache",)],
    "fluid_boluses": [None, 0, 1, 2, 3],
    "vasopressor_rates": [
        None,
        {},
        {"norepinephrine": Decimal("19.9")},
        {"norepinephrine": Decimal(20)},
        {"dopamine": Decimal(10), "epinephrine": Decimal(9)},
        {"dopamine": Decimal(9)},
    ],
    "vasopressor_hours": decimals(None, "2", "2.9", "3", "23.9", "24", "30"),
    "refractory_hypotension": YES_NO,
    "life_threatening": YES_NO,
    "constitutional_symptoms": YES_NO,
    "crs_response": words(CrsResponse),
    "organ_toxicity": [
        None,
        {},
        *({"transaminases": grade} for grade in range(5)),
        *({"cardiac": grade, "bilirubin": 0} for grade in (1, 2, 3, 4)),
        {"transaminases": 1, "bilirubin": 3, "creatinine": 2},
        {"transaminases": 4, "bilirubin": 0, "creatinine": 0, "pulmonary": 3},
    ],
    "coagulopathy_treated": YES_NO,
    "iv_therapy": YES_NO,
    "head_of_government": [None, 0, 1],
    "seizure_kind": words(SeizureKind),
    "seizure_multiple": YES_NO,
    "papilledema_stage": [None, 0, 2, 3, 4],
    "csf_opening_mmhg": decimals(None, "15", "19.9", "20", "25"),
    "daily_living": words(DailyLiving),
    "splenomegaly": YES_NO,
    "hepatomegaly": YES_NO,
    "nk_activity_low": YES_NO,
    "worried": words(Worried),
    "already_escalated": YES_NO,
    "place": words(PlaceOfCare),
    "note": ["", "slept well"],
}
"""Values of every field of an assessment."""

BASELINE: Values = {
    "systolic_mmhg": decimals(None, "90", "95", "96", "100", "128"),
    "oxygen_device": [None, "nasal_cannula", "high_flow_nasal_cannula", "room_air", "cpap"],
    "oxygen_flow_l_min": decimals(None, "1", "2", "5.5", "6", "8"),
    "spo2_percent": decimals(None, "88", "89", "90", "91", "97"),
    "home_cpap": YES_NO,
    "ice_total": [None, 8, 10],
    "capd_total": [None, 4, 8, 12],
    "ferritin_ng_ml": decimals(None, "100", "900"),
    "immunosuppressed": YES_NO,
}
"""Values of every field of the baseline."""

INFUSED_AT = datetime(2026, 3, 20, 10, tzinfo=UTC)
PATIENT: Values = {
    "age_years": decimals(None, "0.01", "0.5", "4", "6", "8", "11", "12", "17.95", "18", "60"),
    "birth_date": [
        None,
        date(2026, 2, 21),  # one month old on Day 3
        *(date(2026 - years, 3, 21) for years in (1, 5, 11, 12, 18, 60)),  # a birthday on Day 1
    ],
    "sex": [None, "F", "M"],
    "developmental_delay": YES_NO,
    "product": [None, "axicabtagene ciloleucel"],
    "indication": [None, "lbcl"],
    "infused_at": [INFUSED_AT, INFUSED_AT + timedelta(hours=11), None],
    "zone": [UTC, ZoneInfo("Europe/Madrid"), None],
    "later_infusions": [(), (timedelta(hours=20),), (timedelta(days=10),)],
    "weight_kg": decimals(None, "10", "70"),
    "weighed": [None, timedelta(hours=-20)],
    "closed": [None, timedelta(hours=12), timedelta(days=40)],
    "last_follow_up_day": [None, 1, 90],
    "events": [(), (Event(timedelta(hours=20), "death", attributed_to="crs"),)],
    "adjudications": [
        (),
        (Adjudication(timedelta(0), "confirmed", sign="fever", cause="sepsis"),),
    ],
    "step_marks": [(), (StepMark(timedelta(hours=2), "cultures", "crs", "done", "Cultures"),)],
}
"""Values of every field of a record beside its baseline, findings, doses and results."""

DOSE: Values = {
    "elapsed": hours(0, -24, 2, 18, 20, 24, 30, 300),
    "agent": [
        "norepinephrine",
        "dopamine",
        "vasopressin",
        "epinephrine",
        "dobutamine",
        "a new pressor",
        "tocilizumab",
        "paracetamol",
    ],
    "drug_class": ["vasopressor", "inotrope"],
    "amount": decimals(None, "0", "0.2", "9", "19", "20"),
    "unit": [None, "ug/min", "ug/kg/min", "units/min", "ug"],
    "route": [None, "iv"],
    "brand": [None, "Tyenne"],
    "batch": [None, "B 1.2"],
    "ended": [None, *hours(20, 24, 30, 450)],
    "uid": ["d", "e"],
    "note": ["", "by pump"],
}
DRAWN_OF_DOSE = {name: values for name, values in DOSE.items() if name not in ("brand", "batch")}
"""Brand and batch are changed, never drawn."""
LAB: Values = {
    "elapsed": hours(0, -48, 2, 10, 20, 24, 30, 290),
    "analyte": ["creatinine", "ast", "alt", "bilirubin_total", "crp"],
    "value": decimals("0.9", "1.3", "1.9", "2", "4", "13", "130", "500", "900"),
    "comparator": ["=", "<", ">"],
    "unit": [None, "mg/dL", "U/L"],
    "lower_limit": decimals(None, "0.5"),
    "upper_limit": decimals(None, "1", "60"),
    "fasting": YES_NO,
    "status": [None, "preliminary", "final"],
    "specimen": [None, "serum"],
    "uid": ["l", "m"],
    "note": ["", "hemolytic"],
}

ENTRIES: dict[str, tuple[Values, Any]] = {
    "doses": (DOSE, Dose(timedelta(hours=20), "norepinephrine")),
    "labs": (LAB, Lab(timedelta(hours=20), "alt", Decimal(300))),
}
"""Values of every field of a dose and a result, and one that is added."""
EVERYTHING = frozenset({*FINDINGS, *(f"baseline.{name}" for name in BASELINE), *PATIENT, *ENTRIES})
"""The name of every field that is changed."""


def drawn(chance: random.Random, values: Values, share: float) -> dict[str, Any]:
    """A value of each field, this share of them recorded."""
    return {
        name: chance.choice(choices) if chance.random() < share else choices[0]
        for name, choices in values.items()
    }


def any_doses(chance: random.Random, most: int) -> Iterator[Dose]:
    for place in range(chance.randint(0, most)):
        values = drawn(chance, DRAWN_OF_DOSE, 0.6)
        yield Dose(**{**values, "agent": chance.choice(DOSE["agent"]), "uid": f"d{place}"})


def any_labs(chance: random.Random, most: int) -> Iterator[Lab]:
    """Results that tell an organ, around both sides of the limits of every grade."""
    for place in range(chance.randint(0, most)):
        yield Lab(
            chance.choice(LAB["elapsed"]),
            chance.choice(LAB["analyte"]),
            chance.choice(LAB["value"]),
            comparator=chance.choice(["=", "=", "=", "<"]),
            upper_limit=chance.choice(LAB["upper_limit"]),
            status=chance.choice(LAB["status"]),
            uid=f"l{place}",
        )


class Scene(NamedTuple):
    """What is recorded where chance would seldom bring it together; all else is not recorded."""

    findings: dict[str, Any]
    baseline: dict[str, Any] = {}
    patient: dict[str, Any] = {}
    local: LocalRules = DEFAULT


LOW_SATURATION = {"spo2_percent": Decimal(86), "oxygen_device": "room_air"}
ON_NOREPINEPHRINE = {
    "hypotension": True,
    "vasopressors": ("norepinephrine",),
    "vasopressor_rates": {"norepinephrine": Decimal(15)},
    "vasopressor_hours": Decimal(24),
}
SCENES = (
    Scene(  # a child whose CAPD is the usual one
        {"capd_total": 4, "consciousness": "spontaneous", "seizure": "none", "motor": "none"},
        {"capd_total": 8},
        {"age_years": Decimal(6)},
    ),
    Scene({"consciousness": "voice"}),  # of unknown age, not examined
    Scene(
        LOW_SATURATION,
        {"spo2_percent": Decimal(97)},
        {"age_years": Decimal(60)},
        replace(DEFAULT, adult_spo2_at_or_below_percent=Decimal(88)),
    ),
    Scene(
        LOW_SATURATION,
        {"spo2_percent": Decimal(97)},
        {"age_years": Decimal(8)},
        replace(DEFAULT, child_spo2_below_percent=Decimal(92)),
    ),
    Scene(  # low from 18 years on
        {"spo2_percent": Decimal(90), "oxygen_device": "room_air"},
        patient={"age_years": Decimal(17)},
    ),
    Scene(  # more or less oxygen than at home
        {"oxygen_device": "blow_by"},
        {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": Decimal(8)},
    ),
    Scene({"oxygen_device": "cpap"}, {"home_cpap": True}),
    Scene(ON_NOREPINEPHRINE, patient={"weight_kg": Decimal(70)}),
)


def any_asked(seed: int) -> Asked:
    """An assessment of a course, the same for one seed: the scenes, then any part recorded."""
    chance = random.Random(seed)
    if seed < len(SCENES):
        share, scene = 0.0, SCENES[seed]
    else:
        share, scene = (
            chance.choice([0.2, 0.5, 0.8, 1]),
            Scene({}, local=OTHERWISE[seed % len(OTHERWISE)]),
        )
    most_doses, most_labs = (chance.choice([0, 3]), chance.choice([0, 6])) if share else (0, 0)
    record = Record(
        **{**drawn(chance, PATIENT, share and 0.5), **scene.patient},
        baseline=Baseline(**{**drawn(chance, BASELINE, share and 0.6), **scene.baseline}),
        doses=tuple(any_doses(chance, most_doses)),
        labs=tuple(any_labs(chance, most_labs)),
    )
    findings = Findings(**{**drawn(chance, FINDINGS, share), **scene.findings})
    return Asked(findings, record, scene.local)


def with_one_change(asked: Asked, about: Set[str] = EVERYTHING) -> Iterator[Asked]:
    """The same with each other value in one place, among the fields that are named in `about`."""
    findings, record, local = asked
    for name, choices in FINDINGS.items():
        if name in about:
            for value in _others(choices, getattr(findings, name)):
                yield Asked(findings._replace(**{name: value}), record, local)
    for changed in changed_records(record, about):
        yield Asked(findings, changed, local)


def changed_records(record: Record, about: Set[str]) -> Iterator[Record]:
    """The record with one other value of the patient, the baseline, a dose or a result."""
    usual = record.baseline
    for name in BASELINE:
        if f"baseline.{name}" in about:
            for value in _others(BASELINE[name], getattr(usual, name)):
                yield replace(record, baseline=replace(usual, **{name: value}))
    for name in sorted(about & PATIENT.keys()):
        for value in _others(PATIENT[name], getattr(record, name)):
            yield replace(record, **{name: value})
    for name in sorted(about & ENTRIES.keys()):
        values, new = ENTRIES[name]
        for entries in changed_entries(getattr(record, name), values, new):
            yield replace(record, **{name: entries})


def changed_entries(entries: tuple[Any, ...], values: Values, new: Any) -> Iterator[Any]:
    """The entries with one more, one less, or one other value in one of them."""
    yield (*entries, new)
    for place, entry in enumerate(entries):
        before, after = entries[:place], entries[place + 1 :]
        yield (*before, *after)
        for name, choices in values.items():
            for value in _others(choices, getattr(entry, name)):
                yield (*before, replace(entry, **{name: value}), *after)


def _others(choices: list[Any], value: Any) -> list[Any]:
    return [
        choice
        for place, choice in enumerate(choices)
        if choice != value and choice not in choices[:place]
    ]


def unvaried() -> list[str]:
    """The fields that no table above varies."""
    tables = (
        (set(Findings._fields), FINDINGS),
        ({item.name for item in fields(Baseline)}, BASELINE),
        ({item.name for item in fields(Dose)}, DOSE),
        ({item.name for item in fields(Lab)}, LAB),
        (_PATIENT_FIELDS, PATIENT),
    )
    return sorted(name for names, table in tables for name in names ^ set(table))


_PATIENT_FIELDS = {item.name for item in fields(Record) if item.init} - {
    "baseline",
    "findings",
    "doses",
    "labs",
}
