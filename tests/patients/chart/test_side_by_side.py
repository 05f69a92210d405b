"""Side by side: systems by assessments, where they part, and which of them a ward sees."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from grading.engine.over_course import GradedPart
from grading.engine.result import Met, Result
from grading.engine.system import System
from grading.rules.systems import SYSTEMS
from patients import door
from patients.chart.differences import comparison_of
from patients.chart.side_by_side import COLUMNS_SHOWN
from patients.models import Assessment, Course, User, Ward
from patients.words.badges import system_badge
from tests.storing import AssessmentAt

NOW = datetime(2026, 2, 20, 12, 0, tzinfo=UTC)
ASTCT = SYSTEMS["crs_astct_2019"]
OTHER = "crs_stub_2014"
ON_PRESSOR = {
    "temperature_c": Decimal("38.9"),
    "hypotension": True,
    "vasopressors": ["norepinephrine"],
    "vasopressor_rates": {"norepinephrine": 6},
}
PRESSOR = Met("hypotension_one_vasopressor", 2, {"vasopressors": ["norepinephrine"]})
FEVER = Met("fever", 1, {"temperature_c": Decimal("38.9")})


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def difference(results: list[tuple[System, Result | None]]) -> str:
    return comparison_of(results).difference


def stub(result: Result) -> System:
    """Another system, which says the same of every assessment."""
    return replace(
        ASTCT,
        key=OTHER,
        standard="Stub",
        year=2014,
        ask=lambda *_: GradedPart(result, True),
        in_course=None,
        primary=False,
    )


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more system in the registry: a vasopressor is grade 2 by it, on an estimate."""
    result = Result(2, because=(PRESSOR, FEVER), cautions=("approximate: by a stub",))
    monkeypatch.setitem(SYSTEMS, OTHER, stub(result))


@pytest.fixture
def only_two(beside: None, ward: Ward) -> None:
    """The ward sees that system beside ASTCT, and no other."""
    ward.systems = [OTHER]
    door.save_ward(ward)


@pytest.fixture
def read(physician_client: Client, course: Course) -> Callable[..., str]:
    def read(**query: Any) -> str:
        page = physician_client.get(reverse("compare", kwargs={"uid": course.uid}), query)
        return html.unescape(" ".join(page.content.decode().split()))

    return read


def detail(page: str, key: str, place: int) -> str:
    """What is shown when this cell has the focus."""
    return page.partition(f'id="cell-{key}-{place}"')[2].partition("</article>")[0]


def test_every_system_stands_beside_the_others_with_astct_first(
    beside: None, read: Any, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60), assessment_at(72, **ON_PRESSOR)], by=nurse)
    page = read()
    rows = re.findall(
        r'<th scope="row">\s*<span class="visually-hidden">\w+ by </span>(.*?)<', page
    )
    assert rows[0] == "ASTCT 2019"
    assert "Stub 2014" in rows
    assert "CRS grade 3 (ASTCT 2019)" in page
    assert "CRS grade 2 (Stub 2014)" in page


def test_a_scale_of_one_sign_says_which_and_nothing_agrees_where_nothing_was_graded(
    read: Any, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    nobody = {"ice_total": None, "ice_not_done": "sedated", "consciousness": None}
    door.enter(
        course,
        [assessment_at(60), assessment_at(72, **nobody, seizure=None, motor=None, icp=None)],
        by=nurse,
    )
    page = read()
    assert "ICANS by </span>Seizure, CTCAE 4.03 2010<" in page
    parts = page.rpartition("Where they part</th>")[2].partition("</tr>")[0]
    newest, older = re.findall(r"<td>(.*?)</td>", parts)
    assert "Fewer than two systems have a grade" in newest
    assert "agree" in older


def test_the_findings_stand_above_the_grades(
    read: Any, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(72, **ON_PRESSOR)], by=nurse)
    page = read()
    findings = page.partition("matrix__findings")[2].partition("</tbody>")[0]
    assert "38.9" in findings
    assert "norepinephrine 6 mcg/min" in findings


