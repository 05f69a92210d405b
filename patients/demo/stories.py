"""Eight fictional patients: what the nurses found, what was given, which grades must follow.

Nobody here exists. Rounds are twelve hours apart and are told from the oldest to the latest;
every round before them is that of a patient who is well. `before` is hours before the latest
round. Ferritin and CRP go through their waypoints, as in the review and the published courses:
CRP leads and falls first, ferritin follows and lasts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Findings = dict[str, Any]
Waypoints = tuple[tuple[float, float], ...]
"""Pairs of hours before the latest round and value, the earliest first."""

ICE_RIGHT = {
    "year": 1,
    "month": 1,
    "city": 1,
    "hospital": 1,
    "naming": 3,
    "command": 1,
    "writing": 1,
    "attention": 1,
}


@dataclass(frozen=True, slots=True)
class Given:
    """One dose or run; a run goes on, or ends so many hours before the latest round."""

    before: float
    agent: str
    amount: str
    unit: str
    route: str = "IV"
    drug_class: str = ""
    ends: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    before: float
    kind: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """The grades that a story must reach: current and peak; None is not gradable."""

    crs: int | None
    crs_peak: int | None
    icans: int | None
    icans_peak: int | None


@dataclass(frozen=True, slots=True)
class Story:
    """One patient. `minutes_ago` is the age of the latest round.

    `labs` are values of this patient alone: unit, and value by hours before the latest round.
    """

    about: str
    mrn: str
    name: tuple[str, str]
    age: int
    sex: str
    ward: str
    bed: str
    product: str
    indication: str
    weight_kg: str
    day: int
    minutes_ago: int
    rounds: tuple[Findings, ...]
    expected: Expected
    ferritin: Waypoints
    crp: Waypoints
    given: tuple[Given, ...] = ()
    happened: tuple[Happened, ...] = ()
    usual: Findings = field(default_factory=dict)
    labs: dict[str, tuple[str, Waypoints]] = field(default_factory=dict)
    no_labs_on: tuple[int, ...] = ()
    crp_unit: str = "mg/L"
    late_round: int | None = None
    corrected_round: int | None = None
    struck_out_round: int | None = None


def ice(**lost: int) -> Findings:
    """ICE items with so many points lost in each item named."""
    return {"ice": {item: most - lost.get(item, 0) for item, most in ICE_RIGHT.items()}}


def low(systolic: int, diastolic: int, **more: Any) -> Findings:
    """A low pressure that is being treated."""
    pressures = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}
    return {**pressures, "hypotension": True, "heart_rate": 118, **more}


def oxygen(device: str, flow: int | None = None, **more: Any) -> Findings:
    """Oxygen by a device, with the saturation under it."""
    return {"oxygen_device": device, "oxygen_flow_l_min": flow, "spo2_percent": 94, **more}


def pressors(rates: dict[str, float], *, hours: int) -> Findings:
    """Rates in their own units, and for how many hours any vasopressor has run."""
    return {"vasopressor_rates": rates, "vasopressor_hours": hours}


def fever(temperature: str) -> Findings:
    return {"temperature_c": temperature, "heart_rate": 104, "respiratory_rate": 20}


def tocilizumab(before: float, amount: str) -> Given:
    return Given(before, "tocilizumab", amount, "mg")


def dexamethasone(before: float, amount: str = "10") -> Given:
    return Given(before, "dexamethasone", amount, "mg")


def paracetamol(before: float, amount: str = "1000") -> Given:
    return Given(before, "paracetamol", amount, "mg", route="PO")


def antiepileptic(before: float) -> Given:
    return Given(before, "antiepileptic", "500", "mg", route="PO", note="levetiracetam")


SEVEN_EAST, CHILDREN = "7 East", "Children 3"

SEDATED: Findings = {
    "ice": None,
    "ice_not_done": "sedated",
    "consciousness": None,
    "motor": None,
    "heart_rate": 112,
    "respiratory_rate": 20,
}

STORIES: tuple[Story, ...] = (
    Story(
        about="Uneventful; the next assessment is overdue",
        mrn="0004117",
        name=("Alvarez", "Maria"),
        age=58,
        sex="F",
        ward=SEVEN_EAST,
        bed="01",
        product="lisocabtagene maraleucel",
        indication="Follicular lymphoma",
        weight_kg="64",
        day=13,
        no_labs_on=(8, 9),
        minutes_ago=12 * 60 + 50,
        rounds=({}, {}, {"other_neuro": ["headache"]}),
        expected=Expected(crs=0, crs_peak=0, icans=0, icans_peak=0),
        ferritin=((150, 310), (70, 460), (20, 520), (0, 480)),
        crp=((150, 6), (60, 22), (30, 14), (0, 8)),
    ),
    Story(
        about="CRS 1: fever, nothing else",
        mrn="0018820",
        name=("Brandt", "Jonas"),
        age=66,
        sex="M",
        ward=SEVEN_EAST,
        bed="02",
        product="axicabtagene ciloleucel",
        indication="Large B-cell lymphoma",
        weight_kg="81.5",
        day=3,
        minutes_ago=55,
        rounds=({}, {"temperature_c": "37.6"}, fever("38.6"), fever("38.9")),
        expected=Expected(crs=1, crs_peak=1, icans=0, icans_peak=0),
        ferritin=((80, 540), (30, 700), (12, 1150), (0, 1600)),
        crp=((80, 12), (30, 28), (12, 61), (0, 94)),
        given=(paracetamol(11), paracetamol(4)),
        corrected_round=1,
    ),
    Story(
        about="CRS 2 after tocilizumab: no fever any more, and none is needed",
        mrn="0007702",
        name=("Chen", "Li Na"),
        age=52,
        sex="F",
        ward=SEVEN_EAST,
        bed="04",
        product="axicabtagene ciloleucel",
        indication="Large B-cell lymphoma",
        weight_kg="72",
        day=4,
        minutes_ago=95,
        rounds=(
            {},
            fever("38.4"),
            {**fever("39.4"), **low(86, 48, fluid_bolus=True), **oxygen("nasal_cannula", 2)},
            {"temperature_c": "36.9", **oxygen("nasal_cannula", 2), "motor": None},
            {"temperature_c": "36.7", **oxygen("nasal_cannula", 1, spo2_percent=95)},
        ),
        expected=Expected(crs=2, crs_peak=2, icans=0, icans_peak=0),
        ferritin=((110, 620), (48, 900), (24, 3100), (8, 5200), (0, 4700)),
        crp=((110, 9), (48, 35), (24, 148), (12, 120), (0, 66)),
        given=(paracetamol(35), tocilizumab(23, "576")),
        late_round=1,
    ),
    Story(
        about="CRS 3: one vasopressor and high-flow oxygen",
        mrn="0011935",
        name=("Diallo", "Amadou"),
        age=61,
        sex="M",
        ward=SEVEN_EAST,
        bed="05",
        product="brexucabtagene autoleucel",
        indication="Mantle cell lymphoma",
        weight_kg="78",
        day=5,
        minutes_ago=35,
        rounds=(
            fever("38.5"),
            {**fever("39.3"), **low(84, 46, fluid_bolus=True)},
            {
                **fever("39.1"),
                **low(92, 54, vasopressors=["norepinephrine"]),
                **pressors({"norepinephrine": 4.5}, hours=1),
                **oxygen("nasal_cannula", 4),
                **ice(attention=1),
                "fluid_boluses": 2,
                "organ_toxicity": {"transaminases": 1, "creatinine": 1},
            },
            {
                **fever("38.4"),
                **low(96, 58, vasopressors=["norepinephrine"]),
                **pressors({"norepinephrine": 6.2}, hours=13),
                **oxygen("high_flow_nasal_cannula", 40, fio2_percent=35, spo2_percent=93),
                **ice(attention=1, writing=1),
                "organ_toxicity": {"transaminases": 2, "creatinine": 1},
                "head_of_government": 1,
            },
        ),
        expected=Expected(crs=3, crs_peak=3, icans=1, icans_peak=1),
        ferritin=((130, 800), (36, 2200), (24, 6800), (12, 14200), (0, 18900)),
        crp=((130, 15), (36, 92), (24, 188), (12, 231), (0, 204)),
        given=(
            tocilizumab(23, "624"),
            Given(13, "norepinephrine", "0.08", "mcg/kg/min"),
            tocilizumab(11.5, "624"),
            dexamethasone(11),
            dexamethasone(5),
        ),
        happened=(Happened(12.5, "icu_in"),),
        struck_out_round=1,
    ),
    Story(
        about="CRS 4: two vasopressors, ventilated for hypoxia, ICANS not gradable under sedation",
        mrn="0020046",
        name=("Eriksen", "Solveig"),
        age=69,
        sex="F",
        ward=SEVEN_EAST,
        bed="07",
        product="axicabtagene ciloleucel",
        indication="Large B-cell lymphoma",
        weight_kg="58",
        day=6,
        minutes_ago=20,
        rounds=(
            fever("38.8"),
            {**fever("39.8"), **low(82, 44, fluid_bolus=True), **oxygen("nasal_cannula", 3)},
            {
                **fever("39.6"),
                **low(88, 50, vasopressors=["norepinephrine"]),
                **oxygen("high_flow_nasal_cannula", 50, fio2_percent=60, spo2_percent=91),
                **ice(attention=1, writing=1, naming=2, month=1),
                "consciousness": "voice",
            },
            {
                **fever("38.9"),
                **low(90, 52, vasopressors=["norepinephrine", "epinephrine"]),
                **pressors({"norepinephrine": 14.5, "epinephrine": 3.5}, hours=13),
                "organ_toxicity": {"transaminases": 3, "creatinine": 2, "coagulation": 2},
                "refractory_hypotension": False,
                "splenomegaly": True,
                **oxygen("mechanical_ventilation", fio2_percent=80, spo2_percent=92),
                "positive_pressure_for": "hypoxia",
                **SEDATED,
            },
        ),
        expected=Expected(crs=4, crs_peak=4, icans=None, icans_peak=2),
        ferritin=((150, 950), (36, 4100), (24, 14600), (12, 43000), (0, 61000)),
        crp=((150, 21), (36, 130), (24, 242), (12, 318), (0, 296)),
        labs={
            "ast": ("U/L", ((150, 24), (48, 60), (24, 190), (0, 410))),
            "alt": ("U/L", ((150, 28), (48, 55), (24, 160), (0, 350))),
            "fibrinogen": ("mg/dL", ((150, 410), (48, 380), (24, 210), (0, 128))),
            "triglycerides": ("mg/dL", ((150, 130), (48, 180), (0, 312))),
            "bilirubin_total": ("mg/dL", ((150, 0.6), (48, 0.9), (0, 1.9))),
        },
        given=(
            tocilizumab(23.5, "464"),
            Given(13, "norepinephrine", "0.25", "mcg/kg/min"),
            tocilizumab(12.5, "464"),
            dexamethasone(12, "20"),
            Given(8, "epinephrine", "0.06", "mcg/kg/min"),
            Given(7.5, "sedative", "2", "mg/kg/h", note="propofol"),
            dexamethasone(6, "20"),
            Given(3, "methylprednisolone", "1000", "mg"),
        ),
        happened=(Happened(13.5, "icu_in"), Happened(7.5, "intubation", "hypoxia")),
    ),
    Story(
        about="ICANS 2 without CRS: tocilizumab has no place here",
        mrn="0015518",
        name=("Fontaine", "Luc"),
        age=44,
        sex="M",
        ward=SEVEN_EAST,
        bed="08",
        product="axicabtagene ciloleucel",
        indication="Large B-cell lymphoma",
        weight_kg="90",
        day=7,
        minutes_ago=140,
        rounds=(
            {},
            {**ice(attention=1), "other_neuro": ["tremor"]},
            {**ice(attention=1, writing=1, naming=1), "other_neuro": ["tremor"], "icp": None},
            {
                **ice(attention=1, writing=1, naming=2, city=1),
                "consciousness": "voice",
                "other_neuro": ["tremor", "headache"],
            },
        ),
        expected=Expected(crs=0, crs_peak=0, icans=2, icans_peak=2),
        ferritin=((180, 420), (60, 980), (24, 1900), (0, 2300)),
        crp=((180, 5), (72, 31), (36, 44), (0, 27)),
        given=(antiepileptic(36), antiepileptic(24), antiepileptic(12), dexamethasone(1)),
    ),
    Story(
        about="ICANS 4: intubated for the airway, which is not CRS 4",
        mrn="0009261",
        name=("Greenberg", "Ruth"),
        age=55,
        sex="F",
        ward=SEVEN_EAST,
        bed="09",
        product="brexucabtagene autoleucel",
        indication="B-cell acute lymphoblastic leukemia",
        weight_kg="67",
        day=8,
        minutes_ago=70,
        rounds=(
            fever("38.7"),
            {**fever("39.0"), **oxygen("nasal_cannula", 2)},
            {"temperature_c": "37.0", **oxygen("nasal_cannula", 1, spo2_percent=96)},
            {"temperature_c": "36.8", **ice(attention=1)},
            {
                "temperature_c": "36.9",
                **ice(attention=1, writing=1, naming=3, city=1, month=1, command=1),
                "consciousness": "touch",
                "seizure": "resolved",
            },
            {
                "temperature_c": "37.1",
                **oxygen("mechanical_ventilation", fio2_percent=30, spo2_percent=98),
                "positive_pressure_for": "airway_protection",
                "ice": None,
                "ice_not_done": "unarousable",
                "consciousness": "unarousable",
                "seizure": "prolonged",
                "motor": None,
            },
        ),
        expected=Expected(crs=0, crs_peak=2, icans=4, icans_peak=4),
        ferritin=((200, 700), (72, 1800), (40, 7400), (20, 9100), (0, 7900)),
        crp=((200, 8), (72, 60), (50, 165), (24, 71), (0, 33)),
        given=(
            paracetamol(58),
            tocilizumab(47, "536"),
            antiepileptic(24),
            dexamethasone(11.5),
            dexamethasone(5.5),
            Given(2, "methylprednisolone", "1000", "mg"),
        ),
        happened=(
            Happened(11, "icu_in"),
            Happened(6, "imaging", "CT head: no edema, no bleeding"),
            Happened(2.5, "intubation", "airway protection"),
        ),
    ),
    Story(
        about="A child, examined by CAPD",
        mrn="0030073",
        name=("Haddad", "Sami"),
        age=8,
        sex="M",
        ward=CHILDREN,
        bed="11",
        product="tisagenlecleucel",
        indication="B-cell acute lymphoblastic leukemia",
        weight_kg="26.4",
        day=4,
        minutes_ago=110,
        rounds=(
            {},
            {**fever("38.3"), "capd_total": 2},
            {**fever("38.8"), "capd_total": 6, "consciousness": "voice"},
            {**fever("38.5"), "capd_total": 11, "consciousness": "voice"},
        ),
        expected=Expected(crs=1, crs_peak=1, icans=3, icans_peak=3),
        ferritin=((110, 1400), (36, 2100), (12, 4300), (0, 5600)),
        crp=((110, 7), (36, 38), (12, 82), (0, 76)),
        crp_unit="mg/dL",
        given=(paracetamol(20, "400"), paracetamol(8, "400"), dexamethasone(1, "4")),
        usual={
            "ice": None,
            "capd_total": 1,
            "systolic_mmhg": 102,
            "diastolic_mmhg": 61,
            "heart_rate": 96,
            "respiratory_rate": 20,
        },
    ),
)
