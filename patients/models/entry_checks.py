"""What the lists and maps of an assessment may hold, which the database cannot check.

Each gives the sentence for the person, empty where nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from grading.contradictions import ICE_SCORE_AND_REASON, agents_not_running
from grading.vocabulary import ICE_ITEMS, ORGAN_GRADE_UP_TO, RATE_LIMITS, Attribution, Organ, Sign


def bad_rates(rates: Any, running: list[str] | None) -> str:
    """Rates by agent, in the units of `RATE_UNITS`, of agents that run."""
    if rates is None:
        return ""
    if not isinstance(rates, dict):
        return "Must give a rate for each vasopressor."
    for agent, rate in rates.items():
        limits = RATE_LIMITS.get(agent)
        if limits is None:
            return f"{agent} has no rate here. Known are: {', '.join(RATE_LIMITS)}."
        if not isinstance(rate, int | float) or isinstance(rate, bool):
            return f"The rate of {agent} must be a number."
        if limits.refuses(Decimal(str(rate))):
            return f"{rate} {limits.unit} of {agent} cannot be. Check the unit."
        if agents_not_running([agent], running):
            return f"{agent} has a rate and is not among the vasopressors that run."
    return ""


def bad_organs(grades: Any) -> str:
    """CTCAE grades by organ."""
    if grades is None:
        return ""
    if not isinstance(grades, dict):
        return "Must give a grade for each organ."
    organs = {organ.value for organ in Organ}
    for organ, grade in grades.items():
        if organ not in organs:
            return f"{organ} is not an organ of the list: {', '.join(sorted(organs))}."
        if not _is_points(grade, most=ORGAN_GRADE_UP_TO):
            return f"{organ} has a CTCAE grade from 0 to {ORGAN_GRADE_UP_TO}, not {grade}."
    return ""


def unknown_words(listed: Any, words: Collection[str]) -> str:
    """Say which words of a list are outside `words`, or that one is listed twice."""
    if listed is None:
        return ""
    if not isinstance(listed, list | tuple):
        return "Must be a list, empty for none."
    unknown = [str(item) for item in listed if item not in words]
    if unknown:
        return f"Unknown: {', '.join(unknown)}. Choose from: {', '.join(words)}."
    return "" if len(set(listed)) == len(listed) else "Each may be listed once."


def bad_attribution(attribution: Any) -> str:
    """A cause for each sign."""
    if not isinstance(attribution, dict):
        return "Must name a cause for each sign."
    signs, causes = {sign.value for sign in Sign}, {cause.value for cause in Attribution}
    unknown = [str(key) for key in attribution if key not in signs]
    unknown += [str(value) for value in attribution.values() if str(value) not in causes]
    return f"Unknown: {', '.join(unknown)}." if unknown else ""


def bad_ice(ice: Any, not_done: str | None) -> str:
    """Points for each ICE item, or a reason why it was not done."""
    if ice is None:
        return ""
    if not isinstance(ice, dict):
        return "Must give points for each ICE item."
    for item, scored in ice.items():
        if item not in ICE_ITEMS:
            return f"{item} is not an ICE item. The items are: {', '.join(ICE_ITEMS)}."
        if scored is not None and not _is_points(scored, most=ICE_ITEMS[item]):
            return f"{item} gives 0 to {ICE_ITEMS[item]} points, not {scored}."
    if ICE_SCORE_AND_REASON.holds(ice, None, not_done):
        return "ICE was scored, or it was not done; not both."
    return ""


def _is_points(scored: Any, *, most: int) -> bool:
    return isinstance(scored, int) and not isinstance(scored, bool) and 0 <= scored <= most
