"""What became of a line: done by a dose, marked, or open again; and the time to a treatment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.guidelines.line import Line, LineKind, Toxicity
from grading.guidelines.marks import LineAnswer, line_answers, times_to_treatment
from grading.guidelines.situation.situation import (
    Fact,
    GradeAt,
    GradeNow,
    IecHsNow,
    Response,
    Situation,
    SteroidsNow,
)
from grading.guidelines.step import LINES, next_step
from grading.record import Dose, StepMark
from grading.sources import REVIEW_2024
from tests.grading.guidelines import situations
from tests.grading.guidelines.situations import hours

TOCILIZUMAB, WORK_UP = "crs_tocilizumab", "crs_infection_work_up"


def grades(*graded: tuple[float, int], onset: float | None = None) -> GradeNow:
    """The grades of one episode at these hours, oldest first."""
    history = tuple(GradeAt(hours(hour), grade, f"a{hour}") for hour, grade in graded)
    last = history[-1]
    began = history[0].at if onset is None else hours(onset)
    return GradeNow(last.grade, last.at, last.uid, last.at, began, history=history)


def dose(hour: float, agent: str = "tocilizumab", **more: Any) -> Dose:
    return Dose(hours(hour), agent, **more)


def mark(hour: float, answer: str, grade: int | None = 2, **more: Any) -> StepMark:
    code = more.pop("code", TOCILIZUMAB)
    return StepMark(hours(hour), code, "crs", answer, "as shown", grade, **more)


def answer(of: Situation, marks: Iterable[StepMark] = (), code: str = TOCILIZUMAB) -> LineAnswer:
    standing = next_step(of)
    assert code in [option.code for option in standing]
    return line_answers(standing, of, marks)[code]


def crs(*graded: tuple[float, int], onset: float | None = None, **more: Any) -> Situation:
    return situations.situation(crs=grades(*graded, onset=onset), **more)


# A dose


def test_a_line_is_open_before_anybody_acts() -> None:
    assert answer(crs((40, 2))) == LineAnswer()


@pytest.mark.parametrize(
    ("given_at", "graded", "is_done"),
    [
        (39.9, [(36, 1), (40, 2)], False),  # the line stands from grade 2 on
        (40.5, [(36, 1), (40, 2)], True),
        (41, [(40, 2), (44, 2)], True),
        (41, [(40, 2), (44, 3)], False),  # a higher grade since
        (45, [(40, 2), (44, 3)], True),
        (45, [(44, 3), (46, 2)], True),  # it improved since
        (41, [(40, 2), (44, 1), (46, 2)], False),  # it did not stand at grade 1
    ],
)
def test_a_dose_marks_its_line_while_the_line_stands_and_the_grade_does_not_rise(
    given_at: float, graded: list[tuple[float, int]], is_done: bool
) -> None:
    given = dose(given_at)
    shown = answer(crs(*graded, doses=[given]))
    assert (shown.answer, shown.dose) == (("done", given) if is_done else (None, None))
    assert shown.at == (given.elapsed if is_done else None)


def responded(changed: str | None, given: Dose) -> dict[str, Response]:
    return {"tocilizumab/crs": Response(given, Decimal(8), "crs", 2, changed)}


@pytest.mark.parametrize(
    ("hours_since", "changed", "is_done"),
    [
        (7.9, "same", True),
        (8, "same", False),
        (8, None, False),  # nobody assessed it since
        (8, "worse", False),
        (8, "better", True),
        (30, "better", True),
    ],
)
def test_a_dose_of_tocilizumab_holds_until_the_next_can_follow_unless_crs_is_better(
    hours_since: float, changed: str | None, is_done: bool
) -> None:
    given = dose(48 - hours_since)
    responses = responded(changed, given)
    shown = answer(crs((10, 2), (47, 2), onset=10, doses=[given], responses=responses))
    assert shown.answer == ("done" if is_done else None)


@pytest.mark.parametrize(("due", "is_done"), [(48.1, True), (48, False), (None, True)])
def test_a_steroid_holds_until_the_next_dose_of_its_schedule_is_due(
    due: float | None, is_done: bool
) -> None:
    given = dose(44, "dexamethasone", amount=Decimal(10), unit="mg")
    of = crs((40, 3), doses=[given])
    due_at = None if due is None else hours(due)
    of = replace(of, doses=replace(of.doses, steroids=SteroidsNow(given, next_due=due_at)))
    shown = answer(of, code="crs_dexamethasone_q6h")
    assert shown.answer == ("done" if is_done else None)


def test_the_last_dose_counts_and_a_rate_of_0_is_no_dose() -> None:
    given = [dose(40), dose(44), dose(45, amount=Decimal(0), unit="mg/h")]
    assert answer(crs((39, 2), doses=given)).at == hours(44)


def test_a_dose_that_is_struck_out_leaves_its_line_open() -> None:
    assert answer(crs((40, 2), doses=[])).answer is None


def test_a_dose_of_an_earlier_episode_does_not_count() -> None:
    assert answer(crs((80, 2), now=90, doses=[dose(41)])).answer is None


def test_escalation_to_methylprednisolone_is_not_done_by_another_steroid() -> None:
    coded = [line for line in LINES if "methylprednisolone" in line.code]
    named = {line.code: line.drugs for line in coded if line.drugs}
    assert set(named.values()) == {("methylprednisolone",)}


# A mark


@pytest.mark.parametrize("word", ["done", "deferred", "declined"])
def test_a_mark_holds_while_its_line_stands_at_its_grade_or_a_lower_one(word: str) -> None:
    marked = mark(41, word)
    for graded in ([(40, 2)], [(40, 2), (44, 2)]):
        shown = answer(crs(*graded), [marked])
        assert (shown.answer, shown.at, shown.mark) == (word, hours(41), marked)
    improved = answer(crs((40, 3), (44, 2)), [mark(41, word, grade=3)])
    assert (improved.answer, improved.lapsed) == (word, "")


@pytest.mark.parametrize(
    ("graded", "onset", "why"),
    [
        ([(40, 2), (44, 3)], 40, "the grade rose to 3"),
        ([(40, 2), (44, 3), (45, 2)], 40, "the grade rose to 3"),
        ([(40, 2), (44, 1), (46, 2)], 40, "it did not stand at grade 1 meanwhile"),
        ([(44, 2)], 44, "a new episode began"),
        ([(44, 2)], 41, ""),
    ],
)
def test_a_mark_lapses_by_a_higher_grade_a_time_away_or_a_new_episode(
    graded: list[tuple[float, int]], onset: float, why: str
) -> None:
    marked = mark(41, "declined")
    shown = answer(crs(*graded, onset=onset), [marked])
    assert shown.lapsed == why
    assert (shown.answer, shown.mark) == (None if why else "declined", marked)


def test_a_line_of_every_grade_stays_marked_through_a_lower_grade() -> None:
    always = replace(mark(41, "done"), code="crs_monitoring")
    shown = answer(crs((40, 2), (44, 1), (46, 2)), [always], "crs_monitoring")
    assert shown.answer == "done"


@pytest.mark.parametrize(("now", "word"), [(47.9, "deferred"), (48, None), (50, None)])
def test_a_line_is_deferred_up_to_its_time(now: float, word: str | None) -> None:
    marked = mark(41, "deferred", until=hours(48), reason="cultures first")
    shown = answer(crs((40, 2), now=now), [marked])
    assert shown.answer == word
    assert ("has passed" in shown.lapsed) == (word is None)


def test_the_last_mark_counts_and_one_of_a_later_time_does_not() -> None:
    marks = [mark(41, "declined"), mark(42, "done"), mark(50, "deferred")]
    assert answer(crs((40, 2), now=48), marks).mark == marks[1]


@pytest.mark.parametrize(("marked_at", "word"), [(43, "done"), (44, "declined"), (45, "declined")])
def test_of_a_dose_and_a_mark_the_later_counts(marked_at: float, word: str) -> None:
    shown = answer(crs((40, 2), doses=[dose(44)]), [mark(marked_at, "declined")])
    assert shown.answer == word


def test_a_mark_on_a_line_that_is_offered_no_more_is_not_shown_and_does_no_harm() -> None:
    of = crs((40, 2))
    marks = [mark(41, "done", code="a_line_of_2026")]
    assert "a_line_of_2026" not in line_answers(next_step(of), of, marks)


# Toxicities without a followed grade


def iec_hs(*, since: float, grade: int | None = None, **more: Any) -> Situation:
    suspected = IecHsNow(None, grade, is_suspected=True, since=hours(since), facts=(Fact("x"),))
    return situations.situation(now=300, iec_hs=suspected, **more)


@pytest.fixture
def anakinra(monkeypatch: pytest.MonkeyPatch) -> Line:
    """A line on IEC-HS with a drug, whatever lines there are."""
    line = Line(
        "iec_hs_test",
        Toxicity.IEC_HS,
        LineKind.NOW,
        "IEC-HS",
        "Anakinra can be considered",
        REVIEW_2024.at("'IEC-HS'"),
        lambda situation: situation.iec_hs.facts or None,
        drugs=("anakinra",),
    )
    monkeypatch.setattr("grading.guidelines.step.LINES", (line,))
    return line


@pytest.mark.parametrize(("given_at", "is_done"), [(249, False), (250, True), (299, True)])
def test_a_dose_since_iec_hs_is_suspected_marks_its_line(
    given_at: float, is_done: bool, anakinra: Line
) -> None:
    of = iec_hs(since=250, doses=[dose(given_at, "anakinra")])
    assert (answer(of, code=anakinra.code).answer == "done") == is_done


@pytest.mark.parametrize(
    ("marked_at", "marked_for", "grade", "why"),
    [
        (260, 2, 2, ""),
        (260, None, 3, ""),
        (260, 2, 3, "the grade rose to 3"),
        (249, 2, 2, "a new episode began"),
    ],
)
def test_a_mark_on_iec_hs_lapses_by_its_grade_or_a_new_suspicion(
    marked_at: float, marked_for: int | None, grade: int, why: str, anakinra: Line
) -> None:
    marked = mark(marked_at, "declined", marked_for, code=anakinra.code)
    assert answer(iec_hs(since=250, grade=grade), [marked], anakinra.code).lapsed == why


# From grade to treatment


@pytest.mark.parametrize(
    ("given", "span"),
    [
        ([], 8),  # waiting: 48 − 40
        ([41.5], 1.5),
        ([41.5, 47], 1.5),  # the first counts
        ([40], 0),
        ([39], -1),  # treated before
        ([30, 39], -1),
        ([15.9], 8),  # more than 24 h before: not for this grade
        ([16], -24),
    ],
)
def test_the_time_from_crs_2_to_the_first_tocilizumab(given: list[float], span: float) -> None:
    of = crs((36, 1), (40, 2), (44, 2), doses=[dose(hour) for hour in given])
    (only,) = times_to_treatment(of)
    assert (only.toxicity, only.grade, only.drug) == ("crs", 2, "tocilizumab")
    assert (only.began.at, only.span) == (hours(40), hours(span))
    assert (only.dose is None) == (span == 8)


def test_every_grade_that_calls_a_drug_has_its_own_time() -> None:
    steroid = {"agent": "dexamethasone", "drug_class": "steroid"}
    of = situations.situation(
        crs=grades((40, 2), (44, 3)),
        icans=grades((42, 1), (45, 2)),
        doses=[dose(41), dose(46, **steroid)],
    )
    assert [(each.toxicity, each.grade, each.span) for each in times_to_treatment(of)] == [
        ("crs", 2, hours(1)),
        ("crs", 3, hours(2)),
        ("icans", 2, hours(1)),
    ]


def test_nothing_is_timed_below_the_grade_and_a_resolved_episode_waits_no_longer() -> None:
    assert times_to_treatment(crs((40, 1))) == ()
    ended = replace(grades((40, 2), (60, 0)), resolved=timedelta(hours=60))
    (only,) = times_to_treatment(situations.situation(now=90, crs=ended, doses=[dose(70)]))
    assert (only.dose, only.span) == (None, hours(20))
