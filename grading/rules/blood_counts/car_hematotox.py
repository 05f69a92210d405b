"""CAR-HEMATOTOX, Rejeski 2021: five values before lymphodepletion, 0–7 points, high from 2 on.

Range     platelets 10*9/L, ANC 10*9/L (1200/µL is 1.2), hemoglobin g/dL, CRP mg/L (3.0 mg/dL is
          30), ferritin ng/mL. The latest value of each before lymphodepletion counts.
Sources   Rejeski 2021 (structure read, points not re-read) and an analysis program apparently of
          the same group, which has the same points. Equality at ANC, hemoglobin and CRP is
          undefined in print: a local rule.

Where a value is missing there is no score, only the range that is still possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grading.engine.labs import (
    LabValue,
    NotUsed,
    labs_of,
    unused_cautions,
    unused_reasons,
    value_cautions,
)
from grading.engine.result import Met, Result, SystemGrades
from grading.engine.sentences import because, ward_word
from grading.engine.system import CourseSystem
from grading.local_rules import LocalRules
from grading.record import Record
from grading.rules.blood_counts.lymphodepletion import before_lymphodepletion
from grading.sources import HEMATOTOX_2021, HEMATOTOX_PROGRAM, LOCAL, Source

KEY = "car_hematotox"
HIGH_FROM = 2


@dataclass(frozen=True, slots=True)
class ScoredValue:
    """One value of the score. `limits` give a point each, the highest points last.

    `rises` where high values give points. `at_limit` says for each limit whether equality gives
    its point; None leaves it to the local rule.
    """

    analyte: str
    limits: tuple[Decimal, ...]
    rises: bool
    at_limit: tuple[bool | None, ...]
    shown_unit: str
    shown_factor: Decimal

    @property
    def most(self) -> int:
        return len(self.limits)

    def points(self, value: Decimal, ties: str) -> int:
        """Points for one value in the canonical unit."""
        given = 0
        for limit, at_limit in zip(self.limits, self.at_limit, strict=True):
            counts_here = at_limit if at_limit is not None else ties == "point"
            beyond = value > limit if self.rises else value < limit
            given += beyond or (counts_here and value == limit)
        return given


PLATELETS = ScoredValue(
    "platelets",
    (Decimal(175), Decimal(75)),
    rises=False,
    at_limit=(True, False),
    shown_unit="× 10⁹/L",
    shown_factor=Decimal(1),
)
ITEMS: tuple[ScoredValue, ...] = (
    PLATELETS,
    ScoredValue("anc", (Decimal("1.2"),), False, (None,), "/µL", Decimal(1000)),
    ScoredValue("hemoglobin", (Decimal(9),), False, (None,), "g/dL", Decimal(1)),
    ScoredValue("crp", (Decimal(30),), True, (None,), "mg/dL", Decimal("0.1")),
    ScoredValue(
        "ferritin",
        (Decimal(650), Decimal(2000)),
        rises=True,
        at_limit=(True, False),
        shown_unit="ng/mL",
        shown_factor=Decimal(1),
    ),
)


def compute(
    record: Record, _graded: Mapping[str, SystemGrades], local: LocalRules
) -> Result | None:
    """The score of a course; None where none of its five values was ever measured."""
    index = labs_of(record)
    analytes = [item.analyte for item in ITEMS]
    if not any(map(index.of, analytes)) and not index.not_used(analytes):
        return None
    before = before_lymphodepletion(record, local)
    reasons: list[Met] = []
    missing: list[str] = []
    not_used: list[NotUsed] = []
    taken: list[LabValue] = []
    low = high = 0
    for item in ITEMS:
        values = before.values(item.analyte)
        # a result that came later would have been taken instead, and could give more points
        later = [
            result
            for result in before.not_used(item.analyte)
            if not values or result.elapsed >= values[-1].elapsed
        ]
        not_used += later
        if values:
            taken.append(values[-1])
            reason = _scored(item, values[-1], record, local.hematotox_ties)
            reasons.append(reason)
            low += reason.saw["given"]
            high += item.most if later else reason.saw["most"]
        else:
            missing += [] if later else [item.analyte]
            high += item.most
    # high as soon as 2 points are certain, low only where the score is exact
    risk = "high" if low >= HIGH_FROM else ("low" if low == high else None)
    return Result(
        because=(*reasons, *unused_reasons(not_used)),
        missing=tuple(missing),
        cautions=(*before.cautions, *unused_cautions(not_used), *value_cautions(taken)),
        values={
            "score": low if low == high else None,
            "low": low,
            "high": high,
            "risk": risk,
        },
    )


def _scored(item: ScoredValue, measured: LabValue, record: Record, ties: str) -> Met:
    """The fewest and the most points that a result allows; "above" has no upper end."""
    top = measured.value + sum(item.limits) if measured.highest is None else measured.highest
    ends = item.points(measured.lowest, ties), item.points(top, ties)
    fewest, most = min(ends), max(ends)
    values = {
        "value": Decimal(f"{measured.value * item.shown_factor:.6g}"),
        "sign": "" if measured.is_exact else f"{measured.comparator} ",
        "day": record.day(measured.elapsed),
        "given": fewest,
        "most": most,
    }
    return Met(f"{KEY}_{item.analyte}" + ("" if fewest == most else "_bound"), 0, values)


def to_document(result: Result, sentences: Mapping[str, str]) -> dict[str, Any]:
    """The score in the grades document, its cautions last among the reasons."""
    reasons = because(result, sentences)
    listed = {reason["text"] for reason in reasons}
    cautions = [
        {"code": f"{KEY}_caution", "grade": 0, "saw": {}, "text": text}
        for text in result.cautions
        if text not in listed
    ]
    return {
        **{name: result.values[name] for name in ("score", "low", "high", "risk")},
        "missing": list(result.missing),
        "because": [*reasons, *cautions],
        "cautions": list(result.cautions),
    }


NOTHING = {
    "score": None,
    "low": 0,
    "high": sum(item.most for item in ITEMS),
    "risk": None,
    "missing": [item.analyte for item in ITEMS],
    "because": [],
    "cautions": [],
}
"""The form in the grades document where none of the five values was ever measured."""


def _value_in_words(item: ScoredValue) -> str:
    """The beginning of a sentence: CRP {sign}{value} mg/dL (Day {day})."""
    return f"{ward_word(item.analyte)} {{sign}}{{value}} {item.shown_unit} (Day {{day}})"


SENTENCES = {
    **{f"{KEY}_{item.analyte}": f"{_value_in_words(item)}: {{given}}" for item in ITEMS},
    **{
        f"{KEY}_{item.analyte}_bound": f"{_value_in_words(item)}: {{given}} to {{most}}"
        for item in ITEMS
    },
}
TABLE = (
    ("Value", "0 points", "1 point", "2 points"),
    ("Platelets (10⁹/L)", "> 175", "75–175", "< 75"),
    ("ANC (/µL)", "> 1200", "≤ 1200", "–"),
    ("Hemoglobin (g/dL)", "> 9.0", "≤ 9.0", "–"),
    ("CRP (mg/dL)", "< 3.0", "≥ 3.0", "–"),
    ("Ferritin (ng/mL)", "< 650", "650–2000", "> 2000"),
)
FOOTNOTES: tuple[tuple[str, Source], ...] = (
    ("Low 0–1, high 2 or more.", HEMATOTOX_2021.at("structure, cut-off", "V")),
    (
        "Points at equality: platelets 175 and 75, ferritin 650 and 2000 give 1.",
        HEMATOTOX_PROGRAM,
    ),
    ("Equality at ANC 1200, hemoglobin 9.0 and CRP 3.0 is undefined in print: the point.", LOCAL),
    (
        (
            "The latest value of each before lymphodepletion, one with the time of its first dose "
            "included; a later value is no CAR-HEMATOTOX. Where the latest cannot be used, the "
            "last that can gives the least, and the score is a range."
        ),
        HEMATOTOX_2021.at("timing", "VD"),
    ),
    (
        (
            "Lymphodepletion is the last group of fludarabine, bendamustine and cyclophosphamide "
            "doses ahead of the infusion, no two more than 72 h apart and none before Day −28; "
            "what lies ahead of it was bridging."
        ),
        LOCAL,
    ),
    (
        (
            "Derived in large B-cell lymphoma, extended to mantle cell lymphoma and myeloma: "
            "sensitive, not specific."
        ),
        HEMATOTOX_2021.at("validity", "S"),
    ),
)

SYSTEM = CourseSystem(
    key=KEY,
    toxicity="risk",
    name="CAR-HEMATOTOX",
    standard="Rejeski",
    year=2021,
    compute=compute,
    to_document=to_document,
    nothing=NOTHING,
    sentences=SENTENCES,
    table=TABLE,
    footnotes=FOOTNOTES,
    source=HEMATOTOX_2021,
)
