"""The pages that correct a dose, the results of a sample, an event.

A correction is a new row that replaces the stored one, which stays readable. Before it is saved
the page shows the grades that it changes; where somebody sends it without having seen them, they
are shown first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID, uuid5

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from grading.kinds import DOSE, EVENT, KIND_OF_SECTION, LAB_RESULT, EntryKind
from patients import door
from patients.door.refusals import AlreadyStopped, Refused
from patients.door.run_ends import next_rate, rate_before
from patients.door.runs import moved_end
from patients.entry.corrections.dose_correction import DoseCorrectionForm
from patients.entry.corrections.event_correction import EventCorrectionForm
from patients.entry.corrections.lab_correction import LabCorrectionForm, sample_of
from patients.forms.course_form import CourseForm
from patients.forms.remarks import TAPPED_OFFER
from patients.forms.submit import (
    OPENED_BY_ANOTHER,
    FormPage,
    correct_url,
    go_to_chart,
    open_course_to_enter,
    refuse_if_opened_by_another,
    typed_values,
)
from patients.models import MODELS_BY_KIND, ClinicalRow, Course, Dose, Event, LabResult, User
from patients.permissions import check_right, has_right, rights_to_correct
from patients.reading.bedside import Bedside
from patients.reading.foreseen.entries import EntryEffect, effect_of
from patients.reading.preview import course_so_far
from patients.rights import GRADE_EVENTS
from patients.words import entry_words, wording

EFFECT = "effect"
"""The name of the hidden input with the key of the changed grades that the page has shown."""


@require_http_methods(["GET", "POST"])
def dose_correct(request: HttpRequest, uid: UUID, row_uid: UUID) -> HttpResponseBase:
    """Correct a dose or a run: drug, amount, times, brand, note."""
    return _correct(request, uid, DOSE, row_uid)


@require_http_methods(["GET", "POST"])
def lab_correct(request: HttpRequest, uid: UUID, row_uid: UUID) -> HttpResponseBase:
    """Correct the results of one sample."""
    return _correct(request, uid, LAB_RESULT, row_uid)


@require_http_methods(["GET", "POST"])
def event_correct(request: HttpRequest, uid: UUID, row_uid: UUID) -> HttpResponseBase:
    """Correct an event."""
    return _correct(request, uid, EVENT, row_uid)


@require_POST
def correction_check(request: HttpRequest, uid: UUID, kind: str, row_uid: UUID) -> HttpResponseBase:
    """The remarks of the form and the grades that would change, while it is typed.

    Stores nothing.
    """
    course = open_course_to_enter(request, uid)
    correction = _correction(request, course, KIND_OF_SECTION.get(kind), row_uid)
    if (anothers := refuse_if_opened_by_another(request, OPENED_BY_ANOTHER)) is not None:
        return anothers
    form = correction.form(request.POST, bedside=correction.page().bedside)
    form.full_clean()
    effect = correction.effect(form) if form.is_valid_but_for_questions() else None
    form.hide_unfinished()
    return render(request, "entry/_correction_check.html", {"form": form, "effect": effect})


def _correct(request: HttpRequest, uid: UUID, kind: EntryKind, row_uid: UUID) -> HttpResponseBase:
    course = open_course_to_enter(request, uid)
    correction = _correction(request, course, kind, row_uid)
    if request.method == "GET" and not correction.is_live:
        messages.warning(request, "This entry was already corrected or struck out.")
        return go_to_chart(request, course)
    return correction.page().answer()


class Correction:
    """One entry about to be corrected: its form, the rows in its place, and what they change."""

    def __init__(self, request: HttpRequest, course: Course, old: ClinicalRow) -> None:
        self.request, self.course, self.old = request, course, old
        self.file = course_so_far(request.user, course.uid)
        self.is_live = old.is_live()  # asked before a row is made that replaces it
        self.olds: Sequence[ClinicalRow] = [old]
        self.form: Callable[..., Any]
        match old:
            case Dose():
                before, after = rate_before(old), next_rate(old)
                self.form = partial(DoseCorrectionForm, old=old, before=before, after=after)
            case LabResult():
                self.olds = shown = self._results_shown(old)
                self.form = partial(LabCorrectionForm, olds=shown)
            case Event():
                by_physician = has_right(request.user, GRADE_EVENTS)
                self.form = partial(EventCorrectionForm, old=old, by_physician=by_physician)

    def _results_shown(self, old: LabResult) -> list[LabResult]:
        """The results that the page showed, whatever became of them since."""
        uids = []
        for text in self.request.POST.get("rows_shown", "").split():
            try:
                uids.append(UUID(text))
            except ValueError:
                continue
        stored = LabResult.objects.filter(course=self.course, uid__in=uids).order_by("pk")
        shown = {row.analyte: row for row in stored}
        return list(shown.values()) if old in shown.values() else sample_of(old)

    def page(self) -> FormPage:
        """The page of the form, at the bedside as it is without the entry."""
        page = FormPage(self.request, self.course, TEMPLATES[type(self.old)], self.form, self.save)
        if self.file is not None:
            without = self.file.record_with(without=[*self.olds, *self._in_their_place()])
            page.bedside = replace(page.bedside, so_far=without)
        if TAPPED_OFFER in self.request.POST:
            self._show_as_stored()
        page.compare, page.foresee = self._compared, self._not_seen_yet
        section = self.old.entry_kind.section
        page.context = {
            "row": self.old,
            "kind_name": self.old.entry_kind.noun,
            "headline": entry_words.headline(self.old),
            "recorded": wording.long_date_and_time(self.old.recorded_at, self.course.zone),
            "strike_out_url": reverse("strike_out", args=[self.course.uid, section, self.old.uid]),
            "check_url": reverse("correction_check", args=[self.course.uid, section, self.old.uid]),
        }
        return page

    def _in_their_place(self) -> list[ClinicalRow]:
        """The rows that replaced these meanwhile; what is typed is no second value beside them."""
        rows = cast("Any", type(self.old)).objects
        newer: list[ClinicalRow] = []
        older = list(self.olds)
        while older := list(rows.filter(replaces__in=older)):
            newer += older
        return newer

    def _show_as_stored(self) -> None:
        """Values taken over from a refusal stand beside what is stored now."""
        data = self.request.POST.copy()
        fresh = self.form(None, bedside=Bedside(self.course, timezone.now()))
        for name in fresh.fields.keys() & {"seen_end", "rows_shown"}:
            data.setdefault(name, str(fresh.initial[name]))
        self.request.POST = cast("Any", data)

    def rows(self, form: Any) -> list[ClinicalRow]:
        """The rows that the form makes, not saved, each in the place of another."""
        if isinstance(form, LabCorrectionForm):
            return [
                LabResult(
                    course=self.course,
                    replaces=old,
                    uid=uuid5(form.value("uid"), old.analyte),
                    **values,
                )
                for old, values in form.corrected()
            ]
        model: Any = type(self.old)
        return [model(course=self.course, replaces=self.old, **form.row_values())]

    def effect(self, form: Any) -> EntryEffect | None:
        """The grades that would change; None of a closed course, or where the door will refuse."""
        rows = self.rows(form)
        if self.file is None or not rows or not self.is_live:
            return None
        try:
            if isinstance(self.old, Dose) and isinstance(rows[0], Dose):
                moved = moved_end(rows[0], self.old)
                rows += [moved] if moved is not None else []
        except ValidationError:
            return None
        return effect_of(self.file, rows)

    def save(self, form: Any) -> datetime:
        rows, person = self.rows(form), cast("User", self.request.user)
        if isinstance(rows[0], Dose):
            door.correct_dose(rows[0], seen_end=form.value("seen_end"), by=person)
        elif isinstance(form, LabCorrectionForm):
            door.enter(self.course, rows, by=person, of_form=form.row_uids())
        else:
            door.enter(self.course, rows, by=person)
        return max(row.recorded_at for row in rows)

    def _not_seen_yet(self, form: Any) -> EntryEffect | None:
        """The changed grades that the page has not shown; none of a form that is stored."""
        stored: Any = type(self.old)
        if stored.objects.filter(uid__in=form.row_uids()).exists():
            return None
        effect = self.effect(form)
        if effect is None or not effect.lines or effect.key in self.request.POST.getlist(EFFECT):
            return None
        return effect

    def _compared(self, refusal: Refused, form: CourseForm) -> dict[str, Any] | None:
        """A run that was ended while its correction was typed: both, and the way on.

        The end that is stored goes along, where this form changed none.
        """
        if not isinstance(refusal, AlreadyStopped) or not isinstance(refusal.attempted, Dose):
            return None
        stored, attempted, seen_end = refusal.row, refusal.attempted, form.value("seen_end")
        stored.course = self.course
        typed = typed_values(self.request)
        if attempted.ended_at == seen_end and stored.ended_at is not None:
            local = stored.ended_at.astimezone(self.course.zone)
            end = {"ended_at_date": f"{local:%Y-%m-%d}", "ended_at_time": f"{local:%H:%M}"}
            typed = [(name, value) for name, value in typed if not name.startswith("ended_at")]
            typed += [*end.items(), ("ended_at_fold", str(local.fold))]
        return {
            "what": f"the end of {wording.words(stored.agent)} changed meanwhile",
            "stored_by": stored.end_recorded_by or stored.recorded_by,
            "pairs": entry_words.compared(stored, attempted),
            "ways_on": [(correct_url(stored), "a correction of it")],
            "typed": typed,
        }


TEMPLATES: dict[type[ClinicalRow], str] = {
    Dose: "entry/dose_correct.html",
    LabResult: "entry/lab_correct.html",
    Event: "entry/event_correct.html",
}


def _correction(
    request: HttpRequest, course: Course, kind: EntryKind | None, row_uid: UUID
) -> Correction:
    if kind not in (DOSE, LAB_RESULT, EVENT):
        raise Http404("Entries of this kind are not corrected here.")
    model: Any = MODELS_BY_KIND[kind]
    row = get_object_or_404(model.objects.filter(course=course), uid=row_uid)
    row.course = course
    for right in rights_to_correct(row):
        check_right(request.user, right)
    return Correction(request, course, row)
