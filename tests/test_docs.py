"""The documents stay true: settings, commands, links and folders are named, and exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
OF_TODAY = [page for page in PAGES if page.name != "CHANGELOG.md"]
"""The pages that say how things are; the changelog also says how they were."""
PATH = re.compile(r"`([\w./-]+(?:/|\.(?:py|md|html|css|js|txt|csv|toml|json|in)))(?:::([\w.]+))?`")
RUNNING = (ROOT / "docs/running.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def our_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app in {"grading", "patients"})


def environment_names() -> set[str]:
    read = re.compile(r"\b(CARTOX_[A-Z_]+|DATABASE_URL)\b")
    names = ("settings.py", "extension_points.py")
    files = [ROOT / "cartox_site" / name for name in names]
    files += [ROOT / "tests/required.py", ROOT / ".ci/run"]
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
    assert ".venv/bin/pip install -r requirements-dev.txt && .venv/bin/pytest -n auto" in README


@cache
def names_defined_in(path: Path) -> set[str]:
    """Functions, classes and constants of a module, and the members of its classes."""

    def names(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
        for node in body:
            match node:
                case ast.FunctionDef(name=name):
                    yield prefix + name
                case ast.ClassDef(name=name):
                    yield prefix + name
                    yield from names(node.body, f"{prefix}{name}.")
                case (
                    ast.Assign(targets=[ast.Name(id=name)])
                    | ast.AnnAssign(target=ast.Name(id=name))
                ):
                    yield prefix + name

    return set(names(ast.parse(path.read_text(encoding="utf-8")).body))


def wrong_paths(page: Path) -> list[str]:
    """The paths in a page, seen from the root, that lead nowhere, and names that no module has."""
    wrong: list[str] = []
    for path, name in PATH.findall(page.read_text(encoding="utf-8")):
        file = ROOT / path
        if path.startswith("/"):  # the address of a page, not a file
            continue
        if not file.exists():
            wrong.append(path)
        elif name and file.suffix == ".py" and name not in names_defined_in(file):
            wrong.append(f"{path}::{name}")
    return wrong


@pytest.mark.parametrize("page", OF_TODAY, ids=lambda page: page.name)
def test_every_path_leads_somewhere(page: Path) -> None:
    assert wrong_paths(page) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("`grading/record.py` `grading/rules/`", []),
        ("`grading/recorded.py`", ["grading/recorded.py"]),
        ("`grading/record.py::Record` `grading/entries/findings.py::Findings.elapsed`", []),
        ("`grading/record.py::Recorded`", ["grading/record.py::Recorded"]),
    ],
)
def test_a_wrong_path_is_noticed(text: str, wrong: list[str], tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    assert wrong_paths(page) == wrong


def test_contributing_says_what_every_folder_is_for() -> None:
    folders = {
        path.parent.relative_to(ROOT).as_posix()
        for package in ("grading", "patients")
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    }
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    without = {"patients/templatetags", "patients/migrations"}
    assert [name for name in sorted(folders - without) if f"`{name}/`" not in contributing] == []


def layers_of(package: str) -> list[set[str]]:
    """The layers that the import contract of a package lists, from the top down."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    listed = contracts[f"importlinter:contract:{package}-layers"]["layers"].split("\n")
    return [set(re.findall(r"\w+", line)) for line in listed if line.strip()]


@pytest.mark.parametrize("package", ["grading", "patients"])
def test_the_drawn_levels_are_those_of_the_import_contract(package: str) -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    drawing = contributing.split("## The levels")[1].split("```")[1]
    lines = drawing[drawing.index(f"{package}/ ") :].splitlines()
    assert len(drawing.splitlines()) <= 25

    drawn = [
        next((n for n, line in enumerate(lines) if re.search(rf"\b{name}/", line)), None)
        for layer in layers_of(package)
        for name in sorted(layer)
        if (ROOT / package / name).is_dir() and name != "templatetags"
    ]
    assert drawn
    assert None not in drawn
    assert drawn == sorted(drawn, key=int)  # type: ignore[arg-type]
