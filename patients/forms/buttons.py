"""The labels of the buttons: every word of the vocabulary as it is spoken on a ward."""

from __future__ import annotations

from grading.vocabulary import (
    Attribution,
    Consciousness,
    CrsResponse,
    DeathAttribution,
    EventKind,
    Icp,
    Motor,
    NotDone,
    Organ,
    OtherNeuro,
    OxygenDevice,
    PositivePressureFor,
    Seizure,
    SeizureKind,
    Sign,
    Vasopressor,
)

VASOPRESSORS = [
    (Vasopressor.NOREPINEPHRINE, "norepinephrine"),
    (Vasopressor.EPINEPHRINE, "epinephrine"),
    (Vasopressor.PHENYLEPHRINE, "phenylephrine"),
    (Vasopressor.DOPAMINE, "dopamine"),
    (Vasopressor.ANGIOTENSIN_II, "angiotensin II"),
    (Vasopressor.VASOPRESSIN, "vasopressin"),
    (Vasopressor.DOBUTAMINE, "dobutamine"),
    (Vasopressor.MILRINONE, "milrinone"),
    (Vasopressor.OTHER, "another"),
]
OXYGEN_DEVICES = [
    (OxygenDevice.ROOM_AIR, "room air"),
    (OxygenDevice.NASAL_CANNULA, "nasal cannula"),
    (OxygenDevice.HIGH_FLOW_NASAL_CANNULA, "high-flow nasal"),
    (OxygenDevice.BLOW_BY, "blow-by"),
    (OxygenDevice.FACEMASK, "facemask"),
    (OxygenDevice.VENTURI, "Venturi mask"),
    (OxygenDevice.NONREBREATHER, "non-rebreather"),
    (OxygenDevice.CPAP, "CPAP"),
    (OxygenDevice.BIPAP, "BiPAP"),
    (OxygenDevice.MECHANICAL_VENTILATION, "ventilator"),
]
POSITIVE_PRESSURE_FOR = [
    (PositivePressureFor.HYPOXIA, "hypoxia"),
    (PositivePressureFor.AIRWAY_PROTECTION, "airway protection"),
    (PositivePressureFor.HOME_CPAP, "home CPAP, unchanged"),
]
NOT_DONE = [
    (NotDone.UNAROUSABLE, "cannot be woken"),
    (NotDone.SEDATED, "sedated"),
    (NotDone.INTUBATED, "intubated"),
    (NotDone.APHASIA, "awake but mute (global aphasia)"),
    (NotDone.LANGUAGE, "no common language"),
    (NotDone.SENSORY, "cannot hear or see well enough"),
    (NotDone.ASLEEP, "asleep, not woken"),
    (NotDone.REFUSED, "refused"),
    (NotDone.OFF_WARD, "off the ward"),
]
CONSCIOUSNESS = [
    (Consciousness.SPONTANEOUS, "by itself"),
    (Consciousness.VOICE, "to voice"),
    (Consciousness.TOUCH, "only to touch"),
    (Consciousness.UNAROUSABLE, "not, or only to vigorous touch"),
]
SEIZURE = [
    (Seizure.NONE, "none"),
    (Seizure.RESOLVED, "stopped within 5 min"),
    (Seizure.PROLONGED, "over 5 min, or repeated without waking between"),
    (Seizure.PRESENT, "yes, length not known"),
]
MOTOR = [
    (Motor.NONE, "none"),
    (Motor.MILD, "mild"),
    (Motor.DEEP_FOCAL_WEAKNESS, "deep, one side or both legs"),
]
ICP = [
    (Icp.FOCAL_EDEMA, "focal edema on imaging"),
    (Icp.DIFFUSE_EDEMA, "diffuse edema on imaging"),
    (Icp.POSTURING, "posturing"),
    (Icp.CN6_PALSY, "sixth nerve palsy"),
    (Icp.PAPILLEDEMA, "papilledema"),
    (Icp.CUSHING_TRIAD, "Cushing’s triad"),
]
OTHER_NEURO = [
    (
        "Often seen",
        [
            (OtherNeuro.TREMOR, "tremor"),
            (OtherNeuro.HEADACHE, "headache"),
            (OtherNeuro.MYOCLONUS, "myoclonus"),
            (OtherNeuro.ASTERIXIS, "asterixis"),
            (OtherNeuro.INTRACRANIAL_HEMORRHAGE, "intracranial hemorrhage"),
        ],
    ),
    (
        "Movement",
        [
            (OtherNeuro.PARKINSONISM, "parkinsonism"),
            (OtherNeuro.BRADYKINESIA, "slow movement"),
            (OtherNeuro.RIGIDITY, "rigidity"),
            (OtherNeuro.GAIT_DISTURBANCE, "gait disturbance"),
            (OtherNeuro.MICROGRAPHIA, "small handwriting"),
            (OtherNeuro.REDUCED_FACIAL_EXPRESSION, "little facial expression"),
            (OtherNeuro.ATAXIA, "ataxia"),
        ],
    ),
    (
        "Thinking",
        [
            (OtherNeuro.COGNITIVE_CHANGE, "cognitive change"),
            (OtherNeuro.MEMORY_LOSS, "memory loss"),
            (OtherNeuro.ATTENTION_DEFICIT, "poor attention"),
        ],
    ),
    (
        "Personality",
        [
            (OtherNeuro.PERSONALITY_CHANGE, "personality change"),
            (OtherNeuro.APATHY, "apathy"),
        ],
    ),
    (
        "Nerves, cord and other",
        [
            (OtherNeuro.CRANIAL_NERVE_PALSY, "cranial nerve palsy"),
            (OtherNeuro.DIPLOPIA, "double vision"),
            (OtherNeuro.NYSTAGMUS, "nystagmus"),
            (OtherNeuro.CEREBELLAR_SYNDROME, "cerebellar syndrome"),
            (OtherNeuro.GUILLAIN_BARRE, "Guillain-Barré"),
            (OtherNeuro.PERIPHERAL_NEUROPATHY, "peripheral neuropathy"),
            (OtherNeuro.MYELITIS, "myelitis"),
            (OtherNeuro.HHV6_MYELITIS, "HHV-6 myelitis"),
            (OtherNeuro.LEUKOENCEPHALOPATHY, "leukoencephalopathy"),
            (OtherNeuro.PRES, "PRES"),
            (OtherNeuro.MIGRAINE, "migraine"),
            (OtherNeuro.DIABETES_INSIPIDUS, "diabetes insipidus"),
        ],
    ),
]
"""Signs that are recorded and never graded as ICANS. Movement, thinking and personality are the
three clusters of MNT."""

