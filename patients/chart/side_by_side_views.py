"""Side by side: one course by every system that its ward sees."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from patients.chart.lists import extent_asked
from patients.chart.side_by_side import COLUMNS_SHOWN, examined_places, matrix
from patients.permissions import can_enter, get_course_or_404
from patients.reading.course_file import course_file_at
from patients.reading.versions import version_of
from patients.words.identity import identity_of, patient_menu


@require_GET
def side_by_side(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The matrix of systems by assessments; `from` counts back from the newest."""
    version = version_of(request.user, uid)
    course = get_course_or_404(request.user, uid)
    file = course_file_at(course, version)
    extent = extent_asked(request, COLUMNS_SHOWN, len(examined_places(file)))
    context = {
        "course": course,
        "identity": identity_of(course, timezone.now()),
        "can_enter": can_enter(request.user) and course.is_open(),
        "menu": patient_menu(request.user, course),
        "matrix": matrix(file, start=extent.start),
        "extent": extent,
        "extent_in_words": extent.in_words("assessments"),
    }
    return render(request, "chart/side_by_side/compare.html", context)
