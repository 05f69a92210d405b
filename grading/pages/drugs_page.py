"""The page of all drugs that are known by name, with class, codes and other names."""

from __future__ import annotations

from collections.abc import Iterator

from grading.agents import AGENT_TABLE, DrugClass
from grading.pages.rules_page import markdown_table

HEAD = """# Drugs

Written by `python manage.py print_rules` from `grading/drugs/`; a test fails when this page is
stale.

A dose names its drug in any of these names. Case, accents, spaces and punctuation do not matter. A
salt, a strength, a form, a route into the whole body, how often it is given, the four-letter suffix
of a biologic (`tocilizumab-anoh`) or another name of the same drug in brackets may stand beside the
name. With any other word the text names no drug (`norepinephrine placebo`, `dexamethasone eye
drops`), and its class has to stand beside it. A combination is known where it has a row of its own.

ATC codes are those of WHO. Those of B05, C01, C02, J01, J02, L01F to L04, M and N01 to N03 were
compared with the index of 25 April 2026, the others were not. RxNorm codes are those of the
ingredient; about one in four was compared with the list of drugs of CPIC. A code that is not
certain is left out. No rule reads a code.
"""


def printed_drugs() -> str:
    """The page, one table for each class."""
    sections = (f"## {item.label}\n\n{_table(item)}" for item in DrugClass)
    return "\n".join((HEAD, "\n\n".join(sections), ""))


def _table(drug_class: DrugClass) -> str:
    head = ("In the record", "ATC", "RxNorm", "Other names")
    return markdown_table(head, _rows(drug_class))


def _rows(drug_class: DrugClass) -> Iterator[tuple[str, ...]]:
    for agent in AGENT_TABLE:
        if agent.drug_class is drug_class:
            yield f"`{agent.name}`", agent.atc, agent.rxnorm, ", ".join(agent.other_names)
