"""What became of a toxicity since a dose, by the grades that stood then and now."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grading.guidelines.situation.situation import Response
from grading.record import Dose, Findings
from tests.grading.guidelines.situation.records import crs, dose, icans, record, situation_of_record
from tests.grading.guidelines.situations import hours

TOCILIZUMAB = dose(12, "tocilizumab", "576", uid="t")


def response(now: float, *rows: Findings, given: tuple[Dose, ...] = (TOCILIZUMAB,)) -> Response:
    of = situation_of_record(record(rows, doses=given), now)
    return of.responses["tocilizumab/crs"]


@pytest.mark.parametrize(
    ("grade", "changed"), [(0, "better"), (1, "better"), (2, "same"), (3, "worse")]
)
def test_the_grade_since_a_dose_is_compared_with_the_one_that_stood(
    grade: int, changed: str
) -> None:
    result = response(24, crs(10, 2), crs(20, grade))
    assert (result.grade_then, result.changed) == (2, changed)
    assert result.hours == 12
    assert [fact.text for fact in result.facts[:2]] == ["CRS 2 at the dose", f"CRS {grade} since"]


def test_until_somebody_looks_nothing_has_changed() -> None:
    unseen = response(24, crs(10, 2))
    assert (unseen.grade_then, unseen.changed) == (2, None)
    at_the_dose = response(24, crs(10, 2), crs(12, 1))
    assert (at_the_dose.grade_then, at_the_dose.changed) == (1, None)


def test_an_entry_that_cannot_grade_is_no_answer() -> None:
    late = Findings(hours(20), "late", temperature_c=Decimal(37))
    assert response(24, crs(10, 2), late).changed is None


@pytest.mark.parametrize(("first", "then"), [(13, 2), (13.1, None)])
def test_the_first_grade_may_be_entered_up_to_an_hour_after_the_dose(
    first: float, then: int | None
) -> None:
    result = response(30, crs(5, 0), crs(first, 2), crs(24, 1))
    assert result.grade_then == then
    assert result.changed == (None if then is None else "better")


def test_temperature_and_support_stand_beside_as_far_as_they_were_recorded() -> None:
    result = response(24, crs(10, 3), crs(20, 2))
    assert [fact.text for fact in result.facts] == [
        "CRS 3 at the dose",
        "CRS 2 since",
        "temperature 38.6 °C at the dose",
        "norepinephrine at the dose",
        "temperature 38.6 °C since",
    ]
    assert all(fact.uid for fact in result.facts)


def test_each_drug_answers_for_each_toxicity_that_was_graded() -> None:
    given = (TOCILIZUMAB, dose(14, "dexamethasone", "10"), dose(15, "anakinra", "100"))
    rows = (crs(10, 2), icans(10, 6), icans(20, 9))
    of = situation_of_record(record(rows, doses=given), 24)
    assert set(of.responses) == {
        f"{drug}/{toxicity}"
        for drug in ("tocilizumab", "steroid", "anakinra")
        for toxicity in ("crs", "icans")
    }
    assert of.responses["steroid/icans"].changed == "better"
    assert of.responses["steroid/crs"].changed is None
    assert situation_of_record(record(rows), 24).responses == {}
    assert situation_of_record(record(doses=given), 24).responses == {}


def test_the_last_dose_is_the_one_that_counts() -> None:
    again = (TOCILIZUMAB, dose(22, "tocilizumab", "576"))
    assert response(26, crs(10, 2), crs(20, 3), crs(25, 2), given=again).changed == "better"
