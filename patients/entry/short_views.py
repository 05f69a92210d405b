"""The pages of the short forms: laboratory results, events, striking out; remarks on a dose."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from grading.kinds import DOSE, EVENT, KIND_OF_SECTION, LAB_RESULT, EntryKind
from patients import door
from patients.door.run_ends import rate_before
from patients.entry.event_form import StrikeOutForm
from patients.entry.laboratory.report_part import READ, with_report_read
from patients.entry.pages import ENTRY_PAGES
from patients.forms.submit import (
    OPENED_BY_ANOTHER,
    FormPage,
    correct_url,
    go_to_chart,
    open_course_to_enter,
    refuse_if_opened_by_another,
)
from patients.models import MODELS_BY_KIND, Course, Dose, Event, LabResult, User
from patients.permissions import (
    check_right,
    courses_visible_to,
    has_right,
    rights_to_strike_out,
)
from patients.reading.bedside import Bedside
from patients.reading.foreseen.entries import effect_of
from patients.reading.preview import course_so_far
from patients.rights import GRADE_EVENTS
from patients.words import entry_words, wording

COPY = "copy"
"""The uid of a copy on the right patient's chart is made of the form's uid and this name."""


@require_http_methods(["GET", "POST"])
def lab_new(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Enter the results of one sample."""
    course = open_course_to_enter(request, uid)

    def save(form: Any) -> datetime:
        rows = [LabResult(course=course, **values) for values in form.rows()]
        person = cast("User", request.user)
        door.enter(course, rows, by=person, of_form=form.row_uids())
        return max(row.recorded_at for row in rows)

    if READ in request.POST:
        request.POST = cast("Any", with_report_read(request.POST))  # from here on an offer tapped
    page = ENTRY_PAGES[LAB_RESULT]
    return FormPage(request, course, page.template, page.form, save).answer()


@require_POST
def lab_check(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The remarks of the form while it is filled in: conversions, doubts. Stores nothing."""
    return _check(request, uid, LAB_RESULT)


@require_POST
def dose_check(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The remarks of the form while it is filled in: interval, ceiling. Stores nothing."""
    return _check(request, uid, DOSE)


@require_http_methods(["GET", "POST"])
def event_new(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Record that something happened."""
    course = open_course_to_enter(request, uid)

    def save(form: Any) -> datetime:
        row = Event(course=course, **form.row_values())
        door.enter(course, [row], by=cast("User", request.user))
        return row.recorded_at

    page = ENTRY_PAGES[EVENT]
    make_form = partial(page.form, by_physician=has_right(request.user, GRADE_EVENTS))
    return FormPage(request, course, page.template, make_form, save).answer()


@require_http_methods(["GET", "POST"])
def strike_out_entry(request: HttpRequest, uid: UUID, kind: str, row_uid: UUID) -> HttpResponseBase:
    """Mark an entry as made in error, with the reason. It stays readable."""
    course = open_course_to_enter(request, uid)
    if kind not in KIND_OF_SECTION:
        raise Http404("There is no such kind of entry.")
    people = ("recorded_by", "replaces__course", "replaces__recorded_by")
    model: Any = MODELS_BY_KIND[KIND_OF_SECTION[kind]]
    rows = model.objects.filter(course=course).select_related(*people)
    row = get_object_or_404(rows, uid=row_uid)
    row.course = course
    for right in rights_to_strike_out(row):
        check_right(request.user, right)
    if request.method == "GET" and not row.is_live():
        messages.warning(request, "This entry was already corrected or struck out.")
        return go_to_chart(request, course)

    open_ones = courses_visible_to(request.user).filter(closed_at__isnull=True)
    others = list(open_ones.exclude(pk=course.pk).order_by("bed"))
    copied_to = _copied_to(request, row)
    make_form = partial(StrikeOutForm, others=others, copied_to=copied_to)

    def save(form: Any) -> datetime:
        person, right = cast("User", request.user), form.right_course()
        if right is None:
            door.strike_out(row, by=person, reason=form.reason_in_words())
        else:
            copy_uid = uuid5(form.value("uid"), COPY)
            door.copy_to(row, right, by=person, reason=form.reason_in_words(), uid=copy_uid)
        return cast("datetime", row.struck_out_at)

    file = course_so_far(request.user, course.uid)
    form_page = FormPage(request, course, "entry/strike_out.html", make_form, save)
    form_page.context = {
        "row": row,
        "kind_name": row.entry_kind.noun,
        "headline": entry_words.headline(row),
        "lines": entry_words.lines(row),
        "corrected": None if row.replaces is None else entry_words.compared(row.replaces, row),
        "correct_url": correct_url(row) if row.is_live() else "",
        "effect": None if file is None or not row.is_live() else effect_of(file, without=[row]),
        **(_rate_before(row) if isinstance(row, Dose) else {}),
        "recorded": wording.long_date_and_time(row.recorded_at, course.zone),
    }
    return form_page.answer()


def _rate_before(run: Dose) -> dict[str, str]:
    """What a change of rate ended where this run began: struck out, that does not run on."""
    before = rate_before(run)
    if before is None or before.ended_at is None:
        return {}
    before.course = run.course
    ended = wording.long_date_and_time(before.ended_at, run.course.zone)
    rate = wording.amount(before.amount, before.unit)
    text = f"{wording.words(before.agent)} {rate} ended {ended} with this rate."
    return {"ended_before": text, "ended_before_url": correct_url(before)}


def _copied_to(request: HttpRequest, row: Any) -> Course | None:
    """The course that is sent as `copy_to`, where this very form entered the row there before."""
    try:
        uid = uuid5(UUID(request.POST.get("uid", "")), COPY)
    except ValueError:
        return None
    copies = type(row).objects.filter(uid=uid, copied_from=row, recorded_by=request.user)
    copy = copies.select_related("course").first()
    if copy is None or str(copy.course.uid) != request.POST.get("copy_to"):
        return None
    return cast("Course", copy.course)


def _check(request: HttpRequest, uid: UUID, kind: EntryKind) -> HttpResponse:
    """The remarks on what is typed so far, without those on a value that may be half typed."""
    course = open_course_to_enter(request, uid)
    if (anothers := refuse_if_opened_by_another(request, OPENED_BY_ANOTHER)) is not None:
        return anothers
    form = ENTRY_PAGES[kind].form(request.POST, bedside=Bedside(course, timezone.now()))
    form.full_clean()
    form.hide_unfinished()
    return render(request, "forms/_says.html", {"form": form})
