"""The lines of the current step by columns, as many at once as one screen holds.

Another guideline's line stands beside the review's line from which it differs. Lines for which
there is no room open on demand; of each toxicity the first lines stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from math import ceil

from grading.guidelines.line import Guideline, LineKind, Option, Toxicity
from grading.guidelines.situation.situation import Fact
from grading.sources import CONFIDENCE
from patients.chart.lists import addresses_of
from patients.chart.step.line_marks import OPEN, LineMark
from patients.reading.course_file import CourseFile
from patients.words import wording


@dataclass(frozen=True, slots=True)
class FactLink:
    """A fact with its time; `address` leads to the entry on which it rests, or is empty."""

    text: str
    at: str
    address: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One option as a row of the panel. `due` is a clock time: by 14:30."""

    code: str
    toxicity: str
    text: str
    details: tuple[str, ...]
    due: str
    facts: tuple[FactLink, ...]
    source: str
    marks: tuple[tuple[str, str], ...]
    guideline: str
    mark: LineMark
    differs: tuple[StepLine, ...] = ()

    @property
    def guidelines_that_differ(self) -> str:
        """ASCO 2021, label."""
        return ", ".join(dict.fromkeys(each.guideline for each in self.differs))


@dataclass(frozen=True, slots=True)
class StepGroup:
    """The lines of one toxicity within a column; `basis` is the grade that calls all of them."""

    name: str
    basis: FactLink | None
    lines: tuple[StepLine, ...]


@dataclass(frozen=True, slots=True)
class StepColumn:
    """One kind of lines: the groups shown at once, and those that open on demand."""

    key: str
    title: str
    groups: tuple[StepGroup, ...]
    folded: tuple[StepGroup, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(group.lines) for group in (*self.groups, *self.folded))

    @property
    def folded_in_words(self) -> str:
        """5 more: CRS 3, ICANS 2."""
        counts = Counter({group.name: len(group.lines) for group in self.folded})
        return f"{counts.total()} more: {', '.join(counts)}"


@dataclass(frozen=True, slots=True)
class Width:
    """The share of the panel that a column takes, and how many columns of text it holds."""

    share: float
    columns: int = 1


COLUMNS = {
    LineKind.EXCLUDE_FIRST: Width(1),
    LineKind.NOW: Width(2, columns=2),
    LineKind.IF_NO_RESPONSE: Width(1.25),
    LineKind.CAUTION: Width(1),
}
"""The kinds that stand at once, as `chart.css` lays them out."""
ON_DEMAND = (LineKind.CONSIDER, LineKind.STOP_OR_TAPER, LineKind.MONITOR)
LETTERS_IN_A_ROW = 172
"""Letters of small text in a row over the whole panel on a screen 1366 px wide."""
ROWS = 16
"""Rows of text that a column holds where the panel fills a screen 768 px high."""


