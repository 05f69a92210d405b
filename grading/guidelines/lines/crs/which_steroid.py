"""Which steroid line stands where CRS and ICANS are there together: the higher one, not both.

Source  the review prints a step for each toxicity by itself, Tables 3 and 7. That the lower one
        does not stand beside the higher one is a local rule.
"""

from __future__ import annotations

from grading.guidelines.line import Why
from grading.guidelines.lines.conditions import Condition
from grading.guidelines.lines.crs.crs_conditions import treated_crs
from grading.guidelines.lines.crs.steroids import borderline_after_tocilizumab
from grading.guidelines.situation.situation import Situation

STEROID_STEPS = (
    "no steroid",
    "dexamethasone once",
    "dexamethasone every 12 hours",
    "dexamethasone every 6 hours",
    "methylprednisolone",
)
"""The steps of both tables, the lowest first."""


def steroid_step_of_icans(situation: Situation) -> int:
    """The step of Table 7 by the grade: a place in `STEROID_STEPS`."""
    return {1: 1, 2: 2, 3: 3, 4: 4}.get(situation.icans.grade or 0, 0)


def steroid_step_of_crs(situation: Situation) -> int:
    """The step of Table 3 that is there now; none in review, where attribution comes first."""
    if treated_crs(3)(situation) is not None:
        return 3
    return 2 if borderline_after_tocilizumab(situation) is not None else 0


def steroid_is_that_of_icans(situation: Situation) -> bool:
    """Whether the steroid line of ICANS stands: on the same step it does, and that of CRS not."""
    return steroid_step_of_icans(situation) >= steroid_step_of_crs(situation)


def unless_icans_asks_for(step: int, condition: Condition) -> Condition:
    """The condition of a steroid line of CRS, where ICANS does not ask for this step or more."""

    def unless(situation: Situation) -> Why:
        return None if steroid_step_of_icans(situation) >= step else condition(situation)

    return unless


def both_ask_for_a_steroid(situation: Situation) -> bool:
    return steroid_step_of_icans(situation) > 0 and steroid_step_of_crs(situation) > 0


def two_steroid_steps(situation: Situation) -> tuple[str, ...]:
    """Which of the two steps is the higher one, in words."""
    of_icans, of_crs = steroid_step_of_icans(situation), steroid_step_of_crs(situation)
    crs, icans = f"CRS {situation.crs.grade}", f"ICANS {situation.icans.grade}"
    if of_icans == of_crs:
        return (f"the same step for {icans} and {crs}: {STEROID_STEPS[of_icans]}",)
    higher, lower = ((icans, of_icans), (crs, of_crs))[:: 1 if of_icans > of_crs else -1]
    return (
        f"higher: {STEROID_STEPS[higher[1]]} for {higher[0]}",
        f"not beside it: {STEROID_STEPS[lower[1]]} for {lower[0]}",
    )
