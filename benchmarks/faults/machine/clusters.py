"""PostgreSQL: a cluster of this run alone, or a new database on a server that is there.

Backends are ended as an administrator or the kernel does it.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from benchmarks.faults.machine.bounded import bounded
from benchmarks.faults.machine.servers import OF_THE_SITE

LONGEST_START_S = 60
ACCOUNT = "postgres"
"""The server refuses to run as root."""
SMALL = ("min_wal_size=32MB", "max_wal_size=64MB", "shared_buffers=64MB", "listen_addresses=")


class Backends:
    """The connections of the site to the database at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def pids(self) -> list[int]:
        """The server's processes that serve the site; none while the server is down."""
        query = (
            "SELECT pid FROM pg_stat_activity "
            "WHERE application_name = %s AND datname = current_database()"
        )
        with suppress(psycopg.Error), psycopg.connect(self.url, autocommit=True) as connection:
            return [pid for (pid,) in connection.execute(query, [OF_THE_SITE])]
        return []

    def end(self, chance: random.Random) -> None:
        """End one of them, or all."""
        pids = self.pids()
        if pids and chance.random() < 0.5:
            pids = [chance.choice(pids)]
        with suppress(psycopg.Error), psycopg.connect(self.url, autocommit=True) as connection:
            for pid in pids:
                connection.execute("SELECT pg_terminate_backend(%s)", [pid])


class Cluster(Backends):
    """A server of this run alone. What is acknowledged is synchronized to its disk."""

    def __init__(self, folder: Path, log: Path, *, seconds: int) -> None:
        super().__init__(url_of(folder))
        self.folder, self.log, self.seconds = folder, log, seconds
        self.user = ACCOUNT if os.geteuid() == 0 else "-"
        self.server: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make the cluster and its database, and start it."""
        self.folder.mkdir(exist_ok=True)
        if self.user != "-":
            shutil.chown(self.folder, self.user)
        initdb = [_program("initdb"), "-D", str(self.folder / "data"), "-U", "cartox"]
        initdb += ["-A", "trust", "-E", "UTF8", "--no-instructions"]
        with self.log.open("ab") as log:
            subprocess.run(
                bounded(initdb, seconds=self.seconds, user=self.user),
                stdout=log,
                stderr=log,
                check=True,
            )
        self.start()
        with psycopg.connect(url_of(self.folder, "postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE cartox")

    def start(self) -> None:
        """Start the server, also after a crash, and wait until it lets somebody in."""
        command = [_program("postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder)]
        for option in SMALL:
            command += ["-c", option]
        with self.log.open("ab") as log:
            quits = signal.SIGQUIT  # with all its backends
            self.server = subprocess.Popen(
                bounded(command, seconds=self.seconds, signal_at_end=quits, user=self.user),
                stdout=log,
                stderr=log,
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until the server has recovered; start it again where it gave up."""
        deadline = time.monotonic() + LONGEST_START_S
        while time.monotonic() < deadline:
            with suppress(psycopg.Error):
                psycopg.connect(url_of(self.folder, "postgres"), connect_timeout=5).close()
                return
            if self.server is not None and self.server.poll() is not None:
                self.start()
                return
            time.sleep(0.1)
        raise RuntimeError(f"PostgreSQL does not start: {self.log.read_text('utf-8')[-2000:]}")

    def kill_backend(self, chance: random.Random) -> None:
        """Kill one backend; the server then ends all of them and recovers."""
        if pids := self.pids():
            with suppress(ProcessLookupError):
                os.kill(chance.choice(pids), signal.SIGKILL)

    def stop_immediately(self) -> None:
        """Stop without a checkpoint, as a machine does that loses its power."""
        if self.server is not None:
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait(timeout=30)


def url_of(folder: Path, name: str = "cartox") -> str:
    return f"postgres://cartox@{quote(str(folder), safe='')}/{name}"


def new_url(url: str) -> str:
    """The URL of a database on the same server, with a new name."""
    server, _, _ = url.rpartition("/")
    return f"{server}/cartox_faults_{secrets.token_hex(4)}"


def create(url: str, *, by: str) -> None:
    """Create the database at `url`, connected to the one at `by`."""
    _administer(by, f'CREATE DATABASE "{url.rpartition("/")[2]}"')


def drop(url: str, *, by: str) -> None:
    _administer(by, f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')


def _administer(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _program(name: str) -> str:
    from benchmarks.databases import postgres_program  # reads the settings, which need the URL

    program = postgres_program(name)
    if program is None:
        raise FileNotFoundError(f"{name} is not on this computer")
    return program
