"""What a ward entered, exported: grading it and importing it give the grades of the ward."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from grading.agents import AGENTS, DrugClass
from grading.documents.course_writer import dump_document
from grading.documents.reading.course_reader import read_document
from grading.local_rules import DEFAULT
from grading.rules.systems import SYSTEMS, grade_record
from grading.vocabulary import Attribution, Vasopressor
from patients import door
from patients.exchange.document import document_of
from patients.exchange.read_documents import ImportTarget, arrival
from patients.exchange.take_in import take_in
from patients.models import Adjudication, Assessment, Course, Dose, GradeRecord, User
from tests.storing import without_uids

ON_THE_LIST = sorted(set(Vasopressor) - {Vasopressor.OTHER})
UNLISTED = st.tuples(st.sampled_from(["Foo", "foo", "F-oo", "Bar"]), st.sampled_from(DrugClass))
"""Drugs that are not known, of every class, in several spellings."""
LISTED = st.sampled_from(
    sorted({"tocilizumab", "paracetamol", "prednisolone", "vasopressin", *ON_THE_LIST})
)
AS_TYPED_BEFORE = st.sampled_from(
    [
        ("Avtozma", DrugClass.ANTI_CYTOKINE),
        ("Prednisolon", DrugClass.STEROID),
        ("argipressin", DrugClass.VASOPRESSOR),
        ("NOREPINEPHRINE", DrugClass.OTHER),
    ]
)
"""Rows as they were stored before the drug was known by this name."""
AGENTS_DRAWN = LISTED.map(lambda name: (name, AGENTS[name])) | UNLISTED | AS_TYPED_BEFORE

HOURS = st.integers(2, 60)
SIGNS = st.sampled_from(["fever", "hypotension", "hypoxia"])
DOSES = st.fixed_dictionaries(
    {"drug": AGENTS_DRAWN, "hour": HOURS, "lasts": st.none() | st.integers(0, 20)},
    optional={"amount": st.sampled_from([Decimal("0.1"), Decimal(50)])},
)
FINDINGS = st.fixed_dictionaries(
    {"hour": HOURS},
    optional={
        "temperature_c": st.sampled_from([Decimal("36.8"), Decimal("38.4")]),
        "hypotension": st.booleans(),
        "vasopressors": st.lists(st.sampled_from(ON_THE_LIST), max_size=2, unique=True),
        "oxygen_device": st.sampled_from(["room_air", "nasal_cannula", "facemask"]),
        "attribution": st.dictionaries(SIGNS, st.sampled_from(Attribution), max_size=2),
    },
)
DECISIONS = st.fixed_dictionaries(
    {
        "hour": HOURS,
        "sign": SIGNS,
        "decision": st.sampled_from(["confirmed", "refused", "withdrawn"]),
    },
    optional={"from_hour": HOURS},
)


@contextmanager
def forgotten() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def dose_of(drawn: dict[str, Any], start: datetime) -> Dose:
    (agent, drug_class), given_at = drawn["drug"], start + timedelta(hours=drawn["hour"])
    lasts, amount = drawn["lasts"], drawn.get("amount")
    return Dose(
        agent=agent,
        drug_class=drug_class.value,
        given_at=given_at,
        ended_at=None if lasts is None else given_at + timedelta(hours=lasts),
        amount=amount,
        unit=None if amount is None else "mcg/kg/min",
    )


def decision_of(drawn: dict[str, Any], start: datetime) -> Adjudication:
    from_hour = drawn.get("from_hour")
    return Adjudication(
        decided_at=start + timedelta(hours=drawn["hour"]),
        holds_from=None if from_hour is None else start + timedelta(hours=from_hour),
        sign=drawn["sign"],
        decision=drawn["decision"],
        reason="reviewed",
    )


def findings_of(drawn: dict[str, Any], start: datetime) -> Assessment:
    values = {name: value for name, value in drawn.items() if name != "hour"}
    return Assessment(observed_at=start + timedelta(hours=drawn["hour"]), **values)


def stored_grades(course: Course) -> dict[str, list[dict[str, Any]]]:
    records = GradeRecord.objects.filter(course=course, assessment__isnull=False).live()
    in_order = records.order_by("applies_at", "assessment__uid")
    return {
        key: [without_uids(item.facts()) for item in in_order if item.system == key]
        for key in SYSTEMS
    }


@settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    doses=st.lists(DOSES, min_size=1, max_size=4),
    findings=st.lists(FINDINGS, min_size=1, max_size=4, unique_by=lambda drawn: drawn["hour"]),
    decisions=st.lists(DECISIONS, max_size=3),
)
def test_the_export_of_a_ward_has_the_grades_of_the_ward(
    doses: list[dict[str, Any]],
    findings: list[dict[str, Any]],
    decisions: list[dict[str, Any]],
    course: Course,
    nurse: User,
    physician: User,
) -> None:
    start = course.infused_at
    with forgotten():
        rows = [findings_of(drawn, start) for drawn in findings]
        door.enter(course, [*rows, *(dose_of(drawn, start) for drawn in doses)], by=nurse)
        door.enter(course, [decision_of(drawn, start) for drawn in decisions], by=physician)
        of_ward = stored_grades(course)
        out = json.dumps(dump_document(document_of(course)))

    read = read_document(out.encode())
    graded = grade_record(read.record, DEFAULT)
    assert {
        key: [without_uids(each.facts()) for each in graded[key].results] for key in SYSTEMS
    } == of_ward
    assert read.cautions == ()

    with forgotten():
        value = json.loads(out, parse_float=Decimal)
        arrived = arrival(value, ImportTarget(course.ward, mrn="0099"))
        assert take_in(arrived, by=physician)
        copy = Course.objects.get(uid=arrived.course.uid)
        assert stored_grades(copy) == of_ward
        again = json.loads(json.dumps(dump_document(document_of(copy))))
        for section in ("doses", "assessments", "adjudications"):
            assert again[section] == json.loads(out)[section]
