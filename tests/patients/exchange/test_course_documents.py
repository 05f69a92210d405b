"""Course documents in and out: what survives, what is refused, and that the grades are the same."""

from __future__ import annotations

import copy
import io
import json
import random
import re
import stat
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import grading
from grading.batch.progress import ProgressBar
from grading.documents.course_writer import dump_document
from grading.documents.grades_writer import grades_document
from grading.documents.reading.course_reader import parse_document
from grading.documents.reading.json_reader import load_json
from grading.documents.reading.mistakes import DocumentError
from grading.event_kinds import EventKind
from grading.local_rules import DEFAULT
from grading.pages.json_schema import course_schema
from grading.rules.systems import SYSTEMS, grade_record
from grading.table.fields import Answer, Each, Field, Kind, Number, OneOf, SomeOf, Whole
from grading.table.findings import OBSERVATION, OBSERVATIONS
from grading.table.sections import BASELINE
from grading.vocabulary import (
    ANALYTES,
    AttributedCause,
    Comparator,
    GradedToxicity,
    LabStatus,
    Sign,
    Specimen,
)
from patients import door
from patients.characters import normalized, problem_in_name
from patients.door import admissions
from patients.door import entries as door_entries
from patients.exchange.document import document_of
from patients.exchange.read_documents import ImportTarget, arrival
from patients.exchange.take_in import take_in
from patients.models import (
    CLINICAL_MODELS,
    Assessment,
    BoardRow,
    Course,
    Dose,
    GradeRecord,
    LabResult,
    Patient,
    User,
    Ward,
)
from tests.storing import AssessmentAt, stored, without_uids

PUBLISHED = sorted((Path(grading.__file__).parent / "published").glob("*.json"))
INFUSED = "2026-01-05T10:00:00+00:00"
START = datetime.fromisoformat(INFUSED)
SCHEMA = Draft202012Validator(course_schema())

WHOLE: dict[str, Any] = {
    "format": "cartox-course-1",
    "id": "any text",
    "source": "a report, free text – “quoted”",
    "patient": {"birth_date": "1964-03-12", "sex": "F", "name": "Müller, Jane", "mrn": "00123"},
    "course": {
        "product": "axicabtagene ciloleucel",
        "infused_at": INFUSED,
        "later_infusions": ["2026-01-14T10:00:00.123456+00:00", 300],
        "time_zone": "America/New_York",
        "weight_kg": 58.5,
        "weighed_hour": -20,
        "last_follow_up_day": 30,
        "product_batch": "AXI-0042",
    },
    "baseline": {
        "systolic_mmhg": 128,
        "oxygen_device": "nasal_cannula",
        "oxygen_flow_l_min": 1.5,
        "spo2_percent": 93,
        "home_cpap": False,
        "ice_total": 10,
        "ferritin_ng_ml": 812.25,
    },
    "assessments": [
        {
            "hour": 36.1,
            "temperature_c": 37.95,
            "systolic_mmhg": 88,
            "diastolic_mmhg": 52,
            "heart_rate": 118,
            "respiratory_rate": 22,
            "spo2_percent": 93.5,
            "measured_weight_kg": 57.25,
            "hypotension": True,
            "fluid_bolus": True,
            "vasopressors": ["vasopressin", "norepinephrine"],
            "oxygen_device": "bipap",
            "fio2_percent": 40,
            "positive_pressure_for": "airway_protection",
            "attribution": {"hypoxia": "undetermined", "ice": "other", "fever": "car_t"},
            "attribution_cause": {"ice": "other"},
            "attribution_words": "a stroke of 2019",
            "attribution_confirmed": True,
            "ice": {"year": 1, "naming": 3, "writing": 0},
            "capd_not_done": "language",
            "consciousness": "voice",
            "seizure": "resolved",
            "motor": "mild",
            "icp": [],
            "other_neuro": ["tremor", "headache"],
            "worried": "family",
            "already_escalated": False,
            "place": "clinic",
            "note": "first line\nsecond line",
        },
        {"at": "2026-01-07T08:00:00+01:00", "ice_total": 0, "ice_not_done": "unarousable"},
        {"hour": 60, "fever": True, "vitals_not_done": "off_ward", "note": "tie, first"},
        {"hour": 60, "fever": False, "ice": {}, "note": "tie, second"},
        {"hour": 60, "vasopressors": [], "note": "tie, third"},
    ],
    "labs": [
        {"hour": 30, "analyte": "ferritin", "value": 40000, "comparator": ">", "unit": "ng/mL"},
        {"hour": 30, "analyte": "crp", "value": 0.5, "comparator": "<", "unit": "mg/dL"},
        {"hour": 30, "analyte": "sil2r", "value": 10000.000001, "unit": "pg/mL", "note": "sent"},
        {"hour": 31, "analyte": "platelets", "value": 45},
    ],
    "doses": [
        {
            "hour": 37,
            "agent": "tocilizumab",
            "amount": 464.5,
            "unit": "mg",
            "route": "IV",
            "brand": "Tyenne",
            "batch": "B 1234",
        },
        {"hour": 30, "agent": "norepinephrine", "unit": "mcg/min", "end_hour": 40.25},
        {"hour": 44, "agent": "a tea", "class": "other", "note": "third day"},
        {"hour": 45, "agent": "dexamethasone"},
    ],
    "events": [
        {"hour": 38, "kind": "icu_in", "note": "bed 3"},
        {"hour": 900, "kind": "death", "attributed_to": "other"},
    ],
    "adjudications": [
        {
            "hour": 62,
            "decision": "confirmed",
            "sign": "hypotension",
            "cause": "sepsis",
            "from_hour": 36.1,
        },
        {"hour": 62, "decision": "refused", "sign": "fever", "reason": "typical course"},
        {"hour": 63, "decision": "withdrawn", "sign": "fever", "reason": "cultures pending"},
        {
            "hour": 890,
            "decision": "final_grade",
            "toxicity": "crs",
            "grade": 3,
            "onset_hour": 34,
            "resolved_hour": 120,
            "reason": "vasopressor for CRS",
            "note": "tumor board",
        },
    ],
    "step_marks": [
        {
            "hour": 62,
            "code": "crs_tocilizumab",
            "line_toxicity": "crs",
            "grade": 2,
            "answer": "deferred",
            "until_hour": 64.5,
            "reason": "cultures first",
            "text": "Tocilizumab 8 mg/kg can be considered",
        },
        {
            "hour": 63,
            "code": "retired",
            "line_toxicity": "crs",
            "answer": "done",
            "text": "Old line",
        },
    ],
    "published": {"anything": [1, 2.5, None, {"deep": "text"}], "crs_author_peak": 3},
}


