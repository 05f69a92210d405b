"""Reads `neuro_older.csv` and `icans_ctcae_6.csv`: assessments with what each system says."""

from __future__ import annotations

import csv
from datetime import timedelta
from decimal import Decimal

from grading.record import Findings, Record
from tests.grading.rules.case_files import (
    CASES,
    NORMAL_ICANS,
    AssessmentCase,
    about_patient,
    pairs_in,
    value_in,
    words_in,
)

NEURO = {
    "cres": "cres_cartox_2018",
    "ctcae403": "seizure_ctcae_4_03",
    "icans_ctcae6": "icans_ctcae_6_0",
}
FILES = ("neuro_older", "icans_ctcae_6")


def neuro_cases() -> list[AssessmentCase]:
    """The cases of both files, each with one expectation for each system that has a column."""
    return [case for name in FILES for case in _cases_of(name)]


def _cases_of(name: str) -> list[AssessmentCase]:
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        AssessmentCase(
            row["case"],
            _neuro(row),
            {key: row[column] for column, key in NEURO.items() if column in row},
        )
        for row in rows
    ]


def _neuro(row: dict[str, str]) -> Record:
    items = _cartox_items(row["cartox"] or "10") if "cartox" in row else _ice_items(row["items"])
    head = items.pop("head", None)
    not_done = row["not_done"] or None
    capd = (not_done or "").startswith("capd ")
    answer = {"yes": True, "no": False, "?": None}
    findings = Findings(
        timedelta(hours=float(row["hour"] or 60)),
        ice=dict(items) if items else None,
        head_of_government=head,
        ice_total=int(row["ice_total"]) if row["ice_total"] else None,
        ice_not_done=None if capd else not_done,
        capd_not_done=not_done.removeprefix("capd ") if not_done and capd else None,
        capd_total=int(row["capd"]) if row["capd"] else None,
        consciousness=value_in(row, "consciousness", NORMAL_ICANS),
        seizure=value_in(row, "seizure", NORMAL_ICANS),
        seizure_kind=row.get("kind") or None,
        seizure_multiple=answer[row.get("several") or "?"],
        motor=value_in(row, "motor", NORMAL_ICANS),
        icp=words_in(value_in(row, "icp", NORMAL_ICANS)),
        papilledema_stage=int(row["stage"]) if row.get("stage") else None,
        csf_opening_mmhg=Decimal(row["csf"]) if row.get("csf") else None,
        daily_living=row.get("daily living") or None,
        life_threatening=answer[row.get("life") or "?"],
        other_neuro=words_in(row["other_neuro"] or None),
        attribution=pairs_in(row["attribution"]),
    )
    return Record(**about_patient(row["patient"]), findings=(findings,))


def _ice_items(text: str) -> dict[str, int]:
    """Items by name with their points; those that are not named were not asked."""
    return {item: int(points) for item, points in pairs_in(text).items()}


def _cartox_items(text: str) -> dict[str, int]:
    """Items by name, or as many points as the number says; the command is always obeyed."""
    if text == "?":
        return {}
    if "=" in text:
        return {item: int(points) for item, points in pairs_in(text).items()}
    left, items = int(text), {"command": 1}
    for item in ("head", "year", "month", "city", "hospital", "naming", "writing", "attention"):
        items[item] = min(left, 3 if item == "naming" else 1)
        left -= items[item]
    return items
