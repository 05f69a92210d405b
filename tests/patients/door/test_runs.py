"""A run is started, gets another rate and is stopped: each once, whoever else acts meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from patients import door
from patients.door.refusals import AlreadyEntered, AlreadyRunning, AlreadyStopped, Refused
from patients.models import Course, Dose, GradeRecord, User
from patients.regrading import regrade as regrading
from tests.storing import AssessmentAt

PER_KG = "mcg/kg/min"
LOW = {"temperature_c": Decimal("38.9"), "hypotension": True, "vasopressors": None}


@pytest.fixture
def at(course: Course) -> Callable[[float], datetime]:
    """Call with hours after the infusion."""
    return lambda hours: course.infused_at + timedelta(hours=hours)


@pytest.fixture
def run(course: Course, nurse: User) -> Dose:
    """Norepinephrine at 0.05 mcg/kg/min from 30 h after the infusion."""
    started = dose(course.infused_at + timedelta(hours=30), "0.05", agent="norepinephrine")
    door.enter(course, [started], by=nurse)
    return started


def dose(given_at: datetime, amount: str | None, unit: str | None = PER_KG, **more: Any) -> Dose:
    rate = None if amount is None else Decimal(amount)
    return Dose(given_at=given_at, amount=rate, unit=unit, route="IV", **more)


def rates(course: Course) -> list[tuple[float, float | None, str]]:
    """Start and end in hours, and the amount, of every run that counts."""

    def hours(moment: datetime | None) -> Any:
        return None if moment is None else (moment - course.infused_at) / timedelta(hours=1)

    rows = Dose.objects.live().filter(course=course).order_by("given_at", "pk")
    return [
        (hours(row.given_at), hours(row.ended_at), f"{row.amount:f}".rstrip("0")) for row in rows
    ]


# A new rate


def test_a_new_rate_ends_the_run_and_starts_the_next_at_one_moment(
    course: Course, nurse: User, run: Dose, at: Callable[[float], datetime]
) -> None:
    new = dose(at(35), "0.08")
    door.change_rate(run, new, by=nurse)

    assert rates(course) == [(30, 35, "0.05"), (35, None, "0.08")]
    ended, started = Dose.objects.order_by("pk")
    assert (started.agent, started.drug_class) == ("norepinephrine", "vasopressor")
    assert ended.end_recorded_at == started.recorded_at
    assert ended.end_recorded_by == started.recorded_by == nurse


def test_a_new_rate_is_graded_once(
    course: Course,
    nurse: User,
    run: Dose,
    at: Callable[[float], datetime],
    assessment_at: AssessmentAt,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By Lee 20 µg/min for three hours is a high dose: the course is graded with the new rate."""
    door.enter(course, [assessment_at(40, **LOW)], by=nurse)
    lee = GradeRecord.objects.live().filter(system="crs_lee_2014", assessment__isnull=False)
    assert lee.get().grade == 2
    calls = []
    read = regrading.read_and_grade
    monkeypatch.setattr(regrading, "read_and_grade", lambda of: calls.append(of) or read(of))

    door.change_rate(run, dose(at(35), "40", "mcg/min"), by=nurse)

    assert len(calls) == 1
    assert lee.get().grade == 3


def test_the_same_new_rate_sent_twice_exists_once_and_gets_the_same_answer(
    course: Course,
    nurse: User,
    run: Dose,
    at: Callable[[float], datetime],
    assessment_at: AssessmentAt,
) -> None:
    door.enter(course, [assessment_at(40, **LOW)], by=nurse)
    new = dose(at(35), "40", "mcg/min")
    answers = [
        door.change_rate(
            Dose.objects.get(pk=run.pk), dose(at(35), "40", "mcg/min", uid=new.uid), by=nurse
        )
        for _ in range(2)
    ]
    assert [len(answer) for answer in answers] == [len(answers[0])] * 2
    assert rates(course) == [(30, 35, "0.05"), (35, None, "40.")]


