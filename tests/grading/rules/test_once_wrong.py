"""Small courses that once came out wrong: each is read as it was sent, and gives what is right.

The kind of each fault has its tests beside its rule; these are the inputs themselves.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from grading.batch.grade_many import courses_of_input
from grading.documents.grades_writer import course_in, grades_document
from grading.documents.reading.course_reader import CourseDocument
from grading.guidelines.tocilizumab import tocilizumab_ledger
from grading.local_rules import DEFAULT

FOLDER = Path(__file__).parents[1] / "cases/once_wrong"
PULMONARY = "iec_hs_pulmonary"
CRS = "crs_astct_2019"


def course_of(name: str) -> Any:
    with (FOLDER / name).open("rb") as stream:
        (course,) = (course_in(piece) for piece in courses_of_input(stream))
    return course


def graded(name: str) -> dict[str, Any]:
    return grades_document(course_of(f"{name}.json"), DEFAULT)


def crs_at(name: str, hour: int) -> dict[str, Any]:
    entries = {entry["hour"]: entry["grades"][CRS] for entry in graded(name)["assessments"]}
    crs: dict[str, Any] = entries[hour]
    return crs


def test_prednisolone_waives_the_fever_like_any_steroid() -> None:
    crs = crs_at("waiver-prednisolone", 40)
    assert (crs["grade"], crs["review"]) == (2, False)


def test_four_doses_in_capitals_are_four_of_four() -> None:
    course = course_of("toci-count-brand.json")
    assert isinstance(course, CourseDocument)
    ledger = tocilizumab_ledger(course.record, timedelta(hours=50), DEFAULT)
    assert (ledger.given, ledger.ceiling) == (4, 4)
    assert not ledger.allowed_now


def test_vasopressin_under_its_international_name_is_no_second_vasopressor() -> None:
    crs = crs_at("argipressin", 20)
    assert (crs["grade"], crs["at_least"]) == (3, True)


def test_a_run_that_is_open_counts_beside_an_empty_list() -> None:
    crs = crs_at("run-behind-none", 60)
    assert crs["grade"] == 3
    assert any("norepinephrine runs by the dose record" in caution for caution in crs["cautions"])


def test_an_episode_that_nobody_watched_for_weeks_is_over() -> None:
    crs = crs_at("episode-unobserved", 700)
    assert (crs["grade"], crs["review"], crs["would_be"]) == (None, True, 3)
    assert graded("episode-unobserved")["course"][CRS]["peak"] == 1


def test_a_sign_of_another_cause_shows_the_grade_that_it_would_make() -> None:
    crs = crs_at("attributed-away", 40)
    assert (crs["grade"], crs["if_all_counted"]) == (1, 4)
    assert any("hypotension" in caution and "hypoxia" in caution for caution in crs["cautions"])


def test_plain_spellings_of_units_are_read() -> None:
    course = graded("unit-panel-silent")["course"]
    assert set(course["car_hematotox"]["missing"]) == {"anc", "hemoglobin", "crp"}
    assert course["iec_hs"]["suspected"] is not None
    assert "ferritin" not in course["h_score"]["missing"]


@pytest.mark.parametrize("name", ["ht-same-stamp", "ht-bridging"])
def test_values_before_lymphodepletion_make_seven_points(name: str) -> None:
    score = graded(name)["course"]["car_hematotox"]
    assert (score["score"], score["risk"]) == (7, "high")


def test_one_count_says_no_never_above() -> None:
    early = graded("icaht-one-count")["course"]["icaht_early"]
    assert (early["grade"], early["at_least"]) == (1, True)


def test_a_fever_of_unknown_height_may_give_all_points_of_the_temperature() -> None:
    items = graded("hs-fever-word")["course"]["h_score"]["items"]
    (temperature,) = (item for item in items if item["code"] == "h_score_temperature")
    assert (temperature["low"], temperature["high"]) == (0, 49)


@pytest.mark.parametrize(
    ("name", "is_new"), [("iechs-pul-homeo2-raised", True), ("iechs-pul-airway", False)]
)
def test_the_pulmonary_feature_follows_the_oxygen_of_crs(name: str, is_new: bool) -> None:
    features = graded(name)["course"]["iec_hs"]["features"]
    (pulmonary,) = (feature for feature in features if feature["code"] == PULMONARY)
    assert pulmonary["met"] is is_new


def test_a_result_below_the_limit_of_a_table_is_read() -> None:
    course = course_of("csv-less.csv")
    assert isinstance(course, CourseDocument)
    (lab,) = course.record.labs
    assert (str(lab.value), lab.comparator) == ("0.1", "<")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("csv-redcap-wide", "this is a table from elsewhere: rename its columns"),
        ("csv-flowsheet-long", "this is a table with one measurement in each row"),
        ("csv-missing-NA", "leave the cell empty where nothing was measured"),
    ],
)
def test_a_table_that_cannot_be_read_says_what_to_do(name: str, message: str) -> None:
    answer = course_of(f"{name}.csv")
    assert message in answer["error"]


def test_every_input_has_its_test() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [path.stem for path in FOLDER.iterdir() if path.stem not in text] == []
