"""The grade that stands after each of a row of entries: what replaces it, and what does not."""

from __future__ import annotations

import pytest

from grading.engine.course.standing import grade_that_stands, grade_to_follow, limits_of
from grading.engine.put_aside import PutAside
from grading.engine.result import Result


def exact(grade: int, counted: int | None = None) -> Result:
    return Result(grade=grade, if_all_counted=counted)


def bound(grade: int, counted: int | None = None) -> Result:
    return Result(grade=grade, at_least=True, if_all_counted=counted)


def review(would_be: int, *, at_least: bool = False) -> Result:
    return Result(review=True, would_be=would_be, at_least=at_least)


def confirmed(grade: int, counted: int) -> Result:
    aside = (PutAside("hypotension", confirmed=True),)
    return Result(grade=grade, if_all_counted=counted, put_aside=aside)


NULL = Result()

REPLACES = {
    "nothing was entered": ((), None),
    "a null alone is no grade": ((NULL,), None),
    "the first grade stands": ((exact(0),), 0),
    "the first bound stands": ((bound(0),), 0),
    "a grade after a null": ((NULL, exact(1)), 1),
    "an exact grade replaces a higher one": ((exact(4), exact(0)), 1),
    "an exact grade replaces a higher bound": ((bound(3), exact(2)), 1),
    "a null leaves the grade": ((exact(2), NULL), 0),
    "a null leaves a 0": ((exact(0), NULL), 0),
    "two nulls leave the grade": ((exact(3), NULL, NULL), 0),
    "a lower bound below leaves the grade": ((exact(3), bound(2)), 0),
    "a lower bound as high replaces it": ((exact(2), bound(2)), 1),
    "a lower bound above replaces it": ((exact(2), bound(3)), 1),
    "at least 0 leaves a 1": ((exact(1), bound(0)), 0),
    "at least 0 replaces a 0": ((exact(0), bound(0)), 1),
    "a bound below a bound": ((bound(3), bound(1)), 0),
    "each bound is compared with what stands": ((exact(3), bound(1), bound(2)), 0),
    "a later bound reaches it": ((exact(3), bound(1), bound(3)), 2),
    "a higher one if all counted holds a bound off": ((exact(1, 4), bound(3)), 0),
    "once confirmed it holds nothing off": ((confirmed(1, 4), bound(1)), 1),
    "a bound as high as all that counts": ((exact(1, 3), bound(3)), 1),
    "a bound that would be higher if all counted": ((exact(3), bound(1, 4)), 1),
    "a bound that would be lower if all counted": ((exact(3), bound(1, 2)), 0),
    "a null with signs put aside": ((exact(1), Result(if_all_counted=3)), 0),
    "a review replaces a higher grade": ((exact(4), review(2)), 1),
    "a review of a bound replaces it too": ((exact(4), review(2, at_least=True)), 1),
    "a lower review replaces a review": ((review(3), review(2)), 1),
    "a null leaves a review": ((review(2), NULL), 0),
    "a lower bound below a review": ((review(3), bound(2)), 0),
    "a lower bound as high as a review": ((review(2), bound(2)), 1),
    "an exact grade replaces a review": ((review(3), exact(0)), 1),
    "the grade before a review holds a bound off": ((exact(3), review(2), bound(2)), 1),
    "a bound as high as the grade before a review": ((exact(3), review(2), bound(3)), 2),
    "an exact grade ends the grade before a review": ((exact(4), exact(0), review(2), bound(2)), 3),
    "a review does not outlast the next": ((review(4), review(2), bound(2)), 2),
    "a range of grades replaces": ((exact(4), Result(low=1, high=2)), 1),
    "a bound within a range": ((Result(low=1, high=3), bound(2)), 0),
    "a bound at the top of a range": ((Result(low=1, high=3), bound(3)), 1),
    "a lower bound of a range": ((exact(2), Result(low=1, high=3, at_least=True)), 0),
}


@pytest.mark.parametrize(("results", "place"), REPLACES.values(), ids=REPLACES)
def test_the_grade_that_stands(results: tuple[Result, ...], place: int | None) -> None:
    standing = grade_that_stands(results)
    assert standing.place == place
    assert standing.stands == (None if place is None else results[place])
    assert standing.is_reassessed == (place is None or place == len(results) - 1)
    assert standing.current == (results[-1] if results else None)


def test_the_grades_before_what_stands_leave_out_reviews_and_what_never_stood() -> None:
    results = (exact(1), exact(3), bound(2), review(2), NULL, exact(2))
    assert grade_that_stands(results).earlier_plain == (1, 0)
    assert grade_that_stands(()).earlier_plain == ()


def test_options_follow_what_stands_or_all_that_is_put_aside_unconfirmed() -> None:
    for stands, newest, grade in (
        (None, None, None),
        (None, NULL, None),
        (exact(0), NULL, 0),
        (exact(2), bound(1), 2),
        (review(3), NULL, 3),
        (exact(1, 4), exact(1, 4), 4),
        (confirmed(1, 4), confirmed(1, 4), 1),
        (exact(2), Result(if_all_counted=3), 3),
        (exact(4), bound(1, 3), 4),
        (None, Result(if_all_counted=1), 1),
    ):
        assert grade_to_follow(stands, newest) == grade, (stands, newest)


def test_results_are_ordered_by_the_highest_that_they_may_be() -> None:
    results = (
        NULL,
        exact(0),
        bound(2),
        review(3),
        Result(low=1, high=2),
        exact(1, 4),
        confirmed(1, 4),
    )
    assert [limits_of(result)[1] for result in results] == [-1, 0, 2, 3, 2, 4, 1]
    assert [limits_of(result)[0] for result in results] == [-1, 0, 2, 3, 1, 4, 1]
