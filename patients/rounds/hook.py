"""What the round does at every regrade, in the same transaction (`CARTOX_IN_TRANSACTION`)."""

from __future__ import annotations

from patients.regrading.hooks import Regraded
from patients.rounds.calls.after_regrade import call_after_regrade
from patients.rounds.due.facts import facts_of
from patients.rounds.writing import store_round_row


def after_regrade(regraded: Regraded) -> None:
    """Store the facts of the course, then open, add to or withdraw its call."""
    facts = facts_of(regraded.graded, regraded.after)
    store_round_row(regraded.course, at=regraded.at, facts=facts.to_json())
    call_after_regrade(regraded, facts)
