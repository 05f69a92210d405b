"""The assessment form: enter, see the grades while typing, correct."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from grading.kinds import ASSESSMENT
from patients import door
from patients.door.confirmations import note_confirmations
from patients.entry.assessment_form import AssessmentForm
from patients.entry.form_calls import calls_of_form
from patients.entry.pages import ENTRY_PAGES
from patients.entry.parts.neuro_part import all_ten_correct, awake_and_nothing_else
from patients.forms.buttons import ICE_QUESTIONS
from patients.forms.submit import (
    OPENED_BY_ANOTHER,
    FormPage,
    go_to_chart,
    open_course_to_enter,
    refuse_if_opened_by_another,
)
from patients.models import Assessment, Course, Dose, User
from patients.permissions import check_can_enter, has_right
from patients.reading.bedside import Bedside
from patients.reading.course_file import CourseFile
from patients.reading.foreseen.entries import effect_of
from patients.reading.preview import course_so_far, preview_of
from patients.rights import ADJUDICATE
from patients.words import wording
from patients.words.ice_words import ice_of
from patients.words.late import ON_TIME


@require_http_methods(["GET", "POST"])
def assessment_new(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Enter one assessment."""
    return _assessment(request, open_course_to_enter(request, uid), replaces=None)


@require_http_methods(["GET", "POST"])
def assessment_correct(request: HttpRequest, uid: UUID, row_uid: UUID) -> HttpResponseBase:
    """Enter a new assessment that replaces one with a mistake; the old one stays readable."""
    course = open_course_to_enter(request, uid)
    old = get_object_or_404(Assessment.objects.filter(course=course), uid=row_uid)
    old.course = course
    if request.method == "GET" and not old.is_live():
        messages.warning(request, "This entry was already corrected or struck out.")
        return go_to_chart(request, course)
    return _assessment(request, course, replaces=old)


@require_POST
def assessment_preview(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The grades of what is typed so far, and the remarks of the form. Stores nothing."""
    so_far = course_so_far(request.user, uid)
    if so_far is None:
        open_course_to_enter(request, uid)  # says why not
        raise PermissionDenied("This course is closed.")
    check_can_enter(request.user)
    if (anothers := refuse_if_opened_by_another(request, OPENED_BY_ANOTHER)) is not None:
        return anothers
    course = so_far.course
    try:
        corrected_uid = UUID(request.POST.get("replaces", ""))
        replaces = Assessment.objects.filter(course=course, uid=corrected_uid).first()
    except ValueError:
        replaces = None
    bedside = Bedside(course, timezone.now(), replaces, so_far.record)
    form = AssessmentForm(request.POST, bedside=bedside, with_last=False)
    if replaces is not None:
        form.fill_in(replaces)
    form.full_clean()
    form.hide_unfinished()
    row = _row(form, course, replaces)
    row.recorded_by = cast("User", request.user)
    note_confirmations(course, [row], by=row.recorded_by)
    file = _file_then(form, so_far)
    systems = preview_of(row, file, now=bedside.now)
    page = {
        "form": form,
        "systems": systems,
        "calls": calls_of_form(course, {system.key: system.to_act_on for system in systems}),
        "refused": form.refused_fields(),
        "effect": None if replaces is None else effect_of(file, [row]),
    }
    return render(request, "entry/_preview.html", page)


def _assessment(
    request: HttpRequest, course: Course, *, replaces: Assessment | None
) -> HttpResponseBase:
    """The page of the form, with the questions of ICE and today's answers as the ward has them."""

    def make_form(data: QueryDict | None, **kwargs: Any) -> AssessmentForm:
        form = AssessmentForm(data, **kwargs)
        if replaces is not None:
            form.fill_in(replaces)
        return form

    def save(form: Any) -> datetime:
        row = _row(form, course, replaces)
        person, (started, ends) = cast("User", request.user), _runs(form, course)
        door.enter(course, [row, *started], by=person, ends=ends)
        return row.recorded_at

    template = ENTRY_PAGES[ASSESSMENT].template
    form_page = FormPage(request, course, template, make_form, save, leaving_out=replaces)
    bedside, ice = form_page.bedside, ice_of(course)
    form_page.context = {
        "replaces": replaces,
        "late_after": ON_TIME // wording.MINUTE,
        "script": {
            "date": f"{bedside.now.astimezone(bedside.zone):%A, %d %B %Y}",
            "ward": course.ward.name,
            "own": ice,
            "lines": [
                (item.label, ice.question(item, text)) for item, text in ICE_QUESTIONS.items()
            ],
            "baseline": bedside.record.baseline.ice_total,
            "capd_baseline": bedside.record.baseline.capd_total,
        },
        "may_adjudicate": has_right(request.user, ADJUDICATE),
        "all_ten_correct": all_ten_correct(bedside),
        "awake_and_nothing_else": awake_and_nothing_else(bedside),
        "ice_last": bedside.last("ice_total"),
    }
    return form_page.answer()


def _row(form: Any, course: Course, replaces: Assessment | None) -> Assessment:
    """The assessment with the accepted values, not saved; every other value is unknown."""
    values = form.row_values()
    values["uid"] = values["uid"] or uuid4()
    values["observed_at"] = values["observed_at"] or form.now
    row = Assessment(course=course, replaces=replaces, **values)
    row.handwriting = form.handwriting_of(row.uid, replaces)
    return row


def _runs(form: Any, course: Course) -> tuple[list[Dose], list[door.RunEnd]]:
    """The runs that the form starts, not saved, and those that it ends."""
    started = [Dose(course=course, **values) for values in form.new_runs()]
    ended = form.ended_uids()
    runs = Dose.objects.filter(course=course, uid__in=ended) if ended else ()
    return started, [door.RunEnd(run, ended[str(run.uid)]) for run in runs]


def _file_then(form: Any, so_far: CourseFile) -> CourseFile:
    """The file with the ends and starts of runs that the form would store."""
    doses = form.doses_then()
    if doses is so_far.record.doses:
        return so_far
    return replace(so_far, record=replace(so_far.record, doses=doses))
