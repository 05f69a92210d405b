"""What is typed on the page of settings, line by line: what is taken, and what is said of it."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.http import QueryDict

from patients.rounds.rules.policy import Policy
from patients.rounds.rules.schedule import Schedule
from patients.rounds.settings_page.doubts import doubts_about
from patients.rounds.settings_page.typed import TypedSettings, interval_words, typed_of

CRS_2 = 2
"""The place of the row of vital signs from CRS 2 among the defaults."""


def sent(**changed: str | list[str]) -> QueryDict:
    """The defaults as the page sends them, but for what was changed."""
    defaults = typed_of(Schedule.for_ward_hours(12), Policy.default_for("4711"))
    defaults["reason"] = "two nurses at night"
    for name, value in changed.items():
        texts = value if isinstance(value, list) else [value]
        defaults.setlist(name.replace("_", "-", 2) if name != "reason" else name, texts)
    return defaults


def sentences(**changed: str | list[str]) -> list[str]:
    typed = TypedSettings(sent(**changed))
    typed.read()
    return typed.sentences()


def test_what_is_stored_is_read_back_as_it_was() -> None:
    typed = TypedSettings(sent())
    assert typed.read()
    assert typed.schedule == Schedule.for_ward_hours(12)
    assert typed.policy == Policy.default_for("4711")


@pytest.mark.parametrize(
    ("every", "unit", "sentence"),
    [
        ("0", "min", "0 min is outside 10 min to 48 h."),
        ("9", "min", "9 min is outside 10 min to 48 h."),
        ("48.1", "h", "48.1 h is outside 10 min to 48 h."),
        ("10000", "h", "10000 h is outside 10 min to 48 h."),
        ("often", "h", "“often” is no number. Type how many hours or minutes: 10 min to 48 h."),
        ("", "h", "Nothing is typed. Type how many hours or minutes: 10 min to 48 h."),
        ("0.505", "h", "0.505 h is not a whole number of minutes."),
        ("٣", "h", "“٣” is no number. Type how many hours or minutes: 10 min to 48 h."),
        ("-4", "h", "“-4” is no number. Type how many hours or minutes: 10 min to 48 h."),
    ],
)
def test_an_interval_that_nobody_could_follow_is_refused(
    every: str, unit: str, sentence: str
) -> None:
    typed = TypedSettings(sent(row_2_every=every, row_2_every_unit=unit))
    assert not typed.read()
    assert typed.intervals[CRS_2].problems == {"every": sentence}
    assert typed.intervals[CRS_2].typed["every"] == every


@pytest.mark.parametrize(
    ("every", "unit", "minutes"), [("10", "min", 10), ("48", "h", 2880), ("1,5", "h", 90)]
)
def test_an_interval_within_the_limits_is_taken(every: str, unit: str, minutes: int) -> None:
    typed = TypedSettings(sent(row_2_every=every, row_2_every_unit=unit))
    assert typed.read()
    assert typed.schedule.rows[CRS_2].minutes == minutes


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("reason", " ", "Say why the rounds are changed."),
        ("panel", [], "Choose at least one value of the minimum panel."),
        ("shift", ["25:00"], "“25:00” is no time of day. Type it as 07:30."),
        ("shift", ["", ""], "Type when at least one shift begins, such as 07:30."),
        ("shift", ["07:30", "7:30"], "Two shifts begin at the same time."),
        ("step_0_who", " ", "Say who is called: a role, such as physician on call."),
        ("step_0_minutes", "0", "0 minutes is outside 1–240 minutes."),
        ("step_0_minutes", "241", "241 minutes is outside 1–240 minutes."),
        ("step_0_minutes", "soon", "“soon” is no whole number. Type 1 to 240 minutes."),
        ("step_0_address", "pager", "No address has the name pager here any more."),
        ("row_0_why", "", "Say why this interval, so that the next ward round can ask."),
        ("row_0_clock", "", "Choose what is due: vitals, neurology or laboratory."),
        ("row_0_when", "crs_4", "Vitals needs a row that always applies. Add one."),
        ("row_1_when", "always", "This row stands above already. Take one of them out."),
    ],
)
def test_what_is_missing_or_wrong_is_said(name: str, value: Any, sentence: str) -> None:
    assert sentence in sentences(**{name: value})


def test_a_name_of_an_address_of_this_site_is_taken() -> None:
    typed = TypedSettings(sent(step_0_address="pager"))
    assert typed.read(["pager"])
    assert typed.policy.for_grade(0)[0].address == "pager"


def test_shifts_may_begin_at_half_hours() -> None:
    typed = TypedSettings(sent(shift=["19:30", "7:30", ""]))
    assert typed.read()
    assert typed.schedule.shifts == (time(7, 30), time(19, 30))


@pytest.mark.parametrize(
    ("changed", "question"),
    [
        ({"row_3_every": "2"}, None),
        ({"row_3_every": "3"}, "Vitals from CRS 3 every 3 h is longer than from CRS 2, every 2 h."),
        ({"row_1_every": "13"}, "Vitals from CRS 1 every 13 h is longer than always, every 12 h."),
        ({"row_0_every": "13"}, "the review asks for an assessment at least twice a day"),
        ({"step_4_minutes": "15"}, None),
        ({"step_4_minutes": "16"}, "A call of grade 3 waits 16 min for its first answer"),
    ],
)
def test_what_may_not_be_meant_is_asked_about(
    changed: dict[str, str], question: str | None
) -> None:
    typed = TypedSettings(sent(**changed))
    assert typed.read()
    texts = [doubt.text for doubt in doubts_about(typed.schedule, typed.policy)]
    assert [text for text in texts if question is None or question not in text] == []
    assert len(texts) == (question is not None)


@pytest.mark.parametrize(
    ("minutes", "words"), [(30, "30 min"), (60, "1 h"), (90, "1 h 30"), (2880, "48 h")]
)
def test_an_interval_is_said_as_on_the_ward(minutes: int, words: str) -> None:
    assert interval_words(minutes) == words
