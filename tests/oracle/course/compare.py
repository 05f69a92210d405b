"""The oracle and the engine beside each other on made-up courses.

`python -m tests.oracle.course.compare N SEED` compares N courses and prints, for each kind of
difference, the smallest course that shows it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from io import BytesIO
from random import Random
from typing import Any

from grading.documents.grades_writer import course_in, grades_document
from grading.documents.lines import LineReader
from grading.documents.reading.course_reader import CourseDocument
from grading.documents.split_json import pieces
from grading.local_rules import DEFAULT, LocalRules
from tests.oracle.course.document import Item
from tests.oracle.course.episodes import Origin
from tests.oracle.course.made_up import made_up_course
from tests.oracle.course.smallest import smallest
from tests.oracle.course.whole_course import answer

Difference = tuple[str, Any, Any]
"""Where, the engine's value, the oracle's."""


def engine_answer(
    document: Item, local: LocalRules = DEFAULT, *, reasons: bool = True
) -> dict[str, Any]:
    """The grades document of the engine; it raises where the course was refused."""
    (piece,) = pieces(LineReader(BytesIO(json.dumps(document).encode())))
    match course_in(piece):
        case {"error": error}:
            raise ValueError(error)
        case CourseDocument() as course:
            return grades_document(course, local, reasons=reasons)
    raise AssertionError("neither a course nor an error")


def differences(document: Item, local: LocalRules = DEFAULT) -> list[Difference]:
    """Every value of which the oracle speaks and the engine says something else.

    The engine is asked twice: with reasons, and without, where it takes a faster path.
    """
    oracle = answer(document)
    with_reasons = between(engine_answer(document, local), oracle)
    if with_reasons:
        return with_reasons
    bare = between(engine_answer(document, local, reasons=False), oracle)
    return [(f"without_reasons {place}", one, two) for place, one, two in bare]


def between(engine: dict[str, Any], oracle: dict[str, Any]) -> list[Difference]:
    pairs = [
        (f"{system} of hour {one['hour']}", one["grades"][system], two[system])
        for one, two in zip(engine["assessments"], oracle["assessments"], strict=True)
        for system in two
    ]
    of_course = oracle["course"]
    pairs += [
        (f"{system} current", engine["course"][system]["current"], of_course[system].pop("current"))
        for system in of_course
        if "current" in of_course[system]
    ]
    pairs += [
        (system, before_lymphodepletion(engine["course"][system]), of_course[system])
        for system in of_course
    ]
    return [
        (f"{place}: {key}", one.get(key), value)
        for place, one, two in pairs
        for key, value in (two or {"grade": None}).items()
        if not is_same(value_of(one or {}, key), value)
    ]


def value_of(engine: dict[str, Any], key: str) -> Any:
    """A value of the engine; the signs put aside as the oracle has them."""
    if key != "put_aside":
        return engine.get(key)
    return [
        Origin(one["sign"], one["cause"], one["confirmed"], float(one["hour"]))
        for one in engine.get(key, ())
    ]


def before_lymphodepletion(result: Any) -> dict[str, Any]:
    """The entry of that window of an index, or the result of any other system as it is."""
    if not isinstance(result, list):
        return result
    windows = [entry for entry in result if entry["window"] == "before_lymphodepletion"]
    entry = windows[0] if windows else {}
    value = entry.get("value")
    return {"hour": entry.get("hour"), "value": None if value is None else round(float(value), 6)}


def is_same(engine: Any, oracle: Any) -> bool:
    """Where the oracle names a set, the order does not matter."""
    return set(engine or ()) == oracle if isinstance(oracle, set) else engine == oracle


def kind_of(difference: Difference) -> str:
    """The system and the key, without the hour."""
    place, key = difference[0].rsplit(": ", 1)
    return f"{place.split(' ')[0]} {key}"


def main(count: int, seed: int) -> int:
    """Print how many differ and the smallest course of each kind; give that number."""
    pick, kinds, examples = Random(seed), Counter[str](), {}
    for _ in range(count):
        document = made_up_course(pick)
        try:
            kinds_here = {kind_of(difference) for difference in differences(document)}
        except ValueError as refusal:
            print(f"refused: {refusal}")
            continue
        for kind in kinds_here:
            kinds[kind] += 1
            examples.setdefault(kind, document)
    for kind, document in examples.items():
        small = smallest(document, lambda smaller, kind=kind: shows(smaller, kind))
        print(f"{kind}: {kinds[kind]} of {count}")
        print(f"  {json.dumps(small)}")
        for place, engine, oracle in differences(small):
            print(f"  {place}: engine {engine!r}, oracle {oracle!r}")
    print(f"{count} compared, {kinds.total()} differences of {len(kinds)} kinds")
    return kinds.total()


def shows(document: Item, kind: str) -> bool:
    """Whether a course that the engine takes still shows this kind of difference."""
    try:
        return kind in map(kind_of, differences(document))
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(1 if main(int(sys.argv[1]), int(sys.argv[2])) else 0)
