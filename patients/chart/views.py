"""One patient's chart: grades with reasons, the current step, the timeline, the entries."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from grading.rules.systems import PRIMARY
from patients.chart import entries
from patients.chart.laboratory.counts import LEVELS, anc_days, anc_runs
from patients.chart.laboratory.lab_table import lab_columns
from patients.chart.lists import ADJUDICATIONS, addresses_of, chart_lists, extent_asked
from patients.chart.sections import ChartPage, section_stamps, sections_context
from patients.chart.timeline import timeline_figure
from patients.forms.saved import saved_sentences
from patients.models import Course
from patients.permissions import can_enter, courses_visible_to, get_course_or_404, has_right
from patients.reading.course_file import CourseFile, course_file_at
from patients.reading.ticks import tick
from patients.reading.versions import application_version, version_of
from patients.rights import ADJUDICATE
from patients.words import wording
from patients.words.identity import identity_of, patient_menu

LISTS_CACHED_S = 3600
"""Seconds for which the lists of a chart stay in the cache, unless its version rises."""


@require_GET
def chart(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The page; to its own script only the body, or 204 where nothing changed."""
    version = version_of(request.user, uid)
    course = get_course_or_404(request.user, uid)
    token = _token(request, course, version)
    asked_by_script = "token" in request.GET and request.headers.get("HX-Request") == "true"
    if asked_by_script and request.GET["token"] == token:
        return HttpResponse(status=204)
    context = _chart_context(request, course_file_at(course, version), version) | {"token": token}
    if asked_by_script:
        return render(request, "chart/_chart_body.html", context)
    receipt = {"saved_sentences": saved_sentences(request, course)}
    return render(request, "chart/chart.html", context | receipt)


@gzip_page  # it names no patient and repeats nothing of the request, so its length tells nothing
@require_GET
def chart_figure(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The timeline's figure by itself, compressed: a tenth of its size is sent."""
    version = version_of(request.user, uid)
    course = get_course_or_404(request.user, uid)
    file, now = course_file_at(course, version), timezone.now()
    death = file.death
    elapsed = (now if death is None else min(now, death.at)) - course.infused_at
    anc = anc_days(file), [run for run in anc_runs(file) if run.level == LEVELS["le_500"].label]
    is_open = course.is_open() and death is None
    return JsonResponse(timeline_figure(file.record, file.results, elapsed, anc, is_open=is_open))


@require_GET
def chart_list(request: HttpRequest, uid: UUID, key: str) -> HttpResponse:
    """A page of one list of the chart; `from` counts back from the newest row."""
    version = version_of(request.user, uid)
    course = get_course_or_404(request.user, uid)
    if (shown := chart_lists().get(key)) is None:
        raise Http404
    file = course_file_at(course, version)
    rows = shown.rows(file)
    extent = extent_asked(request, shown.on_page, len(rows))
    page = list_context(request, file)
    may_adjudicate = course.is_open() and has_right(request.user, ADJUDICATE)
    context = {
        "list": shown,
        "lines": shown.lines(file, rows[extent.start : extent.start + extent.most]),
        "extent": extent,
        "extent_in_words": extent.in_words(shown.noun),
        "systems": PRIMARY.values(),
        "lab_columns": lab_columns(file),
        "may_change": shown.can_change
        and (may_adjudicate if shown is ADJUDICATIONS else page["can_enter"]),
    }
    return render(request, "chart/list.html", page | context)


@require_GET
def chart_entry(request: HttpRequest, uid: UUID, row_uid: UUID) -> HttpResponse:
    """Leads to an entry: on the chart where it stands there, else on the page of its list."""
    version = version_of(request.user, uid)
    course = get_course_or_404(request.user, uid)
    address = addresses_of(course_file_at(course, version), {str(row_uid)}).get(str(row_uid))
    if address is None:
        raise Http404
    return redirect(urljoin(reverse("chart", args=[uid]), address))


def list_context(request: HttpRequest, file: CourseFile) -> dict[str, Any]:
    """The context of every page with lines of the chart's lists."""
    course, now = file.course, timezone.now()
    return {
        "course": course,
        "as_of": f"As of {wording.long_date_and_time(now, course.zone)}, {course.ward.name}",
        "identity": identity_of(course, now),
        "can_enter": can_enter(request.user) and course.is_open(),
        "menu": patient_menu(request.user, course),
        "closed": _closed(course),
        "at_home": _at_home(course),
        "linkable": _linkable(request, file),
    }


def _chart_context(request: HttpRequest, file: CourseFile, version: int | None) -> dict[str, Any]:
    page = list_context(request, file) | {
        "version": version,
        "people": file.people(),
        "application": application_version(),
        "cached_s": 0 if version is None or file.has_links() else LISTS_CACHED_S,
    }
    return page | sections_context(ChartPage(request, file.course, file, timezone.now()))


def _linkable(request: HttpRequest, file: CourseFile) -> set[UUID]:
    """The other charts of entries made on a wrong patient, as far as this person sees them."""
    linked = {link.course_uid for row in file.rows() if (link := entries.link_of(row)) is not None}
    if not linked:
        return set()
    visible = courses_visible_to(request.user).filter(uid__in=linked)
    return set(visible.values_list("uid", flat=True))


def _at_home(course: Course) -> str:
    """Since when the patient is at home; empty for one on the ward, and for a closed course."""
    if course.home_since is None or not course.is_open():
        return ""
    return wording.long_date_and_time(course.home_since, course.zone)


def _closed(course: Course) -> str:
    """The outcome of the course with its date and time, and why; empty for an open course."""
    if course.closed_at is None:
        return ""
    at = wording.long_date_and_time(course.closed_at, course.zone)
    outcome = course.get_outcome_display().lower()
    closed = f"{outcome}, {at}" if outcome else at
    return f"{closed}. Reason: {course.closing_reason}" if course.closing_reason else closed


def _token(request: HttpRequest, course: Course, version: int | None) -> str:
    """A token that changes with every entry, with the clock, and with the user's permissions."""
    now = timezone.now()
    parts = (
        application_version(),
        version,
        course.day(now),
        tick(now),
        section_stamps(course, now),
        course.closed_at,
        course.bed,
        course.ward.systems,
        can_enter(request.user),
    )
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:24]
