"""The closed lists: every word, unit and limit that a course may be described with.

A word outside these lists is an error at the door, never a silent guess. Limits stand
in `measures`, units in `laboratory`.
"""

# ruff: noqa: PLC0414 - measures belong to the vocabulary, and are imported from here

from __future__ import annotations

from enum import StrEnum
from typing import Self

from grading.laboratory.analytes import ANALYTES as ANALYTES
from grading.laboratory.analytes import Analyte as Analyte
from grading.measures import RATE_LIMITS as RATE_LIMITS
from grading.measures import Limits as Limits


class Word(StrEnum):
    """A word of a closed list. Its label stands on a button; `group` sorts a long list of them.

    `in_sentence` is how a sentence says it, where that is not the word with spaces; `short` is
    for the board.
    """

    label: str
    group: str
    in_sentence: str
    short: str

    def __new__(
        cls, word: str, label: str = "", group: str = "", in_sentence: str = "", short: str = ""
    ) -> Self:
        """The label is what a sentence says, where no other is given."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.label = label or in_sentence or word.replace("_", " ")
        member.group, member.in_sentence, member.short = group, in_sentence, short
        return member


def word(text: str, label: str = "", *, in_sentence: str = "", short: str = "") -> tuple[str, ...]:
    """The values of one word, with those in the middle left out."""
    return text, label, "", in_sentence, short


class Attribution(Word):
    """The cause that a sign is put down to. Absent counts as `car_t`."""

    CAR_T = word("car_t", in_sentence="CAR-T")
    OTHER = "other", "another cause"
    UNDETERMINED = "undetermined", "cannot tell"


class Sign(Word):
    """A sign that can be attributed. `ice` covers CAPD, `other_neuro` what MNT looks at."""

    FEVER = "fever", "Fever"
    HYPOTENSION = "hypotension", "Hypotension"
    HYPOXIA = "hypoxia", "Hypoxia"
    ICE = word("ice", "ICE or CAPD", in_sentence="ICE")
    CONSCIOUSNESS = "consciousness", "Consciousness"
    SEIZURE = "seizure", "Seizure"
    MOTOR = "motor", "Weakness"
    ICP = word("icp", "Raised ICP", in_sentence="ICP")
    OTHER_NEURO = "other_neuro", "Other findings"


class AttributedCause(Word):
    """The other cause of a sign. `other` is told in words."""

    SEPSIS = "sepsis"
    TRANSFUSION_REACTION = "transfusion_reaction"
    DRUG = word("drug", "a drug", in_sentence="a drug")
    BASELINE_DISEASE = "baseline_disease"
    PULMONARY_EDEMA_OR_EMBOLISM = "pulmonary_edema_or_embolism"
    OTHER = word("other", "other, in words", in_sentence="another cause")


class Decision(Word):
    """A physician's decision: on what a sign is put down to, or the final grade."""

    CONFIRMED = "confirmed", "confirmed: it has another cause"
    REFUSED = "refused", "refused: it counts"
    WITHDRAWN = "withdrawn", "withdrawn: the entries decide"
    FINAL_GRADE = "final_grade"


class GradedToxicity(Word):
    """A toxicity that a physician gives a final grade."""

    CRS = word("crs", in_sentence="CRS")
    ICANS = word("icans", in_sentence="ICANS")


class StepAnswer(Word):
    """What became of a line of the current step."""

    DONE = "done"
    DEFERRED = "deferred"
    DECLINED = "declined"


class Vasopressor(Word):
    """A drug that holds the pressure. `other` is one or more unnamed agents, not vasopressin."""

    NOREPINEPHRINE = "norepinephrine"
    EPINEPHRINE = "epinephrine"
    PHENYLEPHRINE = "phenylephrine"
    DOPAMINE = "dopamine"
    ANGIOTENSIN_II = word("angiotensin_ii", in_sentence="angiotensin II")
    VASOPRESSIN = "vasopressin"
    OTHER = word("other", "another", in_sentence="other, unnamed")
    DOBUTAMINE = "dobutamine"
    MILRINONE = "milrinone"
    LEVOSIMENDAN = "levosimendan"
    METARAMINOL = "metaraminol"
    TERLIPRESSIN = "terlipressin"


class OxygenDevice(Word):
    """The device that delivers oxygen or pressure at this moment."""

    ROOM_AIR = "room_air"
    NASAL_CANNULA = word("nasal_cannula", short="cannula")
    HIGH_FLOW_NASAL_CANNULA = word(
        "high_flow_nasal_cannula",
        "high-flow nasal",
        in_sentence="high-flow nasal cannula",
        short="HFNC",
    )
    BLOW_BY = word("blow_by", in_sentence="blow-by")
    FACEMASK = word("facemask", short="mask")
    VENTURI = word("venturi", in_sentence="Venturi mask", short="Venturi")
    NONREBREATHER = word(
        "nonrebreather", "non-rebreather", in_sentence="non-rebreather mask", short="NRB mask"
    )
    CPAP = word("cpap", in_sentence="CPAP")
    BIPAP = word("bipap", in_sentence="BiPAP")
    MECHANICAL_VENTILATION = word("mechanical_ventilation", "ventilator", short="ventilator")


