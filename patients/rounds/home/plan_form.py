"""The form that plans contacts with a patient at home: from one day to another, at one time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID, uuid5

from patients.admission.at_home import LAST_DAY_AT_HOME
from patients.forms.course_form import CourseForm
from patients.forms.fields import NumberField, TapField
from patients.forms.local_time import RepeatedTime, SkippedTime, local_moment
from patients.reading.bedside import Bedside
from patients.rounds.models import HomeContact
from patients.rounds.pages.interruption_forms import ReturnField
from patients.rounds.rules.contacts import ContactKind

EVERY = (("1", "every day"), ("2", "every 2 days"), ("3", "every 3 days"), ("7", "once a week"))
USUAL = {
    ContactKind.TEMPERATURE: (14, "1", time(8)),
    ContactKind.TELE_ICE: (14, "1", time(9)),
    ContactKind.VISIT: (LAST_DAY_AT_HOME, "7", time(10)),
}
"""Local presets, to be changed before saving: up to which day, how often, at what time."""
FURTHEST_DAY = 100


class PlanForm(CourseForm):
    """What is planned, from which day to which, how often and when."""

    kind = TapField("What", [(each.value, each.label) for each in ContactKind])
    first_day = NumberField(required=False, label="From Day")
    last_day = NumberField(required=False, label="To Day")
    every = TapField("How often", EVERY)
    at = ReturnField("Time, 24 hours")

    def __init__(
        self,
        data: Any = None,
        *,
        bedside: Bedside,
        saving: bool = False,
        kind: str = "",
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.saving = saving
        self.today = self.course.day(self.now)
        self.moments: list[datetime] = []
        if kind in list(ContactKind):
            last_day, every, at = USUAL[ContactKind(kind)]
            first = self.today if self._moment(self.today, at) > self.now else self.today + 1
            usual = {"kind": kind, "first_day": first, "last_day": max(last_day, first)}
            self.initial.update(usual | {"every": every, "at": at})

    def clean(self) -> None:
        if not self.saving:
            return
        if self.value("kind") is None:
            self.refuse("kind", "Tap what is planned.")
        if self.value("every") is None:
            self.refuse("every", "Tap how often.")
        if self.value("at") is None and "at" not in self.errors:
            self.refuse("at", "Type the time as 24 hours: 08:00.")
        days = [self._day(name) for name in ("first_day", "last_day")]
        if not self.errors and days[0] is not None and days[1] is not None:
            self._plan(days[0], days[1])

    def _day(self, name: str) -> int | None:
        number = self.value(name)
        if name in self.errors:
            return None
        if number is None or number != int(number) or not 0 <= number <= FURTHEST_DAY:
            self.refuse(name, f"Type a day after the infusion, 0 to {FURTHEST_DAY}.")
            return None
        return int(number)

    def _plan(self, first: int, last: int) -> None:
        if last < first:
            self.refuse("last_day", f"Day {last} lies before Day {first}.")
            return
        days = range(first, last + 1, int(self.value("every")))
        self.moments = [self._moment(day, self.value("at")) for day in days]
        if self.moments[0] <= self.now:
            earliest = self.today if self._moment(self.today, self.value("at")) > self.now else None
            day = self.today + 1 if earliest is None else earliest
            self.refuse("first_day", f"This time has passed on Day {first}. Begin on Day {day}.")

    def _moment(self, day: int, at: time) -> datetime:
        return moment_of_day(self.course.infused_at, day, at, self.course.zone)

    def rows(self) -> list[HomeContact]:
        """The contacts, not saved; the first carries the number of the form."""
        uid: UUID = self.value("uid")
        return [
            HomeContact(
                uid=uid if n == 0 else uuid5(uid, str(n)), kind=self.value("kind"), due_at=moment
            )
            for n, moment in enumerate(self.moments)
        ]


def moment_of_day(infused_at: datetime, day: int, at: time, zone: tzinfo) -> datetime:
    """The moment on Day n at which the clock shows this time; where it skips it, an hour later."""
    local = infused_at.astimezone(zone).date() + timedelta(days=day)
    try:
        return local_moment(local, at, zone, None).astimezone(UTC)
    except RepeatedTime as repeated:
        return repeated.moments[0].astimezone(UTC)
    except SkippedTime:
        later = (datetime.combine(local, at) + timedelta(hours=1)).time()
        return local_moment(local, later, zone, None).astimezone(UTC)
