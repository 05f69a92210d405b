"""A site decides otherwise: form, preview, stored grade, board and chart follow its one choice."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from grading.site_rules import site_rules
from patients import door
from patients.chart.laboratory.hyperinflammation import hyperinflammation_panel
from patients.models import Course, GradeRecord, LabResult, User
from patients.reading.course_file import course_file
from patients.reading.situation_now import options_of, situation_of
from tests.patients.entering import FULL, NOW, enter, page, posted, preview


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def decided(settings: Any) -> Callable[..., None]:
    """Call with the decisions of the site, by name."""

    def decide(**chosen: Any) -> None:
        settings.CARTOX_SITE_RULES = site_rules({"local_rules": chosen})

    return decide


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(" ".join(answer.content.decode().split()))


def in_hours(course: Course, hours: float) -> Any:
    return course.infused_at + timedelta(hours=hours)


VASOPRESSIN = {**FULL, "hypotension": "yes", "vasopressors": ["vasopressin"]}
LOW_PRESSURE = {**FULL, "hypotension": "", "systolic_mmhg": "96", "diastolic_mmhg": "60"}


@pytest.mark.parametrize(
    ("chosen", "values", "grade"),
    [
        ({}, VASOPRESSIN, 3),
        ({"vasopressin_alone_counts": False}, VASOPRESSIN, 2),
        ({}, LOW_PRESSURE, 1),
        ({"adult_systolic_below_mmhg": 100}, LOW_PRESSURE, 2),
    ],
)
def test_preview_stored_grade_board_and_chart_show_one_crs_grade(
    nurse_client: Client,
    course: Course,
    decided: Callable[..., None],
    chosen: dict[str, Any],
    values: dict[str, Any],
    grade: int,
) -> None:
    decided(**chosen)
    crs = f"CRS grade {grade} (ASTCT 2019)"
    assert crs in preview(nurse_client, course, **values)
    assert enter(nurse_client, course, **values).status_code == 302
    stored = GradeRecord.objects.live().get(system="crs_astct_2019", assessment__isnull=False)
    assert stored.grade == grade
    assert crs in text_of(nurse_client, reverse("board"))
    assert crs in text_of(nurse_client, page("chart", course))


def test_the_form_asks_about_hypotension_below_the_limit_of_the_site(
    nurse_client: Client, course: Course, decided: Callable[..., None]
) -> None:
    values = LOW_PRESSURE | {"hypotension": "no"}
    usual = preview(nurse_client, course, **values)
    decided(adult_systolic_below_mmhg=100)
    assert preview(nurse_client, course, **values) != usual


@pytest.mark.parametrize(
    ("chosen", "instrument"), [({}, "ICE"), ({"capd_below_years": 13}, "CAPD")]
)
def test_form_and_preview_follow_a_child_of_twelve_with_one_instrument(
    nurse_client: Client,
    course: Course,
    nurse: User,
    decided: Callable[..., None],
    chosen: dict[str, Any],
    instrument: str,
) -> None:
    decided(**chosen)
    born = date(NOW.year - 12, 1, 1)
    door.amend(course.patient, by=nurse, reason="wrong year", changes={"birth_date": born})
    form = text_of(nurse_client, page("assessment_new", course))
    assert ('name="capd_' in form) is (instrument == "CAPD")
    shown = preview(nurse_client, course, temperature_c="36.8", capd_total="12", ice_total="5")
    assert ("CAPD 12" in shown) is (instrument == "CAPD")


@pytest.mark.parametrize(
    ("chosen", "ceiling", "next_at"),
    [({}, 4, "08:40"), ({"tocilizumab_total": 3, "tocilizumab_interval_hours": 12}, 3, "12:40")],
)
def test_board_dose_form_and_chart_count_tocilizumab_by_one_limit(
    nurse_client: Client,
    course: Course,
    decided: Callable[..., None],
    chosen: dict[str, Any],
    ceiling: int,
    next_at: str,
) -> None:
    decided(**chosen)
    enter(nurse_client, course, **FULL)  # without CRS nothing is said of a next dose
    six_hours_ago = posted(course, "given_at", given_at_time="00:40", agent="tocilizumab")
    assert nurse_client.post(page("dose_new", course), six_hours_ago).status_code == 302
    board = text_of(nurse_client, reverse("board"))
    assert f"tocilizumab 1/{ceiling}" in board
    assert f"next from {next_at}" in board
    form = text_of(nurse_client, page("dose_new", course))
    assert f"1 of {ceiling} given" in form
    values = posted(course, "given_at", given_at_time="06:40", agent="tocilizumab")
    answer = nurse_client.post(page("dose_check", course), values)
    assert "interval: 6 h since the last dose" in answer.content.decode()
    assert f"1 of {ceiling} given" in text_of(nurse_client, page("chart", course))


@pytest.mark.parametrize(
    ("chosen", "limit", "met"),
    [
        ({}, "300 ng/mL (assumed)", True),
        ({"uln_ferritin_ng_ml": 900}, "900 ng/mL (assumed)", None),
    ],
)
def test_panel_and_stored_checklist_take_one_limit_of_ferritin(
    course: Course,
    nurse: User,
    decided: Callable[..., None],
    chosen: dict[str, Any],
    limit: str,
    met: bool | None,
) -> None:
    decided(**chosen)
    ferritin = LabResult(
        collected_at=in_hours(course, 48), analyte="ferritin", value=Decimal(1000), unit="ng/mL"
    )
    door.enter(course, [ferritin], by=nurse)
    panel = hyperinflammation_panel(course_file(Course.objects.get(pk=course.pk)), NOW)
    assert panel.ferritin is not None
    assert panel.ferritin.limit == limit
    assert panel.checklist is not None
    stored = GradeRecord.objects.live().get(system="iec_hs").result
    assert stored.values["required"][0]["met"] is met
    assert panel.checklist.required[0].met is met


@pytest.mark.parametrize(("chosen", "stands"), [({}, True), ({"igg_prompt_mg_dl": 300}, False)])
def test_igg_is_an_option_below_the_level_that_the_site_chose(
    course: Course, nurse: User, decided: Callable[..., None], chosen: dict[str, Any], stands: bool
) -> None:
    decided(**chosen)
    low = LabResult(
        collected_at=in_hours(course, 48), analyte="igg", value=Decimal(350), unit="mg/dL"
    )
    door.enter(course, [low], by=nurse)
    file = course_file(Course.objects.get(pk=course.pk))
    codes = [option.code for option in options_of(situation_of(file, NOW))]
    assert ("icaht_igg" in codes) is stands


def test_a_regrade_brings_grades_and_board_to_a_new_decision(
    nurse_client: Client, course: Course, decided: Callable[..., None]
) -> None:
    enter(nurse_client, course, **VASOPRESSIN)
    decided(vasopressin_alone_counts=False)
    assert "CRS grade 3 (ASTCT 2019)" in text_of(nurse_client, reverse("board"))
    call_command("regrade", stdout=StringIO())
    assert "CRS grade 2 (ASTCT 2019)" in text_of(nurse_client, reverse("board"))
    assert "CRS grade 2 (ASTCT 2019)" in text_of(nurse_client, page("chart", course))


def test_nothing_under_patients_takes_the_default_decisions() -> None:
    files = list((Path(settings.BASE_DIR) / "patients").rglob("*.py"))
    assert files
    wrong = [path.name for path in files if "local_rules import DEFAULT" in path.read_text("utf-8")]
    assert wrong == []
