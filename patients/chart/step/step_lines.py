"""The lines of the current step by columns, as many at once as one screen holds.

Another guideline's line stands beside the review's line from which it differs. Lines for which
there is no room open on demand; of each toxicity the first lines stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from math import ceil

from django.urls import reverse

from grading.guidelines.line import STILL_HOLDS, Guideline, LineKind, Option, Toxicity
from grading.guidelines.lines.conditions import grade_fact
from grading.guidelines.situation.situation import Fact, Situation
from grading.guidelines.tocilizumab import AGENT
from patients.chart.laboratory.hours import with_times
from patients.chart.lists import addresses_of
from patients.chart.step.line_marks import OPEN, LineMark, line_marks
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
    more_details: tuple[str, ...]
    due: str
    mark: LineMark
    facts: tuple[FactLink, ...]
    more_facts: tuple[FactLink, ...]
    source: str
    marks: str
    guideline: str
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
PANEL_OF = {
    Toxicity.IEC_HS.value: "panel-inflammation",
    Toxicity.ICAHT.value: "panel-counts",
}
"""The part of the laboratory panels that works out what these lines rest on."""
ON_DEMAND = (LineKind.CONSIDER, LineKind.STOP_OR_TAPER, LineKind.MONITOR)
TOXICITIES = [toxicity.value for toxicity in Toxicity]
DETAILS_AT_ONCE = FACTS_AT_ONCE = 2
"""So many stand with a line; the others open with its source."""
LETTERS_IN_A_ROW = 190
"""Letters of small text in a row over the whole panel on a screen 1366 px wide."""
ROWS = 23.0
"""Rows of text that a column holds where the panel fills a screen 768 px high."""
ROWS_OF_A_HEADING = 1.3
ROWS_BETWEEN_LINES = 0.3
PART_FILLED = 0.85
"""The part of two columns that is filled, since no line is broken between them."""


@dataclass(frozen=True, slots=True)
class PanelTime:
    """The course and its situation, with what times and facts need to be shown."""

    file: CourseFile
    situation: Situation
    grades: Mapping[str, Fact]
    """The grade of a toxicity as a fact: it stands once, above the lines that it calls."""
    headings: Mapping[str, Fact]
    """The same without the remark on it, which stands above all columns."""
    addresses: Mapping[str, str]
    marks: Mapping[str, LineMark]
    """What became of each line, by its code."""

    def at(self, elapsed: timedelta) -> datetime:
        return self.file.course.infused_at + elapsed

    def clock(self, elapsed: timedelta) -> str:
        """The time of day of an elapsed time, with its date where that is another."""
        now = self.at(self.situation.now)
        return wording.clock_or_weekday(self.at(elapsed), now, self.file.course.zone)

    def link(self, fact: Fact, toxicity: str = "") -> FactLink:
        """The fact with its time, unless that is the time of the grade above its line."""
        basis = self.grades.get(toxicity)
        is_of_grade = basis is not None and fact.at == basis.at
        at = "" if fact.at is None or is_of_grade else self.clock(fact.at)
        address = self.addresses.get(fact.uid) or self._worked_out_at(toxicity)
        return FactLink(with_times(self.file, fact.text), at, address)

    def _worked_out_at(self, toxicity: str) -> str:
        """The panel that shows how a score came about, for a fact that rests on no single entry."""
        if toxicity not in PANEL_OF:
            return ""
        return f"{reverse('panels', args=[self.file.course.uid])}#{PANEL_OF[toxicity]}"


def panel_time(file: CourseFile, situation: Situation, options: Sequence[Option]) -> PanelTime:
    """The time of these options, with the address of every entry that they rest on."""
    followed = {Toxicity.CRS: situation.crs, Toxicity.ICANS: situation.icans}
    graded = {name: grade for name, grade in followed.items() if grade.grade is not None}
    grades = {name.value: grade_fact(name.label, grade) for name, grade in graded.items()}
    headings = {
        name.value: grade_fact(name.label, replace(grade, remark=""))
        for name, grade in graded.items()
    }
    facts = chain(grades.values(), chain.from_iterable(option.why for option in options))
    uids = {fact.uid for fact in facts if fact.uid}
    if (newest := file.record.newest_examination()) is not None:
        uids.add(newest.uid)
    now = file.course.infused_at + situation.now
    return PanelTime(
        file=file,
        situation=situation,
        grades=grades,
        headings=headings,
        addresses=addresses_of(file, uids),
        marks=line_marks(file, options, situation, now),
    )


def columns_of(time: PanelTime, options: Sequence[Option], rows: float = ROWS) -> list[StepColumn]:
    """The columns that have lines, each with as many as fit."""
    by_kind = {kind: lines for kind in COLUMNS if (lines := _lines(time, options, kind))}
    share = sum(COLUMNS[kind].share for kind in by_kind)
    return [
        _column(kind, lines, time, _Room.of(COLUMNS[kind], share, rows))
        for kind, lines in by_kind.items()
    ]


def on_demand(time: PanelTime, options: Sequence[Option]) -> list[StepColumn]:
    """The kinds that open on demand, whole."""
    return [
        StepColumn(kind.value, _title_of(kind), _groups(lines, time))
        for kind in ON_DEMAND
        if (lines := _lines(time, options, kind))
    ]


def _title_of(kind: LineKind) -> str:
    """Exclude first."""
    return kind.label[0].upper() + kind.label[1:]


def _lines(time: PanelTime, options: Sequence[Option], kind: LineKind) -> list[StepLine]:
    """The lines of a kind, each with those that differ; without its line one stands by itself.

    What is open and new at the grade comes before what still holds from lower ones, and that before
    what was answered: where there is no room for all, those open on demand.
    """
    codes = {option.code for option in options if not option.differs_from}
    beside: dict[str, list[StepLine]] = {}
    for option in options:
        if option.differs_from in codes:
            beside.setdefault(option.differs_from, []).append(_line(option, time))
    lines = [
        _line(option, time, tuple(beside.get(option.code, ())))
        for option in options
        if option.kind == kind and option.differs_from not in codes
    ]
    in_order = sorted(enumerate(lines), key=lambda each: _rank(each[0], each[1], kind))
    return [line for _, line in in_order]


def _rank(place: int, line: StepLine, kind: LineKind) -> tuple[int, bool, bool, int]:
    """By toxicity, as printed; of what still holds now, that of a higher grade first."""
    still_holds = STILL_HOLDS in (*line.details, *line.more_details)
    if still_holds and kind == LineKind.NOW:
        place = -place
    return TOXICITIES.index(line.toxicity), bool(line.mark.answer), still_holds, place


def _line(option: Option, time: PanelTime, differs: tuple[StepLine, ...] = ()) -> StepLine:
    facts = [
        time.link(fact, option.toxicity)
        for fact in option.why
        if fact != time.grades.get(option.toxicity)
    ]
    details = [*_next_tocilizumab(option, time), *option.details]
    return StepLine(
        code=option.code,
        toxicity=option.toxicity,
        text=option.text,
        details=tuple(details[:DETAILS_AT_ONCE]),
        more_details=tuple(details[DETAILS_AT_ONCE:]),
        due=_due(option, time),
        mark=time.marks.get(option.code, OPEN),
        facts=tuple(facts[:FACTS_AT_ONCE]),
        more_facts=tuple(facts[FACTS_AT_ONCE:]),
        source=str(option.source),
        marks=option.source.confidence,
        guideline=Guideline(option.guideline).label,
        differs=differs,
    )


def _due(option: Option, time: PanelTime) -> str:
    """By 14:30; since 14:30 once that has passed; of a line that waits for no response, due."""
    if option.due is None:
        return ""
    if option.kind != LineKind.IF_NO_RESPONSE:
        return f"due {time.clock(option.due)}"
    return f"{'since' if option.due <= time.situation.now else 'by'} {time.clock(option.due)}"


def _next_tocilizumab(option: Option, time: PanelTime) -> tuple[str, ...]:
    """The clock time of a next dose where a limit stands against one now."""
    ledger = time.situation.doses.tocilizumab
    if ledger is None or ledger.allowed_now or AGENT not in option.drugs:
        return ()
    if ledger.next_permitted is None:
        return ()
    return (f"from {time.clock(ledger.next_permitted)}",)


def _groups(lines: Iterable[StepLine], time: PanelTime) -> tuple[StepGroup, ...]:
    by_toxicity: dict[str, list[StepLine]] = {}
    for line in lines:
        by_toxicity.setdefault(line.toxicity, []).append(line)
    return tuple(
        StepGroup(
            name=Toxicity(toxicity).label,
            basis=time.link(time.headings[toxicity]) if toxicity in time.headings else None,
            lines=tuple(own),
        )
        for toxicity, own in by_toxicity.items()
    )


def rows_over(*texts: str) -> int:
    """The rows over the first that these texts take over the whole width of the panel."""
    return sum(len(text) + 3 for text in texts) // LETTERS_IN_A_ROW


@dataclass(frozen=True, slots=True)
class _Room:
    """What a column holds: letters in a row of text, and rows in all."""

    letters: int
    rows: float

    @classmethod
    def of(cls, width: Width, share: float, rows: float) -> _Room:
        letters = int(LETTERS_IN_A_ROW * width.share / share / width.columns) - 2
        filled = 1 if width.columns == 1 else PART_FILLED
        return cls(letters, rows * width.columns * filled)

    def taken_by(self, line: StepLine) -> float:
        """The rows of a line: its text with details and the words below, then its facts."""
        words = (
            len(line.due)
            + len(line.text)
            + len(line.mark.words)
            + sum(len(each) + 3 for each in line.details)
            + 10
        )
        facts = sum(len(fact.text) + len(fact.at) + 4 for fact in line.facts)
        return ceil(words / self.letters) + ceil(facts / self.letters) + ROWS_BETWEEN_LINES


def _column(kind: LineKind, lines: Sequence[StepLine], time: PanelTime, room: _Room) -> StepColumn:
    """As many lines as fit: the first of each toxicity, then the second of each, and so on."""
    groups = [list(group.lines) for group in _groups(lines, time)]
    left = room.rows - ROWS_OF_A_HEADING * len(groups)
    shown: set[str] = set()
    full: set[str] = set()
    in_turn = [line for line in chain.from_iterable(zip_longest(*groups)) if line is not None]
    for line in in_turn:
        rows = room.taken_by(line)
        if shown and (rows > left or line.toxicity in full):
            full.add(line.toxicity)
            continue
        left -= rows
        shown.add(line.code)
    return StepColumn(
        key=kind.value,
        title=_title_of(kind),
        groups=_groups([line for line in lines if line.code in shown], time),
        folded=_groups([line for line in lines if line.code not in shown], time),
    )