def test_another_rate_under_the_same_form_is_refused(
    course: Course, nurse: User, run: Dose, at: Callable[[float], datetime]
) -> None:
    uid = uuid4()
    door.change_rate(run, dose(at(35), "0.08", uid=uid), by=nurse)
    for again in (dose(at(35), "0.09", uid=uid), dose(at(36), "0.08", uid=uid)):
        with pytest.raises(AlreadyEntered):
            door.change_rate(run, again, by=nurse)
    assert rates(course) == [(30, 35, "0.05"), (35, None, "0.08")]


@pytest.mark.parametrize("own", [True, False], ids=["from my other tab", "by somebody else"])
def test_of_two_new_rates_the_second_is_refused_and_names_the_first(
    own: bool,
    course: Course,
    nurse: User,
    physician: User,
    run: Dose,
    at: Callable[[float], datetime],
) -> None:
    door.change_rate(run, dose(at(35), "0.08"), by=nurse if own else physician)
    with pytest.raises(AlreadyStopped, match=r"changed the rate of this run to 0\.08") as refusal:
        door.change_rate(run, dose(at(35), "0.1"), by=nurse)

    assert refusal.value.newer == Dose.objects.live().get(ended_at=None)
    assert refusal.value.attempted is not None
    assert refusal.value.attempted.amount == Decimal("0.1")
    assert rates(course) == [(30, 35, "0.05"), (35, None, "0.08")]


def test_a_new_rate_and_an_end_of_a_run_that_got_two_rates_since_name_the_last(
    course: Course, nurse: User, physician: User, run: Dose, at: Callable[[float], datetime]
) -> None:
    second, third = dose(at(35), "0.08"), dose(at(36), "0.12")
    door.change_rate(run, second, by=physician)
    door.change_rate(second, third, by=physician)
    for act in (
        lambda: door.change_rate(run, dose(at(37), "0.1"), by=nurse),
        lambda: door.stop(run, at=at(37), by=nurse),
    ):
        with pytest.raises(AlreadyStopped, match=r"to 0\.12 mcg/kg/min") as refusal:
            act()
        assert refusal.value.newer == third
    door.stop(third, at=at(38), by=physician)
    with pytest.raises(AlreadyStopped, match=r"0\.12 mcg/kg/min, from .* That ended"):
        door.stop(run, at=at(39), by=nurse)


def test_a_new_rate_of_a_run_that_somebody_stopped_is_refused(
    course: Course, nurse: User, physician: User, run: Dose, at: Callable[[float], datetime]
) -> None:
    door.stop(run, at=at(35), by=physician)
    with pytest.raises(AlreadyStopped, match="already recorded") as refusal:
        door.change_rate(run, dose(at(35), "0.08"), by=nurse)
    assert refusal.value.newer is None
    assert rates(course) == [(30, 35, "0.05")]


def test_a_run_of_the_same_drug_started_at_the_end_of_another_is_no_new_rate_of_it(
    course: Course, nurse: User, run: Dose, at: Callable[[float], datetime]
) -> None:
    door.stop(run, at=at(35), by=nurse)
    door.start_run(course, dose(at(35), "0.2", agent="norepinephrine"), by=nurse)
    with pytest.raises(AlreadyStopped) as refusal:
        door.stop(run, at=at(36), by=nurse)
    assert refusal.value.newer is None


def test_a_rate_typed_wrongly_is_corrected_by_another_from_the_same_time(
    course: Course, nurse: User, run: Dose, at: Callable[[float], datetime]
) -> None:
    wrong = dose(at(35), "0.8")
    door.change_rate(run, wrong, by=nurse)
    door.change_rate(wrong, dose(at(35), "0.08"), by=nurse)
    assert rates(course) == [(30, 35, "0.05"), (35, 35, "0.8"), (35, None, "0.08")]


