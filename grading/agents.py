"""The drugs that a course may name: every agent known by name, with its class."""

# ruff: noqa: PLC0414 - the rows of the drugs belong to this module, and are imported from here

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache

from grading.drugs.anti_cytokine import ANTI_CYTOKINE
from grading.drugs.antimicrobials import ANTIMICROBIALS
from grading.drugs.antipyretics import ANTIPYRETICS
from grading.drugs.blood import BLOOD_PRODUCTS, GROWTH_FACTORS, IMMUNOGLOBULINS
from grading.drugs.cytotoxics import CYTOTOXICS
from grading.drugs.nervous_system import ANTIEPILEPTICS, SEDATIVES
from grading.drugs.others import OTHERS
from grading.drugs.pressure import INOTROPIC, VASOPRESSORS
from grading.drugs.rows import Agent as Agent
from grading.drugs.rows import DrugClass as DrugClass
from grading.drugs.spelling import drug_key as drug_key
from grading.drugs.spelling import named_in
from grading.drugs.steroids import STEROIDS

AGENT_TABLE: tuple[Agent, ...] = (
    *ANTIPYRETICS,
    *ANTI_CYTOKINE,
    *STEROIDS,
    *VASOPRESSORS,
    *INOTROPIC,
    *CYTOTOXICS,
    *SEDATIVES,
    *ANTIEPILEPTICS,
    *GROWTH_FACTORS,
    *BLOOD_PRODUCTS,
    *IMMUNOGLOBULINS,
    *ANTIMICROBIALS,
    *OTHERS,
)
"""Every agent known by name, each once. Any other agent carries its class beside its name."""

AGENTS: dict[str, DrugClass] = {agent.name: agent.drug_class for agent in AGENT_TABLE}
"""The class of every agent known by name."""

AGENT_NAMES: dict[str, str] = {
    drug_key(name): agent.name
    for agent in AGENT_TABLE
    for name in (agent.name, agent.label, *agent.other_names)
}
"""The name of an agent in the record, by the key of each name that a document or a form may use."""


@lru_cache(maxsize=4096)
def agent_named(text: str) -> str | None:
    """The name in the record of a drug written in any of its names; None where it is not known."""
    return text if text in AGENTS else named_in(text, AGENT_NAMES)


@lru_cache(maxsize=1024)
def almost_an_agent(text: str, drug_class: str) -> str | None:
    """The agent that may be meant by a text that names none; None where none is near.

    It is one whose name the text misspells by a letter or two, or one of the class stated with
    whose name the text begins: `tocilizumab held`, an anti-cytokine drug.
    """
    first = agent_named(text.split(maxsplit=1)[0]) if text.split() else None
    if first is not None and AGENTS[first] == drug_class:
        return first
    key = drug_key(text)
    if len(key) < SHORTEST_MISSPELLED or len(key) > LONGEST_MISSPELLED:
        return None
    alike = [
        name for name in AGENT_NAMES if name[0] == key[0] and abs(len(name) - len(key)) <= MOST_OFF
    ]
    near = get_close_matches(key, alike, n=1, cutoff=0.85)
    return AGENT_NAMES[near[0]] if near else None


SHORTEST_MISSPELLED, LONGEST_MISSPELLED = 6, 40
"""Letters of a name that is compared with those of the drugs: shorter ones are near to many."""

MOST_OFF = 2
"""So many letters too few or too many a misspelled name may have; its first letter is right."""

FEWEST_LETTERS = 2
"""So many letters have to be typed before names are suggested."""


def names_like(text: str, most: int) -> dict[str, str]:
    """Names that may be meant, each with its agent: those that begin so first, one of each agent.

    Names that hold the text follow; where there are none, those that are spelled nearly so.
    """
    key = drug_key(text)
    if len(key) < FEWEST_LETTERS:
        return {}
    near = [each for each in _WRITTEN if each.startswith(key)]
    near += [each for each in _WRITTEN if key in each]
    near = near or get_close_matches(key, _WRITTEN, n=most, cutoff=0.75)
    by_agent: dict[str, str] = {}
    for each in near:
        by_agent.setdefault(AGENT_NAMES[each], _WRITTEN[each])
    return {name: agent for agent, name in list(by_agent.items())[:most]}


_WRITTEN: dict[str, str] = {
    drug_key(name): name for agent in AGENT_TABLE for name in (agent.label, *agent.other_names)
}
"""How each name is written, by its key."""

CONTINUOUS = frozenset({DrugClass.VASOPRESSOR, DrugClass.INOTROPE})
"""Classes given as a run: without an end they are still running."""

PER_TIME = ("/h", "/hr", "/hour", "/min", "/minute", "/s")
"""The ends of a unit that is a rate, in small letters."""


def is_rate(unit: str | None) -> bool:
    """Whether an amount in this unit is given per time, so that 0 of it says: not running."""
    return unit is not None and unit.lower().endswith(PER_TIME)


INOTROPES = frozenset(name for name in AGENTS if AGENTS[name] is DrugClass.INOTROPE)
"""Recorded with the vasopressors, never counted as one."""

FEVER_WAIVING = frozenset({DrugClass.ANTIPYRETIC, DrugClass.ANTI_CYTOKINE, DrugClass.STEROID})
"""Classes after which fever is no longer required to grade CRS (ASTCT 2019, footnote)."""
