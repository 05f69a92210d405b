"""EASIX, s-EASIX and m-EASIX: units, windows, values apart, and what makes no value."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grading.documents.grades_writer import grades_document
from grading.documents.reading.course_reader import CourseDocument
from grading.local_rules import DEFAULT
from grading.record import HOUR, Dose, Lab, Record
from grading.rules.blood_counts import easix
from grading.rules.systems import COURSE_SYSTEMS

UNITS = {"ldh": "U/L", "creatinine": "mg/dL", "crp": "mg/L", "platelets": "10*9/L"}
VALUES = {"ldh": "600", "creatinine": "1.5", "crp": "100", "platelets": "50"}
FLUDARABINE = Dose(-120 * HOUR, "fludarabine")


def lab(hour: float, analyte: str, text: str = "", unit: str = "") -> Lab:
    text = text or VALUES[analyte]
    comparator = text[0] if text[0] in "<>" else "="
    unit = unit or UNITS[analyte]
    return Lab(hour * HOUR, analyte, Decimal(text.lstrip("<>")), comparator, unit)


def draw(hour: float, **other: str) -> list[Lab]:
    return [lab(hour, analyte, other.get(analyte, text)) for analyte, text in VALUES.items()]


def entries(key: str, *labs: Lab, doses: tuple[Dose, ...] = (FLUDARABINE,)) -> list[Any]:
    record = Record(labs=labs, doses=doses)
    results: list[Any] = grades_document(CourseDocument(record=record), DEFAULT)["course"].get(
        key, []
    )
    return results


def only(key: str, *labs: Lab, doses: tuple[Dose, ...] = (FLUDARABINE,)) -> Any:
    results = entries(key, *labs, doses=doses)
    assert len(results) == 1
    return results[0]


def codes(entry: Any) -> list[str]:
    return [item["code"] for item in entry["because"]]


@pytest.mark.parametrize(
    ("key", "value"), [("easix", 18), ("s_easix", 12), ("m_easix", 120)], ids=str
)
def test_the_formulas(key: str, value: int) -> None:
    """T49: LDH 600, CRP 100 mg/L and platelets 50 make m-EASIX 120, not 1200."""
    entry = only(key, *draw(30))
    assert entry["value"] == value
    assert entry["log2"] == pytest.approx(math.log2(value))
    assert (entry["hour"], entry["day"], entry["window"]) == (30, 1, "day_1")


def test_a_value_below_1_has_a_log2_below_0() -> None:
    entry = only("easix", *draw(30, ldh="100", creatinine="1", platelets="200"))
    assert (entry["value"], entry["log2"]) == (0.5, -1)


def test_the_same_values_in_other_units() -> None:
    """T49: CRP in mg/dL; creatinine in µmol/L would make an error of 88 times."""
    assert (
        only("m_easix", *draw(30)[:2], lab(30, "crp", "10", "mg/dL"), draw(30)[3])["value"] == 120
    )
    others = [
        lab(30, "ldh", "10", "ukat/L"),
        lab(30, "creatinine", "132.6", "umol/L"),
        lab(30, "platelets", "50000", "/uL"),
    ]
    assert only("easix", *others)["value"] == pytest.approx(18)


def test_the_document_has_exactly_the_keys_of_the_form() -> None:
    entry = only("m_easix", *draw(30))
    assert list(entry) == ["hour", "day", "window", "value", "log2", "because", "cautions"]
    assert entry["because"][0]["text"] == ("LDH 600 U/L × CRP 10 mg/dL / platelets 50 × 10⁹/L")


@pytest.mark.parametrize(
    ("hour", "window"),
    [
        (-120.5, "before_lymphodepletion"),
        (-120, "before_lymphodepletion"),
        (-119.9, None),
        (-0.5, None),
        (0, "day_0"),
        (23.9, "day_0"),
        (24, "day_1"),
        (47.9, "day_1"),
        (48, None),
        (71.9, None),
        (72, "day_3"),
        (95.9, "day_3"),
        (96, None),
    ],
)
def test_each_window_begins_and_ends(hour: float, window: str | None) -> None:
    for key in ("easix", "s_easix", "m_easix"):
        assert [item["window"] for item in entries(key, *draw(hour))] == (
            [window] if window else []
        )


def test_one_entry_for_each_window_in_order_of_time() -> None:
    labs = [item for hour in (-130, 5, 20, 30, 80) for item in draw(hour)]
    results = entries("m_easix", *labs)
    assert [item["window"] for item in results] == list(easix.EASIX_WINDOWS)
    assert [item["hour"] for item in results] == [-130, 20, 30, 80]


def test_without_recorded_lymphodepletion_day_minus_5_ends_it_with_a_caution() -> None:
    entry = only("m_easix", *draw(-100), doses=())
    assert entry["window"] == "before_lymphodepletion"
    assert "Day −5" in entry["because"][-1]["text"]
    assert entries("m_easix", *draw(-96), doses=()) == []


def test_the_latest_values_count_where_they_lie_together() -> None:
    labs = [*draw(-150), lab(-140, "platelets", "25")]
    assert only("m_easix", *labs)["value"] == 240


@pytest.mark.parametrize(("hour", "value"), [(-126, 240), (-125.9, 120)])
def test_values_lie_at_most_24_hours_apart(hour: float, value: int) -> None:
    """Beyond that the latest set that lies together counts."""
    entry = only("m_easix", *draw(-150), lab(hour, "platelets", "25"))
    assert entry["value"] == value


def test_values_that_never_lie_together_make_none() -> None:
    labs = [lab(-200, "ldh"), lab(-170, "crp"), lab(-140, "platelets")]
    entry = only("m_easix", *labs)
    assert (entry["value"], entry["log2"], entry["hour"]) == (None, None, None)
    assert codes(entry) == ["m_easix_apart"]
    record = Record(labs=tuple(labs), doses=(FLUDARABINE,))
    wider = replace(DEFAULT, easix_apart_hours=60)
    result = COURSE_SYSTEMS["m_easix"].compute(record, {}, wider)
    assert result is not None
    assert result.values["entries"][0]["value"] == 120


def test_a_value_missing_in_a_window_is_named() -> None:
    entry = only("m_easix", lab(30, "ldh"), lab(30, "platelets"))
    assert (entry["value"], entry["day"]) == (None, 1)
    assert entry["because"][0]["text"] == "no value: CRP not measured in this window"


def test_zero_platelets_make_no_value() -> None:
    entry = only("s_easix", *draw(30, platelets="0"))
    assert (entry["value"], entry["log2"]) == (None, None)
    assert entry["because"][0]["text"] == "no value: platelets are 0"
    assert only("s_easix", *draw(30, platelets="1"))["value"] == 600


def test_a_crp_of_0_gives_0_and_no_logarithm() -> None:
    entry = only("m_easix", *draw(30, crp="0"))
    assert (entry["value"], entry["log2"]) == (0, None)


@pytest.mark.parametrize(
    ("analyte", "text"), [("platelets", "<10"), ("crp", "<1"), ("ldh", ">2000")]
)
def test_a_bound_makes_no_value(analyte: str, text: str) -> None:
    entry = only("m_easix", *draw(30, **{analyte: text}))
    assert (entry["value"], entry["log2"], entry["hour"]) == (None, None, 30)
    assert codes(entry) == ["m_easix_bound"]
    assert f"{text[0]} " in entry["because"][0]["text"]


@pytest.mark.parametrize(
    ("given", "ended", "marked"),
    [(6, None, True), (5.9, None, False), (30, None, True), (30.1, None, False), (5, 6.5, True)],
)
def test_a_platelet_transfusion_within_24_h_is_marked(
    given: float, ended: float | None, marked: bool
) -> None:
    dose = Dose(
        given * HOUR, "transfusion_platelets", ended=None if ended is None else ended * HOUR
    )
    entry = only("s_easix", *draw(30), doses=(dose,))
    assert ("s_easix_transfused" in codes(entry)) is marked
    assert entry["value"] == 12


def test_red_cells_are_no_platelets() -> None:
    entry = only("s_easix", *draw(30), doses=(Dose(29 * HOUR, "transfusion_red_cells"),))
    assert codes(entry) == ["s_easix_formula"]


@pytest.mark.parametrize(("ldh", "above"), [("467", False), ("467.1", True)])
def test_the_cut_off_of_easix_is_told_before_lymphodepletion_alone(ldh: str, above: bool) -> None:
    other = {"ldh": ldh, "creatinine": "1", "platelets": "100"}
    before = only("easix", *draw(-130, **other))
    assert ("easix_above_cut_off" in codes(before)) is above
    assert "easix_above_cut_off" not in codes(only("easix", *draw(30, **other)))


def test_m_easix_has_no_cut_off() -> None:
    assert not any("cut_off" in code for code in COURSE_SYSTEMS["m_easix"].sentences)
    assert codes(only("m_easix", *draw(-130))) == ["m_easix_formula"]


def test_a_course_without_ldh_has_none_of_the_three() -> None:
    labs = [item for item in draw(30) if item.analyte != "ldh"]
    assert [entries(key, *labs) for key in ("easix", "s_easix", "m_easix")] == [[], [], []]


def test_calendar_days_and_not_hours_make_the_window_where_dates_are_known() -> None:
    from datetime import UTC, datetime

    late = datetime(2026, 1, 5, 22, tzinfo=UTC)
    record = Record(infused_at=late, zone=UTC, labs=tuple(draw(3)))
    result = COURSE_SYSTEMS["s_easix"].compute(record, {}, DEFAULT)
    assert result is not None
    assert [entry["window"] for entry in result.values["entries"]] == ["day_1"]


def test_a_stored_result_reads_back_the_same() -> None:
    record = Record(labs=(*draw(-130), *draw(30)), doses=(FLUDARABINE,))
    result = COURSE_SYSTEMS["easix"].compute(record, {}, DEFAULT)
    assert result is not None
    facts = result.facts()
    assert type(result).from_facts(facts).facts() == facts
    assert COURSE_SYSTEMS["easix"].document(type(result).from_facts(facts)) == COURSE_SYSTEMS[
        "easix"
    ].document(result)


BENDAMUSTINE = Dose(-504 * HOUR, "bendamustine")


def test_bridging_ahead_of_lymphodepletion_is_named_and_cuts_nothing() -> None:
    entry = only("easix", *draw(-144), doses=(BENDAMUSTINE, FLUDARABINE))
    assert (entry["window"], entry["value"]) == ("before_lymphodepletion", 18)
    text = "bridging, ahead of lymphodepletion: bendamustine (Day −21)"
    assert entry["cautions"] == [text]
    assert entry["because"][-1]["text"] == text


def test_a_result_that_cannot_be_used_is_named_and_not_called_unmeasured() -> None:
    labs = [item for item in draw(30) if item.analyte != "creatinine"]
    entry = only("easix", *labs, lab(31, "creatinine", "88", "furlongs"))
    assert (entry["value"], entry["hour"], entry["day"]) == (None, None, 1)
    assert codes(entry) == ["result_not_used"]
    assert entry["cautions"] == ["creatinine of Day 1 came in furlongs: not used"]
    without = only("m_easix", *labs, lab(31, "creatinine", "88", "furlongs"))
    assert (without["value"], without["cautions"]) == (120, [])


def test_beside_one_that_was_never_measured_both_are_named() -> None:
    entry = only("easix", lab(30, "ldh", "600", "furlongs"), lab(30, "platelets"))
    assert [item["text"] for item in entry["because"]] == [
        "no value: creatinine not measured in this window",
        "LDH of Day 1 came in furlongs: not used",
    ]


@pytest.mark.parametrize("key", ["easix", "s_easix", "m_easix"])
@pytest.mark.parametrize(("hour", "windows"), [(-130, 1), (5, 1), (30, 1), (80, 1), (50, 0)])
def test_alone_in_its_window_it_makes_an_entry(key: str, hour: float, windows: int) -> None:
    results = entries(key, Lab(hour * HOUR, "ldh", Decimal(600)))
    assert len(results) == windows
    for entry in results:
        assert entry["cautions"][0].endswith("came without a unit: not used")


@pytest.mark.parametrize(("hour", "is_named"), [(-150.1, False), (-150, True), (-140, True)])
def test_only_a_result_that_would_have_been_taken_is_named(hour: float, is_named: bool) -> None:
    """One that came before the value that was taken changes nothing."""
    entry = only("s_easix", *draw(-150), lab(hour, "platelets", "25", "furlongs"))
    assert entry["value"] == 12
    assert bool(entry["cautions"]) is is_named


def test_a_doubtful_value_makes_an_index_with_a_caution() -> None:
    entry = only("s_easix", *draw(30, platelets="0.2"))
    assert entry["value"] == 3000
    assert [caution.startswith("platelets 0.2") for caution in entry["cautions"]] == [True]
    assert only("s_easix", *draw(30))["cautions"] == []
