"""Neutrophils and platelets by CTCAE 5.0 and by CTCAE 6.0: the latest and the lowest result.

Purpose   say what grade a count has in each edition, for 6.0 moved the limits of grade 4: 0.1 for
          neutrophils (5.0: 0.5), 10 for platelets (5.0: 25), all × 10⁹/L.
Use       beside ICAHT on the laboratory panel, and in the grades document; always with the version.
Not for   ICAHT, IEC-HS or any option: those have rules of their own.
Source    CTCAE_5_0 "neutrophil count decreased", "platelet count decreased"; CTCAE_6_0 "neutrophil
          count decreased" (MedDRA 10029366), "thrombocytopenia" (10043554). The count alone is
          graded. Where the laboratory sent no lower limit, a local rule stands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from grading.agents import DrugClass
from grading.engine.labs import LabIndex, LabValue, labs_of
from grading.engine.result import Met, Result, SystemGrades, to_json
from grading.engine.sentences import reason_to_json
from grading.engine.system import CourseSystem
from grading.local_rules import LocalRules
from grading.record import DAY, INFUSION, Record, hours_of
from grading.sources import CTCAE_5_0, CTCAE_6_0, LOCAL, Source
from grading.vocabulary import ANALYTES

LATEST, LOWEST = "latest", "lowest"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: grade n is below the n-th limit, in 10⁹/L; None is the lower limit of normal."""

    key: str
    standard: str
    year: int
    source: Source
    below: Mapping[str, tuple[Decimal | None, ...]]
    transfused_grade: int | None = None

    def grade(self, analyte: str, value: Decimal, lower_limit: Decimal) -> int:
        """The grade of an exact count, 0–4; all limits exclusive."""
        limits = self.below[analyte]
        return max(
            (
                grade
                for grade, limit in enumerate(limits, start=1)
                if value < (lower_limit if limit is None else limit)
            ),
            default=0,
        )

    def rests_on_lower_limit(self, analyte: str, grade: int) -> bool:
        """Whether the lower limit of normal made this grade."""
        return grade == 1 and self.below[analyte][0] is None


def _limits(*limits: str | None) -> tuple[Decimal | None, ...]:
    return tuple(None if limit is None else Decimal(limit) for limit in limits)


EDITIONS = (
    Edition(
        "counts_ctcae_5_0",
        "CTCAE 5.0",
        2017,
        CTCAE_5_0.at("neutrophil count decreased; platelet count decreased"),
        {
            "anc": _limits(None, "1.5", "1.0", "0.5"),
            "platelets": _limits(None, "75", "50", "25"),
        },
    ),
    Edition(
        "counts_ctcae_6_0",
        "CTCAE 6.0",
        2025,
        CTCAE_6_0.at("neutrophil count decreased; thrombocytopenia"),
        {
            "anc": _limits("1.5", "1.0", "0.5", "0.1"),
            "platelets": _limits(None, "75", "50", "10"),
        },
        transfused_grade=3,
    ),
)
ANALYTES_GRADED = ("anc", "platelets")

_ASSUMED = {"anc": "lln_anc_10_9_l", "platelets": "lln_platelets_10_9_l"}
"""The local rule that stands in where the laboratory sent no lower limit."""


def compute(
    edition: Edition, record: Record, _graded: Mapping[str, SystemGrades], local: LocalRules
) -> Result | None:
    """The grades of one edition; None without any neutrophils or platelets."""
    labs = labs_of(record)
    not_used = labs.reasons_not_used(ANALYTES_GRADED)
    entries = [
        _entry(edition, which, measured, record, local)
        for analyte in ANALYTES_GRADED
        for which, measured in _chosen(labs, analyte).items()
    ]
    if not entries and not not_used:
        return None
    return Result(
        because=not_used, cautions=labs.cautions(ANALYTES_GRADED), values={"entries": entries}
    )


def _chosen(labs: LabIndex, analyte: str) -> dict[str, LabValue]:
    """The latest result, and the lowest from the infusion on; the earliest of several lowest."""
    results = labs.of(analyte)
    chosen = {LATEST: results[-1]} if results else {}
    if since := labs.between(analyte, INFUSION):
        chosen[LOWEST] = min(since, key=lambda measured: measured.highest or measured.lowest)
    return chosen


