"""What the page after a save says. `CARTOX_SAVED_PANEL` lists who says something.

Each is a function that takes a `SavedForm` and returns a sentence, or markup that is marked as
safe; empty where it has nothing to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.module_loading import import_string

from patients.models import Course, GradeChange
from patients.words.grades import grade_changes_in_words


@dataclass(frozen=True, slots=True)
class SavedForm:
    """What was saved, in words, on which course, by whose request, and which grades changed."""

    request: HttpRequest
    course: Course
    what: str
    changes: Sequence[GradeChange]


def say_saved(saved: SavedForm) -> None:
    """Leave every message for the next page."""
    for path in settings.CARTOX_SAVED_PANEL:
        if text := import_string(path)(saved):
            messages.success(saved.request, text)


def entry_and_grades(saved: SavedForm) -> str:
    """What was saved, and every grade that it set or changed."""
    return " ".join([f"Saved: {saved.what}.", *grade_changes_in_words(saved.changes)])
