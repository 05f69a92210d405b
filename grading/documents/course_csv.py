"""The course document as a table: one row for each assessment, laboratory result, dose or event.

The columns are the fields of `grading.table`, whose kinds say how a cell is read. A blank cell is
unknown. A list is words with spaces between them, `none` an empty one; a map is `key=value` pairs
with spaces between them. What belongs to the whole course stands on any of its rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from grading.documents.foreign_tables import (
    is_one_measurement_a_row,
    not_a_column,
    what_to_do,
)
from grading.documents.reading.json_reader import JSON_NUMBER, LONGEST_INTEGER, decimal_of
from grading.documents.reading.mistakes import (
    LEAVE_OUT,
    UNKNOWN_KEY,
    WORDS_FOR_NOTHING,
    DocumentError,
    Mistake,
    nearest,
)
from grading.kinds import ASSESSMENT, ENTRY_KINDS, KIND_OF_SECTION, LAB_RESULT
from grading.table.fields import (
    Amount,
    Answer,
    Each,
    Field,
    Hours,
    Infusions,
    Integer,
    Kind,
    Number,
    SomeOf,
    Whole,
)
from grading.table.sections import BASELINE, COURSE, COURSE_FORMAT, ENTRY_FIELDS, PATIENT

ID, ROW = "id", "row"
KIND_OF_ROW = {kind.key: kind for kind in ENTRY_KINDS}
"""The kind of entry that a row may be; a blank cell is an assessment."""
COURSE_ROW = "course"
"""A row that holds nothing but facts of the whole course."""

PATIENT_COLUMNS = frozenset(field.name for field in PATIENT) - {"mrn", "name"}
"""A table names no patient: it has the id of each course."""
BASELINE_PREFIX = "baseline_"

YES_OR_NO_WORDS = {"true": True, "yes": True, "false": False, "no": False}
EMPTY = "none"

ReadCell = Callable[[str], Any]

FORMULA = "'*[=+\\-@\t\r\n＝＋－＠]"
"""The beginning of a text that a spreadsheet takes for a formula, behind any apostrophes."""
_BEGINS_A_FORMULA = re.compile(FORMULA)


def harmless(cell: Any) -> Any:
    """A cell to be written: text that a spreadsheet would take for a formula gets an apostrophe.

    So does such a text after apostrophes of its own, so that `as_typed` gives every text back.
    """
    return f"'{cell}" if isinstance(cell, str) and _BEGINS_A_FORMULA.match(cell) else cell


def as_typed(cell: str) -> str:
    """The text of a cell that `harmless` made, or of any other as it stands."""
    return cell[1:] if cell.startswith("'") and _BEGINS_A_FORMULA.match(cell) else cell


def a_cell_text(cell: str) -> Any:
    """The text, without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return as_typed(cell)


def a_cell_number(cell: str) -> Any:
    """A number, exact; anything else as it stands, for the reader to refuse."""
    if len(cell) > LONGEST_INTEGER or JSON_NUMBER.fullmatch(cell) is None:
        return cell
    try:
        return decimal_of(cell)
    except ValueError:
        return cell


def a_cell_answer(cell: str) -> Any:
    """true, false, yes or no, in any case."""
    return YES_OR_NO_WORDS.get(cell.lower(), cell)


def a_cell_list(cell: str) -> Any:
    """Words, or hours, with spaces between them."""
    if cell.lower() in WORDS_FOR_NOTHING:
        return cell
    return [] if cell.lower() == EMPTY else [a_cell_number(item) for item in cell.split()]


def a_cell_map(cell: str) -> Any:
    """Pairs of key and value with spaces between them."""
    pairs = [item.partition("=") for item in cell.split()]
    if any(not equals for _, equals, _ in pairs) or len({key for key, _, _ in pairs}) < len(pairs):
        return cell
    return {key: a_cell_number(value) for key, _, value in pairs}


CELL_READERS: dict[type[Kind], ReadCell] = {
    **dict.fromkeys((Number, Whole, Amount, Integer, Hours), a_cell_number),
    **dict.fromkeys((SomeOf, Infusions), a_cell_list),
    Answer: a_cell_answer,
    Each: a_cell_map,
}
"""How a cell is read, by the kind of its field; any other is a text."""


def _columns(fields: Iterable[Field], prefix: str = "") -> dict[str, ReadCell]:
    return {
        prefix + field.name: CELL_READERS.get(type(field.kind), a_cell_text) for field in fields
    }


COURSE_COLUMNS: dict[str, ReadCell] = {
    **_columns(field for field in PATIENT if field.name in PATIENT_COLUMNS),
    **_columns(COURSE),
    **_columns(BASELINE, BASELINE_PREFIX),
}
"""The columns that belong to the whole course."""

TABLE_COLUMNS: dict[str, ReadCell] = {
    ID: a_cell_text,
    ROW: a_cell_text,
    **_columns(chain.from_iterable(ENTRY_FIELDS.values())),
    **COURSE_COLUMNS,
}
"""Every column that a table may have, with how its cells are read."""