POSITIVE_PRESSURE = frozenset(
    {OxygenDevice.CPAP, OxygenDevice.BIPAP, OxygenDevice.MECHANICAL_VENTILATION}
)


class PositivePressureFor(Word):
    """The reason why positive pressure is given."""

    HYPOXIA = "hypoxia"
    AIRWAY_PROTECTION = "airway_protection"
    HOME_CPAP = "home_cpap", "home CPAP, unchanged"


class NotDone(Word):
    """The coded reason why an examination was not done."""

    UNAROUSABLE = "unarousable", "cannot be woken"
    SEDATED = "sedated"
    INTUBATED = "intubated"
    APHASIA = word(
        "aphasia", "awake but mute (global aphasia)", in_sentence="global aphasia, awake"
    )
    LANGUAGE = word("language", "no common language", in_sentence="language barrier")
    SENSORY = word("sensory", "cannot hear or see well enough", in_sentence="sensory impairment")
    ASLEEP = "asleep", "asleep, not woken"
    REFUSED = "refused"
    OFF_WARD = word("off_ward", in_sentence="off the ward")


class Consciousness(Word):
    """The stimulus to which a patient wakes. `unarousable`: also stupor, coma, vigorous stimuli."""

    SPONTANEOUS = word("spontaneous", "by itself", in_sentence="awake by itself")
    VOICE = word("voice", "to voice", in_sentence="wakes to voice")
    TOUCH = word("touch", "only to touch", in_sentence="wakes to touch")
    UNAROUSABLE = "unarousable", "not, or only to vigorous touch"


class Seizure(Word):
    """Seizures since the last assessment. `present` means that its length is unknown."""

    NONE = "none"
    RESOLVED = "resolved", "stopped within 5 min"
    PROLONGED = "prolonged", "over 5 min, or repeated without waking between"
    PRESENT = "present", "yes, length not known"


class Motor(Word):
    """Motor weakness. Only deep focal weakness is an ICANS criterion."""

    NONE = "none"
    MILD = "mild"
    DEEP_FOCAL_WEAKNESS = "deep_focal_weakness", "deep, one side or both legs"


class Icp(Word):
    """Signs of raised intracranial pressure or cerebral edema."""

    FOCAL_EDEMA = "focal_edema", "focal edema on imaging"
    DIFFUSE_EDEMA = "diffuse_edema", "diffuse edema on imaging"
    POSTURING = "posturing"
    CN6_PALSY = word("cn6_palsy", in_sentence="sixth nerve palsy")
    PAPILLEDEMA = "papilledema"
    CUSHING_TRIAD = word("cushing_triad", "Cushing’s triad", in_sentence="Cushing triad")


OFTEN_SEEN, MOVEMENT, THINKING, PERSONALITY = "Often seen", "Movement", "Thinking", "Personality"
OTHER_NERVES = "Nerves, cord and other"
"""Groups of `OtherNeuro`. Movement, thinking and personality are the three clusters of MNT."""


class OtherNeuro(Word):
    """Neurologic findings that are recorded and are never ICANS."""

    TREMOR = "tremor", "", OFTEN_SEEN
    MYOCLONUS = "myoclonus", "", OFTEN_SEEN
    ASTERIXIS = "asterixis", "", OFTEN_SEEN
    HEADACHE = "headache", "", OFTEN_SEEN
    INTRACRANIAL_HEMORRHAGE = "intracranial_hemorrhage", "", OFTEN_SEEN
    PARKINSONISM = "parkinsonism", "", MOVEMENT
    CRANIAL_NERVE_PALSY = "cranial_nerve_palsy", "", OTHER_NERVES
    GUILLAIN_BARRE = "guillain_barre", "Guillain-Barré", OTHER_NERVES
    PERIPHERAL_NEUROPATHY = "peripheral_neuropathy", "", OTHER_NERVES
    COGNITIVE_CHANGE = "cognitive_change", "", THINKING
    PERSONALITY_CHANGE = "personality_change", "", PERSONALITY
    MICROGRAPHIA = "micrographia", "small handwriting", MOVEMENT
    BRADYKINESIA = "bradykinesia", "slow movement", MOVEMENT
    RIGIDITY = "rigidity", "", MOVEMENT
    GAIT_DISTURBANCE = "gait_disturbance", "", MOVEMENT
    MEMORY_LOSS = "memory_loss", "", THINKING
    ATTENTION_DEFICIT = "attention_deficit", "poor attention", THINKING
    REDUCED_FACIAL_EXPRESSION = "reduced_facial_expression", "little facial expression", MOVEMENT
    APATHY = "apathy", "", PERSONALITY
    ATAXIA = "ataxia", "", MOVEMENT
    NYSTAGMUS = "nystagmus", "", OTHER_NERVES
    DIPLOPIA = "diplopia", "double vision", OTHER_NERVES
    CEREBELLAR_SYNDROME = "cerebellar_syndrome", "", OTHER_NERVES
    MYELITIS = "myelitis", "", OTHER_NERVES
    HHV6_MYELITIS = "hhv6_myelitis", "HHV-6 myelitis", OTHER_NERVES
    LEUKOENCEPHALOPATHY = "leukoencephalopathy", "", OTHER_NERVES
    DIABETES_INSIPIDUS = "diabetes_insipidus", "", OTHER_NERVES
    MIGRAINE = "migraine", "", OTHER_NERVES
    PRES = "pres", "PRES", OTHER_NERVES


