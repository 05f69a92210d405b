"""The features of IEC-HS, each met, not met or not to be told. No count of them decides anything.

Inputs    the latest result of each analyte within the window, the assessments of the last day.
Source    the list is the review's; the numbers (5 ×, 150 mg/dL, 265 mg/dL, grade 4) are from
          memory of HINES_2023. What print leaves open is in `LocalRules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from grading.engine.checklists import Answer, Item, above, any_of, below, shown
from grading.engine.labs import LabIndex, LabValue, UpperLimit, upper_limit
from grading.engine.result import Result, SystemGrades
from grading.local_rules import LocalRules
from grading.record import DAY, Findings, Record
from grading.rules.signs.attribution import counts
from grading.vocabulary import OxygenDevice, Sign

INFUSION = timedelta(0)
TRANSAMINASES_TIMES = Decimal(5)
FIBRINOGEN_MG_DL = Decimal(150)
TRIGLYCERIDES_MG_DL = Decimal(265)
GRADE_4_CYTOPENIA = {"anc": Decimal("0.5"), "platelets": Decimal(25)}
"""10*9/L; CTCAE gives no number for hemoglobin of grade 4."""
FEVER_C = Decimal(38)

SENTENCES = {
    "iec_hs_transaminases": "{seen} (criterion: above 5 × {reference})",
    "iec_hs_fibrinogen": "fibrinogen {fibrinogen} mg/dL (criterion: below 150 or the lower limit)",
    "iec_hs_hemophagocytosis": "hemophagocytosis seen",
    "iec_hs_cytopenia": "{seen} (grade 4: ANC < 0.5, platelets < 25); before the infusion: "
    "{before}",
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
    "iec_hs_pulmonary_oxygen": "{device}",
    "iec_hs_renal": "creatinine {creatinine} mg/dL (criterion: above {limit})",
    "iec_hs_triglycerides": "triglycerides {triglycerides} mg/dL (criterion: fasting, above 265)",
}
TABLE = (
    ("Common", "Transaminases > 5 × upper limit, or 5 × baseline if that was abnormal",
     "`iec_hs_transaminases`"),
    ("Common", "Fibrinogen < 150 mg/dL or below the lower limit", "`iec_hs_fibrinogen`"),
    ("Common", "Hemophagocytosis in marrow or other tissue", "`iec_hs_hemophagocytosis`"),
    ("Common", "Cytopenia, new, worsening or refractory: one lineage of grade 4",
     "`iec_hs_cytopenia`"),
    ("Other", "LDH above its upper limit", "`iec_hs_ldh`"),
    ("Other", "Other coagulation abnormality (INR, PT, aPTT)", "`iec_hs_coagulation`"),
    ("Other", "Direct bilirubin raised", "`iec_hs_bilirubin_direct`"),
    ("Other", "New splenomegaly", "`iec_hs_splenomegaly`"),
    ("Other", "Fever, new or persistent", "`iec_hs_fever`"),
    ("Other", "Neurotoxicity", "`iec_hs_neurotoxicity`"),
    ("Other", "Pulmonary complications", "`iec_hs_pulmonary`"),
    ("Other", "Renal insufficiency", "`iec_hs_renal`"),
    ("Other", "Fasting triglycerides > 265 mg/dL", "`iec_hs_triglycerides`"),
)  # fmt: skip


@dataclass(slots=True)
class Seen:
    """What was known at one moment; `cautions` collects what had to be assumed."""

    record: Record
    labs: LabIndex
    icans: SystemGrades
    local: LocalRules
    at: timedelta
    since: timedelta
    cautions: list[str] = field(default_factory=list)

    def latest(self, analyte: str) -> LabValue | None:
        return self.labs.latest(analyte, self.at, since=self.since)

    def limit(self, found: LabValue) -> UpperLimit | None:
        """The upper limit for a result; one that was assumed leaves a caution."""
        limit = upper_limit(found, self.local)
        if limit is not None and limit.assumed:
            self.cautions.append(limit.caution)
        return limit

    def last_day(self) -> Iterator[tuple[Findings, Result]]:
        """Assessments of the last 24 h, latest first, with their ICANS."""
        start = max(self.at - DAY, INFUSION)
        rows = zip(reversed(self.record.findings), reversed(self.icans.results), strict=True)
        for findings, result in rows:
            if findings.elapsed < start:
                return
            if findings.elapsed <= self.at:
                yield findings, result


def features(seen: Seen) -> list[Item]:
    """Every feature of the list, in its order."""
    return [
        _transaminases(seen),
        _fibrinogen(seen),
        _hemophagocytosis(seen),
        _cytopenia(seen),
        _above_limits(seen, "iec_hs_ldh", ("ldh",)),
        _coagulation(seen),
        _above_limits(seen, "iec_hs_bilirubin_direct", ("bilirubin_direct",)),
        _splenomegaly(seen),
        _fever(seen),
        _neurotoxicity(seen),
        _pulmonary(seen),
        _renal(seen),
        _triglycerides(seen),
    ]


def _item(code: str, met: Answer, saw: Mapping[str, Any] | None, *needs: str) -> Item:
    return Item(code, met, code, dict(saw), needs) if saw else Item(code, met, missing=needs)


def _transaminases(seen: Seen) -> Item:
    answers: dict[str, Answer] = {}
    told: dict[str, str] = {}
    references: dict[str, str] = {}
    needs = []
    for name in ("ast", "alt"):
        found = seen.latest(name)
        if found is None:
            answers[name] = None
            needs.append(name)
            continue
        reference, what = _reference(seen, found)
        answers[name] = above(TRANSAMINASES_TIMES * reference)(found)
        if answers[name] and what == "unknown":
            answers[name] = None
            needs.append(f"{name}_before_infusion")
        told[name], references[name] = shown(found), f"{reference:f}"
    saw = {"seen": told, "reference": references} if told else None
    return _item("iec_hs_transaminases", any_of(answers.values()), saw, *needs)


def _reference(seen: Seen, found: LabValue) -> tuple[Decimal, str]:
    """The baseline if it was abnormal, else the upper limit; "unknown" where nobody measured."""
    analyte = found.lab.analyte
    limit = seen.limit(found)
    if limit is None:
        return Decimal(0), "unknown"
    before = seen.labs.latest(analyte, INFUSION)
    if before is not None:
        is_abnormal = before.is_exact and before.value > limit.value
        return (before.value, "baseline") if is_abnormal else (limit.value, "limit")
    if not seen.local.unknown_baseline_is_normal:
        return limit.value, "unknown"
    seen.cautions.append(f"{analyte.upper()} before the infusion not recorded: taken as normal")
    return limit.value, "limit"


def _fibrinogen(seen: Seen) -> Item:
    found = seen.latest("fibrinogen")
    if found is None:
        return _item("iec_hs_fibrinogen", None, None, "fibrinogen")
    lower = found.lab.canonical_lower_limit
    limit = FIBRINOGEN_MG_DL if lower is None else max(FIBRINOGEN_MG_DL, lower)
    saw = {"fibrinogen": shown(found)}
    return _item("iec_hs_fibrinogen", below(limit)(found), saw, "fibrinogen")


def _hemophagocytosis(seen: Seen) -> Item:
    code = "iec_hs_hemophagocytosis"
    found = any(
        event.kind == "hemophagocytosis" and event.elapsed >= INFUSION
        for event in seen.record.events
    )
    return Item(code, True, code) if found else Item(code, None, missing=("hemophagocytosis",))


def _cytopenia(seen: Seen) -> Item:
    """One lineage of grade 4. What was so before the infusion is told, not judged."""
    latest = {name: seen.latest(name) for name in GRADE_4_CYTOPENIA}
    answers = [
        None if found is None else below(GRADE_4_CYTOPENIA[name])(found)
        for name, found in latest.items()
    ]
    told = {name: shown(found) for name, found in latest.items() if found is not None}
    earlier = {name: seen.labs.latest_before(name, INFUSION) for name in told}
    before: Any = {name: shown(found) for name, found in earlier.items() if found is not None}
    saw = {"seen": told, "before": before or "not recorded"} if told else None
    needs = [name for name, found in latest.items() if found is None]
    return _item("iec_hs_cytopenia", any_of(answers), saw, *needs)


def _above_limits(seen: Seen, code: str, names: Iterable[str]) -> Item:
    answers: list[Answer] = []
    told, limits, needs = {}, {}, []
    for name in names:
        found = seen.latest(name)
        limit = None if found is None else seen.limit(found)
        if found is None or limit is None:
            needs.append(name)
            continue
        answers.append(above(limit.value)(found))
        told[name], limits[name] = shown(found), f"{limit.value:f}"
    met = any_of([*answers, None] if needs else answers)
    saw = {"seen": told, "limits": limits} if told else None
    return _item(code, met, saw, *needs)


def _coagulation(seen: Seen) -> Item:
    """INR and PT are one measurement: either will do. aPTT is another."""
    code = "iec_hs_coagulation"
    if any(row.coagulopathy_treated for row, _ in seen.last_day()):
        return Item(code, True, "iec_hs_coagulation_treated")
    names = ("inr" if seen.latest("inr") is not None or seen.latest("pt") is None else "pt", "aptt")
    return _above_limits(seen, code, names)


def _splenomegaly(seen: Seen) -> Item:
    code = "iec_hs_splenomegaly"
    known = [
        (row.elapsed, row.splenomegaly)
        for row in seen.record.findings
        if row.splenomegaly is not None and row.elapsed <= seen.at
    ]
    after = [answer for elapsed, answer in known if elapsed >= max(seen.since, INFUSION)]
    if not after:
        return Item(code, None, missing=("splenomegaly",))
    if not after[-1]:
        return Item(code, False, f"{code}_not")
    if any(answer for elapsed, answer in known if elapsed < INFUSION):
        return Item(code, False, f"{code}_old")
    return Item(code, True, code)


def _fever(seen: Seen) -> Item:
    code = "iec_hs_fever"
    met = any_of(
        (row.fever if row.temperature_c is None else row.temperature_c >= FEVER_C)
        and counts(row, Sign.FEVER, seen.local)
        for row, _ in seen.last_day()
        if row.temperature_c is not None or row.fever is not None
    )
    return _item(code, met, None if met is None else {"answer": met}, "temperature")


def _neurotoxicity(seen: Seen) -> Item:
    code = "iec_hs_neurotoxicity"
    is_clear = False
    for row, icans in seen.last_day():
        if icans.is_positive():
            return Item(code, True, code, {"grade": icans.at_least_grade})
        if row.other_neuro and counts(row, Sign.OTHER_NEURO, seen.local):
            return Item(code, True, f"{code}_other", {"signs": list(row.other_neuro)})
        is_clear = is_clear or icans.is_clear()
    if is_clear:
        return Item(code, False, code, {"grade": 0})
    return Item(code, None, missing=("neurologic_examination",))


def _pulmonary(seen: Seen) -> Item:
    """An organ grade where somebody gave one; else new oxygen."""
    code = "iec_hs_pulmonary"
    for row, _ in seen.last_day():
        if row.organ_toxicity and "pulmonary" in row.organ_toxicity:
            grade = row.organ_toxicity["pulmonary"]
            return Item(code, grade > 0, code, {"grade": grade})
    for row, _ in seen.last_day():
        if row.oxygen_device is not None:
            usual = (OxygenDevice.ROOM_AIR, seen.record.baseline.oxygen_device)
            is_new = row.oxygen_device not in usual and counts(row, Sign.HYPOXIA, seen.local)
            return Item(code, is_new, f"{code}_oxygen", {"device": row.oxygen_device})
    return Item(code, None, missing=("oxygen_device",))


def _renal(seen: Seen) -> Item:
    found = seen.latest("creatinine")
    if found is None:
        return _item("iec_hs_renal", None, None, "creatinine")
    before = seen.labs.latest("creatinine", INFUSION)
    limit = seen.limit(found) if before is None else None
    reference = before.value if before is not None else limit.value if limit else Decimal(0)
    threshold = seen.local.renal_times_baseline * reference
    saw = {"creatinine": shown(found), "limit": threshold}
    return _item("iec_hs_renal", above(threshold)(found), saw, "creatinine")


def _triglycerides(seen: Seen) -> Item:
    code = "iec_hs_triglycerides"
    found = seen.latest("triglycerides")
    if found is None:
        return _item(code, None, None, "triglycerides")
    met = above(TRIGLYCERIDES_MG_DL)(found)
    if met and found.lab.fasting is None:
        seen.cautions.append("triglycerides: fasting not recorded")
    is_open = met and found.lab.fasting is False
    saw = {"triglycerides": shown(found)}
    return _item(code, None if is_open else met, saw, "fasting_triglycerides")
