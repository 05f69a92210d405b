"""The check of PostgreSQL's log settings warns of each that would log rows of patients."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.checks.messages import CheckMessage
from django.db import connection

from patients.server_log import WITHOUT_ROWS, check_server_log

RUNNING = (Path(settings.BASE_DIR) / "docs/running.md").read_text(encoding="utf-8")
DOCUMENTED = dict(re.findall(r"^(\w+) = '?([\w-]+)'?$", RUNNING, re.MULTILINE))
LOGS_ROWS = {
    "log_min_error_statement": "error",
    "log_error_verbosity": "default",
    "log_statement": "mod",
    "log_min_duration_statement": "0",
    "log_parameter_max_length_on_error": "-1",
    "debug_print_parse": "on",
}


def warnings(**log_settings: str) -> list[CheckMessage]:
    """The warnings on a connection with these settings."""
    with connection.cursor() as cursor:
        for name, value in log_settings.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    return check_server_log(databases=["default"])


def test_every_documented_setting_keeps_rows_out_of_the_log() -> None:
    named = {name: value for name, value in DOCUMENTED.items() if name in WITHOUT_ROWS}
    assert len(named) >= 6
    assert [name for name, value in named.items() if value not in WITHOUT_ROWS[name]] == []


@pytest.mark.usefixtures("postgres")
def test_a_server_with_the_documented_settings_is_not_warned_of() -> None:
    documented = {name: value for name, value in DOCUMENTED.items() if name in WITHOUT_ROWS}
    assert warnings(**documented) == []


@pytest.mark.usefixtures("postgres")
@pytest.mark.parametrize("name", LOGS_ROWS)
def test_each_setting_that_would_log_rows_is_named(name: str) -> None:
    documented = {each: value for each, value in DOCUMENTED.items() if each in WITHOUT_ROWS}
    (warning,) = warnings(**documented | {name: LOGS_ROWS[name]})
    assert warning.msg == (
        f"PostgreSQL may write rows of patients into its log: {name} = {LOGS_ROWS[name]}."
    )


def test_the_log_is_checked_before_deployment_and_not_at_every_check(db: None) -> None:
    def ids(*, deploy: bool) -> set[str | None]:
        messages = run_checks(
            tags=[Tags.database], databases=["default"], include_deployment_checks=deploy
        )
        return {message.id for message in messages}

    assert "patients.W002" not in ids(deploy=False)
    is_postgres = connection.vendor == "postgresql"
    assert ("patients.W002" in ids(deploy=True)) is (is_postgres and bool(warnings()))
