"""The time at which something is entered.

It is the real time, always; only the demo sets it back, so that its entries carry the times at
which a ward would have made them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_set_to: ContextVar[datetime | None] = ContextVar("set_to", default=None)


def now() -> datetime:
    """The moment to sign an entry with."""
    moment = _set_to.get()
    return timezone.now() if moment is None else moment


@contextmanager
def set_back_to(moment: datetime) -> Iterator[None]:
    """Enter as if it were `moment`. For the demo alone."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)
