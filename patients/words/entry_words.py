"""An entry in words, field by field: to read before striking it out, to compare two of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any

from grading.kinds import ASSESSMENT, DOSE, EVENT, LAB_RESULT, EntryKind
from grading.measures import RATE_LIMITS
from grading.vocabulary import ANALYTES, ICE_ITEMS
from patients.models import Assessment, ClinicalRow, Dose, Event, LabResult
from patients.words import wording

ENTRY_LABELS = {
    "observed_at": "Observed",
    "collected_at": "Collected",
    "given_at": "Given",
    "ended_at": "Ended",
    "happened_at": "Happened",
    "temperature_c": "Temperature (°C)",
    "systolic_mmhg": "Systolic (mmHg)",
    "diastolic_mmhg": "Diastolic (mmHg)",
    "spo2_percent": "SpO2 (%)",
    "oxygen_flow_l_min": "Oxygen flow (L/min)",
    "fio2_percent": "FiO2 (%)",
    "ice": "ICE items",
    "ice_total": "ICE total",
    "ice_not_done": "ICE not done",
    "capd_total": "CAPD total",
    "capd_not_done": "CAPD not done",
    "icp": "Raised ICP",
    "motor": "Weakness",
    "vasopressor_hours": "On vasopressors (h)",
    "vasopressor_rates": "Vasopressor rates",
    "crs_response": "Response to treatment",
    "iv_therapy": "Intravenous therapy",
    "organ_toxicity": "Organ toxicity (CTCAE grade)",
    "head_of_government": "Head of government (CARTOX-10)",
    "seizure_multiple": "Several seizures",
    "csf_opening_mmhg": "CSF opening pressure (mmHg)",
    "splenomegaly": "Enlarged spleen",
    "hepatomegaly": "Enlarged liver",
    "nk_activity_low": "NK-cell activity low",
}
UNSPOKEN = frozenset({"uid", "course", "replaces", "copied_from", "drug_class", "canonical_value"})


def lines(row: ClinicalRow) -> dict[str, str]:
    """The entered values by their labels, without those left unknown."""
    zone = row.course.zone
    fields = {
        ENTRY_LABELS.get(name, name.replace("_", " ").capitalize()): _value(name, value, zone)
        for name, value in row.facts().items()
        if name not in UNSPOKEN and value is not None and value not in ("", {})
    }
    if isinstance(row, LabResult):
        return {"Collected": fields["Collected"], "Result": headline(row)}
    return fields


def headline(row: ClinicalRow) -> str:
    """One line that names this entry."""
    return HEADLINES[row.entry_kind](row, wording.long_date_and_time(row.at, row.course.zone))


def _assessment_headline(_row: Assessment, at: str) -> str:
    return f"assessment of {at}"


def _lab_headline(row: LabResult, at: str) -> str:
    """The value with the laboratory's own limits, and whether the patient was fasting."""
    value = wording.measured(row.value, row.comparator, row.unit)
    limits = wording.normal_range(row.lower_limit, row.upper_limit)
    fasting = {True: "fasting", False: "not fasting", None: ""}[row.fasting]
    remarks = ", ".join(filter(None, (f"normal {limits}" if limits else "", fasting)))
    in_brackets = f" ({remarks})" if remarks else ""
    return f"{ANALYTES[row.analyte].label} {value}{in_brackets}, {at}"


def _dose_headline(row: Dose, at: str) -> str:
    amount = wording.amount(row.amount, row.unit, row.route)
    return f"{wording.words(row.agent)} {amount}, {at}"


def _event_headline(row: Event, at: str) -> str:
    detail = f": {wording.words(row.detail)}" if row.detail else ""
    grade = "" if row.grade is None else f", grade {row.grade}"
    return f"{wording.words(row.kind)}{detail}{grade}, {at}"


HEADLINES: dict[EntryKind, Callable[[Any, str], str]] = {
    ASSESSMENT: _assessment_headline,
    LAB_RESULT: _lab_headline,
    DOSE: _dose_headline,
    EVENT: _event_headline,
}
"""One line about an entry of each kind, which ends with its time."""


def compared(stored: ClinicalRow, attempted: ClinicalRow | None) -> list[tuple[str, str, str]]:
    """The label, the stored and the typed value of each field in which two entries differ."""
    ours = lines(stored)
    theirs = {} if attempted is None else lines(attempted)
    labels = list(dict.fromkeys([*ours, *theirs]))
    pairs = [(label, ours.get(label, "–"), theirs.get(label, "–")) for label in labels]
    return [pair for pair in pairs if pair[1] != pair[2]]


def compared_rows(
    pairs: Sequence[tuple[ClinicalRow | None, ClinicalRow | None]],
) -> list[tuple[str, str, str]]:
    """As `compared`; several rows of one form are named by their headlines."""
    if len(pairs) == 1 and pairs[0][0] is not None:
        return compared(pairs[0][0], pairs[0][1])
    lines_of = [tuple("–" if row is None else headline(row) for row in pair) for pair in pairs]
    return [("Result", ours, theirs) for ours, theirs in lines_of if ours != theirs]


def _value(name: str, value: Any, zone: tzinfo) -> str:
    if hasattr(value, "astimezone"):
        return wording.long_date_and_time(value, zone)
    if name == "temperature_c":
        return wording.temperature(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "vasopressor_rates":
        return "; ".join(
            f"{wording.words(agent)} {value[agent]} {wording.rate_unit(agent)}"
            for agent in RATE_LIMITS  # PostgreSQL keeps the keys in an order of its own
            if agent in value
        )
    if isinstance(value, dict):
        return "; ".join(
            f"{key} {'not scored' if entry is None else entry}"
            if key in ICE_ITEMS
            else f"{wording.words(key)}: {wording.words(str(entry))}"
            for key, entry in value.items()
        )
    if isinstance(value, list):
        return ", ".join(wording.words(item) for item in value) or "none"
    if isinstance(value, str):
        return value if name == "note" else wording.words(value)
    return wording.number(value)
