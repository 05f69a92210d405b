"""The memo answers as the rules do when they are asked anew, and no declaration can be shorter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.engine import memo as engine_memo
from grading.engine.memo import Memo
from grading.engine.reads import Reads, WorkedOut
from grading.engine.result import Result
from grading.engine.system import FromReading, System
from grading.local_rules import DEFAULT, LocalRules
from grading.record import Baseline, Dose, Findings, Record
from grading.rules.crs import bedside_facts
from grading.rules.systems import SYSTEMS, grade_record
from tests.grading.engine.made_up import EVERYTHING, Asked, any_asked, unvaried, with_one_change
from tests.required import often

SEEDS = range(often(22, 200))
MOST_SEEDS = 600
"""So many assessments are tried before a shortened declaration counts as unnoticed."""
AGE = "age_years"
AGE_FOLLOWS_FROM = frozenset({AGE, "birth_date", "infused_at", "zone", "elapsed"})
OF_FINDINGS = frozenset(Findings._fields)
BARE = [item.name for item in fields(Result) if item.name not in ("because", "cautions", "values")]

by_system = pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS.keys())


DECLARED: dict[str, tuple[Reads, list[System]]] = {}
for _system in SYSTEMS.values():
    DECLARED.setdefault(repr(_system.reads), (_system.reads, []))[1].append(_system)
by_declaration = pytest.mark.parametrize(
    "systems", [pytest.param(systems, id=systems[0].key) for _, systems in DECLARED.values()]
)


def neighbors(seed: int, about: Set[str] = EVERYTHING) -> Iterator[Asked]:
    """An assessment, then the same with one change among these fields."""
    asked = any_asked(seed)
    yield asked
    yield from with_one_change(asked, about)


class Memos:
    """The memo of these systems for each of the local rules."""

    def __init__(self, systems: Sequence[System]) -> None:
        self.systems = tuple(systems)
        self._by_local: dict[LocalRules, Memo] = {}

    def under(self, local: LocalRules) -> Memo:
        if local not in self._by_local:
            self._by_local[local] = Memo(self.systems, local)
        return self._by_local[local]

    def is_mistaken(self, asked: Asked) -> bool:
        """Whether what is recalled of one assessment is not what its rules answer."""
        record = replace(asked.record, findings=(asked.findings,))
        (answers,) = self.under(asked.local).recall(record, reasons=True)
        return answers != tuple(system.ask(*asked) for system in self.systems)


def test_every_field_of_a_course_is_changed() -> None:
    assert unvaried() == []


def courses(seed: int, about: Set[str]) -> Iterator[tuple[Record, LocalRules]]:
    """A course of assessments that differ in one place; then courses that differ in one place."""
    asked = any_asked(seed)
    of_findings = [each.findings for each in with_one_change(asked, OF_FINDINGS & about)]
    yield replace(asked.record, findings=(asked.findings, *of_findings)), asked.local
    for each in with_one_change(asked, about - OF_FINDINGS):
        yield replace(each.record, findings=(each.findings,)), each.local


@by_declaration
def test_what_a_rule_does_not_declare_changes_neither_its_answer_nor_its_reasons(
    systems: list[System],
) -> None:
    memos = Memos(systems)
    words = {word for system in systems for word in system.reads.words}
    for seed in SEEDS:
        for record, local in courses(seed, EVERYTHING - words):
            memo = memos.under(local)
            remembered = memo.recall(record, reasons=True)
            bare = memo.recall(record, reasons=False)
            for findings, full, short in zip(record.findings, remembered, bare, strict=True):
                asked = Asked(findings, record, local)
                expected = tuple(system.ask(*asked) for system in systems)
                assert full == expected, (seed, asked)
                assert short == tuple(answer.without_reasons() for answer in expected), seed


@pytest.mark.parametrize("toxicity", ["crs", "icans"])
def test_systems_that_share_a_memo_answer_as_each_by_itself(toxicity: str) -> None:
    memos = Memos([system for system in SYSTEMS.values() if system.toxicity == toxicity])
    for seed in SEEDS:
        for asked in list(neighbors(seed))[::10]:
            assert not memos.is_mistaken(asked), (seed, asked)


@pytest.mark.parametrize("drug_class", ["vasopressor", "inotrope"])
def test_a_rate_of_0_ends_a_run_of_another_class_in_the_memo_too(drug_class: str) -> None:
    local = replace(DEFAULT, inotropes_count=True)
    findings = Findings(timedelta(hours=30), temperature_c=Decimal(39), hypotension=True)
    run = Dose(timedelta(hours=20), "a new pressor", drug_class, Decimal(5), "ug/min")
    zero = Dose(timedelta(hours=25), "a new pressor", "other", Decimal(0), "ug/min")
    memos = Memos([SYSTEMS["crs_astct_2019"]])
    for doses in ((run,), (run, zero)):
        asked = Asked(findings, Record(findings=(findings,), doses=doses), local)
        assert not memos.is_mistaken(asked), doses


class Read:
    """The names of all fields that were read of an assessment and its course."""

    names: set[str] = set()


class ReadFindings(Findings):
    """An assessment that notes which of its fields are read."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        if name in OF_FINDINGS:
            Read.names.add(name)
        return super().__getattribute__(name)


