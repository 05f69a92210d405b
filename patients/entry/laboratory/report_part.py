"""The pasted report on the laboratory form: it fills rows for review, and stores nothing.

A tap on “Read the report” fills the rows that are empty. Everything that did not come into a row
stands below the box as it was printed, with the reason, until the form is saved; saving asks once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from grading.laboratory.report import LONGEST_REPORT, LabReport, ReportedResult, read_report
from grading.vocabulary import ANALYTES
from patients.entry.laboratory.report_whose import question_whose
from patients.entry.laboratory.usual_panel import UsualPanel, only_unit
from patients.forms.course_form import CourseForm
from patients.forms.fields import LightlyCopied
from patients.forms.local_time import date_and_time
from patients.forms.moments import EARLIEST
from patients.forms.numbers import Unreadable, read_number, thousands
from patients.forms.remarks import TAPPED_OFFER, Offer, Refusal
from patients.words import wording

READ = "read"
"""The name of the button that fills the rows from the report."""
MOST_PIECES = 30
"""Pieces that were not read are listed up to this number; all of them stand in the box."""
MOST_MOMENTS = 4
LONGEST_PIECE = 120


class ReportField(LightlyCopied, forms.CharField):
    """The box for a pasted report; one that is too long is refused and kept as it is."""

    def __init__(self) -> None:
        area = forms.Textarea(
            {"rows": 4, "spellcheck": "false", "autocomplete": "off", "data-most": LONGEST_REPORT}
        )
        super().__init__(required=False, label="Paste a report", strip=False, widget=area)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if len(text) > LONGEST_REPORT:
            raise Refusal(
                f"This text has {len(text):,} characters; at most {LONGEST_REPORT:,} are read. "
                "Nothing of it was read. Paste the results alone."
            )
        return text


class Row(NamedTuple):
    """What stands in the row of one analyte, as typed: with < or >, and its unit."""

    value: str
    unit: str


def with_report_read(sent: QueryDict) -> QueryDict:
    """What was sent, with an offer that fills the empty rows from the report."""
    values: dict[str, str] = {}
    text = sent.get("report", "")
    report = read_report(text) if len(text) <= LONGEST_REPORT else LabReport()
    for analyte in ANALYTES:
        results = report.of(analyte)
        if len(results) == 1 and not sent.get(f"{analyte}_value", "").strip():
            values |= _values_of(results[0])
    changed = sent.copy()
    changed[TAPPED_OFFER] = urlencode(values)
    return changed


def _values_of(result: ReportedResult) -> dict[str, str]:
    """The inputs of a row that hold this result.

    Where no unit is printed the one of the row stays, unless the analyte has only one.
    """
    sign = "" if result.comparator == "=" else result.comparator
    values = {f"{result.analyte}_value": f"{sign}{result.number}"}
    unit = result.unit or only_unit(result.analyte)
    if unit:
        listed = ANALYTES[result.analyte].listed(unit)
        values[f"{result.analyte}_unit"] = unit if listed is None else listed
    return values


class ReportPart(CourseForm):
    """The box, and what is said about the report that stands in it."""

    saving: bool
    usual: UsualPanel
    report = ReportField()

    def look_at_report(self) -> None:
        """Ask whose it is, say what of it is in no row, ask about its times; fill nothing."""
        if question := question_whose(self._report.person, self.course.patient):
            about = sha256(question.encode()).hexdigest()[:16]
            self.ask("report", about, question, yes="it is this patient’s report")
        remarks = [*self._said_of_results(), *self._said_of_pieces()]
        for text, offers in remarks[:MOST_PIECES]:
            self.show("report", text, offers=offers)
        if len(remarks) > MOST_PIECES:
            self.show("report", f"{len(remarks) - MOST_PIECES} more pieces are not in the rows.")
        self._offer_ranges()
        self._offer_moments()
        absent = [*self._absent(), *(p.text for p in self._report.unread if p.may_be_result)]
        if absent and (self.saving or self.has_answer("report")):
            listed = "; ".join(f"“{_cut(text)}”" for text in absent[:3])
            more = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
            self.ask_at_saving(
                "report",
                sha256("\n".join(absent).encode()).hexdigest()[:16],
                f"Of the report {listed}{more} {'is' if len(absent) == 1 else 'are'} in no row. "
                "The report itself is not stored.",
                yes="save without",
            )

    @cached_property
    def _report(self) -> LabReport:
        return read_report(self.value("report") or "")

    def _row(self, analyte: str) -> Row:
        typed = (str(self.data.get(f"{analyte}_{part}", "")).strip() for part in ("value", "unit"))
        return Row(*typed)

    def _absent(self) -> Iterator[str]:
        """The results that are read and stand in no row."""
        for analyte in ANALYTES:
            if not self._row(analyte).value:
                yield from (result.text for result in self._report.of(analyte))

    def _said_of_results(self) -> Iterator[tuple[str, list[Offer]]]:
        """Results that are in no row, or differ from theirs, each with a tap that takes it."""
        for analyte in ANALYTES:
            results, row = self._report.of(analyte), self._row(analyte)
            label = ANALYTES[analyte].label
            offers = [Offer.of(f"take {_printed(each)}", _values_of(each)) for each in results]
            if not results or any(_is_in(row, each) for each in results):
                self._say_unit(results, row)
                continue
            printed = " and ".join(map(_printed, results))
            if row.value:
                typed = f"{row.value} {wording.unit_label(row.unit)}".strip()
                yield f"{label}: the report has {printed}, the row has {typed}.", offers
            elif len(results) > 1:
                yield f"{label} stands there more than once: {printed}. Which one?", offers
            else:
                yield f"{label} {printed} is not in its row.", offers

    def _say_unit(self, results: list[ReportedResult], row: Row) -> None:
        """Say where the unit of a row is that of the ward and not of the report."""
        if any(not each.unit for each in results):
            analyte = results[0].analyte
            if row.unit and row.unit == self.usual.unit_of(analyte) and not only_unit(analyte):
                unit = wording.unit_label(row.unit)
                text = f"The report names no unit. {unit} is the usual unit of this ward."
                self.show(f"{analyte}_value", text)

    def _said_of_pieces(self) -> Iterator[tuple[str, list[Offer]]]:
        for piece in self._report.unread:
            yield f"Not read: “{_cut(piece.text)}” ({piece.why}).", []

    def _offer_ranges(self) -> None:
        """One tap for the normal ranges that the report prints beside results in the rows."""
        values: dict[str, str] = {}
        ranges: list[str] = []
        for result in self._report.results:
            ends = {"lower": result.lower, "upper": result.upper}
            fields = {f"{result.analyte}_{end}": text for end, text in ends.items() if text}
            fields = {name: text for name, text in fields.items() if name in self.fields}
            is_there = all(self.data.get(name, "").strip() == text for name, text in fields.items())
            if fields and not is_there and _is_in(self._row(result.analyte), result):
                values |= fields
                low, high = result.lower, result.upper
                text = (
                    f"{low}–{high}" if low and high else f"from {low}" if low else f"up to {high}"
                )
                ranges.append(f"{ANALYTES[result.analyte].label} {text}")
        if ranges:
            label = f"take the normal ranges too: {', '.join(ranges)}"
            self.show("report", "The report has normal ranges.", offers=[Offer.of(label, values)])

    def _offer_moments(self) -> None:
        """Offer the times of the report; ask at saving where the form has none of them."""
        at = self.value("collected_at")
        moments = list(dict.fromkeys(self._moments()))[:MOST_MOMENTS]
        if not moments or at is None or at.replace(second=0, microsecond=0) in moments:
            return
        zone = self.bedside.zone
        named = "; ".join(
            f"“{_cut(moment.text)}”" for moment in self._report.moments[:MOST_MOMENTS]
        )
        offers = []
        for moment in moments:
            here = moment.astimezone(zone)
            values = {"collected_at_date": f"{here:%Y-%m-%d}", "collected_at_time": f"{here:%H:%M}"}
            offers.append(Offer.of(date_and_time(here), values, saves=self.saving))
        form_says = date_and_time(at.astimezone(zone))
        text = f"The report says {named}, the form {form_says}. When was the sample taken?"
        if not self.saving:
            self.show("collected_at", text, offers=offers)
            return
        about = at.isoformat()
        self.ask_at_saving("collected_at", about, text, yes=f"{form_says} is right", offers=offers)

    def _moments(self) -> Iterator[datetime]:
        """Every moment that the report can mean, not later than now and within the last year.

        A time without a day is the last such time.
        """
        zone, now = self.bedside.zone, self.bedside.now
        today = now.astimezone(zone).date()
        for named in self._report.moments:
            if named.clock is None:
                continue
            for day in named.days or (today, today - timedelta(days=1)):
                moment = datetime.combine(day, named.clock, tzinfo=zone)
                if now - EARLIEST <= moment <= now:
                    yield moment
                    if not named.days:
                        break


def _is_in(row: Row, result: ReportedResult) -> bool:
    """Whether the row holds this result, however its number is written."""
    sign = row.value[:1] if row.value[:1] in ("<", ">") else "="
    if sign != result.comparator or not row.value:
        return False
    numbers = _readings(row.value.lstrip("<>"))
    if row.value.lstrip("<> ") != result.number and not numbers & _readings(result.number):
        return False
    factor = ANALYTES[result.analyte].factor
    return not result.unit or (row.unit != "" and factor(row.unit) == factor(result.unit))


def _readings(number: str) -> set[Decimal]:
    """The numbers that a printed one can mean."""
    try:
        return {read_number(number, plausible=lambda each: True)}
    except Unreadable as unreadable:
        return {*unreadable.readings, *thousands(number)}


def _printed(result: ReportedResult) -> str:
    sign = "" if result.comparator == "=" else f"{result.comparator} "
    return f"{sign}{result.number} {result.unit}".strip()


def _cut(text: str) -> str:
    """A piece of the report, cut off where it is long; all of it stands in the box."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_PIECE else f"{plain[:LONGEST_PIECE]}…"
