"""Which cause of a sign holds at an assessment: the entry's own, or what a physician decided.

Purpose   apply a physician's decisions to every assessment of the same spell of a sign, before
          and after the decision, so that nobody is asked at every entry.
Takes     the course as entered. An entry that a physician made or confirmed is a decision too, at
          its time, on each sign that it attributes to the CAR-T therapy or to another cause.
Gives     the course with the attribution that holds, and where a decision settles it, which one.
Use       wherever a rule or a guideline reads an attribution; the entries stay as entered.
Not for   a physician's final grade: that stands beside the computed one and changes nothing.
Source    local rule. A decision covers the assessments from its `holds_from` on, up to the first
          one after it that records the sign as absent; of those that cover an assessment the last
          decided holds. A sign that nobody recorded does not end it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from grading.engine.put_aside import PutAside
from grading.engine.result import Criterion, Result, SystemGrades
from grading.local_rules import LocalRules
from grading.record import Adjudication, Findings, Record
from grading.rules.signs.attribution import is_attributed
from grading.rules.signs.fever import FEVER_FROM_C
from grading.rules.signs.oxygen import oxygen_of
from grading.rules.signs.vasopressors import pressors_of
from grading.vocabulary import (
    ICE_ITEMS,
    Attribution,
    Consciousness,
    Decision,
    Motor,
    PositivePressureFor,
    Seizure,
    Sign,
)

ICE_WITHOUT_LOSS = sum(ICE_ITEMS.values())

REFUSED = "{sign}: put down to another cause in the entry; a physician decided that it counts"

IsAbsent = Callable[[Findings, Record, LocalRules], bool]


@dataclass(frozen=True, slots=True)
class SignDecision:
    """One decision on one sign, taken at `elapsed`; `word` is one of `Decision`.

    It is about the assessments from `begins` on; `uid` is that of the row that holds it.
    """

    elapsed: timedelta
    word: str
    begins: timedelta
    cause: str | None = None
    uid: str = ""


@dataclass(frozen=True, slots=True)
class DecidedCourse:
    """A course as entered, and with the attribution that holds at each assessment.

    `settled` has, by place of the assessment, the decision in force on each sign.
    """

    entered: Record
    record: Record
    settled: Mapping[int, Mapping[str, SignDecision]] = field(default_factory=dict)

    def origin(self, place: int, sign: str) -> PutAside:
        """Who puts this sign of an assessment down to which cause: a decision, or the entry."""
        findings = self.record.findings[place]
        cause = (findings.attribution_cause or {}).get(sign)
        decision = self.settled.get(place, {}).get(sign)
        if decision is None:
            return PutAside(sign, cause, elapsed=findings.elapsed, uid=findings.uid)
        cause = decision.cause or cause
        return PutAside(sign, cause, confirmed=True, elapsed=decision.elapsed, uid=decision.uid)

    def refused(self, place: int) -> list[str]:
        """The signs that count by a decision, although the entry says otherwise."""
        as_entered = self.entered.findings[place].attribution
        return [
            sign
            for sign, decision in self.settled.get(place, {}).items()
            if decision.word == Decision.REFUSED and as_entered.get(sign) == Attribution.OTHER
        ]


def as_decided(record: Record, local: LocalRules) -> DecidedCourse:
    """The course with the attribution that holds; itself where no physician decided anything."""
    decisions = _decisions(record, local)
    if not decisions:
        return DecidedCourse(record, record)
    absent_at: dict[str, timedelta] = {}
    settled: dict[int, dict[str, SignDecision]] = {}
    rows = list(record.findings)
    for place, findings in enumerate(rows):
        for sign in decisions:
            if ABSENT[sign](findings, record, local):
                absent_at[sign] = findings.elapsed
        in_force = {
            sign: decision
            for sign, on_sign in decisions.items()
            if (decision := _in_force(on_sign, findings.elapsed, absent_at.get(sign))) is not None
        }
        if in_force:
            settled[place] = in_force
            words = {sign: ATTRIBUTION_OF[decision.word] for sign, decision in in_force.items()}
            rows[place] = findings._replace(attribution={**findings.attribution, **words})
    decided = copy(record)
    decided.findings = tuple(rows)
    return DecidedCourse(record, decided, settled)


ATTRIBUTION_OF = {
    Decision.CONFIRMED.value: Attribution.OTHER.value,
    Decision.REFUSED.value: Attribution.CAR_T.value,
}
"""The attribution that a decision in force gives its sign."""

DECISION_OF = {attribution: decision for decision, attribution in ATTRIBUTION_OF.items()}


def _decisions(record: Record, local: LocalRules) -> dict[str, list[SignDecision]]:
    """The decisions on each sign in the order in which they were taken.

    Of one moment, an adjudication stands after an entry. An entry decides nothing about a sign
    that it records as absent.
    """
    if not record.adjudications and not is_attributed(record):
        return {}
    made: dict[str, list[SignDecision]] = {}
    for findings in record.findings:
        if findings.attribution_confirmed is not True:
            continue
        for sign, attribution in findings.attribution.items():
            if attribution in DECISION_OF and not ABSENT[sign](findings, record, local):
                cause = (findings.attribution_cause or {}).get(sign)
                at, word = findings.elapsed, DECISION_OF[attribution]
                made.setdefault(sign, []).append(SignDecision(at, word, at, cause, findings.uid))
    for row in record.adjudications:
        if row.is_on_a_sign() and row.sign is not None:
            begins, cause = row.begins(), row.cause or _cause_entered(record, row.sign, row)
            decision = SignDecision(row.elapsed, row.decision, begins, cause, row.uid)
            made.setdefault(row.sign, []).append(decision)
    return {sign: sorted(on_sign, key=_when_taken) for sign, on_sign in made.items()}


def _cause_entered(record: Record, sign: str, row: Adjudication) -> str | None:
    """The cause that the entries name to which a confirmation without a cause belongs."""
    if row.decision != Decision.CONFIRMED:
        return None
    causes = (
        (findings.attribution_cause or {}).get(sign)
        for findings in reversed(record.findings)
        if row.begins() <= findings.elapsed <= row.elapsed
        and findings.attribution.get(sign) == Attribution.OTHER
    )
    return next((cause for cause in causes if cause is not None), None)


def _when_taken(decision: SignDecision) -> timedelta:
    return decision.elapsed


def _in_force(
    decisions: Sequence[SignDecision], elapsed: timedelta, absent_at: timedelta | None
) -> SignDecision | None:
    """The last decision that covers this moment, unless it gave the word back to the entries.

    `absent_at` is the latest time up to this moment at which the sign was recorded as absent.
    """
    for decision in reversed(decisions):
        is_over = absent_at is not None and absent_at > decision.begins
        if decision.begins <= elapsed and not is_over:
            return None if decision.word == Decision.WITHDRAWN else decision
    return None


def with_origins(
    grades: SystemGrades, criteria: Sequence[Criterion[Any]], decided: DecidedCourse
) -> SystemGrades:
    """The grades of a course by this table, each sign put aside with its cause and who said so.

    A caution names a sign that counts by a decision, although the entry says otherwise.
    """
    domains = {criterion.code: criterion.domain for criterion in criteria}
    results = tuple(
        _with_origins(result, place, domains, decided)
        if result.put_aside or place in decided.settled
        else result
        for place, result in enumerate(grades.results)
    )
    return SystemGrades(results, grades.course)


def _with_origins(
    result: Result, place: int, domains: Mapping[str, str], decided: DecidedCourse
) -> Result:
    aside = tuple(decided.origin(place, item.sign) for item in result.put_aside)
    counted = {domains.get(reason.code) for reason in result.because}
    refused = [REFUSED.format(sign=sign) for sign in decided.refused(place) if sign in counted]
    return replace(result, put_aside=aside, cautions=(*result.cautions, *refused))


def no_fever(findings: Findings, _record: Record, _local: LocalRules) -> bool:
    """A temperature below 38.0 °C, or without one the answer no."""
    if findings.temperature_c is None:
        return findings.fever is False
    return findings.temperature_c < FEVER_FROM_C


def no_hypotension(findings: Findings, record: Record, local: LocalRules) -> bool:
    """Hypotension answered no while no vasopressor runs, by the list and by the doses."""
    if findings.hypotension is not False:
        return False
    return pressors_of(findings, record, local, []).needed is not True


def no_hypoxia(findings: Findings, record: Record, local: LocalRules) -> bool:
    """Room air or no more oxygen than at home, without a low saturation.

    Positive pressure that protects the airway leaves hypoxia open.
    """
    if findings.positive_pressure_for == PositivePressureFor.AIRWAY_PROTECTION:
        return False
    age = record.age_at(findings.elapsed)
    oxygen = oxygen_of(findings, record.baseline, age, local, [])
    return oxygen.device is not None and oxygen.new is False and oxygen.untreated is False


def no_point_lost(findings: Findings, _record: Record, _local: LocalRules) -> bool:
    """The whole ICE right, or CAPD 0; both where both were scored."""
    ice, items, capd = findings.ice_total, findings.ice, findings.capd_total
    if ice is None and items is not None and any(points is not None for points in items.values()):
        ice = sum(points for points in items.values() if points is not None)
    scored = [] if ice is None else [ice == ICE_WITHOUT_LOSS]
    scored += [] if capd is None else [capd == 0]
    return bool(scored) and all(scored)


ABSENT: dict[str, IsAbsent] = {
    Sign.FEVER.value: no_fever,
    Sign.HYPOTENSION.value: no_hypotension,
    Sign.HYPOXIA.value: no_hypoxia,
    Sign.ICE.value: no_point_lost,
    Sign.CONSCIOUSNESS.value: lambda row, _, __: row.consciousness == Consciousness.SPONTANEOUS,
    Sign.SEIZURE.value: lambda row, _, __: row.seizure == Seizure.NONE,
    Sign.MOTOR.value: lambda row, _, __: row.motor == Motor.NONE,
    Sign.ICP.value: lambda row, _, __: row.icp == (),
    Sign.OTHER_NEURO.value: lambda row, _, __: row.other_neuro == (),
}
"""Whether an assessment records a sign as absent; what nobody recorded is not absent."""
