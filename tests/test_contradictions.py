"""The four places where an entry comes in agree about its contradictions."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.http import QueryDict

from grading.contradictions import CONTRADICTIONS, contradictions_in
from grading.documents.reading.course_reader import parse_document
from grading.documents.reading.mistakes import DocumentError
from grading.record import DAY, Findings
from grading.table.fields import Each
from grading.table.findings import OBSERVATION
from patients.entry.assessment_form import AssessmentForm
from patients.models import Assessment, Course
from patients.reading.bedside import Bedside
from tests.patients.entering import NOW, posted

NUMBERS = (None, 0, 5)
REASONS = (None, "unarousable", "aphasia", "sedated", "refused")
ITEMS = (None, {"year": 0, "month": 0}, {"year": 1, "naming": 0})

ENTRIES: dict[str, list[dict[str, Any]]] = {
    "temperature_and_fever": [
        {"temperature_c": temperature, "fever": fever}
        for temperature, fever in product((None, "36.5", "38.5"), (None, True, False))
    ],
    "swapped_pressures": [
        {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}
        for systolic, diastolic in product((None, 79, 80, 81), (None, 80))
    ],
    "ice_items_and_total": [
        {"ice": items, "ice_total": total} for items, total in product(ITEMS, NUMBERS)
    ],
    "ice_score_and_reason": [
        {"ice": items, "ice_total": total, "ice_not_done": reason}
        for items, total, reason in product(ITEMS, NUMBERS, REASONS)
    ],
    "capd_score_and_reason": [
        {"capd_total": total, "capd_not_done": reason}
        for total, reason in product(NUMBERS, REASONS)
    ],
    "cause_without_attribution": [
        {"attribution": {"hypoxia": attributed}, "attribution_cause": causes}
        for attributed, causes in product(
            ("other", "car_t", "undetermined"),
            (None, {"hypoxia": "sepsis"}, {"hypoxia": "drug", "icp": "baseline_disease"}),
        )
    ],
    "rate_without_run": [
        {"vasopressors": running, "vasopressor_rates": rates}
        for running, rates in product(
            (None, [], ["norepinephrine"], ["epinephrine", "norepinephrine"]),
            (None, {"norepinephrine": 5}, {"norepinephrine": 5, "epinephrine": 5}),
        )
    ],
}
CASES = [
    pytest.param(code, entry, id=f"{code}-{number}")
    for code, entries in ENTRIES.items()
    for number, entry in enumerate(entries)
]


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_every_contradiction_is_tried_both_ways() -> None:
    assert {item.code for item in CONTRADICTIONS} == ENTRIES.keys()
    for item in CONTRADICTIONS:
        answers = {item.holds(_findings(entry)) for entry in ENTRIES[item.code]}
        assert answers == {True, False}, item.code


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "entry"), CASES)
def test_document_model_and_form_refuse_the_same_in_the_same_words(
    code: str, entry: dict[str, Any], course: Course
) -> None:
    findings = _findings(entry)
    first = next(iter(contradictions_in(findings)), None)
    in_document, sentence = "", ""
    if first is not None:
        in_document = f"assessments[0].{first.key(findings)}: {first.reason(findings)}"
        sentence = first.sentence(findings)
    assert _document_refuses(entry) == in_document, code
    assert _model_refuses(entry, course) == sentence, code
    if code == "cause_without_attribution":
        return  # the form keeps no such cause: the next test
    in_form = _form_refuses(entry, course)
    assert sentence in in_form, code
    assert bool(in_form) == (first is not None), code


@pytest.mark.django_db
@pytest.mark.parametrize("entry", ENTRIES["cause_without_attribution"])
def test_the_form_keeps_a_cause_only_beside_another_cause(
    entry: dict[str, Any], course: Course
) -> None:
    """Whoever takes “another cause” back need not take the cause back too, which is hidden then."""
    form = _form(entry, course)
    form.full_clean()
    causes = form.row_values()["attribution_cause"] or {}
    attributed = entry["attribution"]
    expected = {
        sign: cause
        for sign, cause in (entry["attribution_cause"] or {}).items()
        if attributed.get(sign) == "other"
    }
    assert {sign: cause for sign, cause in causes.items() if cause} == expected


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "entry"), CASES)
def test_the_database_refuses_nothing_else(
    code: str, entry: dict[str, Any], course: Course
) -> None:
    row = Assessment(course=course, observed_at=NOW, **_typed(entry))
    try:
        row.validate_constraints(exclude={"recorded_by", "recorded_at"})
    except ValidationError:
        assert contradictions_in(row), code


def _findings(entry: dict[str, Any]) -> Findings:
    return Findings(DAY, **_typed(entry))


def _typed(entry: dict[str, Any]) -> dict[str, Any]:
    measured = ("temperature_c", "systolic_mmhg", "diastolic_mmhg")
    return {
        name: Decimal(value) if name in measured and value is not None else value
        for name, value in entry.items()
    }


def _document_refuses(entry: dict[str, Any]) -> str:
    given = {name: value for name, value in _typed(entry).items() if value is not None}
    try:
        parse_document({"format": "cartox-course-1", "assessments": [{"hour": 24, **given}]})
    except DocumentError as mistake:
        return str(mistake)
    return ""


def _model_refuses(entry: dict[str, Any], course: Course) -> str:
    try:
        Assessment(course=course, observed_at=NOW, **_typed(entry)).clean()
    except ValidationError as mistake:
        return " ".join(mistake.messages)
    return ""


def _form(entry: dict[str, Any], course: Course) -> AssessmentForm:
    typed = QueryDict(mutable=True)
    for name, value in posted(course, typed_by="1", **_as_posted(entry)).items():
        typed.setlist(name, value if isinstance(value, list) else [value])
    return AssessmentForm(typed, bedside=Bedside(course, NOW))


def _form_refuses(entry: dict[str, Any], course: Course) -> str:
    form = _form(entry, course)
    form.full_clean()
    return " ".join(text for texts in form.errors.values() for text in texts)


def _as_posted(entry: dict[str, Any]) -> dict[str, Any]:
    """The same entry as the fields of the page."""
    fields: dict[str, Any] = {}
    for name, value in entry.items():
        kind = OBSERVATION[name].kind
        if isinstance(kind, Each):
            fields |= {f"{kind.prefix}_{key}": str(item) for key, item in (value or {}).items()}
        elif isinstance(value, bool):
            fields[name] = "yes" if value else "no"
        elif isinstance(value, list):
            fields[name] = value or "none"
        elif value is not None:
            fields[name] = str(value)
    return fields
