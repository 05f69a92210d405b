"""Two people change one thing at one moment: `python -m benchmarks.races [--repetitions 50]`.

Each repetition has a course of its own, and a process for each person. Prints the numbers of
answers that were acknowledged, of rows stored, of refusals with a sentence, of answers "locked"
by the database, of other failures, and of courses left to regrade.
"""

from __future__ import annotations

import argparse
import os
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from patients.models import Course, User


@dataclass(frozen=True, slots=True)
class Scene:
    """An open course on a ward of its own, and the two people."""

    course: Course
    people: tuple[User, User]


Call = Callable[[], Any]
Start = Callable[[Scene], tuple[Call, Call, Callable[[], int]]]
"""Prepares a race: what each of the two does, and how to count what is stored of it."""


@dataclass(frozen=True, slots=True)
class Race:
    start: Start
    acknowledged: int
    """Of two: 2 where both may have their way or ask for the same, else 1."""
    stored: int


@dataclass(slots=True)
class Tally:
    """Counts of the answers over all repetitions of one race; the time in s."""

    acknowledged: int = 0
    stored: int = 0
    refused: int = 0
    locked: int = 0
    failed: list[str] = field(default_factory=list)
    left_to_regrade: int = 0
    seconds: float = 0


def run(race: Race, repetitions: int) -> Tally:
    """Run the same race so often, each time on a new ward."""
    from benchmarks.writers import make_ward, together
    from patients.clock import now
    from patients.door.regrade_all import regrade_courses
    from patients.models import Course, Membership, Role, User

    tally, started = Tally(), time.monotonic()
    for _ in range(repetitions):
        [course], nurse = make_ward(1)
        physician = User.objects.create(username=uuid.uuid4().hex, role=Role.PHYSICIAN)
        Membership.objects.create(user=physician, ward=course.ward)
        one, other, count = race.start(Scene(course, (nurse, physician)))
        for answer in together(one, other):
            _note(answer, tally)
        tally.stored += count()
        of_ward = list(Course.objects.filter(ward=course.ward).values_list("pk", flat=True))
        tally.left_to_regrade += len(list(regrade_courses(of_ward, at=now(), write=False)))
    tally.seconds = time.monotonic() - started
    return tally


def _note(answer: str, tally: Tally) -> None:
    """Count one answer; a refusal is one that a person reads, everything else failed."""
    from patients.door.refusals import Refused

    refusals = {"ValidationError", "Refused", *(kind.__name__ for kind in Refused.__subclasses__())}
    if not answer:
        tally.acknowledged += 1
    elif answer.partition(":")[0] in refusals:
        tally.refused += 1
    else:
        tally.failed.append(answer)
    tally.locked += "locked" in answer


# The races


def _entered(scene: Scene, **facts: Any) -> Any:
    """An assessment that stands already."""
    from benchmarks.writers import assessment
    from patients import door

    row = assessment(random.Random(7))  # noqa: S311
    for name, value in facts.items():
        setattr(row, name, value)
    door.enter(scene.course, [row], by=scene.people[0])
    return row


def two_entries(scene: Scene) -> tuple[Call, Call, Callable[[], int]]:
    from benchmarks.writers import assessment
    from patients import door

    one, other = (assessment(random.Random(seed)) for seed in (1, 2))  # noqa: S311
    course, (nurse, physician) = scene.course, scene.people
    return (
        lambda: door.enter(course, [one], by=nurse),
        lambda: door.enter(course, [other], by=physician),
        lambda: course.assessments.live().count(),
    )


def same_entry(scene: Scene) -> tuple[Call, Call, Callable[[], int]]:
    from benchmarks.writers import assessment
    from patients import door

    row, course, nurse = assessment(random.Random(3)), scene.course, scene.people[0]  # noqa: S311
    enter = lambda: door.enter(course, [row], by=nurse)  # noqa: E731
    return enter, enter, course.assessments.count


