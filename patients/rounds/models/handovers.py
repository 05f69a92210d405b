"""What was handed over from one shift to the next, and by whom it was taken."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from patients.models import Course, User, Ward
from patients.models.guarded import GuardedQuerySet
from patients.rounds.models.kept import KeptRow, Withdrawable, withdrawn_whole


class HandoverNote(Withdrawable):
    """A note about one patient for the next shift."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="handover_notes")
    text = models.TextField()

    objects = GuardedQuerySet["HandoverNote"].as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            withdrawn_whole("handovernote"),
            models.CheckConstraint(condition=~Q(text=""), name="handovernote_not_empty"),
        ]

    def __str__(self) -> str:
        return f"note for the next shift about {self.course_id}"


class Handover(KeptRow):
    """One ward as it was handed over: `recorded_by` to `handed_to`, who alone can accept it.

    content  the pages as they were written, `HandoverContent.to_json()`; never computed anew
    """

    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="handovers")
    handed_to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = GuardedQuerySet["Handover"].as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["ward", "recorded_at"], name="handover_by_ward")]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by=F("handed_to")),
                name="handover_accepted_by_whom_it_was_for",
            ),
            models.CheckConstraint(
                condition=~Q(handed_to=F("recorded_by")), name="handover_to_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"handover of {self.ward} at {self.recorded_at}"
