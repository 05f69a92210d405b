"""HLH-2004: five of eight criteria.

Purpose   shows how many of the eight are met around the highest ferritin.
Inputs    °C, g/dL, 10*9/L, mg/dL, ng/mL, U/mL.
Not for   IEC-HS: the review warns of its low validity after CAR-T. A molecular diagnosis also
          makes HLH and is not recorded here.
Source    HENTER_2007 as reproduced in PMC8212354 and PMC10101193. One reproduction prints
          triglycerides from 160 mg/dL, an outlier.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from grading.engine.checklists import (
    ChecklistItem,
    Ternary,
    any_of,
    at_least,
    at_most,
    below,
    counted_to_document,
    counted_values,
    enough_of,
    missing_of,
    nothing_counted,
    reasons_of,
)
from grading.engine.labs import LabValue, unused_cautions, unused_reasons
from grading.engine.result import Result, SystemGrades
from grading.engine.system import CourseSystem
from grading.local_rules import LocalRules
from grading.record import DAYS_OF_A_YEAR, Record
from grading.rules.hyperinflammation.hlh_window import (
    LOW_VALIDITY,
    MG_DL_PER_MMOL_L,
    FerritinWindow,
    ferritin_window_of,
    hemophagocytosis,
    sign,
)
from grading.rules.hyperinflammation.results_not_used import set_apart
from grading.sources import HENTER_2007, LOCAL, REVIEW_2024

KEY = "hlh_2004"
CRITERIA_IN_ALL, CRITERIA_NEEDED = 8, 5
NEONATE_BELOW_YEARS = Decimal(28) / DAYS_OF_A_YEAR
HLH_FEVER_FROM_C = Decimal("38.5")
HEMOGLOBIN_BELOW, HEMOGLOBIN_BELOW_NEONATE = Decimal(9), Decimal(10)
PLATELETS_BELOW, ANC_BELOW = Decimal(100), Decimal(1)
TRIGLYCERIDES_FROM_MG_DL, TRIGLYCERIDES_FROM_MMOL_L = Decimal(265), Decimal(3)
FIBRINOGEN_UP_TO, FERRITIN_FROM, SIL2R_FROM = Decimal(150), Decimal(500), Decimal(2400)
OWN_ANALYTES = ("ferritin", "triglycerides", "fibrinogen", "sil2r")
"""Without any of these, or hemophagocytosis, there is nothing to say."""
FOLLOWED = (*OWN_ANALYTES, "hemoglobin", "platelets", "anc")

TABLE = (
    ("Criterion", "Code"),
    ("Fever ≥ 38.5 °C", "`hlh_2004_fever`"),
    ("Splenomegaly", "`hlh_2004_spleen`"),
    (
        (
            "At least two lineages: hemoglobin < 9 g/dL (below 4 weeks < 10), platelets < 100, "
            "neutrophils < 1.0 × 10⁹/L"
        ),
        "`hlh_2004_cytopenia`",
    ),
    (
        "Fasting triglycerides ≥ 265 mg/dL (3.0 mmol/L) and/or fibrinogen ≤ 150 mg/dL: one item",
        "`hlh_2004_lipids_fibrinogen`",
    ),
    ("Hemophagocytosis in marrow, spleen or lymph node", "`hlh_2004_hemophagocytosis`"),
    ("Low or absent NK-cell activity", "`hlh_2004_nk`"),
    ("Ferritin ≥ 500 ng/mL", "`hlh_2004_ferritin`"),
    ("Soluble CD25 ≥ 2,400 U/mL", "`hlh_2004_sil2r`"),
)
SENTENCES = {
    "hlh_2004_fever": "highest temperature {highest} °C (criterion: 38.5)",
    "hlh_2004_fever_without_number": "fever, no temperature",
    "hlh_2004_fever_not": "no fever",
    "hlh_2004_spleen": "splenomegaly",
    "hlh_2004_spleen_not": "no splenomegaly",
    "hlh_2004_cytopenia": "{lineages} of 3 lineages low (lowest: {lowest})",
    "hlh_2004_lipids_fibrinogen": "{results} (criterion: triglycerides 265 or fibrinogen 150)",
    "hlh_2004_hemophagocytosis": "hemophagocytosis seen",
    "hlh_2004_hemophagocytosis_not": "marrow examined, no hemophagocytosis",
    "hlh_2004_nk": "NK-cell activity low or absent",
    "hlh_2004_nk_not": "NK-cell activity not low",
    "hlh_2004_ferritin": "ferritin {ferritin} ng/mL (criterion: 500)",
    "hlh_2004_sil2r": "soluble CD25 {sil2r} U/mL (criterion: 2,400)",
}
FOOTNOTES = (
    (
        (
            "HLH-2004 and HScore have low validity and applicability in IEC-HS: most patients "
            "after CAR-T have other explanations for ferritin, fever and cytopenias."
        ),
        REVIEW_2024.at("'IEC-HS: clinical manifestations, risk factors, and mechanisms'"),
    ),
    ("Five of eight criteria, or a molecular diagnosis (not recorded here).", HENTER_2007),
    (
        "Reproductions differ in whether a limit itself counts; it does here, as listed above.",
        HENTER_2007.at("PMC8212354, Table 2; PMC10101193"),
    ),
    (
        (
            "Items are gathered around the highest ferritin. A high triglyceride that was not "
            "fasting decides nothing; one of which fasting is unknown counts with a caution."
        ),
        LOCAL,
    ),
)


def compute(record: Record, graded: Mapping[str, SystemGrades], local: LocalRules) -> Result | None:
    """The number of the eight criteria that are met; None where nothing of them was measured."""
    window = ferritin_window_of(record, OWN_ANALYTES, local)
    if window is None:
        return None
    items = [
        _fever(window),
        sign(window, "hlh_2004_spleen", "splenomegaly"),
        _cytopenia(window),
        _lipids_fibrinogen(window),
        hemophagocytosis(window, "hlh_2004_hemophagocytosis"),
        sign(window, "hlh_2004_nk", "nk_activity_low"),
        _level(window, "ferritin", FERRITIN_FROM),
        _level(window, "sil2r", SIL2R_FROM),
    ]
    fasting_unknown = any(
        high_triglycerides(measured) and measured.lab.fasting is None
        for measured in window.labs("triglycerides")
    )
    set_apart(items, window.not_used)
    not_used = window.all_not_used(FOLLOWED)
    cautions = [LOW_VALIDITY, *unused_cautions(not_used), *window.doubts(FOLLOWED)]
    cautions += ["triglycerides: fasting not recorded"] if fasting_unknown else []
    fulfilled = enough_of((item.met for item in items), CRITERIA_NEEDED)
    return Result(
        because=(*reasons_of(items), *unused_reasons(not_used)),
        missing=missing_of(items),
        cautions=tuple(cautions),
        values=counted_values(items, CRITERIA_IN_ALL, fulfilled),
    )


def _fever(window: FerritinWindow) -> ChecklistItem:
    rows = window.findings()
    measured = [row.temperature_c for row in rows if row.temperature_c is not None]
    felt = [row.fever for row in rows if row.temperature_c is None and row.fever is not None]
    code = "hlh_2004_fever"
    highest = {"highest": max(measured)} if measured else {}
    if measured and max(measured) >= HLH_FEVER_FROM_C:
        return ChecklistItem(code, True, code, highest)
    if True in felt:
        return ChecklistItem(code, None, f"{code}_without_number", highest, ("temperature",))
    if measured:
        return ChecklistItem(code, False, code, highest)
    if felt:
        return ChecklistItem(code, False, f"{code}_not")
    return ChecklistItem(code, None, missing=("temperature",))


def _cytopenia(window: FerritinWindow) -> ChecklistItem:
    age = window.record.age_at(window.anchor)
    is_neonate = age is not None and age < NEONATE_BELOW_YEARS
    limits = {
        "hemoglobin": HEMOGLOBIN_BELOW_NEONATE if is_neonate else HEMOGLOBIN_BELOW,
        "platelets": PLATELETS_BELOW,
        "anc": ANC_BELOW,
    }
    low = {name: window.any_lab(name, below(limit)) for name, limit in limits.items()}
    lineages = sum(answer is True for answer in low.values())
    lowest = window.extremes(limits, highest=False)
    sentence_code = "hlh_2004_cytopenia" if lowest else ""
    unknown = tuple(name for name, answer in low.items() if answer is None)
    values = {"lineages": lineages, "lowest": lowest}
    return ChecklistItem(
        "hlh_2004_cytopenia", enough_of(low.values(), 2), sentence_code, values, unknown
    )


def _lipids_fibrinogen(window: FerritinWindow) -> ChecklistItem:
    answers = {
        "triglycerides": window.any_lab("triglycerides", high_triglycerides),
        "fibrinogen": window.any_lab("fibrinogen", at_most(FIBRINOGEN_UP_TO)),
    }
    results = {
        **window.extremes(("triglycerides",)),
        **window.extremes(("fibrinogen",), highest=False),
    }
    sentence_code = "hlh_2004_lipids_fibrinogen" if results else ""
    unknown = tuple(name for name, answer in answers.items() if answer is None)
    code = "hlh_2004_lipids_fibrinogen"
    return ChecklistItem(
        code, any_of(answers.values()), sentence_code, {"results": results}, unknown
    )


def high_triglycerides(measured: LabValue) -> Ternary:
    """Fasting ≥ 265 mg/dL, or ≥ 3.0 where the laboratory reports mmol/L."""
    is_molar = measured.lab.unit == "mmol/L"
    limit = TRIGLYCERIDES_FROM_MMOL_L * MG_DL_PER_MMOL_L if is_molar else TRIGLYCERIDES_FROM_MG_DL
    answer = at_least(limit)(measured)
    return None if answer and measured.lab.fasting is False else answer


def _level(window: FerritinWindow, analyte: str, limit: Decimal) -> ChecklistItem:
    code = f"hlh_2004_{analyte}"
    met = window.any_lab(analyte, at_least(limit))
    shown = window.extremes((analyte,))
    return ChecklistItem(code, met, code if shown else "", shown, (analyte,))


SYSTEM = CourseSystem(
    key=KEY,
    toxicity="iec_hs",
    name="HLH-2004",
    standard="Henter",
    year=2007,
    compute=compute,
    to_document=counted_to_document,
    nothing=nothing_counted(CRITERIA_IN_ALL, OWN_ANALYTES, LOW_VALIDITY),
    sentences=SENTENCES,
    table=TABLE,
    footnotes=FOOTNOTES,
    source=HENTER_2007,
)
