"""On SQLite no program takes a kept row away by putting another in its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.db import connection, models

from tests.patients.models.test_triggers import HISTORIES, rows

__all__ = ["rows"]

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="REPLACE is of SQLite")

TEXT_OF = {
    "assessment": "note",
    "labresult": "note",
    "dose": "note",
    "event": "note",
    "graderecord": "rules_version",
    "user": "first_name",
    "ward": "who_to_call",
    "patient": "family_name",
    "course": "bed",
    "boardrow": "systems",
} | dict.fromkeys(HISTORIES, "history_change_reason")
"""Every kept table, with a column whose text a rewriting would change."""

MAY_CHANGE = ("user", "ward", "patient", "course", "boardrow")
LINKS = {"replaces_id", "copied_from_id"}
numbers = count(900_000)


@dataclass(frozen=True)
class Unique:
    """Columns of one table that are unique together, under a condition."""

    table: str
    columns: tuple[str, ...]
    condition: str = "TRUE"


@pytest.fixture
def copy(rows: dict[type[models.Model], Any]) -> sqlite3.Connection:
    """The database of a ward, opened by a program that knows nothing of Cartox."""
    plain = sqlite3.connect(":memory:", isolation_level=None)
    plain.executescript("\n".join(connection.connection.iterdump()))
    plain.row_factory = sqlite3.Row
    for pragma in ("recursive_triggers", "foreign_keys"):
        assert tuple(plain.execute(f"PRAGMA {pragma}").fetchone()) == (0,)
    for table in TEXT_OF:
        for row in plain.execute(f"SELECT * FROM patients_{table}").fetchall():
            insert(plain, "INSERT", table, another(plain, table, dict(row)))
            insert(plain, "INSERT", table, another(plain, table, dict(row)))
    return plain


def uniques_of(copy: sqlite3.Connection, table: str) -> Iterator[Unique]:
    """The key, and what the database itself lists as unique."""
    listed = copy.execute(f"PRAGMA table_info(patients_{table})").fetchall()
    [key] = [column["name"] for column in listed if column["pk"]]
    yield Unique(table, (key,))
    for index in copy.execute(f"PRAGMA index_list(patients_{table})").fetchall():
        if index["unique"]:
            name = index["name"]
            columns = copy.execute(f"PRAGMA index_info({name})").fetchall()
            if columns[0]["name"] is None:
                continue  # of an expression: see the test of user names
            made = copy.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()
            condition = made["sql"].partition(" WHERE ")[2] if index["partial"] else "TRUE"
            yield Unique(table, tuple(column["name"] for column in columns), condition)


def another(copy: sqlite3.Connection, table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row with a key and a text of its own, and no value that another row may not have."""
    changed: dict[str, Any] = {TEXT_OF[table]: str(next(numbers))}
    for unique in uniques_of(copy, table):
        for column in unique.columns:
            if isinstance(row[column], int) or column in LINKS:
                changed[column] = next(numbers)
            elif row[column] is not None:
                changed[column] = str(next(numbers))
    return row | changed


def insert(copy: sqlite3.Connection, verb: str, table: str, row: dict[str, Any]) -> None:
    columns = ", ".join(f'"{column}"' for column in row)
    marks = ", ".join("?" for _ in row)
    copy.execute(f"{verb} INTO patients_{table} ({columns}) VALUES ({marks})", [*row.values()])


