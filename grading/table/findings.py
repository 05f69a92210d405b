"""The observations of one assessment: each declared once, in the order of `record.Findings`.

A new one also needs its field in `Findings` and in the model `Assessment`, a migration, and the
rule that reads it; documents, schema, CSV, form and page follow from here.
"""

from __future__ import annotations

from grading.measures import RATE_LIMITS, Limits
from grading.table.fields import (
    Answer,
    Each,
    Field,
    Kind,
    Number,
    OneOf,
    Part,
    SomeOf,
    Text,
    Whole,
)
from grading.table.not_done import VitalsNotDone
from grading.table.places import PlaceOfCare
from grading.vocabulary import (
    ICE_ITEMS,
    ORGAN_GRADE_UP_TO,
    AttributedCause,
    Attribution,
    Consciousness,
    CrsResponse,
    DailyLiving,
    IceItem,
    Icp,
    Motor,
    NotDone,
    Organ,
    OtherNeuro,
    OxygenDevice,
    PositivePressureFor,
    Seizure,
    SeizureKind,
    Sign,
    Vasopressor,
    Worried,
)


def _number(
    unit: str, hard: tuple[str, str], soft: tuple[str | None, str | None], why: str
) -> Number:
    """A measurement: its unit, what is refused, what is asked about, and the reason."""
    return Number(Limits.of(unit, hard, soft, why))


def _points(unit: str, most: int, why: str, *, asked_above: str | None = None) -> Whole:
    """A whole number from 0."""
    return Whole(Limits.of(unit, ("0", str(most)), (None, asked_above), why, integer=True))


