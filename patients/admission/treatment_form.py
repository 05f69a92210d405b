"""The fields of a treatment: product, infusion, weight, and the patient's usual values before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from grading.measures import plain_text
from grading.record import Findings, Record, completed_years
from grading.rules.neurotoxicity.icans_facts import CAPD, instrument_of
from grading.table.sections import LIMITS
from grading.vocabulary import OxygenDevice
from patients.forms import buttons, weights
from patients.forms.course_form import RemarkForm
from patients.forms.fields import MeasureField, NumberField, TapField, TextField, TriStateField
from patients.forms.moments import MomentField
from patients.forms.remarks import Offer
from patients.forms.written_dates import WrittenMomentField
from patients.models import Course
from patients.models.people import BORN_AFTER, FURTHEST_AHEAD
from patients.reading.products import offered_products
from patients.regrading.graded import local_rules
from patients.words import wording

PLANNED, GIVEN = "planned", "given"
LONG_AGO = timedelta(days=60)
FAR_AHEAD = timedelta(days=60)

MEASURED = (
    ("baseline_systolic_mmhg", "systolic_mmhg", "Systolic"),
    ("baseline_oxygen_flow_l_min", "oxygen_flow_l_min", "Home flow"),
    ("baseline_spo2_percent", "spo2_percent", "SpO2"),
    ("baseline_ice_total", "ice_total", "ICE"),
    ("baseline_capd_total", "capd_total", "CAPD"),
)
BASELINE_FIELDS = (
    "baseline_oxygen_device",
    "baseline_home_cpap",
    "baseline_ferritin_ng_ml",
    "baseline_immunosuppressed",
)
LATER = ("later_1", "later_2", "later_3")


class TreatmentPart(RemarkForm):
    """The fields of a course that do not say where the patient lies."""

    product = TapField("Product", [])
    another_product = TextField("Name of the other product", most=80)
    product_batch = TextField("Batch of the product", most=60)
    indication = TextField("Indication", most=120)
    cell_dose = TextField("Cell dose", most=60)
    infusion = TapField("The infusion", [(PLANNED, "is planned"), (GIVEN, "has been given")])
    infused_at = WrittenMomentField("Time of the infusion")
    later_1 = WrittenMomentField("The second infusion", required=False)
    later_2 = WrittenMomentField("The third infusion", required=False)
    later_3 = WrittenMomentField("The fourth infusion", required=False)
    weight_kg = MeasureField("weight_kg", "Weight")
    weight_again = MeasureField("weight_kg", "Weight again")
    weighed_at = MomentField("Weighed", required=False)
    baseline_oxygen_device = TapField("Oxygen at home", buttons.buttons_of(OxygenDevice))
    baseline_home_cpap = TriStateField("CPAP at home")
    baseline_ferritin_ng_ml = NumberField(required=False, label="Ferritin")
    baseline_immunosuppressed = TriStateField("HIV or immunosuppressed for long")

    stored_weight_kg: Decimal | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, measured, label in MEASURED:
            self.fields[name] = MeasureField(measured, label)
        self.offer_products()
        vars(self.fields["baseline_ferritin_ng_ml"])["unit"] = "ng/mL"

    def offer_products(self) -> None:
        """Offer the products of the reference rows as buttons; any other is typed."""
        self.products = offered_products()
        field: Any = self.fields["product"]
        field.choices = [*self.products, (buttons.ANOTHER, "another"), *field.choices]

    def later_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in LATER]

    def has_later(self) -> bool:
        """Whether a split dose is typed or stored."""
        for bound in self.later_fields():
            value = bound.value()
            parts = value if isinstance(value, list) else [value]
            if bound.errors or any(part not in (None, "") for part in parts):
                return True
        return False

    def age_years(self) -> Decimal | None:
        """The age at the infusion, by the form or by the stored patient; None where unknown."""
        raise NotImplementedError

    def has_delay(self) -> bool | None:
        """Whether the patient has a developmental delay; None where unknown."""
        raise NotImplementedError

    def clean(self) -> None:
        super().clean()
        if "product" not in self.errors and self.value("product") is None:
            self.refuse("product", "Tap the product.")
        elif "product" not in self.errors and not self.product_name():
            self.refuse("another_product", "Type the name of the product.")
        self._look_at_infusion()
        self._refuse_wrong_order()
        self._look_at_weight()
        self._look_at_baselines()

    # Values to be stored

    def product_name(self) -> str:
        tapped = self.value("product")
        return (self.value("another_product") if tapped == buttons.ANOTHER else tapped) or ""

    def is_planned(self) -> bool:
        kind: str | None = self.value("infusion")
        return kind == PLANNED

    def treatment(self) -> dict[str, Any]:
        """The values to be stored of the course, by field."""
        same = ("product_batch", "indication", "cell_dose", "infused_at", "weight_kg", "weighed_at")
        measured = [name for name, *_ in MEASURED]
        values = {name: self.value(name) for name in (*same, *measured, *BASELINE_FIELDS)}
        for name in ("baseline_ice_total", "baseline_capd_total"):
            values[name] = None if values[name] is None else int(values[name])
        return values | {
            "product": self.product_name(),
            "infusion_planned": self.is_planned(),
            "later_infusions": [moment.isoformat() for moment in self.later_times()],
        }

    def later_times(self) -> list[datetime]:
        return [moment for name in LATER if (moment := self.value(name)) is not None]

    # Questions and refusals

    def _look_at_infusion(self) -> None:
        """Refuse a given infusion that lies ahead; ask about a time that is unlikely."""
        if "infusion" not in self.fields or {"infused_at", "infusion"} & set(self.errors):
            return
        at, kind = self.value("infused_at"), self.value("infusion")
        field: Any = self.fields["infused_at"]
        if kind is None:
            self.refuse("infusion", "Say whether the infusion is planned or has been given.")
        elif kind == GIVEN:
            try:
                self.cleaned_data["infused_at"] = field.not_later_than_now(at)
            except forms.ValidationError as refusal:
                self.add_error("infused_at", refusal)
            if self.now - at > LONG_AGO:
                self._ask_time(at, f"is more than {LONG_AGO.days} days ago.")
        elif at < self.now:
            given = Offer.of("it has been given", {"infusion": GIVEN})
            self._ask_time(at, "is past, but the infusion is only planned.", offers=[given])
        elif at - self.now > FURTHEST_AHEAD:
            worded = wording.long_date_and_time(at, field.zone)
            self.refuse("infused_at", f"{worded} is more than two years ahead. Check the year.")
        elif at - self.now > FAR_AHEAD:
            self._ask_time(at, f"is more than {FAR_AHEAD.days} days ahead.")

    def _ask_time(self, at: datetime, what: str, *, offers: Iterable[Offer] = ()) -> None:
        field: Any = self.fields["infused_at"]
        worded = wording.long_date_and_time(at, field.zone)
        about, yes = f"{self.value('infusion')} {at.isoformat()}", f"yes, {worded} is right"
        self.ask("infused_at", about, f"{worded} {what}", yes=yes, offers=offers)

    def _refuse_wrong_order(self) -> None:
        """Refuse an infusion before the birth, and later ones out of order or too far ahead."""
        age, at = self.age_years(), self.value("infused_at")
        if age is not None and age < 0 and at is not None:
            born = "birth_date" if "birth_date" in self.fields else "infused_at"
            field: Any = self.fields["infused_at"]
            self.refuse(born, BORN_AFTER.format(day=at.astimezone(field.zone)))
        before = self.value("infused_at")
        for name in LATER:
            at = self.value(name)
            if at is None or before is None:
                continue
            if at <= before:
                self.refuse(name, f"{self.fields[name].label} must come after the one before it.")
                return
            if at - self.now > FURTHEST_AHEAD:
                self.refuse(name, f"{self.fields[name].label} is more than two years ahead.")
                return
            before = at

    def _look_at_weight(self) -> None:
        """Refuse a weight that is not typed twice or has no time; ask where it is unlikely."""
        if {"weight_kg", "weight_again", "weighed_at"} & set(self.errors):
            return
        weight, again = self.value("weight_kg"), self.value("weight_again")
        is_untouched = again is None and weight == self.stored_weight_kg
        if weight != again and not is_untouched:
            second = "nothing" if again is None else f"{plain_text(again)} kg"
            first = "nothing" if weight is None else f"{plain_text(weight)} kg"
            self.refuse("weight_again", f"{first} and {second}: type the same weight twice.")
            return
        if weight is None:
            return
        if self.value("weighed_at") is None:
            self.refuse("weighed_at", "Weighed: enter date and time.")
            return
        age_years, last = self.age_years(), self.stored_weight_kg
        age = None if age_years is None else int(age_years)
        if question := weights.weight_question(weight, age, last):
            worded, offers = plain_text(weight), []
            if (kilograms := weights.if_in_pounds(weight, age, last)) is not None:
                meant = plain_text(kilograms)
                values = {"weight_kg": meant, "weight_again": meant}
                offers = [Offer.of(f"it was in pounds: {meant} kg", values)]
            self.ask("weight_kg", worded, question, yes=f"yes, {worded} kg is right", offers=offers)

    def _look_at_baselines(self) -> None:
        """Ask about unusual baselines, and about a score that will not be used for this patient."""
        for name, measured, label in MEASURED:
            number = self.value(name)
            if number is None or not LIMITS[measured].asks(number):
                continue
            worded = f"{label} {plain_text(number)} {LIMITS[measured].unit}"
            self.ask(name, plain_text(number), f"{worded} is unusual.", yes="yes, it is usual here")
        device = self.value("baseline_oxygen_device")
        if device == "nasal_cannula" and self.value("baseline_oxygen_flow_l_min") is None:
            text = "Without its flow, nobody can tell later whether home oxygen was raised."
            self.show("baseline_oxygen_flow_l_min", text)
        age, delay = self.age_years(), self.has_delay()
        if age is None and delay is not True:
            return
        record = Record(age_years=age, developmental_delay=delay)
        uses_capd = instrument_of(Findings(timedelta(0)), record, local_rules())[0] == CAPD
        wrong = "baseline_ice_total" if uses_capd else "baseline_capd_total"
        if self.value(wrong) is not None:
            own, other = ("CAPD", "ICE") if uses_capd else ("ICE", "CAPD")
            text = f"This patient is followed with {own}. A baseline {other} will not be used."
            self.ask(wrong, own, text, yes=f"keep the {other}")


def age_on(born: date | None, day: date) -> Decimal | None:
    """Age in completed years on that day; None without a birth date."""
    return None if born is None else Decimal(completed_years(born, day))


def treatment_as_typed(course: Course, products: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The stored values of a course, as the fields show them; `products` have a button."""
    is_listed = course.product in dict(products)
    same = ("product_batch", "indication", "cell_dose", "infused_at", "weight_kg", "weighed_at")
    measured = [name for name, *_ in MEASURED]
    return {
        **{name: getattr(course, name) for name in (*same, *BASELINE_FIELDS, *measured)},
        **dict(zip(LATER, course.later_infusion_times, strict=False)),
        "product": course.product if is_listed else buttons.ANOTHER,
        "another_product": "" if is_listed else course.product,
        "infusion": PLANNED if course.infusion_planned else GIVEN,
    }