def pair(copy: sqlite3.Connection, unique: Unique) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two rows for which the columns are unique."""
    given = " AND ".join(f'"{column}" IS NOT NULL' for column in unique.columns)
    matching = copy.execute(
        f"SELECT * FROM patients_{unique.table} WHERE {given} AND {unique.condition}"
    ).fetchmany(2)
    one, other = (dict(row) for row in matching)
    return one, other


def stands(copy: sqlite3.Connection, table: str, row: dict[str, Any]) -> bool:
    """Whether the table has that row, with every value."""
    return tuple(row.values()) in {
        tuple(each) for each in copy.execute(f"SELECT * FROM patients_{table}")
    }


def assert_refused(
    copy: sqlite3.Connection, unique: Unique, row: dict[str, Any], write: Any
) -> None:
    """The triggers refuse what takes the row away without them, and say which columns clash."""
    copy.execute("BEGIN")
    for when in ("insert", "update"):
        copy.execute(f"DROP TRIGGER cartox_keep_patients_{unique.table}_{when}")
    write()
    assert not stands(copy, unique.table, row)
    copy.execute("ROLLBACK")

    with pytest.raises(sqlite3.IntegrityError, match=rf"{unique.columns[0]}.* is kept"):
        write()
    assert stands(copy, unique.table, row)


@pytest.mark.parametrize("verb", ["REPLACE", "INSERT OR REPLACE"])
def test_no_inserted_row_takes_the_place_of_a_kept_one(copy: sqlite3.Connection, verb: str) -> None:
    for table in TEXT_OF:
        for unique in uniques_of(copy, table):
            row, _ = pair(copy, unique)
            clash = {column: row[column] for column in unique.columns}
            new = another(copy, table, row) | clash
            assert_refused(copy, unique, row, lambda: insert(copy, verb, table, new))  # noqa: B023


def test_a_user_name_in_other_capitals_takes_no_account_away(copy: sqlite3.Connection) -> None:
    one, other = (dict(row) for row in copy.execute("SELECT * FROM patients_user").fetchmany(2))
    name = one["username"].swapcase()
    with pytest.raises(sqlite3.IntegrityError, match=r"username.* is kept"):
        insert(copy, "REPLACE", "user", another(copy, "user", one) | {"username": name})
    renaming = "UPDATE OR REPLACE patients_user SET username = ? WHERE id = ?"
    with pytest.raises(sqlite3.IntegrityError, match=r"username.* is kept"):
        copy.execute(renaming, [name, other["id"]])
    assert stands(copy, "user", one)


@pytest.mark.parametrize("key", ["id", "rowid", "_rowid_", "oid"])
def test_a_key_is_refused_by_each_of_its_names(copy: sqlite3.Connection, key: str) -> None:
    for table in MAY_CHANGE:
        row, other = pair(copy, unique := Unique(table, ("id",)))
        new = another(copy, table, row) | {"id": row["id"]}
        renamed = {key if column == "id" else column: value for column, value in new.items()}
        update = f"UPDATE OR REPLACE patients_{table} SET {key} = ? WHERE id = ?"
        values = [row["id"], other["id"]]
        assert_refused(copy, unique, row, lambda: insert(copy, "REPLACE", table, renamed))  # noqa: B023
        assert_refused(copy, unique, row, lambda: copy.execute(update, values))  # noqa: B023


def test_no_changed_row_takes_the_place_of_a_kept_one(copy: sqlite3.Connection) -> None:
    for table in TEXT_OF:
        [key], *_ = (unique.columns for unique in uniques_of(copy, table))
        for unique in uniques_of(copy, table):
            row, other = pair(copy, unique)
            change = ", ".join(f'"{column}" = ?' for column in unique.columns)
            update = f"UPDATE OR REPLACE patients_{table} SET {change} WHERE {key} = ?"
            values = [*(row[column] for column in unique.columns), other[key]]
            assert_refused(copy, unique, row, lambda: copy.execute(update, values))  # noqa: B023


def test_a_closed_course_is_not_reopened_in_the_place_of_the_open_one(
    copy: sqlite3.Connection,
) -> None:
    unique = Unique("course", ("patient_id",))
    row, _ = pair(copy, unique)
    assert row["closed_at"] is None
    closed = {"closed_at": "2026-05-05 10:00:00", "patient_id": row["patient_id"]}
    older = another(copy, "course", row) | closed
    insert(copy, "INSERT OR REPLACE", "course", older)
    assert stands(copy, "course", row)

    reopen = "UPDATE OR REPLACE patients_course SET closed_at = NULL WHERE id = ?"
    assert_refused(copy, unique, row, lambda: copy.execute(reopen, [older["id"]]))


def test_what_may_change_is_changed_and_what_is_new_is_inserted(copy: sqlite3.Connection) -> None:
    for table in MAY_CHANGE:
        copy.execute(f"UPDATE patients_{table} SET {TEXT_OF[table]} = '{{}}', id = id")
    for table in TEXT_OF:
        [row] = copy.execute(f"SELECT * FROM patients_{table} LIMIT 1").fetchall()
        [key], *_ = (unique.columns for unique in uniques_of(copy, table))
        new = another(copy, table, dict(row))
        del new[key]  # the database chooses it
        insert(copy, "INSERT OR REPLACE", table, new)
        insert(copy, "INSERT", table, another(copy, table, dict(row)) | {key: None})
    copy.execute("UPDATE patients_graderecord SET superseded_at = '2149-01-01 00:00:00'")
    struck = "struck_out_at = '2026-05-05 10:00:00', struck_out_by_id = 1, struck_out_reason = 'x'"
    copy.execute(f"UPDATE patients_event SET {struck}")
    with pytest.raises(sqlite3.IntegrityError, match="is kept as it was written"):
        copy.execute("UPDATE patients_event SET struck_out_reason = 'y'")
