"""The closed lists of events: kinds, which of them a physician grades, details, causes of death."""

from __future__ import annotations

from grading.vocabulary import Word, word


class EventKind(Word):
    DEATH = "death"
    ICU_IN = word("icu_in", "to the ICU", in_sentence="into intensive care")
    ICU_OUT = word("icu_out", "back from the ICU", in_sentence="out of intensive care")
    INTUBATION = "intubation"
    EXTUBATION = "extubation"
    RELAPSE = "relapse"
    NEXT_THERAPY = "next_therapy"
    MARROW = word("marrow", "marrow examined", in_sentence="marrow examined")
    """Its `hemophagocytosis` says whether any was seen; left out, the report does not say."""

    HEMOPHAGOCYTOSIS = "hemophagocytosis", "hemophagocytosis in any tissue"
    """Seen in any tissue, and never that it was looked for."""

    IMAGING = "imaging"
    MNT = word(
        "mnt",
        "movement or neurocognitive toxicity",
        in_sentence="movement and neurocognitive toxicity",
    )
    INFECTION = "infection"
    IEC_HS = word("iec_hs", in_sentence="IEC-HS")
    SECONDARY_HLH = word("secondary_hlh", in_sentence="secondary HLH")
    TIAN = word("tian", "TIAN, neurotoxicity by tumor inflammation", in_sentence="TIAN")
    ENTEROCOLITIS = "enterocolitis"
    CARDIAC = "cardiac", "cardiac event"
    SECOND_MALIGNANCY = "second_malignancy"
    OTHER = "other"


GRADED_EVENTS = frozenset(
    {
        EventKind.IEC_HS,
        EventKind.SECONDARY_HLH,
        EventKind.TIAN,
        EventKind.MNT,
        EventKind.INFECTION,
        EventKind.ENTEROCOLITIS,
        EventKind.CARDIAC,
        EventKind.OTHER,
    }
)
"""Events to which a physician may give a grade, 1–5. Cartox computes none of these."""

DIAGNOSES = frozenset({EventKind.IEC_HS, EventKind.SECONDARY_HLH, EventKind.TIAN})
"""Events that only a physician records, with a grade or without."""

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


class DeathAttribution(Word):
    CRS = word("crs", in_sentence="CRS")
    ICANS = word("icans", in_sentence="ICANS")
    IEC_HS = word("iec_hs", in_sentence="IEC-HS")
    OTHER = "other", "another cause"
