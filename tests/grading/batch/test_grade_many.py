"""A registry goes through `manage.py grade`: in order, errors in place, bounded, and stoppable."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management.base import OutputWrapper

from grading.batch import grade_many
from grading.batch.grade_many import GradedBatch, GradedSoFar
from grading.batch.progress import ProgressBar
from grading.batch.workers import AHEAD_PER_JOB, map_in_order
from grading.documents.lines import LONGEST_LINE, LineReader
from grading.documents.reading.json_reader import load_json
from grading.documents.split_json import Piece, pieces

ROOT = Path(settings.BASE_DIR)
ENVIRONMENT = {"PATH": "", "DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}


def course(name: str, *temperatures: float) -> dict[str, Any]:
    return {
        "format": "cartox-course-1",
        "id": name,
        "assessments": [
            {"hour": 24 + 12 * index, "temperature_c": value}
            for index, value in enumerate(temperatures or (38.5,))
        ],
    }


def lines_of(*documents: Any) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


def start(*arguments: str, **pipes: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "grade", *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **pipes},
    )


def grade(*arguments: str, stdin: bytes = b"") -> tuple[list[dict[str, Any]], int]:
    process = start(*arguments, stdin=subprocess.PIPE)
    out, err = process.communicate(stdin)
    assert err == b""
    return [json.loads(line) for line in out.splitlines()], process.returncode


def texts(raw: bytes) -> list[Any]:
    """The value or the mistake of every piece."""
    answers = []
    for piece in pieces(LineReader(BytesIO(raw))):
        try:
            answers.append(piece.read())
        except ValueError as error:
            answers.append(str(error))
    return answers


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """Large enough for many batches."""
    path = tmp_path / "registry.jsonl"
    temperatures = [36.5 + index % 30 / 10 for index in range(40)]
    path.write_bytes(lines_of(*(course(str(number), *temperatures) for number in range(300))))
    return path


def test_grades_come_in_the_order_of_the_courses(registry: Path) -> None:
    graded, code = grade("--jobs", "2", str(registry))
    assert code == 0
    assert [item["id"] for item in graded] == [str(number) for number in range(300)]


def test_two_jobs_say_what_one_says(registry: Path) -> None:
    assert grade("--jobs", "2", str(registry)) == grade("--jobs", "1", str(registry))


def test_a_mistake_stands_in_its_place_with_its_line(registry: Path) -> None:
    lines = registry.read_bytes().splitlines(keepends=True)
    lines[7] = b'{"format": "cartox-course-1", "id": "cut'
    lines[7] += b"\n"
    lines[9] = lines_of(course("hot", 98.6))
    lines.insert(9, b"  \r\n")
    registry.write_bytes(b"".join(lines))
    graded, code = grade(str(registry))
    assert code == 1
    assert [index for index, item in enumerate(graded) if "error" in item] == [7, 9]
    assert graded[7]["line"] == 8
    assert graded[7]["error"].startswith("line 8: not JSON: ")
    error = "assessments[0].temperature_c: 98.6 is outside 25–45; enter °C"
    assert graded[9] == {"id": "hot", "error": error, "errors": [error], "line": 11}
    assert graded[10]["id"] == "10"


def test_several_files_and_standard_input_follow_each_other(registry: Path, tmp_path: Path) -> None:
    one = tmp_path / "one.json"
    one.write_text(json.dumps(course("pretty"), indent=2))
    array = tmp_path / "array.json"
    array.write_text(json.dumps([course("a"), course("b")]))
    graded, code = grade(str(one), "-", str(array), stdin=lines_of(course("piped")))
    assert [item["id"] for item in graded] == ["pretty", "piped", "a", "b"]
    assert code == 0


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_byte_order_mark_and_line_ends_do_not_matter(mark: bytes, ends: bytes) -> None:
    raw = mark + lines_of(course("1"), course("2")).replace(b"\n", ends)
    assert [value["id"] for value in texts(raw)] == ["1", "2"]


def test_a_broken_first_line_leaves_the_others_readable() -> None:
    answers = texts(b'{"format": "cartox-cou\n{broken\n' + lines_of(course("2"), course("3")))
    assert [text.partition(" not JSON: ")[0] for text in answers[:2]] == ["line 1:", "line 2:"]
    assert [value["id"] for value in answers[2:]] == ["2", "3"]


def test_a_document_written_over_several_lines_is_one_value() -> None:
    assert [value["id"] for value in texts(json.dumps(course("1"), indent=1).encode())] == ["1"]
    carried = b'{"format": "cartox-course-1", "published":\n' + lines_of(course("inner")) + b"}"
    assert [sorted(value) for value in texts(carried)] == [["format", "published"]]


def test_an_enormous_line_is_refused_and_the_next_is_read() -> None:
    raw = lines_of(course("1"), course("2")) + b'"' + b"x" * LONGEST_LINE + b'"\n'
    answers = texts(raw + lines_of(course("4")))
    assert answers[2] == f"line 3: longer than {LONGEST_LINE} bytes"
    assert answers[3]["id"] == "4"


@pytest.mark.parametrize(
    "number", ["1e99999999999999999999", "-1e-99999999999999999999", "1" + "0" * 5_000]
)
def test_a_number_beyond_all_measure_costs_its_own_course_only(number: str) -> None:
    hot = lines_of(course("hot")).replace(b"38.5", number.encode())
    graded, code = grade("-", stdin=lines_of(course("1")) + hot + lines_of(course("3")))
    assert code == 1
    assert [item["id"] for item in graded] == ["1", None, "3"]
    assert "sys." not in graded[1]["error"]
    table = f"id,hour,temperature_c\n1,36,38.5\nhot,36,{number}\n3,36,38.5\n"
    graded, code = grade("--json", "-", stdin=table.encode())
    assert code == 1
    assert [(item["id"], "error" in item) for item in graded] == [
        ("1", False),
        ("hot", True),
        ("3", False),
    ]


def test_a_fault_of_ours_costs_its_own_course_only(monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = (Piece(lines_of(course(name)), line) for line, name in enumerate(("1", "bad"), 1))

    def fails(document: Any, *_: Any, **__: Any) -> str:
        if document.id == "bad":
            raise KeyError("angiotensin_iii")
        return json.dumps({"id": document.id})

    monkeypatch.setattr(grade_many, "grades_line", fails)
    graded = grade_many.grade_batch(grade_many.Wanted(), [good, bad, good])
    first, faulty, last = map(json.loads, graded.text.splitlines())
    assert graded.failed
    assert first == last == {"id": "1"}
    assert (faulty["id"], faulty["line"]) == ("bad", 2)
    assert faulty["error"].startswith("could not be graded: KeyError: 'angiotensin_iii'")


def test_a_fault_while_reading_costs_its_own_course_only(monkeypatch: pytest.MonkeyPatch) -> None:
    read = grade_many.course_in

    def fails(piece: Piece) -> Any:
        if piece.line == 2:
            raise ZeroDivisionError("by zero")
        return read(piece)

    monkeypatch.setattr(grade_many, "course_in", fails)
    raw = lines_of(course("1"))
    graded = grade_many.grade_batch(
        grade_many.Wanted(), [Piece(raw, 1), Piece(raw, 2), Piece(raw, 3)]
    )
    first, faulty, last = map(json.loads, graded.text.splitlines())
    assert graded.failed
    assert first["id"] == last["id"] == "1"
    assert faulty["error"].startswith("could not be graded: ZeroDivisionError")
    assert faulty["line"] == 2


def test_a_key_that_stands_twice_among_very_many_is_found() -> None:
    many = {str(number): number for number in range(200_000)}
    text = json.dumps(many).removesuffix("}") + ', "7": 0}'
    assert load_json(text).twice == ("7",)


def test_an_empty_input_is_one_error() -> None:
    graded, code = grade("-", stdin=b"")
    assert code == 1
    assert [sorted(item) for item in graded] == [["error", "errors", "id"]]


@pytest.mark.parametrize("jobs", [1, 2])
def test_only_so_much_is_read_ahead_of_the_results(jobs: int) -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(-100, 0):
            taken += 1
            yield number

    furthest = 0
    answers = []
    for count, answer in enumerate(map_in_order(abs, items(), jobs)):
        furthest = max(furthest, taken - count)
        answers.append(answer)
    assert answers == list(range(100, 0, -1))
    assert furthest <= AHEAD_PER_JOB * jobs


def test_a_reader_who_has_seen_enough_ends_it_quietly(registry: Path) -> None:
    process = start(*[str(registry)] * 20, bufsize=0)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141


def children_of(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in tasks.read_text().split()] if tasks.exists() else []


def is_alive(process: int) -> bool:
    """Whether it runs; one that ended and that nobody asked about has the state Z."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def run_until_children(arguments: list[str]) -> tuple[subprocess.Popen[bytes], list[int]]:
    process = start(*arguments, stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 30
    while len(children := children_of(process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    return process, children


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
@pytest.mark.parametrize("after_s", [0, 0.02, 0.3])
def test_ctrl_c_ends_every_process_without_a_traceback(registry: Path, after_s: float) -> None:
    """While they are started, too, and those that have long items in work."""
    process, children = run_until_children(["--jobs", "2", *[str(registry)] * 50])
    time.sleep(after_s)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) == 130
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert len(children) == 2


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_no_process_outlives_one_that_was_killed(registry: Path) -> None:
    process, children = run_until_children(["--jobs", "2", *[str(registry)] * 50])
    time.sleep(0.3)
    process.kill()
    process.wait(30)
    deadline = time.monotonic() + 30
    while any(map(is_alive, children)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Terminal:
    """What was written to it."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        """Nothing waits."""


@pytest.mark.parametrize(("total", "expected"), [(200, "50%, 7 assess"), (None, "0 MB, 7 assess")])
def test_the_bar_shows_how_far_it_is_and_is_taken_away(total: int | None, expected: str) -> None:
    terminal: Any = Terminal()
    bar = ProgressBar(OutputWrapper(terminal), shown=True)
    so_far = GradedSoFar(total)
    so_far.add(GradedBatch("", read_bytes=100, assessments=7, failed=False))
    bar.draw("grading", so_far.share(), so_far.in_words(1.0))
    bar.clear()
    assert expected in terminal.text
    assert terminal.text.endswith("\r\033[K")


def test_nothing_is_drawn_where_nobody_looks() -> None:
    terminal: Any = Terminal()
    bar = ProgressBar(OutputWrapper(terminal), shown=False)
    bar.draw("grading", 0.5, "50%")
    bar.clear()
    assert terminal.text == ""


def test_a_table_goes_through_two_jobs_as_through_one(tmp_path: Path) -> None:
    path = tmp_path / "registry.csv"
    rows = [
        f"{name},{12 * index},{36 + (name + index) % 40 / 10},none,false,room_air"
        for name in range(400)
        for index in range(30)
    ]
    rows[5000] += ",one too many"
    head = "id,hour,temperature_c,vasopressors,hypotension,oxygen_device"
    path.write_text("\n".join([head, *rows]))
    printed = []
    for jobs in "12":
        process = start("--jobs", jobs, str(path))
        out, err = process.communicate()
        assert (process.returncode, err) == (1, b"")
        printed.append(out.decode().splitlines())
    assert printed[0] == printed[1]
    assert len(printed[0]) == 1 + 399 * 30 + 1
    names = [line.split(",")[0] for line in printed[0][1:]]
    assert sorted(names, key=int) == names
    (mistake,) = (line for line in printed[0][1:] if not line.endswith(",,"))
    assert mistake.endswith('"line 5002: 7 cells, the header has 6"')
