"""`manage.py print_rules`: write into docs/ what follows from the rules and the table of fields."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from grading.pages.drugs_page import printed_drugs
from grading.pages.json_schema import printed_schema
from grading.pages.keys_and_words import with_keys_and_words
from grading.pages.rules_page import printed

DOCS = Path(settings.BASE_DIR, "docs")


class Command(BaseCommand):
    """Writes the rules, the JSON Schema, and the keys and words of the course document."""

    help = (
        "Write docs/rules.md, docs/drugs.md, and the JSON Schema and tables of the course document."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder to write into."""
        parser.add_argument("folder", nargs="?", type=Path, default=DOCS)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write every file."""
        page = (DOCS / "course-document.md").read_text(encoding="utf-8")
        files = {
            "rules.md": printed(),
            "drugs.md": printed_drugs(),
            "course-document.schema.json": printed_schema(),
            "course-document.md": with_keys_and_words(page),
        }
        for name, text in files.items():
            path = options["folder"] / name
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {path}")
