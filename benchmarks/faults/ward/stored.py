"""What the database holds of a form: found by the number of the form, and by its marker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID, uuid5

from django.db import Error, connection
from django.db.models import Model, Q

from benchmarks.faults.saves import Fact, Save, Trace
from benchmarks.faults.ward.call_plans import ANSWERED, INFORMED
from benchmarks.faults.ward.calls import acts_on_calls
from benchmarks.faults.ward.handovers import (
    HANDED,
    TAKEN,
    handed_over,
    stray_handovers,
    taken_over,
)
from benchmarks.faults.ward.plans import minute_of
from patients.models import CLINICAL_MODELS, Assessment, Course, Dose, Event, LabResult

LONGEST_OUTAGE_S = 120
PAUSE_S = 0.1
Result = TypeVar("Result")


def read(call: Callable[[], Result]) -> Result:
    """Call until the database answers: it may be down, and its disk full."""
    deadline = time.monotonic() + LONGEST_OUTAGE_S
    while True:
        try:
            return call()
        except Error:
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_S)


def traces_of(save: Save) -> tuple[Trace, ...]:
    """Everything that is stored of this form now."""
    return read(lambda: tuple(_READERS[save.kind](save)))


def plain(value: Any) -> str:
    """A stored value as it was typed."""
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _entries(
    model: Any, names: Sequence[str], uids: Iterable[str | UUID], marker: str
) -> Iterable[Trace]:
    by_form_or_marker = Q(uid__in=[*uids]) | Q(note=marker)
    rows = model.objects.filter(by_form_or_marker).select_related(
        "course", "recorded_by", "replaces"
    )
    for row in rows:
        values = {name: plain(getattr(row, name)) for name in names}
        values |= {"at": minute_of(row.at), "note": row.note}
        if model is Assessment:
            values["replaces"] = "" if row.replaces is None else str(row.replaces.uid)
        yield Trace(Fact(str(row.course.uid), values), row.recorded_by.username)


def _assessments(save: Save) -> Iterable[Trace]:
    names = ("temperature_c", "systolic_mmhg", "heart_rate")
    return _entries(Assessment, names, [save.form], save.marker)


def _labs(save: Save) -> Iterable[Trace]:
    uids = [uuid5(UUID(save.form), fact.values["analyte"]) for fact in save.wanted]
    return _entries(LabResult, ("analyte", "value", "unit"), uids, save.marker)


def _doses(save: Save) -> Iterable[Trace]:
    return _entries(Dose, ("agent", "amount", "unit", "route"), [save.form], save.marker)


def _events(save: Save) -> Iterable[Trace]:
    return _entries(Event, ("kind",), [save.form], save.marker)


def _stops(save: Save) -> Iterable[Trace]:
    """The end of the run, where it is the one of this form."""
    dose = Dose.objects.select_related("course", "end_recorded_by").get(uid=save.row)
    if dose.ended_at is None or dose.end_recorded_by is None:
        return
    ended = minute_of(dose.ended_at)
    if ended == save.wanted[0].values["ended"]:
        fact = Fact(str(dose.course.uid), {"row": str(dose.uid), "ended": ended})
        yield Trace(fact, dose.end_recorded_by.username)


def _strike_outs(save: Save) -> Iterable[Trace]:
    for model in CLINICAL_MODELS:
        rows: Any = model.objects.filter(struck_out_reason=save.marker)  # type: ignore[attr-defined]
        for row in rows.select_related("course", "struck_out_by"):
            values = {"row": str(row.uid), "reason": row.struck_out_reason}
            yield Trace(Fact(str(row.course.uid), values), row.struck_out_by.username)


def _admissions(save: Save) -> Iterable[Trace]:
    courses = Course.objects.filter(Q(uid=save.form) | Q(patient__mrn=save.marker))
    for course in courses.select_related("patient"):
        first = course.history.select_related("history_user").earliest("history_id")
        patient = course.patient
        values = {"mrn": patient.mrn, "family_name": patient.family_name, "bed": first.bed}
        values["weight_kg"] = plain(course.weight_kg)
        yield Trace(Fact(str(course.uid), values), first.history_user.username)


def _history(**wanted: str) -> Any:
    lines: Any = Course.history.filter(**wanted)
    return lines.select_related("history_user").order_by("history_id")


def _moves(save: Save) -> Iterable[Trace]:
    for line in _history(bed=save.marker, history_change_reason="moved"):
        yield Trace(Fact(str(line.uid), {"bed": line.bed}), line.history_user.username)


def _course_corrections(save: Save) -> Iterable[Trace]:
    for line in _history(history_change_reason=save.marker):
        values = {"indication": line.indication, "reason": save.marker}
        yield Trace(Fact(str(line.uid), values), line.history_user.username)


_READERS: dict[str, Callable[[Save], Iterable[Trace]]] = {
    "assessment": _assessments,
    "correction": _assessments,
    "labs": _labs,
    "dose": _doses,
    "event": _events,
    "stop": _stops,
    "strike-out": _strike_outs,
    "admission": _admissions,
    "move": _moves,
    "course correction": _course_corrections,
    INFORMED: acts_on_calls,
    ANSWERED: acts_on_calls,
    HANDED: handed_over,
    TAKEN: taken_over,
}


def strays(saves: Sequence[Save]) -> list[Model]:
    """Rows that no form asked for: with the marker of none, or as nobody typed them."""
    markers = {save.marker for save in saves}
    ends = {(save.row, save.wanted[0].values["ended"]) for save in saves if save.kind == "stop"}
    rows = [row for model in CLINICAL_MODELS for row in model.objects.all()]  # type: ignore[attr-defined]
    return [
        *stray_handovers(saves),
        *(row for row in rows if row.note not in markers),
        *(
            row
            for row in rows
            if isinstance(row, Dose)
            and row.ended_at is not None
            and (str(row.uid), minute_of(row.ended_at)) not in ends
        ),
        *(row for row in rows if row.struck_out_reason and row.struck_out_reason not in markers),
    ]
