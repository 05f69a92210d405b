"""How a test that commits is cleaned up: the rows that it left go, and no table is touched in vain.

Django's own flush empties every table and makes content types and permissions anew, which takes a
second for each such test.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from patients.models import triggers

STAY = frozenset({"django_migrations", "django_content_type", "auth_permission"})
"""The tables that `migrate` fills and no test changes."""
REFERENCE = {
    model._meta.db_table
    for model in apps.get_app_config("patients").get_models()
    if model.__module__ in {"patients.models.products", "patients.models.prevention"}
}
"""The tables that a migration fills with products, trials, schedules and prevention: nothing that a
ward entered."""

Tables = dict[str, list[tuple[Any, ...]]]


@cache
def migrated_apps() -> Any:
    """The models as migrations see them."""
    return MigrationLoader(None).project_state().apps


def load_reference_rows() -> None:
    """What the migrations load."""
    with transaction.atomic():
        import_module("patients.migrations.0005_products_loaded").load(migrated_apps())
        import_module("patients.migrations.0027_labels_by_region").load(migrated_apps())


def reference_rows(tables: set[str]) -> Tables:
    """Every reference row of these tables, in an order that is always the same."""
    rows: Tables = {}
    with connection.cursor() as cursor:
        for table in sorted(REFERENCE & tables):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows[table] = sorted(cursor.fetchall(), key=repr)
    return rows


class Cleaner:
    """Takes away what tests committed. `as_loaded` are the reference rows of a new database."""

    def __init__(self) -> None:
        self.as_loaded: Tables | None = None

    def clean(self) -> None:
        """Empty each table that has rows; load the reference rows again where they differ."""
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor)) - STAY
        is_as_loaded = self.as_loaded == reference_rows(tables)
        left = self._filled(tables - REFERENCE if is_as_loaded else tables)
        if left:
            with triggers.lifted(connection), transaction.atomic(), connection.cursor() as cursor:
                for table in left:
                    cursor.execute(f'DELETE FROM "{table}"')
        if not is_as_loaded:
            load_reference_rows()
            self.as_loaded = reference_rows(tables)

    def _filled(self, tables: set[str]) -> list[str]:
        each = [
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in sorted(tables)
        ]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(each))
            return [table for (table,) in cursor.fetchall()]
