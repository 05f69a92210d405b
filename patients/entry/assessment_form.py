"""The assessment form: vital signs, support and neurologic findings of one moment.

Nothing is preselected. A value that was neither tapped nor typed is stored as unknown.
"""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.http import QueryDict

from grading.contradictions import contradictions_in
from grading.rules.neurotoxicity.icans_facts import CAPD, ICE
from grading.vocabulary import ICE_ITEMS
from patients.entry.other_systems_form import OTHER_LAST_SHOWN, OtherSystemsPart
from patients.entry.vitals_form import VITALS_LAST_SHOWN, VitalsPart, swap_offers
from patients.forms import buttons
from patients.forms.course_form import TYPED_BY
from patients.forms.fields import (
    NONE,
    ListField,
    MeasureField,
    NoteField,
    PointsField,
    ReasonField,
    TapField,
)
from patients.forms.remarks import Offer
from patients.reading.bedside import Bedside

NIGHT_HINT = (
    "At night: waking a sleeper by voice is “by itself”, unless the patient then "
    "fails to stay awake."
)
ALL_TEN_CORRECT = Offer.of(
    "all ten correct", {f"ice_{item}": points for item, points in ICE_ITEMS.items()}
)
AWAKE_AND_NOTHING_ELSE = Offer.of(
    "awake; no seizure, weakness or ICP sign",
    {"consciousness": "spontaneous", "seizure": "none", "motor": "none", "icp": [NONE]},
)


@cache
def _items() -> dict[str, PointsField | TapField]:
    """A field for each item of ICE and for the cause of each sign, made once; forms copy them."""
    fields: dict[str, PointsField | TapField] = {}
    for item, points in ICE_ITEMS.items():
        numbers = [(str(number), str(number)) for number in range(points + 1)]
        choices = buttons.RIGHT_OR_WRONG if points == 1 else numbers
        fields[f"ice_{item}"] = PointsField(buttons.ICE_LABELS[item], choices)
    for sign, label in buttons.SIGN_LABELS.items():
        fields[f"attribution_{sign}"] = TapField(label, buttons.ATTRIBUTION)
    return fields


LAST_SHOWN = frozenset(
    {
        *VITALS_LAST_SHOWN,
        *OTHER_LAST_SHOWN,
        "ice_total",
        "capd_total",
        "consciousness",
        "seizure",
        "motor",
        "icp",
    }
)