@dataclass(frozen=True, slots=True)
class PanelTime:
    """The course and the time of a panel, with what its facts need to become links."""

    file: CourseFile
    now: datetime
    bases: Mapping[str, Fact]
    """The grade of a toxicity as a fact: it stands once, above the lines that it calls."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, LineMark] = field(default_factory=dict)
    """What became of each line, by its code."""

    def clock(self, elapsed: timedelta) -> str:
        """The time of day of an elapsed time, with its date where that is another."""
        at = self.file.course.infused_at + elapsed
        return wording.clock_or_date(at, self.now, self.file.course.zone)

    def link(self, fact: Fact) -> FactLink:
        at = "" if fact.at is None else self.clock(fact.at)
        return FactLink(fact.text, at, self.addresses.get(fact.uid, ""))


def panel_time(
    file: CourseFile,
    now: datetime,
    options: Iterable[Option],
    bases: Mapping[str, Fact],
    marks: Mapping[str, LineMark],
) -> PanelTime:
    """The moment of these options, with the address of every entry that they rest on."""
    facts = chain(bases.values(), chain.from_iterable(option.why for option in options))
    uids = {fact.uid for fact in facts if fact.uid}
    return PanelTime(file, now, bases, addresses_of(file, uids), marks)


def columns_of(moment: PanelTime, options: Sequence[Option], rows: int = ROWS) -> list[StepColumn]:
    """The columns that have lines, each with as many as fit."""
    by_kind = {kind: lines for kind in COLUMNS if (lines := _lines(moment, options, kind))}
    share = sum(COLUMNS[kind].share for kind in by_kind)
    return [
        _column(kind, lines, moment, _Room.of(COLUMNS[kind], share, rows))
        for kind, lines in by_kind.items()
    ]


def on_demand(moment: PanelTime, options: Sequence[Option]) -> list[StepColumn]:
    """The kinds that open on demand, whole."""
    return [
        StepColumn(kind.value, kind.label, _groups(lines, moment))
        for kind in ON_DEMAND
        if (lines := _lines(moment, options, kind))
    ]


def _lines(moment: PanelTime, options: Sequence[Option], kind: LineKind) -> list[StepLine]:
    """The lines of a kind, each with those that differ; without its line one stands by itself."""
    codes = {option.code for option in options if not option.differs_from}
    beside: dict[str, list[StepLine]] = {}
    for option in options:
        if option.differs_from in codes:
            beside.setdefault(option.differs_from, []).append(_line(option, moment))
    return [
        _line(option, moment, tuple(beside.get(option.code, ())))
        for option in options
        if option.kind == kind and option.differs_from not in codes
    ]


def _line(option: Option, moment: PanelTime, differs: tuple[StepLine, ...] = ()) -> StepLine:
    due = ""
    if option.due is not None:
        is_past = moment.file.course.infused_at + option.due <= moment.now
        due = f"{'since' if is_past else 'by'} {moment.clock(option.due)}"
    return StepLine(
        code=option.code,
        toxicity=option.toxicity,
        text=option.text,
        details=option.details,
        due=due,
        facts=tuple(
            moment.link(fact) for fact in option.why if fact != moment.bases.get(option.toxicity)
        ),
        source=str(option.source),
        marks=tuple((mark, CONFIDENCE[mark]) for mark in option.source.confidence),
        guideline=Guideline(option.guideline).label,
        mark=moment.marks.get(option.code, OPEN),
        differs=differs,
    )


def _groups(lines: Iterable[StepLine], moment: PanelTime) -> tuple[StepGroup, ...]:
    by_toxicity: dict[str, list[StepLine]] = {}
    for line in lines:
        by_toxicity.setdefault(line.toxicity, []).append(line)
    return tuple(
        StepGroup(
            name=Toxicity(toxicity).label,
            basis=moment.link(moment.bases[toxicity]) if toxicity in moment.bases else None,
            lines=tuple(own),
        )
        for toxicity, own in by_toxicity.items()
    )


@dataclass(frozen=True, slots=True)
class _Room:
    """What a column holds: letters in a row of text, and rows in all."""

    letters: int
    rows: int

    @classmethod
    def of(cls, width: Width, share: float, rows: int) -> _Room:
        letters = int(LETTERS_IN_A_ROW * width.share / share / width.columns) - 2
        return cls(letters, rows * width.columns)

    def taken_by(self, line: StepLine) -> int:
        """The rows of a line: its text with details and the words below, its facts, its mark."""
        words = len(line.due) + len(line.text) + sum(len(each) + 3 for each in line.details) + 10
        facts = sum(len(fact.text) + len(fact.at) + 4 for fact in line.facts)
        parts = (words, facts, len(line.mark.words))
        return sum(ceil(letters / self.letters) for letters in parts)


def _column(
    kind: LineKind, lines: Sequence[StepLine], moment: PanelTime, room: _Room
) -> StepColumn:
    """As many lines as fit: the first of each toxicity, then the second of each, and so on."""
    groups = [list(group.lines) for group in _groups(lines, moment)]
    left = room.rows - 1 - len(groups)
    shown: set[str] = set()
    in_turn = [line for line in chain.from_iterable(zip_longest(*groups)) if line is not None]
    for line in in_turn:
        left -= room.taken_by(line)
        if left < 0 and shown:
            break
        shown.add(line.code)
    return StepColumn(
        key=kind.value,
        title=kind.label,
        groups=_groups([line for line in lines if line.code in shown], moment),
        folded=_groups([line for line in lines if line.code not in shown], moment),
    )
