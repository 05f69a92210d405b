"""The fields of vital signs, pressure and oxygen: the first part of the assessment form."""

from __future__ import annotations

from decimal import Decimal

from grading.measures import plain_text
from grading.table.sections import LIMITS
from grading.vocabulary import POSITIVE_PRESSURE
from patients.entry.other_systems_form import OTHER_MEASURES
from patients.forms import buttons
from patients.forms.course_form import CourseForm
from patients.forms.fields import (
    ListField,
    MeasureField,
    ReasonField,
    TapField,
    TriStateField,
    temperature_offers,
)
from patients.forms.moments import MomentField
from patients.forms.numbers import is_unfinished
from patients.forms.remarks import Offer
from patients.words import wording

VITAL_MEASURES = (
    "temperature_c",
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate",
    "respiratory_rate",
    "spo2_percent",
    "oxygen_flow_l_min",
    "fio2_percent",
)
CANNULA_ASKED_ABOVE_L_MIN = Decimal(8)

VITALS_LAST_SHOWN = (*VITAL_MEASURES, "hypotension", "fluid_bolus", "vasopressors", "oxygen_device")


class VitalsPart(CourseForm):
    """The fields of vital signs and support, with their questions and refusals."""

    observed_at = MomentField("Observed")

    temperature_c = MeasureField("temperature_c", "Temperature", offers_for=temperature_offers)
    systolic_mmhg = MeasureField("systolic_mmhg", "Systolic")
    diastolic_mmhg = MeasureField("diastolic_mmhg", "Diastolic")
    heart_rate = MeasureField("heart_rate", "Heart rate")
    respiratory_rate = MeasureField("respiratory_rate", "Breaths")
    spo2_percent = MeasureField("spo2_percent", "SpO2", fraction_from="0.3")
    fever = TriStateField("Fever, where no number is known")
    vitals_not_done = ReasonField("Vital signs not done", buttons.NOT_DONE)

    hypotension = TriStateField("Hypotension", help_text="low for this patient, or being treated")
    fluid_bolus = TriStateField("Fluid bolus", help_text="for the pressure")
    vasopressors = ListField(
        "Vasopressors", buttons.VASOPRESSORS, help_text="what runs at this moment"
    )
    oxygen_device = TapField("Oxygen", buttons.OXYGEN_DEVICES)
    oxygen_flow_l_min = MeasureField("oxygen_flow_l_min", "Flow")
    fio2_percent = MeasureField("fio2_percent", "FiO2", fraction_from="0.21")
    positive_pressure_for = TapField("Positive pressure for", buttons.POSITIVE_PRESSURE_FOR)

    def look_at_measures(self) -> None:
        """Ask about unusual values, of the second fold too."""
        for name in (*VITAL_MEASURES, *OTHER_MEASURES):
            self._look_at_measure(name)

    def look_at_vitals(self) -> None:
        """Refuse oxygen that cannot be; ask about answers that hardly go together."""
        if self.value("oxygen_device") not in POSITIVE_PRESSURE:
            self.cleaned_data["positive_pressure_for"] = None
        self._look_at_hypotension()
        self._look_at_oxygen()

    def _look_at_measure(self, name: str) -> None:
        """Show how a fraction was read; ask about an unusual value, and about a saturation of 1."""
        number, field = self.value(name), self.fields[name]
        if number is None or not isinstance(field, MeasureField):
            return
        typed, worded = str(self.data.get(name, "")), field.worded(number)
        unfinished = is_unfinished(typed, LIMITS[name].soft_low)
        if field.as_percent(Decimal(1)) == 100 and number != _typed_number(typed):
            if name == "spo2_percent" and _typed_number(typed) == 1:
                text, yes = f"SpO2 1 is read as {worded}.", f"yes, {worded} was measured"
                self.ask(name, "1", text, yes=yes, unfinished=unfinished)
            else:
                self.show(name, f"{typed.strip()} is read as {worded}")
        if LIMITS[name].asks(number):
            text, yes = f"{field.label} {worded} is unusual.", f"yes, {worded} is right"
            self.ask(name, plain_text(number), text, yes=yes, unfinished=unfinished)

    def _look_at_hypotension(self) -> None:
        """Ask once about “no hypotension” beside a low pressure."""
        systolic, diastolic = self.value("systolic_mmhg"), self.value("diastolic_mmhg")
        at, denied = self.value("observed_at") or self.now, self.value("hypotension") is False
        if denied and self.bedside.has_low_pressure(systolic, diastolic, at) is True:
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
        if device == "nasal_cannula" and flow is not None and flow > CANNULA_ASKED_ABOVE_L_MIN:
            high_flow = Offer.of("high-flow nasal?", {"oxygen_device": "high_flow_nasal_cannula"})
            self.ask(
                "oxygen_flow_l_min",
                f"cannula {plain_text(flow)}",
                f"{plain_text(flow)} L/min through a plain nasal cannula is unusual.",
                yes="yes, a plain cannula",
                offers=[high_flow],
            )


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