def as_file(folder: Path, *values: Any, name: str = "course.json") -> str:
    """The documents as a file: one as it is, several one per line."""
    path = folder / name
    path.write_text("\n".join(json.dumps(value) for value in values), encoding="utf-8")
    return str(path)


def changed(**parts: Any) -> dict[str, Any]:
    """The whole document with whole parts replaced."""
    return json.loads(json.dumps(WHOLE)) | parts


def small(mrn: str = "00700", **course: Any) -> dict[str, Any]:
    """A course with one fever."""
    return {
        "format": "cartox-course-1",
        "patient": {"mrn": mrn},
        "course": {"product": "tisagenlecleucel", "infused_at": INFUSED, **course},
        "assessments": [{"hour": 30, "temperature_c": 38.4}],
    }


def run(command: str, *args: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(command, *args, stdout=out, stderr=options.pop("stderr", io.StringIO()), **options)
    return out.getvalue()


def imported(*args: str) -> Course:
    """Import at the command line; the course that came of it."""
    before = set(Course.objects.values_list("pk", flat=True))
    run("import_course", *args)
    return Course.objects.exclude(pk__in=before).get()


def exported(name: Any, *args: str) -> dict[str, Any]:
    document = json.loads(run("export_course", str(name), *args))
    SCHEMA.validate(document)
    return document


def normal(
    value: dict[str, Any], *, mrn: str, zone: str, infused_at: str = INFUSED
) -> dict[str, Any]:
    """The normal form of a document with what an import fills in."""
    value = json.loads(json.dumps(value))
    course = value.setdefault("course", {})
    course["infused_at"] = course.get("infused_at") or infused_at
    course["time_zone"] = course.get("time_zone") or zone
    value.setdefault("patient", {})["mrn"] = mrn
    return json.loads(json.dumps(dump_document(parse_document(load_json(json.dumps(value))))))


def grades_of(value: dict[str, Any]) -> dict[str, Any]:
    return grades_document(parse_document(load_json(json.dumps(value))), DEFAULT)


def stored_grades(course: Course) -> dict[str, list[dict[str, Any]]]:
    """The facts of every standing grade, in the order of the record."""
    records = GradeRecord.objects.filter(course=course, assessment__isnull=False).live()
    in_order = records.order_by("applies_at", "assessment__uid")
    return {
        key: [without_uids(item.facts()) for item in in_order if item.system == key]
        for key in SYSTEMS
    }


def computed_grades(value: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    graded = grade_record(parse_document(load_json(json.dumps(value))).record, DEFAULT)
    return {
        key: [without_uids(result.facts()) for result in grades.results]
        for key, grades in graded.items()
    }


def everything_stored() -> list[int]:
    models = (*CLINICAL_MODELS, Course, Patient, GradeRecord, BoardRow, User)
    history = (Course.history.count(), Patient.history.count())
    return [*(model.objects.count() for model in models), *history]


# In, out and in again


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_course_comes_out_as_it_went_in(path: Path, ward: Ward) -> None:
    original = json.loads(path.read_text(encoding="utf-8"))

    course = imported(str(path), "--mrn", "0042", "--ward", ward.name, "--infused-at", INFUSED)
    out = exported(course.uid)

    filled_in = normal(original, mrn="0042", zone=ward.time_zone)
    assert out == filled_in
    assert grades_of(out) == grades_of(filled_in)
    assert stored_grades(course) == computed_grades(filled_in)


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_course_is_graded_on_the_ward_as_without_a_date(path: Path, ward: Ward) -> None:
    original = json.loads(path.read_text(encoding="utf-8"))

    course = imported(str(path), "--mrn", "1", "--ward", ward.name, "--infused-at", INFUSED)

    assert any(stored_grades(course).values())
    assert stored_grades(course) == computed_grades(original)


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_what_came_out_goes_in_again_and_is_the_same(
    path: Path, ward: Ward, tmp_path: Path
) -> None:
    place = ("--ward", ward.name)
    first = imported(str(path), "--mrn", "0042", *place, "--infused-at", INFUSED)
    once = exported(first.uid)
    second = imported(as_file(tmp_path, once), "--mrn", "0043", *place)
    twice = exported(second.uid)

    assert twice.pop("patient") == once.pop("patient") | {"mrn": "0043"}
    assert twice == once
    assert stored_grades(second) == stored_grades(first)


def test_everything_in_a_document_survives(ward: Ward, tmp_path: Path) -> None:
    SCHEMA.validate(WHOLE)
    course = imported(as_file(tmp_path, WHOLE), "--ward", ward.name)

    out = exported("00123")
    assert out == normal(WHOLE, mrn="00123", zone="America/New_York")
    assert grades_of(out) == grades_of(WHOLE)
    assert stored_grades(course) == computed_grades(WHOLE)


def test_the_normal_form_of_the_comparison_itself_keeps_everything() -> None:
    # What `normal` would lose, the comparison above could not see.
    normalized = normal(WHOLE, mrn="00123", zone="")
    first = normalized["assessments"][0]
    assert first | {"hour": 36.1} == WHOLE["assessments"][0] | {"at": first["at"]}
    assert normalized["labs"][2]["value"] == 10000.000001
    assert normalized["labs"][2]["unit"] == "pg/mL"
    assert [row["comparator"] for row in normalized["labs"]] == [">", "<", "=", "="]
    assert normalized["doses"][2]["class"] == "other"
    assert normalized["doses"][0]["end_at"] == "2026-01-06T21:15:00-05:00"
    assert normalized["events"] == [
        {"at": "2026-01-06T19:00:00-05:00", "kind": "icu_in", "note": "bed 3"},
        {"at": "2026-02-11T17:00:00-05:00", "kind": "death", "attributed_to": "other"},
    ]
    assert normalized["published"] == WHOLE["published"]


def test_decimals_are_stored_to_the_last_digit(ward: Ward, tmp_path: Path) -> None:
    imported(as_file(tmp_path, WHOLE), "--ward", ward.name)

    assert Assessment.objects.order_by("observed_at")[0].temperature_c == Decimal("37.95")
    assert LabResult.objects.get(analyte="sil2r").value == Decimal("10000.000001")
    assert LabResult.objects.get(analyte="sil2r").canonical_value is None
    assert Dose.objects.get(agent="tocilizumab").amount == Decimal("464.5")


def test_rows_of_one_moment_keep_the_order_of_the_document(ward: Ward, tmp_path: Path) -> None:
    rows = [{"hour": 24, "ice_total": total} for total in (3, 9, 0, 7, 1, 8, 2, 6, 4, 5, 10)]
    value = small() | {"assessments": rows}
    imported(as_file(tmp_path, value), "--ward", ward.name)

    assert [row["ice_total"] for row in exported("00700")["assessments"]] == [
        row["ice_total"] for row in rows
    ]


def test_carried_holds_id_source_and_published(ward: Ward, tmp_path: Path) -> None:
    course = imported(as_file(tmp_path, WHOLE), "--ward", ward.name)

    assert course.carried == {key: WHOLE[key] for key in ("id", "source", "published")}


def test_what_is_not_in_the_document_does_not_come_out(ward: Ward, tmp_path: Path) -> None:
    bare = {"format": "cartox-course-1", "course": {"infused_at": INFUSED}}
    course = imported(as_file(tmp_path, bare), "--mrn", "007", "--ward", ward.name)

    assert (course.product, course.patient.display_name) == ("not stated", "Name not recorded")
    assert exported("007") == {
        "format": "cartox-course-1",
        "patient": {"mrn": "007"},
        "course": {"infused_at": "2026-01-05T11:00:00+01:00", "time_zone": "Europe/Madrid"},
        "baseline": {},
        "assessments": [],
        "labs": [],
        "doses": [],
        "events": [],
        "adjudications": [],
        "step_marks": [],
    }
    assert BoardRow.objects.filter(course=course).exists()


def test_an_imported_course_is_open_on_its_ward(ward: Ward, tmp_path: Path) -> None:
    course = imported(as_file(tmp_path, small()), "--ward", ward.name)

    assert (course.ward, course.is_open(), course.opened_at) == (ward, True, START)
    board = BoardRow.objects.get(course=course)
    assert board.systems["crs_astct_2019"]["current"]["grade"] == 1
    assert board.last_assessed_at == START + timedelta(hours=30)


def test_a_closed_course_is_imported_closed(ward: Ward, tmp_path: Path) -> None:
    value = small(closed_at="2026-02-05T10:00:00+00:00")
    course = imported(as_file(tmp_path, value), "--ward", ward.name)

    assert course.closed_at == datetime(2026, 2, 5, 10, tzinfo=UTC)
    assert stored_grades(course)["crs_astct_2019"][0]["grade"] == 1
    assert exported("00700") == normal(value, mrn="00700", zone=ward.time_zone)


def test_only_what_counts_is_exported(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    wrong, other = assessment_at(30, temperature_c=Decimal("39.9")), assessment_at(40)
    door.enter(course, [wrong, other], by=nurse)
    door.enter(course, [assessment_at(30, temperature_c=Decimal("38.9"), replaces=wrong)], by=nurse)
    door.strike_out(other, by=nurse, reason="wrong patient")

    out = exported("00123")
    assert [row["temperature_c"] for row in out["assessments"]] == [38.9]
    assert (out["id"], out["patient"]["name"]) == (str(course.uid), "Doe, Jane")


def test_a_course_of_the_ward_goes_to_another_hospital(
    course: Course, nurse: User, assessment_at: AssessmentAt, tmp_path: Path
) -> None:
    run_of = {"agent": "norepinephrine", "given_at": START + timedelta(hours=30)}
    door.enter(
        course, [assessment_at(36, vasopressors=None, hypotension=True), Dose(**run_of)], by=nurse
    )
    out = exported(course.uid)
    file = as_file(tmp_path, out)
    elsewhere = stored(Ward(name="Elsewhere", time_zone="Asia/Kathmandu"))

    copy = imported(file, "--mrn", "X-1", "--ward", elsewhere.name)

    assert copy.time_zone == "Europe/Madrid"
    assert exported("X-1") == out | {"patient": out["patient"] | {"mrn": "X-1"}}
    assert stored_grades(copy) == stored_grades(course)


# Whatever is in a document


def word(words: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([member.value for member in words])


def number(low: str, high: str, places: int = 4) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), places=places)


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with any of these keys; null is as good as absent."""
    return st.fixed_dictionaries(
        {}, optional={key: st.none() | values for key, values in keys.items()}
    )


TEXT = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=20
)
NAME = TEXT.map(normalized).filter(lambda name: name and not problem_in_name(name))
HOURS = st.integers(-200, 1200) | number("-200", "1200", 3)
HALF_PAST = timezone(timedelta(hours=-3, minutes=-30))
AT = st.fixed_dictionaries({"hour": HOURS}) | st.fixed_dictionaries(
    {
        "at": st.timedeltas(timedelta(days=-16), timedelta(days=100)).map(
            lambda elapsed: (START.replace(tzinfo=HALF_PAST) + elapsed).isoformat()
        )
    }
)


def value_of(kind: Kind) -> st.SearchStrategy[Any]:
    """A value of this kind, as a document holds it."""
    match kind:
        case Number(limits):
            return number(str(limits.hard_low), str(limits.hard_high))
        case Whole(limits):
            return st.integers(int(limits.hard_low), int(limits.hard_high))
        case OneOf(of):
            return word(of)
        case SomeOf(of):
            return st.lists(word(of), max_size=3, unique=True)
        case Each(kinds):
            return some(**{name: value_of(each) for name, each in kinds.items()})
        case Answer():
            return st.booleans()
    return TEXT


def some_of(fields: Iterable[Field]) -> st.SearchStrategy[dict[str, Any]]:
    return some(**{field.name: value_of(field.kind) for field in fields})


def some_findings(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return some_of(OBSERVATION[name] for name in names)


FEVER = some_findings("temperature_c") | some_findings("fever")
PRESSURES = some(systolic_mmhg=number("100", "300"), diastolic_mmhg=number("10", "99"))
RATES = (
    some_findings("vasopressor_rates")
    | some_findings("vasopressors")
    | st.just({"vasopressors": ["dopamine"], "vasopressor_rates": {"dopamine": Decimal("5.5")}})
)
ICE = (
    some_findings("ice")
    | some_findings("ice_total")
    | some_findings("ice_not_done")
    | st.just({"ice_total": 0, "ice_not_done": "aphasia"})
)
CAPD = some_findings("capd_total") | some_findings("capd_not_done")
MAY_CONTRADICT = (
    *("temperature_c", "fever", "systolic_mmhg", "diastolic_mmhg", "vasopressor_rates"),
    *("vasopressors", "ice", "ice_total", "ice_not_done", "capd_total", "capd_not_done"),
    *("attribution", "attribution_cause"),
)
ATTRIBUTED = some_findings("attribution") | st.builds(
    lambda sign, cause: {"attribution": {sign: "other"}, "attribution_cause": {sign: cause}},
    word(Sign),
    word(AttributedCause),
)
OTHERS = some_of(field for field in OBSERVATIONS if field.name not in MAY_CONTRADICT)


def joined(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(
        lambda drawn: {key: x for part in drawn for key, x in part.items()}
    )


ASSESSMENTS = joined(AT, OTHERS, FEVER, PRESSURES, RATES, ICE, CAPD, ATTRIBUTED)
LABS = joined(
    AT,
    st.fixed_dictionaries(
        {
            "analyte": st.sampled_from(sorted(ANALYTES)),
            "value": number("0", "999999", 6),
            "unit": st.sampled_from(["pg/mL", "arb. units", "x"]) | st.none(),
            "comparator": word(Comparator).filter(lambda sign: sign != "="),
        }
    ),
    some(
        note=TEXT,
        lower_limit=number("0", "99999", 6),
        upper_limit=number("100000", "999999", 6),
        fasting=st.booleans(),
        status=word(LabStatus),
        specimen=word(Specimen),
    ),
)
DOSES = joined(
    AT,
    st.sampled_from(
        [{"agent": "tocilizumab"}, {"agent": "dopamine"}, {"agent": "tea", "class": "other"}]
    ),
    some(amount=number("0.000001", "999999", 6), unit=TEXT, route=TEXT, note=TEXT),
    some(end_hour=st.integers(3000, 4000)),
)
EVENTS = joined(
    AT,
    some(note=TEXT),
    st.builds(dict, kind=word(EventKind))
    | st.just({"kind": "death", "attributed_to": "crs"})
    | st.builds(dict, kind=st.sampled_from(["iec_hs", "tian"]), grade=st.integers(1, 5))
    | st.builds(dict, kind=st.just("marrow"), hemophagocytosis=st.booleans())
    | st.just({"kind": "cardiac", "grade": 3, "detail": "arrhythmia"}),
)
REASON = TEXT.filter(str.strip)
ADJUDICATIONS = joined(
    AT,
    some(note=TEXT),
    st.builds(dict, decision=st.just("confirmed"), sign=word(Sign), cause=word(AttributedCause))
    | st.builds(
        dict,
        decision=st.sampled_from(["refused", "withdrawn"]),
        sign=word(Sign),
        reason=REASON,
        from_hour=HOURS,
    )
    | st.builds(
        dict,
        decision=st.just("final_grade"),
        toxicity=word(GradedToxicity),
        grade=st.integers(0, 5),
        reason=REASON,
        onset_hour=st.integers(-9, 40),
        resolved_hour=st.integers(40, 900),
    ),
)
CODE_OF_A_LINE = st.from_regex(r"[a-z][a-z0-9]{0,9}(_[a-z0-9]{1,9}){0,3}", fullmatch=True)
STEP_MARKS = joined(
    AT,
    st.builds(dict, code=CODE_OF_A_LINE, line_toxicity=CODE_OF_A_LINE, text=REASON),
    some(note=TEXT, grade=st.integers(0, 5)),
    st.builds(dict, answer=st.just("done"))
    | st.builds(dict, answer=st.just("declined"), reason=REASON)
    | st.builds(
        dict, answer=st.just("deferred"), reason=REASON, until_hour=st.integers(3000, 4000)
    ),
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "format": st.just("cartox-course-1"),
        "course": joined(
            st.just({"infused_at": INFUSED}),
            some(
                product=NAME,
                indication=NAME,
                time_zone=st.sampled_from(["UTC", "Asia/Kathmandu", "America/St_Johns"]),
                later_infusions=st.lists(st.integers(1, 900), max_size=2),
                weight_kg=number("1", "350"),
                weighed_hour=HOURS,
                closed_at=st.just("2026-06-01T00:00:00Z"),
                last_follow_up_day=st.integers(0, 5000),
            ),
        ),
        "patient": joined(
            some(sex=st.sampled_from("FMX"), developmental_delay=st.booleans(), name=NAME),
            some(age_years=number("0", "120")) | st.just({"birth_date": "2014-02-28"}),
        ),
        "baseline": some_of(BASELINE),
        "assessments": st.lists(ASSESSMENTS, max_size=4),
        "labs": st.lists(LABS, max_size=3),
        "doses": st.lists(DOSES, max_size=3),
        "events": st.lists(EVENTS, max_size=2),
        "adjudications": st.lists(ADJUDICATIONS, max_size=2),
        "step_marks": st.lists(STEP_MARKS, max_size=2),
    },
    optional={
        "id": TEXT,
        "source": TEXT,
        "published": st.recursive(
            TEXT | st.integers() | st.booleans() | number("-9", "9"),
            lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
            max_leaves=5,
        ),
    },
)


@contextmanager
def forgotten() -> Iterator[None]:
    """Everything written inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(value=DOCUMENTS)
def test_any_document_comes_out_as_it_went_in(
    value: dict[str, Any], ward: Ward, physician: User
) -> None:
    SCHEMA.validate(json.loads(json.dumps(value, default=float)))
    arrived = arrival(value, ImportTarget(ward, mrn="0001"))  # fills in what the ward adds
    value["course"]["time_zone"] = value["course"].get("time_zone") or ward.time_zone
    filled_in = json.dumps(dump_document(parse_document(value)), sort_keys=True)
    with forgotten():
        assert take_in(arrived, by=physician) is True
        course = Course.objects.get(uid=arrived.course.uid)
        out = json.dumps(dump_document(document_of(course)), sort_keys=True)
        assert out == filled_in
        assert stored_grades(course) == computed_grades(json.loads(filled_in))

    again = arrival(load_json(out), ImportTarget(ward))
    assert again.course.uid == arrived.course.uid
    with forgotten():
        assert take_in(again, by=physician) is True
        course = Course.objects.get(uid=again.course.uid)
        assert json.dumps(dump_document(document_of(course)), sort_keys=True) == out


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(
        ["\0", "\ud800", "", " ", "9999-12-31T23:59:59Z", "2026-01-05", "UTC", "x" * 99]
    )
    | st.sampled_from(
        [10**9, 10**400, Decimal("1e-9"), Decimal("1e400"), -1, Decimal("99999.9999")]
    ),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=3,
)


def places_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every key of every object and list in a document, with what holds it."""
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places_in(value[key])


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(value=DOCUMENTS, odd=ODD, chance=st.randoms(use_true_random=False))
def test_any_odd_value_is_kept_exactly_or_refused_before_anything_is_written(
    value: dict[str, Any], odd: Any, chance: random.Random, ward: Ward, physician: User
) -> None:
    value = copy.deepcopy(value)
    holder, key = chance.choice(list(places_in(value)))
    holder[key] = odd
    try:
        arrived = arrival(value, ImportTarget(ward, mrn="0001"))
    except DocumentError:
        return
    filled_in = dump_document(arrived.document)
    with forgotten():
        assert take_in(arrived, by=physician) is True
        course = Course.objects.get(uid=arrived.course.uid)
        assert json.dumps(dump_document(document_of(course)), sort_keys=True) == json.dumps(
            filled_in, sort_keys=True
        )


# 500 entries


def many(entries: int) -> dict[str, Any]:
    """A course of so many entries: vital signs, laboratory values and doses."""
    each = entries // 5
    return small() | {
        "assessments": [
            {"hour": n * 2, "temperature_c": 36 + n % 4, "ice_total": 10 - n % 11}
            for n in range(3 * each)
        ],
        "labs": [{"hour": n * 6, "analyte": "crp", "value": n} for n in range(each)],
        "doses": [{"hour": n * 6, "agent": "paracetamol", "amount": 1} for n in range(each)],
    }


class Counted:
    """How often something was called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, thing: Any, name: str) -> None:
        self.calls = 0
        original = getattr(thing, name)

        def counting(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            return original(*args, **kwargs)

        monkeypatch.setattr(thing, name, counting)


@pytest.mark.django_db(transaction=True)
def test_500_entries_are_one_transaction_one_enter_and_one_regrade(
    ward: Ward, nurse: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = Counted(monkeypatch, admissions, "enter_locked")
    regraded = Counted(monkeypatch, door_entries, "regrade")
    file = as_file(tmp_path, many(500))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        run("import_course", file, "--ward", ward.name, "--by", nurse.username)

    verbs = [query["sql"].split()[0] for query in queries]
    assert (verbs.count("BEGIN"), verbs.count("COMMIT")) == (1, 1)
    writes = [n for n, verb in enumerate(verbs) if verb in {"INSERT", "UPDATE", "DELETE"}]
    assert verbs.index("BEGIN") < writes[0]
    assert writes[-1] < verbs.index("COMMIT")
    assert (entered.calls, regraded.calls) == (1, 1)
    assert sum(model.objects.count() for model in CLINICAL_MODELS) == 500
    assert GradeRecord.objects.live().filter(assessment__isnull=False).count() == 300 * len(SYSTEMS)
    assert not GradeRecord.objects.filter(superseded_at__isnull=False).exists()


def test_what_is_read_does_not_grow_with_the_entries(
    ward: Ward, nurse: User, tmp_path: Path
) -> None:
    counts = []
    for mrn, entries in (("1", 50), ("2", 500)):
        file = as_file(tmp_path, many(entries), name=f"{entries}.json")
        with CaptureQueriesContext(connection) as queries:
            run("import_course", file, "--mrn", mrn, "--ward", ward.name, "--by", nurse.username)
        counts.append(sum(query["sql"].startswith("SELECT") for query in queries))

    assert counts[0] == counts[1] < 46


# Bad documents


BAD = [
    (
        changed(assessments=[{"hour": 1}, {"hour": 2, "temperature_c": 98.6}]),
        "assessments[1].temperature_c: 98.6 is outside 25–45; enter °C",
    ),
    (changed(labs=[{"hour": 1, "analyte": "crp", "value": 1.2345678}]), "labs[0].value: "),
    (
        changed(labs=[{"hour": 1, "analyte": "ferritin", "value": 10**9, "comparator": ">"}]),
        "labs[0].value: ",
    ),
    (
        changed(
            labs=[
                {
                    "hour": 1,
                    "analyte": "ldh",
                    "value": 99999999,
                    "comparator": ">",
                    "unit": "ukat/L",
                }
            ]
        ),
        "labs[0].value: ",
    ),
    (
        changed(assessments=[{"hour": 1, "temperature_c": 37.12345}]),
        "assessments[0].temperature_c: ",
    ),
    (
        changed(assessments=[{"hour": 2}, {"hour": 1, "vasopressors": ["dopamine", "dopamine"]}]),
        "assessments[1].vasopressors: Each may be listed once.",
    ),
    (changed(doses=[{"hour": 1, "agent": "tocilizumab", "amount": 0}]), "doses[0].amount: 0"),
    (changed(doses=[{"hour": 1, "agent": "a" * 61, "class": "other"}]), "doses[0].agent: "),
    (changed(doses=[{"hour": 1, "agent": "prednisone", "unit": "m" * 31}]), "doses[0].unit: "),
    (changed(events=[{"hour": 1, "kind": "party"}]), "events[0].kind: "),
    (changed(events=[{"hour": 200_000, "kind": "relapse"}]), "events[0].at: 2048-"),
    (changed(events=[{"hour": -20_000, "kind": "relapse"}]), "events[0].at: 2023-09-25T"),
    (changed(course=WHOLE["course"] | {"product": "p" * 81}), "course.product: "),
    (changed(course=WHOLE["course"] | {"last_follow_up_day": -1}), "course.last_follow_up_day: "),
    (
        changed(
            course=WHOLE["course"]
            | {"infused_at": None, "later_infusions": [], "weighed_hour": None},
            assessments=[],
        ),
        "course.infused_at: is needed on a ward; give --infused-at",
    ),
    (changed(course=WHOLE["course"] | {"infused_at": "yesterday"}), "course.infused_at: "),
    (
        changed(course={"infused_at": INFUSED}, assessments=[{"at": "2026-01-06T10:00"}]),
        'assessments[0].at: "2026-01-06T10:00" has no offset from UTC',
    ),
    (
        changed(course={"infused_at": "2026-01-05T10:00"}),
        'course.infused_at: "2026-01-05T10:00" has no offset from UTC',
    ),
    (changed(course=[1]), "course: [1] is not an object"),
    (changed(baseline={"ferritin_ng_ml": 1.2345678}), "baseline.ferritin_ng_ml: "),
    (changed(patient={"mrn": "1", "name": "n" * 81}), "patient.name: "),
    (changed(patient={"mrn": "1" * 41}), "patient.mrn: "),
    (changed(patient={"mrn": 123}), "patient.mrn: 123 is not a text"),
    (changed(patient={}), "patient.mrn: is needed; give --mrn"),
    (changed(patient={"mrn": "  "}), "patient.mrn: is needed; give --mrn"),
    (changed(id="a\0b"), "id: "),
    (changed(published={"a": ["\ud800"]}), "published.a[0]: "),
    (changed(published={"\0": 1}), "published: "),
    (changed(extra=1), "extra: unknown key"),
    ([], "there is no course document in it"),
]


def path_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("value", "message"), BAD, ids=path_of)
def test_a_bad_document_changes_nothing_and_its_path_is_named(
    value: Any, message: str, ward: Ward, tmp_path: Path
) -> None:
    before = everything_stored()
    good, bad = as_file(tmp_path, small(), name="good.json"), as_file(tmp_path, value)

    with pytest.raises(CommandError) as refusal:
        run("import_course", good, bad, "--ward", ward.name)

    assert str(refusal.value).startswith(f"Nothing was imported.\n{bad}: {message}")
    assert everything_stored() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON: "),
        ('{"format": "cartox-course-1", "course": {}, "course": {}}', "course: stands twice"),
        ('{"format": "cartox-course-1", "published": 0.12345678901234567890}', "published: 0.123"),
        ('{"format": "cartox-course-1", "published": 1e999}', "published: "),
        (f'{{"format": "cartox-course-1", "published": {"[" * 60}{"]" * 60}}}', "published["),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused(
    text: str, message: str, ward: Ward, tmp_path: Path
) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match=re.escape(f"{file}: {message}")):
        run("import_course", str(file), "--mrn", "1", "--ward", ward.name)
    assert not Patient.objects.exists()


