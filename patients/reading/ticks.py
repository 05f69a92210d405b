"""A clock of five-minute steps, by which open pages fetch ages in words anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FIRST_TICK = datetime(2000, 1, 1, tzinfo=UTC)
TICK = timedelta(minutes=5)
"""Ages that the server wrote are at most this old on a page that stays open."""


def true_until(now: datetime) -> datetime:
    """The end of the current step. Every local midnight is the end of one."""
    return FIRST_TICK + (tick(now) + 1) * TICK


def tick(now: datetime) -> int:
    """The number of the current step."""
    return (now - FIRST_TICK) // TICK
