"""What must hold for every course in which a physician decides what a sign is put down to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grading.engine.result import Result, SystemGrades
from grading.local_rules import DEFAULT
from grading.record import HOUR, Adjudication, Record
from grading.rules.systems import COURSE_SYSTEMS, grade_course, grade_record
from grading.vocabulary import AttributedCause, Decision, Sign
from tests.grading.rules.test_properties import a_record, word
from tests.required import often

EXAMPLES = settings(max_examples=often(25, 300))
ON_SIGNS = [Decision.CONFIRMED.value, Decision.REFUSED.value, Decision.WITHDRAWN.value]


@st.composite
def a_decision(draw: Any) -> Adjudication:
    """A decision on any sign, about entries before or after it."""
    at, since = draw(st.integers(-24, 400)), draw(st.none() | st.integers(-24, 400))
    chosen = draw(st.sampled_from(ON_SIGNS))
    cause = draw(st.none() | word(AttributedCause)) if chosen == Decision.CONFIRMED else None
    return Adjudication(
        at * HOUR,
        chosen,
        draw(word(Sign)),
        cause,
        None if since is None else since * HOUR,
        reason="seen at the bedside",
        uid=f"d{at}",
    )


@st.composite
def a_decided_record(draw: Any) -> Record:
    """A course with decisions, in which a physician made some of the entries."""
    record: Record = draw(a_record())
    by_physician = draw(st.lists(st.none() | st.booleans(), min_size=4, max_size=4))
    findings = tuple(
        each._replace(attribution_confirmed=confirmed)
        for each, confirmed in zip(record.findings, by_physician, strict=False)
    )
    decisions = draw(st.lists(a_decision(), max_size=3))
    return replace(record, findings=findings, adjudications=tuple(decisions))


def graded(record: Record) -> dict[str, SystemGrades]:
    return grade_record(record, DEFAULT, reasons=False)


def and_decided(record: Record, *decisions: Adjudication) -> Record:
    return replace(record, adjudications=(*record.adjudications, *decisions))


LAST = timedelta(hours=500)


def last_decided(decision: Adjudication, word_of_it: str) -> Adjudication:
    """The same decision with this word, taken after every other."""
    begins = decision.begins()
    return replace(decision, elapsed=LAST, decision=word_of_it, holds_from=begins, uid="last")


def highest(result: Result) -> int:
    return max(result.bounds[1], result.if_all_counted or 0)


@EXAMPLES
@given(a_decided_record(), a_decision())
def test_a_confirmed_decision_never_raises_a_grade_and_a_refused_one_never_lowers_it(
    record: Record, decision: Adjudication
) -> None:
    confirmed = graded(and_decided(record, last_decided(decision, Decision.CONFIRMED)))
    refused = graded(and_decided(record, last_decided(decision, Decision.REFUSED)))
    for key, before in graded(record).items():
        for own, lower, higher in zip(
            before.results, confirmed[key].results, refused[key].results, strict=True
        ):
            assert lower.bounds[0] <= own.bounds[0] <= higher.bounds[0]
            assert lower.bounds[1] <= own.bounds[1] <= higher.bounds[1]


@EXAMPLES
@given(a_record(), a_decision())
def test_a_decision_withdrawn_from_its_start_gives_what_was_before(
    record: Record, decision: Adjudication
) -> None:
    away = last_decided(decision, Decision.WITHDRAWN)
    assert graded(and_decided(record, decision, away)) == graded(record)


@EXAMPLES
@given(a_decided_record())
def test_a_lowered_grade_names_its_signs_and_the_higher_one_is_the_same_whoever_decided(
    record: Record,
) -> None:
    """ASTCT 2019 aside in the last line: the course around an entry may change its grade."""
    entered = record.findings
    own = tuple(each._replace(attribution_confirmed=None) for each in entered)
    undecided = graded(replace(record, findings=own, adjudications=()))
    rows = {row.uid for row in (*entered, *record.adjudications)}
    for key, system in grade_record(record, DEFAULT).items():
        for result, other in zip(system.results, undecided[key].results, strict=True):
            assert bool(result.put_aside) == (result.if_all_counted is not None)
            assert {item.uid for item in result.put_aside} <= rows
            assert (result.to_sort_by or 0) >= (result.shown or 0)
            assert Result.from_facts(result.facts()).facts() == result.facts()
            assert highest(result) == highest(other) or key == "crs_astct_2019"
    assert record.findings is entered


@EXAMPLES
@given(a_decided_record())
def test_reasons_change_no_number(record: Record) -> None:
    full, bare = grade_record(record, DEFAULT), graded(record)
    for key, system in full.items():
        for one, other in zip(system.results, bare[key].results, strict=True):
            assert (one.bounds, one.put_aside) == (other.bounds, other.put_aside)
    assert grade_course(record, full, DEFAULT).keys() <= COURSE_SYSTEMS.keys()