def test_a_mistake_in_one_of_several_documents_says_which(ward: Ward, tmp_path: Path) -> None:
    file = as_file(tmp_path, small("1"), small("2") | {"labs": [{"hour": 1}]})

    with pytest.raises(CommandError, match=r"course\.json, document 2: labs\[0\]\.analyte: is"):
        run("import_course", file, "--ward", ward.name)
    assert not Course.objects.exists()


@pytest.mark.parametrize("header", ["id,hour,temperature_c", "record_id;temp;sbp"])
def test_a_table_is_refused_as_a_table(tmp_path: Path, ward: Ward, header: str) -> None:
    file = tmp_path / "courses.csv"
    file.write_text(f"{header}\nA,1,38\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"a table \(CSV\); only course documents in JSON"):
        run("import_course", str(file), "--mrn", "1", "--ward", ward.name)
    assert not Course.objects.exists()


def test_what_the_database_refuses_leaves_nothing(
    ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import DataError

    file = as_file(tmp_path, WHOLE)
    run("import_course", as_file(tmp_path, small(), name="b.json"), "--ward", ward.name)
    before = everything_stored()

    def full(*args: Any, **kwargs: Any) -> None:
        raise DataError("disk full")

    monkeypatch.setattr(door_entries, "regrade", full)
    with pytest.raises(CommandError, match="The database refused it: disk full"):
        run("import_course", file, "--ward", ward.name)
    assert everything_stored() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--ward", "9 North"], "There is no ward 9 North. Wards: 7 East."),
        (["--ward", "7 East", "--by", "nobody"], "There is no active user nobody."),
        (["--ward", "7 East", "--infused-at", "2026-01-05T10:00"], "has no offset from UTC"),
        (["--ward", "7 East", "--infused-at", "2026-01-05T10:01Z"], "course.infused_at: "),
    ],
)
def test_a_wrong_option_is_refused_with_a_sentence(
    options: list[str], message: str, ward: Ward, tmp_path: Path
) -> None:
    before = everything_stored()
    with pytest.raises(CommandError, match=re.escape(message)):
        run("import_course", as_file(tmp_path, small()), *options)
    assert everything_stored() == before


