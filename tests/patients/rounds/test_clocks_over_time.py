"""The clocks hold whatever the calendar, the order of entry, the pauses and the reasons are."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grading.record import Dose, Findings, Lab, Record
from grading.rules import systems
from patients.models import Course
from patients.regrading.graded import Graded, local_rules
from patients.regrading.record import LiveRows
from patients.regrading.standing import standings_of
from patients.rounds.due.facts import facts_of
from patients.rounds.rules.clocks import (
    Clock,
    CourseFacts,
    DueState,
    NotDoneFacts,
    PauseFacts,
    changes_after,
    due_clocks,
)
from patients.rounds.rules.schedule import Schedule, window_of

QUICK = settings(max_examples=80, deadline=None)
DEFAULTS = Schedule.from_json({})
ZONES = {
    "Europe/Madrid": [date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 1)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1), date(2026, 12, 31)],
    "Asia/Kolkata": [date(2026, 3, 29), date(2026, 12, 31)],
}
"""Days on which the clocks change, and some on which they do not."""
PLACES = [(zone, day) for zone, days in ZONES.items() for day in days]
MINUTE = timedelta(minutes=1)
MINUTES = st.integers(min_value=0, max_value=72 * 60)
GRADES = st.none() | st.integers(min_value=0, max_value=4)


@st.composite
def courses(draw: st.DrawFn) -> CourseFacts:
    """The facts of a course at a change of the clocks, by the clock on the wall of its ward."""
    zone, day = draw(st.sampled_from(PLACES))
    start = datetime.combine(day - timedelta(days=1), time(7, 30), tzinfo=ZoneInfo(zone))

    def moment(minutes: int | None) -> datetime | None:
        if minutes is None:
            return None
        return (start.astimezone(UTC) + minutes * MINUTE).astimezone(start.tzinfo)

    times = st.none() | MINUTES
    labs = draw(st.dictionaries(st.sampled_from(DEFAULTS.panel), MINUTES))
    return CourseFacts(
        starts_at=start,
        vitals_at=moment(draw(times)),
        neuro_at=moment(draw(times)),
        labs_at={analyte: start + minutes * MINUTE for analyte, minutes in labs.items()},
        crs=draw(GRADES),
        icans=draw(GRADES),
        icans_since=moment(draw(times)),
        vasopressor_since=moment(draw(times)),
        daily_until=moment(draw(times)),
    )


def in_utc(facts: CourseFacts) -> CourseFacts:
    """The same moments by the clock of the stored rows."""
    return CourseFacts.from_json(
        replace(
            facts,
            **{
                name: value.astimezone(UTC)
                for name in facts.__slots__
                if isinstance(value := getattr(facts, name), datetime)
            },
            labs_at={analyte: at.astimezone(UTC) for analyte, at in facts.labs_at.items()},
        ).to_json()
    )


@st.composite
def interrupted(draw: st.DrawFn) -> tuple[CourseFacts, dict[str, Any]]:
    """A course with pauses and reasons."""
    facts = draw(courses())
    start = facts.starts_at.astimezone(UTC)
    pauses = []
    for minutes, lasts, back in draw(
        st.lists(
            st.tuples(MINUTES, st.integers(1, 600), st.none() | st.integers(-60, 900)), max_size=3
        )
    ):
        left = start + minutes * MINUTE
        ended = None if back is None else left + back * MINUTE
        pauses.append(PauseFacts("p", "imaging", "", left, left + lasts * MINUTE, "N", ended))
    reasons = tuple(
        NotDoneFacts("n", clock, "refused", "", start + minutes * MINUTE, "N")
        for clock, minutes in draw(st.dictionaries(st.sampled_from(list(Clock)), MINUTES)).items()
    )
    return facts, {"pauses": tuple(pauses), "not_done": reasons}


@QUICK
@given(courses(), MINUTES)
def test_a_clock_counts_elapsed_time_through_midnight_and_changed_clocks(
    facts: CourseFacts, minutes: int
) -> None:
    now = facts.starts_at.astimezone(UTC) + minutes * MINUTE
    on_the_ward = due_clocks(facts, DEFAULTS, now.astimezone(facts.starts_at.tzinfo))
    assert on_the_ward == due_clocks(in_utc(facts), DEFAULTS, now)
    for due in on_the_ward:
        assert due.until - due.due_at == window_of(due.minutes)
        if due.last_at is not None and due.last_at + due.minutes * MINUTE >= facts.starts_at:
            assert due.due_at - due.last_at >= due.minutes * MINUTE


@pytest.mark.parametrize(("zone", "day"), PLACES)
@pytest.mark.parametrize("hour", [7, 15, 22])
def test_every_interval_lasts_as_long_on_the_day_on_which_clocks_change(
    zone: str, day: date, hour: int
) -> None:
    """Twelve hours after a half-hour shift began are twelve hours, whatever the wall says."""
    last = datetime.combine(day - timedelta(days=1), time(hour, 30), tzinfo=ZoneInfo(zone))
    facts = CourseFacts(starts_at=last - timedelta(days=3), vitals_at=last)
    vitals = due_clocks(facts, DEFAULTS, last)[0]
    assert vitals.due_at.timestamp() - last.timestamp() == 12 * 3600


def higher_of(*grades: int | None) -> int | None:
    return max((grade for grade in grades if grade is not None), default=None)


@QUICK
@given(courses(), GRADES, GRADES)
def test_a_higher_grade_never_makes_anything_due_later(
    facts: CourseFacts, crs: int | None, icans: int | None
) -> None:
    higher = replace(
        facts,
        crs=higher_of(crs, facts.crs),
        icans=higher_of(icans, facts.icans),
    )
    for before, after in zip(
        due_clocks(facts, DEFAULTS, facts.starts_at),
        due_clocks(higher, DEFAULTS, facts.starts_at),
        strict=True,
    ):
        assert after.due_at <= before.due_at


@QUICK
@given(courses(), MINUTES)
def test_a_shorter_interval_of_the_ward_never_makes_anything_due_later(
    facts: CourseFacts, minutes: int
) -> None:
    now = facts.starts_at + minutes * MINUTE
    often, seldom = (due_clocks(facts, Schedule.for_ward_hours(hours), now) for hours in (6, 24))
    assert all(one.due_at <= other.due_at for one, other in zip(often, seldom, strict=True))


@QUICK
@given(interrupted(), MINUTES)
def test_every_state_has_a_way_on(course: tuple[CourseFacts, dict[str, Any]], minutes: int) -> None:
    """By the clock alone each part becomes overdue in the end, and doing it ends that."""
    facts, more = course
    at: datetime | None = facts.starts_at.astimezone(UTC) + minutes * MINUTE
    for _ in range(40):
        assert at is not None
        following = changes_after(facts, DEFAULTS, at, **more)
        if following is None:
            break
        assert following > at
        states = [due.state for due in due_clocks(facts, DEFAULTS, at, **more)]
        just_before = following - timedelta(microseconds=1)
        unchanged = due_clocks(facts, DEFAULTS, max(at, just_before), **more)
        assert [due.state for due in unchanged] == states
        at = following
    last = due_clocks(facts, DEFAULTS, at, **more)
    assert {due.state for due in last} == {DueState.OVERDUE}
    done = replace(facts, vitals_at=at, neuro_at=at, labs_at=dict.fromkeys(DEFAULTS.panel, at))
    after = due_clocks(done, DEFAULTS, at, **more)
    assert DueState.OVERDUE not in {due.state for due in after if due.clock != Clock.NEURO}


@QUICK
@given(courses(), st.sampled_from(list(Clock)), st.integers(0, 40 * 60))
def test_a_refusal_puts_a_part_off_by_one_interval_and_no_other_part(
    facts: CourseFacts, clock: Clock, late_minutes: int
) -> None:
    before = {due.clock: due for due in due_clocks(facts, DEFAULTS, facts.starts_at)}
    at = before[clock].due_at + late_minutes * MINUTE
    refused = (NotDoneFacts("n", clock, "refused", "", at, "N"),)
    after = {due.clock: due for due in due_clocks(facts, DEFAULTS, at, not_done=refused)}
    assert after[clock].state == DueState.NOT_DONE
    assert at < after[clock].due_at <= at + timedelta(hours=24)
    assert after[clock].last_at == before[clock].last_at
    for other in set(Clock) - {clock}:
        assert after[other].due_at == before[other].due_at


@QUICK
@given(interrupted(), MINUTES)
def test_while_a_patient_is_away_nothing_is_due_and_nothing_is_overdue_at_the_return(
    course: tuple[CourseFacts, dict[str, Any]], minutes: int
) -> None:
    facts, more = course
    left = facts.starts_at.astimezone(UTC) + minutes * MINUTE
    on_time = {
        due.clock
        for due in due_clocks(facts, DEFAULTS, left, **more)
        if left <= due.until and not (due.last_at is not None and due.last_at > left)
    }
    away = PauseFacts("q", "dialysis", "", left, left + timedelta(hours=4), "N")
    more = more | {"pauses": (*more["pauses"], away)}
    for due in due_clocks(facts, DEFAULTS, left, **more):
        is_examined_since = due.last_at is not None and due.last_at > left
        assert (due.state == DueState.PAUSED) is not is_examined_since
    for due in due_clocks(facts, DEFAULTS, away.over_at, **more):
        assert due.state != DueState.OVERDUE or due.clock not in on_time


# The facts, by entries in any order

INFUSED = datetime(2026, 3, 28, 21, 30, tzinfo=ZoneInfo("Europe/Madrid"))
WELL: dict[str, Any] = {
    "temperature_c": Decimal("36.8"),
    "systolic_mmhg": Decimal(120),
    "spo2_percent": Decimal(97),
    "oxygen_device": "room_air",
}
PARTS: dict[str, dict[str, Any]] = {
    "vitals": WELL,
    "fever": WELL | {"temperature_c": Decimal("38.9"), "hypotension": True},
    "half": {"temperature_c": Decimal("37.1")},
    "ice": {"ice_total": 10},
    "low ice": {"ice_total": 6, "consciousness": "voice"},
    "no ice": {"ice_not_done": "refused"},
    "no vitals": {"vitals_not_done": "asleep"},
}
ENTRIES = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from([*PARTS, "crp", "norepinephrine"])),
    unique_by=lambda entry: entry[0],
    min_size=1,
    max_size=7,
)
Entries = list[tuple[int, str]]


def facts_by(entries: Entries) -> CourseFacts:
    """The facts of a course with these entries, an hour and a kind each, in this order."""
    elapsed = [(timedelta(hours=hour), kind) for hour, kind in entries]
    record = Record(
        infused_at=INFUSED,
        zone=INFUSED.tzinfo,
        age_years=Decimal(60),
        findings=tuple(
            Findings(at, uid=str(at), **PARTS[kind]) for at, kind in elapsed if kind in PARTS
        ),
        labs=tuple(
            Lab(at, "crp", Decimal(9), unit="mg/L") for at, kind in elapsed if kind == "crp"
        ),
        doses=tuple(Dose(at, kind) for at, kind in elapsed if kind == "norepinephrine"),
    )
    course = Course(infused_at=INFUSED, opened_at=INFUSED, time_zone="Europe/Madrid")
    grades = systems.grade_record(record, local_rules())
    graded = Graded(course, LiveRows(), record, grades, {})
    return facts_of(graded, standings_of(graded))


@settings(max_examples=40, deadline=None)
@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_same_entries_in_any_order_give_the_same_facts(
    entries: Entries, chance: random.Random
) -> None:
    shuffled = entries.copy()
    chance.shuffle(shuffled)
    facts = facts_by(entries)
    assert facts_by(shuffled) == facts
    assert CourseFacts.from_json(facts.to_json()) == facts


HOLDS = {
    "vitals_at": {"vitals", "fever"},
    "neuro_at": {"ice", "low ice", "no ice"},
    "labs_at": {"crp"},
}


@settings(max_examples=40, deadline=None)
@given(ENTRIES, st.integers(0, 90), st.sampled_from([*PARTS, "crp", "norepinephrine"]))
def test_an_entry_never_puts_off_a_part_that_it_does_not_hold(
    entries: Entries, hour: int, kind: str
) -> None:
    assume(hour not in {taken for taken, _ in entries})
    before, after = facts_by(entries), facts_by([*entries, (hour, kind)])
    for part, kinds in HOLDS.items():
        if kind not in kinds:
            assert getattr(after, part) == getattr(before, part)
    held = before.vitals_at is not None and before.vitals_at >= INFUSED + hour * 60 * MINUTE
    if held:  # a late entry of an older set moves no clock back
        assert after.vitals_at == before.vitals_at
