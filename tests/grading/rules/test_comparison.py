"""The same patient by every system: the comparison table of the clinical specification, 3.4.

Every cell is one case. Where the literal text of a system is ambiguous, the cell is a range: no
grade, with the lowest and the highest that the text allows.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.local_rules import DEFAULT
from grading.record import Dose, Findings, Lab, Record
from grading.rules.systems import grade_record
from grading.vocabulary import ICE_ITEMS
from tests.grading.rules.case_files import stands_for

AT = timedelta(hours=60)
BEDSIDE: dict[str, Any] = {
    "temperature_c": Decimal("38.5"),
    "hypotension": False,
    "vasopressors": (),
    "oxygen_device": "room_air",
    "consciousness": "spontaneous",
    "motor": "none",
    "seizure": "none",
    "icp": (),
}
KEYS = (
    "crs_astct_2019",
    "crs_lee_2014",
    "crs_cartox_2018",
    "crs_penn_2018",
    "crs_mskcc_2018",
    "crs_ctcae_4_03",
    "crs_ctcae_5_0",
)


def pressors(hours: int, **rates: str) -> dict[str, Any]:
    return {
        "hypotension": True,
        "vasopressors": tuple(sorted(rates)),
        "vasopressor_rates": {agent: Decimal(rate) for agent, rate in rates.items()},
        "vasopressor_hours": Decimal(hours),
    }


def cannula(flow: int) -> dict[str, Any]:
    return {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": Decimal(flow)}


ONE = pressors(6, norepinephrine="5")
LONGER = pressors(30, norepinephrine="5")
WITH_VASOPRESSIN = pressors(6, norepinephrine="5", vasopressin="0.03")
TWO = pressors(6, norepinephrine="5", phenylephrine="40")
FLUIDS = {"hypotension": True, "systolic_mmhg": Decimal(84), "fluid_bolus": True}
TWO_BOLUSES = {**FLUIDS, "fluid_boluses": 2}
ONE_BOLUS = {**FLUIDS, "fluid_boluses": 1}
MASK = {"oxygen_device": "facemask", "fio2_percent": Decimal(35)}
BIPAP = {"oxygen_device": "bipap", "positive_pressure_for": "hypoxia"}
AFTER_TOCILIZUMAB = {"temperature_c": Decimal("37.2")}

ROWS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "norepinephrine 5, 6 h": (ONE, ("3", "2", "2", "3", "2", "4", "3")),
    "norepinephrine 5, 30 h": (LONGER, ("3", "2", "2", "3", "3", "4", "3")),
    "norepinephrine and vasopressin": (
        WITH_VASOPRESSIN, ("3", "3", "3", "3", "2", "4", "3-4"),
    ),
    "norepinephrine and phenylephrine": (TWO, ("4", "3", "3", "3", "2", "4", "3-4")),
    "fluids, two boluses": (TWO_BOLUSES, ("2", "2", "2", "3", "1-2", "2", "2")),
    "cannula 3 L/min": (cannula(3), ("2", "2", "2", "3", "2", "2-3", "2")),
    "cannula 5 L/min": (cannula(5), ("2", "3", "3", "3", "3", "2-3", "3")),
    "simple mask 35 %": (MASK, ("3", "2", "2", "3", "2", "2-3", "2")),
    "BiPAP": (BIPAP, ("4", "3-4", "3-4", "3", "3-4", "4", "3-4")),
    "AST 6 times the limit": ({}, ("1", "2-3", "2-3", "2", "1", "1", "1")),
    "AST 25 times the limit": ({}, ("1", "3", "3", "3", "1", "1-3", "1")),
    "after tocilizumab, two boluses": (
        {**TWO_BOLUSES, **AFTER_TOCILIZUMAB}, ("2", "2", "2", "3", "1-2", "2", "2"),
    ),
    "after tocilizumab, one bolus": (
        {**ONE_BOLUS, **AFTER_TOCILIZUMAB}, ("2", "2", "2", "2", "1-2", "2", "2"),
    ),
}  # fmt: skip
AST = {"AST 6 times the limit": 6, "AST 25 times the limit": 25}


def record_of(name: str, **more: Any) -> Record:
    signs, _ = ROWS[name]
    first = Findings(timedelta(hours=24), "0", **BEDSIDE)
    organs = {"bilirubin_total": "0.6", "creatinine": "0.8", "alt": "30"}
    labs = [Lab(AT, analyte, Decimal(value), unit="mg/dL") for analyte, value in organs.items()]
    labs[-1].unit = "U/L"
    value = Decimal(40 * AST.get(name, 1))
    labs.append(Lab(AT, "ast", value, unit="U/L", upper_limit=Decimal(40)))
    return Record(
        **{"age_years": Decimal(50), "weight_kg": Decimal(70), **more},
        findings=(first, Findings(AT, "1", **{**BEDSIDE, **signs})),
        labs=tuple(labs),
        doses=(Dose(timedelta(hours=30), "tocilizumab"),),
    )


CELLS = [
    pytest.param(name, key, cell, id=f"{name}: {key}")
    for name, (_, cells) in ROWS.items()
    for key, cell in zip(KEYS, cells, strict=True)
]


@pytest.mark.parametrize(("name", "key", "cell"), CELLS)
def test_one_patient_is_graded_by_each_system_as_its_text_says(
    name: str, key: str, cell: str
) -> None:
    result = grade_record(record_of(name), DEFAULT)[key].results[1]
    assert stands_for(result) == cell
    assert any("printed text allows" in item for item in result.cautions) == ("-" in cell)


NEURO_KEYS = ("icans_astct_2019", "cres_cartox_2018", "seizure_ctcae_4_03")
NEURO_ROWS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "one generalized seizure of 2 min, ICE 10 after": (
        {"seizure": "resolved", "seizure_kind": "generalized", "seizure_multiple": False},
        ("3", "4", "2"),
    ),
    "new hemiparesis, ICE 10": ({"motor": "deep_focal_weakness"}, ("4", "4", "0")),
    "isolated papilledema stage 2, 15 mmHg": (
        {"icp": ("papilledema",), "papilledema_stage": 2, "csf_opening_mmhg": Decimal(15)},
        ("4", "3", "0"),
    ),
}
"""The table leaves the seizure grade open where there was none: then it is 0."""


@pytest.mark.parametrize("name", NEURO_ROWS)
def test_one_patient_is_graded_by_each_neurotoxicity_scale_as_its_text_says(name: str) -> None:
    signs, cells = NEURO_ROWS[name]
    findings = Findings(AT, **{**BEDSIDE, "ice": dict(ICE_ITEMS), "head_of_government": 1, **signs})
    graded = grade_record(Record(age_years=Decimal(50), findings=(findings,)), DEFAULT)
    results = [graded[key].results[0] for key in NEURO_KEYS]
    assert tuple(stands_for(result) for result in results) == cells
    assert not any(result.at_least or result.missing for result in results)


def test_bipap_of_a_child_is_grade_3_by_the_pediatric_cartox() -> None:
    for age, cell in (("17", "3"), ("18", "3-4")):
        results = grade_record(record_of("BiPAP", age_years=Decimal(age)), DEFAULT)[
            "crs_cartox_2018"
        ]
        assert stands_for(results.results[1]) == cell
