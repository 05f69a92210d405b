"""The prompts: each boundary on both sides, and never a grade."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.guidelines import prompts as module
from grading.guidelines.prompts import Prompt, anakinra_timer, follow_up, igg, prompts
from grading.local_rules import DEFAULT
from grading.record import DAY, Dose, Event, Lab, Record
from tests.grading.blood_counts.late_samples import (
    IGG_SAMPLES,
    LOW_IGG,
)
from tests.grading.hyperinflammation.hyper_cases import anakinra, course, hours, of_course

BCMA = "ciltacabtagene autoleucel"


def codes(listed: tuple[Prompt, ...]) -> list[str]:
    return [prompt.code for prompt in listed]


@pytest.mark.parametrize("name", IGG_SAMPLES)
def test_changing_a_decision_on_igg_changes_the_prompt(name: str) -> None:
    value, record = IGG_SAMPLES[name]
    local = replace(DEFAULT, **{name: value})
    assert igg(record, local) != igg(record, DEFAULT)
    assert prompts(record, {}, 50 * DAY, local) != prompts(record, {}, 50 * DAY, DEFAULT)


def hyperinflammation_prompts(words: str, **more: Any) -> tuple[Prompt, ...]:
    record = replace(course(words), **more)
    return module.hyperinflammation(record, of_course(record).get("iec_hs"))


def test_suspicion_of_iec_hs_is_a_prompt_with_its_basis() -> None:
    (prompt,) = hyperinflammation_prompts(
        "ferritin=900 uln:ferritin=300 baseline=400 crs=2@48,1@96 fibrinogen=90"
    )
    assert prompt.code == "iec_hs"
    assert prompt.basis == (
        "ferritin 900 ng/mL: 3 × the upper limit (300), 2.3 × the baseline (400); "
        "CRS 1 at hour 96, below its highest 2: resolving; features seen: fibrinogen, fever"
    )
    assert prompt.at == hours(100)


def test_suspicion_of_iec_hs_without_another_feature_says_that_none_was_seen() -> None:
    words = "ferritin=900 uln:ferritin=300 baseline=400 crs=2@24,0@48,0@74"
    (prompt,) = hyperinflammation_prompts(words)
    assert prompt.basis.endswith("; no other feature seen")


HIGH_BEFORE = "uln:ferritin=300 baseline=900 crs=2@24,0@48,0@98"


@pytest.mark.parametrize(
    ("words", "is_quiet"),
    [
        (f"ferritin=900@50 ferritin=880 {HIGH_BEFORE}", True),
        (f"ferritin=880@50 ferritin=900 {HIGH_BEFORE}", False),
        (f"ferritin=880@50 ferritin=880 {HIGH_BEFORE}", False),
        (f"ferritin=880 {HIGH_BEFORE}", False),
        (f"ferritin=2000@50 ferritin=1900 {HIGH_BEFORE}", False),
        (f"ferritin=900@50 ferritin=880 fibrinogen=90 {HIGH_BEFORE}", False),
        (f"ferritin=900@50 ferritin=880 {HIGH_BEFORE}".replace("=900 crs", "=600 crs"), False),
        (f"ferritin=900@50 ferritin=880 {HIGH_BEFORE}".replace("=900 crs", "=601 crs"), True),
    ],
)
def test_a_ferritin_that_was_high_before_and_falls_prompts_in_the_panel_alone(
    words: str, is_quiet: bool
) -> None:
    (prompt,) = hyperinflammation_prompts(words)
    assert (prompt.code, prompt.is_quiet) == ("iec_hs", is_quiet)


def test_t25_active_crs_prompts_ferritin_and_liver_not_iec_hs() -> None:
    listed = hyperinflammation_prompts("ferritin=30000 ast=1000 uln:ast=40 crs=1@100")
    assert codes(listed) == ["hyperinflammation"]
    assert listed[0].text == "Follow ferritin, liver and fibrinogen: the timing of IEC-HS is open"


def test_ferritin_alone_in_active_crs_prompts_nothing() -> None:
    assert hyperinflammation_prompts("ferritin=12000@72 crs=3@72") == ()


def test_recorded_iec_hs_is_no_longer_suspected() -> None:
    words = "ferritin=900 crs=2@48,1@96"
    assert codes(hyperinflammation_prompts(words)) == ["iec_hs"]
    assert hyperinflammation_prompts(words, events=(Event(hours(99), "iec_hs"),)) == ()


def igg_record(value: str, unit: str = "mg/dL", sign: str = "=", **more: Any) -> Record:
    return Record(labs=(Lab(hours(700), "igg", Decimal(value), sign, unit),), **more)


@pytest.mark.parametrize(
    ("value", "unit", "sign", "prompted"),
    [
        ("400", "mg/dL", "=", True),
        ("400.1", "mg/dL", "=", False),
        ("4.0", "g/L", "=", True),
        ("4.01", "g/L", "=", False),
        ("500", "mg/dL", "<", False),
        ("400", "mg/dL", "<", True),
        ("380", "units", "=", False),
    ],
)
def test_igg_of_400_or_less_prompts(value: str, unit: str, sign: str, prompted: bool) -> None:
    codes = [prompt.code for prompt in igg(igg_record(value, unit, sign), DEFAULT)]
    assert ("igg" in codes) is prompted


def test_t86_igg_in_myeloma_has_the_caveat() -> None:
    (prompt,) = igg(igg_record("380", indication="multiple myeloma"), DEFAULT)
    assert prompt.basis.endswith("myeloma: M-protein confounds the total IgG")
    (by_product,) = igg(igg_record("380", product="ciltacabtagene autoleucel"), DEFAULT)
    assert "M-protein" in by_product.basis
    (lymphoma,) = igg(igg_record("380", indication="large B-cell lymphoma"), DEFAULT)
    assert "M-protein" not in lymphoma.basis
    assert "consider" in prompt.text


def test_only_the_latest_igg_prompts() -> None:
    later = Lab(hours(800), "igg", Decimal(600), unit="mg/dL")
    assert igg(replace(LOW_IGG, labs=(*LOW_IGG.labs, replace_elapsed(later, 50))), DEFAULT) == ()
    assert igg(replace(LOW_IGG, labs=(*LOW_IGG.labs, replace_elapsed(later, 30))), DEFAULT) != ()


def replace_elapsed(lab: Lab, days: int) -> Lab:
    return replace(lab, elapsed=days * DAY)


def test_igg_with_infection_where_a_ward_asks_for_both() -> None:
    both = replace(DEFAULT, igg_prompt="level_and_infection")
    infected = igg_record("380", events=(Event(hours(650), "infection"),))
    assert igg(igg_record("380"), both) == ()
    assert "infection recorded" in igg(infected, both)[0].basis


def timer(at: float, *given: Dose, recorded: float | None = 99, words: str = "") -> Any:
    """The prompt at an hour, with IEC-HS recorded at another or only what the words hold."""
    events = () if recorded is None else (Event(hours(recorded), "iec_hs"),)
    record = replace(course(words), doses=given, events=events)
    return anakinra_timer(record, of_course(record).get("iec_hs"), hours(at), DEFAULT)


def test_the_anakinra_timer_starts_at_the_first_dose() -> None:
    given = anakinra(100, 106, 112, 140)
    (running,) = timer(147.9, *given)
    assert running.text == "Reassess 48 h after the first anakinra"
    assert (running.at, running.due) == (hours(100), hours(148))
    (over,) = timer(148, *given)
    assert "ruxolitinib" in over.text
    assert timer(99.5, *given) == ()


SUSPECTED = "ferritin=900@98 crs=2@48,1@96"


@pytest.mark.parametrize(
    ("words", "recorded", "runs"),
    [
        ("", None, False),
        ("crs=0@24,0@72", None, False),
        ("ferritin=120@98 crs=2@48,1@96", None, False),
        ("ferritin=900@98 crs=2@48,2@96", None, False),
        (SUSPECTED, None, True),
        ("ferritin=900@90 fibrinogen=300@98 crs=2@48,2@90,1@96", None, True),
        ("", 99, True),
        ("", 110, True),
        ("", 112.1, False),
    ],
)
def test_the_anakinra_timer_runs_only_with_iec_hs_suspected_or_recorded(
    words: str, recorded: float | None, runs: bool
) -> None:
    """Anakinra prevents or treats CRS and ICANS too; the ladder of 48 h is that of IEC-HS."""
    assert bool(timer(112, *anakinra(100, 106), recorded=recorded, words=words)) is runs


def test_anakinra_that_ended_a_day_before_iec_hs_was_given_for_something_else() -> None:
    prophylaxis = anakinra(0, 24, 48)
    assert timer(73, *prophylaxis, recorded=72)[0].at == hours(48)
    assert timer(73, *prophylaxis, recorded=72.1) == ()
    treated = (*prophylaxis, *anakinra(80))
    assert timer(81, *treated, recorded=79)[0].at == hours(80)


def test_anakinra_running_since_before_iec_hs_counts_from_iec_hs_on() -> None:
    run = Dose(hours(0), "anakinra", ended=hours(168))
    (prompt,) = timer(121, run, recorded=120)
    assert (prompt.at, prompt.due) == (hours(120), hours(168))


def test_the_anakinra_timer_ends_with_ruxolitinib_or_a_week_without_a_dose() -> None:
    given = (*anakinra(100), Dose(hours(149), "ruxolitinib"))
    assert timer(148.9, *given) != ()
    assert timer(149, *given) == ()
    assert timer(100 + 7 * 24, *anakinra(100)) != ()
    assert timer(100.1 + 7 * 24, *anakinra(100)) == ()


def test_a_dose_after_more_than_a_week_starts_the_timer_again() -> None:
    assert timer(301, *anakinra(100, 300))[0].at == hours(300)
    assert timer(270, *anakinra(100, 200, 268))[0].at == hours(100)


def test_anakinra_before_the_infusion_starts_no_timer() -> None:
    assert timer(20, *anakinra(-0.1), recorded=0) == ()
    assert codes(timer(20, *anakinra(0), recorded=0)) == ["anakinra_48_h"]


def test_the_anakinra_timer_says_how_ferritin_went() -> None:
    (prompt,) = timer(160, *anakinra(100), words="ferritin=9000@99 ferritin=4000@150")
    assert prompt.basis == "anakinra for IEC-HS since hour 100; ferritin 9,000, then 4,000 ng/mL"


def test_after_a_death_nothing_is_prompted_and_nothing_is_due() -> None:
    record = replace(course("ferritin=900 crs=2@48,1@96 igg=300"), doses=anakinra(98), product=BCMA)
    death = Event(hours(101), "death", attributed_to="crs")
    after = replace(record, events=(death,))
    assert prompts(record, of_course(record), hours(102), DEFAULT) != ()
    assert prompts(after, of_course(after), hours(102), DEFAULT) == ()
    assert anakinra_timer(after, of_course(after)["iec_hs"], hours(102), DEFAULT) == ()
    assert (bool(follow_up(record)), follow_up(after)) == (True, ())


def test_the_calendar_follows_for_life() -> None:
    calendar = follow_up(Record(product="axicabtagene ciloleucel"))
    assert [prompt.due for prompt in calendar] == [30 * DAY, 60 * DAY, 90 * DAY, 5479 * DAY, None]
    assert calendar[-1].basis == "life-long"
    assert abs(5479 * DAY - timedelta(days=15 * 365.25)) < DAY


@pytest.mark.parametrize("product", ["idecabtagene vicleucel", "Ciltacabtagene autoleucel"])
def test_bcma_products_have_neurologic_reviews(product: str) -> None:
    due = [
        prompt.due
        for prompt in follow_up(Record(product=product))
        if prompt.code == "follow_up_neurologic"
    ]
    assert due == [30 * DAY, 90 * DAY, 180 * DAY]


def test_all_prompts_stand_together_the_most_urgent_first() -> None:
    record = replace(
        course("ferritin=900 crs=2@48,1@96 igg=300"),
        doses=anakinra(98),
    )
    listed = prompts(record, of_course(record), hours(101), DEFAULT)
    assert codes(listed) == ["iec_hs", "anakinra_48_h", "igg"]
    assert all(prompt.text and prompt.basis and prompt.source for prompt in listed)
    assert prompts(Record(), {}, hours(1), DEFAULT) == ()
