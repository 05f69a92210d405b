"""The report of a ward and month: the page, and its two tables to download."""

from __future__ import annotations

from typing import cast
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from patients import clock
from patients.models import User, Ward
from patients.permissions import refusal_to_set_rounds, signer_of
from patients.rounds.report import shown
from patients.rounds.report.month import Month, MonthReport, report_of
from patients.rounds.report.table import calls_table, due_table
from patients.words import wording

TABLES = {"due": due_table, "calls": calls_table}


@require_GET
def round_report(request: HttpRequest) -> HttpResponse:
    """One ward of mine in one month."""
    wards = _wards_of(request)
    if not wards:
        return render(request, "rounds/report.html", {"wards": []})
    report = _report(request, wards)
    context = {
        "wards": [(ward, ward == report.ward) for ward in wards],
        "report": report,
        "earlier": report.month.step(-1),
        "later": None if report.is_current or report.is_ahead else report.month.step(1),
        "now": wording.long_date_and_time(clock.now(), report.zone),
        "facts": shown.call_facts(report),
        "open_calls": shown.open_calls(report.calls, {ward.pk for ward in wards}, report),
        "lines": shown.shown_compliance(report.compliance),
        "headings": [words for _, words, _ in shown.PARTS[1:]],
        "parts": [(key, words) for key, words, _ in shown.PARTS],
        "typed_late": shown.shown_typed_late(report.typed_late),
        "sets_rounds": not refusal_to_set_rounds(signer_of(request.user), report.ward.pk),
    }
    return render(request, "rounds/report.html", context)


@require_GET
def round_report_csv(request: HttpRequest, table: str) -> HttpResponse:
    """What was due, or the calls, of one ward and month, as a table that names no patient."""
    wards = _wards_of(request)
    if table not in TABLES or not wards:
        raise Http404("There is no such table.")
    report = _report(request, wards)
    answer = HttpResponse(TABLES[table](report), content_type="text/csv; charset=utf-8")
    name = f"rounds-{table}-{report.month.key}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _wards_of(request: HttpRequest) -> list[Ward]:
    return list(cast("User", request.user).wards.all())


def _report(request: HttpRequest, wards: list[Ward]) -> MonthReport:
    """The report that the address asks for; without ward or month the first, and this month."""
    asked = request.GET.get("ward", "")
    ward = next((each for each in wards if asked in ("", str(each.pk))), None)
    if ward is None:
        raise Http404("There is no such ward among yours.")
    now = clock.now()
    text = request.GET.get("month", "")
    month = Month.read(text) if text else Month.of(now, ZoneInfo(ward.time_zone))
    if month is None:
        raise Http404("There is no such month. Write it as 2026-11.")
    return report_of(ward, month, now)
