"""The pages after a failure. They say what is known of a save, and bring back what was typed.

They need no database. What was sent comes back as a form only where the request has passed the
check against forgery, so that no other site can lay its values behind our button.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.template.loader import render_to_string
from django.urls import resolve
from django.utils import timezone

from patients.forms.course_form import SHOWN_FOR, TYPED_BY
from patients.forms.submit import course_of_address, typed_in_words
from patients.words.identity import identity_of

OLD_PAGE = (
    "This page was opened before the last sign-in, so Cartox could not tell that it came from you."
)


class _Check(CsrfViewMiddleware):
    """The check against forgery by itself: it answers with the reason of a failure."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def server_error(request: HttpRequest) -> HttpResponse:
    """The page after an exception: it may have come before a save, in it, or after it."""
    return _page(request, "500.html", HTTPStatus.INTERNAL_SERVER_ERROR, again=_is_genuine(request))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that Cartox could not read."""
    return _page(request, "400.html", HTTPStatus.BAD_REQUEST, again=_is_genuine(request))


def forged_or_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form whose token is not that of the present sign-in; nothing was read of it.

    A browser that says that the form came from our own page has an old one: it may be sent again.
    """
    is_own = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return _page(
        request,
        "403_csrf.html",
        HTTPStatus.FORBIDDEN,
        again=is_own,
        why=OLD_PAGE,
        whose=_whose(request),
    )


def not_signed_in(request: HttpRequest, why: str) -> HttpResponse | None:
    """The page for a form that arrived without a sign-in; None where no form was sent.

    The check against forgery has passed before; nothing was read of the form.
    """
    if not _sent(request):
        return None
    return _page(
        request,
        "403_csrf.html",
        HTTPStatus.UNAUTHORIZED,
        again=True,
        why=why,
        whose=_whose(request),
    )


def _page(
    request: HttpRequest,
    template: str,
    status: HTTPStatus,
    *,
    again: bool,
    why: str = "",
    whose: str | None = None,
) -> HttpResponse:
    """`whose` is asked of the database; None where it may be down: then the form says it."""
    sent = _sent(request) if again else {}
    if whose is None:
        whose = ", ".join(sent.get(SHOWN_FOR, ()))
    fields = [
        (name, value)
        for name, values in sent.items()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    page = {
        "sends": request.method not in {"GET", "HEAD", "OPTIONS"},
        "fields": fields,
        "lines": typed_in_words(sent),
        "address": request.path,
        "token": get_token(request),
        "why": why,
        "whose": whose,
    }
    return HttpResponse(render_to_string(template, page), status=status)


def _whose(request: HttpRequest) -> str:
    """Patient, bed and who is signed in, where that user may see the course; else empty."""
    try:
        course = course_of_address(request)
        if course is None:
            return ""
        identity = identity_of(course, timezone.now())
    except Exception:  # noqa: BLE001 - as below
        return ""
    return f"{identity.in_one_line} · signed in as {request.user}"


def _sent(request: HttpRequest) -> dict[str, list[str]]:
    """What a form about a patient sent; empty for every other request and for an unreadable one."""
    try:
        resolve(request.path_info, "patients.urls")
        sent = dict(request.POST.lists()) if request.method == "POST" else {}
    except Exception:  # noqa: BLE001 - this page is the last one: it must come
        return {}
    return sent if TYPED_BY in sent else {}


def _is_genuine(request: HttpRequest) -> bool:
    """Whether the request passed the check against forgery, or passes it now."""
    if getattr(request, "csrf_processing_done", False):
        return True
    check = _Check(lambda _request: HttpResponse())
    try:
        check.process_request(request)
        return check.process_view(request, server_error, (), {}) is None
    except Exception:  # noqa: BLE001 - as above
        return False
