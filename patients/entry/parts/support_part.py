"""The support of the assessment form: what runs now, as one tap."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from grading.record import Findings
from grading.vocabulary import PositivePressureFor
from patients.entry.answers import as_tapped
from patients.forms.remarks import Offer
from patients.reading.bedside import Bedside
from patients.reading.support import Support
from patients.words import wording
from patients.words.now.running import drug_at_rate

OF_THE_LAST = (
    "fluid_bolus",
    "oxygen_device",
    "oxygen_flow_l_min",
    "fio2_percent",
    "positive_pressure_for",
)
"""The support that is taken from the last assessment as it stands there."""


def same_support(bedside: Bedside, at: datetime) -> Offer | None:
    """One tap that fills in the support of this moment, which the label puts into words."""
    support = bedside.support_at(at)
    if support is None:
        return None
    return Offer.of(_label(support, bedside), support_values(support))


def support_values(support: Support) -> dict[str, Any]:
    """The support of this moment by the inputs of the form; what is not known has none."""
    values: dict[str, Any] = {}
    if support.hypotension is not None:
        values["hypotension"] = as_tapped(support.hypotension)
    if support.agents is not None:
        values["vasopressors"] = as_tapped(support.agents)
    for name in OF_THE_LAST:
        value = None if support.last is None else getattr(support.last, name)
        if value is not None:
            values[name] = as_tapped(value)
    return values


def _label(support: Support, bedside: Bedside) -> str:
    """What the tap fills in, and what has changed since the last assessment."""
    last = support.last
    if last is None:
        return f"what runs now: {drugs_in_words(support)}"
    at = wording.short_date_and_time(bedside.at(last.elapsed), bedside.zone)
    over = [
        f"{wording.words(run.agent)} ended {_clock(run.ended or run.elapsed, bedside)}"
        for run in support.over
    ]
    return wording.listed([f"same support as {at}: {_in_words(support, last, bedside)}", *over])


def _clock(elapsed: timedelta, bedside: Bedside) -> str:
    return wording.clock_or_date(bedside.at(elapsed), bedside.now, bedside.zone)


def drugs_in_words(support: Support) -> str:
    """The vasopressors of this moment with their rates."""
    drugs = (drug_at_rate(each.agent, each.amount, each.unit) for each in support.running)
    return ", ".join(drugs) or "no vasopressor"


def _in_words(support: Support, last: Findings, bedside: Bedside) -> str:
    """Hypotension, bolus, vasopressors and oxygen, where they are known; what began since then."""
    hypotension = {True: "hypotension", False: "no hypotension", None: ""}[support.hypotension]
    bolus = {True: "fluid bolus", False: "no bolus", None: ""}[last.fluid_bolus]
    drugs = [
        f"{drug_at_rate(each.agent, each.amount, each.unit)} since {_clock(each.since, bedside)}"
        if each.is_run and each.since > last.elapsed
        else drug_at_rate(each.agent, each.amount, each.unit)
        for each in support.running
    ]
    none = "" if support.agents is None else "no vasopressor"
    return ", ".join(filter(None, (hypotension, bolus, *(drugs or [none]), oxygen_in_words(last))))


def oxygen_in_words(last: Findings) -> str:
    """The device with flow and fraction, and what positive pressure was for; empty without one."""
    if last.oxygen_device is None:
        return ""
    oxygen = wording.oxygen(last.oxygen_device, last.oxygen_flow_l_min, last.fio2_percent)
    pressure = last.positive_pressure_for
    return oxygen if pressure is None else f"{oxygen}, for {PositivePressureFor(pressure).label}"
