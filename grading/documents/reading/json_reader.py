"""JSON read slowly by the standard library: exact decimals, and a repeated key is noticed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from grading.documents.reading.mistakes import LONGEST_QUOTE

JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
MOST_DIGITS = 15  # before the point; no clinical quantity has more
MOST_DECIMAL_PLACES = 15
LONGEST_INTEGER = 4_000  # digits; Python itself refuses 4,300


class JsonObject(dict[str, Any]):
    """A JSON object that remembers the keys that stood twice."""

    twice: tuple[str, ...] = ()


def _pairs(pairs: list[tuple[str, Any]]) -> JsonObject:
    result = JsonObject(pairs)
    if len(result) < len(pairs):
        result.twice = _repeated(key for key, _ in pairs)
    return result


def _repeated(keys: Iterable[str]) -> tuple[str, ...]:
    """The keys that stand more than once, each once."""
    return tuple(key for key, times in Counter(keys).items() if times > 1)


def decimal_of(text: str) -> Decimal:
    """A number as it is written, exact. ValueError where its exponent is beyond all measure."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text[:LONGEST_QUOTE]} is not a number that can be read") from None


def is_of_usual_size(number: Decimal) -> bool:
    """Whether a number other than 0 is neither too large nor too small for any quantity."""
    return -MOST_DECIMAL_PLACES <= number.adjusted() <= MOST_DIGITS


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
