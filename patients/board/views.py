"""The ward board: every open course on my wards, and who needs me first."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from grading.rules.systems import PRIMARY
from patients.board.columns import BoardColumn, added_values, configured_columns, foot_of
from patients.board.rows import BoardPlace, places_of
from patients.models import Ward
from patients.permissions import can_enter
from patients.reading.ticks import next_midnight
from patients.reading.versions import application_version, versions_of_open_courses

SORTS = {"urgency": "who needs me first", "bed": "bed"}
LONGEST_KEY = 18  # digits; no ward has a longer number, and no database takes one
UNTIL_DIGITS, DIGEST_DIGITS = 12, 24
EMPTY_BOARD_HOLDS = timedelta(hours=1)
TOKEN = re.compile(f"[0-9a-f]{{{UNTIL_DIGITS + DIGEST_DIGITS}}}")

Stand = tuple[UUID, int, dict[str, Any]]
"""A course by its uid, the version of its row, and what added columns say of it."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many patients of the board something is true of, and the first of them."""

    number: int
    what: str
    first: BoardPlace
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Board:
    """The content of the board for one person: the places in order, and a token of all of it.

    `at_home` are the patients who are not on their ward; they have a list of their own.
    """

    places: list[BoardPlace]
    at_home: list[BoardPlace]
    columns: tuple[BoardColumn, ...]
    sort: str
    ward: str
    token: str

    @property
    def ranked(self) -> list[tuple[str, BoardPlace]]:
        """Each place behind its rank, which counts from 0."""
        return [(str(rank), place) for rank, place in enumerate(self.places)]

    @property
    def added(self) -> int:
        """The number of columns beside those that every board has, for the widths of the table."""
        return sum(column.values is not None and column.needs is None for column in self.columns)

    @property
    def calls_from_home(self) -> int:
        """Patients at home about whom somebody was called and nobody answered."""
        return sum(place.unanswered for place in self.at_home)

    @property
    def counts(self) -> list[Count]:
        """What is counted above the rows; each leads to its first row."""
        calls = [place for place in self.places if place.unanswered]
        overdue = [place for place in self.places if place.overdue]
        review = [place for place in self.places if place.review]
        ungraded = [place for place in self.places if place.ungraded]
        counted = (
            (f"unanswered call{'s' if len(calls) > 1 else ''}", calls, True),
            ("overdue", overdue, True),
            ("for review", review, False),
            ("not gradable", ungraded, False),
        )
        return [
            Count(len(places), what, places[0], is_urgent=is_urgent)
            for what, places, is_urgent in counted
            if places
        ]

    @property
    def foot(self) -> list[str]:
        """What the columns say at the foot of the board."""
        return foot_of([place.added for place in self.places])


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
    places = places_of(request.user, now, ward_id=_ward_id(request))
    sort = _sort(request)
    places.sort(key=lambda place: place.bed_order if sort == "bed" else place.urgency)
    changes = [moment for place in places for moment in place.moments if moment > now]
    midnights = [next_midnight(now, zone) for zone in {place.zone for place in places}]
    until = min([*changes, *midnights], default=now + EMPTY_BOARD_HOLDS)
    stands = [(place.uid, place.version, place.added) for place in places]
    token = _token(request, stands, until)
    here = [place for place in places if not place.at_home]
    at_home = [place for place in places if place.at_home]
    return Board(here, at_home, configured_columns(), sort, request.GET.get("ward", ""), token)


def _sort(request: HttpRequest) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort in SORTS else "urgency"


def _ward_id(request: HttpRequest) -> int | None:
    """The ward that is asked for; None for all."""
    ward = request.GET.get("ward", "")
    return int(ward) if ward.isdecimal() and len(ward) <= LONGEST_KEY else None


def _token(request: HttpRequest, stands: list[Stand], until: datetime) -> str:
    """A token that changes when the text of any row changes; ages change in the page itself.

    It begins with the moment up to which the clock alone changes nothing, so that an older page
    is recognized without reading a row.
    """
    ms = int(until.timestamp() * 1000)
    return f"{ms:0{UNTIL_DIGITS}x}{_digest(request, stands, ms)}"


def _is_unchanged(request: HttpRequest, now: datetime) -> bool:
    """Whether the page that asks shows the current rows."""
    token = request.GET.get("token", "")
    if not TOKEN.fullmatch(token):
        return False
    until, digest = int(token[:UNTIL_DIGITS], 16), token[UNTIL_DIGITS:]
    if now.timestamp() * 1000 >= until:
        return False
    versions = versions_of_open_courses(request.user, ward_id=_ward_id(request))
    added = added_values([uid for uid, _ in versions], now, request.user)
    stands = [(uid, version, added[uid]) for uid, version in versions]
    return digest == _digest(request, stands, until)


def _digest(request: HttpRequest, stands: list[Stand], until: int) -> str:
    parts = [
        application_version(),
        str(request.user.pk),
        str(can_enter(request.user)),
        _sort(request),
        request.GET.get("ward", ""),
        str(until),
        *sorted(f"{uid.hex}:{version}:{added}" for uid, version, added in stands),
    ]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:DIGEST_DIGITS]
