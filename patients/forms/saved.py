"""The page after a save. `CARTOX_SAVED_PANEL` lists the functions whose sentences it shows.

Each function takes a `SavedForm` and returns a sentence, markup that is marked as safe, or an
empty text.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.module_loading import import_string

from patients.models import Course, GradeChange
from patients.words.grades import grade_changes_in_words

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SavedForm:
    """One form saved: the request, the course, its content in words, and the grades it changed."""

    request: HttpRequest
    course: Course
    what: str
    changes: Sequence[GradeChange]


def say_saved(saved: SavedForm) -> None:
    """Add what each listed function returns to the messages of the next page; log an error."""
    for path in settings.CARTOX_SAVED_PANEL:
        try:
            text = import_string(path)(saved)
        except Exception:  # the entry is stored: no page may look as if it were not
            logger.exception("%s failed after a save on course %s", path, saved.course.uid)
        else:
            if text:
                messages.success(saved.request, text)


def entry_and_grades(saved: SavedForm) -> str:
    """The sentence that names the entry saved, and every grade that it set or changed."""
    return " ".join([f"Saved: {saved.what}.", *grade_changes_in_words(saved.changes)])
