"""A worker that sends messages while others save, for `python -m benchmarks.saves --messages N`."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command

from benchmarks.writers import start, wait_for
from patients.clock import now
from patients.models import Course, User
from patients.rounds.messages import deliver, outbox
from patients.rounds.messages.site_messages import SiteMessages
from patients.rounds.models import Escalation, EscalationEvent
from patients.rounds.rules.calls import CallEventKind
from patients.rounds.rules.causes import Cause, CauseKind
from patients.rounds.rules.policy import PolicyStep
from patients.rounds.stored_calls import call_stored
from patients.rounds.writing import insert
from patients.write_queue import in_turn

SITE = SiteMessages({"service": "json://127.0.0.1:9"}, base_url="https://cartox.example.org")


@contextmanager
def worker_beside(course: Course, by: User, messages: int) -> Iterator[None]:
    """A worker that looks every second and has so many messages to send at once, and none more.

    The service takes each in no time: what is measured are the worker's looks and writes.
    """
    settings.CARTOX_MESSAGES = SITE
    if messages:
        _call(course, by, messages)
    pid = start(_work)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGKILL)
        wait_for([pid])


def _work() -> None:
    deliver.sent_to = lambda *_: ""
    call_command("rounds_worker", every=1)


def _call(course: Course, by: User, messages: int) -> None:
    """A call whose steps all have been reached."""
    at = now() - timedelta(minutes=messages)
    step = PolicyStep("physician on call", "", "service", 1)
    cause = Cause("worried", CauseKind.WORRIED, "", "assessment", "worried", at, 0)
    data = {
        "causes": [cause.to_json()],
        "grade": 0,
        "step": "",
        "policy": [step.to_json()] * messages,
    }
    with in_turn():
        call = Escalation(
            uid=uuid4(), course=course, ward=course.ward, recorded_at=at, recorded_by=by
        )
        insert(call)
        opened = EscalationEvent(
            escalation=call,
            number=1,
            kind=CallEventKind.OPENED,
            at=at,
            recorded_at=at,
            by=by,
            data=data,
        )
        insert(opened)
        outbox.write_messages(call, call_stored(call))
