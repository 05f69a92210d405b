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
          decided holds. Where nobody recorded the sign, it stays unknown and the decision open.
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
from grading.rules.signs.pressure import low_pressure
from grading.rules.signs.vasopressors import pressors_of
from grading.vocabulary import (
    ICE_ITEMS,
    Attribution,
    Consciousness,
    Decision,
    Motor,
    NotDone,
    PositivePressureFor,
    Seizure,
    Sign,
)

ICE_FULL = sum(ICE_ITEMS.values())
NO_POINTS = (NotDone.UNAROUSABLE, NotDone.APHASIA)
"""Reasons for which ICE was not done that are themselves a loss of every point."""

REFUSED = "{sign}: counts by a physician's decision, although the entry names another cause"


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

    def is_unconfirmed(self, place: int, sign: str) -> bool:
        """Whether the entry puts this sign down to another cause and no physician confirmed it."""
        attribution = self.record.findings[place].attribution.get(sign)
        return attribution == Attribution.OTHER and not self.origin(place, sign).confirmed

    def refused(self, place: int) -> list[str]:
        """The signs that count by a decision, although the entry says otherwise."""
        as_entered = self.entered.findings[place].attribution
        return [
            sign
            for sign, decision in self.settled.get(place, {}).items()
            if decision.word == Decision.REFUSED and as_entered.get(sign) == Attribution.OTHER
        ]


def as_decided(record: Record, local: LocalRules) -> DecidedCourse:
    """The course with the attribution that holds; itself where no physician decided anything.

    Where an entry neither records a sign nor puts it aside, the sign stays unknown.
    """
    decisions = _decisions(record, local)
    if not decisions:
        return DecidedCourse(record, record)
    absent_at: dict[str, timedelta] = {}
    settled: dict[int, dict[str, SignDecision]] = {}
    rows = list(record.findings)
    for place, findings in enumerate(rows):
        in_force: dict[str, SignDecision] = {}
        for sign, on_sign in decisions.items():
            is_there = RECORDED[sign](findings, record, local)
            if is_there is False:
                absent_at[sign] = findings.elapsed
            elif is_there or findings.attribution.get(sign) == Attribution.OTHER:
                decision = _in_force(on_sign, findings.elapsed, absent_at.get(sign))
                in_force |= {} if decision is None else {sign: decision}
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
            is_absent = RECORDED[sign](findings, record, local) is False
            if attribution in DECISION_OF and not is_absent:
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


def fever_recorded(findings: Findings, _record: Record, _local: LocalRules) -> bool | None:
    """A temperature of 38.0 °C or more; without a temperature, the answer."""
    temperature = findings.temperature_c
    return findings.fever if temperature is None else temperature >= FEVER_FROM_C


def hypotension_recorded(findings: Findings, record: Record, local: LocalRules) -> bool | None:
    """A vasopressor that counts, by list or doses; else the answer, else a low pressure."""
    if pressors_of(findings, record, local, []).needed is True:
        return True
    if findings.hypotension is not None:
        return findings.hypotension
    age = record.age_at(findings.elapsed)
    is_low = low_pressure(findings, record.baseline, age, local)
    return True if is_low and local.hypotension_from_pressure else None


def hypoxia_recorded(findings: Findings, record: Record, local: LocalRules) -> bool | None:
    """More oxygen than at home, or a low saturation; False where neither is there.

    Positive pressure that protects the airway leaves hypoxia open.
    """
    age = record.age_at(findings.elapsed)
    oxygen = oxygen_of(findings, record.baseline, age, local, [])
    if oxygen.untreated is True or oxygen.new is True:
        return True
    protects = findings.positive_pressure_for == PositivePressureFor.AIRWAY_PROTECTION
    is_open = protects or oxygen.device is None or oxygen.new is None or oxygen.untreated is None
    return None if is_open else False


def ice_recorded(findings: Findings, _record: Record, _local: LocalRules) -> bool | None:
    """A point of ICE or of CAPD lost, or none possible; False where all that was scored is right.

    An ICE done in part, without a point lost, leaves it open.
    """
    if findings.ice_not_done in NO_POINTS or findings.capd_not_done in NO_POINTS:
        return True
    lost = [
        ICE_ITEMS[item] - points
        for item, points in (findings.ice or {}).items()
        if points is not None
    ]
    scored = [] if findings.ice_total is None else [findings.ice_total < ICE_FULL]
    scored += [] if findings.capd_total is None else [findings.capd_total > 0]
    scored += [points > 0 for points in lost]
    if any(scored):
        return True
    is_part = 0 < len(lost) < len(ICE_ITEMS)
    return None if is_part or not scored else False


def seizure_recorded(findings: Findings, _record: Record, _local: LocalRules) -> bool | None:
    """A seizure since the last assessment; its kind alone says that there was one."""
    if findings.seizure is None:
        return True if findings.seizure_kind or findings.seizure_multiple else None
    return findings.seizure != Seizure.NONE


def icp_recorded(findings: Findings, _record: Record, _local: LocalRules) -> bool | None:
    """A sign of raised pressure; a stage of papilledema or an opening pressure alone is one."""
    if findings.icp is None:
        is_measured = findings.papilledema_stage or findings.csf_opening_mmhg is not None
        return True if is_measured else None
    return bool(findings.icp)


def consciousness_recorded(findings: Findings, _record: Record, _local: LocalRules) -> bool | None:
    """Not awake by himself."""
    word = findings.consciousness
    return None if word is None else word != Consciousness.SPONTANEOUS


def motor_recorded(findings: Findings, _record: Record, _local: LocalRules) -> bool | None:
    """Any weakness."""
    return None if findings.motor is None else findings.motor != Motor.NONE


def other_neuro_recorded(findings: Findings, _record: Record, _local: LocalRules) -> bool | None:
    """Any of the other findings."""
    return None if findings.other_neuro is None else bool(findings.other_neuro)


RECORDED: dict[str, Callable[[Findings, Record, LocalRules], bool | None]] = {
    Sign.FEVER.value: fever_recorded,
    Sign.HYPOTENSION.value: hypotension_recorded,
    Sign.HYPOXIA.value: hypoxia_recorded,
    Sign.ICE.value: ice_recorded,
    Sign.CONSCIOUSNESS.value: consciousness_recorded,
    Sign.SEIZURE.value: seizure_recorded,
    Sign.MOTOR.value: motor_recorded,
    Sign.ICP.value: icp_recorded,
    Sign.OTHER_NEURO.value: other_neuro_recorded,
}
"""Whether an assessment records a sign as present or as absent; None where it is unknown."""