def _entry(
    edition: Edition, which: str, measured: LabValue, record: Record, local: LocalRules
) -> dict[str, Any]:
    """One count with its grade, or the lowest and the highest where it came as a bound."""
    analyte = measured.lab.analyte
    own = measured.lab.canonical(measured.lab.lower_limit)
    lower_limit = getattr(local, _ASSUMED[analyte]) if own is None else own
    if measured.highest is None:
        low, high = 0, edition.grade(analyte, measured.lowest, lower_limit)
    else:
        low = edition.grade(analyte, measured.highest, lower_limit)
        high = edition.grade(analyte, measured.lowest, lower_limit)
    cautions = []
    if own is None and any(edition.rests_on_lower_limit(analyte, grade) for grade in (low, high)):
        cautions.append(
            f"{ANALYTES[analyte].label}: no lower limit came with the result, "
            f"{lower_limit:f} × 10⁹/L assumed"
        )
    transfused = edition.transfused_grade
    if transfused is not None and low < transfused and _is_transfused(measured, record):
        cautions.append(
            f"platelets transfused: by {edition.standard} an indicated transfusion is grade "
            f"{transfused} whatever the count"
        )
    return {
        "analyte": analyte,
        "which": which,
        "hour": hours_of(measured.elapsed),
        "day": record.day(measured.elapsed),
        "value": to_json(measured.value),
        "comparator": measured.comparator,
        "grade": low if low == high else None,
        "low": low,
        "high": high,
        "cautions": cautions,
    }


def _is_transfused(measured: LabValue, record: Record) -> bool:
    """Platelets given within 24 h of this platelet count, before or after it."""
    if measured.lab.analyte != "platelets":
        return False
    return any(
        abs(dose.elapsed - measured.elapsed) <= _NEAR
        for dose in record.doses
        if dose.drug_class == DrugClass.TRANSFUSION_PLATELETS
    )


_NEAR: timedelta = DAY


def to_document(result: Result, sentences: Mapping[str, str]) -> dict[str, Any]:
    """The entries, and what was not used, in the grades document."""
    return {
        "entries": [dict(entry) for entry in result.values["entries"]],
        "because": [reason_to_json(Met(**met.facts()), sentences) for met in result.because],
        "cautions": list(result.cautions),
    }


NOTHING: dict[str, list[Any]] = {"entries": [], "because": [], "cautions": []}


def _printed(edition: Edition) -> tuple[tuple[str, ...], ...]:
    """The limits for a reader: one row for each count."""
    rows: list[tuple[str, ...]] = [("Count, 10⁹/L", "Grade 1", "Grade 2", "Grade 3", "Grade 4")]
    for analyte in ANALYTES_GRADED:
        limits = ["LLN" if limit is None else f"{limit:f}" for limit in edition.below[analyte]]
        ends = [*limits[1:], ""]
        cells = (f"< {a}–{b}" if b else f"< {a}" for a, b in zip(limits, ends, strict=True))
        rows.append((ANALYTES[analyte].label, *cells))
    return tuple(rows)


_OF_BOTH = (
    (
        (
            "The latest result, and the lowest from the infusion on. Each limit is exclusive: 0.5 "
            "exactly is not below 0.5. A result that came as a bound gives the range it allows."
        ),
        LOCAL.at("latest and lowest count"),
    ),
    (
        "Where the laboratory sent no lower limit of normal (LLN), the local rule stands in.",
        LOCAL.at("lower limits of normal"),
    ),
)
_FOOTNOTES = {
    "counts_ctcae_5_0": _OF_BOTH,
    "counts_ctcae_6_0": (
        *_OF_BOTH,
        (
            (
                "Thrombocytopenia is also grade 3 where a transfusion is indicated, and grade 4 "
                "with life-threatening consequences: not graded here; a caution names platelets "
                "given within 24 h. Grade 4 as corrected by NCI's errata of January 2026."
            ),
            CTCAE_6_0.at("thrombocytopenia; errata"),
        ),
    ),
}

SYSTEMS_OF_COUNTS = tuple(
    CourseSystem(
        key=edition.key,
        toxicity="counts",
        name="Neutrophils and platelets",
        standard=edition.standard,
        year=edition.year,
        compute=partial(compute, edition),
        to_document=to_document,
        nothing=NOTHING,
        sentences={},
        table=_printed(edition),
        footnotes=_FOOTNOTES[edition.key],
        source=edition.source,
    )
    for edition in EDITIONS
)
