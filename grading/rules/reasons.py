"""The reasons of any system in words, and the items that its result leaves open."""

from __future__ import annotations

from collections.abc import Mapping

from grading.engine.result import Met, Missing, Result
from grading.engine.sentences import SHARED_SENTENCES, sentence_of, trimmed, ward_word
from grading.rules.systems import COURSE_SYSTEMS, SYSTEMS

REVIEW = {
    "no_fever": "no fever and no treatment that would waive it: attribute the signs",
    "fever_put_aside": (
        "fever put down to another cause, no treatment that would waive it: attribute the signs"
    ),
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
    open_items = left_open(result)
    if not open_items:
        return ""
    if not result.has_grade():
        return f"not graded: {open_items}"
    return f"could be higher: {open_items}" if result.at_least else open_items


def left_open(result: Result) -> str:
    """What would settle the grade, as one would say it: nobody entered the oxygen device.

    An examination that is missing was not entered or could not be done. A low saturation without
    new oxygen leaves the device open although it is recorded.
    """
    names = list(result.missing)
    parts = []
    if untreated := grade_follows_oxygen(result):
        names.remove(Missing.OXYGEN_DEVICE)
        parts.append(untreated)
    not_done = [name for name in names if name in EXAMINATIONS]
    not_entered = [name for name in names if name not in not_done]
    if len(not_entered) == 1:
        parts.append(f"nobody entered {ALONE.get(not_entered[0], f'the {not_entered[0]}')}")
    elif not_entered:
        *others, last = not_entered
        parts.append(f"nobody entered {', '.join(others)} or {last}")
    parts += [f"{EXAMINATIONS[name]} was not done" for name in not_done]
    return "; ".join(parts)


def is_hypoxia_on_device(met: Met) -> bool:
    """Whether this is a low saturation without new oxygen where the device is recorded."""
    return met.code.endswith(UNTREATED_HYPOXIA) and "oxygen_device" in met.saw


def grade_follows_oxygen(result: Result) -> str:
    """88 % on room air: grade follows once oxygen is given; empty where the device is open."""
    if Missing.OXYGEN_DEVICE not in result.missing:
        return ""
    for met in result.because:
        if is_hypoxia_on_device(met):
            device = ward_word(met.saw["oxygen_device"])
            spo2 = trimmed(met.saw["spo2_percent"])
            return f"{spo2} % on {device}: grade follows once oxygen is given"
    return ""


UNTREATED_HYPOXIA = "hypoxia_untreated"
"""The end of the code, in every system that counts a low saturation without oxygen."""
EXAMINATIONS: Mapping[str, str] = {
    Missing.ICE_SCORE: "ICE",
    Missing.CAPD: "CAPD",
    Missing.CARTOX_10: "CARTOX-10",
}
"""Items that are examinations, in a sentence."""
ALONE: Mapping[str, str] = {
    Missing.HYPOTENSION: "whether there is hypotension",
    Missing.VASOPRESSORS: "which vasopressors run",
    Missing.CONSCIOUSNESS: "consciousness",
    Missing.SEIZURE: "whether there was a seizure",
    Missing.MOTOR: "whether there is weakness",
    Missing.ICP: "whether there are signs of raised ICP",
    Missing.FLUID_BOLUSES: "the fluid boluses",
    Missing.ORGAN_TOXICITY: "the organ toxicities",
    Missing.REFRACTORY: "whether hypotension is refractory",
    Missing.LIFE_THREATENING: "whether it is life-threatening",
    Missing.COAGULOPATHY: "whether a coagulopathy was treated",
    Missing.IV_THERAPY: "whether intravenous therapy was given",
    Missing.SEIZURES: "whether there were several seizures",
    Missing.DAILY_LIVING: "how far daily living is limited",
}
"""What nobody entered, where it is the only item; others are named with "the" before them."""
