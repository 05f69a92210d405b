"""An entry in words, field by field: to read before striking it out, to compare two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from grading.agents import agent_named
from grading.engine.sentences import ward_word
from grading.event_kinds import EventKind
from grading.kinds import (
    ADJUDICATION,
    ASSESSMENT,
    DOSE,
    ENTRY_KINDS,
    EVENT,
    LAB_RESULT,
    STEP_MARK,
    EntryKind,
)
from grading.table.fields import Each, Field, Kind, Number, OneOf, SomeOf, Text
from grading.table.findings import names_of
from grading.table.sections import ENTRY_FIELDS
from grading.vocabulary import ANALYTES, Decision, LabStatus, StepAnswer, Word
from patients.models import (
    Adjudication,
    Assessment,
    ClinicalRow,
    Dose,
    Event,
    LabResult,
    StepMark,
)
from patients.words import wording
from patients.words.put_aside import cause_in_words, sign_in_words


def label_with_unit(field: Field) -> str:
    """The name of a field, with the unit of a number."""
    if isinstance(field.kind, Number):
        return f"{field.label} ({wording.bedside_unit(field.kind.limits)})"
    return field.label


FIELDS = {field.name: field for fields in ENTRY_FIELDS.values() for field in fields}
ENTRY_LABELS = {
    **{kind.time_field: kind.time_field.removesuffix("_at").capitalize() for kind in ENTRY_KINDS},
    "ended_at": "Ended",
    "holds_from": "Holds from",
    "onset_at": "Onset",
    "resolved_at": "Resolved",
    "until_at": "Deferred until",
    **{name: label_with_unit(field) for name, field in FIELDS.items()},
}
"""The labels of the values of every entry: temperature with its unit, and the time Observed."""
FREE_TEXTS = frozenset({*names_of(Text), "reason", "code", "text"})
MARROW_FINDINGS = {
    True: "hemophagocytosis seen",
    False: "no hemophagocytosis",
    None: "hemophagocytosis not reported",
}
UNSPOKEN = frozenset({"uid", "course", "replaces", "copied_from", "drug_class", "canonical_value"})


def lines(row: ClinicalRow) -> dict[str, str]:
    """The entered values by their labels, without those left unknown."""
    zone = row.course.zone
    fields = {
        ENTRY_LABELS.get(name, name.replace("_", " ").capitalize()): _value(name, value, zone)
        for name, value in row.facts().items()
        if name not in UNSPOKEN and value is not None and value not in ("", {})
    }
    if isinstance(row, LabResult):
        labels = (ENTRY_LABELS["status"], ENTRY_LABELS["note"])
        also = {label: fields[label] for label in labels if label in fields}
        return {"Collected": fields["Collected"], "Result": headline(row)} | also
    if isinstance(row, Dose) and agent_named(row.agent) is None:
        fields["Kind of drug"] = wording.words(row.drug_class)
    return fields


def headline(row: ClinicalRow) -> str:
    """One line that names this entry."""
    return HEADLINES[row.entry_kind](row, wording.long_date_and_time(row.at, row.course.zone))


def _assessment_headline(row: Assessment, at: str) -> str:
    worry = "" if row.worried is None else f" ({entered_in_words('worried', row.worried)})"
    return f"assessment{worry} of {at}"


def _lab_headline(row: LabResult, at: str) -> str:
    """The value with the laboratory's own limits, fasting, its status and a doubt about it."""
    value = wording.measured(row.value, row.comparator, row.unit)
    limits = wording.normal_range(row.lower_limit, row.upper_limit)
    fasting = {True: "fasting", False: "not fasting", None: ""}[row.fasting]
    status = "" if row.status in (None, LabStatus.FINAL) else ward_word(row.status)
    specimen = "" if row.specimen is None else f"from {ward_word(row.specimen)}"
    normal = f"normal {limits}" if limits else ""
    remarks = ", ".join(filter(None, (normal, fasting, status, specimen)))
    in_brackets = f" ({remarks})" if remarks else ""
    return f"{ANALYTES[row.analyte].label} {value}{in_brackets}, {at}"


def _dose_headline(row: Dose, at: str) -> str:
    amount = wording.amount(row.amount, row.unit, row.route)
    batch = wording.of_batch(row.brand, row.batch)
    in_brackets = f" ({batch})" if batch else ""
    return f"{wording.words(row.agent)} {amount}{in_brackets}, {at}"


def _event_headline(row: Event, at: str) -> str:
    detail = f": {event_detail(row)}" if event_detail(row) else ""
    grade = "" if row.grade is None else f", grade {row.grade}"
    return f"{wording.words(row.kind)}{detail}{grade}, {at}"


