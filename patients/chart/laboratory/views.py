"""The panels of hyperinflammation and counts, a part of the chart.

The chart fetches it by itself, so that it stays small; without a script it is a page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from grading.rules.systems import COURSE_SYSTEMS
from patients.chart.laboratory.counts import counts_panel
from patients.chart.laboratory.hyperinflammation import hyperinflammation_panel
from patients.models import Ward
from patients.permissions import can_enter, get_course_or_404
from patients.reading.course_file import course_file_at
from patients.reading.versions import version_of
from patients.words.identity import identity_of, patient_menu

Labeled = TypeVar("Labeled", bound=Any)


@require_GET
def panels(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Both panels; to the chart's own request without the page around them.

    Scores that the ward does not see are left out; options are for every ward.
    """
    version = version_of(request.user, uid)
    course = get_course_or_404(request.user, uid)
    now = timezone.now()
    file = course_file_at(course, version)
    ward = course.ward
    inflammation, counts = hyperinflammation_panel(file, now), counts_panel(file, ward.sees)
    context = {
        "course": course,
        "identity": identity_of(course, now),
        "can_enter": can_enter(request.user) and course.is_open(),
        "menu": patient_menu(request.user, course),
        "inflammation": replace(
            inflammation,
            checklist=inflammation.checklist if ward.sees("iec_hs") else None,
            older=_visible(inflammation.older, ward),
        ),
        "counts": replace(
            counts, grades=_visible(counts.grades, ward), scores=_visible(counts.scores, ward)
        ),
    }
    by_script = request.headers.get("HX-Request") == "true"
    return render(
        request,
        "chart/laboratory/_panels.html" if by_script else "chart/laboratory/panels.html",
        context,
    )


def _visible(lines: Iterable[Labeled], ward: Ward) -> tuple[Labeled, ...]:
    hidden = {system.label for key, system in COURSE_SYSTEMS.items() if not ward.sees(key)}
    return tuple(line for line in lines if line.label not in hidden)
