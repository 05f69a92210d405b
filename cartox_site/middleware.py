"""What stands between a request and a page."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.http.response import HttpResponseBase

from cartox_site.addresses import is_of_this_computer
from cartox_site.security_log import record

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class LoopbackOnlyMiddleware:
    """In desk mode, answers this computer only: its key protects nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.DESK_MODE:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_of_this_computer(request):
            return HttpResponseForbidden(
                "Cartox runs in desk mode and answers this computer only. "
                "Set CARTOX_SECRET_KEY and CARTOX_HOSTS to serve others.",
                content_type="text/plain",
            )
        return self.get_response(request)


class OwnOriginMiddleware:
    """No other site may load anything of this one, files included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class NoStoreMiddleware:
    """No page about a patient stays in a browser's cache; files answer before this."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _is_navigation(request: HttpRequest) -> bool:
    """Whether the browser is opening a page, rather than a script asking for a part of one."""
    by_script = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    return not by_script and "HX-Request" not in request.headers


SINCE, ACTED = "cartox_since", "cartox_acted"
STAMP_EVERY_SECONDS = 60
"""How exactly the last act is kept, so that not every page writes to the session."""


def begin_session(request: HttpRequest) -> None:
    """Note when the session of whoever just signed in began."""
    request.session[SINCE] = request.session[ACTED] = time.time()


class SessionLimitsMiddleware:
    """Ends a session after a shift, after too long without an act, and of a closed account.

    Opening a page and sending a form are acts. What scripts fetch is none: a board that asks every
    15 seconds would never be idle.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            self._keep_limits(request)
        elif SESSION_KEY in request.session:
            request.session.flush()  # the account was closed: opening it again revives nothing
        return self.get_response(request)

    def _keep_limits(self, request: HttpRequest) -> None:
        now = time.time()
        if settings.IDLE_SECONDS and ACTED not in request.session:
            begin_session(request)  # not signed in by the adapter
        since, acted = request.session.get(SINCE, now), request.session.get(ACTED, now)
        if now - since >= settings.SESSION_COOKIE_AGE:
            self._end(request, "session_over")
        elif settings.IDLE_SECONDS and now - acted >= settings.IDLE_SECONDS:
            self._end(request, "session_idle")
        elif settings.IDLE_SECONDS and _is_act(request) and now - acted >= STAMP_EVERY_SECONDS:
            request.session[ACTED] = now

    def _end(self, request: HttpRequest, event: str) -> None:
        record(event, request)
        logout(request)


def _is_act(request: HttpRequest) -> bool:
    return request.method not in {"GET", "HEAD", "OPTIONS"} or _is_navigation(request)


class RefusalsLoggedMiddleware:
    """Logs who was refused a page, or asked for a course that is not theirs to see."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_page = request.resolver_match is not None
        if response.status_code == 403 or (response.status_code == 404 and is_page):
            record("refused", request, status=response.status_code)
        return response


class SignedInMiddleware(LoginRequiredMiddleware):
    """Every page needs a sign-in. A script gets 401, never a login page in place of a part."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        if _is_navigation(request):
            return super().handle_no_permission(request, view_func)
        return HttpResponse("Your session has ended. Sign in again.", status=401)
