"""Compare what was answered with what is stored: every save that differs has its fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.faults.saves import Attempt, Claim, Fact, Save, Trace

LOST, DOUBLED, CROSSED = "lost", "doubled", "crossed"
MISATTRIBUTED, UNTRUE = "misattributed", "untrue answer"
DENYING = {Claim.NOT_SAVED, Claim.NOT_THIS_TIME}
KINDS_OF_HARM = (LOST, DOUBLED, CROSSED, MISATTRIBUTED, UNTRUE)


@dataclass(frozen=True, slots=True)
class Harm:
    """One save that went wrong: how, and the sentence or the values that show it."""

    harm: str
    save: Save
    detail: str


def reconciled(saves: Sequence[Save], stored: Mapping[int, Sequence[Trace]]) -> list[Harm]:
    """Everything that went wrong; `stored` holds the traces of each save, by its number."""
    return [
        harm
        for save in saves
        for harm in (*_stored_wrongly(save, stored.get(save.number, ())), *_untrue(save, stored))
    ]


def _stored_wrongly(save: Save, traces: Sequence[Trace]) -> Iterable[Harm]:
    missing = [fact for fact in save.wanted if not _is_stored(fact, traces)]
    if missing and (save.is_acknowledged or len(missing) < len(save.wanted)):
        yield Harm(LOST, save, f"not stored: {missing}")
    if len(traces) > len(save.wanted):
        yield Harm(DOUBLED, save, f"stored {len(traces)} times for {len(save.wanted)}")
    strange = [trace.fact for trace in traces if trace.fact not in save.wanted]
    if strange:
        yield Harm(CROSSED, save, f"wanted {save.wanted}, stored {strange}")
    others = {trace.signer for trace in traces} - {save.typist}
    if others:
        yield Harm(MISATTRIBUTED, save, f"typed by {save.typist}, signed by {sorted(others)}")


def _is_stored(fact: Fact, traces: Sequence[Trace]) -> bool:
    return any(trace.fact == fact for trace in traces)


def _untrue(save: Save, stored: Mapping[int, Sequence[Trace]]) -> Iterable[Harm]:
    """The first answer that the database contradicted when it came, or contradicts at the end."""
    denied_last = False
    for attempt in save.attempts:
        answer, denies = attempt.answer, _denies(attempt, save)
        is_whole = all(_is_stored(fact, attempt.traces) for fact in save.wanted)
        contradicted = (answer.claim is Claim.SAVED and not is_whole) or (
            denies and len(attempt.traces) > 0
        )
        if contradicted or answer.is_of_another:
            state = "whole" if is_whole else "in part" if attempt.traces else "not stored"
            yield Harm(UNTRUE, save, f"{answer.status} “{answer.sentence}”, {state} at that moment")
            return
        if answer.claim is not Claim.UNKNOWN:
            denied_last = denies
    if denied_last and stored.get(save.number):
        yield Harm(UNTRUE, save, "answered last that it is not saved, and it is stored at the end")


def _denies(attempt: Attempt, save: Save) -> bool:
    """Whether the answer says that nothing is stored of this form.

    One about "this time" says nothing about other sendings whose outcome was still open.
    """
    if attempt.answer.claim is not Claim.NOT_THIS_TIME:
        return attempt.answer.claim is Claim.NOT_SAVED
    return all(
        other.answer.claim in DENYING
        for other in save.attempts
        if other.sent_at < attempt.answered_at
    )


@dataclass(frozen=True, slots=True)
class Row:
    """Counts of the saves that met one kind of fault."""

    saves: int
    interrupted: int
    acknowledged: int
    refused: int
    unknown: int
    harms: Counter[str]


def row_of(saves: Iterable[Save], harms: Iterable[Harm]) -> Row:
    """Count these saves; a save whose outcome no answer gave in the end is unknown."""
    chosen = list(saves)
    numbers = {save.number for save in chosen}
    acknowledged = sum(save.is_acknowledged for save in chosen)
    refused = sum(_is_refused(save) for save in chosen)
    return Row(
        saves=len(chosen),
        interrupted=sum(_is_interrupted(save) for save in chosen),
        acknowledged=acknowledged,
        refused=refused,
        unknown=len(chosen) - acknowledged - refused,
        harms=Counter(harm.harm for harm in harms if harm.save.number in numbers),
    )


def _is_interrupted(save: Save) -> bool:
    """Whether an answer did not come, or was that of a failure."""
    statuses = [attempt.answer.status for attempt in save.attempts]
    return any(status is None or status >= 500 for status in statuses)


def _is_refused(save: Save) -> bool:
    last = save.attempts[-1].answer if save.attempts else None
    return not save.is_acknowledged and last is not None and last.claim in DENYING