def delimiter_of(line: str) -> str:
    """What stands between the cells of a header: comma, semicolon or tab."""
    return max(",;\t", key=line.count)


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of one table, in its order, and what stands between them."""

    names: tuple[str, ...]
    delimiter: str
    id_place: int
    """The place of the column that names the course."""
    row_word: str = "line"
    """What a mistake calls a row: the `line` of a text, the `row` of a Parquet file."""

    @classmethod
    def of(cls, line: str, number: int, cells: Callable[[str, str], list[str]]) -> Header:
        """The header in a line; DocumentError says what is wrong with it."""
        delimiter = delimiter_of(line)
        names = tuple(name.strip() for name in cells(line, delimiter))
        return cls(names, delimiter, id_place_in(names, f"line {number}"))

    def place(self, number: int | None) -> str:
        """Where a row stands, in words."""
        return f"{self.row_word} {number}"


def id_place_in(names: tuple[str, ...], where: str) -> int:
    """The place of the column that names the course; DocumentError if the columns are not ours."""
    reasons = []
    for name in dict.fromkeys(names):
        if name not in TABLE_COLUMNS:
            reasons.append(not_a_column(name, TABLE_COLUMNS))
        elif names.count(name) > 1:
            reasons.append(f'the column "{name}" stands twice')
    if ID not in names:
        reasons.append(f'the column "{ID}" is needed: which course a row belongs to')
    if ID not in names or is_one_measurement_a_row(names):
        reasons.insert(0, what_to_do(names, TABLE_COLUMNS))
    if reasons:
        raise DocumentError.of([Mistake(where, reason) for reason in reasons])
    return names.index(ID)


WITH_THE_NUMBER = {"<=": "<", "≤": "<", ">=": ">", "≥": ">"}
"""Bounds that include their number, with the comparator nearest to each."""
_BOUND = re.compile(r"(?P<sign>[<>]=?|[≤≥])\s*(?P<number>.+)")


class Assembled:
    """A course document put together row by row, and which line each part came from."""

    def __init__(self, header: Header, course: str) -> None:
        self._header = header
        self.value: dict[str, Any] = {
            "format": COURSE_FORMAT,
            "id": course,
            "patient": {},
            "course": {},
            "baseline": {},
            **{kind.section: [] for kind in ENTRY_KINDS},
        }
        self._columns = [
            (name, TABLE_COLUMNS[name], name in COURSE_COLUMNS) for name in header.names
        ]
        self._kind = header.names.index(ROW) if ROW in header.names else None
        self._lines: dict[str, list[int]] = {kind.section: [] for kind in ENTRY_KINDS}
        self._stated: dict[str, tuple[str, int]] = {}
        self.mistakes: list[Mistake] = []

    def add(self, cells: list[str], line: int) -> None:
        """Take in one row; what cannot be is added to `mistakes`."""
        kind = "" if self._kind is None else cells[self._kind].strip()
        row: dict[str, Any] = {}
        for (name, read, of_course), cell in zip(self._columns, cells, strict=True):
            if not cell or not (text := cell.strip()) or name in (ID, ROW):
                continue
            if of_course:
                self._state(name, text, line)
            else:
                row[name] = read(text)
        if kind == COURSE_ROW:
            for name in row:
                self._note(line, name, _elsewhere(COURSE_ROW))
            return
        entry_kind = KIND_OF_ROW.get(kind or ASSESSMENT.key)
        if entry_kind is None:
            listed = ", ".join((*KIND_OF_ROW, COURSE_ROW))
            self._note(line, ROW, f'"{kind}" is not one of {listed}{nearest(kind, KIND_OF_ROW)}')
            return
        if entry_kind is LAB_RESULT and isinstance(row.get("value"), str):
            self._read_bound(row, line)
        self.value[entry_kind.section].append(row)
        self._lines[entry_kind.section].append(line)

    def _read_bound(self, row: dict[str, Any], line: int) -> None:
        """A result below or above a number, such as `<0.1`, as comparator and value."""
        bound = _BOUND.fullmatch(row["value"])
        if bound is None:
            return
        comparator = bound["sign"]
        if bound["sign"] in WITH_THE_NUMBER:
            comparator, number = WITH_THE_NUMBER[bound["sign"]], bound["number"]
            without = f"write {comparator}{number}, or {number} where that was measured"
            self._note(line, "value", f'"{row["value"]}" includes the number: {without}')
        stated = row.setdefault("comparator", comparator)
        if stated == comparator:
            row["value"] = a_cell_number(bound["number"])
        else:
            written = f'"{row["value"]}"'
            self._note(line, "value", f'{written} does not go with the comparator "{stated}"')

    def _state(self, name: str, text: str, line: int) -> None:
        """Take in a cell about the whole course; in every row that has it, it must be the same."""
        before, where = self._stated.setdefault(name, (text, line))
        if before != text:
            self._note(
                line, name, f'"{text}" differs from "{before}" in {self._header.place(where)}'
            )
        if where == line:
            key = name.removeprefix(BASELINE_PREFIX)
            of_patient = "patient" if name in PATIENT_COLUMNS else "course"
            section = of_patient if key == name else "baseline"
            self.value[section][key] = COURSE_COLUMNS[name](text)

    def _note(self, line: int, column: str, reason: str) -> None:
        self.mistakes.append(Mistake(f"{self._header.place(line)}: {column}", reason))

    def explain(self, mistake: Mistake) -> str:
        """A mistake with its line and column instead of its path in the document."""
        reason = mistake.reason.replace(
            LEAVE_OUT, "leave the cell empty where nothing was measured"
        ).replace("is not an object", "is not pairs of key=value, each key once")
        section, _, rest = mistake.path.partition(".")
        if entry := re.fullmatch(r"(\w+)\[(\d+)\]", section):
            line = self._lines[entry[1]][int(entry[2])]
            if reason.startswith(UNKNOWN_KEY) and rest in TABLE_COLUMNS:
                reason = _elsewhere(KIND_OF_SECTION[entry[1]].key)
            return f"{self._header.place(line)}: {rest}: {reason}"
        column = BASELINE_PREFIX + rest if section == "baseline" else rest
        if (stated := self._stated.get(column.partition("[")[0])) is not None:
            return f"{self._header.place(stated[1])}: {column}: {reason}"
        return str(mistake)


def _elsewhere(kind: str) -> str:
    article = "an" if kind[0] in "ae" else "a"
    return f"does not belong to {article} {kind} row"
