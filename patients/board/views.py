"""The ward board: every open course on my wards, and who needs me first."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from grading.rules.systems import PRIMARY, rules_version
from patients.board.lines import BoardLine
from patients.board.markup import markup, moments, read_rows, shown
from patients.models import Ward
from patients.permissions import can_enter
from patients.reading.ticks import _true_until
from patients.reading.versions import versions_of_open_courses
from patients.regrading.graded import local_rules

VERSION = "3"
"""Raised when the rows are written differently, so that open pages fetch them anew."""

SORTS = {"urgency": "who needs me first", "bed": "bed"}
LONGEST_KEY = 18  # digits; no ward has a longer number, and no database takes one
UNTIL_DIGITS, DIGEST_DIGITS = 12, 24
TOKEN = re.compile(f"[0-9a-f]{{{UNTIL_DIGITS + DIGEST_DIGITS}}}")


@dataclass(frozen=True, slots=True)
class Board:
    """What one person sees: the rows in order, the counts, and a token of all of it."""

    lines: list[BoardLine]
    rows: SafeString
    sort: str
    ward: str
    token: str

    @property
    def overdue(self) -> int:
        return sum(line.overdue for line in self.lines)

    @property
    def first_overdue(self) -> BoardLine | None:
        """Whom the count of the overdue leads to."""
        return next((line for line in self.lines if line.overdue), None)

    @property
    def review(self) -> int:
        return sum(line.review for line in self.lines)

    @property
    def ungraded(self) -> int:
        return sum(line.ungraded for line in self.lines)


def _one_zone(wards: list[Ward]) -> str:
    """The time zone of these wards; empty where they differ, and the page says its own time."""
    zones = {ward.time_zone for ward in wards}
    return zones.pop() if len(zones) == 1 else ""


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    wards = list(Ward.objects.filter(memberships__user=request.user.pk))
    context = {
        "board": _board(request, timezone.now()),
        "wards": wards,
        "zone": _one_zone(wards),
        "sorts": SORTS,
        "systems": PRIMARY.values(),
        "can_enter": can_enter(request.user),
    }
    return render(request, "board/board.html", context)


@require_GET
def board_rows(request: HttpRequest) -> HttpResponse:
    """The rows alone, for the page that asks every 15 s; 204 where nothing changed."""
    now = timezone.now()
    if _is_unchanged(request, now):
        return HttpResponse(status=204)
    answer = _board(request, now)
    context = {
        "board": answer,
        "systems": PRIMARY.values(),
        "can_enter": can_enter(request.user),
    }
    return render(request, "board/_board_rows.html", context)


def _board(request: HttpRequest, now: datetime) -> Board:
    rows = read_rows(_versions(request))
    enters = can_enter(request.user)
    sort, ward = _sort(request), request.GET.get("ward", "")
    order = _bed_order if sort == "bed" else _urgency_order
    told = sorted(
        (shown(row, now, can_enter=enters) for row in rows), key=lambda row: order(row.line)
    )
    versions = [(row.course.uid, row.version) for row in rows]
    until = min([_true_until(now), *(at for row in rows for at in moments(row) if at > now)])
    token = _token(request, versions, until)
    return Board([row.line for row in told], markup(told, now), sort, ward, token)


def _sort(request: HttpRequest) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort in SORTS else "urgency"


def _versions(request: HttpRequest) -> list[tuple[UUID, int]]:
    ward = request.GET.get("ward", "")
    chosen = int(ward) if ward.isdecimal() and len(ward) <= LONGEST_KEY else None
    return versions_of_open_courses(request.user, ward_id=chosen)


def _urgency_order(line: BoardLine) -> tuple[float, bool, datetime, str]:
    return line.urgency


def _bed_order(line: BoardLine) -> tuple[int, str, str]:
    """Bed 3 before bed 12, beds with letters by their text."""
    digits = "".join(sign for sign in line.bed if sign.isdecimal())
    return (int(digits) if digits else 10**9, line.bed, line.name)


def _token(request: HttpRequest, versions: list[tuple[UUID, int]], until: datetime) -> str:
    """Changes when any row would read differently, ages apart, which the page keeps itself.

    Until when the clock alone changes nothing stands in front, so that whether a page is still
    true is told without reading a row.
    """
    ms = int(until.timestamp() * 1000)
    return f"{ms:0{UNTIL_DIGITS}x}{_digest(request, versions, ms)}"


def _is_unchanged(request: HttpRequest, now: datetime) -> bool:
    """Whether the page that asks shows what stands."""
    token = request.GET.get("token", "")
    if not TOKEN.fullmatch(token):
        return False
    until, digest = int(token[:UNTIL_DIGITS], 16), token[UNTIL_DIGITS:]
    if now.timestamp() * 1000 >= until:
        return False
    return digest == _digest(request, _versions(request), until)


def _digest(request: HttpRequest, versions: list[tuple[UUID, int]], until: int) -> str:
    parts = [
        VERSION,
        rules_version(local_rules()),
        str(request.user.pk),
        str(can_enter(request.user)),
        _sort(request),
        request.GET.get("ward", ""),
        str(until),
        *sorted(f"{uid.hex}:{version}" for uid, version in versions),
    ]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:DIGEST_DIGITS]
