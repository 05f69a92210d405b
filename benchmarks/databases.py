"""A new, migrated database for a benchmark, gone at its end; never the one of a ward."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections

from cartox_site.settings import database


@contextmanager
def new_database() -> Iterator[str]:
    """Turn Django to a new database of the kind that DATABASE_URL names; its vendor."""
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(prefix="cartox-benchmark-") as folder:
            yield from _turned_to(f"sqlite:///{Path(folder) / 'benchmark.sqlite3'}")
        return
    name = connection.settings_dict["NAME"]
    temporary = f"{name}_benchmark"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{temporary}"')
        cursor.execute(f'CREATE DATABASE "{temporary}"')
    before = os.environ["DATABASE_URL"]
    try:
        yield from _turned_to(before.removesuffix(f"/{name}") + f"/{temporary}")
    finally:
        _use(before)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{temporary}"')


def _turned_to(url: str) -> Iterator[str]:
    _use(url)
    call_command("migrate", verbosity=0)
    yield connection.vendor
    connections.close_all()


def _use(url: str) -> None:
    os.environ["DATABASE_URL"] = url  # what a process started from here reads
    connections.close_all()
    connections.settings["default"] = connections.configure_settings({"default": database(url)})[
        "default"
    ]
    del connections["default"]