def event_detail(row: Event) -> str:
    """What was found: the kind of infection, whether the marrow has hemophagocytosis."""
    if row.kind == EventKind.MARROW:
        return MARROW_FINDINGS[row.hemophagocytosis]
    return wording.words(row.detail) if row.detail else ""


def _adjudication_headline(row: Adjudication, at: str) -> str:
    return f"{decision_in_words(row)}, {at}"


def decision_in_words(row: Adjudication) -> str:
    """The decision: hypotension put down to sepsis, confirmed; final grade CRS 3."""
    if row.sign is None:
        return f"final grade {in_words(FIELDS['toxicity'].kind, row.toxicity)} {row.grade}"
    sign = sign_in_words(row.sign)
    if row.decision == Decision.CONFIRMED:
        return f"{sign} put down to {cause_in_words(row.cause or '', '')}, confirmed"
    if row.decision == Decision.REFUSED:
        return f"{sign} counts: another cause refused"
    return f"{sign}: the decision withdrawn"


def _step_mark_headline(row: StepMark, at: str) -> str:
    return f"{mark_in_words(row)}: {row.text}, {at}"


def mark_in_words(row: StepMark) -> str:
    """The answer: done; deferred until 05 Jan 12:00; declined."""
    if row.until_at is None:
        return _in_sentence(StepAnswer(row.answer))
    until = wording.short_date_and_time(row.until_at, row.course.zone)
    return f"{_in_sentence(StepAnswer(row.answer))} until {until}"


HEADLINES: dict[EntryKind, Callable[[Any, str], str]] = {
    ASSESSMENT: _assessment_headline,
    LAB_RESULT: _lab_headline,
    DOSE: _dose_headline,
    EVENT: _event_headline,
    ADJUDICATION: _adjudication_headline,
    STEP_MARK: _step_mark_headline,
}
"""One line about an entry of each kind, which ends with its time."""


def compared(stored: ClinicalRow, attempted: ClinicalRow | None) -> list[tuple[str, str, str]]:
    """The label, the stored and the typed value of each field in which two entries differ."""
    ours = lines(stored)
    theirs = {} if attempted is None else lines(attempted)
    labels = list(dict.fromkeys([*ours, *theirs]))
    pairs = [(label, ours.get(label, "–"), theirs.get(label, "–")) for label in labels]
    return [pair for pair in pairs if pair[1] != pair[2]]


def compared_rows(
    pairs: Sequence[tuple[ClinicalRow | None, ClinicalRow | None]],
) -> list[tuple[str, str, str]]:
    """As `compared`; several rows of one form are named by their headlines."""
    if len(pairs) == 1 and pairs[0][0] is not None:
        return compared(pairs[0][0], pairs[0][1])
    lines_of = [tuple("–" if row is None else headline(row) for row in pair) for pair in pairs]
    return [("Result", ours, theirs) for ours, theirs in lines_of if ours != theirs]


def entered_in_words(name: str, value: Any) -> str:
    """A value of an entry, except a time."""
    if name == "handwriting":
        return f"written by hand, no. {str(value)[:4]}"
    if name in FREE_TEXTS:
        return str(value)
    if name == "temperature_c":
        return wording.temperature(value)
    return in_words(FIELDS[name].kind if name in FIELDS else None, value)


def in_words(kind: Kind | None, value: Any) -> str:
    """A value of this kind; a word as its own list says it."""
    if isinstance(kind, Each):
        return "; ".join(_by_key(kind, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(in_words(kind, item) for item in value) or "none"
    if isinstance(kind, OneOf | SomeOf):
        return _in_sentence(kind.words(value))
    return wording.words(value) if isinstance(value, str) else wording.number(value)


def _by_key(kind: Each, values: dict[str, Any]) -> Iterator[str]:
    """Each value with its key, in the order of the table: PostgreSQL keeps one of its own."""
    for key, one in kind.values.items():
        if key not in values:
            continue
        name, value = _in_sentence(kind.words(key)), values[key]
        if value is None:
            yield f"{name} not scored"
        elif isinstance(one, Number):
            yield f"{name} {value} {wording.bedside_unit(one.limits)}"
        elif isinstance(one, OneOf):
            yield f"{name}: {in_words(one, value)}"
        else:
            yield f"{name} {in_words(one, value)}"


def _in_sentence(word: Word) -> str:
    return word.in_sentence or word.replace("_", " ")


def _value(name: str, value: Any, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        return wording.long_date_and_time(value, zone)
    return entered_in_words(name, value)
