"""Entries that call somebody, and the calls of a course as a test looks at them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from patients.models import Course
from patients.rounds.models import Escalation, RoundRow
from patients.rounds.rules.calls import Call
from patients.rounds.stored_calls import call_stored

HOOK = "patients.rounds.hook.after_regrade"
CRS = "crs_astct_2019"

FEVER: dict[str, Any] = {"temperature_c": Decimal("38.9")}
"""CRS 1."""
ON_OXYGEN = FEVER | {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": Decimal(2)}
"""CRS 2."""
ON_PRESSOR = FEVER | {"hypotension": True, "vasopressors": ["norepinephrine"]}
"""CRS 3."""
ON_TWO = ON_PRESSOR | {"vasopressors": ["norepinephrine", "epinephrine"]}
"""CRS 4."""


def calls_of(course: Course) -> list[Call]:
    """Every call of the course, oldest first."""
    rows = Escalation.objects.filter(course=course).order_by("pk")
    return [call_stored(row) for row in rows]


def the_call(course: Course) -> Call:
    """The one call of the course; as the row of the round shows it while it is open."""
    [call] = calls_of(course)
    row = RoundRow.objects.get(course=course)
    assert row.call == (None if call.closed_at is not None else call.to_json())
    return call


def texts(call: Call) -> list[str]:
    return [cause.text for cause in call.causes]


def kinds(call: Call) -> list[str]:
    """The events of a call, in their order."""
    events = Escalation.objects.get(uid=call.uid).events.order_by("number")
    return [event.kind for event in events]
