"""The same function on every item, on several processors, results in the order of the items.

Only so many items are taken ahead of the results, so that memory stays flat however many come.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

Work = TypeVar("Work")
Returned = TypeVar("Returned")

AHEAD_PER_JOB = 2
"""Items in work or waiting for each process: one to work on, one so that it never waits."""


def map_in_order(
    function: Callable[[Work], Returned], items: Iterable[Work], jobs: int
) -> Iterator[Returned]:
    """`function` of each item. One item, or one job, takes no second process."""
    rest = iter(items)
    first = list(islice(rest, 2)) if jobs > 1 else []
    items = chain(first, rest)
    if len(first) < 2:
        yield from map(function, items)
        return
    # A fork is quick, but that of a program with threads may stand still for ever.
    may_fork = (
        "fork" in multiprocessing.get_all_start_methods()
        and threading.active_count() == 1
        and "pyarrow" not in sys.modules  # Arrow has threads that Python does not count
    )
    context = multiprocessing.get_context("fork" if may_fork else "spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)
    waiting: deque[Future[Returned]] = deque()
    try:
        for item in items:
            with _ctrl_c_waits():
                waiting.append(pool.submit(_until_ctrl_c, function, item))
            if len(waiting) >= AHEAD_PER_JOB * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        # Ctrl-C ended the items in work too; an exit before the pool's would find its pipes half
        # closed and say so.
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Hold Ctrl-C back while processes are started: half a pool would wait for ever."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass(slots=True)
class _Here:
    """The state of a process of the pool, for the handler of Ctrl-C."""

    works: bool = False
    is_over: bool = False


_here = _Here()


def _until_ctrl_c(function: Callable[[Work], Returned], item: Work) -> Returned:
    """In a process of the pool: `function` of the item, unless Ctrl-C comes or came."""
    if _here.is_over:
        raise KeyboardInterrupt
    _here.works = True
    try:
        return function(item)
    finally:
        _here.works = False


def _stop(_signal: int, _frame: object) -> None:
    """End the item in work and those that wait; the pool itself is ended by the parent."""
    _here.is_over = True
    if _here.works:
        raise KeyboardInterrupt


def _begin() -> None:
    """Take Ctrl-C between items, do not outlive a parent that is killed, and collect seldom."""
    gc.freeze()  # what was loaded stays; courses are freed without the collector
    gc.set_threshold(100_000)
    signal.signal(signal.SIGINT, _stop)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
