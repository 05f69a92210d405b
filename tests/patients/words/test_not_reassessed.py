"""A grade that a newer entry did not replace, in words and as a badge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from grading.engine.result import Met, Missing, Result
from grading.rules.systems import PRIMARY
from patients.models.standing import Death, LastGraded, NotReassessed, SystemStanding
from patients.words.badges import standing_badge
from patients.words.grades import (
    last_graded,
    not_graded_anew,
    not_reassessed_in_words,
    reason_in_short,
)
from patients.words.now.episode import age_of_grade

NOW = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)
ENTERED, EARLIER = NOW - timedelta(minutes=29), NOW - timedelta(hours=12)
CRS = PRIMARY["crs_astct_2019"]
DEVICE = (Missing.OXYGEN_DEVICE,)
ON_ROOM_AIR = Met("hypoxia_untreated", 2, {"oxygen_device": "room_air", "spo2_percent": 88})
NO_DEVICE = Met("hypoxia_untreated", 2, {"spo2_percent": 88})


def older(stands: Result, newest: Result, **more: Any) -> SystemStanding:
    before = NotReassessed(stands, EARLIER)
    standing = SystemStanding(current=newest, assessed_at=ENTERED, not_reassessed=before)
    return replace(standing, **more)


SENTENCES = {
    "a bound below": (
        older(Result(grade=3), Result(grade=1, at_least=True, missing=DEVICE)),
        (
            "3, 12 h 00 ago, not reassessed; newest entry 11:31: at least 1, "
            "nobody entered the oxygen device"
        ),
    ),
    "a null": (
        older(Result(grade=2), Result(missing=DEVICE)),
        "2, 12 h 00 ago, not reassessed; not graded anew: nobody entered the oxygen device",
    ),
    "a null of two items": (
        older(Result(grade=0), Result(missing=(Missing.TEMPERATURE, *DEVICE))),
        (
            "0, 12 h 00 ago, not reassessed; not graded anew: "
            "nobody entered temperature or oxygen device"
        ),
    ),
    "an examination that was not done": (
        older(Result(grade=4), Result(missing=(Missing.ICE_SCORE,))),
        "4, 12 h 00 ago, not reassessed; not graded anew: ICE was not done",
    ),
    "a bound that stands": (
        older(Result(grade=3, at_least=True), Result(missing=DEVICE)),
        (
            "at least 3, 12 h 00 ago, not reassessed; not graded anew: "
            "nobody entered the oxygen device"
        ),
    ),
    "a review that stands": (
        older(Result(review=True, would_be=2), Result(missing=DEVICE)),
        (
            "review, would be 2, 12 h 00 ago, not reassessed; not graded anew: "
            "nobody entered the oxygen device"
        ),
    ),
    "on room air": (
        older(
            Result(grade=3),
            Result(grade=2, at_least=True, missing=DEVICE, because=(ON_ROOM_AIR,)),
        ),
        (
            "3, 12 h 00 ago, not reassessed; newest entry 11:31: at least 2, "
            "88 % on room air: grade follows once oxygen is given"
        ),
    ),
    "reassessed": (SystemStanding(current=Result(grade=3), assessed_at=ENTERED), ""),
    "never graded": (SystemStanding(current=Result(missing=DEVICE), assessed_at=ENTERED), ""),
    "never assessed": (SystemStanding(), ""),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_the_grade_that_stands_says_its_age_and_what_the_newest_entry_lacks(name: str) -> None:
    standing, sentence = SENTENCES[name]
    assert not_reassessed_in_words(standing, NOW, UTC) == sentence
    assert sentence.endswith(not_graded_anew(standing, NOW, UTC))


REASONS = {
    "a low saturation on room air": (
        Result(grade=2, at_least=True, missing=DEVICE, because=(ON_ROOM_AIR,)),
        "88 % on room air: grade follows once oxygen is given",
    ),
    "a low saturation without a device": (
        Result(grade=2, at_least=True, missing=DEVICE, because=(NO_DEVICE,)),
        "hypoxia, untreated: SpO2 88 %; nobody entered the oxygen device",
    ),
    "vasopressors besides": (
        Result(grade=2, at_least=True, because=(ON_ROOM_AIR,),
               missing=(Missing.VASOPRESSORS, *DEVICE)),
        ("88 % on room air: grade follows once oxygen is given; "
        "nobody entered which vasopressors run"),
    ),
    "in review": (
        Result(review=True, would_be=2, at_least=True, missing=DEVICE, because=(ON_ROOM_AIR,),
               values={"review": "no_fever"}),
        "no fever, untreated: attribute; hypoxia, untreated",
    ),
    "nothing to go by": (
        Result(missing=(Missing.HYPOTENSION, *DEVICE)),
        "not graded: nobody entered hypotension or oxygen device",
    ),
    "at least 0": (
        Result(grade=0, at_least=True, missing=(Missing.SEIZURE, Missing.ICP)),
        "nobody entered seizure or ICP",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REASONS)
def test_what_is_missing_is_said_as_somebody_would_say_it(name: str) -> None:
    result, words = REASONS[name]
    assert reason_in_short(result) == words


BADGES = {
    "a grade": (Result(grade=3), "3", "not reassessed", "badge--3 badge--older"),
    "a bound": (
        Result(grade=2, at_least=True), "≥2", "not reassessed",
        "badge--2 badge--at-least badge--older",
    ),
    "a review": (
        Result(review=True, would_be=4), "4?", "review, not reassessed",
        "badge--4 badge--review badge--older",
    ),
    "no toxicity": (Result(grade=0), "0", "not reassessed", "badge--0 badge--older"),
}  # fmt: skip


@pytest.mark.parametrize("name", BADGES)
def test_the_badge_keeps_number_shape_and_says_that_it_is_older(name: str) -> None:
    stands, mark, word, look = BADGES[name]
    shown = standing_badge(CRS, older(stands, Result(missing=DEVICE)))
    assert (shown.mark, shown.word, shown.look) == (mark, word, look)
    assert shown.label.endswith("(ASTCT 2019), not reassessed")


def test_signs_before_the_infusion_have_no_older_grade() -> None:
    signs = {"temperature_c": 39}
    shown = standing_badge(CRS, older(Result(grade=0), Result(), early_signs=signs))
    assert (shown.mark, shown.word, shown.look) == ("–", "no grade yet", "badge--none")


def test_after_a_death_the_badge_says_the_grade_that_stood() -> None:
    shown = standing_badge(CRS, older(Result(grade=3), Result(), death=Death(NOW)))
    assert (shown.word, shown.label) == ("died", "CRS was 3 before death (ASTCT 2019)")


def test_an_older_grade_has_its_age_even_within_the_hour() -> None:
    before = NotReassessed(Result(grade=3), NOW - timedelta(minutes=40))
    standing = SystemStanding(current=Result(), assessed_at=ENTERED, not_reassessed=before)
    assert age_of_grade(standing, NOW) == "40 min ago, not reassessed"
    reassessed = SystemStanding(current=Result(grade=3), assessed_at=NOW - timedelta(minutes=40))
    assert age_of_grade(reassessed, NOW) == ""


def test_beside_a_review_stands_the_grade_before_it() -> None:
    last = LastGraded(grade=3, at_least=False, at=EARLIER)
    review = SystemStanding(current=Result(review=True, would_be=2), last_graded=last)
    assert last_graded(review) == "last graded 3"
    stands = older(Result(review=True, would_be=2), Result(missing=DEVICE), last_graded=last)
    assert last_graded(stands) == "last graded 3, then review (would be 2)"
    assert not_reassessed_in_words(stands, NOW, UTC) == (
        "review, would be 2, 12 h 00 ago, not reassessed; last graded 3; "
        "not graded anew: nobody entered the oxygen device"
    )
