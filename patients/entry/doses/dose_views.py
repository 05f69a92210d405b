"""The pages of doses and runs: a dose, the start of a run, its new rate, its end."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from grading.agents import AGENTS, CONTINUOUS, agent_named
from patients import door
from patients.door.refusals import AlreadyRunning, AlreadyStopped, Refused
from patients.entry.doses.dose_form import DoseForm
from patients.entry.doses.run_forms import DoseStopForm, RateChangeForm, RunStartForm
from patients.forms.course_form import CourseForm
from patients.forms.submit import FormPage, go_to_chart, open_course_to_enter
from patients.models import Course, Dose, User
from patients.words import wording


@require_http_methods(["GET", "POST"])
def dose_new(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Record a dose, or the start of a run."""
    course = open_course_to_enter(request, uid)

    def save(form: Any) -> datetime:
        row = Dose(course=course, **form.row_values())
        if form.starts_run():
            door.start_run(course, row, by=cast("User", request.user), beside=form.beside)
        else:
            door.enter(course, [row], by=cast("User", request.user))
        return row.recorded_at

    page = FormPage(request, course, "entry/dose.html", DoseForm, save)
    page.compare = _compared
    return page.answer()


@require_http_methods(["GET", "POST"])
def run_start(request: HttpRequest, uid: UUID, agent: str) -> HttpResponseBase:
    """Start a run of a drug that is given as one; unit and route are preset."""
    course = open_course_to_enter(request, uid)
    if AGENTS.get(agent) not in CONTINUOUS:
        raise Http404("This drug is not given as a run.")

    def save(form: Any) -> datetime:
        run = Dose(course=course, **form.row_values())
        door.start_run(course, run, by=cast("User", request.user), beside=form.beside)
        return run.recorded_at

    page = FormPage(request, course, "entry/run.html", partial(RunStartForm, agent=agent), save)
    page.compare = _compared
    page.context = {"heading": f"Start {wording.words(agent)}", "words_to_save": "Save the start"}
    return page.answer()


@require_http_methods(["GET", "POST"])
def run_rate(request: HttpRequest, uid: UUID, row_uid: UUID) -> HttpResponseBase:
    """Give a run another rate: it ends, and the drug runs on at the new rate."""
    course = open_course_to_enter(request, uid)
    run = _run(course, row_uid)
    if request.method == "GET" and (answer := _answer_if_over(request, course, run)) is not None:
        return answer

    def save(form: Any) -> datetime:
        if form.is_stop():
            door.stop(run, at=form.value("given_at"), by=cast("User", request.user))
            return cast("datetime", run.end_recorded_at)
        new = Dose(course=course, **form.row_values())
        door.change_rate(run, new, by=cast("User", request.user))
        return new.recorded_at

    page = FormPage(request, course, "entry/run.html", partial(RateChangeForm, run=run), save)
    page.compare = _compared
    page.context = {
        "heading": f"New rate of {wording.words(run.agent)}",
        "runs_now": _runs_at(run),
        "words_to_save": "Save the new rate",
        "stop_url": reverse("dose_stop", args=[course.uid, run.uid]),
    }
    return page.answer()


@require_http_methods(["GET", "POST"])
def dose_stop(request: HttpRequest, uid: UUID, row_uid: UUID) -> HttpResponseBase:
    """Record when a run ended."""
    course = open_course_to_enter(request, uid)
    run = _run(course, row_uid)
    if request.method == "GET" and (answer := _answer_if_over(request, course, run)) is not None:
        return answer

    def save(form: CourseForm) -> datetime:
        door.stop(run, at=form.value("ended_at"), by=cast("User", request.user))
        return cast("datetime", run.end_recorded_at)

    page = FormPage(request, course, "entry/dose_stop.html", DoseStopForm, save)
    page.compare = _compared
    page.context = {"heading": f"Stop {wording.words(run.agent)}", "runs_now": _runs_at(run)}
    return page.answer()


