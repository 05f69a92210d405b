"""Whom a call reaches, and within how many minutes: the policy of a ward, by grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

BOTH_FROM_GRADE = 3
"""From this grade on one answer is not enough: the nurse in charge and a physician answer."""


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


@dataclass(frozen=True, slots=True)
class Policy:
    """The steps by grade 0 to 4; grade 0 is for worry and for a fall of the score alone.

    A grade without steps has those of the next lower grade that has some.
    """

    steps: Mapping[int, tuple[PolicyStep, ...]]

    def for_grade(self, grade: int) -> tuple[PolicyStep, ...]:
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what is stored; empty gives the defaults. ValueError in words for a nurse."""
        raise NotImplementedError
