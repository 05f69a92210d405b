"""IEC-HS, ICAHT and late toxicities: doses, the 48 h of anakinra, what the lines say and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.guidelines.follow_up import follow_up
from grading.guidelines.indication import is_autoimmune, is_myeloma
from grading.guidelines.line import Option
from grading.guidelines.lines.blood.anakinra_clock import AnakinraClock, anakinra_clock
from grading.guidelines.products import product_named
from grading.guidelines.situation.of_course import CourseGraded, situation_at
from grading.guidelines.situation.situation import IecHsNow, PatientNow
from grading.guidelines.step import next_step
from grading.local_rules import DEFAULT
from grading.record import DAY, Dose, Event, Lab
from grading.rules.systems import grade_course, grade_record
from tests.grading.guidelines.situation_words import situation_of
from tests.grading.guidelines.situations import codes, hours, option, situation
from tests.grading.hyperinflammation.hyper_cases import course


def clock(at: float, *doses: Dose, since: float | None = 99, **more: Any) -> AnakinraClock | None:
    """The clock at an hour, with IEC-HS since another."""
    iec_hs = IecHsNow(
        is_suspected=True, is_loud=True, since=None if since is None else hours(since)
    )
    return anakinra_clock(situation(now=at, doses=doses, iec_hs=iec_hs, **more))


def anakinra(*at: float, mg: int | None = 200) -> list[Dose]:
    return [
        Dose(hours(hour), "anakinra", amount=None if mg is None else Decimal(mg), unit="mg")
        for hour in at
    ]


def steroid(*at: float) -> list[Dose]:
    return [Dose(hours(hour), "dexamethasone", amount=Decimal(10), unit="mg") for hour in at]


def test_the_48_h_begin_with_the_target_dose_and_a_steroid() -> None:
    both = clock(150, *anakinra(100, 112, 124), *steroid(106, 130))
    assert both is not None
    assert (both.since, both.target, both.steroid) == (hours(100), hours(100), hours(106))
    assert both.due == hours(154)


def test_the_target_dose_is_the_sum_of_24_h() -> None:
    low = clock(150, *anakinra(100, 124.1, mg=100), *steroid(100, 140))
    assert low is not None
    assert (low.target, low.due) == (None, None)
    reached = clock(150, *anakinra(100, 123.9, mg=100), *steroid(100, 140))
    assert reached is not None
    assert (reached.target, reached.due) == (hours(123.9), hours(171.9))


def test_without_an_amount_or_a_steroid_the_48_h_have_not_begun_and_it_says_so() -> None:
    alone = clock(150, *anakinra(100, 112))
    unknown = clock(150, *anakinra(100, 112, mg=None), *steroid(100, 140))
    assert alone is not None
    assert unknown is not None
    assert alone.lacks() == ("The 48 h have not begun: no steroid is being given",)
    assert unknown.due is None
    assert "target dose" in unknown.lacks()[0]


def test_a_steroid_that_ended_two_days_ago_is_none() -> None:
    assert (lasting := clock(150, *anakinra(148), *steroid(102)))
    assert lasting.steroid == hours(102)
    assert (ended := clock(150.1, *anakinra(148), *steroid(102)))
    assert ended.steroid is None


@pytest.mark.parametrize(
    ("since", "runs"), [(None, False), (99, True), (124, True), (124.1, False)]
)
def test_the_clock_runs_only_for_iec_hs(since: float | None, runs: bool) -> None:
    """Anakinra prevents or treats CRS and ICANS too; what ended a day before was for them."""
    assert (clock(126, *anakinra(94, 100), since=since) is not None) is runs


def test_anakinra_that_ran_before_counts_from_iec_hs_on() -> None:
    run = Dose(hours(0), "anakinra", amount=Decimal(200), unit="mg", ended=hours(168))
    running = clock(121, run, *steroid(110), since=120)
    assert running is not None
    assert (running.since, running.due) == (hours(120), hours(168))


def test_the_clock_ends_a_week_after_the_last_dose_and_starts_again_after_one() -> None:
    assert clock(100 + 7 * 24, *anakinra(100)) is not None
    assert clock(100.1 + 7 * 24, *anakinra(100)) is None
    again = clock(301, *anakinra(100, 300))
    assert again is not None
    assert again.since == hours(300)


def test_anakinra_before_the_infusion_starts_no_clock() -> None:
    assert clock(20, *anakinra(-0.1), since=0) is None
    assert clock(20, *anakinra(0), since=0) is not None


def test_beside_a_child_the_target_dose_is_that_of_the_protocol() -> None:
    child = clock(150, *anakinra(100, mg=20), *steroid(100, 140), weight_kg="12", age_years="3")
    assert child is not None
    assert child.due == hours(148)


def test_ruxolitinib_waits_until_the_48_h_are_over_and_says_since_when() -> None:
    words = "iec_hs=3 iec_hs_since=70 anakinra200=60,48,36,24,12,0 dex10=60,36,12"
    line = option("iec_hs_ruxolitinib", situation_of(words))
    assert line.due == hours(240 - 60 + 48)
    assert [fact.text for fact in line.why[1:]] == [
        "anakinra for IEC-HS since",
        "target dose since",
        "steroid since",
        "no ferritin since",
    ]
    assert line.details == ()


def doses_of(line: Option) -> str:
    return "; ".join((line.text, *line.details))


def test_doses_are_those_that_the_review_prints() -> None:
    adult = situation_of("crs=0 iec_hs=3 iec_hs_since=90 anakinra200=60 ruxolitinib=30")
    text = doses_of(option("iec_hs_anakinra", adult))
    assert "anakinra 100–200 mg every 6–12 hours, or up to 10 mg/kg a day IV" in text
    assert "72 kg × 10 mg/kg = 720 mg/day at most" in text
    assert "1 mg/kg IV twice weekly" in option("iec_hs_emapalumab", adult).text
    assert "50–100 mg/m² once to twice weekly" in option("iec_hs_etoposide", adult).text


def test_a_child_of_12_kg_has_mg_per_kg_and_the_protocol() -> None:
    child = situation_of(
        "crs=0 iec_hs=3 iec_hs_since=90 anakinra20=60 ruxolitinib=30 weight=12 age=3 anc=0.1"
    )
    text = doses_of(option("iec_hs_anakinra", child))
    assert "100–200 mg" not in text
    assert "12 kg × 10 mg/kg = 120 mg/day at most" in text
    assert "mg/m²" not in option("iec_hs_etoposide", child).text
    assert "12 kg × 5 mcg/kg = 60 mcg a day" in doses_of(option("icaht_g_csf", child))


def test_only_the_thin_suspicion_is_quiet() -> None:
    assert option("iec_hs_suspected_thin", situation_of("iec_hs_thin")).is_quiet
    assert not option("iec_hs_suspected", situation_of("iec_hs_suspected")).is_quiet


def test_what_is_too_old_is_named_with_its_value() -> None:
    line = option("iec_hs_support_unknown", situation_of("iec_hs=2 old:fibrinogen=90 inr=1.1"))
    assert [fact.text for fact in line.why[1:]] == [
        "Fibrinogen 90 mg/dL, too old to be used",
        "platelets not recorded",
    ]


def test_the_work_up_names_the_drugs_on_record_that_lower_counts() -> None:
    words = "now=360 icaht=2 anc=0.3 linezolid=160 bactrim=200"
    line = option("icaht_work_up", situation_of(words))
    assert line.details == ("Recorded in the last 7 days: linezolid",)


def test_igg_where_a_ward_asks_for_an_infection_too() -> None:
    both = replace(DEFAULT, igg_prompt="level_and_infection")
    low = situation_of("now=720 igg=380")
    infected = situation_of("now=720 igg=380 event:infection=50")
    assert "icaht_igg" not in codes(replace(low, local=both))
    assert "icaht_igg" in codes(replace(infected, local=both))


def test_igg_follows_the_level_that_the_ward_chose_and_says_the_caveat_of_myeloma() -> None:
    low = situation_of("now=720 igg=350 indication=myeloma")
    assert option("icaht_igg", low).details == ("Myeloma: M-protein confounds the total IgG",)
    lower = replace(DEFAULT, igg_prompt_mg_dl=Decimal(300))
    assert "icaht_igg" not in codes(replace(low, local=lower))
    assert option("icaht_igg", situation_of("now=720 igg=350")).details == ()


def test_an_igg_that_cannot_be_read_is_named() -> None:
    unread = situation(now=800, labs_not_used={"igg": "IgG of Day 33 came in AU: not used"})
    assert option("icaht_igg_not_used", unread).why[0].text == "IgG of Day 33 came in AU: not used"


@pytest.mark.parametrize(
    ("indication", "product", "myeloma", "autoimmune"),
    [
        ("multiple myeloma", "", True, False),
        ("", "cilta-cel", True, False),
        ("large B-cell lymphoma", "axi-cel", False, False),
        ("Systemic lupus erythematosus", "axi-cel", False, True),
        ("SLE", "", False, True),
        ("myasthenia gravis", "ide-cel", False, True),
        ("stiff-person syndrome", "", False, True),
        (None, "", False, False),
    ],
)
def test_what_an_indication_means(
    indication: str | None, product: str, myeloma: bool, autoimmune: bool
) -> None:
    assert is_myeloma(indication, product_named(product)) is myeloma
    assert is_autoimmune(indication) is autoimmune


def weighed(ago: float | None, *, fresh: bool | None, kg: str | None = "72") -> PatientNow:
    weight = None if kg is None else Decimal(kg)
    at = None if ago is None else hours(240 - ago)
    return PatientNow(Decimal(60), False, weight, at, fresh)


@pytest.mark.parametrize(
    ("words", "patient", "expected"),
    [
        ("crs=2", weighed(23, fresh=True), []),
        ("crs=2", weighed(25, fresh=False), ["course_weight_old"]),
        ("crs=1", weighed(25, fresh=False), []),
        ("crs=0", weighed(25, fresh=False), []),
        ("crs=2", weighed(None, fresh=None), ["course_weight_old"]),
        ("crs=2", weighed(None, fresh=None, kg=None), ["course_weight_unknown"]),
        ("crs=0 iec_hs=2", weighed(25, fresh=False), ["course_weight_old"]),
        ("crs=0 anc=0.2", weighed(25, fresh=False), ["course_weight_old"]),
        ("crs=2 toci=100,80,60,40", weighed(25, fresh=False), []),
    ],
)
def test_an_old_weight_is_named_while_a_dose_by_weight_is_in_question(
    words: str, patient: PatientNow, expected: list[str]
) -> None:
    of = replace(situation_of(words), patient=patient)
    assert [code for code in codes(of) if code.startswith("course_weight")] == expected


def test_the_calendar_has_dates_and_who_does_it_and_goes_on_for_life() -> None:
    calendar = follow_up(product_named("axi-cel"))
    assert [each.due for each in calendar] == [30 * DAY, 60 * DAY, 90 * DAY, 5479 * DAY, None]
    assert calendar[-1].basis == "life-long"
    assert all(each.who for each in calendar)
    assert abs(5479 * DAY - timedelta(days=15 * 365.25)) < DAY


@pytest.mark.parametrize("product", ["idecabtagene vicleucel", "Carvykti"])
def test_bcma_products_have_neurologic_reviews(product: str) -> None:
    calendar = follow_up(product_named(product))
    assert [each.due for each in calendar if each.code == "neurologic"] == [
        30 * DAY,
        90 * DAY,
        180 * DAY,
    ]


def test_recorded_iec_hs_stays_until_ferritin_is_near_normal_and_nothing_is_given() -> None:
    recorded = "now=700 crs=0 iec_hs=3 iec_hs_since=400"
    assert "iec_hs_anakinra" in codes(situation_of(recorded))
    assert "iec_hs_anakinra" in codes(situation_of(f"{recorded} ferritin=601"))
    assert "iec_hs_anakinra" not in codes(situation_of(f"{recorded} ferritin=600"))
    assert "iec_hs_anakinra" in codes(situation_of(f"{recorded} ferritin=600 anakinra100=47"))


def test_the_event_of_a_physician_is_the_first_fact() -> None:
    event = Event(hours(230), "iec_hs", grade=2, uid="e1")
    iec_hs = IecHsNow(event, 2, is_loud=True, since=hours(200))
    line = option("iec_hs_monitoring", situation(now=240, iec_hs=iec_hs))
    assert (line.why[0].text, line.why[0].uid) == ("IEC-HS 2 recorded by a physician", "e1")


# On whole records: what the checklist, the counts and the record of a physician call


def standing(words: str, at: float = 101, **more: Any) -> dict[str, Option]:
    """The options of a record in the words of `hyper_cases`, by their code."""
    record = replace(course(words), **more)
    graded = grade_record(record, DEFAULT)
    whole = CourseGraded(record, graded, grade_course(record, graded, DEFAULT))
    return {each.code: each for each in next_step(situation_at(whole, hours(at)))}


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
def test_a_ferritin_that_was_high_before_and_falls_is_quiet(words: str, is_quiet: bool) -> None:
    options = standing(words)
    assert ("iec_hs_suspected_thin" in options) is is_quiet
    assert ("iec_hs_suspected" in options) is not is_quiet
    assert ("iec_hs_anakinra_suspected" in options) is not is_quiet


def test_a_suspicion_says_what_it_rests_on() -> None:
    words = "ferritin=900 uln:ferritin=300 baseline=400 crs=2@48,1@96 fibrinogen=90"
    line = standing(words)["iec_hs_suspected"]
    assert [fact.text for fact in line.why][:3] == [
        "ferritin 900 ng/mL: 3 × the upper limit (300), 2.3 × the baseline (400)",
        "CRS 1 at hour 96, below its highest 2: resolving",
        "fibrinogen",
    ]


def test_active_crs_with_high_transaminases_leaves_the_timing_open() -> None:
    options = standing("ferritin=30000 ast=1000 uln:ast=40 crs=1@100")
    assert "iec_hs_timing_open" in options
    assert not any(code.startswith("iec_hs_suspected") for code in options)
    assert "iec_hs_timing_open" not in standing("ferritin=12000@72 crs=3@72")


def test_the_ladder_stays_when_a_physician_records_iec_hs() -> None:
    words = "ferritin=900 crs=2@48,1@96"
    recorded = standing(words, events=(Event(hours(99), "iec_hs", grade=2),))
    assert {"iec_hs_anakinra", "iec_hs_ruxolitinib", "iec_hs_monitoring"} <= recorded.keys()
    assert "iec_hs_suspected" not in recorded
    assert not any(code.startswith("iec_hs") for code in standing("crs=0@24,0@72"))


@pytest.mark.parametrize(
    ("value", "unit", "sign", "stands"),
    [
        ("400", "mg/dL", "=", True),
        ("400.1", "mg/dL", "=", False),
        ("4.0", "g/L", "=", True),
        ("4.01", "g/L", "=", False),
        ("500", "mg/dL", "<", False),
        ("400", "mg/dL", "<", True),
        ("380", "mg/dL", ">", False),
    ],
)
def test_igg_of_400_or_less(value: str, unit: str, sign: str, stands: bool) -> None:
    lab = Lab(hours(700), "igg", Decimal(value), sign, unit)
    assert ("icaht_igg" in standing("", at=720, labs=(lab,))) is stands


def test_an_igg_in_an_unknown_unit_is_named_beside_the_last_that_can_be_used() -> None:
    labs = (
        Lab(hours(700), "igg", Decimal(380), unit="mg/dL"),
        Lab(hours(800), "igg", Decimal(3), unit="AU"),
    )
    options = standing("", at=801, labs=labs)
    assert options["icaht_igg_not_used"].why[0].text == "IgG of Day 33 came in AU: not used"
    assert "icaht_igg" in options
