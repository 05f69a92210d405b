"""A course document read value by value over `grading.table`, so that every mistake is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from grading.documents.reading.decoded import DecodedCourse, Entries, Values
from grading.documents.reading.drug_words import vasopressor_word, with_names_of_the_record
from grading.documents.reading.json_reader import JSON_NUMBER, JsonObject, is_of_usual_size
from grading.documents.reading.mistakes import (
    LEAVE_OUT,
    LONGEST_QUOTE,
    UNKNOWN_KEY,
    Mistake,
    nearest,
    nearest_word,
    not_a,
    not_listed,
    outside,
    show,
)
from grading.kinds import ENTRY_KINDS
from grading.table import fields as table
from grading.table.fields import Field, Kind
from grading.table.sections import COURSE_FORMAT, DOCUMENT, ENTRY_FIELDS, PARTS
from grading.vocabulary import Vasopressor


class _Refused(Exception):
    """A value is refused; the reason is its text."""


def explained(value: Any, mistakes: list[Mistake]) -> DecodedCourse | None:
    """The values of a document in parsed JSON with exact decimals; its mistakes are added.

    None where it is no course document at all: then that is its only mistake.
    """
    walk = _Walk(mistakes)
    if not isinstance(value, dict):
        walk.note("", f"{show(value)} is not an object")
        return None
    if value.get("format") != COURSE_FORMAT:
        stated = value.get("format")
        reason = "is needed:" if stated is None else f"{show(stated)} is not"
        walk.note("format", f'{reason} "{COURSE_FORMAT}"')
        return None
    others = (*PARTS, *(kind.section for kind in ENTRY_KINDS))
    decoded = DecodedCourse(walk.read_object(value, "", DOCUMENT, others) or [None] * len(DOCUMENT))
    for name, fields in PARTS.items():
        part = value.get(name)
        decoded.parts[name] = walk.read_object({} if part is None else part, name, fields)
    for kind in ENTRY_KINDS:
        entries = walk.read_list(value.get(kind.section), kind.section)
        rows = {
            place: values
            for place, entry in enumerate(entries)
            if (values := walk.read_object(entry, f"{kind.section}[{place}]", ENTRY_FIELDS[kind]))
            is not None
        }
        columns: list[Values] = list(zip(*rows.values(), strict=True))
        if not columns:
            columns = [()] * len(ENTRY_FIELDS[kind])
        decoded.entries[kind] = Entries(list(rows), columns)
    return decoded


@dataclass(slots=True)
class _Walk:
    """Reads objects and lists, and notes what is wrong with them."""

    mistakes: list[Mistake] = field(default_factory=list)

    def read_object(
        self, value: Any, path: str, fields: Sequence[Field], others: Sequence[str] = ()
    ) -> Values | None:
        """The values of an object; None where it has a mistake. `others` are read elsewhere."""
        before = len(self.mistakes)
        if not isinstance(value, dict):
            self.note(path, not_a("not an object", value))
            return None
        for key in value.twice if isinstance(value, JsonObject) else ():
            self.note(_join(path, key), "stands twice")
        names = [*(field.name for field in fields), *others]
        meant = []
        for key in value:
            if key not in names:
                meant.append(nearest_word(key, names))
                self.note(_join(path, key), f"{UNKNOWN_KEY}{nearest(key, names)}")
        values = [
            self.read_value(value, path, field)
            for field in fields
            if field.name in value or field.name not in meant
        ]
        return values if len(self.mistakes) == before else None

    def read_value(self, holder: dict[str, Any], path: str, field: Field) -> Any:
        """The value of one field; None where it is absent, null or refused."""
        value, path = holder.get(field.name), _join(path, field.name)
        if value is None:
            if field.is_needed:
                self.note(path, "is needed")
            return None
        if isinstance(field.kind, table.Each):
            keys = [Field(key, kind) for key, kind in field.kind.values.items()]
            if field.kind.words is Vasopressor and isinstance(value, dict):
                value = with_names_of_the_record(value)
            values = self.read_object(value, path, keys)
            pairs = zip(field.kind.values, values or (), strict=False)
            return {key: item for key, item in pairs if item is not None}
        if isinstance(field.kind, table.SomeOf | table.Infusions):
            return self.read_items(value, path, field.kind)
        try:
            return READERS[type(field.kind)](value, field.kind)
        except _Refused as refused:
            self.note(path, str(refused))
            return None

    def read_items(self, value: Any, path: str, kind: table.SomeOf | table.Infusions) -> Any:
        """The items of a list, each by itself; one that stands under two names stands once."""
        items: list[Any] = []
        renamed: set[Any] = set()
        hint = "; [] says that there was none" if isinstance(kind, table.SomeOf) else ""
        for place, item in enumerate(self.read_list(value, path, hint)):
            try:
                read = READERS[type(kind)](item, kind)
            except _Refused as refused:
                self.note(f"{path}[{place}]", str(refused))
                continue
            if isinstance(kind, table.SomeOf) and read != item:
                renamed.add(read)
            if read not in renamed or read not in items:
                items.append(read)
        return tuple(items)

    def read_list(self, value: Any, path: str, hint: str = "") -> list[Any]:
        """The items of a list, none where there is no list."""
        if value is None or isinstance(value, list):
            return value or []
        reason = not_a("not a list", value)
        self.note(path, reason if reason.endswith(LEAVE_OUT) else reason + hint)
        return []

    def note(self, path: str, reason: str) -> None:
        """Add a mistake."""
        self.mistakes.append(Mistake(path, reason))


def _join(path: str, name: str) -> str:
    """The path of a key, which is shortened where it is very long."""
    key = name if len(name) <= LONGEST_QUOTE else f"{name[: LONGEST_QUOTE - 3]}..."
    return f"{path}.{key}" if path else key


# Each function below gives the value as the record holds it, or raises `_Refused` with the reason.


def _number(value: Any) -> Decimal:
    """A finite JSON number, exact."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _Refused(not_a("not a number", value) + _how_to_write(value))
    number = Decimal(value)
    if number == 0:
        return Decimal(0)
    # The exponent is checked before any arithmetic: 1e999999999 would take for ever.
    if not is_of_usual_size(number):
        raise _Refused(f"{show(value)} is too large or too small")
    return number


