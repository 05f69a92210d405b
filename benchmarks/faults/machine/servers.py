"""The site as a ward runs it: gunicorn with 2 workers of 4 threads, behind its proxy."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.faults.machine.bounded import bounded

ROOT = Path(__file__).resolve().parents[3]
HOST = "cartox.example.org"
LONGEST_START_S = 90
OF_THE_SITE = "cartox-site"
"""The name under which the site's connections are listed by PostgreSQL."""


class Site:
    """gunicorn, which can be killed and started again on the same port."""

    def __init__(self, log: Path, *, seconds: int) -> None:
        self.log, self.seconds = log, seconds
        with socket.socket() as any_port:
            any_port.bind(("127.0.0.1", 0))
            self.port: int = any_port.getsockname()[1]
        self.master: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start gunicorn; it tries again for some seconds where the port is still taken."""
        gunicorn = Path(sys.executable).with_name("gunicorn")
        command = [str(gunicorn), "--config", "cartox_site/gunicorn.py"]
        command += ["--no-control-socket", "--bind", f"127.0.0.1:{self.port}"]
        with self.log.open("ab") as log:
            self.master = subprocess.Popen(
                bounded(command, seconds=self.seconds),
                cwd=ROOT,
                env=os.environ | {"PGAPPNAME": OF_THE_SITE},
                stdout=log,
                stderr=log,
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until a page is answered at all; start again a master that has given up."""
        deadline = time.monotonic() + LONGEST_START_S
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                try:
                    connection.request("GET", "/accounts/login/", headers={"Host": HOST})
                    connection.getresponse().read()
                finally:
                    connection.close()
                return
            if self.master is not None and self.master.poll() is not None:
                self.start()
                return
            time.sleep(0.1)
        raise RuntimeError(f"The site does not answer: {self.log.read_text('utf-8')[-2000:]}")

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        if self.master is None or self.master.poll() is not None:
            return []
        pid = self.master.pid
        with suppress(OSError):
            return [*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
        return []

    def kill_worker(self, chance: random.Random) -> None:
        if workers := self.workers():
            with suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)

    def kill_master(self, *, with_workers: bool) -> None:
        """Kill the master; its workers end by themselves once they notice, or with it."""
        workers = self.workers() if with_workers else []
        if self.master is not None:
            self.master.kill()
            self.master.wait()
        for pid in workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """End gunicorn when the requests in flight are answered."""
        if self.master is None:
            return
        self.master.terminate()
        try:
            self.master.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self.kill_master(with_workers=True)
