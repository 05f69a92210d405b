"""Whether a physician stands behind what an assessment puts its signs down to."""

from __future__ import annotations

from collections.abc import Sequence

from patients.models import Assessment, ClinicalRow, Course, User
from patients.permissions import refusal_to_act, signer_of
from patients.rights import ADJUDICATE, IMPORT

ATTRIBUTED = ("attribution", "attribution_cause", "attribution_words")
"""The columns that say what the signs are put down to."""


def note_confirmations(course: Course, rows: Sequence[ClinicalRow], *, by: User) -> None:
    """Set of each assessment whether a physician entered or confirmed what it attributes.

    Whatever a form sends about it does not count; what a course document says of it stays.
    """
    assessments = [row for row in rows if isinstance(row, Assessment)]
    may_decide = False
    if any(row.attribution for row in assessments):
        signer = signer_of(by)
        if signer.role == IMPORT:
            return
        may_decide = refusal_to_act(signer, ADJUDICATE, course.ward_id) is None
    for row in assessments:
        row.attribution_confirmed = confirmation_of(row, may_decide=may_decide)


def confirmation_of(row: Assessment, *, may_decide: bool) -> bool | None:
    """True where the signer `may_decide`, or leaves a confirmed attribution as it was.

    A physician who copies an entry to the right patient confirms nothing by that.
    """
    if not row.attribution:
        return None
    if isinstance(row.copied_from, Assessment):
        return row.copied_from.attribution_confirmed if may_decide else None
    old = row.replaces
    is_left = (
        isinstance(old, Assessment)
        and old.attribution_confirmed is True
        and all(getattr(row, name) == getattr(old, name) for name in ATTRIBUTED)
    )
    return True if may_decide or is_left else None
