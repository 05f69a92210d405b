"""How the rounds of a ward are set: what it stored, and the defaults where it stored nothing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from patients.entry.laboratory.usual_panel import UsualPanel
from patients.models import Course, Ward
from patients.rounds.due.ward import schedule_in
from patients.rounds.models import RoundSettings
from patients.rounds.rules.policy import Policy
from patients.rounds.rules.schedule import Schedule

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WardRounds:
    """The schedule, the policy and the usual laboratory panel of one ward."""

    schedule: Schedule
    policy: Policy
    laboratory: UsualPanel

    def parts(self) -> dict[str, Schedule | Policy | UsualPanel]:
        """The parts by the names under which `RoundSettings` stores them."""
        return {name: getattr(self, name) for name in ("schedule", "policy", "laboratory")}


def default_rounds(ward: Ward) -> WardRounds:
    """The defaults: at grade 0 as often as the ward assesses, first called whom it calls."""
    hours, number = ward.assessment_every_hours, ward.who_to_call
    return WardRounds(Schedule.for_ward_hours(hours), Policy.default_for(number), UsualPanel())


def rounds_as_stored(
    ward: Ward,
    schedule: Mapping[str, Any],
    policy: Mapping[str, Any],
    laboratory: Mapping[str, Any],
) -> WardRounds:
    """Stored settings as they are followed: what is empty is the default of the ward."""
    return WardRounds(
        schedule_in(schedule, ward.assessment_every_hours, ward.name),
        policy_in(policy, ward.who_to_call),
        panel_in(laboratory),
    )


def policy_in(stored: Mapping[str, Any] | None, who_to_call: str) -> Policy:
    """The policy that is stored for a ward; an empty one gives the defaults with its number.

    So does one that cannot be read, with an error in the log: it must not stop the save of a rise.
    """
    try:
        return Policy.from_json(stored) if stored else Policy.default_for(who_to_call)
    except ValueError:
        logger.exception("The policy of a ward cannot be read; the defaults apply")
        return Policy.default_for(who_to_call)


def rounds_of_ward(ward: Ward) -> WardRounds:
    """The rounds of the ward as they are followed now, in one query."""
    row = RoundSettings.objects.filter(ward=ward).first()
    if row is None:
        return default_rounds(ward)
    return rounds_as_stored(ward, row.schedule, row.policy, row.laboratory)


def panel_in(stored: Mapping[str, Any] | None) -> UsualPanel:
    """The usual laboratory panel that is stored for a ward; the defaults where it has none.

    So does one that cannot be read, with an error in the log: results must still be entered.
    """
    try:
        return UsualPanel.from_json(stored or {})
    except ValueError:
        logger.exception("The usual panel of a ward cannot be read; the defaults apply")
        return UsualPanel()


def usual_panel_of_ward(course: Course) -> UsualPanel:
    """The usual laboratory panel of the ward of a course, in one query (`CARTOX_USUAL_PANEL`)."""
    stored = RoundSettings.objects.filter(ward_id=course.ward_id).values_list("laboratory")
    return panel_in(next((laboratory for (laboratory,) in stored), None))
