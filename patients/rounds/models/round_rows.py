"""What the round knows of each course without reading it, in one row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn

from django.db import models

from patients.models import Course, GuardedWrite
from patients.models.guarded import GuardedQuerySet
from patients.rounds.rules.clocks import CourseFacts


class RoundRow(models.Model):
    """Facts of one course by which due times and calls are told at any moment, by the clock then.

    facts      `CourseFacts.to_json()`: follows from the record alone; written at every regrade
    daily_until  the end of the daily days on the label of the product; written with a new row, when
               the course is amended, and by `manage.py regrade`
    pauses     the pauses that were not ended, and those that ended in the last days, each
               `PauseFacts.to_json()`: what became due meanwhile is due from the return
    not_done   the newest "not done" of each clock, each `NotDoneFacts.to_json()`
    call       the open escalation as `OpenCall.to_json()`; null where none is open
    Written by `patients.rounds.writing` alone. No due time is stored: the settings of the ward and
    the clock are added when a page is read.
    """

    course = models.OneToOneField(Course, on_delete=models.PROTECT, related_name="round_row")
    facts = models.JSONField(default=dict)
    daily_until = models.DateTimeField(null=True)
    pauses = models.JSONField(default=list)
    not_done = models.JSONField(default=list)
    call = models.JSONField(null=True)
    updated_at = models.DateTimeField()

    objects = GuardedQuerySet["RoundRow"].as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"round of {self.course_id}"

    @property
    def course_facts(self) -> CourseFacts:
        """The facts with the end of the daily days, which is stored beside them."""
        return replace(CourseFacts.from_json(self.facts), daily_until=self.daily_until)

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("The row of a round is written by patients.rounds.writing alone.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("The row of a round is never deleted.")
