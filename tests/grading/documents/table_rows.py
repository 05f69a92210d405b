"""A course document as the rows of a table."""

from __future__ import annotations

from typing import Any

from grading.documents.course_csv import BASELINE_PREFIX, COURSE_ROW
from grading.kinds import ENTRY_KINDS


def cell(value: Any) -> str:
    """A JSON value as it is written in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return " ".join(f"{key}={cell(item)}" for key, item in value.items())
    if isinstance(value, list):
        return " ".join(map(cell, value)) or "none"
    return str(value)


def rows_of(document: dict[str, Any]) -> list[dict[str, str]]:
    """A course document as rows, what belongs to the whole course on a row of its own."""
    baseline = document.get("baseline", {}).items()
    whole = {
        "row": COURSE_ROW,
        **document.get("patient", {}),
        **document.get("course", {}),
        **{BASELINE_PREFIX + key: value for key, value in baseline},
    }
    rows = [
        {"row": kind.key, **item} for kind in ENTRY_KINDS for item in document.get(kind.section, ())
    ]
    return [
        {key: cell(value) for key, value in {"id": document["id"], **row}.items()}
        for row in (whole, *rows)
    ]
