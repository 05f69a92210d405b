"""The page of a ward's settings: shown, checked, looked at with its effect, then stored."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from patients import clock
from patients.entry.laboratory.usual_panel import UsualPanel
from patients.forms.course_form import TYPED_BY, UNSIGNED
from patients.forms.remarks import CONFIRM, TAPPED_OFFER
from patients.forms.submit import refuse_if_opened_by_another, typed_values
from patients.models import Role, User, Ward
from patients.permissions import refusal_to_set_rounds, signer_of
from patients.rounds.models import RoundSettings
from patients.rounds.rules.policy import Policy
from patients.rounds.rules.schedule import Schedule
from patients.rounds.settings_page import page
from patients.rounds.settings_page.doubts import doubts_about
from patients.rounds.settings_page.foreseen import differences, digest_of, foreseen
from patients.rounds.settings_page.typed import TypedSettings, typed_of
from patients.rounds.ward_settings import (
    WardRounds,
    default_rounds,
    rounds_as_stored,
    rounds_of_ward,
)
from patients.rounds.writing import SettingsOvertaken, store_settings

ACT = "act"
"""The name of the buttons that change the form and store nothing: add a row, take one out."""
PREVIEWED = "previewed"
"""The name of the button that stores, with the digest of what the page showed the effect of."""
SINCE = "since"
"""The name of the hidden input with the number of the line of the history that the page showed."""


@require_http_methods(["GET", "POST"])
def round_settings(request: HttpRequest, ward_id: int) -> HttpResponseBase:
    """The intervals, the panel, the shifts and the calls of one ward."""
    ward = _ward_to_set(request, ward_id)
    if request.method != "POST":
        stored = rounds_of_ward(ward)
        sent = typed_of(stored.schedule, stored.policy, stored.laboratory)
        return _show(request, ward, TypedSettings(sent))
    if (anothers := refuse_if_opened_by_another(request)) is not None:
        return anothers
    if (act := request.POST.get(ACT)) is not None:
        return _show(
            request, ward, TypedSettings(page.changed(request.POST, act, default_rounds(ward)))
        )
    return _look_or_store(request, ward, default_rounds(ward))


def _ward_to_set(request: HttpRequest, ward_id: int) -> Ward:
    """The ward, for somebody who may set its rounds."""
    ward = Ward.objects.filter(pk=ward_id).first()
    signer = signer_of(request.user)
    if ward is None or not (signer.is_on(ward.pk) or signer.role == Role.ADMINISTRATOR):
        raise Http404("There is no such ward among yours.")
    if (refusal := refusal_to_set_rounds(signer, ward.pk)) is not None:
        raise PermissionDenied(refusal)
    return ward


def _look_or_store(request: HttpRequest, ward: Ward, default: WardRounds) -> HttpResponseBase:
    """Refuse, show what would change, or store what was shown."""
    sent = request.POST
    typed = TypedSettings(sent)
    wanted = _as_typed(typed) if typed.read(_addresses()) else None
    if not sent.get(TYPED_BY, "").isdecimal():
        typed.problems["form"] = UNSIGNED
        wanted = None
    if wanted is None:
        return _show(request, ward, typed, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    doubts = doubts_about(wanted.schedule, wanted.policy)
    answered = {doubt.key for doubt in doubts} <= set(sent.getlist(CONFIRM))
    was_shown = sent.get(PREVIEWED) == digest_of(wanted) and TAPPED_OFFER not in sent
    is_news = wanted != rounds_of_ward(ward) or _since(sent) != _version(ward)
    if not (was_shown and answered and is_news):
        return _show(request, ward, typed, wanted=wanted)
    try:
        store_settings(
            ward,
            since=_since(sent),
            by=cast("User", request.user),
            reason=typed.reason,
            settings={
                name: {} if part == getattr(default, name) else part.to_json()
                for name, part in wanted.parts().items()
            },
        )
    except SettingsOvertaken as overtaken:
        return _show_both(request, ward, overtaken, wanted)
    messages.success(request, f"Saved: the rounds of {ward} go by these settings from now on.")
    address = reverse("round_settings", args=[ward.pk])
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)


def _as_typed(typed: TypedSettings) -> WardRounds | None:
    """The settings that were typed; None, with the reason in `typed`, where nobody could follow."""
    try:
        return WardRounds(
            Schedule.from_json(typed.schedule.to_json()),
            Policy.from_json(typed.policy.to_json()),
            UsualPanel.from_json(typed.laboratory.panel.to_json()),
        )
    except ValueError as wrong:
        typed.problems["form"] = str(wrong)
        return None


def _show(
    request: HttpRequest,
    ward: Ward,
    typed: TypedSettings,
    *,
    wanted: WardRounds | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page with what was typed; of `wanted` what it would change, and the questions."""
    default, addresses = default_rounds(ward), _addresses()
    context: dict[str, Any] = {
        "ward": ward,
        "typed": typed,
        "intervals": page.shown_intervals(typed, default),
        "taken_out": page.taken_out(typed, default),
        "panel": page.shown_panel(typed),
        "shifts": page.shown_shifts(typed),
        "steps": page.shown_steps(typed, addresses),
        "has_addresses": bool(addresses),
        "since": typed.sent.get(SINCE, _version(ward)),
        "history": page.history_of(ward),
        "problems": typed.sentences(),
        "is_member": signer_of(request.user).is_on(ward.pk),
    }
    if wanted is not None:
        context |= _effect(ward, wanted, set(typed.sent.getlist(CONFIRM)))
    return render(request, "rounds/settings.html", context, status=status)


def _effect(ward: Ward, wanted: WardRounds, ticked: set[str]) -> dict[str, Any]:
    """What would change, for the ward and for the patients who are there now."""
    stored = rounds_of_ward(ward)
    doubts = doubts_about(wanted.schedule, wanted.policy)
    return {
        "is_looked_at": True,
        "digest": digest_of(wanted),
        "differences": differences(stored, wanted),
        "foreseen": foreseen(ward, stored.schedule, wanted.schedule, clock.now()),
        "doubts": [(doubt, doubt.key in ticked) for doubt in doubts],
    }


def _show_both(
    request: HttpRequest, ward: Ward, overtaken: SettingsOvertaken, wanted: WardRounds
) -> HttpResponse:
    """What somebody else stored meanwhile, beside what was typed here."""
    line = overtaken.line
    stored = rounds_as_stored(ward, line.schedule, line.policy, line.laboratory)
    typed = [
        (name, value) for name, value in typed_values(request) if name not in (SINCE, PREVIEWED)
    ]
    context = {
        "ward": ward,
        "sentence": str(overtaken),
        "line": line,
        "when": page.when_changed(line, ward),
        "differences": differences(stored, wanted),
        "typed": [*typed, (SINCE, str(line.history_id))],
    }
    return render(request, "rounds/settings_overtaken.html", context, status=HTTPStatus.CONFLICT)


def _version(ward: Ward) -> int:
    """The number of the newest line of the history; 0 before the first."""
    newest = RoundSettings.history.filter(ward_id=ward.pk).order_by("-history_id").first()
    return 0 if newest is None else int(newest.history_id)


def _since(sent: QueryDict) -> int:
    """The line of the history that the page showed; −1 where the page had lost it."""
    text = sent.get(SINCE, "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else -1


def _addresses() -> tuple[str, ...]:
    """The names of the addresses to which this site sends messages."""
    site = getattr(settings, "CARTOX_MESSAGES", None)
    return () if site is None else tuple(site.addresses)
