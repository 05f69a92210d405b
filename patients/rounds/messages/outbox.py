"""Write the messages of a call, in the transaction of the call."""

from __future__ import annotations

import uuid

from django.conf import settings

from patients.models import Course
from patients.rounds.messages.deliver import deliver
from patients.rounds.messages.message_text import text_of
from patients.rounds.messages.site_messages import SiteMessages
from patients.rounds.models import Escalation, Message
from patients.rounds.rules.calls import Call
from patients.rounds.writing import insert


def write_messages(escalation: Escalation, call: Call) -> None:
    """One message for each step of the climb whose address is one of this site.

    Called after the event `opened` or `added` was written; writes nothing where the site has no
    addresses. The task that sends a message is stored with it, in the caller's transaction.
    """
    site: SiteMessages = settings.CARTOX_MESSAGES
    steps = enumerate(call.policy)
    addressed = [(number, step) for number, step in steps if step.address in site.addresses]
    if not addressed:
        return
    course = Course.objects.select_related("patient", "ward").get(pk=escalation.course_id)
    reached_at = [call.climbs_from, *call.step_ends()]
    for number, step in addressed:
        message = Message(
            uid=uuid.uuid5(escalation.uid, f"{call.climb_number} {number} {step.address}"),
            escalation=escalation,
            step=number,
            round=call.climb_number,
            address=step.address,
            text=text_of(course, call, number, site),
            not_before=reached_at[number],
            next_attempt_at=reached_at[number],
        )
        if insert(message) is message:
            deliver.using(run_after=message.not_before).enqueue(str(message.uid))
