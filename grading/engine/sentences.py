"""Results in words. A result stores codes and values; each table of criteria has the sentences.

A sentence is a template: its placeholders are filled with the values that decided the criterion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from string import Formatter
from typing import Any

import grading.event_kinds  # noqa: F401 - its words are among the subclasses of Word below
from grading.agents import AGENT_TABLE, INOTROPES
from grading.engine.result import Met, Result
from grading.figures import exact, rate, run_time, times
from grading.laboratory.analytes import ANALYTES
from grading.measures import RATE_LIMITS
from grading.vocabulary import Word

WARD_WORDS: dict[str, str] = {
    **{
        word: word.in_sentence
        for words in Word.__subclasses__()
        for word in words
        if word.in_sentence
    },
    **{agent.name: agent.label for agent in AGENT_TABLE},
    **{name: analyte.in_sentence for name, analyte in ANALYTES.items()},
    "sil2r": "soluble CD25",
    "bilirubin_direct": "direct bilirubin",
    "bilirubin_total": "bilirubin",
    "nk_activity_low": "NK-cell activity",
    "t_cell": "T cell",
    "lvef_fall": "fall of LVEF",
    "follow_up_end": "end of follow-up",
}
"""Codes whose plain form is not how a ward writes them."""

RESULT_NOT_USED = "result_not_used"
RESULT_DOUBTFUL, RESULT_PRELIMINARY = "result_doubtful", "result_preliminary"
SHARED_SENTENCES: dict[str, str] = {
    RESULT_NOT_USED: "{analyte} of Day {not_used_on} {why_not_used}: not used",
    RESULT_DOUBTFUL: "{analyte} {value} {unit} of Day {day} {doubt}",
    RESULT_PRELIMINARY: "{analyte} {value} {unit} of Day {day} is preliminary",
}
"""The sentences that no table holds, since every system may have these reasons."""

GRADE_WORDS = {0: "none", 1: "mild", 2: "moderate", 3: "severe", 4: "life-threatening", 5: "fatal"}


def because(result: Result, sentences: Mapping[str, str]) -> list[dict[str, Any]]:
    """The reasons of a result as JSON, each with its sentence; `sentences` are those of its table.

    This is the form in which the grades document lists them.
    """
    return [reason_to_json(met, sentences) for met in result.because]


def reason_to_json(met: Met, sentences: Mapping[str, str]) -> dict[str, Any]:
    """One reason as JSON: its code, grade and values, and its sentence as `text`."""
    return {**met.facts(), "text": sentence_of(met, sentences)}


def sentence_of(met: Met, sentences: Mapping[str, str]) -> str:
    """A criterion that was met, in words, with the values of `saw`; `sentences` are by code."""
    basis = met.saw
    template = SHARED_SENTENCES.get(met.code) or sentences[met.code]
    names = _placeholders(template)
    if not names:
        return template
    values = {
        name: _COMPOSED[name](basis) if name in _COMPOSED else _in_words(basis[name])
        for name in names
    }
    return template.format(**values).replace("  ", " ").replace(" ,", ",").strip()


@lru_cache(maxsize=1024)
def _placeholders(template: str) -> tuple[str, ...]:
    """The names in a template, once each: only the values of these are put into words."""
    names = (name for _, name, _, _ in Formatter().parse(template) if name)
    return tuple(dict.fromkeys(names))


def ward_word(code: str) -> str:
    """A vocabulary word as a ward writes it."""
    return WARD_WORDS.get(code, code.replace("_", " "))


def trimmed(value: Any) -> str:
    """A number without trailing zeros: 38.90 reads 38.9, 38 reads 38."""
    text = f"{value:f}" if hasattr(value, "as_tuple") else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _in_words(value: Any) -> str:
    """One value in words; it may be a word, a number, or a list or a dictionary of them."""
    if isinstance(value, dict):
        return ", ".join(f"{ward_word(key)} {_in_words(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_in_words(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ward_word(value) if isinstance(value, str) else trimmed(value)


def _temperature(values: dict[str, Any]) -> str:
    return f"{trimmed(values['temperature_c'])} °C" if "temperature_c" in values else "(no number)"


def _pressure(values: dict[str, Any]) -> str:
    if "systolic_mmhg" not in values:
        return ""
    diastolic = f"/{trimmed(values['diastolic_mmhg'])}" if "diastolic_mmhg" in values else ""
    return f"{trimmed(values['systolic_mmhg'])}{diastolic} mmHg"


def _agents(values: dict[str, Any]) -> str:
    agents = values.get("vasopressors", ())
    counted = ", ".join(ward_word(agent) for agent in agents if agent not in INOTROPES)
    inotropes = ", ".join(ward_word(agent) for agent in agents if agent in INOTROPES)
    return f"{counted} (not counted: {inotropes})" if inotropes else counted


def _no_vasopressor(values: dict[str, Any]) -> str:
    """Says that no vasopressor runs, that none running counts, or that it is not recorded."""
    agents = values.get("vasopressors")
    if agents is None:
        return "no vasopressor known"
    listed = ", ".join(ward_word(agent) for agent in agents)
    return f"no vasopressor that counts ({listed})" if listed else "no vasopressor"


def _dosed(values: dict[str, Any]) -> str:
    """Vasopressors with their rates, and for how long any has run."""
    rates = values.get("vasopressor_rates", {})
    agents = [
        f"{ward_word(agent)} {rate(exact(rates[agent]))} {RATE_LIMITS[agent].unit}"
        if agent in rates
        else ward_word(agent)
        for agent in values.get("vasopressors", ())
    ]
    hours = values.get("vasopressor_hours")
    listed = ", ".join(agents)
    return listed if hours is None else f"{listed}; for {run_time(exact(hours))}"


def _oxygen(values: dict[str, Any]) -> str:
    device = ward_word(values.get("oxygen_device", ""))
    flow = values.get("oxygen_flow_l_min")
    given = device if flow is None else f"{device} {trimmed(flow)} L/min"
    if "fio2_percent" in values:
        return f"{given}, FiO2 {trimmed(values['fio2_percent'])} %"
    if "fio2_estimated_percent" in values:
        return f"{given}, FiO2 about {trimmed(values['fio2_estimated_percent'])} %"
    return given


def _points(values: dict[str, Any]) -> str:
    if "ice_not_done" in values:
        return f"0: {ward_word(values['ice_not_done'])}"
    if "ice_at_most" in values:
        return f"at most {values['ice_at_most']}, done in part"
    return str(values.get("ice_total", values.get("capd_total", "")))


def _days(values: dict[str, Any]) -> str:
    return ", ".join(map(str, (values["day"], *values.get("further_days", ()))))


def _why_not_used(values: dict[str, Any]) -> str:
    """What is wrong with a result: its unit, no unit, or its specimen."""
    if values["why"] == "unit":
        return f"came in {values['unit']}"
    if values["why"] == "no_unit":
        return "came without a unit"
    return f"came from {ward_word(values['why'])}"


def _multiple(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda values: times(exact(values[name]))


_COMPOSED: dict[str, Callable[[dict[str, Any]], str]] = {
    "temperature": _temperature,
    "pressure": _pressure,
    "vasopressors": _agents,
    "no_vasopressor": _no_vasopressor,
    "dosed": _dosed,
    "oxygen": _oxygen,
    "spo2_percent": lambda values: trimmed(values.get("spo2_percent", "")),
    "points": _points,
    "times_limit": _multiple("times_limit"),
    "times_baseline": _multiple("times_baseline"),
    "not_used_on": _days,
    "why_not_used": _why_not_used,
}
"""Placeholders that are put together from several values."""
