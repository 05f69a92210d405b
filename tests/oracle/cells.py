"""The cell of a printed table in which the known findings of one domain put the patient.

The older systems print criteria that can be read in two ways; what is unknown is another thing.
A cell tells them apart: `low` to `printed` is what the text allows for what is known, `high` is
the worst that it could become if what is missing were known.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.oracle.answer import Answer, between, cannot_tell, positive

TEMPERATURE, HYPOTENSION, VASOPRESSORS = "temperature", "hypotension", "vasopressors"
DEVICE, FLOW = "oxygen device", "oxygen flow"
NEEDED = frozenset({TEMPERATURE, HYPOTENSION, VASOPRESSORS, DEVICE})
"""What a CRS 0 needs, and what an assessment without a CRS part misses."""
BEDSIDE = NEEDED | {FLOW}
"""Without one of these nothing can be said of a patient with no sign."""


class Cell(NamedTuple):
    """The grades that one domain allows, what is missing, and the most that this could come to.

    `firm` is the highest grade that the missing could come to without another reading.
    """

    low: int
    printed: int
    high: int
    missing: tuple[str, ...] = ()
    firm: int = 0


NOTHING = Cell(0, 0, 0)


def one(grade: int) -> Cell:
    """The text says this grade."""
    return Cell(grade, grade, grade)


def either(low: int, high: int) -> Cell:
    """The text can be read as one or the other."""
    return Cell(low, high, high)


def unsure(low: int, high: int, *missing: str) -> Cell:
    """Something is not recorded."""
    return Cell(low, low, high, missing, high)


def answer(cells: tuple[Cell, ...]) -> Answer:
    """The worst of the domains, as a grade or as a range.

    What is missing could exceed the highest grade, or raise the lowest; "at least" is the former.
    A patient with no sign has 0 once the bedside is known, "at least" while organs are not.
    """
    low = max(cell.low for cell in cells)
    printed = max(cell.printed for cell in cells)
    exceeding = [cell for cell in cells if cell.missing and cell.high > printed]
    narrowing = [cell for cell in cells if cell.missing and cell.firm > low]
    missing = frozenset(name for cell in exceeding + narrowing for name in cell.missing)
    if printed > low:
        return between(low, printed, missing, at_least=bool(exceeding))
    if low == 0 and missing & BEDSIDE:
        return cannot_tell(missing)
    return positive(low, missing)
