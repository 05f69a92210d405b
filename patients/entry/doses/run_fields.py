"""The fields for the end and the start of a run beside the list of vasopressors."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.forms import BoundField

from grading.agents import is_rate
from grading.rules.signs.runs import one_name
from grading.vocabulary import Vasopressor
from patients.entry.doses.dose_form import DOSE_UNITS
from patients.forms.remarks import Offer
from patients.reading.list_and_runs import DrugRun
from patients.words import wording
from patients.words.now.running import drug_at_rate

STARTED = tuple(word.value for word in Vasopressor if word is not Vasopressor.OTHER)
"""The agents of the list whose start can be recorded: one without a name has no run."""
RATE_UNITS = [(unit, wording.unit_label(unit)) for unit in DOSE_UNITS if is_rate(unit)]


PLAIN_NAME = re.compile(r"[a-z0-9_]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run without an end: what it is, the field for its end, and one tap for it and back."""

    text: str
    field: BoundField
    now: Offer
    back: Offer


@dataclass(frozen=True, slots=True)
class StartLine:
    """The fields for the start of a run, and one tap that empties the time."""

    drug: str
    started: BoundField
    rate: BoundField
    unit: BoundField
    back: Offer


def ended_field(agent: str) -> str:
    """The name of the field for the end of the runs of a drug, another one for each drug."""
    name = one_name(agent)
    return f"ended_{name if PLAIN_NAME.fullmatch(name) else name.encode().hex()}"


def started_field(agent: str) -> str:
    """The name of the field for the start of a run."""
    return f"started_{agent}"


def capitalized(text: str) -> str:
    """A drug at the beginning of a sentence, in words."""
    words = wording.words(text)
    return f"{words[0].upper()}{words[1:]}"


def at_rate(run: DrugRun) -> str:
    """A run in words: norepinephrine 0.05 mcg/kg/min."""
    return drug_at_rate(run.agent, run.amount, run.unit)


def no_moment(name: str) -> dict[str, str]:
    """The inputs of a time, emptied."""
    return {f"{name}_{part}": "" for part in ("date", "time", "fold")}