def _run(course: Course, row_uid: UUID) -> Dose:
    people = ("end_recorded_by", "struck_out_by")
    runs = Dose.objects.filter(course=course).select_related(*people)
    run = get_object_or_404(runs, uid=row_uid)
    run.course = course
    return run


def _runs_at(run: Dose) -> str:
    """A run with its rate and since when: vasopressin 0.03 units/min IV since 08 Jan 2026 06:40."""
    rate = wording.amount(run.amount, run.unit, run.route)
    since = wording.long_date_and_time(run.given_at, run.course.zone)
    return f"{wording.words(run.agent)} {rate} since {since}"


def _answer_if_over(request: HttpRequest, course: Course, run: Dose) -> HttpResponseBase | None:
    """Back to the chart, with the reason, where the run was ended or struck out meanwhile."""
    if run.ended_at is None and run.is_live():
        return None
    drug = wording.words(run.agent)
    text = f"This entry of {drug} was struck out or corrected. The chart shows what runs now."
    if run.ended_at is not None:
        ended = wording.long_date_and_time(run.ended_at, course.zone)
        by = "" if run.end_recorded_by is None else f", entered by {run.end_recorded_by}"
        text = f"{drug} {wording.amount(run.amount, run.unit)} ended {ended}{by}. "
        text += "The chart shows what runs now."
    messages.warning(request, text)
    return go_to_chart(request, course)


def _compared(refusal: Refused, form: CourseForm) -> dict[str, Any] | None:
    """The run that counts now beside what was typed, and what can be done with that.

    None where a run was stopped twice: the form itself shows both ends.
    """
    if isinstance(refusal, AlreadyRunning):
        stored = refusal.running
        return _both(stored, form, refusal.attempted, f"{wording.words(stored.agent)} runs already")
    if not isinstance(refusal, AlreadyStopped) or refusal.newer is refusal.attempted is None:
        return None
    stored = refusal.row if refusal.newer is None else refusal.newer
    what = f"{wording.words(stored.agent)} was stopped"
    if stored.ended_at is None:
        what = f"{wording.words(stored.agent)} runs at another rate now"
    return _both(stored, form, refusal.attempted, what)


def _both(stored: Dose, form: CourseForm, attempted: Dose | None, what: str) -> dict[str, Any]:
    """The lines of both, by label, and the pages that take over what was typed."""
    zone = form.bedside.zone
    names = ("rate", "from", "until")
    theirs, yours = _line(stored, zone), dict.fromkeys(names, wording.DASH)
    if attempted is not None:
        yours = _line(attempted, zone)
    elif form.value("ended_at") is not None:
        yours["until"] = wording.long_date_and_time(form.value("ended_at"), zone)
    course, address = stored.course.uid, {"uid": stored.course.uid, "row_uid": stored.uid}
    ways_on = []
    if stored.ended_at is None:
        page, words = ("dose_stop", "its end") if attempted is None else ("run_rate", "a new rate")
        ways_on = [(reverse(page, kwargs=address), words)]
    agent = agent_named(stored.agent)
    is_start = isinstance(form, DoseForm | RunStartForm)
    if (
        attempted is not None
        and (is_start or stored.ended_at is not None)
        and agent is not None
        and AGENTS[agent] in CONTINUOUS
    ):
        words = "a new start" if stored.ended_at is not None else "a second pump beside it"
        ways_on.append((reverse("run_start", args=[course, agent]), words))
    by = stored.recorded_by if stored.ended_at is None else stored.end_recorded_by
    return {
        "what": what,
        "stored_by": by or stored.recorded_by,
        "pairs": [(name.capitalize(), theirs[name], yours[name]) for name in names],
        "ways_on": ways_on,
    }


def _line(run: Dose, zone: Any) -> dict[str, str]:
    until = "runs now" if run.ended_at is None else wording.long_date_and_time(run.ended_at, zone)
    return {
        "rate": wording.amount(run.amount, run.unit, run.route),
        "from": wording.long_date_and_time(run.given_at, zone),
        "until": until,
    }
