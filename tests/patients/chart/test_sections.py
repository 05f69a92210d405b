"""The sections of the chart, and one that another app adds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from patients.chart.sections import ChartSection, chart_sections
from patients.models import Course
from tests.patients.entering import page

CALLS = ChartSection(
    key="calls",
    place="top",
    template="calls.html",
    context=lambda page: {"calls": [f"Call about {page.course.patient.display_name}"]},
)
TWICE = ChartSection(
    key="twice", place="below", template="calls.html", context=lambda page: {"doses": []}
)


@pytest.fixture
def calls_template(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "calls.html").write_text('<ul id="chart-calls"><li>{{ calls.0 }}</li></ul>')
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [engine | {"DIRS": [*engine["DIRS"], tmp_path]}]


@pytest.mark.usefixtures("calls_template")
def test_another_app_adds_a_section_in_its_place(
    nurse_client: Client, course: Course, settings: Any
) -> None:
    settings.CARTOX_CHART_SECTIONS = [f"{__name__}.CALLS", *settings.CARTOX_CHART_SECTIONS]
    chart = nurse_client.get(page("chart", course)).content.decode()

    added = '<ul id="chart-calls"><li>Call about DOE, Jane</li></ul>'
    assert chart.index(added) < chart.index('id="chart-headline"') < chart.index('id="chart-step"')


def test_a_site_leaves_a_section_out(nurse_client: Client, course: Course, settings: Any) -> None:
    settings.CARTOX_CHART_SECTIONS = [
        path for path in settings.CARTOX_CHART_SECTIONS if not path.endswith("SIDE_BY_SIDE")
    ]
    chart = nurse_client.get(page("chart", course)).content.decode()
    assert 'id="chart-beside"' not in chart
    assert 'id="chart-entries"' in chart


def test_two_sections_that_give_one_name_are_refused(
    nurse_client: Client, course: Course, settings: Any
) -> None:
    settings.CARTOX_CHART_SECTIONS = [*settings.CARTOX_CHART_SECTIONS, f"{__name__}.TWICE"]
    with pytest.raises(ValueError, match="twice: another section gives doses"):
        nurse_client.get(page("chart", course))


def test_every_section_has_a_key_and_a_template_of_its_own() -> None:
    sections = chart_sections()
    assert len({section.key for section in sections}) == len(sections) > 5
    assert len({section.template for section in sections}) == len(sections)
