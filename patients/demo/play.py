"""One demo story laid out on the calendar and entered as a ward would have entered it.

Everything goes through the door, in the order and at the times at which a ward would have
entered it, so that the demo shows what the software does and nothing that it does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial
from itertools import count, pairwise
from typing import Any
from zoneinfo import ZoneInfo

from grading.record import HOUR
from grading.vocabulary import ICE_ITEMS
from patients import clock, door
from patients.demo.answers import AnsweringWard
from patients.demo.story import RoundFindings, Story, Waypoints
from patients.models import (
    Adjudication,
    Assessment,
    Course,
    Dose,
    Event,
    LabResult,
    Patient,
    Role,
    User,
    Ward,
)

ONE_MINUTE = timedelta(minutes=1)
INFUSION_TIME = time(11, 0)
LABS_TIME = time(6, 0)
ASSAY_ENDS_AT = Decimal(40000)  # ng/mL; above it the laboratory prints "> 40000"

LYMPHODEPLETION = ((5, 4, 3), (("fludarabine", "30"), ("cyclophosphamide", "500")))
"""Days before the infusion, and what is given on each, in mg/m2."""

COUNTS: dict[str, tuple[str, Waypoints]] = {
    "platelets": ("10*9/L", ((-150, 165), (0, 96), (72, 58), (200, 41))),
    "anc": ("10*9/L", ((-150, 3.1), (-24, 1.2), (48, 0.3), (120, 0.1), (200, 0.4))),
    "wbc": ("10*9/L", ((-150, 4.8), (-24, 1.8), (48, 0.7), (120, 0.4), (200, 0.9))),
    "ldh": ("U/L", ((-150, 240), (0, 260), (96, 420), (200, 350))),
    "hemoglobin": ("g/dL", ((-150, 10.2), (0, 9.1), (96, 8.4), (200, 8.8))),
    "creatinine": ("mg/dL", ((-150, 0.8), (0, 0.9), (96, 1.1), (200, 0.9))),
}
"""Blood counts of every patient whose story has none: unit, value by hours since the infusion."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person does at one moment of the demo."""

    at: datetime
    do: Callable[[], object]


def between(waypoints: Waypoints, x: float) -> float:
    """The value at `x`, drawn evenly on a logarithmic scale between the waypoints."""
    (first_x, first), (last_x, last) = waypoints[0], waypoints[-1]
    if x <= first_x:
        return first
    for (left_x, left), (right_x, right) in pairwise(waypoints):
        if x <= right_x:
            part = (x - left_x) / (right_x - left_x)
            return math.exp(math.log(left) * (1 - part) + math.log(right) * part)
    return last if x >= last_x else first


def wobble(step: int, span: float) -> float:
    """A small change, different at each step and the same at each start."""
    return span * ((step * 37 + 3) % 11 - 5) / 5


def rounded(value: float) -> Decimal:
    """Three significant digits, as a laboratory prints them."""
    return Decimal(f"{value:.3g}")


