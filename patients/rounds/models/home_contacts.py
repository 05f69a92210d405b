"""What is planned with a patient at home: visits, tele-ICE, temperatures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from patients.models import Course, User
from patients.models.guarded import GuardedQuerySet
from patients.rounds.models.kept import Withdrawable, withdrawn_whole
from patients.rounds.rules.contacts import ContactKind


class HomeContact(Withdrawable):
    """One planned contact. Done by an entry that was made then, or marked as done by somebody."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="home_contacts")
    kind = models.CharField(
        max_length=20, choices=[(each.value, each.label) for each in ContactKind]
    )
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = GuardedQuerySet["HomeContact"].as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["course", "due_at"], name="homecontact_by_course")]
        constraints = [
            withdrawn_whole("homecontact"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="homecontact_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in ContactKind]),
                name="homecontact_kind_known_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.course_id} at {self.due_at}"
