"""What a save entered, and whether somebody was told of it at its time."""

from __future__ import annotations

from patients.models import Assessment, ClinicalRow, User
from patients.regrading.hooks import Regraded
from patients.rights import IMPORTER
from patients.words.late import late_by


def entered_now(regraded: Regraded) -> list[ClinicalRow]:
    """The rows that this save entered; neither those struck out by it nor runs that it ended."""
    return [
        row
        for row in regraded.entered
        if isinstance(row, ClinicalRow)
        and row.recorded_at == regraded.at
        and row.struck_out_at is None
    ]


def is_imported(regraded: Regraded) -> bool:
    """Whether the course comes with entries that were made elsewhere."""
    signers = {row.recorded_by for row in entered_now(regraded)}
    return not regraded.before or any(
        isinstance(signer, User) and signer.username == IMPORTER for signer in signers
    )


def replaced_row(row: ClinicalRow) -> ClinicalRow | None:
    """The entry that this one corrects."""
    replaced: ClinicalRow | None = getattr(row, "replaces", None)
    return replaced


def was_escalated_then(row: ClinicalRow) -> bool:
    """Whether a late entry says that somebody was told at its time.

    An entry on time has its call now, whatever it says. In a correction the answer of the entry
    before says nothing of what is corrected.
    """
    if not isinstance(row, Assessment) or row.already_escalated is not True:
        return False
    before = replaced_row(row)
    is_new = not isinstance(before, Assessment) or before.already_escalated is not True
    return is_new and late_by(row.at, row.recorded_at) is not None
