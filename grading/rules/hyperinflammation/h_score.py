"""HScore: points for reactive hemophagocytic syndrome, and the published probability.

Purpose   the lowest and highest score that the recorded items allow, and the probability where
          the two are equal.
Inputs    °C, g/dL, 10*9/L, ng/mL, mmol/L (triglycerides), g/L (fibrinogen), U/L.
Not for   IEC-HS: the review warns of its low validity after CAR-T.
Source    FARDET_2014 as reproduced in Hindawi 2017 and PMC7589537.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from grading.engine.checklists import (
    Ternary,
    above,
    any_of,
    at_least,
    at_most,
    basis,
    not_used_facts,
)
from grading.engine.labs import unused_cautions, unused_reasons
from grading.engine.result import Met, Result, SystemGrades, to_json
from grading.engine.sentences import because
from grading.engine.system import CourseSystem
from grading.local_rules import LocalRules
from grading.record import Record
from grading.rules.hyperinflammation.h_score_probability import (
    PROBABILITY,
    probability,
    probability_text,
)
from grading.rules.hyperinflammation.hlh_window import (
    LOW_VALIDITY,
    MG_DL_PER_MMOL_L,
    FerritinWindow,
    ferritin_window_of,
    hemophagocytosis,
)
from grading.rules.hyperinflammation.results_not_used import set_apart
from grading.sources import FARDET_2014, LOCAL, REVIEW_2024

KEY = "h_score"
OWN_ANALYTES = ("ferritin", "triglycerides", "fibrinogen")
"""Without any of these, or hemophagocytosis, there is nothing to say."""
FOLLOWED = (*OWN_ANALYTES, "hemoglobin", "wbc", "platelets", "ast")

CYTOPENIA = {"hemoglobin": Decimal("9.2"), "wbc": Decimal(5), "platelets": Decimal(110)}
HIGHEST_TEMPERATURE = 49
LINEAGE_POINTS = (0, 0, 24, 34)

TABLE = (
    ("Item", "Points", "Code"),
    (
        "Known immunosuppression (HIV or long-term immunosuppressants)",
        "no 0, yes 18",
        "`h_score_immunosuppression`",
    ),
    (
        "Temperature",
        "< 38.4 °C 0, 38.4–39.4 33, > 39.4 49",
        "`h_score_temperature`",
    ),
    ("Organomegaly", "none 0, liver or spleen 23, both 38", "`h_score_organomegaly`"),
    (
        "Lineages low: hemoglobin ≤ 9.2 g/dL, leukocytes ≤ 5.0, platelets ≤ 110 × 10⁹/L",
        "0–1 0, 2 24, 3 34",
        "`h_score_lineages`",
    ),
    ("Ferritin", "< 2,000 ng/mL 0, 2,000–6,000 35, > 6,000 50", "`h_score_ferritin`"),
    ("Triglycerides", "< 1.5 mmol/L 0, 1.5–4 44, > 4 64", "`h_score_triglycerides`"),
    ("Fibrinogen", "> 2.5 g/L 0, ≤ 2.5 30", "`h_score_fibrinogen`"),
    ("AST", "< 30 U/L 0, ≥ 30 19", "`h_score_ast`"),
    ("Hemophagocytosis on marrow aspirate", "no 0, yes 35", "`h_score_hemophagocytosis`"),
    (
        "Probability (%)",
        "; ".join(
            ["90 < 1", *(f"{score} {percent}" for score, percent in PROBABILITY), "250 > 99"]
        ),
        "",
    ),
)
SENTENCES = {
    "h_score_immunosuppression": "long-term immunosuppression: {answer}",
    "h_score_temperature": "highest temperature {highest} °C",
    "h_score_temperature_and_fever": "highest temperature {highest} °C, and a fever of unknown "
    "height",
    "h_score_fever": "fever: {answer}, no temperature",
    "h_score_organomegaly": "enlarged: {organs}",
    "h_score_lineages": "{lineages} of 3 lineages low (lowest: {lowest})",
    "h_score_ferritin": "ferritin {ferritin} ng/mL",
    "h_score_triglycerides": "triglycerides {triglycerides} mg/dL",
    "h_score_fibrinogen": "fibrinogen {fibrinogen} mg/dL",
    "h_score_ast": "AST {ast} U/L",
    "h_score_hemophagocytosis": "hemophagocytosis seen",
    "h_score_hemophagocytosis_not": "marrow examined, no hemophagocytosis",
}
FOOTNOTES = (
    (
        (
            "HLH-2004 and HScore have low validity and applicability in IEC-HS: most patients "
            "after CAR-T have other explanations for ferritin, fever and cytopenias."
        ),
        REVIEW_2024.at("'IEC-HS: clinical manifestations, risk factors, and mechanisms'"),
    ),
    (
        (
            "The cut-off 169 has a sensitivity of 93 % and a specificity of 86 %; it is not a "
            "probability of 93 %. At 169 the table gives 52.6 %."
        ),
        FARDET_2014,
    ),
    (
        (
            "Triglycerides are compared in mmol/L (mg/dL divided by 88.57, unrounded): 4.0 mmol/L "
            "gives 44. The third lineage is leukocytes, not neutrophils."
        ),
        FARDET_2014,
    ),
    (
        (
            "Where items are missing the score is a range and no probability is given. Items are "
            "gathered around the highest ferritin. The highest temperature counts; a fever "
            "without a number may have been of any height. A marrow examined without "
            "hemophagocytosis gives 0; without a marrow the item is open."
        ),
        LOCAL,
    ),
)


@dataclass(slots=True)
class Points:
    """One item: the fewest and the most points that it may have, as far as it was recorded."""

    code: str
    low: int
    high: int
    sentence_code: str = ""
    saw: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    not_used: tuple[Met, ...] = ()

    def facts(self) -> dict[str, Any]:
        """The item as it is stored."""
        return {
            "code": self.code,
            "low": self.low,
            "high": self.high,
            "told": self.sentence_code,
            "saw": self.saw,
            "missing": list(self.missing) if self.low < self.high else [],
            **not_used_facts(self.not_used if self.low < self.high else ()),
        }


def compute(record: Record, graded: Mapping[str, SystemGrades], local: LocalRules) -> Result | None:
    """The score or its range; None where nothing particular to it was measured."""
    window = ferritin_window_of(record, OWN_ANALYTES, local)
    if window is None:
        return None
    items = _items(window)
    set_apart(items, window.not_used)
    not_used = window.all_not_used(FOLLOWED)
    low, high = sum(item.low for item in items), sum(item.high for item in items)
    values: dict[str, Any] = {"low": low, "high": high, "items": [item.facts() for item in items]}
    if low == high:
        percent, comparator = probability(low)
        values |= {"probability": percent, "comparator": comparator}
    values["probability_text"] = probability_text(low, high)
    open_items = (name for item in items if item.low < item.high for name in item.missing)
    return Result(
        because=(
            *(Met(item.sentence_code, 0, item.saw) for item in items if item.low),
            *unused_reasons(not_used),
        ),
        missing=tuple(dict.fromkeys(open_items)),
        cautions=(LOW_VALIDITY, *unused_cautions(not_used), *window.doubts(FOLLOWED)),
        values=to_json(values),
    )


def to_document(result: Result, sentences: Mapping[str, str]) -> dict[str, Any]:
    """Its form in the grades document."""
    values = result.values
    return {
        "low": values["low"],
        "high": values["high"],
        "probability": values.get("probability"),
        "comparator": values.get("comparator"),
        "probability_text": values["probability_text"],
        "items": [
            {"code": item["code"], "low": item["low"], "high": item["high"]}
            | {"basis": basis({**item, "met": None}, sentences)}
            for item in values["items"]
        ],
        "missing": list(result.missing),
        "because": because(result, sentences),
        "cautions": list(result.cautions),
    }


NOTHING = {
    "low": None,
    "high": None,
    "probability": None,
    "comparator": None,
    "probability_text": "",
    "items": [],
    "missing": list(OWN_ANALYTES),
    "because": [],
    "cautions": [LOW_VALIDITY],
}
"""The form in the grades document where nothing particular to it was measured."""


def _items(window: FerritinWindow) -> list[Points]:
    marrow = hemophagocytosis(window, "h_score_hemophagocytosis")
    return [
        _immunosuppression(window.record.baseline.immunosuppressed),
        _temperature(window),
        _organomegaly(window),
        _lineages(window),
        _banded(window, "ferritin", (at_least(Decimal(2000)), 35), (above(Decimal(6000)), 50)),
        _banded(
            window,
            "triglycerides",
            (at_least(Decimal("1.5") * MG_DL_PER_MMOL_L), 44),
            (above(4 * MG_DL_PER_MMOL_L), 64),
        ),
        _banded(window, "fibrinogen", (at_most(Decimal(250)), 30), highest=False),
        _banded(window, "ast", (at_least(Decimal(30)), 19)),
        Points(
            marrow.code, *_between([(marrow.met, 35)]), marrow.sentence_code, {}, marrow.missing
        ),
    ]


def _immunosuppression(answer: Ternary) -> Points:
    code = "h_score_immunosuppression"
    low, high = _between([(answer, 18)])
    if answer is None:
        return Points(code, low, high, missing=("immunosuppressed",))
    return Points(code, low, high, code, {"answer": answer})


def _between(steps: Sequence[tuple[Ternary, int]]) -> tuple[int, int]:
    """The points of the highest step that is reached, and of the highest that may be reached."""
    low = max((points for answer, points in steps if answer is True), default=0)
    high = max((points for answer, points in steps if answer is not False), default=0)
    return low, max(low, high)


def _banded(
    window: FerritinWindow, analyte: str, *steps: tuple[Any, int], highest: bool = True
) -> Points:
    low, high = _between([(window.any_lab(analyte, test), points) for test, points in steps])
    shown = window.extremes((analyte,), highest=highest)
    code = f"h_score_{analyte}"
    return Points(code, low, high, code if shown else "", shown, (analyte,))


def _temperature(window: FerritinWindow) -> Points:
    """The highest temperature; a fever without a number may have been higher than any measured."""
    rows = window.findings()
    code = "h_score_temperature"
    measured = [row.temperature_c for row in rows if row.temperature_c is not None]
    answers = [row.fever for row in rows if row.temperature_c is None and row.fever is not None]
    low = _temperature_points(max(measured)) if measured else 0
    if True in answers and low < HIGHEST_TEMPERATURE:
        values = {"highest": max(measured)} if measured else {"answer": True}
        sentence_code = f"{code}_and_fever" if measured else "h_score_fever"
        return Points(code, low, HIGHEST_TEMPERATURE, sentence_code, values, ("temperature",))
    if measured:
        return Points(code, low, low, code, {"highest": max(measured)})
    if not answers:
        return Points(code, 0, HIGHEST_TEMPERATURE, missing=("temperature",))
    return Points(code, 0, 0, "h_score_fever", {"answer": False})


def _temperature_points(temperature_c: Decimal) -> int:
    if temperature_c > Decimal("39.4"):
        return HIGHEST_TEMPERATURE
    return 33 if temperature_c >= Decimal("38.4") else 0


def _organomegaly(window: FerritinWindow) -> Points:
    rows = window.findings()
    organs = {
        "liver": any_of(row.hepatomegaly for row in rows if row.hepatomegaly is not None),
        "spleen": any_of(row.splenomegaly for row in rows if row.splenomegaly is not None),
    }
    certain = sum(answer is True for answer in organs.values())
    possible = sum(answer is not False for answer in organs.values())
    points = (0, 23, 38)
    unknown = tuple(
        {"liver": "hepatomegaly", "spleen": "splenomegaly"}[organ]
        for organ, answer in organs.items()
        if answer is None
    )
    sentence_code = "" if len(unknown) == len(organs) else "h_score_organomegaly"
    values = {"organs": {organ: answer for organ, answer in organs.items() if answer is not None}}
    return Points(
        "h_score_organomegaly", points[certain], points[possible], sentence_code, values, unknown
    )


def _lineages(window: FerritinWindow) -> Points:
    low = {name: window.any_lab(name, at_most(limit)) for name, limit in CYTOPENIA.items()}
    certain = sum(answer is True for answer in low.values())
    possible = sum(answer is not False for answer in low.values())
    lowest = window.extremes(CYTOPENIA, highest=False)
    unknown = tuple(name for name, answer in low.items() if answer is None)
    return Points(
        "h_score_lineages",
        LINEAGE_POINTS[certain],
        LINEAGE_POINTS[possible],
        "h_score_lineages" if lowest else "",
        {"lineages": certain, "lowest": lowest},
        unknown,
    )


SYSTEM = CourseSystem(
    key=KEY,
    toxicity="iec_hs",
    name="HScore",
    standard="Fardet",
    year=2014,
    compute=compute,
    to_document=to_document,
    nothing=NOTHING,
    sentences=SENTENCES,
    table=TABLE,
    footnotes=FOOTNOTES,
    source=FARDET_2014,
)
