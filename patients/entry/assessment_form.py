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
from patients.entry.doses.runs_part import RunsPart
from patients.entry.finding_fields import INPUTS, WITHOUT_REMARKS, names_in
from patients.entry.other_systems_form import OtherSystemsPart
from patients.entry.parts.cause_part import CausePart
from patients.entry.parts.neuro_part import NeuroPart
from patients.entry.parts.same_bed_part import SameBedPart
from patients.entry.parts.support_part import same_support
from patients.entry.parts.unchanged_part import UnchangedPart
from patients.entry.parts.where_part import WherePart
from patients.entry.parts.writing_part import WritingPart
from patients.entry.vitals_form import VitalsPart, swap_offers
from patients.forms.remarks import Offer
from patients.reading.bedside import Bedside

INSTRUMENTS = {ICE: (Part.ICE, Part.ICE_NOT_DONE, Part.ICE_TOTAL), CAPD: (Part.CAPD,)}
"""The parts of the form in which each test of consciousness is asked for."""


class AssessmentForm(
    VitalsPart,
    NeuroPart,
    WritingPart,
    CausePart,
    WherePart,
    OtherSystemsPart,
    UnchangedPart,
    SameBedPart,
    RunsPart,
):
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

    def same_support(self) -> Offer | None:
        return same_support(self.bedside, self.observed())

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
        hidden = {name for parts in absent for name in names_in(*parts)} | self.off_the_page()
        if not self.asks_place():
            hidden |= {*names_in(Part.PLACE)}
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

    # Questions and refusals

    def clean(self) -> None:
        """Check every part; refuse to save an assessment without any finding, reason or note."""
        self.look_at_causes()
        self._refuse_contradictions()
        self.look_at_measures()
        self.look_at_vitals()
        self.look_at_runs()
        self.look_at_neuro()
        self.look_at_other_systems()
        self.look_at_place()
        self.look_at_rest()
        self.look_at_same_bed()
        if self.saving and not self.errors:
            not_findings = dict.fromkeys(("uid", "observed_at", "already_escalated", "place"))
            entered = {**self.row_values(), **not_findings}
            if all(value is None or value in ("", {}) for value in entered.values()):
                text = "Nothing is entered yet. Enter at least one finding or a reason."
                self.add_error(None, text)

    def _refuse_contradictions(self) -> None:
        """Refuse one answer of each contradiction; a refused answer no longer contradicts."""
        entered = SimpleNamespace(**self.row_values())
        while contradictions := contradictions_in(entered):
            contradiction = contradictions[0]
            finding, _, key = contradiction.key(entered).partition(".")
            name = INPUTS[finding][key]
            offers: list[Offer] = []
            if name == "diastolic_mmhg":
                offers = swap_offers(entered.systolic_mmhg, entered.diastolic_mmhg)
                self.refuse("systolic_mmhg", "One of the two pressures is wrong: neither is used.")
            self.refuse(name, contradiction.sentence(entered), offers=offers)
            entered = SimpleNamespace(**self.row_values())
