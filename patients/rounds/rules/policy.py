"""Whom a call reaches, and within how many minutes: the policy of a ward, by grade.

Takes   the policy that a ward set, or the number that it gives for whom to call.
Gives   the steps of the climb for a grade.
Source  local: docs/rounds.md. No published number says how long a call may wait; the steps and
        minutes below are ours, and a ward sets its own.

Defaults: grades 0 and 1, the physician on call within 30 minutes, then the nurse in charge and a
senior physician within 15; grade 2, a physician within 15 minutes, then a senior physician within
15; grades 3 and 4, the nurse in charge and a physician within 5 minutes, then a senior physician
and intensive care within 10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

BOTH_FROM_GRADE = 3
"""From this grade on one answer is not enough: the nurse in charge and a physician answer."""

HIGHEST_GRADE = 4
"""The highest grade of somebody who can be helped; the policy has a place for each from 0 on."""

MOST_STEPS = 6
"""So many steps a climb has at most; local."""

MOST_MINUTES = 240
"""The longest that a step waits, inclusive: four hours; local."""

LONGEST = {"who": 80, "contact": 500, "address": 80}
"""So many characters each text has at most."""


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """One step of a climb.

    who      the role in words, such as "physician on call"
    contact  the number to dial, as the ward writes it; may be empty
    address  the name of an address in the settings to which a message goes; empty for none
    minutes  within which somebody answers, before the next step begins
    """

    who: str
    contact: str
    address: str
    minutes: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`; ValueError in words where nobody could follow the step."""
        texts = {name: stored.get(name, "") for name in LONGEST}
        for name, text in texts.items():
            if not isinstance(text, str) or len(text) > LONGEST[name]:
                most = LONGEST[name]
                raise ValueError(f"The {name} of a step is a text of at most {most} characters.")
        minutes = stored.get("minutes")
        if not texts["who"].strip():
            raise ValueError("Each step says who is called.")
        if type(minutes) is not int or not 1 <= minutes <= MOST_MINUTES:
            raise ValueError(
                f"A step waits a whole number of minutes from 1 to {MOST_MINUTES}, not {minutes}."
            )
        return cls(**{name: text.strip() for name, text in texts.items()}, minutes=minutes)


@dataclass(frozen=True, slots=True)
class Policy:
    """The steps by grade 0 to 4; grade 0 is for worry and for a fall of the score alone.

    A grade without steps has those of the next lower grade that has some.
    """

    steps: Mapping[int, tuple[PolicyStep, ...]]

    def for_grade(self, grade: int) -> tuple[PolicyStep, ...]:
        for lower in range(min(grade, HIGHEST_GRADE), -1, -1):
            if steps := self.steps.get(lower):
                return steps
        raise ValueError("Say who is called for grade 0: a grade without steps has those below it.")

    def to_json(self) -> dict[str, Any]:
        return {
            str(grade): [step.to_json() for step in steps] for grade, steps in self.steps.items()
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what is stored; empty gives the defaults. ValueError in words for a nurse."""
        if not stored:
            return cls.default_for("")
        steps = {}
        for grade, of_grade in stored.items():
            if grade not in _GRADES:
                raise ValueError(f"A policy is for grades 0 to {HIGHEST_GRADE}, not {grade}.")
            steps[int(grade)] = _steps_of(grade, of_grade)
        policy = cls(dict(sorted(steps.items())))
        policy.for_grade(0)
        return policy

    @classmethod
    def default_for(cls, who_to_call: str) -> Self:
        """The defaults, with the number that the ward gives for whom to call in the first step.

        The ward may have written any length there; a longer text than a step takes is cut.
        """
        number = who_to_call.strip()
        if len(number) > LONGEST["contact"]:
            number = f"{number[: LONGEST['contact'] - 1]}…"
        return cls(
            {
                grade: (PolicyStep(first, number, "", minutes), PolicyStep(then, "", "", more))
                for grade, (first, minutes, then, more) in _DEFAULTS.items()
            }
        )


_GRADES = frozenset(str(grade) for grade in range(HIGHEST_GRADE + 1))

_DEFAULTS = {
    0: ("physician on call", 30, "nurse in charge and senior physician", 15),
    2: ("physician on call", 15, "senior physician", 15),
    3: ("nurse in charge and physician on call", 5, "senior physician and intensive care", 10),
}
"""By grade: who is called first and within how many minutes, and then."""


def _steps_of(grade: str, stored: Any) -> tuple[PolicyStep, ...]:
    if not isinstance(stored, list) or not 1 <= len(stored) <= MOST_STEPS:
        raise ValueError(f"Grade {grade} has a list of 1 to {MOST_STEPS} steps.")
    if not all(isinstance(step, Mapping) for step in stored):
        raise ValueError(f"Each step of grade {grade} says who is called, and the minutes.")
    return tuple(PolicyStep.from_json(step) for step in stored)
