"""`manage.py grade FILE…`: grade course documents on the command line, without a database."""

from __future__ import annotations

import os
import stat
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grading.documents import Piece, pieces
from grading.progress import Meter
from grading.streaming import Wanted, grade_all

STDIN = "-"
ENDED_BY_CTRL_C = 130  # 128 + the signal, as shells have it
ENDED_BY_BROKEN_PIPE = 141


class Command(BaseCommand):
    """Reads documents, arrays or JSON lines; prints a grades document for each, one per line."""

    help = "Grade course documents (JSON). '-' reads standard input. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files to grade, and on how many processors."""
        parser.add_argument("files", nargs="+", metavar="FILE", help="a file, or - for stdin")
        parser.add_argument(
            "--jobs",
            type=_jobs,
            default=os.cpu_count() or 1,
            metavar="N",
            help="how many processes grade (default: one per processor)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Grade everything, then exit with 1 if any document had a mistake."""
        files = options["files"]
        looked_at = sys.stderr.isatty() and not sys.stdout.isatty()
        meter = Meter(sys.stderr, _size(files), shown=looked_at)
        failed = False
        try:
            for graded in grade_all(_found(files), Wanted(), options["jobs"]):
                self.stdout.write(graded.text, ending="")
                meter.add(graded.read, graded.assessments)
                failed = failed or graded.failed
            self.stdout.flush()
        except BrokenPipeError:
            # Whoever read us has seen enough. Python would complain once more when it flushes.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(ENDED_BY_BROKEN_PIPE)
        except KeyboardInterrupt:
            sys.exit(ENDED_BY_CTRL_C)
        except BrokenProcessPool:
            raise CommandError("a process was ended from outside; try fewer --jobs") from None
        finally:
            meter.clear()
        if failed:
            sys.exit(1)


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("a number from 1 on")
    return int(text)


def _size(names: list[str]) -> int | None:
    """Bytes of all files together; None where standard input or a pipe is among them."""
    try:
        found = [Path(name).stat() for name in names]
    except OSError:
        return None
    regular = all(stat.S_ISREG(item.st_mode) for item in found)
    return sum(item.st_size for item in found) if regular else None


def _found(names: list[str]) -> Iterator[Piece]:
    for name in names:
        if name == STDIN:
            yield from pieces(sys.stdin.buffer)
            continue
        try:
            with Path(name).open("rb") as stream:
                yield from pieces(stream)
        except OSError as error:
            yield Piece(error=f"{name}: {error}")
