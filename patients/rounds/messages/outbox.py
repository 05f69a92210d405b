"""Write the messages of a call, in the transaction of the call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from patients.rounds.models import Escalation
from patients.rounds.rules.calls import Call
from patients.rounds.rules.policy import PolicyStep


def write_messages(
    escalation: Escalation, call: Call, policy: Sequence[PolicyStep], at: datetime
) -> None:
    """One message for each step of the climb that begins at `at` and has an address of this site.

    Called after the event `opened` or `added` was written; writes nothing where the site has no
    addresses.
    """
