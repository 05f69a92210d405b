"""A course document as the oracle reads it: entries in order of time, hours, days, ages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Item = dict[str, Any]
HOURS_OF_A_DAY = 24


def exact(number: Any) -> Fraction | None:
    """A number of a document as it is written there, without the rounding of floats."""
    return None if number is None else Fraction(str(number))


@dataclass
class Entry:
    """An assessment, a result, a dose or an event, with its hour since the first infusion."""

    hour: Fraction
    item: Item

    def get(self, key: str) -> Any:
        return self.item.get(key)

    def number(self, key: str) -> Fraction | None:
        return exact(self.item.get(key))


class Course:
    """One course: what stands in the document, put in order."""

    def __init__(self, document: Item) -> None:
        self.patient: Item = document.get("patient") or {}
        self.facts: Item = document.get("course") or {}
        self.baseline: Item = document.get("baseline") or {}
        infused = self.facts.get("infused_at")
        self.infused_at = None if infused is None else datetime.fromisoformat(infused)
        zone = self.facts.get("time_zone")
        self.zone = ZoneInfo(zone) if zone else None
        self.assessments = self._entries(document, "assessments")
        self.labs = self._entries(document, "labs")
        self.doses = self._entries(document, "doses")
        self.events = self._entries(document, "events")
        self.adjudications = self._entries(document, "adjudications")
        later = self.facts.get("later_infusions") or []
        self.infusions = [Fraction(0), *sorted(self._hour_of(moment) for moment in later)]

    def _entries(self, document: Item, kind: str) -> list[Entry]:
        """Entries of one kind by time; those of one time stay as the document has them."""
        items = document.get(kind) or []
        entries = [Entry(self._hour_of(item.get("hour", item.get("at"))), item) for item in items]
        return sorted(entries, key=lambda entry: entry.hour)

    def _hour_of(self, moment: Any) -> Fraction:
        if not isinstance(moment, str):
            return Fraction(str(moment))
        assert self.infused_at is not None, "a time needs the time of the infusion"
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            at = at.replace(tzinfo=self.zone)
        elapsed = at.astimezone(UTC) - self.infused_at.astimezone(UTC)
        return Fraction(elapsed // timedelta(microseconds=1), 3_600_000_000)

    def end_of(self, dose: Entry) -> Fraction | None:
        """The hour at which a dose ended; None where no end is recorded."""
        end = dose.item.get("end_hour", dose.item.get("end_at"))
        return None if end is None else self._hour_of(end)

    def hour_of_start(self, decision: Entry) -> Fraction:
        """The hour of the first assessment that a decision is about."""
        return self._hour_of(decision.get("from_hour"))

    def closed_hour(self) -> Fraction | None:
        closed = self.facts.get("closed_at")
        return None if closed is None else self._hour_of(closed)

    def _date(self, hour: Fraction) -> Any:
        assert self.infused_at is not None
        moment = self.infused_at.astimezone(UTC) + timedelta(microseconds=int(hour * 3_600_000_000))
        return moment.astimezone(self.zone or self.infused_at.tzinfo).date()

    def day(self, hour: Fraction, since: Fraction = Fraction(0)) -> int:
        """Local calendar days since an infusion, whose day is Day 0; without dates whole 24 h."""
        if self.infused_at is None:
            return (hour - since) // HOURS_OF_A_DAY
        return (self._date(hour) - self._date(since)).days

    def latest_infusion(self, hour: Fraction) -> Fraction:
        """The last infusion at or before that hour; the first where there was none yet."""
        return max((one for one in self.infusions if one <= hour), default=Fraction(0))

    def age_years(self) -> Fraction | None:
        return exact(self.patient.get("age_years"))
