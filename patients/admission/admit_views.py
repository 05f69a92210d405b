"""Admit: open a course for somebody new, or for a patient who was here before."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from patients import door
from patients.admission.admit_form import AdmitForm, ReadmitForm, Reception
from patients.door.refusals import Refused
from patients.forms.remarks import TAPPED_OFFER, with_offer
from patients.forms.submit import course_to_enter, go_to_chart, refusal_text
from patients.models import Course, Patient, User
from patients.permissions import check_can_enter
from patients.words.identity import identity_of

AnyForm = AdmitForm | ReadmitForm
MakeForm = Callable[[QueryDict | None, Reception], AnyForm]


@require_http_methods(["GET", "POST"])
def admit_patient(request: HttpRequest) -> HttpResponseBase:
    """Somebody comes onto the ward."""
    check_can_enter(request.user)

    def make_form(data: QueryDict | None, reception: Reception) -> AnyForm:
        return AdmitForm(data, bedside=reception)

    return _answer(request, make_form, {})


@require_http_methods(["GET", "POST"])
def readmit(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """A new course for the patient of this one."""
    earlier = course_to_enter(request, uid)

    def make_form(data: QueryDict | None, reception: Reception) -> AnyForm:
        return ReadmitForm(data, bedside=reception, patient=earlier.patient)

    page = {"course": earlier, "identity": identity_of(earlier, timezone.now())}
    return _answer(request, make_form, page)


def _answer(request: HttpRequest, make_form: MakeForm, page: dict[str, Any]) -> HttpResponseBase:
    data = with_offer(request.POST) if TAPPED_OFFER in request.POST else request.POST
    form = make_form(data if request.method == "POST" else None, _reception(request))
    if request.method != "POST" or TAPPED_OFFER in request.POST:
        return _show(request, form, page)
    if not form.is_valid():
        return _show(request, form, page, status=422)
    try:
        course = _open(form, by=form.reception.user)
    except (Refused, ValidationError) as refusal:
        form.add_error(None, refusal_text(refusal))
        return _show(request, form, page, status=422)
    messages.success(request, f"Admitted: {course.patient.display_name}, {course.ward.name}.")
    return go_to_chart(request, course)


def _reception(request: HttpRequest) -> Reception:
    user = request.user
    wards = list(user.wards.all()) if isinstance(user, User) else []
    if not isinstance(user, User) or not wards:
        raise PermissionDenied("You belong to no ward yet, so there is none to admit to.")
    return Reception(user, wards, timezone.now(), request.POST.get("ward", ""))


def _show(
    request: HttpRequest, form: AnyForm, page: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    form.was_refused = status == HTTPStatus.UNPROCESSABLE_ENTITY
    form.put_focus()
    return render(request, "admission/admit.html", {"form": form, **page}, status=status)


def _open(form: AnyForm, *, by: User) -> Course:
    patient = _patient(form)
    course = Course(uid=form.value("uid"), **form.treatment(), **form.place())
    is_new = patient._state.adding
    return door.admit(patient, course, by=by, reason="admitted" if is_new else "readmitted")


def _patient(form: AnyForm) -> Patient:
    """The patient of the earlier course, the one whose MRN was typed, or a new one."""
    if isinstance(form, ReadmitForm):
        return form.patient
    return Patient(**form.person()) if form.readmitted is None else form.readmitted
