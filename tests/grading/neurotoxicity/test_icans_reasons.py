"""Why ASTCT ICANS grades came out: the criteria met, what they rest on, and every caution."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.local_rules import DEFAULT
from grading.record import Baseline, Findings, Record
from grading.rules.systems import grade_record
from tests.grading.rules.one_assessment import facts, reasons

UNAROUSABLE_ELSEWHERE = (
    "not examined as unarousable counts, although consciousness is attributed to another cause"
)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ({"ice_total": 8}, {"ice_7_9": {"ice_total": 8}}),
        ({"ice_total": None, "ice": {"year": 1, "month": 1}}, {}),
        (
            {"ice_total": None, "ice": {"naming": 0, "attention": 0}},
            {"ice_3_6": {"ice_at_most": 6}},
        ),
        (
            {"ice_total": None, "ice_not_done": "aphasia"},
            {"ice_0_2": {"ice_not_done": "aphasia"}},
        ),
        (
            {"ice_total": None, "ice_not_done": "unarousable", "consciousness": "unarousable"},
            {
                "ice_unarousable": {"ice_not_done": "unarousable"},
                "unarousable": {"consciousness": "unarousable"},
            },
        ),
        ({"consciousness": "voice"}, {"wakes_to_voice": {"consciousness": "voice"}}),
        ({"seizure": "prolonged"}, {"seizure_prolonged": {"seizure": "prolonged"}}),
        (
            {"motor": "deep_focal_weakness"},
            {"deep_focal_weakness": {"motor": "deep_focal_weakness"}},
        ),
        ({"icp": ("focal_edema",)}, {"focal_edema": {"icp": ["focal_edema"]}}),
    ],
)
def test_icans_says_which_criteria_were_met_and_what_they_saw(
    findings: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert reasons(facts("icans_astct_2019", findings)) == expected


def test_a_child_is_told_by_capd() -> None:
    child = {"ice_total": None, "capd_total": 12}
    result_facts = facts("icans_astct_2019", child, age_years=Decimal(5))
    assert reasons(result_facts) == {"capd_9_32": {"capd_total": 12}}
    unable = {"ice_total": None, "capd_not_done": "unarousable"}
    result_facts = facts("icans_astct_2019", unable, age_years=Decimal(5))
    assert reasons(result_facts)["capd_unarousable"] == {"capd_not_done": "unarousable"}


def test_capd_1_is_told_by_its_own_cell_where_a_ward_counts_capd_0_too() -> None:
    local = replace(DEFAULT, capd_zero_counts=True)
    for points, code in ((0, "capd_0"), (1, "capd_1_8")):
        child = Findings(timedelta(hours=24), capd_total=points, consciousness="spontaneous")
        record = Record(age_years=Decimal(5), findings=(child,))
        (result,) = grade_record(record, local)["icans_astct_2019"].results
        assert [met.code for met in result.because] == [code]


def test_a_capd_within_the_baseline_is_told_in_the_values() -> None:
    child = {"ice_total": None, "capd_total": 7}
    usual = {"age_years": Decimal(5), "baseline": Baseline(capd_total=9)}
    result_facts = facts("icans_astct_2019", child, **usual)
    assert (result_facts["grade"], result_facts["because"]) == (0, [])
    assert result_facts["values"] == {"capd_within_baseline": 9, "capd_total": 7}


@pytest.mark.parametrize(
    ("findings", "cautions"),
    [
        ({}, []),
        ({"ice_total": None, "ice_not_done": "asleep"}, ["ICE not done: asleep"]),
        (
            {"ice_total": None, "ice_not_done": "sedated", "consciousness": "touch"},
            ["ICE not done: sedated", "consciousness: sedated, taken out of the grade"],
        ),
        (
            {"icp": ("diffuse_edema",), "other_neuro": ("intracranial_hemorrhage",)},
            ["intracranial hemorrhage: edema is not counted as ICANS"],
        ),
        (
            {"motor": "mild"},
            ["motor: mild weakness is not an ICANS criterion; watch for deep focal weakness"],
        ),
        (
            {"consciousness": "unarousable", "ice_total": 9},
            ["contradictory: unarousable, yet the examination was done; the worse counts"],
        ),
        (
            {"consciousness": "unarousable", "ice_total": None, "ice": {"naming": 1}},
            ["contradictory: unarousable, yet the examination was done; the worse counts"],
        ),
        ({"consciousness": "unarousable", "ice_total": 0}, []),
        (
            {"consciousness": "unarousable", "ice_total": None, "ice_not_done": "aphasia"},
            ["contradictory: awake aphasia, yet unarousable; the worse counts"],
        ),
        (
            {"consciousness": "voice", "ice_total": None, "ice_not_done": "unarousable"},
            ["contradictory: examination not done as unarousable, yet awake; the worse counts"],
        ),
        ({"consciousness": "touch", "ice_total": None, "ice_not_done": "unarousable"}, []),
        (
            {
                "consciousness": "touch",
                "ice_total": None,
                "ice_not_done": "unarousable",
                "attribution": {"consciousness": "other"},
            },
            [
                UNAROUSABLE_ELSEWHERE,
            ],
        ),
        (
            {"seizure": "resolved", "attribution": {"seizure": "undetermined"}},
            ["seizure: attribution undetermined"],
        ),
    ],
)
def test_icans_cautions_of_how_it_was_read(findings: dict[str, Any], cautions: list[str]) -> None:
    assert facts("icans_astct_2019", findings)["cautions"] == cautions


def test_an_unknown_age_names_the_examination_that_was_used() -> None:
    assert facts("icans_astct_2019", {}, age_years=None)["cautions"] == ["age unknown: ICE used"]
    by_capd = {"ice_total": None, "capd_total": 3}
    assert facts("icans_astct_2019", by_capd, age_years=None)["cautions"] == [
        "age unknown: CAPD used"
    ]
