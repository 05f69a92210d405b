"""A check that PostgreSQL's own log holds no row of a patient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

WITHOUT_ROWS = {
    "log_min_error_statement": {"panic"},
    "log_error_verbosity": {"terse"},
    "log_statement": {"none", "ddl"},
    "log_min_duration_statement": {"-1"},
    "log_min_duration_sample": {"-1"},
    "log_transaction_sample_rate": {"0"},
    "log_parameter_max_length_on_error": {"0"},
    "debug_print_parse": {"off"},
    "debug_print_rewritten": {"off"},
    "debug_print_plan": {"off"},
}
"""The settings by which values of a query or a row come into the log, and what keeps them out."""


def check_server_log(
    app_configs: Any = None, databases: Sequence[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """Warn where PostgreSQL would log names, MRNs and birth dates on an error or a crash."""
    warnings: list[checks.CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [[*WITHOUT_ROWS]]
            )
            logging = [
                f"{name} = {value}"
                for name, value in sorted(cursor.fetchall())
                if value not in WITHOUT_ROWS[name]
            ]
        if logging:
            warnings.append(
                checks.Warning(
                    f"PostgreSQL may write rows of patients into its log: {', '.join(logging)}.",
                    hint="docs/running.md lists the settings that keep them out.",
                    id="patients.W002",
                )
            )
    return warnings
