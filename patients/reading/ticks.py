"""The moments at which an open page fetches itself anew without any entry."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_TICK = datetime(2000, 1, 1, tzinfo=UTC)
TICK = timedelta(minutes=5)
"""The length of a step: ages that the server wrote on a chart are at most this old."""


def tick(now: datetime) -> int:
    """The number of the current step."""
    return (now - FIRST_TICK) // TICK


def next_midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the next day begins in `zone`."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=zone)
