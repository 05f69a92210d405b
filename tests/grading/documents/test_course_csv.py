"""Courses as a table (CSV): what it says is what the document says, and a mistake has its line."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from grading.batch.grade_many import Wanted, courses_of_input, grade_batch
from grading.documents.course_csv import (
    COURSE_COLUMNS,
    TABLE_COLUMNS,
    as_typed,
    harmless,
)
from grading.documents.course_writer import dump_document
from grading.documents.grades_writer import course_in, grades_document
from grading.documents.lines import LONGEST_LINE
from grading.documents.reading.course_reader import CourseDocument, parse_document
from grading.documents.reading.json_reader import load_json
from grading.local_rules import DEFAULT
from grading.record import Record
from grading.rules.systems import SYSTEMS
from grading.table.sections import ENTRY_FIELDS
from tests.grading.documents.table_rows import cell, rows_of
from tests.grading.rules.test_properties import a_record

PUBLISHED = sorted((Path(__file__).parents[3] / "grading/published").glob("*.json"))


def table(*documents: dict[str, Any], delimiter: str = ",") -> bytes:
    out = StringIO()
    writer = csv.DictWriter(out, TABLE_COLUMNS, delimiter=delimiter)
    writer.writeheader()
    for document in documents:
        writer.writerows(rows_of(document))
    return out.getvalue().encode()


def courses(raw: bytes) -> list[Any]:
    return [course_in(piece) for piece in courses_of_input(BytesIO(raw))]


def mistakes(text: str) -> list[tuple[Any, ...]]:
    """Id, line and error of each course; only the id of one that can be graded."""
    return [
        (course["id"], course["line"], course["error"])
        if isinstance(course, dict)
        else (course.id,)
        for course in courses(text.encode())
    ]


def grades(raw: bytes, **wanted: Any) -> list[dict[str, str]]:
    """What the command prints as a table."""
    asked = Wanted(**{"table": True, "reasons": False, **wanted})
    text = asked.first_line() + grade_batch(asked, list(courses_of_input(BytesIO(raw)))).text
    return list(csv.DictReader(StringIO(text)))


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_course_in_rows_is_graded_like_its_document(path: Path) -> None:
    document = load_json(path.read_text(encoding="utf-8"))
    expected = grades_document(parse_document(document), DEFAULT)
    (course,) = courses(table(document))
    assert grades_document(course, DEFAULT) == expected


@given(a_record())
def test_any_course_in_rows_is_the_course(record: Record) -> None:
    document = dump_document(CourseDocument(record, "x"))
    (course,) = courses(table(document))
    assert dump_document(course) == document


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=HYPERLINK(A1)", "'=HYPERLINK(A1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'24 h", "'24 h"),
        ("A=1", "A=1"),
        ("", ""),
        (-1, -1),
        (-1.5, -1.5),
        (None, None),
    ],
)
def test_a_text_that_would_be_a_formula_is_written_as_text(text: Any, written: Any) -> None:
    assert harmless(text) == written


@given(st.text(st.one_of(st.sampled_from("'=+-@\t\r\n＝a"), st.characters()), max_size=8))
def test_any_text_is_no_formula_and_comes_back_as_it_was(text: str) -> None:
    written = harmless(text)
    assert not written.startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert as_typed(written) == text


IDS = ["=HYPERLINK(A1)", "-1", "+A", "@x", "'=y", "''-z", "'24", "plain"]


def test_a_table_of_grades_names_each_course_by_an_id_that_reads_back() -> None:
    """The ids of the grades, put into a table of courses, are the ids that were there before."""
    rows = "".join(f"{name},assessment,-24,38.5\n" for name in map(harmless, IDS))
    graded = grades(f"id,row,hour,temperature_c\n{rows}".encode())
    assert [row["id"] for row in graded] == [harmless(name) for name in IDS]
    assert {row["hour"] for row in graded} == {"-24"}
    again = "".join(f"{row['id']},48\n" for row in graded)
    assert [course.id for course in courses(f"id,hour\n{again}".encode())] == IDS


def test_a_refused_course_is_no_formula_either() -> None:
    (refused,) = grades(b"id,hour\n=1+1,soon\n")
    assert refused["id"] == "'=1+1"
    assert not refused["error"].startswith(("=", "+", "-", "@"))


def test_one_course_under_both_spellings_of_its_id_is_one_course() -> None:
    together = courses(b"id,hour,temperature_c\n=a,1,38\n'=a,2,39\n")
    assert [(course.id, len(course.record.findings)) for course in together] == [("=a", 2)]
    apart = mistakes("id,hour,temperature_c\n=a,1,38\nb,1,38\n'=a,2,39\n")
    assert [course[0] for course in apart] == ["=a", "b", "=a"]
    assert "other rows of this course" in apart[2][2]


def test_a_drug_whose_name_would_be_a_formula_is_read_as_it_was_typed() -> None:
    (course,) = courses(b"id,row,hour,agent,class\nx,dose,1,'-drug,other\n")
    assert [dose.agent for dose in course.record.doses] == ["-drug"]


def test_every_field_of_a_course_has_a_column() -> None:
    everything = {
        "format": "cartox-course-1",
        "id": "x",
        "patient": {"birth_date": "1960-01-01", "sex": "F", "developmental_delay": False},
        "course": {
            "product": 'a, "quoted" one',
            "indication": "two\nlines",
            "infused_at": "2026-01-05T10:00:00+01:00",
            "later_infusions": ["2026-01-06T10:00:00+01:00"],
            "time_zone": "Europe/Madrid",
            "weight_kg": 58.5,
            "weighed_at": "2026-01-04T10:00:00+01:00",
            "closed_at": "2026-02-05T10:00:00+01:00",
            "last_follow_up_day": 30,
        },
        "baseline": {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 1, "home_cpap": True},
        "assessments": [
            {
                "at": "2026-01-06T10:00:00+01:00",
                "temperature_c": 38.9,
                "vasopressors": [],
                "icp": ["posturing", "papilledema"],
                "ice": {"year": 1, "naming": 2},
                "attribution": {"hypoxia": "other"},
                "organ_toxicity": {"cardiac": 2},
                "note": "seen; by\nnight",
            }
        ],
        "labs": [
            {
                "at": "2026-01-06T10:00:00+01:00",
                "analyte": "crp",
                "value": 0.5,
                "comparator": "<",
                "unit": "mg/L",
                "status": "corrected",
                "specimen": "hemolyzed",
            }
        ],
        "doses": [
            {
                "at": "2026-01-06T10:00:00+01:00",
                "agent": "study drug",
                "class": "other",
                "end_at": "2026-01-06T11:00:00+01:00",
            }
        ],
        "events": [
            {"at": "2026-01-15T10:00:00+01:00", "kind": "marrow", "hemophagocytosis": False},
            {"at": "2026-01-20T10:00:00+01:00", "kind": "marrow", "hemophagocytosis": True},
            {"at": "2026-01-25T10:00:00+01:00", "kind": "marrow"},
            {"at": "2026-03-05T10:00:00+01:00", "kind": "death", "attributed_to": "other"},
        ],
    }
    document = load_json(json.dumps(everything))
    (course,) = courses(table(document))
    expected = parse_document(document)
    assert dump_document(course) == dump_document(expected)


def test_no_column_means_two_things() -> None:
    of_entries = [{field.name: field.kind for field in fields} for fields in ENTRY_FIELDS.values()]
    assert COURSE_COLUMNS.keys().isdisjoint(chain.from_iterable(of_entries))
    for one, other in combinations(of_entries, 2):
        assert {name: other[name] for name in one if name in other}.items() <= one.items()


def test_a_table_has_no_column_for_the_name_of_a_patient() -> None:
    assert TABLE_COLUMNS.keys().isdisjoint({"mrn", "name"})


def test_the_template_is_an_empty_table() -> None:
    out = StringIO()
    call_command("grade", template=True, stdout=out)
    assert out.getvalue() == ",".join(TABLE_COLUMNS) + "\n"
    assert courses(out.getvalue().encode()) == []
    filled = out.getvalue() + "x," + "," * (len(TABLE_COLUMNS) - 2) + "\n"
    assert mistakes(filled) == [("x", 2, "line 2: hour: is needed, or at")]


def test_the_grades_in_a_table_are_those_of_the_document() -> None:
    document = load_json(PUBLISHED[0].read_text(encoding="utf-8"))
    made = grades_document(parse_document(document), DEFAULT)
    rows = grades(table(document), reasons=True)
    assert [row["id"] for row in rows] == [document["id"]] * len(made["assessments"])
    for row, expected in zip(rows, made["assessments"], strict=True):
        assert row["hour"] == cell(expected["hour"])
        assert row["error"] == ""
        for key in SYSTEMS:
            result = expected["grades"][key]
            assert row[key] == cell(result["grade"])
            assert row[f"{key}_at_least"] == cell(result["at_least"])
            assert row[f"{key}_would_be"] == cell(result["would_be"])
            assert row[f"{key}_if_all_counted"] == cell(result.get("if_all_counted"))
            aside = json.loads(row[f"{key}_put_aside"] or "null")
            assert aside == result.get("put_aside")
            assert row[f"{key}_missing"] == "; ".join(result["missing"])
            assert row[f"{key}_because"].split() == [met["code"] for met in result["because"]]


@pytest.mark.parametrize("reasons", [True, False])
def test_a_course_that_was_not_graded_has_its_line_and_error_in_the_last_columns(
    *, reasons: bool
) -> None:
    graded, refused = grades(b"id,hour,temperature_c\na,24,38\nb,24,98.6\n", reasons=reasons)
    assert list(graded)[:5] == ["id", "hour", "at", "day", "ice_total"]
    assert list(graded)[-2:] == ["line", "error"]
    assert (graded["id"], graded["hour"], graded["day"], graded["error"]) == ("a", "24", "1", "")
    cells = {name: cell for name, cell in refused.items() if cell}
    error = "line 3: temperature_c: 98.6 is outside 25–45; enter °C"
    assert cells == {"id": "b", "line": "3", "error": error}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheet_may_write_it_its_own_way(delimiter: str, mark: str, ends: str) -> None:
    lines = ["", "id,hour,temperature_c", "1,24,38.5", ",,", "2,24,36.5"]
    text = mark + ends.join(lines).replace(",", delimiter)
    assert [row["crs_astct_2019"] for row in grades(text.encode())] == ["1", ""]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("b,24,98.6,", "temperature_c: 98.6 is outside 25–45; enter °C"),
        ('b,24,"38,5",', 'temperature_c: "38,5" is not a number'),
        ("b,24,1e999999999,", "temperature_c: 1e+999999999 is too large or too small"),
        ("b,,38,", "hour: is needed, or at"),
        ("b,24,38,nordrenaline", 'vasopressors[0]: "nordrenaline" is not one of '),
        ("b,24,38", "3 cells, the header has 4"),
        ("b,24,38,,", "5 cells, the header has 4"),
        ('b,24,"38"1,', "not CSV: "),
        ('b,24,"38,', "not CSV: "),
    ],
)
def test_a_malformed_row_is_named_and_the_other_courses_are_graded(row: str, error: str) -> None:
    text = f"id,hour,temperature_c,vasopressors\na,24,38,none\n\n{row}\nc,24,38,none\nc,36,38,none"
    first, second, third = mistakes(text)
    assert (first, third) == (("a",), ("c",))
    assert second[:2] == ("b", 4)
    assert second[2].startswith(f"line 4: {error}")


def results(*rows: str) -> list[Any]:
    header = "id,row,hour,analyte,value,comparator,unit"
    return courses("\n".join((header, *rows)).encode())


@pytest.mark.parametrize(
    ("written", "comparator", "value"),
    [
        ("<0.1", "<", "0.1"),
        ("< 0.1", "<", "0.1"),
        (">5000", ">", "5000"),
        ("> 1e4", ">", "10000"),
        ("5", "=", "5"),
    ],
)
def test_a_result_below_or_above_a_number_is_read_as_it_is_printed(
    written: str, comparator: str, value: str
) -> None:
    (course,) = results(f"a,lab,24,ferritin,{written},,ng/mL")
    (lab,) = course.record.labs
    assert (lab.comparator, lab.value) == (comparator, Decimal(value))


@pytest.mark.parametrize(
    ("written", "instead"), [("≤ 5", "<5"), ("<=5", "<5"), ("≥5000", ">5000"), (">= 1e4", ">1e4")]
)
def test_a_bound_that_includes_its_number_is_refused(written: str, instead: str) -> None:
    """Read as a bound without it, platelets of ≤ 75 would never be 75."""
    (refused,) = results(f"a,lab,24,ferritin,{written},,ng/mL")
    either = f"write {instead}, or {instead[1:]} where that was measured"
    assert refused["errors"] == [f'line 2: value: "{written}" includes the number: {either}']


def test_a_comparator_may_stand_twice_but_not_otherwise() -> None:
    (course,) = results("a,lab,24,anc,<0.1,<,G/L")
    assert course.record.labs[0].comparator == "<"
    (refused,) = results("a,lab,24,anc,<0.1,>,G/L")
    assert refused["error"] == 'line 2: value: "<0.1" does not go with the comparator ">"'


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ('"0,1"', '"0,1" is not a number; decimals have a point'),
        ('"<0,1"', '"0,1" is not a number; decimals have a point'),
        ("<", '"<" is not a number'),
        ("<<1", '"<1" is not a number'),
        ("<-1", "-1 is negative"),
    ],
)
def test_a_result_that_is_no_number_is_refused_with_what_to_do(written: str, reason: str) -> None:
    (refused,) = results(f"a,lab,24,anc,{written},,G/L")
    assert refused["error"] == f"line 2: value: {reason}"


@pytest.mark.parametrize("ends", ["", "\n", "\r\n"])
def test_the_end_of_a_line_is_no_part_of_its_last_cell_and_nothing_else_is_left_out(
    ends: str,
) -> None:
    (course,) = courses(f"id,hour,note\na,24,seen by Dr X{ends}".encode())
    assert course.record.findings[0].note == "seen by Dr X"


@pytest.mark.parametrize(
    ("cell", "answer"),
    [("true", True), ("yes", True), ("YES", True), ("false", False), ("no", False), ("No", False)],
)
def test_an_answer_is_yes_or_no_or_true_or_false(cell: str, *, answer: bool) -> None:
    (course,) = courses(f"id,hour,hypotension\na,24,{cell}\n".encode())
    assert course.record.findings[0].hypotension is answer


def test_a_row_that_is_not_utf_8_is_named() -> None:
    raw = b"id,hour,note\na,24,x\nb,24,\xff\nc,24,x\n"
    answers = courses(raw)
    assert [isinstance(item, dict) for item in answers] == [False, True, False]
    assert answers[1]["error"] == "line 3: not UTF-8"


@pytest.mark.parametrize("name", [b"M\xfcller", b'"M\xfcller"'])
def test_an_id_that_is_not_utf_8_is_named_as_far_as_it_can_be_read(name: bytes) -> None:
    answers = courses(b"id,hour,note\na,24,x\n" + name + b",24,x\nc,24,x\n")
    assert (answers[0].id, answers[2].id) == ("a", "c")
    text = "line 3: not UTF-8"
    assert answers[1] == {"id": "M\ufffdller", "error": text, "errors": [text], "line": 3}


def test_a_quote_that_nobody_closed_costs_one_course_only() -> None:
    rows = "".join(f"{name},24,38\n" for name in range(300))
    answers = mistakes(f'id,hour,temperature_c\nx,24,"38\n{rows}')
    assert answers[0][:2] == ("x", 2)
    assert answers[1:] == [(str(name),) for name in range(300)]


def test_a_quote_inside_a_cell_does_not_open_it() -> None:
    rows = "".join(f'{name},24,"a {name}" b"\n' for name in "ab")
    assert [item[:2] for item in mistakes(f'id,hour,note\n{rows}c,24,5" tall\n')] == [
        ("a", 2),
        ("b", 3),
        ("c",),
    ]


def test_a_quoted_cell_goes_over_lines_and_the_next_course_follows() -> None:
    answers = courses(b'id,hour,note\na,24,"two\nlines, ""quoted"""\nb,24,x\n')
    notes = [item.record.findings[0].note for item in answers]
    assert notes == ['two\nlines, "quoted"', "x"]


