"""The round view: one ward, its patients in the order in which they are due."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from patients.models import BoardRow, Ward
from patients.permissions import can_enter, has_right
from patients.reading.versions import application_version
from patients.rights import SET_ROUNDS
from patients.rounds.due.rounds_now import read_rounds
from patients.rounds.pages.round_lines import hours_ahead, in_order, round_line

LONGEST_NUMBER = 18  # digits; no ward has a longer number, and no database takes one


@require_GET
def rounds(request: HttpRequest) -> HttpResponse:
    """The page; to its own script only the list, or 204 where nothing changed."""
    wards = list(Ward.objects.filter(memberships__user=request.user.pk).order_by("name"))
    ward = _ward(request, wards)
    context = _context(request, ward, timezone.now())
    if "token" in request.GET and request.headers.get("HX-Request") == "true":
        if request.GET["token"] == context["token"]:
            return HttpResponse(status=204)
        return render(request, "rounds/_round_list.html", context)
    sets = has_right(request.user, SET_ROUNDS)
    return render(request, "rounds/rounds.html", context | {"wards": wards, "sets_rounds": sets})


def _ward(request: HttpRequest, wards: list[Ward]) -> Ward | None:
    """The ward that is asked for, else the first of the user's; None where they have none."""
    asked = request.GET.get("ward", "")
    if not asked:
        return wards[0] if wards else None
    if asked.isdecimal() and len(asked) <= LONGEST_NUMBER:
        for ward in wards:
            if ward.pk == int(asked):
                return ward
    raise Http404("There is no such ward among yours.")


def _context(request: HttpRequest, ward: Ward | None, now: datetime) -> dict[str, Any]:
    rows = BoardRow.objects.filter(
        course__ward=ward, course__closed_at=None, course__home_since=None
    )
    stored = {row.course.uid: row for row in rows.select_related("course__patient", "course__ward")}
    read = read_rounds(list(stored))
    shown = {uid: each.at(now) for uid, each in read.items()}
    versions = [
        (uid, row.version, repr(read.get(uid)), shown[uid].next_at if uid in shown else None)
        for uid, row in stored.items()
    ]
    zone = ZoneInfo("UTC" if ward is None else ward.time_zone)
    hour = f"{now.astimezone(zone):%Y-%m-%d %H}"
    parts = (application_version(), can_enter(request.user), hour, ward, sorted(map(str, versions)))
    return {
        "ward": ward,
        "lines": in_order(round_line(row, read.get(uid), now) for uid, row in stored.items()),
        "hours": hours_ahead(list(shown.values()), now, zone),
        "can_enter": can_enter(request.user),
        "token": hashlib.sha256(repr(parts).encode()).hexdigest()[:24],
    }