CRS_RESPONSE = [
    (CrsResponse.PROMPT, "prompt"),
    (CrsResponse.PROLONGED, "prolonged"),
    (CrsResponse.RECURRENT, "came back after improving"),
]
SEIZURE_KIND = [
    (SeizureKind.FOCAL, "focal"),
    (SeizureKind.GENERALIZED, "generalized"),
    (SeizureKind.NONCONVULSIVE, "nonconvulsive"),
    (SeizureKind.NONCONVULSIVE_STATUS, "nonconvulsive status"),
]
ORGAN_LABELS = {
    Organ.TRANSAMINASES: "AST, ALT",
    Organ.BILIRUBIN: "Bilirubin",
    Organ.CREATININE: "Creatinine",
    Organ.CARDIAC: "Heart",
    Organ.PULMONARY: "Lung",
    Organ.GASTROINTESTINAL: "Gut",
    Organ.COAGULATION: "Clotting",
    Organ.OTHER: "Other organ",
}
ATTRIBUTION = [
    (Attribution.CAR_T, "CAR-T"),
    (Attribution.OTHER, "another cause"),
    (Attribution.UNDETERMINED, "cannot tell"),
]
SIGN_LABELS = {
    Sign.FEVER: "Fever",
    Sign.HYPOTENSION: "Hypotension",
    Sign.HYPOXIA: "Hypoxia",
    Sign.ICE: "ICE or CAPD",
    Sign.CONSCIOUSNESS: "Consciousness",
    Sign.SEIZURE: "Seizure",
    Sign.MOTOR: "Weakness",
    Sign.ICP: "Raised ICP",
    Sign.OTHER_NEURO: "Other findings",
}
EVENT_KINDS = [
    (EventKind.ICU_IN, "to the ICU"),
    (EventKind.ICU_OUT, "back from the ICU"),
    (EventKind.INTUBATION, "intubation"),
    (EventKind.EXTUBATION, "extubation"),
    (EventKind.IMAGING, "imaging"),
    (EventKind.INFECTION, "infection"),
    (EventKind.CARDIAC, "cardiac event"),
    (EventKind.ENTEROCOLITIS, "enterocolitis"),
    (EventKind.IEC_HS, "IEC-HS"),
    (EventKind.HEMOPHAGOCYTOSIS, "hemophagocytosis"),
    (EventKind.MNT, "movement or neurocognitive toxicity"),
    (EventKind.SECOND_MALIGNANCY, "second malignancy"),
    (EventKind.RELAPSE, "relapse"),
    (EventKind.NEXT_THERAPY, "next therapy"),
    (EventKind.DEATH, "death"),
    (EventKind.OTHER, "other"),
]
EVENT_DETAIL_LABELS = {
    EventKind.INFECTION: "Kind of infection",
    EventKind.CARDIAC: "Kind of cardiac event",
    EventKind.SECOND_MALIGNANCY: "Kind of malignancy",
    EventKind.IMAGING: "Imaging of",
}
DEATH_ATTRIBUTED_TO = [
    (DeathAttribution.CRS, "CRS"),
    (DeathAttribution.ICANS, "ICANS"),
    (DeathAttribution.IEC_HS, "IEC-HS"),
    (DeathAttribution.OTHER, "another cause"),
]

ANOTHER = "another"
SEXES = [("F", "female"), ("M", "male"), ("X", "other")]

RIGHT_OR_WRONG = [("1", "right"), ("0", "wrong")]
ICE_LABELS = {
    "year": "Year",
    "month": "Month",
    "city": "City",
    "hospital": "Hospital",
    "naming": "Names 3 objects",
    "command": "Follows a command",
    "writing": "Writes a sentence",
    "attention": "Counts back",
}
ICE_SCRIPT = {
    "year": "“Which year is it?”",
    "month": "“Which month is it?”",
    "city": "“Which city are we in?”",
    "hospital": "“Which hospital is this?”",
    "naming": "Point at three things in the room, one after the other: clock, pen, button.",
    "command": "“Show me two fingers”, or “Close your eyes and stick out your tongue.”",
    "writing": "“Please write: Our national bird is the bald eagle.”",
    "attention": "“Count backwards from 100 by tens.” 100, 90, 80 … 10.",
}
"""The question of each item of ICE (ASTCT 2019; review, Table 5)."""


def button_label(choices: list[tuple[str, str]], value: str | None) -> str:
    """The label of a stored value; the value itself where it has no label; empty for None."""
    return "" if value is None else dict(choices).get(value, value)
