"""Desk mode, production, and the sentence that stops a start with a setting missing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from grading.site_rules import SiteRules, site_rules

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "CARTOX_SECRET_KEY": "a-Key-for-tests-0123456789-" * 2 + "only",
    "CARTOX_HOSTS": "cartox.example",
}


def clean_environment() -> dict[str, str]:
    ours = ("CARTOX_", "DATABASE_URL", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own and print them."""
    program = (
        "import json; from cartox_site import settings;"
        "print(json.dumps({name: getattr(settings, name) for name in dir(settings)"
        " if name.isupper()}, default=str))"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=clean_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def settings_of(**environment: str) -> dict[str, Any]:
    started = start(**environment)
    assert started.returncode == 0, started.stderr
    loaded: dict[str, Any] = json.loads(started.stdout)
    return loaded


def test_without_a_key_cartox_runs_on_this_desk_only() -> None:
    desk = settings_of()
    assert (desk["DEBUG"], desk["DESK_MODE"]) == (True, True)
    assert desk["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]


def test_with_a_key_cartox_is_closed_and_secure() -> None:
    site = settings_of(**PRODUCTION)
    assert (site["DEBUG"], site["DESK_MODE"]) == (False, False)
    assert site["ALLOWED_HOSTS"] == ["cartox.example"]
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert site[name] is True
    assert "Manifest" in site["STORAGES"]["staticfiles"]["BACKEND"]


def test_cookies_are_of_this_host_alone_where_it_speaks_https() -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME")
    site, desk = settings_of(**PRODUCTION), settings_of()
    assert [site[name] for name in names] == ["__Host-sessionid", "__Host-csrftoken"]
    assert [desk[name] for name in names] == ["sessionid", "csrftoken"]
    assert {site.get(name, None) for name in ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN")} == {
        None
    }
    script = (ROOT / "static/js/app.js").read_text(encoding="utf-8")
    for name in ("__Host-csrftoken", "csrftoken"):
        assert f'cookies.get("{name}")' in script


def test_a_browser_remembers_for_a_year_to_ask_by_https_alone() -> None:
    site = settings_of(**PRODUCTION)
    assert site["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert site["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is False
    wider = settings_of(**PRODUCTION, CARTOX_HSTS_SUBDOMAINS="true")
    assert wider["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, 0),
        (PRODUCTION, 1800),
        (PRODUCTION | {"CARTOX_IDLE_MINUTES": "10"}, 600),
        (PRODUCTION | {"CARTOX_IDLE_MINUTES": "0"}, 0),
    ],
)
def test_an_idle_session_ends_on_a_ward_and_not_on_a_desk(
    environment: dict[str, str], seconds: int
) -> None:
    assert settings_of(**environment)["IDLE_SECONDS"] == seconds


def test_a_site_names_a_file_with_that_in_which_it_differs(tmp_path: Path) -> None:
    assert settings_of()["CARTOX_SITE_RULES"] == str(SiteRules())
    path = tmp_path / "site.toml"
    path.write_text("\ufeff[local_rules]\ntocilizumab_per_24_h = 2\n", encoding="utf-8")
    of_site = settings_of(CARTOX_SITE_RULES=str(path))["CARTOX_SITE_RULES"]
    assert of_site == str(site_rules({"local_rules": {"tocilizumab_per_24_h": 2}}))


def test_a_file_of_the_site_with_a_mistake_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text("[choices]\ndexamethasone_mg = 40\n", encoding="utf-8")
    started = start(CARTOX_SITE_RULES=str(path))
    assert started.returncode != 0
    assert started.stderr.splitlines()[-1].endswith(
        f"CARTOX_SITE_RULES, {path}: [choices] dexamethasone_mg is 40. 10 is printed: it can be "
        "lowered, not raised, and is above 0."
    )


def test_a_ward_logs_security_events_and_errors_as_lines_of_json() -> None:
    logging = settings_of(**PRODUCTION)["LOGGING"]
    assert logging["root"] == {"handlers": ["lines"], "level": "WARNING"}
    assert logging["loggers"]["cartox.security"]["level"] == "INFO"


@pytest.mark.parametrize("url", ["", "cartox.sqlite3", "mysql://cartox:secret-word@db/ward"])
def test_a_database_that_cartox_does_not_know_is_refused_in_a_sentence(url: str) -> None:
    refused = start(DATABASE_URL=url)
    assert refused.returncode != 0
    message = refused.stderr.splitlines()[-1]
    assert "DATABASE_URL names no database that Cartox knows. Set it to postgres://" in message
    assert "secret-word" not in refused.stderr


def test_the_database_may_be_asked_over_verified_tls() -> None:
    database = settings_of(DATABASE_URL="postgres://cartox@db/ward?sslmode=verify-full")
    assert database["DATABASES"]["default"]["OPTIONS"]["sslmode"] == "verify-full"


def test_a_key_without_hosts_stops_the_start_with_a_sentence() -> None:
    started = start(CARTOX_SECRET_KEY="k" * 60)
    assert started.returncode != 0
    assert "Set CARTOX_HOSTS to the host names" in started.stderr


def test_a_short_key_stops_the_start_with_a_sentence() -> None:
    started = start(CARTOX_SECRET_KEY="secret", CARTOX_HOSTS="cartox.example")
    assert started.returncode != 0
    assert "CARTOX_SECRET_KEY is too short" in started.stderr


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"CARTOX_SECRET_KEY": ""}, "CARTOX_SECRET_KEY is set but empty."),
        ({"CARTOX_HOSTS": "cartox.example"}, "A site that others reach needs the key."),
        ({"CARTOX_PROXY_COUNT": "1"}, "A site that others reach needs the key."),
        ({"CARTOX_PROXY_COUNT": "one"}, "CARTOX_PROXY_COUNT is not a whole number."),
        ({"CARTOX_PROXY_COUNT": "-1"}, "CARTOX_PROXY_COUNT is not a whole number."),
        (PRODUCTION | {"CARTOX_IDLE_MINUTES": ""}, "CARTOX_IDLE_MINUTES is not a whole number."),
        ({"CARTOX_LOCAL_RULES": "{}"}, "CARTOX_LOCAL_RULES is no longer read. Write the"),
        ({"CARTOX_SITE_RULES": ""}, "CARTOX_SITE_RULES is empty. Name a file, or take it away."),
        ({"CARTOX_SITE_RULES": "/nowhere/site.toml"}, "No such file or directory"),
    ],
)
def test_half_a_site_never_starts_as_a_desk(environment: dict[str, str], sentence: str) -> None:
    started = start(**environment)
    assert started.returncode != 0
    assert sentence in started.stderr.splitlines()[-1]


