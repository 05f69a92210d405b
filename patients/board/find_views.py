"""The pages that find a patient, and that list the closed courses."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from patients.board.beds import is_bed_meant
from patients.forms.whose.wristbands import mrn_in_scan
from patients.models import Course
from patients.permissions import courses_visible_to
from patients.words import wording
from patients.words.identity import identity_of

MOST_FOUND = 50
LONGEST_SEARCH = 100  # characters of a name or an MRN
MOST_WORDS = 8


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find a patient by name, MRN, wristband or bed.

    The search is posted, so that no address or log has a name or an MRN.
    """
    if request.method == "GET":
        return redirect("board")
    text = request.POST.get("text", "").replace("\0", "")[:LONGEST_SEARCH].strip()
    courses = list(_matching(request, text)[:MOST_FOUND]) if text else []
    if len(courses) == 1:
        return redirect("chart", uid=courses[0].uid)
    now = timezone.now()
    people = [(course, identity_of(course, now), _state(course)) for course in courses]
    return render(request, "board/find.html", {"text": text, "people": people, "most": MOST_FOUND})


@require_GET
def closed(request: HttpRequest) -> HttpResponse:
    """The closed courses of my wards, the latest first."""
    courses = courses_visible_to(request.user).filter(closed_at__isnull=False)
    pages = Paginator(courses.order_by("-closed_at", "-pk"), MOST_FOUND)
    page = pages.get_page(request.GET.get("page"))
    now = timezone.now()
    people = [(course, identity_of(course, now), _state(course)) for course in page]
    return render(request, "board/closed.html", {"people": people, "page": page})


def _matching(request: HttpRequest, text: str) -> QuerySet[Course]:
    """An MRN as it is written or scanned, a bed, or every word somewhere in the name."""
    by_name = Q()
    for word in text.replace(",", " ").split()[:MOST_WORDS]:
        by_name &= Q(patient__family_name__icontains=word) | Q(patient__given_name__icontains=word)
    visible = courses_visible_to(request.user)
    lying = (
        visible.filter(closed_at__isnull=True, home_since__isnull=True)
        .exclude(bed="")
        .values_list("pk", "bed", "ward__name")
    )
    in_bed = [pk for pk, bed, ward in lying if is_bed_meant(text, bed, ward)]
    wanted = Q(patient__mrn__iexact=text) | Q(pk__in=in_bed)
    if by_name:
        wanted |= by_name
    if mrn := mrn_in_scan(text):
        wanted |= Q(patient__mrn__iexact=mrn)
    return visible.filter(wanted).order_by(
        F("closed_at").desc(nulls_first=True), "patient__family_name", "patient__given_name"
    )


def _state(course: Course) -> str:
    if course.closed_at is None:
        return "open" if course.home_since is None else "open, at home"
    at = wording.long_date_and_time(course.closed_at, course.zone)
    outcome = course.get_outcome_display().lower()
    return f"{outcome}, closed {at}" if outcome else f"closed {at}"
