"""Numbers as nurses type and read them: with decimal comma or point, never a guessed thousand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from grading.measures import plain_text

MOST_DIGITS = 9
"""Digits of a number before its point."""
_TYPED = re.compile(r"(?P<whole>\d{0,9})(?:[.,](?P<rest>\d{0,6}))?", re.ASCII)
_THOUSANDS = re.compile(
    r"(?P<whole>\d{1,3}(?P<mark>[ '’.,])\d{3}(?:(?P=mark)\d{3})*)"
    r"(?P<rest>(?!(?P=mark))[.,]\d{1,6})?",
    re.ASCII,
)
_COULD_BE_A_THOUSAND = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


class Unreadable(ValueError):
    """Raised where the text typed is not one number. The message says what to do.

    `readings` are the numbers that may have been meant.
    """

    def __init__(self, text: str, readings: Iterable[Decimal] = ()) -> None:
        super().__init__(text)
        self.readings = tuple(readings)


def read_number(typed: str, *, plausible: Callable[[Decimal], bool]) -> Decimal:
    """The number typed. `1,200` is refused where both 1.2 and 1200 could be meant."""
    text = typed.strip()
    match = _TYPED.fullmatch(text)
    if match is None and (readings := tuple(filter(plausible, thousands(text)))):
        text = f"“{text}” is printed with a separator. Is it {plain_text(readings[0])}?"
        raise Unreadable(text, readings)
    if match is None or not (match["whole"] or match["rest"]):
        raise Unreadable(f"“{text}” is not a number. Type digits with one comma or point.")
    number = Decimal(f"{match['whole'] or '0'}.{match['rest'] or '0'}")
    if _COULD_BE_A_THOUSAND.fullmatch(text) and plausible(number):
        thousand = Decimal(re.sub(r"[.,]", "", text))
        if plausible(thousand):
            raise Unreadable(
                f"“{text}” can be read as {plain_text(number)} or as {thousand}. "
                f"Type {thousand} without a separator, or {plain_text(number)}.",
                (thousand, number),
            )
    return number if match["rest"] else Decimal(match["whole"])


def thousands(text: str) -> tuple[Decimal, ...]:
    """What a number printed with thousands separators can mean: 17 800 is 17800; else nothing."""
    match = _THOUSANDS.fullmatch(text.strip())
    digits = "" if match is None else re.sub(r"\D", "", match["whole"])
    if match is None or len(digits) > MOST_DIGITS:
        return ()
    return (Decimal(f"{digits}{(match['rest'] or '').replace(',', '.')}"),)


def is_unfinished(typed: str, low: Decimal | None) -> bool:
    """Whether the typed number is below `low` and may be its beginning, as 3 is of 38.0."""
    text = typed.strip()
    return low is not None and text.isascii() and text.isdigit() and Decimal(text) < low


def retyped(number: Decimal) -> str:
    """`number` as text for a field, with a zero added where it could be read as a thousand."""
    text = plain_text(number)
    return f"{text}0" if _COULD_BE_A_THOUSAND.fullmatch(text) else text
