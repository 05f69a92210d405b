"""How long a grade has stood and how its episode stands: the words, on both sides of each limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grading.engine.result import Result
from grading.local_rules import DEFAULT
from grading.rules.systems import PRIMARY
from patients.models import Course, Patient, Ward
from patients.models.standing import Death, SystemStanding
from patients.words.badges import standing_badge
from patients.words.now.death import cause, death_in_words
from patients.words.now.episode import age_of_grade, episode_state, onset, stands_since
from tests.conftest import INFUSED_AT

HOUR = timedelta(hours=1)
NOW = datetime(2026, 1, 8, 12, 10, tzinfo=UTC)
ONSET = datetime(2026, 1, 6, 22, 39, tzinfo=UTC)
COURSE = Course(
    ward=Ward(time_zone="Europe/Madrid"),
    patient=Patient(),
    infused_at=INFUSED_AT,
    time_zone="Europe/Madrid",
)
CRS = PRIMARY["crs_astct_2019"]


def standing(result: Result | None = None, **values: object) -> SystemStanding:
    return replace(SystemStanding(current=result, onset=ONSET, assessed_at=NOW), **values)


def clear(seen_for_hours: float, unseen_hours: float = 0.0) -> SystemStanding:
    """A 0 in an open episode: so long seen to be clear, and so long not looked at since."""
    at = NOW - unseen_hours * HOUR
    first = at - seen_for_hours * HOUR
    return standing(Result(grade=0), assessed_at=at, clear_since=first)


STATES = {
    "the first all-clear": (clear(0), "all clear for 0 of 24 h, episode open"),
    "four hours": (clear(4), "all clear for 4 of 24 h, episode open"),
    "hours begun do not count": (clear(4.98), "all clear for 4 of 24 h, episode open"),
    "just before the end": (clear(23.99), "all clear for 23 of 24 h, episode open"),
    "not seen for 71 h": (clear(4, 71.98), "all clear for 4 of 24 h, episode open"),
    "not seen for 72 h": (clear(4, 72), "all clear when last assessed, 05 Jan 13:10"),
    "not seen for 25 days": (clear(0, 600), "all clear when last assessed, 14 Dec 13:10"),
    "resolved": (
        standing(Result(grade=0), resolved=NOW - 30 * HOUR),
        "resolved 07 Jan 07:10",
    ),
    "a sign": (standing(Result(grade=2)), ""),
    "at least 0": (standing(Result(grade=0, at_least=True)), "episode open"),
    "not gradable": (standing(Result()), ""),
    "review": (standing(Result(review=True, would_be=2)), ""),
    "no episode": (standing(Result(grade=0), onset=None), ""),
    "never assessed": (SystemStanding(), ""),
}


@pytest.mark.parametrize("name", STATES)
def test_the_state_of_an_episode(name: str) -> None:
    stands, words = STATES[name]
    assert episode_state(stands, NOW, COURSE, DEFAULT) == words


def test_the_hours_are_those_of_the_site() -> None:
    local = replace(DEFAULT, resolution_hours=48, episode_unseen_hours=24)
    assert episode_state(clear(4, 23), NOW, COURSE, local) == (
        "all clear for 4 of 48 h, episode open"
    )
    assert episode_state(clear(4, 24), NOW, COURSE, local).startswith("all clear when last")


def test_since_is_the_time_at_this_grade_and_onset_another() -> None:
    today = standing(Result(grade=2), since=NOW - 3 * HOUR)
    assert stands_since("CRS", today, NOW, COURSE) == "CRS 2 since 10:10 (3 h 00)"
    assert onset(today, COURSE) == "onset 06 Jan 23:39, Day +1"
    earlier = standing(Result(grade=1, at_least=True), since=NOW - 30 * HOUR)
    assert stands_since("CRS", earlier, NOW, COURSE) == "CRS ≥ 1 since Wed 07:10 (1 d 6 h)"
    assert stands_since("CRS", SystemStanding(), NOW, COURSE) == ""
    assert onset(SystemStanding(), COURSE) == ""


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, ""), (60, ""), (61, "1 h 01 ago"), (3 * 24 * 60, "3 d 0 h ago")]
)
def test_a_grade_carries_its_age_once_it_is_not_of_now(minutes: int, words: str) -> None:
    at = NOW - timedelta(minutes=minutes)
    assert age_of_grade(standing(Result(grade=2), assessed_at=at), NOW) == words
    assert age_of_grade(SystemStanding(), NOW) == ""


@pytest.mark.parametrize(
    ("attributed_to", "words"),
    [
        ("crs", "attributed to CRS"),
        ("icans", "attributed to ICANS"),
        ("iec_hs", "attributed to IEC-HS"),
        ("other", "attributed to another cause"),
        (None, "cause not recorded"),
    ],
)
def test_a_death_has_its_time_and_cause(attributed_to: str | None, words: str) -> None:
    death = Death(NOW, attributed_to)
    assert cause(death) == words
    assert death_in_words(death, 3, COURSE.zone) == f"died 08 Jan 13:10, Day +3, {words}"


BADGES = {
    "a grade": (standing(Result(grade=2)), ("2", "moderate")),
    "0 without an episode": (standing(Result(grade=0), onset=None), ("0", "none")),
    "0 in an open episode": (clear(4), ("0", "all clear")),
    "0 after an episode": (standing(Result(grade=0), resolved=NOW), ("0", "none")),
    "at least 0 in an open episode": (
        standing(Result(grade=0, at_least=True)),
        ("≥0", "at least"),
    ),
    "signs before the infusion": (
        standing(Result(grade=0), onset=None, early_signs={"temperature_c": 39}),
        ("–", "no grade yet"),
    ),
    "death by this toxicity": (standing(Result(grade=1), death=Death(NOW, "crs")), ("5", "fatal")),
    "death by another": (standing(Result(grade=1), death=Death(NOW, "icans")), ("–", "died")),
    "death without a cause": (standing(None, death=Death(NOW)), ("–", "died")),
}


@pytest.mark.parametrize("name", BADGES)
def test_the_badge_of_now(name: str) -> None:
    stands, (mark, word) = BADGES[name]
    shown = standing_badge(CRS, stands)
    assert (shown.mark, shown.word) == (mark, word)


def test_after_a_death_no_grade_is_acted_on() -> None:
    assert standing(Result(grade=3)).grade_to_act_on == 3
    assert standing(Result(grade=3), death=Death(NOW, "crs")).grade_to_act_on is None
