"""Names as wards, pharmacies and exports write them, each with the class that rules must see."""

from __future__ import annotations

from itertools import chain

import pytest

from grading.agents import AGENT_NAMES, AGENT_TABLE, AGENTS, agent_named, drug_key, names_like

WRITTEN: dict[str, str] = {
    "antipyretic": """
        Tylenol 650 mg; ACETAMINOPHEN; acetaminophen 325 mg tablet; IV acetaminophen; Ofirmev 1 g;
        Paracetamol 1 g i.v.; Panadol; Perfalgan; ibuprofen; Ibuprofen 400 mg PO; Advil; Motrin;
        nurofen; diclofenac sodium; Voltaren; naproxen sodium; Aleve; ketorolac tromethamine;
        Toradol 15 mg IV; aspirin; ASA 81 mg; acetylsalicylic acid; Celebrex; celecoxib 200 mg cap;
        indometacin; Indomethacin; meloxicam; etoricoxib; Novalgin; Metamizol; dipyrone; NSAID;
        parecoxib; dexketoprofen; hydrocodone/acetaminophen; Percocet; acetaminophen-codeine
    """,
    "anti_cytokine": """
        Actemra; RoActemra; ROACTEMRA 20 mg/mL; Tyenne; Tofidence; Avtozma; avtozma (tocilizumab);
        tocilizumab-anoh; tocilizumab-aazg; Tocilizumab-bavi; tocilizumab biosimilar; toci;
        tocilizumab 560 mg in NaCl 0.9%; Actemra ACTPen; Kevzara; sarilumab; Sylvant; siltuximab;
        Kineret; anakinra 100 mg SC; Ilaris; canakinumab; Arcalyst; rilonacept; Gamifant;
        emapalumab-lzsg; Jakafi; Jakavi; ruxolitinib phosphate; Olumiant; baricitinib;
        Xeljanz XR; tofacitinib citrate; upadacitinib; Enbrel; Remicade; infliximab-dyyb; Inflectra;
        Humira; Hadlima; lenzilumab; Sprycel; basiliximab; satralizumab
    """,
    "steroid": """
        Decadron; Dexamethason; dexamethasone sodium phosphate; dexamethasone 10 mg IV push;
        DEXAMETHASONE 4 MG TABLET; Solu-Medrol; SOLUMEDROL; Solu Medrol 125 mg; Medrol;
        methylprednisolone sodium succinate; methylPREDNISolone; prednisone; Prednison; Deltasone;
        prednisolone; Prednisolon; prednisoLONE 15 mg/5 mL; Orapred; Solu-Cortef; hydrocortisone;
        Hydrocortison; betamethasone; Celestone; triamcinolone; Kenalog; deflazacort; cortisone;
        budesonide
    """,
    "vasopressor": """
        noradrenaline; Noradrenalin; NORepinephrine 8 mg in D5W 250 mL; Levophed gtt; norepi;
        norepinephrine bitartrate; adrenaline; epinephrine infusion; phenylephrine HCl;
        Neo-Synephrine; dopamine; Giapreza; angiotensin 2; Angiotensin-II; argipressin; Vasostrict;
        vasopressin 20 units/mL; arginine vasopressin; AVP; terlipressin acetate; Terlivaz;
        metaraminol; Aramine; ephedrine sulfate; Ephedrin; Akrinor
    """,
    "inotrope": "dobutamine; Dobutamin; milrinone lactate; Primacor; levosimendan; Simdax; Isuprel",
    "antiepileptic": """
        Keppra; levetiracetam 500 mg BID; LEVETIRACETAM; Vimpat; lacosamide IV; Briviact; phenytoin;
        Dilantin; fosphenytoin; valproic acid; Depakote ER; sodium valproate; phenobarbital sodium;
        clobazam; carbamazepine; lamotrigine; topiramate; gabapentin
    """,
    "sedative": "propofol; Diprivan; midazolam HCl; Versed; Ativan; lorazepam; Precedex; ketamine",
    "g_csf": "G-CSF 300 mcg; filgrastim-sndz; Neupogen; Zarxio; Neulasta; pegfilgrastim",
    "thrombopoietin_agonist": "eltrombopag olamine; Promacta; romiplostim; Nplate; avatrombopag",
    "cytotoxic": """
        Fludara; fludarabine phosphate; Cytoxan; cyclophosphamid; Endoxan; Bendeka; bendamustine;
        VP-16; etoposide phosphate; cytarabine; Ara-C; MTX; methotrexate; busulfan; melphalan;
        pentostatin; vincristine; Rituxan; rituximab-pvvr; Polivy; polatuzumab vedotin-piiq;
        bortezomib; daratumumab; lenalidomide; gemcitabine; oxaliplatin; Blincyto
    """,
    "antimicrobial": """
        Zosyn; pip/tazo 4.5 g; piperacillin-tazobactam; Tazobac; cefepime; Maxipime 2 g; meropenem;
        vanc; vancomycin HCl; linezolid; Bactrim DS; TMP-SMX; co-trimoxazole; acyclovir; aciclovir;
        Valtrex; letermovir; ganciclovir; fluconazole; posaconazole DR; micafungin; caspofungin;
        AmBisome; levofloxacin; azithromycin; pentamidine; atovaquone
    """,
    "ivig": "IVIG; IVIg 10%; Privigen; Octagam; Gamunex-C; intravenous immune globulin; Hizentra",
    "transfusion_red_cells": "PRBC; packed red cells; RBCs; red blood cells",
    "transfusion_platelets": "platelets; platelet concentrate; apheresis platelets",
    "cryoprecipitate": "cryo; cryoprecipitate",
    "other": """
        methylene blue; methylthioninium chloride; sargramostim; GM-CSF; fentanyl; furosemide; FFP;
        fresh frozen plasma; haloperidol; ondansetron; allopurinol; rasburicase; insulin; heparin;
        mesna; cyclosporine; tacrolimus; fludrocortisone; desmopressin; defibrotide;
        midodrine; Gutron
    """,
}
"""Names as they are written, by the class; separated by semicolons."""

