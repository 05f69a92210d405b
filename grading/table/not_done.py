"""The reasons why vital signs were not measured.

Entries made when they had no reasons of their own hold those of an examination. These stay
readable and are accepted in documents; no form offers them.
"""

from __future__ import annotations

from grading.vocabulary import NotDone, Word, word

OF_EXAMINATIONS = "reasons of an examination"
"""The group of the words that no form offers."""


def _as(other: Word, group: str = "") -> tuple[str, ...]:
    """The values of a word that stands in another list as well."""
    return other.value, other.label, group, other.in_sentence, other.short


class VitalsNotDone(Word):
    """The coded reason why vital signs were not measured."""

    DEVICE_FAILED = word("device_failed", in_sentence="the device failed")
    NO_TIME = word("no_time", "no time on the ward", in_sentence="no time")
    OFF_WARD = _as(NotDone.OFF_WARD)
    REFUSED = _as(NotDone.REFUSED)
    ASLEEP = _as(NotDone.ASLEEP)
    UNAROUSABLE = _as(NotDone.UNAROUSABLE, OF_EXAMINATIONS)
    SEDATED = _as(NotDone.SEDATED, OF_EXAMINATIONS)
    INTUBATED = _as(NotDone.INTUBATED, OF_EXAMINATIONS)
    APHASIA = _as(NotDone.APHASIA, OF_EXAMINATIONS)
    LANGUAGE = _as(NotDone.LANGUAGE, OF_EXAMINATIONS)
    SENSORY = _as(NotDone.SENSORY, OF_EXAMINATIONS)
