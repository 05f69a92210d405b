"""Preview, board, chart, why, print and document say the same, in every situation of the table.

What is expected stands in `situations.csv`, written from the design of the present grade and of
attribution. One test enters all of them on one ward and lists every place that says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from patients import door
from patients.exchange.document import document_of
from patients.models import BoardRow, Course, User, Ward
from patients.words import wording
from patients.words.put_aside import sign_in_words
from tests.conftest import INFUSED_AT
from tests.patients.entering import page, posted
from tests.patients.situations.courses import (
    NAMES,
    NOT_ASKED,
    Aside,
    Case,
    admitted,
    cases,
    findings_of_row,
    is_decision,
    rows_of,
    runs_of,
)
from tests.patients.situations.pages import (
    Words,
    as_in_table,
    form_of,
    graded_document,
    label_of,
    on_board,
    on_chart,
    on_preview,
)

NOW = INFUSED_AT + timedelta(hours=386)
LOCAL_HOUR_OF_INFUSION = 11
SHOWN = {"nurse": "N. Nurse", "physician": "P. Physician"}
Difference = tuple[str, Any, Any]
"""The place, what it says, what the table expects."""


KINDS: dict[str, Callable[[Case], object]] = {
    "something put aside": lambda case: case.asides,
    "a run": lambda case: any(row["runs"] for row in case.rows),
    "a decision": lambda case: any(map(is_decision, case.rows)),
    "not reassessed": lambda case: not case.is_reassessed,
    "review": lambda case: case.stands.startswith("rev"),
    "a lower bound": lambda case: case.stands.startswith(">="),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_has_several_situations_of_each_kind(kind: str) -> None:
    every = cases()
    assert len({case.name for case in every}) == len(every) >= 60
    assert sum(bool(KINDS[kind](case)) for case in every) >= 5


def test_every_page_and_the_document_say_what_the_table_expects(
    ward: Ward, nurse: User, physician: User, nurse_client: Client, physician_client: Client
) -> None:
    people = {"nurse": (nurse, nurse_client), "physician": (physician, physician_client)}
    differing: dict[str, list[Difference]] = {}
    with time_machine.travel(NOW, tick=False):
        entered = []
        for number, case in enumerate(cases()):
            course = admitted(case, ward, number, INFUSED_AT)
            preview = entered_with_preview(case, course, people)
            entered.append((case, course))
            differing[case.name] = [*of_preview(case, preview), *of_document(case, course)]
        board = nurse_client.get("/").content.decode()
        for case, course in entered:
            chart = nurse_client.get(page("chart", course)).content.decode()
            places = {"board": on_board(board, course.uid, case.key), **on_chart(chart, case.key)}
            for place, words in places.items():
                differing[case.name] += differences(case, place, words)
            differing[case.name] += of_order(case, course)
    differing["the board"] = order_of(board, entered)

    assert not any(differing.values()), "\n".join(in_lines(differing))


def in_lines(differing: dict[str, list[Difference]]) -> Iterator[str]:
    yield f"{sum(map(bool, differing.values()))} of {len(differing)} situations differ"
    for name, several in differing.items():
        for place, one, expected in several:
            yield f"{name} | {place}: {one!r}, expected {expected!r}"


def entered_with_preview(case: Case, course: Course, people: dict[str, tuple[User, Client]]) -> str:
    """Enter the rows of a case; before the last, if it is an assessment, ask for its preview."""
    for row in case.rows:
        user, client = people[row["by"] or ("physician" if is_decision(row) else "nurse")]
        if runs := runs_of(row, course):
            door.enter(course, runs, by=people["nurse"][0])
        preview = ""
        if row is case.last and not is_decision(row):
            preview = preview_of(row, course, client)
        door.enter(course, rows_of(row, course), by=user)
    return preview


def preview_of(row: dict[str, str], course: Course, client: Client) -> str:
    at = (course.infused_at + timedelta(hours=float(row["hour"]))).astimezone(course.zone)
    moment = {"observed_at_date": f"{at:%Y-%m-%d}", "observed_at_time": f"{at:%H:%M}"}
    typed = posted(course, **form_of(findings_of_row(row))) | moment
    answer = client.post(page("assessment_preview", course), typed)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def of_preview(case: Case, markup: str) -> list[Difference]:
    """The preview shows what will stand; where that is an older grade, that of the entry too."""
    if not markup or not case.newest:
        return []
    words = on_preview(markup, case.key)
    alone = unequal("preview, alone", "this entry alone" in words.text, not case.is_reassessed)
    return alone + differences(case, "preview", words)


def differences(case: Case, place: str, words: Words) -> list[Difference]:
    expected = label_of(case.stands, case.key, is_reassessed=case.is_reassessed)
    differing = unequal(place, words.badge, expected)
    if place != "why":
        says = "not reassessed" in words.text
        differing += unequal(f"{place}, not reassessed", says, not case.is_reassessed)
        last = case.last["last"] if case.is_reassessed or place != "preview" else ""
        if last and not re.search(rf"(last graded|was) {last}\b", words.text):
            differing.append((place, words.text, f"last graded {last}"))
    return differing + of_aside(case, place, words)


def of_aside(case: Case, place: str, words: Words) -> list[Difference]:
    """Whether a place says who put which signs down to what, and the grade that would be."""
    if case.last["aside"] == NOT_ASKED:
        return []
    sentence = sentence_of(case)
    if not sentence:
        return unequal(place, f"{NAMES[case.key]} would be" in words.text, False)
    return [] if sentence in words.text else [(place, words.text, sentence)]


def sentence_of(case: Case) -> str:
    """hypotension put down to sepsis by N. Nurse 23:00, not confirmed by a physician; CRS …"""
    if not case.asides:
        return ""
    clauses = [clause_of(aside) for aside in case.asides]
    return "; ".join([*clauses, f"{NAMES[case.key]} would be {case.last['all']}"])


def clause_of(aside: Aside) -> str:
    signs = " and ".join(map(sign_in_words, aside.signs))
    cause = f"another cause (“{aside.words}”)" if aside.words else "another cause"
    if not aside.words and aside.cause != "?":
        cause = wording.words(aside.cause)
    clock = f"{(LOCAL_HOUR_OF_INFUSION + aside.hour) % 24:02d}:00"
    who = f"by {SHOWN[aside.by]} {clock}"
    if aside.confirmed:
        return f"{signs} put down to {cause}, confirmed {who}"
    return f"{signs} put down to {cause} {who}, not confirmed by a physician"


def of_document(case: Case, course: Course) -> list[Difference]:
    """The grades document: the newest entry, and the grade that stands."""
    graded = graded_document(document_of(Course.objects.get(pk=course.pk)))
    differing: list[Difference] = []
    if case.newest:
        newest = graded["assessments"][-1]["grades"][case.key]
        differing += unequal("document, newest", as_in_table(newest), case.newest)
    current = graded["course"][case.key].get("current")
    if current is None:
        return differing + unequal("document", "null", case.stands)
    if case.stands == "null":
        return differing + unequal("document", as_in_table(current), case.stands)
    differing += [
        *unequal("document", as_in_table(current), case.stands),
        *unequal("document, reassessed", current["reassessed"], case.is_reassessed),
        *unequal("document, hour", str(current["hour"]), case.last["at"]),
    ]
    if case.last["all"] == NOT_ASKED:
        return differing
    every = current.get("if_all_counted")
    aside = {
        (one["sign"], one["cause"], one["hour"], one["confirmed"])
        for one in current.get("put_aside", [])
    }
    expected = {
        (sign, None if each.cause == "?" else each.cause, each.hour, each.confirmed)
        for each in case.asides
        for sign in each.signs
    }
    differing += unequal("document, all counted", str(every or ""), case.last["all"])
    return differing + unequal("document, put aside", aside, expected)


def of_order(case: Case, course: Course) -> list[Difference]:
    standing = BoardRow.objects.get(course=course).standings[case.key]
    sort = "" if standing.sort is None else str(standing.sort)
    return unequal("order", sort, case.last["sort"])


def order_of(board: str, entered: list[tuple[Case, Course]]) -> list[Difference]:
    """The board lists the patients by the number that the table expects, the highest first."""
    places = [(board.index(f'id="line-{course.uid}"'), case) for case, course in entered]
    listed = [case for _, case in sorted(places, key=lambda pair: pair[0]) if case.last["sort"]]
    numbers = [int(case.last["sort"]) for case in listed]
    return unequal("order of lines", numbers, sorted(numbers, reverse=True))


def unequal(place: str, one: Any, expected: Any) -> list[Difference]:
    return [] if one == expected else [(place, one, expected)]
