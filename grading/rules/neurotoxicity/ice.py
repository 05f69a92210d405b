"""ICE score: the 10-point bedside examination behind ICANS, ASTCT 2019.

Purpose   turn what was scored, item by item or as a sum, into the points that are possible.
Use       from 12 years on, in patients able to do it. Store items, not only the sum.
Not for   guessing: an item that was not asked is unknown, neither right nor wrong.
Source    ASTCT_2019, ICE table; the review's Table 5.
"""

from __future__ import annotations

from dataclasses import dataclass

from grading.record import Findings
from grading.vocabulary import ICE_ITEMS, NotDone

ICE_FULL_SCORE = 10


@dataclass(slots=True)
class IceScore:
    """The sum lies between `low` and `high` points; `done` where it is exact."""

    low: int = 0
    high: int = ICE_FULL_SCORE
    done: bool = False

    @property
    def total(self) -> int | None:
        """The sum in points; None unless the score is `done`."""
        return self.low if self.done else None


def ice_score(findings: Findings) -> IceScore:
    """The ICE score of one assessment. Awake global aphasia is 0 points.

    An examination done in part bounds the sum: an item that was not asked may have any points.
    """
    if findings.ice_not_done == NotDone.APHASIA:
        return IceScore(0, 0, done=True)
    if findings.ice_not_done is not None:
        return IceScore()
    if findings.ice_total is not None:
        return IceScore(findings.ice_total, findings.ice_total, done=True)
    if findings.ice is None or not findings.has_ice_points():
        return IceScore()
    scored = {item: points for item, points in findings.ice.items() if points is not None}
    lost = sum(ICE_ITEMS[item] - points for item, points in scored.items())
    return IceScore(sum(scored.values()), ICE_FULL_SCORE - lost, done=len(scored) == len(ICE_ITEMS))


def recorded_total(findings: Findings) -> int | None:
    """The sum as recorded, in points; None where it was not done or only in part."""
    if findings.ice_not_done is not None:
        return None
    return findings.ice_total if findings.ice is None else ice_score(findings).total
