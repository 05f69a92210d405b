"""A course document read by msgspec, with types made from `grading.table`. Only right ones pass.

`Unsure` is raised at whatever may be wrong, a repeated key too; `explained_reader` then reads the
same text slowly and says what is. Numbers pass through `float`: one of at most 15 digits comes
back as it was written, and a text with a longer one is left to the slow reader.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

import msgspec
from msgspec.structs import astuple

from grading.documents.reading.course_times import FURTHEST_HOURS
from grading.documents.reading.decoded import DecodedCourse, Entries, Values, is_recorded
from grading.documents.reading.json_reader import MOST_DIGITS, decimal_of, is_of_usual_size
from grading.kinds import ENTRY_KINDS
from grading.table import fields as table
from grading.table.fields import Field, Kind
from grading.table.sections import COURSE_FORMAT, DOCUMENT, ENTRY_FIELDS, PARTS

DIGITS_OF_A_FLOAT = 15  # that come back as they were written
MOST_REMEMBERED = 100_000
DIGITS_AS_ZEROS = bytes(48 if chr(code) in "0123456789." else code for code in range(256))
TOO_LONG_A_NUMBER = b"0" * (DIGITS_OF_A_FLOAT + 1)
TINY_NUMBER = re.compile(rb"[:\[,]\s*-?0+[eE]-")
"""A number with a negative exponent, its digits as zeros: perhaps too small for a float."""


class Unsure(Exception):
    """The quick reader does not vouch for this document."""


class _Decimals(dict[float | None, Decimal | None]):
    """The decimal of each number met so far, and None for None."""

    zeros = 0
    """How many floats were 0, each perhaps a number too small for a float."""

    def __missing__(self, number: float | None) -> Decimal | None:
        if number == 0:
            self.zeros += isinstance(number, float)
            return Decimal(0)
        decimal = Decimal(str(number))
        if isinstance(number, float) and not is_of_usual_size(decimal):
            raise Unsure
        if len(self) < MOST_REMEMBERED:
            self[number] = decimal
        return decimal


DECIMALS = _Decimals({None: None})


def _between(low: Decimal, high: Decimal) -> Any:
    """The type of a number between two limits."""
    integer = Annotated[int, msgspec.Meta(ge=math.ceil(low), le=math.floor(high))]
    return integer | Annotated[float, msgspec.Meta(ge=float(low), le=float(high))]


def _type_of(kind: Kind) -> Any:
    """The type with which msgspec decodes a value of this kind."""
    match kind:
        case table.Number(limits):
            return _between(limits.hard_low, limits.hard_high)
        case table.Whole(limits):
            low, high = int(limits.hard_low), int(limits.hard_high)
            return Annotated[int, msgspec.Meta(ge=low, le=high)]
        case table.OneOf(words):
            return Literal[tuple(word.value for word in words)]
        case table.SomeOf(words):
            return tuple[Literal[tuple(word.value for word in words)], ...]  # type: ignore[misc]
        case table.Each(values):
            return _struct("Each", [Field(key, value) for key, value in values.items()])
    return _PLAIN_TYPES.get(type(kind), str)


_MOST = 10 ** (MOST_DIGITS + 1) - 1
_PLAIN_TYPES: dict[type[Kind], Any] = {
    table.Amount: _between(Decimal(0), Decimal(_MOST)),
    table.Hours: _between(Decimal(-FURTHEST_HOURS), Decimal(FURTHEST_HOURS)),
    table.Integer: Annotated[int, msgspec.Meta(ge=-_MOST, le=_MOST)],
    table.Infusions: list[int | str],
    table.Answer: bool,
    table.Anything: Any,
}
"""The types of the kinds that hold nothing else; any other kind is a text."""


def _struct(name: str, fields: Iterable[Field]) -> type[msgspec.Struct]:
    """A type with these fields and no others; what is not needed may be absent or null."""
    columns: list[Any] = [
        (field.name, _type_of(field.kind))
        if field.is_needed
        else (field.name, _type_of(field.kind) | None, None)
        for field in fields
    ]
    return msgspec.defstruct(name, columns, kw_only=True, forbid_unknown_fields=True, gc=False)


_DECODER = msgspec.json.Decoder(
    msgspec.defstruct(
        "Document",
        [
            *((field.name, _type_of(field.kind) | None, None) for field in DOCUMENT),
            *((name, _struct(name, fields) | None, None) for name, fields in PARTS.items()),
            *(
                (kind.section, list[_struct(kind.key, ENTRY_FIELDS[kind])] | None, None)  # type: ignore[misc]
                for kind in ENTRY_KINDS
            ),
        ],
        forbid_unknown_fields=True,
    ),
    float_hook=decimal_of,
)
_ANYTHING = msgspec.json.Decoder(float_hook=str)


class _Layout:
    """The fields of one kind of object, with the places of numbers, times and maps among them."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = fields
        self.numbers = self._places(table.Number, table.Amount, table.Hours)
        self.moments = self._places(table.Moment)
        self.maps = {
            place: field.kind
            for place, field in enumerate(fields)
            if isinstance(field.kind, table.Each)
        }

    def _places(self, *kinds: type[Kind]) -> list[int]:
        return [place for place, field in enumerate(self.fields) if isinstance(field.kind, kinds)]


