"""Who is allowed what, asked of the table of rights under the lock; a refusal is logged."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from patients.door.refusals import NotAllowed
from patients.models import ClinicalRow, Course, User
from patients.permissions import (
    refusal_to_act,
    refusal_to_admit,
    refusal_to_amend,
    rights_to_enter,
    rights_to_strike_out,
    signer_of,
)
from patients.rights import ADMIT, COPY, STOP, Amendable, Right, Signer

log = logging.getLogger("cartox.security")


def check_act(right: Right, course: Course, *, by: User) -> None:
    """Refuse unless the account of `by`, as it is stored now, may do this on the course."""
    _refuse(refusal_to_act(signer_of(by), right, course.ward_id), by)


def check_entry(
    course: Course, rows: Sequence[ClinicalRow], *, by: User, ends_runs: bool = False
) -> None:
    """Refuse unless `by` may enter these rows on the course, and end runs where it does."""
    signer = signer_of(by)
    _check_rows(signer, course, rows, by)
    if ends_runs:
        _refuse(refusal_to_act(signer, STOP, course.ward_id), by)


def check_strike_out(row: ClinicalRow, course: Course, *, by: User) -> None:
    """Refuse unless `by` may strike out this row of the course."""
    signer = signer_of(by)
    for right in rights_to_strike_out(row):
        _refuse(refusal_to_act(signer, right, course.ward_id), by)


def check_copy(course: Course, there: Course, row: ClinicalRow, *, by: User) -> None:
    """Refuse unless `by` may strike the row out on one course and enter it on the other."""
    signer = signer_of(by)
    _refuse(refusal_to_act(signer, COPY, course.ward_id, there.ward_id), by)
    _check_rows(signer, there, [row], by)


def check_registration(*, by: User) -> None:
    """Refuse unless `by` may register a patient who has no course yet."""
    _refuse(refusal_to_act(signer_of(by), ADMIT), by)


def check_admission(course: Course, rows: Sequence[ClinicalRow] = (), *, by: User) -> None:
    """Refuse unless `by` may open this new course together with these rows."""
    signer = signer_of(by)
    _refuse(refusal_to_admit(signer, course), by)
    _check_rows(signer, course, rows, by)


def check_amendment(
    stored: Amendable, changes: Mapping[str, Any], *, by: User, ward_ids: Collection[int]
) -> None:
    """Refuse unless `by` may change these fields of what is stored."""
    _refuse(refusal_to_amend(signer_of(by), stored, changes, ward_ids), by)


def _check_rows(signer: Signer, course: Course, rows: Sequence[ClinicalRow], by: User) -> None:
    for row in rows:
        for right in rights_to_enter(row):
            _refuse(refusal_to_act(signer, right, course.ward_id), by)


def _refuse(refusal: str | None, by: User | None) -> None:
    if refusal is None:
        return
    username = None if by is None else by.get_username()
    log.info("not_allowed", extra={"facts": {"user": username, "refusal": refusal}})
    raise NotAllowed(refusal)
