"""Units in every spelling: one that is read has one reading, and UCUM agrees where it knows it."""

from __future__ import annotations

import random
import re
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any

import pytest
from ucumvert import PintUcumRegistry

from grading.laboratory import units
from grading.vocabulary import ANALYTES

COUNTS = ("platelets", "anc", "wbc", "lymphocytes")


def factor(analyte: str, unit: str | None) -> Decimal | None:
    return ANALYTES[analyte].canonical(Decimal(1), unit)


@pytest.mark.parametrize("analyte", COUNTS)
@pytest.mark.parametrize(
    ("spellings", "expected"),
    [
        (("10*9/L", "10*9/l", "10^9/L", "10^9/l", "10**9/L", "10⁹/L", "10 ^ 9 / L"), "1"),
        (("x10^9/L", "X10*9/L", "×10⁹/l", "x 10^9/L", "x10E9/L", "10e9/L", "10E9/l", "1e9/L"), "1"),
        (("G/L", "G/l", "g/l", "Gpt/L", "GPt/l", "10x9/L", "10(9)/L", "x109/L"), "1"),
        (("10*3/uL", "10^3/µL", "10^3/μl", "10³/mm³", "10e3/uL", "10x3/UL", "x10(3)/mcL"), "1"),
        (("K/uL", "K/µL", "k/uL", "K/μL", "K/mcL", "k/mm3", "K cells/uL", "1000/µl"), "1"),
        (("thou/uL", "Thou/mm3", "THOU/UL", "Tsd./µl", "thousand per uL", "/nL", "/nl"), "1"),
        (("Thous/mcL", "THOUS/UL", "Thousands/uL", "10^9/litre", "K/microliter"), "1"),
        (("per mm3", "cells per microliter", "per µL"), "0.001"),
        (("10^4/µL", "10*4/uL", "×10⁴/μL", "10E4/uL"), "10"),
        (("10*5/uL", "lakhs/cumm", "Lakh/cu.mm"), "100"),
        (("/uL", "/µl", "/mm3", "/mm³", "/cu mm", "/cmm", "cells/µL", "Cells/mm3"), "0.001"),
        (("{cells}/uL", "{#}/uL", "#/µL", "10*6/L", "10^6/l", "M/L", "Mio/l"), "0.001"),
        (("10*3/mL", "K/mL"), "0.001"),
        (("cells/mL", "/ml"), "0.000001"),
    ],
)
def test_a_count_is_read_as_laboratories_write_it(
    analyte: str, spellings: tuple[str, ...], expected: str
) -> None:
    assert {unit: factor(analyte, unit) for unit in spellings} == dict.fromkeys(
        spellings, Decimal(expected)
    )


@pytest.mark.parametrize(
    ("analyte", "spellings", "expected"),
    [
        ("crp", ("mg/l", "MG/L", "µg/mL", "mcg/ml", "mg.L-1", "mg·l⁻¹"), "1"),
        ("crp", ("mg/dl", "MG/DL", "mg / dL", "mg/100 mL", "mg%"), "10"),
        ("ferritin", ("ng/ml", "NG/ML", "ng/mL", "µg/l", "μg/L", "mcg/L", "UG/L", "ug/l"), "1"),
        ("ferritin", ("pmol/l", "PMOL/L"), "0.445"),
        ("ast", ("U/l", "u/L", "IU/l", "[iU]/L", "UI/L", "Units/L", "mU/mL", "mIU/ml"), "1"),
        ("ldh", ("µkat/l", "μkat/L", "ukat/l"), "60"),
        ("ck", ("nkat/L", "nkat/l"), "0.06"),
        ("albumin", ("g/l", "G/L", "gm/L"), "0.1"),
        ("hemoglobin", ("G/DL", "gm/dl", "gms/dL", "Gm/dL", "g%", "g/100ml", "g.dL-1"), "1"),
        ("hemoglobin", ("mmol/l", "MMOL/L"), "1.6114"),
        ("d_dimer", ("ng/mL FEU", "ng/ml feu", "µg/L FEU", "mcg/L FEU", "ng{FEU}/mL"), "1"),
        ("d_dimer", ("µg/mL FEU", "mg/L{FEU}", "mg/L (FEU)", "ug FEU/mL", "ugFEU/mL"), "1000"),
        ("il6", ("pg/ml", "PG/ML", "ng/l"), "1"),
        ("sodium", ("mmol/l", "mEq/L", "MEQ/L", "mval/l"), "1"),
        ("urea_nitrogen", ("mmol/L urea", "mmol/l{urea}", "mmol/L (Urea)"), "2.80"),
        ("sil2r", ("U/ml", "IU/mL", "kU/L"), "1"),
        ("cd4", ("/mm3", "cells/µL", "10*6/L", "{cells}/uL"), "1"),
        ("cd19", ("10^9/l", "K/µL"), "1000"),
        ("pt", ("s", "sec", "Sec.", "seconds", "S"), "1"),
        ("inr", ("INR", "{INR}", "ratio", "1", "", None), "1"),
    ],
)
def test_a_unit_is_read_as_laboratories_write_it(
    analyte: str, spellings: tuple[str | None, ...], expected: str
) -> None:
    assert {unit: factor(analyte, unit) for unit in spellings} == dict.fromkeys(
        spellings, Decimal(expected)
    )


