"""Move, close, reopen: changes of a course, each with its reason and the version it changes.

Saved          the browser goes to the chart.
Refused        422 with everything typed.
Overtaken      409: somebody changed the same since the form was opened; both are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from patients import amendments, wording
from patients.forms.amending import AmendForm, CloseForm, MoveForm, ReopenForm
from patients.forms.bedside import Bedside
from patients.forms.saying import FILL, filled
from patients.models import AlreadyAmended, Course, Refused, User, Ward
from patients.permissions import check_can_decide, get_course_or_404
from patients.views.entry import course_to_enter, go_to_chart, grades_told, sentences, typed
from patients.views.identity import identity_of


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """To another bed, or another of my wards."""
    course = course_to_enter(request, uid)
    if not course.is_open():
        return _not_now(request, course, "This course is closed. Only an open one is moved.")
    wards = list(Ward.objects.filter(memberships__user=request.user.pk))

    def make_form(data: QueryDict | None, bedside: Bedside) -> AmendForm:
        return MoveForm(data, bedside=bedside, wards=wards)

    return Amending(request, course, "move.html", make_form, "moved").answer()


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The course ends: it leaves the board and stays readable."""
    course = _course_to_decide(request, uid)
    if not course.is_open() and request.method == "GET":
        return _not_now(request, course, "This course is closed already.")

    def make_form(data: QueryDict | None, bedside: Bedside) -> AmendForm:
        return CloseForm(data, bedside=bedside)

    return Amending(request, course, "close.html", make_form, "closed").answer()


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The course goes on, where no other one of this patient is open."""
    course = _course_to_decide(request, uid)
    if course.is_open() and request.method == "GET":
        return _not_now(request, course, "This course is open.")

    def make_form(data: QueryDict | None, bedside: Bedside) -> AmendForm:
        return ReopenForm(data, bedside=bedside)

    return Amending(request, course, "reopen.html", make_form, "reopened").answer()


def _course_to_decide(request: HttpRequest, uid: UUID) -> Course:
    course = get_course_or_404(request.user, uid)
    check_can_decide(request.user)
    return course


def _not_now(request: HttpRequest, course: Course, sentence: str) -> HttpResponseBase:
    messages.warning(request, sentence)
    return go_to_chart(request, course)


@dataclass
class Amending:
    """One form page that changes a course or its patient."""

    request: HttpRequest
    course: Course
    template: str
    make_form: Callable[[QueryDict | None, Bedside], AmendForm]
    done: str
    context: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bedside = Bedside(self.course, timezone.now())

    def answer(self) -> HttpResponseBase:
        """The whole conversation: show, fill in an offer, refuse, or save."""
        if self.request.method != "POST":
            return self.show(self.make_form(None, self.bedside))
        if FILL in self.request.POST:
            return self.show(self.make_form(self._filled(), self.bedside))
        form = self.make_form(self.request.POST, self.bedside)
        return self.save(form) if form.is_valid() else self.show(form, status=422)

    def _filled(self) -> QueryDict:
        """What was typed, on top of what stands now where it was taken over from a refusal."""
        data = filled(self.request.POST)
        fresh = self.make_form(None, self.bedside)
        data.setdefault("version", str(fresh.initial["version"]))
        return data

    def show(self, form: AmendForm, *, status: int = 200) -> HttpResponse:
        form.put_focus()
        return render(self.request, self.template, self._page() | {"form": form}, status=status)

    def _page(self) -> dict[str, Any]:
        identity = identity_of(self.course, self.bedside.now)
        return {"course": self.course, "identity": identity} | self.context

    def save(self, form: AmendForm) -> HttpResponseBase:
        try:
            changes = form.thing.amend(
                by=self._person(),
                reason=form.reason_told(),
                since=form.known("version"),
                **form.wanted(),
            )
        except AlreadyAmended as overtaken:
            return self._overtaken(overtaken)
        except (Refused, ValidationError) as refusal:
            form.add_error(None, sentences(refusal))
            return self.show(form, status=422)
        messages.success(self.request, " ".join([f"Saved: {self.done}.", *grades_told(changes)]))
        return go_to_chart(self.request, self.course)

    def _person(self) -> User:
        if not isinstance(self.request.user, User):
            raise TypeError("Only a signed-in user changes a course.")
        return self.request.user

    def _overtaken(self, overtaken: AlreadyAmended) -> HttpResponse:
        latest, zone = overtaken.latest, self.course.zone
        different = amendments.differing(overtaken.thing, overtaken.changes)
        page = {
            "sentence": str(overtaken),
            "by": latest.history_user,
            "at": wording.moment(latest.history_date, zone),
            "reason": latest.history_change_reason,
            "pairs": amendments.told(different, zone),
            "typed": typed(self.request),
        }
        return render(self.request, "amended.html", self._page() | page, status=409)
