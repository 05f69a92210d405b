"""From stored rows to the record that the rules read.

`record_of` reads the rows of one course and builds its record; `build_record` does the second
step alone, for those who have the rows already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import QuerySet

from grading import record as record_types
from grading.kinds import ASSESSMENT, DOSE, EVENT, LAB_RESULT, EntryKind
from grading.record import RECORD_FIELDS, Baseline
from patients.models import MODELS_BY_KIND, Assessment, ClinicalRow, Course, Dose, Event, LabResult
from patients.models.clinical_row import ClinicalQuerySet
from patients.models.people import PRODUCT_NOT_STATED


@dataclass(slots=True)
class LiveRows:
    """The rows of one course that count: neither struck out nor replaced.

    Each is a model's row, saved or not, or what `live_rows` read of one: the same names, no more
    than the facts.
    """

    assessments: list[Any] = field(default_factory=list)
    labs: list[Any] = field(default_factory=list)
    doses: list[Any] = field(default_factory=list)
    events: list[Any] = field(default_factory=list)

    def of(self, kind: EntryKind) -> list[Any]:
        """The rows of one kind; the lists are named as the sections of the course document."""
        rows: list[Any] = getattr(self, kind.section)
        return rows

    def leave_out(self, replaced: ClinicalRow) -> None:
        """Drop the row that another one would replace."""
        rows = self.of(replaced.entry_kind)
        rows[:] = [row for row in rows if row.id != replaced.pk]


def live_rows(course: Course) -> LiveRows:
    """Everything that counts for this course, in four queries."""
    return live_rows_of([course])[course.pk]


def live_rows_of(courses: Sequence[Course]) -> dict[int, LiveRows]:
    """Everything that counts for each of these courses, in four queries for all together.

    Facts only: a model's row costs ten times as much, and every save reads a whole course.
    """
    by_course = {course.pk: LiveRows() for course in courses}
    for kind, model in MODELS_BY_KIND.items():
        for row in _facts(model).filter(course__in=list(by_course)):
            by_course[row.course_id].of(kind).append(row)
    return by_course


@cache
def _facts(model: type[ClinicalRow]) -> QuerySet[Any, Any]:
    """The entered values of every live row of a model; filtered before it is evaluated.

    The queryset is cached: to name sixty columns takes longer than to read them of a course.
    """
    left_out = (model.audit_fields | {"replaces", "copied_from"}) - {"id"}
    columns = (
        column.attname for column in model._meta.concrete_fields if column.name not in left_out
    )
    rows: ClinicalQuerySet[ClinicalRow] = ClinicalQuerySet(model)
    return rows.live().order_by("pk").values_list(*columns, named=True)


def record_of(
    course: Course,
    extra: Iterable[ClinicalRow] = (),
    replacing: ClinicalRow | None = None,
) -> record_types.Record:
    """The record of one course; `extra` are unsaved rows, `replacing` the row they correct."""
    rows = live_rows(course)
    for row in extra:
        replaced = row.replaces if replacing is None else replacing
        if replaced is not None:
            rows.leave_out(replaced)
        rows.of(row.entry_kind).append(row)
    return build_record(course, rows)


def build_record(course: Course, rows: LiveRows) -> record_types.Record:
    """The record of `course` for the rules, from rows already read."""
    start, patient = course.infused_at, course.patient
    return record_types.Record(
        age_years=patient.age_at_infusion_years,
        birth_date=patient.birth_date,
        sex=patient.sex,
        developmental_delay=patient.developmental_delay,
        product=None if course.product == PRODUCT_NOT_STATED else course.product,
        indication=course.indication or None,
        infused_at=start,
        zone=course.zone,
        later_infusions=tuple(moment - start for moment in course.later_infusion_times),
        weight_kg=course.weight_kg,
        weighed=_since(start, course.weighed_at),
        closed=_since(start, course.closed_at),
        last_follow_up_day=course.last_follow_up_day,
        baseline=Baseline(
            **{name: getattr(course, f"baseline_{name}") for name in Baseline.__slots__}
        ),
        **{
            RECORD_FIELDS[kind]: tuple(as_entry(row, start) for row in rows.of(kind))
            for kind, as_entry in RECORD_ENTRIES.items()
        },
    )


def _since(start: datetime, moment: datetime | None) -> timedelta | None:
    return None if moment is None else moment - start


def _listed(words: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if words is None else tuple(words)


def findings_of(row: Assessment, start: datetime) -> record_types.Findings:
    """One assessment as the rules see it."""
    rates = row.vasopressor_rates
    if rates is not None:  # JSON keeps a rate as a number; a rule compares decimals
        rates = {agent: Decimal(str(rate)) for agent, rate in rates.items()}
    return record_types.Findings(
        elapsed=row.observed_at - start,
        uid=str(row.uid),
        temperature_c=row.temperature_c,
        fever=row.fever,
        systolic_mmhg=row.systolic_mmhg,
        diastolic_mmhg=row.diastolic_mmhg,
        heart_rate=row.heart_rate,
        respiratory_rate=row.respiratory_rate,
        spo2_percent=row.spo2_percent,
        hypotension=row.hypotension,
        fluid_bolus=row.fluid_bolus,
        vasopressors=_listed(row.vasopressors),
        oxygen_device=row.oxygen_device,
        oxygen_flow_l_min=row.oxygen_flow_l_min,
        fio2_percent=row.fio2_percent,
        positive_pressure_for=row.positive_pressure_for,
        vitals_not_done=row.vitals_not_done,
        attribution=dict(row.attribution),
        ice=None if row.ice is None else dict(row.ice),
        ice_total=row.ice_total,
        ice_not_done=row.ice_not_done,
        capd_total=row.capd_total,
        capd_not_done=row.capd_not_done,
        consciousness=row.consciousness,
        seizure=row.seizure,
        motor=row.motor,
        icp=_listed(row.icp),
        other_neuro=_listed(row.other_neuro),
        vasopressor_rates=rates,
        organ_toxicity=None if row.organ_toxicity is None else dict(row.organ_toxicity),
        note=row.note,
        **{name: getattr(row, name) for name in _OF_OTHER_SYSTEMS},
    )


_OF_OTHER_SYSTEMS = (
    "fluid_boluses",
    "vasopressor_hours",
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
    "csf_opening_mmhg",
    "splenomegaly",
    "hepatomegaly",
    "nk_activity_low",
)


def _lab(row: LabResult, start: datetime) -> record_types.Lab:
    return record_types.Lab(
        elapsed=row.collected_at - start,
        analyte=row.analyte,
        value=row.value,
        comparator=row.comparator,
        unit=row.unit,
        lower_limit=row.lower_limit,
        upper_limit=row.upper_limit,
        fasting=row.fasting,
        uid=str(row.uid),
        note=row.note,
    )


def _dose(row: Dose, start: datetime) -> record_types.Dose:
    return record_types.Dose(
        elapsed=row.given_at - start,
        agent=row.agent,
        drug_class=row.drug_class,
        amount=row.amount,
        unit=row.unit,
        route=row.route,
        ended=_since(start, row.ended_at),
        uid=str(row.uid),
        note=row.note,
    )


def _event(row: Event, start: datetime) -> record_types.Event:
    return record_types.Event(
        elapsed=row.happened_at - start,
        kind=row.kind,
        attributed_to=row.attributed_to,
        grade=row.grade,
        detail=row.detail,
        uid=str(row.uid),
        note=row.note,
    )


RECORD_ENTRIES: dict[EntryKind, Callable[[Any, datetime], Any]] = {
    ASSESSMENT: findings_of,
    LAB_RESULT: _lab,
    DOSE: _dose,
    EVENT: _event,
}
"""The functions that make a stored row of each kind an entry of the record."""