def test_the_newest_assessment_stands_first(
    read: Any, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(
        course,
        [assessment_at(60, temperature_c=Decimal("37.1")), assessment_at(72, **ON_PRESSOR)],
        by=nurse,
    )
    row = read().partition("Temp °C</th>")[2].partition("</tr>")[0]
    assert re.findall(r"<td>(.*?)</td>", row) == ["38.9", "37.1"]


def test_a_cell_tells_criteria_source_missing_and_cautions(
    beside: None, read: Any, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(72, **ON_PRESSOR | {"oxygen_device": None})], by=nurse)
    page = read()
    own = detail(page, ASTCT.key, 0)
    assert "one vasopressor: norepinephrine" in own
    assert "Lee DW" in own, "the source"
    assert "could be higher: nobody entered the oxygen device" in own
    other = detail(page, OTHER, 0)
    assert "approximate: by a stub" in other
    assert 'matrix__about">approximate' in page


def test_the_sentence_names_the_finding_that_parts_them(
    only_two: None, read: Any, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(72, **ON_PRESSOR)], by=nurse)
    page = read()
    assert (
        "CRS: ASTCT grade 3, Stub grade 2: “one vasopressor: norepinephrine” is grade 3 by ASTCT, "
        "“one vasopressor: norepinephrine” is grade 2 by Stub." in page
    )
    assert "ICANS: ASTCT" not in page


def test_a_low_dose_of_one_vasopressor_parts_lee_from_astct(
    read: Any, course: Course, ward: Ward, nurse: User, assessment_at: AssessmentAt
) -> None:
    ward.systems = ["crs_lee_2014"]
    door.save_ward(ward)
    organs = {"organ_toxicity": {"transaminases": 0}}
    door.enter(
        course, [assessment_at(72, **ON_PRESSOR | organs, vasopressor_hours=Decimal(5))], by=nurse
    )
    page = read()
    assert re.search(r"CRS: ASTCT grade 3, Lee grade (≥ )?2: ", page)
    assert "norepinephrine 6 µg/min" in page.partition("is grade 2 by Lee")[0][-120:]


