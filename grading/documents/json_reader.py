"""Reading a JSON object key by key: the path of every mistake, and no key left unread."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from grading.vocabulary import Limits

Parsed = TypeVar("Parsed")
Reader = Callable[[Any, str], Any]
"""Turns a JSON value into a plain one; the path is for the message where it cannot."""

MOST_DIGITS = 15  # before the point; no clinical quantity has more
MOST_DECIMAL_PLACES = 15
LONGEST_INTEGER = 4_000  # digits; Python itself refuses 4,300
LONGEST_QUOTE = 60  # characters of a value repeated in a message
UNKNOWN_KEY = "unknown key"


class DocumentError(ValueError):
    """A mistake in a course document: where it stands and what is wrong with it."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


class JsonObject(dict[str, Any]):
    """A JSON object that remembers a key that stood twice."""

    twice: str | None = None


def _pairs(pairs: list[tuple[str, Any]]) -> JsonObject:
    result = JsonObject(pairs)
    if len(result) < len(pairs):
        result.twice = _last_repeated(key for key, _ in pairs)
    return result


def _last_repeated(keys: Iterable[str]) -> str | None:
    """The key that stands a second time furthest to the end."""
    earlier: set[str] = set()
    repeated = None
    for key in keys:
        if key in earlier:
            repeated = key
        earlier.add(key)
    return repeated


def decimal_of(text: str) -> Decimal:
    """A number as it is written, exact. ValueError where its exponent is beyond all measure."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text[:LONGEST_QUOTE]} is not a number that can be read") from None


def _integer(text: str) -> int:
    """A whole number; a very long one is refused before it takes long."""
    if len(text) > LONGEST_INTEGER:
        raise ValueError(f"{text[:LONGEST_QUOTE]}... is too large")
    return int(text)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def load_json(text: str) -> Any:
    """Parse JSON with exact decimals. ValueError says what is wrong and where."""
    try:
        return json.loads(
            text,
            parse_float=decimal_of,
            parse_int=_integer,
            parse_constant=_no_constant,
            object_pairs_hook=_pairs,
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None


def show(value: Any) -> str:
    """A JSON value as it is quoted in a message, shortened where it is long."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return shortened(value)
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 3] + "..."


def shortened(number: int | Decimal) -> str:
    """A number as it was written, in scientific form where it is long."""
    text = str(number)
    return text if len(text) <= LONGEST_QUOTE else f"{Decimal(number):.3e}"


class Node:
    """One object of a document. `take` every key of the format, then `finish`."""

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise DocumentError(path, f"{show(value)} is not an object")
        if getattr(value, "twice", None) is not None:
            raise DocumentError(self._join(path, value.twice), "stands twice")  # type: ignore[attr-defined]
        self.path = path
        self._left = dict(value)

    @staticmethod
    def _join(path: str, name: str) -> str:
        return f"{path}.{name}" if path else name

    def at(self, name: str) -> str:
        """The path of a key of this object."""
        return self._join(self.path, name)

    def take(self, name: str, read: Callable[[Any, str], Parsed]) -> Parsed | None:
        """The value of a key; None where it is absent or null."""
        value = self._left.pop(name, None)
        return None if value is None else read(value, self.at(name))

    def need(self, name: str, read: Callable[[Any, str], Parsed]) -> Parsed:
        """The value of a key that has to be there."""
        value = self.take(name, read)
        if value is None:
            raise DocumentError(self.at(name), "is needed")
        return value

    def children(self, name: str) -> list[Node]:
        """The objects of a list, each with its path; empty where absent."""
        items = self.take(name, a_list) or []
        return [Node(item, f"{self.at(name)}[{index}]") for index, item in enumerate(items)]

    def child(self, name: str) -> Node:
        """An object below this one; an empty one where absent."""
        return self.take(name, Node) or Node({}, self.at(name))

    def take_each(self, readers: Mapping[str, Reader]) -> Iterator[tuple[str, Any]]:
        """Every key of `readers` that the object has and that is not null, with its value."""
        prefix = f"{self.path}." if self.path else ""
        left = self._left
        self._left = {name: value for name, value in left.items() if name not in readers}
        for name, value in left.items():
            if value is not None and name in readers:
                yield name, readers[name](value, prefix + name)

    def finish(self) -> None:
        """Refuse keys that nothing read."""
        for name in self._left:
            raise DocumentError(self.at(name), UNKNOWN_KEY)


