"""The page of all sentences of a course."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from patients.chart.handwriting.samples import samples_of, written_rows
from patients.chart.lists import extent_asked
from patients.chart.views import list_context
from patients.permissions import get_course_or_404
from patients.reading.course_file import course_file_at
from patients.reading.versions import version_of

ON_PAGE = 20


@require_GET
def handwriting(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Every sentence that the patient wrote, newest first, those that count no more marked."""
    version = version_of(request.user, uid)
    course = get_course_or_404(request.user, uid)
    file = course_file_at(course, version)
    rows = written_rows(file)
    extent = extent_asked(request, ON_PAGE, len(rows))
    samples = samples_of(file, rows[extent.start : extent.start + extent.most])
    page = {"samples": samples, "extent": extent, "extent_in_words": extent.in_words("sentences")}
    return render(request, "chart/handwriting/handwriting.html", list_context(request, file) | page)
