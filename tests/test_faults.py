"""The harness of faults counts every kind of harm, and reads pages as a nurse does."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.faults.reconcile import (
    CROSSED,
    DOUBLED,
    LOST,
    MISATTRIBUTED,
    UNTRUE,
    reconciled,
    row_of,
)
from benchmarks.faults.report import lines_of
from benchmarks.faults.saves import Answer, Attempt, Claim, Fact, Save, Trace
from benchmarks.faults.ward.answers import answer_of, answer_of_chart, claim_of, no_answer
from benchmarks.faults.ward.browser import Received
from benchmarks.faults.ward.pages import Page

ROOT = Path(__file__).resolve().parent.parent
FACT = Fact("course-1", {"temperature_c": "38.9", "note": "FAULTS-1"})
TRACE = Trace(FACT, "nina")
SAVED = Answer(Claim.SAVED, "Saved: assessment", 302, acknowledged=True)
NOT_SAVED = Answer(Claim.NOT_SAVED, "Nothing was saved", 409)
UNKNOWN = Answer(Claim.UNKNOWN, "Not known whether it was saved", 500)
SILENT = Answer(Claim.NONE, "", 302, acknowledged=True)


def sent(*answers: tuple[Answer, tuple[Trace, ...]], wanted: tuple[Fact, ...] = (FACT,)) -> Save:
    """A save of Nina's, with each answer and what was stored when it came."""
    attempts = [Attempt(at, at + 1, answer, traces) for at, (answer, traces) in enumerate(answers)]
    return Save(1, "assessment", "nina", "FAULTS-1", "form-1", "", wanted, attempts)


def harms(save: Save, *stored: Trace) -> list[str]:
    return [harm.harm for harm in reconciled([save], {save.number: stored})]


@pytest.mark.parametrize(
    "save",
    [
        sent((SAVED, (TRACE,))),
        sent((SILENT, (TRACE,))),
        sent((UNKNOWN, (TRACE,)), (SAVED, (TRACE,))),
        sent((UNKNOWN, ()), (SAVED, (TRACE,)), (SAVED, (TRACE,))),
        sent((UNKNOWN, (TRACE,))),
    ],
)
def test_a_save_stored_as_it_was_answered_is_no_harm(save: Save) -> None:
    assert harms(save, TRACE) == []


@pytest.mark.parametrize("save", [sent((NOT_SAVED, ())), sent((UNKNOWN, ())), sent()])
def test_a_save_that_nobody_promised_may_be_absent(save: Save) -> None:
    assert harms(save) == []


def test_an_acknowledged_save_that_is_not_stored_at_the_end_is_lost() -> None:
    assert harms(sent((SAVED, (TRACE,)))) == [LOST]
    assert harms(sent((SILENT, ()))) == [LOST]


def test_half_of_a_form_is_lost_even_where_nothing_was_promised() -> None:
    other = Fact("course-1", {"analyte": "ferritin"})
    assert harms(sent((UNKNOWN, ()), wanted=(FACT, other)), TRACE) == [LOST]


def test_a_save_stored_twice_is_doubled() -> None:
    assert harms(sent((SAVED, (TRACE,))), TRACE, TRACE) == [DOUBLED]


@pytest.mark.parametrize(
    "fact",
    [replace(FACT, course="course-2"), replace(FACT, values={**FACT.values, "note": "FAULTS-2"})],
)
def test_a_save_on_another_course_or_with_other_values_is_crossed(fact: Fact) -> None:
    assert CROSSED in harms(sent((UNKNOWN, ())), replace(TRACE, fact=fact))


def test_a_save_signed_by_somebody_who_did_not_type_it_is_misattributed() -> None:
    assert harms(sent((SAVED, (TRACE,))), replace(TRACE, signer="otto")) == [MISATTRIBUTED]


@pytest.mark.parametrize(
    "save",
    [
        sent((NOT_SAVED, (TRACE,)), (SAVED, (TRACE,))),  # at the moment of the answer
        sent((UNKNOWN, ()), (NOT_SAVED, ())),  # what was still on its way arrived later
        sent((SAVED, ()), (SAVED, (TRACE,))),
        sent((replace(SAVED, is_of_another=True), (TRACE,))),
    ],
)
def test_an_answer_that_the_database_contradicts_is_untrue(save: Save) -> None:
    assert harms(save, TRACE) == [UNTRUE]


NOT_THIS_TIME = Answer(Claim.NOT_THIS_TIME, "Nothing was saved this time", 403)


def test_nothing_saved_this_time_leaves_open_what_was_sent_before() -> None:
    assert harms(sent((UNKNOWN, ()), (NOT_THIS_TIME, (TRACE,))), TRACE) == []
    assert harms(sent((NOT_THIS_TIME, (TRACE,))), TRACE) == [UNTRUE]
    assert harms(sent((NOT_SAVED, ()), (NOT_THIS_TIME, ())), TRACE) == [UNTRUE]


def test_a_form_saved_in_part_was_not_saved_nor_not_saved() -> None:
    other = Fact("course-1", {"analyte": "ferritin"})
    both = (TRACE, Trace(other, "nina"))
    assert harms(sent((SAVED, (TRACE,)), wanted=(FACT, other)), *both) == [UNTRUE]
    assert harms(sent((NOT_SAVED, (TRACE,)), (SAVED, both), wanted=(FACT, other)), *both) == [
        UNTRUE
    ]


