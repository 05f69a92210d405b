"""Send one message: claim it, send it, write down what became of it.

A message is sent outside of every transaction, between two short ones. Whatever ends the worker
in between, the row still says that sending began, and the next attempt says so to the reader: a
service that failed or never answered may have passed the message on.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django_tasks import task

from patients import clock
from patients.rounds.messages.message_text import AGAIN, text_of
from patients.rounds.messages.site_messages import SiteMessages
from patients.rounds.models import Message
from patients.rounds.models.messages import UNSENT
from patients.rounds.rules.calls import Call, CallState
from patients.rounds.stored_calls import call_stored
from patients.rounds.writing import write_where
from patients.write_queue import in_turn

CLAIM_HOLDS = timedelta(minutes=2)
"""A worker that has not ended an attempt by then is taken for killed."""
PAUSES = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
)
"""Between one failure and the next attempt; after the last of them a message is given up."""
MOST_ATTEMPTS = len(PAUSES) + 1
ENDED_EACH_TIME = "The worker was ended at every attempt."


@task()
def deliver(message_uid: str) -> str:
    """Send a message that is due, free and still needed; says what became of it."""
    return attempt(uuid.UUID(message_uid))


def attempt(uid: uuid.UUID) -> str:
    """The same for the sweep, which has no task."""
    claimed = claim(uid)
    if claimed is None:
        return "not sent now"
    failure = sent_to(claimed.address, claimed.text)
    end_attempt(claimed, failure)
    return failure or "sent"


def due(now: datetime) -> Q:
    """Messages to be sent now that no living worker has."""
    free = Q(claim__isnull=True) | Q(claimed_at__lte=now - CLAIM_HOLDS)
    return UNSENT & Q(next_attempt_at__lte=now) & free


def claim(uid: uuid.UUID) -> Message | None:
    """Take a message for this attempt; None where it is not due, another has it or none needs it.

    Of several workers one gets it: the row is written only where nobody counted an attempt since.
    """
    with in_turn():
        now = clock.now()
        rows = Message.objects.select_related(
            "escalation__course__patient", "escalation__course__ward"
        )
        message = rows.filter(due(now), uid=uid).first()
        if message is None:
            return None
        unchanged = UNSENT & Q(pk=message.pk, attempts=message.attempts)
        call = call_stored(message.escalation)
        if not still_needed(message, call):
            write_where(Message, unchanged, dropped_at=now, claim=None)
            return None
        if message.attempts >= MOST_ATTEMPTS:
            write_where(Message, unchanged, given_up_at=now, claim=None, error=ENDED_EACH_TIME)
            return None
        site: SiteMessages = settings.CARTOX_MESSAGES
        message.text = text_of(message.escalation.course, call, message.step, site)
        if message.attempts:
            message.text += f"\n{AGAIN}"
        message.claim, message.claimed_at = uuid.uuid4(), now
        message.attempts += 1
        names = ("text", "claim", "claimed_at", "attempts")
        is_mine = write_where(
            Message, unchanged, **{name: getattr(message, name) for name in names}
        )
        return message if is_mine else None


def still_needed(message: Message, call: Call) -> bool:
    """Whether the climb that wrote it still goes on: not answered, not closed, not begun anew."""
    waits = call.state in (CallState.UNANSWERED, CallState.HALF_ANSWERED)
    return waits and message.round == call.climb_number


def sent_to(address: str, text: str) -> str:
    """Hand a text to the service of an address; empty, or why it was not taken."""
    from patients.rounds.messages.sending import send

    site: SiteMessages = settings.CARTOX_MESSAGES
    if address not in site.addresses:
        return "The settings have no address of this name."
    subject, _, rest = text.partition("\n")
    return send(site.addresses[address], subject, rest)


def end_attempt(claimed: Message, failure: str) -> None:
    """Write down the end of an attempt, unless another worker has taken the message over."""
    with in_turn():
        now = clock.now()
        mine = UNSENT & Q(pk=claimed.pk, claim=claimed.claim)
        if not failure:
            write_where(Message, mine, sent_at=now, claim=None, error="")
        elif claimed.attempts >= MOST_ATTEMPTS:
            write_where(Message, mine, given_up_at=now, claim=None, error=failure)
        else:
            again_at = now + PAUSES[claimed.attempts - 1]
            if write_where(Message, mine, next_attempt_at=again_at, claim=None, error=failure):
                deliver.using(run_after=again_at).enqueue(str(claimed.uid))
