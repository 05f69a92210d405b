"""How the rounds of a ward are set: what it stored, and the defaults where it stored nothing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from patients.models import Ward
from patients.rounds.due.ward import schedule_in
from patients.rounds.models import RoundSettings
from patients.rounds.rules.policy import Policy
from patients.rounds.rules.schedule import Schedule

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WardRounds:
    """The schedule and the policy by which the rounds of one ward go."""

    schedule: Schedule
    policy: Policy


def default_rounds(ward: Ward) -> WardRounds:
    """The defaults: at grade 0 as often as the ward assesses, first called whom it calls."""
    hours, number = ward.assessment_every_hours, ward.who_to_call
    return WardRounds(Schedule.for_ward_hours(hours), Policy.default_for(number))


def rounds_as_stored(
    ward: Ward, schedule: Mapping[str, Any], policy: Mapping[str, Any]
) -> WardRounds:
    """Stored settings as they are followed: what is empty is the default of the ward."""
    return WardRounds(
        schedule_in(schedule, ward.assessment_every_hours, ward.name),
        policy_in(policy, ward.who_to_call),
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
    return default_rounds(ward) if row is None else rounds_as_stored(ward, row.schedule, row.policy)
