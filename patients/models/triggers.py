"""Triggers by which the database refuses to change what was recorded, and to delete what it names.

They keep a shell, a script or another program from rewriting what a ward recorded: entries, stored
grades and histories. Some fields may be written once, together, while the first of them is null.
Accounts, wards, patients, courses, their board rows and digests of grades change, and are never
deleted. On SQLite no row takes the place of another either: REPLACE deletes without a trigger of
DELETE, unless the program that writes has asked for it. The triggers are taken away before a
migration, which may rebuild a table, and made again after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.core import checks
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    from django.db.models import Model

STRIKE_OUT = ("struck_out_at", "struck_out_by", "struck_out_reason")
STOP = ("ended_at", "end_recorded_at", "end_recorded_by")
WITHDRAW = ("withdrawn_at", "withdrawn_by", "withdrawn_reason")
SUPERSEDE = ("superseded_at",)

ONCE: dict[str, tuple[tuple[str, ...], ...]] = {
    "Assessment": (STRIKE_OUT,),
    "Handwriting": (),
    "LabResult": (STRIKE_OUT,),
    "Dose": (STRIKE_OUT, STOP),
    "Event": (STRIKE_OUT,),
    "Adjudication": (STRIKE_OUT,),
    "StepMark": (STRIKE_OUT,),
    "GradeRecord": (SUPERSEDE,),
    "HistoricalPatient": (),
    "HistoricalCourse": (),
    "HistoricalProduct": (),
    "HistoricalProductIndication": (),
    "HistoricalProductFact": (),
    "HistoricalTrialIncidence": (),
    "HistoricalCellNote": (),
    "HistoricalMonitoringSchedule": (),
    "HistoricalPreventionTrial": (),
    "HistoricalPreventionOutcome": (),
    # of the app of rounds
    "Escalation": (("closed_at", "closed_by", "outcome"),),
    "EscalationEvent": (),
    "Pause": (WITHDRAW, ("ended_at", "ended_by")),
    "Omission": (WITHDRAW,),
    "HomeContact": (WITHDRAW, ("done_at", "done_by")),
    "HandoverNote": (WITHDRAW,),
    "Handover": (("accepted_at", "accepted_by"),),
    "HistoricalRoundSettings": (),
}
"""The models whose rows are kept, with the groups of fields that may be written once."""

NEVER_DELETED = (
    "User",
    "Ward",
    "Patient",
    "Course",
    "BoardRow",
    "GradeDigest",
    "RoundSettings",
    "RoundRow",
    "Message",
)
"""The models whose rows may change and are never deleted."""

PREFIX = "cartox_keep_"

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION cartox_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb;
    after jsonb;
    given text;
    once text[];
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION '% is kept and nothing is deleted from it', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    before := to_jsonb(OLD);
    after := to_jsonb(NEW);
    FOREACH given IN ARRAY coalesce(TG_ARGV, '{}') LOOP
        once := string_to_array(given, ',');
        IF before ->> once[1] IS NULL AND after ->> once[1] IS NOT NULL THEN
            before := before - once;
            after := after - once;
        END IF;
    END LOOP;
    IF before IS DISTINCT FROM after THEN
        RAISE EXCEPTION '% is kept as it was written', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""


def kept_models(apps: Apps) -> list[type[Model]]:
    """The models that have triggers, as far as `apps` has them already."""
    by_name = {
        model._meta.object_name: model
        for model in apps.get_models()
        if model._meta.app_label in ("patients", "rounds")
    }
    return [by_name[name] for name in (*ONCE, *NEVER_DELETED) if name in by_name]


def expected(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of all triggers that the database should have."""
    return {
        name for model in kept_models(installed_apps) for name, _ in _statements(model, connection)
    }


def installed(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The triggers that the database has, with the table of each."""
    listing = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": (
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgenabled <> 'D' AND pg_table_is_visible(tgrelid)"
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute(listing[connection.vendor])
        return {name: table for name, table in cursor.fetchall() if name.startswith(PREFIX)}


def make(connection: BaseDatabaseWrapper, apps: Apps = installed_apps) -> None:
    """Make the triggers anew for the tables that exist, by the columns of `apps`."""
    tables = set(connection.introspection.table_names())
    models = [model for model in kept_models(apps) if model._meta.db_table in tables]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        drop(connection)
        if models and connection.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTION)
        for model in models:
            for _, statement in _statements(model, connection):
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for name, table in installed(connection).items():
            on = f" ON {quote(table)}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {quote(name)}{on}")


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the triggers away and make them again. For the flush of a test database alone."""
    drop(connection)
    try:
        yield
    finally:
        make(connection)


def _statements(model: type[Model], connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str]]:
    """Name and text of each trigger of one table.

    On PostgreSQL the function compares whole rows, so that a new column needs no change here.
    """
    meta, table = model._meta, model._meta.db_table
    once: list[list[str]] = [
        [str(meta.get_field(name).column) for name in group]  # type: ignore[union-attr]
        for group in ONCE.get(str(meta.object_name), ())
    ]
    if connection.vendor == "postgresql":
        arguments = ", ".join(f"'{','.join(group)}'" for group in once)
        call = f"EXECUTE FUNCTION cartox_keep_row({arguments})"
        actions = {
            "update": f"FOR EACH ROW {call}",
            "delete": f"FOR EACH ROW {call}",
            "truncate": f"FOR EACH STATEMENT {call}",
        }
        if meta.object_name in NEVER_DELETED:
            del actions["update"]
    else:
        actions = _sqlite_actions(model, once, connection)
    on = connection.ops.quote_name(table)
    for when, action in actions.items():
        name = f"{PREFIX}{table}_{when}"
        yield name, f"CREATE TRIGGER {name} BEFORE {when} ON {on} {action}"