class ReadBaseline(Baseline):
    """A baseline that notes which of its fields are read."""

    def __getattribute__(self, name: str) -> Any:
        if name in _OF_BASELINE:
            Read.names.add(f"baseline.{name}")
        return super().__getattribute__(name)


class ReadRecord(Record):
    """A record that notes which of its fields are read."""

    def __getattribute__(self, name: str) -> Any:
        if name in _OF_RECORD:
            Read.names.add(name)
        return super().__getattribute__(name)


_OF_BASELINE = frozenset(item.name for item in fields(Baseline))
_OF_RECORD = frozenset(item.name for item in fields(Record)) - {"baseline"}


def observed(asked: Asked) -> Asked:
    """The same, which notes in `Read` what is read of it from now on."""
    usual, findings = asked.record.baseline, ReadFindings(*asked.findings)
    values = {item.name: getattr(asked.record, item.name) for item in fields(Record) if item.init}
    values["baseline"] = ReadBaseline(**{name: getattr(usual, name) for name in _OF_BASELINE})
    record = ReadRecord(**{**values, "findings": (findings,)})
    Read.names = set()
    return Asked(findings, record, asked.local)


def read_to_work_out(each: WorkedOut, seeds: Iterable[int]) -> frozenset[str]:
    """The fields that are read to work this out, in the courses of these seeds."""
    names = set(each.reads)
    for seed in seeds:
        findings, record, local = observed(any_asked(seed))
        of_assessment = each.of_course(record, local)
        if of_assessment is not None:
            of_assessment(findings)
        names |= Read.names
    return frozenset(names)


def shortened(reads: Reads) -> Iterator[tuple[str, Reads, Set[str]]]:
    """The declaration without each of its items in turn, with the fields that the item is about."""
    sides = [name for name in reads.sides if name not in reads.words]
    for name in (*reads.words, *sides):
        about = AGE_FOLLOWS_FROM if name == AGE else frozenset({name})
        yield name, reads.without(name), about
        for limit in reads.sides[name] if name in sides else ():
            limits = tuple(other for other in reads.sides[name] if other != limit)
            fewer = replace(reads, sides={**reads.sides, name: limits})
            yield f"{name} at {limit}", fewer, about
    for each in reads.worked_out:
        yield each.name, reads.without(each.name), read_to_work_out(each, range(30))


SHORTENED = [
    pytest.param(systems, short, about, id=f"{systems[0].key}: {name}")
    for reads, systems in DECLARED.values()
    for name, short, about in shortened(reads)
]
"""Every shorter declaration, with the systems that share it."""


@pytest.mark.parametrize(("systems", "short", "about"), SHORTENED)
def test_a_declaration_without_any_of_its_items_gives_a_wrong_answer(
    systems: list[System], short: Reads, about: Set[str]
) -> None:
    memos = Memos([replace(system, reads=short) for system in systems])
    assert any(
        memos.is_mistaken(asked) for seed in range(MOST_SEEDS) for asked in neighbors(seed, about)
    )


def read_by(system: System, seed: int) -> set[str]:
    """What the rule reads when it is asked."""
    asked = observed(any_asked(seed))
    system.ask(*asked)
    return set(Read.names)


