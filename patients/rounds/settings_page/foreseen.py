"""What new settings would change for the patients who are on the ward now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from json import dumps

from grading.laboratory.analytes import ANALYTES
from patients.models import Course, Ward
from patients.rounds.due.ward import rounds_of
from patients.rounds.rules.clocks import Clock, DueState
from patients.rounds.rules.policy import Policy
from patients.rounds.rules.schedule import Schedule
from patients.rounds.settings_page.typed import WHENS, interval_words, key_of
from patients.rounds.settings_page.usual_panel_typed import panel_words
from patients.rounds.ward_settings import WardRounds


@dataclass(frozen=True, slots=True)
class ForeseenClock:
    """How many patients would be due sooner and later by one clock, and overdue at once."""

    clock: Clock
    sooner: int
    later: int
    newly_overdue: int

    @property
    def sentence(self) -> str:
        """2 patients would be due sooner, 1 later; 1 would be overdue at once."""
        if not self.sooner and not self.later:
            return "nothing changes for the patients on the ward now"
        text = f"{_patients(self.sooner)} would be due sooner, {self.later} later"
        if self.newly_overdue:
            text += f"; {_patients(self.newly_overdue)} would be overdue at once"
        return text


def _patients(count: int) -> str:
    return f"{count} patient" if count == 1 else f"{count} patients"


def foreseen(
    ward: Ward, before: Schedule, after: Schedule, now: datetime
) -> tuple[ForeseenClock, ...]:
    """What changes by each clock for the open courses of the ward, in two queries."""
    counted: Counter[tuple[Clock, str]] = Counter()
    uids = Course.objects.filter(ward=ward, closed_at=None, home_since=None).values_list(
        "uid", flat=True
    )
    for each in rounds_of(list(uids)).values():
        both = (replace(each, schedule=schedule).dues(now) for schedule in (before, after))
        for old, new in zip(*both, strict=True):
            counted[old.clock, "sooner"] += new.due_at < old.due_at
            counted[old.clock, "later"] += new.due_at > old.due_at
            became_overdue = new.state is DueState.OVERDUE is not old.state
            counted[old.clock, "overdue"] += became_overdue
    words = ("sooner", "later", "overdue")
    return tuple(ForeseenClock(clock, *(counted[clock, word] for word in words)) for clock in Clock)


def digest_of(rounds: WardRounds) -> str:
    """The same text for the same settings: what was looked at is what is stored."""
    text = dumps([part.to_json() for part in rounds.parts().values()], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


Difference = tuple[str, str, str]
"""What it is, how it was, how it is."""


def differences(before: WardRounds, after: WardRounds) -> list[Difference]:
    """The lines that differ between two settings of a ward, in words."""
    old, new = (
        _lines_of(each.schedule, each.policy) | panel_words(each.laboratory)
        for each in (before, after)
    )
    return [
        (name, old.get(name, "–"), new.get(name, "–"))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]


def _lines_of(schedule: Schedule, policy: Policy) -> dict[str, str]:
    lines = {}
    for row in schedule.rows:
        text = f"every {interval_words(row.minutes)}"
        if row.lasts_minutes is not None:
            text += f" for {interval_words(row.lasts_minutes)}"
        name = f"{Clock(row.clock).label}, {WHENS.get(key_of(row)[1], ('', 0, row.when))[2]}"
        lines[name] = f"{text}: {row.why}"
    lines["minimum panel"] = ", ".join(
        sorted(ANALYTES[name].in_sentence for name in schedule.panel)
    )
    lines["shifts begin"] = ", ".join(f"{shift:%H:%M}" for shift in schedule.shifts)
    for grade, steps in policy.steps.items():
        for place, step in enumerate(steps, start=1):
            contact = _joined((step.contact, step.address and f"message to {step.address}"))
            lines[f"call from grade {grade}, step {place}"] = _joined(
                (step.who, contact, f"{step.minutes} min")
            )
    return lines


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(filter(None, parts))
