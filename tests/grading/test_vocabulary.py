"""Words, units and limits."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from grading.agents import AGENT_NAMES, AGENT_TABLE, AGENTS, DrugClass, agent_named, drug_key
from grading.engine.sentences import GRADE_WORDS, ward_word
from grading.laboratory.analytes import ANALYTE_NAMES, analyte_named
from grading.measures import RATE_LIMITS, Limits
from grading.names import folded
from grading.record import Dose, Record
from grading.rules.neurotoxicity.icans_astct_2019 import CRITERIA
from grading.table.sections import LIMITS
from grading.vocabulary import ANALYTES, ICE_ITEMS
from tests.grading.rules.case_files import CASES

with (CASES / "measured.csv").open(encoding="utf-8", newline="") as file:
    MEASURED = list(csv.DictReader(file))
SOFT = ("soft_low", "soft_high")
STEP = Decimal("0.001")


def limits_of(name: str) -> Limits:
    if name in ANALYTES:
        return ANALYTES[name].limits
    return LIMITS[name] if name in LIMITS else RATE_LIMITS[name]


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "canonical"),
    [
        ("crp", "5", "mg/dL", "50"),
        ("crp", "100", "mg/L", "100"),
        ("ferritin", "387", "ug/L", "387"),
        ("ferritin", "387", "mcg/L", "387"),
        ("ferritin", "387", "µg/L", "387"),  # micro sign
        ("ferritin", "387", "μg/L", "387"),  # Greek mu
        ("ferritin", "1000", "pmol/L", "445"),
        ("ldh", "10", "ukat/L", "600"),
        ("platelets", "45000", "/uL", "45"),
        ("platelets", "45", "K/uL", "45"),
        ("anc", "500", "/uL", "0.5"),
        ("hemoglobin", "85", "g/L", "8.5"),
        ("fibrinogen", "1.4", "g/L", "140"),
        ("sodium", "140", "mEq/L", "140"),
        ("il6", "874", "ng/L", "874"),
    ],
)
def test_a_unit_is_converted_exactly(analyte: str, value: str, unit: str, canonical: str) -> None:
    assert ANALYTES[analyte].canonical(Decimal(value), unit) == Decimal(canonical)


@pytest.mark.parametrize("row", MEASURED, ids=lambda row: row["measured"])
def test_a_value_is_taken_up_to_its_hard_limits_and_asked_about_past_the_soft_ones(
    row: dict[str, str],
) -> None:
    limits = limits_of(row["measured"])
    assert limits.unit == row["unit"]
    low, high = Decimal(row["hard_low"]), Decimal(row["hard_high"])
    assert [limits.refuses(low), limits.refuses(high)] == [False, False]
    assert [limits.refuses(low - STEP), limits.refuses(high + STEP)] == [True, True]
    asked_from, asked_to = (Decimal(row[end] or row[f"hard_{end[5:]}"]) for end in SOFT)
    assert [limits.asks(asked_from), limits.asks(asked_to)] == [False, False]
    assert limits.asks(asked_from - STEP) is bool(row["soft_low"])
    assert limits.asks(asked_to + STEP) is bool(row["soft_high"])


@pytest.mark.parametrize(
    "row", [row for row in MEASURED if row["label"]], ids=lambda row: row["measured"]
)
def test_an_analyte_is_read_in_these_units_and_no_other(row: dict[str, str]) -> None:
    analyte = ANALYTES[row["measured"]]
    others = dict(unit.rsplit("=", 1) for unit in row["other_units"].split(";") if unit)
    assert (analyte.label, analyte.unit) == (row["label"], row["unit"])
    assert set(analyte.factors) == {row["unit"], *others}
    assert analyte.canonical(Decimal(7), row["unit"]) == 7
    for unit, factor_text in others.items():
        factor, _, divisor = factor_text.partition("/")
        assert analyte.canonical(Decimal(1), unit) == Decimal(factor) / Decimal(divisor or 1)


def test_every_quantity_has_its_row() -> None:
    names = [*ANALYTES, *LIMITS, *RATE_LIMITS]
    assert sorted(row["measured"] for row in MEASURED) == sorted(names)
    whole = {name for name, limits in LIMITS.items() if limits.integer}
    assert whole == {
        "ice_total", "capd_total", "fluid_boluses", "head_of_government", "papilledema_stage",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("analyte", "umol_l"), [("creatinine", "88.4"), ("bilirubin_total", "17.104")]
)
def test_one_mg_dl_in_molar_units_converts_back_to_one(analyte: str, umol_l: str) -> None:
    canonical = ANALYTES[analyte].canonical(Decimal(umol_l), "umol/L")
    assert canonical is not None
    assert abs(canonical - 1) < Decimal("1e-20")


@pytest.mark.parametrize("unit", ["mg", "g/L", "nmol/L", "U/L", "", None])
def test_a_unit_that_is_not_listed_is_never_guessed(unit: str | None) -> None:
    assert ANALYTES["crp"].canonical(Decimal(5), unit) is None


def test_millimoles_are_milliequivalents_for_monovalent_ions_only() -> None:
    assert ANALYTES["potassium"].canonical(Decimal(4), "meq/L") == 4
    assert ANALYTES["lactate"].canonical(Decimal(4), "meq/L") is None


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_soft_limits_lie_inside_the_hard_ones(name: str) -> None:
    limits = LIMITS[name]
    assert limits.hard_low <= (limits.soft_low or limits.hard_low)
    assert (limits.soft_high or limits.hard_high) <= limits.hard_high
    assert limits.why


@pytest.mark.parametrize("value", ["25", "45"])
def test_hard_limits_are_inclusive(value: str) -> None:
    assert not LIMITS["temperature_c"].refuses(Decimal(value))


@pytest.mark.parametrize("value", ["24.99", "45.01"])
def test_a_value_past_a_hard_limit_is_refused(value: str) -> None:
    assert LIMITS["temperature_c"].refuses(Decimal(value))


def test_a_value_at_a_soft_limit_is_not_asked_about() -> None:
    limits = LIMITS["temperature_c"]
    assert not limits.asks(Decimal(41))
    assert limits.asks(Decimal("41.1"))
    assert limits.asks(Decimal("34.9"))


def test_a_gram_per_liter_fibrinogen_never_passes_as_milligrams() -> None:
    assert ANALYTES["fibrinogen"].limits.refuses(Decimal("5.5"))


def test_ice_items_add_up_to_10() -> None:
    assert sum(ICE_ITEMS.values()) == 10


def test_ice_cells_tile_all_scores_below_10_without_overlap() -> None:
    cells = [(7, 9), (3, 6), (0, 2)]
    wordings = {criterion.wording.split(" (")[0] for criterion in CRITERIA}
    assert {f"ICE {low}–{high}" for low, high in cells} <= wordings
    assert sorted(point for low, high in cells for point in range(low, high + 1)) == list(range(10))


def test_inotropes_are_not_of_the_class_of_vasopressors() -> None:
    assert AGENTS["dobutamine"] == AGENTS["milrinone"] == DrugClass.INOTROPE
    assert AGENTS["vasopressin"] == DrugClass.VASOPRESSOR


@pytest.mark.parametrize(
    ("written", "agent"),
    [
        ("tocilizumab", "tocilizumab"),
        ("RoActemra", "tocilizumab"),
        ("solu medrol", "methylprednisolone"),
        ("SOLU-MEDROL", "methylprednisolone"),
        ("Angiotensin II", "angiotensin_ii"),
        ("GCSF", "g_csf"),
        ("Ibuprofen", "ibuprofen"),
        ("lecanemab", None),
        ("", None),
    ],
)
def test_a_drug_is_known_by_its_other_names_in_any_spelling(
    written: str, agent: str | None
) -> None:
    assert agent_named(written) == agent


@pytest.mark.parametrize(
    ("written", "analyte"),
    [
        ("crp", "crp"),
        ("C-reactive protein", "crp"),
        ("Bilirubin, total", "bilirubin_total"),
        ("HGB", "hemoglobin"),
        ("IL 6", "il6"),
        ("D-Dimer", "d_dimer"),
        ("bilirubin", None),
        ("", None),
    ],
)
def test_an_analyte_is_known_by_its_other_names_in_any_spelling(
    written: str, analyte: str | None
) -> None:
    assert analyte_named(written) == analyte


def test_no_name_belongs_to_two_drugs_or_to_two_analytes() -> None:
    of_agents = [
        {drug_key(each) for each in (agent.name, agent.label, *agent.other_names)}
        for agent in AGENT_TABLE
    ]
    assert len(AGENT_NAMES) == sum(map(len, of_agents))
    of_analytes = [
        {folded(each) for each in (name, analyte.label, *analyte.other_names)}
        for name, analyte in ANALYTES.items()
    ]
    assert len(ANALYTE_NAMES) == sum(map(len, of_analytes))


def test_words_are_written_as_a_ward_writes_them() -> None:
    expected = {
        "cpap": "CPAP", "bipap": "BiPAP", "high_flow_nasal_cannula": "high-flow nasal cannula",
        "norepinephrine": "norepinephrine", "angiotensin_ii": "angiotensin II", "nsaid": "NSAID",
        "g_csf": "G-CSF", "ivig": "IVIG", "anc": "ANC", "wbc": "WBC", "ast": "AST", "alt": "ALT",
        "ldh": "LDH", "inr": "INR", "pt": "PT", "aptt": "aPTT", "igg": "IgG", "iec_hs": "IEC-HS",
        "sil2r": "soluble CD25", "nk_activity_low": "NK-cell activity",
        "bilirubin_direct": "direct bilirubin", "bilirubin_total": "bilirubin",
        "aphasia": "global aphasia, awake", "language": "language barrier",
        "sensory": "sensory impairment", "off_ward": "off the ward", "other": "other, unnamed",
        "follow_up_end": "end of follow-up",
    }  # fmt: skip
    assert {code: ward_word(code) for code in expected} == expected


def test_each_grade_has_one_word_beside_its_number() -> None:
    words = ("none", "mild", "moderate", "severe", "life-threatening", "fatal")
    assert dict(enumerate(words)) == GRADE_WORDS


def test_a_drug_that_is_not_known_by_name_is_of_no_class_that_matters() -> None:
    assert Dose(timedelta(0), "something new").drug_class == DrugClass.OTHER
    assert Dose(timedelta(0), "norepinephrine").drug_class == DrugClass.VASOPRESSOR


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (date(2008, 1, 5), Decimal(18)),
        (date(2008, 1, 6), Decimal(17)),
        (date(2025, 1, 5), Decimal(1)),
        (date(2025, 12, 5), Decimal(31) / Decimal("365.25")),
    ],
)
def test_an_age_is_counted_in_completed_years_from_the_first_birthday_on(
    born: date, age: Decimal
) -> None:
    record = Record(birth_date=born, infused_at=datetime(2026, 1, 5, 12, tzinfo=UTC))
    assert record.age_at(timedelta(0)) == age


def test_without_a_birth_date_the_age_is_that_given_for_the_infusion() -> None:
    record = Record(age_years=Decimal(40), infused_at=datetime(2026, 1, 5, 12, tzinfo=UTC))
    assert record.age_at(timedelta(days=400)) == 40


def test_without_a_zone_a_day_is_that_of_the_clock_of_the_infusion() -> None:
    pacific = timezone(timedelta(hours=-8))
    record = Record(infused_at=datetime(2026, 1, 5, 22, tzinfo=pacific))
    assert [record.day(timedelta(hours=hours)) for hours in (1.9, 2, 25.9, 26)] == [0, 1, 1, 2]


def test_rows_of_one_moment_stay_in_the_order_in_which_they_were_entered() -> None:
    at = timedelta(hours=3)
    record = Record(
        doses=(Dose(at, "ivig", uid="2"), Dose(at, "nsaid", uid="1"), Dose(at, "g_csf"))
    )
    assert [dose.agent for dose in record.doses] == ["ivig", "nsaid", "g_csf"]
