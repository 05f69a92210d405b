"""The harness of faults finds a handover that is lost, doubled, or taken over for another."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from benchmarks.faults.reconcile import LOST, MISATTRIBUTED, reconciled
from benchmarks.faults.saves import Answer, Attempt, Claim, Fact, Save
from benchmarks.faults.ward.handovers import HANDED, TAKEN, stray_handovers
from benchmarks.faults.ward.stored import traces_of
from patients.models import Course, User, Ward
from patients.rounds.handover.acts import accept, hand_over
from patients.rounds.handover.writing_down import content_of
from patients.rounds.models import Handover

DONE = Attempt(0, 1, Answer(Claim.NONE, "", 302, acknowledged=True))


@pytest.fixture
def handed(ward: Ward, course: Course, nurse: User, physician: User) -> Handover:
    content = content_of(ward, timezone.now())
    return hand_over(ward, content, to=physician, by=nurse, uid=uuid.uuid4())


def save_of(row: Handover, kind: str, typist: User, to: User) -> Save:
    """The form of this handover, acknowledged to whoever sent it."""
    form, ward = str(row.uid), str(row.ward_id)
    values = {"to": to.username} if kind == HANDED else {"taken over": form}
    return Save(1, kind, typist.username, "", form, "", (Fact(ward, values),), [DONE])


def harms(save: Save) -> list[str]:
    return [harm.harm for harm in reconciled([save], {save.number: traces_of(save)})]


def test_a_handover_stored_and_taken_over_as_answered_is_no_harm(
    handed: Handover, nurse: User, physician: User
) -> None:
    accept(handed, by=physician)
    given, taken = (
        save_of(handed, HANDED, nurse, physician),
        save_of(handed, TAKEN, physician, physician),
    )
    assert harms(given) + harms(taken) == []
    assert stray_handovers([given, taken]) == []


def test_an_acceptance_that_is_not_stored_is_lost(handed: Handover, physician: User) -> None:
    assert harms(save_of(handed, TAKEN, physician, physician)) == [LOST]


def test_a_handover_to_or_by_somebody_else_is_found(
    handed: Handover, nurse: User, physician: User, other_ward_nurse: User
) -> None:
    assert LOST in harms(save_of(handed, HANDED, nurse, other_ward_nurse))
    assert harms(save_of(handed, HANDED, other_ward_nurse, physician)) == [MISATTRIBUTED]


def test_a_handover_or_an_acceptance_without_a_form_is_a_stray(
    handed: Handover, nurse: User, physician: User
) -> None:
    given = save_of(handed, HANDED, nurse, physician)
    assert stray_handovers([]) == [handed]
    assert stray_handovers([given]) == []
    accept(handed, by=physician)
    assert stray_handovers([given]) == [handed]
