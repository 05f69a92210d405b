"""The chart of one patient: what a physician reads before deciding, and who may read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients import door
from patients.chart import views as view
from patients.chart.lists import ASSESSMENTS, Extent, NewestLines
from patients.models import Assessment, Course, Dose, LabResult, User
from patients.models.guarded import unguarded
from patients.permissions import get_course_or_404
from tests.storing import AssessmentAt

NOW = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)
SICK = {
    "temperature_c": Decimal("38.9"),
    "hypotension": True,
    "systolic_mmhg": Decimal(88),
    "diastolic_mmhg": Decimal(52),
    "vasopressors": ["norepinephrine"],
    "oxygen_device": "high_flow_nasal_cannula",
    "oxygen_flow_l_min": Decimal(40),
}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def url(course: Course) -> str:
    return reverse("chart", kwargs={"uid": course.uid})


@pytest.fixture
def read(physician_client: Client, url: str) -> Callable[[], str]:
    return lambda: " ".join(physician_client.get(url).content.decode().split())


def test_the_strip_names_the_patient_on_the_page(read: Any) -> None:
    page = read()
    for expected in ("DOE, Jane", "00123", "12 Mar 1964", "axicabtagene ciloleucel", "Day +3"):
        assert expected in page


def test_the_name_and_number_stand_in_no_address_and_no_title(url: str, read: Any) -> None:
    assert "00123" not in url
    assert re.search(r"<title>(.*?)</title>", read()).group(1) == "Bed 12 · Chart · Cartox"


@pytest.mark.parametrize("name", ["chart", "chart_figure"])
def test_each_part_checks_by_itself_who_may_read(
    anonymous: Client, other_ward_client: Client, viewer_client: Client, course: Course, name: str
) -> None:
    address = reverse(name, kwargs={"uid": course.uid})
    assert anonymous.get(address).status_code == 302
    assert other_ward_client.get(address).status_code == 404
    assert viewer_client.get(address).status_code == 200


def test_the_poll_checks_by_itself_too(other_ward_client: Client, url: str) -> None:
    answer = other_ward_client.get(url, {"token": "x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 404


def test_a_viewer_is_offered_no_entry(
    viewer_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt, url: str
) -> None:
    door.enter(course, [assessment_at(60)], by=nurse)
    page = viewer_client.get(url).content.decode()
    assert "assessments/new" not in page
    assert "strike-out" not in page


def test_an_empty_course_reads_as_not_assessed_never_as_zero(read: Any) -> None:
    page = read()
    assert "CRS not assessed (ASTCT 2019)" in page
    assert "No assessment yet." in page
    assert "Nothing to compare yet" in page
    assert "no dose limit" not in page
    assert "grade 0" not in page


def test_a_child_gets_the_pediatric_protocol_in_place_of_a_dose_for_adults(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(70, **SICK)], by=nurse)
    for_adults, for_children = "Dexamethasone 10 mg", "dose by the pediatric protocol"
    adult = read()
    assert for_adults in adult
    assert for_children not in adult
    door.amend(
        course.patient, by=nurse, reason="typed wrongly", changes={"birth_date": date(2018, 1, 1)}
    )
    child = read()
    assert for_children in child
    assert for_adults not in child


def test_the_grade_stands_with_its_reasons_and_their_source(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(
        course,
        [assessment_at(48, temperature_c=Decimal("38.4")), assessment_at(70, **SICK)],
        by=nurse,
    )
    page = read()
    assert "CRS grade 3 (ASTCT 2019)" in page
    assert "↑ was 1" in page
    assert "peak 3" in page
    assert "CRS 3 since 09:00 (4 h 00)</span> <span>onset 07 Jan 11:00, Day +2" in page
    assert "norepinephrine" in page
    assert "Criterion:" in page
    assert "Lee DW et al." in page


def test_an_entry_that_grades_nothing_leaves_the_grade_and_its_options(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    blind = {"temperature_c": None, "hypotension": None, "vasopressors": None}
    door.enter(
        course,
        [assessment_at(60, **SICK), assessment_at(72, **blind, oxygen_device=None)],
        by=nurse,
    )
    page = read()
    assert "CRS grade 3 (ASTCT 2019), not reassessed" in page
    assert "3, 14 h 00 ago, not reassessed; not graded anew: nobody entered temp" in page
    assert "CRS 3, 14 h 00 ago, not reassessed" in page
    assert "CRS: last graded 3, 14 h 00 ago, not reassessed; its options are shown" in page
    assert "<strong>no dose limit reached</strong>" in page


def test_the_step_gives_the_dose_the_count_and_the_next_time(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    toci = Dose(
        given_at=NOW - timedelta(hours=5),
        agent="tocilizumab",
        amount=Decimal(576),
        unit="mg",
        route="IV",
    )
    door.enter(course, [assessment_at(68, **SICK), toci], by=nurse)
    page = read()
    assert "1 of 4 given; last 08:00, 5 h 00 ago; one dose is 576 mg at 72 kg" in page
    assert "next within the limits from 16:00 (interval)" in page
    assert "Options from the literature, not orders" in page
    assert "no steroid given" in page


BLIND = {"temperature_c": None, "hypotension": None, "vasopressors": None, "oxygen_device": None}


@pytest.mark.parametrize("crs", ["none, then not graded", "never"])
def test_without_crs_to_treat_nothing_is_said_of_a_dose(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt, crs: str
) -> None:
    """A grade that cannot be told is as little an indication as a grade of 0."""
    earlier = [assessment_at(60)] if crs != "never" else []
    blind = {**BLIND, "temperature_c": Decimal(37)}
    door.enter(course, [*earlier, assessment_at(70, **blind, ice_total=5)], by=nurse)
    page = read()
    assert "0 of 4 given" in page
    assert "576 mg" not in page
    assert "no dose limit" not in page


def test_where_no_limit_stands_against_a_dose_it_is_not_called_allowed(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(68, **SICK)], by=nurse)
    page = read()
    assert "no dose limit reached" in page
    assert "allow a dose" not in page


def test_once_the_total_is_reached_neither_a_dose_nor_tocilizumab_is_offered(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    doses = [
        Dose(given_at=NOW - timedelta(hours=hours), agent="tocilizumab", unit="mg", amount=560)
        for hours in (12, 24, 36, 48)
    ]
    door.enter(course, [assessment_at(68, **SICK), *doses], by=nurse)
    page = read()
    assert "no further dose within the total" in page
    assert "one dose is" not in page
    assert "Tocilizumab 8 mg/kg" not in page


def test_isolated_icans_warns_of_tocilizumab(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(70, ice_total=5)], by=nurse)
    page = read()
    assert "Tocilizumab is not indicated for isolated ICANS and may worsen it" in page
    assert "no CRS: no indication" in page
    assert "no dose limit" not in page
    assert "576 mg" not in page


def test_at_crs_1_without_a_persistent_fever_no_dose_and_no_limit_is_said(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    given = Dose(given_at=NOW - timedelta(hours=20), agent="tocilizumab", unit="mg", amount=576)
    door.enter(course, [assessment_at(70, temperature_c=Decimal("38.6")), given], by=nurse)
    page = read()
    assert "CRS 1: for persistent fever only" in page
    assert "no dose limit" not in page
    assert "one dose is" not in page


def test_struck_out_and_corrected_rows_stay_readable_with_who_and_why(
    read: Any, nurse: User, physician: User, course: Course, assessment_at: AssessmentAt
) -> None:
    wrong, mistyped = assessment_at(50), assessment_at(60)
    door.enter(course, [wrong, mistyped], by=nurse)
    door.strike_out(wrong, by=physician, reason="wrong patient")
    door.enter(
        course, [assessment_at(60, temperature_c=Decimal("38.2"), replaces=mistyped)], by=physician
    )
    page = read()
    assert "struck out by Paul Physician, 08 Jan 13:00: wrong patient" in page
    assert "corrected by Paul Physician, 08 Jan 13:00" in page
    assert page.count('class="struck"') == 2
    assert page.count("/correct/") == 1


def test_an_entry_made_late_says_so(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(70)], by=nurse)
    assert "entered 4 h 00 late" in read()


def test_an_entry_made_in_time_says_nothing(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(74)], by=nurse)
    assert "min late" not in read()


def test_a_converted_value_keeps_what_the_laboratory_sent(
    read: Any, nurse: User, course: Course
) -> None:
    sent = {"analyte": "crp", "value": Decimal(21), "unit": "mg/dL"}
    door.enter(course, [LabResult(collected_at=NOW, **sent)], by=nurse)
    page = read()
    assert '>CRP <span class="labs__unit">mg/dL</span>' in page
    assert '21</span><span class="labs__unit">= 210 mg/L</span>' in page


def test_a_unit_in_another_spelling_is_not_converted(
    read: Any, nurse: User, course: Course
) -> None:
    sent = {"analyte": "ferritin", "value": Decimal(2000), "unit": "ng/ml"}
    door.enter(course, [LabResult(collected_at=NOW, **sent)], by=nurse)
    page = read()
    assert "2,000" in page
    assert "= 2,000" not in page


def lab(hour: int, analyte: str, value: str, unit: str, comparator: str = "=") -> LabResult:
    return LabResult(
        collected_at=NOW - timedelta(hours=hour),
        analyte=analyte,
        value=Decimal(value),
        unit=unit,
        comparator=comparator,
    )


def labs_of(page: str) -> str:
    match = re.search(r'<section id="chart-labs".*?</section>', page)
    assert match is not None
    return match[0]


def test_laboratory_values_of_one_time_stand_in_one_row(
    read: Any, nurse: User, course: Course
) -> None:
    door.enter(
        course,
        [
            lab(30, "ferritin", "800", "ng/mL"),
            lab(6, "ferritin", "40000", "ng/mL", ">"),
            lab(6, "crp", "210", "mg/L"),
        ],
        by=nurse,
    )
    shown = labs_of(read())
    assert shown.count('scope="row"') == 2
    assert '>Ferritin <span class="labs__unit">ng/mL</span>' in shown
    assert shown.index("08 Jan 07:00") < shown.index("07 Jan 07:00")
    assert re.search(r'<span class="labs__value" id="entry-[^"]*">&gt; 40,000</span>', shown)


def test_a_column_with_two_units_says_the_unit_beside_each_value(
    read: Any, nurse: User, course: Course
) -> None:
    door.enter(course, [lab(30, "crp", "21", "mg/dL"), lab(6, "crp", "180", "mg/L")], by=nurse)
    shown = labs_of(read())
    assert "21 mg/dL" in shown
    assert "180 mg/L" in shown
    assert ">CRP</th>" in shown


def test_a_value_is_struck_out_by_itself_and_stays_visible(
    read: Any, nurse: User, physician: User, course: Course
) -> None:
    wrong, right = lab(6, "ferritin", "8000", "ng/mL"), lab(6, "crp", "21", "mg/L")
    door.enter(course, [wrong, right], by=nurse)
    door.strike_out(wrong, by=physician, reason="hemolyzed")
    shown = labs_of(read())
    assert re.search(r"<s class=.labs__out.*?8,000</s>", shown)
    assert "Ferritin 8,000 ng/mL: <strong>struck out by Paul Physician" in shown
    assert "hemolyzed" in shown
    assert f"/labs/{right.uid}/correct/" in shown
    assert f"/labs/{wrong.uid}/correct/" not in shown


def test_the_newest_are_shown_and_the_rest_is_folded(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(hour) for hour in range(1, 15)], by=nurse)
    door.enter(course, [lab(hour, "crp", "21", "mg/L") for hour in range(1, 13)], by=nurse)
    page = read()
    assert "2 earlier entries" in page
    assert "2 earlier times" in page
    assert "older-doses" not in page


def test_one_row_alone_is_not_folded() -> None:
    def of(count: int) -> NewestLines:
        return NewestLines(ASSESSMENTS, list(range(count)), Extent(0, 50, count))

    assert of(13).older == []
    assert len(of(14).newest) == 12
    assert not of(0)


def test_the_timeline_is_in_the_page_as_a_table_and_names_its_figure(
    read: Any, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(70, **SICK)], by=nurse)
    page = read()
    assert f'data-figure="{reverse("chart_figure", kwargs={"uid": course.uid})}"' in page
    assert "the same as a table" in page
    assert re.search(r"08 Jan 09:00</th><td>\+3</td><td>3</td><td>0</td><td>38\.9</td>", page)


def test_the_figure_is_served_by_itself(
    physician_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(70)], by=nurse)
    answer = physician_client.get(reverse("chart_figure", kwargs={"uid": course.uid}))
    assert answer.json()["layout"]["hovermode"] == "x unified"


def test_the_poll_gets_204_until_something_is_entered(
    physician_client: Client, nurse: User, course: Course, assessment_at: AssessmentAt, url: str
) -> None:
    page = physician_client.get(url).content.decode()
    token = re.search(r'data-token="([0-9a-f]+)"', page).group(1)
    asked = {"path": url, "data": {"token": token}, "headers": {"HX-Request": "true"}}
    assert physician_client.get(**asked).status_code == 204
    door.enter(course, [assessment_at(70)], by=nurse)
    answer = physician_client.get(**asked)
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith('<div id="chart-body"')


def test_the_chart_asks_no_more_however_many_entries(
    physician_client: Client,
    nurse: User,
    course: Course,
    assessment_at: AssessmentAt,
    url: str,
    django_assert_max_num_queries: Any,
) -> None:
    door.enter(course, [assessment_at(hour) for hour in range(1, 60)], by=nurse)
    with django_assert_max_num_queries(23):
        physician_client.get(url)


def test_only_chart_pages_load_the_chart_script(
    physician_client: Client, course: Course, url: str
) -> None:
    assert "plotly-basic.min.js" in physician_client.get(url).content.decode()
    new = reverse("assessment_new", kwargs={"uid": course.uid})
    for other in (reverse("board"), reverse("rules"), new):
        assert "plotly" not in physician_client.get(other).content.decode()


def test_an_unchanged_chart_is_read_once_and_a_changed_one_anew(
    course: Course, nurse: User, read: Any
) -> None:
    def body() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as asked:
            page = read()
        return re.sub('name="(csrfmiddlewaretoken|uid)" value="[^"]+"', "", page), len(asked)

    enter_at(course, nurse, temperature_c=Decimal("38.4"))
    first, queries = body()
    again, fewer = body()
    assert again == first
    assert fewer <= queries - 4  # four kinds of row and the grades, against the people
    enter_at(course, nurse, minutes=5, temperature_c=Decimal("39.7"))
    assert "39.7" not in first
    assert "39.7" in body()[0]


def test_a_chart_that_is_read_already_calls_people_as_they_are_called_now(
    course: Course, nurse: User, read: Any
) -> None:
    enter_at(course, nurse, temperature_c=Decimal("38.4"))
    assert "Newname" not in read()
    unguarded(User).filter(pk=nurse.pk).update(first_name="Una", last_name="Newname")
    assert "Newname" in read()


def test_the_lists_that_are_kept_offer_nothing_to_somebody_who_only_reads(
    course: Course, nurse: User, url: str, nurse_client: Client, viewer_client: Client
) -> None:
    enter_at(course, nurse, temperature_c=Decimal("38.4"))
    for _ in range(2):
        assert ">correct</a>" in nurse_client.get(url).content.decode()
        assert ">correct</a>" not in viewer_client.get(url).content.decode()


def test_a_course_that_is_corrected_while_it_is_read_is_not_kept_as_it_was(
    course: Course, nurse: User, physician: User, read: Any, monkeypatch: Any
) -> None:
    enter_at(course, nurse, temperature_c=Decimal("38.4"))
    earlier = course.infused_at - timedelta(days=2)

    def read_then_corrected(user: Any, uid: Any) -> Course:
        loaded = get_course_or_404(user, uid)
        monkeypatch.setattr(view, "get_course_or_404", get_course_or_404)
        door.amend(course, by=physician, reason="wrong day", changes={"infused_at": earlier})
        return loaded

    monkeypatch.setattr(view, "get_course_or_404", read_then_corrected)
    assert days(read()) == ["Day +1"]
    assert days(read()) == ["Day +3"]


def days(page: str) -> list[str]:
    """The days told beside the assessments."""
    entries = page.partition('id="chart-entries"')[2]
    return re.findall(r'class="when">[^<]*<span class="soft">(Day [^<]+)</span>', entries)


def enter_at(course: Course, nurse: User, *, minutes: int = 0, **facts: Any) -> None:
    at = course.infused_at + timedelta(hours=20, minutes=minutes)
    door.enter(course, [Assessment(observed_at=at, **facts)], by=nurse)
