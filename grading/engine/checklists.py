"""Checklists of yes, no and cannot tell, for the scores of hyperinflammation.

An item that was never looked at is null and names what it needs; it is never "no".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from grading.engine.labs import LabValue
from grading.engine.result import Met, Result, plain
from grading.engine.sentences import sentence_of, word

Answer = bool | None


@dataclass(slots=True)
class Item:
    """One line of a checklist.

    `met` is true, false or null; `told` names the sentence that says what was seen (empty
    where nothing was); `missing` names what would settle it.
    """

    code: str
    met: Answer
    told: str = ""
    saw: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """The item as it is stored in `Result.values`."""
        return {
            "code": self.code,
            "met": self.met,
            "told": self.told,
            "saw": plain(self.saw),
            "missing": [] if self.met is not None else list(self.missing),
        }


def above(limit: Decimal) -> Callable[[LabValue], Answer]:
    """Whether a result is > `limit`; cannot tell where only "<" or ">" came."""

    def test(found: LabValue) -> Answer:
        if found.lowest > limit:
            return True
        highest = found.highest
        return False if highest is not None and highest <= limit else None

    return test


def at_least(limit: Decimal) -> Callable[[LabValue], Answer]:
    """Whether a result is ≥ `limit`."""

    def test(found: LabValue) -> Answer:
        if found.lowest >= limit:
            return True
        highest = found.highest
        return False if highest is not None and highest < limit else None

    return test


def below(limit: Decimal) -> Callable[[LabValue], Answer]:
    """Whether a result is < `limit`."""
    return lambda found: negated(at_least(limit)(found))


def at_most(limit: Decimal) -> Callable[[LabValue], Answer]:
    """Whether a result is ≤ `limit`."""
    return lambda found: negated(above(limit)(found))


def negated(answer: Answer) -> Answer:
    return None if answer is None else not answer


def any_of(answers: Iterable[Answer]) -> Answer:
    """True if any is; else null if any is unknown or there is none; else false."""
    told = list(answers)
    if True in told:
        return True
    return None if not told or None in told else False


def all_of(answers: Iterable[Answer]) -> Answer:
    """False if any is; else null if any is unknown; else true."""
    told = list(answers)
    if False in told:
        return False
    return None if None in told else True


def shown(found: LabValue) -> str:
    """A result as a reader sees it, in the canonical unit: > 40,000."""
    text = f"{found.value:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if found.is_exact else f"{found.comparator} {text}"


def hour(elapsed: timedelta) -> Decimal:
    """Hours since the first infusion, to two decimals."""
    return (Decimal(elapsed // timedelta(seconds=1)) / 3600).quantize(Decimal("0.01"))


def reasons(items: Sequence[Item]) -> tuple[Met, ...]:
    """The items that are met, for `Result.because`; a checklist has no grades."""
    return tuple(Met(item.told or item.code, 0, item.saw) for item in items if item.met)


def missing(items: Sequence[Item]) -> tuple[str, ...]:
    """What would settle the items that cannot be told, once each, in their order."""
    named = (name for item in items if item.met is None for name in item.missing)
    return tuple(dict.fromkeys(named))


def nothing_counted(of: int, missing: Sequence[str], caution: str) -> dict[str, Any]:
    """The form of such a checklist where nothing particular to it was measured."""
    return {
        "met": 0,
        "of": of,
        "items": [],
        "missing": list(missing),
        "fulfilled": None,
        "cautions": [caution],
    }


def item_json(stored: Mapping[str, Any], sentences: Mapping[str, str]) -> dict[str, Any]:
    """A stored item in the form of the grades document: code, met, and its basis in words."""
    return {"code": stored["code"], "met": stored["met"], "basis": basis(stored, sentences)}


def basis(stored: Mapping[str, Any], sentences: Mapping[str, str]) -> str:
    """What a stored item was decided on and what it still needs; `sentences` are its table's."""
    parts = []
    if stored["told"]:
        parts.append(sentence_of(Met(stored["told"], 0, stored["saw"]), sentences))
    if stored["met"] is None and stored["missing"]:
        parts.append("not recorded: " + ", ".join(map(word, stored["missing"])))
    return "; ".join(parts)


def counted_values(items: Sequence[Item], of: int, fulfilled: Answer) -> dict[str, Any]:
    """What a checklist with a count keeps in `Result.values`."""
    return {
        "met": sum(item.met is True for item in items),
        "of": of,
        "fulfilled": fulfilled,
        "items": [item.facts() for item in items],
    }


def counted(result: Result, sentences: Mapping[str, str]) -> dict[str, Any]:
    """A checklist with a count in the grades document; `sentences` are its table's."""
    return {
        "met": result.values["met"],
        "of": result.values["of"],
        "items": [item_json(item, sentences) for item in result.values["items"]],
        "missing": list(result.missing),
        "fulfilled": result.values["fulfilled"],
        "cautions": list(result.cautions),
    }
