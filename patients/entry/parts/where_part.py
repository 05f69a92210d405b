"""Where it was observed: on the ward, in the clinic or at home.

Who lies on the ward is observed there, and the form asks nothing. Of a patient who is at home, or
was at the time that was entered, it asks at saving: a temperature from home is another thing than
one from the clinic.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from django.http import QueryDict

from grading.table.fields import Part
from grading.table.places import PlaceOfCare
from patients.entry.finding_fields import FindingsForm
from patients.forms.course_form import BLOCKED_BEFORE
from patients.models import Course

ASKS = "The patient {} at home then. Tap where this was observed."


class WherePart(FindingsForm):
    """The question where it was observed."""

    saving: bool

    def asks_place(self) -> bool:
        """Whether the question stands on the page."""
        return self.course.home_since is not None or self.uses(Part.PLACE)

    def look_at_place(self) -> None:
        """Ask of a patient who was at home at that time; of all others it is the ward."""
        at = self.value("observed_at") or self.now
        asks = self.saving or "place" in cast("QueryDict", self.data).getlist(BLOCKED_BEFORE)
        if not asks or "place" in self.errors or self.value("place") is not None:
            return
        if self.bedside.leaving_out is None and not was_at_home(self.course, at):
            self.cleaned_data["place"] = PlaceOfCare.WARD
        elif self.bedside.leaving_out is None:
            self.refuse("place", ASKS.format("was" if self.course.home_since is None else "is"))


def was_at_home(course: Course, at: datetime) -> bool:
    """Whether the patient was at home at that moment, as the history of the course has it."""
    return any(since <= at and (until is None or at < until) for since, until in _stays(course))


def _stays(course: Course) -> Iterator[tuple[datetime, datetime | None]]:
    """The stays at home, each from when and until when; a corrected beginning counts alone."""
    since: datetime | None = None
    lines: Any = course.history.order_by("history_id").values_list("home_since", "history_date")
    for home_since, changed_at in lines:
        if since is not None and home_since is None:
            yield since, changed_at
        since = home_since
    if since is not None:
        yield since, None
