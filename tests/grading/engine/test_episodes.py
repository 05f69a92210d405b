"""Onset, resolution, peak and daily maximum over a course."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from grading.engine.result import CourseSummary
from grading.local_rules import DEFAULT
from grading.record import Dose, Event, Findings, Record
from grading.rules.systems import grade_record


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def entry(hour: float, temperature: str | None = "36.8", **signs: object) -> Findings:
    """A complete CRS entry, afebrile unless said otherwise."""
    temperature_c = None if temperature is None else Decimal(temperature)
    normal = {"hypotension": False, "vasopressors": (), "oxygen_device": "room_air"}
    return Findings(
        hours(hour), f"{hour:09.3f}", temperature_c=temperature_c, **{**normal, **signs}
    )  # type: ignore[arg-type]


def exam(hour: float, ice_total: int | None, **signs: object) -> Findings:
    """A complete neurologic examination."""
    normal = {"consciousness": "spontaneous", "seizure": "none", "motor": "none", "icp": ()}
    return Findings(hours(hour), f"{hour:09.3f}", ice_total=ice_total, **{**normal, **signs})  # type: ignore[arg-type]


def crs(*findings: Findings, **course: object) -> CourseSummary:
    return grade_record(Record(findings=findings, **course), DEFAULT)["crs_astct_2019"].course  # type: ignore[arg-type]


def icans(*findings: Findings, **course: object) -> CourseSummary:
    record = Record(age_years=Decimal(60), findings=findings, **course)  # type: ignore[arg-type]
    return grade_record(record, DEFAULT)["icans_astct_2019"].course


def test_onset_is_the_first_positive() -> None:
    assert crs(entry(12), entry(24, "38.4"), entry(36, "39")).onset == hours(24)


def test_resolved_at_the_first_all_clear_that_lasts_24_h() -> None:
    course = crs(entry(24, "38.4"), entry(36), entry(48), entry(60))
    assert course.resolved == hours(36)


def test_not_resolved_while_clear_for_less_than_24_h() -> None:
    assert crs(entry(24, "38.4"), entry(36), entry(59.99)).resolved is None


def test_resolution_needs_an_entry_24_h_later_that_is_itself_clear() -> None:
    assert crs(entry(24, "38.4"), entry(36), entry(70, "38.4")).resolved is None


def test_a_null_entry_in_between_starts_the_24_h_again() -> None:
    course = crs(entry(24, "38.4"), entry(36), entry(48, None), entry(60), entry(72), entry(84))
    assert course.resolved == hours(60)


def test_a_review_in_between_starts_the_24_h_again() -> None:
    low = {"hypotension": True}
    course = crs(entry(24, "38.4"), entry(36), entry(48, **low), entry(50), entry(73))
    assert course.resolved is None


def test_an_entry_without_the_part_is_ignored() -> None:
    course = crs(entry(24, "38.4"), entry(36), exam(48, 4), entry(60))
    assert course.resolved == hours(36)


def test_a_second_episode_needs_a_new_fever_and_is_the_one_reported() -> None:
    course = crs(entry(24, "38.4"), entry(36), entry(60), entry(100, "38.0"))
    assert (course.onset, course.resolved) == (hours(100), None)
    assert [(item.onset, item.resolved) for item in course.episodes] == [
        (hours(24), hours(36)),
        (hours(100), None),
    ]


def test_a_dose_of_the_first_episode_waives_nothing_in_the_second() -> None:
    record = Record(
        findings=(
            entry(24, "38.4"),
            entry(36),
            entry(60),
            entry(100, "38.0"),
            entry(112, hypotension=True),
        ),
        doses=(Dose(hours(25), "tocilizumab"),),
    )
    last = grade_record(record, DEFAULT)["crs_astct_2019"].results[-1]
    assert (last.grade, last.review, last.would_be) == (None, True, 2)


def test_peak_holds_a_lower_bound_but_never_a_would_be() -> None:
    bounded = entry(24, "38.4", hypotension=True, vasopressors=None)
    assert crs(bounded).peak == 2
    assert crs(entry(24, oxygen_device="cpap")).peak is None


def test_peak_is_null_where_nothing_was_gradable() -> None:
    assert crs(entry(24, None)).peak is None


def test_daily_maximum_leaves_out_days_without_a_grade() -> None:
    course = crs(entry(24, "38.4"), entry(30, "38.4", hypotension=True), entry(50, None))
    assert course.daily == {1: 2}


@pytest.mark.parametrize(("cause", "peak"), [("crs", 5), ("icans", 1), ("other", 1)])
def test_death_is_5_only_for_the_toxicity_it_is_attributed_to(cause: str, peak: int) -> None:
    event = Event(hours(60), "death", cause)
    assert crs(entry(24, "38.4"), events=(event,)).peak == peak


def test_death_makes_its_day_5_and_leaves_the_assessments_alone() -> None:
    record = Record(
        age_years=Decimal(60), findings=(exam(24, 5),), events=(Event(hours(60), "death", "icans"),)
    )
    graded = grade_record(record, DEFAULT)["icans_astct_2019"]
    assert graded.course.daily == {1: 2, 2: 5}
    assert graded.results[0].grade == 2


def test_icans_resolves_by_examinations_that_are_complete() -> None:
    assert icans(exam(24, 8), exam(36, 10), exam(60, 10)).resolved == hours(36)


def test_an_examination_with_open_domains_is_no_all_clear() -> None:
    open_ended = {"seizure": None}
    course = icans(exam(24, 8), exam(36, 10, **open_ended), exam(60, 10, **open_ended))
    assert course.resolved is None


def test_an_examination_not_done_starts_the_24_h_again() -> None:
    course = icans(exam(24, 8), exam(36, 10), exam(48, None, ice_not_done="asleep"), exam(61, 10))
    assert course.resolved is None


def test_days_are_calendar_days_of_the_ward() -> None:
    record = Record(
        infused_at=datetime(2026, 1, 5, 22, 30, tzinfo=UTC), zone=ZoneInfo("America/New_York")
    )
    assert record.day(hours(6)) == 0  # 23:30 in New York
    assert record.day(hours(7)) == 1  # half past midnight
    assert record.day(hours(-18)) == -1


def test_the_day_changes_at_local_midnight_on_a_short_and_a_long_night() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    for infused_at, until_midnight in (
        (datetime(2026, 3, 28, 12, tzinfo=madrid), 12 + 23),
        (datetime(2026, 10, 24, 12, tzinfo=madrid), 12 + 25),
    ):
        record = Record(infused_at=infused_at.astimezone(UTC), zone=madrid)
        assert record.day(hours(until_midnight - 0.01)) == 1
        assert record.day(hours(until_midnight)) == 2


def test_without_dates_a_day_is_24_h() -> None:
    assert [Record().day(hours(hour)) for hour in (-0.5, 0, 23.9, 24)] == [-1, 0, 0, 1]
