"""What a ward sets for its rounds: intervals, panels, shifts, and whom a call reaches."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import models

from patients.entry.laboratory.usual_panel import UsualPanel
from patients.models import GuardedWrite, User, Ward
from patients.models.guarded import GuardedQuerySet, KeptHistory
from patients.rounds.rules.policy import Policy
from patients.rounds.rules.schedule import Schedule


class RoundSettings(models.Model):
    """The settings of one ward; a ward without a row has the defaults.

    schedule  `Schedule.to_json()`: the intervals with their reasons, the panel, the shifts
    policy    `Policy.to_json()`: who answers a call of which grade, within how many minutes
    laboratory  `UsualPanel.to_json()`: what stands open on the laboratory form, and usual units
    Each is empty where the ward keeps to the defaults (`patients.rounds.ward_settings`). Every
    change is kept with its reason.
    """

    ward = models.OneToOneField(Ward, on_delete=models.PROTECT, related_name="round_settings")
    schedule = models.JSONField(default=dict)
    policy = models.JSONField(default=dict)
    laboratory = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    history = KeptHistory()

    objects = GuardedQuerySet["RoundSettings"].as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"rounds of {self.ward}"

    def clean(self) -> None:
        """Refuse a schedule, a policy or a panel that nobody could follow."""
        readers = {
            "schedule": Schedule.from_json,
            "policy": Policy.from_json,
            "laboratory": UsualPanel.from_json,
        }
        for name, read in readers.items():
            try:
                read(getattr(self, name))
            except ValueError as wrong:
                raise ValidationError({name: str(wrong)}) from wrong

    def write_with_history(self, *, by: User, reason: str, at: datetime) -> None:
        """Save with the reason in the history. For patients.rounds.writing alone."""
        self._history_user, self._change_reason, self._history_date = by, reason, at
        super().save()

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("The settings of a ward are written by patients.rounds.writing alone.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("The settings of a ward are changed, never deleted.")
