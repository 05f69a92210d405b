"""The fields that grading systems other than ASTCT ask for: the second fold of the form.

The fold is closed until a value stands in it. Every field may stay open; a value that was not
entered stays unknown and is named by the system that would need it.
"""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from functools import cache
from typing import Any

from grading.engine.result import to_json
from grading.measures import plain_text
from grading.vocabulary import ORGAN_GRADE_UP_TO, RATE_LIMITS, Limits, Organ
from patients.forms import buttons
from patients.forms.course_form import CourseForm
from patients.forms.fields import MeasureField, NumberField, PointsField, TapField, TriStateField
from patients.forms.numbers import is_unfinished, retyped
from patients.forms.remarks import Offer, Refusal
from patients.words import wording

PER_KG_BELOW = Decimal(1)
"""A rate in mcg/min below this is usual for mcg/kg/min only; it is asked about."""

OTHER_MEASURES = ("fluid_boluses", "vasopressor_hours", "csf_opening_mmhg")
OTHER_ANSWERS = (
    "refractory_hypotension",
    "life_threatening",
    "constitutional_symptoms",
    "crs_response",
    "coagulopathy_treated",
    "iv_therapy",
    "head_of_government",
    "seizure_kind",
    "seizure_multiple",
    "papilledema_stage",
    "splenomegaly",
    "hepatomegaly",
    "nk_activity_low",
)
OTHER_LAST_SHOWN = (*OTHER_MEASURES, *OTHER_ANSWERS)
FRISEN_STAGES = [(str(stage), str(stage)) for stage in range(6)]
CTCAE_GRADES = [(str(grade), str(grade)) for grade in range(ORGAN_GRADE_UP_TO + 1)]


class RateField(NumberField):
    """The rate of one vasopressor; the page shows it once that agent is tapped."""

    def __init__(self, agent: str) -> None:
        super().__init__(required=False, label=wording.words(agent).capitalize())
        self.agent = agent
        self.limits: Limits = RATE_LIMITS[agent]
        self.unit = wording.rate_unit(agent)
        self.template_name = "fields/rate.html"
        self.widget.attrs["placeholder"] = " "  # lets the style sheet see whether it is empty

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else retyped(Decimal(str(value)))

    def plausible(self, number: Decimal) -> bool:
        return not self.limits.refuses(number)

    def clean(self, value: str | None) -> Decimal | None:
        number = self.to_python(value)
        if number is None or not self.limits.refuses(number):
            return number
        low, high = plain_text(self.limits.hard_low), plain_text(self.limits.hard_high)
        raise Refusal(
            f"{self.label} {plain_text(number)} {self.unit} is outside {low}–{high} {self.unit}. "
            "Check the unit."
        )