_PARTS = {name: _Layout(fields) for name, fields in PARTS.items()}
_ENTRIES = {kind: _Layout(fields) for kind, fields in ENTRY_FIELDS.items()}


def quickly_decoded(raw: bytes) -> DecodedCourse:
    """The values of a document without a mistake of form. `Unsure` at any doubt."""
    try:
        return _decoded(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Unsure from None


def _decoded(raw: bytes) -> DecodedCourse:
    document = cast(Any, _DECODER.decode(raw))
    numbers, zeros = raw.translate(DIGITS_AS_ZEROS), DECIMALS.zeros
    if document.format != COURSE_FORMAT or TOO_LONG_A_NUMBER in numbers:
        raise Unsure
    values = astuple(document)
    decoded = DecodedCourse(
        values[: len(DOCUMENT)], {name: [None] * len(fields) for name, fields in PARTS.items()}
    )
    colons = len(values) - values.count(None) + _keys_in(document.published)
    for name, layout in _PARTS.items():
        part = getattr(document, name)
        if part is not None:
            decoded.parts[name], more = _part(layout, part)
            colons += more
    for kind, layout in _ENTRIES.items():
        decoded.entries[kind], more = _entries(layout, getattr(document, kind.section) or ())
        colons += more
    if DECIMALS.zeros > zeros and TINY_NUMBER.search(numbers):
        raise Unsure
    if colons != raw.count(b":") or b"\\" in raw:
        _refuse_repeated_keys(raw)
    return decoded


def _part(layout: _Layout, part: msgspec.Struct) -> tuple[Values, int]:
    """As `_entries`, of one object without maps."""
    values = list(astuple(part))
    colons = len(values) - values.count(None)
    for place in layout.numbers:
        values[place] = DECIMALS[values[place]]
    for place in layout.moments:
        colons += (values[place] or "").count(":")
    return values, colons


def _entries(layout: _Layout, objects: Sequence[msgspec.Struct]) -> tuple[Entries, int]:
    """The values of objects as the record holds them, and how many colons their text has.

    There is one after each key that is not null, in maps too, and there are some in each time.
    """
    if not objects:
        return Entries((), [()] * len(layout.fields)), 0
    rows = list(map(astuple, objects))
    colons = len(rows) * len(layout.fields) - sum([row.count(None) for row in rows])
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place in layout.numbers:
        if is_recorded(columns[place]):
            columns[place] = list(map(DECIMALS.__getitem__, columns[place]))
    for place in layout.moments:
        colons += sum([text.count(":") for text in columns[place] if text is not None])
    for place, kind in layout.maps.items():
        if is_recorded(columns[place]):
            columns[place] = maps = [_as_map(item, kind) for item in columns[place]]
            colons += sum(map(len, filter(None, maps)))
    return Entries(range(len(rows)), columns), colons


def _as_map(item: msgspec.Struct | None, kind: table.Each) -> dict[str, Any] | None:
    """The map of an object; a key that is absent or null is not in it."""
    if item is None:
        return None
    return {
        key: DECIMALS[value] if isinstance(of_key, table.Number) else value
        for (key, of_key), value in zip(kind.values.items(), astuple(item), strict=True)
        if value is not None
    }


def _refuse_repeated_keys(raw: bytes) -> None:
    """Count the keys of the text, and those left of it where the last of two counts."""
    in_text = raw.translate(None, b" \t\r\n").count(b'":')
    if in_text != _keys_in(_ANYTHING.decode(raw)):
        raise Unsure


def _keys_in(value: Any) -> int:
    """The keys of all objects in a JSON value."""
    if isinstance(value, dict):
        return len(value) + sum(map(_keys_in, value.values()))
    return sum(map(_keys_in, value)) if isinstance(value, list) else 0
