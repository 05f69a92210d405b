"""What the page says after a save: read from its words, or by what its scripts do with a status."""

from __future__ import annotations

import re

from benchmarks.faults.saves import Answer, Claim
from benchmarks.faults.ward.browser import LOGIN, Received
from benchmarks.faults.ward.pages import Page

NOT_KNOWN = ("Not known whether it was saved",)
NOT_SAVED = ("Nothing was saved", "Not saved", "Nothing was changed", "Nothing was handed over")
NOT_THIS_TIME = (
    "Nothing was saved this time",
    "Nothing was changed this time",
    "Nothing was handed over this time",
    "Nothing was saved in your name",
)
SAVED = ("Saved:", "Admitted:")
OPENED_BY = re.compile(r"This form was opened by (\w+)\.")

STORED_NOTHING = {403, 404, 413, 415}
REFUSED_BY_STATUS = "Nothing was saved this time."
"""static/js/entry_save.js: what the form says after an answer with one of these, which shows no
page of its own, as after 401. 409 and 422 are shown as pages, and after any other failure the form
says what `not-saved` holds."""


def claim_of(words: str) -> Claim:
    """What a page claims about the save, by its words."""
    if any(phrase in words for phrase in NOT_KNOWN):
        return Claim.UNKNOWN
    unqualified = words
    for phrase in NOT_THIS_TIME:
        unqualified = unqualified.replace(phrase, "")
    if any(phrase in unqualified for phrase in NOT_SAVED):
        return Claim.NOT_SAVED
    if unqualified != words:
        return Claim.NOT_THIS_TIME
    return Claim.SAVED if any(phrase in words for phrase in SAVED) else Claim.NONE


def sentence_of(words: str) -> str:
    """The words from the first phrase that claims something."""
    phrases = (*NOT_KNOWN, *NOT_SAVED, *SAVED)
    places = [words.find(phrase) for phrase in phrases if phrase in words]
    return words[min(places) :][:300] if places else ""


def no_answer(opened: Page, *, by_script: bool) -> Answer:
    """What the page says where no answer came, or the browser where the page has no script."""
    sentence = opened.words_of("not-saved") if by_script else ""
    return Answer(claim_of(sentence) if by_script else Claim.UNKNOWN, sentence[:160])


def answer_of(received: Received, opened: Page, *, by_script: bool, opener: str) -> Answer:
    """What an answer says that stays at the form, or that shows a page of its own.

    `opener` is whom it may name as the person who opened the form.
    """
    status = received.status
    if status == 401 or received.goes_to.startswith(LOGIN):
        return Answer(Claim.NONE, "sign in again", status)
    if by_script and status in STORED_NOTHING:
        return Answer(claim_of(REFUSED_BY_STATUS), REFUSED_BY_STATUS, status)
    if by_script and status >= 400 and status not in (409, 422):
        on_page = no_answer(opened, by_script=True)
        return Answer(on_page.claim, on_page.sentence, status)
    page = received.page
    claim = claim_of(page.words)
    if status >= 500 and claim is Claim.NONE:
        claim = Claim.UNKNOWN
    named = OPENED_BY.findall(page.words)
    return Answer(
        claim,
        page.alerts[:300] or sentence_of(page.words),
        status,
        is_of_another=any(name != opener for name in named),
    )


def answer_of_chart(
    status: int, chart: Received, of_patient: tuple[str, ...], of_entry: tuple[str, ...]
) -> Answer:
    """What the chart says to which a save led: of the right patient, and of this very entry."""
    words = chart.page.words
    claim = Claim.SAVED if claim_of(words) is Claim.SAVED else Claim.NONE
    sentence = sentence_of(words) if claim is Claim.SAVED else ""
    is_right = all(name in words for name in of_patient)
    if claim is Claim.SAVED:
        is_right = is_right and all(word in sentence for word in of_entry)
    return Answer(
        claim,
        sentence,
        status,
        acknowledged=True,
        is_of_another=chart.status == 200 and not is_right,
    )