def _sqlite_actions(
    model: type[Model], once: list[list[str]], connection: BaseDatabaseWrapper
) -> dict[str, str]:
    """What each trigger of one table does: it refuses under one condition after another."""
    table, key = model._meta.db_table, model._meta.pk.column
    deleting = _sqlite_refusal(f"{table} is kept and nothing is deleted from it", "TRUE")
    inserting, updating = "", ""
    for terms, condition in _sqlite_unique_terms(model, connection):
        named = ", ".join(f"{table}.{term}" for term in terms).replace('"', "")
        text = f"UNIQUE constraint failed: {named}: the row that has it is kept"
        taken = _sqlite_taken(model, terms, condition)
        inserting += _sqlite_refusal(text, f"EXISTS ({taken})")
        updating += _sqlite_refusal(text, f'EXISTS ({taken} AND "{key}" IS NOT OLD."{key}")')
    if model._meta.object_name in ONCE:
        changed = _sqlite_changed(model, once)
        updating += _sqlite_refusal(f"{table} is kept as it was written", changed)
    refusals = {"insert": inserting, "update": updating, "delete": deleting}
    return {when: f"BEGIN {statements}END" for when, statements in refusals.items()}


def _sqlite_refusal(text: str, condition: str) -> str:
    return f"SELECT RAISE(ABORT, '{text}') WHERE {condition}; "


def _sqlite_unique_terms(
    model: type[Model], connection: BaseDatabaseWrapper
) -> Iterator[tuple[list[str], str]]:
    """What is unique together, with the SQL condition under which it is.

    A term is a quoted column, or the one expression of an index that has an expression.
    """
    table = model._meta.db_table
    listing = """
        SELECT list.name, coalesce(made.sql, ''), info.name
        FROM pragma_index_list(%s) list JOIN pragma_index_info(list.name) info
            LEFT JOIN sqlite_master made ON made.type = 'index' AND made.name = list.name
        WHERE list."unique" ORDER BY list.seq DESC, info.seqno
    """
    yield [f'"{model._meta.pk.column}"'], ""
    with connection.cursor() as cursor:
        cursor.execute(listing, [table])
        for (_, statement), columns in groupby(cursor.fetchall(), key=lambda row: row[:2]):
            index, _, condition = statement.partition(" WHERE ")
            names = [name for _, _, name in columns]
            expression = index.partition(f' ON "{table}" ')[2]
            yield [expression] if None in names else [f'"{name}"' for name in names], condition


def _sqlite_taken(model: type[Model], terms: list[str], condition: str) -> str:
    """Select the stored row that has what the new row would have, by the index of the terms.

    A key that the database is to choose is -1 here, which no row has.
    """
    every = [str(field.column) for field in model._meta.concrete_fields]
    quoted = re.compile("|".join(f'"{column}"' for column in every))
    of_new_row = [quoted.sub(lambda column: f"NEW.{column[0]}", term) for term in terms]
    same = " AND ".join(f"{term} = {new}" for term, new in zip(terms, of_new_row, strict=True))
    taken = f'SELECT 1 FROM "{model._meta.db_table}" WHERE {same}'  # noqa: S608  # nosec B608
    if not condition:
        return taken
    new_row = "SELECT " + ", ".join(
        f'NEW."{column}" AS "{column}"' for column in every if column in condition
    )
    return f"{taken} AND ({condition}) AND EXISTS (SELECT 1 FROM ({new_row}) WHERE {condition})"  # noqa: S608  # nosec B608


def _sqlite_changed(model: type[Model], once: list[list[str]]) -> str:
    """The condition that a column changes which may not, or may once and was written before."""
    written_once = {column for group in once for column in group}
    columns = [str(field.column) for field in model._meta.concrete_fields]
    refused = [_any_differs([column for column in columns if column not in written_once])]
    for group in once:
        first = f'OLD."{group[0]}" IS NULL AND NEW."{group[0]}" IS NOT NULL'
        refused.append(f"(({_any_differs(group)}) AND NOT ({first}))")
    return " OR ".join(refused)


def _any_differs(columns: list[str]) -> str:
    return " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in columns)


# Receivers of Django's signals, and a system check


def before_migrate(*, using: str, plan: list[Any] | None = None, **_: Any) -> None:
    """Take the triggers away: a migration may rebuild a table or fill a column."""
    if plan:
        drop(connections[using])


def after_migrate(*, using: str, apps: Apps = installed_apps, **_: Any) -> None:
    """Make the triggers again after a migration."""
    make(connections[using], apps)


def check_triggers(
    app_configs: Any = None, databases: Sequence[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """Warn where a migration was cut short and left rows without their triggers."""
    warnings: list[checks.CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        tables = set(connection.introspection.table_names())
        if not {model._meta.db_table for model in kept_models(installed_apps)} <= tables:
            continue
        if missing := sorted(expected(connection) - set(installed(connection))):
            warnings.append(
                checks.Warning(
                    f"Triggers are missing: {', '.join(missing)}.",
                    hint="Run manage.py migrate; it makes them again.",
                    id="patients.W001",
                )
            )
    return warnings