OBSERVATIONS: tuple[Field, ...] = (
    Field(
        "temperature_c",
        _number("°C", ("25", "45"), ("35", "41"), "98.6 °F typed as Celsius lies far outside"),
        "Temperature",
        Part.VITALS,
    ),
    Field("fever", Answer(), "Fever", Part.FEVER, on_form="Fever, where no number is known"),
    Field(
        "systolic_mmhg",
        _number(
            "mmHg", ("30", "300"), ("80", "200"), "a cuff reads nothing below 30; kPa never pass"
        ),
        "Systolic",
        Part.VITALS,
    ),
    Field(
        "diastolic_mmhg",
        _number(
            "mmHg",
            ("10", "200"),
            ("35", "120"),
            "below 10 is a reading error, and it is below systolic",
        ),
        "Diastolic",
        Part.VITALS,
    ),
    Field(
        "heart_rate",
        _number("/min", ("0", "300"), ("40", "150"), "0 is a real value in an arrest"),
        "Heart rate",
        Part.VITALS,
    ),
    Field(
        "respiratory_rate",
        _number("/min", ("0", "100"), ("8", "35"), "0 is real on a failing patient"),
        "Respiratory rate",
        Part.VITALS,
        on_form="Breaths",
    ),
    Field(
        "spo2_percent",
        _number(
            "%", ("30", "100"), ("88", None), "0.30–1.00 is a fraction; oximeters fail below 30"
        ),
        "SpO2",
        Part.VITALS,
    ),
    Field(
        "measured_weight_kg",
        _number("kg", ("1", "350"), (None, None), "a change over 10 % is asked about"),
        "Weight",
        Part.VITALS,
    ),
    Field(
        "hypotension",
        Answer(),
        "Hypotension",
        Part.SUPPORT,
        hint="low for this patient, or being treated",
    ),
    Field("fluid_bolus", Answer(), "Fluid bolus", Part.SUPPORT, hint="for the pressure"),
    Field(
        "vasopressors",
        SomeOf(Vasopressor),
        "Vasopressors",
        Part.SUPPORT,
        hint="what runs at this moment",
    ),
    Field("oxygen_device", OneOf(OxygenDevice), "Oxygen device", Part.OXYGEN, on_form="Oxygen"),
    Field(
        "oxygen_flow_l_min",
        _number("L/min", ("0", "80"), (None, "60"), "high-flow devices end at 60–80 L/min"),
        "Oxygen flow",
        Part.OXYGEN,
        on_form="Flow",
    ),
    Field(
        "fio2_percent",
        _number("%", ("21", "100"), (None, "60"), "air is 21 %; 0.21–1.00 is a fraction"),
        "FiO2",
        Part.OXYGEN,
    ),
    Field(
        "positive_pressure_for",
        OneOf(PositivePressureFor),
        "Positive pressure for",
        Part.OXYGEN,
    ),
    Field("vitals_not_done", OneOf(VitalsNotDone), "Vital signs not done", Part.NOT_MEASURED),
    Field(
        "attribution",
        Each({sign.value: OneOf(Attribution) for sign in Sign}, Sign, "attribution"),
        "Attribution",
        Part.CAUSE,
    ),
    Field(
        "attribution_cause",
        Each({sign.value: OneOf(AttributedCause) for sign in Sign}, Sign, "cause"),
        "Other cause",
        Part.CAUSE,
    ),
    Field("attribution_words", Text(), "Other cause, in words", Part.CAUSE),
    Field("attribution_confirmed", Answer(), "Attribution by a physician"),
    Field(
        "ice",
        Each(
            {item: _points("points", most, "") for item, most in ICE_ITEMS.items()}, IceItem, "ice"
        ),
        "ICE items",
        Part.ICE,
    ),
    Field(
        "ice_total",
        _points("points", 10, "the scale ends at 10"),
        "ICE total",
        Part.ICE_TOTAL,
        on_form="ICE total, where items are not known",
    ),
    Field("ice_not_done", OneOf(NotDone), "ICE not done", Part.ICE_NOT_DONE),
    Field("capd_total", _points("points", 32, "8 items of 0–4"), "CAPD total", Part.CAPD),
    Field("capd_not_done", OneOf(NotDone), "CAPD not done", Part.CAPD),
    Field(
        "consciousness",
        OneOf(Consciousness),
        "Consciousness",
        Part.NEUROLOGIC,
        on_form="Wakes",
        hint="At night: waking a sleeper by voice is “by itself”, unless the patient then fails to "
        "stay awake.",
    ),
    Field("seizure", OneOf(Seizure), "Seizure", Part.NEUROLOGIC, hint="since the last assessment"),
    Field("motor", OneOf(Motor), "Weakness", Part.NEUROLOGIC),
    Field("icp", SomeOf(Icp), "Raised ICP", Part.NEUROLOGIC),
    Field(
        "other_neuro",
        SomeOf(OtherNeuro),
        "Other neuro",
        Part.OTHER_FINDINGS,
        on_form="Other",
        hint="recorded, never part of the ICANS grade",
    ),
    Field(
        "fluid_boluses",
        _points("boluses", 20, "counted since the last assessment", asked_above="6"),
        "Fluid boluses",
        Part.CIRCULATION,
        on_form="Fluids given",
    ),
    Field(
        "vasopressor_rates",
        Each({agent: Number(rate) for agent, rate in RATE_LIMITS.items()}, Vasopressor, "rate"),
        "Vasopressor rates",
        Part.CIRCULATION,
        hint="The rate of each vasopressor is asked once it is tapped above.",
    ),
    Field(
        "vasopressor_hours",
        _number("h", ("0", "2000"), (None, "336"), "hours without a break, up to now"),
        "On vasopressors",
        Part.CIRCULATION,
        on_form="On pressors",
    ),
    Field(
        "refractory_hypotension",
        Answer(),
        "Refractory hypotension",
        Part.CIRCULATION,
        hint="does not rise under fluids and vasopressors",
    ),
    Field(
        "life_threatening",
        Answer(),
        "Life-threatening",
        Part.CIRCULATION,
        hint="urgent intervention needed",
    ),
    Field(
        "constitutional_symptoms",
        Answer(),
        "Constitutional symptoms",
        Part.CIRCULATION,
        hint="myalgia, arthralgia, nausea, malaise",
    ),
    Field("crs_response", OneOf(CrsResponse), "Response to treatment", Part.CIRCULATION),
    Field(
        "organ_toxicity",
        Each(
            {
                organ.value: _points("grade", ORGAN_GRADE_UP_TO, "of a living patient")
                for organ in Organ
            },
            Organ,
            "organ",
        ),
        "Organ toxicity (CTCAE 4.03 grade)",
        Part.ORGANS,
    ),
    Field(
        "coagulopathy_treated",
        Answer(),
        "Coagulopathy treated",
        Part.CIRCULATION,
        hint="plasma, cryoprecipitate or fibrinogen",
    ),
    Field(
        "iv_therapy",
        Answer(),
        "Intravenous therapy",
        Part.CIRCULATION,
        hint="drugs or fluids given for CRS",
    ),
    Field(
        "head_of_government",
        _points("points", 1, "one item of CARTOX-10"),
        "Head of government (CARTOX-10)",
        Part.NEUROLOGIC_OTHER,
        on_form="Names the head of government",
        hint="the tenth point of CARTOX-10",
    ),
    Field("seizure_kind", OneOf(SeizureKind), "Kind of seizure", Part.NEUROLOGIC_OTHER),
    Field(
        "seizure_multiple",
        Answer(),
        "Several seizures",
        Part.NEUROLOGIC_OTHER,
        hint="despite treatment",
    ),
    Field(
        "papilledema_stage",
        _points("stage", 5, "the Frisén scale ends at 5"),
        "Papilledema stage",
        Part.NEUROLOGIC_OTHER,
        hint="Frisén scale",
    ),
    Field(
        "csf_opening_mmhg",
        _number("mmHg", ("0", "80"), (None, "40"), "a value in cm of water is 1.36 times as high"),
        "CSF opening pressure",
        Part.NEUROLOGIC_OTHER,
    ),
    Field(
        "daily_living",
        OneOf(DailyLiving),
        "Daily living",
        Part.NEUROLOGIC_OTHER,
        hint="limited by neurotoxicity",
    ),
    Field("splenomegaly", Answer(), "Enlarged spleen", Part.HYPERINFLAMMATION),
    Field("hepatomegaly", Answer(), "Enlarged liver", Part.HYPERINFLAMMATION),
    Field(
        "nk_activity_low",
        Answer(),
        "NK-cell activity low",
        Part.HYPERINFLAMMATION,
        on_form="NK-cell activity low or absent",
    ),
    Field("worried", OneOf(Worried), "Worry", Part.WORRY),
    Field(
        "already_escalated",
        Answer(),
        "Already escalated",
        Part.LATE,
        on_form="Already escalated at the time?",
        hint="somebody was told when it was observed",
    ),
    Field(
        "place",
        OneOf(PlaceOfCare),
        "Place",
        Part.PLACE,
        on_form="Where was this observed?",
    ),
    Field("note", Text(), "Note", Part.NOTE),
)
"""Every observation, in the order of `record.Findings` and of the columns of a table."""

OBSERVATION: dict[str, Field] = {field.name: field for field in OBSERVATIONS}


def names_of(*kinds: type[Kind]) -> tuple[str, ...]:
    """The observations that hold one of these kinds of value, in order."""
    return tuple(field.name for field in OBSERVATIONS if isinstance(field.kind, kinds))
