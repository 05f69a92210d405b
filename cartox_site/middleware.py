"""What stands between a request and a page."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class LoopbackOnlyMiddleware:
    """In desk mode, answers this computer only: its key protects nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.DESK_MODE:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not ip_address(request.META["REMOTE_ADDR"]).is_loopback:
            return HttpResponseForbidden(
                "Cartox runs in desk mode and answers this computer only. "
                "Set CARTOX_SECRET_KEY and CARTOX_HOSTS to serve others.",
                content_type="text/plain",
            )
        return self.get_response(request)


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


class SignedInMiddleware(LoginRequiredMiddleware):
    """Every page needs a sign-in. A script gets 401, never a login page in place of a part."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        if _is_navigation(request):
            return super().handle_no_permission(request, view_func)
        return HttpResponse("Your session has ended. Sign in again.", status=401)