def test_rows_of_a_course_that_come_apart_are_refused_in_their_place() -> None:
    text = "id,hour,temperature_c\na,24,38\nb,24,38\na,36,37\na,48,37\nc,24,38\n"
    answers = mistakes(text)
    assert [item[:2] for item in answers] == [("a",), ("b",), ("a", 4), ("c",)]
    assert "further above" in answers[2][2]


def test_a_row_without_a_course_is_refused() -> None:
    answers = mistakes("id,hour,temperature_c\n,24,38\n,36,37\na,24,38\n")
    assert [item[:2] for item in answers] == [(None, 2), (None, 3), ("a",)]


@pytest.mark.parametrize("row", ["24", "24,38"])
def test_a_row_too_short_to_reach_its_id_is_refused_by_itself(row: str) -> None:
    answers = mistakes(f"hour,temperature_c,id\n{row}\n24,38,a\n")
    assert [item[:2] for item in answers] == [(None, 2), ("a",)]


def test_rows_that_come_apart_are_noticed_however_many_courses_there_are() -> None:
    rows = "".join(f"{number},24,38\n" for number in range(2_100))
    *answers, last = courses(f"id,hour,temperature_c\n{rows}7,36,37\n".encode())
    assert [course.id for course in answers] == [str(number) for number in range(2_100)]
    assert (last["id"], last["line"]) == ("7", 2_102)


