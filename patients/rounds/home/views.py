"""The pages of patients at home: the list of all, the calendar of one, the form that plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from patients.admission.at_home import LAST_DAY_AT_HOME
from patients.board.lines import PastTime
from patients.forms.submit import FormPage, course_to_enter, open_course_to_enter
from patients.models import Assessment, BoardRow, Course, User
from patients.permissions import can_enter, courses_visible_to, get_course_or_404
from patients.reading.products import product_line
from patients.rounds.due.interruptions import withdraw
from patients.rounds.due.rounds_now import read_rounds
from patients.rounds.home.acts import mark_done, plan_contacts
from patients.rounds.home.calendar import contacts_of
from patients.rounds.home.plan_form import PlanForm
from patients.rounds.models import HomeContact
from patients.rounds.pages.interruption_forms import InterruptionForm, WithdrawForm
from patients.rounds.pages.round_lines import RoundLine, round_line
from patients.rounds.rules.contacts import Contact, ContactKind
from patients.words import wording
from patients.words.identity import identity_of
from patients.words.wording import clock_or_weekday

SHOWN_DAYS_BACK = timedelta(days=3)
"""Contacts that were done longer ago are folded away."""


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One line of a calendar. `state` is empty where the contact is still to come."""

    uid: str
    what: str
    when: str
    state: str
    is_overdue: bool
    may_be_marked: bool
    is_old: bool


@dataclass(frozen=True, slots=True)
class HomeLine:
    """One patient at home.

    last      when and where something was observed last; None where nothing was
    next      the next contact of the calendar
    overdue   the contacts that nobody did
    over      what to do once Day 30 is reached
    """

    course: Course
    person: Any
    round: RoundLine
    since: str
    last: PastTime | None
    next: str
    overdue: list[str]
    days_left: int
    over: str


@require_GET
def at_home(request: HttpRequest) -> HttpResponse:
    """The patients of my wards who are at home, who is overdue first."""
    now = timezone.now()
    courses = list(
        courses_visible_to(request.user)
        .filter(closed_at=None, home_since__isnull=False)
        .select_related("patient", "ward")
    )
    rows = {row.course_id: row for row in BoardRow.objects.filter(course__in=courses)}
    rounds = read_rounds([course.uid for course in courses])
    contacts = contacts_of(courses, now)
    last_at = _last_observed(courses)
    lines = []
    for course in courses:
        row = rows[course.pk]
        row.course = course
        line = round_line(row, rounds.get(course.uid), now)
        lines.append(_home_line(course, line, contacts[course.pk], last_at.get(course.pk), now))
    lines.sort(key=lambda line: (not line.round.call, not line.overdue, -line.course.day(now)))
    context = {"lines": lines, "last_day": LAST_DAY_AT_HOME, "can_enter": can_enter(request.user)}
    return render(request, "rounds/home/at_home.html", context)


def _last_observed(courses: list[Course]) -> dict[int, datetime]:
    rows = Assessment.objects.live().filter(course__in=courses).order_by().values("course")
    return dict(rows.annotate(newest=Max("observed_at")).values_list("course", "newest"))


def _home_line(
    course: Course,
    line: RoundLine,
    contacts: list[Contact],
    last_at: datetime | None,
    now: datetime,
) -> HomeLine:
    zone, since = course.zone, cast("datetime", course.home_since)
    open_ones = [each for each in contacts if each.done_at is None]
    coming = next((each for each in open_ones if not each.is_overdue), None)
    left = LAST_DAY_AT_HOME - course.day(now)
    return HomeLine(
        course=course,
        person=identity_of(course, now),
        round=line,
        since=clock_or_weekday(since, now, zone),
        last=None if last_at is None else PastTime(last_at, clock_or_weekday(last_at, now, zone)),
        next="" if coming is None else _contact_in_words(coming, now, zone),
        overdue=[_contact_in_words(each, now, zone) for each in open_ones if each.is_overdue],
        days_left=left,
        over="" if left > 0 else f"Day {LAST_DAY_AT_HOME} is reached: close the course.",
    )


def _contact_in_words(contact: Contact, now: datetime, zone: tzinfo) -> str:
    """tele-ICE Tue 09:00."""
    planned = contact.planned
    return f"{planned.kind.label} {clock_or_weekday(planned.due_at, now, zone)}"


