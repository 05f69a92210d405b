"""What nurses do to an open call: say who was told, and answer for themselves."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from benchmarks.faults.saves import Fact
from benchmarks.faults.ward.shift import Plan, Shift

INFORMED, ANSWERED = "told of a call", "answered a call"


def told_of_call(shift: Shift, chance: random.Random, marker: str) -> Plan:
    """Without an open call the form does not open, and nothing is sent."""
    target = shift.target(chance)
    moment = datetime.now(UTC) - timedelta(minutes=chance.randrange(1, 50))
    typed = {"who": "somebody_else", "somebody_else": marker, "page": "chart"}
    typed |= {"told_at_date": f"{moment:%Y-%m-%d}", "told_at_time": f"{moment:%H:%M}"}
    return Plan(
        kind=INFORMED,
        address=f"/courses/{target.uid}/call/informed/",
        target=target,
        marker=marker,
        typed={name: [value] for name, value in typed.items()},
        wanted=lambda _: (Fact(target.uid, {"kind": "informed", "of": marker}),),
    )


def answered_call(shift: Shift, chance: random.Random, marker: str) -> Plan:
    """Whoever is signed in answers, and nobody else."""
    target = shift.target(chance)
    return Plan(
        kind=ANSWERED,
        address=f"/courses/{target.uid}/call/answer/",
        target=target,
        marker=marker,
        typed={"page": ["chart"]},
        wanted=lambda _: (Fact(target.uid, {"kind": "answered", "of": "nurse_in_charge"}),),
    )
