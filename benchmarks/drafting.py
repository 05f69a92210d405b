"""Drafts that are written while others save, for `python -m benchmarks.saves --drafts N`."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.urls import reverse

from benchmarks.writers import start, wait_for
from patients.drafts import keeping
from patients.drafts.keeping import Typed, keep_draft
from patients.models import Course, User

FORMS = 20
CONTENT = json.dumps([[f"field_{number}", "38.9"] for number in range(100)])


@contextmanager
def drafts_beside(course: Course, by: User, a_second: int) -> Iterator[None]:
    """A process that writes so many drafts a second, as 15 times as many forms do while typing."""
    pid = start(lambda: _write(course, by, a_second))
    try:
        yield
    finally:
        os.kill(pid, signal.SIGKILL)
        wait_for([pid])


def _write(course: Course, by: User, a_second: int) -> None:
    keeping.MOST_A_MINUTE = 60 * a_second + 60
    address = reverse("assessment_new", kwargs={"uid": course.uid})
    forms = [uuid4() for _ in range(FORMS)]
    begun, number = time.monotonic(), 0
    while True:
        typed = Typed(
            address=address,
            form_uid=forms[number % FORMS],
            title="New assessment",
            content=CONTENT,
            revision=number,
            age=timedelta(),
            was_sent=False,
            is_left=True,
        )
        keep_draft(typed, by=by)
        number += 1
        time.sleep(max(0.0, begun + number / a_second - time.monotonic()))
