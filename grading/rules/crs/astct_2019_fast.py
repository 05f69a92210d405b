"""CRS by ASTCT 2019, remembered by kind of assessment: the answers of `astct_2019`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from grading.agents import CONTINUOUS
from grading.engine.remembered import Remembered, bare
from grading.engine.result import Criterion, Met, Result, SystemGrades
from grading.engine.shared import Shared
from grading.local_rules import LocalRules
from grading.record import INFUSION, Dose, Findings, Record
from grading.rules.crs.astct_2019 import CRITERIA, ask_table
from grading.rules.crs.bedside_facts import CrsFacts, read
from grading.rules.crs.fever_context import FeverContext, TableAnswer, grade_in_course, result_of
from grading.rules.signs.fever import FEVER_FROM_C
from grading.rules.signs.oxygen import LOW_FLOW_UP_TO_L_MIN
from grading.rules.signs.pressure import low_pressure, low_saturation
from grading.rules.signs.runs import open_runs
from grading.rules.signs.vasopressors import disagreements

NOBODY = Findings(timedelta(0))
_CRITERIA = {criterion.code: criterion for criterion in CRITERIA}


@dataclass(slots=True)
class AskedKind:
    """The table's answer for one kind, with its facts and criteria met but no patient's values."""

    answer: TableAnswer
    facts: CrsFacts
    met: tuple[Criterion[CrsFacts], ...]

    def answer_for(self, findings: Findings, remarks: tuple[str, ...]) -> TableAnswer:
        """The answer to an assessment of this kind, with the values recorded in it.

        `remarks` are the cautions that name its runs.
        """
        if not self.met and not remarks:
            return self.answer
        facts = self.facts.of(findings)
        met = tuple(Met(cell.code, cell.grade, cell.saw(facts)) for cell in self.met)
        return replace(self.answer, met=met, cautions=(*remarks, *self.answer.cautions))


_REMEMBERED: Remembered[AskedKind] = Remembered()


def grade(record: Record, local: LocalRules, shared: Shared | None = None) -> SystemGrades:
    """CRS at every assessment of the course, in order, without reasons."""
    kinds = _kinds_asked(record, local, {} if shared is None else shared)
    answers = (None if kind_asked is None else kind_asked.answer for kind_asked in kinds)
    return grade_in_course(record, local, answers, _result, reasons=False)


def with_reasons(record: Record, local: LocalRules, shared: Shared | None = None) -> SystemGrades:
    """CRS at every assessment of the course, in order, with reasons."""
    kinds = _kinds_asked(record, local, {} if shared is None else shared)
    answers = (
        None
        if kind_asked is None
        else kind_asked.answer_for(findings, disagreements(findings, record, local))
        for findings, kind_asked in zip(record.findings, kinds, strict=True)
    )
    return grade_in_course(record, local, answers, result_of)


def kind_of_course(record: Record, local: LocalRules) -> Hashable:
    """The values of a course on which the facts of its assessments depend."""
    usual = record.baseline
    flow = usual.oxygen_flow_l_min
    high = None if flow is None else flow > LOW_FLOW_UP_TO_L_MIN
    return (local, usual.oxygen_device, high, usual.home_cpap)


def kinds_of_course(record: Record, local: LocalRules, shared: Shared) -> list[Hashable]:
    """The kind of each assessment; other CRS scales look at the same and at more."""
    made: list[Hashable] | None = shared.get(__name__)
    if made is None:
        doses = tuple(dose for dose in record.doses if dose.drug_class in CONTINUOUS)
        made = [
            _kind(findings, record, local, _runs(findings, doses) if doses else None)
            for findings in record.findings
        ]
        shared[__name__] = made
    return made


def _kinds_asked(record: Record, local: LocalRules, shared: Shared) -> Iterator[AskedKind | None]:
    """The remembered answer for each assessment; None where it has no CRS part."""
    remembered = _REMEMBERED.of_course(kind_of_course(record, local))
    kinds = kinds_of_course(record, local, shared)
    for findings, kind in zip(record.findings, kinds, strict=True):
        kind_asked = remembered.get(kind)
        if kind_asked is None and findings.has_crs_part():
            kind_asked = remembered.keep(kind, _ask(findings, record, local))
        yield kind_asked


def _ask(findings: Findings, record: Record, local: LocalRules) -> AskedKind:
    """Ask the table about an assessment whose kind is new, and drop the patient's values."""
    reading = read(findings, record, local)
    answer = ask_table(reading)
    met = tuple(_CRITERIA[reason.code] for reason in answer.met)
    answer.met = ()
    if answer.all_counted is not None:
        answer.all_counted.met = ()
    return AskedKind(answer, reading.facts.of(NOBODY), met)


def _runs(findings: Findings, doses: tuple[Dose, ...]) -> Hashable:
    """The agents that run by the doses, with their class."""
    running = open_runs(doses, findings.elapsed)
    return tuple((agent, running[agent].drug_class) for agent in sorted(running))


def _kind(findings: Findings, record: Record, local: LocalRules, runs: Hashable) -> Hashable:
    """The kind of an assessment: everything in it that `ask_table` looks at.

    Words as they are; numbers as the side of each limit on which they fall. A pressure counts
    only where hypotension was not confirmed. Pressures and saturations differ in kind from none.
    """
    age_years, usual = record.age_at(findings.elapsed), record.baseline
    temperature, flow = findings.temperature_c, findings.oxygen_flow_l_min
    confirmed = findings.hypotension is True
    return (
        findings.elapsed < INFUSION,
        age_years is None,
        None if temperature is None else temperature >= FEVER_FROM_C,
        findings.fever,
        findings.hypotension,
        None if confirmed else low_pressure(findings, usual, age_years, local),
        findings.vasopressors,
        runs,
        findings.oxygen_device,
        findings.positive_pressure_for,
        None if flow is None else flow > LOW_FLOW_UP_TO_L_MIN,
        None if flow is None or usual.oxygen_flow_l_min is None else flow > usual.oxygen_flow_l_min,
        low_saturation(findings.spo2_percent, age_years, local),
        low_saturation(usual.spo2_percent, age_years, local),
        temperature is not None or findings.has_crs_part(),
        tuple(findings.attribution.items()),
    )


def _result(answer: TableAnswer, context: FeverContext, dose: Dose | None) -> Result:
    """The result without reasons, made once for each answer and context and then shared."""
    result = answer.outcomes[context]
    if result is None:
        result = answer.outcomes[context] = bare(result_of(answer, context, dose))
    return result
