"""Everything that was typed can be read again: on the page of the entry, and the vitals at once."""

from __future__ import annotations

import html
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from grading.table.fields import Answer, Each, Field, Number, OneOf, SomeOf, Text, Whole
from grading.table.findings import OBSERVATIONS
from patients import door
from patients.models import Assessment, Course, Dose, Event, LabResult, User
from patients.words.entry_words import ENTRY_LABELS, entered_in_words
from tests.patients.entering import page
from tests.storing import AssessmentAt


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def opened(client: Client, row: Any) -> str:
    address = page("entry_show", row.course, kind=row.entry_kind.section, row_uid=row.uid)
    answer = client.get(address)
    assert answer.status_code == 200
    return text(answer)


OF_FEVER = {"attribution": {"fever": "other"}}
NOT_ALONE: dict[str, dict[str, Any]] = {
    "diastolic_mmhg": {"systolic_mmhg": 120},
    "attribution_cause": OF_FEVER,
    "attribution_words": OF_FEVER,
    "attribution_confirmed": OF_FEVER,
    "vasopressor_rates": {"vasopressors": ["norepinephrine"]},
}
"""What has to be entered beside a field so that it can be stored."""


def value_of(field: Field) -> Any:
    match field.kind:
        case Number(limits):
            return limits.soft_low or limits.hard_high
        case Whole(limits):
            return int(limits.hard_high)
        case Answer():
            return True
        case OneOf(words):
            return list(words)[-1].value
        case SomeOf(words):
            return [list(words)[-1].value]
        case Text():
            return "typed in words"
        case Each(kinds):
            key, kind = next(iter(kinds.items()))
            value = value_of(Field(key, kind, key))
            return {key: float(value) if isinstance(value, Decimal) else value}
    raise AssertionError(f"{field.name} has a kind that this test does not know")


@pytest.mark.parametrize("field", OBSERVATIONS, ids=lambda field: field.name)
def test_every_finding_that_was_entered_can_be_read_again(
    field: Field, nurse_client: Client, course: Course, physician: User
) -> None:
    value = value_of(field)
    values = NOT_ALONE.get(field.name, {}) | {field.name: value}
    row = Assessment(course=course, observed_at=course.infused_at, **values)
    door.enter(course, [row], by=physician)
    shown = opened(nurse_client, row)
    assert f"<dt>{ENTRY_LABELS[field.name]}</dt>" in shown
    assert f"<dd>{entered_in_words(field.name, value)}</dd>" in shown


ROWS: dict[type[Any], dict[str, tuple[Any, str]]] = {
    LabResult: {
        "collected_at": (None, "05 Jan 2026 11:00"),
        "analyte": ("ferritin", "Ferritin"),
        "value": (Decimal(17800), "17,800"),
        "comparator": (">", "> 17,800"),
        "unit": ("mcg/L", "mcg/L"),
        "lower_limit": (Decimal(13), "normal 13"),
        "upper_limit": (Decimal(150), "150"),
        "fasting": (False, "not fasting"),
        "status": ("final", "<dd>final</dd>"),
        "specimen": ("clotted", "from a clotted specimen"),
        "note": ("by phone", "<dd>by phone</dd>"),
    },
    Dose: {
        "given_at": (None, "05 Jan 2026 11:00"),
        "ended_at": (timedelta(hours=1), "05 Jan 2026 12:00"),
        "agent": ("oxytocin", "<dd>oxytocin</dd>"),
        "drug_class": ("other", "<dt>Kind of drug</dt><dd>other"),
        "amount": (Decimal("2.5"), "<dd>2.5</dd>"),
        "unit": ("mg/h", "<dd>mg/h</dd>"),
        "route": ("IV", "<dd>IV</dd>"),
        "brand": ("Syntocinon", "<dd>Syntocinon</dd>"),
        "batch": ("B1234", "<dd>B1234</dd>"),
        "note": ("left arm", "<dd>left arm</dd>"),
    },
    Event: {
        "happened_at": (None, "05 Jan 2026 11:00"),
        "kind": ("infection", "<dd>infection</dd>"),
        "grade": (3, "<dd>3</dd>"),
        "detail": ("viral", "<dd>viral</dd>"),
        "note": ("CMV", "<dd>CMV</dd>"),
    },
}
OTHER_EVENTS = {"attributed_to", "hemophagocytosis"}
"""What only a death, or only a marrow, has; each is looked at below."""


@pytest.mark.parametrize("model", ROWS)
def test_every_value_of_a_result_a_dose_and_an_event_can_be_read_again(
    model: type[Any], nurse_client: Client, course: Course, physician: User
) -> None:
    time = model.entry_kind.time_field
    values = {name: value for name, (value, _) in ROWS[model].items()}
    values[time] = course.infused_at
    if model is Dose:
        values["ended_at"] = course.infused_at + values["ended_at"]
    row = model(course=course, **values)
    door.enter(course, [row], by=physician)
    typed = row.facts().keys() - {"uid", "course", "replaces", "copied_from", "canonical_value"}
    assert typed - OTHER_EVENTS == ROWS[model].keys()
    shown = opened(nurse_client, row)
    for name, (_, words) in ROWS[model].items():
        assert words in shown, name


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "death", "attributed_to": "crs"}, "<dd>CRS</dd>"),
        ({"kind": "marrow", "hemophagocytosis": False}, "<dd>no</dd>"),
    ],
)
def test_what_only_some_events_have_can_be_read_again(
    values: dict[str, Any], words: str, nurse_client: Client, course: Course, nurse: User
) -> None:
    row = Event(course=course, happened_at=course.infused_at, **values)
    door.enter(course, [row], by=nurse)
    assert words in opened(nurse_client, row)


def test_the_lists_of_the_chart_show_heart_rate_breaths_and_waking_and_open_the_entry(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    row = assessment_at(
        2, heart_rate=128, respiratory_rate=24, consciousness="voice", spo2_percent=88
    )
    door.enter(course, [row], by=nurse)
    shown = text(nurse_client.get(page("chart", course)))
    assert "88 % · HR 128 · RR 24" in shown
    assert "wakes to voice" in shown
    assert page("entry_show", course, kind="assessments", row_uid=row.uid) in shown


def test_an_entry_shows_what_each_correction_changed_and_who_ended_a_run(
    nurse_client: Client, course: Course, nurse: User, physician: User
) -> None:
    given = {"given_at": course.infused_at, "agent": "norepinephrine", "unit": "mcg/min"}
    first = Dose(course=course, amount=4, **given)
    door.enter(course, [first], by=nurse)
    second = Dose(course=course, amount=40, replaces=first, **given)
    door.correct_dose(second, seen_end=None, by=physician)
    door.stop(second, at=course.infused_at + timedelta(hours=3), by=nurse)

    shown = opened(nurse_client, second)
    assert '<th scope="row">Amount</th><td>4</td><td>40</td>' in shown
    assert "End recorded" in shown
    assert "by Nina Nurse" in shown
    before = opened(nurse_client, first)
    assert "Counts no more:" in before
    assert page("entry_show", course, kind="doses", row_uid=second.uid) in before


def test_the_page_of_a_result_shows_all_results_of_its_time(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    rows = [
        LabResult(course=course, collected_at=course.infused_at, analyte=name, value=7)
        for name in ("crp", "ldh")
    ]
    door.enter(course, rows, by=nurse)
    shown = opened(nurse_client, rows[1])
    assert shown.index("LDH 7") < shown.index("CRP 7")
