"""Calls as a test of messages needs them, and a service that takes what is sent to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from patients import door
from patients.models import Course, User
from patients.rounds.messages.outbox import write_messages
from patients.rounds.messages.site_messages import SiteMessages
from patients.rounds.models import Escalation, EscalationEvent
from patients.rounds.rules.calls import Answering, CallEventKind, CallOutcome
from patients.rounds.rules.causes import Cause, CauseKind
from patients.rounds.rules.policy import PolicyStep
from patients.rounds.stored_calls import call_stored
from patients.rounds.writing import insert, write_fields
from patients.write_queue import in_turn

AT = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
"""When the call is opened: 10:00 in Madrid."""
ON_CALL = PolicyStep("physician on call", "Bleep 4711", "on_call", 10)
UNADDRESSED = PolicyStep("nurse in charge", "Bleep 4712", "", 5)
ICU = PolicyStep("intensive care", "", "icu", 5)
SITE = SiteMessages(
    {"on_call": "json://127.0.0.1:9/pass-word", "icu": "json://127.0.0.1:9/icu-pass-word"},
    base_url="https://cartox.example.org",
)


def event(escalation: Escalation, kind: CallEventKind, by: User, at: datetime, **data: Any) -> None:
    """The next event of a call."""
    number = escalation.events.count() + 1
    row = EscalationEvent(
        escalation=escalation, number=number, kind=kind, at=at, recorded_at=at, by=by, data=data
    )
    insert(row)


def causes(text: str, grade: int, steps: tuple[PolicyStep, ...]) -> dict[str, Any]:
    since = AT - timedelta(minutes=20)
    cause = Cause(text, CauseKind.RISE, "an-entry", "assessment", text, since, grade, "crs")
    policy = [step.to_json() for step in steps]
    return {"causes": [cause.to_json()], "grade": grade, "step": "", "policy": policy}


def open_call(
    course: Course,
    by: User,
    *,
    steps: tuple[PolicyStep, ...] = (ON_CALL,),
    grade: int = 2,
    text: str = "CRS 2, was 1: oxygen 2 L/min",
) -> Escalation:
    """A call of this moment with its messages, in one transaction."""
    with in_turn():
        call = insert(Escalation(course=course, ward=course.ward, recorded_at=AT, recorded_by=by))
        event(call, CallEventKind.OPENED, by, AT, **causes(text, grade, steps))
        write_messages(call, call_stored(call))
    return call


def add(call: Escalation, by: User, at: datetime, steps: tuple[PolicyStep, ...]) -> None:
    """Something further happens while the call is open."""
    event(call, CallEventKind.ADDED, by, at, **causes("CRS 3, was 2", 3, steps))
    write_messages(call, call_stored(call))


def amend_bed(course: Course, by: User, bed: str) -> None:
    door.amend(course, by=by, reason="moved", changes={"bed": bed})


def answer(call: Escalation, by: User, role: Answering, at: datetime = AT) -> None:
    event(call, CallEventKind.ANSWERED, by, at, role=role)


def close(call: Escalation, by: User, at: datetime = AT) -> None:
    outcome = CallOutcome.ATTENDED
    event(call, CallEventKind.CLOSED, by, at, outcome=outcome)
    write_fields(call, closed_at=at, closed_by=by, outcome=outcome)


@dataclass
class Receiver:
    """A service on this computer: what came, and how it answers."""

    port: int = 0
    answers: int = 200
    came: list[dict[str, Any]] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/pass-word"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that answers at once, until `may_answer` is cleared."""
    receiver = Receiver()
    receiver.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            receiver.came.append(json.loads(self.rfile.read(length)))
            receiver.arrived.set()
            receiver.may_answer.wait(timeout=60)
            self.send_response(receiver.answers)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.may_answer.set()
        server.shutdown()
        thread.join()
        server.server_close()
