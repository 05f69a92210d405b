"""The lines on CRS in words: facts, doses, counts, times. When they stand is `cases/crs.csv`."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from grading.decisions.step_choices import STEP_AS_PRINTED
from grading.guidelines.line import LineKind, Option
from grading.guidelines.situation.situation import Fact, Reading, SteroidsNow
from grading.guidelines.step import next_step
from tests.grading.guidelines.situation_words import situation_of
from tests.grading.guidelines.situations import codes, hours, option


def line(code: str, words: str) -> Option:
    return option(code, situation_of(words))


def facts(code: str, words: str) -> list[str]:
    return [fact.text for fact in line(code, words).why]


def test_a_neutropenic_patient_with_fever_is_named_so_before_anything_else() -> None:
    first = next_step(situation_of("crs=3 fever anc=0.104"))[0]
    assert (first.code, first.kind) == ("crs_neutropenic", LineKind.EXCLUDE_FIRST)
    assert [fact.text for fact in first.why] == ["ANC 104/µL: neutropenic, fever", "CRS 3"]
    assert facts("crs_neutropenic", "crs=2 anc=0.104")[0] == "ANC 104/µL: neutropenic"


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("crs=1 fever", "ANC not recorded"),
        ("crs=1 fever old:anc=0.104", "ANC 104/µL is 50 h old, not used"),
    ],
)
def test_an_anc_that_is_unknown_or_old_is_called_so(words: str, fact: str) -> None:
    assert facts("crs_antibiotics", words) == [fact, "CRS 1"]


@pytest.mark.parametrize(
    ("value", "text", "code", "fact"),
    [
        ("0.1", "< 100/µL", "crs_neutropenic", "ANC <100/µL: neutropenic, fever"),
        ("1", "< 1,000/µL", "crs_antibiotics", "ANC <1,000/µL"),
    ],
)
def test_a_bound_of_the_anc_counts_as_far_as_it_tells(
    value: str, text: str, code: str, fact: str
) -> None:
    bound = Reading("anc", Decimal(value), text, hours(239), is_exact=False)
    situation = replace(situation_of("crs=1 fever"), labs={"anc": bound})
    assert option(code, situation).why[0].text == fact


def test_a_newer_anc_that_could_not_be_used_is_named() -> None:
    unread = {"anc": "ANC of 06:00: unit not convertible"}
    alone = replace(situation_of("crs=1 fever"), labs_not_used=unread)
    assert option("crs_antibiotics", alone).why[0].text == unread["anc"]
    beside = replace(situation_of("crs=1 fever anc=0.1"), labs_not_used=unread)
    assert option("crs_neutropenic", beside).why[1].text == unread["anc"]


def test_behind_a_newer_anc_that_could_not_be_used_nobody_is_called_not_neutropenic() -> None:
    unread = {"anc": "ANC of 06:00: unit not convertible"}
    situation = replace(situation_of("crs=1 fever anc=3"), labs_not_used=unread)
    facts_of = [fact.text for fact in option("crs_antibiotics", situation).why]
    assert facts_of == ["ANC 3,000/µL", unread["anc"], "CRS 1"]
    assert "crs_antibiotics_if_infected" not in codes(situation)


def test_without_crs_a_fever_under_a_vasopressor_is_worked_up_for_an_infection() -> None:
    words = "crs=0 fever hypotension vasopressors"
    expected = ["temperature 38.6 °C", "hypotension", "vasopressors", "CRS 0"]
    assert facts("crs_infection_work_up", words) == expected
    assert facts("crs_infection_work_up", "fever")[-1] == "CRS not graded"


def test_a_sign_that_a_nurse_puts_down_to_sepsis_is_named_before_the_options_for_crs() -> None:
    aside = Fact("hypotension put down to sepsis, not confirmed", hours(239))
    counted = situation_of("crs=3 fever vasopressors")
    counted = replace(counted, crs=replace(counted.crs, put_aside=(aside,)))
    assert [fact.text for fact in option("crs_attribution", counted).why] == [aside.text, "CRS 3"]
    assert next_step(counted)[0].code == "crs_attribution"


def test_a_recorded_infection_is_a_fact_of_the_work_up() -> None:
    assert "infection on record" in facts("crs_infection_work_up", "crs=2 event:infection=30")


def test_the_line_of_a_lower_grade_says_that_it_still_holds() -> None:
    assert line("crs_infection_work_up", "crs=1 fever").details == ()
    assert line("crs_infection_work_up", "crs=2").details == ("still holds",)
    assert line("crs_icu", "crs=3").details == ()
    assert line("crs_icu", "crs=4").details == ("still holds",)


@pytest.mark.parametrize(
    ("weight", "dose"),
    [
        ("72", "72 kg × 8 mg/kg = 576 mg"),
        ("100", "100 kg × 8 mg/kg = 800 mg"),
        ("110", "110 kg × 8 mg/kg = 800 mg (cap)"),
        ("30", "30 kg × 8 mg/kg = 240 mg"),
        ("29.9", "29.9 kg × 12 mg/kg = 359 mg"),
        ("12", "12 kg × 12 mg/kg = 144 mg"),
    ],
)
def test_the_dose_is_printed_with_the_rate_that_applies(weight: str, dose: str) -> None:
    assert line("crs_tocilizumab", f"crs=2 weight={weight}").details[0] == dose


def test_a_site_that_lowers_the_dose_sees_its_own() -> None:
    lower = replace(STEP_AS_PRINTED, tocilizumab_mg_per_kg=Decimal(4))
    shown = option("crs_tocilizumab", replace(situation_of("crs=2"), choices=lower))
    assert shown.text.startswith("Tocilizumab 4 mg/kg IV")
    assert shown.details[0] == "72 kg × 4 mg/kg = 288 mg"


def test_a_child_gets_the_rate_of_its_weight_and_no_dose_for_adults() -> None:
    words = "crs=3 weight=12 age=3 toci=20"
    assert "mg" not in line("crs_tocilizumab", words).text
    assert line("crs_label_small", words).text.startswith("Kymriah label: 12 mg/kg below 30 kg")
    assert line("crs_dexamethasone_q6h", words).text.endswith("dose by the pediatric protocol")


@pytest.mark.parametrize(
    ("words", "count", "following"),
    [
        ("crs=2", "0 of 4 doses given", "no dose limit reached"),
        ("crs=2 toci=8", "1 of 4 doses given, the last 8 h ago", "no dose limit reached"),
        (
            "crs=2 toci=7.5",
            "1 of 4 doses given, the last 7 h 30 min ago",
            (
                "next dose within the limits in 30 min (interval: 7 h 30 min since the last dose, "
                "8 h needed)"
            ),
        ),
        (
            "crs=2 toci=23,16,9",
            "3 of 4 doses given, the last 9 h ago",
            "next dose within the limits in 1 h (24 h limit: 3 doses in the last 24 h)",
        ),
    ],
)
def test_the_tocilizumab_line_holds_count_last_dose_and_the_rule_that_binds(
    words: str, count: str, following: str
) -> None:
    assert line("crs_tocilizumab", words).details[1:3] == (count, following)


def test_after_the_last_dose_the_caution_says_how_many_and_when() -> None:
    spent = line("crs_tocilizumab_spent", "crs=2 toci=60,40,20,9")
    assert spent.details == ("4 of 4 doses given, the last 9 h ago",)
    assert [fact.text for fact in spent.why] == ["tocilizumab: 4 of 4 doses", "CRS 2"]


def test_without_an_indication_the_doses_so_far_are_told_and_none_is_offered() -> None:
    so_far = line("course_tocilizumab", "crs=0 crs_was=2 icans=3 toci=60,9")
    assert (so_far.details, so_far.drugs) == (("2 of 4 doses given, the last 9 h ago",), ())
    assert "course_tocilizumab" not in codes(situation_of("crs=2 toci=60,9"))
    assert "course_tocilizumab" not in codes(situation_of("crs=0"))


def test_in_review_the_count_stands_without_a_dose() -> None:
    review = line("crs_tocilizumab_in_review", "crs=review3 toci=9 vasopressors")
    assert review.details == ("1 of 4 doses given, the last 9 h ago",)
    assert "course_tocilizumab" not in codes(situation_of("crs=review3 toci=9 vasopressors"))


@pytest.mark.parametrize(
    ("code", "words", "due"),
    [
        ("crs_fever_persists", "crs=1 fever_hours=70", 242),
        ("crs_dexamethasone_q12h", "crs=2 toci=8", 244),
        ("crs_dexamethasone_q12h", "crs=2", None),
        ("crs_escalation", "crs=2 toci=16,8", 244),
        ("crs_label_escalation", "crs=2 toci=16,8", 236),
        ("crs_asco_24_hours", "crs=2 toci=16,8", 248),
        ("crs_methylprednisolone", "crs=3 dex10=12,6", 252),
        ("crs_methylprednisolone", "crs=3", None),
        ("crs_alternatives", "crs=3 toci=8 dex10=12,6", 252),
        ("crs_alternatives", "crs=3 toci=1 dex10=20,14", 251),
        ("crs_alternatives", "crs=3 toci=1", None),
    ],
)
def test_a_line_if_nothing_helps_says_from_when(code: str, words: str, due: float | None) -> None:
    assert line(code, words).due == (None if due is None else hours(due))


def test_prophylactic_tocilizumab_counts_as_a_dose_and_not_as_a_treatment() -> None:
    words = "crs=3 crs_was=3@11 crs_onset=12 toci=100"
    assert "crs_refractory_tocilizumab" not in codes(situation_of(words))
    assert line("crs_tocilizumab", words).details[2].startswith("1 of 4 doses given")


REFRACTORY = "crs=3 crs_was=3@40 crs_onset=50 toci=36,20 dex10=30,24,18,12,6"


def test_refractory_crs_says_to_what_from_doses_and_hours() -> None:
    assert facts("crs_refractory", REFRACTORY) == [
        "CRS 3",
        "tocilizumab: 2 doses, the first 36 h ago, CRS 3 then and now",
        "steroid for 30 h, CRS 3 then and now",
    ]
    risen = REFRACTORY.replace("crs=3", "crs=4")
    assert "CRS 3 then, 4 now" in facts("crs_refractory", risen)[1]


@pytest.mark.parametrize(
    ("total", "age", "stands"),
    [("0.9", "60", False), ("9", "60", False), ("10", "60", True), ("9", "3", True)],
)
def test_a_replacement_is_no_steroid_to_which_crs_is_refractory(
    total: str, age: str, stands: bool
) -> None:
    of = situation_of(f"{REFRACTORY} age={age}")
    steroids = replace(of.doses.steroids, mg_in_24_h=Decimal(total))
    of = replace(of, doses=replace(of.doses, steroids=steroids))
    assert ("crs_refractory" in codes(of)) is stands


def test_a_steroid_of_before_crs_counts_from_its_first_dose_since_the_onset() -> None:
    words = "crs=3 crs_was=3@40 crs_onset=41 toci=36 dex10=100,76,52,{}"
    later = facts("crs_refractory", words.format("28,4"))
    assert later[2] == "steroid for 28 h, CRS 3 then and now"
    assert "crs_refractory" not in codes(situation_of(words.format("20,4")))


def test_a_fever_of_last_week_is_not_told_beside_the_anc() -> None:
    of = situation_of("crs=3 fever anc=0.1")
    old = replace(of.bedside, fever=Fact("temperature 39 °C", hours(215)))
    assert option("crs_neutropenic", replace(of, bedside=old)).why[0].text == (
        "ANC 100/µL: neutropenic"
    )


@pytest.mark.parametrize(
    ("total", "resolved", "stands"),
    [("10", "", True), ("1", "", False), ("10", "crs_resolved=60", False)],
)
def test_a_replacement_or_a_steroid_begun_after_crs_is_not_tapered_for_it(
    total: str, resolved: str, stands: bool
) -> None:
    of = situation_of(f"crs=0 crs_was=3@80 crs_onset=90 dex10=50,38,26,14,2 {resolved}")
    steroids = replace(of.doses.steroids, mg_in_24_h=Decimal(total))
    of = replace(of, doses=replace(of.doses, steroids=steroids))
    assert ("crs_taper" in codes(of)) is stands


def test_without_a_grade_before_the_dose_only_a_recorded_response_tells() -> None:
    unknown = "crs=3 crs_onset=50 toci=36,20"
    assert "crs_refractory_tocilizumab" not in codes(situation_of(unknown))
    assert "crs_refractory_tocilizumab" in codes(situation_of(f"{unknown} after_toci=same"))
    assert "crs_refractory_tocilizumab" not in codes(situation_of(f"{unknown} after_toci=better"))


def test_each_alternative_has_its_evidence_and_only_printed_doses() -> None:
    assert "1 mg/kg once" in line("crs_emapalumab", REFRACTORY).text
    assert "100 mg daily for 7 days: one case" in line("crs_dasatinib", REFRACTORY).text
    for agent in ("anakinra", "siltuximab", "etanercept", "ruxolitinib"):
        assert " mg" not in line(f"crs_{agent}", REFRACTORY).text
        assert line(f"crs_{agent}", REFRACTORY).drugs == (agent,)
    assert "prophylaxis" in line("crs_itacitinib", REFRACTORY).text


@pytest.mark.parametrize(
    ("code", "words", "stands"),
    [
        ("crs_dexamethasone_q12h", "crs=2 icans=1", True),
        ("crs_dexamethasone_q12h", "crs=2 icans=2", False),
        ("crs_cartox_dexamethasone", "crs=2 icans=1", True),
        ("crs_cartox_dexamethasone", "crs=2 icans=2", False),
        ("crs_dexamethasone_q6h", "crs=3 icans=2", True),
        ("crs_dexamethasone_q6h", "crs=3 icans=3", False),
        ("crs_methylprednisolone", "crs=3 icans=2", True),
        ("crs_methylprednisolone", "crs=3 icans=3", False),
        ("crs_methylprednisolone", "crs=4 icans=3", True),
        ("crs_methylprednisolone", "crs=4 icans=4", False),
        ("crs_asco_methylprednisolone", "crs=4 icans=3", True),
        ("crs_asco_methylprednisolone", "crs=4 icans=4", False),
    ],
)
def test_beside_icans_only_a_higher_steroid_stands_for_crs(
    code: str, words: str, stands: bool
) -> None:
    assert (code in codes(situation_of(words))) is stands


@pytest.mark.parametrize(("axi", "stands"), [("axi-cel", True), ("liso-cel", False)])
def test_an_earlier_steroid_is_named_for_the_products_that_have_it(axi: str, stands: bool) -> None:
    standing = codes(situation_of(f"crs=1 fever product={axi}"))
    assert ("crs_asco_early_steroid" in standing) is stands


def test_the_steroid_line_holds_each_drug_the_total_and_the_next_dose() -> None:
    steroids = SteroidsNow(
        last=situation_of("dex10=6").doses.given[0],
        since=hours(210),
        by_drug=("dexamethasone 10 mg, 5 doses",),
        mg_in_24_h=Decimal("40.0"),
        not_counted=("budesonide",),
        next_due=hours(242),
        is_running=True,
        is_tapering=True,
    )
    built = situation_of("crs=3 dex10=6")
    shown = option("course_steroids", replace(built, doses=replace(built.doses, steroids=steroids)))
    assert shown.details == (
        "for 30 h",
        "dexamethasone 10 mg, 5 doses",
        "40 mg of dexamethasone in 24 h",
        "not counted: budesonide",
        "next of the schedule due in 2 h",
        "being tapered",
    )
    assert shown.due == hours(242)


GRADES = [f"crs={grade}" for grade in ("0", "1", "2", "3", "4", "review2", "review3", "review4")]
DOSES = ["", "toci=7", "toci=20", "toci=60,40,20", "toci=60,40,20,10"]
BESIDE = ["", "fever_hours=80", "never_febrile hypotension", "iec_hs=3", "icans=4", "dex10=30,6"]


@pytest.mark.parametrize(("grade", "doses", "beside"), list(product(GRADES, DOSES, BESIDE)))
def test_what_holds_in_every_situation_of_crs(grade: str, doses: str, beside: str) -> None:
    situation = situation_of(f"{grade} {doses} {beside}")
    options = [each for each in next_step(situation) if each.toxicity == "crs"]
    offered = [each for each in options if "tocilizumab" in each.drugs]
    is_spent = doses.count(",") == 3
    assert bool(offered) <= (situation.tocilizumab_is_indicated() and not is_spent)
    if grade != "crs=0":
        assert any(each.kind == LineKind.EXCLUDE_FIRST for each in options)
    if "review" in grade:
        drugs = {drug for each in options for drug in each.drugs}
        assert drugs <= {"antipyretic"}
    assert all(each.why and each.source for each in options)
