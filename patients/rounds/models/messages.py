"""Messages that leave Cartox about a call: rows that are the truth of what was sent."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from patients.models import GuardedWrite
from patients.models.guarded import GuardedQuerySet
from patients.rounds.models.escalations import Escalation

UNSENT = Q(sent_at__isnull=True, given_up_at__isnull=True, dropped_at__isnull=True)


class Message(models.Model):
    """One message to one address; written in the transaction of its call, sent later.

    not_before   the moment from which it is sent, if the call still needs this step then
    claim        of the worker that has it now, since `claimed_at`; null while nobody has it
    attempts     how often sending began; after a claim that never ended nobody knows whether the
                 message arrived, and the next attempt says so in its text
    sent_at      the service took it
    given_up_at  it failed too often, with `error`
    dropped_at   nobody needed it any more: the call was answered or closed before
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="messages")
    step = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    """The number of the event that set off this climb."""
    address = models.CharField(max_length=80)
    text = models.TextField()
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects = GuardedQuerySet["Message"].as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=UNSENT, name="message_unsent"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "round", "step", "address"], name="message_once_per_step"
            )
        ]

    def __str__(self) -> str:
        return f"message {self.uid} to {self.address}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("Messages are written by patients.rounds.messages alone.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("A message is never deleted.")
