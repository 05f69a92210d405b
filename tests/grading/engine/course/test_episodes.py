"""Onset, resolution, peak and daily maximum over a course."""

from __future__ import annotations

from dataclasses import replace
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


def test_peak_is_null_where_only_entries_before_the_infusion_were_gradable() -> None:
    assert crs(entry(-5)).peak is None
    course = crs(entry(-1), entry(0, None), entry(30, None))
    assert (course.peak, course.daily) == (None, {-1: 0})
    assert icans(exam(-5, 10), exam(24, None, consciousness=None)).peak is None


def test_peak_counts_from_the_moment_of_the_infusion() -> None:
    assert crs(entry(-1), entry(0)).peak == 0
    assert icans(exam(-5, 10), exam(0, 10)).peak == 0


def test_a_death_is_the_peak_where_nothing_was_gradable() -> None:
    assert crs(entry(-1), events=(Event(hours(60), "death", "crs"),)).peak == 5


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


def spans(course: CourseSummary) -> list[tuple[float, float | None]]:
    """Onset and resolution of each episode in hours."""
    hour = timedelta(hours=1)
    return [(e.onset / hour, e.resolved and e.resolved / hour) for e in course.episodes]


@pytest.mark.parametrize(
    ("last", "episodes"), [(108, [(24, 36), (108, None)]), (107.9, [(24, None)])]
)
def test_an_episode_that_nobody_saw_for_72_h_ended_at_its_first_all_clear(
    last: float, episodes: list[tuple[float, float | None]]
) -> None:
    assert spans(crs(entry(24, "38.4"), entry(36), entry(last, "38.4"))) == episodes
    assert spans(icans(exam(24, 8), exam(36, 10), exam(last, 8))) == episodes


def test_the_older_scales_end_an_unseen_episode_too() -> None:
    findings = (entry(24, "38.4"), entry(36), entry(108, "38.4"))
    graded = grade_record(Record(findings=findings), DEFAULT)
    for key in ("crs_mskcc_2018", "crs_ctcae_5_0"):
        assert spans(graded[key].course) == [(24, 36), (108, None)], key


def test_seizures_end_an_unseen_episode_too() -> None:
    findings = [exam(24, 10, seizure="resolved"), exam(36, 10), exam(108, 10, seizure="resolved")]
    graded = grade_record(Record(age_years=Decimal(60), findings=tuple(findings)), DEFAULT)
    assert spans(graded["seizure_ctcae_4_03"].course) == [(24, 36), (108, None)]
    assert spans(graded["cres_cartox_2018"].course) == [(24, None)]  # no head of government


def test_an_unseen_episode_without_an_all_clear_goes_on() -> None:
    assert spans(icans(exam(24, 8), exam(200, 8))) == [(24, None)]
    partly = exam(36, 10, seizure=None)  # at least 0 is no all-clear
    assert spans(icans(exam(24, 8), partly, exam(200, 8))) == [(24, None)]


def test_the_end_of_an_unseen_episode_is_the_first_all_clear_since_the_last_sign() -> None:
    course = icans(exam(24, 8), exam(30, 10), exam(36, 8), exam(40, 10), exam(50, 10), exam(130, 8))
    assert spans(course) == [(24, 40), (130, None)]


def test_the_end_of_an_unseen_episode_is_seen_by_an_entry_of_its_part_alone() -> None:
    course = icans(exam(24, 8), exam(36, 10), entry(60), entry(90), entry(130))
    assert spans(course) == [(24, None)]
    assert spans(icans(exam(24, 8), exam(36, 10), entry(90), exam(110, 8)))[0] == (24, 36)


def test_an_unseen_episode_ends_even_where_the_next_entry_has_no_grade() -> None:
    asleep = exam(130, None, consciousness=None, ice_not_done="asleep")
    assert spans(icans(exam(24, 8), exam(36, 10), asleep)) == [(24, 36)]
    assert crs(entry(24, "38.4"), entry(36), entry(110, None)).resolved == hours(36)


def test_a_ward_may_wait_longer_before_an_unseen_episode_ends() -> None:
    record = Record(findings=(entry(24, "38.4"), entry(36), entry(108, "38.4")))
    longer = replace(DEFAULT, episode_unseen_hours=96)
    assert spans(grade_record(record, longer)["crs_astct_2019"].course) == [(24, None)]
