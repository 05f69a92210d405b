"""The table of drafts. It holds typed text, no values: nothing of it counts before it is saved."""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import models

from patients.models import Course, User

KEPT_FOR = timedelta(hours=12)
"""A draft is offered for so long after its last value, then deleted."""


class Draft(models.Model):
    """What one user has typed into one form, as the form would send it.

    form_uid        the number that the form made: what is saved under it exists once
    address         the path of the form's page
    title           the name of the page, as its tab says it
    content         JSON: pairs of field and value, in the order of the form
    revision        when the last value was typed, by the clock of the browser, in ms: an older
                    draft that arrives late changes nothing
    was_sent        the form was sent for saving, and no answer came
    first_typed_at  when the oldest value was typed
    typed_at        when this draft came in
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    course = models.ForeignKey(Course, models.CASCADE, null=True, related_name="+")
    form_uid = models.UUIDField()
    address = models.CharField(max_length=200)
    title = models.CharField(max_length=100)
    content = models.TextField()
    revision = models.BigIntegerField()
    was_sent = models.BooleanField(default=False)
    first_typed_at = models.DateTimeField()
    typed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "form_uid"], name="one_per_form")]

    def __str__(self) -> str:
        return f"{self.title} of {self.user}, typed {self.typed_at}"

    @property
    def values(self) -> list[tuple[str, str]]:
        """The fields and values, as the form would send them."""
        return [(name, value) for name, value in json.loads(self.content)]
