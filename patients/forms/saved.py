"""The sentences on the chart after a save, written by the functions of `CARTOX_SAVED_PANEL`.

Nothing is written after a commit. The browser goes to the chart with a receipt in the address, and
the chart reads back from the database what the signed-in person saved. A receipt holds a moment or
a version, no patient; it is signed, and shown for some minutes only.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.module_loading import import_string

from grading.rules.systems import SYSTEMS
from patients.models import ClinicalRow, Course, GradeChange, Patient, User
from patients.reading.receipts import (
    Receipt,
    receipt_of_admission,
    receipt_of_change,
    receipt_of_entries,
)
from patients.regrading.who_put_aside import sources_of
from patients.words.grades import grade_changes_in_words
from patients.words.identity import identity_of
from patients.words.put_aside import beside_grade, ward_clock

logger = logging.getLogger(__name__)

ENTRIES, CHANGE = "saved", "changed"
"""The names of a receipt in the address of the chart."""

ADMISSION = "admission"
"""What the receipt of an admission holds, in place of a version."""

SHOWN_FOR = timedelta(minutes=5)
"""A page that is loaded again later says nothing more about the save."""

Address = dict[str, str]
"""The query of the chart's address after a save."""


@dataclass(frozen=True, slots=True)
class SavedForm:
    """One form saved: the request that draws the chart, the course, its content in words, the
    grades of the course that it changed, and the rows that it entered or ended."""

    request: HttpRequest
    course: Course
    what: str
    changes: Sequence[GradeChange]
    rows: Sequence[ClinicalRow] = ()


def entries_saved(at: datetime) -> Address:
    """The receipt of the rows that the door has written at this moment."""
    return {ENTRIES: _signer(ENTRIES).sign(at.isoformat())}


def change_saved(thing: Course | Patient, since: int) -> Address:
    """The receipt of the first change after version `since`."""
    return {CHANGE: _signer(CHANGE).sign(f"{thing._meta.model_name}-{since}")}


def admission_saved() -> Address:
    """The receipt of the admission that opened the course."""
    return {CHANGE: _signer(CHANGE).sign(ADMISSION)}


def _signer(name: str) -> TimestampSigner:
    return TimestampSigner(salt=f"cartox.{name}")


def saved_sentences(request: HttpRequest, course: Course) -> list[str]:
    """What each listed function says about the receipt in the address, if there is a valid one."""
    receipt = _receipt(request, course)
    if receipt is None:
        return []
    if receipt.is_admission:
        return [f"Admitted: {receipt.what}."]
    saved = SavedForm(request, course, receipt.what, receipt.changes, receipt.rows)
    sentences = []
    for path in settings.CARTOX_SAVED_PANEL:
        try:
            sentences.append(conditional_escape(import_string(path)(saved)))
        except Exception:  # the entry is stored: no page may look as if it were not
            logger.exception("%s failed after a save on course %s", path, course.uid)
    return [sentence for sentence in sentences if sentence]


def _receipt(request: HttpRequest, course: Course) -> Receipt | None:
    """What the receipt in the address stands for; None if it is another's, too old or damaged."""
    if not isinstance(request.user, User):
        return None
    try:
        if ENTRIES in request.GET:
            text = _signer(ENTRIES).unsign(request.GET[ENTRIES], max_age=SHOWN_FOR)
            at = datetime.fromisoformat(text)
            return receipt_of_entries(course, by=request.user, at=at)
        if CHANGE in request.GET:
            text = _signer(CHANGE).unsign(request.GET[CHANGE], max_age=SHOWN_FOR)
            if text == ADMISSION:
                return receipt_of_admission(course, by=request.user)
            name, _, since = text.partition("-")
            thing = course if name == Course._meta.model_name else course.patient
            return receipt_of_change(course, thing, by=request.user, since=int(since))
    except BadSignature:
        return None
    return None


def entry_and_grades(saved: SavedForm) -> str:
    """The sentence that names the entry saved, and every grade that it set or changed.

    Beside a grade that a sign put aside has lowered stands who did so, at the newest entry.
    """
    sentences = [f"Saved: {saved.what}.", *grade_changes_in_words(saved.changes)]
    newest = {change.system: change.after for change in saved.changes if change.after is not None}
    lowered = {key: grade.result for key, grade in newest.items() if grade.put_aside}
    if lowered:
        course = saved.course
        sources = sources_of(course, *lowered.values())
        clock = ward_clock(timezone.now(), course.zone)
        for key, result in lowered.items():
            beside = beside_grade(result, SYSTEMS[key].name, sources, course.infused_at, clock)
            sentences.append(f"{beside[:1].upper()}{beside[1:]}." if beside else "")
    return " ".join(filter(None, sentences))


def name_where_another_is_similar(saved: SavedForm) -> str:
    """Whose entry it was, where somebody of a similar name lies on the ward."""
    identity = identity_of(saved.course, timezone.now())
    if not (namesakes := identity.namesakes):
        return ""
    return f"It is stored for {identity.in_one_line}. There is {namesakes}."