NAMES = [
    (name.strip(), drug_class)
    for drug_class, names in WRITTEN.items()
    for name in " ".join(names.split()).split("; ")
]


def test_more_than_two_hundred_names_are_looked_at() -> None:
    assert len({name for name, _ in NAMES}) >= 200


@pytest.mark.parametrize(("written", "drug_class"), NAMES)
def test_a_name_as_a_ward_writes_it_has_its_class(written: str, drug_class: str) -> None:
    name = agent_named(written)
    assert name is not None
    assert AGENTS[name] == drug_class


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("argipressin", "vasopressin"),
        ("Levophed", "noradrenaline"),
        ("Avtozma", "RoActemra"),
        ("Solu-Medrol", "methylprednisolone sodium succinate"),
        ("acetaminophen", "Doliprane"),
        ("pip-tazo", "Tazocin"),
        ("GCSF", "granulocyte colony-stimulating factor"),
        ("adrénaline", "epinephrine"),
    ],
)
def test_two_names_of_one_drug_are_one_drug(one: str, other: str) -> None:
    assert agent_named(one) == agent_named(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("prednisone", "prednisolone"),
        ("dexamethasone", "dexmedetomidine"),
        ("epinephrine", "norepinephrine"),
        ("ephedrine", "epinephrine"),
        ("hydrocodone", "hydrocortisone"),
        ("hydrocodone", "hydrocodone/acetaminophen"),
        ("terlipressin", "vasopressin"),
        ("desmopressin", "vasopressin"),
        ("doxorubicin", "pegylated liposomal doxorubicin"),
        ("filgrastim", "sargramostim"),
        ("doxycycline", "dicloxacillin"),
    ],
)
def test_names_that_look_alike_are_two_drugs(one: str, other: str) -> None:
    assert agent_named(one) != agent_named(other)


def test_codes_have_the_form_of_their_system_and_belong_to_one_drug() -> None:
    for agent in AGENT_TABLE:
        assert not agent.rxnorm or agent.rxnorm.isdigit()
        assert not agent.atc or (agent.atc[0].isalpha() and len(agent.atc) in (3, 4, 5, 7))
    for code in ("atc", "rxnorm"):
        codes = [getattr(agent, code) for agent in AGENT_TABLE if getattr(agent, code)]
        assert len(codes) == len(set(codes))


def test_every_name_of_the_table_is_the_name_of_its_drug() -> None:
    for agent in AGENT_TABLE:
        for name in (agent.name, agent.label, *agent.other_names):
            for spelled in (name, name.upper(), name.lower(), name.replace(" ", "-"), f" {name} "):
                assert agent_named(spelled) == agent.name
    keys = [
        {drug_key(name) for name in (agent.name, agent.label, *agent.other_names)}
        for agent in AGENT_TABLE
    ]
    assert len(set(chain.from_iterable(keys))) == sum(map(len, keys)) == len(AGENT_NAMES)


@pytest.mark.parametrize(
    ("typed", "name", "agent"),
    [
        ("avto", "Avtozma", "tocilizumab"),
        ("Levo", "Levophed", "norepinephrine"),
        ("predniso", "prednisolone", "prednisolone"),
        ("kepp", "Keppra", "levetiracetam"),
        ("prednisilone", "prednisolone", "prednisolone"),
        ("pressin", "vasopressin", "vasopressin"),
    ],
)
def test_what_is_typed_finds_names_and_brands(typed: str, name: str, agent: str) -> None:
    assert names_like(typed, 12)[name] == agent


@pytest.mark.parametrize("typed", ["", "a", "   ", "zzzzzz"])
def test_nothing_is_suggested_for_too_little_or_for_nothing_known(typed: str) -> None:
    assert names_like(typed, 12) == {}


def test_one_drug_is_suggested_once() -> None:
    assert list(names_like("tocilizumab", 12).values()).count("tocilizumab") == 1
