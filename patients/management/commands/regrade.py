"""`manage.py regrade [--check]`: grade every course again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from patients import door
from patients.models import Course
from patients.regrade import compare, grade_course, regrade


class Command(BaseCommand):
    help = "Grade every course again from its start and store what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; exit with 1 where a stored grade differs",
        )

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        ids = Course.objects.order_by("pk").values_list("pk", flat=True)
        differing = sum(_differences(pk, write=not check) for pk in ids.iterator())
        done = "differ" if check else "changed"
        self.stdout.write(f"{len(ids)} courses regraded: {differing} grades {done}.")
        if check and differing:
            raise SystemExit(1)


def _differences(pk: int, *, write: bool) -> int:
    """Regrade one course under its lock; how many stored grades differed."""
    now = timezone.now()
    with transaction.atomic():
        course = door.lock(Course(pk=pk))
        found = len(list(compare(grade_course(course), at=now)))
        if write:
            regrade(course, at=now)
    return found
