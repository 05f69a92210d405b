"""The models of the ward's round."""

from patients.rounds.models.escalations import Escalation, EscalationEvent
from patients.rounds.models.handovers import Handover, HandoverNote
from patients.rounds.models.home_contacts import HomeContact
from patients.rounds.models.interruptions import Omission, Pause
from patients.rounds.models.messages import Message
from patients.rounds.models.round_rows import RoundRow
from patients.rounds.models.settings import RoundSettings

__all__ = [
    "Escalation",
    "EscalationEvent",
    "Handover",
    "HandoverNote",
    "HomeContact",
    "Message",
    "Omission",
    "Pause",
    "RoundRow",
    "RoundSettings",
]
