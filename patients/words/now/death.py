"""A death in words. After it nothing is due, and no option is shown."""

from __future__ import annotations

from datetime import tzinfo

from grading.event_kinds import DeathAttribution
from patients.models.standing import Death
from patients.words import wording

NOTHING_DUE = "Nothing is due, and no option is shown."


def died(death: Death, zone: tzinfo) -> str:
    """The time for a cell: died 28 Nov 14:20."""
    return f"died {wording.short_date_and_time(death.at, zone)}"


def cause(death: Death) -> str:
    """What the death was attributed to: attributed to CRS; cause not recorded."""
    if death.attributed_to is None:
        return "cause not recorded"
    if death.attributed_to == DeathAttribution.OTHER:
        return "attributed to another cause"
    return f"attributed to {wording.words(death.attributed_to)}"


def death_in_words(death: Death, day: int, zone: tzinfo) -> str:
    """The death for a headline: died 28 Nov 14:20, Day +12, attributed to CRS."""
    return f"{died(death, zone)}, {wording.day(day)}, {cause(death)}"
