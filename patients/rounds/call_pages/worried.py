"""“I am worried” without a whole form: who is worried, and a few words.

It enters an assessment that holds nothing else; the call follows from it like from any entry.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from grading.vocabulary import Worried
from patients import door
from patients.forms.buttons import buttons_of
from patients.forms.course_form import CourseForm
from patients.forms.fields import NoteField, TapField
from patients.forms.moments import MomentField
from patients.forms.submit import FormPage, open_course_to_enter
from patients.models import Assessment, User
from patients.reading.bedside import Bedside


class WorriedForm(CourseForm):
    """Who is worried, since when, and why in a few words."""

    worried = TapField("Who is worried?", buttons_of(Worried))
    note = NoteField()
    observed_at = MomentField("When")

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, saving: bool = False
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.saving = saving
        self.initial["observed_at"] = bedside.now

    def clean(self) -> None:
        """Somebody is worried."""
        if self.saving and self.value("worried") is None:
            self.refuse("worried", "Tap who is worried.")

    def row_values(self) -> dict[str, Any]:
        """The values by the fields of an assessment."""
        values = {name: self.value(name) for name in ("uid", "observed_at", "worried")}
        return values | {"note": self.value("note") or ""}


@require_http_methods(["GET", "POST"])
def worried(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Enter that somebody is worried."""
    course = open_course_to_enter(request, uid)

    def save(form: Any) -> datetime:
        row = Assessment(course=course, **form.row_values())
        door.enter(course, [row], by=cast("User", request.user))
        return row.recorded_at

    return FormPage(request, course, "rounds/worried.html", WorriedForm, save).answer()
