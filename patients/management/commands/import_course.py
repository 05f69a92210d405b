"""`manage.py import_course FILE… --ward WARD [--mrn MRN]`: course documents become courses."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grading.batch.progress import ProgressBar
from grading.documents.reading.course_times import moment_of
from grading.rules.systems import PRIMARY
from patients.door.refusals import Refused
from patients.exchange.read_documents import Arrival, ImportTarget, arrivals
from patients.exchange.take_in import take_in
from patients.models import GradeRecord, Patient, User, Ward
from patients.words.grades import grade_in_words


class Command(BaseCommand):
    help = (
        "Import course documents: everything is read and checked first, then each document is "
        "entered whole. Importing the same document again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="a file, or - for stdin")
        parser.add_argument("--mrn", help="the patient; needed where the document has no MRN")
        parser.add_argument("--ward", required=True, help="the ward's name")
        parser.add_argument(
            "--infused-at",
            type=a_time,
            metavar="ISO",
            help="start of the infusion, where the document has none: 2026-01-05T10:00+01:00",
        )
        parser.add_argument("--by", metavar="USERNAME", help="who signs the entries")

    def handle(
        self,
        *args: Any,
        files: list[str],
        ward: str,
        mrn: str | None = None,
        infused_at: datetime | str | None = None,
        by: str | None = None,
        **options: Any,
    ) -> None:
        if isinstance(infused_at, str):
            infused_at = a_time(infused_at)
        target = ImportTarget(ward_named(ward), mrn and mrn.strip(), infused_at)
        signer = None if by is None else user_named(by)
        self._stdin: str | None = None
        self._bar = ProgressBar(self.stderr)
        self._check(files, target)
        refused = list(self._enter(files, target, signer))
        if refused:
            raise CommandError("\n".join(["Not imported:", *refused]))

    def _check(self, files: list[str], target: ImportTarget) -> None:
        """Read everything once; with one mistake, nothing is imported."""
        mistakes = [
            f"{where}: {arrived}"
            for name in self._bar.through(files, "Checking")
            for where, arrived in self._arrivals(name, target)
            if isinstance(arrived, str)
        ]
        if mistakes:
            raise CommandError("\n".join(["Nothing was imported.", *mistakes]))

    def _enter(self, files: list[str], target: ImportTarget, by: User | None) -> Iterator[str]:
        """Enter the documents one by one; yield the refusals."""
        for name in self._bar.through(files, "Importing"):
            for where, arrived in self._arrivals(name, target):
                if isinstance(arrived, str):
                    yield f"{where}: {arrived}"
                    continue
                try:
                    is_new = take_in(arrived, by=by)
                except Refused as refusal:
                    yield f"{where}: {refusal}"
                else:
                    self._bar.clear()
                    self.stdout.write(f"{where}: {imported_in_words(arrived, is_new)}")

    def _arrivals(self, name: str, target: ImportTarget) -> Iterator[tuple[str, Arrival | str]]:
        """The documents of one file, or the mistake in each, with the words that name it."""
        try:
            text = self._read(name)
        except OSError as error:
            yield name, str(error)
            return
        documents = list(arrivals(text, target))
        if not documents:
            yield name, "there is no course document in it"
        for number, document in enumerate(documents, 1):
            yield name if len(documents) == 1 else f"{name}, document {number}", document

    def _read(self, name: str) -> str:
        if name != "-":
            return Path(name).read_bytes().decode("utf-8-sig", errors="surrogateescape")
        if self._stdin is None:
            raw = sys.stdin.buffer.read()
            self._stdin = raw.decode("utf-8-sig", errors="surrogateescape")
        return self._stdin


def a_time(text: str) -> datetime:
    """A time with its offset, as in the document."""
    try:
        return moment_of(text, None)
    except ValueError as mistake:
        raise ArgumentTypeError(f"{mistake}; write 2026-01-05T10:00+01:00") from mistake


def ward_named(name: str) -> Ward:
    ward = Ward.objects.filter(name=name).first()
    if ward is None:
        wards = ", ".join(Ward.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"There is no ward {name}. Wards: {wards}.")
    return ward


def user_named(username: str) -> User:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user {username}.")
    return user


def imported_in_words(arrived: Arrival, is_new: bool) -> str:
    """The course that a document became, with its entries and peak grades, in one line."""
    course, mrn = arrived.course, arrived.patient.mrn
    if not is_new:
        return f"already imported as course {course.uid} of MRN {mrn}; nothing changed"
    of_course = GradeRecord.objects.filter(course=course, system__in=list(PRIMARY))
    peaks = of_course.live().of_course().order_by("system")
    grades = [f"{peak.system} peak {grade_in_words(peak)}" for peak in peaks]
    entries = "1 entry" if len(arrived.rows) == 1 else f"{len(arrived.rows)} entries"
    other = f" (in the document {arrived.other_mrn})" if arrived.other_mrn else ""
    alike = "".join(f"; another patient has the MRN {like}" for like in alike_but_for_zeros(mrn))
    read = "".join(f"; {caution}" for caution in arrived.document.cautions)
    return f"course {course.uid} of MRN {mrn}{other}: {', '.join([entries, *grades])}{alike}{read}"


def alike_but_for_zeros(mrn: str) -> list[str]:
    """MRNs that differ from this one by leading zeros only: perhaps the same person."""
    bare = mrn.lstrip("0")
    others = Patient.objects.filter(mrn__endswith=bare).exclude(mrn=mrn)
    return [like for like in others.values_list("mrn", flat=True) if like.lstrip("0") == bare]