def declared(reads: Reads, seed: int) -> set[str]:
    """What the rule declares, and what is read to work out the rest of it."""
    worked_out = (read_to_work_out(each, [seed]) for each in reads.worked_out)
    names = {*reads.words, *reads.sides}.union(*worked_out)
    return names | AGE_FOLLOWS_FROM if AGE in names else names


@by_system
def test_a_rule_reads_nothing_that_it_does_not_declare(system: System) -> None:
    for seed in range(often(300, 3000)):
        assert read_by(system, seed) <= declared(system.reads, seed), seed


def test_grades_without_reasons_are_those_with_reasons() -> None:
    for seed in SEEDS:
        asked = any_asked(seed)
        findings = [each.findings for each in neighbors(seed, OF_FINDINGS)][::5]
        record = replace(asked.record, findings=tuple(findings))
        with_reasons = grade_record(record, asked.local)
        without = grade_record(record, asked.local, reasons=False)
        for key, full in with_reasons.items():
            assert without[key].course == full.course
            for bare, result in zip(without[key].results, full.results, strict=True):
                assert [getattr(bare, name) for name in BARE] == [
                    getattr(result, name) for name in BARE
                ]


def test_one_kind_of_assessment_without_reasons_is_graded_by_the_fever_of_its_moment() -> None:
    fever = Findings(timedelta(hours=2), temperature_c=Decimal(39), hypotension=False)
    afebrile = Findings(timedelta(hours=10), temperature_c=Decimal(37), hypotension=True)
    record = Record(
        findings=(
            fever._replace(vasopressors=(), oxygen_device="room_air"),
            *(
                afebrile._replace(elapsed=timedelta(hours=hour), vasopressors=())
                for hour in (-1, 10, 20)
            ),
        ),
        doses=(Dose(timedelta(hours=12), "tocilizumab"),),
    )
    for reasons in (True, False):
        graded = grade_record(
            record, DEFAULT, {"crs_astct_2019": SYSTEMS["crs_astct_2019"]}, reasons=reasons
        )
        results = graded["crs_astct_2019"].results
        assert [(result.grade, result.would_be) for result in results] == [
            (None, None),
            (1, None),
            (None, 2),
            (2, None),
        ]


def test_the_older_crs_scales_read_an_assessment_once_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = any_asked(0)
    findings = asked.findings._replace(temperature_c=Decimal(39), attribution={})
    older = tuple(each for each in SYSTEMS.values() if isinstance(each.ask, FromReading))
    read_at: list[timedelta] = []
    read = bedside_facts.read

    def noting(findings: Findings, record: Record, local: LocalRules) -> bedside_facts.ReadFacts:
        read_at.append(findings.elapsed)
        return read(findings, record, local)

    monkeypatch.setattr(bedside_facts, "read", noting)
    (answers,) = Memo(older, DEFAULT).recall(
        replace(asked.record, findings=(findings,)), reasons=True
    )
    assert len(answers) == 7
    assert read_at == [findings.elapsed]


def test_only_so_many_kinds_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_memo, "MOST_COURSES", 3)
    monkeypatch.setattr(engine_memo, "MOST_ASSESSMENTS", 5)
    memo = Memo((SYSTEMS["icans_astct_2019"],), DEFAULT)
    findings = tuple(each.findings for each in neighbors(0, OF_FINDINGS))
    for _, record, _ in neighbors(0, EVERYTHING - OF_FINDINGS):
        memo.recall(replace(record, findings=findings), reasons=True)
        assert len(memo._courses) <= 3
        assert sum(map(len, memo._courses.values())) <= 5


def test_kinds_of_all_courses_together_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_memo, "MOST_ASSESSMENTS", 5)
    memo = Memo((SYSTEMS["icans_astct_2019"],), DEFAULT)
    findings = tuple(
        Findings(timedelta(hours=hour), ice_total=points) for hour, points in ((1, 10), (2, 5))
    )
    remembered = []
    for usual in (None, 4, 6, 8):
        record = Record(findings=findings, baseline=Baseline(capd_total=usual))
        memo.recall(record, reasons=True)
        remembered.append(sum(map(len, memo._courses.values())))
    assert remembered == [2, 4, 1, 3]
