"""What the database itself refuses: changing or deleting what was entered, or an old grade.

Triggers stand behind the door, so that no shell, no script and no other program rewrites what
a ward recorded. Some fields may be written once, together, while the first of them is null.
They are taken away before a migration, which may rebuild a table, and made again after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
SUPERSEDE = ("superseded_at",)

ONCE: dict[str, tuple[tuple[str, ...], ...]] = {
    "Assessment": (STRIKE_OUT,),
    "LabResult": (STRIKE_OUT,),
    "Dose": (STRIKE_OUT, STOP),
    "Event": (STRIKE_OUT,),
    "GradeRecord": (SUPERSEDE,),
}
"""Which rows are kept, and the fields of each that may be written once. All others never."""

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
    FOREACH given IN ARRAY TG_ARGV LOOP
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
    """The models whose rows are kept, as far as `apps` has them yet."""
    by_name = {
        model._meta.object_name: model
        for model in apps.get_models()
        if model._meta.app_label == "patients"
    }
    return [by_name[name] for name in ONCE if name in by_name]


def expected(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of all triggers that should be there."""
    return {
        name for model in kept_models(installed_apps) for name, _ in _statements(model, connection)
    }


def installed(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The triggers that are there, and the table of each."""
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
    """Without the triggers for a moment. For the flush of a test database alone."""
    drop(connection)
    try:
        yield
    finally:
        make(connection)


def _statements(model: type[Model], connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str]]:
    """Name and text of each trigger of one table."""
    if connection.vendor == "postgresql":
        return _postgres(model, connection)
    return _sqlite(model, connection)


def _column(field: Any) -> str:
    return str(field.column)


def _once_columns(model: type[Model]) -> list[list[str]]:
    groups = ONCE[str(model._meta.object_name)]
    return [[_column(model._meta.get_field(name)) for name in group] for group in groups]


def _postgres(model: type[Model], connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str]]:
    """The function compares whole rows, so that a new column is kept without being named."""
    table = model._meta.db_table
    on = connection.ops.quote_name(table)
    arguments = ", ".join(f"'{','.join(group)}'" for group in _once_columns(model))
    call = f"EXECUTE FUNCTION cartox_keep_row({arguments})"
    for when, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        name = f"{PREFIX}{table}_{when}"
        yield name, f"CREATE TRIGGER {name} BEFORE {when} ON {on} FOR EACH {each} {call}"


def _sqlite(model: type[Model], connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str]]:
    table = model._meta.db_table
    on = connection.ops.quote_name(table)
    refusals = (
        ("update", f"WHEN {_sqlite_changed(model)}", "as it was written"),
        ("delete", "", "and nothing is deleted from it"),
    )
    for when, condition, reason in refusals:
        name = f"{PREFIX}{table}_{when}"
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is kept {reason}'); END"
        yield name, f"CREATE TRIGGER {name} BEFORE {when} ON {on} {condition} {refuse}"


def _sqlite_changed(model: type[Model]) -> str:
    """True where a column changes that may not, or one that may once and was written before."""
    groups = _once_columns(model)
    once = {column for group in groups for column in group}
    columns = [_column(field) for field in model._meta.concrete_fields]
    refused = [_any_differs([column for column in columns if column not in once])]
    for group in groups:
        first = f'OLD."{group[0]}" IS NULL AND NEW."{group[0]}" IS NOT NULL'
        refused.append(f"(({_any_differs(group)}) AND NOT ({first}))")
    return " OR ".join(refused)


def _any_differs(columns: list[str]) -> str:
    return " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in columns)


# What Django calls


def before_migrate(*, using: str, plan: list[Any] | None = None, **_: Any) -> None:
    """A migration may rebuild a table or fill a column: let it."""
    if plan:
        drop(connections[using])


def after_migrate(*, using: str, apps: Apps = installed_apps, **_: Any) -> None:
    """Whatever the migration left, the triggers stand again."""
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
