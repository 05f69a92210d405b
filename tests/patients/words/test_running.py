"""The vasopressors that run, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from patients.words.now.running import is_any_newer, running_in_words

ZONE = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)
ASSESSED_AT = NOW - timedelta(hours=2)


def drug(agent: str, hours_ago: float, **values: Any) -> dict[str, Any]:
    return {"agent": agent, "at": (NOW - timedelta(hours=hours_ago)).isoformat(), **values}


SINCE_BEFORE = drug("norepinephrine", 3, amount="0.05", unit="mcg/kg/min")
BEGAN_AFTER = drug("vasopressin", 1, amount="0.03", unit="units/min")
FASTER_SINCE = drug("norepinephrine", 1, amount="0.08", unit="mcg/kg/min") | {
    "started": SINCE_BEFORE["at"]
}
ON_THE_LIST = drug("angiotensin_ii", 2, listed=True)
OF_A_LIST_WITH_RATE = drug("dopamine", 30, amount="7.5", unit="mcg/kg/min", listed=True)


@pytest.mark.parametrize(
    ("running", "text"),
    [
        ([], ""),
        ([SINCE_BEFORE], "on norepinephrine 0.05 mcg/kg/min since 10:00"),
        (
            [BEGAN_AFTER],
            "vasopressin 0.03 units/min running since 12:00, after the last assessment",
        ),
        (
            [SINCE_BEFORE, BEGAN_AFTER],
            (
                "on norepinephrine 0.05 mcg/kg/min since 10:00; vasopressin 0.03 units/min running "
                "since 12:00, after the last assessment"
            ),
        ),
        ([FASTER_SINCE], "on norepinephrine 0.08 mcg/kg/min since 12:00"),
        ([ON_THE_LIST], "on angiotensin II by the list of 11:00"),
        ([OF_A_LIST_WITH_RATE], "on dopamine 7.5 mcg/kg/min by the list of Wed 07:00"),
        ([drug("epinephrine", 2)], "on epinephrine since 11:00"),  # of the assessment itself
        ([drug("other", 2, listed=True)], "on other, unnamed by the list of 11:00"),
    ],
)
def test_whatever_runs_is_named_with_its_rate(running: list[dict[str, Any]], text: str) -> None:
    assert running_in_words(running, ASSESSED_AT, NOW, ZONE) == text
    assert is_any_newer(running, ASSESSED_AT) is ("after the last assessment" in text)


def test_before_the_first_assessment_every_run_is_new() -> None:
    text = "norepinephrine 0.05 mcg/kg/min running since 10:00, after the last assessment"
    assert running_in_words([SINCE_BEFORE], None, NOW, ZONE) == text
