"""A call for help about one patient, and everything that happened to it."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from patients.models import Course, GuardedWrite, User, Ward
from patients.models.guarded import GuardedQuerySet
from patients.rounds.models.kept import KeptRow
from patients.rounds.rules.calls import CallEventKind, CallOutcome


class Escalation(KeptRow):
    """One call. At most one is open for a course: what happens meanwhile is added to it.

    uid          made from the entry that caused it
    recorded_at  the moment of the save that opened it; `recorded_by` made that entry
    reopens      the closed call that a further rise took up again
    The closing fields are written once, together. Its state follows from its events
    (`rules.calls.call_of`), never from a column of its own.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="escalations")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="+")
    reopens = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reopened_by"
    )
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    outcome = models.CharField(
        max_length=30,
        blank=True,
        choices=[(each.value, each.label) for each in CallOutcome],
        editable=False,
    )

    objects = GuardedQuerySet["Escalation"].as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["course"],
                condition=Q(closed_at__isnull=True),
                name="escalation_once_open_per_course",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, outcome="")
                | Q(
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    outcome__in=[each.value for each in CallOutcome],
                ),
                name="escalation_closed_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.uid} of {self.course_id}"


class EscalationEvent(models.Model):
    """One thing that happened to a call; never changed. `data` is as `rules.calls` says."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(
        max_length=12, choices=[(each.value, each.label) for each in CallEventKind]
    )
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)

    objects = GuardedQuerySet["EscalationEvent"].as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering = ["escalation", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "number"], name="escalation_event_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in CallEventKind]),
                name="escalation_event_known_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.escalation_id}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("What happened to a call is written by patients.rounds.writing alone.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("What happened to a call is never deleted.")
