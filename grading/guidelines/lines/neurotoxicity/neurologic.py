"""Neurotoxicity beyond ICANS: MNT, cranial nerves and what else was described.

Source  the review, 'Other neurotoxicities distinct from ICANS'; others under their own name.
"""

from __future__ import annotations

from grading.guidelines.line import Guideline, Line, LineKind, Toxicity, Why
from grading.guidelines.lines.conditions import Condition
from grading.guidelines.situation.situation import Fact, Situation
from grading.sources import (
    BCMA_FOLLOW_UP,
    CARVYKTI_LABEL,
    CILTA_CEL_NERVES_2024,
    COHEN_2022,
    MYELOPATHY_TABLE,
    NINT_2025,
    REVIEW_2024,
)
from grading.vocabulary import OtherNeuro

OTHER_NEUROTOXICITY = REVIEW_2024.at("'Other neurotoxicities distinct from ICANS'")
LATE_AND_FOCAL = frozenset(OtherNeuro) - {
    OtherNeuro.TREMOR,
    OtherNeuro.MYOCLONUS,
    OtherNeuro.ASTERIXIS,
    OtherNeuro.HEADACHE,
    OtherNeuro.INTRACRANIAL_HEMORRHAGE,
}
"""Findings beyond those that come with ICANS and do not count for it."""
HANDWRITING_DAYS = 180
"""Six months: the last full neurologic review after products against BCMA."""


def finding(*names: OtherNeuro) -> Condition:
    """One of these findings in the newest entry that lists any."""

    def condition(situation: Situation) -> Why:
        listed = situation.bedside.other_neuro
        return tuple(listed[name] for name in names if name in listed) or None

    return condition


def _movement_toxicity(situation: Situation) -> Why:
    """MNT that a physician recorded, or that the symptoms call to be considered."""
    recorded = situation.event("mnt")
    if recorded is not None:
        grade = "" if recorded.grade is None else f" {recorded.grade}"
        return (Fact(f"MNT{grade} recorded", recorded.elapsed, recorded.uid),)
    return situation.movement or None


def _bcma(situation: Situation) -> Why:
    product = situation.product
    if product is None or product.target != "BCMA":
        return None
    if not 0 <= situation.day <= HANDWRITING_DAYS:
        return None
    return (Fact(f"{product.short}, against BCMA, Day {situation.day}"),)


def _features_of_mnt(situation: Situation) -> tuple[str, ...]:
    """The feature of those who had MNT that the grades of this course show."""
    crs, icans = situation.crs.peak or 0, situation.icans.peak or 0
    if crs < 2 and icans < 1:
        return ()
    return ("CRS 2 or more, or ICANS, in this course: one of the three features of those with MNT",)


