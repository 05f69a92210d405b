"""The pages on which a nurse says that a patient is away, or why a part was not done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from patients.door.refusals import Refused
from patients.forms.course_form import CourseForm
from patients.forms.submit import (
    FormPage,
    course_to_enter,
    open_course_to_enter,
)
from patients.models import Course, User
from patients.rounds.due.interruptions import (
    come_back,
    leave_out,
    leave_ward,
    newest_omission,
    omission_in_words,
    pause_in_words,
    withdraw,
)
from patients.rounds.models import Omission, Pause
from patients.rounds.pages.interruption_forms import (
    ROUND,
    InterruptionForm,
    NotDoneForm,
    PauseForm,
    WithdrawForm,
)
from patients.rounds.rules.clocks import Clock, NotDoneReason

WHAT_IS_NOT_DONE = {
    Clock.VITALS: "Vital signs not done",
    Clock.NEURO: "ICE or CAPD not done",
    Clock.LABS: "Laboratory not done",
}


@require_http_methods(["GET", "POST"])
def pause_new(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Say that the patient is away from the ward, why, and until when."""
    course = open_course_to_enter(request, uid)

    def save(form: Any) -> datetime:
        row = Pause(course=course, **form.row_values())
        return leave_ward(row, lasting=form.lasting(), by=cast("User", request.user))

    return _page(request, course, "rounds/pause.html", PauseForm, save).answer()


@require_http_methods(["GET", "POST"])
def pause_end(request: HttpRequest, uid: UUID, pause_uid: UUID) -> HttpResponseBase:
    """The patient is back: the button “back now” of the round view and the chart posts here."""
    course = course_to_enter(request, uid)
    people = Pause.objects.select_related("recorded_by")
    pause = get_object_or_404(people, course=course, uid=pause_uid)
    pause.course = course

    def save(form: Any) -> datetime:
        return come_back(pause, by=cast("User", request.user))

    page = _page(request, course, "rounds/back.html", InterruptionForm, save)
    page.context |= {"stands": pause_in_words(pause, timezone.now())}
    return page.answer()


@require_http_methods(["GET", "POST"])
def pause_withdraw(request: HttpRequest, uid: UUID, pause_uid: UUID) -> HttpResponseBase:
    """Say that a pause was entered in error, and why."""
    course = course_to_enter(request, uid)
    pause = get_object_or_404(
        Pause.objects.select_related("recorded_by"), course=course, uid=pause_uid
    )
    pause.course = course
    return _withdraw_page(request, pause, pause_in_words(pause, timezone.now()))


@require_http_methods(["GET", "POST"])
def not_done(request: HttpRequest, uid: UUID, clock: str) -> HttpResponseBase:
    """Say why a part that is due is not done: a tap on the reason saves."""
    course = open_course_to_enter(request, uid)
    if clock not in list(Clock):
        raise Http404("There is no such part of a round.")
    part = Clock(clock)
    newest = newest_omission(course, part)

    def make_form(data: Any, **kwargs: Any) -> NotDoneForm:
        form = NotDoneForm(data, **kwargs)
        form.initial["after"] = None if newest is None else newest.uid
        return form

    def save(form: Any) -> datetime:
        row = Omission(course=course, clock=part.value, **form.row_values())
        try:
            return leave_out(row, after=form.value("after"), by=cast("User", request.user))
        except Refused:
            if (latest := newest_omission(course, part)) is not None:
                form.recorded_meanwhile(latest.uid)
            raise

    page = _page(request, course, "rounds/not_done.html", make_form, save)
    page.context |= {
        "what": WHAT_IS_NOT_DONE[part],
        "reasons": [(each.value, each.label) for each in NotDoneReason],
        "before": "" if newest is None else omission_in_words(newest, timezone.now()),
    }
    return page.answer()


@require_http_methods(["GET", "POST"])
def not_done_withdraw(
    request: HttpRequest, uid: UUID, clock: str, omission_uid: UUID
) -> HttpResponseBase:
    """Say that a reason was entered in error, and why."""
    course = course_to_enter(request, uid)
    rows = Omission.objects.select_related("recorded_by")
    omission = get_object_or_404(rows, course=course, clock=clock, uid=omission_uid)
    omission.course = course
    return _withdraw_page(request, omission, omission_in_words(omission, timezone.now()))


def _withdraw_page(request: HttpRequest, row: Pause | Omission, words: str) -> HttpResponseBase:
    def save(form: Any) -> datetime:
        return withdraw(row, reason=form.words("reason"), by=cast("User", request.user))

    page = _page(request, row.course, "rounds/withdraw.html", WithdrawForm, save)
    page.context |= {"stands": f"{words[:1].upper()}{words[1:]}"}
    return page.answer()


def _page(
    request: HttpRequest,
    course: Course,
    template: str,
    make_form: Callable[..., CourseForm],
    save: Callable[[Any], datetime],
) -> FormPage:
    """A form page that leads back to where it was opened."""

    def opened_from(data: Any, **kwargs: Any) -> CourseForm:
        form = make_form(data, **kwargs)
        form.initial["back_to"] = _opened_from(request)
        return form

    def go_on(at: datetime) -> HttpResponseBase:
        return _back(request, course)

    page = FormPage(request, course, template, opened_from, save, go_on=go_on)
    page.context = {"back": _address_back(request, course)}
    return page


def _opened_from(request: HttpRequest) -> str:
    return request.POST.get("back_to", "") or request.GET.get("back_to", "")


def _address_back(request: HttpRequest, course: Course) -> str:
    """The round view at the row of this patient, or the chart."""
    if _opened_from(request) == ROUND:
        round_view = reverse("rounds", query={"ward": str(course.ward_id)})
        return f"{round_view}#round-{course.uid}"
    return reverse("chart", args=[course.uid])


def _back(request: HttpRequest, course: Course) -> HttpResponseBase:
    """Lead back after a request of a script and after a plain one."""
    address = _address_back(request, course)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)
