"""The page of the calls of a course, and what is done to an open call: told, answered, closed.

Chart, panel after a save and page of the call post here. What was done leads back to the page it
came from; a refusal shows the whole form with everything tapped and typed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from patients.door.refusals import Refused
from patients.forms.submit import FormPage
from patients.models import Course, User
from patients.permissions import check_right, get_course_or_404
from patients.rights import ANSWER_CALL
from patients.rounds.call_pages.call_forms import (
    AnswerForm,
    CallEndForm,
    CallForm,
    InformedForm,
    with_moment,
    with_open_call,
)
from patients.rounds.call_pages.call_words import call_for_handover, subject_of
from patients.rounds.call_pages.calls_of_course import calls_of_course, open_call_of
from patients.rounds.call_pages.chart_section import events_shown, open_call_context
from patients.rounds.calls import acts
from patients.rounds.calls.acts import CallMovedOn, Ending
from patients.rounds.rules.calls import CallOutcome
from patients.words import wording
from patients.words.identity import identity_of

Doing = Callable[[Course, Any, User], datetime]
"""Does what a valid form says, and answers the moment at which it was recorded."""

CHART = "chart"


@require_GET
def call(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The open call with its taps, and every call of the course with all that happened."""
    course = get_course_or_404(request.user, uid)
    now = timezone.now()
    context = {
        "course": course,
        "identity": identity_of(course, now),
        "as_of": f"As of {wording.long_date_and_time(now, course.zone)}, {course.ward.name}",
        "event_heads": ("What happened",),
        "told_calls": [
            (each.call, subject_of(each.call), events_shown(each, course))
            for each in calls_of_course(course)
        ],
    }
    context |= open_call_context(request, course, open_call_of(course), now, page="call")
    return render(request, "rounds/call.html", context)


@require_http_methods(["GET", "POST"])
def call_informed(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Record whom somebody told of the call, and when."""

    def tell(course: Course, form: InformedForm, person: User) -> datetime:
        who, told_at = form.whom(), form.value("told_at")
        at = acts.inform(
            course, form.value("call"), who=who, told_at=told_at, by=person, uid=form.value("uid")
        )
        clock = wording.clock_or_date(told_at, at, course.zone)
        messages.success(request, f"Saved: told {who}, {clock}.")
        return at

    return _page(request, uid, InformedForm, tell, field="told_at")


@require_http_methods(["GET", "POST"])
def call_answer(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Answer the call, in the role of the account that is signed in."""

    def answer(course: Course, form: AnswerForm, person: User) -> datetime:
        numbers = {name: form.value(name) for name in ("uid", "climb")}
        at = acts.answer(course, form.value("call"), by=person, **numbers)
        messages.success(request, f"Saved: you answered, {wording.time_of_day(at, course.zone)}.")
        return at

    return _page(request, uid, AnswerForm, answer, field="")


@require_http_methods(["GET", "POST"])
def call_close(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Close the call with its outcome."""

    def close(course: Course, form: CallEndForm, person: User) -> datetime:
        outcome = CallOutcome(form.value("outcome"))
        ending = Ending(outcome, seen_at=form.value("seen_at"), plan=form.plan_in_words())
        numbers = {name: form.value(name) for name in ("uid", "climb")}
        at = acts.close_call(course, form.value("call"), ending, by=person, **numbers)
        messages.success(request, f"Saved: the call is closed, {outcome.label}.")
        return at

    return _page(request, uid, CallEndForm, close, field="seen_at")


def _page(
    request: HttpRequest, uid: UUID, kind: type[CallForm], do: Doing, *, field: str
) -> HttpResponseBase:
    """One form about the open call; `field` is the moment that a button of one tap stands for."""
    course = get_course_or_404(request.user, uid)
    check_right(request.user, ANSWER_CALL)
    about = open_call_of(course)
    if request.method == "GET" and about is None:
        messages.warning(request, "No call is open. Nothing is to be recorded.")
        return redirect("call", uid=course.uid)
    person, done_at = cast("User", request.user), []
    if request.method == "POST":
        sent = with_moment(request.POST, field, timezone.now(), course.zone)
        request.POST = cast("Any", with_open_call(sent, about))

    def save(form: Any) -> datetime:
        done_at.append(do(course, form, person))
        return done_at[0]

    page = FormPage(
        request,
        course,
        "rounds/call_form.html",
        partial(kind, about=about),
        save,
        compare=partial(_moved_on, course),
    )
    page.context = {"kind": kind.__name__} | open_call_context(
        request, course, about, timezone.now(), page="call"
    )
    answer = page.answer()
    return _back(request, course) if done_at else answer


def _back(request: HttpRequest, course: Course) -> HttpResponseBase:
    """To the page from which the form was sent: the chart, or the page of the call."""
    name = "chart" if request.POST.get("page") == CHART else "call"
    address = reverse(name, kwargs={"uid": course.uid})
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)


def _moved_on(course: Course, refusal: Refused, form: Any) -> dict[str, Any] | None:
    """What is stored of the call, beside what was sent, where another was faster."""
    if not isinstance(refusal, CallMovedOn):
        return None
    stored = [each for each in calls_of_course(course) if each.call.uid == form.value("call")]
    story = "; ".join(call_for_handover(each.call, course.zone) for each in stored)
    return {
        "what": "this call has changed",
        "stored_by": "; ".join(each.happened[-1].by for each in stored),
        "pairs": [("Call", story, form.in_words())],
        "ways_on": [],
    }
