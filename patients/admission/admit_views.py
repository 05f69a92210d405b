"""The pages that open a course, for somebody new or for a patient who was here before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from patients import door
from patients.admission.admit_form import AdmitForm, ReadmitForm, Reception
from patients.door.refusals import AlreadyAdmitted, Refused, UnusableNumber
from patients.forms.remarks import TAPPED_OFFER, with_offer
from patients.forms.saved import admission_saved
from patients.forms.submit import (
    course_to_enter,
    go_to_chart,
    refusal_text,
    refuse_if_opened_by_another,
    typed_values,
)
from patients.models import Course, Patient, User
from patients.permissions import check_can_enter
from patients.words import change_words, wording
from patients.words.identity import identity_of

PLACE = frozenset({"ward", "bed"})

AdmissionForm = AdmitForm | ReadmitForm


@require_http_methods(["GET", "POST"])
def admit_patient(request: HttpRequest) -> HttpResponseBase:
    """Admit somebody to one of the user's wards."""
    check_can_enter(request.user)
    return _answer(request, AdmitForm, {})


@require_http_methods(["GET", "POST"])
def readmit(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Open a new course for the patient of this one."""
    earlier = course_to_enter(request, uid)
    page = {"course": earlier, "identity": identity_of(earlier, timezone.now())}
    return _answer(request, partial(ReadmitForm, patient=earlier.patient), page)


def _answer(
    request: HttpRequest, make_form: Callable[..., AdmissionForm], page: dict[str, Any]
) -> HttpResponseBase:
    """Show the form, fill in an offer, refuse, or open the course."""
    user = request.user
    wards = list(user.wards.all()) if isinstance(user, User) else []
    if not isinstance(user, User) or not wards:
        raise PermissionDenied("You belong to no ward yet, so there is none to admit to.")
    if (anothers := refuse_if_opened_by_another(request)) is not None:
        return anothers
    reception = Reception(user, wards, timezone.now(), request.POST.get("ward", ""))
    form = make_form(request.POST if request.method == "POST" else None, bedside=reception)
    if TAPPED_OFFER in request.POST:
        data = with_offer(request.POST, form.input_names())
        form = make_form(data, bedside=reception)
    if request.method != "POST" or TAPPED_OFFER in request.POST:
        return _show(request, form, page)
    try:
        if not form.is_valid() and _opened_before(request, user):
            form.was_sent_before = True
            form.full_clean()  # without what was checked and answered the first time
        if not form.is_valid():
            return _show(request, form, page, status=422)
        course = _open_course(form, by=user)
    except AlreadyAdmitted as other:
        return _overtaken(request, other)
    except UnusableNumber as refusal:
        form.add_error(None, str(refusal))
        form.number_anew()
        return _show(request, form, page, status=422)
    except (Refused, ValidationError) as refusal:
        form.add_error(None, refusal_text(refusal))
        return _show(request, form, page, status=422)
    return go_to_chart(request, course, admission_saved())


def _opened_before(request: HttpRequest, user: User) -> bool:
    """Whether this very form opened a course before."""
    try:
        return door.admission_of(UUID(request.POST.get("uid", "")), by=user) is not None
    except ValueError:
        return False  # the form says that its number is lost


def _overtaken(request: HttpRequest, other: AlreadyAdmitted) -> HttpResponse:
    """The page that shows the course stored by this form beside what was typed now."""
    course, names = other.course, set(other.different)
    pages = {
        "patient_correct": ("a correction of the patient", Patient.AMENDABLE),
        "course_correct": ("a correction of the treatment", Course.AMENDABLE - PLACE),
        "move": ("a move", PLACE),
    }
    page = {
        "course": course,
        "identity": identity_of(course, timezone.now()),
        "sentence": str(other),
        "by": other.first.history_user,
        "at": wording.long_date_and_time(other.first.history_date, course.zone),
        "reason": other.first.history_change_reason,
        "pairs": change_words.changes_in_words(other.different, course.zone),
        "typed": [*typed_values(request), ("course_uid", str(course.uid))],
        "ways_on": [
            (reverse(name, kwargs={"uid": course.uid}), label)
            for name, (label, fields) in pages.items()
            if names & fields
        ],
    }
    return render(request, "admission/amended.html", page, status=409)


def _show(
    request: HttpRequest, form: AdmissionForm, page: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    form.was_refused = status == HTTPStatus.UNPROCESSABLE_ENTITY
    form.put_focus()
    return render(request, "admission/admit.html", {"form": form, **page}, status=status)


def _open_course(form: AdmissionForm, *, by: User) -> Course:
    """Open the course of the patient of an earlier one, of the MRN typed, or of a new patient."""
    if isinstance(form, ReadmitForm):
        patient, reason = form.patient, "readmitted"
    elif form.readmitted is not None:
        patient, reason = form.readmitted, "readmitted"
    else:
        patient, reason = Patient(**form.person()), "admitted"
    course = Course(uid=form.value("uid"), **form.treatment(), **form.place())
    return door.admit(patient, course, by=by, reason=reason)
