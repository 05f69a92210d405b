"""Hooks of other apps: functions that the settings name, called at every regrade.

`CARTOX_IN_TRANSACTION`  called under the course's lock; an error undoes the save
`CARTOX_AFTER_COMMIT`    called after the commit, when the next writer may come in; an error is
                         logged and delays nobody
`CARTOX_STALE_ROWS`      asked by `manage.py regrade`: whose rows of a hook are missing or stale

The first two are lists of dotted paths of functions that take a `Regraded`. Those of the third take
several `Graded` and answer for each.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string

from patients.models import Course, GradeChange
from patients.models.standing import SystemStanding
from patients.regrading.graded import Graded
from patients.write_queue import after_writing

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Regraded:
    """One course that was graded anew, with the standing of each primary system by its key.

    entered  what came through the door: clinical rows (also one that was struck out or ended
             now), or the course, patient or ward that was changed; empty for `manage.py regrade`
    before   the standings that the board row held; empty for a new course
    after    the standings that it holds now
    changes  the grades of single assessments that changed, by time
    graded   the whole course as it was graded now
    """

    course: Course
    at: datetime
    entered: tuple[Model, ...]
    before: dict[str, SystemStanding]
    after: dict[str, SystemStanding]
    changes: tuple[GradeChange, ...]
    graded: Graded


def call_hooks(regraded: Regraded) -> None:
    """Call the hooks of the transaction now, and those of the commit after it."""
    for path in settings.CARTOX_IN_TRANSACTION:
        import_string(path)(regraded)
    for path in settings.CARTOX_AFTER_COMMIT:
        after_writing(partial(_call_and_log, path, regraded))


def with_stale_rows(graded: Sequence[Graded]) -> list[bool]:
    """Of each course whether a hook would write other rows than those that are stored."""
    answers = [import_string(path)(graded) for path in settings.CARTOX_STALE_ROWS]
    return [any(of_course) for of_course in zip(*answers, strict=True)] or [False] * len(graded)


def _call_and_log(path: str, regraded: Regraded) -> None:
    try:
        import_string(path)(regraded)
    except Exception:
        logger.exception("%s failed after a regrade of course %s", path, regraded.course.uid)
