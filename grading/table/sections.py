"""The other fields of a course document: patient, course, baseline, and every other entry."""

from __future__ import annotations

from collections.abc import Mapping

from grading.agents import DrugClass
from grading.event_kinds import DeathAttribution, EventKind
from grading.kinds import (
    ADJUDICATION,
    ASSESSMENT,
    DOSE,
    EVENT,
    LAB_RESULT,
    STEP_MARK,
    EntryKind,
)
from grading.laboratory.analytes import ANALYTES
from grading.measures import Limits
from grading.table.fields import (
    Amount,
    Answer,
    Anything,
    CalendarDate,
    Field,
    Hours,
    Infusions,
    Integer,
    Moment,
    Named,
    Number,
    OneOf,
    Text,
    Whole,
    Zone,
)
from grading.table.findings import OBSERVATION, OBSERVATIONS
from grading.vocabulary import (
    AttributedCause,
    Comparator,
    Decision,
    GradedToxicity,
    LabStatus,
    Sex,
    Sign,
    Specimen,
    StepAnswer,
    Word,
)

COURSE_FORMAT = "cartox-course-1"
"""The value of `format` in a course document."""

TIME = (Field("hour", Hours(), "Hour"), Field("at", Moment(), "Time"))
"""The time of an entry: exactly one of these stands in each."""
NOTE = OBSERVATION["note"]

PATIENT = (
    Field(
        "age_years",
        Number(Limits.of("years", ("0", "120"), (None, None), "no older patient is known")),
        "Age",
    ),
    Field("birth_date", CalendarDate(), "Birth date"),
    Field("sex", OneOf(Sex), "Sex"),
    Field("developmental_delay", Answer(), "Developmental delay"),
    Field("mrn", Text(), "MRN"),
    Field("name", Text(), "Name"),
)
COURSE = (
    Field("product", Text(), "Product"),
    Field("indication", Text(), "Indication"),
    Field("infused_at", Moment(), "Infused"),
    Field("time_zone", Zone(), "Time zone"),
    Field("later_infusions", Infusions(), "Later infusions"),
    Field("weight_kg", OBSERVATION["measured_weight_kg"].kind, "Weight"),
    Field("weighed_hour", Hours(), "Weighed"),
    Field("weighed_at", Moment(), "Weighed"),
    Field("closed_at", Moment(), "Closed"),
    Field("last_follow_up_day", Integer(), "Last follow-up day"),
    Field("product_batch", Text(), "Batch of the product"),
)
BASELINE = (
    *(
        OBSERVATION[name]
        for name in ("systolic_mmhg", "oxygen_device", "oxygen_flow_l_min", "spo2_percent")
    ),
    Field("home_cpap", Answer(), "CPAP at home"),
    OBSERVATION["ice_total"],
    OBSERVATION["capd_total"],
    Field("ferritin_ng_ml", Number(ANALYTES["ferritin"].limits), "Ferritin"),
    Field("immunosuppressed", Answer(), "Immunosuppressed"),
)
LAB = (
    *TIME,
    Field("analyte", Named(listed_only=True), "Analyte", is_needed=True),
    Field("value", Amount(), "Value", is_needed=True),
    Field("comparator", OneOf(Comparator), "Comparator"),
    Field("unit", Text(), "Unit"),
    Field("lower_limit", Amount(), "Lower limit of normal"),
    Field("upper_limit", Amount(), "Upper limit of normal"),
    Field("fasting", Answer(), "Fasting"),
    Field("status", OneOf(LabStatus), "Status of the result"),
    Field("specimen", OneOf(Specimen), "Doubt about the specimen"),
    NOTE,
)
DOSE_FIELDS = (
    *TIME,
    Field("agent", Named(listed_only=False), "Agent", is_needed=True),
    Field("class", OneOf(DrugClass), "Class"),
    Field("amount", Amount(), "Amount"),
    Field("unit", Text(), "Unit"),
    Field("route", Text(), "Route"),
    Field("end_hour", Hours(), "Ended"),
    Field("end_at", Moment(), "Ended"),
    Field("brand", Text(), "Brand"),
    Field("batch", Text(), "Batch"),
    NOTE,
)
EVENT_FIELDS = (
    *TIME,
    Field("kind", OneOf(EventKind), "Kind", is_needed=True),
    Field("attributed_to", OneOf(DeathAttribution), "Attributed to"),
    Field("grade", Integer(), "Grade"),
    Field("detail", Text(), "Detail"),
    Field("hemophagocytosis", Answer(), "Hemophagocytosis"),
    NOTE,
)
ADJUDICATION_FIELDS = (
    *TIME,
    Field("decision", OneOf(Decision), "Decision", is_needed=True),
    Field("sign", OneOf(Sign), "Sign"),
    Field("cause", OneOf(AttributedCause), "Cause"),
    Field("from_hour", Hours(), "Holds from"),
    Field("from_at", Moment(), "Holds from"),
    Field("toxicity", OneOf(GradedToxicity), "Toxicity"),
    Field("grade", Integer(), "Grade"),
    Field("onset_hour", Hours(), "Onset"),
    Field("onset_at", Moment(), "Onset"),
    Field("resolved_hour", Hours(), "Resolved"),
    Field("resolved_at", Moment(), "Resolved"),
    Field("reason", Text(), "Reason"),
    NOTE,
)
STEP_MARK_FIELDS = (
    *TIME,
    Field("code", Text(), "Line", is_needed=True),
    Field("line_toxicity", Text(), "Toxicity", is_needed=True),
    Field("grade", Integer(), "Grade"),
    Field("answer", OneOf(StepAnswer), "Answer", is_needed=True),
    Field("until_hour", Hours(), "Deferred until"),
    Field("until_at", Moment(), "Deferred until"),
    Field("reason", Text(), "Reason"),
    Field("text", Text(), "Text", is_needed=True),
    NOTE,
)
ENTRY_FIELDS: dict[EntryKind, tuple[Field, ...]] = {
    ASSESSMENT: (*TIME, *OBSERVATIONS),
    LAB_RESULT: LAB,
    DOSE: DOSE_FIELDS,
    EVENT: EVENT_FIELDS,
    ADJUDICATION: ADJUDICATION_FIELDS,
    STEP_MARK: STEP_MARK_FIELDS,
}
"""The fields of one entry, by its kind."""

PARTS: dict[str, tuple[Field, ...]] = {
    "patient": PATIENT,
    "course": COURSE,
    "baseline": BASELINE,
}
"""The objects of a course document that stand once."""

DOCUMENT = (
    Field("format", Text(), is_needed=True),
    Field("id", Text()),
    Field("source", Text()),
    Field("published", Anything()),
)
"""The plain fields of a course document, beside its parts and its lists of entries."""

LIMITS: Mapping[str, Limits] = {
    field.name: field.kind.limits
    for field in (*OBSERVATIONS, *COURSE, *PATIENT)
    if isinstance(field.kind, Number | Whole)
}
"""The limits of every measurement of assessment, course and patient, by name."""

WORDS: Mapping[str, type[Word]] = {
    field.name: field.kind.words
    for field in (
        *OBSERVATIONS,
        *PATIENT,
        *EVENT_FIELDS,
        *ADJUDICATION_FIELDS,
        *STEP_MARK_FIELDS,
    )
    if isinstance(field.kind, OneOf)
}
"""The closed list of every field that holds one word, by name: of all but courses and results."""