def test_the_same_infusion_time_may_be_given_again(ward: Ward, tmp_path: Path) -> None:
    at = "2026-01-05T11:00:00+01:00"
    imported(as_file(tmp_path, small()), "--ward", ward.name, "--infused-at", at)


# The patient


def test_the_mrn_keeps_its_leading_zeros(ward: Ward, tmp_path: Path) -> None:
    course = imported(as_file(tmp_path, small()), "--mrn", "000456", "--ward", ward.name)

    assert course.patient.mrn == "000456"
    assert exported("000456")["patient"] == {"mrn": "000456"}
    with pytest.raises(CommandError, match="There is no course with the UID or MRN 456"):
        exported("456")


def test_a_patient_with_an_open_course_is_refused_with_a_sentence(
    course: Course, ward: Ward, tmp_path: Path
) -> None:
    before = everything_stored()
    file = as_file(tmp_path, small())

    with pytest.raises(CommandError) as refusal:
        run("import_course", file, "--mrn", "00123", "--ward", ward.name)

    assert (
        "The patient with MRN 00123 has an open course: axicabtagene ciloleucel, infused "
        f"05 Jan 2026 11:00, {course.uid}. Close it before another is imported."
    ) in str(refusal.value)
    assert everything_stored() == before


def test_one_refusal_does_not_hold_up_the_others(
    course: Course, ward: Ward, tmp_path: Path
) -> None:
    file = as_file(tmp_path, small("1"), small("00123"), small("2"))

    with pytest.raises(CommandError, match="document 2: The patient with MRN 00123 has an open"):
        run("import_course", file, "--ward", ward.name)
    assert sorted(Patient.objects.values_list("mrn", flat=True)) == ["00123", "1", "2"]


