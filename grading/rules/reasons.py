"""Reasons."""

from __future__ import annotations

from string import Formatter

from grading.engine.result import Met, Result
from grading.engine.sentences import _COMPOSED, _told, word
from grading.rules.systems import COURSE_SYSTEMS, SYSTEMS

REVIEW = {
    "no_fever": "no fever and no treatment that would waive it: attribute the signs",
    "fever_unknown": "temperature not taken, no treatment that would waive it: attribute the signs",
    "late_fever_unattributed": "first fever after the onset window: attribute it to a cause",
}

_SENTENCES = {
    **{
        criterion.code: criterion.sentence
        for system in SYSTEMS.values()
        for criterion in system.criteria
    },
    **{code: text for system in COURSE_SYSTEMS.values() for code, text in system.sentences.items()},
}


def sentence(met: Met) -> str:
    """A criterion that was met, in words, with the values it saw."""
    saw, text = met.saw, _SENTENCES[met.code]
    places = _PLACES[met.code]
    if not places:
        return text
    told = {
        name: _COMPOSED[name](saw) if name in _COMPOSED else _told(saw[name]) for name in places
    }
    return text.format(**told).replace("  ", " ").replace(" ,", ",").strip()


def waiver(result: Result) -> str:
    """Why fever was not required; empty where it was."""
    agent = result.values.get("fever_waived_by")
    return f"fever no longer required: {word(agent)} given since onset" if agent else ""


def review_reason(result: Result) -> str:
    """What a clinician is asked in review; empty otherwise."""
    return REVIEW.get(result.values.get("review", ""), "")


def missing_sentence(result: Result) -> str:
    """What was not recorded, said as what follows from it; empty where nothing is missing."""
    if not result.missing:
        return ""
    names = ", ".join(result.missing)
    if result.grade is None and result.low is None and not result.review:
        return f"not gradable: needs {names}"
    return f"could be higher: {names} not recorded" if result.at_least else f"not recorded: {names}"


_PLACES = {
    code: tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(text) if name))
    for code, text in _SENTENCES.items()
}
"""The placeholders of each sentence: only these are made."""
