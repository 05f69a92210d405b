"""Tables that other programs export: the refusal says what they are and how to map them."""

from __future__ import annotations

from io import BytesIO

import pytest

from grading.batch.grade_many import courses_of_input
from grading.documents.course_csv import TABLE_COLUMNS
from grading.documents.foreign_tables import HERE
from grading.documents.grades_writer import course_in
from grading.documents.split_json import Piece

REDCAP = (
    "record_id,redcap_event_name,vs_datetime,temp,sbp,dbp,spo2,o2_device,ice_total\n"
    "101,infusion_arm_1,2026-01-07 14:30,38.9,88,52,93,2,8\n"
)
FLOWSHEET = (
    "PAT_ID,RECORDED_TIME,FLO_MEAS_NAME,MEAS_VALUE\n"
    "Z1,01/05/2026 14:30,Temp (F),101.3\n"
    "Z1,01/05/2026 14:30,O2 Device,Nasal cannula\n"
)
CDISC = "USUBJID\tVSTESTCD\tVSORRES\tVSDTC\nS-1\tTEMP\t38.9\t2026-01-07T14:30\n"
MIMIC = "subject_id;charttime;label;valuenum\n7;2150-01-01 10:00;Heart Rate;88\n"
SPREADSHEET = "Patient,Date/Time,Temp (F),O2 Device,HR\nA,1/7/26,101,RA,99\n"
WITH_ID = "id,Temperature,SBP\nA,38.9,88\n"


def refused(text: str) -> list[str]:
    (answer,) = (course_in(piece) for piece in courses_of_input(BytesIO(text.encode())))
    assert isinstance(answer, dict)
    errors: list[str] = answer["errors"]
    return errors


@pytest.mark.parametrize("text", [FLOWSHEET, CDISC, MIMIC])
def test_one_measurement_a_row_is_to_be_put_into_one_row_for_each_time(text: str) -> None:
    first, *_ = refused(text)
    assert first.startswith("line 1: this is a table with one measurement in each row")
    assert "none of its columns is known" in first
    assert "--template" in first


@pytest.mark.parametrize("text", [REDCAP, SPREADSHEET])
def test_a_table_with_a_column_for_each_measurement_is_to_be_renamed(text: str) -> None:
    first, *_ = refused(text)
    assert first.startswith("line 1: this is a table from elsewhere: rename its columns")


def test_the_columns_that_are_known_are_named() -> None:
    assert "(known: ice_total;" in refused(REDCAP)[0]


@pytest.mark.parametrize(
    ("text", "column", "meant"),
    [
        (REDCAP, "record_id", "id"),
        (REDCAP, "temp", "temperature_c"),
        (REDCAP, "sbp", "systolic_mmhg"),
        (REDCAP, "vs_datetime", "at"),
        (FLOWSHEET, "PAT_ID", "id"),
        (CDISC, "USUBJID", "id"),
        (SPREADSHEET, "O2 Device", "oxygen_device"),
        (SPREADSHEET, "Temp (F)", "temperature_c"),
        (SPREADSHEET, "HR", "heart_rate"),
        (WITH_ID, "Temperature", "temperature_c"),
        (WITH_ID, "SBP", "systolic_mmhg"),
    ],
)
def test_each_column_is_answered_with_the_one_it_probably_is(
    text: str, column: str, meant: str
) -> None:
    (message,) = (error for error in refused(text) if f'"{column}"' in error)
    assert f"did you mean {meant}?" in message


def test_a_temperature_and_a_time_say_how_they_have_to_be_written() -> None:
    errors = " ".join(refused(SPREADSHEET))
    assert "in °C" in errors
    assert "with its offset" in errors


def test_a_column_without_a_counterpart_is_named_alone() -> None:
    assert 'line 1: "redcap_event_name" is not a known column' in refused(REDCAP)


def test_every_column_that_is_proposed_exists() -> None:
    assert set(HERE.values()) <= set(TABLE_COLUMNS)
    assert not set(HERE) & set(TABLE_COLUMNS)


@pytest.mark.parametrize("text", ["hello, world", "a,b\n1,2,3", "x", '{"id": 1,', "[1, 2"])
def test_what_is_no_table_is_refused_as_json(text: str) -> None:
    assert "not JSON" in refused(text)[0]


@pytest.mark.parametrize("nothing", ["NA", "NULL", "-", ".", "n/a", "NaN", "not done", "#N/A"])
@pytest.mark.parametrize(
    "column",
    ["temperature_c", "hypotension", "vasopressors", "oxygen_device", "ice", "ice_total", "amount"],
)
def test_a_word_for_nothing_asks_to_leave_the_cell_empty(column: str, nothing: str) -> None:
    row = "dose" if column == "amount" else "assessment"
    text = f"id,row,hour,{column}\nA,{row},4,{nothing}\n"
    (piece,) = courses_of_input(BytesIO(text.encode()))
    assert isinstance(piece, Piece)
    answer = course_in(piece)
    assert isinstance(answer, dict)
    message = next(error for error in answer["errors"] if column in error)
    assert message.startswith(f"line 2: {column}")
    assert "leave the cell empty where nothing was measured" in message