class DemoCourse:
    """One story, laid out on the calendar before `now` and entered step by step."""

    def __init__(self, story: Story, ward: Ward, now: datetime) -> None:
        self.story, self.ward, self.now = story, ward, now
        self.nurses = list(ward.members.filter(role=Role.NURSE).order_by("pk"))
        self.physician = ward.members.filter(role=Role.PHYSICIAN).order_by("pk")[0]
        self.own = int(story.mrn) % 11  # so that no two patients have the same small changes
        self.latest = now - story.minutes_ago * ONE_MINUTE
        self.zone = ZoneInfo(ward.time_zone)
        self.infused_at = self._on_day(0, INFUSION_TIME)
        self.course = self._admit()

    def play(self) -> Course:
        """Do every step in the order of entry."""
        of_physicians = [*self._events(), *self._decisions()]
        steps = [*self._rounds(), *self._labs(), *self._doses(), *of_physicians]
        for step in sorted(steps, key=lambda step: step.at):
            with clock.set_back_to(step.at):
                step.do()
            ward = AnsweringWard(self.nurses[0], self.physician, self.now, self.story.last_call)
            ward.answer_call(self.course)
        return self.course

    def _on_day(self, day: int, at: time) -> datetime:
        """The time of day `at` on Day n, counted so that the latest round is on the story's day."""
        infusion_date = self.latest.astimezone(self.zone).date() - timedelta(days=self.story.day)
        return datetime.combine(infusion_date + timedelta(days=day), at, tzinfo=self.zone)

    def _admit(self) -> Course:
        story, opened_at = self.story, self._on_day(-6, time(14, 30))
        age = timedelta(days=round(story.age * 365.25) + 130)
        birth_date = self.infused_at.date().replace(day=1) - age
        with clock.set_back_to(opened_at):
            patient = Patient(
                mrn=story.mrn,
                family_name=story.name[0],
                given_name=story.name[1],
                birth_date=birth_date,
                sex=story.sex,
                developmental_delay=False,
            )
            child = story.age < 12
            course = Course(
                patient=patient,
                ward=self.ward,
                bed=story.bed,
                product=story.product,
                indication=story.indication,
                infused_at=self.infused_at,
                opened_at=opened_at,
                weight_kg=Decimal(story.weight_kg),
                weighed_at=self._on_day(-1, time(7, 0)),
                baseline_systolic_mmhg=story.usual.get("systolic_mmhg", 124),
                baseline_oxygen_device="room_air",
                baseline_spo2_percent=97,
                baseline_home_cpap=False,
                baseline_ice_total=None if child else 10,
                baseline_capd_total=1 if child else None,
                baseline_ferritin_ng_ml=rounded(story.ferritin[0][1]),
            )
            return door.admit(patient, course, by=self.nurses[0])

    # Rounds

    def _rounds(self) -> Iterator[Act]:
        """Rounds so many hours apart, to within some minutes; `back` 0 is the latest."""
        for back in count():
            minutes = int(wobble(back, 18)) if back else 0
            exact = self.latest - back * self.story.round_hours * HOUR + minutes * ONE_MINUTE
            observed_at = exact.replace(second=0, microsecond=0)
            if observed_at < self.infused_at - 24 * HOUR:
                return
            yield from self._one_round(back, observed_at)

    def _one_round(self, back: int, observed_at: datetime) -> Iterator[Act]:
        rounds = self.story.rounds
        findings = (
            well(back + self.own)
            | self.story.usual
            | (rounds[-1 - back] if back < len(rounds) else {})
        )
        nurse = self.nurses[back % len(self.nurses)]
        entered_at = min(self.now, observed_at + (3 + back % 5) * ONE_MINUTE)
        if back == self.story.late_round:
            entered_at = observed_at + 5 * HOUR
            findings["note"] = "Written down at the bedside, entered at the end of the shift."
        if back == self.story.struck_out_round:
            yield self._wrong_patient(observed_at + 2 * HOUR, nurse)
        row = Assessment(observed_at=observed_at, **findings)
        if (
            back == self.story.corrected_round
        ):  # the saturation was first typed with its digits swapped
            row.spo2_percent = 79
            right = findings | {"spo2_percent": 97}
            correction = Assessment(observed_at=observed_at, replaces=row, **right)
            yield self._entry(entered_at + 9 * ONE_MINUTE, correction, nurse)
        yield self._entry(entered_at, row, nurse)

    def _entry(self, at: datetime, row: Any, by: User) -> Act:
        return Act(at, partial(door.enter, self.course, [row], by=by))

    def _wrong_patient(self, observed_at: datetime, nurse: User) -> Act:
        """Somebody else's vital signs, struck out at once."""
        vitals: RoundFindings = {
            "temperature_c": "36.4",
            "systolic_mmhg": 142,
            "diastolic_mmhg": 88,
        }
        row = Assessment(observed_at=observed_at, **vitals)

        def enter_and_strike_out() -> None:
            door.enter(self.course, [row], by=nurse)
            with clock.set_back_to(observed_at + 8 * ONE_MINUTE):
                door.strike_out(row, by=nurse, reason="Entered on the wrong patient (bed 06).")

        return Act(observed_at + 2 * ONE_MINUTE, enter_and_strike_out)

    # Laboratory

    def _labs(self) -> Iterator[Act]:
        for day in count(-5):
            collected_at = self._on_day(day, LABS_TIME)
            reported_at = collected_at + 80 * ONE_MINUTE
            if reported_at > self.now:
                return
            if day in self.story.no_labs_on:
                continue
            rows = [
                *self._markers(collected_at),
                *self._counts(collected_at, day),
            ]
            yield Act(reported_at, partial(door.enter, self.course, rows, by=self.nurses[-1]))

    def _markers(self, collected_at: datetime) -> list[LabResult]:
        before = (self.latest - collected_at) / HOUR
        change = 1 + wobble(self.own + collected_at.day, 0.05)
        ferritin = rounded(change * between(_in_time(self.story.ferritin), -before))
        beyond = ferritin > ASSAY_ENDS_AT
        crp = change * between(_in_time(self.story.crp), -before)
        return [
            LabResult(
                collected_at=collected_at,
                analyte="ferritin",
                value=ASSAY_ENDS_AT if beyond else ferritin,
                comparator=">" if beyond else "=",
                unit="ng/mL",
            ),
            LabResult(
                collected_at=collected_at,
                analyte="crp",
                value=rounded(crp / 10 if self.story.crp_unit == "mg/dL" else crp),
                unit=self.story.crp_unit,
            ),
        ]

    def _counts(self, collected_at: datetime, day: int) -> list[LabResult]:
        """The blood counts of every patient, and the values of this story."""
        since_infusion = (collected_at - self.infused_at) / HOUR
        since_latest = (collected_at - self.latest) / HOUR
        values = [
            (
                analyte,
                unit,
                between(curve, since_infusion) * (1 + wobble(self.own + day + len(analyte), 0.06)),
            )
            for analyte, (unit, curve) in COUNTS.items()
            if analyte not in self.story.labs
        ] + [
            (analyte, unit, between(_in_time(curve), since_latest))
            for analyte, (unit, curve) in self.story.labs.items()
        ]
        return [
            LabResult(collected_at=collected_at, analyte=analyte, value=rounded(value), unit=unit)
            for analyte, unit, value in values
        ]

    # Doses and events

    def _doses(self) -> Iterator[Act]:
        days, drugs = LYMPHODEPLETION
        for day in days:
            given_at = self._on_day(-day, time(10, 0))
            rows = [
                Dose(given_at=given_at, agent=agent, amount=amount, unit="mg/m2", route="IV")
                for agent, amount in drugs
            ]
            yield Act(given_at, partial(door.enter, self.course, rows, by=self.nurses[0]))
        for given in self.story.given:
            row = Dose(
                given_at=self._before(given.before),
                ended_at=None if given.ends is None else self._before(given.ends),
                agent=given.agent,
                drug_class=given.drug_class,
                amount=Decimal(given.amount),
                unit=given.unit,
                route=given.route,
                note=given.note,
                brand=given.brand,
                batch=given.batch,
            )
            yield self._entry(row.given_at + 2 * ONE_MINUTE, row, self.nurses[0])

    def _before(self, hours: float) -> datetime:
        return (self.latest - hours * HOUR).replace(second=0, microsecond=0)

    def _events(self) -> Iterator[Act]:
        for event in self.story.happened:
            row = Event(
                happened_at=self._before(event.before),
                kind=event.kind,
                note=event.note,
                detail=event.detail,
            )
            yield self._entry(row.happened_at + 10 * ONE_MINUTE, row, self.physician)

    def _decisions(self) -> Iterator[Act]:
        for decided in self.story.decided:
            row = Adjudication(
                decided_at=self._before(decided.before),
                holds_from=self._before(decided.holds_from),
                sign=decided.sign,
                decision=decided.decision,
                cause=decided.cause,
                reason=decided.reason,
            )
            yield self._entry(row.decided_at, row, self.physician)


def _in_time(before: Waypoints) -> Waypoints:
    """Waypoints by hours before the latest round, as hours after it (negative)."""
    return tuple((-hours, value) for hours, value in before)


def well(step: int) -> RoundFindings:
    """A complete assessment of somebody who is well."""
    return {
        "temperature_c": str(round(36.7 + wobble(step, 0.3), 1)),
        "systolic_mmhg": int(124 + wobble(step + 2, 8)),
        "diastolic_mmhg": int(74 + wobble(step + 5, 6)),
        "heart_rate": int(80 + wobble(step + 1, 8)),
        "respiratory_rate": int(16 + wobble(step + 3, 2)),
        "spo2_percent": int(97 + wobble(step + 4, 1)),
        "hypotension": False,
        "fluid_bolus": False,
        "vasopressors": [],
        "oxygen_device": "room_air",
        "ice": dict(ICE_ITEMS),
        "consciousness": "spontaneous",
        "seizure": "none",
        "motor": "none",
        "icp": [],
        "other_neuro": [],
    }
