"""The pages that sign out: here, and everywhere."""

from __future__ import annotations

from allauth.account import views as account
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from patients.sessions import end_sessions

FORGET = '"cache"'
"""The value of Clear-Site-Data: the browser forgets the pages of the site.

What it keeps of unsaved forms is encrypted, and may be another user's: it stays.
"""


def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Sign out; the browser then forgets the pages of the site."""
    answer: HttpResponseBase = account.logout(request)
    if request.method == "POST":
        answer.headers["Clear-Site-Data"] = FORGET
    return answer


@require_http_methods(["GET", "POST"])
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of whoever is signed in, this one too, as after a tablet was lost."""
    if request.method == "GET":
        return render(request, "account/sign_out_everywhere.html")
    end_sessions([request.user.pk])
    logout(request)
    answer = redirect("account_login")
    answer.headers["Clear-Site-Data"] = FORGET
    return answer
