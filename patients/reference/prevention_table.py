"""The table of prophylaxis trials, in words: each number with its threshold and its doubt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from patients.models import PreventionOutcome, PreventionTrial
from patients.reference.cells import NOT_PRINTED, Basis, ReferenceCell, basis_of
from patients.words import wording

Threshold = PreventionOutcome.Threshold
Arm = PreventionOutcome.Arm
Toxicity = PreventionOutcome.Toxicity
COLUMNS = (
    (Toxicity.CRS, "any"),
    (Toxicity.CRS, "severe"),
    (Toxicity.ICANS, "any"),
    (Toxicity.ICANS, "severe"),
)


@dataclass(frozen=True, slots=True)
class ArmRow:
    """One arm of a prophylaxis trial: what happened to how many, each at its threshold."""

    name: str
    cells: tuple[tuple[ReferenceCell, ...], ...]


@dataclass(frozen=True, slots=True)
class PreventionRow:
    """One prophylaxis trial."""

    key: str
    agent: str
    schedule: str
    trial: str
    arms: tuple[ArmRow, ...]
    design: str
    comment: str
    doubt: str
    check: str
    check_basis: Basis | None
    basis: Basis

    @property
    def span(self) -> int:
        """Table rows that belong to the trial: its arms, and the line below them."""
        return len(self.arms) + 1


def prevention_rows(trials: Iterable[PreventionTrial]) -> list[PreventionRow]:
    """A row for each trial, in the order given; `trials` has its outcomes prefetched."""
    rows = []
    for trial in trials:
        outcomes = list(trial.outcomes.all())
        arms = [_arm("treated", [row for row in outcomes if row.arm == Arm.TREATED])]
        design = "randomized" if trial.is_randomized else "not randomized"
        if trial.comparator:
            compared = [row for row in outcomes if row.arm == Arm.COMPARATOR]
            arms.append(_arm(trial.comparator, compared))
        elif not trial.is_randomized:
            design += ", no comparator"
        check, check_basis = "no independent table was found", None
        if trial.independent_check:
            check = trial.independent_check
            check_basis = Basis(trial.check_source, trial.check_confidence)
        rows.append(
            PreventionRow(
                key=f"prevention-{trial.pk}",
                agent=trial.agent,
                schedule=trial.schedule,
                trial=trial.trial,
                arms=tuple(arms),
                design=design,
                comment=trial.comment,
                doubt=trial.doubt,
                check=check,
                check_basis=check_basis,
                basis=basis_of(trial),
            )
        )
    return rows


def _arm(name: str, outcomes: list[PreventionOutcome]) -> ArmRow:
    cells = []
    for toxicity, column in COLUMNS:
        outcome_cells = [
            _outcome(row)
            for row in outcomes
            if row.toxicity == toxicity and (row.threshold == Threshold.ANY) == (column == "any")
        ]
        cells.append(tuple(outcome_cells) or (ReferenceCell(NOT_PRINTED, is_missing=True),))
    return ArmRow(name, tuple(cells))


def _outcome(row: PreventionOutcome) -> ReferenceCell:
    """G3+ 13 %: the threshold stands with the number."""
    mark = "" if row.threshold == Threshold.ANY else f"{row.threshold} "
    if row.percent is None:
        return ReferenceCell(f"{mark}{NOT_PRINTED}", is_missing=True)
    return ReferenceCell(f"{mark}{wording.number(row.percent)} %", more=row.doubt)