class AssessmentForm(VitalsPart, OtherSystemsPart):
    """One assessment of one course. `row_values()` gives what was accepted of it."""

    ice_total = MeasureField("ice_total", "ICE total, where items are not known")
    ice_not_done = ReasonField("ICE not done", buttons.NOT_DONE)
    capd_total = MeasureField("capd_total", "CAPD total")
    capd_not_done = ReasonField("CAPD not done", buttons.NOT_DONE)
    consciousness = TapField("Wakes", buttons.CONSCIOUSNESS, help_text=NIGHT_HINT)
    seizure = TapField("Seizure", buttons.SEIZURE, help_text="since the last assessment")
    motor = TapField("Weakness", buttons.MOTOR)
    icp = ListField("Raised ICP", buttons.ICP)
    other_neuro = ListField(
        "Other", buttons.OTHER_NEURO, help_text="recorded, never part of the ICANS grade"
    )
    note = NoteField()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bedside: Bedside,
        saving: bool = False,
        with_last: bool = True,
    ) -> None:
        """`with_last` puts the last recorded values beside the fields; a preview shows none."""
        super().__init__(data, bedside=bedside)
        self.saving = saving
        self.initial["observed_at"] = bedside.now
        self.fields.update(deepcopy(_items()))
        self.add_other_systems()
        if not with_last:
            return
        self.add_last_of_other_systems()
        for name in self.fields.keys() & LAST_SHOWN:
            self.fields[name].last = bedside.last(name)  # type: ignore[attr-defined]

    def fill_in(self, row: Any) -> None:
        """Show a stored assessment as it is, to be corrected."""
        for name, field in self.fields.items():
            stored = getattr(row, name, None)
            if name not in ("uid", "course_uid"):
                self.initial[name] = (
                    field.as_tapped(stored) if isinstance(field, ListField) else stored
                )
        for item, points in (row.ice or {}).items():
            self.initial[f"ice_{item}"] = points
        for sign, cause in row.attribution.items():
            self.initial[f"attribution_{sign}"] = cause
        self.fill_in_other_systems(row)

    # Fields for the page, by group

    def uses_ice(self) -> bool:
        return self._uses(ICE)

    def uses_capd(self) -> bool:
        return self._uses(CAPD)

    def _uses(self, instrument: str) -> bool:
        """Whether the test is used at this age, or a value of it is stored, typed or refused."""
        names = [name for name in self.fields if name.startswith(f"{instrument}_")]
        is_stored = any(self.initial.get(name) is not None for name in names)
        return instrument in self.bedside.instruments or is_stored or self.is_used(*names)

    def ice_items(self) -> list[Any]:
        return [self[f"ice_{item}"] for item in ICE_ITEMS]

    def attributions(self) -> list[Any]:
        return [self[f"attribution_{sign}"] for sign in buttons.SIGN_LABELS]

    def has_attribution(self) -> bool:
        return self.is_used(*(f"attribution_{sign}" for sign in buttons.SIGN_LABELS))

    def remark_fields(self) -> list[Any]:
        """The fields that have a place for remarks on the page."""
        hidden = {"ice": not self.uses_ice(), "capd": not self.uses_capd()}
        items = (*self.ice_items(), *self.attributions(), *self.organs())
        without_place = {bound.name for bound in items} | {"note"}
        names = {bound.name for bound in self.visible_fields()} - without_place
        return [
            self[name]
            for name in self.fields
            if name in names and not hidden.get(name.partition("_")[0], False)
        ]

    def shows_vitals_more(self) -> bool:
        return self.is_used("vitals_not_done", "fever")

    def shows_ice_more(self) -> bool:
        return self.is_used("ice_not_done", "ice_total")

    def shows_other_neuro(self) -> bool:
        return self.is_used("other_neuro")

    # Values to be stored

    def row_values(self) -> dict[str, Any]:
        """The accepted values by the fields of an assessment; a refused one is None."""
        apart = ("ice_", "attribution_", "rate_", "organ_")
        names = [name for name in self.fields if not name.startswith(apart)]
        values = {name: self.value(name) for name in [*names, "ice_total", "ice_not_done"]}
        del values["course_uid"], values[TYPED_BY]
        totals = ("ice_total", "capd_total", "fluid_boluses")
        values |= {name: _whole(values[name]) for name in totals}
        values["note"] = values["note"] or ""
        values |= {"vasopressor_rates": self.rates(), "organ_toxicity": self.organ_grades()}
        return values | {"ice": self.ice_points(), "attribution": self.attributed()}

    def ice_points(self) -> dict[str, int | None] | None:
        """The points of each ICE item; None where no item was scored."""
        points = {item: self.value(f"ice_{item}") for item in ICE_ITEMS}
        return None if all(scored is None for scored in points.values()) else points

    def attributed(self) -> dict[str, str]:
        """The signs that somebody attributed."""
        answers = {str(sign): self.value(f"attribution_{sign}") for sign in buttons.SIGN_LABELS}
        return {sign: answer for sign, answer in answers.items() if answer is not None}

    # Questions and refusals

    def clean(self) -> None:
        """Check every part; refuse to save an assessment without any finding, reason or note."""
        self.look_at_measures()
        self._refuse_contradictions()
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
        points = self.ice_points()
        if points is None:
            return ""
        scored = [number for number in points.values() if number is not None]
        still_open = [buttons.ICE_LABELS[item] for item, got in points.items() if got is None]
        if still_open:
            return f"{sum(scored)} so far; not scored: {', '.join(still_open)}"
        return f"{sum(scored)} of 10"

    def _ice_sum(self) -> int | None:
        points = self.ice_points()
        if points is not None:
            return sum(number for number in points.values() if number is not None)
        return _whole(self.value("ice_total"))


def _whole(number: Decimal | None) -> int | None:
    return None if number is None else int(number)