def test_what_belongs_to_the_course_may_be_said_again_but_not_otherwise() -> None:
    same = "id,hour,age_years,weight_kg\na,24,62,\na,36,62,80\na,48,,\n"
    assert mistakes(same) == [("a",)]
    other = "id,hour,age_years\na,24,62\na,36,63\n"
    assert mistakes(other) == [("a", 2, 'line 3: age_years: "63" differs from "62" in line 2')]
    wrong = "id,hour,baseline_spo2_percent\na,24,\na,36,0.97\n"
    assert mistakes(wrong)[0][2].startswith("line 3: baseline_spo2_percent: 0.97 is outside")


@pytest.mark.parametrize(
    ("header", "error"),
    [
        (
            "id,hour,temprature_c",
            '"temprature_c" is not a known column; did you mean temperature_c?',
        ),
        ("id,hour,hour", 'the column "hour" stands twice'),
    ],
)
def test_a_header_with_a_mistake_is_refused(header: str, error: str) -> None:
    assert mistakes(f"{header}\na,24,38\n") == [(None, 1, f"line 1: {error}")]


@pytest.mark.parametrize("header", ["id", "id,ward", "nothing,of this"])
def test_without_two_columns_that_are_known_it_is_no_table(header: str) -> None:
    (refused,) = courses(f"{header}\na,24\n".encode())
    assert refused["error"].startswith("not JSON: ")


