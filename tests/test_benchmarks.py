"""The benchmarks run, and what they fill a database with is what the door would have written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import databases, growth, wards

ROOT = Path(__file__).resolve().parent.parent


def run(module: str, *arguments: str, folder: Path) -> list[str]:
    """The lines that a benchmark prints, on a new SQLite database."""
    url = f"sqlite:///{folder / 'never-made.sqlite3'}"
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *arguments],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == []
    return done.stdout.splitlines()


COMMANDS = sorted(
    path.parent.name if path.stem == "__main__" else path.stem
    for path in [*(ROOT / "benchmarks").glob("*.py"), *(ROOT / "benchmarks").glob("*/__main__.py")]
    if path != ROOT / "benchmarks/__main__.py" and "def main(" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("module", COMMANDS)
def test_every_benchmark_starts_by_itself(module: str, tmp_path: Path) -> None:
    """In a process of its own Django is not set up before the command does it."""
    assert run(module, "--help", folder=tmp_path)[0].startswith("usage: ")


def test_the_benchmarks_are_found() -> None:
    assert {"saves", "races", "kills", "regrades", "backups", "grading", "faults"} <= set(COMMANDS)


@pytest.mark.django_db
def test_the_table_of_growth_has_a_line_for_each_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "require_new", lambda: None)  # the database of the tests is
    head, *lines = growth.growth((3, 5))
    assert head.split()[0] == "assessments"
    assert [line.split()[0] for line in lines] == ["3", "5"]


@pytest.mark.slow
def test_copied_courses_regrade_without_a_difference(tmp_path: Path) -> None:
    """`regrade --check` inside ends the benchmark where a copied row or grade differs."""
    stored = 5 * wards.PER_COURSE
    lines = run("regrades", "--entered", "2", "--assessments", f"{stored}", folder=tmp_path)
    assert int(lines[-1].split()[0]) == stored


@pytest.mark.slow
def test_the_benchmark_of_backups_finds_every_row_again(tmp_path: Path) -> None:
    words, figures = (
        line.split() for line in run("backups", "--courses", "1", folder=tmp_path)[1:]
    )
    assert words[:2] == ["courses", "rows"]
    rows, compared, lost, added = (int(figures[column]) for column in (1, 6, 7, 8))
    assert rows == compared > wards.PER_COURSE
    assert (lost, added) == (0, 0)


@pytest.mark.django_db
def test_only_a_new_database_is_filled_past_the_door() -> None:
    with pytest.raises(RuntimeError, match="new one"):
        wards.fill(1)
