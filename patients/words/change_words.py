"""Changes of a patient or a course in words: the stored values and those asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from grading.table.sections import COURSE, PATIENT
from patients.models import Course, Patient
from patients.words import wording
from patients.words.entry_words import label_with_unit

FIELD_LABELS = {
    **{field.name: label_with_unit(field) for field in (*PATIENT, *COURSE)},
    "age_at_infusion_years": "Age at the infusion (years)",
    "home_since": "At home since",
    "infused_at": "Time of the infusion",
    "infusion_planned": "Infusion planned only",
    "baseline_systolic_mmhg": "Usual systolic (mmHg)",
    "baseline_oxygen_device": "Oxygen at home",
    "baseline_oxygen_flow_l_min": "Home flow (L/min)",
    "baseline_spo2_percent": "Usual SpO2 (%)",
    "baseline_home_cpap": "CPAP at home",
    "baseline_ice_total": "ICE before",
    "baseline_capd_total": "CAPD before",
    "baseline_ferritin_ng_ml": "Ferritin before (ng/mL)",
    "baseline_immunosuppressed": "Immunosuppressed before",
    "ice_sentence": "Sentence for ICE",
    "ice_objects": "Objects for ICE",
    "ice_language": "Language of ICE",
    "ice_interpreter": "Interpreter",
    "ice_known_deficit": "Known before",
    "ice_deficit_items": "Items of ICE that it touches",
    "carried": "Id, source and date of the document",
}


def label(name: str) -> str:
    return FIELD_LABELS.get(name) or name.replace("_", " ").capitalize()


def value_in_words(value: Any, zone: tzinfo) -> str:
    """A value of a patient or a course as a page shows it."""
    if value is None or value in ("", []):
        return wording.DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return wording.long_date_and_time(value, zone)
    if isinstance(value, date):
        return wording.calendar_date(value)
    if isinstance(value, Decimal | int):
        return wording.number(value)
    if isinstance(value, list):
        return ", ".join(
            wording.long_date_and_time(datetime.fromisoformat(text), zone) for text in value
        )
    return str(value).replace("_", " ")


def differing(thing: Course | Patient, wanted: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields that differ from what is wanted: the stored value, and the one asked for.

    Null and the empty text are the same.
    """
    pairs = {name: (getattr(thing, name), value) for name, value in wanted.items()}
    empty = (None, "")
    return {
        name: (stored, value)
        for name, (stored, value) in pairs.items()
        if stored != value and not (stored in empty and value in empty)
    }


def changes_in_words(
    different: Mapping[str, tuple[Any, Any]], zone: tzinfo
) -> list[tuple[str, str, str]]:
    """The label of each field that differs, its stored value, and the value asked for."""
    return [
        (label(name), value_in_words(stands, zone), value_in_words(wanted, zone))
        for name, (stands, wanted) in different.items()
    ]
