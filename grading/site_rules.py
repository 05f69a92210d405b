"""The decisions of one site: its choices by name, checked against `LocalRules`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from grading.local_rules import LocalRules

KINDS = {bool: "true or false", int: "a whole number", str: "a word"}


def with_decisions(chosen: Mapping[str, Any]) -> LocalRules:
    """The default decisions with the chosen ones in their place.

    Raises `ValueError` with a sentence for an unknown name and for a value of the wrong kind.
    """
    fields = {item.name: item for item in dataclasses.fields(LocalRules)}
    if unknown := sorted(set(chosen) - set(fields)):
        raise ValueError(f"There is no local decision {', '.join(unknown)}.")
    return LocalRules(**{name: _checked(fields[name], value) for name, value in chosen.items()})


def _checked(item: dataclasses.Field[Any], value: Any) -> Any:
    """The value of one decision, of the kind of its default; a decimal may come as a number."""
    if isinstance(item.default, Decimal):
        return _decimal(item.name, value)
    if type(value) is not type(item.default):
        kind = KINDS[type(item.default)]
        raise ValueError(f"{item.name} is {value!r}. It must be {kind}.")
    words = {item.default, *re.findall(r'"([\w.]+)"', item.metadata["instead"])}
    if isinstance(value, str) and value not in words:
        allowed = " or ".join(sorted(words))
        raise ValueError(f"{item.name} is {value!r}. It must be {allowed}.")
    return value


def _decimal(name: str, value: Any) -> Decimal:
    try:
        number = Decimal("" if isinstance(value, bool) else str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"{name} is {value!r}. It must be a number.")
    return number
