"""A database of the version before modules moved to their present folders, upgraded.

The fixtures are dumps of one small ward, `before_layout.sqlite.sql.gz` and
`before_layout.postgres.sql.gz`. Commit 0867593 migrated and filled both through its own door:
users of every role, two wards, open, planned and closed courses, corrections, struck out and
copied rows, runs, imported documents, and grades in review, at least, as a range and null.
"""

from __future__ import annotations

import csv
import gzip
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from patients import door
from patients.models import Assessment, Course, GradeRecord, User
from tests.patients.models.test_triggers import all_triggers, listed

Rows = dict[Any, dict[str, Any]]
REFERENCE = ("product", "productindication", "productfact", "monitoringschedule")
PREVENTION = ("preventiontrial", "preventionoutcome")
OF_LITERATURE = {f"patients_{name}" for name in (*REFERENCE, *PREVENTION)}
"""The tables of reference rows: an edition adds to them, and changes what stands as loaded."""
ADDED_TO = {
    *OF_LITERATURE,
    *(name.replace("_", "_historical") for name in OF_LITERATURE),
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "patients_boardrow",
}
"""The tables in which an upgrade may make new rows."""
RAN_UNLISTED = "cdbaf6da-1e25-55a8-9c75-fd857a4f74ab"
"""A course in which vasopressin ran while its latest entry listed none, which now counts."""
REWRITTEN = {
    "patients_boardrow": {"systems", "next_due_at"},
    "patients_product": {"brand", "notes"},
    "patients_monitoringschedule": {"daily_days", "text", "source", "confidence"},
    "patients_preventiontrial": {"doubt"},
}
"""Columns whose content an upgrade may rewrite, or that it takes away."""


def all_rows() -> dict[str, Rows]:
    """The rows of every table by primary key, as the driver reads them."""
    tables: dict[str, Rows] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            key = connection.introspection.get_primary_key_column(cursor, table)
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
            tables[table] = {row[key]: row for row in rows}
    return tables


def load_dump() -> None:
    """Run the dump by the driver, as an operator restores one."""
    kind = "postgres" if connection.vendor == "postgresql" else "sqlite"
    dump = Path(__file__).parent / f"before_layout.{kind}.sql.gz"
    statements = gzip.decompress(dump.read_bytes()).decode()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statements)
        return
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as database:
        database.executescript(statements)


def drop_database(name: str) -> None:
    if connection.vendor == "sqlite":
        Path(name).unlink()
        return
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'DROP DATABASE "{name}"')


def make_database(name: str, of: str | None = None) -> None:
    """A database beside the one of the tests: an empty one, or a copy of another."""
    if connection.vendor == "sqlite":
        if of is not None:
            shutil.copyfile(of, name)
        return
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{of}"' if of else ""))


