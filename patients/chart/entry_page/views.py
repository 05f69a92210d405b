"""The page of one entry."""

from __future__ import annotations

from urllib.parse import urljoin
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from grading.kinds import ADJUDICATION, KIND_OF_SECTION
from patients.chart.entry_page.opened import opened_entries
from patients.chart.lists import addresses_of
from patients.chart.views import list_context
from patients.permissions import get_course_or_404, has_right
from patients.reading.course_file import course_file_at
from patients.reading.versions import version_of
from patients.rights import ADJUDICATE


@require_GET
def entry_show(request: HttpRequest, uid: UUID, kind: str, row_uid: UUID) -> HttpResponse:
    """Everything that was typed in one entry, whether it counts or not, and its history."""
    version = version_of(request.user, uid)
    course = get_course_or_404(request.user, uid)
    if kind not in KIND_OF_SECTION:
        raise Http404("There is no such kind of entry.")
    file = course_file_at(course, version)
    if not (entries := opened_entries(file, kind, row_uid)):
        raise Http404("There is no such entry.")
    place = addresses_of(file, {str(row_uid)}).get(str(row_uid), "")
    page = list_context(request, file)
    decides = kind != ADJUDICATION.section or has_right(request.user, ADJUDICATE)
    context = {
        "entries": entries,
        "kind_name": KIND_OF_SECTION[kind].noun,
        "place": urljoin(reverse("chart", args=[uid]), place),
        "may_change": page["can_enter"] and decides,
    }
    return render(request, "chart/entry.html", page | context)
