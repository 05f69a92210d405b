"""Trials, monitoring schedules and products in words: each number with its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby

from patients.models import CellNote, MonitoringSchedule, Product, TrialIncidence
from patients.reading.products import NOT_RECORDED, by_region, with_unit
from patients.reference.cells import NOT_PRINTED, Basis, Note, ReferenceCell, basis_of
from patients.words import wording


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One trial of the review's Table 1."""

    key: str
    trial: str
    product: str
    product_name: str
    indication: str
    numbers: tuple[ReferenceCell, ...]
    cytopenia: ReferenceCell
    infections: tuple[ReferenceCell, ...]
    below: tuple[Note, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """Products whose labels have the same monitoring in one region."""

    region: str
    products: tuple[str, ...]
    daily: str
    near: str
    driving: str
    dates: str
    text: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class SourcedLines:
    """Words that stand on one source."""

    words: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One product with its approvals and the statements of its label."""

    key: str
    name: str
    abbreviation: str
    brand: str
    target: str
    domain: str
    notes: str
    approvals: tuple[SourcedLines, ...]
    facts: tuple[SourcedLines, ...]
    basis: Basis


# Table 1


def trial_rows(trials: Iterable[TrialIncidence]) -> list[TrialRow]:
    """A row for each trial, in the order given; `trials` has products and notes prefetched."""
    return [_trial(trial) for trial in trials]


def _trial(trial: TrialIncidence) -> TrialRow:
    notes = {
        note.cell: Note(
            id=f"note-{trial.pk}-{note.cell}",
            about=note.get_cell_display(),
            kind=note.get_kind_display().lower(),
            text=note.note,
            basis=basis_of(note),
        )
        for note in trial.notes.all()
    }

    def number(name: str, *, unit: str = "%", more: str = "") -> ReferenceCell:
        value = getattr(trial, name)
        note = notes.get(name)
        if value is None:
            return ReferenceCell(
                NOT_PRINTED if note is None else note.kind, is_missing=True, note=note
            )
        return ReferenceCell(f"{wording.number(value)} {unit}", more=more, note=note)

    onset = "day" if trial.crs_onset_days == 1 else "days"
    return TrialRow(
        key=f"trial-{trial.pk}",
        trial=trial.trial,
        product=trial.product.abbreviation,
        product_name=trial.product.name,
        indication=trial.indication,
        numbers=(
            number("crs_any"),
            number("crs_g3"),
            number("crs_onset_days", unit=onset),
            number("nt_any", more=_split(trial.nt_name, trial.other_nt_any)),
            number("nt_g3", more=_split(trial.nt_name, trial.other_nt_g3)),
        ),
        cytopenia=ReferenceCell(
            trial.cytopenia or NOT_PRINTED,
            is_missing=not trial.cytopenia,
            note=notes.get(CellNote.Cell.CYTOPENIA),
        ),
        infections=(number("infection_any"), number("infection_g3")),
        below=tuple(note for cell, note in notes.items() if cell != CellNote.Cell.CYTOPENIA),
        basis=basis_of(trial),
    )


def _split(name: str, other: Decimal | None) -> str:
    """ICANS; other 12 %, where the trial counted them apart."""
    apart = None if other is None else f"other {wording.number(other)} %"
    return "; ".join(filter(None, (name, apart)))


# Monitoring schedules


def schedule_rows(
    schedules: Iterable[MonitoringSchedule], day: date
) -> tuple[list[ScheduleRow], list[ScheduleRow]]:
    """The schedules valid on that day, and those ended before it; equal ones share a row."""
    listed = by_region(schedules)
    valid = [row for row in listed if row.is_valid_on(day)]
    past = [row for row in listed if row.is_past(day)]
    return _grouped(valid), _grouped(past)


def _grouped(schedules: list[MonitoringSchedule]) -> list[ScheduleRow]:
    products: dict[ScheduleRow, list[str]] = {}
    for schedule in schedules:
        products.setdefault(_schedule(schedule), []).append(schedule.product.abbreviation)
    return [replace(row, products=tuple(names)) for row, names in products.items()]


def _schedule(schedule: MonitoringSchedule) -> ScheduleRow:
    """The row of a schedule without its products: equal ones are joined."""
    dates = []
    if schedule.valid_from is not None:
        dates.append(f"from {wording.calendar_date(schedule.valid_from)}")
    if schedule.valid_to is not None:
        dates.append(f"to {wording.calendar_date(schedule.valid_to)}")
    return ScheduleRow(
        region=schedule.get_region_display(),
        products=(),
        daily=_counted(schedule.daily_days, "day"),
        near=_counted(schedule.stay_near_weeks, "week"),
        driving=_counted(schedule.driving_weeks, "week"),
        dates=" ".join(dates) or NOT_RECORDED,
        text=schedule.text,
        basis=basis_of(schedule),
    )


def _counted(n: int | None, unit: str) -> str:
    return NOT_RECORDED if n is None else with_unit(n, unit)


# Products


def product_rows(products: Iterable[Product]) -> tuple[list[ProductRow], list[ProductRow]]:
    """The products with approvals or facts, and those of which only the name is recorded.

    Prefetch `indications` and `facts`.
    """
    rows = [_product(product) for product in products]
    described = [row for row in rows if row.approvals or row.facts]
    return described, [row for row in rows if row not in described]


def _product(product: Product) -> ProductRow:
    return ProductRow(
        key=f"product-{product.pk}",
        name=product.name,
        abbreviation=product.abbreviation,
        brand=product.brand,
        target=product.target,
        domain=product.costimulatory_domain or NOT_RECORDED,
        notes=product.notes,
        approvals=_approvals(product),
        facts=tuple(
            SourcedLines(
                tuple(f"{fact.topic}: {fact.text}" for fact in facts),
                Basis(*basis),
            )
            for basis, facts in groupby(
                product.facts.all(), key=lambda fact: (fact.source, fact.confidence)
            )
        ),
        basis=basis_of(product),
    )


def _approvals(product: Product) -> tuple[SourcedLines, ...]:
    """US: LBCL, third line (2017), FL (2021); those of one region and source together."""
    groups: dict[tuple[str, Basis], list[str]] = {}
    for row in product.indications.all():
        key = (row.get_region_display(), Basis(row.source, row.confidence))
        year = "year not recorded" if row.year is None else str(row.year)
        groups.setdefault(key, []).append(f"{row.indication} ({year})")
    return tuple(
        SourcedLines((f"{region}: {', '.join(words)}",), basis)
        for (region, basis), words in groups.items()
    )
