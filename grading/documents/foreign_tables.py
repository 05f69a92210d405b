"""Tables that other programs export: what their columns are called here, said in the refusal.

Nothing is renamed in silence: whether `temp` is in °C, and what a record number stands for, only
those who export know. The names are those of REDCap projects, flowsheets of hospital systems,
CDISC and MIMIC.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from grading.documents.reading.mistakes import nearest_word

WITH_OFFSET = "with its offset, 2026-01-05T14:30+01:00; or hours since the infusion as hour"
IN_CELSIUS = "in °C"

ELSEWHERE: dict[str, str] = {
    "id": "record_id subject_id subjid usubjid patient_id pat_id patient case_id mrn pat_mrn_id",
    "at": "datetime date_time timestamp recorded_time recorded_at charttime chart_time vsdtc lbdtc"
    " vs_datetime observation_time observed_at collected_at collection_time taken_time date time",
    "hour": "hours hours_since_infusion hour_since_infusion time_h elapsed_hours",
    "infused_at": "infusion_date infusion_datetime infusion_time day0 day_0 cart_date car_t_date",
    "age_years": "age age_at_infusion",
    "sex": "gender",
    "weight_kg": "weight wt body_weight",
    "temperature_c": "temp temperature temp_c body_temp body_temperature tmp temp_f temperature_f"
    " temp_fahrenheit",
    "systolic_mmhg": "sbp systolic sys_bp bp_sys sysbp systolic_bp nibp_systolic bp_systolic",
    "diastolic_mmhg": "dbp diastolic dia_bp bp_dia diabp diastolic_bp nibp_diastolic bp_diastolic",
    "heart_rate": "hr pulse heartrate pulse_rate",
    "respiratory_rate": "rr resp resp_rate respiration respirations",
    "spo2_percent": "spo2 o2sat o2_sat sao2 oxygen_saturation saturation pulse_ox",
    "oxygen_device": "o2_device o2device oxygen_support o2_delivery o2_delivery_device oxygen",
    "oxygen_flow_l_min": "o2_flow o2flow flow flow_rate o2_flow_rate oxygen_flow",
    "fio2_percent": "fio2",
    "vasopressors": "vasopressor pressor pressors",
    "ice_total": "ice_score icescore",
    "capd_total": "capd capd_score",
    "consciousness": "loc avpu level_of_consciousness",
    "analyte": "test test_name lab lab_name lab_test component component_name lbtest lbtestcd",
    "value": "result result_value lab_value ord_value lborres lbstresn",
    "unit": "units lab_unit result_unit reference_unit lborresu lbstresu",
    "lower_limit": "lln ref_low reference_low lbornrlo",
    "upper_limit": "uln ref_high reference_high lbornrhi",
    "agent": "drug drug_name medication medication_name cmtrt",
    "amount": "dose dosage dose_amount cmdose",
}
"""What each of our columns is called in the tables of others."""

HERE = {name: column for column, names in ELSEWHERE.items() for name in names.split()}
MEASURES = frozenset(
    [
        "flo_meas_name",
        "measure",
        "measurement",
        "measure_name",
        "parameter",
        "param",
        "variable",
        "vstest",
        "vstestcd",
        "observation",
        "concept",
        "item",
        "item_name",
        "label",
    ]
)
VALUES = frozenset(
    [
        "meas_value",
        "measure_value",
        "measurement_value",
        "value",
        "result",
        "vsorres",
        "valuenum",
        "reading",
    ]
)
"""A column of each marks a table with one measurement in each row."""


def _plain(name: str) -> str:
    """`O2 Device`, `o2-device` and `o2_device` are one name; `Temp (F)` is temp_f."""
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def is_one_measurement_a_row(names: Iterable[str]) -> bool:
    """Whether one column names what was measured, and another holds all values."""
    plain = {_plain(name) for name in names}
    return "analyte" not in plain and bool(plain & MEASURES and plain & VALUES)


def column_meant(name: str, columns: Iterable[str]) -> str | None:
    """The column of ours that a column of another table probably is; None where none is near."""
    plain, ours = _plain(name), list(columns)
    if plain in ours:
        return plain
    return HERE.get(plain) or nearest_word(plain, ours)


def not_a_column(name: str, columns: Iterable[str]) -> str:
    """The reason why a column is refused, with the one that was probably meant."""
    meant = column_meant(name, columns)
    if meant is None:
        return f'"{name}" is not a known column'
    remark = {"at": WITH_OFFSET, "temperature_c": IN_CELSIUS}.get(meant)
    return f'"{name}" is not a known column; did you mean {meant}?' + (
        f" ({remark})" if remark and HERE.get(_plain(name)) == meant else ""
    )


def what_to_do(names: Sequence[str], columns: Iterable[str]) -> str:
    """What this table is, which of its columns are known, and how to map the others."""
    shared = [name for name in names if name in set(columns)]
    if is_one_measurement_a_row(names):
        shape = (
            "with one measurement in each row: put what was seen at one time into one row, each "
            "measurement in a column of its own"
        )
    else:
        shape = "from elsewhere: rename its columns as said below"
    listed = f"known: {', '.join(shared)}" if shared else "none of its columns is known"
    return (
        f"this is a table {shape}, and leave out what has no column here ({listed}; "
        "`manage.py grade --template` prints every column)"
    )


def looks_like_a_table(
    cells: Sequence[str], next_cells: Sequence[str], columns: Collection[str]
) -> bool:
    """Whether a line is the header of some table: names, two of which mean a column here.

    Without such names, as many cells in the next line are a table as well.
    """
    plain = [_plain(cell) for cell in cells]
    if len(cells) < 2 or cells[0].lstrip()[:1] in {"{", "["}:
        return False
    if sum(name in columns or name in HERE for name in plain) > 1:
        return True
    return len(cells) > 2 and len(cells) == len(next_cells) and all(plain)
