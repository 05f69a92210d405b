"""What nurses type: every kind of form, each with its own values and a marker in a free field."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from benchmarks.faults.saves import Fact
from benchmarks.faults.ward.call_plans import answered_call, told_of_call
from benchmarks.faults.ward.handovers import handover
from benchmarks.faults.ward.shift import Entry, Plan, Shift, Target

INFUSED_BEFORE = timedelta(days=5)
ICE = {f"ice_{item}": "1" for item in ("year", "month", "city", "hospital", "command", "writing")}
WELL = {
    "diastolic_mmhg": "78",
    "respiratory_rate": "16",
    "spo2_percent": "97",
    "hypotension": "no",
    "fluid_bolus": "no",
    "vasopressors": "none",
    "oxygen_device": "room_air",
    **ICE,
    "ice_attention": "1",
    "ice_naming": "3",
    "consciousness": "spontaneous",
    "seizure": "none",
    "motor": "none",
    "icp": "none",
}
EVENTS = ("icu_in", "icu_out", "imaging", "infection", "relapse", "other")

Planner = Callable[[Shift, random.Random, str], Plan | None]


def minute_of(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


def _moment(chance: random.Random) -> datetime:
    """A minute since the infusion, and not of the last hour."""
    minutes = int(INFUSED_BEFORE.total_seconds() // 60)
    return datetime.now(UTC) - timedelta(minutes=chance.randrange(60, minutes - 60))


def _time_fields(name: str, moment: datetime) -> dict[str, str]:
    return {f"{name}_date": f"{moment:%Y-%m-%d}", f"{name}_time": f"{moment:%H:%M}"}


def _typed(values: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in values.items()}


def _findings(chance: random.Random, marker: str) -> tuple[dict[str, str], dict[str, str]]:
    """The fields of an assessment, and the values to be stored of it."""
    moment = _moment(chance)
    stored = {
        "temperature_c": f"{chance.randrange(361, 402) / 10:g}",
        "systolic_mmhg": str(chance.randrange(95, 160)),
        "heart_rate": str(chance.randrange(60, 130)),
    }
    typed = WELL | _time_fields("observed_at", moment) | stored | {"note": marker}
    return typed, stored | {"at": minute_of(moment), "note": marker}


def assessment(shift: Shift, chance: random.Random, marker: str) -> Plan:
    target = shift.target(chance)
    typed, stored = _findings(chance, marker)
    return Plan(
        kind="assessment",
        address=f"/courses/{target.uid}/assessments/new/",
        target=target,
        marker=marker,
        typed=_typed(typed),
        wanted=lambda _: (Fact(target.uid, stored | {"replaces": ""}),),
        words=(stored["at"][-5:],),
        leaves=lambda form: (Entry(target, "assessments", form, stored["at"]),),
    )


def correction(shift: Shift, chance: random.Random, marker: str) -> Plan | None:
    wrong = shift.take(chance, lambda entry: entry.section == "assessments")
    if wrong is None:
        return None
    target, (typed, stored) = wrong.target, _findings(chance, marker)
    return Plan(
        kind="correction",
        address=f"/courses/{target.uid}/assessments/{wrong.uid}/correct/",
        target=target,
        marker=marker,
        typed=_typed(typed),
        wanted=lambda _: (Fact(target.uid, stored | {"replaces": wrong.uid}),),
        row=wrong.uid,
        words=(stored["at"][-5:],),
        leaves=lambda form: (Entry(target, "assessments", form, stored["at"]),),
    )


def labs(shift: Shift, chance: random.Random, marker: str) -> Plan:
    target, moment = shift.target(chance), _moment(chance)
    results = {
        "crp": (str(chance.randrange(60, 120)), "mg/L"),
        "ferritin": (str(chance.randrange(400, 900)), "ng/mL"),
    }
    typed = _time_fields("collected_at", moment) | {"note": marker}
    for analyte, (value, unit) in results.items():
        typed |= {f"{analyte}_value": value, f"{analyte}_unit": unit}
    at = minute_of(moment)
    facts = tuple(
        Fact(target.uid, {"analyte": key, "value": value, "unit": unit, "at": at, "note": marker})
        for key, (value, unit) in results.items()
    )
    return Plan(
        kind="labs",
        address=f"/courses/{target.uid}/labs/new/",
        target=target,
        marker=marker,
        typed=_typed(typed),
        wanted=lambda _: facts,
        words=tuple(value for value, _ in results.values()),
        leaves=lambda form: (
            Entry(target, "labs", str(uuid.uuid5(uuid.UUID(form), "crp")), facts[0].values["at"]),
        ),
    )


def dose(shift: Shift, chance: random.Random, marker: str) -> Plan:
    target, moment = shift.target(chance), _moment(chance)
    is_run = chance.random() < 0.5
    amount, unit = (f"0.{chance.randrange(1, 6)}", "mcg/kg/min") if is_run else ("4", "mg")
    if not is_run:
        amount = str(chance.randrange(4, 21))
    drug = {"agent": "dexamethasone"}
    if is_run:  # a drug of its own: one that runs already would be asked about
        drug = {"another_agent": f"vasoactive {marker}", "drug_class": "vasopressor"}
    stored = {
        "agent": drug.get("another_agent", "dexamethasone"),
        "amount": amount,
        "unit": unit,
        "route": "IV",
    }
    typed = stored | {"agent": ""} | drug | _time_fields("given_at", moment) | {"note": marker}
    fact = Fact(target.uid, stored | {"at": minute_of(moment), "note": marker})
    return Plan(
        kind="dose",
        address=f"/courses/{target.uid}/doses/new/",
        target=target,
        marker=marker,
        typed=_typed(typed),
        wanted=lambda _: (fact,),
        words=(stored["agent"], amount),
        leaves=lambda form: (Entry(target, "doses", form, fact.values["at"], is_run),),
    )


def event(shift: Shift, chance: random.Random, marker: str) -> Plan:
    target, moment = shift.target(chance), _moment(chance)
    kind = chance.choice(EVENTS)
    typed = {"kind": kind, "note": marker} | _time_fields("happened_at", moment)
    fact = Fact(target.uid, {"kind": kind, "at": minute_of(moment), "note": marker})
    return Plan(
        kind="event",
        address=f"/courses/{target.uid}/events/new/",
        target=target,
        marker=marker,
        typed=_typed(typed),
        wanted=lambda _: (fact,),
        leaves=lambda form: (Entry(target, "events", form, fact.values["at"]),),
    )


def stop(shift: Shift, chance: random.Random, marker: str) -> Plan | None:
    """End a run at a minute that differs from save to save."""
    run = shift.take(chance, lambda entry: entry.is_run)
    if run is None:
        return None
    started = datetime.fromisoformat(run.at).replace(tzinfo=UTC)
    moment = started + timedelta(minutes=1 + int(marker.rpartition("-")[2]) % 59)
    fact = Fact(run.target.uid, {"row": run.uid, "ended": minute_of(moment)})
    return Plan(
        kind="stop",
        address=f"/courses/{run.target.uid}/doses/{run.uid}/stop/",
        target=run.target,
        marker=marker,
        typed=_typed(_time_fields("ended_at", moment)),
        wanted=lambda _: (fact,),
        row=run.uid,
        words=("vasoactive", "ended", minute_of(moment)[-5:]),
    )


def strike_out(shift: Shift, chance: random.Random, marker: str) -> Plan | None:
    wrong = shift.take(chance, lambda _: True)
    if wrong is None:
        return None
    fact = Fact(wrong.target.uid, {"row": wrong.uid, "reason": marker})
    return Plan(
        kind="strike-out",
        address=f"/courses/{wrong.target.uid}/rows/{wrong.section}/{wrong.uid}/strike-out/",
        target=wrong.target,
        marker=marker,
        typed=_typed({"reason": "other", "words": marker}),
        wanted=lambda _: (fact,),
        row=wrong.uid,
        words=("struck out",),
    )


def admission(shift: Shift, chance: random.Random, marker: str) -> Plan:
    ward, infused_at = shift.targets[0].ward, datetime.now(UTC) - INFUSED_BEFORE
    weight = str(chance.randrange(55, 95))
    typed = {
        "mrn": marker,
        "family_name": f"Roe {marker}",
        "given_name": "Ann",
        "birth_date_day": "12",
        "birth_date_month": "3",
        "birth_date_year": "1970",
        "ward": ward,
        "bed": marker,
        "product": "another",
        "another_product": "fictional",
        "infusion": "given",
        "infused_at_day": str(infused_at.day),
        "infused_at_month": str(infused_at.month),
        "infused_at_year": str(infused_at.year),
        "infused_at_time": f"{infused_at:%H:%M}",
        "weight_kg": weight,
        "weight_again": weight,
        **_time_fields("weighed_at", _moment(chance)),
    }
    stored = {"mrn": marker, "family_name": f"Roe {marker}", "bed": marker, "weight_kg": weight}
    return Plan(
        kind="admission",
        address="/admit/",
        target=Target("", marker, ward),
        marker=marker,
        typed=_typed(typed),
        wanted=lambda form: (Fact(form, stored),),
        words=(f"ROE {marker}",),
    )


def move(shift: Shift, chance: random.Random, marker: str) -> Plan:
    target = shift.target(chance)
    return Plan(
        kind="move",
        address=f"/courses/{target.uid}/move/",
        target=target,
        marker=marker,
        typed=_typed({"bed": marker}),
        wanted=lambda _: (Fact(target.uid, {"bed": marker}),),
    )


def course_correction(shift: Shift, chance: random.Random, marker: str) -> Plan:
    target = shift.target(chance)
    return Plan(
        kind="course correction",
        address=f"/courses/{target.uid}/change/",
        target=target,
        marker=marker,
        typed=_typed({"indication": f"for {marker}", "reason": marker}),
        wanted=lambda _: (Fact(target.uid, {"indication": f"for {marker}", "reason": marker}),),
    )


PLANNERS: dict[Planner, int] = {
    assessment: 22,
    labs: 8,
    dose: 14,
    event: 8,
    stop: 7,
    strike_out: 7,
    correction: 8,
    admission: 5,
    move: 7,
    course_correction: 6,
    told_of_call: 4,
    answered_call: 4,
}
"""How often each kind of form is opened, of a hundred."""


def plan(shift: Shift, chance: random.Random, number: int, name: str) -> Plan:
    """The next form of this nurse, an assessment where there is nothing to correct, end or strike.

    What was handed over to her comes first.
    """
    marker = f"FAULTS-{number}"
    if (handing := handover(shift, chance, marker, name)) is not None:
        return handing
    [planner] = chance.choices([*PLANNERS], [*PLANNERS.values()])
    return planner(shift, chance, marker) or assessment(shift, chance, marker)
