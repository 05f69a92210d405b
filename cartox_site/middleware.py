"""The middleware of the site: it limits access, keeps pages out of caches and ends sessions."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error as AnyDatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from cartox_site.addresses import is_of_this_computer
from cartox_site.failures import not_signed_in
from cartox_site.security_log import record

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class LoopbackOnlyMiddleware:
    """In desk mode, answers this computer only, since the key of desk mode protects nothing."""

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
    """Forbids other sites, by a header, to load anything of this one, files included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class NoStoreMiddleware:
    """Keeps pages out of the browser's cache; static files are answered before this."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class AnswerStandsSessionMiddleware(SessionMiddleware):
    """Stores the session after the view; where that fails, the view's answer stands as it is.

    The view may have stored an entry: an error page would deny it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (SessionInterrupted, AnyDatabaseError):
            logger.exception("the session could not be stored after %s", request.path)
            return response


def _is_navigation(request: HttpRequest) -> bool:
    """Whether the browser opens a page; False where a script asks for a part of one."""
    by_script = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    return not by_script and "HX-Request" not in request.headers


SINCE, ACTED = "cartox_since", "cartox_acted"
STAMP_SECONDS, STAMPS = 60, 30
"""The last act is stored once a minute at most, so that not every page writes to the session, and
where the idle limit is short, at every thirtieth part of it."""


LOCKED, BY_PIN = "cartox_locked", "cartox_by_pin"
UNLOCKS = frozenset({"locked", "unlock", "lock", "account_logout", "sign_out_everywhere"})
"""The pages that open while a session is locked."""


def begin_session(request: HttpRequest) -> None:
    """Note when the session of whoever just signed in began."""
    request.session[SINCE] = request.session[ACTED] = time.time()


def begin_pin_session(request: HttpRequest, since: datetime) -> None:
    """Begin a session by PIN: it ends a shift after the sign-in by password on which it rests."""
    begin_session(request)
    request.session[SINCE] = since.timestamp()
    request.session[BY_PIN] = True


def lock_session(request: HttpRequest) -> None:
    """Let no page open until the PIN or the password is typed."""
    if not request.session.get(LOCKED):
        request.session[LOCKED] = True
        record("locked", request)


def unlock_session(request: HttpRequest) -> None:
    request.session.pop(LOCKED, None)
    request.session[ACTED] = time.time()
    request.session.cycle_key()


class SessionLimitsMiddleware:
    """Ends a session after a shift, after too long without an act, and when its account is closed.

    Sooner, after `LOCK_SECONDS` without an act, it is locked. One that a PIN began is not for
    administering.

    Opening a page and sending a form are acts. A request of a script is none: a board that asks
    every 15 seconds would never be idle. The time of an act is stored before the view, so that a
    save writes nothing after its commit.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if SESSION_KEY in request.session:
                request.session.flush()  # the account was closed: opening it again revives nothing
            return self.get_response(request)
        now = time.time()
        if (settings.IDLE_SECONDS or settings.LOCK_SECONDS) and ACTED not in request.session:
            begin_session(request)  # not signed in by the adapter
            self._store(request)
        since, acted = request.session.get(SINCE, now), request.session.get(ACTED, now)
        is_act = request.method not in {"GET", "HEAD", "OPTIONS"} or _is_navigation(request)
        limit = min(filter(None, (settings.IDLE_SECONDS, settings.LOCK_SECONDS)), default=0)
        every_s = min(STAMP_SECONDS, limit / STAMPS)
        is_forbidden = request.session.get(BY_PIN) and getattr(request.user, "is_staff", False)
        if is_forbidden or now - since >= settings.SESSION_COOKIE_AGE:
            self._end(request, "session_over")
        elif settings.IDLE_SECONDS and now - acted >= settings.IDLE_SECONDS:
            self._end(request, "session_idle")
        elif request.session.get(LOCKED):
            pass  # only who unlocks it acts
        elif settings.LOCK_SECONDS and now - acted >= settings.LOCK_SECONDS:
            lock_session(request)
            self._store(request)
        elif limit and is_act and now - acted >= every_s:
            request.session[ACTED] = now
            self._store(request)
        if not request.session.get(LOCKED):
            vars(request)["lock_seconds"] = settings.LOCK_SECONDS
        return self.get_response(request)

    def _store(self, request: HttpRequest) -> None:
        """Write the session now; one that was ended elsewhere meanwhile is over here too."""
        try:
            request.session.save()
            request.session.modified = False
        except UpdateError:
            self._end(request, "session_over")

    def _end(self, request: HttpRequest, event: str) -> None:
        record(event, request)
        logout(request)


CHANGE_PAGE = "account_change_password"
OPEN_BEFORE_CHANGE = frozenset({CHANGE_PAGE, "account_logout", "admin:logout"})
"""The pages for somebody who has to change the password first: the change, and the sign-out."""


class RefusalsLoggedMiddleware:
    """Logs who was refused a page, or asked for a course of another ward."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_page = request.resolver_match is not None
        if response.status_code == 403 or (response.status_code == 404 and is_page):
            record("refused", request, status=response.status_code)
        return response


def _answer_while_locked(request: HttpRequest) -> HttpResponseBase | None:
    """The way to the lock, from every page but those that open it; None where nothing is locked."""
    page = request.resolver_match
    if not request.session.get(LOCKED) or (page is not None and page.view_name in UNLOCKS):
        return None
    why = "This tablet is locked. Unlock it first."
    if not _is_navigation(request):
        return _asked_by_script(why)
    address = request.get_full_path() if request.method == "GET" else reverse("board")
    return not_signed_in(request, why) or redirect(reverse("locked", query={"next": address}))


def _asked_by_script(why: str) -> HttpResponse:
    """The 401 for a script; a form says the sentence beside its button."""
    return HttpResponse(f'<p data-why="again">{why}</p>', status=HTTPStatus.UNAUTHORIZED)


class SignedInMiddleware(LoginRequiredMiddleware):
    """Asks for a sign-in on every page; a script gets 401 instead of a login page.

    A form that was sent comes back with everything typed, to be saved after the sign-in.

    Who still has the password that an administrator chose is led to the page that changes it, or
    signs out.
    """

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        is_open = not getattr(view_func, "login_required", True)
        if answer is None and not is_open and (locked := _answer_while_locked(request)):
            return locked
        must_change = getattr(request.user, "must_change_password", False)
        if answer is not None or is_open or not must_change:
            return answer
        page = request.resolver_match
        if page is not None and page.view_name in OPEN_BEFORE_CHANGE:
            return None
        why = "Change your password first."
        if _is_navigation(request):
            return not_signed_in(request, why) or redirect(CHANGE_PAGE)
        return _asked_by_script(why)

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        why = "Your session has ended."
        if _is_navigation(request):
            return not_signed_in(request, why) or super().handle_no_permission(request, view_func)
        return _asked_by_script(f"{why} Sign in in another tab, and come back to this one.")