def test_a_second_course_joins_a_patient_whose_first_is_closed(
    course: Course, physician: User, ward: Ward, tmp_path: Path
) -> None:
    closed_at = START + timedelta(days=40)
    door.amend(
        course,
        by=physician,
        reason="discharged",
        changes={"closed_at": closed_at, "outcome": "discharged", "closing_reason": "went home"},
    )
    value = small("00123", infused_at="2026-06-05T10:00:00+00:00")
    value["patient"] |= {"birth_date": "1964-03-12", "sex": "F", "name": "DOE, Jane"}

    second = imported(as_file(tmp_path, value), "--ward", ward.name)

    assert second.patient == course.patient
    assert exported("00123")["course"]["infused_at"] == "2026-06-05T12:00:00+02:00"
    lines = run("export_course", "00123", "--all").splitlines()
    assert [json.loads(line)["course"]["product"] for line in lines] == [
        course.product,
        second.product,
    ]


@pytest.mark.parametrize(
    ("other_person", "message"),
    [
        ({"birth_date": "1964-12-03"}, "patient.birth_date: 1964-12-03 is not what is recorded"),
        ({"age_years": 62}, "patient.age_years: 62 is not what is recorded"),
        ({"sex": "M"}, "patient.sex: M is not what is recorded for MRN 00123 (F)"),
        ({"name": "Roe, Jane"}, "patient.name: Roe, Jane is not what is recorded"),
    ],
)
def test_another_person_under_the_same_mrn_is_refused(
    other_person: dict[str, Any], message: str, course: Course, physician: User, tmp_path: Path
) -> None:
    door.amend(
        course,
        by=physician,
        reason="discharged",
        changes={"closed_at": START + timedelta(days=40), "closing_reason": "went home"},
    )
    value = small("00123", infused_at="2026-02-20T10:00:00+00:00")
    value["patient"] |= other_person

    with pytest.raises(CommandError, match=re.escape(message)):
        run("import_course", as_file(tmp_path, value), "--ward", course.ward.name)
    assert Course.objects.count() == 1


