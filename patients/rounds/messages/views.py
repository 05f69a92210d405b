"""The page of the messages about open calls: what was sent, what waits, what failed."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from patients.permissions import courses_visible_to
from patients.rounds.messages.failures import LATE_AFTER, OF_OPEN_CALLS
from patients.rounds.models import Message
from patients.words import wording
from patients.words.identity import identity_of


@require_GET
def round_messages(request: HttpRequest) -> HttpResponse:
    """The messages about the open calls of my wards."""
    now = timezone.now()
    rows = (
        Message.objects.filter(
            OF_OPEN_CALLS, escalation__course__in=courses_visible_to(request.user)
        )
        .select_related("escalation__course__patient", "escalation__course__ward")
        .order_by("escalation__course__ward__name", "escalation_id", "round", "step", "pk")
    )
    lines = []
    for message in rows:
        course = message.escalation.course
        is_trouble, text = state_in_words(message, now, course.zone)
        lines.append((course, identity_of(course, now), message.address, is_trouble, text))
    context = {"lines": lines, "has_addresses": bool(settings.CARTOX_MESSAGES.addresses)}
    return render(request, "rounds/messages.html", context)


def state_in_words(message: Message, now: datetime, zone: tzinfo) -> tuple[bool, str]:
    """Whether somebody has to act, and what became of a message so far."""
    if message.sent_at is not None:
        tries = "" if message.attempts == 1 else f", at attempt {message.attempts}"
        return False, f"sent {_at(message.sent_at, now, zone)}{tries}"
    if message.dropped_at is not None:
        return False, f"not needed any more {_at(message.dropped_at, now, zone)}"
    if message.given_up_at is not None:
        at = _at(message.given_up_at, now, zone)
        return True, f"not sent: given up {at} after {message.attempts} attempts. {message.error}"
    if message.next_attempt_at <= now - LATE_AFTER:
        since = _at(message.next_attempt_at, now, zone)
        return True, f"not sent: waits since {since}, because no worker runs"
    if message.attempts:
        again = _at(message.next_attempt_at, now, zone)
        return True, f"not sent yet: attempt {message.attempts + 1} from {again}. {message.error}"
    return False, f"to be sent {_at(message.not_before, now, zone)}, if nobody has answered by then"


def _at(at: datetime, now: datetime, zone: tzinfo) -> str:
    return wording.clock_or_date(at, now, zone)