@pytest.mark.parametrize(
    ("analyte", "unit"),
    [
        ("platelets", "m/L"),  # milli is no million
        ("platelets", "10*6/uL"),  # red cells
        ("platelets", "T/L"),
        ("platelets", "mg/dL"),
        ("platelets", "109/L"),  # a raised digit that was lost, or not
        ("platelets", ""),
        ("anc", "%"),
        ("anc", "mL"),  # a volume, not a count per volume
        ("anc", "mm3"),
        ("wbc", "uL"),
        ("anc", None),
        ("ast", "MU/mL"),  # mega or milli
        ("ast", "MU/L"),
        ("crp", "Mg/L"),  # megagram
        ("il6", "Pg/mL"),
        ("creatinine", "Mmol/L"),
        ("ferritin", "mg/L"),
        ("ferritin", "U/L"),
        ("crp", "nmol/L"),  # its molar mass is given as 105 and as 115 kDa
        ("lactate", "meq/L"),
        ("urea_nitrogen", "mmol/L"),  # of urea or of nitrogen
        ("d_dimer", "ng/mL"),  # FEU or DDU
        ("d_dimer", "ng/mL DDU"),
        ("d_dimer", "ng FEU/mL FEU"),
        ("sil2r", "pg/mL"),  # depends on the assay
        ("sil2r", "ng/mL"),
        ("pt", "%"),
        ("pt", ""),
        ("hemoglobin", "g"),
    ],
)
def test_what_has_no_reading_of_its_own_is_not_read(analyte: str, unit: str | None) -> None:
    assert factor(analyte, unit) is None


def test_giga_and_gram_are_told_apart_by_the_analyte_never_by_the_size() -> None:
    for value in (Decimal("0.2"), Decimal(40), Decimal(3000)):
        assert ANALYTES["wbc"].canonical(value, "G/L") == value
        assert ANALYTES["albumin"].canonical(value, "G/L") == value / 10


@pytest.mark.parametrize("name", sorted(ANALYTES))
def test_every_listed_unit_is_read_in_small_and_in_capital_letters(name: str) -> None:
    analyte = ANALYTES[name]
    for unit, own in analyte.factors.items():
        cased = {unit} if unit in ("mU/mL", "{INR}") else {unit, unit.lower(), unit.upper()}
        assert {text: analyte.factor(text) for text in cased} == dict.fromkeys(cased, own)


def test_a_spelling_leads_to_the_unit_that_the_form_offers() -> None:
    assert ANALYTES["ferritin"].listed("NG/ML") == "ng/mL"
    assert ANALYTES["platelets"].listed("10^9/l") == "10*9/L"
    assert ANALYTES["platelets"].listed("/mm3") == "/uL"
    assert ANALYTES["crp"].listed("furlongs") is None


# UCUM as the oracle: every spelling that is UCUM too has the same factor

COMPARED = ("crp", "ferritin", "hemoglobin", "creatinine", "ast", "troponin_t",
            "sil2r", "wbc", "cd4")  # fmt: skip
FOR_EACH = 40
OF_LABORATORIES = re.compile(r"[KkMG](\{?cells?\}?)?|g|[A-Z]+|[mk]?\[?[iI]?[uU]\]?|.*%")
"""What UCUM knows otherwise: kelvin, gauss, gram, capital letters, international units, percent."""


@cache
def ucum() -> Any:
    return PintUcumRegistry()


@cache
def quantity(unit: str) -> Any:
    """The unit as UCUM reads it, in base units; None where it is no UCUM."""
    try:
        return ucum().from_ucum(unit).to_base_units()
    except Exception:  # noqa: BLE001 - the parser has no common error
        return None


def spellings_of(name: str) -> list[str]:
    """A sample of what the analyte reads, and its listed units."""
    analyte = ANALYTES[name]
    over, under = (units.COUNTED, units.VOLUMES) if analyte.is_count else (units.OVER, units.UNDER)
    read = [text for pair in product(over, under) if analyte.factor(text := "/".join(pair))]
    return [*analyte.factors, *random.Random(name).sample(sorted(read), min(FOR_EACH, len(read)))]


@pytest.mark.parametrize("name", COMPARED)
def test_every_spelling_that_is_ucum_has_the_factor_of_ucum(name: str) -> None:
    analyte, agree, differ = ANALYTES[name], 0, []
    for text in spellings_of(name):
        listed = analyte.listed(text)
        read, reference = quantity(text), quantity((listed or analyte.unit).split()[0])
        if read is None or reference is None:
            continue
        ratio = 1.0 if listed else float(analyte.factor(text) or 0)
        if read.dimensionality == reference.dimensionality and float(
            read.magnitude / reference.magnitude
        ) == pytest.approx(ratio):
            agree += 1
        else:
            differ.append(text)
    assert agree >= 3
    parts = {text: re.split(r"[/.]", text, maxsplit=1) for text in differ}
    assert [
        text for text, each in parts.items() if not any(map(OF_LABORATORIES.fullmatch, each))
    ] == []


@pytest.mark.parametrize("name", COMPARED)
def test_listed_units_of_one_dimension_differ_by_the_factor_of_ucum(name: str) -> None:
    analyte = ANALYTES[name]
    own = quantity(analyte.unit)
    for unit, factor_here in analyte.factors.items():
        read = quantity(unit)
        if read is not None and read.dimensionality == own.dimensionality:
            ratio = float(read.magnitude / own.magnitude)
            assert ratio == pytest.approx(float(factor_here)), unit
