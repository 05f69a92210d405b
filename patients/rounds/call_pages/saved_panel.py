"""The panel after a save that opened a call or added to it: whom to call, and “told whom, when”."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import timezone

from patients.forms.saved import SavedForm
from patients.permissions import has_right
from patients.rights import ANSWER_CALL
from patients.rounds.call_pages.calls_of_course import asks_whom, open_call_of
from patients.rounds.call_pages.chart_section import open_call_context


def call_to_tell(saved: SavedForm) -> str:
    """Whom to call, with the two taps, as long as nobody was told; empty without an open call."""
    course = saved.course
    call = open_call_of(course)
    if call is None or not asks_whom(call) or not has_right(saved.request.user, ANSWER_CALL):
        return ""
    context = open_call_context(saved.request, course, call, timezone.now(), page="chart")
    return render_to_string(
        "rounds/_saved_call.html", context | {"course": course}, request=saved.request
    )
