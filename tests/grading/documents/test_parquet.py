"""A registry in Parquet says what the same table in CSV says, and comes out with its types."""

from __future__ import annotations

import csv
import importlib
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from grading.batch.grade_many import Wanted, courses_of_input, grade_batch
from grading.batch.output import written_to
from grading.documents.course_csv import TABLE_COLUMNS, as_typed
from grading.documents.course_writer import dump_document
from grading.documents.grades_writer import course_in
from grading.documents.reading.course_reader import CourseDocument
from grading.documents.reading.json_reader import load_json
from tests.grading.documents.table_rows import rows_of
from tests.required import absent

try:
    pa: Any = importlib.import_module("pyarrow")
    pq: Any = importlib.import_module("pyarrow.parquet")
except ModuleNotFoundError:
    absent("parquet", "pyarrow is not installed", module=True)

PUBLISHED = sorted((Path(__file__).parents[3] / "grading/published").glob("*.json"))
MADRID = ZoneInfo("Europe/Madrid")
RUN_BY_NORADRENALINE = ["norepinephrine", "vasopressin"]


def parquet(table: Any, **options: Any) -> BytesIO:
    stream = BytesIO()
    pq.write_table(table, stream, **options)
    stream.seek(0)
    return stream


def one_row(**cells: Any) -> BytesIO:
    """Each cell a value, or an array of one value with its type."""
    columns = {"id": "A", "hour": 36, **cells}
    arrays = [
        value if isinstance(value, pa.Array) else pa.array([value]) for value in columns.values()
    ]
    return parquet(pa.table(arrays, list(columns)))


def courses(stream: BytesIO) -> list[Any]:
    return [course_in(piece) for piece in courses_of_input(stream)]


def only(stream: BytesIO) -> CourseDocument:
    (course,) = courses(stream)
    assert isinstance(course, CourseDocument), course
    return course


def error(stream: BytesIO) -> str:
    (refused,) = courses(stream)
    assert isinstance(refused, dict)
    return str(refused["error"])


def as_texts(rows: list[dict[str, str]]) -> Any:
    """The rows of a table, every cell a text."""
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], pa.string()) for name in TABLE_COLUMNS}
    )


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_course_in_rows_is_the_course_of_its_document(path: Path) -> None:
    document = load_json(path.read_text(encoding="utf-8"))
    in_rows = only(parquet(as_texts(rows_of(document)), row_group_size=3))
    csv_text = StringIO()
    writer = csv.DictWriter(csv_text, TABLE_COLUMNS)
    writer.writeheader()
    writer.writerows(rows_of(document))
    assert dump_document(in_rows) == dump_document(only(BytesIO(csv_text.getvalue().encode())))


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (38.9, "38.9"),
        (38.0, "38"),
        (pa.array([38.9], pa.float32()), "38.9"),
        (pa.array([38], pa.int8()), "38"),
        (pa.array([Decimal("38.900000000000001")], pa.decimal128(38, 15)), "38.900000000000001"),
        (pa.array([Decimal("38.00")], pa.decimal128(5, 2)), "38.00"),
        (pa.array(["37.99"]).dictionary_encode(), "37.99"),
        (pa.array([b"37.99"]), "37.99"),
    ],
)
def test_a_number_is_taken_as_it_is_stored(value: Any, exact: str) -> None:
    (findings,) = only(one_row(temperature_c=value)).record.findings
    assert findings.temperature_c == Decimal(exact)


