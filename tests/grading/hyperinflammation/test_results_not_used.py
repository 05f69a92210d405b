"""A result that cannot be read is named by each score that would have used it, never missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grading.engine.result import Result
from grading.record import Baseline, Record
from grading.rules.systems import COURSE_SYSTEMS
from tests.grading.hyperinflammation.case_rows import SYSTEMS
from tests.grading.hyperinflammation.hyper_cases import course, of_course

CAUTION = "{} of Day {} came in {}: not used"
FERRITIN = "ferritin of Day 4 came in furlong: not used"

LABELS = {
    "triglycerides": "triglycerides",
    "fibrinogen": "fibrinogen",
    "hemoglobin": "hemoglobin",
    "wbc": "WBC",
    "platelets": "platelets",
    "ast": "AST",
    "alt": "ALT",
    "anc": "ANC",
    "sil2r": "soluble CD25",
    "ldh": "LDH",
    "inr": "INR",
    "pt": "PT",
    "aptt": "aPTT",
    "bilirubin_direct": "direct bilirubin",
    "bilirubin_total": "bilirubin",
    "creatinine": "creatinine",
}
USED_BY = {
    "h_score": ("triglycerides", "fibrinogen", "hemoglobin", "wbc", "platelets", "ast"),
    "hlh_2004": ("triglycerides", "fibrinogen", "hemoglobin", "platelets", "anc", "sil2r"),
    "cartox_hlh": ("ast", "alt", "bilirubin_total", "creatinine"),
    "iec_hs": (
        "fibrinogen",
        "triglycerides",
        "ast",
        "alt",
        "anc",
        "platelets",
        "ldh",
        "inr",
        "pt",
        "aptt",
        "bilirubin_direct",
        "creatinine",
    ),
}
"""The analytes of each score beside ferritin, from its printed table."""
PAIRS = [(system, analyte) for system, analytes in USED_BY.items() for analyte in analytes]


def document_of(result: Result, system: str) -> dict[str, Any]:
    made: dict[str, Any] = COURSE_SYSTEMS[system].document(result)
    return made


def named(result: Result, system: str) -> list[str]:
    """What `because` of the document says of results that are not used."""
    listed = document_of(result, system)["because"]
    return [each["text"] for each in listed if each["code"] == "result_not_used"]


def open_in_words(result: Result, system: str) -> str:
    """The items of the document in words, those that say what was not recorded."""
    made = document_of(result, system)
    listed = made.get("items", []) or [*made.get("required", ()), *made.get("features", ())]
    return "\n".join(item["basis"] for item in listed)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_ferritin_that_cannot_be_read_is_named_where_nothing_else_was_measured(
    system: str,
) -> None:
    result = of_course(course("ferritin=5000furlong"))[system]
    assert named(result, system) == [FERRITIN]
    assert FERRITIN in result.cautions
    assert "ferritin" not in result.missing
    assert FERRITIN in open_in_words(result, system)
    assert "not recorded: ferritin" not in open_in_words(result, system)


@pytest.mark.parametrize(("system", "analyte"), PAIRS)
def test_a_result_that_cannot_be_read_is_named_beside_a_ferritin_that_can(
    system: str, analyte: str
) -> None:
    result = of_course(course(f"ferritin=900 {analyte}=7furlong"))[system]
    caution = CAUTION.format(LABELS[analyte], 4, "furlong")
    assert named(result, system) == [caution]
    assert result.cautions.count(caution) == 1
    assert analyte not in result.missing
    assert f"fasting_{analyte}" not in result.missing
    assert "not recorded: " + LABELS[analyte] not in open_in_words(result, system)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_result_that_a_score_has_no_use_for_is_not_its_business(system: str) -> None:
    result = of_course(course("ferritin=900 igg=7furlong"))[system]
    assert named(result, system) == []


@pytest.mark.parametrize(
    ("system", "hour", "is_named"),
    [
        ("h_score", 32, True),
        ("h_score", 31.9, False),
        ("hlh_2004", 368, True),
        ("hlh_2004", 368.1, False),
        ("cartox_hlh", 32, True),
        ("cartox_hlh", 31.9, False),
    ],
)
def test_beyond_the_window_of_the_highest_ferritin_nothing_is_named(
    system: str, hour: float, is_named: bool
) -> None:
    analyte = "ast" if system == "cartox_hlh" else "hemoglobin"
    result = of_course(course(f"ferritin=9000@200 {analyte}=7furlong@{hour}"))[system]
    assert bool(named(result, system)) is is_named


@pytest.mark.parametrize("system", ["h_score", "hlh_2004", "cartox_hlh"])
def test_any_ferritin_that_cannot_be_read_might_have_been_the_highest(system: str) -> None:
    result = of_course(course("ferritin=900@100 ferritin=90000furlong@600"))[system]
    assert named(result, system) == ["ferritin of Day 25 came in furlong: not used"]


def test_iec_hs_looks_a_week_back_from_its_latest_result_read_or_not() -> None:
    for hour, is_named in ((32, True), (31.9, False)):
        result = of_course(course(f"ferritin=900@200 fibrinogen=7furlong@{hour}"))["iec_hs"]
        assert bool(named(result, "iec_hs")) is is_named
    later = of_course(course("ferritin=900@100 fibrinogen=7furlong@150"))["iec_hs"]
    assert later.values["as_of_hour"] == 150
    assert named(later, "iec_hs") == ["fibrinogen of Day 6 came in furlong: not used"]


@pytest.mark.parametrize("analyte", ["ast", "alt", "creatinine", "ferritin"])
def test_a_baseline_that_cannot_be_read_is_not_called_unrecorded(analyte: str) -> None:
    record = course(f"ferritin=900 {analyte}=7furlong@-20 ast=300 alt=300 creatinine=2")
    result = of_course(record)["iec_hs"]
    label = LABELS.get(analyte, analyte)
    assert named(result, "iec_hs") == [f"{label} of Day -1 came in furlong: not used"]
    assert f"{label} before the infusion not recorded: taken as normal" not in result.cautions
    assert "ferritin_baseline" not in result.missing or analyte != "ferritin"


def test_a_later_baseline_that_can_be_read_makes_the_earlier_one_none() -> None:
    result = of_course(course("ferritin=900 ast=300 ast=7furlong@-20 ast=30@-10"))["iec_hs"]
    assert named(result, "iec_hs") == []


def test_a_recorded_baseline_of_ferritin_needs_no_result() -> None:
    record = replace(course("ferritin=900 ferritin=7furlong@-20"), baseline=Baseline())
    assert named(of_course(record)["iec_hs"], "iec_hs") != []
    with_baseline = course("ferritin=900 ferritin=7furlong@-20 baseline=400")
    assert named(of_course(with_baseline)["iec_hs"], "iec_hs") == []


def test_when_the_unit_is_corrected_everything_follows() -> None:
    def named_by_all(record: Record) -> set[str]:
        results = of_course(record)
        return {system for system in SYSTEMS if named(results[system], system)}

    assert named_by_all(course("ferritin=5000furlong")) == set(SYSTEMS)
    assert named_by_all(course("ferritin=5000")) == set()


@pytest.mark.parametrize("system", ["h_score", "hlh_2004", "iec_hs"])
@pytest.mark.parametrize(
    ("results", "doubted"),
    [
        ("platelets=0.5", "platelets"),
        ("platelets=200@90 platelets=10@100", "platelets"),
        ("platelets=180@90 platelets=150@100", ""),
    ],
)
def test_an_unlikely_result_is_used_with_the_caution_that_the_form_would_ask(
    system: str, results: str, doubted: str
) -> None:
    result = of_course(course(f"ferritin=900 {results}"))[system]
    about = [text for text in result.cautions if text.lower().startswith("platelets")]
    assert bool(about) is bool(doubted), result.cautions
    assert "platelets" not in result.missing


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_doubted_specimen_is_named_and_a_preliminary_result_is_marked(system: str) -> None:
    record = course("ferritin=5000")
    (ferritin,) = record.labs
    hemolyzed = replace(record, labs=(replace(ferritin, specimen="hemolyzed"),))
    result = of_course(hemolyzed)[system]
    assert named(result, system) != []
    assert "ferritin" not in result.missing
    preliminary = replace(record, labs=(replace(ferritin, status="preliminary"),))
    result = of_course(preliminary)[system]
    assert named(result, system) == []
    assert any("preliminary" in text for text in result.cautions)