def test_a_forwarded_scheme_is_believed_only_behind_a_proxy() -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in settings_of(**PRODUCTION)
    behind = settings_of(**PRODUCTION, CARTOX_PROXY_COUNT="1")
    assert behind["PROXY_COUNT"] == 1
    assert behind["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_the_check_of_a_deployment_finds_nothing() -> None:
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=clean_environment() | PRODUCTION,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    "url",
    [
        "postgres://cartox@%2Frun%2Fpostgresql/ward",
        "postgresql://cartox@%2Frun%2Fpostgresql/ward",
    ],
)
def test_a_unix_socket_may_be_quoted_in_the_database_url(url: str) -> None:
    database = settings_of(DATABASE_URL=url)["DATABASES"]["default"]
    assert (database["HOST"], database["NAME"]) == ("/run/postgresql", "ward")
    assert database["CONN_MAX_AGE"] == 60


def test_sqlite_queues_writers_and_survives_a_power_cut(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("these are SQLite's own settings")
    with connection.cursor() as cursor:
        pragmas = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("requirements*.txt")))
def test_every_requirement_is_pinned_and_hashed_and_names_no_registry(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==\S+(.*?)\n\s+--hash=", text, re.MULTILINE)
    starts = re.findall(r"^[a-z0-9].*$", text, re.MULTILINE)
    assert len(pins) == len(starts) > 0
    assert not re.search(r"https?://|--index|--find-links|file:", text)
