"""The same function on every item, on several processors, results in the order of the items.

Only so many items are taken ahead of the results, so that memory stays flat however many come.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing.context import BaseContext
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

AHEAD_PER_JOB = 2
"""Items in work or waiting for each process: one to work on, one so that it never waits."""


def in_order(
    function: Callable[[Item], Answer], items: Iterable[Item], jobs: int
) -> Iterator[Answer]:
    """`function` of each item. One item, or one job, takes no second process."""
    rest = iter(items)
    first = list(islice(rest, 2)) if jobs > 1 else []
    items = chain(first, rest)
    if len(first) < 2:
        yield from map(function, items)
        return
    pool = ProcessPoolExecutor(jobs, mp_context=_how_to_start(), initializer=_begin)
    waiting: deque[Future[Answer]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) >= AHEAD_PER_JOB * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        # Waiting takes no longer than the items in work; an exit meanwhile would find the pool's
        # pipes half closed and say so.
        pool.shutdown(wait=True, cancel_futures=True)


def _how_to_start() -> BaseContext:
    """A fork is quick, but that of a program with threads may stand still for ever."""
    may_fork = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    return multiprocessing.get_context("fork" if may_fork else "spawn")


def _begin() -> None:
    """Leave Ctrl-C to the parent, do not outlive it where it is killed, and collect seldom."""
    gc.freeze()  # what was loaded stays; courses are freed without the collector
    gc.set_threshold(100_000)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
