"""The closed lists: every word, unit and limit that a course may be described with.

A word outside these lists is an error at the door, never a silent guess. Limits and units stand
in `measures`.
"""

# ruff: noqa: PLC0414 - measures belong to the vocabulary, and are imported from here

from __future__ import annotations

from enum import StrEnum

from grading.measures import ANALYTES as ANALYTES
from grading.measures import RATE_LIMITS as RATE_LIMITS
from grading.measures import VITAL_LIMITS as VITAL_LIMITS
from grading.measures import Analyte as Analyte
from grading.measures import Limits as Limits


class Attribution(StrEnum):
    """The cause that a sign is put down to. Absent counts as `car_t`."""

    CAR_T = "car_t"
    OTHER = "other"
    UNDETERMINED = "undetermined"


class Sign(StrEnum):
    """A sign that can be attributed. `ice` covers CAPD, `other_neuro` what MNT looks at."""

    FEVER = "fever"
    HYPOTENSION = "hypotension"
    HYPOXIA = "hypoxia"
    ICE = "ice"
    CONSCIOUSNESS = "consciousness"
    SEIZURE = "seizure"
    MOTOR = "motor"
    ICP = "icp"
    OTHER_NEURO = "other_neuro"


class Vasopressor(StrEnum):
    """A drug that holds the pressure. `other` is one or more unnamed agents, not vasopressin."""

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
    """The reason why positive pressure is given."""

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
    """The stimulus to which a patient wakes. `unarousable`: also stupor, coma, vigorous stimuli."""

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
    MICROGRAPHIA = "micrographia"
    BRADYKINESIA = "bradykinesia"
    RIGIDITY = "rigidity"
    GAIT_DISTURBANCE = "gait_disturbance"
    MEMORY_LOSS = "memory_loss"
    ATTENTION_DEFICIT = "attention_deficit"
    REDUCED_FACIAL_EXPRESSION = "reduced_facial_expression"
    APATHY = "apathy"
    ATAXIA = "ataxia"
    NYSTAGMUS = "nystagmus"
    DIPLOPIA = "diplopia"
    CEREBELLAR_SYNDROME = "cerebellar_syndrome"
    MYELITIS = "myelitis"
    HHV6_MYELITIS = "hhv6_myelitis"
    LEUKOENCEPHALOPATHY = "leukoencephalopathy"
    DIABETES_INSIPIDUS = "diabetes_insipidus"
    MIGRAINE = "migraine"
    PRES = "pres"


class Sex(StrEnum):
    F = "F"
    M = "M"
    X = "X"


class Comparator(StrEnum):
    """The relation of a laboratory value to the printed number."""

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
    IEC_HS = "iec_hs"
    ENTEROCOLITIS = "enterocolitis"
    CARDIAC = "cardiac"
    SECOND_MALIGNANCY = "second_malignancy"
    OTHER = "other"


GRADED_EVENTS = frozenset(
    {
        EventKind.IEC_HS,
        EventKind.MNT,
        EventKind.INFECTION,
        EventKind.ENTEROCOLITIS,
        EventKind.CARDIAC,
        EventKind.OTHER,
    }
)
"""Events to which a physician may give a grade, 1–5. Cartox computes none of these."""

EVENT_DETAILS: dict[EventKind, tuple[str, ...]] = {
    EventKind.INFECTION: ("bacterial", "viral", "fungal", "unproven"),
    EventKind.CARDIAC: (
        "troponin_rise",
        "lvef_fall",
        "arrhythmia",
        "heart_failure",
        "cardiac_arrest",
    ),
    EventKind.SECOND_MALIGNANCY: ("t_cell", "myeloid", "solid", "other"),
    EventKind.IMAGING: ("brain", "chest", "heart", "abdomen", "other"),
}
"""The details of an event whose kind has a closed list of them (review, late toxicities)."""


class SeizureKind(StrEnum):
    """The kind of seizure, for the older scales."""

    FOCAL = "focal"
    GENERALIZED = "generalized"
    NONCONVULSIVE = "nonconvulsive"
    NONCONVULSIVE_STATUS = "nonconvulsive_status"


class CrsResponse(StrEnum):
    """The response of the syndrome to treatment, for CTCAE 4.03."""

    PROMPT = "prompt"
    PROLONGED = "prolonged"
    RECURRENT = "recurrent"


class Organ(StrEnum):
    """An organ whose toxicity is graded by CTCAE. Transaminases stand apart from bilirubin."""

    TRANSAMINASES = "transaminases"
    BILIRUBIN = "bilirubin"
    CREATININE = "creatinine"
    CARDIAC = "cardiac"
    PULMONARY = "pulmonary"
    GASTROINTESTINAL = "gastrointestinal"
    COAGULATION = "coagulation"
    OTHER = "other"


ORGAN_GRADE_UP_TO = 4
"""CTCAE grades of a living patient's organ."""


class DeathAttribution(StrEnum):
    CRS = "crs"
    ICANS = "icans"
    IEC_HS = "iec_hs"
    OTHER = "other"


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
    FIO2 = "FiO2"
    VASOPRESSOR_DOSE = "vasopressor dose"
    VASOPRESSOR_HOURS = "vasopressor hours"
    FLUID_BOLUSES = "fluid boluses"
    ORGAN_TOXICITY = "organ toxicity"
    REFRACTORY = "refractory hypotension"
    LIFE_THREATENING = "life-threatening"
    SYMPTOMS = "constitutional symptoms"
    RESPONSE = "response to treatment"
    COAGULOPATHY = "coagulopathy treated"
    IV_THERAPY = "intravenous therapy"
    CARTOX_10 = "CARTOX-10"
    SEIZURE_KIND = "kind of seizure"
    SEIZURES = "several seizures"
    PAPILLEDEMA_STAGE = "papilledema stage"
    CSF_PRESSURE = "CSF opening pressure"
