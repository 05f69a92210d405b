"""Packages that only some need: imported when asked for, and named where they are absent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class NotInstalledError(Exception):
    """A package is needed that is not installed; the message says which and how to get it."""


class ClusterError(Exception):
    """A Dask cluster cannot grade, or not to the end; the message says why."""


@contextmanager
def needs_package(package: str, needed_for: str, requirements: str) -> Iterator[None]:
    """Import within this block what needs `package`; NotInstalledError where it is absent."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        how = f"install it with pip install -r {requirements}"
        raise NotInstalledError(f"{needed_for} needs {package}; {how}") from None
