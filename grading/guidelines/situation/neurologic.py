"""The neurologic findings at a moment, each from the newest entry that speaks of it.

Takes   the record up to the moment.
Gives   pressure, seizures, scores, other findings and imaging of a `BedsideNow`, as recorded,
        whatever cause a sign is put down to. An ICE that a physician put down to another cause is
        left out, since its fall is no sign of ICANS.
Source  an opening pressure of 20 mmHg or more is a sign of raised pressure: CARTOX_2018.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from grading.engine.sentences import trimmed, ward_word
from grading.event_kinds import EventKind
from grading.guidelines.situation.situation import Fact, ScoreNow
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.rules.neurotoxicity.icans_facts import EDEMA
from grading.rules.neurotoxicity.ice import recorded_total
from grading.rules.signs.adjudication import DecidedCourse, as_decided, seizure_recorded
from grading.rules.signs.attribution import counts, is_attributed
from grading.vocabulary import Icp, Seizure, SeizureKind, Sign

RAISED_FROM_MMHG = Decimal(20)  # inclusive; CARTOX 2018, CSF opening pressure


def neurologic_findings(record: Record, local: LocalRules) -> dict[str, Any]:
    """The fields of `BedsideNow` that concern the nervous system."""
    return {
        **_pressure_findings(record),
        **_seizures(record, local),
        "consciousness": _consciousness(record),
        **_scores(record, local),
        "other_neuro": _other_findings(record),
        "imaging": tuple(
            Fact("brain imaging", event.elapsed, event.uid)
            for event in reversed(record.events)
            if event.kind == EventKind.IMAGING and event.detail == "brain"
        ),
    }


def _pressure_findings(record: Record) -> dict[str, Any]:
    """Edema, papilledema and every sign of raised pressure in the newest entries of each."""
    listed: Findings | None = None
    staged: Findings | None = None
    measured: Findings | None = None
    for findings in reversed(record.findings):
        if listed is None and findings.icp is not None:
            listed = findings
        if staged is None and (findings.papilledema_stage is not None or findings.icp is not None):
            staged = findings
        if measured is None and findings.csf_opening_mmhg is not None:
            measured = findings
        if listed is not None and measured is not None:
            break
    words = () if listed is None else listed.icp or ()
    signs = [(word, _fact(ward_word(word), listed)) for word in words if listed is not None]
    edema = next((fact for word, fact in signs if word in EDEMA), None)
    papilledema = next((fact for word, fact in signs if word == Icp.PAPILLEDEMA), None)
    if staged is not None and staged.papilledema_stage is not None:
        stage = staged.papilledema_stage
        if stage:
            papilledema = _fact(f"papilledema stage {stage}", staged)
        elif staged is not listed:
            papilledema = None
    raised = [fact for word, fact in signs if word != Icp.PAPILLEDEMA]
    raised += [] if papilledema is None else [papilledema]
    if measured is not None and (opening := measured.csf_opening_mmhg or 0) >= RAISED_FROM_MMHG:
        raised.append(_fact(f"CSF opening pressure {trimmed(opening)} mmHg", measured))
    return {"edema": edema, "papilledema": papilledema, "raised_pressure": tuple(raised)}


def _fact(text: str, findings: Findings) -> Fact:
    return Fact(text, findings.elapsed, findings.uid)


def _seizures(record: Record, local: LocalRules) -> dict[str, Fact | None]:
    """The seizure by the newest entry that answers, and the last one of the course."""
    answers = (
        (findings, is_there)
        for findings in reversed(record.findings)
        if (is_there := seizure_recorded(findings, record, local)) is not None
    )
    newest, last = None, None
    for findings, is_there in answers:
        newest = newest or findings
        if is_there:
            last = findings
            break
    is_now = last is not None and last is newest
    words = None if last is None else _fact(_seizure_in_words(last), last)
    return {
        "seizure": words if is_now else None,
        "status_epilepticus": words if is_now and last is not None and _is_status(last) else None,
        "last_seizure": words,
    }


def _is_status(findings: Findings) -> bool:
    is_silent = findings.seizure_kind == SeizureKind.NONCONVULSIVE_STATUS
    return findings.seizure == Seizure.PROLONGED or is_silent


def _seizure_in_words(findings: Findings) -> str:
    """A seizure with its length and kind, as far as they were recorded."""
    if findings.seizure_kind == SeizureKind.NONCONVULSIVE_STATUS:
        return "nonconvulsive status epilepticus"
    kind = f"{ward_word(findings.seizure_kind)} " if findings.seizure_kind else ""
    if findings.seizure in (None, Seizure.PRESENT):
        return f"{kind}seizure"
    return f"{kind}seizure {Seizure(findings.seizure).label}"


def _consciousness(record: Record) -> str | None:
    recorded = (findings.consciousness for findings in reversed(record.findings))
    return next((word for word in recorded if word is not None), None)


def _scores(record: Record, local: LocalRules) -> dict[str, ScoreNow | None]:
    has_decisions = bool(record.adjudications) or is_attributed(record)
    decided = as_decided(record, local) if has_decisions else DecidedCourse(record, record)
    baseline = record.baseline
    return {
        "ice": _score(_scored(decided, local, recorded_total), baseline.ice_total),
        "capd": _score(_scored(decided, local, _capd_total), baseline.capd_total),
    }


def _capd_total(findings: Findings) -> int | None:
    return findings.capd_total if findings.capd_not_done is None else None


def _scored(
    decided: DecidedCourse, local: LocalRules, total_of: Callable[[Findings], int | None]
) -> Iterator[tuple[Findings, int]]:
    """Each assessment that counts with its total, newest first."""
    rows = decided.record.findings
    for place in range(len(rows) - 1, -1, -1):
        total = total_of(rows[place])
        if total is None:
            continue
        if counts(rows[place], Sign.ICE, local) or decided.is_unconfirmed(place, Sign.ICE):
            yield rows[place], total


def _score(scored: Iterator[tuple[Findings, int]], baseline: int | None) -> ScoreNow | None:
    """The newest total with the one before it."""
    newest, before = next(scored, None), next(scored, None)
    if newest is None:
        return None
    findings, total = newest
    return ScoreNow(
        total,
        findings.elapsed,
        findings.uid,
        before=None if before is None else before[1],
        before_at=None if before is None else before[0].elapsed,
        baseline=baseline,
    )


def _other_findings(record: Record) -> dict[str, Fact]:
    for findings in reversed(record.findings):
        if findings.other_neuro is not None:
            return {word: _fact(ward_word(word), findings) for word in findings.other_neuro}
    return {}
