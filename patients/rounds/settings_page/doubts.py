"""What is asked about settings that can be followed and may not be meant.

A tick answers one question as it stands: its key holds the values, so that it never covers others
that are typed later.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from patients.rounds.rules.clocks import Clock
from patients.rounds.rules.policy import Policy
from patients.rounds.rules.schedule import HOUR_MINUTES, IntervalRow, Schedule, When
from patients.rounds.settings_page.typed import WHENS, interval_words, key_of

TWICE_DAILY_MINUTES = 12 * HOUR_MINUTES
"""Minutes, inclusive: the review asks for an assessment at least twice a day."""


class Doubt(NamedTuple):
    """One question about what was typed."""

    key: str
    text: str


def doubts_about(schedule: Schedule, policy: Policy) -> tuple[Doubt, ...]:
    """Every question about these settings."""
    return (*_about_intervals(schedule), *_about_steps(policy))


def _about_intervals(schedule: Schedule) -> Iterator[Doubt]:
    for clock in Clock:
        rows = [row for row in schedule.rows if row.clock == clock]
        always = [row for row in rows if row.when == When.ALWAYS]
        for when in (When.CRS, When.ICANS):
            graded = sorted(
                (row for row in rows if row.when == when), key=lambda row: row.from_grade
            )
            for lower, higher in pairwise([*always, *graded]):
                if higher.minutes > lower.minutes:
                    yield _longer(clock, lower, higher)
        for row in always:
            if clock != Clock.LABS and row.minutes > TWICE_DAILY_MINUTES:
                yield Doubt(
                    f"{clock}:always={row.minutes}",
                    f"{clock.label.capitalize()} every {interval_words(row.minutes)} at grade 0: "
                    "the review asks for an assessment at least twice a day. Keep it?",
                )


def _longer(clock: Clock, lower: IntervalRow, higher: IntervalRow) -> Doubt:
    names = [WHENS[key_of(row)[1]][2] for row in (higher, lower)]
    every = [interval_words(row.minutes) for row in (higher, lower)]
    return Doubt(
        f"{clock}:{key_of(higher)[1]}={higher.minutes}>{key_of(lower)[1]}={lower.minutes}",
        f"{clock.label.capitalize()} {names[0]} every {every[0]} is longer than {names[1]}, "
        f"every {every[1]}. The shortest interval that applies counts, so that this row changes "
        "nothing. Keep it?",
    )


def _about_steps(policy: Policy) -> Iterator[Doubt]:
    for lower, higher in pairwise(sorted(policy.steps)):
        before, after = policy.steps[lower][0], policy.steps[higher][0]
        if after.minutes > before.minutes:
            yield Doubt(
                f"step:{higher}={after.minutes}>{lower}={before.minutes}",
                f"A call of grade {higher} waits {after.minutes} min for its first answer, longer "
                f"than one of grade {lower} with {before.minutes} min. Keep it?",
            )
