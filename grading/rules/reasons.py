"""The reasons of any system in words, and the items that its result leaves open."""

from __future__ import annotations

from grading.engine.result import Met, Result
from grading.engine.sentences import SHARED_SENTENCES, sentence_of, ward_word
from grading.rules.systems import COURSE_SYSTEMS, SYSTEMS

REVIEW = {
    "no_fever": "no fever and no treatment that would waive it: attribute the signs",
    "fever_unknown": "temperature not taken, no treatment that would waive it: attribute the signs",
    "late_fever_unattributed": "first fever after the onset window: attribute it to a cause",
}

ALL_SENTENCES: dict[str, str] = {
    **SHARED_SENTENCES,
    **{
        criterion.code: criterion.sentence
        for system in SYSTEMS.values()
        for criterion in system.criteria
    },
    **{code: text for system in COURSE_SYSTEMS.values() for code, text in system.sentences.items()},
}
"""The sentences of every system, by code. No two systems have a code in common."""


def sentence(met: Met) -> str:
    """A criterion of any system that was met, in words, with the values of `saw`.

    A reason that an earlier edition stored and no system gives any more is told by its code, until
    the course is graded anew.
    """
    if met.code not in ALL_SENTENCES:
        return ward_word(met.code)
    return sentence_of(met, ALL_SENTENCES)


def waiver(result: Result) -> str:
    """The drug that made fever no longer required, in words; empty where fever is required."""
    agent = result.values.get("fever_waived_by")
    return f"fever no longer required: {ward_word(agent)} given since onset" if agent else ""


def review_reason(result: Result) -> str:
    """The question to a clinician in review; empty otherwise."""
    return REVIEW.get(result.values.get("review", ""), "")


def missing_sentence(result: Result) -> str:
    """The items not recorded, and their effect on the grade; empty where nothing is missing."""
    if not result.missing:
        return ""
    names = ", ".join(result.missing)
    if result.grade is None and result.low is None and not result.review:
        return f"not gradable: needs {names}"
    return f"could be higher: {names} not recorded" if result.at_least else f"not recorded: {names}"