def a_list(value: Any, path: str) -> list[Any]:
    """A JSON array."""
    if not isinstance(value, list):
        raise DocumentError(path, f"{show(value)} is not a list")
    return value


def a_text(value: Any, path: str) -> str:
    """A JSON string."""
    if not isinstance(value, str):
        raise DocumentError(path, f"{show(value)} is not a text")
    return value


def a_boolean(value: Any, path: str) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise DocumentError(path, f"{show(value)} is neither true nor false")
    return value


def a_number(value: Any, path: str) -> Decimal:
    """A finite JSON number, exact."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise DocumentError(path, f"{show(value)} is not a number")
    number = Decimal(value)
    if number == 0:
        return Decimal(0)
    # The exponent is checked before any arithmetic: 1e999999999 would take for ever.
    if not -MOST_DECIMAL_PLACES <= number.adjusted() <= MOST_DIGITS:
        raise DocumentError(path, f"{shortened(value)} is too large or too small")
    return number


def an_amount(value: Any, path: str) -> Decimal:
    """A number that is not negative."""
    number = a_number(value, path)
    if number < 0:
        raise DocumentError(path, f"{show(value)} is negative")
    return number


def an_integer(value: Any, path: str) -> int:
    """A whole number."""
    number = a_number(value, path)
    if number != number.to_integral_value():
        raise DocumentError(path, f"{show(value)} is not a whole number")
    return int(number)


def within(limits: Limits) -> Callable[[Any, str], Decimal]:
    """A number inside hard limits, in their unit."""
    low, high = limits.hard_low, limits.hard_high

    def read(value: Any, path: str) -> Decimal:
        number = Decimal(an_integer(value, path)) if limits.integer else a_number(value, path)
        if not low <= number <= high:
            raise DocumentError(path, outside(number, limits))
        return number

    return read


def outside(number: Decimal, limits: Limits) -> str:
    """The reason why a number is refused."""
    low, high = f"{limits.hard_low.normalize():f}", f"{limits.hard_high.normalize():f}"
    return f"{number} is outside {low}–{high}; enter {limits.unit}"


@cache
def a_word(words: type[StrEnum]) -> Callable[[Any, str], str]:
    """A word of a closed list."""
    values = frozenset(member.value for member in words)

    def read(value: Any, path: str) -> str:
        text = a_text(value, path)
        if text not in values:
            listed = ", ".join(member.value for member in words)
            raise DocumentError(path, f"{show(value)} is not one of {listed}")
        return text

    return read


def several_words(words: type[StrEnum]) -> Callable[[Any, str], tuple[str, ...]]:
    """A list of words of a closed list."""
    read_word = a_word(words)

    def read(value: Any, path: str) -> tuple[str, ...]:
        items = a_list(value, path)
        if not items:
            return ()
        return tuple(read_word(item, f"{path}[{index}]") for index, item in enumerate(items))

    return read


def a_date(value: Any, path: str) -> date:
    """A calendar date, YYYY-MM-DD."""
    try:
        return date.fromisoformat(a_text(value, path))
    except ValueError:
        raise DocumentError(path, f"{show(value)} is not a date (YYYY-MM-DD)") from None


def a_moment(value: Any, path: str) -> datetime:
    """An ISO 8601 time with its offset from UTC."""
    text = a_text(value, path)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise DocumentError(path, f"{show(value)} is not an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise DocumentError(path, f"{show(value)} has no offset from UTC")
    return moment
