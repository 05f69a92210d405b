"""What must hold of every situation: a part of all by a seed, and made-up courses.

All of them go through `python -m tests.grading.guidelines.enumerate`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest

from grading.documents.reading.course_reader import parse_document
from grading.documents.reading.json_reader import load_json
from grading.documents.reading.mistakes import DocumentError
from grading.guidelines.line import LineKind, Option
from grading.guidelines.situation.of_course import CourseGraded, situation_at
from grading.guidelines.situation.situation import Situation
from grading.guidelines.step import LINES, next_step
from grading.rules.systems import grade_course, grade_record
from grading.site_rules import SiteRules
from tests.grading.guidelines.enumerate import LOWER, SITES, look
from tests.grading.guidelines.every_situation import (
    AXES,
    USUAL,
    Ward,
    every_case,
    number_of,
    random_cases,
)
from tests.grading.guidelines.must_hold import breaches
from tests.grading.rules.many_courses import documents

OF_A_SITE = pytest.mark.parametrize("site", SITES.values(), ids=SITES)


@OF_A_SITE
def test_all_holds_in_a_part_of_the_situations(site: SiteRules) -> None:
    looked = look(random_cases(seed=11, number=400), site)
    looked.add(look(islice(every_case(), 5, None, number_of() // 300), site))
    assert looked.breaches == {}, looked.first
    assert looked.situations > 700


@OF_A_SITE
def test_all_holds_in_made_up_courses_from_their_entries(site: SiteRules) -> None:
    wrong = [
        (each, situation.now)
        for situation in islice(of_made_up_courses(site), 80)
        for each in breaches(situation, next_step(situation, site.words))
    ]
    assert wrong == []


def of_made_up_courses(site: SiteRules) -> Iterator[Situation]:
    """The situation at the end of each made-up course, and in its middle."""
    for document in documents():
        try:
            record = parse_document(load_json(json.dumps(document))).record
        except DocumentError:
            continue
        graded = grade_record(record, site.local)
        course = CourseGraded(record, graded, grade_course(record, graded, site.local))
        last = max((each.elapsed for each in record.findings), default=timedelta(0))
        for now in (last / 2, last):
            yield situation_at(course, now, site.local, site.choices)


def case(**values: object) -> Situation:
    return Ward(SiteRules()).situation(USUAL | values)


def test_every_value_of_every_axis_is_met_with_every_pair_of_grades() -> None:
    assert number_of() > 150_000
    for name, values in AXES.items():
        assert len(set(map(str, values))) == len(values), name


PLANTED = [
    ({"crs": 3}, {"why": ()}, "no fact calls it"),
    ({"crs": 3}, {"text": "Start tocilizumab"}, "'start' is an order"),
    ({"crs": 3}, {"text": "Dexamethasone {dexamethasone_mg} mg"}, "not filled in"),
    ({"crs": 3}, {"text": "Dexamethasone 20 mg IV"}, "20 mg of dexamethasone is above 10"),
    ({"crs": 3}, {"text": "Tocilizumab 12 mg/kg"}, "12 mg/kg of tocilizumab is above 8"),
    ({"crs": 3}, {"text": "Vincristine 2 mg"}, "2 mg of nothing has no ceiling here"),
    ({"crs": 3, "patient": "12 kg 3 y"}, {"text": "Dexamethasone 10 mg"}, "an adult's dose"),
    ({"crs": 0, "icans": 3}, {"drugs": ("tocilizumab",)}, "tocilizumab without CRS"),
    ({"iec_hs": 4}, {"drugs": ("tocilizumab",)}, "tocilizumab without CRS"),
    ({"crs": "review 3"}, {"drugs": ("tocilizumab",)}, "tocilizumab in review"),
    ({"crs": 1, "fever_hours": 71}, {"drugs": ("tocilizumab",)}, "without a persistent fever"),
    (
        {"crs": 3, "tocilizumab": (8, 16, 24, 32)},
        {"drugs": ("tocilizumab",)},
        "tocilizumab after 4 doses",
    ),
    ({"crs": 3}, {"differs_from": "crs_unheard_of"}, "stands without crs_unheard_of"),
    (
        {"icans": 3, "edema": True},
        {"code": "icans_lumbar_puncture"},
        "a lumbar puncture against what is recorded",
    ),
    (
        {"icans": 3, "platelets": "49"},
        {"code": "icans_lumbar_puncture"},
        "a lumbar puncture against what is recorded",
    ),
]


@pytest.mark.parametrize(("values", "wrong", "breach"), PLANTED)
def test_a_wrong_option_is_noticed(
    values: dict[str, object], wrong: dict[str, object], breach: str
) -> None:
    situation = case(**values)
    any_option = replace(next_step(case(crs=2))[0], kind=LineKind.NOW, **wrong)
    assert any(breach in each for each in breaches(situation, (any_option,)))


def test_an_option_after_death_and_crs_without_an_exclusion_are_noticed() -> None:
    options: tuple[Option, ...] = next_step(case(crs=2))
    assert list(breaches(case(crs=2, dead=True), options[:1])) == [f"{options[0].code} after death"]
    without = tuple(each for each in options if each.kind != LineKind.EXCLUDE_FIRST)
    assert "nothing to exclude first" in list(breaches(case(crs=2), without))


def test_a_site_that_lowers_is_noticed_where_a_line_keeps_the_printed_dose() -> None:
    situation = Ward(LOWER).situation(USUAL | {"crs": 3})
    printed = next_step(case(crs=3))
    assert any("10 mg of dexamethasone is above 8" in each for each in breaches(situation, printed))


def test_the_lower_total_of_a_site_ends_the_offer_earlier() -> None:
    given = {"crs": 3, "tocilizumab": (24, 32, 40)}
    offered = [
        any(
            "tocilizumab" in option.drugs
            for option in next_step(Ward(site).situation(USUAL | given))
        )
        for site in SITES.values()
    ]
    assert offered == [True, False]


def test_most_lines_are_met_by_the_situations() -> None:
    """The rest stands on what no axis holds: events, late results, other findings."""
    looked = look(random_cases(seed=12, number=300), SiteRules())
    assert len(looked.lines) > len(LINES) // 2
