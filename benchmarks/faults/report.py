"""The table of counts, and a line for each thing that went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.faults.reconcile import KINDS_OF_HARM, Harm, Row, row_of
from benchmarks.faults.saves import Save

MOST_LINES = 40
COLUMNS = ("saves", "interrupted", "acknowledged", "refused", "unknown", *KINDS_OF_HARM)


def lines_of(saves: Sequence[Save], harms: Sequence[Harm]) -> Iterator[str]:
    """The table: saves by the fault that they met, then by kind of form, then all."""
    yield f"{'':<34}" + "".join(f"{column:>15}" for column in COLUMNS)
    faults = sorted({fault for save in saves for fault in save.faults})
    for fault in faults:
        yield _line(fault, row_of((save for save in saves if fault in save.faults), harms))
    for kind in sorted({save.kind for save in saves}):
        yield _line(f"form: {kind}", row_of((save for save in saves if save.kind == kind), harms))
    yield _line("no fault", row_of((save for save in saves if not save.faults), harms))
    yield _line("with a fault", row_of((save for save in saves if save.faults), harms))
    yield _line("all", row_of(saves, harms))


def _line(name: str, row: Row) -> str:
    counts = [row.saves, row.interrupted, row.acknowledged, row.refused, row.unknown]
    counts += [row.harms[harm] for harm in KINDS_OF_HARM]
    return f"{name:<34}" + "".join(f"{count:>15}" for count in counts)


def harms_in_words(harms: Sequence[Harm]) -> Iterator[str]:
    """A line for each of the first things that went wrong."""
    for harm in harms[:MOST_LINES]:
        met = ", ".join(sorted(harm.save.faults)) or "no fault"
        yield f"{harm.harm}: save {harm.save.number} ({harm.save.kind}; {met}): {harm.detail}"
    if len(harms) > MOST_LINES:
        yield f"and {len(harms) - MOST_LINES} more"
