"""A recorded answer in words, and as the inputs of the form that hold it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from grading.measures import plain_text
from grading.table.findings import OBSERVATION
from patients.forms.fields import NONE
from patients.words import entry_words


def answer_in_words(name: str, value: Any) -> str:
    """One answer as it is said at the bedside: no seizure, wakes to voice, raised ICP posturing."""
    label = OBSERVATION[name].label
    label = label if label[:2].isupper() else label[0].lower() + label[1:]
    if value in ("none", (), [], False):
        return f"no {label}"
    if value is True:
        return label
    words = entry_words.entered_in_words(name, value)
    if name == "consciousness":
        return words
    return f"{label.replace('not done', 'not done:')} {words}"


def as_tapped(value: Any) -> Any:
    """A recorded value as the inputs of the form send it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return list(value) or [NONE]
    return plain_text(value) if isinstance(value, Decimal) else value
