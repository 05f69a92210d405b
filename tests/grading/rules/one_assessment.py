"""One assessment of a patient who is well but for what a test gives, graded by a system."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from grading.local_rules import DEFAULT
from grading.record import Dose, Findings, Record
from grading.rules.systems import PRIMARY, grade_record

WELL: dict[str, Any] = {
    "temperature_c": Decimal("36.8"),
    "hypotension": False,
    "vasopressors": (),
    "oxygen_device": "room_air",
    "ice_total": 10,
    "consciousness": "spontaneous",
    "seizure": "none",
    "motor": "none",
    "icp": (),
}


def facts(
    system: str, findings: dict[str, Any], doses: tuple[Dose, ...] = (), **about: Any
) -> dict[str, Any]:
    """One assessment at 24 h, well but for `findings`, of an adult unless said otherwise."""
    exam = Findings(timedelta(hours=24), "a", **(WELL | findings))
    who = {"age_years": Decimal(60)} | about
    record = Record(findings=(exam,), doses=doses, **who)
    return grade_record(record, DEFAULT, systems=PRIMARY)[system].results[0].facts()


def reasons(result_facts: dict[str, Any]) -> dict[str, Any]:
    return {met["code"]: met["saw"] for met in result_facts["because"]}
