"""The signs that count: those that no clinician puts down to another cause.

Where a sign put down to another cause lowers a grade, the result carries the grade that it would
have with every sign counted, and a caution that names the signs: never is one taken away unsaid.

Source  ASTCT_2019: only signs not attributable to another cause are graded. That an undetermined
        sign counts is a local rule.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from grading.engine.over_course import Ask, GradedPart
from grading.engine.put_aside import PutAside
from grading.engine.result import Criterion, Met, Result
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.vocabulary import Attribution, Sign

NOT_COUNTED = "{signs}: put down to another cause; with every sign counted this is {grade}"


def counts(findings: Findings, sign: Sign, local: LocalRules) -> bool:
    """Whether a sign counts for the grade: it does unless put down to another cause."""
    attribution = findings.attribution.get(sign)
    if attribution == Attribution.UNDETERMINED:
        return local.undetermined_counts
    return attribution != Attribution.OTHER


def undetermined(
    met: tuple[Met, ...], criteria: Sequence[Criterion[Any]], findings: Findings
) -> list[str]:
    """A caution for every sign that counts although its cause is undetermined."""
    if Attribution.UNDETERMINED not in findings.attribution.values():
        return []
    domains = {criterion.code: criterion.domain for criterion in criteria}
    signs = dict.fromkeys(domains[reason.code] for reason in met)
    return [
        f"{sign}: attribution undetermined"
        for sign in signs
        if findings.attribution.get(sign) == Attribution.UNDETERMINED
    ]


CRS_SIGNS = (Sign.FEVER, Sign.HYPOTENSION, Sign.HYPOXIA)
NEURO_SIGNS = (Sign.ICE, Sign.CONSCIOUSNESS, Sign.SEIZURE, Sign.MOTOR, Sign.ICP)


def uncounted(findings: Findings, signs: Sequence[Sign], local: LocalRules) -> tuple[Sign, ...]:
    """The signs among these that do not count in this assessment."""
    if not findings.attribution:
        return ()
    return tuple(sign for sign in signs if not counts(findings, sign, local))


def with_all_counted(findings: Findings, signs: Sequence[Sign]) -> Findings:
    """The same assessment with these signs counted as if nobody had attributed them."""
    others = {sign: cause for sign, cause in findings.attribution.items() if sign not in signs}
    return findings._replace(attribution=others)


def behind(
    met: tuple[Met, ...],
    criteria: Sequence[Criterion[Any]],
    signs: Sequence[Sign],
    present: Collection[Sign] = (),
) -> tuple[Sign, ...]:
    """The signs among these that criteria met rest on; all of them where that cannot be told.

    A criterion that is no sign itself, as life-threatening consequences, rests on every sign that
    is `present`.
    """
    codes = {reason.code for reason in met}
    domains = {criterion.domain for criterion in criteria if criterion.code in codes}
    if not domains <= set(Sign):
        domains.update(present)
    return tuple(sign for sign in signs if sign in domains) or tuple(signs)


def beside_all_counted(
    result: Result, all_counted: Result, signs: Sequence[Sign], *, reasons: bool = True
) -> Result:
    """The result with the grade that it would have with every sign counted, where that is higher.

    `signs` are those put down to another cause; with `reasons` a caution names them. Their cause
    and who said so follow in `adjudication.with_origins`: one result may stand for many entries.
    """
    if not _is_lowered(result, all_counted):
        return result
    aside = tuple(PutAside(sign) for sign in signs)
    whole = all_counted.bounds[1]
    if not reasons:
        return replace(result, if_all_counted=whole, put_aside=aside)
    caution = NOT_COUNTED.format(signs=", ".join(signs), grade=whole)
    cautions = (*result.cautions, caution)
    return replace(result, if_all_counted=whole, put_aside=aside, cautions=cautions)


def _is_lowered(result: Result, all_counted: Result) -> bool:
    """Whether the grade is lower than with every sign counted, or in review only without them."""
    (low, high), (all_low, all_high) = result.bounds, all_counted.bounds
    is_plain = all_counted.has_grade() and not all_counted.review
    return all_low > low or all_high > high or (result.review and is_plain)


def asking_twice(ask: Ask, signs: Sequence[Sign]) -> Ask:
    """`ask`, which asks again with every sign counted where one of these signs does not count."""

    def alone_positive(
        away: tuple[Sign, ...], findings: Findings, record: Record, local: LocalRules
    ) -> tuple[Sign, ...]:
        """The signs that make a grade while no other counts; all of them where none does."""
        none = dict.fromkeys(map(str, signs), Attribution.OTHER.value)
        counted = [none, *({name: none[name] for name in none if name != sign} for sign in away)]
        without, *alone = (
            ask(findings._replace(attribution=attribution), record, local)[0].bounds
            for attribution in counted
        )
        positive = zip(away, alone, strict=True)
        return tuple(sign for sign, bounds in positive if bounds > without) or away

    def answer(findings: Findings, record: Record, local: LocalRules) -> GradedPart:
        result, has_part = ask(findings, record, local)
        away = uncounted(findings, signs, local)
        if not away or not has_part:
            return GradedPart(result, has_part)
        all_counted, _ = ask(with_all_counted(findings, away), record, local)
        if len(away) > 1 and _is_lowered(result, all_counted):
            away = alone_positive(away, findings, record, local)
        return GradedPart(beside_all_counted(result, all_counted, away), has_part)

    return answer


_ATTRIBUTION = Findings._fields.index("attribution")


def is_attributed(record: Record) -> bool:
    """Whether any assessment of the course attributes a sign."""
    return any(map(itemgetter(_ATTRIBUTION), record.findings))
