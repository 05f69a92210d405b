"""`manage.py regrade [--check] [--after ID] [-o FILE]`: grade every course again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from grading.batch.progress import ProgressBar
from patients.door.regrade_all import regrade_courses, write_differences, write_report_header
from patients.models import Course

BATCH = 50
"""Courses that are read together; what is in memory at one time."""


class Command(BaseCommand):
    help = "Grade every course again from its start and store what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; exit with 1 where a stored grade differs",
        )
        parser.add_argument(
            "--after",
            type=int,
            default=0,
            metavar="ID",
            help="go on after this course, as an interrupted run printed",
        )
        parser.add_argument(
            "-o", "--report", type=Path, metavar="FILE", help="CSV of every difference"
        )

    def handle(self, *args: Any, check: bool = False, after: int = 0, **options: Any) -> None:
        ids = list(Course.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True))
        with opened(options.get("report"), going_on=after > 0) as table:
            counted = self._regrade(ids, after=after, write=not check, table=table)
        grades, shown, boards, digests = counted
        done = "differ" if check else "changed"
        board = f" {boards} rows of the board {done}." if boards else ""
        board += f" Digests of {digests} courses {done}." if digests else ""
        how = f", {shown} in the grade itself" if grades else ""
        self.stdout.write(f"{len(ids)} courses regraded: {grades} grades {done}{how}.{board}")
        if check and (grades or boards or digests):
            raise SystemExit(1)

    def _regrade(
        self, ids: list[int], *, after: int, write: bool, table: TextIO | None
    ) -> tuple[int, int, int, int]:
        """All courses in batches; how many differed of grades, shown grades and rows of the board,
        and in how many courses a digest did.
        """
        grades = shown = boards = digests = 0
        done = after
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        try:
            for batch in ProgressBar(self.stderr).through(
                batches, f"Regrading, {BATCH} courses a step"
            ):
                for differing in regrade_courses(batch, at=timezone.now(), write=write):
                    grades += len(differing.differences)
                    shown += differing.with_another_grade()
                    boards += differing.board_is_stale
                    digests += differing.digests_are_wrong
                    if table is not None:
                        write_differences(table, differing)
                done = batch[-1]
        except BaseException:
            self.stderr.write(f"Stopped. What is done is stored; go on with --after {done}")
            raise
        return grades, shown, boards, digests


@contextmanager
def opened(path: Path | None, *, going_on: bool) -> Iterator[TextIO | None]:
    """The report, begun anew or, where a run goes on, continued."""
    if path is None:
        yield None
        return
    try:
        stream = path.open("a" if going_on else "w", encoding="utf-8", newline="")
    except OSError as refused:
        raise CommandError(f"The report cannot be written: {refused}") from refused
    with stream:
        if stream.tell() == 0:
            write_report_header(stream)
        yield stream
