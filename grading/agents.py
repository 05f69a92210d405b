"""The drugs that matter to a rule: every agent that has a name here, with its class."""

from __future__ import annotations

from grading.vocabulary import INOTROPES, Vasopressor, Word


class DrugClass(Word):
    """The classes of drugs, by which rules read the doses."""

    ANTIPYRETIC = "antipyretic"
    ANTI_CYTOKINE = "anti_cytokine"
    STEROID = "steroid"
    VASOPRESSOR = "vasopressor"
    INOTROPE = "inotrope"
    SEDATIVE = "sedative"
    ANTIEPILEPTIC = "antiepileptic"
    G_CSF = "g_csf"
    THROMBOPOIETIN_AGONIST = "thrombopoietin_agonist"
    TRANSFUSION_RED_CELLS = "transfusion_red_cells"
    TRANSFUSION_PLATELETS = "transfusion_platelets"
    CRYOPRECIPITATE = "cryoprecipitate"
    IVIG = "ivig"
    CYTOTOXIC = "cytotoxic"
    OTHER = "other"


AGENTS: dict[str, DrugClass] = {
    **dict.fromkeys(("paracetamol", "nsaid", "metamizole"), DrugClass.ANTIPYRETIC),
    **dict.fromkeys(
        (
            "tocilizumab",
            "siltuximab",
            "anakinra",
            "emapalumab",
            "etanercept",
            "ruxolitinib",
            "itacitinib",
            "dasatinib",
        ),
        DrugClass.ANTI_CYTOKINE,
    ),
    **dict.fromkeys(
        ("dexamethasone", "methylprednisolone", "prednisone", "hydrocortisone"), DrugClass.STEROID
    ),
    **{
        agent.value: DrugClass.INOTROPE if agent in INOTROPES else DrugClass.VASOPRESSOR
        for agent in Vasopressor
        if agent is not Vasopressor.OTHER
    },
    **dict.fromkeys(
        ("fludarabine", "bendamustine", "cyclophosphamide", "etoposide"), DrugClass.CYTOTOXIC
    ),
    **{
        drug_class.value: drug_class
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
    },
}
"""Every agent known by name, with its class. Any other agent carries the class `other`."""

OTHER_NAMES: dict[str, str] = {
    "acetaminophen": "paracetamol",
    "ibuprofen": "nsaid",
    "metamizol": "metamizole",
    "dipyrone": "metamizole",
    "noradrenaline": "norepinephrine",
    "adrenaline": "epinephrine",
    "actemra": "tocilizumab",
    "roactemra": "tocilizumab",
    "solu_medrol": "methylprednisolone",
    "kineret": "anakinra",
}
"""Other names, in lower case, under which a drug that a rule looks at is written."""

AGENT_NAMES: dict[str, str] = {**OTHER_NAMES, **{agent: agent for agent in AGENTS}}
"""The name of an agent in the record, by each name that a document or a form may use."""

CONTINUOUS = frozenset({DrugClass.VASOPRESSOR, DrugClass.INOTROPE})
"""Classes given as a run: without an end they are still running."""

FEVER_WAIVING = frozenset({DrugClass.ANTIPYRETIC, DrugClass.ANTI_CYTOKINE, DrugClass.STEROID})
"""Classes after which fever is no longer required to grade CRS (ASTCT 2019, footnote)."""
