"""The options of a grades document: of the last entry, or of the grade that still stands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grading.documents.grades_writer import grade_text
from grading.local_rules import DEFAULT

FEVER = {"hour": 10, "temperature_c": 39, "hypotension": False, "vasopressors": [],
         "oxygen_device": "room_air"}  # fmt: skip
CRS_3 = {"hour": 20, "temperature_c": 39, "hypotension": True, "vasopressors": ["norepinephrine"],
         "oxygen_device": "room_air"}  # fmt: skip
WELL = {**FEVER, "hour": 20, "temperature_c": 36.8}
CONFUSED = {"ice_total": 5, "consciousness": "spontaneous", "seizure": "none", "motor": "none",
            "icp": []}  # fmt: skip

EVERY_GRADE = "Frequent vital signs"


def options_of(*assessments: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    course = {
        "format": "cartox-course-1",
        "id": "options",
        "patient": {"age_years": 50},
        "course": {"infused_at": None, "weight_kg": 70},
        "assessments": list(assessments),
        **more,
    }
    (graded,) = grade_text(json.dumps(course), DEFAULT)
    options: list[dict[str, Any]] = graded["options"]
    return options


def of_crs(options: list[dict[str, Any]]) -> dict[int, str]:
    """The grades of CRS for which options stand, with the reason of the one at every grade."""
    assert len({each["grade"] for each in options if each["toxicity"] == "crs"}) <= 1
    return {each["grade"]: each["why"] for each in options if each["text"].startswith(EVERY_GRADE)}


@pytest.mark.parametrize(
    "later",
    [{"temperature_c": 37}, {"spo2_percent": 97}, {"systolic_mmhg": 120, "temperature_c": 36.5}],
)
def test_an_entry_that_cannot_grade_crs_keeps_the_options_of_the_last_grade(later: Any) -> None:
    options = options_of(CRS_3, {"hour": 22, **later, **CONFUSED})
    assert of_crs(options) == {3: "CRS 3, an entry 2 h later did not replace it at hour 20"}
    assert not any("not gradable" in option["text"] for option in options)
    assert {each["grade"] for each in options if each["toxicity"] == "icans"} == {2}


def test_the_hour_of_a_fact_is_written_to_a_hundredth() -> None:
    options = options_of({**CRS_3, "hour": 20 + 2 / 3})
    assert of_crs(options) == {3: "CRS 3 at hour 20.67"}


def test_a_decision_after_the_last_entry_counts_for_the_options_as_for_the_grades() -> None:
    sepsis = {"hour": 21, "decision": "confirmed", "sign": "hypotension", "cause": "sepsis",
              "from_hour": 20}  # fmt: skip
    options = options_of(FEVER, CRS_3, adjudications=[sepsis])
    assert of_crs(options) == {1: "CRS 1 at hour 20"}
    assert not any(option["text"].startswith("Tocilizumab") for option in options)
    assert any(option["text"].startswith("Infection work-up") for option in options)


def test_a_final_grade_of_later_makes_no_option_older() -> None:
    final = {"hour": 900, "decision": "final_grade", "toxicity": "crs", "grade": 3, "reason": "-"}
    assert options_of(FEVER, CRS_3, adjudications=[final]) == options_of(FEVER, CRS_3)


def test_an_entry_without_the_crs_part_says_the_hour_of_the_grade() -> None:
    options = options_of(CRS_3, {"hour": 22, **CONFUSED})
    assert of_crs(options) == {3: "CRS 3 at hour 20"}


def test_an_entry_that_can_grade_ends_the_options_of_the_earlier_grade() -> None:
    assert of_crs(options_of(CRS_3, {**FEVER, "hour": 22})) == {1: "CRS 1 at hour 22"}


def test_a_lower_bound_below_keeps_the_options_of_the_grade() -> None:
    feverish = {"hour": 22, "temperature_c": 38.5, "hypotension": False, "vasopressors": []}
    assert set(of_crs(options_of(CRS_3, feverish))) == {3}


def test_after_crs_0_an_entry_without_a_grade_leaves_the_0() -> None:
    options = options_of(CRS_3, WELL | {"hour": 21}, {"hour": 22, "temperature_c": 37, **CONFUSED})
    assert of_crs(options) == {0: "CRS 0, an entry 1 h later did not replace it at hour 21"}
    assert any("not indicated for isolated ICANS" in option["text"] for option in options)


def test_without_any_grade_of_crs_its_options_are_left_out() -> None:
    options = options_of({"hour": 22, "temperature_c": 37, **CONFUSED})
    assert of_crs(options) == {}
    assert any("CRS not graded" in option["why"] for option in options)


def test_until_it_is_confirmed_the_options_follow_the_grade_with_every_sign_counted() -> None:
    aside = {
        "attribution": {"hypotension": "other"},
        "attribution_cause": {"hypotension": "sepsis"},
    }
    assert of_crs(options_of(CRS_3 | aside)) == {
        3: "CRS 3, with every sign counted, not confirmed by a physician at hour 20"
    }


def test_a_lower_bound_and_a_review_say_what_they_are() -> None:
    low = {key: value for key, value in CRS_3.items() if key != "vasopressors"}
    assert of_crs(options_of(low)) == {2: "CRS at least 2 at hour 20"}
    afebrile = {**CRS_3, "temperature_c": 36.8}
    assert of_crs(options_of(afebrile)) == {3: "CRS 3 if the signs are CRS, in review at hour 20"}


def test_a_dose_after_the_last_assessment_counts() -> None:
    doses = [{"hour": hour, "agent": "tocilizumab"} for hour in (21, 29, 45, 53)]
    texts = [option["text"] for option in options_of(CRS_3, doses=doses)]
    spent = "The total of tocilizumab is reached: no further dose is offered; 4 of 4 doses given"
    assert f"{spent}, the last just now" in texts
    assert not any("8 mg/kg" in text for text in texts)


@pytest.mark.parametrize("hour", [15, 20, 900])
def test_after_a_death_a_document_offers_nothing(hour: int) -> None:
    death = {"hour": hour, "kind": "death", "attributed_to": "crs"}
    assert options_of(CRS_3) != []
    assert options_of(CRS_3, events=[death]) == []


def test_a_childs_document_has_no_dose_for_adults() -> None:
    of_child = [option["text"] for option in options_of(CRS_3, patient={"age_years": 9})]
    assert any("dose by the pediatric protocol" in text for text in of_child)
    assert not any("Dexamethasone 10 mg" in text for text in of_child)
