"""One adjudication of the record: what a physician decided about a sign, or as the final grade."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from grading.vocabulary import Decision

OF_A_SIGN = ("sign", "cause", "holds_from")
OF_A_FINAL_GRADE = ("toxicity", "grade")
"""The values that belong to a decision of one sort only, beside onset and resolution."""


@dataclass(slots=True)
class Adjudication:
    """One decision of a physician, taken at `elapsed`.

    One on a sign: `confirmed`, the sign has another cause; `refused`, it counts; `withdrawn`, the
    entries speak for themselves again. It is about the assessments from `holds_from` on, or from
    `elapsed` where that is None. A `final_grade` with onset and resolution stands beside the
    computed grade and changes nothing. Times are since the first infusion.
    """

    elapsed: timedelta
    decision: str
    sign: str | None = None
    cause: str | None = None
    holds_from: timedelta | None = None
    toxicity: str | None = None
    grade: int | None = None
    onset: timedelta | None = None
    resolved: timedelta | None = None
    reason: str = ""
    uid: str = ""
    note: str = ""

    def is_on_a_sign(self) -> bool:
        """Whether it decides about a sign, and so may change computed grades."""
        return self.decision != Decision.FINAL_GRADE

    def begins(self) -> timedelta:
        """The time of the first assessment that it is about."""
        return self.elapsed if self.holds_from is None else self.holds_from


def unfit_values(
    decided: Any, times: tuple[str, str] = ("onset", "resolved")
) -> Iterator[tuple[str, str]]:
    """The values of a decision that do not fit together: the name of each, and the reason.

    `decided` has the names of `Adjudication`, but for onset and resolution, which are in `times`.
    """
    word = decided.decision
    spoken = Decision(word).in_sentence or word.replace("_", " ")
    is_final = word == Decision.FINAL_GRADE
    for name in OF_A_SIGN if is_final else (*OF_A_FINAL_GRADE, *times):
        if getattr(decided, name) is not None:
            yield name, f"belongs to {'a decision on a sign' if is_final else 'a final grade'} only"
    for name in OF_A_FINAL_GRADE if is_final else ("sign",):
        if getattr(decided, name) is None:
            yield name, f"is needed where the decision is “{spoken}”"
    has_reason = bool((decided.reason or "").strip())
    if word == Decision.CONFIRMED:
        if decided.cause is None and not has_reason:
            yield "reason", "is needed, or a cause, where the decision is “confirmed”"
    elif not has_reason:
        yield "reason", f"is needed where the decision is “{spoken}”"
    if word in (Decision.REFUSED, Decision.WITHDRAWN) and decided.cause is not None:
        yield "cause", f"does not stand beside “{spoken}”"
    onset, resolved = (getattr(decided, name) for name in times)
    if None not in (onset, resolved) and resolved < onset:
        yield times[1], "is before the onset"
