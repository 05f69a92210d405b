"""The pages of a shared tablet: lock it, unlock it, change the user, choose a PIN."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import LoginView
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cartox_site.accounts.models import Pin
from cartox_site.accounts.quick import (
    LONGEST_PIN,
    full_sign_in_by_pin,
    note_full_sign_in,
    pin_allowed,
    pin_users,
    problem_in_pin,
    remove_pin,
    set_pin,
)
from cartox_site.middleware import begin_pin_session, lock_session, unlock_session
from cartox_site.security_log import record
from patients.models import User

WRONG = "That is neither the PIN nor the password. After three wrong PINs type the password."


class SignInView(LoginView):  # type: ignore[misc]
    """The sign-in, which also offers the PIN to who typed the password here in this shift."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page: dict[str, Any] = super().get_context_data(**kwargs)
        return page | {"pin_users": pin_users(self.request), "next": _next(self.request)}


@require_POST
def here(request: HttpRequest) -> HttpResponse:
    """Somebody reads or scrolls: a post is an act, so that the tablet does not lock."""
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the session until the PIN or the password is typed."""
    lock_session(request)
    if _is_script(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return redirect(_address_of_lock(request))


@login_not_required
@require_GET
def locked(request: HttpRequest) -> HttpResponse:
    """The page of a locked tablet: unlock it, or go on as somebody else."""
    return _lock_page(request)


@login_not_required
@require_POST
def unlock(request: HttpRequest) -> HttpResponseBase:
    """Go on as the user named, by PIN or password; a page that is still open goes on as it is."""
    key, secret = request.POST.get("user", ""), request.POST.get("secret", "")
    user = User.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None
    is_same = user is not None and request.user.pk == user.pk
    if user is None or not _let_in(request, user, secret):
        if _is_script(request):
            return JsonResponse({"says": WRONG}, status=HTTPStatus.FORBIDDEN)
        return _lock_page(request, wrong=WRONG, status=HTTPStatus.FORBIDDEN)
    if _is_script(request):
        return JsonResponse({"token": get_token(request)})
    return redirect(_next(request) if is_same else reverse("board"))


@require_http_methods(["GET", "POST"])
def choose_pin(request: HttpRequest) -> HttpResponse:
    """Choose a PIN, or take it away, with the password."""
    user = request.user
    if not isinstance(user, User) or not pin_allowed(user):
        raise PermissionDenied(
            "There is no PIN for you: an administrator always signs in with the password."
            if settings.CARTOX_PIN_DIGITS
            else "This site has no PINs."
        )
    form = PinForm(request.POST or None, user=user, request=request)
    if request.method == "POST" and form.is_valid():
        if "remove" in request.POST:
            remove_pin(user)
            record("pin_removed", request)
        else:
            set_pin(user, form.cleaned_data["pin"])
            note_full_sign_in(request, user)
            record("pin_set", request)
        return redirect("board")
    has_pin = Pin.objects.filter(user=user).exists()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "account/pin.html", {"form": form, "has_pin": has_pin}, status=status)


class PinForm(forms.Form):
    """The password, and the PIN twice."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    pin = forms.CharField(
        label="New PIN",
        required=False,
        max_length=LONGEST_PIN,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    pin_again = forms.CharField(
        label="New PIN again",
        required=False,
        max_length=LONGEST_PIN,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, user: User, request: HttpRequest) -> None:
        super().__init__(data)
        self.user, self.request = user, request

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not get_adapter(self.request).reauthenticate(self.user, password):
            raise ValidationError("This is not your password.")
        return password

    def clean(self) -> None:
        super().clean()
        if "remove" in self.data or self.errors:
            return
        pin = self.cleaned_data["pin"]
        if problem := problem_in_pin(pin):
            self.add_error("pin", problem)
        elif pin != self.cleaned_data["pin_again"]:
            self.add_error("pin_again", "The two PINs are not the same.")


def _let_in(request: HttpRequest, user: User, secret: str) -> bool:
    """Sign the user in by PIN or password, or unlock the session that is theirs already."""
    is_same = request.user.pk == user.pk
    if secret.isdecimal() and (rests_on := full_sign_in_by_pin(request, user.pk, secret)):
        if is_same:
            unlock_session(request)
            record("unlocked_by_pin", request)
        else:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[1])
            begin_pin_session(request, rests_on.signed_in_at)
            record("pin_sign_in", request)
        return True
    if secret.isdecimal() and len(secret) <= LONGEST_PIN:
        record("wrong_pin", request, account=user.get_username())
        return False
    credentials = {"username": user.get_username(), "password": secret}
    adapter = get_adapter(request)
    if adapter.authenticate(request, **credentials) is None:
        return False
    if is_same:
        unlock_session(request)
        note_full_sign_in(request, user)
        record("unlocked_by_password", request)
    else:
        user.backend = settings.AUTHENTICATION_BACKENDS[1]
        adapter.login(request, user)
    return True


def _lock_page(request: HttpRequest, *, wrong: str = "", status: int = 200) -> HttpResponse:
    others = [user for user in pin_users(request) if user.pk != request.user.pk]
    page = {"pin_users": others, "next": _next(request), "wrong": wrong}
    return render(request, "account/locked.html", page, status=status)


def _next(request: HttpRequest) -> str:
    """The page to go back to: one of ours, else the board."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(address, None):
        return address
    return reverse("board")


def _address_of_lock(request: HttpRequest) -> str:
    return reverse("locked", query={"next": _next(request)})


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
