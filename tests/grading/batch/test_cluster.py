"""The batches of a registry on a Dask cluster: as on one machine, also where a worker dies."""

from __future__ import annotations

import concurrent.futures
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from grading.batch import grade_many
from grading.batch.grade_many import Wanted, courses_of_input, grade_all
from grading.batch.optional import ClusterError
from tests.grading.batch.test_grade_many import ROOT, course, lines_of
from tests.required import absent

try:
    cluster: Any = importlib.import_module("grading.batch.cluster")
except ModuleNotFoundError:
    absent("dask", "distributed is not installed", module=True)

LOCAL = ["--host", "127.0.0.1", "--no-dashboard"]
WAIT_S = 60

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Starts a scheduler or a worker, a process of its own, which is ended after the tests."""
    processes = []

    def started(program: str, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{program}", *LOCAL, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def scheduler(start: Start, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the scheduler of the workers."""
    return address_of_another(start, tmp_path_factory.mktemp("cluster"))


def address_of_another(start: Start, folder: Path) -> str:
    path = folder / "scheduler.json"
    start("dask_scheduler", "--port", "0", "--scheduler-file", str(path))
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        try:
            return str(json.loads(path.read_text())["address"])
        except (OSError, ValueError):  # not there, or not whole yet
            time.sleep(0.05)
    raise TimeoutError("the scheduler did not start")


@pytest.fixture(scope="module")
def workers(start: Start, scheduler: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two workers, each a process that nobody starts again."""
    folder = str(tmp_path_factory.mktemp("workers"))
    one_thread = ["--nthreads", "1", "--no-nanny", "--local-directory", folder]
    both = [start("dask_worker", scheduler, *one_thread) for _ in range(2)]
    with cluster.Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=WAIT_S)
    return both


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of many batches, several times as many as are handed over at once; one course is wrong."""
    monkeypatch.setattr(grade_many, "BATCH_BYTES", 2_000)
    monkeypatch.setattr(cluster, "AHEAD_AT_LEAST", 8)
    path = tmp_path / "registry.jsonl"
    temperatures = [36.5 + index % 30 / 10 for index in range(40)]
    documents = [course(str(number), *temperatures[: number % 40]) for number in range(150)]
    path.write_bytes(lines_of(*documents, course("hot", 98.6), *documents))
    return path


def texts(registry: Path, on: str | None = None) -> Iterator[str]:
    with registry.open("rb") as stream:
        wanted = Wanted(reasons=False, systems=("crs_astct_2019",))
        for graded in grade_all(courses_of_input(stream), wanted, 1, on):
            yield graded.text


def test_a_scheduler_without_a_worker_is_named(
    start: Start, tmp_path: Path, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler = address_of_another(start, tmp_path)
    monkeypatch.setattr(cluster, "WAIT_S", 0.5)
    with pytest.raises(CommandError, match=f"the Dask cluster at {scheduler} has no worker"):
        call_command("grade", str(registry), on=scheduler)


def test_an_address_where_nobody_answers_is_named(
    registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "WAIT_S", 0.5)
    with pytest.raises(CommandError, match="no Dask scheduler answers at tcp:"):
        call_command("grade", str(registry), on="tcp://127.0.0.1:9")


@pytest.mark.parametrize("address", ["", "nonsense", "host:port", "none://host:8786"])
def test_what_is_no_address_is_named_at_once(
    address: str, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(cluster, "Client")
    with pytest.raises(CommandError, match=f"no Dask scheduler answers at {address}: "):
        call_command("grade", str(registry), on=address)


def test_a_worker_with_other_rules_is_refused(
    workers: Any, scheduler: str, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "digest_of_code", lambda: "of another version")
    with pytest.raises(ClusterError, match="another version of Cartox"):
        list(texts(registry, scheduler))


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (concurrent.futures.CancelledError("gone"), "the Dask scheduler was lost: gone"),
        (OSError("gone"), "the Dask scheduler was lost: gone"),
        (ModuleNotFoundError("No module named 'grading'"), "a worker does not have Cartox: No mod"),
        (
            cluster.KilledWorker("batch", SimpleNamespace(address="tcp://b"), 3),
            "several workers died over one batch",
        ),
    ],
)
def test_a_cluster_that_cannot_go_on_is_named_with_the_reason(
    fault: Exception, message: str
) -> None:
    future: Any = concurrent.futures.Future()
    future.set_exception(fault)
    with pytest.raises(ClusterError, match=message):
        cluster._result_of(future)


def test_the_output_is_that_of_one_machine_though_a_worker_is_killed_in_the_middle(
    workers: Any, scheduler: str, registry: Path
) -> None:
    alone = list(texts(registry))
    graded = texts(registry, scheduler)
    before = list(islice(graded, 5))
    workers[0].kill()
    assert [*before, *graded] == alone
    assert len(alone) > 64
    assert workers[1].poll() is None