def test_a_whole_number_that_a_program_stored_as_a_float_is_whole() -> None:
    stored = pa.array([{"year": 1.0, "naming": 3.0, "month": None}])
    (findings,) = only(one_row(ice=stored, vasopressor_hours=6.0)).record.findings
    points = {name: value for name, value in findings.ice.items() if value is not None}
    assert points == {"year": 1, "naming": 3}
    assert findings.vasopressor_hours == 6


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (RUN_BY_NORADRENALINE, ("norepinephrine", "vasopressin")),
        (
            pa.array([RUN_BY_NORADRENALINE], pa.large_list(pa.string())),
            ("norepinephrine", "vasopressin"),
        ),
        (["Angiotensin II"], ("angiotensin_ii",)),
        ("norepinephrine vasopressin", ("norepinephrine", "vasopressin")),
        (pa.array([[]], pa.list_(pa.string())), ()),
        (pa.array([None], pa.list_(pa.string())), None),
    ],
)
def test_a_list_is_a_list_an_empty_one_is_none_of_them(cells: Any, expected: Any) -> None:
    (findings,) = only(one_row(vasopressors=cells)).record.findings
    assert findings.vasopressors == expected


@pytest.mark.parametrize(
    "rates",
    [
        pa.array([{"norepinephrine": 0.1, "dopamine": None}]),
        pa.array([[("norepinephrine", 0.1)]], pa.map_(pa.string(), pa.float32())),
        "norepinephrine=0.1",
    ],
)
def test_a_struct_or_a_map_is_pairs_without_those_that_are_null(rates: Any) -> None:
    (findings,) = only(one_row(vasopressor_rates=rates)).record.findings
    assert findings.vasopressor_rates == {"norepinephrine": Decimal("0.1")}


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_time_is_a_time_with_its_offset(unit: str) -> None:
    infused_at = datetime(2026, 1, 5, 10, 0, tzinfo=MADRID)
    at = pa.array([infused_at + timedelta(hours=36)], pa.timestamp(unit, "UTC"))
    stream = one_row(
        hour=pa.array([None], pa.float64()),
        at=at,
        infused_at=pa.array([infused_at], pa.timestamp(unit, "Europe/Madrid")),
        birth_date=date(1960, 2, 1),
    )
    course = only(stream)
    assert course.record.findings[0].elapsed == timedelta(hours=36)
    assert course.record.infused_at == infused_at
    assert course.record.birth_date == date(1960, 2, 1)


def test_a_time_without_an_offset_is_refused_as_in_any_document() -> None:
    naive = pa.array([datetime(2026, 1, 6, 10, 0)], pa.timestamp("us"))  # noqa: DTZ001 - meant
    infused_at = "2026-01-05T10:00:00+00:00"
    refused = error(one_row(hour=pa.array([None], pa.int8()), at=naive, infused_at=infused_at))
    assert refused.startswith('row 1: at: "2026-01-06 10:00:00.000000"')


@pytest.mark.parametrize("text", ["=1+1", "'=1", "-5", "''", 'a, "b"\nc\r', "plain"])
def test_a_text_is_the_text_that_is_stored(text: str) -> None:
    course = only(one_row(id=text, note=text))
    assert course.id == text.strip()
    assert course.record.findings[0].note == text.strip()


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"temperature_c": 98.6}, "row 1: temperature_c: 98.6 is outside 25–45; enter °C"),
        ({"temperature_c": float("nan")}, "row 1: temperature_c: "),
        ({"fever": 1}, "row 1: fever: "),
        ({"vasopressors": pa.array([["norepinephrine", None]])}, "row 1: vasopressors"),
        ({"temp": 38.0}, 'columns: "temp" is not a known column; did you mean temperature_c?'),
        (
            {"oxygen_flow_l_min": pa.array([timedelta(1)])},
            'columns: "oxygen_flow_l_min" holds duration[us], which no cell of a table holds',
        ),
        (
            {"ice": pa.array([[{"year": 1}]])},
            'columns: "ice" holds list<element: struct<year: int64>>, which no cell of a table',
        ),
        ({"id": pa.array([None], pa.string())}, "row 1: no id: which course is it?"),
    ],
)
def test_a_mistake_names_its_row_and_column(cells: dict[str, Any], reason: str) -> None:
    assert error(one_row(**cells)).startswith(reason)


