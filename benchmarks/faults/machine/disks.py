"""A small disk of its own for the database, which can be filled; or a limit on the size of files.

The disk is a tmpfs in a mount namespace of this process alone: it ends with the last process of it,
and nobody else sees it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CLONE_NEWNS = 0x00020000
LARGEST_FILE = 8192
"""Bytes: less than any file that a database writes to."""
AT_ONCE = bytes(1 << 20)


def mount_small(folder: Path, *, megabytes: int) -> bool:
    """Mount a small disk there, for this process and its children; False where not allowed."""
    if os.geteuid() != 0 or ctypes.CDLL(None).unshare(CLONE_NEWNS) != 0:
        return False
    size = f"size={megabytes}m,mode=755"
    private = subprocess.run(
        ["/bin/mount", "--make-rprivate", "/"], capture_output=True, check=False
    )
    if private.returncode != 0:
        return False
    command = ["/bin/mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(["/bin/umount", "-l", str(folder)], capture_output=True, check=False)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """No byte is left on this disk meanwhile."""
    ballast = folder / "ballast"
    try:
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(AT_ONCE)
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            while True:
                file.write(AT_ONCE[:4096])
        yield
    finally:
        ballast.unlink(missing_ok=True)


@contextmanager
def files_limited(pids: Iterable[int]) -> Iterator[None]:
    """These processes can write no file further than its first bytes meanwhile.

    Python and PostgreSQL ignore the signal that comes with it; the write itself fails.
    """
    before: dict[int, tuple[int, int]] = {}
    try:
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (LARGEST_FILE, limits[1]))
                before[pid] = limits
        yield
    finally:
        for pid, limits in before.items():
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
