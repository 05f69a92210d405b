"""What a correction leaves as it was: seconds that no form shows, words that no list has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from patients.models import ClinicalRow
from patients.words import wording

EMPTY = (None, "")
NOTHING_CHANGED = "Nothing is changed yet."


def moment_as_stored(typed: datetime | None, stored: datetime | None) -> datetime | None:
    """The stored moment where the typed one is the same to the minute: a form knows no seconds."""
    if typed is None or stored is None:
        return typed
    return stored if typed == stored.replace(second=0, microsecond=0) else typed


def is_changed(old: ClinicalRow, values: Mapping[str, Any]) -> bool:
    """Whether any of these values is another one than that of the row."""
    return any(
        value != (stored := getattr(old, name)) and not (value in EMPTY and stored in EMPTY)
        for name, value in values.items()
    )


def offer_stored(form: forms.Form, name: str, stored: str | None) -> None:
    """Choose a stored word in a list; one that the list does not have joins it."""
    field: Any = form.fields[name]
    if stored and stored not in dict(field.choices):
        field.choices = [*field.choices, (stored, wording.unit_label(stored))]
    form.initial[name] = stored or ""
