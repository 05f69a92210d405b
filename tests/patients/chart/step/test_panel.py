"""The panel of the current step: what stands at once, what a line rests on, the doses so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.utils.html import strip_tags

from patients import door
from patients.models import Assessment, Course, Dose, LabResult, User
from tests.patients.entering import page
from tests.storing import AssessmentAt

NOW = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)
SICK = {
    "temperature_c": Decimal("38.9"),
    "hypotension": True,
    "systolic_mmhg": Decimal(88),
    "diastolic_mmhg": Decimal(52),
    "vasopressors": ["norepinephrine"],
}
Read = Callable[[], str]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def panel(physician_client: Client, course: Course) -> Read:
    """The markup of the panel, with single spaces."""

    def read() -> str:
        chart = physician_client.get(page("chart", course)).content.decode()
        step = chart[chart.index('id="chart-step"') : chart.index('id="chart-timeline"')]
        return " ".join(unescape(step).split())

    return read


def words(markup: str) -> str:
    return " ".join(strip_tags(markup).split())


def column(markup: str, key: str) -> str:
    return markup.partition(f"step__column--{key}")[2].partition("</section>")[0]


def dose(hours_ago: float, agent: str, amount: int) -> Dose:
    at = NOW - timedelta(hours=hours_ago)
    return Dose(given_at=at, agent=agent, amount=amount, unit="mg", route="IV")


@pytest.fixture
def sick(course: Course, nurse: User, assessment_at: AssessmentAt) -> Assessment:
    row = assessment_at(72, **SICK)
    door.enter(course, [row], by=nurse)
    return row


def test_the_panel_says_of_which_entry_it_is_and_how_old_that_is(
    panel: Read, sick: Assessment, course: Course, nurse: User
) -> None:
    door.enter(course, [dose(1, "tocilizumab", 576)], by=nurse)
    shown = panel()
    assert "from the entry of 11:00, 2 h 00 ago; doses to 12:00" in words(shown)
    assert f'href="#entry-{sick.uid}">entry of 11:00' in shown
    assert "Who to call: Bleep 4711" in words(shown)


def test_the_panel_says_how_long_ago_the_episode_began(
    panel: Read, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    assert "onset" not in words(panel())
    fever = {"temperature_c": Decimal(39)}
    door.enter(course, [assessment_at(62, **fever), assessment_at(71, **SICK)], by=nurse)
    assert "onset CRS 12 h 00 ago" in words(panel())


def test_the_columns_come_in_the_order_of_what_is_done(panel: Read, sick: Assessment) -> None:
    keys = re.findall(r'class="step__column step__column--(\w+)"', panel())
    assert keys == [
        key for key in ("exclude_first", "now", "if_no_response", "caution") if key in keys
    ]
    assert {"exclude_first", "now"} <= set(keys)


def test_the_grade_stands_once_above_its_lines_and_leads_to_its_entry(
    panel: Read, sick: Assessment
) -> None:
    now = column(panel(), "now")
    assert now.count("CRS 3 ") == 1
    assert f'<h4><a class="fact" href="#entry-{sick.uid}">CRS 3' in now


def test_a_fact_leads_to_the_entry_or_to_the_panel_that_works_it_out(
    panel: Read, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    weighed = assessment_at(40, measured_weight_kg=Decimal("71.5"))
    low = LabResult(collected_at=NOW, analyte="anc", value=Decimal("0.1"), unit="10^9/L")
    door.enter(course, [weighed, assessment_at(71, **SICK), low], by=nurse)
    shown = panel()
    assert re.search(rf'href="[^"]*#entry-{weighed.uid}">71\.5 kg, weighed', shown)
    icaht = shown.partition('id="step-icaht_monitoring"')[2].partition("</li>")[0]
    assert f'href="{page("panels", course)}#panel-counts"' in icaht


def test_a_line_opens_to_its_source_and_the_panel_says_what_the_letters_mean(
    panel: Read, sick: Assessment
) -> None:
    line = panel().partition('id="step-crs_dexamethasone_q6h"')[2].partition("</details>")[0]
    summary, _, opened = line.partition("</summary>")
    assert "Ferreri" not in summary
    assert "Ferreri" in opened
    assert '<span class="flag">S</span>' in opened
    letters = panel().partition('id="step-letters"')[2].partition("</details>")[0]
    assert "from the review by Ferreri and Bhutani, 2024" in letters


def test_another_guideline_stands_beside_the_line_from_which_it_differs(
    panel: Read, sick: Assessment
) -> None:
    shown = panel()
    line = shown.partition('id="step-crs_tocilizumab"')[2].partition("</details>")[0]
    assert "ASCO 2021 differs" in line.partition("</summary>")[0]
    assert "ASCO 2021 differs:" in line.partition("</summary>")[2]


@pytest.mark.parametrize(
    ("hours_ago", "expected"),
    [
        (7.9, "1 of 4 given; last 05:06, 7 h 54 ago"),
        (7.9, "next within the limits from 13:06 (interval)"),
        (8, "no dose limit reached"),
    ],
)
def test_the_line_of_tocilizumab_names_the_last_dose_and_the_limit_that_binds(
    panel: Read, sick: Assessment, course: Course, nurse: User, hours_ago: float, expected: str
) -> None:
    door.enter(course, [dose(hours_ago, "tocilizumab", 576)], by=nurse)
    assert expected in words(panel())


def test_the_line_of_steroid_names_each_drug_the_total_and_the_next(
    panel: Read, sick: Assessment, course: Course, nurse: User
) -> None:
    assert "no steroid given" in words(panel())
    doses = [dose(14, "dexamethasone", 10), dose(8, "dexamethasone", 10)]
    door.enter(course, [*doses, dose(2, "methylprednisolone", 50)], by=nurse)
    shown = words(panel())
    assert "begun Wed 23:00" in shown
    assert "dexamethasone 20 mg in 24 h, 2 doses" in shown
    assert "methylprednisolone 50 mg in 24 h, 1 dose" in shown
    assert "dexamethasone equivalent 29.4 mg in 24 h" in shown


def test_a_steroid_schedule_says_when_the_next_is_due(
    panel: Read, sick: Assessment, course: Course, nurse: User
) -> None:
    door.enter(course, [dose(9, "dexamethasone", 10), dose(3, "dexamethasone", 10)], by=nurse)
    assert "next of the schedule (every 6 h) is due 16:00" in words(panel())


def test_a_fact_that_is_too_old_for_the_chart_leads_to_the_page_of_its_list(
    course: Course, nurse: User, nurse_client: Client, assessment_at: AssessmentAt
) -> None:
    rows = [assessment_at(hours) for hours in range(1, 60)]
    door.enter(course, rows, by=nurse)
    for row, address in ((rows[-1], "#entry-"), (rows[0], "lists/entries/?from=0#entry-")):
        answer = nurse_client.get(page("chart_entry", course, row_uid=row.uid))
        assert answer.status_code == 302
        assert answer["Location"].endswith(f"{address}{row.uid}")
        there = nurse_client.get(answer["Location"].partition("#")[0]).content.decode()
        assert f'id="entry-{row.uid}"' in there


def test_an_entry_of_another_course_is_not_there(
    course: Course, nurse_client: Client, sick: Assessment
) -> None:
    assert nurse_client.get(page("chart_entry", course, row_uid=course.uid)).status_code == 404


def test_a_result_has_an_anchor_of_its_own(
    panel: Read, course: Course, nurse: User, sick: Assessment, nurse_client: Client
) -> None:
    row = LabResult(collected_at=NOW, analyte="anc", value=Decimal("0.1"), unit="10*9/L")
    door.enter(course, [row], by=nurse)
    assert f'href="#entry-{row.uid}"' in column(panel(), "exclude_first")
    chart = nurse_client.get(page("chart", course)).content.decode()
    assert f'id="entry-{row.uid}"' in chart
