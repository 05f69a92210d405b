"""How far physicians and the rules agree, by ward: the page, and its table to download."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from patients.adjudication.agreement import agreement_of, agreement_table
from patients.models import User

MOST_LISTED = 100
"""Decisions of one kind and ward on the page, the newest; the table to download has all."""


@require_GET
def agreement(request: HttpRequest) -> HttpResponse:
    """The shares of agreement of my wards, and the decisions behind them."""
    wards = agreement_of(cast("User", request.user))
    return render(request, "adjudication/agreement.html", {"wards": wards, "most": MOST_LISTED})


@require_GET
def agreement_csv(request: HttpRequest) -> HttpResponse:
    """Every decision beside what was computed, as a table. It names no patient."""
    table = agreement_table(agreement_of(cast("User", request.user)))
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="agreement.csv"'
    return answer