def test_the_table_counts_saves_and_harms_by_the_fault_that_they_met() -> None:
    lost, refused = sent((SAVED, (TRACE,))), replace(sent((NOT_SAVED, ())), number=2)
    lost.attempts[0].faults.add("worker killed")
    counted = reconciled([lost, refused], {})
    everything = row_of([lost, refused], counted)
    assert (everything.saves, everything.acknowledged, everything.refused) == (2, 1, 1)
    by_name = {line[:34].strip(): line.split()[-10:] for line in lines_of([lost, refused], counted)}
    assert by_name["worker killed"] == ["1", "0", "1", "0", "0", "1", "0", "0", "0", "0"]
    assert by_name["no fault"] == ["1", "0", "0", "1", "0", "0", "0", "0", "0", "0"]


FORM = """<h1>Dose given</h1><p hidden id="not-saved"><b>{hidden}</b> Tap save again.</p>
<form id="entry-form" method="post"><input type="hidden" name="uid" value="7">
<input type="radio" name="agent" value="a"><input type="radio" name="agent" value="b" checked>
<select name="unit"><option value=""></option><option value="mg" selected>mg</option></select>
<textarea name="note">kept &amp; sent</textarea>
<button name="confirm" value="k">Save</button></form>
<svg><path d="M0 0"/><use href="x"/></svg><p>After the drawing</p>"""


def test_a_form_is_sent_as_a_browser_sends_it() -> None:
    form = Page(FORM).form("entry-form")
    assert form is not None
    assert form.values == {"uid": ["7"], "agent": ["b"], "unit": ["mg"], "note": ["kept & sent"]}
    assert form.buttons == [("confirm", "k")]


def test_hidden_words_are_read_only_where_a_script_shows_them() -> None:
    page = Page(FORM.format(hidden="Not saved."))
    assert page.words == "Dose given After the drawing"
    assert claim_of(page.words) is Claim.NONE
    assert no_answer(page, by_script=True).claim is Claim.NOT_SAVED
    assert no_answer(page, by_script=False).claim is Claim.UNKNOWN


@pytest.mark.parametrize(
    ("words", "claim"),
    [
        ("Saved: assessment of 05 Jan 2026. CRS grade 1.", Claim.SAVED),
        ("Not saved: this entry has changed", Claim.NOT_SAVED),
        ("Opened by Nina. Nothing was saved in your name.", Claim.NOT_THIS_TIME),
        ("Nothing was changed.", Claim.NOT_SAVED),
        ("Nothing was changed this time. Sign in.", Claim.NOT_THIS_TIME),
        ("Not saved. Nothing was changed this time.", Claim.NOT_SAVED),
        ("Choose who takes over. Nothing was handed over.", Claim.NOT_SAVED),
        ("Nothing was handed over this time. Look at the page again.", Claim.NOT_THIS_TIME),
        ("Not known whether it was saved. Tap save again: it is stored once.", Claim.UNKNOWN),
        ("7 East", Claim.NONE),
    ],
)
def test_a_page_claims_what_its_words_say(words: str, claim: Claim) -> None:
    page = f"<main><p>{words}</p></main>"
    answer = answer_of(Received(409, page, ""), Page(""), by_script=True, opener="Nina")
    assert (answer.claim, answer.acknowledged) == (claim, False)


@pytest.mark.parametrize(("opener", "is_wrong"), [("nina", False), ("otto", True)])
def test_a_page_that_names_another_opener_is_of_another(opener: str, is_wrong: bool) -> None:
    page = "<p>This form was opened by nina. Nothing was saved in your name.</p>"
    answer = answer_of(Received(409, page, ""), Page(""), by_script=True, opener=opener)
    assert answer.is_of_another is is_wrong


@pytest.mark.parametrize(
    ("words", "is_wrong"),
    [
        ("Saved: dexamethasone 8 mg IV. 00123", False),
        ("Saved: dexamethasone 4 mg IV. 00123", True),
        ("Saved: dexamethasone 8 mg IV. 00456", True),
        ("00123", False),
    ],
)
def test_a_chart_of_another_patient_or_entry_is_of_another(words: str, is_wrong: bool) -> None:
    chart = Received(200, f"<p>{words}</p>", "")
    answer = answer_of_chart(302, chart, ("00123",), ("dexamethasone", "8"))
    assert answer.acknowledged
    assert answer.is_of_another is is_wrong


@pytest.mark.parametrize(
    ("status", "claim"),
    [
        (400, Claim.UNKNOWN),
        (401, Claim.NONE),
        (403, Claim.NOT_THIS_TIME),
        (404, Claim.NOT_THIS_TIME),
        (413, Claim.NOT_THIS_TIME),
        (429, Claim.UNKNOWN),
        (503, Claim.UNKNOWN),
    ],
)
def test_a_status_claims_what_the_script_says_of_it(status: int, claim: Claim) -> None:
    opened = Page('<p id="not-saved" hidden>Not known whether it was saved.</p>')
    answer = answer_of(Received(status, "Saved: nothing", ""), opened, by_script=True, opener="")
    assert answer.claim is claim


@pytest.mark.database
def test_no_save_is_harmed_while_the_machine_fails(tmp_path: Path) -> None:
    """On PostgreSQL in a database of its own, whose server is left running."""
    on_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    database = ["postgres", "--on-server"] if on_postgres else ["sqlite"]
    size = ["--saves", "40", "--nurses", "8", "--seed", "2026", "--minutes", "3"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults", "--database", *database, *size],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [with_a_fault] = [line for line in done.stdout.splitlines() if line.startswith("with a fault")]
    saves, interrupted, acknowledged = map(int, with_a_fault.split()[3:6])
    assert saves > 10
    assert 0 < interrupted <= saves
    assert 0 < acknowledged <= saves
    assert list(tmp_path.iterdir()) == []
