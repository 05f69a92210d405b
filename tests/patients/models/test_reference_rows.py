"""What the migration loads is what the review prints: every cell, every doubt, every threshold.

The tables beside this file were drawn from the specification, apart from the migration.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from grading.sources import CONFIDENCE, REVIEW_2024
from patients.models import (
    CellNote,
    MonitoringSchedule,
    PreventionOutcome,
    PreventionTrial,
    Product,
    ProductFact,
    ProductIndication,
    TrialIncidence,
)
from patients.words import wording

TABLES = Path(__file__).parent / "review_tables"
MODELS = (
    Product,
    ProductIndication,
    ProductFact,
    TrialIncidence,
    CellNote,
    MonitoringSchedule,
    PreventionTrial,
    PreventionOutcome,
)
NUMBERS = (
    "crs_any",
    "crs_g3",
    "crs_onset_days",
    "nt_any",
    "nt_g3",
    "other_nt_any",
    "other_nt_g3",
    "infection_any",
    "infection_g3",
)
OF_THE_REVIEW = PreventionOutcome.objects.filter(source__startswith=REVIEW_2024.citation)
REMS_END = date(2025, 6, 26)
DAY_BEFORE = date(2025, 6, 25)

pytestmark = pytest.mark.django_db


def printed(table: str) -> list[dict[str, str]]:
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cell(trial: TrialIncidence, name: str) -> str:
    """The number, or the words that stand for none."""
    value = getattr(trial, name)
    if value is not None:
        return wording.number(value)
    note = trial.notes.filter(cell=name).first()
    return "not printed" if note is None else note.get_kind_display()


@pytest.mark.parametrize("row", printed("table_1"), ids=lambda row: row["trial"])
def test_a_trial_has_the_numbers_of_table_1(row: dict[str, str]) -> None:
    trial = TrialIncidence.objects.get(trial=row["trial"])
    assert trial.product.abbreviation == row["product"]
    assert {name: cell(trial, name).lower() for name in NUMBERS} == {
        name: row[name] for name in NUMBERS
    }
    counted = re.findall(r"\d+", trial.cytopenia.replace("G3+", ""))
    assert " ".join(counted) == row["cytopenia"]
    assert REVIEW_2024.citation in trial.source
    assert trial.source.endswith(f"Table 1, {row['trial']}")


def test_table_1_is_in_the_printed_order_and_whole() -> None:
    trials = list(TrialIncidence.objects.values_list("trial", flat=True))
    assert trials == [row["trial"] for row in printed("table_1")]


@pytest.mark.parametrize(
    ("trial", "name", "kind", "excerpt"),
    [
        ("ELIANA", "indication", "doubtful", "25 years or younger"),
        ("ELIANA", "crs_onset_days", "doubtful", "interleaved"),
        ("ELIANA", "cytopenia", "doubtful", "24 of 75 patients, which is 32 %"),
        ("JULIET", "crs_onset_days", "doubtful", "interleaved"),
        ("ZUMA-1", "crs_onset_days", "doubtful", "interleaved"),
        ("ZUMA-1", "infection_any", "not_reported", "not reported"),
        ("ZUMA-1", "infection_g3", "not_reported", "not reported"),
        ("TRANSCEND", "cytopenia", "doubtful", "separate lines"),
        ("ZUMA-3", "crs_g3", "doubtful", "two lines"),
        ("ZUMA-3", "nt_g3", "differs", "14 of 55"),
        ("ZUMA-2", "crs_g3", "doubtful", "two lines"),
        ("ZUMA-2", "crs_onset_days", "differs", "US label says 3"),
        ("KarMMa", "cytopenia", "doubtful", "41 % and 49 %"),
        ("KarMMa", "infection_g3", "unreadable", "likely “22”"),
        ("CARTITUDE-1", "crs_g3", "differs", "paper says 4"),
    ],
)
def test_a_doubtful_cell_has_its_note(trial: str, name: str, kind: str, excerpt: str) -> None:
    note = CellNote.objects.get(incidence__trial=trial, cell=name)
    assert note.kind == kind
    assert excerpt in note.note


def test_no_other_cell_has_a_note() -> None:
    assert CellNote.objects.count() == 15


def test_table_4_has_every_number_with_its_threshold() -> None:
    stored = [
        (
            outcome.trial.trial,
            outcome.arm,
            outcome.toxicity,
            outcome.threshold,
            "not printed" if outcome.percent is None else wording.number(outcome.percent),
        )
        for outcome in OF_THE_REVIEW.select_related("trial").order_by("id")
    ]
    wanted = [
        (row["trial"], row["arm"], row["toxicity"], row["threshold"], row["percent"])
        for row in printed("table_4")
    ]
    assert stored == wanted


def test_every_prevention_trial_names_its_place_in_the_review() -> None:
    references = {row["trial"]: row["reference"] for row in printed("table_4")}
    for trial in PreventionTrial.objects.filter(source__startswith=REVIEW_2024.citation):
        assert f"Table 4, reference {references[trial.trial]}" in trial.source
        assert trial.comment
    assert PreventionTrial.objects.filter(is_randomized=True).get().agent == "Itacitinib"


def test_the_figures_that_an_independent_table_disputes_stand_beside_the_printed_ones() -> None:
    disputed = PreventionOutcome.objects.exclude(doubt="").order_by("id")
    assert [(row.percent, row.doubt[:4]) for row in disputed] == [
        (Decimal(35), "41 %"),
        (Decimal(50), "70 %"),
        (Decimal(30), "50 %"),
    ]


def test_lenzilumabs_check_is_ours_and_not_of_the_independent_table() -> None:
    trial = PreventionTrial.objects.get(agent="Lenzilumab")
    assert (trial.independent_check, trial.check_confidence) == ("17 % is 1 of 6.", "S")


# Products and schedules

SEVEN = {
    "axi-cel": ("Yescarta", "CD19", "CD28"),
    "tisa-cel": ("Kymriah", "CD19", "4-1BB"),
    "brexu-cel": ("Tecartus", "CD19", "CD28"),
    "liso-cel": ("Breyanzi", "CD19", "4-1BB"),
    "ide-cel": ("Abecma", "BCMA", "4-1BB"),
    "cilta-cel": ("Carvykti", "BCMA (two VHH)", "4-1BB"),
    "obe-cel": ("Aucatzyl", "CD19 (fast off-rate)", "4-1BB"),
}
YEARS = {
    "axi-cel": [2017, 2021, 2022],
    "tisa-cel": [2017, 2018, 2022],
    "brexu-cel": [2020, 2021],
    "liso-cel": [2021, 2022, 2024, 2024, 2024, 2025],
    "ide-cel": [2021, 2024],
    "cilta-cel": [2022, 2024],
    "obe-cel": [2024],
}


def test_the_seven_products_have_brand_target_and_domain() -> None:
    offered = Product.objects.filter(is_offered=True)
    assert {
        row.abbreviation: (row.brand, row.target, row.costimulatory_domain) for row in offered
    } == SEVEN


@pytest.mark.parametrize("name", SEVEN)
def test_the_us_approvals_have_their_years(name: str) -> None:
    rows = ProductIndication.objects.filter(product__abbreviation=name, region="US")
    assert sorted(rows.values_list("year", flat=True)) == YEARS[name]


def test_the_board_shortens_a_product_as_its_row_does() -> None:
    assert Product.objects.filter(is_offered=True).exists()
    for product in Product.objects.filter(is_offered=True):
        assert wording.short(product.name) == product.abbreviation


def test_obe_cels_split_dose_says_how_the_label_counts_days() -> None:
    facts = {
        fact.topic: fact.text for fact in ProductFact.objects.filter(product__brand="Aucatzyl")
    }
    assert "label Day 10 = our day 9" in facts["How the label counts days"]
    assert "410 × 10⁶" in facts["Split dose"]
    assert "Day 10 ± 2" in facts["Split dose"]
    assert "CTCAE 5.0" in facts["Graded by"]
    assert "stop" in facts["Before the second dose"]


def valid(region: str, name: str, day: date) -> list[tuple[int | None, int | None, int | None]]:
    rows = MonitoringSchedule.objects.filter(region=region, product__abbreviation=name)
    return [
        (row.daily_days, row.stay_near_weeks, row.driving_weeks)
        for row in rows
        if row.is_valid_on(day)
    ]


@pytest.mark.parametrize("name", sorted(set(SEVEN) - {"obe-cel"}))
def test_the_us_schedule_changes_with_the_end_of_the_rems(name: str) -> None:
    before = {"cilta-cel": 10, "tisa-cel": None}.get(name, 7)
    assert valid("US", name, DAY_BEFORE) == [(before, 4, 8)]
    assert valid("US", name, REMS_END) == [(7, 2, 2)]


@pytest.mark.parametrize(
    ("name", "days"),
    [("axi-cel", 7), ("brexu-cel", 7), ("tisa-cel", 10), ("liso-cel", 10), ("ide-cel", 10)],
)
def test_the_eu_schedule_says_only_the_daily_days(name: str, days: int) -> None:
    assert valid("EU", name, REMS_END) == [(days, None, None)]


@pytest.mark.parametrize(
    ("name", "periods"),
    [
        ("brexu-cel", [(7, 4, None)]),
        ("liso-cel", [(None, 2, None)]),
        ("obe-cel", [(None, None, None)]),
        ("axi-cel", []),
        ("tisa-cel", []),
        ("ide-cel", []),
        ("cilta-cel", []),
    ],
)
def test_a_label_of_the_uk_says_only_what_was_read(
    name: str, periods: list[tuple[int | None, int | None, int | None]]
) -> None:
    assert valid("UK", name, REMS_END) == periods


def test_what_differed_before_june_2025_is_marked_doubtful() -> None:
    rows = MonitoringSchedule.objects.filter(region="US", valid_to=DAY_BEFORE)
    assert set(rows.values_list("confidence", flat=True)) == {"VM"}


def test_labels_say_of_prophylactic_steroids_what_is_known() -> None:
    rows = ProductFact.objects.filter(topic="Prophylactic steroid")
    assert {row.product.abbreviation: (row.text, row.confidence) for row in rows} == {
        "axi-cel": ("In the US label since 2022.", "M"),
        "liso-cel": ("To be avoided (UK).", "V"),
        "brexu-cel": ("Not recommended (UK).", "V"),
    }
    trial = PreventionTrial.objects.get(trial="ZUMA-1 cohort 6")
    assert "to be avoided with liso-cel" in trial.doubt


def test_what_was_tried_beside_the_review_has_its_own_source_and_mark() -> None:
    trials = PreventionTrial.objects.exclude(source__startswith=REVIEW_2024.citation)
    assert [(row.agent, row.confidence) for row in trials.order_by("id")] == [
        ("Dexamethasone", "M"),
        ("Tocilizumab", "M"),
        ("Tocilizumab", "M"),
    ]
    outcomes = PreventionOutcome.objects.filter(trial__in=trials).order_by("id")
    assert [(row.toxicity, row.percent) for row in outcomes] == [
        ("CRS", Decimal("10.1")),
        ("ICANS", Decimal("5.9")),
        ("CRS", Decimal("19.2")),
    ]


def test_a_row_that_an_administrator_changed_stays_as_it_is() -> None:
    product = Product.objects.get(abbreviation="anito-cel")
    product.notes = "Ours"
    product.save()
    migration = import_module("patients.migrations.0027_labels_by_region")
    counted = {model: model.objects.count() for model in MODELS}
    migration.load(apps)
    product.refresh_from_db()
    assert product.notes == "Ours"
    assert {model: model.objects.count() for model in MODELS} == counted


def test_what_was_not_verified_of_obe_cel_stays_unknown() -> None:
    assert valid("US", "obe-cel", REMS_END) == [(None, None, None)]
    assert valid("EU", "obe-cel", REMS_END) == []


def test_a_schedule_that_has_not_begun_is_neither_valid_nor_past() -> None:
    row = MonitoringSchedule(valid_from=REMS_END)
    assert (row.is_valid_on(DAY_BEFORE), row.is_past(DAY_BEFORE)) == (False, False)


# Every row


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_row_is_valid_and_has_a_source_and_a_mark(model: Any) -> None:
    assert model.objects.exists()
    for row in model.objects.all():
        row.full_clean()
        assert row.source
        assert set(row.confidence) <= set(CONFIDENCE)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_row_begins_with_a_line_of_history(model: Any) -> None:
    assert model.objects.exists()
    for row in model.objects.all():
        first, *others = row.history.order_by("history_id")
        assert (first.history_type, "with the edition" in first.history_change_reason) == (
            "+",
            True,
        )
        assert {each.history_change_reason for each in others} <= {
            "changed with the edition of Nov 2026"
        }


def test_a_percent_stays_between_0_and_100() -> None:
    trial = TrialIncidence.objects.first()
    assert trial is not None
    for inside in (0, 100, None):
        trial.infection_any = inside
        trial.save()
    for outside in (Decimal("-0.1"), Decimal("100.1")):
        trial.infection_any = outside
        with pytest.raises(ValidationError):
            trial.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            trial.save()


def test_more_severe_than_any_grade_is_refused() -> None:
    trial = TrialIncidence.objects.get(trial="JULIET")
    trial.crs_g3 = trial.crs_any
    trial.full_clean()
    trial.crs_g3 = Decimal("58.1")
    with pytest.raises(ValidationError, match="any grade"):
        trial.full_clean()


@pytest.mark.parametrize("marks", ["", "X", "SX", "s"])
def test_an_unknown_mark_is_refused(marks: str) -> None:
    product = Product.objects.first()
    assert product is not None
    product.confidence = marks
    with pytest.raises(ValidationError, match="confidence"):
        product.full_clean()


def test_an_independent_check_needs_its_source() -> None:
    trial = PreventionTrial.objects.get(trial="ZUMA-1 cohort 6")
    trial.check_source = ""
    with pytest.raises(ValidationError, match="its source"):
        trial.full_clean()


def test_a_schedule_cannot_end_before_it_begins() -> None:
    row = MonitoringSchedule.objects.filter(valid_from=REMS_END).first()
    assert row is not None
    row.valid_to = REMS_END
    row.full_clean()
    row.valid_to = DAY_BEFORE
    with pytest.raises(ValidationError, match="before the first"):
        row.full_clean()
