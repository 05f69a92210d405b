"""Why an observation is not made: the patient is off the ward, or it was tried and not done."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from patients.models import Course, User
from patients.models.guarded import GuardedQuerySet
from patients.rounds.models.kept import Withdrawable, withdrawn_whole
from patients.rounds.rules.clocks import Clock, NotDoneReason, PauseReason


class Pause(Withdrawable):
    """The patient is away from `from_at` until `until_at`, or back earlier at `ended_at`."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(
        max_length=30, choices=[(each.value, each.label) for each in PauseReason]
    )
    note = models.TextField(blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = GuardedQuerySet["Pause"].as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["course", "from_at"], name="pause_by_course")]
        constraints = [
            withdrawn_whole("pause"),
            models.CheckConstraint(
                condition=Q(until_at__gt=F("from_at")), name="pause_until_after_from"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="pause_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=[each.value for each in PauseReason]),
                name="pause_reason_known_word",
            ),
        ]

    def __str__(self) -> str:
        return f"pause of {self.course_id} from {self.from_at}"


class Omission(Withdrawable):
    """A part of the round that was due and was not done, with the reason."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="omissions")
    clock = models.CharField(max_length=10, choices=[(each.value, each.label) for each in Clock])
    at = models.DateTimeField()
    reason = models.CharField(
        max_length=30, choices=[(each.value, each.label) for each in NotDoneReason]
    )
    note = models.TextField(blank=True)

    objects = GuardedQuerySet["Omission"].as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["course", "at"], name="omission_by_course")]
        constraints = [
            withdrawn_whole("omission"),
            models.CheckConstraint(
                condition=Q(clock__in=[each.value for each in Clock]),
                name="omission_clock_known_word",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=[each.value for each in NotDoneReason]),
                name="omission_reason_known_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock} of {self.course_id} not done at {self.at}"
