"""What the scores of the whole course say at a moment: IEC-HS, ICAHT and movement toxicity."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grading.guidelines.situation.situation import IcahtNow, IecHsNow
from grading.record import DAY, Event
from tests.grading.blood_counts.day_cases import daily_course
from tests.grading.guidelines.situation.records import crs, situation_of_record
from tests.grading.guidelines.situations import hours
from tests.grading.hyperinflammation.hyper_cases import course
from tests.grading.neurotoxicity.test_mnt import PATTERN, neuro

SUSPECTED = "ferritin=900 uln:ferritin=300 baseline=400 crs=2@48,1@96"
HIGH_BEFORE = "uln:ferritin=300 baseline=900 crs=2@24,0@48,0@98"


def iec_hs(words: str, *events: Event, now: float = 100) -> IecHsNow:
    return situation_of_record(replace(course(words), events=events), now).iec_hs


def test_a_suspicion_stands_with_ferritin_timing_and_features() -> None:
    now = iec_hs(f"{SUSPECTED} fibrinogen=90")
    assert (now.is_suspected, now.is_loud, now.since) == (True, True, hours(100))
    assert [fact.text for fact in now.facts] == [
        "ferritin 900 ng/mL: 3 × the upper limit (300), 2.3 × the baseline (400)",
        "CRS 1 at hour 96, below its highest 2: resolving",
        "fibrinogen",
        "fever",
    ]
    assert now.recorded is None


@pytest.mark.parametrize(
    "words",
    [
        "",
        "ferritin=600 uln:ferritin=300 baseline=400 crs=2@48,1@96",
        "ferritin=900 uln:ferritin=300 baseline=400 crs=2@48,2@96",
        "crs=2@48,1@96",
    ],
)
def test_without_ferritin_or_timing_nothing_is_suspected(words: str) -> None:
    assert iec_hs(words) == IecHsNow()


def test_before_the_ferritin_came_nothing_was_suspected() -> None:
    assert iec_hs(SUSPECTED, now=99.9) == IecHsNow()


@pytest.mark.parametrize(
    ("words", "is_loud"),
    [
        (f"ferritin=900@50 ferritin=880 {HIGH_BEFORE}", False),
        (f"ferritin=880@50 ferritin=900 {HIGH_BEFORE}", True),
        (f"ferritin=880 {HIGH_BEFORE}", True),
        (f"ferritin=900@50 ferritin=880 fibrinogen=90 {HIGH_BEFORE}", True),
        (f"ferritin=900@50 ferritin=880 {HIGH_BEFORE}".replace("=900 crs", "=600 crs"), True),
    ],
)
def test_only_a_ferritin_that_was_high_before_and_falls_is_quiet(words: str, is_loud: bool) -> None:
    now = iec_hs(words)
    assert (now.is_suspected, now.is_loud) == (True, is_loud)


def test_a_record_of_a_physician_stands_with_its_newest_grade() -> None:
    first = Event(hours(80), "iec_hs", grade=2, uid="a")
    events = (
        first,
        Event(hours(90), "iec_hs", grade=3, uid="b"),
        Event(hours(95), "iec_hs", uid="c"),
    )
    now = iec_hs(SUSPECTED, *events)
    assert (now.grade, now.since, now.is_loud) == (3, hours(80), True)
    assert now.recorded is not None
    assert now.recorded.uid == "c"
    assert iec_hs(SUSPECTED, *events, now=89.9).grade == 2
    assert iec_hs("", Event(hours(80), "iec_hs")).grade is None


LOW = {**dict.fromkeys(range(8), "3000"), **dict.fromkeys(range(8, 16), "400"), 16: "2000"}


def icaht(day: float) -> IcahtNow:
    return situation_of_record(daily_course("anc", LOW), day * 24).icaht


def test_icaht_is_that_of_the_counts_up_to_now() -> None:
    assert [icaht(day).early_grade for day in (7, 9, 20)] == [0, 1, 2]
    assert icaht(20).late_grade is None
    (fact,) = icaht(20).facts
    assert "500/µL" in fact.text


def test_without_counts_neither_grade_nor_risk_is_known() -> None:
    assert situation_of_record(course(""), 100).icaht == IcahtNow()


def test_movement_toxicity_is_called_by_its_pattern_until_it_is_recorded() -> None:
    pattern = neuro(600, *PATTERN)
    of = replace(course(""), findings=(crs(10, 0), pattern))
    assert situation_of_record(of, 599.9).movement == ()
    assert len(situation_of_record(of, 600).movement) >= 2
    recorded = replace(of, events=(Event(hours(601), "mnt"),))
    assert situation_of_record(recorded, 600.9).movement != ()
    assert situation_of_record(recorded, 601).movement == ()


def test_the_events_of_later_are_not_among_those_of_now() -> None:
    of = replace(course(""), events=(Event(DAY, "infection"), Event(2 * DAY, "relapse")))
    assert [event.kind for event in situation_of_record(of, 47.9).events] == ["infection"]