NEUROLOGIC_LINES: tuple[Line, ...] = (
    Line(
        "neurologic_movement",
        Toxicity.NEUROLOGIC,
        LineKind.NOW,
        "symptoms of two of movement, cognition and personality after CRS and ICANS",
        "Movement and neurocognitive toxicity to be considered: neurologic review",
        OTHER_NEUROTOXICITY,
        lambda situation: situation.movement or None,
    ),
    Line(
        "neurologic_movement_without_help",
        Toxicity.NEUROLOGIC,
        LineKind.CAUTION,
        "MNT suspected or recorded",
        "MNT generally did not respond to corticosteroid, anakinra, siltuximab, systemic or "
        "intrathecal chemotherapy, dasatinib or carbidopa/levodopa",
        OTHER_NEUROTOXICITY,
        _movement_toxicity,
    ),
    Line(
        "neurologic_movement_cyclophosphamide",
        Toxicity.NEUROLOGIC,
        LineKind.CONSIDER,
        "MNT suspected or recorded",
        "Cyclophosphamide (against persisting CAR T cells): in one case 2 g/m² resolved refractory "
        "parkinsonism",
        OTHER_NEUROTOXICITY,
        _movement_toxicity,
        text_for_child="Cyclophosphamide (against persisting CAR T cells): one case, refractory "
        "parkinsonism resolved; dose by the pediatric protocol",
        drugs=("cyclophosphamide",),
    ),
    Line(
        "neurologic_cyclophosphamide_series",
        Toxicity.NEUROLOGIC,
        LineKind.CONSIDER,
        "MNT suspected or recorded",
        "Cyclophosphamide against the CAR T cells is called effective in steroid-refractory "
        "neurotoxicity other than ICANS after products against BCMA (case series)",
        NINT_2025,
        _movement_toxicity,
        guideline=Guideline.OTHER,
        differs_from="neurologic_movement_cyclophosphamide",
    ),
    Line(
        "neurologic_handwriting",
        Toxicity.NEUROLOGIC,
        LineKind.MONITOR,
        "a product against BCMA, up to Day 180",
        "Handwriting, movement and personality looked at beside ICE; neurologic monitoring over a "
        "longer time",
        OTHER_NEUROTOXICITY,
        _bcma,
        details=_features_of_mnt,
        is_quiet=True,
    ),
    Line(
        "neurologic_work_up",
        Toxicity.NEUROLOGIC,
        LineKind.NOW,
        "a finding beyond ICANS",
        "Neurology consultation; neuroimaging for any delayed neurologic symptom, EEG where the "
        "mental status is altered again, lumbar puncture for other causes",
        BCMA_FOLLOW_UP.at("Table 2"),
        finding(*sorted(LATE_AND_FOCAL)),
        guideline=Guideline.OTHER,
    ),
    Line(
        "neurologic_cranial_nerve",
        Toxicity.NEUROLOGIC,
        LineKind.CONSIDER,
        "a cranial nerve palsy, double vision",
        "Facial and other cranial nerve palsies are described after products against BCMA, beyond "
        "ICANS",
        OTHER_NEUROTOXICITY,
        finding(OtherNeuro.CRANIAL_NERVE_PALSY, OtherNeuro.DIPLOPIA),
    ),
    Line(
        "neurologic_cranial_nerve_cilta_cel",
        Toxicity.NEUROLOGIC,
        LineKind.CONSIDER,
        "a cranial nerve palsy",
        "Cranial nerve palsy after cilta-cel: MRI and CSF; at a median of 3 weeks, mostly of low "
        "grade, most resolved after a short course of corticosteroid",
        CILTA_CEL_NERVES_2024,
        finding(OtherNeuro.CRANIAL_NERVE_PALSY),
        guideline=Guideline.OTHER,
        differs_from="neurologic_cranial_nerve",
        drugs=("steroid",),
    ),
    Line(
        "neurologic_cerebellar",
        Toxicity.NEUROLOGIC,
        LineKind.CONSIDER,
        "cerebellar syndrome, ataxia",
        "Cerebellar toxicity (described after products against GPRC5D): steroid and IVIG "
        "stabilized two patients without resolution",
        OTHER_NEUROTOXICITY,
        finding(OtherNeuro.CEREBELLAR_SYNDROME, OtherNeuro.ATAXIA),
        drugs=("ivig",),
    ),
    Line(
        "neurologic_guillain_barre",
        Toxicity.NEUROLOGIC,
        LineKind.CONSIDER,
        "Guillain-Barré",
        "Guillain-Barré syndrome: immunoglobulin and plasma exchange can be considered, by "
        "severity",
        CARVYKTI_LABEL.at("boxed warning, as told by epocrates"),
        finding(OtherNeuro.GUILLAIN_BARRE),
        guideline=Guideline.LABEL,
        drugs=("ivig",),
    ),
    Line(
        "neurologic_myelitis",
        Toxicity.NEUROLOGIC,
        LineKind.CONSIDER,
        "myelitis",
        "Myelitis: MRI of brain and spine, bladder scan, CSF with HHV-6 and other viruses; "
        "methylprednisolone 1 g IV a day for 3–5 days",
        MYELOPATHY_TABLE,
        finding(OtherNeuro.MYELITIS, OtherNeuro.HHV6_MYELITIS),
        guideline=Guideline.OTHER,
        text_for_child="Myelitis: MRI of brain and spine, bladder scan, CSF with HHV-6 and other "
        "viruses; methylprednisolone by the pediatric protocol",
        drugs=("methylprednisolone",),
    ),
    Line(
        "neurologic_movement_figures",
        Toxicity.NEUROLOGIC,
        LineKind.MONITOR,
        "MNT suspected or recorded",
        "MNT after cilta-cel: 5 % in CARTITUDE-1, at a median of 27 days, 17 days (3–94) after CRS "
        "or ICANS; one of five was resolving at the data cutoff",
        COHEN_2022,
        _movement_toxicity,
        is_quiet=True,
    ),
)
