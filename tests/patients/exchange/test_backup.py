"""A backup is made, restored, and compared: every row, every grade."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from benchmarks import databases
from grading.rules.systems import SYSTEMS
from patients import door
from patients.demo import ward
from patients.models import Course, GradeRecord, User, triggers
from tests.required import absent
from tests.storing import AssessmentAt

Rows = dict[str, list[Any]]
pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def sqlite_only() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the command copies SQLite databases")


def all_rows(raw: Any, tables: list[str]) -> Rows:
    """Every row of every table, as the database's own driver reads it."""
    with closing(raw.cursor()) as cursor:
        return {
            table: cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall()
            for table in tables
        }


def backup(file: Path) -> str:
    out = StringIO()
    call_command("backup", str(file), stdout=out)
    return out.getvalue()


def test_a_copy_holds_every_row_and_grade(sqlite_only: None, tmp_path: Path) -> None:
    ward.build(NOW)
    tables = connection.introspection.table_names()
    output = backup(tmp_path / "ward.sqlite3")

    original = connection.settings_dict["NAME"]
    with (
        closing(sqlite3.connect(original)) as now,
        closing(sqlite3.connect(tmp_path / "ward.sqlite3")) as copy,
    ):
        restored = all_rows(copy, tables)
        assert restored == all_rows(now, tables)
        count = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
        trigger_count = copy.execute(count).fetchone()
    assert trigger_count == (len(triggers.expected(connection)),)
    assert len(restored["patients_assessment"]) > 50
    assert len(restored["patients_graderecord"]) > 100
    assert "checked" in output
    assert [path.name for path in tmp_path.iterdir()] == ["ward.sqlite3"]
    assert stat.S_IMODE((tmp_path / "ward.sqlite3").stat().st_mode) == 0o600


def test_a_copy_made_while_the_ward_saves_is_of_one_moment(
    sqlite_only: None, tmp_path: Path, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    stop = threading.Event()

    def save() -> None:
        hours = 1.0
        while not stop.is_set():
            door.enter(course, [assessment_at(hours)], by=nurse)
            hours += 0.5
        connection.close()

    ward = threading.Thread(target=save)
    ward.start()
    try:
        for number in range(5):
            backup(tmp_path / f"{number}.sqlite3")
    finally:
        stop.set()
        ward.join()
    for number in range(5):
        with closing(sqlite3.connect(tmp_path / f"{number}.sqlite3")) as copy:
            ungraded = copy.execute(
                "SELECT count(*) FROM patients_assessment a WHERE ? != (SELECT count(*) FROM "
                "patients_graderecord g WHERE g.assessment_id = a.id AND superseded_at IS NULL)",
                [len(SYSTEMS)],
            )
            assert ungraded.fetchone() == (0,)


def test_an_existing_file_is_not_overwritten(sqlite_only: None, tmp_path: Path) -> None:
    earlier_copy = tmp_path / "earlier.sqlite3"
    earlier_copy.write_text("last night's")
    with pytest.raises(CommandError, match="not overwritten"):
        backup(earlier_copy)
    assert earlier_copy.read_text() == "last night's"


def test_a_folder_that_is_not_there_is_said(sqlite_only: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No backup was made"):
        backup(tmp_path / "nowhere" / "ward.sqlite3")


# PostgreSQL


def test_on_postgresql_the_drill_is_named(postgres: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"pg_dump.*docs/running\.md"):
        backup(tmp_path / "ward")
    assert list(tmp_path.iterdir()) == []


def run_tool(name: str, *arguments: str) -> None:
    if databases.postgres_program(name) is None:
        absent("postgres", f"{name} is not on this computer")
    databases.run_postgres(name, *arguments)


def test_the_drill_of_postgresql_restores_every_row_and_grade(
    postgres: None, tmp_path: Path
) -> None:
    import psycopg

    ward.build(NOW)
    tables = connection.introspection.table_names()
    name = connection.settings_dict["NAME"]
    restored, dump = f"{name}_restored", str(tmp_path / "cartox.dump")
    run_tool("pg_dump", "--format=custom", f"--file={dump}", name)
    run_tool("dropdb", "--if-exists", restored)
    run_tool("createdb", restored)
    try:
        run_tool("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={restored}", dump)
        where = {
            key: connection.settings_dict[key.upper()] or None
            for key in ("host", "port", "user", "password")
        }
        with (
            psycopg.connect(dbname=name, **where) as now,
            psycopg.connect(dbname=restored, **where) as copy,
        ):
            rows = all_rows(copy, tables)
            assert rows == all_rows(now, tables)
            count = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'cartox_keep_%'"
            trigger_count = copy.execute(count).fetchone()
    finally:
        run_tool("dropdb", restored)
    assert trigger_count == (len(triggers.expected(connection)),)
    assert len(rows["patients_graderecord"]) == GradeRecord.objects.count() > 100
