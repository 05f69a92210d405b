"""The findings at the bedside at a moment, each from the newest entry that speaks of it.

Takes   the record up to the moment, and since when a fluid bolus belongs to the present CRS.
Gives   fever, pressure and oxygen of a `BedsideNow`. They are as recorded, whatever cause a sign
        is put down to: a fever that is put down to sepsis is still a fever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

from grading.agents import DrugClass
from grading.engine.sentences import trimmed, ward_word
from grading.event_kinds import EventKind
from grading.guidelines.situation.neurologic import neurologic_findings
from grading.guidelines.situation.situation import BedsideNow, Fact
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.rules.signs.adjudication import fever_recorded, hypotension_recorded
from grading.rules.signs.oxygen import oxygen_of
from grading.rules.signs.runs import Running, last_list, running_at
from grading.vocabulary import OxygenDevice

Value = TypeVar("Value")


def bedside_now(
    record: Record, now: timedelta, local: LocalRules, *, crs_since: timedelta | None
) -> BedsideNow:
    """Every finding that decides between options; None where nobody recorded it."""
    return BedsideNow(
        **_fever(record, now, local),
        hypotension=_hypotension(record, now, local),
        fluid_bolus=_fluid_bolus(record, crs_since),
        vasopressors=_vasopressors(record, now, local),
        oxygen=_oxygen(record, local),
        ventilated=_ventilated(record),
        **neurologic_findings(record, local),
    )


def support_in_words(record: Record, at: timedelta, local: LocalRules) -> str:
    """What held pressure and oxygen at the end of this record; empty where nothing is recorded."""
    support = (_vasopressors(record, at, local), _oxygen(record, local))
    return ", ".join(fact.text for fact in support if fact is not None)


def temperature_in_words(record: Record) -> str:
    """The newest temperature; empty where none is recorded."""
    newest = _newest(record, lambda findings: findings.temperature_c)
    return "" if newest is None else _temperature(newest[0])


def _newest(
    record: Record, value_of: Callable[[Findings], Value | None]
) -> tuple[Findings, Value] | None:
    """The newest assessment that records a value, with it."""
    for findings in reversed(record.findings):
        value = value_of(findings)
        if value is not None:
            return findings, value
    return None


def _fever(record: Record, now: timedelta, local: LocalRules) -> dict[str, Any]:
    """Fever now and since when, and whether there was any, since the latest infusion."""
    since = record.latest_infusion(now)
    newest: Findings | None = None
    febrile_since: timedelta | None = None
    is_over = ever = False
    for findings in reversed(record.findings):
        if findings.elapsed < since:
            break
        is_febrile = fever_recorded(findings, record, local)
        if is_febrile is None:
            continue
        if not is_febrile:
            is_over = True
            continue
        ever = True
        if is_over:
            break
        newest = newest or findings
        febrile_since = findings.elapsed
    fever = None if newest is None else Fact(_temperature(newest), newest.elapsed, newest.uid)
    return {"fever": fever, "fever_since": febrile_since, "was_ever_febrile": ever}


def _temperature(findings: Findings) -> str:
    if findings.temperature_c is None:
        return "fever"
    return f"temperature {trimmed(findings.temperature_c)} °C"


def _hypotension(record: Record, now: timedelta, local: LocalRules) -> Fact | None:
    """A vasopressor that runs by the newest entry, the answer, or a low pressure."""
    newest = _newest(record, lambda findings: hypotension_recorded(findings, record, local))
    if newest is None or not newest[1]:
        return _vasopressors(record, now, local) if newest is None else None
    findings = newest[0]
    pressure = findings.systolic_mmhg
    words = "" if pressure is None else f", systolic {trimmed(pressure)} mmHg"
    return Fact(f"hypotension{words}", findings.elapsed, findings.uid)


def _fluid_bolus(record: Record, since: timedelta | None) -> Fact | None:
    """The newest bolus since the onset of CRS: no later entry takes back what was given."""
    for findings in reversed(record.findings):
        if since is None or findings.elapsed < since:
            return None
        if findings.fluid_boluses:
            count = findings.fluid_boluses
            words = "1 fluid bolus" if count == 1 else f"{count} fluid boluses"
            return Fact(words, findings.elapsed, findings.uid)
        if findings.fluid_bolus:
            return Fact("fluid bolus", findings.elapsed, findings.uid)
    return None


def _vasopressors(record: Record, now: timedelta, local: LocalRules) -> Fact | None:
    """What runs now by the doses, and what the newest list names beside it."""
    running = [
        each
        for each in running_at(record, now)
        if each.drug_class == DrugClass.VASOPRESSOR or local.inotropes_count
    ]
    if not running:
        return None
    newest = max(running, key=lambda each: each.since)
    uids = _uids(record, now, newest)
    return Fact(", ".join(map(_in_words, running)), newest.since, next(uids, ""))


def _in_words(running: Running) -> str:
    """Norepinephrine 0.1 mcg/kg/min."""
    if running.amount is None or running.unit is None:
        return ward_word(running.agent)
    return f"{ward_word(running.agent)} {trimmed(running.amount)} {running.unit}"


def _uids(record: Record, now: timedelta, running: Running) -> Iterator[str]:
    """The entries on which a running drug rests, the dose first."""
    if running.is_run:
        for dose in record.doses:
            if (dose.agent, dose.elapsed) == (running.agent, running.since):
                yield dose.uid
    listed = last_list(record, now)
    if listed is not None:
        yield listed.uid


def _oxygen(record: Record, local: LocalRules) -> Fact | None:
    """More oxygen or pressure than at home, by the newest entry that names the device."""
    newest = _newest(record, lambda findings: findings.oxygen_device)
    if newest is None:
        return None
    findings, device = newest
    age = record.age_at(findings.elapsed)
    if oxygen_of(findings, record.baseline, age, local, []).new is not True:
        return None
    flow = findings.oxygen_flow_l_min
    words = ward_word(device) if flow is None else f"{ward_word(device)} {trimmed(flow)} L/min"
    return Fact(words, findings.elapsed, findings.uid)


def _ventilated(record: Record) -> Fact | None:
    """On a ventilator by the newest entry of the device, or intubated since and not extubated."""
    newest = _newest(record, lambda findings: findings.oxygen_device)
    at = None if newest is None else newest[0].elapsed
    tubes = (EventKind.INTUBATION, EventKind.EXTUBATION)
    event = next((each for each in reversed(record.events) if each.kind in tubes), None)
    if event is not None and (at is None or event.elapsed >= at):
        is_in = event.kind == EventKind.INTUBATION
        return Fact("intubated", event.elapsed, event.uid) if is_in else None
    if newest is None or newest[1] != OxygenDevice.MECHANICAL_VENTILATION:
        return None
    return Fact("mechanical ventilation", newest[0].elapsed, newest[0].uid)