def test_a_known_patient_learns_what_was_not_recorded(ward: Ward, tmp_path: Path) -> None:
    first = small(closed_at="2026-03-01T10:00:00Z")
    first["patient"]["age_years"] = 62
    second = small(infused_at="2026-06-05T10:00:00Z")
    second["patient"] |= {"birth_date": "1963-06-30", "sex": "X", "name": "Doe, Jane"}
    run("import_course", as_file(tmp_path, first, second), "--ward", ward.name)

    patient = Patient.objects.get()
    assert (patient.birth_date, patient.age_at_infusion_years) == (date(1963, 6, 30), None)
    assert (patient.sex, patient.display_name) == ("X", "DOE, Jane")
    assert patient.history.first().history_change_reason == "Imported from a course document."


def test_another_mrn_than_the_documents_is_said(ward: Ward, tmp_path: Path) -> None:
    file = as_file(tmp_path, small("A-9"))
    output = run("import_course", file, "--mrn", "00001", "--ward", ward.name)

    assert "of MRN 00001 (in the document A-9): 1 entry, crs_astct_2019 peak 1, icans_" in output
    assert Patient.objects.get().mrn == "00001"


def test_an_mrn_that_differs_by_leading_zeros_only_is_pointed_out(
    course: Course, ward: Ward, tmp_path: Path
) -> None:
    output = run("import_course", as_file(tmp_path, small("123")), "--ward", ward.name)
    assert output.endswith("; another patient has the MRN 00123\n")

    output = run("import_course", as_file(tmp_path, small("1230")), "--ward", ward.name)
    assert "another patient" not in output


