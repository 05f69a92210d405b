"""The ward handed over and taken over: what nurses do, and what is stored of it.

One nurse hands over to another, who takes over before her next form, unless the ward was handed
over anew meanwhile. Both forms are sent without a script, as their pages do.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from benchmarks.faults.saves import Fact, Save, Trace
from benchmarks.faults.ward.shift import Entry, Plan, Shift, Target
from patients.rounds.models import Handover

HANDED, TAKEN = "ward handed over", "ward taken over"
SECTION = "handovers"
HANDS_OVER = 0.05
"""How often a nurse hands over in place of another form."""


def handover(shift: Shift, chance: random.Random, marker: str, name: str) -> Plan | None:
    """Take over what waits for this nurse, else, now and then, hand over to another one."""
    waiting = shift.take(chance, lambda entry: (entry.section, entry.at) == (SECTION, name))
    if waiting is not None:
        return _take_over(waiting, marker, name)
    if chance.random() < HANDS_OVER:
        return _hand_over(shift, chance, marker, name)
    return None


def _hand_over(shift: Shift, chance: random.Random, marker: str, name: str) -> Plan:
    ward = shift.target(chance).ward
    to = chance.choice([other for other in shift.people if other != name])
    target = Target("", to, ward)
    return Plan(
        kind=HANDED,
        address=f"/handover/?ward={ward}",
        target=target,
        marker=marker,
        typed={"to": [shift.people[to]]},
        wanted=lambda _: (Fact(ward, {"to": to}),),
        leaves=lambda form: (Entry(target, SECTION, form, to),),
        has_script=False,
    )


def _take_over(waiting: Entry, marker: str, name: str) -> Plan:
    ward = waiting.target.ward
    return Plan(
        kind=TAKEN,
        address=f"/handover/{waiting.uid}/",
        target=Target("", f"Taken over by {name}", ward),
        marker=marker,
        typed={},
        wanted=lambda form: (Fact(ward, {"taken over": form}),),
        has_script=False,
    )


def handed_over(save: Save) -> Iterable[Trace]:
    """The handover of this form, signed by whoever handed over."""
    for row in Handover.objects.filter(uid=save.form).select_related("handed_to", "recorded_by"):
        yield Trace(
            Fact(str(row.ward_id), {"to": row.handed_to.username}), row.recorded_by.username
        )


def taken_over(save: Save) -> Iterable[Trace]:
    """The handover of this form once it is accepted, signed by whoever accepted it."""
    rows = Handover.objects.filter(uid=save.form).exclude(accepted_at=None)
    for row in rows.select_related("accepted_by"):
        if row.accepted_by is not None:
            fact = Fact(str(row.ward_id), {"taken over": str(row.uid)})
            yield Trace(fact, row.accepted_by.username)


def stray_handovers(saves: Sequence[Save]) -> list[Handover]:
    """Handovers that no form asked for, and those that were taken over without a form for it."""
    handed = {save.form for save in saves if save.kind == HANDED}
    taken = {save.form for save in saves if save.kind == TAKEN}
    return [
        row
        for row in Handover.objects.all()
        if str(row.uid) not in handed or (row.accepted_at is not None and str(row.uid) not in taken)
    ]