@contextmanager
def turned_to(name: str) -> Iterator[None]:
    """Turn Django to another database, and back to that of the tests."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
        ContentType.objects.clear_cache()


@pytest.fixture(scope="module")
def upgraded(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[str, dict[str, Rows]]]:
    """An upgraded database, and every row as the older version left it."""
    name = f"before_layout_{os.getpid()}"
    if connection.vendor == "sqlite":
        name = str(tmp_path_factory.mktemp("before_layout") / name)
    with django_db_blocker.unblock():
        make_database(name)
        with turned_to(name):
            load_dump()
            rows = all_rows()
            call_command("migrate", verbosity=0)
        yield name, rows
        drop_database(name)


@pytest.fixture
def before(
    upgraded: tuple[str, dict[str, Rows]], django_db_blocker: Any
) -> Iterator[dict[str, Rows]]:
    """Every row as the older version left it; the test has a copy of the upgraded database."""
    name, rows = upgraded
    copy = f"{name}_copy"
    with django_db_blocker.unblock():
        make_database(copy, of=name)
        with turned_to(copy):
            yield rows
        drop_database(copy)


def regrade_check(report: Path) -> list[dict[str, str]]:
    """The differences that `manage.py regrade --check` reports."""
    with suppress(SystemExit):  # it ends with 1 where something differs
        call_command("regrade", "--check", "-o", str(report), verbosity=0)
    with report.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_row_is_there_again(before: dict[str, Rows]) -> None:
    after = all_rows()
    counts = {table: len(rows) for table, rows in before.items()}
    assert counts["patients_course"] == 8
    assert counts["patients_assessment"] == 24
    assert counts["patients_labresult"] == 45
    assert counts["patients_dose"] == 13
    assert counts["patients_event"] == 8
    assert counts["patients_graderecord"] == 495

    assert set(before) <= set(after)
    for table, rows in before.items():
        if table not in ADDED_TO:
            assert after[table].keys() == rows.keys()
        for key, row in rows.items():
            rewritten = REWRITTEN.get(table, set())
            old = {name: value for name, value in row.items() if name not in rewritten}
            assert {name: after[table][key][name] for name in old} == old


def test_every_grade_is_there_again(before: dict[str, Rows]) -> None:
    grades = {record.pk: record for record in GradeRecord.objects.all()}
    stored = before["patients_graderecord"]

    assert grades.keys() == stored.keys()
    for column in ("system", "grade", "at_least", "review", "would_be", "low", "high"):
        assert {pk: getattr(record, column) for pk, record in grades.items()} == {
            pk: row[column] for pk, row in stored.items()
        }
    results = [record.result for record in grades.values()]
    assert sum(result.review for result in results) == 2
    assert sum(result.at_least for result in results) == 99
    assert sum(result.grade is None for result in results) == 144
    assert sum(record.low is not None for record in grades.values()) == 7


def test_the_triggers_stand(before: dict[str, Rows]) -> None:
    assert listed() == all_triggers()
    for statement in (
        "UPDATE patients_assessment SET note = 'x'",
        "DELETE FROM patients_graderecord",
    ):
        with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
            connection.cursor().execute(statement)


def test_grading_again_changes_only_a_run_left_out(before: dict[str, Rows], tmp_path: Path) -> None:
    """The late windows say nothing before Day 31, where they said that nothing was gradable."""
    differences = regrade_check(tmp_path / "before.csv")
    changed = [line for line in differences if line["before"] and line["before"] != line["after"]]
    silent = [line for line in changed if line["system"] in {"icaht_late", "t_icaht_late"}]
    assert {(line["before"], line["after"]) for line in silent} == {("not gradable", "")}
    assert {line["reason"] for line in silent} == {"nothing is said of this course any more"}
    changed = [line for line in changed if line not in silent]
    assert {line["course"] for line in changed} <= {RAN_UNLISTED}
    assert {line["time"] for line in changed if "vasopressin" not in line["reason"]} == set()

    call_command("regrade", verbosity=0)

    assert regrade_check(tmp_path / "after.csv") == []


def test_the_chart_of_a_closed_course_shows_its_grades(
    before: dict[str, Rows], client: Client
) -> None:
    closed = Course.objects.filter(closed_at__isnull=False)
    assert len(closed) >= 2
    for course in closed:
        user = User.objects.filter(memberships__ward=course.ward).first()
        assert user is not None
        client.force_login(user)
        answer = client.get(reverse("chart", kwargs={"uid": course.uid}))
        assert answer.status_code == 200
        peaks = GradeRecord.objects.of_course().filter(course=course, grade__isnull=False)
        for peak in peaks.filter(system="crs_astct_2019"):
            assert f"peak {peak.grade}" in answer.content.decode()


def test_a_new_entry_is_graded_after_the_upgrade(before: dict[str, Rows]) -> None:
    course = Course.objects.get(patient__mrn="00456", closed_at__isnull=True)
    nurse = User.objects.get(username="nina_nurse")
    high = Assessment(
        observed_at=course.infused_at + timedelta(days=22), temperature_c=Decimal("39.1")
    )

    door.enter(course, [high], by=nurse)

    assert all_rows()["patients_assessment"].keys() - before["patients_assessment"] == {high.pk}
    assert GradeRecord.objects.live().filter(assessment=high, system="crs_astct_2019").exists()
