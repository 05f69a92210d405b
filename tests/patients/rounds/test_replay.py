"""What came of every due time: each minute belongs to one window, and each set to one count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.rounds.rules.clocks import Clock, CourseFacts, DueState, PauseFacts, due_clocks
from patients.rounds.rules.replay import (
    ClockStory,
    DueWindow,
    PartDone,
    PartOmitted,
    WindowOutcome,
    replay,
    windows_between,
)
from patients.rounds.rules.schedule import IntervalRow, Schedule, When

START = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
TWELVE, FOUR, HOURLY = (timedelta(hours=hours) for hours in (12, 4, 1))
SCHEDULE = Schedule(
    rows=(
        IntervalRow("vitals", When.ALWAYS, 0, 720, "twice daily"),
        IntervalRow("vitals", When.CRS, 1, 240, "CRS 1"),
        IntervalRow("vitals", When.CRS, 3, 60, "CRS 3"),
        IntervalRow("vitals", When.VASOPRESSOR, 0, 60, "as for CRS 3"),
        IntervalRow("neuro", When.ALWAYS, 0, 720, "twice daily"),
        IntervalRow("labs", When.ALWAYS, 0, 1440, "daily"),
    ),
    panel=("crp",),
    shifts=(time(7, 30), time(19, 30)),
)
WELL = CourseFacts(starts_at=START, crs=0, icans=0)
SICK = replace(WELL, crs=3)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def vitals(
    *hours: float,
    facts: CourseFacts = WELL,
    not_done: tuple[PartOmitted, ...] = (),
    pauses: tuple[PauseFacts, ...] = (),
    later: tuple[tuple[datetime, CourseFacts], ...] = (),
) -> ClockStory:
    done = tuple(PartDone(at(each)) for each in hours)
    return ClockStory(Clock.VITALS, ((START, facts), *later), done, not_done, pauses)


def pause(begin: float, end: float) -> PauseFacts:
    return PauseFacts("p", "imaging", "", at(begin), at(end), "N. Nurse")


def replayed(story: ClockStory, until: float) -> list[tuple[str, float, float]]:
    """Each window as its outcome, when it was due and when it ended, in hours."""
    windows = replay(story, SCHEDULE, until=at(until))
    return [
        (each.outcome.value, (each.due_at - START) / HOURLY, (each.to_at - START) / HOURLY)
        for each in windows
    ]


def test_the_first_set_is_due_when_the_course_starts() -> None:
    assert replayed(vitals(0.25), 1)[0] == ("on_time", 0, 0.25)


@pytest.mark.parametrize(
    ("hours", "outcome", "late"),
    [
        (11.9, "early", 0),
        (12, "on_time", 0),
        (12.5, "on_time", 0),
        (12 + 31 / 60, "late", 31),
        (23.9, "late", 714),
    ],
)
def test_a_set_counts_by_its_window(hours: float, outcome: str, late: int) -> None:
    window = replay(vitals(0, hours), SCHEDULE, until=at(hours))[1]
    assert (window.outcome.value, window.late_minutes) == (outcome, late)


def test_a_set_that_comes_once_the_next_is_due_leaves_one_missed() -> None:
    assert replayed(vitals(0, 24), 25)[1:3] == [("missed", 12, 24), ("on_time", 24, 24)]


def test_a_set_before_it_is_due_sets_the_clock_anew() -> None:
    assert replayed(vitals(0, 6), 18)[1:] == [("early", 12, 6), ("open", 18, 18)]


def test_every_hour_without_a_set_is_one_missed() -> None:
    outcomes = [outcome for outcome, _, _ in replayed(vitals(0, facts=SICK), 5.5)]
    assert outcomes == ["on_time", *["missed"] * 4, "open"]


def test_a_reason_at_its_time_is_counted_and_sets_the_clock_anew() -> None:
    refused = (PartOmitted(at(12), "refused"),)
    windows = replay(vitals(0, not_done=refused), SCHEDULE, until=at(20))
    assert [(each.outcome.value, each.reason) for each in windows[1:]] == [
        ("not_done", "refused"),
        ("open", ""),
    ]
    assert windows[-1].due_at == at(24)


@pytest.mark.parametrize(("hours", "counts"), [(11.49, False), (11.5, True)])
def test_a_reason_given_long_before_moves_nothing(hours: float, counts: bool) -> None:
    asleep = (PartOmitted(at(hours), "asleep"),)
    outcomes = [each[0] for each in replayed(vitals(0, not_done=asleep), 12.1)]
    assert ("not_done" in outcomes) is counts


def test_a_score_that_was_not_done_stands_with_its_reason() -> None:
    done = (PartDone(at(0)), PartDone(at(3), reason="sedated"))
    story = ClockStory(Clock.NEURO, ((START, WELL),), done)
    assert [each.reason for each in replay(story, SCHEDULE, until=at(4))][1] == "sedated"


def test_what_is_due_during_a_pause_is_due_from_the_return() -> None:
    windows = replay(vitals(0, 15, pauses=(pause(11, 14.9),)), SCHEDULE, until=at(15))
    assert (windows[1].outcome, windows[1].due_at) == (WindowOutcome.ON_TIME, at(14.9))
    assert windows[1].after_pause


@pytest.mark.parametrize(("leaves", "outcome"), [(12.5, "on_time"), (12.51, "late")])
def test_a_pause_excuses_only_what_was_not_overdue_before(leaves: float, outcome: str) -> None:
    story = vitals(0, 15, pauses=(pause(leaves, 14.9),))
    assert replayed(story, 15)[1][0] == outcome


def test_a_rise_makes_due_no_earlier_than_the_rise() -> None:
    pressor = replace(WELL, vasopressor_since=at(5))
    assert replayed(vitals(0, later=((at(5), pressor),)), 5.5)[1:] == [("open", 5, 5.5)]


def test_a_rise_that_comes_by_a_set_counts_from_it() -> None:
    story = vitals(0, 5, later=((at(5), SICK),))
    assert replayed(story, 5.5)[1:] == [("early", 12, 5), ("open", 6, 5.5)]


def test_while_one_is_overdue_a_rise_makes_the_next_due_sooner() -> None:
    story = vitals(0, later=((at(13), SICK),))
    assert replayed(story, 14.5)[1:] == [("missed", 12, 13), ("missed", 13, 14), ("open", 14, 14.5)]


def test_a_panel_counts_from_its_oldest_result() -> None:
    panel = (PartDone(at(0)), PartDone(at(8), since=at(6)))
    story = ClockStory(Clock.LABS, ((START, WELL),), panel)
    assert replay(story, SCHEDULE, until=at(9))[-1].due_at == at(30)


def test_nothing_is_due_after_the_end_of_the_course() -> None:
    ended = replace(WELL, died_at=at(6))
    assert replayed(vitals(0, facts=ended), 100)[-1] == ("open", 12, 6)


def test_what_was_overdue_at_the_end_of_the_course_was_missed() -> None:
    ended = replace(WELL, closed_at=at(13))
    assert replayed(vitals(0, facts=ended), 100)[-1][0] == "missed"


def test_a_month_takes_what_was_due_in_it() -> None:
    windows = replay(vitals(0), SCHEDULE, until=at(40))
    due = [each.due_at for each in windows_between(windows, at(12), at(36))]
    assert due == [at(12), at(24)]


# Properties

moments = st.integers(0, 72 * 60).map(lambda minutes: minutes / 60)
grades = st.lists(st.tuples(moments, st.integers(0, 4)), max_size=4)


@st.composite
def stories(draw: st.DrawFn) -> ClockStory:
    done = sorted(draw(st.sets(moments, max_size=12)))
    omitted = tuple(PartOmitted(at(each), "refused") for each in draw(st.sets(moments, max_size=4)))
    rises = sorted(draw(grades))
    states = tuple((at(each), replace(WELL, crs=grade)) for each, grade in rises)
    away = sorted(draw(st.lists(st.tuples(moments, st.integers(1, 300)), max_size=2)))
    pauses = tuple(pause(begin, begin + minutes / 60) for begin, minutes in away)
    return vitals(*done, not_done=omitted, pauses=pauses, later=states)


UNTIL = at(72)


@given(stories())
def test_every_minute_belongs_to_one_window(story: ClockStory) -> None:
    windows = replay(story, SCHEDULE, until=UNTIL)
    assert windows[0].from_at == START
    assert windows[-1].to_at == UNTIL
    for before, after in pairwise(windows):
        assert before.to_at == after.from_at
    assert all(each.from_at <= each.to_at for each in windows)
    assert all(each.from_at <= each.due_at <= each.until for each in windows)


@given(stories())
def test_the_counts_add_up(story: ClockStory) -> None:
    windows = replay(story, SCHEDULE, until=UNTIL)

    def ended(*outcomes: WindowOutcome) -> list[DueWindow]:
        return [each for each in windows if each.outcome in outcomes]

    made = ended(WindowOutcome.EARLY, WindowOutcome.ON_TIME, WindowOutcome.LATE)
    assert [each.to_at for each in made] == [each.at for each in story.done]
    not_done = {each.at for each in story.not_done} - {each.at for each in story.done}
    assert {each.to_at for each in ended(WindowOutcome.NOT_DONE)} <= not_done
    assert len(ended(WindowOutcome.OPEN)) <= 1
    assert all(each.to_at > each.until for each in ended(WindowOutcome.MISSED, WindowOutcome.LATE))


@given(st.sets(moments, min_size=1, max_size=10), st.integers(0, 72 * 60))
def test_a_window_says_what_the_clock_of_the_ward_said_then(
    hours: set[float], minutes: int
) -> None:
    done = sorted(each for each in hours if at(each) <= START + timedelta(minutes=minutes))
    now = START + timedelta(minutes=minutes)
    window = replay(vitals(*done), SCHEDULE, until=now)[-1]
    facts = replace(WELL, vitals_at=at(done[-1]) if done else None)
    due = due_clocks(facts, SCHEDULE, now)[0]
    if now < due.due_at + TWELVE:  # else one was missed, and the next is counted
        assert (window.due_at, window.until) == (due.due_at, due.until)
    else:
        assert due.state is DueState.OVERDUE
