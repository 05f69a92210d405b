"""Reads the cases of the older CRS scales: an assessment a row, a finding a column."""

from __future__ import annotations

import csv
from datetime import timedelta
from decimal import Decimal

from grading.record import Baseline, Findings, Record
from tests.grading.rules.case_files import CASES, AssessmentCase

FILES = (
    "crs_older_fever",
    "crs_older_oxygen",
    "crs_older_pressure",
    "crs_older_organs",
    "crs_ctcae_6",
)
SYSTEMS = {
    "Lee 2014": "crs_lee_2014",
    "Penn 2018": "crs_penn_2018",
    "MSKCC 2018": "crs_mskcc_2018",
    "CARTOX 2018": "crs_cartox_2018",
    "CTCAE 4.03": "crs_ctcae_4_03",
    "CTCAE 5.0": "crs_ctcae_5_0",
    "CTCAE 6.0": "crs_ctcae_6_0",
}
WITHOUT_A_COLUMN = {
    "hypotension": "no",
    "vasopressors": "none",
    "weight kg": "70",
    "oxygen device": "room_air",
    "age in years": "40",
    "transaminases toxicity grade": "0",
    "bilirubin toxicity grade": "0",
    "creatinine toxicity grade": "0",
    "coagulopathy treated": "no",
    "intravenous therapy": "no",
}
"""What holds in every case of a file that has no column for it."""
YES_NO = {"yes": True, "no": False, "": None}
ORGANS = ("transaminases", "bilirubin", "creatinine", "pulmonary", "cardiac")
RATES = {
    "norepinephrine": "µg/min",
    "epinephrine": "µg/min",
    "phenylephrine": "µg/min",
    "dopamine": "µg/kg/min",
    "vasopressin": "U/min",
}


def older_cases() -> list[AssessmentCase]:
    """The cases of every file, each with one expectation for each system that has a column."""
    return [case for name in FILES for case in _cases_of(name)]


def _cases_of(name: str) -> list[AssessmentCase]:
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = [WITHOUT_A_COLUMN | row for row in csv.DictReader(file)]
    return [
        AssessmentCase(
            row["case"],
            _record(row),
            {key: _expected(row, system) for system, key in SYSTEMS.items() if system in row},
        )
        for row in rows
    ]


def _expected(row: dict[str, str], system: str) -> str:
    """Grade and what is missing, as `grade_and_missing` gives them."""
    grade = row[system].replace("not gradable", "null")
    missing = row.get(f"{system} needs", "").replace("; ", ";")
    return f"{grade} [{missing}]" if missing else grade


def _record(row: dict[str, str]) -> Record:
    return Record(
        age_years=_number(row, "age in years"),
        weight_kg=_number(row, "weight kg"),
        baseline=Baseline(
            oxygen_device=row.get("usual oxygen device") or None,
            oxygen_flow_l_min=_number(row, "usual oxygen flow L/min"),
        ),
        findings=(_findings(row),),
    )


def _findings(row: dict[str, str]) -> Findings:
    """The assessment of a row; an empty cell is not recorded."""
    boluses, cause = row.get("fluid boluses"), row.get("due to another cause")
    return Findings(
        timedelta(hours=60),
        temperature_c=_number(row, "temperature °C"),
        constitutional_symptoms=_answer(row, "constitutional symptoms"),
        crs_response=row.get("response to treatment") or None,
        life_threatening=_answer(row, "life-threatening"),
        hypotension=_answer(row, "hypotension"),
        fluid_bolus=_answer(row, "fluid bolus"),
        fluid_boluses=int(boluses) if boluses else None,
        vasopressors=_vasopressors(row["vasopressors"]),
        vasopressor_rates=_rates(row) or None,
        vasopressor_hours=_number(row, "vasopressor hours"),
        refractory_hypotension=_answer(row, "refractory hypotension"),
        oxygen_device=row["oxygen device"] or None,
        oxygen_flow_l_min=_number(row, "oxygen flow L/min"),
        fio2_percent=_number(row, "FiO2 %"),
        spo2_percent=_number(row, "SpO2 %"),
        positive_pressure_for=row.get("positive pressure for") or None,
        organ_toxicity=_organs(row) or None,
        coagulopathy_treated=_answer(row, "coagulopathy treated"),
        iv_therapy=_answer(row, "intravenous therapy"),
        attribution={cause: "other"} if cause else {},
    )


def _vasopressors(cell: str) -> tuple[str, ...] | None:
    if cell == "none":
        return ()
    return tuple(cell.split(", ")) if cell else None


def _rates(row: dict[str, str]) -> dict[str, Decimal]:
    rates = {agent: _number(row, f"{agent} {unit}") for agent, unit in RATES.items()}
    return {agent: rate for agent, rate in rates.items() if rate is not None}


def _organs(row: dict[str, str]) -> dict[str, int]:
    grades = {organ: row.get(f"{organ} toxicity grade") for organ in ORGANS}
    return {organ: int(grade) for organ, grade in grades.items() if grade}


def _number(row: dict[str, str], column: str) -> Decimal | None:
    cell = row.get(column)
    return Decimal(cell) if cell else None


def _answer(row: dict[str, str], column: str) -> bool | None:
    return YES_NO[row.get(column, "")]
