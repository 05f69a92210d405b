"""An option says what can be done; a text that tells somebody to do it is an order."""

from __future__ import annotations

import pytest

from grading.guidelines.orders import order_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Give tocilizumab 8 mg/kg", "give"),
        ("STOP tocilizumab", "stop"),
        ("Start dexamethasone", "start"),
        ("Exclude infection: blood cultures", "exclude"),
        ("Consider tocilizumab", "consider"),
        ("Do not give tocilizumab", "do not"),
        ("Don’t wait", "do not"),
        ("Never start tocilizumab for isolated ICANS", "start"),
        ("Please call the intensive care unit", "call"),
        ("Fever: exclude infection", "exclude"),
        ("If neutropenic, start antibiotics", "start"),
        ("Dexamethasone can be considered, then reassess", "reassess"),
        ("Blood cultures and start antibiotics", "start"),
        ("Imaging (avoid contrast)", "avoid"),
        ("Repeat imaging", "repeat"),
        ("Taper dexamethasone over 5 days", "taper"),
        ("Monitor ferritin daily", "monitor"),
        ("Tocilizumab must be given", "must"),
        ("Antibiotics should be started", "should"),
        ("The ward has to be told", "has to be"),
    ],
)
def test_a_verb_at_the_head_of_a_clause_and_an_obligation_are_orders(text: str, words: str) -> None:
    assert order_in(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Infection work-up: blood cultures, urine culture, chest radiography",
        "Tocilizumab can be considered for persistent or recurrent fever",
        "Imaging before a lumbar puncture",
        "Dexamethasone: dose by the pediatric protocol",
        "Taper over 5 days once the grade is 1",
        "Rapid taper once improving",
        "Use of GM-CSF is not recommended",
        "Screening to exclude infection",
        "{dexamethasone_mg} mg every 6 hours",
        "Follow-up imaging; intensive care, vasopressor or more oxygen",
        "Monitor: pulse oximetry",
        "Next dose within the limits in 2 h",
        "Antiepileptics do not help against this palsy",
        "Not both steroid lines: the higher of the two",
        "Check of the weight before a dose",
        "",
    ],
)
def test_a_noun_or_what_can_be_done_is_an_option(text: str) -> None:
    assert order_in(text) == ""
