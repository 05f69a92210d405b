"""Who is to be called, said by the form before anything is saved (`CARTOX_FORM_CALLS`).

Each listed function takes the course and, by the key of each primary system, the grade to act on as
it would stand after saving; None without one. It returns sentences, none where nobody is called.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from patients.models import Course

logger = logging.getLogger(__name__)


def calls_of_form(course: Course, grades: Mapping[str, int | None]) -> list[str]:
    """The sentences of every listed function; one that fails is logged, and the grades stand."""
    sentences: list[str] = []
    for path in settings.CARTOX_FORM_CALLS:
        try:
            sentences += import_string(path)(course, grades)
        except Exception:
            logger.exception("%s failed in the preview of course %s", path, course.uid)
    return sentences
