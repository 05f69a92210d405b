"""The standing of a system: written to the board row, and read back as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from grading.engine.result import Met, Result
from patients.models.standing import Death, LastGraded, NotReassessed, SignPutAside, SystemStanding

NOW = datetime(2026, 1, 8, 12, tzinfo=UTC)
EARLIER = datetime(2026, 1, 8, 0, tzinfo=UTC)
STANDINGS = (
    SystemStanding(),
    SystemStanding(peak=5, onset=NOW),
    SystemStanding(
        current=Result(
            review=True,
            would_be=1,
            because=(Met("temperature", 1, {"temperature_c": 38.4}),),
            values={"review": "late_fever_unattributed"},
        ),
        assessed_at=NOW,
        since=NOW,
        previous=2,
        peak=3,
        onset=NOW,
        last_graded=LastGraded(grade=2, at_least=True, at=NOW),
    ),
    SystemStanding(current=Result(grade=0), onset=NOW, clear_since=NOW, death=Death(NOW, "crs")),
    SystemStanding(onset=NOW, resolved=NOW, early_signs={"fever": True}, death=Death(NOW)),
    SystemStanding(
        current=Result(missing=("temperature",)),
        not_reassessed=NotReassessed(Result(grade=3, if_all_counted=4), EARLIER),
        last_graded=LastGraded(grade=1, at_least=False, at=NOW, unconfirmed=2),
        put_aside=(SignPutAside("fever", "sepsis", "", False, "N. Nowak", EARLIER),),
    ),
)


@pytest.mark.parametrize("standing", STANDINGS)
def test_a_standing_is_read_back_as_it_was_written(standing: SystemStanding) -> None:
    assert SystemStanding.from_json(standing.to_json()) == standing


def test_a_system_that_the_row_does_not_name_was_never_assessed() -> None:
    assert SystemStanding.from_json({}) == SystemStanding()
    assert SystemStanding().is_ungraded


def test_the_stored_names() -> None:
    names = ["current", "at", "not_reassessed", "since", "previous", "peak", "onset", "resolved"]
    names += ["clear_since", "last_graded", "early_signs", "death", "put_aside"]
    names += ["review", "ungraded", "sort"]
    assert list(SystemStanding().to_json()) == names


def test_review_sorts_by_the_higher_of_what_it_would_be_and_what_was_graded() -> None:
    standing = STANDINGS[2]
    assert (standing.shown, standing.sort, standing.grade_to_act_on) == (1, 2, 1)
    assert standing.in_review
    assert not standing.is_ungraded


@pytest.mark.parametrize("grade", [0, 3])
def test_a_grade_that_was_not_assessed_anew_still_stands(grade: int) -> None:
    before = NotReassessed(Result(grade=grade), EARLIER)
    standing = SystemStanding(current=Result(), assessed_at=NOW, not_reassessed=before)
    assert (standing.stands, standing.stands_at) == (before.result, EARLIER)
    assert (standing.shown, standing.sort, standing.grade_to_act_on) == (grade, grade, grade)
    assert not standing.is_reassessed
    assert not standing.is_ungraded


def test_a_null_before_any_grade_does_not_stand() -> None:
    standing = SystemStanding(current=Result(), assessed_at=NOW)
    assert (standing.stands, standing.stands_at, standing.grade_to_act_on) == (None, None, None)
    assert standing.is_ungraded
    assert standing.is_reassessed


def test_order_and_options_follow_the_higher_grade_until_it_is_confirmed() -> None:
    aside = SystemStanding(current=Result(grade=1, if_all_counted=4))
    assert (aside.shown, aside.sort, aside.grade_to_act_on) == (1, 4, 4)
    before = NotReassessed(Result(grade=2), EARLIER)
    newest = SystemStanding(current=Result(if_all_counted=3), not_reassessed=before)
    assert (newest.shown, newest.sort, newest.grade_to_act_on) == (2, 3, 3)
    last = LastGraded(grade=1, at_least=False, at=EARLIER, unconfirmed=4)
    review = SystemStanding(current=Result(review=True, would_be=2), last_graded=last)
    assert (review.shown, review.sort, review.grade_to_act_on) == (2, 4, 2)


def test_a_grade_rises_and_falls_against_the_previous_one() -> None:
    for grade, previous, rose, fell in ((3, 2, True, False), (1, 2, False, True)):
        standing = SystemStanding(current=Result(grade=grade), previous=previous)
        assert (standing.rose, standing.fell) == (rose, fell)
    for current, previous in ((Result(grade=2), 2), (Result(), 2), (Result(grade=2), None)):
        standing = SystemStanding(current=current, previous=previous)
        assert (standing.rose, standing.fell) == (False, False)
