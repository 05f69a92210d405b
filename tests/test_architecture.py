"""House rules that no linter checks: closed writes, what a page may hold, names and sizes.

What may import what stands in `.importlinter`.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
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
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TOOLS = [
    ROOT / "manage.py",
    *(
        path
        for folder in ("benchmarks", "scripts")
        for path in sorted((ROOT / folder).rglob("*.py"))
    ),
]
"""Run by hand, on databases of wards too: bound by the same door."""
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

MAY_WRITE = {
    "patients/door/entries.py",
    "patients/door/locks.py",
    "patients/door/replays.py",
    "patients/regrading/regrade.py",
    "patients/regrading/board_row.py",
    "patients/regrading/digests.py",
    "patients/models/guarded.py",
    "patients/rounds/writing.py",  # the rows of the round, under the lock of the course
    "patients/drafts/keeping.py",  # drafts, which no record and no grade reads
    "benchmarks/wards.py",  # fills databases of its own, and refuses any other
}
"""The door and what it calls. Only these may reach for `unguarded`."""
OF_NO_PATIENT = {"cartox_site/accounts/quick.py"}  # PINs, and the devices on which they hold
"""Modules that write rows in bulk, none of which is about a patient."""

MAY_SPEAK_SQL = {
    "patients/models/triggers.py",
    "patients/regrading/record.py",  # reads every row of a course by one query, compiled once
    "patients/reading/versions.py",  # asked by every open board every 15 s; it only reads
    "patients/rounds/due/rounds_now.py",  # asked as often; it only reads
    "patients/server_log.py",  # it reads settings
    "benchmarks/databases.py",  # makes and drops whole databases of its own
}

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
    "save_base",
}
ON_ROWS_ALONE = BULK_WRITES - {"update"}
"""Words that nothing but a model, a manager or a queryset answers to; dicts update too."""
ROWS = re.compile(r"objects|filter\(|all\(\)|exclude\(|QuerySet|manager|\b[a-z]+_set\b")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls_of_bulk_writes(path: Path) -> Iterator[tuple[int, str]]:
    """`something.update(...)` and its like, where `something` may be a queryset."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    rows = names_of_rows(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        source, word = ast.unparse(node.func.value), node.func.attr
        looks_like_rows = ROWS.search(source) or source.split(".")[0] in rows
        if word in ON_ROWS_ALONE or (word in BULK_WRITES and looks_like_rows):
            yield node.lineno, f"{source}.{word}"


def names_of_rows(tree: ast.AST) -> set[str]:
    """Variables that were given a queryset anywhere in the file."""
    given = [node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.AnnAssign)]
    return {
        name.id
        for node in given
        if node.value is not None and ROWS.search(ast.unparse(node.value))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    }