# Again


def test_the_same_file_again_is_recognized_and_changes_nothing(ward: Ward, tmp_path: Path) -> None:
    course = imported(as_file(tmp_path, WHOLE), "--ward", ward.name)
    before = everything_stored()

    output = run("import_course", as_file(tmp_path, WHOLE), "--ward", ward.name)

    assert f"already imported as course {course.uid} of MRN 00123; nothing changed" in output
    assert everything_stored() == before


def test_the_file_is_recognized_after_the_ward_has_entered_more(
    ward: Ward, nurse: User, well: dict[str, Any], tmp_path: Path
) -> None:
    course = imported(as_file(tmp_path, WHOLE), "--ward", ward.name)
    door.enter(course, [Assessment(observed_at=START + timedelta(days=9), **well)], by=nurse)

    assert "already imported" in run("import_course", as_file(tmp_path, WHOLE), "--ward", ward.name)
    assert Course.objects.count() == 1


def test_keys_in_another_order_and_nulls_are_the_same_document(ward: Ward, tmp_path: Path) -> None:
    imported(as_file(tmp_path, WHOLE), "--ward", ward.name)
    shuffled = dict(reversed(WHOLE.items())) | {
        "baseline": WHOLE["baseline"] | {"capd_total": None}
    }

    assert "already imported" in run(
        "import_course", as_file(tmp_path, shuffled), "--ward", ward.name
    )


