"""The facts of every assessment of a course, made once for all of the older CRS scales.

Beside the facts as attributed stand those with every sign counted, where a clinician put one down
to another cause.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from grading.engine.shared import Shared
from grading.local_rules import LocalRules
from grading.record import Record
from grading.rules.crs.bedside_facts import ReadFacts, read_course
from grading.rules.crs.older.parts.facts import OlderFacts, older_facts_of
from grading.rules.signs.organ_toxicity import OrganIndex, organ_index
from grading.rules.signs.oxygen import HFNC_BY_DEVICE
from grading.rules.signs.vasopressor_dose import RunIndex, run_index
from grading.vocabulary import Sign

AllCounted = tuple[OlderFacts, tuple[Sign, ...]]
"""The facts of an assessment with every sign counted, and the signs put down to another cause."""


@dataclass(slots=True)
class SharedFacts:
    """The facts of every assessment of a course, with the cautions of their reading.

    `all_counted` are the facts with every sign counted, None where every sign counts already.
    """

    facts: list[OlderFacts | None] = field(default_factory=list)
    all_counted: list[AllCounted | None] = field(default_factory=list)
    cautions: list[tuple[str, ...]] = field(default_factory=list)

    def add(
        self, facts: OlderFacts | None, all_counted: AllCounted | None, cautions: tuple[str, ...]
    ) -> None:
        """Add the next assessment."""
        self.facts.append(facts)
        self.all_counted.append(all_counted)
        self.cautions.append(cautions)


def facts_of_course(record: Record, local: LocalRules, shared: Shared) -> SharedFacts:
    """The facts of each assessment, None where it has no CRS part; made once for all scales.

    Most older scales do not grade a high-flow system by its device, so that caution is left to the
    cell that does (`DEVICE`).
    """
    made: SharedFacts | None = shared.get(__name__)
    if made is not None:
        return made
    made = shared[__name__] = SharedFacts()
    runs, organs = run_index(record), organ_index(record, local)
    for reading in read_course(record, local, shared):
        if reading is None:
            made.add(None, None, ())
            continue
        facts = older_facts_of(reading, record, local, runs, organs)
        all_counted = all_counted_of(reading, record, local, runs, organs)
        cautions = tuple(item for item in reading.cautions if item != HFNC_BY_DEVICE)
        made.add(facts, all_counted, cautions)
    return made


def all_counted_of(
    reading: ReadFacts,
    record: Record,
    local: LocalRules,
    runs: RunIndex,
    organs: OrganIndex,
) -> AllCounted | None:
    """The facts of one assessment with every sign counted, where one does not count."""
    if reading.all_counted is None:
        return None
    return older_facts_of(reading.all_counted, record, local, runs, organs), reading.away
