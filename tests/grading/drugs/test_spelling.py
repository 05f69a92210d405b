"""What may stand beside the name of a drug, and what makes it the name of no drug."""

from __future__ import annotations

import pytest

from grading.agents import agent_named, almost_an_agent


@pytest.mark.parametrize(
    "written",
    [
        "TOCILIZUMAB",
        "tocilizumab 20 mg/mL",
        "Tocilizumab 8 mg/kg IV",
        "tocilizumab (Actemra)",
        "Actemra (tocilizumab)",
        "tocilizumab [Actemra]",
        "tocilizumab (biosimilar)",
        "tocilizumab (Actemra) 400 mg/20 mL vial",
        "tocilizumab-anoh",
        "tocilizumab‑anoh",
        "tocilizumab-anoh (Avtozma) 400 mg",
        "tocilizumab-wxyz",
        "Inj. tocilizumab 560 mg in 100 mL NaCl 0.9%",
        "IV Actemra",
        "560 mg tocilizumab",
        "Actemra®",
        "tocilizumab biosim.",
        "tocilizumab, 560 mg, IV, once",
        "tocilizumab #2",
        "tocilizumab x1",
        "TCZ 560 mg",
    ],
)
def test_a_strength_a_route_and_a_brand_change_nothing(written: str) -> None:
    assert agent_named(written) == "tocilizumab"


@pytest.mark.parametrize(
    ("written", "agent"),
    [
        ("dexamethasone sodium phosphate", "dexamethasone"),
        ("hydrocortisone sodium succinate 100 mg", "hydrocortisone"),
        ("dexAMETHasone sod phosphate (PF)", "dexamethasone"),
        ("methylPREDNISolone sod succ (PF) 1,000 mg", "methylprednisolone"),
        ("Hydrocortisone Sod Succ", "hydrocortisone"),
        ("Norepinephrin Perfusor", "norepinephrine"),
        ("Fortecortin 4 mg Tabl.", "dexamethasone"),
        ("norepinephrine bitartrate", "norepinephrine"),
        ("acetaminophen-500 mg", "paracetamol"),
        ("dexamethasone 4-8 mg", "dexamethasone"),
        ("5-ASA", "mesalazine"),
        ("5-ASA tablet", "mesalazine"),
        ("angiotensin-2 infusion", "angiotensin_ii"),
        ("interleukin-2 18 MU", "aldesleukin"),
        ("ephedrine hydrochloride", "ephedrine"),
        ("terlipressin acetate", "terlipressin"),
        ("metoprolol tartrate", "metoprolol"),
        ("potassium chloride", "potassium_chloride"),
        ("calcium gluconate", "calcium_gluconate"),
    ],
)
def test_a_salt_is_the_drug(written: str, agent: str) -> None:
    assert agent_named(written) == agent


@pytest.mark.parametrize(
    "written",
    [
        "norepinephrine placebo",
        "AVP-786",
        "TCZ-9",
        "anakinra-2",
        "7-dexamethasone",
        "placebo tocilizumab",
        "no tocilizumab",
        "anti-tocilizumab",
        "tocilizumab-held",
        "tocilizumab-STOP",
        "tocilizumab-abcde",
        "tocilizumab-abc",
        "paracetamol-abcd",
        "tocilizumab (sarilumab)",
        "tocilizumab (trial)",
        "tocilizumab or siltuximab",
        "dexamethasone eye drops",
        "dexamethasone/tobramycin",
        "dexamethasone and tobramycin",
        "hydrocortisone cream 1%",
        "inhaled epinephrine",
        "racemic epinephrine",
        "lidocaine with epinephrine",
        "lidocaine/epinephrine",
        "hydroxy",
        "hydro",
        "levo",
        "dex",
        "mab",
        "tocilizuma",
        "20 mg",
        "IV",
        "sodium chloride tablets of nothing",
        "",
        "   ",
        "()",
        "(Actemra)?!x",
    ],
)
def test_any_other_word_names_no_drug(written: str) -> None:
    assert agent_named(written) is None


@pytest.mark.parametrize(
    ("written", "agent"),
    [
        ("hydrocodone/acetaminophen", "hydrocodone_paracetamol"),
        ("acetaminophen / hydrocodone", "hydrocodone_paracetamol"),
        ("Norco 5/325 mg", "hydrocodone_paracetamol"),
        ("trimethoprim/sulfamethoxazole", "trimethoprim_sulfamethoxazole"),
        ("ibuprofen/acetaminophen", "ibuprofen_paracetamol"),
        ("aspirin/dipyridamole", None),
        ("acetaminophen/diphenhydramine", None),
    ],
)
def test_a_combination_has_a_row_of_its_own_or_is_not_known(
    written: str, agent: str | None
) -> None:
    assert agent_named(written) == agent


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("tocilzumab", "tocilizumab"),
        ("Tocilizumb", "tocilizumab"),
        ("Actmera", "tocilizumab"),
        ("predinsolone", "prednisolone"),
        ("norepinephirne", "norepinephrine"),
        ("tocilizumab (held)", "tocilizumab"),
        ("tocilizumab biosimilar Celltrion", "tocilizumab"),
        ("anti-tocilizumab trial", None),
        ("dexamethasone eye drops", None),
        ("Foo", None),
        ("studydrug", None),
        ("x" * 5000, None),
        ("", None),
    ],
)
def test_a_misspelled_name_is_said_to_be_near_and_is_not_taken_for_it(
    written: str, meant: str | None
) -> None:
    assert agent_named(written) is None
    assert almost_an_agent(written, "anti_cytokine") == meant
