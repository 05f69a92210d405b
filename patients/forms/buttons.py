"""The buttons of a closed list of words, and the questions of ICE."""

from __future__ import annotations

from typing import Any

from grading.event_kinds import EventKind
from grading.table.not_done import OF_EXAMINATIONS
from grading.vocabulary import OTHER_NERVES, IceItem, OtherNeuro, Vasopressor, Word

LAST: dict[type[Word], tuple[Word, ...]] = {
    Vasopressor: (Vasopressor.OTHER,),
    OtherNeuro: tuple(word for word in OtherNeuro if word.group == OTHER_NERVES),
    EventKind: (EventKind.RELAPSE, EventKind.NEXT_THERAPY, EventKind.DEATH, EventKind.OTHER),
}
"""The words that stand after all others of their list."""

ANOTHER = "another"
RIGHT_OR_WRONG = [("1", "right"), ("0", "wrong")]
ICE_QUESTIONS = {
    IceItem.YEAR: "“Which year is it?”",
    IceItem.MONTH: "“Which month is it?”",
    IceItem.CITY: "“Which city are we in?”",
    IceItem.HOSPITAL: "“Which hospital is this?”",
    IceItem.NAMING: "Point at three things in the room, one after the other.",
    IceItem.COMMAND: "“Show me two fingers”, or “Close your eyes and stick out your tongue.”",
    IceItem.WRITING: "“Please write a sentence.”",
    IceItem.ATTENTION: "“Count backwards from 100 by tens.” 100, 90, 80 … 10.",
}
"""The question of each item of ICE (ASTCT 2019; review, Table 5). The sentence and the three things
are those of the patient or of the ward (`patients/words/ice_words.py`)."""


def buttons_of(words: type[Word]) -> list[Any]:
    """A button for each word, in the order of the list; in groups where all words have one."""
    last = LAST.get(words, ())
    groups: dict[str, list[tuple[str, str]]] = {}
    offered = [word for word in words if word.group != OF_EXAMINATIONS]
    for word in (*(word for word in offered if word not in last), *last):
        groups.setdefault(word.group, []).append((word.value, word.label))
    return groups.get("") or list(groups.items())
