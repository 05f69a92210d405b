"""Whom a call reaches by grade, and which policies nobody could follow."""

from __future__ import annotations

from typing import Any

import pytest

from patients.rounds.rules.policy import Policy

STEP = {"who": "physician on call", "contact": "Bleep 1", "address": "", "minutes": 15}


@pytest.mark.parametrize(
    ("grade", "minutes"),
    [(0, [30, 15]), (1, [30, 15]), (2, [15, 15]), (3, [5, 10]), (4, [5, 10]), (5, [5, 10])],
)
def test_the_defaults_wait_less_the_higher_the_grade(grade: int, minutes: list[int]) -> None:
    steps = Policy.default_for("Bleep 4711").for_grade(grade)
    assert [step.minutes for step in steps] == minutes
    assert [step.contact for step in steps] == ["Bleep 4711", ""]


def test_from_grade_3_the_nurse_in_charge_is_called_at_once() -> None:
    policy = Policy.default_for("")
    assert [policy.for_grade(grade)[0].who for grade in (2, 3)] == [
        "physician on call",
        "nurse in charge and physician on call",
    ]


def test_a_grade_without_steps_has_those_of_the_next_lower_one() -> None:
    policy = Policy.from_json({"0": [STEP], "3": [STEP | {"minutes": 4}]})
    assert [policy.for_grade(grade)[0].minutes for grade in range(5)] == [15, 15, 15, 4, 4]


def test_a_policy_is_read_as_it_was_stored_and_an_empty_one_is_the_default() -> None:
    policy = Policy.default_for("Bleep 4711")
    assert Policy.from_json(policy.to_json()) == policy
    assert Policy.from_json({}) == Policy.default_for("")


@pytest.mark.parametrize("change", [{"minutes": 1}, {"minutes": 240}, {"contact": "5" * 500}])
def test_a_step_waits_from_one_minute_to_four_hours(change: dict[str, Any]) -> None:
    assert Policy.from_json({"0": [STEP | change] * 6}).for_grade(0)


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ({"0": [STEP | {"minutes": 0}]}, "from 1 to 240, not 0"),
        ({"0": [STEP | {"minutes": 241}]}, "from 1 to 240, not 241"),
        ({"0": [STEP | {"minutes": "15"}]}, "whole number"),
        ({"0": [STEP | {"who": " "}]}, "who is called"),
        ({"0": [STEP | {"contact": "5" * 501}]}, "at most 500"),
        ({"0": [STEP] * 7}, "1 to 6 steps"),
        ({"0": []}, "1 to 6 steps"),
        ({"0": STEP}, "1 to 6 steps"),
        ({"0": ["physician"]}, "who is called, and the minutes"),
        ({"5": [STEP]}, "grades 0 to 4, not 5"),
        ({"1": [STEP]}, "grade 0"),
    ],
)
def test_a_policy_that_nobody_could_follow_is_refused(stored: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Policy.from_json(stored)