def test_what_was_not_assessed_is_said_and_is_no_zero(
    read: Any, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(
        course,
        [Assessment(course=course, observed_at=assessment_at(72).observed_at, ice_total=8)],
        by=nurse,
    )
    own = detail(read(), ASTCT.key, 0)
    assert "CRS not assessed (ASTCT 2019)" in own
    assert "this part was not assessed" in own


def test_the_chart_says_where_the_systems_part_and_leads_there(
    only_two: None,
    physician_client: Client,
    course: Course,
    nurse: User,
    assessment_at: AssessmentAt,
) -> None:
    door.enter(course, [assessment_at(72, **ON_PRESSOR)], by=nurse)
    page = physician_client.get(reverse("chart", kwargs={"uid": course.uid})).content.decode()
    assert "ASTCT grade 3, Stub grade 2" in page
    assert reverse("compare", kwargs={"uid": course.uid}) in page


# Where systems differ


def pair(own: Result, other: Result | None) -> list[tuple[System, Result | None]]:
    return [(ASTCT, own), (stub(Result()), other)]


def test_systems_that_agree_have_no_difference() -> None:
    assert difference(pair(Result(2, because=(PRESSOR,)), Result(2, because=(FEVER,)))) == ""


@pytest.mark.parametrize("nothing", [None, Result(missing=("temperature",))])
def test_one_system_alone_differs_from_none(nothing: Result | None) -> None:
    assert difference(pair(Result(2, because=(PRESSOR,)), nothing)) == ""


def test_a_range_is_told_with_both_ends() -> None:
    sentence = difference(
        pair(Result(2, because=(PRESSOR,)), Result(low=2, high=3, because=(PRESSOR,)))
    )
    assert sentence.startswith("ASTCT grade 2, Stub grade 2–3: ")


def test_a_system_that_counts_nothing_of_it_says_so() -> None:
    sentence = difference(pair(Result(2, because=(PRESSOR,)), Result(0)))
    assert sentence.endswith("is grade 2 by ASTCT; Stub counts nothing of it.")


def test_a_scale_of_one_sign_alone_does_not_part_by_another_sign() -> None:
    icans, seizures = SYSTEMS["icans_astct_2019"], SYSTEMS["seizure_ctcae_4_03"]
    by_score = Result(3, because=(Met("ice_0_2", 3, {"ice_total": 1}),))
    assert difference([(icans, by_score), (seizures, Result(0))]) == ""
    by_seizure = Result(3, because=(Met("seizure_resolved", 3, {"seizure": "resolved"}),))
    sentence = difference([(icans, by_seizure), (seizures, Result(0))])
    assert sentence.endswith("CTCAE 4.03 counts nothing of it.")


def test_the_same_domain_speaks_before_a_higher_reason_of_another_one() -> None:
    oxygen = Met("oxygen_low_flow", 2, {"oxygen_device": "nasal_cannula"})
    low = Met("hypotension_one_vasopressor", 2, {"vasopressors": ["dopamine"]})
    highest = Result(3, because=(Met("hypotension_one_vasopressor", 3, PRESSOR.saw),))
    sentence = difference(pair(highest, Result(2, because=(oxygen, low))))
    assert "“one vasopressor: dopamine” is grade 2 by Stub" in sentence


def test_a_review_counts_as_the_grade_it_would_be() -> None:
    sentence = difference(pair(Result(review=True, would_be=2, because=(PRESSOR,)), Result(1)))
    assert sentence.startswith("ASTCT grade 2, Stub grade 1: ")


def test_the_badge_of_a_range_has_both_numbers_and_a_sentence() -> None:
    shown = system_badge(ASTCT, Result(low=2, high=3))
    assert (shown.mark, shown.word) == ("2–3", "2 to 3")
    assert shown.label == "CRS grade 2 to 3, the text allows both (ASTCT 2019)"
    assert "badge--3" in shown.look


# Which systems a ward sees


def test_a_ward_sees_every_system_until_it_chooses(ward: Ward) -> None:
    assert ward.systems is None
    assert all(ward.sees(key) for key in SYSTEMS)


def test_a_ward_that_chose_none_still_sees_astct(
    beside: None, read: Any, course: Course, ward: Ward, nurse: User, assessment_at: AssessmentAt
) -> None:
    ward.systems = []
    door.save_ward(ward)
    door.enter(course, [assessment_at(72, **ON_PRESSOR)], by=nurse)
    page = read()
    assert "ASTCT 2019" in page
    assert "Stub 2014" not in page
    assert "grade 2 by Stub" not in page


def test_a_ward_sees_what_it_chose(
    beside: None, read: Any, course: Course, ward: Ward, nurse: User, assessment_at: AssessmentAt
) -> None:
    ward.systems = [OTHER]
    ward.full_clean()
    door.save_ward(ward)
    door.enter(course, [assessment_at(72, **ON_PRESSOR)], by=nurse)
    assert "Stub 2014" in read()


def test_a_ward_cannot_choose_what_does_not_exist(ward: Ward) -> None:
    ward.systems = ["crs_of_nobody"]
    with pytest.raises(ValidationError, match="crs_of_nobody"):
        ward.full_clean()


def test_the_administrator_chooses_in_the_admin_and_cannot_leave_out_astct(
    administrator: User, signed_in: Any, ward: Ward
) -> None:
    browser = signed_in(administrator)
    address = reverse("admin:patients_ward_change", args=[ward.pk])
    page = browser.get(address).content.decode()
    assert 'value="crs_astct_2019"' not in page
    answer = browser.post(
        address, {"name": "7 East", "time_zone": "Europe/Madrid", "assessment_every_hours": "8"}
    )
    assert answer.status_code == 302
    ward.refresh_from_db()
    assert ward.sees("crs_astct_2019")
    assert ward.sees("icans_astct_2019")


# Size


def test_a_long_course_is_read_page_by_page(
    read: Any, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(number) for number in range(COLUMNS_SHOWN + 1)], by=nurse)
    assert "Earlier assessments" in read()
    older = read(**{"from": COLUMNS_SHOWN})
    assert "Newer assessments" in older
    assert older.count('scope="col"') == 2


@pytest.mark.parametrize("asked", ["-1", "x", "99999", "", "½"])
def test_an_odd_page_is_answered(
    read: Any, course: Course, nurse: User, assessment_at: AssessmentAt, asked: str
) -> None:
    door.enter(course, [assessment_at(60)], by=nurse)
    assert "Side by side" in read(**{"from": asked})


def test_the_number_of_queries_does_not_depend_on_the_assessments(
    physician_client: Client,
    course: Course,
    nurse: User,
    assessment_at: AssessmentAt,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    address = reverse("compare", kwargs={"uid": course.uid})
    door.enter(course, [assessment_at(hour) for hour in range(1, 6)], by=nurse)
    with django_assert_max_num_queries(15) as few:
        physician_client.get(address)
    door.enter(course, [assessment_at(hour) for hour in range(6, 501)], by=nurse)
    with django_assert_num_queries(len(few)):
        physician_client.get(address)
