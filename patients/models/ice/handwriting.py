"""The model of a sentence that a patient wrote by hand, for ICE."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.db import models

from patients.models.guarded import GuardedQuerySet, GuardedWrite
from patients.models.ice.strokes import Strokes, as_text, check_strokes


class Handwriting(models.Model):
    """The strokes of one sentence. Assessments point to it: a correction to that of its original.

    Its uid follows from the form and the strokes, so that a form sent twice brings the same row,
    and another sentence under the number of a saved form is told apart.
    """

    uid = models.UUIDField(primary_key=True, editable=False)
    strokes = models.JSONField()

    objects = GuardedQuerySet["Handwriting"].as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"handwriting {self.uid}"

    @classmethod
    def of_form(cls, form_uid: uuid.UUID, strokes: Strokes) -> Handwriting:
        """The row, not saved, of what was written on this form."""
        return cls(uid=uuid.uuid5(form_uid, as_text(strokes)), strokes=strokes)

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("A handwriting is stored with its assessment by door.enter.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("A handwriting cannot be deleted. Strike its assessment out.")

    def insert(self) -> None:
        """Write the row, where it is not stored yet. For the assessment that it came with."""
        if not Handwriting.objects.filter(pk=self.pk).exists():
            check_strokes(self.strokes)
            super().save(force_insert=True)
