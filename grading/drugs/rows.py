"""The classes of drugs, and how the tables of this folder are read.

A line of a table is `name | ATC code | RxNorm code of the ingredient | other names`. The name in
the record is the name of the line in lower case, with `_` for a space or a hyphen. A code that
was not sourced is left empty. An indented line goes on with the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grading.vocabulary import Word, word


class DrugClass(Word):
    """The classes of drugs, by which rules read the doses."""

    ANTIPYRETIC = "antipyretic"
    ANTI_CYTOKINE = word("anti_cytokine", in_sentence="anti-cytokine drug")
    STEROID = "steroid"
    VASOPRESSOR = "vasopressor"
    INOTROPE = "inotrope"
    SEDATIVE = "sedative"
    ANTIEPILEPTIC = "antiepileptic"
    G_CSF = "g_csf", "G-CSF"
    THROMBOPOIETIN_AGONIST = "thrombopoietin_agonist"
    TRANSFUSION_RED_CELLS = "transfusion_red_cells"
    TRANSFUSION_PLATELETS = "transfusion_platelets"
    CRYOPRECIPITATE = "cryoprecipitate"
    IVIG = "ivig", "IVIG"
    CYTOTOXIC = "cytotoxic"
    ANTIMICROBIAL = "antimicrobial"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Agent:
    """One drug: its name in the record, its class, its words on the screen, its other names."""

    name: str
    drug_class: DrugClass
    label: str
    other_names: tuple[str, ...]
    atc: str = ""
    rxnorm: str = ""


def rows_of(drug_class: DrugClass, table: str) -> tuple[Agent, ...]:
    """The drugs of one table, all of one class."""
    return tuple(_agents(drug_class, table))


def _agents(drug_class: DrugClass, table: str) -> Iterator[Agent]:
    for line in re.sub(r"\n +", " ", table).strip().splitlines():
        label, atc, rxnorm, others = (cell.strip() for cell in line.split("|"))
        name = re.sub(r"[ -]", "_", label).lower()
        other_names = tuple(other.strip() for other in others.split(",") if other.strip())
        yield Agent(name, drug_class, label, other_names, atc, rxnorm)
