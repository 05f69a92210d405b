"""The short form of a note for the next shift, and of its withdrawal."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from patients.forms.course_form import CourseForm
from patients.forms.submit import FormPage, course_to_enter, open_course_to_enter
from patients.models import Course, User
from patients.rounds.handover.acts import withdraw_note, write_note
from patients.rounds.models import HandoverNote

LONGEST_NOTE = 400
HANDOVER = "handover"
"""Where the form was opened: whoever came from the handover goes back to it."""


class _ShortText(forms.CharField):
    """A few words that are typed."""

    def __init__(self, label: str) -> None:
        area = forms.Textarea({"rows": 3})
        super().__init__(required=False, label=label, max_length=LONGEST_NOTE, widget=area)
        self.template_name = "fields/note.html"


class HandoverNoteForm(CourseForm):
    """What the next shift has to know of one patient."""

    text = _ShortText("What the next shift has to know")
    back = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    refusal_if_empty = "Write what the next shift has to know."

    def __init__(self, *args: Any, saving: bool = False, back: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saving, self.initial["back"] = saving, back

    def clean(self) -> None:
        """A note says something."""
        if self.saving and "text" not in self.errors and not self.words:
            self.refuse("text", self.refusal_if_empty)

    @property
    def words(self) -> str:
        return str(self.value("text") or "").strip()


class WithdrawNoteForm(HandoverNoteForm):
    """Why a note is withdrawn."""

    text = _ShortText("Why it is withdrawn")
    refusal_if_empty = "Say in a few words why it is withdrawn."


@require_http_methods(["GET", "POST"])
def handover_note(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Write a note for the next shift."""
    course = open_course_to_enter(request, uid)

    def save(form: Any) -> datetime:
        person, number = cast("User", request.user), form.value("uid")
        return write_note(course, form.words, by=person, uid=number).recorded_at

    return _answer(request, course, HandoverNoteForm, save, {"note": None})


@require_http_methods(["GET", "POST"])
def handover_note_withdraw(request: HttpRequest, uid: UUID, note_uid: UUID) -> HttpResponseBase:
    """Withdraw a note with its reason."""
    course = course_to_enter(request, uid)
    notes = HandoverNote.objects.filter(course=course, uid=note_uid)
    note = notes.select_related("course", "recorded_by").first()
    if note is None:
        raise Http404("There is no such note about this patient.")

    def save(form: Any) -> datetime:
        person = cast("User", request.user)
        return cast("datetime", withdraw_note(note, form.words, by=person).withdrawn_at)

    return _answer(request, course, WithdrawNoteForm, save, {"note": note})


def _answer(
    request: HttpRequest,
    course: Course,
    form: type[HandoverNoteForm],
    save: Any,
    context: dict[str, Any],
) -> HttpResponseBase:
    """The form page; once it has saved, the page from which it was opened."""
    back = request.POST.get("back", "") or request.GET.get("back", "")

    def make_form(data: Any = None, **kwargs: Any) -> HandoverNoteForm:
        return form(data, back=back, **kwargs)

    page = FormPage(request, course, "rounds/handover_note.html", make_form, save)
    page.context = context | {"back": back if back == HANDOVER else ""}
    answer = page.answer()
    has_saved = answer.status_code in (301, 302) or "HX-Redirect" in answer.headers
    if not has_saved or back != HANDOVER:
        return answer
    address = reverse("handover", query={"ward": course.ward_id})
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)
