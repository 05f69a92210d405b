"""CAR-HEMATOTOX: every point on both sides, what is missing, and what counts as before."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grading.documents.grades_writer import grades_document
from grading.documents.reading.course_reader import CourseDocument
from grading.engine.sentences import ward_word
from grading.local_rules import DEFAULT, LocalRules
from grading.record import DAY, HOUR, Dose, Lab, Record
from grading.rules.blood_counts.car_hematotox import ITEMS, ScoredValue, compute
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


def test_a_value_with_the_time_of_the_first_dose_counts_and_a_later_one_does_not() -> None:
    assert scored(course(lab("platelets", "60", day=-5.01)))["score"] == 2
    assert scored(course(lab("platelets", "60", day=-5)))["score"] == 2
    assert scored(course(lab("platelets", "60", day=-4.99)))["score"] == 0
    assert scored(course(lab("platelets", "60", day=1)))["score"] == 0


def test_an_export_by_dates_has_values_and_first_dose_at_one_time() -> None:
    drugs = tuple(Dose(-5 * DAY, agent) for agent in ("fludarabine", "cyclophosphamide"))
    assert scored(Record(labs=tuple(clear(-5)), doses=drugs))["score"] == 0


@pytest.mark.parametrize("agent", ["fludarabine", "bendamustine", "cyclophosphamide"])
def test_any_of_three_drugs_ahead_of_the_infusion_is_lymphodepletion(agent: str) -> None:
    late = lab("platelets", "60", day=-5.5)
    earlier = course(late, doses=(Dose(-5.8 * DAY, agent), FLUDARABINE))
    assert scored(earlier)["score"] == 0
    assert scored(course(late, doses=(Dose(-5.4 * DAY, agent),)))["score"] == 2


def doses_on(text: str) -> tuple[Dose, ...]:
    """ "-25 cyclophosphamide" and the like, separated by commas; the day may be a fraction."""
    parts = [part.split() for part in text.split(",")]
    return tuple(Dose(float(day) * DAY, agent) for day, agent in parts)


GROUPS = [
    ("-21 bendamustine, -5 fludarabine", -5, "bendamustine (Day −21)"),
    (
        "-25 cyclophosphamide, -5 fludarabine, -5 cyclophosphamide, -3 cyclophosphamide",
        -5,
        "cyclophosphamide (Day −25)",
    ),
    ("-8 cyclophosphamide, -5 fludarabine, -3 fludarabine", -8, ""),
    ("-8.01 cyclophosphamide, -5 fludarabine, -3 fludarabine", -5, "cyclophosphamide (Day −9)"),
    ("-14 bendamustine, -11 bendamustine, -8 bendamustine, -5 bendamustine", -14, ""),
    (
        "-30 bendamustine, -29 bendamustine, -20 cyclophosphamide, -4 fludarabine",
        -4,
        "bendamustine (Day −30 to −29), cyclophosphamide (Day −20)",
    ),
    ("-4 fludarabine, 2 cyclophosphamide", -4, ""),
]


@pytest.mark.parametrize(("text", "first", "bridging"), GROUPS, ids=[row[0] for row in GROUPS])
def test_lymphodepletion_is_the_last_group_and_what_lies_ahead_was_bridging(
    text: str, first: int, bridging: str
) -> None:
    last_counted, too_late = (lab("platelets", "60", day=first + apart) for apart in (0, 0.01))
    for late, score in ((last_counted, 2), (too_late, 0)):
        record = Record(labs=(*clear(-40), late), doses=doses_on(text))
        result = compute(record, {}, DEFAULT)
        assert result is not None
        assert result.values["score"] == score
        named = f"bridging, ahead of lymphodepletion: {bridging}"
        assert result.cautions == ((named,) if bridging else ())


@pytest.mark.parametrize(
    ("text", "recorded"),
    [
        ("-28 cyclophosphamide", True),
        ("-29 cyclophosphamide", False),
        ("-30 cyclophosphamide, -28 cyclophosphamide", True),
        ("-60 bendamustine", False),
    ],
)
def test_no_dose_before_day_minus_28_is_lymphodepletion(text: str, recorded: bool) -> None:
    record = Record(labs=tuple(clear(-40)), doses=doses_on(text))
    result = compute(record, {}, DEFAULT)
    assert result is not None
    is_unrecorded = any(caution.startswith("no lymph") for caution in result.cautions)
    assert is_unrecorded is not recorded
    is_bridging = any(caution.startswith("bridging") for caution in result.cautions)
    assert is_bridging is (not recorded or "," in text)


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
    assert list(entry) == ["score", "low", "high", "risk", "missing", "because", "cautions"]
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


def in_document(record: Record) -> dict[str, Any]:
    entry = grades_document(CourseDocument(record=record), DEFAULT)["course"]["car_hematotox"]
    assert isinstance(entry, dict)
    return entry


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.analyte)
@pytest.mark.parametrize(("unit", "why"), [("furlongs", "in furlongs"), (None, "without a unit")])
def test_a_result_that_cannot_be_used_is_named_and_not_missing(
    item: ScoredValue, unit: str | None, why: str
) -> None:
    others = [value for value in clear() if value.analyte != item.analyte]
    unreadable = Lab(-6 * DAY, item.analyte, Decimal(50), unit=unit)
    entry = in_document(Record(labs=(*others, unreadable), doses=(FLUDARABINE,)))
    text = f"{ward_word(item.analyte)} of Day -6 came {why}: not used"
    assert entry["missing"] == []
    assert (entry["score"], entry["low"], entry["high"]) == (None, 0, item.most)
    assert entry["cautions"] == [text]
    assert [reason["text"] for reason in entry["because"]].count(text) == 1


def test_alone_it_makes_a_result_that_says_so() -> None:
    unreadable = Lab(-6 * DAY, "ferritin", Decimal(50), unit="furlongs")
    entry = in_document(Record(labs=(unreadable,), doses=(FLUDARABINE,)))
    assert (entry["score"], entry["low"], entry["high"], entry["risk"]) == (None, 0, 7, None)
    assert entry["missing"] == ["platelets", "anc", "hemoglobin", "crp"]
    assert [reason["code"] for reason in entry["because"]] == ["result_not_used"]


@pytest.mark.parametrize(
    ("day", "ferritin", "values"),
    [
        (-6.5, "100", (0, 0, 0, "low")),
        (-6, "100", (None, 0, 2, None)),
        (-5.5, "100", (None, 0, 2, None)),
        (-5.5, "3000", (2, 2, 2, "high")),
        (-4.5, "100", (0, 0, 0, "low")),
    ],
)
def test_a_later_one_could_add_points_to_the_value_that_is_taken(
    day: float, ferritin: str, values: tuple[Any, ...]
) -> None:
    """Earlier than the value taken, or after lymphodepletion, it would not have been used."""
    labs = [value for value in clear() if value.analyte != "ferritin"]
    unreadable = Lab(day * DAY, "ferritin", Decimal(50), unit="furlongs")
    record = Record(labs=(*labs, lab("ferritin", ferritin), unreadable), doses=(FLUDARABINE,))
    entry = in_document(record)
    assert tuple(entry[key] for key in ("score", "low", "high", "risk")) == values
    assert bool(entry["cautions"]) is (-6 <= day < -5)


def test_a_doubtful_value_is_scored_with_a_caution_where_it_is_taken() -> None:
    doubtful = Lab(-5.5 * DAY, "platelets", Decimal("0.2"), unit="10*9/L")
    entry = in_document(course(doubtful))
    assert (entry["score"], len(entry["cautions"])) == (2, 1)
    assert entry["cautions"][0].startswith("platelets 0.2 10*9/L of Day -6 is")
    later = lab("platelets", "0.3", day=-5.4)
    assert in_document(course(doubtful, later))["cautions"] != entry["cautions"]
