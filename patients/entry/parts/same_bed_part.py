"""Two entries at one bed within ten minutes: whoever saves the second is told of the first.

Another person's entry is always told. One's own is told where it says something else: the same
moment can hold 37.5 °C and 37.4 °C only if one of them is wrong.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from django.db.models import Q
from django.http import QueryDict

from grading.table.findings import OBSERVATION, OBSERVATIONS
from grading.vocabulary import ICE_ITEMS
from patients.entry.finding_fields import FindingsForm
from patients.forms.course_form import BLOCKED_BEFORE
from patients.models import Assessment
from patients.regrading.record import findings_of
from patients.words import entry_words, wording

TOGETHER_WITHIN = timedelta(minutes=10)
"""Entries observed, or recorded by two people, within this span may be one and the same set."""
NOT_COMPARED = frozenset({"note", "worried", "already_escalated", "place", "ice", "ice_total"})
"""The note may be another; ICE is compared by its points, however they were entered."""
MAIN = ("vasopressors", "oxygen_device", "consciousness")
"""The words that are read out of the other entry, beside temperature, pressure and ICE."""


class SameBedPart(FindingsForm):
    """The question about an entry of nearly the same time."""

    saving: bool

    def look_at_same_bed(self) -> None:
        """Ask at saving about each entry of another person, and about one's own that differs."""
        blocked = cast("QueryDict", self.data).getlist(BLOCKED_BEFORE)
        at = self.value("observed_at")
        is_new = self.bedside.leaving_out is None
        asks = self.saving or "observed_at" in blocked or self.has_answer("observed_at")
        if at is None or not is_new or not asks or not self._is_examination():
            return
        for row in self._beside(at):
            row.course = self.course
            if not findings_of(row, self.course.infused_at).is_examination():
                continue
            differing = self._differing(row)
            is_own = row.recorded_by_id == self.value("typed_by")
            if is_own and not differing:
                continue
            name = "You" if is_own else str(row.recorded_by)
            text = (
                f"{name} saved an entry of {self._times(row)}{self._content(row, is_own=is_own)}."
            )
            if differing:
                text += f" Not the same: {', '.join(differing)}. Is one of them wrong?"
            about = f"{row.uid} {'; '.join(differing)}"
            yes = "both are right: save mine too" if differing else "save mine too"
            self.ask_at_saving("observed_at", about, text, yes=yes)

    def _is_examination(self) -> bool:
        """Whether this is more than a worry or a note, which nobody enters twice."""
        values = self.row_values() | {"uid": uuid4(), "observed_at": self.now}
        row = Assessment(course=self.course, **values)
        return findings_of(row, self.course.infused_at).is_examination()

    def _beside(self, at: datetime) -> list[Assessment]:
        """The entries that count and may belong to the same set, oldest first."""
        own = self.value("typed_by")
        is_of_same_time = Q(observed_at__range=(at - TOGETHER_WITHIN, at + TOGETHER_WITHIN))
        is_just_saved = Q(recorded_at__gte=self.now - TOGETHER_WITHIN) & ~Q(recorded_by=own)
        rows = Assessment.objects.live().filter(is_of_same_time | is_just_saved)
        rows = rows.filter(course=self.course).exclude(uid=self.value("uid"))
        return list(rows.select_related("recorded_by").order_by("observed_at", "recorded_at"))

    def _times(self, row: Assessment) -> str:
        """When it was observed and how long ago it was saved."""
        clock = wording.clock_or_date(row.observed_at, self.now, self.bedside.zone)
        return f"{clock}, {wording.duration(self.now - row.recorded_at)} ago"

    def _content(self, row: Assessment, *, is_own: bool) -> str:
        """The main values of another person's entry; nobody has to be read their own."""
        if is_own:
            return ""
        temperature = wording.temperature_or_fever(row.temperature_c, row.fever)
        parts = (
            f"{temperature} °C" if row.temperature_c is not None else temperature,
            wording.pressure(row.systolic_mmhg, row.diastolic_mmhg),
            *(
                entry_words.entered_in_words(name, getattr(row, name))
                for name in MAIN
                if getattr(row, name)
            ),
            "" if (total := _ice_points(row.ice, row.ice_total)) is None else f"ICE {total}",
        )
        words = [part for part in parts if part and part != wording.DASH]
        return f": {', '.join(words)}" if words else ""

    def _differing(self, row: Assessment) -> list[str]:
        """The findings of which both entries say something else: SpO2 97 there, 96 here."""
        here: dict[str, Any] = {name: self.entered(name) for name in OBSERVATION}
        pairs = {
            finding.label: (_words(finding.name, stored), _words(finding.name, typed))
            for finding in OBSERVATIONS
            if finding.name not in NOT_COMPARED
            and (stored := getattr(row, finding.name)) not in (None, {})
            and (typed := here[finding.name]) not in (None, {})
        }
        points = [_ice_points(row.ice, row.ice_total), _ice_points(here["ice"], here["ice_total"])]
        if None not in points:
            pairs["ICE"] = (str(points[0]), str(points[1]))
        return [
            f"{label} {theirs} there, {mine} here"
            for label, (theirs, mine) in pairs.items()
            if theirs != mine
        ]


def _words(name: str, value: Any) -> str:
    return entry_words.entered_in_words(name, value)


def _ice_points(items: dict[str, int | None] | None, total: int | None) -> int | None:
    """The points of ICE; None where it was not done, or only in part."""
    if items is None:
        return total
    scored = [points for points in items.values() if points is not None]
    return sum(scored) if len(scored) == len(ICE_ITEMS) else None
