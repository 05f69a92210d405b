"""The mistakes of a course document: where each stands, what stands there, what is allowed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from grading.measures import Limits

MOST_LISTED = 20
"""So many mistakes of one document are listed."""
LONGEST_QUOTE = 60  # characters of a value repeated in a message
UNKNOWN_KEY = "unknown key"
LEAVE_OUT = "leave it out where nothing was measured"
WORDS_FOR_NOTHING = frozenset(
    {"", "-", "--", ".", "?", "na", "n/a", "n.a.", "nan", "null", "nd", "missing", "unknown"}
    | {"not done", "#n/a"}
)
"""What other programs write, in any case, where nothing was measured."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the path in the document, and what is wrong there."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


class EnoughMistakes(Exception):
    """As many mistakes were found as are listed; the rest need not be looked for."""


class Mistakes(list[Mistake]):
    """The mistakes of one document. `EnoughMistakes` ends the search at the last that is listed."""

    def append(self, mistake: Mistake) -> None:
        super().append(mistake)
        if len(self) >= MOST_LISTED:
            raise EnoughMistakes


class DocumentError(ValueError):
    """A course document with a mistake, or with several. Its text is the first of them."""

    course_id: str | None = None
    """The id that the document gives itself."""

    def __init__(self, path: str, reason: str, others: Sequence[Mistake] = ()) -> None:
        first = Mistake(path, reason)
        super().__init__(str(first))
        self.mistakes = (first, *others)[:MOST_LISTED]

    @classmethod
    def of(cls, mistakes: Sequence[Mistake]) -> DocumentError:
        """An error with these mistakes, at least one."""
        first, *others = mistakes
        return cls(first.path, first.reason, others)


def show(value: Any) -> str:
    """A JSON value as it is quoted in a message, shortened where it is long."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        text = str(value).lower()
        return text if len(text) <= LONGEST_QUOTE else f"{Decimal(value):.3e}"
    text = json.dumps(value, default=str, ensure_ascii=False)
    end = '..."' if isinstance(value, str) else "..."
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - len(end)] + end


def not_a(what: str, value: Any) -> str:
    """The reason why a value of the wrong type is refused, such as `"NA" is not a number`."""
    is_nothing = isinstance(value, str) and value.strip().lower() in WORDS_FOR_NOTHING
    return f"{show(value)} is {what}" + (f"; {LEAVE_OUT}" if is_nothing else "")


def not_listed(text: str, words: Iterable[str]) -> str:
    """The reason why a word outside a closed list is refused, with the nearest one."""
    listed = list(words)
    if text.strip().lower() in WORDS_FOR_NOTHING:
        return not_a(f"not one of {', '.join(listed)}", text)
    return f"{show(text)} is not one of {', '.join(listed)}{nearest(text, listed)}"


def nearest(text: str, words: Iterable[str]) -> str:
    """The end of a sentence that asks whether the nearest word was meant; empty where none is."""
    near = nearest_word(text, words)
    return f"; did you mean {near}?" if near else ""


def nearest_word(text: str, words: Iterable[str]) -> str | None:
    """The word that was probably meant; None where none is near."""
    if len(text) > LONGEST_QUOTE:
        return None
    by_lower_case = {word.lower(): word for word in words}
    near = _close_match(text.lower(), tuple(by_lower_case))
    return by_lower_case[near] if near else None


@lru_cache(maxsize=1024)
def _close_match(text: str, words: tuple[str, ...]) -> str | None:
    """Cached, since a registry has the same mistake in every course."""
    near = get_close_matches(text, words, n=1, cutoff=0.7)
    return near[0] if near else None


def outside(limits: Limits, number: Decimal | int) -> str:
    """The reason why a number beyond its limits is refused."""
    return f"{show(number)} is outside {span_of_limits(limits)}; enter {limits.unit}"


def span_of_limits(limits: Limits) -> str:
    """The hard limits as they are printed: 1.5–25."""
    return f"{limits.hard_low.normalize():f}–{limits.hard_high.normalize():f}"
