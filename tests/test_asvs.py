"""The walk through ASVS stays true: what each row names exists, and no row names nothing."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from patients.models import Course
from tests.cartox_site.test_settings import PRODUCTION, settings_of

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs/security-asvs.md").read_text(encoding="utf-8")
MET = PAGE[PAGE.index("## What is met") : PAGE.index("## What is not met")]
ROW = re.compile(r"^\| (\d[^|]*) \|[^|]*\|[^|]*\|(.*)\|$", re.MULTILINE)
ROWS = ROW.findall(PAGE)
TESTS = re.compile(r"`(tests/[^`]+::[^`]+)`")
SETTING = re.compile(r"\b([A-Z]+_[A-Z_]+)\b(?: is (\w+(?:[:.]\w+)*))?")
LINKS = re.compile(r"(?:\[[^]]+\]\([^)]+\)|`[a-z/_]+\.py`|, )+")
"""A row of documentation: sections of pages, which `tests/test_docs.py` looks up, and files."""
WITHOUT_A_TEST = {
    "1.4.1, 1.4.3": "the language has it",
    "6.2.10": "the absence of a thing that nobody wrote",
    "6.4.2": "the absence of a thing that nobody wrote",
    "11.5.1": "arithmetic about Django's alphabets",
    "15.3.5–15.3.7": "a way of writing, which mypy and reviews hold",
}
"""The items for which no test, no setting and no document stands, each with the reason."""
CODE = [
    path
    for folder in ("patients", "grading", "cartox_site")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def items(cell: str) -> list[str]:
    """`7.2.1–7.2.3, 8.1.1` one by one."""
    numbers: list[str] = []
    for part in cell.split(", "):
        first, _, last = part.partition("–")
        stem, _, low = first.rpartition(".")
        high = last.rpartition(".")[2] or low
        if low.isdigit():
            numbers += [f"{stem}.{number}" for number in range(int(low), int(high) + 1)]
        else:
            numbers.append(part)
    return numbers


@cache
def as_shipped() -> dict[str, Any]:
    """The settings of a site with its key."""
    return settings_of(**PRODUCTION)


@pytest.mark.parametrize("node", sorted(set(TESTS.findall(PAGE))))
def test_the_evidence_of_an_item_exists(node: str) -> None:
    path, _, name = node.partition("::")
    assert name in names_in(ROOT / path)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\b[A-Z]+_[A-Z_]+\b", PAGE))))
def test_a_setting_that_is_named_exists(name: str) -> None:
    source = (ROOT / "cartox_site/settings.py").read_text(encoding="utf-8")
    assert name in source or (not name.startswith("CARTOX_") and hasattr(settings, name))


@pytest.mark.parametrize(("name", "value"), sorted(set(SETTING.findall(MET))))
def test_a_setting_that_is_evidence_has_the_value_that_the_page_says(name: str, value: str) -> None:
    shipped = as_shipped().get(name, getattr(settings, name, None))
    words = {"True": "true", "False": "false", "[]": "empty"}
    assert words.get(str(shipped), str(shipped)) == value


def test_every_item_that_is_met_names_what_holds_it() -> None:
    without = {
        cell
        for cell, how in ROW.findall(MET)
        if not TESTS.search(how)
        and not SETTING.search(how)
        and how.strip() != "site"
        and not LINKS.fullmatch(how.strip())
    }
    assert without == set(WITHOUT_A_TEST)


def test_no_item_stands_twice_and_each_says_how() -> None:
    named = [item for cell, _ in ROWS for item in items(cell)]
    assert len(named) > 100
    assert sorted(set(named)) == sorted(named)
    assert [cell for cell, how in ROWS if not how.strip()] == []


# Items that are held by nothing else


def imported_and_called(path: Path) -> tuple[set[str], set[str]]:
    """The modules that a file imports, and the functions and `.methods` that it calls."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    imported = {
        alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    functions = [node.func for node in nodes if isinstance(node, ast.Call)]
    called = {function.id for function in functions if isinstance(function, ast.Name)}
    called |= {f".{function.attr}" for function in functions if isinstance(function, ast.Attribute)}
    return imported, called


def test_no_code_command_or_template_is_made_of_input() -> None:
    assert len(CODE) > 150
    for path in CODE:
        imported, called = imported_and_called(path)
        modules = {"subprocess", "pickle", "marshal", "shelve", "yaml", "code"} & imported
        functions = {"eval", "exec", "compile", ".system", ".popen", ".from_string"} & called
        assert (modules, functions) == (set(), set()), path


def test_scripts_write_text_and_htmx_evaluates_nothing() -> None:
    base = (ROOT / "templates/base.html").read_text(encoding="utf-8")
    assert '"allowEval":false' in base
    writing_markup = re.compile(
        r"(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\("
    )
    scripts = (ROOT / "static/js").rglob("*.js")
    writing = {path.name for path in scripts if writing_markup.search(path.read_text("utf-8"))}
    assert writing == {"board.js"}  # it compares an answer of this host with what is shown


@pytest.mark.parametrize(
    "address",
    ["/static/", "/manage.py", "/static/../manage.py", "/static/%2e%2e/manage.py", "/.git/config"],
)
def test_no_source_and_no_listing_is_served(address: str, nurse_client: Client) -> None:
    assert nurse_client.get(address).status_code == 404


def test_an_answer_says_its_type_and_encoding(nurse_client: Client, course: Course) -> None:
    page = nurse_client.get(reverse("chart", args=[course.uid]))
    figure = nurse_client.get(reverse("chart_figure", args=[course.uid]))
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert figure["Content-Type"] == "application/json"
