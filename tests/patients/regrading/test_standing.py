"""The standing of a system: written to the board row, and read back as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from grading.engine.result import Met, Result
from patients.models.standing import Death, LastGraded, SystemStanding

NOW = datetime(2026, 1, 8, 12, tzinfo=UTC)
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
)


@pytest.mark.parametrize("standing", STANDINGS)
def test_a_standing_is_read_back_as_it_was_written(standing: SystemStanding) -> None:
    assert SystemStanding.from_json(standing.to_json()) == standing


def test_a_system_that_the_row_does_not_name_was_never_assessed() -> None:
    assert SystemStanding.from_json({}) == SystemStanding()
    assert SystemStanding().is_ungraded


def test_the_stored_names() -> None:
    names = ["current", "at", "since", "previous", "peak", "onset", "resolved", "clear_since"]
    names += ["last_graded", "early_signs", "death", "sort"]
    assert list(SystemStanding().to_json()) == names


def test_review_sorts_by_the_higher_of_what_it_would_be_and_what_was_graded() -> None:
    standing = STANDINGS[2]
    assert (standing.shown, standing.sort, standing.grade_to_act_on) == (1, 2, 1)
    assert standing.in_review
    assert not standing.is_ungraded


def test_without_a_grade_the_last_one_is_acted_on_if_it_was_above_zero() -> None:
    last = LastGraded(grade=2, at_least=False, at=NOW)
    assert SystemStanding(current=Result(), last_graded=last).grade_to_act_on == 2
    zero = LastGraded(grade=0, at_least=False, at=NOW)
    assert SystemStanding(current=Result(), last_graded=zero).grade_to_act_on is None


def test_a_grade_rises_and_falls_against_the_previous_one() -> None:
    for grade, previous, rose, fell in ((3, 2, True, False), (1, 2, False, True)):
        standing = SystemStanding(current=Result(grade=grade), previous=previous)
        assert (standing.rose, standing.fell) == (rose, fell)
    for current, previous in ((Result(grade=2), 2), (Result(), 2), (Result(grade=2), None)):
        standing = SystemStanding(current=current, previous=previous)
        assert (standing.rose, standing.fell) == (False, False)