def two_corrections(scene: Scene) -> tuple[Call, Call, Callable[[], int]]:
    from benchmarks.writers import assessment
    from patients import door

    wrong, course = _entered(scene), scene.course

    def correct(by: User, seed: int) -> Call:
        row = assessment(random.Random(seed))  # noqa: S311
        row.replaces = wrong
        return lambda: door.enter(course, [row], by=by)

    one, other = (correct(by, seed) for seed, by in enumerate(scene.people))
    return one, other, lambda: course.assessments.filter(replaces=wrong).count()


def correction_and_strike_out(scene: Scene) -> tuple[Call, Call, Callable[[], int]]:
    from benchmarks.writers import assessment
    from patients import door

    wrong, course, (nurse, physician) = _entered(scene), scene.course, scene.people
    row = assessment(random.Random(8))  # noqa: S311
    row.replaces = wrong
    touched = course.assessments.filter
    return (
        lambda: door.enter(course, [row], by=nurse),
        lambda: door.strike_out(wrong, by=physician, reason="wrong value"),
        lambda: touched(replaces=wrong).count() + touched(struck_out_at__isnull=False).count(),
    )


def _strike_outs(*reasons: str) -> Start:

    def start(scene: Scene) -> tuple[Call, Call, Callable[[], int]]:
        from patients import door

        row, nurse = _entered(scene), scene.people[0]
        one, other = (
            lambda reason=reason: door.strike_out(row, by=nurse, reason=reason)
            for reason in reasons
        )
        struck = scene.course.assessments.filter(struck_out_at__isnull=False)
        return one, other, struck.count

    return start


def _ends(*minutes: int) -> Start:

    def start(scene: Scene) -> tuple[Call, Call, Callable[[], int]]:
        from patients import door
        from patients.models import Dose

        course, nurse = scene.course, scene.people[0]
        run = Dose(given_at=course.infused_at, agent="norepinephrine")
        door.enter(course, [run], by=nurse)
        ends = [course.infused_at + timedelta(minutes=minute) for minute in minutes]
        one, other = (lambda end=end: door.stop(run, at=end, by=nurse) for end in ends)
        return one, other, lambda: course.doses.filter(ended_at__isnull=False).count()

    return start


def _rates(*amounts: str) -> Start:
    """New rates of one run: the same form sent twice by one person, or other rates by two."""

    def start(scene: Scene) -> tuple[Call, Call, Callable[[], int]]:
        from patients import door
        from patients.models import Dose

        course, unit = scene.course, "mcg/min"
        run = Dose(given_at=course.infused_at, agent="norepinephrine", amount=4, unit=unit)
        door.enter(course, [run], by=scene.people[0])
        is_same = len(set(amounts)) == 1
        people = scene.people[:1] * 2 if is_same else scene.people
        form, at = uuid.uuid4(), course.infused_at + timedelta(minutes=30)

        def change(by: User, amount: str) -> Call:
            uid = form if is_same else uuid.uuid4()
            new = Dose(uid=uid, given_at=at, amount=Decimal(amount), unit=unit)
            return lambda: door.change_rate(Dose.objects.get(pk=run.pk), new, by=by)

        one, other = (change(by, amount) for by, amount in zip(people, amounts, strict=True))
        newer = course.doses.filter(ended_at__isnull=True, given_at=at)
        return one, other, newer.count

    return start


def _starts(*, same: bool) -> Start:
    """The start of one drug: the same form sent twice, or two forms of two people."""

    def start(scene: Scene) -> tuple[Call, Call, Callable[[], int]]:
        from patients import door
        from patients.models import Dose

        course, (nurse, physician) = scene.course, scene.people
        agent, form = f"vasoactive {uuid.uuid4().hex[:8]}", uuid.uuid4()

        def begin(by: User) -> Call:
            uid = form if same else uuid.uuid4()
            run = Dose(uid=uid, given_at=course.infused_at, agent=agent, drug_class="vasopressor")
            return lambda: door.start_run(course, run, by=by)

        one, other = begin(nurse), begin(nurse if same else physician)
        return one, other, course.doses.filter(agent=agent).count

    return start


