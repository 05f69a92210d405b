"""Signs from before the infusion in words: there a grade of 0 alone would read as "well"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from patients.words import wording

BEFORE_INFUSION = "before the infusion"

Signs = Mapping[str, Any]


def early_signs_in_words(signs: Signs) -> str:
    """The signs in one line: before the infusion: 39.0 °C, low pressure; empty without any."""
    listed = listed_signs(signs)
    return f"{BEFORE_INFUSION}: {listed}" if listed else ""


def listed_signs(signs: Signs) -> str:
    """The signs alone: 39.0 °C, low pressure."""
    phrases = [words for name, say in _SIGNS.items() if name in signs and (words := say(signs))]
    return ", ".join(dict.fromkeys(phrases))


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _oxygen(signs: Signs) -> str:
    return wording.oxygen(signs["oxygen_device"], _decimal(signs.get("oxygen_flow_l_min")))


def _words_of(name: str) -> Callable[[Signs], str]:
    return lambda signs: ", ".join(map(wording.words, signs[name]))


_SIGNS: dict[str, Callable[[Signs], str]] = {
    "temperature_c": lambda signs: f"{wording.temperature(_decimal(signs['temperature_c']))} °C",
    "fever": lambda _: "fever",
    "low_pressure": lambda _: "low pressure",
    "vasopressors": _words_of("vasopressors"),
    "oxygen_device": _oxygen,
    "spo2_percent": lambda signs: f"SpO2 {wording.number(_decimal(signs['spo2_percent']))} %",
    "ice_total": lambda signs: f"ICE {signs['ice_total']}",
    "ice_at_most": lambda signs: f"ICE at most {signs['ice_at_most']}",
    "capd_total": lambda signs: f"CAPD {signs['capd_total']}",
    "not_done": lambda signs: wording.words(signs["not_done"]),
    "consciousness": lambda signs: wording.words(signs["consciousness"]),
    "seizure": lambda signs: f"seizure {wording.words(signs['seizure'])}",
    "motor": lambda signs: _weakness(signs["motor"]),
    "icp": _words_of("icp"),
}
"""What is said of each sign, in this order."""


def _weakness(motor: str) -> str:
    return f"{wording.words(motor)} weakness" if motor == "mild" else wording.words(motor)