def test_a_header_that_is_not_utf_8_is_refused_in_its_line() -> None:
    (refused,) = courses(b"id,hour,caf\xe9\na,24,x\n")
    text = "line 1: not UTF-8"
    assert refused == {"id": None, "error": text, "errors": [text], "line": 1}


def test_a_row_of_a_kind_that_is_not_known_is_refused() -> None:
    text = "id,row,hour,analyte\na,labs,24,crp\nb,assessment,24,crp\nc,course,24,\n"
    assert [item[2] for item in mistakes(text)] == [
        (
            'line 2: row: "labs" is not one of assessment, lab, dose, event, '
            "adjudication, step_mark, course; did you mean lab?"
        ),
        "line 3: analyte: does not belong to an assessment row",
        "line 4: hour: does not belong to a course row",
    ]


def test_an_enormous_row_and_an_enormous_course_are_refused() -> None:
    row = "b,24," + "x" * (LONGEST_LINE // 2 + 1) + "\n"
    raw = "id,hour,note\na,24,x\n" + row + row + "c,24,x\nd,24," + "x" * LONGEST_LINE + "\ne,1,x\n"
    answers = mistakes(raw)
    assert [item[:2] for item in answers] == [("a",), ("b", 3), ("c",), (None, 6), ("e",)]


@pytest.mark.parametrize(("more", "is_refused"), [(0, False), (1, True)])
def test_a_course_may_have_as_many_bytes_as_the_longest_line(more: int, is_refused: bool) -> None:
    first, last = "b,24,", "\nb,36,x\n"
    note = "x" * (LONGEST_LINE - len(first) - len(last) + more)
    (piece,) = courses_of_input(BytesIO(f"id,hour,note\n{first}{note}{last}".encode()))
    assert piece.error == (f"more than {LONGEST_LINE} bytes in one course" if is_refused else "")


def test_grades_are_a_document_with_reasons_unless_something_else_is_wanted() -> None:
    pieces = list(courses_of_input(BytesIO(b"id,hour,temperature_c\na,24,38\n")))
    (line,) = grade_batch(Wanted(), pieces).text.splitlines()
    (assessment,) = json.loads(line)["assessments"]
    assert [met["code"] for met in assessment["grades"]["crs_astct_2019"]["because"]] == ["fever"]


def test_the_form_of_the_grades_follows_the_input_unless_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "courses.csv"
    path.write_text("id,hour,temperature_c\na,24,38\n")

    def printed(*arguments: str) -> str:
        out = StringIO()
        call_command("grade", *arguments, str(path), jobs=1, stdout=out)
        return out.getvalue()

    assert printed().startswith("id,hour,at,day,ice_total,crs_astct_2019,")
    assert "because" not in printed()
    assert "because" in printed("--reasons").splitlines()[0]
    assert json.loads(printed("--json"))["assessments"][0]["grades"]["crs_astct_2019"]["because"]
    bare = json.loads(printed("--json", "--no-reasons", "--systems", "crs_astct_2019"))
    assert bare["assessments"][0]["grades"] == {
        "crs_astct_2019": {
            "grade": 1,
            "at_least": True,
            "review": False,
            "would_be": None,
            "missing": ["hypotension", "vasopressors", "oxygen device"],
        }
    }
    assert "options" not in bare


def test_ids_with_a_comma_keep_courses_apart() -> None:
    text = 'id,hour,temperature_c\n"x, 1",24,38.4\n"x, 2",24,36.6\n"x, 2",30,36.7\n'
    answers = courses(text.encode())
    assert [(course.id, len(course.record.findings)) for course in answers] == [
        ("x, 1", 1),
        ("x, 2", 2),
    ]
