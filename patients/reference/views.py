"""The reference pages: the literature on products and on prevention, with sources.

Everybody who is signed in can read them; administrators edit their rows in the admin.
"""

from __future__ import annotations

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from grading.sources import CONFIDENCE
from patients.models import MonitoringSchedule, PreventionTrial, Product, TrialIncidence
from patients.reference.prevention_table import prevention_rows
from patients.reference.tables import product_rows, schedule_rows, trial_rows
from patients.words import wording


@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """Toxicities by trial, monitoring by region, and each product with its approvals."""
    today = timezone.now().date()
    schedules = MonitoringSchedule.objects.select_related("product").order_by(
        "product__position", "product__name", F("valid_from").desc(nulls_last=True)
    )
    valid, past = schedule_rows(schedules, today)
    described, bare = product_rows(Product.objects.prefetch_related("indications", "facts"))
    trials = TrialIncidence.objects.select_related("product").prefetch_related("notes")
    context = {
        "confidence": CONFIDENCE,
        "trials": trial_rows(trials),
        "today": wording.calendar_date(today),
        "schedules": valid,
        "superseded": past,
        "products": described,
        "bare": bare,
    }
    return render(request, "reference/products.html", context)


@require_GET
def prevention(request: HttpRequest) -> HttpResponse:
    """Trials of prophylaxis, each number with its own threshold."""
    trials = PreventionTrial.objects.prefetch_related("outcomes")
    context = {"confidence": CONFIDENCE, "trials": prevention_rows(trials)}
    return render(request, "reference/prevention.html", context)
