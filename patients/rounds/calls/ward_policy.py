"""Whom a ward calls: its own policy, or the defaults with the number that it gives."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from patients.models import Ward
from patients.rounds.models import RoundSettings
from patients.rounds.rules.policy import Policy

logger = logging.getLogger(__name__)


def policy_of(ward: Ward) -> Policy:
    """The policy of a ward; one query."""
    stored = RoundSettings.objects.filter(ward=ward).values_list("policy", flat=True).first()
    return policy_in(stored, ward.who_to_call)


def policy_in(stored: Mapping[str, Any] | None, who_to_call: str) -> Policy:
    """The policy that is stored for a ward; an empty one gives the defaults with its number.

    So does one that cannot be read, with an error in the log: it must not stop the save of a rise.
    """
    try:
        return Policy.from_json(stored) if stored else Policy.default_for(who_to_call)
    except ValueError:
        logger.exception("The policy of a ward cannot be read; the defaults apply")
        return Policy.default_for(who_to_call)
