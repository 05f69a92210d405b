"""ICE and CAPD as they stand: the newest total, the one before it, and the baseline.

Takes   the record and the moment. A total that was put down to another cause is left out once a
        physician has confirmed that; until then it counts.
Gives   None where nothing was scored.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from grading.engine.result import Result
from grading.entries.findings import Findings
from grading.event_kinds import EventKind
from grading.guidelines.situation.situation import Fact, ScoreNow
from grading.local_rules import LocalRules
from grading.record import Record
from grading.rules.neurotoxicity.ice import recorded_total
from grading.rules.reasons import sentence
from grading.rules.signs.adjudication import as_decided
from grading.rules.signs.attribution import counts
from grading.vocabulary import Sign


def ice_now(record: Record, now: timedelta, local: LocalRules) -> ScoreNow | None:
    return _newest(record, now, local, recorded_total, record.baseline.ice_total)


def capd_now(record: Record, now: timedelta, local: LocalRules) -> ScoreNow | None:
    return _newest(record, now, local, _capd_total, record.baseline.capd_total)


def _capd_total(findings: Findings) -> int | None:
    return None if findings.capd_not_done is not None else findings.capd_total


def _newest(
    record: Record,
    now: timedelta,
    local: LocalRules,
    total_of: Callable[[Findings], int | None],
    baseline: int | None,
) -> ScoreNow | None:
    decided = as_decided(record, local)
    scored = [
        (findings, total)
        for place, findings in enumerate(decided.record.findings)
        if findings.elapsed <= now
        and (total := total_of(findings)) is not None
        and (counts(findings, Sign.ICE, local) or decided.is_unconfirmed(place, Sign.ICE))
    ]
    if not scored:
        return None
    newest, total = scored[-1]
    before, total_before = scored[-2] if len(scored) > 1 else (None, None)
    return ScoreNow(
        total=total,
        at=newest.elapsed,
        uid=newest.uid,
        before=total_before,
        before_at=None if before is None else before.elapsed,
        baseline=baseline,
    )


def movement_facts(record: Record, result: Result | None, now: timedelta) -> tuple[Fact, ...]:
    """What calls MNT to be considered; empty where it is not suspected, or recorded by now."""
    if result is None or not result.values["suspected"]:
        return ()
    if any(event.kind == EventKind.MNT and event.elapsed <= now for event in record.events):
        return ()
    return tuple(Fact(sentence(met)) for met in result.because)