def _how_to_write(value: Any) -> str:
    """How the number that a text seems to be is written; empty where it is none."""
    text = value[:LONGEST_QUOTE] if isinstance(value, str) else ""
    if JSON_NUMBER.fullmatch(text):
        return "; write it without quotation marks"
    return "; decimals have a point" if JSON_NUMBER.fullmatch(text.replace(",", ".")) else ""


def _integer(value: Any, _kind: Kind | None = None) -> int:
    number = _number(value)
    if number != number.to_integral_value():
        raise _Refused(not_a("not a whole number", value))
    return int(number)


def _within(value: Any, kind: table.Number) -> Decimal:
    number = _number(value)
    if kind.limits.refuses(number):
        raise _Refused(outside(kind.limits, number))
    return number


def _points(value: Any, kind: table.Whole) -> int:
    number = _integer(value)
    if kind.limits.refuses(Decimal(number)):
        raise _Refused(outside(kind.limits, number))
    return number


def _amount(value: Any, _kind: Kind) -> Decimal:
    number = _number(value)
    if number < 0:
        raise _Refused(f"{show(value)} is negative")
    return number


def _answer(value: Any, _kind: Kind) -> bool:
    if not isinstance(value, bool):
        raise _Refused(not_a("neither true nor false", value))
    return value


def _text(value: Any, _kind: Kind) -> str:
    if not isinstance(value, str):
        raise _Refused(not_a("not a text", value))
    return value


def _word(value: Any, kind: table.OneOf | table.SomeOf) -> str:
    words = [word.value for word in kind.words]
    text = _text(value, kind)
    if text in words:
        return text
    if kind.words is Vasopressor:
        try:
            word = vasopressor_word(text)
        except ValueError as reason:
            raise _Refused(f"{show(text)} {reason}") from None
        if word is not None:
            return word
    raise _Refused(not_listed(text, words))


def _infusion(value: Any, _kind: Kind) -> Decimal | str:
    """Hours or a time; which one says the type."""
    return value if isinstance(value, str) else _number(value)


READERS: dict[type[Kind], Callable[[Any, Any], Any]] = {
    table.Number: _within,
    table.Whole: _points,
    table.Amount: _amount,
    table.Integer: _integer,
    table.Hours: lambda value, _kind: _number(value),
    table.Answer: _answer,
    table.OneOf: _word,
    table.SomeOf: _word,
    table.Infusions: _infusion,
    table.Anything: lambda value, _kind: value,
    **dict.fromkeys((table.Text, table.Named, table.Moment, table.CalendarDate, table.Zone), _text),
}
"""The reader of each kind of value; of a list, the reader of one item."""
