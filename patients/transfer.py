"""From stored rows to the record that the rules read.

`record_of` is the whole way for one course; `build_record` the pure step, for those who have
the rows already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from grading import record as seen
from patients.models import (
    Assessment,
    ClinicalRow,
    Course,
    Dose,
    Event,
    LabResult,
)


@dataclass(slots=True)
class LiveRows:
    """The rows of one course that count: neither struck out nor replaced."""

    assessments: list[Assessment] = field(default_factory=list)
    labs: list[LabResult] = field(default_factory=list)
    doses: list[Dose] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def add(self, row: ClinicalRow) -> None:
        """Put one more row, perhaps not saved yet, with its like."""
        for model, rows in self._by_model():
            if isinstance(row, model):
                rows.append(row)

    def all(self) -> list[ClinicalRow]:
        """Every row, whatever its kind."""
        return [*self.assessments, *self.labs, *self.doses, *self.events]

    def leave_out(self, replaced: ClinicalRow) -> None:
        """Drop the row that another one would replace."""
        for model, rows in self._by_model():
            if isinstance(replaced, model):
                rows[:] = [row for row in rows if row.pk != replaced.pk]

    def _by_model(self) -> Sequence[tuple[type[ClinicalRow], list]]:  # type: ignore[type-arg]
        return (
            (Assessment, self.assessments),
            (LabResult, self.labs),
            (Dose, self.doses),
            (Event, self.events),
        )


def live_rows(course: Course) -> LiveRows:
    """Everything that counts for this course, in four queries."""
    return LiveRows(
        assessments=list(Assessment.objects.filter(course=course).live()),
        labs=list(LabResult.objects.filter(course=course).live()),
        doses=list(Dose.objects.filter(course=course).live()),
        events=list(Event.objects.filter(course=course).live()),
    )


def record_of(
    course: Course,
    extra: Iterable[ClinicalRow] = (),
    replacing: ClinicalRow | None = None,
) -> seen.Record:
    """The record of one course; `extra` are unsaved rows, `replacing` the row they correct."""
    rows = live_rows(course)
    for row in extra:
        replaced = row.replaces if replacing is None else replacing
        if replaced is not None:
            rows.leave_out(replaced)
        rows.add(row)
    return build_record(course, rows)


def build_record(course: Course, rows: LiveRows) -> seen.Record:
    """What the rules may see of `course`, out of rows already read."""
    start, patient = course.infused_at, course.patient
    return seen.Record(
        age_years=patient.age_at_infusion_years,
        birth_date=patient.birth_date,
        sex=patient.sex,
        developmental_delay=patient.developmental_delay,
        product=course.product,
        infused_at=start,
        zone=course.zone,
        later_infusions=tuple(moment - start for moment in course.later_infusion_times),
        weight_kg=course.weight_kg,
        weighed=_since(start, course.weighed_at),
        closed=_since(start, course.closed_at),
        last_follow_up_day=course.last_follow_up_day,
        baseline=_baseline(course),
        findings=tuple(findings_of(row, start) for row in rows.assessments),
        labs=tuple(_lab(row, start) for row in rows.labs),
        doses=tuple(_dose(row, start) for row in rows.doses),
        events=tuple(_event(row, start) for row in rows.events),
    )


def _since(start: datetime, moment: datetime | None) -> timedelta | None:
    return None if moment is None else moment - start


def _baseline(course: Course) -> seen.Baseline:
    return seen.Baseline(
        systolic_mmhg=course.baseline_systolic_mmhg,
        oxygen_device=course.baseline_oxygen_device,
        oxygen_flow_l_min=course.baseline_oxygen_flow_l_min,
        spo2_percent=course.baseline_spo2_percent,
        home_cpap=course.baseline_home_cpap,
        ice_total=course.baseline_ice_total,
        capd_total=course.baseline_capd_total,
        ferritin_ng_ml=course.baseline_ferritin_ng_ml,
    )


def _listed(words: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if words is None else tuple(words)


def findings_of(row: Assessment, start: datetime) -> seen.Findings:
    """One assessment as the rules see it."""
    return seen.Findings(
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
        note=row.note,
    )


def _lab(row: LabResult, start: datetime) -> seen.Lab:
    return seen.Lab(
        elapsed=row.collected_at - start,
        analyte=row.analyte,
        value=row.value,
        comparator=row.comparator,
        unit=row.unit,
        uid=str(row.uid),
        note=row.note,
    )


def _dose(row: Dose, start: datetime) -> seen.Dose:
    return seen.Dose(
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


def _event(row: Event, start: datetime) -> seen.Event:
    return seen.Event(
        elapsed=row.happened_at - start,
        kind=row.kind,
        attributed_to=row.attributed_to,
        uid=str(row.uid),
        note=row.note,
    )
