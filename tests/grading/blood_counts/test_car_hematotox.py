"""CAR-HEMATOTOX: every point on both sides, what is missing, and what counts as before."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grading.documents.grades_writer import grades_document
from grading.documents.reading.course_reader import CourseDocument
from grading.local_rules import DEFAULT, LocalRules
from grading.record import DAY, HOUR, Dose, Lab, Record
from grading.rules.blood_counts.car_hematotox import ITEMS, compute
from tests.grading.rules.case_files import CASES

UNITS = {"platelets": "10*9/L", "anc": "/uL", "hemoglobin": "g/dL", "ferritin": "ng/mL"}
FLUDARABINE = Dose(-5 * DAY, "fludarabine")


def rows() -> list[dict[str, str]]:
    with (CASES / "car_hematotox.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lab(analyte: str, text: str, *, day: float = -6) -> Lab:
    number, _, unit = text.lstrip("<>").partition(" ")
    comparator = text[0] if text[0] in "<>" else "="
    return Lab(day * DAY, analyte, Decimal(number), comparator, unit or UNITS[analyte])


def of_row(row: dict[str, str]) -> Record:
    labs = [lab(item.analyte, row[item.analyte]) for item in ITEMS if row[item.analyte] != "?"]
    return Record(labs=tuple(labs), doses=(FLUDARABINE,))


def scored(record: Record, local: LocalRules = DEFAULT) -> dict[str, Any]:
    result = compute(record, {}, local)
    assert result is not None
    assert result.grade is None
    return result.values


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['trap']} {row['case']}".strip())
def test_case_gives_the_expected_score_range_and_risk(row: dict[str, str]) -> None:
    assert scored(of_row(row)) == {
        "score": int(row["score"]) if row["score"] else None,
        "low": int(row["low"]),
        "high": int(row["high"]),
        "risk": row["risk"] or None,
    }


def test_every_case_has_a_name_of_its_own() -> None:
    names = [row["case"] for row in rows()]
    assert len(names) == len(set(names))


TIES = {"T98": 2, "ANC 1200": 0, "Hemoglobin 9.0": 0, "CRP 30 mg/L": 0, "Platelets 75": 1}


@pytest.mark.parametrize("name", TIES)
def test_a_ward_may_give_no_point_at_equality(name: str) -> None:
    row = next(row for row in rows() if name in (row["case"], row["trap"]))
    without = replace(DEFAULT, hematotox_ties="none")
    assert scored(of_row(row), without)["score"] == TIES[name]


def clear(day: float = -6) -> list[Lab]:
    values = {"platelets": "200", "anc": "2000", "hemoglobin": "10", "ferritin": "100"}
    return [lab(analyte, text, day=day) for analyte, text in values.items()] + [
        lab("crp", "1 mg/dL", day=day)
    ]


def course(*labs: Lab, doses: tuple[Dose, ...] = (FLUDARABINE,)) -> Record:
    return Record(labs=(*clear(), *labs), doses=doses)


def test_the_latest_value_before_lymphodepletion_counts() -> None:
    assert scored(course(lab("platelets", "60", day=-7)))["score"] == 0
    assert scored(course(lab("platelets", "60", day=-5.5)))["score"] == 2


def test_a_value_from_the_first_dose_on_does_not_count() -> None:
    assert scored(course(lab("platelets", "60", day=-5.01)))["score"] == 2
    assert scored(course(lab("platelets", "60", day=-5)))["score"] == 0
    assert scored(course(lab("platelets", "60", day=1)))["score"] == 0


@pytest.mark.parametrize("agent", ["fludarabine", "bendamustine", "cyclophosphamide"])
def test_any_of_three_drugs_ahead_of_the_infusion_is_lymphodepletion(agent: str) -> None:
    late = lab("platelets", "60", day=-5.5)
    assert scored(course(late, doses=(Dose(-6 * DAY, agent), FLUDARABINE)))["score"] is None
    assert scored(course(late, doses=(Dose(-5.4 * DAY, agent),)))["score"] == 2


def test_other_drugs_and_doses_from_the_infusion_on_are_not() -> None:
    late = lab("platelets", "60", day=-4.5)
    for dose in (
        Dose(-6 * DAY, "dexamethasone"),
        Dose(0 * DAY, "cyclophosphamide"),
        Dose(3 * DAY, "cyclophosphamide"),
    ):
        result = compute(course(late, doses=(dose,)), {}, DEFAULT)
        assert result is not None
        assert result.values["score"] == 2  # Day −4.5 is Day −5 by whole days
        assert result.cautions == (
            "no lymphodepletion recorded: values of Day −5 and earlier count",
        )


def test_without_recorded_lymphodepletion_day_minus_5_is_the_last() -> None:
    for day, score in ((-5, 2), (-4.1, 2), (-4, 0)):
        late = lab("platelets", "60", day=day)
        assert scored(course(late, doses=()))["score"] == score
    wider = replace(DEFAULT, lymphodepletion_unrecorded_day=-4)
    assert scored(course(lab("platelets", "60", day=-4), doses=()), wider)["score"] == 2


def test_an_early_first_dose_may_have_been_bridging() -> None:
    for day, caution in ((-14, False), (-15, True)):
        record = Record(labs=tuple(clear(-20)), doses=(Dose(day * DAY, "cyclophosphamide"),))
        result = compute(record, {}, DEFAULT)
        assert result is not None
        assert bool(result.cautions) is caution
    relaxed = replace(DEFAULT, lymphodepletion_within_days=15)
    result = compute(record, {}, relaxed)
    assert result is not None
    assert result.cautions == ()


def test_labs_after_lymphodepletion_alone_make_no_score() -> None:
    record = Record(labs=tuple(clear(1)), doses=(FLUDARABINE,))
    result = compute(record, {}, DEFAULT)
    assert result is not None
    assert result.values == {"score": None, "low": 0, "high": 7, "risk": None}
    assert set(result.missing) == {item.analyte for item in ITEMS}


def test_a_course_without_any_of_the_five_has_no_score() -> None:
    ldh = Lab(-6 * DAY, "ldh", Decimal(300), unit="U/L")
    assert compute(Record(labs=(ldh,)), {}, DEFAULT) is None
    assert compute(Record(), {}, DEFAULT) is None


def test_the_document_has_exactly_the_keys_of_the_form() -> None:
    record = Record(labs=tuple(clear()[:-1]))
    entry = grades_document(CourseDocument(record=record), DEFAULT)["course"]["car_hematotox"]
    assert list(entry) == ["score", "low", "high", "risk", "missing", "because"]
    assert entry["missing"] == ["crp"]
    assert [item["text"] for item in entry["because"]] == [
        "platelets 200 × 10⁹/L (Day -6): 0",
        "ANC 2000 /µL (Day -6): 0",
        "hemoglobin 10 g/dL (Day -6): 0",
        "ferritin 100 ng/mL (Day -6): 0",
        "no lymphodepletion recorded: values of Day −5 and earlier count",
    ]


def test_a_bound_says_which_points_it_leaves_open() -> None:
    record = Record(labs=(lab("ferritin", ">1500"),), doses=(FLUDARABINE,))
    entry = grades_document(CourseDocument(record=record), DEFAULT)["course"]["car_hematotox"]
    assert entry["because"][0]["text"] == "ferritin > 1500 ng/mL (Day -6): 1 to 2"


def test_the_value_of_an_hour_before_the_dose_counts_on_its_own_day() -> None:
    late = Lab(FLUDARABINE.elapsed - HOUR, "platelets", Decimal(60), unit="10*9/L")
    assert scored(course(late))["score"] == 2
