"""The documents stay true: settings, commands, links and folders are named, and exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
RUNNING = (ROOT / "docs/running.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def our_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app in {"grading", "patients"})


def environment_names() -> set[str]:
    read = re.compile(r"\b(CARTOX_[A-Z_]+|DATABASE_URL)\b")
    files = [ROOT / "cartox_site/settings.py", ROOT / "tests/conftest.py", ROOT / ".ci/run"]
    return {name for file in files for name in read.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", sorted(environment_names()))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in RUNNING


@pytest.mark.parametrize("name", our_commands())
def test_every_command_is_documented(name: str) -> None:
    assert f"`manage.py {name}" in RUNNING


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`manage\.py (\w+)", RUNNING))))
def test_every_documented_command_exists(name: str) -> None:
    assert name in get_commands()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("folder", sorted(set(re.findall(r"^\| `(\w+)/`", README, re.MULTILINE))))
def test_every_folder_of_the_map_exists(folder: str) -> None:
    assert (ROOT / folder).is_dir()


def test_the_readme_names_the_two_commands() -> None:
    assert ".venv/bin/pip install -r requirements.txt && .venv/bin/python manage.py demo" in README
    assert ".venv/bin/pip install -r requirements-dev.txt && .venv/bin/pytest" in README
