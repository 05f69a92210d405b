"""The features of IEC-HS, each met, not met or unknown. No count of them decides anything.

Inputs    the latest result of each analyte within the window, the assessments of the last day.
Source    the list is the review's; the numbers (5 ×, 150 mg/dL, 265 mg/dL, grade 4) are from
          memory of HINES_2023. What print leaves open is in `LocalRules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from grading.engine.checklists import ChecklistItem, Ternary, above, any_of, below, lab_text
from grading.engine.labs import LabValue
from grading.engine.result import Missing
from grading.record import INFUSION
from grading.rules.hyperinflammation.hlh_window import hemophagocytosis_item, marrow_times
from grading.rules.hyperinflammation.iec_hs_inputs import IecHsInputs
from grading.rules.hyperinflammation.results_not_used import before_infusion
from grading.rules.signs.attribution import counts
from grading.rules.signs.fever import fever_of
from grading.vocabulary import OtherNeuro, Sign

TRANSAMINASES_ABOVE_TIMES = Decimal(5)
FIBRINOGEN_BELOW_MG_DL = Decimal(150)
TRIGLYCERIDES_ABOVE_MG_DL = Decimal(265)
GRADE_4_CYTOPENIA = {
    "5.0": {"anc": Decimal("0.5"), "platelets": Decimal(25)},
    "6.0": {"anc": Decimal("0.1"), "platelets": Decimal(10)},
}
"""By edition of CTCAE, below, 10*9/L; neither gives a number for hemoglobin of grade 4."""

SENTENCES = {
    "iec_hs_transaminases": "{seen} (criterion: above 5 × {reference})",
    "iec_hs_fibrinogen": "fibrinogen {fibrinogen} mg/dL (criterion: below 150 or the lower limit)",
    "iec_hs_hemophagocytosis": "hemophagocytosis seen",
    "iec_hs_hemophagocytosis_not": "marrow examined, no hemophagocytosis",
    "iec_hs_cytopenia": "{seen} (grade 4 of CTCAE {edition}: ANC < {anc}, platelets < "
    "{platelets}); before the infusion: {before}",
    "iec_hs_ldh": "{seen} (upper limit {limits})",
    "iec_hs_coagulation": "{seen} (upper limit {limits})",
    "iec_hs_coagulation_treated": "coagulopathy treated",
    "iec_hs_bilirubin_direct": "{seen} (upper limit {limits})",
    "iec_hs_splenomegaly": "splenomegaly",
    "iec_hs_splenomegaly_old": "splenomegaly, known before the infusion",
    "iec_hs_splenomegaly_not": "no splenomegaly",
    "iec_hs_fever": "fever within the last day: {answer}",
    "iec_hs_neurotoxicity": "ICANS grade {grade}",
    "iec_hs_neurotoxicity_other": "{signs}",
    "iec_hs_pulmonary": "pulmonary grade {grade}",
    "iec_hs_pulmonary_oxygen": "{oxygen}",
    "iec_hs_pulmonary_untreated": "saturation {spo2_percent} % without new oxygen",
    "iec_hs_renal": "creatinine {creatinine} mg/dL (criterion: above {limit})",
    "iec_hs_triglycerides": "triglycerides {triglycerides} mg/dL (criterion: fasting, above 265)",
}
_CYTOPENIA = (
    "Cytopenia, new, worsening or refractory: one lineage of grade 4 of CTCAE 5.0 (ANC < 0.5, "
    "platelets < 25 × 10⁹/L); a local rule can choose that of CTCAE 6.0 (ANC < 0.1, platelets "
    "< 10 × 10⁹/L)"
)
TABLE = (
    ("Common", "Transaminases > 5 × upper limit, or 5 × baseline if that was abnormal",
     "`iec_hs_transaminases`"),
    ("Common", "Fibrinogen < 150 mg/dL or below the lower limit", "`iec_hs_fibrinogen`"),
    ("Common", "Hemophagocytosis in marrow or other tissue", "`iec_hs_hemophagocytosis`"),
    ("Common", _CYTOPENIA, "`iec_hs_cytopenia`"),
    ("Other", "LDH above its upper limit", "`iec_hs_ldh`"),
    ("Other", "Other coagulation abnormality (INR, PT, aPTT)", "`iec_hs_coagulation`"),
    ("Other", "Direct bilirubin raised", "`iec_hs_bilirubin_direct`"),
    ("Other", "New splenomegaly", "`iec_hs_splenomegaly`"),
    ("Other", "Fever, new or persistent", "`iec_hs_fever`"),
    ("Other", "Neurotoxicity: ICANS, or another finding than headache alone",
     "`iec_hs_neurotoxicity`"),
    ("Other", "Pulmonary complications: an organ grade, new oxygen or untreated hypoxia",
     "`iec_hs_pulmonary`"),
    ("Other", "Renal insufficiency", "`iec_hs_renal`"),
    ("Other", "Fasting triglycerides > 265 mg/dL", "`iec_hs_triglycerides`"),
)  # fmt: skip


def features(inputs: IecHsInputs) -> list[ChecklistItem]:
    """Every feature of the list, in its order."""
    return [
        _transaminases(inputs),
        _fibrinogen(inputs),
        _hemophagocytosis(inputs),
        _cytopenia(inputs),
        _above_limits(inputs, "iec_hs_ldh", ("ldh",)),
        _coagulation(inputs),
        _above_limits(inputs, "iec_hs_bilirubin_direct", ("bilirubin_direct",)),
        _splenomegaly(inputs),
        _fever(inputs),
        _neurotoxicity(inputs),
        _pulmonary(inputs),
        _renal(inputs),
        _triglycerides(inputs),
    ]


_OXYGEN = ("oxygen_device", "oxygen_flow_l_min", "positive_pressure_for", "spo2_percent")


def _item(code: str, met: Ternary, values: Mapping[str, Any] | None, *needs: str) -> ChecklistItem:
    """The item with its sentence where there are values for it, else with what it needs."""
    return ChecklistItem(code, met, code if values else "", dict(values or {}), needs)


def _transaminases(inputs: IecHsInputs) -> ChecklistItem:
    answers: dict[str, Ternary] = {}
    values: dict[str, str] = {}
    references: dict[str, str] = {}
    needs = []
    for name in ("ast", "alt"):
        measured = inputs.latest(name)
        if measured is None:
            answers[name] = None
            needs.append(name)
            continue
        reference, what = _reference(inputs, measured)
        answers[name] = above(TRANSAMINASES_ABOVE_TIMES * reference)(measured)
        if answers[name] and what == "unknown":
            answers[name] = None
            needs.append(f"{name}_before_infusion")
        values[name], references[name] = lab_text(measured), f"{reference:f}"
    basis = {"seen": values, "reference": references} if values else None
    return _item("iec_hs_transaminases", any_of(answers.values()), basis, *needs)


def _reference(inputs: IecHsInputs, measured: LabValue) -> tuple[Decimal, str]:
    """The reference and its kind: an abnormal baseline, else the upper limit.

    "unknown" where there is no limit, or no baseline and it is not taken as normal.
    """
    analyte = measured.lab.analyte
    limit = inputs.limit(measured)
    if limit is None:
        return Decimal(0), "unknown"
    before = inputs.labs.latest(analyte, INFUSION)
    if before is not None:
        is_abnormal = before.is_exact and before.value > limit.value
        return (before.value, "baseline") if is_abnormal else (limit.value, "limit")
    if not inputs.local.unknown_baseline_is_normal:
        return limit.value, "unknown"
    lack = "not used" if before_infusion(inputs.labs, analyte) else "not recorded"
    inputs.cautions.append(f"{analyte.upper()} before the infusion {lack}: taken as normal")
    return limit.value, "limit"


def _fibrinogen(inputs: IecHsInputs) -> ChecklistItem:
    measured = inputs.latest("fibrinogen")
    if measured is None:
        return _item("iec_hs_fibrinogen", None, None, "fibrinogen")
    lower = measured.lab.canonical(measured.lab.lower_limit)
    limit = FIBRINOGEN_BELOW_MG_DL if lower is None else max(FIBRINOGEN_BELOW_MG_DL, lower)
    values = {"fibrinogen": lab_text(measured)}
    return _item("iec_hs_fibrinogen", below(limit)(measured), values, "fibrinogen")


def _hemophagocytosis(inputs: IecHsInputs) -> ChecklistItem:
    code = "iec_hs_hemophagocytosis"
    if marrow_times(inputs.record, with_hemophagocytosis=True):
        return ChecklistItem(code, True, code)
    return hemophagocytosis_item(inputs.record, code, inputs.since)


def _cytopenia(inputs: IecHsInputs) -> ChecklistItem:
    """One lineage of grade 4. Values before the infusion are shown and decide nothing."""
    edition = inputs.local.iec_hs_cytopenia_ctcae
    limits = GRADE_4_CYTOPENIA[edition]
    latest = {name: inputs.latest(name) for name in limits}
    answers = [
        None if measured is None else below(limits[name])(measured)
        for name, measured in latest.items()
    ]
    values = {name: lab_text(measured) for name, measured in latest.items() if measured is not None}
    earlier = {name: inputs.labs.latest_before(name, INFUSION) for name in values}
    before: Any = {
        name: lab_text(measured) for name, measured in earlier.items() if measured is not None
    }
    unread = any(before_infusion(inputs.labs, name) for name in values)
    basis: dict[str, Any] | None = None
    if values:
        basis = {"seen": values, "before": before or ("not used" if unread else "not recorded")}
        basis |= {"edition": edition, **limits}
    needs = [name for name, measured in latest.items() if measured is None]
    return _item("iec_hs_cytopenia", any_of(answers), basis, *needs)


def _above_limits(inputs: IecHsInputs, code: str, names: Iterable[str]) -> ChecklistItem:
    answers: list[Ternary] = []
    values, limits, needs = {}, {}, []
    for name in names:
        measured = inputs.latest(name)
        limit = None if measured is None else inputs.limit(measured)
        if measured is None or limit is None:
            needs.append(name)
            continue
        answers.append(above(limit.value)(measured))
        values[name], limits[name] = lab_text(measured), f"{limit.value:f}"
    met = any_of([*answers, None] if needs else answers)
    basis = {"seen": values, "limits": limits} if values else None
    return _item(code, met, basis, *needs)


def _coagulation(inputs: IecHsInputs) -> ChecklistItem:
    """INR or, without one, PT above its limit; or aPTT above its own; or treated coagulopathy."""
    code = "iec_hs_coagulation"
    if any(row.coagulopathy_treated for row, _ in inputs.last_day()):
        return ChecklistItem(code, True, "iec_hs_coagulation_treated")
    names = (
        "inr" if inputs.latest("inr") is not None or inputs.latest("pt") is None else "pt",
        "aptt",
    )
    return _above_limits(inputs, code, names)


def _splenomegaly(inputs: IecHsInputs) -> ChecklistItem:
    code = "iec_hs_splenomegaly"
    recorded = [
        (row.elapsed, row.splenomegaly)
        for row in inputs.record.findings
        if row.splenomegaly is not None and row.elapsed <= inputs.at
    ]
    after = [answer for elapsed, answer in recorded if elapsed >= max(inputs.since, INFUSION)]
    if not after:
        return ChecklistItem(code, None, missing=("splenomegaly",))
    if not after[-1]:
        return ChecklistItem(code, False, f"{code}_not")
    if any(answer for elapsed, answer in recorded if elapsed < INFUSION):
        return ChecklistItem(code, False, f"{code}_old")
    return ChecklistItem(code, True, code)


def _fever(inputs: IecHsInputs) -> ChecklistItem:
    code = "iec_hs_fever"
    met = any_of(
        fever_of(row, inputs.local)
        for row, _ in inputs.last_day()
        if row.temperature_c is not None or row.fever is not None
    )
    return _item(code, met, None if met is None else {"answer": met}, "temperature")


def _neurotoxicity(inputs: IecHsInputs) -> ChecklistItem:
    """ICANS, or another finding than headache: headache alone is no neurotoxicity."""
    code = "iec_hs_neurotoxicity"
    is_clear = False
    for row, icans in inputs.last_day():
        if icans.is_positive():
            return ChecklistItem(code, True, code, {"grade": icans.at_least_grade})
        signs = [sign for sign in row.other_neuro or () if sign != OtherNeuro.HEADACHE]
        if signs and counts(row, Sign.OTHER_NEURO, inputs.local):
            return ChecklistItem(code, True, f"{code}_other", {"signs": signs})
        is_clear = is_clear or icans.is_clear()
    if is_clear:
        return ChecklistItem(code, False, code, {"grade": 0})
    return ChecklistItem(code, None, missing=("neurologic_examination",))


def _pulmonary(inputs: IecHsInputs) -> ChecklistItem:
    """The organ grade of the lungs where one was given, else the oxygen that counts as in CRS.

    Oxygen at home raised is new; a tube to protect the airway and home CPAP are none; a low
    saturation without new oxygen is untreated hypoxia.
    """
    code = "iec_hs_pulmonary"
    for row, _ in inputs.last_day():
        if row.organ_toxicity and "pulmonary" in row.organ_toxicity:
            grade = row.organ_toxicity["pulmonary"]
            return ChecklistItem(code, grade > 0, code, {"grade": grade})
    for row, _ in inputs.last_day():
        oxygen = inputs.oxygen(row)
        if row.oxygen_device is None and not oxygen.untreated:
            continue
        values = {name: value for name in _OXYGEN if (value := getattr(row, name)) is not None}
        met = True if oxygen.untreated else oxygen.new
        sentence_code = f"{code}_{'untreated' if oxygen.untreated else 'oxygen'}"
        flow = ("oxygen_flow",) if oxygen.unknown() == [Missing.OXYGEN_FLOW] else ()
        return ChecklistItem(code, met, sentence_code, values, flow)
    return ChecklistItem(code, None, missing=("oxygen_device",))


def _renal(inputs: IecHsInputs) -> ChecklistItem:
    measured = inputs.latest("creatinine")
    if measured is None:
        return _item("iec_hs_renal", None, None, "creatinine")
    before = inputs.labs.latest("creatinine", INFUSION)
    limit = inputs.limit(measured) if before is None else None
    reference = before.value if before is not None else limit.value if limit else Decimal(0)
    threshold = inputs.local.renal_times_baseline * reference
    values = {"creatinine": lab_text(measured), "limit": threshold}
    return _item("iec_hs_renal", above(threshold)(measured), values, "creatinine")


def _triglycerides(inputs: IecHsInputs) -> ChecklistItem:
    code = "iec_hs_triglycerides"
    measured = inputs.latest("triglycerides")
    if measured is None:
        return _item(code, None, None, "triglycerides")
    met = above(TRIGLYCERIDES_ABOVE_MG_DL)(measured)
    if met and measured.lab.fasting is None:
        inputs.cautions.append("triglycerides: fasting not recorded")
    is_open = met and measured.lab.fasting is False
    values = {"triglycerides": lab_text(measured)}
    return _item(code, None if is_open else met, values, "fasting_triglycerides")
