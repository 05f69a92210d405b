"""Saves over HTTP while machines fail, compared with what is stored: `python -m benchmarks.faults`.

Nurses sign in, fill in every kind of form and save, by several workers of a site as a ward runs it,
while processes are killed, the database stops, the disk is full, and answers are lost. A save whose
outcome is unknown is sent again as its page says. Exits with 1 where what is stored differs from
what was answered. Needs Linux; on PostgreSQL its programs; a disk that can be filled needs root.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

SAVES = 2_700
DATABASES = ("sqlite", "postgres")
MEGABYTES = {"sqlite": 96, "postgres": 400}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=SAVES)
    parser.add_argument("--nurses", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument(
        "--on-server",
        action="store_true",
        help="a new database on the server of DATABASE_URL, which is not stopped",
    )
    parser.add_argument("--minutes", type=float, default=40, help="begin no save after so many")
    asked = parser.parse_args()
    if asked.database == "both":
        sys.exit(max(_in_own_process(asked, database) for database in DATABASES))
    signal.signal(signal.SIGTERM, _end)
    signal.alarm(int(asked.minutes * 60) + 600)
    sys.exit(0 if _run(asked) else 1)


def _in_own_process(asked: argparse.Namespace, database: str) -> int:
    command = [sys.executable, "-m", "benchmarks.faults", "--database", database]
    for name in ("saves", "nurses", "seed", "minutes"):
        command += [f"--{name}", str(getattr(asked, name))]
    return subprocess.run(command, check=False).returncode


def _end(*_: object) -> NoReturn:
    """End as after Ctrl-C, so that everything is taken away again."""
    sys.exit(143)


def _run(asked: argparse.Namespace) -> bool:
    """Prepare disk and database, run, and take everything away again."""
    seconds = int(asked.minutes * 60)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cartox-faults-")))
        folder.chmod(0o755)  # PostgreSQL runs under an account of its own
        disk = folder / "disk"
        disk.mkdir()
        server = os.environ.get("DATABASE_URL", "") if asked.on_server else ""
        os.environ |= {
            "CARTOX_SECRET_KEY": secrets.token_urlsafe(60),
            "CARTOX_HOSTS": "cartox.example.org",
            "CARTOX_PROXY_COUNT": "1",
            "DJANGO_SETTINGS_MODULE": "benchmarks.faults.settings",
            "DATABASE_URL": server or f"sqlite:///{disk / 'cartox.sqlite3'}",
        }
        disks = importlib.import_module("benchmarks.faults.machine.disks")
        megabytes = MEGABYTES[asked.database]
        small_disk = disk if not server and disks.mount_small(disk, megabytes=megabytes) else None
        if small_disk is not None:
            stack.callback(disks.unmount, disk)
        clusters = importlib.import_module("benchmarks.faults.machine.clusters")
        backends = None
        if server:
            os.environ["DATABASE_URL"] = clusters.new_url(server)
            clusters.create(os.environ["DATABASE_URL"], by=server)
            stack.callback(clusters.drop, os.environ["DATABASE_URL"], by=server)
            backends = clusters.Backends(os.environ["DATABASE_URL"])
        elif asked.database == "postgres":
            backends = clusters.Cluster(
                disk / "cluster", folder / "database.log", seconds=2 * seconds
            )
            os.environ["DATABASE_URL"] = backends.url
            stack.callback(backends.stop_immediately)
            backends.make()
        importlib.import_module("django").setup()
        runs = importlib.import_module("benchmarks.faults.run")
        began = time.monotonic()
        wanted = runs.Asked(asked.saves, asked.seed, asked.nurses, seconds)
        is_right: bool = runs.run(wanted, folder, backends, small_disk)
        print(f"{time.monotonic() - began:.0f} s", flush=True)
        return is_right


if __name__ == "__main__":
    main()