def run_python(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_rules_and_guidelines_run_without_django() -> None:
    program = (
        "import sys; sys.modules['django'] = None\n"
        "from grading.local_rules import DEFAULT\n"
        "from grading.record import Findings, Record\n"
        "from grading.rules.systems import grade_record\n"
        "import grading.guidelines, grading.documents.reading.course_reader\n"
        "from datetime import timedelta\n"
        "grades = grade_record(Record(findings=(Findings(elapsed=timedelta(0)),)), DEFAULT)\n"
        "print(list(grades)[:2])"
    )
    assert run_python(program) == "['crs_astct_2019', 'icans_astct_2019']"


def test_arrow_and_dask_are_imported_only_when_asked_for() -> None:
    program = (
        "import sys\n"
        "import cartox_site.wsgi\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        "import grading.management.commands.grade\n"
        "optional = {'pyarrow', 'dask', 'distributed'}\n"
        "print(sorted(optional & {name.split('.')[0] for name in sys.modules}))"
    )
    assert run_python(program) == "[]"


def test_a_web_worker_never_imports_plotly_or_the_services_of_messages() -> None:
    program = (
        "import sys\n"
        "import cartox_site.wsgi\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        "print(sorted({'plotly', 'apprise'} & {name.split('.')[0] for name in sys.modules}))"
    )
    assert run_python(program) == "[]"


def test_only_the_door_reaches_past_the_guard() -> None:
    wrong = [
        name_of(path)
        for path in CODE + TOOLS
        if name_of(path) not in MAY_WRITE
        and re.search(r"\bunguarded\b|_base_manager|models\.QuerySet\(", path.read_text("utf-8"))
    ]
    assert wrong == []


def test_only_the_demo_sets_the_clock_back() -> None:
    may = {"patients/clock.py", "patients/demo/play.py", "patients/demo/answers.py"}
    wrong = [
        name_of(path)
        for path in CODE
        if name_of(path) not in may and "set_back_to" in path.read_text(encoding="utf-8")
    ]
    assert wrong == []


def test_nothing_writes_rows_in_bulk_outside_the_door() -> None:
    wrong = [
        f"{name_of(path)}:{line} {call}"
        for path in CODE + TOOLS
        if name_of(path) not in MAY_WRITE | OF_NO_PATIENT
        for line, call in calls_of_bulk_writes(path)
    ]
    assert wrong == []


def test_only_named_modules_speak_sql() -> None:
    wrong = [
        name_of(path)
        for path in CODE + TOOLS
        if name_of(path) not in MAY_SPEAK_SQL
        and re.search(r"\.cursor\(|\.raw\(|\bRawSQL\b", path.read_text("utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "planted",
    [
        "Dose.objects.filter(pk=1).update(agent='x')",
        "Ward.objects.update(name='x')",
        "course.doses.all().delete()",
        "course.assessment_set.update(note='')",
        "doses.bulk_create([])",
        "found = Dose.objects.order_by('pk')\nfound.update(agent='x')",
        "row.save_base(raw=True)",
    ],
)
def test_the_search_finds_a_planted_bulk_write(planted: str, tmp_path: Path) -> None:
    file = tmp_path / "planted.py"
    file.write_text(planted)
    assert len(list(calls_of_bulk_writes(file))) == 1


def test_the_search_passes_over_what_is_no_row(tmp_path: Path) -> None:
    file = tmp_path / "innocent.py"
    file.write_text("facts = {}\nfacts.update(a=1)\nseen = set()\nseen.update([1])\n")
    assert list(calls_of_bulk_writes(file)) == []


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


# Names and sizes

MOST_LINES, MOST_MODULES = 350, 12

VAGUE = {"told", "said", "seen", "saw", "found", "known", "kept", "mind", "way"}
"""Words that do not say what a name holds."""
SAW_OF = {"ChecklistItem", "Criterion", "Met", "Points"}
"""Classes with the field `saw`, which is a key of stored grades and of documents."""

OF_SEVERAL = {
    "Adjudication": "as a rule reads it, and the table in which it is stored",
    "Command": "Django finds a command by this name of its class",
    "Dose": "as a rule reads it, and the table in which it is stored",
    "Event": "as a rule reads it, and the table in which it is stored",
    "StepMark": "as a rule reads it, and the table in which it is stored",
    "compute": "each score of the course gives it to its `SYSTEM`",
    "to_document": "each score of the course gives it to its `SYSTEM`",
}
"""Public functions and classes that several modules define, and why."""


def names_bound_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that a module gives to something, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
                yield node.lineno, name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield node.lineno, name


def saw_fields(tree: ast.AST) -> set[int]:
    """The lines on which a class of `SAW_OF` declares its field."""
    return {
        field.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name in SAW_OF
        for field in node.body
        if isinstance(field, ast.AnnAssign)
    }


def vague_names(source: str) -> list[tuple[int, str]]:
    tree = ast.parse(source)
    allowed = saw_fields(tree)
    return [
        (line, name)
        for line, name in names_bound_in(tree)
        if name.strip("_").lower() in VAGUE and not (name == "saw" and line in allowed)
    ]


@pytest.mark.parametrize("path", CODE + TOOLS + TESTS, ids=name_of)
def test_names_say_what_they_hold(path: Path) -> None:
    assert vague_names(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "found = []",
        "def told(): ...",
        "def f(*, seen): ...",
        "self._kept = 1",
        "import a as said",
        "for known in (): ...",
        "class Way: ...",
        "with a as mind: ...",
        "class Other:\n    saw: int",
        "match a:\n    case [*found]: ...",
    ],
)
def test_the_search_finds_a_planted_name(planted: str) -> None:
    assert len(vague_names(planted)) == 1


def test_a_criterion_has_the_field_of_stored_grades() -> None:
    assert vague_names("class Met:\n    saw: dict\nMet(saw={})") == []


def test_no_public_function_or_class_has_two_homes() -> None:
    homes: dict[str, list[str]] = {}
    for path in CODE:
        if path.is_relative_to(ROOT / "cartox_site"):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(name_of(path))
    several = {name: paths for name, paths in homes.items() if len(paths) > 1}
    assert {name: several[name] for name in several.keys() - OF_SEVERAL.keys()} == {}
    assert OF_SEVERAL.keys() - several.keys() == set()


def test_no_module_is_too_long_to_read_at_once() -> None:
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in CODE}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_no_folder_holds_too_many_modules() -> None:
    modules = Counter(path.parent for path in CODE if path.name != "__init__.py")
    assert {name_of(folder): n for folder, n in modules.items() if n > MOST_MODULES} == {}


# One edition of CTCAE is not another

VERSION = re.compile(r"CTCAE(?=[ _](?:4[._]03|5[._]0|6[._]0)|[456]| \{(?:self\.)?\w+)")
OF_SEVERAL_EDITIONS = re.compile(r"editions? of CTCAE|NCI Common Terminology|CTCAE editions?")


def ctcae_without_version(text: str) -> list[str]:
    """Lines that name CTCAE and not which edition."""
    return [
        line.strip()
        for line in text.splitlines()
        if len(re.findall("CTCAE", line))
        > len(VERSION.findall(line)) + len(OF_SEVERAL_EDITIONS.findall(line))
    ]


@pytest.mark.parametrize("path", CODE + TEMPLATES, ids=name_of)
def test_ctcae_is_never_named_without_its_version(path: Path) -> None:
    assert ctcae_without_version(path.read_text(encoding="utf-8")) == []


def test_the_search_finds_ctcae_without_its_version() -> None:
    assert ctcae_without_version("grade 4 by CTCAE") == ["grade 4 by CTCAE"]
    assert ctcae_without_version("CTCAE 5.0 and CTCAE 6.0\ncrs_ctcae_5_0, CTCAE_6_0") == []
