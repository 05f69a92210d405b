"""`manage.py grade` and `manage.py print_rules`, run as anyone would run them."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from grading.pages.rules_page import printed

ROOT = Path(settings.BASE_DIR)
COURSE = {
    "format": "cartox-course-1",
    "id": "1",
    "assessments": [{"hour": 24, "temperature_c": 38.5}],
}


def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "grade", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3", **environment},
    )


def test_grades_standard_input_without_a_database() -> None:
    done = run("-", stdin=json.dumps(COURSE))
    assert done.returncode == 0, done.stderr
    graded = json.loads(done.stdout)
    assert graded["assessments"][0]["grades"]["crs_astct_2019"]["grade"] == 1


def test_grades_under_the_decisions_of_the_site_as_its_ward_does(tmp_path: Path) -> None:
    shock = {
        "hour": 24,
        "temperature_c": 39,
        "oxygen_device": "room_air",
        "hypotension": True,
        "vasopressors": ["norepinephrine", "terlipressin"],
    }
    course = json.dumps({**COURSE, "assessments": [shock]})
    path = tmp_path / "site.toml"
    path.write_text("[local_rules]\nterlipressin_is_vasopressin = false\n", encoding="utf-8")
    default, of_site, in_processes = (
        [json.loads(line) for line in done.stdout.splitlines()]
        for done in (
            run("-", stdin=course),
            run("-", stdin=course, CARTOX_SITE_RULES=str(path)),
            run("-", "--jobs", "2", stdin=f"{course}\n{course}", CARTOX_SITE_RULES=str(path)),
        )
    )
    crs = [
        graded["assessments"][0]["grades"]["crs_astct_2019"]["grade"]
        for graded in (*default, *of_site, *in_processes)
    ]
    assert crs == [3, 4, 4, 4]
    assert default[0]["rules_version"] != of_site[0]["rules_version"]


def test_a_mistake_gives_exit_code_1_and_the_others_are_graded(tmp_path: Path) -> None:
    bad = {**COURSE, "id": "2", "assessments": [{"hour": 24, "temperature_c": 98.6}]}
    path = tmp_path / "courses.jsonl"
    path.write_text("\n".join(json.dumps(item) for item in (COURSE, bad, COURSE)))
    done = run(str(path))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [line["id"] for line in lines] == ["1", "2", "1"]
    assert lines[1]["error"] == "assessments[0].temperature_c: 98.6 is outside 25–45; enter °C"


def test_a_file_that_is_not_there_is_named_and_the_next_is_graded(tmp_path: Path) -> None:
    path = tmp_path / "course.json"
    path.write_text(json.dumps(COURSE, indent=2))
    done = run(str(tmp_path / "nowhere.json"), str(path))
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 1
    assert "nowhere.json" in first["error"]
    assert second["id"] == "1"


def test_a_line_that_is_not_utf_8_is_refused_and_the_others_are_graded(tmp_path: Path) -> None:
    path = tmp_path / "courses.jsonl"
    good = json.dumps(COURSE).encode()
    path.write_bytes(good + b'\n{"format": "cartox-course-1", "id": "\xff"}\n' + good)
    done = run(str(path))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line.get("error") for line in lines] == [None, "line 2: not UTF-8", None]


def test_what_is_written_into_the_documents_is_fresh(tmp_path: Path) -> None:
    call_command("print_rules", str(tmp_path), stdout=StringIO())
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    of_document = {"course-document.md", "course-document.schema.json"}
    assert written.keys() == {"rules.md", "drugs.md", *of_document}
    for name, text in written.items():
        stored = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert stored == text, "run: python manage.py print_rules"


@pytest.mark.parametrize("mark", ["SV", "VM", "D"])
def test_the_rules_page_says_how_far_each_line_was_checked(mark: str) -> None:
    assert f"| {mark} |" in printed()


def test_steps_stand_in_json_and_a_table_refuses_them() -> None:
    dose = {"hour": 30, "agent": "tocilizumab"}
    course = json.dumps({**COURSE, "doses": [dose]})
    done = run("-", "--steps", stdin=course)
    (step,) = json.loads(done.stdout)["steps"]
    assert (step["hour"], step["given"][0]["agent"]) == (30, "tocilizumab")
    refused = run("-", "--steps", "--csv", stdin=course)
    assert refused.returncode == 1
    assert "a table has no --steps; ask for --json" in refused.stderr
