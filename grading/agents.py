"""The drugs that matter to a rule: every agent that has a name here, with its class."""

from __future__ import annotations

from dataclasses import dataclass

from grading.names import by_any_name, folded
from grading.vocabulary import Vasopressor, Word


class DrugClass(Word):
    """The classes of drugs, by which rules read the doses."""

    ANTIPYRETIC = "antipyretic"
    ANTI_CYTOKINE = "anti_cytokine"
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
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Agent:
    """One drug that a rule may look at, with its words on the screen and its other names."""

    name: str
    drug_class: DrugClass
    label: str
    other_names: tuple[str, ...]


def _agent(name: str, drug_class: DrugClass, *other_names: str, label: str = "") -> Agent:
    """The label is that of the word of the vocabulary, or the name with spaces."""
    words = name.label if isinstance(name, Word) else name.replace("_", " ")
    return Agent(str(name), drug_class, label or words, other_names)


AGENT_TABLE: tuple[Agent, ...] = (
    _agent("paracetamol", DrugClass.ANTIPYRETIC, "acetaminophen", "Tylenol", "Panadol"),
    _agent("nsaid", DrugClass.ANTIPYRETIC, "ibuprofen", label="NSAID"),
    _agent(
        "metamizole", DrugClass.ANTIPYRETIC, "metamizol", "dipyrone", "novaminsulfon", "Novalgin"
    ),
    _agent("tocilizumab", DrugClass.ANTI_CYTOKINE, "Actemra", "RoActemra"),
    _agent("siltuximab", DrugClass.ANTI_CYTOKINE, "Sylvant"),
    _agent("anakinra", DrugClass.ANTI_CYTOKINE, "Kineret"),
    _agent("emapalumab", DrugClass.ANTI_CYTOKINE, "Gamifant"),
    _agent("etanercept", DrugClass.ANTI_CYTOKINE, "Enbrel"),
    _agent("ruxolitinib", DrugClass.ANTI_CYTOKINE, "Jakafi", "Jakavi"),
    _agent("itacitinib", DrugClass.ANTI_CYTOKINE),
    _agent("dasatinib", DrugClass.ANTI_CYTOKINE, "Sprycel"),
    _agent("dexamethasone", DrugClass.STEROID, "Decadron"),
    _agent("methylprednisolone", DrugClass.STEROID, "Solu-Medrol", "Medrol"),
    _agent("prednisone", DrugClass.STEROID),
    _agent("hydrocortisone", DrugClass.STEROID, "Solu-Cortef"),
    _agent(
        Vasopressor.NOREPINEPHRINE,
        DrugClass.VASOPRESSOR,
        "noradrenaline",
        "noradrenalin",
        "Levophed",
    ),
    _agent(Vasopressor.EPINEPHRINE, DrugClass.VASOPRESSOR, "adrenaline", "adrenalin"),
    _agent(Vasopressor.PHENYLEPHRINE, DrugClass.VASOPRESSOR),
    _agent(Vasopressor.DOPAMINE, DrugClass.VASOPRESSOR),
    _agent(Vasopressor.ANGIOTENSIN_II, DrugClass.VASOPRESSOR, "Giapreza"),
    _agent(Vasopressor.VASOPRESSIN, DrugClass.VASOPRESSOR, "argipressin", "Vasostrict"),
    _agent(Vasopressor.DOBUTAMINE, DrugClass.INOTROPE),
    _agent(Vasopressor.MILRINONE, DrugClass.INOTROPE),
    _agent("fludarabine", DrugClass.CYTOTOXIC, "Fludara"),
    _agent("bendamustine", DrugClass.CYTOTOXIC, "Treanda", "Bendeka", "Levact"),
    _agent("cyclophosphamide", DrugClass.CYTOTOXIC, "Cytoxan", "Endoxan"),
    _agent("etoposide", DrugClass.CYTOTOXIC, "VePesid", "Etopophos"),
    *(
        _agent(drug_class, drug_class)
        for drug_class in (
            DrugClass.SEDATIVE,
            DrugClass.ANTIEPILEPTIC,
            DrugClass.G_CSF,
            DrugClass.THROMBOPOIETIN_AGONIST,
            DrugClass.TRANSFUSION_RED_CELLS,
            DrugClass.TRANSFUSION_PLATELETS,
            DrugClass.CRYOPRECIPITATE,
            DrugClass.IVIG,
        )
    ),
)
"""Every agent known by name, each once. Any other agent carries the class `other`."""

AGENTS: dict[str, DrugClass] = {agent.name: agent.drug_class for agent in AGENT_TABLE}
"""The class of every agent known by name."""

AGENT_NAMES = by_any_name({agent.name: agent.other_names for agent in AGENT_TABLE})
"""The name of an agent in the record, by each folded name that a document or a form may use."""


def agent_named(text: str) -> str | None:
    """The name in the record of a drug written in any of its names; None where it is not known."""
    return AGENT_NAMES.get(folded(text))


CONTINUOUS = frozenset({DrugClass.VASOPRESSOR, DrugClass.INOTROPE})
"""Classes given as a run: without an end they are still running."""

FEVER_WAIVING = frozenset({DrugClass.ANTIPYRETIC, DrugClass.ANTI_CYTOKINE, DrugClass.STEROID})
"""Classes after which fever is no longer required to grade CRS (ASTCT 2019, footnote)."""
