"""What breaks while nurses save: one thing after the other, each mended before the next."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults.machine.clusters import Backends, Cluster
from benchmarks.faults.machine.disks import files_limited, filled
from benchmarks.faults.machine.servers import Site
from benchmarks.faults.saves import Save

MOMENT_S = 0.02
"""What is sent this long after a fault may still meet it."""
PAUSE_S = (0.4, 1.6)


@dataclass(frozen=True, slots=True)
class Broken:
    """A fault, from the moment at which it began until it was mended."""

    fault: str
    began: float
    ended: float


@dataclass
class Breaking:
    """Breaks the site and its database at random; `small_disk` is a disk that can be filled."""

    site: Site
    backends: Backends | None
    small_disk: Path | None
    chance: random.Random
    happened: list[Broken] = field(default_factory=list)

    def break_something(self) -> None:
        """One fault, until what it broke answers again."""
        choices = dict(self._choices())
        fault = self.chance.choice([*choices])
        began = time.monotonic()
        choices[fault]()
        self.mend()
        self.happened.append(Broken(fault, began, time.monotonic() + MOMENT_S))
        time.sleep(self.chance.uniform(*PAUSE_S))

    def mend(self) -> None:
        """Wait until database and site answer; start again what has given up."""
        if isinstance(self.backends, Cluster):
            self.backends.wait_until_ready()
        self.site.wait_until_ready()

    def _choices(self) -> Iterator[tuple[str, Callable[[], None]]]:
        yield "worker killed", lambda: self.site.kill_worker(self.chance)
        yield "master killed", self._kill_master
        if self.backends is not None:
            backends = self.backends
            yield "backends ended", lambda: backends.end(self.chance)
        is_own = isinstance(self.backends, Cluster)
        if isinstance(self.backends, Cluster):
            cluster = self.backends
            yield "backend killed", lambda: self._kill_backend(cluster)
            yield "database stopped", lambda: self._stop(cluster)
        if self.backends is None or (is_own and self.small_disk is None):
            yield "size of files limited", lambda: self._hold(files_limited(self._writers()))
        if self.small_disk is not None:
            disk = self.small_disk
            yield "disk full", lambda: self._hold(filled(disk))

    def _writers(self) -> list[int]:
        """The processes that write the files of the database."""
        return self.site.workers() if self.backends is None else self.backends.pids()

    def _hold(self, broken: AbstractContextManager[None]) -> None:
        with broken:
            time.sleep(self.chance.uniform(0.3, 2))

    def _kill_master(self) -> None:
        self.site.kill_master(with_workers=self.chance.random() < 0.5)
        time.sleep(self.chance.uniform(0, 0.3))
        self.site.start()

    def _kill_backend(self, cluster: Cluster) -> None:
        cluster.kill_backend(self.chance)
        cluster.wait_until_ready()

    def _stop(self, cluster: Cluster) -> None:
        cluster.stop_immediately()
        time.sleep(self.chance.uniform(0, 0.5))
        cluster.start()


def mark(saves: list[Save], happened: list[Broken]) -> None:
    """Give each attempt the faults that it met while it was in flight."""
    for save in saves:
        for attempt in save.attempts:
            attempt.faults |= {
                broken.fault
                for broken in happened
                if attempt.sent_at < broken.ended and attempt.answered_at > broken.began
            }
