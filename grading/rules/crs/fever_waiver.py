"""The dose after which the CRS grade no longer requires fever.

Takes   the doses of the course and the onset of the open episode, or the moment since which it
        was not looked after, where that was for long.
Gives   the first antipyretic, anti-cytokine drug or steroid since then; a run that was still open
        after it counts.
Source  ASTCT 2019 CRS table, footnote on fever; antipyretics are a local rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from grading.agents import FEVER_WAIVING, DrugClass
from grading.local_rules import LocalRules
from grading.record import Dose
from grading.rules.signs.runs import with_ends


def doses_that_waive(doses: Iterable[Dose], local: LocalRules) -> list[Dose]:
    """The doses of a class that can waive the fever, in their order."""
    antipyretics_count = local.fever_exemption_antipyretic
    return [
        dose
        for dose in with_ends(doses)
        if dose.drug_class in FEVER_WAIVING
        and dose.amount != 0  # a rate of 0 is not running
        and (antipyretics_count or dose.drug_class != DrugClass.ANTIPYRETIC)
    ]


def waived_by(elapsed: timedelta, since: timedelta, waiving: Iterable[Dose]) -> Dose | None:
    """The first dose since then that waives the fever at this moment; None without one.

    A dose at or after `since` and at or before the observation, or a run still open after `since`.
    """
    for dose in waiving:
        if dose.elapsed > elapsed:
            continue
        is_still_open = dose.is_run() and (dose.ended is None or dose.ended > since)
        if dose.elapsed >= since or is_still_open:
            return dose
    return None
