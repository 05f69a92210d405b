"""Results that are possible and worth a question, both sides of each limit."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from grading.laboratory.doubts import MOST_REMARKS, Earlier, doubt_about, few_of, ordinary
from grading.vocabulary import ANALYTES


def doubt(
    analyte: str,
    written: str,
    unit: str,
    *,
    last: str = "",
    hours: float = 24,
    white_cells: str = "",
) -> str:
    """The doubt about a result as written; `last` and `white_cells` are in canonical units."""
    value = ANALYTES[analyte].canonical(Decimal(written), unit)
    assert value is not None
    earlier = Earlier(Decimal(last), timedelta(hours=hours)) if last else None
    return doubt_about(analyte, value, unit, earlier, Decimal(white_cells) if white_cells else None)


@pytest.mark.parametrize(
    ("analyte", "written", "unit", "expected"),
    [
        ("anc", "40", "10*9/L", "is unusual"),
        ("anc", "20", "10*9/L", ""),
        ("anc", "0.3", "/uL", "is very low"),
        ("anc", "10", "/uL", ""),
        ("anc", "0", "/uL", ""),
        ("wbc", "3.1", "/uL", "is very low"),
        ("wbc", "3100", "/uL", ""),
        ("wbc", "0.01", "K/uL", ""),
        ("lymphocytes", "0.8", "/mm3", "is very low"),
        ("lymphocytes", "80", "/mm3", ""),
        ("platelets", "0.9", "G/L", "is very low"),
        ("platelets", "9.9", "G/L", "is unusual"),
        ("platelets", "10", "G/L", ""),
        ("bilirubin_total", "0.8", "umol/L", "is very low"),
        ("bilirubin_total", "3", "umol/L", ""),
        ("hemoglobin", "9.1", "mmol/L", "is high for this unit"),
        ("hemoglobin", "8.6", "mmol/l", ""),
        ("hemoglobin", "14.7", "g/dL", ""),
        ("ferritin", "10001", "ng/mL", "is unusual"),
        ("ferritin", "10000", "µg/L", ""),
    ],
)
def test_a_value_alone_is_asked_about(analyte: str, written: str, unit: str, expected: str) -> None:
    assert doubt(analyte, written, unit) == expected


@pytest.mark.parametrize(
    ("analyte", "written", "unit", "last", "hours", "expected"),
    [
        # CRP in mg/dL typed as mg/L
        ("crp", "9.5", "mg/L", "95", 12, "fell faster than a half-life of 19 h allows"),
        ("crp", "30", "mg/L", "95", 24, "fell faster than a half-life of 19 h allows"),
        ("crp", "33", "mg/L", "95", 24, ""),
        ("crp", "9.5", "mg/L", "95", 96, ""),
        ("crp", "1", "mg/L", "9", 12, ""),  # too little to tell
        ("crp", "95", "mg/L", "9.5", 24, "is far from the one before"),
        ("crp", "76", "mg/L", "9.5", 24, ""),
        ("crp", "95", "mg/L", "9.5", 25, ""),
        ("creatinine", "8.1", "mg/dL", "1", -3, "is unusual"),
        ("creatinine", "0.9", "mg/dL", "0.1", 12, "is far from the one before"),
        ("platelets", "25", "K/uL", "250", 24, "is far from the one before"),
        ("platelets", "32", "K/uL", "250", 24, ""),
        ("anc", "0.5", "10*9/L", "0.05", 24, ""),  # a recovery
        ("hemoglobin", "14", "g/dL", "9", 24, "is far from the one before"),
        ("hemoglobin", "9", "g/dL", "13.5", 24, ""),
        ("il6", "5000", "pg/mL", "5", 24, "is far from the one before"),
        ("il6", "2400", "pg/mL", "5", 24, ""),
        ("ferritin", "5", "ng/mL", "5000", 20, "is far from the one before"),
        ("ferritin", "5000", "ng/mL", "500", 20, ""),
        ("crp", "0", "mg/L", "5", 20, ""),
        # the number would be near the last in another unit of the analyte
        ("crp", "12.4", "mg/L", "78", 6, "fell faster than a half-life of 19 h allows"),
        ("crp", "12.4", "mg/L", "78", -6, "is far from the one before"),
        ("bilirubin_direct", "3.4", "mg/dL", "0.4", 12, "is far from the one before"),
        ("bilirubin_direct", "1.1", "mg/dL", "0.4", 12, ""),
        ("uric_acid", "0.3", "mg/dL", "5", 12, "is far from the one before"),
        ("phosphate", "1.0", "mg/dL", "3.1", 24, "is far from the one before"),
        ("phosphate", "1.0", "mg/dL", "3.1", 25, ""),
        ("phosphate", "1.1", "mg/dL", "3.1", 24, ""),
        ("nt_probnp", "118", "pg/mL", "1000", 20, "is far from the one before"),
        ("nt_probnp", "118", "pmol/L", "1000", 20, ""),
        ("ast", "0.8", "U/L", "48", 20, "is far from the one before"),
        ("creatinine", "3.9", "mg/dL", "0.5", 20, "is far from the one before"),  # mg/L
        ("ferritin", "8000", "ng/mL", "900", 20, ""),
        ("lymphocytes", "0.3", "10*9/L", "2.0", 20, ""),
    ],
)  # fmt: skip
def test_a_value_is_asked_about_beside_the_last(
    analyte: str, written: str, unit: str, last: str, hours: float, expected: str
) -> None:
    assert doubt(analyte, written, unit, last=last, hours=hours) == expected


@pytest.mark.parametrize(
    ("anc", "white_cells", "expected"),
    [("1.2", "1.0", "is more than the white cells of the same sample"), ("1.1", "1.0", "")],
)
def test_neutrophils_do_not_exceed_the_white_cells(
    anc: str, white_cells: str, expected: str
) -> None:
    assert doubt("anc", anc, "10*9/L", white_cells=white_cells) == expected


@pytest.mark.parametrize("analyte", sorted(ANALYTES))
def test_what_is_ordinary_has_no_doubt(analyte: str) -> None:
    dice, limits = random.Random(analyte), ANALYTES[analyte].limits
    low, high = float(limits.hard_low) or 1e-4, float(limits.soft_high or limits.hard_high) * 2
    ordinary_ones = 0
    for _ in range(400):
        value, before = (Decimal(f"{low * (high / low) ** dice.random():.4g}") for _ in range(2))
        if ordinary(analyte).holds(value, before):
            ordinary_ones += 1
            for hours in (-2, 1, 20, 30):
                earlier = Earlier(before, timedelta(hours=hours))
                for unit in ANALYTES[analyte].factors:
                    assert doubt_about(analyte, value, unit, earlier) == "", (value, before)
    assert ordinary_ones > 10


@pytest.mark.parametrize("count", [MOST_REMARKS, MOST_REMARKS + 1, 31])
def test_of_many_doubts_a_few_are_named_and_the_others_counted(count: int) -> None:
    remarks = [f"platelets of Day {day}" for day in range(count)]
    more = [f"{count - MOST_REMARKS} more results with a doubt"] if count > MOST_REMARKS else []
    assert list(few_of(remarks)) == [*remarks[:MOST_REMARKS], *more]