def test_an_exported_course_is_recognized(ward: Ward, tmp_path: Path) -> None:
    course = imported(as_file(tmp_path, WHOLE), "--ward", ward.name)
    file = as_file(tmp_path, exported(course.uid))

    assert "already imported" in run("import_course", file, "--ward", ward.name)


def test_the_export_of_a_closed_course_is_no_second_course(
    course: Course, physician: User, tmp_path: Path
) -> None:
    door.amend(
        course,
        by=physician,
        reason="discharged",
        changes={"closed_at": START + timedelta(days=40), "closing_reason": "went home"},
    )
    file = as_file(tmp_path, exported(course.uid))

    with pytest.raises(CommandError, match="already has a course with this infusion"):
        run("import_course", file, "--ward", course.ward.name)


@pytest.mark.django_db(transaction=True)
def test_the_same_document_imported_twice_at_once_exists_once(ward: Ward, physician: User) -> None:
    together = threading.Barrier(2)

    def import_it(_: int) -> bool:
        try:
            arrived = arrival(load_json(json.dumps(WHOLE)), ImportTarget(ward))
            together.wait(timeout=10)
            return take_in(arrived, by=physician)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(import_it, range(2))) == [False, True]
    assert Course.objects.count() == 1
    assert Assessment.objects.count() == len(WHOLE["assessments"])


# Who signs, what is said


def test_the_entries_are_signed_by_who_is_named(ward: Ward, nurse: User, tmp_path: Path) -> None:
    course = imported(as_file(tmp_path, small()), "--ward", ward.name, "--by", nurse.username)

    assert Assessment.objects.get().recorded_by == nurse
    assert course.history.get().history_user == nurse
    assert course.patient.history.get().history_user == nurse


def test_without_a_name_an_account_signs_that_cannot_sign_in(ward: Ward, tmp_path: Path) -> None:
    imported(as_file(tmp_path, small()), "--ward", ward.name)

    signer = Assessment.objects.get().recorded_by
    assert (signer.username, signer.is_active) == ("course-import", False)
    assert not signer.has_usable_password()


def test_a_document_is_read_from_standard_input(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = io.TextIOWrapper(io.BytesIO(json.dumps(small()).encode()))
    monkeypatch.setattr(sys, "stdin", text)

    assert "-: course " in run("import_course", "-", "--ward", ward.name)
    assert Course.objects.count() == 1


def test_a_file_that_is_not_there_is_named(ward: Ward, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Nothing was imported\.\n.*No such file"):
        run("import_course", str(tmp_path / "absent.json"), "--ward", ward.name)


def test_every_course_is_exported_one_per_line(
    course: Course, other_course: Course, tmp_path: Path
) -> None:
    file = tmp_path / "all.jsonl"
    errors = io.StringIO()
    run("export_course", "--all", "-o", str(file), stderr=errors)

    lines = file.read_text(encoding="ascii").splitlines()
    assert [json.loads(line)["patient"]["mrn"] for line in lines] == ["00123", "00999"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert errors.getvalue() == f"2 courses in {file}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["all.jsonl"]


def test_an_export_that_fails_leaves_the_old_file(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patients.management.commands import export_course

    file = tmp_path / "course.json"
    file.write_text("as it was")

    def fail(*args: Any) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(export_course, "document_of", fail)
    with pytest.raises(RuntimeError):
        run("export_course", "00123", "-o", str(file))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["as it was"]


def test_an_export_needs_a_course(db: None) -> None:
    with pytest.raises(CommandError, match="Name a course by its UID"):
        run("export_course")


def test_an_export_to_a_folder_that_is_not_there_is_said(course: Course, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        run("export_course", "00123", "-o", str(tmp_path / "no" / "a.json"))


# The bar


class Screen(io.StringIO):
    """A stream that is, or is not, a terminal; as a command writes to it."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def test_many_files_show_a_bar_on_a_terminal(ward: Ward, tmp_path: Path) -> None:
    files = [as_file(tmp_path, small(str(n)), name=f"{n}.json") for n in range(4)]
    screen = Screen(terminal=True)
    run("import_course", *files, "--ward", ward.name, stderr=screen)

    shown = screen.getvalue()
    assert "Checking [.............................." in shown
    assert "Importing [###############...............] 2 of 4" in shown
    assert shown.endswith("\r\033[K")


@pytest.mark.parametrize(("files", "terminal"), [(4, False), (1, True)])
def test_no_bar_without_a_terminal_or_for_one_file(
    files: int, terminal: bool, ward: Ward, tmp_path: Path
) -> None:
    names = [as_file(tmp_path, small(str(n)), name=f"{n}.json") for n in range(files)]
    screen = Screen(terminal=terminal)
    run("import_course", *names, "--ward", ward.name, stderr=screen)

    assert screen.getvalue() == ""


def test_the_bar_is_taken_away_when_something_fails() -> None:
    from django.core.management.base import OutputWrapper

    screen = Screen(terminal=True)
    bar = ProgressBar(OutputWrapper(screen))
    walk = bar.through([1, 2], "Walking")
    assert next(walk) == 1
    walk.close()  # type: ignore[attr-defined]

    assert screen.getvalue() == "\r\033[KWalking [..............................] 0 of 2\r\033[K"
