"""Vital signs, pressure and oxygen: the first part of the assessment form."""

from __future__ import annotations

from decimal import Decimal

from grading.contradictions import SWAPPED_PRESSURES, TEMPERATURE_AND_FEVER
from grading.measures import plain_text
from grading.vocabulary import POSITIVE_PRESSURE, VITAL_LIMITS
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
    """The fields of vital signs and support, with what is asked about them."""

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

    def look_at_vitals(self) -> None:
        """Refuse what cannot be, and ask about what is unusual, measurements of the fold too."""
        if self.value("oxygen_device") not in POSITIVE_PRESSURE:
            self.cleaned_data["positive_pressure_for"] = None
        for name in (*VITAL_MEASURES, *OTHER_MEASURES):
            self._ask_about_limits(name)
        self._refuse_swapped_pressures()
        if TEMPERATURE_AND_FEVER.holds(self.value("temperature_c"), self.value("fever")):
            self.refuse("fever", "The temperature is entered. Leave this one open.")
        self._refuse_oxygen_without_device()
        self._ask_about_cannula()
        self._ask_about_low_pressure()

    def _ask_about_limits(self, name: str) -> None:
        number, field = self.value(name), self.fields[name]
        if number is None or not isinstance(field, MeasureField):
            return
        typed = str(self.data.get(name, ""))
        if field.as_percent(Decimal(1)) == 100 and number != _typed_number(typed):
            self._tell_fraction(name, typed, field.worded(number))
        if VITAL_LIMITS[name].asks(number):
            worded = field.worded(number)
            self.ask(
                name,
                plain_text(number),
                f"{field.label} {worded} is unusual.",
                yes=f"yes, {worded} is right",
                unfinished=is_unfinished(typed, VITAL_LIMITS[name].soft_low),
            )

    def _tell_fraction(self, name: str, typed: str, percent: str) -> None:
        """How a fraction was read; a saturation of 1 is as likely a slip of the hand."""
        if name == "spo2_percent" and _typed_number(typed) == 1:
            self.ask(
                name,
                "1",
                f"SpO2 1 is read as {percent}.",
                yes=f"yes, {percent} was measured",
                unfinished=is_unfinished(typed, VITAL_LIMITS[name].soft_low),
            )
        else:
            self.show(name, f"{typed.strip()} is read as {percent}")

    def _refuse_swapped_pressures(self) -> None:
        systolic, diastolic = self.value("systolic_mmhg"), self.value("diastolic_mmhg")
        if not SWAPPED_PRESSURES.holds(systolic, diastolic):
            return
        swapped = {"systolic_mmhg": plain_text(diastolic), "diastolic_mmhg": plain_text(systolic)}
        worded = f"{plain_text(diastolic)}/{plain_text(systolic)}"
        self.refuse("systolic_mmhg", "One of the two pressures is wrong: neither is used.")
        self.refuse(
            "diastolic_mmhg",
            f"Diastolic {plain_text(diastolic)} is not below systolic {plain_text(systolic)}.",
            offers=[] if diastolic == systolic else [Offer.of(f"swap: {worded}?", swapped)],
        )

    def _refuse_oxygen_without_device(self) -> None:
        device = self.value("oxygen_device")
        if "oxygen_device" in self.errors or device not in (None, "room_air"):
            return
        flow, fio2 = self.value("oxygen_flow_l_min"), self.value("fio2_percent")
        if flow is not None and flow > 0:
            self._refuse_device(f"A flow of {plain_text(flow)} L/min is entered", device)
        elif fio2 is not None and fio2 > 21:
            self._refuse_device(f"An FiO2 of {plain_text(fio2)} % is entered", device)

    def _refuse_device(self, entered: str, device: str | None) -> None:
        where = "without a device" if device is None else "on room air"
        self.refuse("oxygen_device", f"{entered} {where}. Tap the device that gives it.")

    def _ask_about_cannula(self) -> None:
        flow = self.value("oxygen_flow_l_min")
        on_cannula = self.value("oxygen_device") == "nasal_cannula"
        if on_cannula and flow is not None and flow > CANNULA_ASKED_ABOVE_L_MIN:
            high_flow = Offer.of("high-flow nasal?", {"oxygen_device": "high_flow_nasal_cannula"})
            self.ask(
                "oxygen_flow_l_min",
                f"cannula {plain_text(flow)}",
                f"{plain_text(flow)} L/min through a plain nasal cannula is unusual.",
                yes="yes, a plain cannula",
                offers=[high_flow],
            )

    def _ask_about_low_pressure(self) -> None:
        """“No hypotension” beside a low pressure is asked once."""
        systolic, diastolic = self.value("systolic_mmhg"), self.value("diastolic_mmhg")
        at = self.value("observed_at") or self.now
        if self.value("hypotension") is not False:
            return
        if self.bedside.has_low_pressure(systolic, diastolic, at) is not True:
            return
        pressure = wording.pressure(systolic, diastolic)
        self.ask(
            "hypotension",
            f"no with {pressure}",
            f"{pressure} mmHg is low for this patient. No hypotension?",
            yes="no: usual, other cause, or misread",
            offers=[Offer.of("change to yes", {"hypotension": "yes"})],
        )


def _typed_number(typed: str) -> Decimal | None:
    try:
        return Decimal(typed.strip().replace(",", "."))
    except ArithmeticError:
        return None
