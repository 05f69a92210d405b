"""CARTOX-10: the 10-point bedside examination behind CRES, CARTOX 2018.

Purpose   turn what was scored for ICE, and the head of government, into the points possible.
Use       adults, and whoever else is able to do it.
Not for   guessing: ICE asks for a command, CARTOX-10 for the head of government instead, so an
          ICE sum alone leaves both open.
Source    CARTOX_2018; the review has ICE as a modified CARTOX-10.
"""

from __future__ import annotations

from dataclasses import dataclass

from grading.record import Findings
from grading.vocabulary import ICE_ITEMS, NotDone

CARTOX_10_FULL_SCORE = 10
SHARED_ITEMS = {item: most for item, most in ICE_ITEMS.items() if item != "command"}
"""The ICE items that CARTOX-10 has as well, 9 points in all."""


@dataclass(frozen=True, slots=True)
class Cartox10:
    """The sum lies between `low` and `high` points, both included."""

    low: int = 0
    high: int = CARTOX_10_FULL_SCORE

    @property
    def done(self) -> bool:
        """Whether the sum is exact."""
        return self.low == self.high


def cartox_10_score(findings: Findings) -> Cartox10:
    """The CARTOX-10 of one assessment. Awake global aphasia is 0 points, as in ICE.

    An ICE sum bounds it: the point for the command may or may not be among those scored, so
    without the head of government it lies within one point of the sum.
    """
    if findings.ice_not_done == NotDone.APHASIA:
        return Cartox10(0, 0)
    low, high = 0, sum(SHARED_ITEMS.values())
    if findings.ice_not_done is None and findings.ice_total is not None:
        low, high = max(findings.ice_total - 1, 0), min(findings.ice_total, high)
    elif findings.ice_not_done is None:
        for item, points in (findings.ice or {}).items():
            if item in SHARED_ITEMS and points is not None:
                low, high = low + points, high - SHARED_ITEMS[item] + points
    head = findings.head_of_government
    return Cartox10(low, high + 1) if head is None else Cartox10(low + head, high + head)


def examined(findings: Findings) -> bool:
    """Whether the shared items were all asked, or an ICE sum recorded.

    The head of government may be missing. The command does not matter: CARTOX-10 has none.
    """
    if findings.ice_not_done is not None:
        return False
    scored = findings.ice or {}
    return findings.ice_total is not None or all(
        scored.get(item) is not None for item in SHARED_ITEMS
    )
