"""The panel "Hyperinflammation": everything it prints, from what was entered and stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from patients import door
from patients.chart.laboratory.hours import with_times
from patients.chart.laboratory.hyperinflammation import Hyperinflammation, hyperinflammation_panel
from patients.models import Course, Dose, Event, LabResult, User
from patients.reading.course_file import course_file
from tests.storing import AssessmentAt

Read = Callable[[float], Hyperinflammation]


@pytest.mark.parametrize("minute", range(60))
def test_an_hour_of_two_decimals_is_the_minute_that_was_entered(
    course: Course, minute: int
) -> None:
    hour_text = f"at hour {round(Decimal(60 * 30 + minute) / 60, 2)}"
    clock = (course.infused_at + timedelta(hours=30, minutes=minute)).astimezone(course.zone)
    assert f"{clock:%H:%M}" in with_times(course_file(course), hour_text)


def at(course: Course, hour: float) -> datetime:
    return course.infused_at + timedelta(hours=hour)


@pytest.fixture
def panel(course: Course) -> Read:
    """The panel so many hours after the infusion."""

    def read(hour: float) -> Hyperinflammation:
        return hyperinflammation_panel(
            course_file(Course.objects.get(pk=course.pk)), at(course, hour)
        )

    return read


@pytest.fixture
def lab(course: Course) -> Callable[..., LabResult]:
    def result(hour: float, analyte: str, value: str, unit: str, **more: Any) -> LabResult:
        return LabResult(
            collected_at=at(course, hour),
            analyte=analyte,
            value=Decimal(value),
            unit=unit,
            **more,
        )

    return result


@pytest.fixture
def inflamed(
    course: Course,
    nurse: User,
    lab: Callable[..., LabResult],
    assessment_at: AssessmentAt,
) -> Course:
    """CRS 2, then 1; ferritin 500, then 4,000 and 16,000; anakinra and a steroid since hour 100."""
    door.enter(
        course,
        [
            assessment_at(48, temperature_c=Decimal(39), hypotension=True),
            assessment_at(96, temperature_c=Decimal("38.5")),
            lab(-24, "ferritin", "500", "ng/mL"),
            lab(76, "ferritin", "4000", "ng/mL"),
            lab(100, "ferritin", "16000", "ng/mL", upper_limit=Decimal(400)),
            lab(100, "fibrinogen", "1.1", "g/L"),
            Dose(given_at=at(course, 100), agent="anakinra", amount=200, unit="mg", route="SC"),
            Dose(given_at=at(course, 100), agent="dexamethasone", amount=10, unit="mg", route="IV"),
            Dose(given_at=at(course, 140), agent="dexamethasone", amount=10, unit="mg", route="IV"),
        ],
        by=nurse,
    )
    return course


@pytest.mark.usefixtures("course")
def test_a_course_without_results_has_an_empty_panel_and_a_calendar(panel: Read) -> None:
    shown = panel(24)
    assert (shown.ferritin, shown.checklist, shown.timer) == (None, None, None)
    assert shown.older == ()
    assert {value.text for value in shown.latest_values} == {"–"}
    assert [line.day for line in shown.calendar] == [
        "Day +30", "Day +60", "Day +90", "Day +5479", "",
    ]  # fmt: skip
    assert shown.calendar[0].due == "04 Feb 2026"
    assert not shown.calendar[0].is_past
    assert panel(24 * 31).calendar[0].is_past


@pytest.mark.usefixtures("inflamed")
def test_ferritin_stands_with_limit_baseline_and_doubling_time(panel: Read) -> None:
    ferritin = panel(101).ferritin
    assert ferritin is not None
    assert (ferritin.latest.text, ferritin.latest.taken) == ("16,000 ng/mL", "09 Jan 15:00")
    assert (ferritin.limit, ferritin.times_limit) == ("400 ng/mL", "40 × upper limit")
    assert (ferritin.baseline, ferritin.times_baseline) == ("500 ng/mL", "32 × baseline")
    assert ferritin.doubling == "doubling in 12 h"
    assert ferritin.rise == "rising 500 ng/mL per hour"
    assert ferritin.is_rapid


@pytest.mark.usefixtures("inflamed")
def test_an_assumed_limit_is_marked(panel: Read) -> None:
    ferritin = panel(77).ferritin
    assert ferritin is not None
    assert ferritin.limit == "300 ng/mL (assumed)"


@pytest.mark.usefixtures("inflamed")
def test_the_checklist_is_ticked_from_the_data_with_what_is_missing(panel: Read) -> None:
    checklist = panel(101).checklist
    assert checklist is not None
    assert checklist.label == "IEC-HS (ASTCT 2023)"
    assert [tick.mark for tick in checklist.required] == ["met", "met", "cannot tell"]
    assert checklist.required[1].basis == "CRS 1 at 09 Jan 11:00, below its highest 2: resolving"
    ticks = {tick.code: tick for tick in checklist.features}
    assert ticks["iec_hs_fibrinogen"].met is True
    assert ticks["iec_hs_fibrinogen"].label == "Fibrinogen < 150 mg/dL or below the lower limit"
    assert ticks["iec_hs_hemophagocytosis"].mark == "cannot tell"
    assert checklist.suspected == "ferritin and timing are met: consider IEC-HS"
    assert checklist.missing.startswith("physician statement, AST, ALT")
    assert checklist.grade == "no grade recorded by a physician"
    assert checklist.as_of == "09 Jan 15:00"


@pytest.mark.usefixtures("inflamed")
def test_the_older_scores_never_stand_without_their_warning(panel: Read) -> None:
    older = {score.label: score for score in panel(101).older}
    assert older["HLH-2004 (Henter 2007)"].value == "3 of 8 items, open"
    assert older["HLH (CARTOX 2018)"].value == "1 of 5 items, open"
    assert older["HScore (Fardet 2014)"].value.startswith("113 to ")
    for score in older.values():
        assert score.cautions[0].startswith("low validity after CAR-T")


@pytest.mark.usefixtures("inflamed")
def test_the_anakinra_timer_counts_down_and_then_says_what_the_review_offers(panel: Read) -> None:
    running, over = panel(101).timer, panel(148).timer
    assert running is not None
    assert over is not None
    assert (running.due, running.left, running.is_over) == ("11 Jan 15:00", "1 d 23 h", False)
    assert (over.left, over.is_over) == ("", True)
    assert "ruxolitinib" in over.text
    assert panel(99).timer is None


def test_a_physicians_grade_stands_in_the_checklist(
    panel: Read, inflamed: Course, physician: User
) -> None:
    event = Event(happened_at=at(inflamed, 101), kind="iec_hs", grade=2)
    door.enter(inflamed, [event], by=physician)
    shown = panel(102)
    assert shown.checklist is not None
    assert shown.checklist.grade == "grade 2, recorded by a physician"
    assert shown.checklist.required[2].mark == "met"


@pytest.mark.usefixtures("inflamed")
def test_the_panel_shows_the_quiet_options_with_their_facts(panel: Read) -> None:
    shown = panel(101)
    further = {line.code: line for line in shown.further}
    assert further["icaht_antiviral"].basis == "Day +4"
    assert shown.quiet == ()


def test_a_thin_suspicion_of_iec_hs_stands_in_the_panel_alone(
    panel: Read,
    course: Course,
    nurse: User,
    lab: Callable[..., LabResult],
    assessment_at: AssessmentAt,
) -> None:
    door.enter(
        course,
        [
            assessment_at(24, temperature_c=Decimal(39), hypotension=True),
            assessment_at(98),
            lab(-24, "ferritin", "900", "ng/mL"),
            lab(50, "ferritin", "900", "ng/mL"),
            lab(100, "ferritin", "880", "ng/mL"),
        ],
        by=nurse,
    )
    (line,) = panel(101).quiet
    assert line.code == "iec_hs_suspected_thin"
    assert line.basis.startswith("ferritin 880 ng/mL")
    assert "at hour" not in line.basis


def test_bcma_products_have_neurologic_reviews_in_the_calendar(panel: Read, course: Course) -> None:
    course.product = "ciltacabtagene autoleucel"
    calendar = hyperinflammation_panel(course_file(course), at(course, 24)).calendar
    assert [line.day for line in calendar if "neurologic" in line.text] == [
        "Day +30", "Day +90", "Day +180",
    ]  # fmt: skip
