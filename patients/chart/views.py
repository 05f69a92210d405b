"""One patient's chart: grades with reasons, the current step, the timeline, the entries."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_GET

from grading.rules.systems import PRIMARY, rules_version
from grading.sources import CONFIDENCE
from patients.chart import entries
from patients.chart.current_step import current_step
from patients.chart.headline import headlines
from patients.chart.laboratory.counts import LEVELS, anc_days, anc_runs
from patients.chart.laboratory.hyperinflammation import prompt_lines
from patients.chart.laboratory.lab_table import lab_table
from patients.chart.side_by_side import latest_differences
from patients.chart.timeline import timeline_figure
from patients.models import Course
from patients.permissions import can_enter, courses_visible_to, get_course_or_404
from patients.reading.course_file import CourseFile, course_file_at
from patients.reading.products import product_line
from patients.reading.ticks import tick
from patients.reading.versions import version_of
from patients.regrading.graded import local_rules
from patients.words import wording
from patients.words.identity import identity_of, patient_menu

VERSION = "2"
LISTS_KEPT_S = 3600
"""How long the lists of a chart are kept as they were written, until its version rises."""


@require_GET
def chart(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The page; to its own script only the body, or 204 where nothing changed."""
    version = version_of(request.user, uid)
    course = get_course_or_404(request.user, uid)
    token = _token(request, course, version)
    asked_by_script = "token" in request.GET and request.headers.get("HX-Request") == "true"
    if asked_by_script and request.GET["token"] == token:
        return HttpResponse(status=204)
    context = _context(request, course_file_at(course, version), version) | {"token": token}
    return render(
        request, "chart/_chart_body.html" if asked_by_script else "chart/chart.html", context
    )


@require_GET
def chart_figure(request: HttpRequest, uid: UUID) -> JsonResponse:
    """The timeline's figure by itself."""
    version = version_of(request.user, uid)
    course = get_course_or_404(request.user, uid)
    file, elapsed = course_file_at(course, version), timezone.now() - course.infused_at
    anc = anc_days(file), [run for run in anc_runs(file) if run.level == LEVELS["le_500"].label]
    is_open = course.is_open()
    return JsonResponse(timeline_figure(file.record, file.results, elapsed, anc, is_open=is_open))


def _context(request: HttpRequest, file: CourseFile, version: int | None) -> dict[str, Any]:
    course, now = file.course, timezone.now()
    linkable = _linkable(request, file)
    return {
        "course": course,
        "as_of": f"As of {wording.moment(now, course.zone)}, {course.ward.name}",
        "identity": identity_of(course, now),
        "can_enter": can_enter(request.user) and course.is_open(),
        "menu": patient_menu(request.user, course),
        "closed": _closed(course),
        "systems": PRIMARY.values(),
        "headlines": headlines(file, now),
        "step": current_step(file, now),
        "product": product_line(course, now.astimezone(course.zone).date()),
        "prompts": prompt_lines(file, now),
        "differences": latest_differences(file),
        "is_assessed": bool(file.record.findings),
        "confidence": CONFIDENCE,
        "timeline_rows": SimpleLazyObject(lambda: entries.timeline_table(file)),
        "assessments": SimpleLazyObject(lambda: entries.split_newest(entries.assessments(file))),
        "labs": SimpleLazyObject(lambda: lab_table(file)),
        "doses": SimpleLazyObject(lambda: entries.split_newest(entries.doses(file))),
        "events": SimpleLazyObject(lambda: entries.events(file)),
        "linkable": linkable,
        "version": version,
        "people": file.people(),
        "kept_s": 0 if version is None or file.has_links() else LISTS_KEPT_S,
    }


def _linkable(request: HttpRequest, file: CourseFile) -> set[UUID]:
    """The other charts of entries made on a wrong patient, as far as this person sees them."""
    linked = {link.course_uid for row in file.rows() if (link := entries.link_of(row)) is not None}
    if not linked:
        return set()
    visible = courses_visible_to(request.user).filter(uid__in=linked)
    return set(visible.values_list("uid", flat=True))


def _closed(course: Course) -> str:
    """How and when the course ended; empty for an open one."""
    if course.closed_at is None:
        return ""
    at = wording.moment(course.closed_at, course.zone)
    outcome = course.get_outcome_display().lower()
    return f"{outcome}, {at}" if outcome else at


def _token(request: HttpRequest, course: Course, version: int | None) -> str:
    """Changes with every entry, with the day, and with what this person may do."""
    parts = (
        VERSION,
        rules_version(local_rules()),
        version,
        course.day(timezone.now()),
        tick(timezone.now()),
        course.closed_at,
        course.bed,
        course.ward.systems,
        can_enter(request.user),
    )
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:24]
