"""A site's file: what is unknown, wrong, or above what is printed is refused in a sentence."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest

from grading.decisions.step_choices import STEP_AS_PRINTED, StepChoices
from grading.guidelines.step import LINES, next_step, numbers_in_words
from grading.local_rules import DEFAULT, LocalRules
from grading.site_rules import SiteDifference, SiteRules, site_rules, site_rules_in, with_decisions
from tests.grading.blood_counts.late_samples import LATE_SAMPLES
from tests.grading.guidelines.situations import situation
from tests.grading.test_local_rules import COURSE_SAMPLES, SAMPLES

OF_A_SITE = """
[local_rules]
tocilizumab_per_24_h = 2   # two in 24 h
uln_inr = 1.1

[choices]
dexamethasone_mg = 8.0
persistent_fever_hours = 48

[words]
crs_tocilizumab = "Tocilizumab {tocilizumab_mg_per_kg} mg/kg; phone 5566"
"""
TOCILIZUMAB = "crs_tocilizumab"


def refusal(table: str, name: str, value: Any) -> str:
    with pytest.raises(ValueError, match=r"[.?]$") as refused:
        site_rules({table: {name: value}})
    return str(refused.value)


def test_a_file_with_nothing_is_as_printed() -> None:
    assert site_rules_in("") == SiteRules(DEFAULT, STEP_AS_PRINTED, {})
    assert SiteRules().differences() == ()


def test_a_file_is_read_and_says_in_what_it_differs() -> None:
    site = site_rules_in(OF_A_SITE)
    assert (site.local.tocilizumab_per_24_h, site.local.uln_inr) == (2, Decimal("1.1"))
    assert (site.choices.dexamethasone_mg, site.choices.persistent_fever_hours) == (8, 48)
    assert {(each.table, each.name) for each in site.differences()} == {
        ("local_rules", "tocilizumab_per_24_h"),
        ("local_rules", "uln_inr"),
        ("choices", "dexamethasone_mg"),
        ("choices", "persistent_fever_hours"),
        ("words", "crs_tocilizumab"),
    }
    assert SiteDifference("choices", "dexamethasone_mg", 10, 8) in site.differences()


def test_an_option_is_shown_with_the_doses_and_in_the_words_of_the_site() -> None:
    site = site_rules_in(OF_A_SITE)
    of_site = situation(crs=3, local=site.local, choices=site.choices)
    options = {option.code: option for option in next_step(of_site, site.words)}
    assert options["crs_tocilizumab"].text == "Tocilizumab 8 mg/kg; phone 5566"
    steroid = options["crs_dexamethasone_q6h"]
    assert "Dexamethasone 8 mg" in steroid.text
    assert "8 by the choice of this site, 10 as printed" in steroid.details


def test_a_lower_limit_of_doses_stands_in_the_text_too() -> None:
    local = site_rules(
        {"local_rules": {"tocilizumab_total": 3, "tocilizumab_interval_hours": 12}}
    ).local
    (option,) = (
        each for each in next_step(situation(crs=3, local=local)) if each.code == TOCILIZUMAB
    )
    assert option.text.endswith("every 12 hours, at most 3 doses in all")


def test_a_child_is_shown_no_words_of_the_site_where_ours_are_for_children() -> None:
    words = {"crs_dexamethasone_q6h": "Dexamethasone {dexamethasone_mg} mg IV every 6 hours"}
    of_child = situation(crs=3, age_years="3", weight_kg="12")
    texts = {option.code: option.text for option in next_step(of_child, words)}
    assert " mg" not in texts["crs_dexamethasone_q6h"]


def test_a_dose_is_shown_with_separators_and_without_a_trailing_zero() -> None:
    numbers = {"methylprednisolone_mg": Decimal("1000.0"), "dexamethasone_mg": Decimal("7.50")}
    shown = numbers_in_words(DEFAULT, replace(STEP_AS_PRINTED, **numbers))
    assert (shown["methylprednisolone_mg"], shown["dexamethasone_mg"]) == ("1,000", "7.5")


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, (value, _) in (SAMPLES | COURSE_SAMPLES | LATE_SAMPLES).items()],
)
def test_every_decision_that_a_sample_changes_can_be_chosen(name: str, value: Any) -> None:
    assert with_decisions({name: value}) == replace(DEFAULT, **{name: value})


@pytest.mark.parametrize("value", [38, "38", Decimal(38)])
def test_a_decimal_may_come_as_number_or_text(value: Any) -> None:
    assert with_decisions({"uln_aptt_s": value}).uln_aptt_s == Decimal(38)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "tocilizumab_totals",
            3,
            "tocilizumab_totals does not exist. Did you mean tocilizumab_total?",
        ),
        ("dose", 3, "dose does not exist. The rules page lists all names."),
        ("tocilizumab_total", "3", "tocilizumab_total is '3'. It must be a whole number."),
        ("tocilizumab_total", True, "tocilizumab_total is True. It must be a whole number."),
        ("inotropes_count", 1, "inotropes_count is 1. It must be true or false."),
        ("mask_low_flow", 6, "mask_low_flow is 6. It must be a word."),
        ("mask_low_flow", "rate", "mask_low_flow is 'rate'. It must be device or flow."),
        ("uln_inr", "high", "uln_inr is 'high'. It must be a number."),
        ("uln_inr", True, "uln_inr is True. It must be a number."),
        ("uln_inr", "NaN", "uln_inr is 'NaN'. It must be a number."),
    ],
)
def test_a_wrong_name_or_value_is_refused(name: str, value: Any, sentence: str) -> None:
    assert refusal("local_rules", name, value) == f"[local_rules] {sentence}"


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [("tocilizumab_total", 1, 4), ("tocilizumab_per_24_h", 1, 3)],
)
def test_a_limit_of_tocilizumab_can_be_lowered_and_not_raised(
    name: str, lowest: int, highest: int
) -> None:
    for value in (lowest, highest):
        assert getattr(with_decisions({name: value}), name) == value
    for value in (lowest - 1, highest + 1):
        assert refusal("local_rules", name, value) == (
            f"[local_rules] {name} is {value}. {highest} is printed: it can be lowered, not "
            "raised, and is above 0."
        )


def test_the_interval_of_tocilizumab_can_be_prolonged_and_not_shortened() -> None:
    assert with_decisions({"tocilizumab_interval_hours": 12}).tocilizumab_interval_hours == 12
    assert refusal("local_rules", "tocilizumab_interval_hours", 7).endswith(
        "is 7. 8 is printed: it can be raised, not lowered."
    )


@pytest.mark.parametrize("item", fields(StepChoices), ids=lambda item: str(item.name))
def test_a_choice_is_above_0_and_never_above_its_ceiling_or_below_its_floor(item: Any) -> None:
    step = 1 if isinstance(item.default, int) else Decimal("0.1")
    assert refusal("choices", item.name, 0)
    for bound, beyond in (("ceiling", item.default + step), ("floor", item.default - step)):
        if item.metadata[bound]:
            assert "is printed" in refusal("choices", item.name, beyond)
        else:
            chosen = site_rules({"choices": {item.name: beyond}}).choices
            assert getattr(chosen, item.name) == beyond


def test_a_table_that_the_file_does_not_have_is_refused() -> None:
    assert refusal("doses", "dexamethasone_mg", 8).startswith("[doses] is no table of this file.")
    with pytest.raises(ValueError, match=r"^\[words\] is no table"):
        site_rules({"words": "crs_icu"})
    with pytest.raises(ValueError, match=r"^This is not TOML: .* \(at line 2, column 1\)"):
        site_rules_in("[choices]\n= 8")


@pytest.mark.parametrize(
    ("code", "text", "why"),
    [
        ("crs_unheard_of", "Tocilizumab", "crs_unheard_of is no line."),
        ("crs_icu", "", "It must be a text of one line."),
        ("crs_icu", 3, "It must be a text of one line."),
        ("crs_icu", "Intensive care\nnow", "It must be a text of one line."),
        ("crs_icu", "Intensive care " * 40, "It has 600 characters; at most 400 fit."),
        ("crs_icu", "Call the intensive care unit", "'call' reads as an order."),
        ("crs_icu", "ICU {dexamethasone_mg} mg", "{dexamethasone_mg} is no placeholder of"),
        ("crs_icu", "Intensive care {", "A brace opens or closes nothing"),
        (TOCILIZUMAB, "Tocilizumab {tocilizumab} mg/kg", "{tocilizumab} is no placeholder"),
        (TOCILIZUMAB, "Tocilizumab {tocilizumab_cap_mg:>9} mg", "is no placeholder of"),
        (TOCILIZUMAB, "Tocilizumab {tocilizumab_cap_mg.real} mg", "is no placeholder of"),
        (TOCILIZUMAB, "Tocilizumab 12 mg/kg", "Our line does not print '12 mg/kg'."),
        (TOCILIZUMAB, "Tocilizumab {tocilizumab_cap_mg} g", "'{tocilizumab_cap_mg} g'."),
        (TOCILIZUMAB, "Tocilizumab, at most six doses", "Our line does not print '6 dose'."),
        (TOCILIZUMAB, "Tocilizumab every 4–6 h", "Our line does not print '4 h'."),
        (TOCILIZUMAB, "Tocilizumab q6h", "Our line does not print '6 h'."),
        (TOCILIZUMAB, "Tocilizumab twice daily", "Our line does not print '2 time'."),
    ],
)  # fmt: skip
def test_words_that_order_or_print_a_dose_of_their_own_are_refused(
    code: str, text: Any, why: str
) -> None:
    message = refusal("words", code, text)
    assert message.startswith(f"[words] {code} is ")
    assert why in message


@pytest.mark.parametrize(
    "text",
    [
        "Tocilizumab can be considered; phone 5566",
        "Tocilizumab at most {tocilizumab_cap_mg} mg, every {tocilizumab_interval_hours} h",
        "Tocilizumab, at most {tocilizumab_total} doses: form 27b",
    ],
)
def test_words_may_name_a_phone_and_the_doses_that_the_line_prints(text: str) -> None:
    assert site_rules({"words": {TOCILIZUMAB: text}}).words == {TOCILIZUMAB: text}


def test_our_own_text_of_every_line_may_be_the_words_of_a_site() -> None:
    ours = {line.code: line.text for line in LINES if len(line.text) <= 400}
    assert site_rules({"words": ours}).words == ours


def test_every_word_has_at_least_one_other_to_choose() -> None:
    words = {name: value for name, (value, _) in SAMPLES.items() if isinstance(value, str)}
    assert words
    for name, value in words.items():
        assert isinstance(with_decisions({name: value}), LocalRules)
