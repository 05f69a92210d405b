"""The scan of a wristband: whose it is, and whether the form that stands open is that patient's."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from patients.characters import normalized
from patients.models import Course
from patients.permissions import Visitor, can_enter, courses_visible_to
from patients.words.identity import identity_of

SCANNED = "scanned"
"""The name of the hidden input with the text of a scan that could not be compared in the page."""

LONGEST_SCAN = 200  # signs
FORMS_OF_A_COURSE = frozenset({"assessment_new", "lab_new", "dose_new", "event_new"})
"""The forms that stand for every patient alike: what was typed can go to the right one."""


def mrn_in_scan(text: str) -> str:
    """The MRN of a wristband, zeros included; empty where the code is no wristband of this site.

    It stands between the site's prefix and suffix.
    """
    code = normalized(text.replace("\0", "")[:LONGEST_SCAN])
    before, after = settings.CARTOX_WRISTBAND_PREFIX, settings.CARTOX_WRISTBAND_SUFFIX
    if not (code.startswith(before) and code.endswith(after)):
        return ""
    return code.removeprefix(before).removesuffix(after).strip()


def no_wristband() -> str:
    """Why a code is none, as a sentence."""
    before, after = settings.CARTOX_WRISTBAND_PREFIX, settings.CARTOX_WRISTBAND_SUFFIX
    signs = [f"begins with “{before}”"] if before else []
    signs += [f"ends with “{after}”"] if after else []
    how = f" One {' and '.join(signs)}." if signs else ""
    return f"This code is no wristband.{how} Scan the wristband again, or search by name."


def is_wristband_of(course: Course, text: str) -> bool:
    return mrn_in_scan(text).casefold() == course.patient.mrn.casefold()


def course_of_wristband(user: Visitor, text: str) -> Course | None:
    """The open course of this patient on the user's wards, else the last that was closed."""
    if not (mrn := mrn_in_scan(text)):
        return None
    theirs = courses_visible_to(user).filter(patient__mrn__iexact=mrn)
    return theirs.order_by(F("closed_at").desc(nulls_first=True), "-pk").first()


def another_wristband(
    request: HttpRequest,
    course: Course,
    text: str,
    *,
    address: str,
    typed: Sequence[tuple[str, str]],
) -> HttpResponse:
    """The 409 page for a form of `course` at `address`, after a scan of somebody else's wristband.

    Nothing was stored. What was typed goes on to the right patient's form, or back to this one.
    """
    other = course_of_wristband(request.user, text)
    now = timezone.now()
    values = [(name, value) for name, value in typed if name != "course_uid"]
    page = {
        "course": course,
        "identity": identity_of(course, now),
        "other": other,
        "other_identity": None if other is None else identity_of(other, now),
        "other_form": _same_form_of(other, address) if can_enter(request.user) else "",
        "mrn": mrn_in_scan(text),
        "no_wristband": no_wristband(),
        "typed": values,
        "address": address,
    }
    return render(request, "forms/another_wristband.html", page, status=HTTPStatus.CONFLICT)


def _same_form_of(other: Course | None, address: str) -> str:
    """The address of the same form of the other patient; empty where there is none."""
    try:
        page = resolve(address)
    except Resolver404:
        return ""
    if other is None or not other.is_open() or page.view_name not in FORMS_OF_A_COURSE:
        return ""
    return reverse(page.view_name, kwargs={"uid": other.uid})
