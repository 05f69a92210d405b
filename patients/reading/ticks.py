"""Ticks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FIRST_TICK = datetime(2000, 1, 1, tzinfo=UTC)
AGES_KEPT_FOR = timedelta(minutes=5)
"""Ages told in plain words are at most this old on a page that stays open."""


def _true_until(now: datetime) -> datetime:
    """Until when ages told in plain words stay true. Every local midnight is such a moment."""
    return FIRST_TICK + (tick(now) + 1) * AGES_KEPT_FOR


def tick(now: datetime) -> int:
    """A number that rises every few minutes, so that ages in plain words stay true."""
    return (now - FIRST_TICK) // AGES_KEPT_FOR
