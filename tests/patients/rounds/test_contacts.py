"""The calendar of a patient at home: what was done, what is overdue, whatever the order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from patients.rounds.rules.contacts import (
    EARLY,
    LATE,
    ContactKind,
    Observation,
    Planned,
    contacts_at,
)

DUE = datetime(2026, 1, 10, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TEMPERATURE = ContactKind.TEMPERATURE


def planned(days: int = 0, kind: ContactKind = TEMPERATURE, **more: datetime) -> Planned:
    return Planned(f"{kind} {days}", kind, DUE + timedelta(days=days), **more)


def measured(at: datetime, kind: ContactKind = TEMPERATURE) -> Observation:
    return Observation(at, frozenset({kind}))


def done(contacts: list[Planned], *seen_at: datetime, now: datetime = DUE) -> list[bool]:
    looks = [measured(at) for at in seen_at]
    return [each.done_at is not None for each in contacts_at(contacts, looks, now)]


def test_an_observation_counts_from_six_hours_before() -> None:
    assert done([planned()], DUE - EARLY) == [True]
    assert done([planned()], DUE - EARLY - MINUTE) == [False]


def test_an_observation_counts_up_to_the_next_contact_of_its_kind() -> None:
    both = [planned(0), planned(1)]
    begins = DUE + timedelta(days=1) - EARLY
    assert done(both, begins - MINUTE) == [True, False]
    assert done(both, begins) == [False, True]


def test_an_observation_of_another_kind_does_nothing() -> None:
    looks = [measured(DUE, ContactKind.TELE_ICE)]
    (contact,) = contacts_at([planned()], looks, DUE)
    assert contact.done_at is None


def test_a_contact_is_overdue_two_hours_after_its_time() -> None:
    for late, is_overdue in ((LATE - MINUTE, False), (LATE, True)):
        (contact,) = contacts_at([planned()], [], DUE + late)
        assert contact.is_overdue is is_overdue


def test_a_mark_is_enough() -> None:
    (contact,) = contacts_at([planned(kind=ContactKind.VISIT, marked_at=DUE)], [], DUE + LATE)
    assert (contact.done_at, contact.is_overdue) == (DUE, False)


@given(st.permutations(range(4)), st.lists(st.integers(-8, 90), max_size=6))
def test_neither_order_changes_what_was_done(days: list[int], hours: list[int]) -> None:
    now = DUE + timedelta(days=5)
    looks = [measured(DUE + timedelta(hours=each)) for each in hours]
    in_order = contacts_at([planned(day) for day in range(4)], sorted(looks, key=_at), now)
    assert contacts_at([planned(day) for day in days], looks, now) == in_order
    for contact in in_order:
        assert contact.is_overdue is (contact.done_at is None)


def _at(look: Observation) -> datetime:
    return look.at