@require_GET
def home_calendar(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The calendar of one patient: what is planned and what was done, with the dates of labels."""
    course, now = get_course_or_404(request.user, uid), timezone.now()
    contacts = contacts_of([course], now)[course.pk]
    lines = [_contact_line(each, now, course.zone) for each in contacts]
    product = product_line(course, now.astimezone(course.zone).date())
    context = {
        "course": course,
        "identity": identity_of(course, now),
        "can_enter": can_enter(request.user) and course.is_open(),
        "since": ""
        if course.home_since is None
        else wording.long_date_and_time(course.home_since, course.zone),
        "labels": () if product is None else product.schedules,
        "lines": [line for line in lines if not line.is_old],
        "older": [line for line in lines if line.is_old],
        "kinds": [(each.value, each.label) for each in ContactKind],
        "last_day": LAST_DAY_AT_HOME,
    }
    return render(request, "rounds/home/calendar.html", context)


def _contact_line(contact: Contact, now: datetime, zone: tzinfo) -> ContactLine:
    planned, state = contact.planned, ""
    if planned.marked_at is not None:
        marked = clock_or_weekday(planned.marked_at, now, zone)
        state = f"marked done {marked} by {planned.marked_by}"
    elif contact.done_at is not None:
        state = f"done {clock_or_weekday(contact.done_at, now, zone)}, by an entry"
    elif contact.is_overdue:
        state = "overdue: nothing is recorded"
    is_past = planned.due_at <= now
    return ContactLine(
        uid=planned.uid,
        what=planned.kind.label,
        when=wording.short_date_and_time(planned.due_at, zone),
        state=state,
        is_overdue=contact.is_overdue,
        may_be_marked=is_past and contact.done_at is None,
        is_old=contact.done_at is not None and planned.due_at < now - SHOWN_DAYS_BACK,
    )


@require_http_methods(["GET", "POST"])
def contacts_plan(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Plan visits, tele-ICE or temperatures."""
    course = open_course_to_enter(request, uid)

    def save(form: Any) -> datetime:
        return plan_contacts(course, form.rows(), by=cast("User", request.user))

    make_form = partial(PlanForm, kind=request.GET.get("kind", ""))
    page = FormPage(request, course, "rounds/home/plan.html", make_form, save)
    return _leading_back(page, request, course)


@require_http_methods(["GET", "POST"])
def contact_done(request: HttpRequest, uid: UUID, contact_uid: UUID) -> HttpResponseBase:
    """Mark a contact of the calendar as done."""
    course = open_course_to_enter(request, uid)
    contact = _contact(course, contact_uid)

    def save(form: Any) -> datetime:
        return mark_done(contact, by=cast("User", request.user))

    page = FormPage(request, course, "rounds/home/done.html", InterruptionForm, save)
    page.context = {"stands": _stands(contact)}
    return _leading_back(page, request, course)


@require_http_methods(["GET", "POST"])
def contact_withdraw(request: HttpRequest, uid: UUID, contact_uid: UUID) -> HttpResponseBase:
    """Take a contact off the calendar, with the reason."""
    course = course_to_enter(request, uid)
    contact = _contact(course, contact_uid)

    def save(form: Any) -> datetime:
        return withdraw(contact, reason=form.words("reason"), by=cast("User", request.user))

    page = FormPage(request, course, "rounds/home/withdraw.html", WithdrawForm, save)
    page.context = {"stands": _stands(contact)}
    return _leading_back(page, request, course)


def _contact(course: Course, uid: UUID) -> HomeContact:
    contact = get_object_or_404(HomeContact, course=course, uid=uid)
    contact.course = course
    return contact


def _stands(contact: HomeContact) -> str:
    at = wording.short_date_and_time(contact.due_at, contact.course.zone)
    return f"{ContactKind(contact.kind).label}, {at}"


def _leading_back(page: FormPage, request: HttpRequest, course: Course) -> HttpResponseBase:
    """The page leads to the calendar once it is saved."""
    address = reverse("home_calendar", args=[course.uid])
    page.context = {**page.context, "back": address}
    if request.headers.get("HX-Request"):
        page.go_on = lambda at: HttpResponseClientRedirect(address)
    else:
        page.go_on = lambda at: redirect(address)
    return page.answer()
