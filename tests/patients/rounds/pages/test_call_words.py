"""A call in words: the same on the board, the chart and the handover."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from patients.rounds.call_pages.call_words import (
    call_for_handover,
    call_in_a_line,
    call_in_short,
    event_in_words,
    moments_of_call,
    subject_of,
)
from patients.rounds.rules.calls import Call, CallEventKind
from patients.rounds.rules.causes import CauseKind
from tests.patients.rounds.pages.calls import (
    OPENED_AT,
    answered,
    call_after,
    called,
    cause,
    closed,
    informed,
    minutes,
)

MADRID = ZoneInfo("Europe/Madrid")
CRS_2 = cause("CRS 2, was 1: oxygen", grade=2)
BOTH_ROLES = (answered("nurse_in_charge", 3, by="N. Nurse"), answered())


@pytest.mark.parametrize(
    ("after", "line"),
    [
        (9.9, "call: CRS 3, nobody answered, answer by 02:24, physician on call 4711"),
        (10, "call: CRS 3, nobody answered, under 1 min over, now senior physician 4712"),
        (14, "call: CRS 3, nobody answered, 4 min over, now senior physician 4712"),
        (75, "call: CRS 3, nobody answered, 1 h 05 over, now senior physician 4712"),
    ],
)
def test_an_unanswered_call_says_until_when_how_long_over_and_whom_it_has_reached(
    after: float, line: str
) -> None:
    assert call_in_a_line(call_after(), OPENED_AT + minutes(after), MADRID) == line


@pytest.mark.parametrize(
    ("call", "state"),
    [
        (call_after(informed()), "nobody answered"),
        (
            call_after(answered()),
            "half answered by P. Physician 02:20, waits for the nurse in charge",
        ),
        (
            call_after(*BOTH_ROLES),
            "answered by N. Nurse 02:17 and P. Physician 02:20, not closed",
        ),
        (call_after(answered(), causes=[CRS_2]), "answered by P. Physician 02:20, not closed"),
    ],
)
def test_the_board_says_who_answered_and_who_is_awaited(call: Call, state: str) -> None:
    assert call_in_short(call, OPENED_AT + minutes(8), MADRID).state == state


def test_an_answered_call_names_no_time_and_nobody_to_dial() -> None:
    short = call_in_short(call_after(*BOTH_ROLES), OPENED_AT + minutes(40), MADRID)
    assert (short.due, short.turn, short.waits, short.is_over) == ("", "", False, False)


def test_the_words_of_a_row_change_only_at_the_moments_given() -> None:
    call, now, shown = call_after(), OPENED_AT, []
    while moments := moments_of_call(call, now):
        shown.append(call_in_short(call, now, MADRID))
        assert call_in_short(call, moments[0] - minutes(0.01), MADRID) == shown[-1]
        now = moments[0]
    assert shown[0] != shown[1]
    assert moments_of_call(call_after(*BOTH_ROLES), OPENED_AT) == ()


def test_what_a_call_is_about_names_the_newest_grade_of_each_toxicity_and_the_rest() -> None:
    worried = cause("nurse is worried", kind=CauseKind.WORRIED, toxicity="")
    review = cause("ICANS for review", kind=CauseKind.REVIEW, toxicity="icans")
    pressor = cause("norepinephrine started", kind=CauseKind.VASOPRESSOR, toxicity="")
    ice = cause("ICE 6, was 9", kind=CauseKind.SCORE_FALL, toxicity="")
    capd = cause("CAPD 14, was 6", kind=CauseKind.SCORE_FALL, toxicity="")
    assert subject_of(call_after(causes=[CRS_2, cause()])) == "CRS 3"
    assert subject_of(call_after(causes=[cause(), worried])) == "CRS 3 and worried"
    assert subject_of(call_after(causes=[review, pressor, ice])) == (
        "ICANS for review, vasopressor started and ICE worse"
    )
    assert subject_of(call_after(causes=[capd])) == "CAPD worse"


@pytest.mark.parametrize(
    ("call", "story"),
    [
        (
            call_after(informed(), *BOTH_ROLES, closed()),
            (
                "called 02:14 for CRS 3, was 2: norepinephrine; told Dr. Day 02:16; answered by "
                "N. Nurse 02:17; answered by P. Physician 02:20; seen 02:35, plan: fluids"
            ),
        ),
        (
            call_after(answered()),
            (
                "called 02:14 for CRS 3, was 2: norepinephrine; answered by P. Physician 02:20; "
                "still open: no answer yet of the nurse in charge"
            ),
        ),
        (
            call_after(causes=[CRS_2]),
            (
                "called 02:14 for CRS 2, was 1: oxygen; still open: no answer yet of the nurse in "
                "charge or physician"
            ),
        ),
        (
            call_after(*BOTH_ROLES),
            (
                "called 02:14 for CRS 3, was 2: norepinephrine; answered by N. Nurse 02:17; "
                "answered by P. Physician 02:20; still open: no outcome yet"
            ),
        ),
        (
            call_after(answered(after=1500), causes=[CRS_2]),
            (
                "called 02:14 for CRS 2, was 1: oxygen; answered by P. Physician 08 Jan 03:14; "
                "still open: no outcome yet"
            ),
        ),
    ],
)
def test_the_handover_tells_the_whole_story(call: Call, story: str) -> None:
    assert call_for_handover(call, MADRID) == story


def test_a_call_whose_entry_was_corrected_says_so() -> None:
    why = "CRS 2 corrected to 1 by N. Nurse"
    withdrawn = (CallEventKind.WITHDRAWN, 5, {"causes": [CRS_2.key], "why": why})
    in_error = closed(5, outcome="in_error", plan="", seen_at=None)
    call = call_after(withdrawn, in_error, causes=[CRS_2])
    assert call_for_handover(call, MADRID) == (
        "called 02:14 for CRS 2, was 1: oxygen; entered in error"
    )
    assert event_in_words(CallEventKind.WITHDRAWN, withdrawn[2], MADRID) == f"withdrawn: {why}"


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        (
            CallEventKind.OPENED,
            called(),
            (
                "called for CRS 3, was 2: norepinephrine. To call: physician on call 4711, within "
                "10 min"
            ),
        ),
        (
            CallEventKind.ADDED,
            called() | {"causes": [], "moved_to": "ICU 2"},
            "added: moved to ICU 2. To call: physician on call 4711, within 10 min",
        ),
        (CallEventKind.INFORMED, {"who": "Dr. Day"}, "told Dr. Day"),
        (CallEventKind.ANSWERED, {"role": "nurse_in_charge"}, "answered as nurse in charge"),
        (CallEventKind.CLOSED, closed()[2], "closed: seen 02:35, plan: fluids"),
        (
            CallEventKind.CLOSED,
            {"outcome": "no_change", "plan": "", "seen_at": None},
            "closed: no change of plan",
        ),
        (
            CallEventKind.CLOSED,
            {"outcome": "transferred", "seen_at": OPENED_AT.isoformat()},
            "closed: transferred to intensive care, seen 02:14",
        ),
    ],
)
def test_every_event_is_told_in_words(kind: CallEventKind, data: dict, words: str) -> None:  # type: ignore[type-arg]
    assert event_in_words(kind, data, MADRID) == words
