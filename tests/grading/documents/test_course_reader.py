"""The course document: what it takes, what it refuses, and the path that names a mistake."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.agents import DrugClass
from grading.batch.grade_many import BATCH_BYTES, batches, courses_of_input
from grading.documents.course_writer import dump_document
from grading.documents.grades_writer import error_of_fault, grade_text, grades_document
from grading.documents.lines import LONGEST_LINE
from grading.documents.reading.course_reader import CourseDocument, parse_document
from grading.documents.reading.json_reader import load_json
from grading.documents.reading.mistakes import DocumentError
from grading.documents.split_json import Piece
from grading.local_rules import DEFAULT
from grading.record import HOUR, Adjudication, Dose, Event, Findings, Lab, Record, StepMark


def document(**parts: Any) -> dict[str, Any]:
    return {"format": "cartox-course-1", "id": "a", **parts}


def parse(value: dict[str, Any]) -> Any:
    return parse_document(load_json(json.dumps(value)))


def mistake(value: dict[str, Any]) -> str:
    with pytest.raises(DocumentError) as caught:
        parse(value)
    return str(caught.value)


def assessment(**fields: Any) -> dict[str, Any]:
    return document(assessments=[{"hour": 1, **fields}])


WHOLE = document(
    source="a report",
    patient={"birth_date": "1964-03-12", "sex": "F", "mrn": "00123", "name": "DOE, Jane"},
    course={
        "product": "axicabtagene ciloleucel",
        "infused_at": "2026-01-05T10:00:00+00:00",
        "later_infusions": ["2026-01-14T10:00:00+00:00"],
        "time_zone": "Europe/Madrid",
        "weight_kg": 58.5,
        "weighed_hour": -20,
        "closed_at": "2026-02-05T10:00:00+00:00",
        "last_follow_up_day": 30,
    },
    baseline={"systolic_mmhg": 128, "oxygen_device": "room_air", "home_cpap": False},
    assessments=[
        {
            "hour": 36,
            "temperature_c": 38.9,
            "systolic_mmhg": 88,
            "diastolic_mmhg": 52,
            "vasopressors": ["norepinephrine"],
            "attribution": {"hypoxia": "undetermined"},
            "ice": {"year": 1, "naming": 3},
            "note": "free text",
        },
        {"at": "2026-01-07T08:00:00+01:00", "ice_total": 8},
    ],
    labs=[{"hour": 30, "analyte": "ferritin", "value": 40000, "comparator": ">", "unit": "ng/mL"}],
    doses=[{"hour": 37, "agent": "tocilizumab", "amount": 464, "unit": "mg", "route": "IV"}],
    events=[{"hour": 900, "kind": "death", "attributed_to": "other"}],
    published={"anything": [1, 2]},
)


def test_a_whole_document_survives_the_round_trip() -> None:
    once = parse(WHOLE)
    assert parse(dump_document(once)) == once


def test_the_normal_form_is_a_fixed_point() -> None:
    normal = dump_document(parse(WHOLE))
    assert dump_document(parse(normal)) == normal


def test_numbers_are_read_exactly() -> None:
    text = '{"format": "cartox-course-1", "assessments": [{"hour": 0.1, "temperature_c": 37.95}]}'
    findings = parse_document(load_json(text)).record.findings[0]
    assert findings.temperature_c == Decimal("37.95")
    assert findings.elapsed == timedelta(minutes=6)


def test_an_absent_key_and_null_are_both_unknown() -> None:
    assert parse(assessment(temperature_c=None)) == parse(assessment())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"temperature_c": 98.6}, "temperature_c: 98.6 is outside 25–45; enter °C"),
        ({"temperature_c": 24.9}, "temperature_c: 24.9 is outside 25–45; enter °C"),
        ({"temperature_c": "38"}, 'temperature_c: "38" is not a number'),
        ({"temperature_c": True}, "temperature_c: true is not a number"),
        ({"temprature_c": 38}, "temprature_c: unknown key"),
        ({"fio2_percent": 0.4}, "fio2_percent: 0.4 is outside 21–100; enter %"),
        ({"spo2_percent": 101}, "spo2_percent: 101 is outside 30–100; enter %"),
        ({"ice_total": 11}, "ice_total: 11 is outside 0–10; enter points"),
        ({"ice_total": 7.5}, "ice_total: 7.5 is not a whole number"),
        ({"capd_total": 33}, "capd_total: 33 is outside 0–32; enter points"),
        ({"ice": {"naming": 4}}, "ice.naming: 4 is outside 0–3"),
        ({"ice": {"names": 3}}, "ice.names: unknown key"),
        ({"vasopressors": ["tocilizumab"]}, "vasopressors[0]: "),
        ({"vasopressors": "none"}, 'vasopressors: "none" is not a list'),
        ({"oxygen_device": "mask"}, "oxygen_device: "),
        ({"consciousness": "asleep"}, "consciousness: "),
        ({"attribution": {"blood": "other"}}, "attribution.blood: unknown key"),
        ({"attribution": {"fever": "maybe"}}, "attribution.fever: "),
        ({"hypotension": "no"}, 'hypotension: "no" is neither true nor false'),
        ({"temperature_c": 38, "fever": True}, "fever: a temperature of 38 °C is entered"),
        ({"ice_total": 8, "ice": {"year": 1}}, "ice_total: ICE total 8 is entered"),
        ({"ice_total": 8, "ice_not_done": "asleep"}, "ice_not_done: ICE 8 is entered"),
        ({"ice_total": 0, "ice_not_done": "asleep"}, "ice_not_done: ICE 0 is entered"),
        ({"ice_total": 1, "ice_not_done": "unarousable"}, "ice_not_done: ICE 1 is entered"),
        ({"ice": {"year": 1}, "ice_not_done": "aphasia"}, "ice_not_done: ICE 1 is entered"),
        ({"capd_total": 8, "capd_not_done": "asleep"}, "capd_not_done: CAPD 8 is entered"),
        (
            {"systolic_mmhg": 80, "diastolic_mmhg": 80},
            "diastolic_mmhg: diastolic 80 is not below systolic 80",
        ),
        ({"at": "2026-01-05T10:00:00Z"}, "at: stands beside hour"),
        ({"fluid_boluses": 21}, "fluid_boluses: 21 is outside 0–20; enter boluses"),
        ({"vasopressor_rates": {"vasopressin": 2}}, "vasopressor_rates.vasopressin: 2 is outside"),
        ({"vasopressor_rates": {"milrinone": 1}}, "vasopressor_rates.milrinone: unknown key"),
        (
            {"vasopressors": [], "vasopressor_rates": {"norepinephrine": 5}},
            "vasopressor_rates.norepinephrine: norepinephrine has a rate",
        ),
        ({"organ_toxicity": {"bilirubin": 5}}, "organ_toxicity.bilirubin: 5 is outside 0–4"),
        ({"organ_toxicity": {"liver": 2}}, "organ_toxicity.liver: unknown key"),
    ],
)
def test_a_mistake_in_an_assessment_names_its_path(fields: dict[str, Any], message: str) -> None:
    assert mistake(assessment(**fields)).startswith(f"assessments[0].{message}")


@pytest.mark.parametrize("reason", ["unarousable", "aphasia"])
def test_zero_points_go_with_unarousable_and_aphasia(reason: str) -> None:
    assert parse(assessment(ice_total=0, ice_not_done=reason)).record.findings[0].ice_total == 0


def test_contradictory_findings_are_not_refused() -> None:
    result = next(
        grade_text(json.dumps(assessment(consciousness="unarousable", ice_total=9)), DEFAULT)
    )
    icans = result["assessments"][0]["grades"]["icans_astct_2019"]
    assert icans["grade"] == 4
    assert any(text.startswith("contradictory") for text in icans["cautions"])


def ferritin(**limits: Any) -> dict[str, Any]:
    return {"hour": 1, "analyte": "ferritin", "value": 900, "unit": "ng/mL", **limits}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "format: is needed"),
        ({"format": "cartox-course-2"}, 'format: "cartox-course-2" is not "cartox-course-1"'),
        (document(patients={}), "patients: unknown key"),
        (document(patient={"age_years": 121}), "patient.age_years: 121 is outside 0–120"),
        (document(patient={"age_years": 3, "birth_date": "2020-01-01"}), "patient.birth_date: "),
        (document(patient={"birth_date": "12/03/1964"}), "patient.birth_date: "),
        (document(course={"infused_at": "2026-01-05T10:00"}), "course.infused_at: "),
        (document(course={"infused_at": "1066-10-14T10:00:00Z"}), "course.infused_at: 1066"),
        (document(course={"time_zone": "Mars/Base"}), "course.time_zone: "),
        (document(course={"weight_kg": 0}), "course.weight_kg: 0 is outside 1–350; enter kg"),
        (document(course={"closed_at": "2026-01-05T10:00:00Z"}), "course.closed_at: needs"),
        (document(assessments={}), "assessments: {} is not a list"),
        (document(assessments=[1]), "assessments[0]: 1 is not an object"),
        (document(assessments=[{}]), "assessments[0].hour: is needed"),
        (document(assessments=[{"at": "2026-01-05T10:00:00Z"}]), "assessments[0].at: needs"),
        (document(assessments=[{"hour": 1e9}]), "assessments[0].hour: "),
        (document(course={"later_infusions": [0]}), "course.later_infusions[0]: 0 is not after"),
        (document(labs=[{"hour": 1, "analyte": "gold", "value": 1}]), "labs[0].analyte: "),
        (document(labs=[{"hour": 1, "analyte": "crp"}]), "labs[0].value: is needed"),
        (document(labs=[{"hour": 1, "analyte": "crp", "value": -1}]), "labs[0].value: -1 is neg"),
        (
            document(labs=[{"hour": 1, "analyte": "platelets", "value": 45000, "unit": "10*9/L"}]),
            "labs[0].value: platelets 45000 10*9/L is outside 0–3000",
        ),
        (
            document(labs=[{"hour": 1, "analyte": "hemoglobin", "value": 85, "unit": "g/dL"}]),
            "labs[0].value: hemoglobin 85 g/dL is outside 1.5–25",
        ),
        (document(labs=[ferritin(upper_limit=0)]), "labs[0].upper_limit: 0 is no upper limit"),
        (
            document(labs=[ferritin(lower_limit=300, upper_limit=300)]),
            "labs[0].upper_limit: 300 is not above the lower, 300",
        ),
        (document(doses=[{"hour": 1, "agent": "lecanemab"}]), "doses[0].agent: "),
        (
            document(doses=[{"hour": 1, "agent": "dexamethasone", "amount": 0}]),
            "doses[0].amount: 0 is not a dose",
        ),
        (
            document(doses=[{"hour": 1, "agent": "tocilizumab", "class": "steroid"}]),
            "doses[0].class: ",
        ),
        (
            document(doses=[{"hour": 2, "agent": "norepinephrine", "end_hour": 1}]),
            "doses[0].end_hour: is before",
        ),
        (document(events=[{"hour": 1, "kind": "party"}]), "events[0].kind: "),
        (
            document(events=[{"hour": 1, "kind": "relapse", "attributed_to": "crs"}]),
            "events[0].attributed_to: ",
        ),
    ],
)
def test_a_mistake_anywhere_names_its_path(value: dict[str, Any], message: str) -> None:
    assert mistake(value).startswith(message)


def test_a_key_that_stands_twice_is_refused() -> None:
    text = '{"format": "cartox-course-1", "assessments": [{"hour": 1, "hour": 2}]}'
    with pytest.raises(DocumentError, match=r"assessments\[0\]\.hour: stands twice"):
        parse_document(load_json(text))


def test_a_censored_laboratory_value_is_exempt_from_the_limits() -> None:
    row = {"hour": 1, "analyte": "fibrinogen", "value": 10, "comparator": "<", "unit": "mg/dL"}
    assert parse(document(labs=[row])).record.labs[0].comparator == "<"


def test_a_unit_without_a_factor_is_kept_and_never_converted() -> None:
    row = {"hour": 1, "analyte": "sil2r", "value": 10000, "unit": "pg/mL"}
    lab = parse(document(labs=[row])).record.labs[0]
    assert (lab.unit, lab.value, lab.canonical_value) == ("pg/mL", 10000, None)


def test_an_agent_outside_the_list_carries_its_class() -> None:
    for drug_class in DrugClass:
        row = {"hour": 1, "agent": "lecanemab", "class": drug_class.value}
        (dose,) = parse(document(doses=[row])).record.doses
        assert (dose.agent, dose.drug_class) == ("lecanemab", drug_class.value)


def test_assessments_come_out_by_time_and_ties_in_document_order() -> None:
    rows = [
        {"hour": 24, "note": "b", "ice_total": 1},
        {"hour": 12, "ice_total": 9},
        {"hour": 24, "ice_total": 2},
    ]
    graded = grades_document(parse(document(assessments=rows)), DEFAULT)
    assert [item["ice_total"] for item in graded["assessments"]] == [9, 1, 2]


def test_the_grades_document_has_what_a_reader_needs() -> None:
    graded = grades_document(parse(WHOLE), DEFAULT)
    first = graded["assessments"][0]
    crs = first["grades"]["crs_astct_2019"]
    assert graded["format"] == "cartox-grades-1"
    assert (first["hour"], first["day"], first["at"]) == (36, 1, "2026-01-06T23:00:00+01:00")
    assert set(crs) == {
        "grade",
        "at_least",
        "review",
        "would_be",
        "because",
        "missing",
        "cautions",
    }
    assert crs["because"][0] == {
        "code": "hypotension_one_vasopressor",
        "grade": 3,
        "saw": {
            "hypotension": True,
            "systolic_mmhg": 88,
            "diastolic_mmhg": 52,
            "vasopressors": ["norepinephrine"],
        },
        "text": "one vasopressor: norepinephrine",
    }
    assert graded["course"]["crs_astct_2019"]["daily"] == {"1": 3}
    assert graded["options"] == []  # after the death
    alive = grades_document(parse({**WHOLE, "events": []}), DEFAULT)
    assert {option["toxicity"] for option in alive["options"]} >= {"crs", "icans"}


def test_a_text_in_lines_an_array_or_one_value_is_read_alike() -> None:
    one, two = document(id="1"), document(id="2")
    lines = "\n" + json.dumps(one) + "\r\n\n" + json.dumps(two) + "\n"
    array = json.dumps([one, two], indent=2)
    assert [item["id"] for item in grade_text(lines, DEFAULT)] == ["1", "2"]
    assert list(grade_text(array, DEFAULT)) == list(grade_text(lines, DEFAULT))
    assert [item["id"] for item in grade_text(json.dumps(one, indent=2), DEFAULT)] == ["1"]


def test_an_array_with_its_commas_on_lines_of_their_own_is_one_array() -> None:
    one, two = (json.dumps(document(id=name)) for name in "ab")
    assert [item["id"] for item in grade_text(f"[{one}\n,\n{two}\n]", DEFAULT)] == ["a", "b"]


def test_of_what_nobody_told_nothing_is_written() -> None:
    nothing: dict[str, Any] = {"patient": {}, "course": {}, "baseline": {}}
    rows = Record(
        findings=(Findings(24 * HOUR),),
        labs=(Lab(24 * HOUR, "crp", Decimal(5)),),
        doses=(Dose(24 * HOUR, "tocilizumab"),),
        events=(Event(24 * HOUR, "relapse"),),
        adjudications=(Adjudication(24 * HOUR, "refused", "hypoxia", reason="no sepsis"),),
        step_marks=(StepMark(24 * HOUR, "cultures", "crs", "done", "Blood cultures"),),
    )
    assert dump_document(CourseDocument(rows, "a")) == document(
        **nothing,
        assessments=[{"hour": 24}],
        labs=[{"hour": 24, "analyte": "crp", "value": 5, "comparator": "="}],
        doses=[{"hour": 24, "agent": "tocilizumab"}],
        events=[{"hour": 24, "kind": "relapse"}],
        adjudications=[
            {"hour": 24, "decision": "refused", "sign": "hypoxia", "reason": "no sepsis"}
        ],
        step_marks=[
            {
                "hour": 24,
                "code": "cultures",
                "line_toxicity": "crs",
                "answer": "done",
                "text": "Blood cultures",
            }
        ],
    )


def test_a_broken_line_stands_in_its_place_and_the_others_are_graded() -> None:
    text = f"{json.dumps(document(id='1'))}\n{{broken\n[]\n{json.dumps(document(id='4'))}"
    out = list(grade_text(text, DEFAULT))
    assert [item.get("id") for item in out] == ["1", None, None, "4"]
    assert ["error" in item for item in out] == [False, True, True, False]


@pytest.mark.parametrize("number", ["1e1000000", "-1e99999999999", "1e-99999999999", "1" * 4000])
@pytest.mark.parametrize("field", ["hour", "temperature_c", "ice_total"])
def test_an_enormous_or_tiny_number_is_refused_at_once(field: str, number: str) -> None:
    text = json.dumps(document(assessments=[{"hour": 1, field: "X"}])).replace('"X"', number)
    (out,) = grade_text(text, DEFAULT)
    assert out["error"].startswith(f"assessments[0].{field}: ")
    assert len(out["error"]) < 200


def test_a_zero_with_an_exponent_is_zero() -> None:
    text = '{"format": "cartox-course-1", "assessments": [{"hour": 0e999999999}]}'
    assert parse_document(load_json(text)).record.findings[0].elapsed == timedelta(0)


def test_a_fault_of_ours_is_told_as_one_and_asked_to_be_reported() -> None:
    text = "could not be graded: ZeroDivisionError: by zero; please report this course"
    fault = ZeroDivisionError("by zero")
    assert error_of_fault("a", Piece(line=3), fault) == {
        "id": "a",
        "error": text,
        "errors": [text],
        "line": 3,
    }


@pytest.mark.parametrize("in_lines", [True, False])
def test_courses_are_put_together_until_they_are_large_enough(*, in_lines: bool) -> None:
    made = [document(id=str(number), source="x" * 3_000) for number in range(200)]
    text = "\n".join(map(json.dumps, made)) if in_lines else json.dumps(made)
    together = list(batches(courses_of_input(BytesIO(text.encode()))))
    for batch in together[:-1]:
        sizes = [piece.size() for piece in batch]
        assert sum(sizes[:-1]) < BATCH_BYTES <= sum(sizes)
    assert len(together) > 1
    assert sum(map(len, together)) == len(made)


def test_a_broken_line_is_named_by_its_number() -> None:
    text = f"{json.dumps(document())}\n\n{{broken"
    assert list(grade_text(text, DEFAULT))[1]["error"].startswith("line 3: not JSON: ")


def test_a_line_longer_than_any_course_is_refused_and_the_next_is_graded() -> None:
    name = "x" * LONGEST_LINE
    text = "\n".join(json.dumps(document(id=some)) for some in ("a", name, "b"))
    first, refused, last = grade_text(text, DEFAULT)
    assert (first["id"], last["id"]) == ("a", "b")
    assert refused["error"] == f"line 2: longer than {LONGEST_LINE} bytes"


def test_a_broken_first_line_is_one_mistake_where_documents_follow() -> None:
    text = f"{{broken\n{json.dumps(document(id='b'))}\n{json.dumps(document(id='c'))}"
    refused, *rest = grade_text(text, DEFAULT)
    assert refused["error"].startswith("line 1: not JSON: ")
    assert [item["id"] for item in rest] == ["b", "c"]


@pytest.mark.parametrize(("broken", "are_lines"), [(19, True), (20, False)])
def test_what_an_input_is_can_be_told_by_its_first_20_lines(
    broken: int, *, are_lines: bool
) -> None:
    text = "broken\n\n" * broken + json.dumps(document(id="b"))
    assert len(list(grade_text(text, DEFAULT))) == (broken + 1 if are_lines else 1)


def test_a_line_with_bytes_that_are_no_text_costs_that_course_only() -> None:
    raw = json.dumps(document(id="a")).encode() + b'\n{"id": "\xff"}\n'
    raw += json.dumps(document(id="b")).encode()
    first, refused, last = grade_text(raw.decode(errors="surrogateescape"), DEFAULT)
    assert (first["id"], last["id"]) == ("a", "b")
    assert refused["error"] == "line 2: not UTF-8"


@pytest.mark.parametrize("text", ["", "  \n", "null", "3", '"a"', "{", "[" * 100_000, "NaN"])
def test_what_is_no_document_is_an_error_and_no_crash(text: str) -> None:
    assert all("error" in item for item in grade_text(text, DEFAULT))
    assert list(grade_text(text, DEFAULT))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)
KEYS = ("patient", "course", "baseline", "assessments", "labs", "doses", "events", "published")


@given(st.dictionaries(st.sampled_from(KEYS), json_values, max_size=3))
def test_any_json_gives_grades_or_an_error(parts: dict[str, Any]) -> None:
    items = list(grade_text(json.dumps(document(**parts)), DEFAULT))
    assert items
    for item in items:
        assert ("error" in item) != ("assessments" in item)
        json.dumps(item)


@given(
    st.dictionaries(
        st.sampled_from(["hour", "temperature_c", "ice", "vasopressors", "attribution", "icp"]),
        json_values,
        max_size=3,
    )
)
def test_any_assessment_gives_grades_or_an_error(fields: dict[str, Any]) -> None:
    items = list(grade_text(json.dumps(document(assessments=[fields])), DEFAULT))
    assert items
    for item in items:
        assert ("error" in item) != ("assessments" in item)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"kind": "relapse", "grade": 2}, "events[0].grade: relapse has no grade"),
        ({"kind": "mnt", "grade": 0}, "events[0].grade: 0 is outside 1–5"),
        ({"kind": "mnt", "grade": 6}, "events[0].grade: 6 is outside 1–5"),
        ({"kind": "relapse", "detail": "brain"}, "events[0].detail: relapse has no detail"),
        (
            {"kind": "relapse", "attributed_to": "crs"},
            "events[0].attributed_to: belongs to a death only",
        ),
        (
            {"kind": "hemophagocytosis", "hemophagocytosis": False},
            "events[0].hemophagocytosis: belongs to a marrow only",
        ),
    ],
)
def test_a_mistake_in_an_event_names_its_path(event: dict[str, Any], message: str) -> None:
    assert mistake(document(events=[{"hour": 30, **event}])) == message


SIGN = {"decision": "refused", "sign": "hypoxia", "reason": "no embolism in the scan"}
FINAL = {"decision": "final_grade", "toxicity": "crs", "grade": 3, "reason": "reviewed"}


@pytest.mark.parametrize(
    ("decided", "message"),
    [
        ({"sign": "hypoxia"}, "decision: is needed"),
        ({"decision": "agreed"}, 'decision: "agreed" is not one of confirmed, refused, withdrawn,'),
        ({"decision": "refused", "reason": "x"}, "sign: is needed where the decision is “refused”"),
        (
            {"decision": "withdrawn", "sign": "icp"},
            "reason: is needed where the decision is “withdrawn”",
        ),
        (
            {"decision": "confirmed", "sign": "icp"},
            "reason: is needed, or a cause, where the decision is “confirmed”",
        ),
        (SIGN | {"cause": "drug"}, "cause: does not stand beside “refused”"),
        (SIGN | {"cause": "virus"}, 'cause: "virus" is not one of sepsis,'),
        (SIGN | {"grade": 2}, "grade: belongs to a final grade only"),
        (SIGN | {"toxicity": "icans"}, "toxicity: belongs to a final grade only"),
        (SIGN | {"onset_hour": 3}, "onset_hour: belongs to a final grade only"),
        (SIGN | {"from_hour": 3, "from_at": "2026-01-05"}, "from_at: stands beside from_hour"),
        (FINAL | {"grade": 6}, "grade: 6 is outside 0–5"),
        (FINAL | {"grade": None}, "grade: is needed where the decision is “final grade”"),
        (FINAL | {"toxicity": "iec_hs"}, 'toxicity: "iec_hs" is not one of crs, icans'),
        (FINAL | {"sign": "fever"}, "sign: belongs to a decision on a sign only"),
        (FINAL | {"from_hour": 2}, "from_hour: belongs to a decision on a sign only"),
        (FINAL | {"onset_hour": 20, "resolved_hour": 19}, "resolved_hour: is before the onset"),
        (FINAL | {"on": 20}, "on: unknown key"),
    ],
)
def test_a_mistake_in_a_decision_names_its_path(decided: dict[str, Any], message: str) -> None:
    where = "adjudications[0]."
    reported = mistake(document(adjudications=[{"hour": 30, **decided}]))
    assert reported.startswith(where + message)


@pytest.mark.parametrize("grade", [0, 5])
def test_a_decision_is_read_with_its_times_as_hours_and_as_dates(grade: int) -> None:
    course = {"infused_at": "2026-01-05T10:00:00Z"}
    final = FINAL | {"grade": grade, "onset_at": "2026-01-06T10:00:00Z", "resolved_hour": 24}
    sign = {"decision": "confirmed", "sign": "fever", "cause": "sepsis", "from_hour": -2}
    rows = [{"hour": 40, **final}, {"at": "2026-01-06T22:00:00Z", **sign}]
    first, second = parse(document(course=course, adjudications=rows)).record.adjudications
    assert (first.elapsed, first.begins(), first.cause) == (36 * HOUR, -2 * HOUR, "sepsis")
    assert (second.grade, second.onset, second.resolved) == (grade, 24 * HOUR, 24 * HOUR)
    assert (first.is_on_a_sign(), second.is_on_a_sign()) == (True, False)
    assert second.begins() == second.elapsed


DONE = {"code": "crs_tocilizumab", "line_toxicity": "crs", "answer": "done", "text": "Tocilizumab"}
DEFERRED = DONE | {"answer": "deferred", "reason": "cultures first"}


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        (DONE | {"code": "Tocilizumab 8 mg"}, "code: is no code: lower case words"),
        (DONE | {"code": "crs__fever"}, "code: is no code"),
        (DONE | {"code": "a" * 61}, "code: is no code"),
        (DONE | {"code": None}, "code: is needed"),
        (DONE | {"line_toxicity": "CRS"}, "line_toxicity: is no code"),
        (DONE | {"answer": "given"}, 'answer: "given" is not one of done, deferred, declined'),
        (DONE | {"grade": 6}, "grade: 6 is outside 0–5"),
        (DONE | {"text": " "}, "text: is needed: the words of the line"),
        (DONE | {"answer": "declined"}, "reason: is needed where a line is declined"),
        (DONE | {"answer": "deferred"}, "reason: is needed where a line is deferred"),
        (DONE | {"until_hour": 31}, "until_hour: belongs to a line that is deferred"),
        (DEFERRED | {"until_hour": 30}, "until_hour: is not after the time of the mark"),
        (DEFERRED | {"until_hour": 31, "until_at": "2026-01-05"}, "until_at: stands beside"),
    ],
)
def test_a_mistake_in_a_mark_names_its_path(marked: dict[str, Any], message: str) -> None:
    reported = mistake(document(step_marks=[{"hour": 30, **marked}]))
    assert reported.startswith("step_marks[0]." + message)


def test_a_mark_is_read_with_its_line_and_its_times() -> None:
    course = {"infused_at": "2026-01-05T10:00:00Z"}
    retired = DEFERRED | {"code": "a_line_of_2026", "grade": 0, "until_at": "2026-01-06T12:00:00Z"}
    rows = [{"hour": 24, "note": "by phone", **retired}, {"hour": 20, **DONE}]
    first, second = parse(document(course=course, step_marks=rows)).record.step_marks
    assert (first.code, first.answer, first.until) == ("crs_tocilizumab", "done", None)
    assert (second.code, second.grade, second.until) == ("a_line_of_2026", 0, 26 * HOUR)
    assert (second.reason, second.note, second.text) == (
        "cultures first",
        "by phone",
        "Tocilizumab",
    )


def test_an_event_keeps_its_number_and_its_note() -> None:
    events = [{"hour": 30, "kind": "relapse", "note": "by PET"}, {"hour": 20, "kind": "icu_in"}]
    parsed = parse(document(events=events)).record.events
    assert [(event.kind, event.uid, event.note) for event in parsed] == [
        ("icu_in", "000000001", ""),
        ("relapse", "000000000", "by PET"),
    ]


def test_a_birth_after_the_infusion_names_its_path() -> None:
    course = {"infused_at": "2026-01-05T10:00:00Z"}
    message = mistake(document(course=course, patient={"birth_date": "2026-01-06"}))
    assert message == "patient.birth_date: is after the infusion"


def test_a_run_may_end_at_its_start_and_not_before() -> None:
    def ended(hour: float) -> dict[str, Any]:
        return document(doses=[{"hour": 30, "agent": "norepinephrine", "end_hour": hour}])

    assert parse(ended(30)).record.doses[0].ended == timedelta(hours=30)
    assert mistake(ended(29.9)) == "doses[0].end_hour: is before the start"


@pytest.mark.parametrize("unit", ["ug/kg/min", "mL/h", "units/min", "mg/hr"])
@pytest.mark.parametrize("agent", ["norepinephrine", "dexamethasone"])
def test_a_rate_of_0_is_read_and_is_not_running(agent: str, unit: str) -> None:
    """Neither is it a vasopressor at this moment, nor does it waive the fever."""
    bedside = {"hypotension": False, "vasopressors": [], "oxygen_device": "nasal_cannula"}
    value = document(
        assessments=[
            {"hour": 20, "temperature_c": 39, **bedside},
            {"hour": 24, "temperature_c": 37, **bedside},
        ],
        doses=[{"hour": 22, "agent": agent, "amount": 0, "unit": unit}],
    )
    crs = grades_document(parse(value), DEFAULT)["assessments"][1]["grades"]["crs_astct_2019"]
    assert (crs["grade"], crs["would_be"]) == (None, 2)


@pytest.mark.parametrize("unit", ["mg", "mg/kg", "g", None])
def test_0_of_anything_but_a_rate_is_no_dose(unit: str | None) -> None:
    nothing = {"hour": 1, "agent": "norepinephrine", "amount": 0, "unit": unit}
    assert mistake(document(doses=[nothing])).startswith("doses[0].amount: 0 is not a dose")


@pytest.mark.parametrize(
    ("year", "is_taken"), [(1989, False), (1990, True), (2150, True), (2151, False)]
)
def test_an_infusion_lies_between_the_first_trials_and_a_typing_error(
    year: int, is_taken: bool
) -> None:
    value = document(course={"infused_at": f"{year}-06-01T10:00:00+00:00"})
    if is_taken:
        assert parse(value).record.infused_at.year == year
    else:
        assert mistake(value) == f"course.infused_at: {year} is outside 1990–2150"
