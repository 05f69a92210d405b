"""Movement and neurocognitive toxicity (MNT): symptoms of two of three clusters, after recovery.

Purpose   a prompt to look, with its basis. Never a grade of its own.
Inputs    `other_neuro` of assessments since the infusion, its attribution, CRS and ICANS.
Not for   symptoms during CRS or ICANS, present before the infusion, or put down to another cause.
Source    the review, other neurotoxicities, and COHEN_2022 (CARTITUDE-1). The review lists
          tremor under movement and under personality; each symptom counts in one cluster only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from grading.engine.checklists import Ternary, all_of, hour
from grading.engine.course.recovery import ToxicityCourse, recovered
from grading.engine.result import Met, Result, SystemGrades, to_json
from grading.engine.sentences import because
from grading.engine.system import CourseSystem
from grading.event_kinds import EventKind
from grading.local_rules import LocalRules
from grading.record import INFUSION, Findings, Record
from grading.rules.signs.attribution import counts
from grading.rules.signs.physician_grade import recorded_grade
from grading.sources import COHEN_2022, LOCAL, REVIEW_2024
from grading.vocabulary import Attribution, OtherNeuro, Sign

KEY = "mnt"
CLUSTERS_NEEDED = 2
PARTS = {"crs_astct_2019": Findings.has_crs_part, "icans_astct_2019": Findings.has_icans_part}
"""The systems whose recovery counts, each with the part of an assessment that it grades."""
CLUSTERS: dict[str, tuple[str, ...]] = {
    "movement": (
        OtherNeuro.TREMOR,
        OtherNeuro.MICROGRAPHIA,
        OtherNeuro.BRADYKINESIA,
        OtherNeuro.PARKINSONISM,
        OtherNeuro.RIGIDITY,
        OtherNeuro.GAIT_DISTURBANCE,
    ),
    "cognition": (
        OtherNeuro.MEMORY_LOSS,
        OtherNeuro.ATTENTION_DEFICIT,
        OtherNeuro.COGNITIVE_CHANGE,
    ),
    "personality": (
        OtherNeuro.REDUCED_FACIAL_EXPRESSION,
        OtherNeuro.APATHY,
        OtherNeuro.PERSONALITY_CHANGE,
    ),
}
"""Each symptom stands in one cluster only."""
SYMPTOMS = frozenset(symptom for symptoms in CLUSTERS.values() for symptom in symptoms)

TABLE = (
    ("Part", "Rule"),
    *(
        (f"Cluster: {cluster}", ", ".join(word.replace("_", " ") for word in symptoms))
        for cluster, symptoms in CLUSTERS.items()
    ),
    ("Suspicion", "symptoms of at least two of the three clusters"),
    ("Timing", "after recovery from CRS and ICANS (ASTCT 2019)"),
    ("Attribution", "`other_neuro` not put down to another cause"),
)
SENTENCES = {
    "mnt_movement": "movement: {symptoms} (from hour {hour})",
    "mnt_cognition": "cognition: {symptoms} (from hour {hour})",
    "mnt_personality": "personality: {symptoms} (from hour {hour})",
    "mnt_recorded": "recorded by a physician at hour {hour}",
}
FOOTNOTES = (
    (
        (
            "Symptoms in at least two of movement, cognition and personality, after recovery from "
            "CRS and/or ICANS, attributed to the CAR-T cells."
        ),
        REVIEW_2024.at("'Other neurotoxicities distinct from ICANS'"),
    ),
    (
        (
            "CARTITUDE-1: 5 %, at a median of 27 days after infusion and 17 days (3–94) after CRS "
            "or ICANS had resolved; below 1 % since. Handwriting is compared at each ICE."
        ),
        COHEN_2022,
    ),
    (
        (
            "Tremor is listed under movement and personality; each symptom counts once. Symptoms "
            "seen before the infusion do not count."
        ),
        LOCAL,
    ),
)


def compute(record: Record, graded: Mapping[str, SystemGrades], local: LocalRules) -> Result | None:
    """Whether MNT is suspected; None where `other_neuro` was not recorded since the infusion."""
    looked = [
        row for row in record.findings if row.elapsed >= INFUSION and row.other_neuro is not None
    ]
    recorded = recorded_grade(record, EventKind.MNT)
    if not looked and recorded is None:
        return None
    sure, possible, undetermined = _seen_after_recovery(record, looked, graded, local)
    clusters = _clusters(sure)
    because = [
        Met(
            f"mnt_{cluster}",
            0,
            {"symptoms": list(since), "hour": hour(min(since.values()))},
        )
        for cluster, since in clusters.items()
    ]
    if recorded is not None:
        because.insert(0, Met("mnt_recorded", recorded.grade or 0, {"hour": recorded.hour}))
    suspected: Ternary = len(clusters) >= CLUSTERS_NEEDED
    if not suspected and len(_clusters({**sure, **possible})) >= CLUSTERS_NEEDED:
        suspected = None
    cautions = []
    if suspected is None:
        cautions.append("recovery from CRS and ICANS cannot be told")
    if undetermined:
        cautions.append("other_neuro: attribution undetermined")
    return Result(
        grade=None if recorded is None else recorded.grade,
        because=tuple(because),
        cautions=tuple(cautions),
        values=to_json(
            {
                "suspected": suspected if looked else None,
                "clusters": {cluster: list(since) for cluster, since in clusters.items()},
            }
        ),
    )


def to_document(result: Result, sentences: Mapping[str, str]) -> dict[str, Any]:
    """Its form in the grades document; `clusters` holds those with a symptom that counts."""
    return {
        "suspected": result.values["suspected"],
        "clusters": result.values["clusters"],
        "because": because(result, sentences),
        "grade": result.grade,
        "cautions": list(result.cautions),
    }


NOTHING: dict[str, Any] = {
    "suspected": None,
    "clusters": {},
    "because": [],
    "grade": None,
    "cautions": ["other_neuro: not recorded since the infusion"],
}
"""The form in the grades document where `other_neuro` was not recorded."""


def _seen_after_recovery(
    record: Record,
    looked: list[Findings],
    graded: Mapping[str, SystemGrades],
    local: LocalRules,
) -> tuple[dict[str, timedelta], dict[str, timedelta], bool]:
    """Symptoms with the first time they were recorded after recovery, and after possible recovery.

    The third value is whether the attribution of one of them is undetermined.
    """
    sure: dict[str, timedelta] = {}
    possible: dict[str, timedelta] = {}
    is_undetermined = False
    old = {
        symptom
        for row in record.findings
        if row.elapsed < INFUSION
        for symptom in row.other_neuro or ()
    }
    courses: dict[str, ToxicityCourse] = {}
    for row in looked:
        new_symptoms = [
            name for name in row.other_neuro or () if name in SYMPTOMS and name not in old
        ]
        if not new_symptoms or not counts(row, Sign.OTHER_NEURO, local):
            continue
        courses = courses or {
            key: ToxicityCourse(record, graded[key], part, local) for key, part in PARTS.items()
        }
        is_over = all_of(
            recovered(graded[key], course.at(row.elapsed), row.elapsed, local)
            for key, course in courses.items()
        )
        if is_over is False:
            old |= set() if local.mnt_persisting_counts else set(new_symptoms)
            continue
        for name in new_symptoms:
            (sure if is_over else possible).setdefault(name, row.elapsed)
        is_undetermined |= row.attribution.get(Sign.OTHER_NEURO) == Attribution.UNDETERMINED
    return sure, possible, is_undetermined


def _clusters(symptoms: Mapping[str, timedelta]) -> dict[str, dict[str, timedelta]]:
    """The clusters that have a symptom, in their order."""
    by_cluster = {
        cluster: {name: symptoms[name] for name in names if name in symptoms}
        for cluster, names in CLUSTERS.items()
    }
    return {cluster: names for cluster, names in by_cluster.items() if names}


SYSTEM = CourseSystem(
    key=KEY,
    toxicity="mnt",
    name="MNT",
    standard="CARTITUDE-1",
    year=2022,
    compute=compute,
    to_document=to_document,
    nothing=NOTHING,
    sentences=SENTENCES,
    table=TABLE,
    footnotes=FOOTNOTES,
    source=COHEN_2022,
)