def test_a_rate_changes_in_the_minute_in_which_the_run_started_and_not_before(
    course: Course, nurse: User, at: Callable[[float], datetime]
) -> None:
    started = dose(at(30) + timedelta(seconds=40), "0.05", agent="norepinephrine")
    door.enter(course, [started], by=nurse)
    with pytest.raises(ValidationError, match="before its start"):
        door.change_rate(started, dose(at(30) - timedelta(minutes=1), "0.08"), by=nurse)
    assert rates(course) == [(pytest.approx(30 + 40 / 3600), None, "0.05")]
    uid = uuid4()
    for _ in range(2):
        door.change_rate(started, dose(at(30), "0.08", uid=uid), by=nurse)
    first, second = Dose.objects.order_by("pk")
    assert first.given_at == first.ended_at == second.given_at


@pytest.mark.parametrize("hours", [1, -1])
def test_a_new_rate_is_neither_of_the_future_nor_of_a_run_that_does_not_count(
    hours: int, course: Course, nurse: User, run: Dose
) -> None:
    if hours < 0:
        door.strike_out(run, by=nurse, reason="never started")
    expected = Refused if hours < 0 else ValidationError
    with pytest.raises(expected):
        door.change_rate(run, dose(timezone.now() + timedelta(hours=hours), "0.08"), by=nurse)
    assert Dose.objects.count() == 1


def test_a_drug_that_is_not_known_here_keeps_name_and_class(
    course: Course, nurse: User, at: Callable[[float], datetime]
) -> None:
    run = dose(at(30), "3", "mg/h", agent="centhaquine", drug_class="vasopressor")
    door.enter(course, [run], by=nurse)
    door.change_rate(run, dose(at(31), "4", "mg/h"), by=nurse)
    new = Dose.objects.latest("pk")
    assert (new.agent, new.drug_class) == ("centhaquine", "vasopressor")


# A start


@pytest.mark.parametrize("typed", ["norepinephrine", "Levophed", "noradrenaline"])
def test_a_drug_that_runs_is_started_again_only_beside_the_run_that_was_shown(
    typed: str, course: Course, nurse: User, run: Dose, at: Callable[[float], datetime]
) -> None:
    second = dose(at(31), "0.1", agent=typed)
    with pytest.raises(AlreadyRunning, match=r"runs already, since .*0\.05 mcg/kg/min") as refusal:
        door.start_run(course, second, by=nurse)
    assert refusal.value.running == run
    door.start_run(course, second, by=nurse, beside=[run.uid])
    assert len(rates(course)) == 2
    with pytest.raises(AlreadyRunning) as refusal:
        door.start_run(course, dose(at(32), "0.1", agent=typed), by=nurse, beside=[run.uid])
    assert refusal.value.running == second


def test_a_drug_that_does_not_run_is_started_and_sent_twice_once(
    course: Course, nurse: User, run: Dose, at: Callable[[float], datetime]
) -> None:
    door.start_run(course, dose(at(31), "0.03", "units/min", agent="vasopressin"), by=nurse)
    door.stop(run, at=at(32), by=nurse)
    uid = uuid4()
    for _ in range(2):
        again = dose(at(33), "0.1", agent="norepinephrine", uid=uid)
        door.start_run(course, again, by=nurse)
    assert rates(course) == [(30, 32, "0.05"), (31, None, "0.03"), (33, None, "0.1")]


# An end beside an entry


def test_an_entry_and_the_end_of_a_run_are_stored_together_or_not_at_all(
    course: Course,
    nurse: User,
    physician: User,
    run: Dose,
    at: Callable[[float], datetime],
    assessment_at: AssessmentAt,
) -> None:
    row = assessment_at(40, **LOW)
    for _ in range(2):
        again = assessment_at(40, **LOW, uid=row.uid)
        door.enter(course, [again], by=nurse, ends=[door.RunEnd(run, at(36))])
    stored = Dose.objects.get()
    assert (stored.ended_at, stored.end_recorded_at) == (
        at(36),
        course.assessments.get().recorded_at,
    )

    with pytest.raises(AlreadyStopped):
        door.enter(course, [assessment_at(41)], by=physician, ends=[door.RunEnd(run, at(37))])
    assert course.assessments.count() == 1
