"""`manage.py print_rules`: write every criterion, option and local rule to docs/rules.md."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from grading.documents.rules_page import printed
from grading.local_rules import DEFAULT


class Command(BaseCommand):
    """Writes the page, or prints it where `-` is given."""

    help = "Write docs/rules.md from the rules themselves ('-' prints it instead)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file to write."""
        parser.add_argument(
            "file", nargs="?", default=str(Path(settings.BASE_DIR, "docs/rules.md"))
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write or print the page."""
        if options["file"] == "-":
            self.stdout.write(printed(DEFAULT), ending="")
            return
        path = Path(options["file"])
        path.parent.mkdir(exist_ok=True)
        path.write_text(printed(DEFAULT), encoding="utf-8")
        self.stdout.write(f"wrote {path}")
