"""The queue of writers on SQLite, and what waits until a writer has left it.

SQLite lets one writer in at a time, and those who wait look again after ever longer pauses, so
that the unlucky one of eight busy writers waits for seconds. Here each writer first waits for
one lock on a file beside the database. The system gives the lock back for a writer who is
killed. PostgreSQL queues by itself.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import connection, transaction

Callback = Callable[[], None]


class _Waiting(threading.local):
    """The callbacks of this thread's writer, while it is in the queue."""

    callbacks: list[Callback] | None = None


_waiting = _Waiting()


@contextmanager
def in_turn() -> Iterator[None]:
    """A transaction that begins when it is this writer's turn; also a decorator, `@in_turn()`."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    callbacks: list[Callback] = []
    with _lock_of_writers():
        _waiting.callbacks = callbacks
        try:
            with transaction.atomic():
                yield
        finally:
            _waiting.callbacks = None
    for callback in callbacks:
        callback()


@contextmanager
def _lock_of_writers() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    file = f"{connection.settings_dict['NAME']}.queue"
    queue = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(queue, fcntl.LOCK_EX)
        yield
    finally:
        fcntl.flock(queue, fcntl.LOCK_UN)  # also where a child process has inherited the file
        os.close(queue)


def after_writing(callback: Callback) -> None:
    """Call `callback` after the commit, when the next writer may come in; never after a rollback.

    It may itself write: it stands outside the transaction and outside the queue.
    """
    transaction.on_commit(partial(_call_outside_the_queue, callback))


def _call_outside_the_queue(callback: Callback) -> None:
    if _waiting.callbacks is None:
        callback()
    else:
        _waiting.callbacks.append(callback)
