"""The vasopressors of an assessment by any of their names: Levophed, noradrenaline, argipressin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grading.agents import AGENTS, DrugClass, agent_named
from grading.documents.reading.json_reader import JsonObject
from grading.vocabulary import Vasopressor

WORDS = frozenset(Vasopressor)


def vasopressor_word(text: str) -> str | None:
    """The word of the list for a drug; one of that class without a word of its own is `other`.

    None where the text names no vasopressor and no inotrope of the list. ValueError for an
    inotrope that the list does not have: as `other` it would be counted.
    """
    if text in WORDS:
        return text
    name = agent_named(text)
    if name in WORDS:
        return name
    drug_class = AGENTS.get(name or "")
    if drug_class is DrugClass.INOTROPE:
        raise ValueError("is an inotrope, which is not counted; leave it out here, give it as dose")
    return Vasopressor.OTHER.value if drug_class is DrugClass.VASOPRESSOR else None


def with_names_of_the_record(rates: Mapping[str, Any]) -> JsonObject:
    """A map by drugs with the names of the record; what then stands twice is in `twice`."""
    renamed, twice = JsonObject(), [*getattr(rates, "twice", ())]
    for key, item in rates.items():
        name = agent_named(key) or key
        twice += [name] if name in renamed else []
        renamed[name] = item
    renamed.twice = tuple(dict.fromkeys(twice))
    return renamed
