"""A scan of a wristband: it opens a patient, or is compared with the form that is open."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST

from patients.forms.submit import refuse_if_opened_by_another, typed_values
from patients.forms.whose.wristbands import (
    SCANNED,
    another_wristband,
    course_of_wristband,
    is_wristband_of,
    mrn_in_scan,
    no_wristband,
)
from patients.permissions import get_course_or_404

SCANNED_ON = "scanned_on"
"""The name of the address of the form on which a wristband was scanned."""


@require_POST
def wristband(request: HttpRequest) -> JsonResponse:
    """What the script does with a scan: open a page, fill in an MRN, or say how it compares."""
    text = request.POST.get("text", "")
    mrn = mrn_in_scan(text)
    if uid := _uid(request.POST.get("course", "")):
        course = get_course_or_404(request.user, uid)
        return JsonResponse({"matches": is_wristband_of(course, text)})
    if not mrn:
        return JsonResponse({"says": no_wristband()})
    if "admits" in request.POST:
        return JsonResponse({"mrn": mrn})
    theirs = course_of_wristband(request.user, text)
    if theirs is None:
        return JsonResponse({"says": f"Nobody on your wards has the MRN of this wristband, {mrn}."})
    return JsonResponse({"open": reverse("chart", kwargs={"uid": theirs.uid})})


@require_POST
def wristband_of_another(request: HttpRequest) -> HttpResponseBase:
    """The page that leads a form to the right patient after a scan that does not match."""
    if (anothers := refuse_if_opened_by_another(request)) is not None:
        return anothers
    address = request.POST.get(SCANNED_ON, "")
    uid = _uid_in(address)
    if uid is None:
        return redirect("board")
    course = get_course_or_404(request.user, uid)
    typed = [(name, value) for name, value in typed_values(request) if name != SCANNED_ON]
    answer: HttpResponse = another_wristband(
        request, course, request.POST.get(SCANNED, ""), address=address, typed=typed
    )
    return answer


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _uid_in(address: str) -> UUID | None:
    """The course in the address of one of our forms; None for any other address."""
    try:
        uid = resolve(address).kwargs.get("uid")
    except Resolver404:
        return None
    return uid if isinstance(uid, UUID) else None
