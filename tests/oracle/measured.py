"""Laboratory results as they are written in the classes: "75", "< 75", "1200 /uL"."""

from __future__ import annotations

from typing import Any

Fields = dict[str, Any]

UNITS = {
    "anc": "10*9/L",
    "ast": "U/L",
    "alt": "U/L",
    "aptt": "s",
    "bilirubin_direct": "mg/dL",
    "creatinine": "mg/dL",
    "crp": "mg/L",
    "ferritin": "ng/mL",
    "fibrinogen": "mg/dL",
    "hemoglobin": "g/dL",
    "ldh": "U/L",
    "platelets": "10*9/L",
    "pt": "s",
    "sil2r": "U/mL",
    "triglycerides": "mg/dL",
    "wbc": "10*9/L",
}
"""The unit where none is written."""


def lab(analyte: str, written: str, hour: float, **more: Any) -> Fields:
    """A result of a course document."""
    words = written.split()
    comparator = words.pop(0) if words[0] in "<>" else "="
    number = float(words[0])
    return {
        "hour": hour,
        "analyte": analyte,
        "value": int(number) if number == int(number) else number,
        "comparator": comparator,
        "unit": words[1] if len(words) > 1 else UNITS[analyte],
        **more,
    }
