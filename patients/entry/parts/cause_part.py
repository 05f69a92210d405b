"""The cause part of the assessment form: each sign, what it is put down to, and the other cause.

A sign put down to another cause counts for no grade, so the cause is asked beside it; without one
the form is not saved. A physician's entry counts as confirmed, anybody else's waits for one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from grading.table.fields import Part
from grading.vocabulary import AttributedCause, Attribution, Sign
from patients.entry.finding_fields import FIELDS, INPUTS, FindingsForm, names_in
from patients.words.put_aside import sign_in_words

ATTRIBUTION, CAUSE = INPUTS["attribution"], INPUTS["attribution_cause"]
IN_WORDS = "attribution_words"

for _sign, _name in CAUSE.items():
    FIELDS[_name].template_name = "fields/cause.html"
    FIELDS[_name].label = f"Cause of {sign_in_words(_sign)}"
FIELDS[IN_WORDS].widget.attrs["placeholder"] = " "  # lets the style sheet see whether it is empty


class CauseLine(NamedTuple):
    """One sign on the page: the field of its attribution, and that of its other cause."""

    attribution: Any
    cause: Any


class CausePart(FindingsForm):
    """The questions and refusals of what a sign is put down to."""

    saving: bool

    def cause_lines(self) -> list[CauseLine]:
        """Each sign with both of its fields, in the order of the page."""
        return [CauseLine(self[ATTRIBUTION[sign]], self[CAUSE[sign]]) for sign in Sign]

    def cause_in_words(self) -> Any:
        return self[IN_WORDS]

    def has_attribution(self) -> bool:
        """Whether the fold stands open because it has a value, a refusal or an open question."""
        return self.uses(Part.CAUSE) or self.asks_about(*names_in(Part.CAUSE))

    def look_at_causes(self) -> None:
        """Keep the cause of a sign that has another one; at saving refuse it without its cause."""
        causes = [self._look_at_cause(sign) for sign in Sign]
        words = (self.value(IN_WORDS) or "").strip()
        is_asked = AttributedCause.OTHER in causes
        if is_asked and not words and self.saving:
            self.refuse(IN_WORDS, "Say in a few words what the other cause is.")
        if words and not is_asked and self.saving:
            text = "Tap “other, in words” at the sign that this is the cause of, or empty this box."
            self.refuse(IN_WORDS, text)

    def _look_at_cause(self, sign: Sign) -> str | None:
        """The cause of a sign, which a sign without another cause does not have."""
        attribution, cause = self.value(ATTRIBUTION[sign]), self.value(CAUSE[sign])
        name = sign_in_words(sign)
        if attribution == Attribution.OTHER:
            if cause is None and self.saving and CAUSE[sign] not in self.errors:
                self.refuse(CAUSE[sign], f"Tap the other cause of {name}.")
        elif cause is not None and attribution is None and self.saving:
            text = f"Tap “another cause” for {name} as well, or take its cause back."
            self.refuse(CAUSE[sign], text)
        elif cause is not None:
            self.cleaned_data[CAUSE[sign]] = cause = None
        return None if cause is None else str(cause)
