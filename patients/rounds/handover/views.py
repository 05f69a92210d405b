"""The handover of a ward as it would be written now, the stored ones, and the two taps of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from patients.door.refusals import Refused
from patients.forms.course_form import UNNUMBERED, UNSIGNED
from patients.forms.submit import refuse_if_opened_by_another
from patients.models import User, Ward
from patients.permissions import check_right, has_right
from patients.rights import HAND_OVER
from patients.rounds.handover.acts import accept, hand_over, may_take_over
from patients.rounds.handover.content import HandoverContent
from patients.rounds.handover.corrected_since import corrected_since
from patients.rounds.handover.rows import handovers_of, newest_of
from patients.rounds.handover.writing_down import content_of
from patients.rounds.models import Handover
from patients.words import wording

MOST_FORMER = 30
"""So many former handovers are listed."""
LONGEST_KEY = 18
"""No key of a ward or an account has more digits, and no database takes more."""
CHOOSE = "Choose who takes over. Nothing was handed over."
ORDERS = {"need": "who needs most first", "bed": "by bed"}


def wards_of(request: HttpRequest) -> list[Ward]:
    """The wards of whoever asks."""
    return list(Ward.objects.filter(memberships__user=request.user.pk))


def asked_ward(request: HttpRequest, wards: list[Ward]) -> Ward | None:
    """The ward in the address, or the only one; None where it has to be chosen."""
    asked = request.GET.get("ward", "")
    if not asked:
        return wards[0] if len(wards) == 1 else None
    ward = next((ward for ward in wards if str(ward.pk) == asked), None)
    if ward is None:
        raise Http404("There is no such ward among yours.")
    return ward


@require_GET
def handover(request: HttpRequest) -> HttpResponse:
    """The handover of a ward as it would be written now; without a ward the choice of one."""
    wards = wards_of(request)
    ward = asked_ward(request, wards)
    if ward is None:
        return render(request, "rounds/handover_wards.html", {"wards": wards})
    return _page(request, ward, wards)


@require_POST
def handover_give(request: HttpRequest, ward_id: int) -> HttpResponseBase:
    """Hand the ward over to the person whose button was tapped."""
    wards = wards_of(request)
    ward = next((ward for ward in wards if ward.pk == ward_id), None)
    if ward is None:
        raise Http404("There is no such ward among yours.")
    check_right(request.user, HAND_OVER)
    if (anothers := refuse_if_opened_by_another(request)) is not None:
        return anothers
    try:
        to, uid = _sent(request, ward)
        content = content_of(ward, timezone.now())
        person = cast("User", request.user)
        stored = hand_over(ward, content, to=to, by=person, uid=uid)
    except Refused as refusal:
        return _page(request, ward, wards, refusal=str(refusal))
    return redirect("handover_show", uid=stored.uid)


def _sent(request: HttpRequest, ward: Ward) -> tuple[User, UUID]:
    """To whom the form hands over, and its number."""
    to, typed_by = request.POST.get("to", ""), request.POST.get("typed_by", "")
    if typed_by != str(request.user.pk):
        raise Refused(UNSIGNED)
    try:
        uid = UUID(request.POST.get("uid", ""))
    except ValueError as wrong:
        raise Refused(UNNUMBERED) from wrong
    if not to.isdecimal() or len(to) > LONGEST_KEY:
        raise Refused(CHOOSE)
    person = User.objects.filter(pk=int(to), memberships__ward=ward).first()
    if person is None:
        raise Refused(CHOOSE)
    return person, uid


def _page(
    request: HttpRequest, ward: Ward, wards: list[Ward], *, refusal: str = ""
) -> HttpResponse:
    """The page as of now."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    order = request.GET.get("order", "")
    now, person = timezone.now(), cast("User", request.user)
    may = has_right(person, HAND_OVER)
    former = list(handovers_of(ward)[: MOST_FORMER + 1])
    context = {
        "ward": ward,
        "wards": wards,
        "orders": ORDERS,
        "order": order if order in ORDERS else "need",
        "content": content_of(ward, now, by_bed=order == "bed"),
        "written": _written(now, ward),
        "author": str(person),
        "may_enter": may,
        "people": may_take_over(ward, person) if may else [],
        "uid": uuid.uuid4(),
        "chosen": request.POST.get("to", ""),
        "refusal": refusal,
        "former": [_line(each, ward) for each in former[:MOST_FORMER]],
        "has_more": len(former) > MOST_FORMER,
        "pending": _pending(former, ward),
    }
    return render(request, "rounds/handover.html", context, status=status)


def _written(at: datetime, ward: Ward) -> str:
    """05 Jan 2026 07:04."""
    return wording.long_date_and_time(at, ZoneInfo(ward.time_zone))


def _line(row: Handover, ward: Ward) -> dict[str, str]:
    """One former handover: when, by whom, to whom, and whether it was accepted."""
    zone = ZoneInfo(ward.time_zone)
    accepted = "not accepted"
    if row.accepted_at is not None:
        accepted = f"accepted {wording.clock_or_date(row.accepted_at, row.recorded_at, zone)}"
    return {
        "address": reverse("handover_show", args=[row.uid]),
        "at": wording.long_date_and_time(row.recorded_at, zone),
        "by": str(row.recorded_by),
        "to": str(row.handed_to),
        "accepted": accepted,
    }


def _pending(former: list[Handover], ward: Ward) -> dict[str, str] | None:
    """The newest handover, where it waits to be accepted."""
    if not former or former[0].accepted_at is not None:
        return None
    return _line(former[0], ward)


def handover_or_404(request: HttpRequest, uid: UUID) -> Handover:
    """A stored handover of one of the wards of whoever asks."""
    rows = Handover.objects.filter(ward__memberships__user=request.user.pk, uid=uid)
    row = rows.select_related("ward", "recorded_by", "handed_to").first()
    if row is None:
        raise Http404("There is no such handover on your wards.")
    return row


@require_GET
def handover_show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A stored handover, exactly as it was written, with the button of the one it is for."""
    return _show(request, handover_or_404(request, uid))


@require_POST
def handover_accept(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """One tap of the one who takes over, on their own sign-in."""
    row = handover_or_404(request, uid)
    check_right(request.user, HAND_OVER)
    if (anothers := refuse_if_opened_by_another(request)) is not None:
        return anothers
    if request.POST.get("typed_by") != str(request.user.pk):
        return _show(request, row, refusal=UNSIGNED, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        accept(row, by=cast("User", request.user))
    except Refused as refusal:
        return _show(request, row, refusal=str(refusal), status=HTTPStatus.CONFLICT)
    return redirect("handover_show", uid=row.uid)


def _show(
    request: HttpRequest, row: Handover, *, refusal: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    newest = newest_of(row.ward)
    is_newest = newest is not None and newest.pk == row.pk
    content = HandoverContent.from_json(row.content)
    now = timezone.now()
    context: dict[str, Any] = {
        "row": row,
        "ward": row.ward,
        "content": content,
        "line": _line(row, row.ward),
        "author": str(row.recorded_by),
        "written": _written(row.recorded_at, row.ward),
        "corrected": corrected_since(content),
        "is_replaced": row.accepted_at is None and not is_newest,
        "is_mine": row.accepted_at is None and is_newest and row.handed_to_id == request.user.pk,
        "clock": wording.time_of_day(now, ZoneInfo(row.ward.time_zone)),
        "refusal": refusal,
    }
    return render(request, "rounds/handover_show.html", context, status=status)