def _admissions(*, same: bool) -> Start:

    def start(scene: Scene) -> tuple[Call, Call, Callable[[], int]]:
        from patients import door
        from patients.models import Course, Patient

        mrn, ward, infused_at = uuid.uuid4().hex[:12], scene.course.ward, scene.course.infused_at
        form = uuid.uuid4()

        def admit(by: User) -> None:
            patient = Patient(mrn=mrn, family_name="Roe", birth_date=date(1970, 1, 1))
            uid = form if same else uuid.uuid4()
            course = Course(uid=uid, ward=ward, product="fictional", infused_at=infused_at)
            door.admit(patient, course, by=by)

        nurse, physician = scene.people
        count = Course.objects.filter(patient__mrn=mrn).count
        return lambda: admit(nurse), lambda: admit(nurse if same else physician), count

    return start


def _changes(of: str, *values: str) -> Start:
    """Two changes of the bed of a course, or of its patient's name, from the same version.

    The same value is sent twice by one person, other values are sent by two.
    """

    def start(scene: Scene) -> tuple[Call, Call, Callable[[], int]]:
        from patients import door

        thing: Any = scene.course if of == "bed" else scene.course.patient
        version, lines = thing.version(), thing.history.count()
        people = scene.people if len(set(values)) > 1 else scene.people[:1] * 2
        one, other = (
            lambda by=by, value=value: door.amend(
                thing, by=by, reason="typed wrongly", changes={of: value}, since=version
            )
            for by, value in zip(people, values, strict=True)
        )
        return one, other, lambda: thing.history.count() - lines

    return start


RACES = {
    "two entries on one course": Race(two_entries, 2, 2),
    "the same entry twice": Race(same_entry, 2, 1),
    "two corrections of one entry": Race(two_corrections, 1, 1),
    "a correction and a strike-out": Race(correction_and_strike_out, 1, 1),
    "two strike-outs, other reasons": Race(_strike_outs("wrong value", "wrong time"), 1, 1),
    "the same strike-out twice": Race(_strike_outs("wrong value", "wrong value"), 2, 1),
    "two ends of one run": Race(_ends(30, 40), 1, 1),
    "the same end twice": Race(_ends(30, 30), 2, 1),
    "two new rates of one run": Race(_rates("6", "8"), 1, 1),
    "the same new rate twice": Race(_rates("6", "6"), 2, 1),
    "two starts of one drug": Race(_starts(same=False), 1, 1),
    "the same start twice": Race(_starts(same=True), 2, 1),
    "two admissions of one MRN": Race(_admissions(same=False), 1, 1),
    "the same admission twice": Race(_admissions(same=True), 2, 1),
    "two changes of one course": Race(_changes("bed", "3", "4"), 1, 1),
    "the same change twice": Race(_changes("bed", "3", "3"), 2, 1),
    "two changes of one patient": Race(_changes("family_name", "Row", "Rowe"), 1, 1),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=50)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartox_site.settings")
    django.setup()
    from benchmarks.databases import new_database

    with new_database() as vendor:
        print(f"{vendor}, {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores")
        print(
            "race                              runs  ackn stored refused locked failed left     s"
        )
        for name, race in RACES.items():
            tally = run(race, asked.repetitions)
            print(
                f"{name:<32} {asked.repetitions:>5} {tally.acknowledged:>5} {tally.stored:>6} "
                f"{tally.refused:>7} {tally.locked:>6} {len(tally.failed):>6} "
                f"{tally.left_to_regrade:>4} {tally.seconds:>5.0f}",
                *tally.failed[:1],
                flush=True,
            )


if __name__ == "__main__":
    main()
