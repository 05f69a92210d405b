"""What the assessment form asks and refuses about measurements, pressure and oxygen.

A doubt about a value is not raised again where the last entry, of the same device, has the same
value: whoever saved that one has answered it.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from grading.measures import plain_text
from grading.table.fields import Part
from grading.vocabulary import POSITIVE_PRESSURE
from patients.entry.finding_fields import FINDINGS, FindingsForm, names_in
from patients.forms import weights
from patients.forms.fields import MeasureField
from patients.forms.numbers import is_unfinished
from patients.forms.remarks import Offer
from patients.words import wording

CANNULA_ASKED_ABOVE_L_MIN = Decimal(8)
ANSWERED_WITHIN = timedelta(hours=12)
"""A value is asked about again when the entry that had the same one is older: a shift."""
OF_THE_DEVICE = frozenset(names_in(Part.OXYGEN)) - {"oxygen_device"}


class VitalsPart(FindingsForm):
    """The questions and refusals of measurements, vital signs and support."""

    def look_at_measures(self) -> None:
        """Ask about unusual values."""
        for name, field in self.fields.items():
            if isinstance(field, MeasureField):
                self._look_at_measure(name, field)

    def look_at_vitals(self) -> None:
        """Refuse oxygen that cannot be; ask about answers that hardly go together."""
        if self.value("oxygen_device") not in POSITIVE_PRESSURE:
            self.cleaned_data["positive_pressure_for"] = None
        self._look_at_weight()
        self._look_at_hypotension()
        self._look_at_oxygen()

    def _look_at_measure(self, name: str, field: MeasureField) -> None:
        """Show how a fraction was read; ask about an unusual value, and about a saturation of 1."""
        number = self.value(name)
        if number is None:
            return
        typed, worded = str(self.data.get(name, "")), field.worded(number)
        unfinished = is_unfinished(typed, field.limits.soft_low)
        if field.as_percent(Decimal(1)) == 100 and number != _typed_number(typed):
            if name == "spo2_percent" and _typed_number(typed) == 1:
                text, yes = f"SpO2 1 is read as {worded}.", f"yes, {worded} was measured"
                self.ask(name, "1", text, yes=yes, unfinished=unfinished)
            else:
                self.show(name, f"{typed.strip()} is read as {worded}")
        if field.limits.asks(number) and not self._is_answered(name):
            text, yes = f"{field.label} {worded} is unusual.", f"yes, {worded} is right"
            self.ask(name, plain_text(number), text, yes=yes, unfinished=unfinished)

    def _look_at_weight(self) -> None:
        """Ask about a weight that is unusual at this age, or far from the last one."""
        weight = self.value("measured_weight_kg")
        if weight is None:
            return
        then = self.bedside_then()
        years, last = then.record.age_at(then.elapsed), then.last_weight()
        age, last_kg = None if years is None else int(years), None if last is None else last.kg
        question = weights.weight_question(weight, age, last_kg)
        if question and not self._is_answered("measured_weight_kg"):
            worded, offers = plain_text(weight), []
            if (kilograms := weights.if_in_pounds(weight, age, last_kg)) is not None:
                meant = plain_text(kilograms)
                values = {"measured_weight_kg": meant}
                offers = [Offer.of(f"it was in pounds: {meant} kg", values)]
            self.ask(
                "measured_weight_kg",
                worded,
                question,
                yes=f"yes, {worded} kg is right",
                offers=offers,
                unfinished=is_unfinished(
                    str(self.data.get("measured_weight_kg", "")), weights.usual_weight(age)[0]
                ),
            )

    def _look_at_hypotension(self) -> None:
        """Ask once about “no hypotension” beside a low pressure."""
        systolic, diastolic = self.value("systolic_mmhg"), self.value("diastolic_mmhg")
        at, denied = self.value("observed_at") or self.now, self.value("hypotension") is False
        is_low = denied and self.bedside.has_low_pressure(systolic, diastolic, at) is True
        if is_low and not self._is_answered("hypotension", "systolic_mmhg", "diastolic_mmhg"):
            pressure = wording.pressure(systolic, diastolic)
            self.ask(
                "hypotension",
                f"no with {pressure}",
                f"{pressure} mmHg is low for this patient. No hypotension?",
                yes="no: usual, other cause, or misread",
                offers=[Offer.of("change to yes", {"hypotension": "yes"})],
            )

    def _look_at_oxygen(self) -> None:
        """Refuse oxygen without a device; ask about a high flow through a plain nasal cannula."""
        device, entered = self.value("oxygen_device"), ""
        flow, fio2 = self.value("oxygen_flow_l_min"), self.value("fio2_percent")
        if flow is not None and flow > 0:
            entered = f"A flow of {plain_text(flow)} L/min is entered"
        elif fio2 is not None and fio2 > 21:
            entered = f"An FiO2 of {plain_text(fio2)} % is entered"
        if entered and device in (None, "room_air") and "oxygen_device" not in self.errors:
            where = "without a device" if device is None else "on room air"
            self.refuse("oxygen_device", f"{entered} {where}. Tap the device that gives it.")
        is_much = flow is not None and flow > CANNULA_ASKED_ABOVE_L_MIN
        if device == "nasal_cannula" and is_much and not self._is_answered("oxygen_flow_l_min"):
            high_flow = Offer.of("high-flow nasal?", {"oxygen_device": "high_flow_nasal_cannula"})
            self.ask(
                "oxygen_flow_l_min",
                f"cannula {plain_text(flow)}",
                f"{plain_text(flow)} L/min through a plain nasal cannula is unusual.",
                yes="yes, a plain cannula",
                offers=[high_flow],
            )

    def _is_answered(self, *names: str) -> bool:
        """Whether the entry that is corrected, or the last one with this value within 12 h, has the
        same values."""
        if OF_THE_DEVICE.intersection(names):
            names = (*names, "oxygen_device")
        typed = [self.value(name) for name in names]
        corrected = self.bedside.leaving_out
        if corrected is not None and [_recorded(corrected, name) for name in names] == typed:
            return True
        then = self.bedside_then()
        for row in then.earlier:
            if _recorded(row, names[0]) is not None:
                is_recent = then.elapsed - row.elapsed <= ANSWERED_WITHIN
                return is_recent and [_recorded(row, name) for name in names] == typed
        return False


def _recorded(row: Any, name: str) -> Any:
    """What an entry says in one input of the form."""
    finding, key = FINDINGS[name]
    value = getattr(row, finding)
    if not key or value is None:
        return value
    in_key = value.get(key)
    return Decimal(str(in_key)) if isinstance(in_key, str | float) else in_key


def swap_offers(systolic: Decimal, diastolic: Decimal) -> list[Offer]:
    """The offer to swap two pressures, unless they are equal."""
    high, low = plain_text(diastolic), plain_text(systolic)
    swapped = {"systolic_mmhg": high, "diastolic_mmhg": low}
    return [] if low == high else [Offer.of(f"swap: {high}/{low}?", swapped)]


def _typed_number(typed: str) -> Decimal | None:
    """The typed text as a plain number; None where it is none."""
    try:
        return Decimal(typed.strip().replace(",", "."))
    except ArithmeticError:
        return None