class OtherSystemsPart(CourseForm):
    """The fields of the second fold, which come after all others of the form."""

    def add_other_systems(self) -> None:
        self.fields.update(deepcopy(_fields()))

    def add_last_of_other_systems(self) -> None:
        for agent in RATE_LIMITS:
            vars(self.fields[f"rate_{agent}"])["last"] = self.bedside.last_entry(
                "vasopressor_rates", agent
            )
        for organ in Organ:
            vars(self.fields[f"organ_{organ}"])["last"] = self.bedside.last_entry(
                "organ_toxicity", organ
            )

    def fill_in_other_systems(self, row: Any) -> None:
        """Rates and organ grades of a stored assessment, each in its field."""
        for agent, rate in (row.vasopressor_rates or {}).items():
            self.initial[f"rate_{agent}"] = Decimal(str(rate))
        for organ, grade in (row.organ_toxicity or {}).items():
            self.initial[f"organ_{organ}"] = grade

    # Fields for the page

    def rate_fields(self) -> list[Any]:
        return [self[f"rate_{agent}"] for agent in RATE_LIMITS]

    def organs(self) -> list[Any]:
        return [self[f"organ_{organ}"] for organ in Organ]

    def shows_other_systems(self) -> bool:
        """Whether the fold stands open because it has a value, a refusal or an open question."""
        names = [bound.name for bound in (*self.rate_fields(), *self.organs())]
        return self.is_used(*OTHER_LAST_SHOWN, *names) or self.asks_about(*OTHER_LAST_SHOWN, *names)

    # Values to be stored

    def rates(self) -> dict[str, Any] | None:
        """The rate of each agent as JSON numbers; None where none was typed."""
        typed = {agent: self.value(f"rate_{agent}") for agent in RATE_LIMITS}
        return _entered(typed)

    def organ_grades(self) -> dict[str, Any] | None:
        """The CTCAE grade of each organ; None where none was tapped."""
        return _entered({str(organ): self.value(f"organ_{organ}") for organ in Organ})

    # Questions and refusals

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
        """Ask about a rate that is unlikely."""
        name = f"rate_{agent}"
        rate = self.value(name)
        if rate is None:
            return
        label, unit = wording.words(agent), wording.rate_unit(agent)
        worded, offers = f"{plain_text(rate)} {unit}", []
        if RATE_LIMITS[agent].asks(rate):
            doubt = "is unusual."
        elif RATE_LIMITS[agent].unit == "µg/min" and 0 < rate < PER_KG_BELOW:
            doubt, weight = "is very little. Is it mcg/kg/min?", self.course.weight_kg
            if weight is not None:
                per_minute = round(rate * weight, 1)
                product = f"× {wording.number(weight)} kg = {plain_text(per_minute)} {unit}?"
                offers = [Offer.of(product, {name: retyped(per_minute)})]
        else:
            return
        text, yes = f"{label.capitalize()} {worded} {doubt}", f"yes, {worded} is right"
        unfinished = is_unfinished(str(self.data.get(name, "")), PER_KG_BELOW)
        self.ask(name, plain_text(rate), text, yes=yes, offers=offers, unfinished=unfinished)


def _entered(values: dict[str, Any]) -> dict[str, Any] | None:
    """The values that were entered, as JSON holds them; None where there is none."""
    entered = {name: value for name, value in values.items() if value is not None}
    return to_json(entered) if entered else None


@cache
def _fields() -> dict[str, Any]:
    """The fields in the order of the page, made once; each form copies them."""
    rates = {f"rate_{agent}": RateField(agent) for agent in RATE_LIMITS}
    organs = {
        f"organ_{organ}": PointsField(buttons.ORGAN_LABELS[organ], CTCAE_GRADES) for organ in Organ
    }
    answers = {
        "fluid_boluses": MeasureField("fluid_boluses", "Fluids given"),
        "vasopressor_hours": MeasureField("vasopressor_hours", "On pressors"),
        "refractory_hypotension": TriStateField(
            "Refractory hypotension", help_text="does not rise under fluids and vasopressors"
        ),
        "life_threatening": TriStateField(
            "Life-threatening", help_text="urgent intervention needed"
        ),
        "constitutional_symptoms": TriStateField(
            "Constitutional symptoms", help_text="myalgia, arthralgia, nausea, malaise"
        ),
        "crs_response": TapField("Response to treatment", buttons.CRS_RESPONSE),
        "iv_therapy": TriStateField(
            "Intravenous therapy", help_text="drugs or fluids given for CRS"
        ),
        "coagulopathy_treated": TriStateField(
            "Coagulopathy treated", help_text="plasma, cryoprecipitate or fibrinogen"
        ),
        "head_of_government": PointsField(
            "Names the head of government",
            buttons.RIGHT_OR_WRONG,
            help_text="the tenth point of CARTOX-10",
        ),
        "seizure_kind": TapField("Kind of seizure", buttons.SEIZURE_KIND),
        "seizure_multiple": TriStateField("Several seizures", help_text="despite treatment"),
        "papilledema_stage": PointsField(
            "Papilledema stage", FRISEN_STAGES, help_text="Frisén scale"
        ),
        "csf_opening_mmhg": MeasureField("csf_opening_mmhg", "CSF opening pressure"),
        "splenomegaly": TriStateField("Enlarged spleen"),
        "hepatomegaly": TriStateField("Enlarged liver"),
        "nk_activity_low": TriStateField("NK-cell activity low or absent"),
    }
    return {**answers, **rates, **organs}
