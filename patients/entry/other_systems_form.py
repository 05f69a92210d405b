"""The second fold of the assessment form: what grading systems other than ASTCT ask for.

The fold is closed until a value stands in it. Every field may stay open; a value that was not
entered stays unknown and is named by the system that would need it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from grading.measures import plain_text
from grading.table.fields import Part
from grading.vocabulary import RATE_LIMITS
from patients.entry.finding_fields import FindingsForm, names_in
from patients.forms.numbers import retyped
from patients.forms.remarks import Offer
from patients.words import wording

OTHER_SYSTEMS = (Part.CIRCULATION, Part.ORGANS, Part.NEUROLOGIC_OTHER, Part.HYPERINFLAMMATION)
PER_KG_BELOW = Decimal(1)
"""A rate in mcg/min below this is usual for mcg/kg/min only; it is asked about."""


class OtherSystemsPart(FindingsForm):
    """The fold that stands open where it is used, and its questions."""

    def shows_other_systems(self) -> bool:
        """Whether the fold stands open because it has a value, a refusal or an open question."""
        return self.uses(*OTHER_SYSTEMS) or self.asks_about(*names_in(*OTHER_SYSTEMS))

    def look_at_other_systems(self) -> None:
        """Check the rates; ask where boluses or a kind of seizure contradict another answer."""
        for agent in RATE_LIMITS:
            self._look_at_rate(agent)
        number, given = self.value("fluid_boluses"), self.value("fluid_bolus")
        if number is not None and given is not None and (number > 0) != given:
            answer, boluses = "yes" if given else "no", plain_text(number)
            text = f"Fluid bolus “{answer}” is tapped, and {boluses} boluses are entered."
            self.ask("fluid_boluses", f"{boluses} with {answer}", text, yes="both are right")
        for name in ("seizure_kind", "seizure_multiple"):
            answer = self.value(name)
            if self.value("seizure") == "none" and answer not in (None, False):
                text = "Seizure “none” is tapped as well: one of them looks wrong."
                self.ask(name, f"{answer} with none", text, yes="both are right")

    def _look_at_rate(self, agent: str) -> None:
        """Ask about a rate per minute that is usual for a rate per kg and minute only."""
        name = f"rate_{agent}"
        rate = self.value(name)
        if rate is None or RATE_LIMITS[agent].unit != "µg/min" or not 0 < rate < PER_KG_BELOW:
            return
        field: Any = self.fields[name]
        worded, weight, offers = field.worded(rate), self.course.weight_kg, []
        if weight is not None:
            per_minute = round(rate * weight, 1)
            product = f"× {wording.number(weight)} kg = {field.worded(per_minute)}?"
            offers = [Offer.of(product, {name: retyped(per_minute)})]
        text = f"{field.label} {worded} is very little. Is it mcg/kg/min?"
        self.ask(name, plain_text(rate), text, yes=f"yes, {worded} is right", offers=offers)
