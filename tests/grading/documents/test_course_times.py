"""Times without an offset are read in the time zone of the course, and never guessed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from grading.documents.reading.course_reader import read_document
from grading.documents.reading.mistakes import DocumentError
from grading.record import Record

BERLIN = {"infused_at": "2026-03-20T10:00", "time_zone": "Europe/Berlin"}
"""Clocks in Berlin skip 02:00–03:00 on 29 March 2026 and repeat it on 25 October 2026."""
FIELDS = {
    "course.closed_at": lambda text: {"course": {"closed_at": text}},
    "course.weighed_at": lambda text: {"course": {"weighed_at": text}},
    "course.later_infusions[0]": lambda text: {"course": {"later_infusions": [text]}},
    "assessments[0].at": lambda text: {"assessments": [{"at": text}]},
    "labs[0].at": lambda text: {"labs": [{"at": text, "analyte": "crp", "value": 1}]},
    "doses[0].at": lambda text: {"doses": [{"at": text, "agent": "tocilizumab"}]},
    "doses[0].end_at": lambda text: {
        "doses": [{"hour": 1, "end_at": text, "agent": "norepinephrine"}]
    },
    "events[0].at": lambda text: {"events": [{"at": text, "kind": "relapse"}]},
}


def read(course: dict[str, Any], parts: dict[str, Any]) -> Record:
    value = {"format": "cartox-course-1", **parts}
    value["course"] = course | parts.get("course", {})
    return read_document(json.dumps(value).encode()).record


def mistakes(course: dict[str, Any], parts: dict[str, Any]) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        read(course, parts)
    return [str(mistake) for mistake in caught.value.mistakes]


def elapsed(record: Record, path: str) -> timedelta | None:
    values: dict[str, Any] = {
        "course.closed_at": lambda: record.closed,
        "course.weighed_at": lambda: record.weighed,
        "course.later_infusions[0]": lambda: record.later_infusions[0],
        "assessments[0].at": lambda: record.findings[0].elapsed,
        "labs[0].at": lambda: record.labs[0].elapsed,
        "doses[0].at": lambda: record.doses[0].elapsed,
        "doses[0].end_at": lambda: record.doses[0].ended,
        "events[0].at": lambda: record.events[0].elapsed,
    }
    time: timedelta | None = values[path]()
    return time


@pytest.mark.parametrize("path", FIELDS)
@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2026-03-21T10:00", 24),
        ("2026-03-28T10:00", 8 * 24),
        ("2026-03-29T10:00", 9 * 24 - 1),
        ("2026-10-24T10:00", 218 * 24 - 1),
        ("2026-10-26T10:00", 220 * 24),
        ("2026-03-21T10:00+00:00", 25),
        ("2026-03-21T09:00Z", 24),
    ],
)
def test_a_difference_across_a_change_of_clocks_is_in_true_hours(
    path: str, text: str, hours: int
) -> None:
    assert elapsed(read(BERLIN, FIELDS[path](text)), path) == timedelta(hours=hours)


@pytest.mark.parametrize("path", FIELDS)
def test_the_repeated_hour_of_autumn_is_refused_with_both_readings(path: str) -> None:
    (mistake,) = mistakes(BERLIN, FIELDS[path]("2026-10-25T02:30"))
    assert mistake.startswith(f'{path}: "2026-10-25T02:30" stands for two times in Europe/Berlin, ')
    assert "2026-10-25T02:30:00+02:00 and 2026-10-25T02:30:00+01:00; write the one" in mistake
    first, second = (
        elapsed(read(BERLIN, FIELDS[path](f"2026-10-25T02:30:00+0{offset}:00")), path)
        for offset in (2, 1)
    )
    assert first is not None
    assert second == first + timedelta(hours=1)


@pytest.mark.parametrize("path", FIELDS)
def test_the_skipped_hour_of_spring_is_refused(path: str) -> None:
    assert mistakes(BERLIN, FIELDS[path]("2026-03-29T02:30")) == [
        f'{path}: "2026-03-29T02:30" does not exist in Europe/Berlin: the clocks skip this hour'
    ]


@pytest.mark.parametrize("path", FIELDS)
def test_without_a_time_zone_a_time_needs_its_offset(path: str) -> None:
    course = {"infused_at": "2026-03-20T10:00:00+01:00"}
    reason = '"2026-03-21T10:00" has no offset from UTC; add it, or give course.time_zone'
    assert mistakes(course, FIELDS[path]("2026-03-21T10:00")) == [f"{path}: {reason}"]
    with_offset = read(course, FIELDS[path]("2026-03-21T10:00+01:00"))
    assert elapsed(with_offset, path) == timedelta(hours=24)


@pytest.mark.parametrize("path", FIELDS)
@pytest.mark.parametrize("text", ["2026-03-21", "20260321", "2026-W12-6"])
def test_a_date_without_a_time_of_day_is_no_midnight(path: str, text: str) -> None:
    assert mistakes(BERLIN, FIELDS[path](text)) == [f'{path}: "{text}" has no time of day']


@pytest.mark.parametrize("path", FIELDS)
def test_without_an_infusion_only_hours_are_times(path: str) -> None:
    reason = f"{path}: needs course.infused_at; without it give hours"
    assert mistakes({"time_zone": "Europe/Berlin"}, FIELDS[path]("2026-03-21T10:00")) == [reason]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-10-25T02:30", "stands for two times in Europe/Berlin"),
        ("2026-03-29T02:30", "does not exist in Europe/Berlin"),
        ("yesterday", "is not an ISO 8601 time"),
        ("2026-03-20", "has no time of day"),
        ("1066-10-14T10:00", "1066 is outside 1990–2150"),
        ("9999-12-31T23:59", "9999 is outside 1990–2150"),
        ("0001-01-01T00:00", "is not a time of our calendar"),
    ],
)
def test_a_wrong_time_of_the_infusion_is_the_only_mistake_of_its_course(
    text: str, reason: str
) -> None:
    entries = {"assessments": [{"at": "2026-10-26T10:00"}] * 2}
    (mistake,) = mistakes(BERLIN | {"infused_at": text}, entries)
    assert mistake.startswith("course.infused_at: ")
    assert reason in mistake


def test_an_infusion_without_an_offset_is_one_in_the_time_zone_of_the_course() -> None:
    infused_at = read(BERLIN, {}).infused_at
    assert infused_at is not None
    assert infused_at.isoformat() == "2026-03-20T10:00:00+01:00"
    (mistake,) = mistakes({"infused_at": "2026-03-20T10:00"}, {})
    assert mistake.startswith('course.infused_at: "2026-03-20T10:00" has no offset from UTC')


def test_a_wrong_time_zone_is_the_only_mistake_of_its_course() -> None:
    course = BERLIN | {"time_zone": "Europe/Berln"}
    entries = {"assessments": [{"at": "2026-10-26T10:00"}] * 2}
    (mistake,) = mistakes(course, entries)
    reason = '"Europe/Berln" is not a known time zone; did you mean Europe/Berlin?'
    assert mistake == f"course.time_zone: {reason}"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Tocilizumab", "tocilizumab"),
        ("ACTEMRA", "tocilizumab"),
        ("noradrenaline", "norepinephrine"),
    ],
)
def test_an_agent_has_other_names_in_any_case(agent: str, name: str) -> None:
    record = read({}, {"doses": [{"hour": 1, "agent": agent}]})
    assert record.doses[0].agent == name


@pytest.mark.parametrize(
    ("analyte", "name"),
    [("Ferritin", "ferritin"), ("CRP", "crp"), ("Hb", "hemoglobin"), ("HGB", "hemoglobin")],
)
def test_an_analyte_has_other_names_in_any_case(analyte: str, name: str) -> None:
    record = read({}, {"labs": [{"hour": 1, "analyte": analyte, "value": 5}]})
    assert record.labs[0].analyte == name
