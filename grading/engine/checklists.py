"""Checklists of yes, no and unknown, for the scores of hyperinflammation.

An item that was never looked at is null and names what it needs; it is never "no".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from grading.engine.labs import LabValue
from grading.engine.result import Met, Result, to_json
from grading.engine.sentences import because, sentence_of, ward_word

Ternary = bool | None


@dataclass(slots=True)
class ChecklistItem:
    """One line of a checklist.

    `met` is true, false or null. `sentence_code` is the code of the sentence that says what was
    recorded, empty where nothing was. `missing` names what would make a null true or false;
    `not_used` are the results that would have and came in a form that cannot be used.
    """

    code: str
    met: Ternary
    sentence_code: str = ""
    saw: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    not_used: tuple[Met, ...] = ()

    def facts(self) -> dict[str, Any]:
        """The item as it is stored in `Result.values`."""
        is_open = self.met is None
        return {
            "code": self.code,
            "met": self.met,
            "told": self.sentence_code,
            "saw": to_json(self.saw),
            "missing": list(self.missing) if is_open else [],
            **not_used_facts(self.not_used if is_open else ()),
        }


def not_used_facts(not_used: Iterable[Met]) -> dict[str, Any]:
    """The results that an open item would have used, as they are stored; no key without any."""
    listed = [met.facts() for met in not_used]
    return {"not_used": listed} if listed else {}


def above(limit: Decimal) -> Callable[[LabValue], Ternary]:
    """A test for a result > `limit`; null where it is a bound and the limit lies beyond it."""

    def test(measured: LabValue) -> Ternary:
        if measured.lowest > limit:
            return True
        highest = measured.highest
        return False if highest is not None and highest <= limit else None

    return test


def at_least(limit: Decimal) -> Callable[[LabValue], Ternary]:
    """A test for a result ≥ `limit`."""

    def test(measured: LabValue) -> Ternary:
        if measured.lowest >= limit:
            return True
        highest = measured.highest
        return False if highest is not None and highest < limit else None

    return test


def below(limit: Decimal) -> Callable[[LabValue], Ternary]:
    """A test for a result < `limit`."""
    return lambda measured: negated(at_least(limit)(measured))


def at_most(limit: Decimal) -> Callable[[LabValue], Ternary]:
    """A test for a result ≤ `limit`."""
    return lambda measured: negated(above(limit)(measured))


def negated(answer: Ternary) -> Ternary:
    return None if answer is None else not answer


def any_of(answers: Iterable[Ternary]) -> Ternary:
    """True if any answer is true, else null if one is null or there is none, else false."""
    given = list(answers)
    if True in given:
        return True
    return None if not given or None in given else False


def all_of(answers: Iterable[Ternary]) -> Ternary:
    """False if any answer is false, else null if one is null, else true."""
    given = list(answers)
    if False in given:
        return False
    return None if None in given else True


def enough_of(answers: Iterable[Ternary], needed: int) -> Ternary:
    """True if so many answers are true, else null if so many may be, else false."""
    given = list(answers)
    if given.count(True) >= needed:
        return True
    return None if len(given) - given.count(False) >= needed else False


def lab_text(measured: LabValue) -> str:
    """A result as a reader sees it, in the canonical unit: > 40,000."""
    text = f"{measured.value:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if measured.is_exact else f"{measured.comparator} {text}"


def hour(elapsed: timedelta) -> Decimal:
    """Hours since the first infusion, to two decimals."""
    return (Decimal(elapsed // timedelta(seconds=1)) / 3600).quantize(Decimal("0.01"))


def reasons_of(items: Sequence[ChecklistItem]) -> tuple[Met, ...]:
    """The items that are met, for `Result.because`; a checklist has no grades."""
    return tuple(Met(item.sentence_code or item.code, 0, item.saw) for item in items if item.met)


def missing_of(items: Sequence[ChecklistItem]) -> tuple[str, ...]:
    """The names that the items with null need, once each, in the order of the items."""
    named = (name for item in items if item.met is None for name in item.missing)
    return tuple(dict.fromkeys(named))


def nothing_counted(of: int, missing: Sequence[str], caution: str) -> dict[str, Any]:
    """The form of a counted checklist in the grades document where nothing of it was measured."""
    return {
        "met": 0,
        "of": of,
        "items": [],
        "because": [],
        "missing": list(missing),
        "fulfilled": None,
        "cautions": [caution],
    }


def item_to_json(stored: Mapping[str, Any], sentences: Mapping[str, str]) -> dict[str, Any]:
    """A stored item in the form of the grades document: code, met, and its basis in words."""
    return {"code": stored["code"], "met": stored["met"], "basis": basis(stored, sentences)}


def basis(stored: Mapping[str, Any], sentences: Mapping[str, str]) -> str:
    """The basis of a stored item, and the items it still needs; `sentences` are its table's."""
    parts = []
    if stored["told"]:
        parts.append(sentence_of(Met(stored["told"], 0, stored["saw"]), sentences))
    if stored["met"] is None and stored["missing"]:
        parts.append("not recorded: " + ", ".join(map(ward_word, stored["missing"])))
    parts += [
        sentence_of(Met(result["code"], result["grade"], result["saw"]), sentences)
        for result in stored.get("not_used", ())
    ]
    return "; ".join(parts)


def counted_values(items: Sequence[ChecklistItem], of: int, fulfilled: Ternary) -> dict[str, Any]:
    """A checklist with a count, as it is stored in `Result.values`."""
    return {
        "met": sum(item.met is True for item in items),
        "of": of,
        "fulfilled": fulfilled,
        "items": [item.facts() for item in items],
    }


def counted_to_document(result: Result, sentences: Mapping[str, str]) -> dict[str, Any]:
    """A checklist with a count in the grades document; `sentences` are its table's."""
    return {
        "met": result.values["met"],
        "of": result.values["of"],
        "items": [item_to_json(item, sentences) for item in result.values["items"]],
        "because": because(result, sentences),
        "missing": list(result.missing),
        "fulfilled": result.values["fulfilled"],
        "cautions": list(result.cautions),
    }
