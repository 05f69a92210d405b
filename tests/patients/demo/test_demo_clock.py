"""The demo patients reach the grades they state, whenever the demo is started."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from patients.demo import ward
from patients.demo.play import ONE_MINUTE
from patients.demo.stories import STORIES
from patients.demo.story import Story
from patients.models import CLINICAL_MODELS, BoardRow, Course

pytestmark = pytest.mark.slow

CRS, ICANS = "crs_astct_2019", "icans_astct_2019"
STARTS = {
    "after midnight": datetime(2026, 11, 22, 0, 10, tzinfo=UTC),
    "before the morning round": datetime(2026, 11, 22, 5, 40, tzinfo=UTC),
    "at noon": datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
    "before midnight": datetime(2026, 11, 22, 23, 50, tzinfo=UTC),
    "two days after the clocks went back": datetime(2026, 10, 27, 9, 15, tzinfo=UTC),
    "on a leap day": datetime(2028, 2, 29, 18, 30, tzinfo=UTC),
}


@pytest.fixture(params=STARTS, ids=lambda name: name.replace(" ", "-"))
def now(request: pytest.FixtureRequest) -> datetime:
    return STARTS[request.param]


@pytest.fixture
def courses(now: datetime, db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Course]:
    monkeypatch.setenv("TZ", "Europe/Madrid")
    return ward.build(now)


def reached(course: Course) -> tuple[int | None, ...]:
    systems = BoardRow.objects.get(course=course).systems
    return tuple(
        value
        for key in (CRS, ICANS)
        for value in (systems[key]["current"]["grade"], systems[key]["peak"])
    )


def expected(story: Story) -> tuple[int | None, ...]:
    grades = story.expected
    return (grades.crs, grades.crs_peak, grades.icans, grades.icans_peak)


def test_every_patient_reaches_the_grades_of_the_story(
    courses: dict[str, Course], now: datetime
) -> None:
    assert {mrn: reached(course) for mrn, course in courses.items()} == {
        story.mrn: expected(story) for story in STORIES
    }
    assert [
        course.day(now - story.minutes_ago * ONE_MINUTE)
        for course, story in zip(courses.values(), STORIES, strict=True)
    ] == [story.day for story in STORIES]
    for model in CLINICAL_MODELS:
        rows = model._default_manager.all()
        assert [row for row in rows if row.at > now or row.recorded_at > now] == []
