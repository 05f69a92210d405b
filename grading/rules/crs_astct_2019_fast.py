"""CRS by ASTCT 2019 without reasons: `crs_astct_2019`, remembered by kind of assessment."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from grading.record import Dose, Findings, Record
from grading.rules.crs_astct_2019 import (
    Course,
    Look,
    look_at,
    over_course,
    result_of,
)
from grading.rules.crs_facts import FEVER_AT_OR_ABOVE_C, read
from grading.rules.local import LocalRules
from grading.rules.oxygen import LOW_FLOW_UP_TO_L_MIN
from grading.rules.pressure import low_pressure, low_saturation
from grading.rules.remembered import Remembered, bare
from grading.rules.result import Result, SystemGrades
from grading.rules.shared import Shared
from grading.rules.vasopressors import running_agents
from grading.vocabulary import CONTINUOUS

_REMEMBERED: Remembered[Look] = Remembered()


def grade(record: Record, local: LocalRules, shared: Shared | None = None) -> SystemGrades:
    """CRS at every assessment of the course, in order, from what the table said of its kind."""
    kinds = kinds_of_course(record, local, {} if shared is None else shared)
    return over_course(record, local, _looks(record, local, kinds), _result)


def kind_of_course(record: Record, local: LocalRules) -> Hashable:
    """What the facts of an assessment take from its course."""
    usual = record.baseline
    flow = usual.oxygen_flow_l_min
    high = None if flow is None else flow > LOW_FLOW_UP_TO_L_MIN
    return (local, usual.oxygen_device, high, usual.home_cpap)


def kinds_of_course(record: Record, local: LocalRules, shared: Shared) -> list[Hashable]:
    """The kind of each assessment; other CRS scales look at the same and at more."""
    made: list[Hashable] | None = shared.get(__name__)
    if made is None:
        runs = tuple(dose for dose in record.doses if dose.drug_class in CONTINUOUS)
        made = [_kind(findings, record, local, runs) for findings in record.findings]
        shared[__name__] = made
    return made


def _looks(record: Record, local: LocalRules, kinds: list[Hashable]) -> Iterator[Look | None]:
    known = _REMEMBERED.of_course(kind_of_course(record, local))
    for findings, kind in zip(record.findings, kinds, strict=True):
        look = known.get(kind)
        if look is None and findings.has_crs_part():
            look = look_at(read(findings, record, local))
            look.met, look.cautions = (), ()
            known.keep(kind, look)
        yield look


def _kind(
    findings: Findings, record: Record, local: LocalRules, runs: tuple[Dose, ...]
) -> Hashable:
    """Everything that `look_at` tells apart in an assessment, cautions aside.

    Words as they are; numbers as the side of each limit on which they fall. A pressure counts
    only where the question was not answered. Pressures and saturations differ in kind from none.
    """
    age_years, usual = record.age_at(findings.elapsed), record.baseline
    temperature, flow = findings.temperature_c, findings.oxygen_flow_l_min
    return (
        None if temperature is None else temperature >= FEVER_AT_OR_ABOVE_C,
        findings.fever,
        findings.hypotension,
        low_pressure(findings, usual, age_years, local) if findings.hypotension is None else None,
        findings.vasopressors,
        running_agents(runs, findings) if runs else None,
        findings.oxygen_device,
        findings.positive_pressure_for,
        None if flow is None else flow > LOW_FLOW_UP_TO_L_MIN,
        None if flow is None or usual.oxygen_flow_l_min is None else flow > usual.oxygen_flow_l_min,
        low_saturation(findings.spo2_percent, age_years, local),
        low_saturation(usual.spo2_percent, age_years, local),
        temperature is not None or findings.has_crs_part(),
        tuple(findings.attribution.items()),
    )


def _result(look: Look, course: Course, dose: Dose | None) -> Result:
    """Made once of a look and what the course says; assessments share it."""
    result = look.outcomes[course]
    if result is None:
        result = look.outcomes[course] = bare(result_of(look, course, dose))
    return result
