"""The pages that move, correct, close and reopen, each with its reason and the version changed.

Impact         a correction first shows which grades would change; nothing is saved yet.
Saved          the browser goes to the chart.
Refused        422 with everything typed.
Overtaken      409: the same was changed since the form was opened; both are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from patients import door
from patients.admission.at_home import LAST_DAY_AT_HOME, last_day_of
from patients.admission.change_form import (
    AmendForm,
    BackOnWardForm,
    CloseForm,
    GoHomeForm,
    MoveForm,
    ReopenForm,
)
from patients.admission.correct_form import CorrectCourseForm, CorrectPersonForm
from patients.admission.ice_settings_form import IceSettingsForm
from patients.admission.still_open import still_open
from patients.door.allowed import check_amendment
from patients.door.amendments import is_repeated_change
from patients.door.refusals import AlreadyAmended, Refused
from patients.forms.remarks import CONFIRM, TAPPED_OFFER, with_offer
from patients.forms.saved import change_saved
from patients.forms.submit import (
    course_to_enter,
    go_to_chart,
    refusal_text,
    refuse_if_opened_by_another,
    typed_values,
)
from patients.models import Course, User, Ward
from patients.permissions import (
    can_enter,
    can_set_infusion,
    check_right,
    courses_visible_to,
    get_course_or_404,
    has_right,
    refusal_to_correct_person,
    ward_ids_of,
)
from patients.reading.bedside import Bedside
from patients.reading.foreseen.impact import impact_of
from patients.regrading.above_zero import grades_above_zero, grades_in_words
from patients.rights import CLOSE
from patients.words import change_words, wording
from patients.words.ice_words import usual_ice
from patients.words.identity import identity_of


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Move the patient to another bed, or to another of the user's wards."""
    return _to_bed(request, uid, is_back=False)


def _to_bed(request: HttpRequest, uid: UUID, *, is_back: bool) -> HttpResponseBase:
    course = course_to_enter(request, uid)
    offered = Q(memberships__user=request.user.pk)
    if request.method == "POST":  # also where the user moved the patient before
        moved = course.history.filter(history_user=request.user.pk)
        offered |= Q(pk__in=moved.values("ward"))
    elif not course.is_open():
        return _not_now(request, course, "This course is closed. Only an open one is moved.")
    wards = list(Ward.objects.filter(offered).distinct())
    form_class, template = (
        (BackOnWardForm, "admission/back_on_ward.html")
        if is_back
        else (MoveForm, "admission/move.html")
    )
    return Amending(request, course, template, partial(form_class, wards=wards)).answer()


