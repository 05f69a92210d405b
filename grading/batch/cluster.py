"""The batches of a registry on the workers of a Dask cluster, results in the order of the batches.

Dask gives a batch to another worker where one dies; it also makes the results anew that died with
it. Only so many batches are handed over ahead of the results, so that memory stays flat.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from distributed import Client, Future, KilledWorker
from distributed.comm import get_address_host_port

import grading
from grading.batch.optional import ClusterError

Work = TypeVar("Work")
Returned = TypeVar("Returned")

AHEAD_AT_LEAST = 64
"""Batches at the cluster, 16 MB in all: enough for workers that join while it grades."""
AHEAD_PER_THREAD = 4
WAIT_S = 30
"""For the scheduler to answer, and for a first worker to be there."""


class OtherCartoxError(Exception):
    """A worker has other rules than the machine that asks it."""


def grade_on_cluster(
    function: Callable[[Work], Returned], items: Iterable[Work], address: str
) -> Iterator[Returned]:
    """`function` of each item, each worked out by a worker with the same code as here."""
    with _client(address) as client:
        threads = sum(client.nthreads().values())
        ahead = max(AHEAD_AT_LEAST, AHEAD_PER_THREAD * threads)
        same = partial(_with_the_same_code, digest_of_code(), function)
        waiting: deque[Future] = deque()
        for item in items:
            waiting.append(client.submit(same, item, pure=False))
            if len(waiting) >= ahead:
                yield _result_of(waiting.popleft())
        while waiting:
            yield _result_of(waiting.popleft())


def _client(address: str) -> Client:
    try:
        get_address_host_port(address)  # a client would try what is no address until it gives up
        client = Client(address, timeout=WAIT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no Dask scheduler answers at {address}: {error}") from None
    try:
        client.wait_for_workers(1, timeout=WAIT_S)
    except TimeoutError:
        client.close()
        raise ClusterError(f"the Dask cluster at {address} has no worker") from None
    return client


def _result_of(future: Future) -> Any:
    try:
        return future.result()
    except OtherCartoxError as error:
        raise ClusterError(str(error)) from None
    except KilledWorker as error:
        raise ClusterError(f"several workers died over one batch: {error}") from None
    except (CancelledError, OSError) as error:
        raise ClusterError(f"the Dask scheduler was lost: {error}") from None
    except ModuleNotFoundError as error:
        raise ClusterError(f"a worker does not have Cartox: {error}") from None


def _with_the_same_code(digest: str, function: Callable[[Work], Returned], item: Work) -> Returned:
    """On a worker: `function` of the item, if the rules are those of the machine that asks."""
    if digest_of_code() != digest:
        raise OtherCartoxError(
            "a worker has another version of Cartox; install the same everywhere"
        )
    return function(item)


@cache
def digest_of_code() -> str:
    """A digest of every module of `grading`, which alone decides what a grade is."""
    root = Path(grading.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
