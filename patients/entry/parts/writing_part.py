"""The sentence that the patient writes by hand, beside the ICE item that asks for it.

It decides nothing: right or wrong is tapped by the nurse. A form that is not saved sends it back to
the page; a correction has that of its original until the patient writes anew.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from patients.entry.finding_fields import FindingsForm
from patients.forms.fields import LightlyCopied
from patients.forms.remarks import Refusal
from patients.models import Assessment, Handwriting
from patients.models.ice.strokes import Strokes, UnusableStrokes, as_text, read_strokes


class HandwritingField(LightlyCopied, forms.CharField):
    """Strokes as a script sends them; None where nothing was written."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, label="Handwriting")

    def clean(self, value: Any) -> Strokes | None:
        try:
            return read_strokes(value or "")
        except UnusableStrokes as unusable:
            raise Refusal(str(unusable)) from unusable


class WritingPart(FindingsForm):
    """The handwriting of an assessment."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handwriting"] = HandwritingField()

    def fill_in(self, row: Any) -> None:
        super().fill_in(row)
        if row.handwriting is not None:
            self.initial["handwriting"] = as_text(row.handwriting.strokes)

    def handwriting_sent(self) -> str:
        """The strokes for the page; none where they were refused."""
        bound = self["handwriting"]
        return "" if bound.errors else bound.value() or ""

    def handwriting_of(self, form_uid: UUID, replaces: Assessment | None) -> Handwriting | None:
        """The row for what was written, not saved; the stored one of an unchanged correction."""
        strokes: Strokes | None = self.value("handwriting")
        if strokes is None:
            return None
        before = None if replaces is None else replaces.handwriting
        if before is not None and before.strokes == strokes:
            return before
        return Handwriting.of_form(form_uid, strokes)
