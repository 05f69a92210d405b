"""`manage.py export_course UID-or-MRN [--all] [-o FILE]`: courses as course documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import F

from grading.batch.progress import ProgressBar
from grading.documents.course_writer import dump_document
from grading.documents.whole_file import whole_file
from patients.door.locks import lock
from patients.exchange.document import document_of
from patients.models import Course


class Command(BaseCommand):
    help = "Write a course as a course document (JSON), or several, one per line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "course", nargs="?", metavar="UID-or-MRN", help="a course, or a patient's open course"
        )
        parser.add_argument(
            "--all",
            action="store_true",
            help="every course of the patient; without a patient every course there is",
        )
        parser.add_argument("-o", "--output", metavar="FILE", help="instead of standard output")

    def handle(
        self,
        *args: Any,
        course: str | None = None,
        output: str | None = None,
        **options: Any,
    ) -> None:
        ids = courses_meant(course, every=options["all"])
        documents = self._documents(ids, indent=None if options["all"] else 1)
        if output is None:
            for text in documents:
                self.stdout.write(text)
            return
        try:
            with whole_file(Path(output)) as file:
                file.writelines(f"{text}\n".encode() for text in documents)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error}") from error
        written = "1 course" if len(ids) == 1 else f"{len(ids)} courses"
        self.stderr.write(f"{written} in {output}", str)

    def _documents(self, ids: list[int], *, indent: int | None) -> Iterator[str]:
        """Each course as JSON, in ASCII so that a name survives any terminal and any mail."""
        for pk in ProgressBar(self.stderr).through(ids, "Exporting"):
            with transaction.atomic():
                document = dump_document(document_of(lock(Course(pk=pk))))
            yield json.dumps(document, indent=indent)


def courses_meant(name: str | None, *, every: bool) -> list[int]:
    """The courses by their keys, oldest infusion first."""
    courses = Course.objects.order_by("infused_at", "pk")
    if name is None:
        if not every:
            raise CommandError("Name a course by its UID or a patient by the MRN, or give --all.")
        return list(courses.values_list("pk", flat=True))
    one = courses.filter(uid=name) if _is_uid(name) else courses.none()
    if ids := list(one.values_list("pk", flat=True)):
        return ids
    of_patient = courses.filter(patient__mrn=name.strip())
    if not every:
        of_patient = of_patient.order_by(F("closed_at").desc(nulls_first=True), "-infused_at")[:1]
    ids = list(of_patient.values_list("pk", flat=True))
    if not ids:
        raise CommandError(f"There is no course with the UID or MRN {name}.")
    return ids


def _is_uid(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True
