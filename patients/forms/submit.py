"""Forms save an entry here: it is stored once, or the page explains why it was not.

Saved          the browser goes to the chart with a receipt (POST, redirect, GET).
Refused        422 with the whole form and everything typed.
Overtaken      409 with the stored entry beside the typed one, or with the form and the sentence
               that tells who struck out or ended the entry before.
Another's      409 with what was typed, where another user is signed in than the one who opened it.
An offer       the form again with the offer filled in; nothing is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from grading.kinds import ASSESSMENT, DOSE, EVENT, LAB_RESULT
from patients.door.refusals import (
    AlreadyDecided,
    AlreadyEntered,
    AlreadyReplaced,
    AlreadyStopped,
    AlreadyStruckOut,
    Overtaken,
    Refused,
    UnusableNumber,
)
from patients.forms.course_form import BLOCKED_BEFORE, SHOWN_FOR, TYPED_BY, CourseForm, RemarkForm
from patients.forms.remarks import (
    CONFIRM,
    SAVING_OFFERS,
    TAKEN_ALONG,
    TAPPED_OFFER,
    with_offer,
)
from patients.forms.saved import Address, entries_saved
from patients.forms.whose.wristbands import SCANNED, another_wristband, is_wristband_of
from patients.models import CLINICAL_MODELS, ClinicalRow, Course, User
from patients.permissions import check_can_enter, courses_visible_to, get_course_or_404
from patients.reading.bedside import Bedside
from patients.reading.preview import course_so_far
from patients.words import entry_words
from patients.words.identity import identity_of
from patients.words.typed_words import lines_typed

HIDDEN = frozenset(
    {
        "uid",
        "course_uid",
        "csrfmiddlewaretoken",
        "replaces",
        "version",
        "as_listed",
        CONFIRM,
        TAPPED_OFFER,
        *SAVING_OFFERS,
        TAKEN_ALONG,
        TYPED_BY,
        BLOCKED_BEFORE,
        SHOWN_FOR,
        SCANNED,
        "call",
        "climb",
        "page",
        "seen_end",
        "rows_shown",
        "effect",
    }
)
"""The names of what a form sends beside what somebody typed."""

Saving = Callable[[CourseForm], datetime]
"""Stores the values of a valid form; answers the moment that the door gave to what it wrote."""

GoingOn = Callable[[datetime], HttpResponseBase]
"""The answer after a save that does not lead to the chart with a receipt."""

Foreseeing = Callable[[CourseForm], Any]
"""The changed grades that the page has to show before a form is saved; None without any."""

Comparing = Callable[[Refused, CourseForm], dict[str, Any] | None]
"""What is stored beside what was typed, for the page that shows both; None for other refusals."""


def course_to_enter(request: HttpRequest, uid: UUID) -> Course:
    """The course, for somebody who may record on it."""
    course = get_course_or_404(request.user, uid)
    check_can_enter(request.user)
    return course


def open_course_to_enter(request: HttpRequest, uid: UUID) -> Course:
    """The course, for somebody who may record on it; its forms open only while it is open.

    A form that is sent is refused by the door, which also knows whether it was saved before.
    """
    course = course_to_enter(request, uid)
    if not course.is_open() and request.method == "GET":
        raise PermissionDenied("This course is closed. A physician can reopen it.")
    return course


@dataclass
class FormPage:
    """One form page of one course: how its form is made, shown and stored."""

    request: HttpRequest
    course: Course
    template: str
    make_form: Callable[..., CourseForm]
    save: Saving
    context: dict[str, Any] = field(default_factory=dict)
    leaving_out: ClinicalRow | None = None
    compare: Comparing = lambda refusal, form: None
    go_on: GoingOn | None = None
    foresee: Foreseeing = lambda form: None

    def __post_init__(self) -> None:
        file = course_so_far(self.request.user, self.course.uid)
        so_far = None if file is None else file.record  # of this version of the course
        self.bedside = Bedside(self.course, timezone.now(), self.leaving_out, so_far)

    def answer(self) -> HttpResponseBase:
        """Show the form, fill in an offer, refuse, or save."""
        if self.request.method != "POST":
            return self.show(self.make_form(None, bedside=self.bedside))
        if (anothers := refuse_if_opened_by_another(self.request)) is not None:
            return anothers
        is_filled = TAPPED_OFFER in self.request.POST
        if is_filled or self.request.POST.keys() & set(SAVING_OFFERS):
            names = self.make_form(self.request.POST, bedside=self.bedside).input_names()
            filled = with_offer(self.request.POST, names)
            self.request.POST = cast("Any", filled)  # from here on as if it had been typed
        if is_filled:
            return self.show(self.make_form(self.request.POST, bedside=self.bedside))
        form = self.make_form(self.request.POST, bedside=self.bedside, saving=True)
        if not form.is_valid() and not self._is_sent_again(form):
            return self.show(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if (effect := self.foresee(form)) is not None:
            self.context = self.context | {"effect": effect}
            return self.show(form)
        return self._save(form)

    def _save(self, form: CourseForm) -> HttpResponseBase:
        """Store the form, else say why it was not stored."""
        try:
            at = self.save(form)
        except (AlreadyEntered, AlreadyReplaced) as overtaken:
            return self._overtaken(overtaken)
        except (Refused, ValidationError) as refusal:
            if isinstance(refusal, Refused) and (both := self.compare(refusal, form)) is not None:
                return self._show_both(refusal, both)
            form.add_error(None, refusal_text(refusal))
            if isinstance(refusal, UnusableNumber):
                form.number_anew()
            overtaken_by = AlreadyStruckOut | AlreadyStopped | AlreadyDecided | Overtaken
            is_overtaken = isinstance(refusal, overtaken_by)
            refused = HTTPStatus.CONFLICT if is_overtaken else HTTPStatus.UNPROCESSABLE_ENTITY
            return self.show(form, status=refused)
        return self._saved(at)

    def _saved(self, at: datetime) -> HttpResponseBase:
        """Go on as the page says, else to the chart with a receipt."""
        if self.go_on is not None:
            return self.go_on(at)
        return go_to_chart(self.request, self.course, entries_saved(at))

    def _is_sent_again(self, form: CourseForm) -> bool:
        """Whether the form is stored already: the questions that are open now are about itself.

        The door then answers it as it did the first time, or refuses other values.
        """
        if not form.is_valid_but_for_questions():
            return False
        uids, models = form.row_uids(), cast("tuple[Any, ...]", CLINICAL_MODELS)
        return any(
            model.objects.filter(course=self.course, uid__in=uids).exists() for model in models
        )

    def show(self, form: CourseForm, *, status: int = 200) -> HttpResponse:
        form.was_refused = status != HTTPStatus.OK
        form.put_focus()
        shared = {"form": form, "course": self.course, "bedside": self.bedside}
        page = shared | {"identity": identity_of(self.course, self.bedside.now)} | self.context
        return render(self.request, self.template, page, status=status)

    def _overtaken(self, overtaken: AlreadyEntered | AlreadyReplaced) -> HttpResponse:
        """The page that shows the stored entry beside the one that was typed."""
        stored = overtaken.stored if isinstance(overtaken, AlreadyEntered) else overtaken.first
        pairs: list[tuple[ClinicalRow | None, ClinicalRow | None]]
        pairs = [(stored, overtaken.attempted)]
        if isinstance(overtaken, AlreadyEntered):
            pairs = overtaken.pairs
        was_saved_before = isinstance(overtaken, AlreadyEntered)
        both = {
            "what": "this form was saved before" if was_saved_before else "this entry has changed",
            "stored_by": stored.recorded_by,
            "pairs": entry_words.compared_rows(pairs),
            "ways_on": ways_on(overtaken, stored),
        }
        return self._show_both(overtaken, both)

    def _show_both(self, refusal: Refused, both: dict[str, Any]) -> HttpResponse:
        """The page with the stored values beside the typed ones, and the ways on from there."""
        page = {
            "course": self.course,
            "identity": identity_of(self.course, self.bedside.now),
            "sentence": str(refusal),
            "typed": typed_values(self.request),
            **both,
        }
        return render(self.request, "forms/entry_overtaken.html", page, status=409)


OPENED_BY_ANOTHER = "forms/_opened_by_another.html"
"""The sentence alone, for a part of the page that a script fills."""


def refuse_if_opened_by_another(
    request: HttpRequest, template: str = "forms/opened_by_another.html"
) -> HttpResponse | None:
    """The 409 page for a form that another user opened, with what was typed; None for one's own.

    A form that does not say who opened it is refused by its field `typed_by`.
    """
    try:
        key = RemarkForm.base_fields[TYPED_BY].clean(request.POST.get(TYPED_BY))
    except ValidationError:
        return None
    if key == request.user.pk:
        return None if template == OPENED_BY_ANOTHER else _refuse_another_wristband(request)
    opener = User.objects.filter(pk=key).first()
    course = course_of_address(request)
    page = {
        "course": course,
        "identity": None if course is None else identity_of(course, timezone.now()),
        "opener": "somebody else" if opener is None else str(opener),
        "typed": typed_values(request),
        "lines": typed_in_words(dict(request.POST.lists())),
    }
    return render(request, template, page, status=HTTPStatus.CONFLICT)


def _refuse_another_wristband(request: HttpRequest) -> HttpResponse | None:
    """The 409 page where a wristband that the page could not compare is not of this patient."""
    text = request.POST.get(SCANNED, "")
    course = course_of_address(request) if text else None
    if course is None or is_wristband_of(course, text):
        return None
    return another_wristband(
        request, course, text, address=request.path, typed=typed_values(request)
    )


def course_of_address(request: HttpRequest) -> Course | None:
    """The course that the address names, for a user who may see it."""
    uid = resolve(request.path_info).kwargs.get("uid")
    return courses_visible_to(request.user).filter(uid=uid).first() if uid else None


def go_to_chart(
    request: HttpRequest, course: Course, receipt: Address | None = None
) -> HttpResponseBase:
    """Send the browser to the chart, after a request of a script and after a plain one."""
    chart = reverse("chart", kwargs={"uid": course.uid}, query=receipt)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(chart)
    return redirect(chart)


CORRECTION_PAGES = {
    ASSESSMENT: "assessment_correct",
    LAB_RESULT: "lab_correct",
    DOSE: "dose_correct",
    EVENT: "event_correct",
}
"""The page that corrects a row of each kind. What is decided is decided anew on the chart."""


def correct_url(row: ClinicalRow) -> str:
    """The URL that corrects this row, or enters it anew after a strike-out; else empty."""
    if row.entry_kind not in CORRECTION_PAGES:
        return ""
    if row.struck_out_at is not None:
        return reverse(NEW_PAGES[row.entry_kind], kwargs={"uid": row.course.uid})
    address = {"uid": row.course.uid, "row_uid": row.uid}
    return reverse(CORRECTION_PAGES[row.entry_kind], kwargs=address)


NEW_PAGES = {
    ASSESSMENT: "assessment_new",
    LAB_RESULT: "lab_new",
    DOSE: "dose_new",
    EVENT: "event_new",
}
"""The page that enters a new row of each kind. What is decided is entered on the chart."""


def ways_on(
    overtaken: AlreadyEntered | AlreadyReplaced, stored: ClinicalRow
) -> list[tuple[str, str]]:
    """The pages that take over the typed values, each with the words of its button.

    A form that was saved before and now holds something else may be another entry.
    """
    ways = []
    if (url := correct_url(stored)) and stored.struck_out_at is None:
        ways.append((url, "a correction of it"))
    is_new = isinstance(overtaken, AlreadyEntered) or stored.struck_out_at is not None
    if is_new and stored.entry_kind in NEW_PAGES:
        url = reverse(NEW_PAGES[stored.entry_kind], kwargs={"uid": stored.course.uid})
        ways.append((url, "a new entry"))
    return ways


def typed_values(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields and values as they were sent, which a correction of the newer entry takes over."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in HIDDEN - {"course_uid"}
        for value in values
    ]


def typed_in_words(data: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """What somebody typed or tapped, each field by its label, for a page that cannot show a form.

    Hidden fields and what was left empty are not listed.
    """
    return lines_typed(data, HIDDEN)


def refusal_text(refusal: Refused | ValidationError) -> str:
    """The sentence of a refusal."""
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return str(refusal)
