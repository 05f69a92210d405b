"""The assessment form: vital signs, support and neurologic findings of one moment.

Nothing is preselected. A value that was neither tapped nor typed is stored as unknown.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.http import QueryDict

from grading.contradictions import contradictions_in
from grading.rules.neurotoxicity.icans_facts import CAPD, ICE
from grading.table.fields import Part
from grading.vocabulary import ICE_ITEMS, IceItem
from patients.entry.finding_fields import WITHOUT_REMARKS, names_in
from patients.entry.other_systems_form import OtherSystemsPart
from patients.entry.support_part import SupportPart
from patients.entry.vitals_form import VitalsPart, swap_offers
from patients.forms.fields import NONE
from patients.forms.remarks import Offer
from patients.reading.bedside import Bedside

INSTRUMENTS = {ICE: (Part.ICE, Part.ICE_NOT_DONE, Part.ICE_TOTAL), CAPD: (Part.CAPD,)}
"""The parts of the form in which each test of consciousness is asked for."""

ALL_TEN_CORRECT = Offer.of(
    "all ten correct", {f"ice_{item}": points for item, points in ICE_ITEMS.items()}
)
AWAKE_AND_NOTHING_ELSE = Offer.of(
    "awake; no seizure, weakness or ICP sign",
    {"consciousness": "spontaneous", "seizure": "none", "motor": "none", "icp": [NONE]},
)


class AssessmentForm(VitalsPart, SupportPart, OtherSystemsPart):
    """One assessment of one course."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bedside: Bedside,
        saving: bool = False,
        with_last: bool = True,
    ) -> None:
        super().__init__(data, bedside=bedside, with_last=with_last)
        self.saving = saving

    # The page

    def uses_ice(self) -> bool:
        return self._uses(ICE)

    def uses_capd(self) -> bool:
        return self._uses(CAPD)

    def _uses(self, instrument: str) -> bool:
        """Whether the test is used at this age, or a value of it is stored, typed or refused."""
        names = names_in(*INSTRUMENTS[instrument])
        is_stored = any(self.initial.get(name) is not None for name in names)
        return instrument in self.bedside.instruments or is_stored or self.is_used(*names)

    def remark_fields(self) -> list[Any]:
        """The fields that have a place for remarks on the page."""
        absent = [parts for test, parts in INSTRUMENTS.items() if not self._uses(test)]
        hidden = {name for parts in absent for name in names_in(*parts)}
        return [
            bound
            for bound in self.visible_fields()
            if bound.name not in hidden and bound.template_name not in WITHOUT_REMARKS
        ]

    def shows_vitals_more(self) -> bool:
        return self.uses(Part.NOT_MEASURED, Part.FEVER)

    def shows_ice_more(self) -> bool:
        return self.uses(Part.ICE_NOT_DONE, Part.ICE_TOTAL)

    def shows_other_neuro(self) -> bool:
        return self.uses(Part.OTHER_FINDINGS)

    def has_attribution(self) -> bool:
        return self.uses(Part.CAUSE)

    # Questions and refusals

    def clean(self) -> None:
        """Check every part; refuse to save an assessment without any finding, reason or note."""
        self._refuse_contradictions()
        self.look_at_measures()
        self.look_at_vitals()
        self._look_at_waking()
        self.look_at_other_systems()
        if self.saving and not self.errors:
            entered = {**self.row_values(), "uid": None, "observed_at": None}
            if all(value is None or value in ("", {}) for value in entered.values()):
                text = "Nothing is entered yet. Enter at least one finding or a reason."
                self.add_error(None, text)

    def _refuse_contradictions(self) -> None:
        """Refuse one answer of each contradiction; a refused answer no longer contradicts."""
        entered = SimpleNamespace(**self.row_values())
        while contradictions := contradictions_in(entered):
            contradiction = contradictions[0]
            name = contradiction.key(entered).replace("vasopressor_rates.", "rate_")
            offers: list[Offer] = []
            if name == "diastolic_mmhg":
                offers = swap_offers(entered.systolic_mmhg, entered.diastolic_mmhg)
                self.refuse("systolic_mmhg", "One of the two pressures is wrong: neither is used.")
            self.refuse(name, contradiction.sentence(entered), offers=offers)
            entered = SimpleNamespace(**self.row_values())

    def _look_at_waking(self) -> None:
        """Ask where ICE and waking contradict each other."""
        waking, ice_sum = self.value("consciousness"), self._ice_sum()
        if waking == "unarousable" and ice_sum is not None and ice_sum > 0:
            text = f"Cannot be woken, and ICE {ice_sum}: one of them looks wrong."
            about = f"unarousable with ICE {ice_sum}"
            self.ask("consciousness", about, text, yes="both are right")
        if self.value("ice_not_done") == "unarousable" and waking in ("spontaneous", "voice"):
            text = "ICE was not done because the patient cannot be woken, yet the patient wakes."
            self.ask("consciousness", "awake but ICE unarousable", text, yes="both are right")

    def ice_count(self) -> str:
        """The running total of the items, and which are still to be scored."""
        points = self.entered("ice")
        if points is None:
            return ""
        scored = [number for number in points.values() if number is not None]
        still_open = [IceItem(item).label for item, got in points.items() if got is None]
        if still_open:
            return f"{sum(scored)} so far; not scored: {', '.join(still_open)}"
        return f"{sum(scored)} of 10"

    def _ice_sum(self) -> int | None:
        points: dict[str, int | None] | None = self.entered("ice")
        if points is not None:
            return sum(number for number in points.values() if number is not None)
        total: int | None = self.entered("ice_total")
        return total
