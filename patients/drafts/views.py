"""The page of one's own drafts, and what the pages of forms ask: keep this, discard that."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from patients.drafts.device_keys import device_key
from patients.drafts.keeping import DraftRefused, Typed, forget_draft, keep_draft
from patients.drafts.shown import own_drafts
from patients.forms.submit import OPENED_BY_ANOTHER, refuse_if_opened_by_another
from patients.models import User

LONGEST_NUMBER = 15  # digits: milliseconds since 1970 have 13


@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """What this user has typed and not saved, and where it goes on."""
    shown, hidden = own_drafts(cast("User", request.user), timezone.now())
    return render(request, "drafts/drafts.html", {"shown": shown, "hidden": hidden})


@require_POST
def draft_keep(request: HttpRequest) -> HttpResponseBase:
    """Keep what stands in a form; the answer is the sentence beside its button."""
    if (anothers := refuse_if_opened_by_another(request, OPENED_BY_ANOTHER)) is not None:
        return anothers
    try:
        course = keep_draft(_typed(request), by=cast("User", request.user))
    except DraftRefused as refusal:
        return HttpResponse(refusal.sentence, status=refusal.status, content_type="text/plain")
    is_closed = course is not None and not course.is_open()
    remark = "The course was closed meanwhile: a physician can reopen it." if is_closed else ""
    return HttpResponse(remark, content_type="text/plain")


def _typed(request: HttpRequest) -> Typed:
    sent = request.POST
    try:
        return Typed(
            address=sent.get("address", "")[:200],
            form_uid=UUID(sent.get("uid", "")),
            title=sent.get("title", "")[:100],
            content=sent.get("content", ""),
            revision=_number(sent.get("revision", "")),
            age=timedelta(milliseconds=_number(sent.get("age", "0"))),
            was_sent=sent.get("was_sent") == "yes",
            is_left=sent.get("is_left") == "yes",
        )
    except ValueError as wrong:
        raise DraftRefused("It did not arrive whole.", HTTPStatus.BAD_REQUEST) from wrong


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise ValueError("no number")
    return int(text)


@require_POST
def draft_discard(request: HttpRequest) -> HttpResponseBase:
    """Delete a draft that nobody wants, and go back to where that was said."""
    if (anothers := refuse_if_opened_by_another(request, OPENED_BY_ANOTHER)) is not None:
        return anothers
    with suppress(ValueError):  # there is no such draft: as it was asked for
        forget_draft(UUID(request.POST.get("uid", "")), by=cast("User", request.user))
    back = request.POST.get("back", "")
    is_own = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_own and back.startswith("/") else "drafts")


@require_POST
def draft_key(request: HttpRequest) -> HttpResponse:
    """The key of this user for this browser; it is told to nobody else, and stored nowhere."""
    try:
        device = UUID(request.POST.get("device", ""))
    except ValueError:
        return HttpResponse("no number of a browser", status=400, content_type="text/plain")
    return HttpResponse(device_key(cast("User", request.user), device), content_type="text/plain")
