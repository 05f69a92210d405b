"""`manage.py regrade`: what it tells, what it writes, and how it goes on."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients import door
from patients.door import regrade_all
from patients.management.commands import regrade as command
from patients.models import Assessment, BoardRow, Course, GradeRecord, Patient, User, Ward, triggers
from patients.models.guarded import unguarded
from patients.regrading import stored_grades
from tests.storing import AssessmentAt, stored

CRS = "crs_astct_2019"
FEVER = {"temperature_c": Decimal("38.9")}


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def run(*arguments: str, stderr: StringIO | None = None) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("regrade", *arguments, stdout=out, stderr=stderr or StringIO())
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def spoil(course: Course, **wrong: Any) -> None:
    """Another CRS grade than the rules give, as another edition of them might have left it."""
    grades = unguarded(GradeRecord).filter(course=course, system=CRS, assessment__isnull=False)
    with triggers.lifted(connection):
        grades.filter(superseded_at__isnull=True).update(**(wrong or {"grade": 4}))


def report(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def courses(course: Course, nurse: User, ward: Ward, well: dict[str, Any]) -> list[Course]:
    """Five courses with a fever each."""
    made = [course]
    for number in range(4):
        patient = stored(Patient(mrn=f"R{number}", family_name="Roe", birth_date=date(1970, 1, 1)))
        made.append(
            stored(
                Course(patient=patient, ward=ward, product="other", infused_at=course.infused_at)
            )
        )
    for each in made:
        moment = each.infused_at + timedelta(hours=36)
        door.enter(each, [Assessment(observed_at=moment, **(well | FEVER))], by=nurse)
    return made


def test_check_writes_nothing_and_tells_a_difference(
    course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(36, **FEVER)], by=nurse)
    assert run("--check") == (0, "1 courses regraded: 0 grades differ.\n")

    spoil(course)
    assert run("--check") == (1, "1 courses regraded: 1 grades differ, 1 in the grade itself.\n")
    assert run("--check")[0] == 1

    assert run() == (0, "1 courses regraded: 1 grades changed, 1 in the grade itself.\n")
    assert run("--check")[0] == 0
    assert GradeRecord.objects.filter(grade=4).exclude(superseded_at=None).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"grade": 0},
        {"at_least": True},
        {"review": True, "would_be": 1},
        {"would_be": 1},
        {"because": []},
        {"missing": ["motor"]},
        {"cautions": ["other"]},
        {"values": {"waived": True}},
        {"has_part": False},
        {"applies_at": datetime(2026, 1, 6, tzinfo=UTC)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_difference_in_any_fact_is_told(
    course: Course, nurse: User, assessment_at: AssessmentAt, wrong: dict[str, Any]
) -> None:
    door.enter(course, [assessment_at(36, **FEVER)], by=nurse)
    spoil(course, **wrong)
    shown = int(bool({"grade", "at_least", "review"} & wrong.keys()))
    message = f"1 courses regraded: 1 grades differ, {shown} in the grade itself.\n"
    assert run("--check") == (1, message)


def test_a_board_that_says_something_else_is_told_and_put_right(course: Course) -> None:
    unguarded(BoardRow).update(tocilizumab_given=3)
    assert run("--check") == (
        1,
        "1 courses regraded: 0 grades differ. 1 rows of the board differ.\n",
    )
    run()
    assert BoardRow.objects.get().tocilizumab_given == 0
    assert run("--check")[0] == 0


def test_a_new_version_of_the_rules_alone_differs_nowhere(
    courses: list[Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(GradeRecord.objects.order_by("pk").values())
    versions = list(BoardRow.objects.order_by("pk").values_list("version"))
    monkeypatch.setattr(stored_grades, "rules_version", lambda local: "another")

    assert run("--check")[0] == 0
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert run() == (0, "5 courses regraded: 0 grades changed.\n")
    assert all(query["sql"].startswith(("SELECT", "(SELECT")) for query in queries)
    assert list(GradeRecord.objects.order_by("pk").values()) == before
    assert list(BoardRow.objects.order_by("pk").values_list("version")) == versions


def test_a_batch_takes_as_many_queries_as_one_course(
    courses: list[Course], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(7):  # ids, courses, rows, grades, digests, board, rounds
        run("--check")


def test_the_report_names_every_difference(courses: list[Course], tmp_path: Path) -> None:
    path = tmp_path / "differences.csv"
    spoil(courses[1])
    spoil(courses[2], grade=None, review=True, would_be=2, rules_version="2019.1")
    unguarded(BoardRow).filter(course=courses[3]).update(signs={})
    assert run("--check", "--report", str(path))[0] == 1

    first, second, board = report(path)
    assert first == {
        "course": str(courses[1].uid),
        "time": "2026-01-06T23:00:00+01:00",
        "system": CRS,
        "before": "4",
        "after": "1",
        "reason": "grade: 4 → 1",
    }
    assert (second["before"], second["after"]) == ("review, would be 2", "1")
    assert "would_be: 2 → null" in second["reason"]
    assert "rules: 2019.1 → " in second["reason"]
    assert (board["course"], board["system"]) == (str(courses[3].uid), "board")


def test_a_report_gives_a_range_as_a_range(courses: list[Course], tmp_path: Path) -> None:
    path = tmp_path / "differences.csv"
    spoil(courses[0], grade=None, low=2, high=3)
    run("-o", str(path))

    [line] = report(path)
    assert (line["before"], line["after"]) == ("2–3", "1")


def test_a_report_names_criteria_by_their_codes(courses: list[Course], tmp_path: Path) -> None:
    path = tmp_path / "differences.csv"
    spoil(courses[0], because=[{"code": "hypotension", "grade": 2, "saw": {}}])
    run("-o", str(path))

    [line] = report(path)
    assert 'because: ["hypotension"] → ["fever"]' in line["reason"]


def test_an_interrupted_run_tells_how_to_go_on(
    courses: list[Course], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, stderr = tmp_path / "differences.csv", StringIO()
    for each in courses:
        spoil(each)
    monkeypatch.setattr(command, "BATCH", 2)
    graded = regrade_all.regrade_courses

    def interrupted(ids: list[int], **how: Any) -> Any:
        if courses[2].pk in ids:
            raise KeyboardInterrupt
        return graded(ids, **how)

    monkeypatch.setattr(command, "regrade_courses", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run("-o", str(path), stderr=stderr)
    assert f"go on with --after {courses[1].pk}" in stderr.getvalue()
    assert GradeRecord.objects.live().filter(grade=4).count() == 3

    monkeypatch.setattr(command, "regrade_courses", graded)
    after = str(courses[1].pk)
    assert run("--after", after, "-o", str(path)) == (
        0,
        "3 courses regraded: 3 grades changed, 3 in the grade itself.\n",
    )
    assert [line["course"] for line in report(path)] == [str(each.uid) for each in courses]
    assert GradeRecord.objects.live().filter(grade=4).count() == 0


def test_an_entry_made_while_the_run_reads_is_no_difference(
    course: Course, nurse: User, assessment_at: AssessmentAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows read before it, grades after it: the course is read again under its lock."""
    read = regrade_all.standing_grades

    def entered_meanwhile(courses: list[Course]) -> Any:
        door.enter(course, [assessment_at(36, **FEVER)], by=nurse)
        return read(courses)

    monkeypatch.setattr(regrade_all, "standing_grades", entered_meanwhile)
    assert run("--check") == (0, "1 courses regraded: 0 grades differ.\n")


def test_a_bar_is_drawn_on_a_terminal_alone(
    courses: list[Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "BATCH", 2)
    terminal, pipe = Terminal(), StringIO()
    run("--check", stderr=terminal)
    run("--check", stderr=pipe)

    assert "2 of 3" in terminal.getvalue()
    assert pipe.getvalue() == ""


def test_a_report_that_cannot_be_written_is_said_before_anything_is_done(
    course: Course, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        run("-o", str(tmp_path / "nowhere" / "report.csv"))