def test_rows_that_come_apart_are_refused_by_their_row() -> None:
    stream = parquet(pa.table({"id": ["A", "B", "A"], "hour": [1, 2, 3]}))
    first, second, third = courses(stream)
    assert (first.id, second.id) == ("A", "B")
    assert third["line"] == 3
    assert third["error"].startswith("row 3: other rows of this course stand further above")


def test_a_file_that_is_damaged_or_a_pipe_is_an_error_in_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = one_row(temperature_c=38.5).getvalue()
    assert error(BytesIO(whole[:-20])).startswith("this Parquet cannot be read")
    pipe = BytesIO(whole)
    monkeypatch.setattr(pipe, "seekable", lambda: False, raising=False)
    assert error(pipe) == "Parquet is read from a file, not from a pipe"


def graded(*documents: Any, wanted: Wanted, path: Path) -> str:
    """The lines of CSV, which are also written to a Parquet file at `path`."""
    text = "\n".join(map(json.dumps, documents))
    lines = grade_batch(wanted, list(courses_of_input(BytesIO(text.encode())))).text
    with written_to(path, wanted) as write:
        for line in lines.splitlines(keepends=True):
            write(line)
    return lines


def document(name: str, **findings: Any) -> dict[str, Any]:
    assessments = [{"hour": 24.25, **findings}]
    return {"format": "cartox-course-1", "id": name, "assessments": assessments}


def test_grades_come_out_with_the_columns_of_the_csv_and_their_types(tmp_path: Path) -> None:
    path = tmp_path / "grades.parquet"
    wanted = Wanted(table=True, reasons=True)
    shock = {"temperature_c": 39, "hypotension": True, "vasopressors": ["norepinephrine"]}
    other = {"attribution": {"hypotension": "other"}, "oxygen_device": "room_air"}
    documents = [
        document("=A, 1", **shock, oxygen_device="cpap"),
        document('-"B"', **shock, **other),
        document("hot", temperature_c=98.6),
        *(json.loads(published.read_text(encoding="utf-8")) for published in PUBLISHED),
    ]
    lines = graded(*documents, wanted=wanted, path=path)
    table = pq.read_table(path)
    names = wanted.first_line().rstrip().split(",")
    assert table.column_names == names
    assert {"int8", "bool", "double", "string"} <= {str(field.type) for field in table.schema}
    say = {None: "", True: "true", False: "false"}
    from_parquet = [
        [say[cell] if cell is None or isinstance(cell, bool) else cell for cell in row.values()]
        for row in table.to_pylist()
    ]
    from_csv = [list(map(as_typed, row)) for row in csv.reader(StringIO(lines, newline=""))]
    assert len(from_csv) > 8
    for ours, theirs in zip(from_parquet, from_csv, strict=True):
        numbers = zip(ours, theirs, strict=True)
        assert [float(b) if isinstance(a, int | float) else b for a, b in numbers] == ours


def test_an_id_with_the_end_of_a_line_in_it_stays_one_cell(tmp_path: Path) -> None:
    for form in ("a\rb", "a\nb", "a\r\nb"):
        lines = graded(document(form), wanted=Wanted(table=True), path=tmp_path / "x.parquet")
        assert pq.read_table(tmp_path / "x.parquet").column("id").to_pylist() == [form]
        assert [row[0] for row in csv.reader(StringIO(lines, newline=""))] == [form]


def test_the_command_goes_from_parquet_to_parquet(tmp_path: Path) -> None:
    source, target = tmp_path / "registry.parquet", tmp_path / "grades.parquet"
    pq.write_table(
        pa.table({"id": ["A", "B"], "hour": [1, 2], "temperature_c": [38.5, None]}), source
    )
    call_command("grade", str(source), output=target, jobs=1)
    grades = pq.read_table(target, columns=["id", "hour", "crs_astct_2019"]).to_pylist()
    assert grades == [
        {"id": "A", "hour": 1.0, "crs_astct_2019": 1},
        {"id": "B", "hour": 2.0, "crs_astct_2019": None},
    ]
    with pytest.raises(CommandError, match="leave out --json"):
        call_command("grade", str(source), output=target, table=False)
