"""Whose turn it is to write: on SQLite, first come, first served.

SQLite lets one writer in at a time, and those who wait look again after ever longer pauses: of
eight busy writers the unlucky one waits for seconds. Here each draws a ticket and waits until
the ticket before it is given back. A ticket is a lock on one byte of a file beside the
database; the system gives it back for a writer who is killed. Where there are no such locks,
and for writers who draw none, SQLite's own lock still keeps order of a kind. PostgreSQL queues
by itself.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

WAIT = getattr(fcntl, "F_OFD_SETLKW", None)  # Linux
COUNTER = 0
FIRST_TICKET = 64
"""Bytes of the file: 0 to 7 count the tickets drawn, and one byte after these is each ticket."""


@contextmanager
def in_turn() -> Iterator[None]:
    """A transaction that begins when it is this writer's turn; also a decorator, `@in_turn()`."""
    if connection.vendor != "sqlite" or connection.in_atomic_block or WAIT is None:
        with transaction.atomic():
            yield
        return
    queue = os.open(
        f"{connection.settings_dict['NAME']}.queue", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
    )
    try:
        _lock(queue, _draw(queue) - 1, fcntl.F_RDLCK)
        with transaction.atomic():
            yield
    finally:
        os.close(queue)  # gives back the ticket


def _draw(queue: int) -> int:
    """The next ticket, locked."""
    _lock(queue, COUNTER, fcntl.F_WRLCK)
    drawn = int.from_bytes(os.pread(queue, 8, COUNTER), "little") + 1
    os.pwrite(queue, drawn.to_bytes(8, "little"), COUNTER)
    ticket = FIRST_TICKET + drawn
    _lock(queue, ticket, fcntl.F_WRLCK)
    _lock(queue, COUNTER, fcntl.F_UNLCK)
    return ticket


def _lock(queue: int, byte: int, kind: int) -> None:
    """Lock one byte, waiting for it. The lock is of this opening of the file, not the process."""
    if WAIT is not None:
        fcntl.fcntl(queue, WAIT, struct.pack("hhqqi4x", kind, os.SEEK_SET, byte, 1, 0))
