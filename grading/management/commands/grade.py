"""`manage.py grade FILE…`: grade course documents on the command line, without a database."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from grading.grades_json import dumps, grade_text


class Command(BaseCommand):
    """Reads documents, arrays or JSON lines; prints a grades document for each, one per line."""

    help = "Grade course documents (JSON). '-' reads standard input. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files to grade."""
        parser.add_argument("files", nargs="+", metavar="FILE", help="a file, or - for stdin")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Grade everything, then exit with 1 if any document had a mistake."""
        failed = False
        for name in options["files"]:
            for document in self._documents(name):
                failed = failed or "error" in document
                self.stdout.write(dumps(document))
        if failed:
            sys.exit(1)

    def _documents(self, name: str) -> Any:
        try:
            text = _read(name)
        except OSError as error:
            return [{"id": None, "error": f"{name}: {error}"}]
        return grade_text(text)


def _read(name: str) -> str:
    raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    return raw.decode("utf-8-sig", errors="surrogateescape")
