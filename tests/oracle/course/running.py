"""The vasopressors at a moment: the list of the entry and the open runs of the dose record."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.oracle.course.document import Course, Entry
from tests.oracle.course.drugs import ACTS_AS_VASOPRESSIN, INOTROPES, class_of, is_open

UNNAMED = "other"
"""On the list: one or more agents of unknown name and number, not vasopressin."""
UNNAMED_RUN = "vasopressor"
"""A run of one agent whose name nobody recorded."""


def counted_name(agent: str) -> str:
    return "vasopressin" if agent in ACTS_AS_VASOPRESSIN else agent


@dataclass
class Running:
    """What runs at a moment, by the list and by the runs."""

    listed: frozenset[str] | None
    by_runs: frozenset[str]
    inotrope_runs: bool

    @property
    def named(self) -> frozenset[str]:
        """Agents that count, by name, wherever they stand."""
        listed = self.listed or frozenset()
        return (listed | self.by_runs) - INOTROPES - {UNNAMED}

    @property
    def unnamed(self) -> bool:
        return self.listed is not None and UNNAMED in self.listed

    @property
    def counts(self) -> bool:
        return bool(self.named) or self.unnamed

    @property
    def list_is_unknown(self) -> bool:
        return self.listed is None

    @property
    def nothing_at_all(self) -> bool:
        """The union is the empty list: nothing runs, inotropes included."""
        return self.listed == frozenset() and not self.by_runs and not self.inotrope_runs

    def bounds(self) -> tuple[int, int]:
        """The lowest and the highest grade of hypotension that what runs may be; 0 where nothing.

        One agent that is not vasopressin, or vasopressin alone, is 3; two that are not are 4. An
        unnamed agent may be several, and may be the one that stands only as a run. A run without a
        name may be an agent that stands only on the list.
        """
        listed = (self.listed or frozenset()) - INOTROPES
        if UNNAMED_RUN in self.by_runs and listed - self.by_runs:
            lowest, _ = replace(self, by_runs=self.by_runs - {UNNAMED_RUN}).bounds()
            return lowest, max(lowest, 4 if listed - {"vasopressin"} else lowest)
        apart = self.named - {"vasopressin"}
        if len(apart) >= 2:
            return 4, 4
        if self.unnamed:
            listed_by_name = apart & (self.listed or frozenset())
            return (4, 4) if listed_by_name else (3, 4)
        lowest = 3 if self.named else 0
        return lowest, 4 if self.list_is_unknown else lowest


def running_at(course: Course, entry: Entry) -> Running:
    """The union at the moment of an entry."""
    listed = entry.get("vasopressors")
    open_now = [dose for dose in course.doses if is_open(course, dose, entry.hour)]
    return Running(
        listed=None if listed is None else frozenset(map(counted_name, listed)),
        by_runs=frozenset(
            counted_name(dose.get("agent")) for dose in open_now if class_of(dose) == "vasopressor"
        ),
        inotrope_runs=any(class_of(dose) == "inotrope" for dose in open_now),
    )


def runs_off_the_list(running: Running) -> frozenset[str]:
    """Agents that run by the dose record and that a recorded list leaves out."""
    return frozenset() if running.listed is None else running.by_runs - running.listed
