"""`manage.py downtime_pack --to FOLDER [--ward NAME]`: what a ward reads without Cartox."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from patients.models import Ward
from patients.rounds.handover.downtime import remove_others, write_pack

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Write what a ward needs while Cartox is down: one file for each ward, to read or print."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, required=True, help="the folder, which exists")
        parser.add_argument("--ward", help="this ward alone, by its name; without it every ward")

    def handle(self, *args: Any, to: Path, ward: str | None, **options: Any) -> None:
        if not to.is_dir():
            raise CommandError(f"{to} is not a folder. Make it first, for those who may read it.")
        wards = list(Ward.objects.order_by("pk"))
        asked = [each for each in wards if ward in (None, each.name)]
        if ward is not None and not asked:
            names = ", ".join(each.name for each in wards)
            raise CommandError(f"There is no ward {ward}. There are: {names}.")
        failed = []
        for each in asked:  # one ward that cannot be written keeps no other from its file
            try:
                file = write_pack(to, each, timezone.now())
                self.stdout.write(f"{file}: {file.stat().st_size / 1000:.0f} kB")
            except Exception as failure:
                logger.exception("the downtime pack of %s was not written", each)
                failed.append(f"{each}: {failure}")
        removed = [] if ward is not None else remove_others(to, wards)
        for file in removed:
            self.stdout.write(f"{file}: removed, the ward is gone or has another name")
        if failed:
            raise CommandError(f"Not written, and older than it should be: {'; '.join(failed)}")
