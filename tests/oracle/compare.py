"""The engine's answers beside the oracle's, over rows of classes; what differs is kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from grading.documents.reading.course_reader import parse_document
from grading.local_rules import DEFAULT
from grading.record import Baseline, Dose, Findings, Record
from grading.rules.systems import SYSTEMS, grade_record
from tests.oracle.answer import Answer

CRS, ICANS = "crs_astct_2019", "icans_astct_2019"
KINDS = 30
Row = dict[str, str]


@dataclass
class Tally:
    """How many were compared, how they came out, and the first that differ."""

    name: str
    compared: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    differ: int = 0
    kinds: dict[Any, Any] = field(default_factory=dict)

    def add(self, engine: tuple[Answer, Answer], oracle: Answer, row: Any) -> None:
        """Count a row; both answers of the engine have to be the oracle's."""
        self.compared += 1
        self.outcomes[outcome(oracle)] += 1
        wrong = [answer for answer in engine if answer != oracle]
        if wrong:
            self.differ += 1
            if len(self.kinds) < KINDS:
                self.kinds.setdefault(kind(wrong[0], oracle), (wrong[0], oracle, row))

    def __str__(self) -> str:
        outcomes = ", ".join(f"{name} {count:,}" for name, count in sorted(self.outcomes.items()))
        lines = [f"{self.name}: {self.compared:,} compared, {self.differ:,} differ ({outcomes})"]
        for engine, oracle, row in self.kinds.values():
            lines += [f"  {row}", f"    engine {_show(engine)}", f"    oracle {_show(oracle)}"]
        return "\n".join(lines)


def outcome(answer: Answer) -> str:
    """Grade, at-least grade, review or not gradable, for counting."""
    if answer.review:
        return "review"
    if answer.low is not None:
        return f"{answer.low}–{answer.high}{' at least' if answer.at_least else ''}"
    if answer.grade is None:
        return "null"
    return f"≥{answer.grade}" if answer.at_least else str(answer.grade)


def kind(engine: Answer, oracle: Answer) -> Any:
    """By what two answers differ, so that one example stands for many rows."""
    names = engine.missing - oracle.missing, oracle.missing - engine.missing
    whole = engine.if_all_counted, oracle.if_all_counted, engine.put_aside ^ oracle.put_aside
    return outcome(engine), outcome(oracle), *whole, *names


def _show(answer: Answer) -> str:
    whole = ""
    if answer.if_all_counted is not None:
        whole = f", {answer.if_all_counted} with {', '.join(sorted(answer.put_aside))} counted"
    return f"{outcome(answer)} {answer.would_be or ''} missing {sorted(answer.missing)}{whole}"


def answer_of(result: Any) -> Answer:
    """What the engine said, in the oracle's terms."""
    return Answer(
        result.grade,
        result.at_least,
        result.review,
        result.would_be,
        frozenset(str(name) for name in result.missing),
        result.low,
        result.high,
        result.if_all_counted,
        frozenset(str(aside.sign) for aside in result.put_aside),
    )


def _plain(value: Any) -> Any:
    """A JSON value as a record holds it."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


INTEGERS = frozenset({"ice_total", "capd_total", "fluid_boluses"})


def findings(fields: dict[str, Any], hour: int, order: int = 0) -> Findings:
    """An assessment with these fields of a course document."""
    values = {name: value if name in INTEGERS else _plain(value) for name, value in fields.items()}
    if "vasopressor_rates" in values:
        rates = values["vasopressor_rates"].items()
        values["vasopressor_rates"] = {agent: _plain(rate) for agent, rate in rates}
    return Findings(elapsed=timedelta(hours=hour), uid=f"{order:06d}", **values)


def record(
    patient: dict[str, Any],
    baseline: dict[str, Any],
    assessments: Iterable[Findings],
    doses: Iterable[Dose] = (),
    weight_kg: int | None = None,
) -> Record:
    """A course without dates."""
    usual = {name: value if name in INTEGERS else _plain(value) for name, value in baseline.items()}
    age = patient.get("age_years")
    return Record(
        age_years=None if age is None else Decimal(str(age)),
        developmental_delay=patient.get("developmental_delay"),
        baseline=Baseline(**usual),
        findings=tuple(assessments),
        doses=tuple(doses),
        weight_kg=None if weight_kg is None else Decimal(weight_kg),
    )


def graded(course: Record, system: str) -> list[tuple[Answer, Answer]]:
    """The engine's two answers to each assessment, in order of time: with and without reasons."""
    systems = {system: SYSTEMS[system]}
    full, bare = (
        grade_record(course, DEFAULT, systems=systems, reasons=reasons)[system].results
        for reasons in (True, False)
    )
    return [(answer_of(one), answer_of(two)) for one, two in zip(full, bare, strict=True)]


def graded_document(document: dict[str, Any]) -> list[dict[str, tuple[Answer, Answer]]]:
    """The engine's two answers to each assessment of a course document, by system."""
    read = json.loads(json.dumps(document), parse_float=Decimal)
    course = parse_document(read).record
    by_system = {system: graded(course, system) for system in (CRS, ICANS)}
    return [
        {system: answers[index] for system, answers in by_system.items()}
        for index in range(len(course.findings))
    ]
