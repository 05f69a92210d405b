"""The grade at a moment: which one stands, since when, its episode, and nothing of later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grading.engine.result import CourseSummary, SystemGrades
from grading.guidelines.situation.of_course import CourseGraded, situation_at
from grading.guidelines.situation.situation import GradeNow
from grading.local_rules import DEFAULT
from grading.record import Adjudication, Event, Findings
from grading.rules.systems import PRIMARY
from tests.grading.guidelines.situation.records import (
    crs,
    dose,
    graded,
    icans,
    lab,
    record,
    situation_of_record,
)
from tests.grading.guidelines.situations import hours


def crs_at(now: float, *findings: Findings, **more: object) -> GradeNow:
    return situation_of_record(record(findings, **more), now).crs


def grades_of(grade: GradeNow) -> list[int]:
    return [each.grade for each in grade.history]


UTC_20 = datetime(2026, 3, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(("hour", "day"), [(3.9, 0), (4, 1), (75.9, 3), (76, 4)])
def test_the_day_of_an_onset_and_of_a_result_is_that_of_the_calendar(hour: float, day: int) -> None:
    """Infused at 20:00: the day changes 4 h later, however long ago that is."""
    values = [lab(hour, "anc", "0.2", "10^9/L")]
    for later in (0, 3, 21):
        of = record(
            (crs(hour, 1), crs(hour + later + 0.1, 1)), labs=values, infused_at=UTC_20, zone=UTC
        )
        now = situation_of_record(of, hour + later + 0.1)
        assert (now.crs.onset_day, now.labs["anc"].day) == (day, day)


RISING = (crs(10, 0), crs(20, 1), crs(24, 2), crs(30, 2), crs(36, 3))


@pytest.mark.parametrize(
    ("now", "grade", "since", "onset", "history"),
    [
        (9, None, None, None, []),
        (10, 0, 10, None, []),
        (20, 1, 20, 20, [1]),
        (29.9, 2, 24, 20, [1, 2]),
        (30, 2, 24, 20, [1, 2, 2]),
        (36, 3, 36, 20, [1, 2, 2, 3]),
    ],
)
def test_a_grade_stands_from_its_first_entry_and_knows_its_episode(
    now: float, grade: int | None, since: float | None, onset: float | None, history: list[int]
) -> None:
    stands = crs_at(now, *RISING)
    assert (stands.grade, grades_of(stands)) == (grade, history)
    assert stands.since == (None if since is None else hours(since))
    assert stands.onset == (None if onset is None else hours(onset))


def test_the_grade_before_and_the_peak_are_those_of_the_episode() -> None:
    stands = crs_at(60, *RISING, crs(50, 2))
    assert stands.before is not None
    assert (stands.before.grade, stands.before.uid, stands.peak) == (3, "f36", 3)


def test_the_reasons_name_the_findings_with_the_entry() -> None:
    (first, second) = crs_at(36, *RISING).reasons
    assert (first.text, first.at, first.uid) == (
        "one vasopressor: norepinephrine",
        hours(36),
        "f36",
    )
    assert second.text == "fever 38.6 °C"


def test_an_entry_that_cannot_grade_leaves_the_grade_and_says_so() -> None:
    later = Findings(hours(38), "late", temperature_c=crs(0, 1).temperature_c)
    stands = crs_at(40, *RISING, later)
    assert (stands.grade, stands.is_reassessed, stands.at) == (3, False, hours(36))
    assert stands.remark == "an entry 2 h later did not replace it"
    assert grades_of(stands) == [1, 2, 2, 3]


def test_a_resolved_episode_keeps_its_onset_and_its_end() -> None:
    over = crs_at(100, *RISING, crs(48, 0), crs(60, 0), crs(72, 0), crs(80, 0))
    assert (over.grade, over.onset, over.resolved) == (0, hours(20), hours(48))
    assert grades_of(over) == [1, 2, 2, 3, 0]
    one_hour_less = crs_at(71.9, *RISING, crs(48, 0), crs(60, 0), crs(71.9, 0))
    assert one_hour_less.resolved is None


def test_signs_without_fever_are_in_review_and_belong_to_no_episode() -> None:
    low = crs(12, 2, temperature_c=crs(0, 0).temperature_c)
    stands = crs_at(12, crs(10, 0), low)
    assert (stands.grade, stands.is_review, stands.onset) == (2, True, None)
    assert grades_of(stands) == [2]


def test_a_review_stays_one_with_every_sign_counted() -> None:
    over = [crs(48, 0), crs(60, 0), crs(72, 0)]
    late = crs(900, 2, attribution={"hypotension": "other"})
    stands = crs_at(900, *RISING, *over, late)
    assert (stands.grade, stands.is_review, len(stands.put_aside)) == (2, True, 1)


def test_in_review_long_after_an_episode_its_grades_do_not_come_back() -> None:
    over = [crs(48, 0), crs(60, 0), crs(72, 0)]
    late = crs(900, 1)
    stands = crs_at(900, *RISING, *over, late)
    assert (stands.is_review, stands.onset, stands.resolved) == (True, None, hours(48))
    assert (grades_of(stands), stands.before) == ([1], None)


def test_until_a_physician_confirms_it_every_sign_counts() -> None:
    aside = crs(20, 3, attribution={"hypotension": "other"})
    stands = crs_at(20, aside)
    assert (stands.grade, stands.is_review) == (3, False)
    assert "not confirmed by a physician" in stands.remark
    (sign,) = stands.put_aside
    assert sign.text == "hypotension put down to another cause, not confirmed"
    confirmed = crs_at(20, aside._replace(attribution_confirmed=True))
    assert (confirmed.grade, confirmed.remark, confirmed.put_aside) == (1, "", ())
    named = crs_at(20, aside._replace(attribution_cause={"hypotension": "sepsis"}))
    assert named.put_aside[0].text == "hypotension put down to sepsis, not confirmed"


def test_a_lower_bound_is_marked() -> None:
    stands = crs_at(20, crs(20, 2, vasopressors=None))
    assert (stands.grade, stands.at_least) == (2, True)


def test_without_a_stored_summary_the_episode_follows_from_the_results() -> None:
    of = record([*RISING, icans(30, 6)])
    stored = {key: SystemGrades(graded(of).graded[key].results, CourseSummary()) for key in PRIMARY}
    whole, bare = situation_of_record(of, 40), situation_at(CourseGraded(of, stored), hours(40))
    assert (bare.crs, bare.icans) == (whole.crs, whole.icans)


@pytest.mark.parametrize("now", [9, 15, 22, 30, 35.9])
def test_what_was_entered_for_later_changes_nothing(now: float) -> None:
    later = {
        "doses": (dose(8, "tocilizumab"), dose(36, "tocilizumab")),
        "labs": (),
        "events": (Event(hours(36), "death", attributed_to="crs"),),
    }
    of = record([*RISING, icans(30, 6)], **later)
    until = replace(
        of,
        findings=tuple(each for each in of.findings if each.elapsed <= hours(now)),
        doses=of.doses[:1],
        events=(),
    )
    assert situation_of_record(of, now) == situation_of_record(until, now)
    assert not situation_of_record(of, now).is_dead


def test_a_decision_of_later_does_not_lower_the_grade_of_then() -> None:
    decision = Adjudication(
        hours(40), "confirmed", sign="hypotension", cause="sepsis", holds_from=hours(20)
    )
    of = record([crs(20, 3), crs(41, 3)], adjudications=(decision,))
    assert situation_of_record(of, 30).crs.grade == 3
    assert situation_of_record(of, 41).crs.grade == 1


def test_the_day_counts_from_the_latest_infusion() -> None:
    of = record([crs(10, 0)], later_infusions=(hours(240),))
    assert [situation_of_record(of, now).day for now in (239, 240, 300)] == [9, 0, 2]


def test_only_the_dead_of_now_are_dead() -> None:
    of = record([crs(10, 1)], events=(Event(hours(20), "death"),))
    assert [situation_of_record(of, now).is_dead for now in (19.9, 20)] == [False, True]


def test_the_local_rules_of_the_ward_are_part_of_the_situation() -> None:
    lenient = replace(DEFAULT, tocilizumab_total=2)
    situation = situation_of_record(record([crs(10, 2)]), 12, lenient)
    assert situation.local is lenient
    assert situation.doses.tocilizumab is not None
    assert situation.doses.tocilizumab.ceiling == 2


def test_a_grade_of_more_than_a_day_ago_says_so() -> None:
    low = crs(20, 2)
    assert crs_at(44, low).remark == ""
    assert crs_at(45, low).remark == "25 h old"
