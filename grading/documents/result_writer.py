"""One result of a grading system as JSON text, with its reasons or without.

A registry has few different results and reasons, and assessments of one kind share theirs: the
text of a result that comes again is looked up, else put together from texts that came before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import attrgetter
from typing import Any

from grading.engine.result import Met, Result, to_json
from grading.engine.sentences import reason_to_json
from grading.rules.reasons import ALL_SENTENCES

REASONS = ("because", "cautions", "values")
"""The fields of a result that stand in a document with reasons only."""

MOST_TEXTS = 1024
"""The most texts of each kind that are looked up, so that memory stays bounded."""


class ResultTexts:
    """The texts of results, each looked up by the result itself, which nobody changes."""

    def __init__(self, write: Callable[[Result], str]) -> None:
        self._write = write
        self._written: dict[int, tuple[Result, str]] = {}

    def of(self, results: Iterable[Result]) -> list[str]:
        """The text of each of these results."""
        written = self._written
        return [
            stored[1] if (stored := written.get(id(result))) is not None else self._new(result)
            for result in results
        ]

    def _new(self, result: Result) -> str:
        """Write a text; the result stays with it, so that no other takes its place in memory."""
        if len(self._written) >= MOST_TEXTS:
            self._written.clear()
        text = self._write(result)
        self._written[id(result)] = result, text
        return text


_GRADE_FACTS = ("grade", "at_least", "review", "would_be", "low", "high", "if_all_counted")
_facts_of = attrgetter(*_GRADE_FACTS)


def without_reasons(result: Result) -> str:
    """A result as bare facts: the grade, how sure it is, and what is missing."""
    return f'{_grade(result)}, "missing": {_list(result.missing)}}}'


def with_reasons(result: Result) -> str:
    """A result with its sentences; `values` stand in it only where there are any."""
    because = ", ".join(map(_reason, result.because))
    values = f', "values": {_map(result.values)}' if result.values else ""
    return (
        f'{_grade(result)}, "because": [{because}], "missing": {_list(result.missing)}, '
        f'"cautions": {_list(result.cautions)}{values}}}'
    )


def grade_json(result: Result) -> dict[str, Any]:
    """The grade and how sure it is.

    `low`, `high`, `if_all_counted` and `put_aside` stand in it only where there are any.
    """
    facts: dict[str, Any] = {
        "grade": result.grade,
        "at_least": result.at_least,
        "review": result.review,
        "would_be": result.would_be,
    }
    if result.low is not None:
        facts |= {"low": result.low, "high": result.high}
    if result.if_all_counted is not None:
        facts["if_all_counted"] = result.if_all_counted
    if result.put_aside:
        facts["put_aside"] = put_aside_json(result)
    return facts


def put_aside_json(result: Result) -> list[dict[str, Any]]:
    """The signs put down to another cause behind a lowered grade, without the names of rows."""
    stored = (sign.facts() for sign in result.put_aside)
    return [{name: value for name, value in facts.items() if name != "uid"} for facts in stored]


def _grade(result: Result) -> str:
    """The object of the grade, left open at its end."""
    if result.put_aside:
        return json.dumps(grade_json(result))[:-1]
    return _grade_of(*_facts_of(result))


@lru_cache(MOST_TEXTS)
def _grade_of(*facts: Any) -> str:
    return json.dumps(grade_json(Result(**dict(zip(_GRADE_FACTS, facts, strict=True)))))[:-1]


@lru_cache(MOST_TEXTS)
def _list(texts: tuple[str, ...]) -> str:
    return json.dumps(texts)


def _reason(met: Met) -> str:
    try:
        return _reason_of(met.code, met.grade, tuple(met.saw), *met.saw.values())
    except TypeError:  # a list or a map among the values cannot be looked up
        return json.dumps(reason_to_json(met, ALL_SENTENCES))


@lru_cache(MOST_TEXTS, typed=True)
def _reason_of(code: str, grade: int, names: tuple[str, ...], *values: Any) -> str:
    basis = dict(zip(names, values, strict=True))
    return json.dumps(reason_to_json(Met(code, grade, basis), ALL_SENTENCES))


def _map(values: dict[str, Any]) -> str:
    try:
        return _map_of(tuple(values), *values.values())
    except TypeError:
        return json.dumps(to_json(values))


@lru_cache(MOST_TEXTS, typed=True)
def _map_of(names: tuple[str, ...], *values: Any) -> str:
    return json.dumps(to_json(dict(zip(names, values, strict=True))))


TEXTS_WITH_REASONS, BARE_TEXTS = ResultTexts(with_reasons), ResultTexts(without_reasons)
