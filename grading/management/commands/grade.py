"""`manage.py grade FILE…`: grade course documents on the command line, without a database."""

from __future__ import annotations

import os
import stat
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from grading.batch.grade_many import GradedSoFar, Wanted, courses_of_input, grade_all
from grading.batch.optional import ClusterError, NotInstalledError
from grading.batch.output import CSV, PARQUET, written_to
from grading.batch.progress import ProgressBar
from grading.documents.course_csv import TABLE_COLUMNS
from grading.documents.grades_writer import OptionsWanted
from grading.documents.split_csv import TablePiece
from grading.documents.split_json import Piece
from grading.rules.systems import SYSTEMS
from grading.site_rules import SiteRules

STDIN = "-"
ENDED_BY_CTRL_C = 130  # 128 + the signal, as shells have it
ENDED_BY_BROKEN_PIPE = 141


class Command(BaseCommand):
    """Reads documents, arrays, JSON lines or tables; prints the grades of each course in order."""

    help = (
        "Grade course documents: JSON, JSON lines, CSV or Parquet. '-' reads standard input. "
        "Needs no database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files to grade, what to print, and on how many processors."""
        parser.add_argument("files", nargs="*", metavar="FILE", help="a file, or - for stdin")
        parser.add_argument(
            "--template", action="store_true", help="print the header of an empty CSV and end"
        )
        form = parser.add_mutually_exclusive_group()
        form.add_argument(
            "--csv",
            dest="table",
            action="store_true",
            default=None,
            help="print CSV, one line for each assessment (default where the first input is CSV)",
        )
        form.add_argument(
            "--json",
            dest="table",
            action="store_false",
            help="print JSON, one line for each course (default otherwise)",
        )
        parser.add_argument(
            "--reasons",
            action=BooleanOptionalAction,
            default=None,
            help="say why (default in JSON, not in CSV); without, JSON has no options either",
        )
        parser.add_argument(
            "--steps",
            action="store_true",
            help="in JSON also the management options before each treatment",
        )
        parser.add_argument(
            "--systems",
            type=_systems,
            default=(),
            metavar="KEY,KEY",
            help=f"grade by these only, of {', '.join(SYSTEMS)}",
        )
        parser.add_argument(
            "-o",
            "--output",
            type=Path,
            metavar="FILE",
            help="write here when all is graded: Parquet to .parquet, CSV to .csv, else as printed",
        )
        where = parser.add_mutually_exclusive_group()
        where.add_argument(
            "--jobs",
            type=_jobs,
            default=os.cpu_count() or 1,
            metavar="N",
            help="how many processes grade (default: one per processor)",
        )
        where.add_argument(
            "--on", metavar="ADDRESS", help="grade on the workers of the Dask cluster there"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Grade everything, then exit with 1 if any course had a mistake."""
        if options["template"]:
            self.stdout.write(",".join(TABLE_COLUMNS))
            return
        if not options["files"]:
            raise CommandError("give a file, or - for standard input")
        if isinstance(sys.stdout, TextIOWrapper):
            # UTF-8 in every locale, so that a table names courses as its input does
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
        try:
            failed = self._grade(options)
        except BrokenPipeError:
            # The reader of our output ended. Python would complain once more when it flushes.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(ENDED_BY_BROKEN_PIPE)
        except KeyboardInterrupt:
            sys.exit(ENDED_BY_CTRL_C)
        except BrokenProcessPool:
            raise CommandError("a process was ended from outside; try fewer --jobs") from None
        except (NotInstalledError, ClusterError) as error:
            raise CommandError(str(error)) from None
        if failed:
            sys.exit(1)

    def _grade(self, options: dict[str, Any]) -> bool:
        """Write the grades of everything. Whether anything had a mistake."""
        files, output = options["files"], options["output"]
        courses = _courses(files)
        first = list(islice(courses, 1))
        table, reasons = _is_table_wanted(options["table"], output), options["reasons"]
        if table is None:
            table = bool(first) and isinstance(first[0], TablePiece)
        if options["steps"] and table:
            raise CommandError("a table has no --steps; ask for --json")
        site: SiteRules = settings.CARTOX_SITE_RULES
        wanted = Wanted(
            table,
            not table if reasons is None else reasons,
            options["systems"],
            site.local,
            OptionsWanted(site.choices, site.words, at_treatments=options["steps"]),
        )
        looked_at = sys.stderr.isatty() and not (output is None and sys.stdout.isatty())
        bar, so_far = ProgressBar(self.stderr, shown=looked_at), GradedSoFar(_size(files))
        began = time.monotonic()
        graded_batches = grade_all(chain(first, courses), wanted, options["jobs"], options["on"])
        with self._written(output, wanted) as write:
            try:
                for graded in graded_batches:
                    write(graded.text)
                    so_far.add(graded)
                    bar.draw("grading", so_far.share(), so_far.in_words(time.monotonic() - began))
            finally:
                bar.clear()
        return so_far.failed

    @contextmanager
    def _written(self, output: Path | None, wanted: Wanted) -> Iterator[Callable[[str], object]]:
        """What takes the lines of grades: standard output, or a file."""
        if output is None:
            self.stdout.write(wanted.first_line(), ending="")
            yield partial(self.stdout.write, ending="")
            self.stdout.flush()
            return
        try:
            with written_to(output, wanted) as write:
                yield write
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error}") from error


def _is_table_wanted(asked: bool | None, output: Path | None) -> bool | None:
    """As `--csv` or `--json` say, else the ending of the output's name; None where neither does."""
    ending = output.suffix if output is not None else ""
    if asked is False and ending == PARQUET:
        raise CommandError("Parquet holds the table of grades; leave out --json")
    return True if asked is None and ending in {PARQUET, CSV} else asked


def _systems(text: str) -> tuple[str, ...]:
    wanted = tuple(text.split(","))
    for key in wanted:
        if key not in SYSTEMS:
            raise ArgumentTypeError(f"{key} is not one of {', '.join(SYSTEMS)}")
    return wanted


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("a number from 1 on")
    return int(text)


def _size(names: list[str]) -> int | None:
    """Bytes of all files together; None where standard input, a pipe or Parquet is among them."""
    if any(name.endswith(PARQUET) for name in names):  # packed: fewer bytes than are graded
        return None
    try:
        states = [Path(name).stat() for name in names]
    except OSError:
        return None
    regular = all(stat.S_ISREG(item.st_mode) for item in states)
    return sum(item.st_size for item in states) if regular else None


def _courses(names: list[str]) -> Iterator[Piece]:
    for name in names:
        if name == STDIN:
            yield from courses_of_input(sys.stdin.buffer)
            continue
        try:
            with Path(name).open("rb") as stream:
                yield from courses_of_input(stream)
        except OSError as error:
            yield Piece(error=f"{name}: {error}")
