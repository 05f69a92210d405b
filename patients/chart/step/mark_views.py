"""The page on which a line of the step is marked; the buttons on the chart post here too."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from patients import door
from patients.chart.step.mark_form import MarkForm, tapped
from patients.door.refusals import AlreadyDecided
from patients.forms.submit import FormPage, open_course_to_enter
from patients.models import StepMark, User
from patients.permissions import has_right
from patients.rights import DECLINE


@require_POST
def mark_line(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Mark a line as done, deferred or declined. The chart sends the line as it was shown."""
    course = open_course_to_enter(request, uid)
    request.POST = cast("Any", tapped(request.POST))

    def save(form: Any) -> datetime:
        row = StepMark(course=course, **form.row_values())
        person = cast("User", request.user)
        try:
            door.mark(row, deferred_for=form.delay(), after=form.value("after"), by=person)
        except AlreadyDecided as refusal:
            form.marked_meanwhile(refusal.row)
            raise
        return row.recorded_at

    make_form = partial(MarkForm, may_decline=has_right(request.user, DECLINE))
    page = FormPage(request, course, "chart/step/mark.html", make_form, save)
    page.context = {"line_text": request.POST.get("text", "")}
    return page.answer()
