"""One management option as a clinician reads it in a table: when it stands, and its source.

A line is an option, never an order: its text begins with no imperative. `step.next_step` asks
each line whether it stands in a situation, and puts those that do in order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from grading.guidelines.situation.situation import Fact, Situation
from grading.sources import Source
from grading.vocabulary import Word, word

Why = tuple[Fact, ...] | None
"""The facts that call a line, at least one; None where it does not stand."""


class LineKind(Word):
    """What a line is for, in the order in which a page shows them."""

    EXCLUDE_FIRST = "exclude_first", "exclude first"
    NOW = "now"
    IF_NO_RESPONSE = "if_no_response", "if no response"
    CAUTION = "caution"
    CONSIDER = "consider"
    STOP_OR_TAPER = "stop_or_taper", "stop or taper"
    MONITOR = "monitor"


class Guideline(Word):
    """The guideline to which a line belongs. The review comes first, the others beside it."""

    REVIEW = "review", "review 2024"
    ASCO = word("asco", "ASCO 2021")
    LABEL = "label", "label"
    CARTOX = word("cartox", "CARTOX 2018")
    EBMT = word("ebmt", "EHA/EBMT")
    HINES = word("hines", "ASTCT 2023")
    OTHER = "other", "other source"
    LOCAL = "local", "local rule"


class Toxicity(Word):
    """What a line treats, in the order in which a page shows them."""

    CRS = word("crs", "CRS")
    ICANS = word("icans", "ICANS")
    IEC_HS = word("iec_hs", "IEC-HS")
    ICAHT = word("icaht", "ICAHT")
    NEUROLOGIC = "neurologic", "other neurotoxicity"
    LATE = "late", "late toxicity"
    COURSE = "course", "whole course"


STILL_HOLDS = "still holds"
"""The detail of a line that a lower grade called first, and that this grade calls too."""


def nothing_more(_situation: Situation) -> tuple[str, ...]:
    """The details of a line that has none."""
    return ()


def at_no_time(_situation: Situation) -> timedelta | None:
    """The time of a line that waits for nothing."""
    return None


@dataclass(frozen=True, slots=True)
class Line:
    """One printed option.

    code            its name for ever: marks of earlier days refer to it
    stands          when it stands, in words for the rules page: `CRS 2–4`
    text            with `{name}` for each choice of `StepChoices`
    when            the facts that call it, or None
    text_for_child  in place of a text that prints an adult's dose; empty where it prints none
    details         further words that depend on the situation: a dose by weight, a count
    due             the time, elapsed, from which a line "if no response" holds
    differs_from    the code of the review's line beside which another guideline's line stands
    drugs           names or classes of drugs; a dose of one of them marks the line done
    is_quiet        it belongs on the panel below, not in the current step
    """

    code: str
    toxicity: Toxicity
    kind: LineKind
    stands: str
    text: str
    source: Source
    when: Callable[[Situation], Why]
    guideline: Guideline = Guideline.REVIEW
    text_for_child: str = ""
    details: Callable[[Situation], tuple[str, ...]] = nothing_more
    due: Callable[[Situation], timedelta | None] = at_no_time
    differs_from: str = ""
    drugs: tuple[str, ...] = ()
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A line that stands in a situation, in its words. `grade` is that of its toxicity, or None."""

    code: str
    toxicity: str
    grade: int | None
    kind: LineKind
    text: str
    details: tuple[str, ...]
    why: tuple[Fact, ...]
    source: Source
    guideline: Guideline
    differs_from: str
    due: timedelta | None
    drugs: tuple[str, ...]
    is_quiet: bool
