"""The closed lists: every word, unit and limit that a course may be described with.

A word outside these lists is an error at the door, never a silent guess. Limits come in two
kinds: `hard` refuses a value as a typing error, `soft` asks once. Both are our own decisions,
made from the ranges that occur at the bedside; the reason stands beside each.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Attribution(StrEnum):
    """What a sign is put down to. Absent counts as `car_t`."""

    CAR_T = "car_t"
    OTHER = "other"
    UNDETERMINED = "undetermined"


class Sign(StrEnum):
    """A sign that can be attributed. `ice` covers CAPD."""

    FEVER = "fever"
    HYPOTENSION = "hypotension"
    HYPOXIA = "hypoxia"
    ICE = "ice"
    CONSCIOUSNESS = "consciousness"
    SEIZURE = "seizure"
    MOTOR = "motor"
    ICP = "icp"


class Vasopressor(StrEnum):
    """What runs to hold the pressure. `other` is one or more unnamed agents, not vasopressin."""

    NOREPINEPHRINE = "norepinephrine"
    EPINEPHRINE = "epinephrine"
    PHENYLEPHRINE = "phenylephrine"
    DOPAMINE = "dopamine"
    ANGIOTENSIN_II = "angiotensin_ii"
    VASOPRESSIN = "vasopressin"
    OTHER = "other"
    DOBUTAMINE = "dobutamine"
    MILRINONE = "milrinone"


INOTROPES = frozenset({Vasopressor.DOBUTAMINE, Vasopressor.MILRINONE})
"""Recorded with the vasopressors, never counted as one."""


class OxygenDevice(StrEnum):
    """The device that delivers oxygen or pressure at this moment."""

    ROOM_AIR = "room_air"
    NASAL_CANNULA = "nasal_cannula"
    HIGH_FLOW_NASAL_CANNULA = "high_flow_nasal_cannula"
    BLOW_BY = "blow_by"
    FACEMASK = "facemask"
    VENTURI = "venturi"
    NONREBREATHER = "nonrebreather"
    CPAP = "cpap"
    BIPAP = "bipap"
    MECHANICAL_VENTILATION = "mechanical_ventilation"


POSITIVE_PRESSURE = frozenset(
    {OxygenDevice.CPAP, OxygenDevice.BIPAP, OxygenDevice.MECHANICAL_VENTILATION}
)


class PositivePressureFor(StrEnum):
    """Why positive pressure is given."""

    HYPOXIA = "hypoxia"
    AIRWAY_PROTECTION = "airway_protection"
    HOME_CPAP = "home_cpap"


class NotDone(StrEnum):
    """The coded reason why an examination was not done."""

    UNAROUSABLE = "unarousable"
    SEDATED = "sedated"
    INTUBATED = "intubated"
    APHASIA = "aphasia"
    LANGUAGE = "language"
    SENSORY = "sensory"
    ASLEEP = "asleep"
    REFUSED = "refused"
    OFF_WARD = "off_ward"


class Consciousness(StrEnum):
    """What wakes the patient. `unarousable` includes stupor, coma and vigorous stimuli."""

    SPONTANEOUS = "spontaneous"
    VOICE = "voice"
    TOUCH = "touch"
    UNAROUSABLE = "unarousable"


class Seizure(StrEnum):
    """Seizures since the last assessment. `present` means that its length is unknown."""

    NONE = "none"
    RESOLVED = "resolved"
    PROLONGED = "prolonged"
    PRESENT = "present"


class Motor(StrEnum):
    """Motor weakness. Only deep focal weakness is an ICANS criterion."""

    NONE = "none"
    MILD = "mild"
    DEEP_FOCAL_WEAKNESS = "deep_focal_weakness"


class Icp(StrEnum):
    """Signs of raised intracranial pressure or cerebral edema."""

    FOCAL_EDEMA = "focal_edema"
    DIFFUSE_EDEMA = "diffuse_edema"
    POSTURING = "posturing"
    CN6_PALSY = "cn6_palsy"
    PAPILLEDEMA = "papilledema"
    CUSHING_TRIAD = "cushing_triad"


class OtherNeuro(StrEnum):
    """Neurologic findings that are recorded and are never ICANS."""

    TREMOR = "tremor"
    MYOCLONUS = "myoclonus"
    ASTERIXIS = "asterixis"
    HEADACHE = "headache"
    INTRACRANIAL_HEMORRHAGE = "intracranial_hemorrhage"
    PARKINSONISM = "parkinsonism"
    CRANIAL_NERVE_PALSY = "cranial_nerve_palsy"
    GUILLAIN_BARRE = "guillain_barre"
    PERIPHERAL_NEUROPATHY = "peripheral_neuropathy"
    COGNITIVE_CHANGE = "cognitive_change"
    PERSONALITY_CHANGE = "personality_change"


class Sex(StrEnum):
    F = "F"
    M = "M"
    X = "X"


class Comparator(StrEnum):
    """How a laboratory value stands to the printed number."""

    LESS = "<"
    EQUAL = "="
    GREATER = ">"


class EventKind(StrEnum):
    DEATH = "death"
    ICU_IN = "icu_in"
    ICU_OUT = "icu_out"
    INTUBATION = "intubation"
    EXTUBATION = "extubation"
    RELAPSE = "relapse"
    NEXT_THERAPY = "next_therapy"
    HEMOPHAGOCYTOSIS = "hemophagocytosis"
    IMAGING = "imaging"
    MNT = "mnt"
    INFECTION = "infection"
    OTHER = "other"


class DeathAttribution(StrEnum):
    CRS = "crs"
    ICANS = "icans"
    IEC_HS = "iec_hs"
    OTHER = "other"


class DrugClass(StrEnum):
    """Why a drug matters to a rule."""

    ANTIPYRETIC = "antipyretic"
    ANTI_CYTOKINE = "anti_cytokine"
    STEROID = "steroid"
    VASOPRESSOR = "vasopressor"
    INOTROPE = "inotrope"
    SEDATIVE = "sedative"
    ANTIEPILEPTIC = "antiepileptic"
    G_CSF = "g_csf"
    THROMBOPOIETIN_AGONIST = "thrombopoietin_agonist"
    TRANSFUSION_RED_CELLS = "transfusion_red_cells"
    TRANSFUSION_PLATELETS = "transfusion_platelets"
    CRYOPRECIPITATE = "cryoprecipitate"
    IVIG = "ivig"
    CYTOTOXIC = "cytotoxic"
    OTHER = "other"


AGENTS: dict[str, DrugClass] = {
    **dict.fromkeys(("paracetamol", "nsaid", "metamizole"), DrugClass.ANTIPYRETIC),
    **dict.fromkeys(
        (
            "tocilizumab",
            "siltuximab",
            "anakinra",
            "emapalumab",
            "etanercept",
            "ruxolitinib",
            "itacitinib",
            "dasatinib",
        ),
        DrugClass.ANTI_CYTOKINE,
    ),
    **dict.fromkeys(
        ("dexamethasone", "methylprednisolone", "prednisone", "hydrocortisone"), DrugClass.STEROID
    ),
    **{
        agent.value: DrugClass.INOTROPE if agent in INOTROPES else DrugClass.VASOPRESSOR
        for agent in Vasopressor
        if agent is not Vasopressor.OTHER
    },
    **dict.fromkeys(
        ("fludarabine", "bendamustine", "cyclophosphamide", "etoposide"), DrugClass.CYTOTOXIC
    ),
    **{
        drug_class.value: drug_class
        for drug_class in (
            DrugClass.SEDATIVE,
            DrugClass.ANTIEPILEPTIC,
            DrugClass.G_CSF,
            DrugClass.THROMBOPOIETIN_AGONIST,
            DrugClass.TRANSFUSION_RED_CELLS,
            DrugClass.TRANSFUSION_PLATELETS,
            DrugClass.CRYOPRECIPITATE,
            DrugClass.IVIG,
        )
    },
}
"""Every agent known by name, with its class. Any other agent carries the class `other`."""

CONTINUOUS = frozenset({DrugClass.VASOPRESSOR, DrugClass.INOTROPE})
"""Classes given as a run: without an end they are still running."""

FEVER_WAIVING = frozenset({DrugClass.ANTIPYRETIC, DrugClass.ANTI_CYTOKINE, DrugClass.STEROID})
"""Classes after which fever is no longer required to grade CRS (ASTCT 2019, footnote)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Plausible values of one measurement in its canonical unit, both ends inclusive."""

    unit: str
    hard_low: Decimal
    hard_high: Decimal
    soft_low: Decimal | None
    soft_high: Decimal | None
    why: str
    integer: bool = False

    def refuses(self, value: Decimal) -> bool:
        """True where `value` (canonical unit) cannot be a measurement of a patient."""
        return not self.hard_low <= value <= self.hard_high

    def asks(self, value: Decimal) -> bool:
        """True where `value` (canonical unit) is possible but worth one question."""
        below = self.soft_low is not None and value < self.soft_low
        return below or (self.soft_high is not None and value > self.soft_high)


def _limits(
    unit: str,
    hard: tuple[str, str],
    soft: tuple[str | None, str | None],
    why: str,
    *,
    integer: bool = False,
) -> Limits:
    low, high = (None if end is None else Decimal(end) for end in soft)
    return Limits(unit, Decimal(hard[0]), Decimal(hard[1]), low, high, why, integer)


VITAL_LIMITS: dict[str, Limits] = {
    "temperature_c": _limits(
        "°C", ("25", "45"), ("35", "41"), "98.6 °F typed as Celsius lies far outside"
    ),
    "systolic_mmhg": _limits(
        "mmHg", ("30", "300"), ("80", "200"), "a cuff reads nothing below 30; kPa never pass"
    ),
    "diastolic_mmhg": _limits(
        "mmHg",
        ("10", "200"),
        ("35", "120"),
        "below 10 is a reading error, and it is below systolic",
    ),
    "heart_rate": _limits("/min", ("0", "300"), ("40", "150"), "0 is a real value in an arrest"),
    "respiratory_rate": _limits(
        "/min", ("0", "100"), ("8", "35"), "0 is real on a failing patient"
    ),
    "spo2_percent": _limits(
        "%", ("30", "100"), ("88", None), "0.30–1.00 is a fraction; oximeters fail below 30"
    ),
    "oxygen_flow_l_min": _limits(
        "L/min", ("0", "80"), (None, "60"), "high-flow devices end at 60–80 L/min"
    ),
    "fio2_percent": _limits(
        "%", ("21", "100"), (None, "60"), "air is 21 %; 0.21–1.00 is a fraction"
    ),
    "weight_kg": _limits("kg", ("1", "350"), (None, None), "a change over 10 % is asked about"),
    "ice_total": _limits("points", ("0", "10"), (None, None), "the scale ends at 10", integer=True),
    "capd_total": _limits("points", ("0", "32"), (None, None), "8 items of 0–4", integer=True),
    "age_years": _limits("years", ("0", "120"), (None, None), "no older patient is known"),
}
"""Bedside measurements (clinical rule specification, section 10.1)."""

ICE_ITEMS: dict[str, int] = {
    "year": 1,
    "month": 1,
    "city": 1,
    "hospital": 1,
    "naming": 3,
    "command": 1,
    "writing": 1,
    "attention": 1,
}
"""ICE items with the points each can give, 10 in all (ASTCT 2019; review, Table 5)."""


@dataclass(frozen=True, slots=True)
class Analyte:
    """A laboratory quantity: its canonical unit, the exact factor of each accepted unit."""

    label: str
    unit: str
    factors: dict[str, Decimal]
    limits: Limits

    def canonical(self, value: Decimal, unit: str | None) -> Decimal | None:
        """`value` in the canonical unit; None where the unit has no exact factor here."""
        factor = None if unit is None else self.factors.get(unit)
        return None if factor is None else value * factor


_SAME_AS = {
    "ng/mL": ("ug/L", "mcg/L", "µg/L", "μg/L"),
    "10*9/L": ("10^9/L", "10*3/uL", "10^3/uL", "K/uL", "G/L"),
    "/uL": ("cells/uL", "/µL", "/μL"),
    "U/L": ("IU/L",),
    "ukat/L": ("µkat/L", "μkat/L"),
    "umol/L": ("µmol/L", "μmol/L"),
    "pg/mL": ("ng/L",),
    "mmol/L": ("meq/L", "mEq/L"),
}
"""Spellings of one unit. `mmol/L` and `meq/L` agree for the monovalent ions only."""

_MONOVALENT = frozenset({"Sodium", "Potassium"})


def _spellings(label: str, unit: str) -> tuple[str, ...]:
    if unit == "mmol/L" and label not in _MONOVALENT:
        return (unit,)
    return (unit, *_SAME_AS.get(unit, ()))


def _analyte(
    label: str,
    unit: str,
    hard: tuple[str, str],
    soft: tuple[str | None, str | None] = (None, None),
    *,
    why: str = "the range that laboratories report",
    **others: str,
) -> Analyte:
    """`others` are exact factors to the canonical unit, keyed by `_UNIT_KEYS`."""
    factors = {spelling: Decimal(1) for spelling in _spellings(label, unit)}
    for key, factor in others.items():
        numerator, _, denominator = factor.partition("/")
        exact = Decimal(numerator) / Decimal(denominator or 1)
        factors |= dict.fromkeys(_spellings(label, _UNIT_KEYS[key]), exact)
    return Analyte(label, unit, factors, _limits(unit, hard, soft, why))


_UNIT_KEYS = {
    "mg_dl": "mg/dL",
    "pmol_l": "pmol/L",
    "ukat_l": "ukat/L",
    "per_ul": "/uL",
    "g_l": "g/L",
    "mmol_l": "mmol/L",
    "umol_l": "umol/L",
    "mg_l_feu": "mg/L FEU",
    "ng_l": "ng/L",
    "ug_l": "ug/L",
    "urea_mmol_l": "mmol/L urea",
    "urea_mg_dl": "mg/dL urea",
}

ANALYTES: dict[str, Analyte] = {
    "crp": _analyte("CRP", "mg/L", ("0", "1000"), (None, "400"), mg_dl="10"),
    "ferritin": _analyte("Ferritin", "ng/mL", ("0", "5000000"), (None, "10000"), pmol_l="0.445"),
    "ldh": _analyte("LDH", "U/L", ("20", "50000"), ("80", "2000"), ukat_l="60"),
    "platelets": _analyte(
        "Platelets",
        "10*9/L",
        ("0", "3000"),
        ("10", "1000"),
        why="45,000 is a count per µL",
        per_ul="0.001",
    ),
    "anc": _analyte("ANC", "10*9/L", ("0", "200"), (None, "20"), per_ul="0.001"),
    "wbc": _analyte("WBC", "10*9/L", ("0", "1000"), (None, "100"), per_ul="0.001"),
    "lymphocytes": _analyte("Lymphocytes", "10*9/L", ("0", "1000"), (None, "50"), per_ul="0.001"),
    "hemoglobin": _analyte(
        "Hemoglobin",
        "g/dL",
        ("1.5", "25"),
        ("6", "19"),
        why="85 is a value in g/L",
        g_l="0.1",
        mmol_l="1.6114",
    ),
    "fibrinogen": _analyte(
        "Fibrinogen",
        "mg/dL",
        ("15", "2000"),
        ("100", "1000"),
        why="a value in g/L, up to about 12, never passes",
        g_l="100",
        umol_l="34.0",
    ),
    "d_dimer": _analyte("D-dimer", "ng/mL FEU", ("0", "200000"), (None, "10000"), mg_l_feu="1000"),
    "inr": _analyte("INR", "{INR}", ("0.5", "20"), (None, "3")),
    "pt": _analyte("PT", "s", ("5", "200"), (None, "30")),
    "aptt": _analyte("aPTT", "s", ("5", "200"), (None, "80")),
    "creatinine": _analyte("Creatinine", "mg/dL", ("0.05", "30"), ("0.2", "4"), umol_l="1/88.4"),
    "bilirubin_total": _analyte(
        "Bilirubin, total", "mg/dL", ("0", "80"), (None, "5"), umol_l="1/17.104"
    ),
    "bilirubin_direct": _analyte(
        "Bilirubin, direct", "mg/dL", ("0", "80"), (None, "5"), umol_l="1/17.104"
    ),
    "ast": _analyte("AST", "U/L", ("0", "50000"), (None, "1000"), ukat_l="60"),
    "alt": _analyte("ALT", "U/L", ("0", "50000"), (None, "1000"), ukat_l="60"),
    "triglycerides": _analyte(
        "Triglycerides", "mg/dL", ("10", "15000"), ("40", "500"), mmol_l="88.57"
    ),
    "il6": _analyte("IL-6", "pg/mL", ("0", "5000000"), (None, "10000")),
    "igg": _analyte("IgG", "mg/dL", ("0", "15000"), ("30", None), g_l="100"),
    "sodium": _analyte("Sodium", "mmol/L", ("90", "200"), ("125", "155")),
    "potassium": _analyte("Potassium", "mmol/L", ("1", "12"), ("2.8", "6")),
    "urea_nitrogen": _analyte(
        "Urea nitrogen",
        "mg/dL",
        ("0", "300"),
        (None, "80"),
        urea_mmol_l="2.80",
        urea_mg_dl="0.467",
    ),
    "phosphate": _analyte("Phosphate", "mg/dL", ("0", "30"), (None, "6"), mmol_l="3.097"),
    "uric_acid": _analyte("Uric acid", "mg/dL", ("0", "60"), (None, "10"), umol_l="1/59.48"),
    "lactate": _analyte("Lactate", "mmol/L", ("0", "40"), (None, "4"), mg_dl="0.111"),
    "procalcitonin": _analyte("Procalcitonin", "ng/mL", ("0", "1000"), (None, "10")),
    "albumin": _analyte("Albumin", "g/dL", ("0.5", "8"), ("2", None), g_l="0.1"),
    "ck": _analyte("CK", "U/L", ("0", "500000"), (None, "5000"), ukat_l="60"),
    "troponin_t": _analyte("Troponin T", "ng/mL", ("0", "1000"), ng_l="1/1000"),
    "troponin_i": _analyte("Troponin I", "ng/mL", ("0", "1000"), ng_l="1/1000"),
    "hs_troponin_t": _analyte("hs-Troponin T", "ng/L", ("0", "1000000"), ug_l="1000"),
    "nt_probnp": _analyte("NT-proBNP", "pg/mL", ("0", "500000"), (None, "5000"), pmol_l="8.457"),
    "cd4": _analyte("CD4 cells", "/uL", ("0", "10000")),
    "cd19": _analyte("CD19 cells", "/uL", ("0", "10000")),
    "sil2r": _analyte(
        "sIL-2R", "U/mL", ("0", "500000"), (None, "2400"), why="pg/mL is assay-specific"
    ),
}
"""Analytes with canonical unit and factors (clinical rule specification, section 10.2)."""


class Missing(StrEnum):
    """The only words with which a result names what was not recorded."""

    TEMPERATURE = "temperature"
    HYPOTENSION = "hypotension"
    VASOPRESSORS = "vasopressors"
    OXYGEN_DEVICE = "oxygen device"
    OXYGEN_FLOW = "oxygen flow"
    ICE_SCORE = "ICE score"
    CAPD = "CAPD"
    CONSCIOUSNESS = "consciousness"
    SEIZURE = "seizure"
    MOTOR = "motor"
    ICP = "ICP"