class Worried(Word):
    """Who is worried about the patient: whoever enters it, or the family."""

    NURSE = word("nurse", "I am worried", in_sentence="“I am worried”")
    FAMILY = word("family", "Family is worried", in_sentence="family is worried")


class Sex(Word):
    F = "F", "female"
    M = "M", "male"
    X = "X", "other"


class Comparator(Word):
    """The relation of a laboratory value to the printed number."""

    LESS = "<"
    EQUAL = "="
    GREATER = ">"


class LabStatus(Word):
    """How far the laboratory has come with a result. Absent counts as final."""

    PRELIMINARY = "preliminary"
    FINAL = "final"
    CORRECTED = "corrected"
    ENTERED_IN_ERROR = "entered_in_error"


class Specimen(Word):
    """A doubt about the specimen: its result is kept and not used."""

    HEMOLYZED = word("hemolyzed", "hemolyzed", in_sentence="a hemolyzed specimen")
    CLOTTED = word("clotted", "clotted", in_sentence="a clotted specimen")
    DILUTED = word("diluted", "diluted, line draw", in_sentence="a diluted specimen")
    DOUBTFUL = word("doubtful", "doubtful otherwise", in_sentence="a doubtful specimen")


class SeizureKind(Word):
    """The kind of seizure, for the older scales."""

    FOCAL = "focal"
    GENERALIZED = "generalized"
    NONCONVULSIVE = "nonconvulsive"
    NONCONVULSIVE_STATUS = "nonconvulsive_status"


class DailyLiving(Word):
    """What neurotoxicity leaves of daily living, for CTCAE 6.0."""

    NOT_LIMITED = "not_limited", "not limited"
    INSTRUMENTAL = word(
        "instrumental",
        "telephone, money, shopping limited",
        in_sentence="instrumental activities limited",
    )
    SELF_CARE = word(
        "self_care", "washing, dressing, eating limited", in_sentence="self-care limited"
    )


class CrsResponse(Word):
    """The response of the syndrome to treatment, for CTCAE 4.03."""

    PROMPT = "prompt"
    PROLONGED = "prolonged"
    RECURRENT = "recurrent", "came back after improving"


class Organ(Word):
    """An organ whose toxicity is graded by CTCAE 4.03. Transaminases stand apart from bilirubin."""

    TRANSAMINASES = "transaminases", "AST, ALT"
    BILIRUBIN = "bilirubin", "Bilirubin"
    CREATININE = "creatinine", "Creatinine"
    CARDIAC = "cardiac", "Heart"
    PULMONARY = "pulmonary", "Lung"
    GASTROINTESTINAL = "gastrointestinal", "Gut"
    COAGULATION = "coagulation", "Clotting"
    OTHER = "other", "Other organ"


ORGAN_GRADE_UP_TO = 4
"""CTCAE 4.03 grades of a living patient's organ."""


class IceItem(Word):
    """An item of ICE (ASTCT 2019; review, Table 5)."""

    YEAR = "year", "Year"
    MONTH = "month", "Month"
    CITY = "city", "City"
    HOSPITAL = "hospital", "Hospital"
    NAMING = "naming", "Names 3 objects"
    COMMAND = "command", "Follows a command"
    WRITING = "writing", "Writes a sentence"
    ATTENTION = "attention", "Counts back"


ICE_ITEMS: dict[str, int] = {item.value: 3 if item is IceItem.NAMING else 1 for item in IceItem}
"""ICE items with the points each can give, 10 in all."""
