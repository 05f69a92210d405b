"""All that a rule looks at in one assessment and its course, as data.

Two assessments are of one kind for a rule where everything it reads is the same: words as they
are, numbers by the side of each limit on which they fall. A rule answers all of one kind alike,
but for the numbers that its reasons show.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from grading.local_rules import LocalRules
from grading.record import INFUSION, Findings, Record

Limit = Decimal | int | str
"""A limit on a number: the limit itself, or its name, as `local.capd_below_years`."""

OfAssessment = Callable[[Findings], Hashable]


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What a rule works out of an assessment and its course, beyond a word or a side.

    `of_course` gives the function that works it out for each assessment, or None in a course that
    holds nothing of it. `reads` are the fields of `Findings` that it looks at.
    """

    name: str
    of_course: Callable[[Record, LocalRules], OfAssessment | None]
    reads: tuple[str, ...] = ()


def _before_infusion(record: Record, _local: LocalRules) -> OfAssessment | None:
    if not record.findings or record.findings[0].elapsed >= INFUSION:
        return None
    return lambda findings: findings.elapsed < INFUSION


BEFORE_INFUSION = WorkedOut("before_infusion", _before_infusion, reads=("elapsed",))
"""Whether the assessment is one before the first infusion, where no sign counts."""


@dataclass(frozen=True, slots=True)
class Reads:
    """What a rule reads: names of fields of `Findings`, of `Record`, or of the baseline.

    words       fields as they are: words, answers, points, lists, maps; a `Record` field by its
                name, one of the baseline as `baseline.oxygen_device`
    sides       numbers by the limits that matter: below, at and above each limit are three kinds,
                None is a fourth. `age_years` is the age at the assessment
    worked_out  what follows from several of them, or from doses and results

    The local rules always belong to what is read.
    """

    words: tuple[str, ...] = ()
    sides: Mapping[str, tuple[Limit, ...]] = field(default_factory=dict)
    worked_out: tuple[WorkedOut, ...] = ()

    def joined(self, *others: Reads) -> Reads:
        """All that any of them reads."""
        every = (self, *others)
        words = tuple(dict.fromkeys(word for each in every for word in each.words))
        limits: dict[str, dict[Limit, None]] = {}
        for each in every:
            for name, numbers in each.sides.items():
                limits.setdefault(name, {}).update(dict.fromkeys(numbers))
        sides = {name: tuple(numbers) for name, numbers in limits.items()}
        worked_out = tuple(dict.fromkeys(item for each in every for item in each.worked_out))
        return Reads(words, sides, worked_out)

    def without(self, name: str) -> Reads:
        """The same declaration with one item taken out: a word, a number or a thing worked out."""
        return replace(
            self,
            words=tuple(word for word in self.words if word != name),
            sides={number: limits for number, limits in self.sides.items() if number != name},
            worked_out=tuple(each for each in self.worked_out if each.name != name),
        )
