"""When each part of a round is due: the table of defaults, windows, pauses, reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from patients.rounds.rules.clocks import (
    Clock,
    CourseFacts,
    Due,
    DueState,
    NotDoneFacts,
    PauseFacts,
    changes_after,
    due_clocks,
)
from patients.rounds.rules.schedule import Schedule

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
DEFAULTS = Schedule.from_json({})
PANEL = DEFAULTS.panel
VITALS, NEURO, LABS = Clock


def after(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def facts(**given: Any) -> CourseFacts:
    """Everything was done 24 h after the start, and nobody is ill."""
    done: dict[str, Any] = {
        "starts_at": START,
        "vitals_at": after(24),
        "neuro_at": after(24),
        "labs_at": dict.fromkeys(PANEL, after(24)),
    }
    return CourseFacts(**(done | given))


def due(clock: Clock, of: CourseFacts, at: datetime = START, **more: Any) -> Due:
    shown = {each.clock: each for each in due_clocks(of, DEFAULTS, at, **more)}
    return shown[clock]


def pause(from_hours: float, until_hours: float, ended: float | None = None) -> PauseFacts:
    back = None if ended is None else after(ended)
    return PauseFacts("p", "imaging", "MRI", after(from_hours), after(until_hours), "N", back)


def refused(hours: float, clock: Clock = VITALS) -> NotDoneFacts:
    return NotDoneFacts("n", clock, "refused", "", after(hours), "Nina")


@pytest.mark.parametrize(
    ("clock", "given", "hours"),
    [
        (VITALS, {}, 12),
        (VITALS, {"crs": 0}, 12),
        (VITALS, {"crs": 1}, 4),
        (VITALS, {"crs": 2}, 2),
        (VITALS, {"crs": 3}, 1),
        (VITALS, {"crs": 4}, 1),
        (VITALS, {"icans": 4}, 12),
        (VITALS, {"vasopressor_since": after(20)}, 1),
        (NEURO, {}, 12),
        (NEURO, {"icans": 0}, 12),
        (NEURO, {"icans": 1}, 4),
        (NEURO, {"icans": 4}, 4),
        (NEURO, {"crs": 4}, 12),
        (LABS, {}, 24),
        (LABS, {"crs": 1}, 24),
        (LABS, {"crs": 2}, 12),
        (LABS, {"crs": 4}, 12),
    ],
)
def test_each_part_is_due_by_the_grade_that_the_default_table_names(
    clock: Clock, given: dict[str, Any], hours: float
) -> None:
    shown = due(clock, facts(**given))
    assert (shown.due_at, shown.minutes) == (after(24 + hours), hours * 60)


@pytest.mark.parametrize(
    ("since", "minutes"), [(24, 30), (22.5, 30), (22.4, 240)], ids=["now", "2 h", "over"]
)
def test_icans_is_examined_half_hourly_for_two_hours_after_its_first_sign(
    since: float, minutes: int
) -> None:
    shown = due(NEURO, facts(icans=1, icans_since=after(since)))
    assert shown.due_at == after(24) + timedelta(minutes=minutes)


def test_a_first_sign_typed_late_leaves_the_half_hours_overdue_until_somebody_examines() -> None:
    late = facts(icans=1, icans_since=after(24))
    assert due(NEURO, late, after(30)).state == DueState.OVERDUE
    examined = replace(late, neuro_at=after(30))
    assert due(NEURO, examined, after(30)).due_at == after(34)


def test_a_sign_without_a_score_makes_ice_due_at_once_and_not_before() -> None:
    shown = due(NEURO, facts(icans=2, icans_since=after(27)), after(27))
    assert (shown.state, shown.due_at, shown.minutes) == (DueState.DUE, after(27), 30)


def test_a_vasopressor_makes_vital_signs_due_at_its_start_and_not_before() -> None:
    started = facts(vasopressor_since=after(30))
    assert due(VITALS, started, after(30)).due_at == after(30)


@pytest.mark.parametrize(("ward_hours", "until", "hours"), [(48, 48, 24), (48, 47.9, 48)])
def test_in_the_daily_days_of_the_label_no_interval_is_longer_than_a_day(
    ward_hours: int, until: float, hours: int
) -> None:
    first_days = facts(daily_until=after(until))
    vitals = due_clocks(first_days, Schedule.for_ward_hours(ward_hours), START)[0]
    assert vitals.due_at == after(24 + hours)


def test_the_shorter_of_the_ward_and_the_grade_counts() -> None:
    often = Schedule.for_ward_hours(1)
    hours = [each.due_at - after(24) for each in due_clocks(facts(crs=2, icans=1), often, START)]
    assert hours == [timedelta(hours=1), timedelta(hours=1), timedelta(hours=12)]


@pytest.mark.parametrize(
    ("given", "minutes"),
    [({"crs": 3}, 15), ({"crs": 2}, 30), ({"crs": 1}, 30), ({}, 30)],
    ids=["hourly", "every 2 h", "every 4 h", "twice daily"],
)
def test_on_time_lasts_a_quarter_of_the_interval_and_at_most_half_an_hour(
    given: dict[str, Any], minutes: int
) -> None:
    shown = due(VITALS, facts(**given))
    last, moment = shown.until, timedelta(microseconds=1)
    assert last - shown.due_at == timedelta(minutes=minutes)
    states = [
        due(VITALS, facts(**given), at).state
        for at in (shown.due_at - moment, shown.due_at, last, last + moment)
    ]
    assert states == [DueState.NOT_YET, DueState.DUE, DueState.DUE, DueState.OVERDUE]


def test_on_time_lasts_ten_minutes_at_least() -> None:
    shown = due(NEURO, facts(icans=1, icans_since=after(24)))
    assert shown.until - shown.due_at == timedelta(minutes=10)


def test_what_was_never_done_is_due_when_the_course_starts() -> None:
    nothing = CourseFacts(starts_at=START)
    shown = due_clocks(nothing, DEFAULTS, START)
    assert {(each.state, each.due_at, each.last_at) for each in shown} == {
        (DueState.DUE, START, None)
    }
    assert shown[2].missing == PANEL


def test_observations_from_before_the_course_make_nothing_due_before_it() -> None:
    early = facts(starts_at=after(40))
    assert {each.due_at for each in due_clocks(early, DEFAULTS, START)[:2]} == {after(40)}


def test_a_panel_is_as_old_as_the_oldest_of_its_newest_results() -> None:
    newest = dict.fromkeys(PANEL, after(24)) | {"ferritin": after(20), "sodium": after(1)}
    shown = due(LABS, facts(labs_at=newest))
    assert (shown.due_at, shown.last_at, shown.missing) == (after(44), after(20), ("ferritin",))


def test_a_panel_lacks_a_value_that_was_never_measured_and_says_which() -> None:
    newest = dict.fromkeys(PANEL[1:], after(24))
    shown = due(LABS, facts(labs_at=newest), after(25))
    assert (shown.due_at, shown.missing) == (START, PANEL[:1])
    assert shown.state == DueState.OVERDUE


@pytest.mark.parametrize("field", ["died_at", "closed_at"])
def test_after_a_death_or_the_closing_nothing_is_due(field: str) -> None:
    ended = facts(**{field: after(30)})
    shown = due_clocks(ended, DEFAULTS, after(90), pauses=(pause(80, 100),))
    assert {(each.state, each.due_at) for each in shown} == {(DueState.ENDED, after(30))}
    assert changes_after(ended, DEFAULTS, after(90)) is None


def test_a_pause_holds_every_clock_until_its_end_and_says_why() -> None:
    away = (pause(30, 37),)
    shown = due_clocks(facts(), DEFAULTS, after(36), pauses=away)
    assert {each.state for each in shown} == {DueState.PAUSED}
    assert (shown[0].reason, shown[0].away_until) == ("imaging, MRI", after(37))
    assert due(VITALS, facts(), after(29.9), pauses=away).state == DueState.NOT_YET
    assert due(VITALS, facts(), after(37), pauses=away).state == DueState.DUE


def test_a_patient_who_is_examined_is_not_away_even_if_nobody_entered_the_return() -> None:
    of = facts(vitals_at=after(31), neuro_at=after(29), crs=3)
    away = (pause(30, 37),)
    assert due(VITALS, of, after(33), pauses=away).state == DueState.OVERDUE
    assert due(VITALS, of, after(33), pauses=away).due_at == after(32)
    assert due(NEURO, of, after(33), pauses=away).state == DueState.PAUSED


@pytest.mark.parametrize(
    ("left", "planned", "back", "due_at"),
    [
        (35, 38, None, 38),
        (35, 38, 37, 37),
        (35, 38, 39, 39),
        (36.5, 38, None, 38),
        (36.6, 38, None, 36),
        (33, 36, None, 36),
        (33, 37, 35, 36),
        (37, 38, 36.9, 36),
    ],
    ids=[
        "as planned",
        "back earlier",
        "back later",
        "within the window",
        "overdue when he left",
        "over when it was due",
        "back before it was due",
        "never left",
    ],
)
def test_what_became_due_in_a_pause_is_due_at_the_return(
    left: float, planned: float, back: float | None, due_at: float
) -> None:
    shown = due(VITALS, facts(), after(50), pauses=(pause(left, planned, back),))
    assert shown.due_at == after(due_at)
    assert shown.until == after(due_at + 0.5)


def test_a_pause_that_nobody_ended_pauses_nothing_after_its_end() -> None:
    assert due(VITALS, facts(), after(38), pauses=(pause(30, 33),)).state == DueState.OVERDUE


def test_a_reason_stands_for_one_interval_and_then_the_part_is_due_again() -> None:
    given = (refused(36.1),)
    shown = due(VITALS, facts(), after(40), not_done=given)
    assert (shown.state, shown.reason, shown.not_done_at) == (
        DueState.NOT_DONE,
        "refused",
        after(36.1),
    )
    assert (shown.due_at, shown.last_at) == (after(48.1), after(24))
    assert due(VITALS, facts(), after(48.1), not_done=given).state == DueState.DUE
    assert due(VITALS, facts(), after(48.7), not_done=given).state == DueState.OVERDUE
    assert due(NEURO, facts(), after(40), not_done=given).state == DueState.OVERDUE


@pytest.mark.parametrize(
    ("given", "due_at"), [(35.5, 47.5), (35.4, 36)], ids=["in the window before", "too early"]
)
def test_a_reason_given_before_its_time_puts_nothing_off(given: float, due_at: float) -> None:
    assert due(VITALS, facts(), not_done=(refused(given),)).due_at == after(due_at)


def test_a_reason_older_than_the_last_whole_part_is_over() -> None:
    done_since = facts(vitals_at=after(36.2))
    assert due(VITALS, done_since, not_done=(refused(36.1),)).state == DueState.NOT_YET


def test_a_reason_in_an_entry_stands_like_one_that_was_marked() -> None:
    of_entry = facts(not_done={"vitals": ("refused", after(36))})
    shown = due(VITALS, of_entry, after(37))
    assert (shown.state, shown.due_at) == (DueState.NOT_DONE, after(48))
    early = facts(not_done={"vitals": ("refused", after(30))})
    assert due(VITALS, early, after(37)).state == DueState.OVERDUE


def test_a_reason_for_ice_sets_its_clock_anew_whenever_it_was_given() -> None:
    score = {"at": after(24), "before_at": None}
    asleep = {"neuro": ("asleep, not woken", after(30))}
    shown = due(NEURO, facts(neuro_at=after(30), score=score, not_done=asleep), after(31))
    assert (shown.state, shown.reason) == (DueState.NOT_DONE, "asleep, not woken")
    assert (shown.due_at, shown.last_at) == (after(42), after(24))


def test_a_rise_of_the_grade_shortens_a_reason_too() -> None:
    assert due(VITALS, facts(crs=3), not_done=(refused(36.1),)).due_at == after(37.1)


def test_the_next_change_by_the_clock_is_named() -> None:
    of, away = facts(), (pause(30, 33),)
    moments = []
    at: datetime | None = after(25)
    while at is not None:
        moments.append(at)
        at = changes_after(of, DEFAULTS, at, pauses=away)
    just_after = timedelta(microseconds=1)
    assert moments[1:] == [
        after(30),
        after(33),
        after(36),
        after(36.5) + just_after,
        after(48),
        after(48.5) + just_after,
    ]


def test_facts_pauses_and_reasons_come_back_as_they_were_stored() -> None:
    score = {
        "test": "ICE",
        "points": 7,
        "at": after(24),
        "entry": "u",
        "before": 10,
        "before_at": after(12),
    }
    moments = (
        "infused_at",
        "daily_until",
        "icans_since",
        "vasopressor",
        "vasopressor_since",
        "died_at",
        "closed_at",
    )
    times = {name: after(hour) for hour, name in enumerate(moments)}
    not_done = {"neuro": ("asleep", after(25))}
    whole = facts(neuro_test="CAPD", crs=2, icans=1, score=score, not_done=not_done, **times)
    assert CourseFacts.from_json(whole.to_json()) == whole
    assert CourseFacts.from_json(facts().to_json()) == facts()
    for each in (pause(1, 2), pause(1, 2, 1.5)):
        assert PauseFacts.from_json(each.to_json()) == each
    assert NotDoneFacts.from_json(refused(3).to_json()) == refused(3)
