"""`manage.py grade -o FILE`: the form follows the name, and a file is there when it is whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from grading.batch.grade_many import Wanted
from grading.batch.output import written_to

COURSE = {
    "format": "cartox-course-1",
    "id": "Søren",
    "assessments": [{"hour": 24, "temperature_c": 38.5}],
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "courses.jsonl"
    path.write_text(json.dumps(COURSE))
    return path


@pytest.mark.parametrize(
    ("name", "begins"),
    [("grades.csv", "id,hour,at,day,"), ("grades.jsonl", '{"format": "cartox-grades-1"')],
)
def test_the_form_of_the_grades_follows_the_name_of_the_file(
    source: Path, tmp_path: Path, name: str, begins: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("grade", str(source), output=tmp_path / name, jobs=1)
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)
    assert capsys.readouterr().out == ""


def test_an_older_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("older")

    def interrupted() -> None:
        with written_to(path, Wanted(table=True)) as write:
            write("A,1\n")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(source: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("grade", str(source), output=tmp_path / "nowhere" / "grades.csv", jobs=1)


@pytest.mark.parametrize(
    ("package", "options", "message"),
    [
        ("pyarrow", {"output": Path("x.parquet")}, "Parquet needs pyarrow; install it with pip"),
        ("distributed", {"on": "tcp://127.0.0.1:1"}, "--on needs distributed; install it with pip"),
    ],
)
def test_a_package_that_is_not_installed_is_named_with_its_requirements(
    monkeypatch: pytest.MonkeyPatch,
    source: Path,
    package: str,
    options: dict[str, object],
    message: str,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    for ours in ("grading.documents.grades_parquet", "grading.batch.cluster"):
        monkeypatch.delitem(sys.modules, ours, raising=False)
    with pytest.raises(CommandError, match=message):
        call_command("grade", str(source), **options)


def test_parquet_without_arrow_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "registry.parquet"
    path.write_bytes(b"PAR1 and so on")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "grading.documents.split_parquet", raising=False)
    with pytest.raises(CommandError, match="Parquet needs pyarrow; install it with pip"):
        call_command("grade", str(path))
