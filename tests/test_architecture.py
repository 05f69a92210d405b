"""House rules as a small program: what may import what, and which ways of writing are closed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = [
    path
    for folder in ("grading", "patients", "cartox_site")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

MAY_WRITE = {
    "patients/door.py",
    "patients/regrade.py",
    "patients/board_facts.py",
    "patients/models/guarded.py",
}
"""The door and what it calls. Only these may reach for `unguarded`."""

BULK_WRITES = {
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "aupdate",
    "adelete",
    "abulk_create",
    "abulk_update",
    "_raw_delete",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def calls_of_bulk_writes(path: Path) -> Iterator[tuple[int, str]]:
    """`something.update(...)` and its like, where `something` may be a queryset."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        source = ast.unparse(node.func.value)
        looks_like_rows = re.search(r"objects|filter\(|all\(\)|exclude\(|QuerySet|manager", source)
        if node.func.attr in BULK_WRITES and looks_like_rows:
            yield node.lineno, f"{source}.{node.func.attr}"


def run_python(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_grading_never_imports_the_ward() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in CODE
        if path.is_relative_to(ROOT / "grading")
        for module in imports(path)
        if module.split(".")[0] in {"patients", "cartox_site"}
    ]
    assert wrong == []


def test_only_grading_commands_and_apps_know_django() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in CODE
        if path.is_relative_to(ROOT / "grading")
        and "management" not in path.parts
        and path.name != "apps.py"
        for module in imports(path)
        if module.split(".")[0] == "django"
    ]
    assert wrong == []


def test_rules_and_guidelines_run_without_django() -> None:
    program = (
        "import sys; sys.modules['django'] = None\n"
        "from grading.record import Findings, Record\n"
        "from grading.rules.registry import grade_record\n"
        "import grading.guidelines, grading.course_json\n"
        "from datetime import timedelta\n"
        "grades = grade_record(Record(findings=(Findings(elapsed=timedelta(0)),)))\n"
        "print(sorted(grades))"
    )
    assert run_python(program) == "['crs_astct_2019', 'icans_astct_2019']"


def test_a_web_worker_never_imports_plotly() -> None:
    program = (
        "import sys\n"
        "import cartox_site.wsgi\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] == 'plotly'))"
    )
    assert run_python(program) == "[]"


def test_only_the_door_reaches_past_the_guard() -> None:
    wrong = [
        name_of(path)
        for path in CODE
        if name_of(path) not in MAY_WRITE
        and re.search(r"\bunguarded\b|_base_manager|models\.QuerySet\(", path.read_text("utf-8"))
    ]
    assert wrong == []


def test_only_the_demo_sets_the_clock_back() -> None:
    may = {"patients/clock.py", "patients/demo_course.py"}
    wrong = [
        name_of(path)
        for path in CODE
        if name_of(path) not in may and "set_back_to" in path.read_text(encoding="utf-8")
    ]
    assert wrong == []


def test_nothing_writes_rows_in_bulk_outside_the_door() -> None:
    wrong = [
        f"{name_of(path)}:{line} {call}"
        for path in CODE
        if name_of(path) not in MAY_WRITE
        for line, call in calls_of_bulk_writes(path)
    ]
    assert wrong == []


def test_only_the_triggers_speak_sql() -> None:
    wrong = [
        name_of(path)
        for path in CODE
        if name_of(path) != "patients/triggers.py"
        and re.search(r"\.cursor\(|\.raw\(|\bRawSQL\b", path.read_text("utf-8"))
    ]
    assert wrong == []


def test_the_search_for_bulk_writes_finds_one(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("Dose.objects.filter(pk=1).update(agent='x')\nfacts.update(a=1)\n")
    assert [line for line, _ in calls_of_bulk_writes(planted)] == [1]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_an_inline_script_or_style(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    scripts = re.findall(r"<script\b(?![^>]*\bsrc=)[^>]*>", text, re.IGNORECASE)
    assert [tag for tag in scripts if "application/json" not in tag] == []
    assert re.findall(r"<style\b", text, re.IGNORECASE) == []
    assert re.findall(r"<[^>]*\sstyle\s*=", text, re.IGNORECASE) == []
    assert re.findall(r"<[^>]*\son[a-z]+\s*=", text, re.IGNORECASE) == []
    assert re.findall(r"\bhx-(?:on|vars)\b|[\"']js:", text, re.IGNORECASE) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_asks_another_host(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    assert re.findall(r"\b(?:src|href|action|hx-get|hx-post)\s*=\s*[\"'](?:https?:)?//", text) == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "helpers", "common", "services", "misc"}
    assert [name_of(path) for path in CODE if path.stem in drawers] == []
    assert [name_of(path) for path in CODE if path.with_suffix("").is_dir()] == []