@require_http_methods(["GET", "POST"])
def go_home(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Let the patient go home while the course stays open."""
    course = course_to_enter(request, uid)
    if request.method == "GET" and not course.is_open():
        return _not_now(request, course, "This course is closed. A physician can reopen it.")
    amending = Amending(request, course, "admission/go_home.html", GoHomeForm)
    amending.context = {
        "until": wording.calendar_date(last_day_of(course)),
        "last_day": LAST_DAY_AT_HOME,
        "open_items": still_open(amending.bedside),
    }
    return amending.answer()


@require_http_methods(["GET", "POST"])
def back_on_ward(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Take a patient who is at home back on a ward."""
    return _to_bed(request, uid, is_back=True)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Close the course: it leaves the board and stays readable."""
    course = get_course_or_404(request.user, uid)
    if not has_right(request.user, CLOSE):
        raise PermissionDenied(_who_closes(request, course))
    if not course.is_open() and request.method == "GET":
        return _not_now(request, course, "This course is closed already.")
    return Amending(request, course, "admission/close.html", CloseForm).answer()


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Reopen the course, where no other one of this patient is open."""
    course = _course_to_decide(request, uid)
    if course.is_open() and request.method == "GET":
        return _not_now(request, course, "This course is open.")
    return Amending(request, course, "admission/reopen.html", ReopenForm).answer()


@require_http_methods(["GET", "POST"])
def course_correct(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Correct infusion time, split doses, weight and baselines, on which grades may depend."""
    course = course_to_enter(request, uid)
    sets_infusion = can_set_infusion(request.user, course)
    make_form = partial(CorrectCourseForm, sets_infusion=sets_infusion)
    amending = Amending(request, course, "admission/course_correct.html", make_form)
    amending.foresees = True
    amending.context = {
        "infused": wording.long_date_and_time(course.infused_at, course.zone),
        "planned": course.infusion_planned,
    }
    return amending.answer()


@require_http_methods(["GET", "POST"])
def ice_settings(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Set the sentence, the objects and the language of ICE, and what was never possible."""
    course = course_to_enter(request, uid)
    amending = Amending(request, course, "admission/ice_settings.html", IceSettingsForm)
    amending.context = {"usual": usual_ice(course.ward)}
    return amending.answer()


@require_http_methods(["GET", "POST"])
def patient_correct(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Correct MRN, names, birth date and sex of the patient, for every course."""
    course, template = course_to_enter(request, uid), "admission/patient_correct.html"
    if request.method == "GET":
        refusal = refusal_to_correct_person(request.user, course.patient)
        if refusal is not None:
            return _not_now(request, course, refusal)
    make_form = partial(CorrectPersonForm, user=request.user)
    amending = Amending(request, course, template, make_form)
    amending.foresees = True
    return amending.answer()


def _course_to_decide(request: HttpRequest, uid: UUID) -> Course:
    course = get_course_or_404(request.user, uid)
    check_right(request.user, CLOSE)
    return course


def _who_closes(request: HttpRequest, course: Course) -> str:
    """Why this person does not close the course, and what to do."""
    if not can_enter(request.user) or not course.is_open():
        return CLOSE.refusal
    high = grades_in_words(grades_above_zero(course))
    now = f"{high} now: " if high else ""
    number = f": {course.ward.who_to_call}" if course.ward.who_to_call else ""
    why = ", and writes why" if high else ""
    return f"{now}only a physician of this ward closes the course{why}. Call one{number}."


def _not_now(request: HttpRequest, course: Course, sentence: str) -> HttpResponseBase:
    messages.warning(request, sentence)
    return go_to_chart(request, course)


@dataclass
class Amending:
    """One form page that changes a course or its patient.

    `foresees`: before anything is saved, the page shows which grades would change.
    """

    request: HttpRequest
    course: Course
    template: str
    make_form: Callable[..., AmendForm]
    context: dict[str, Any] = field(default_factory=dict)
    foresees: bool = False

    def __post_init__(self) -> None:
        self.bedside = Bedside(self.course, timezone.now())

    def answer(self) -> HttpResponseBase:
        """Show the form, fill in an offer, refuse, or save.

        Where values were taken over from a refusal, the form gets the version that stands now.
        """
        if self.request.method != "POST":
            return self.show(self.make_form(None, bedside=self.bedside))
        if (anothers := refuse_if_opened_by_another(self.request)) is not None:
            return anothers
        if TAPPED_OFFER in self.request.POST:
            fresh = self.make_form(None, bedside=self.bedside)
            data = with_offer(self.request.POST, fresh.input_names())
            data.setdefault("version", str(fresh.initial["version"]))
            return self.show(self.make_form(data, bedside=self.bedside))
        form = self.make_form(self.request.POST, bedside=self.bedside)
        return self.save(form) if form.is_valid() else self.show(form, status=422)

    def show(self, form: AmendForm, *, status: int = 200) -> HttpResponse:
        form.was_refused = status == HTTPStatus.UNPROCESSABLE_ENTITY
        form.put_focus()
        return render(self.request, self.template, self._page() | {"form": form}, status=status)

    def _page(self) -> dict[str, Any]:
        identity = identity_of(self.course, self.bedside.now)
        page = {"course": self.course, "identity": identity, "foresees": self.foresees}
        return page | self.context

    def save(self, form: AmendForm) -> HttpResponseBase:
        """Amend what differs; first show the impact on grades, where it was not confirmed yet."""
        wanted, since = form.wanted(), form.value("version")
        person, reason = cast("User", self.request.user), form.reason_in_words()
        try:
            if is_repeated_change(form.thing, wanted, since, by=person, reason=reason):
                return go_to_chart(self.request, self.course, change_saved(form.thing, since))
            different = change_words.differing(form.thing, wanted)
            if not different:
                return self._refuse(form, "Nothing is changed yet.")
            visible = courses_visible_to(person).filter(patient=self.course.patient)
            new = {name: value for name, (_, value) in different.items()}
            if self.foresees:
                keys, now = set(visible.values_list("pk", flat=True)), self.bedside.now
                ahead = impact_of(form.thing, different, course=self.course, visible=keys, now=now)
                if ahead.key not in self.request.POST.getlist(CONFIRM):
                    check_amendment(form.thing, new, by=person, ward_ids=ward_ids_of(form.thing))
                    self.context = self.context | {"impact": ahead}
                    return self.show(form)
            door.amend(form.thing, by=person, reason=reason, changes=new, since=since)
        except AlreadyAmended as overtaken:
            return self._overtaken(overtaken)
        except (Refused, ValidationError) as refusal:
            return self._refuse(form, refusal_text(refusal))
        return go_to_chart(self.request, self.course, change_saved(form.thing, since))

    def _refuse(self, form: AmendForm, sentence: str) -> HttpResponse:
        form.add_error(None, sentence)
        return self.show(form, status=422)

    def _overtaken(self, overtaken: AlreadyAmended) -> HttpResponse:
        """The page that shows the change stored before beside the one that was typed."""
        line, zone = overtaken.line, self.course.zone
        different = change_words.differing(overtaken.thing, overtaken.changes)
        pairs = change_words.changes_in_words(different, zone)
        if line.history_change_reason != overtaken.reason:
            pairs.append(("Reason", line.history_change_reason or "", overtaken.reason))
        page = {
            "sentence": str(overtaken),
            "by": line.history_user,
            "at": wording.long_date_and_time(line.history_date, zone),
            "reason": line.history_change_reason,
            "pairs": pairs,
            "typed": typed_values(self.request),
            "ways_on": [(self.request.path, "a new change")],
        }
        return render(self.request, "admission/amended.html", self._page() | page, status=409)
