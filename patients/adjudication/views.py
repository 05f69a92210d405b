"""The pages of a physician's decisions: on one sign, and the final grade of one toxicity.

The buttons on the chart post to the same addresses, with everything in one tap.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from grading.vocabulary import GradedToxicity, Sign
from patients import door
from patients.adjudication.final_form import FinalGradeForm
from patients.adjudication.final_grades import final_line
from patients.adjudication.open_signs import sign_of_course
from patients.adjudication.sign_form import DecisionForm, SignDecisionForm
from patients.door.refusals import AlreadyDecided
from patients.forms.submit import FormPage, course_to_enter, open_course_to_enter
from patients.models import Adjudication, Assessment, Course, User
from patients.permissions import check_right
from patients.reading.course_file import course_file_at
from patients.reading.versions import version_of
from patients.rights import ADJUDICATE


@require_http_methods(["GET", "POST"])
def decide_on_sign(request: HttpRequest, uid: UUID, sign: str) -> HttpResponseBase:
    """Decide whether one sign has another cause, or counts."""
    course = open_course_to_enter(request, uid)
    check_right(request.user, ADJUDICATE)
    if sign not in list(Sign):
        raise Http404("There is no such sign.")
    word = Sign(sign)
    file = course_file_at(course, version_of(request.user, uid))
    open_sign = sign_of_course(file, word)

    def make_form(data: Any, **kwargs: Any) -> SignDecisionForm:
        form = SignDecisionForm(data, sign=word, **kwargs)
        asked = {"about": open_sign.about, "after": open_sign.after, "cause": open_sign.cause}
        form.initial.update(asked)
        return form

    page = FormPage(request, course, "adjudication/sign.html", make_form, _save(request, course))
    page.context = {"sign": open_sign}
    return page.answer()


@require_http_methods(["GET", "POST"])
def final_grade(request: HttpRequest, uid: UUID, toxicity: str) -> HttpResponseBase:
    """Enter the final grade of one toxicity, beside the computed one; on a closed course too."""
    course = course_to_enter(request, uid)
    check_right(request.user, ADJUDICATE)
    if toxicity not in list(GradedToxicity):
        raise Http404("There is no such toxicity.")
    word = GradedToxicity(toxicity)
    file = course_file_at(course, version_of(request.user, uid))
    line = final_line(file, word)
    stored = line.row

    def make_form(data: Any, **kwargs: Any) -> FinalGradeForm:
        form = FinalGradeForm(data, toxicity=word, **kwargs)
        if stored is not None:
            times = {name: getattr(stored, name) for name in ("onset_at", "resolved_at")}
            form.initial.update(times | {"final_grade": stored.grade, "after": stored.uid})
        return form

    page = FormPage(request, course, "adjudication/final.html", make_form, _save(request, course))
    page.context = {"line": line}
    return page.answer()


def _save(request: HttpRequest, course: Course) -> Callable[[Any], datetime]:
    """Store the decision of a form; one that came first is noted in the form, and refuses it."""

    def save(form: DecisionForm) -> datetime:
        row = Adjudication(course=course, **form.row_values())
        if about := form.value("about"):
            first = Assessment.objects.filter(course=course, uid=about).first()
            row.holds_from = None if first is None else first.observed_at
        try:
            door.decide(row, after=form.value("after"), by=cast("User", request.user))
        except AlreadyDecided as refusal:
            form.decided_meanwhile(refusal.row)
            raise
        return row.recorded_at

    return save
