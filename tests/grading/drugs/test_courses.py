"""Drugs of a course document under any name, and with any class, act as what they are."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from grading.agents import FEVER_WAIVING, DrugClass
from grading.batch.grade_many import courses_of_input
from grading.documents.grades_writer import course_in, grades_document
from grading.documents.reading.course_reader import CourseDocument, read_document
from grading.documents.reading.mistakes import DocumentError
from grading.guidelines.tocilizumab import tocilizumab_ledger
from grading.local_rules import DEFAULT, LocalRules
from grading.record import Dose
from tests.grading.documents.test_course_reader import document

CRS = "crs_astct_2019"
ROOM_AIR = {"oxygen_device": "room_air"}
FEVER = {"hour": 24, "temperature_c": 38.8, "hypotension": False, "vasopressors": [], **ROOM_AIR}
AFTER = {"hour": 40, "temperature_c": 36.8, "hypotension": True, "vasopressors": [], **ROOM_AIR}
SHOCK = {"hour": 20, "temperature_c": 39, "hypotension": True, "vasopressors": None, **ROOM_AIR}


def read(*assessments: dict[str, Any], doses: list[dict[str, Any]]) -> CourseDocument:
    return read_document(json.dumps(document(assessments=list(assessments), doses=doses)).encode())


def last_crs(course: CourseDocument, local: LocalRules = DEFAULT) -> dict[str, Any]:
    graded: dict[str, Any] = grades_document(course, local)["assessments"][-1]["grades"][CRS]
    return graded


def waiver_of(**dose: Any) -> dict[str, Any]:
    """CRS at hour 40, without fever, hypotensive, after one dose at hour 30."""
    return last_crs(read(FEVER, AFTER, doses=[{"hour": 30, **dose}]))


@pytest.mark.parametrize(
    "agent",
    [
        *("Prednisolon", "Decadron 10 mg IV", "Solu Medrol", "betamethasone", "deflazacort"),
        *("Kevzara", "baricitinib", "Ilaris", "Arcalyst", "XELJANZ", "ASA", "naproxen sodium"),
        *("Toradol", "hydrocodone/acetaminophen", "infliximab-dyyb", "tocilizumab (Tyenne)"),
    ],
)
def test_any_drug_against_fever_cytokines_or_inflammation_waives_the_fever(agent: str) -> None:
    for beside in ({}, {"class": "other"}):
        crs = waiver_of(agent=agent, **beside)
        assert (crs["grade"], crs["review"]) == (2, False)


@pytest.mark.parametrize(
    "agent", ["meropenem", "Keppra", "fludrocortisone", "oxycodone", "IVIG", "Levophed", "FFP"]
)
def test_no_other_drug_waives_it(agent: str) -> None:
    crs = waiver_of(agent=agent, end_hour=31)
    assert (crs["grade"], crs["review"], crs["would_be"]) == (None, True, 2)


@pytest.mark.parametrize("drug_class", list(DrugClass))
def test_a_drug_that_is_not_known_acts_by_its_class(drug_class: DrugClass) -> None:
    crs = waiver_of(agent="lecanemab", **{"class": drug_class.value}, end_hour=31)
    assert crs["review"] is (drug_class not in FEVER_WAIVING)


@pytest.mark.parametrize(
    "agents",
    [
        ("Avtozma", "avtozma", "AVTOZMA 400 mg", "Avtozma (tocilizumab-anoh)"),
        ("Tyenne", "tocilizumab-aazg", "Actemra", "toci"),
        ("tocilizumab-bavi", "Tofidence", "RoActemra", "tocilizumab biosimilar"),
    ],
)
def test_every_name_of_tocilizumab_is_counted(agents: tuple[str, ...]) -> None:
    doses = [{"hour": 25 + 8 * n, "agent": agent} for n, agent in enumerate(agents)]
    ledger = tocilizumab_ledger(read(FEVER, doses=doses).record, timedelta(hours=60), DEFAULT)
    assert (ledger.given, ledger.allowed_now) == (4, False)


def test_another_antibody_against_interleukin_6_is_not_counted_as_tocilizumab() -> None:
    doses = [{"hour": 25 + 8 * n, "agent": "sarilumab"} for n in range(4)]
    ledger = tocilizumab_ledger(read(FEVER, doses=doses).record, timedelta(hours=60), DEFAULT)
    assert ledger.given == 0


def shock_on(*agents: str, local: LocalRules = DEFAULT, **more: Any) -> int:
    """CRS with these agents running, as far as their doses say."""
    doses = [
        {"hour": 18, "agent": agent, "amount": 0.1, "unit": "ug/kg/min", **more} for agent in agents
    ]
    grade: int = last_crs(read(SHOCK, doses=doses), local)["grade"]
    return grade


@pytest.mark.parametrize(
    "second",
    [
        *("argipressin", "Vasostrict", "AVP", "arginine vasopressin", "Levophed", "noradrenaline"),
        *("terlipressin", "Terlivaz", "dobutamine", "Simdax", "enoximone", "isoprenaline"),
        *("midodrine", "Gutron", "droxidopa"),
    ],
)
def test_vasopressin_an_inotrope_or_the_same_drug_is_no_second_vasopressor(second: str) -> None:
    assert shock_on("norepinephrine", second) == 3


@pytest.mark.parametrize(
    "second", ["Aramine", "ephedrine", "adrenaline", "Giapreza", "phenylephrine HCl"]
)
def test_any_other_vasopressor_is_a_second_one(second: str) -> None:
    assert shock_on("norepinephrine", second) == 4


def test_terlipressin_is_a_vasopressor_of_its_own_where_the_ward_says_so() -> None:
    local = replace(DEFAULT, terlipressin_is_vasopressin=False)
    assert shock_on("norepinephrine", "terlipressin") == shock_on("terlipressin") == 3
    assert shock_on("norepinephrine", "terlipressin", local=local) == 4
    assert shock_on("norepinephrine", "vasopressin", local=local) == 3


def test_a_drug_that_is_not_known_is_one_drug_in_any_spelling() -> None:
    pressor = {"class": "vasopressor"}
    assert shock_on("Foo", "foo", "F-OO", **pressor) == 3
    assert shock_on("Foo", "Bar", **pressor) == 4
    assert shock_on("Foo", "norepinephrine", **pressor) == 4


def test_an_inotrope_that_is_not_known_is_not_counted() -> None:
    doses = [
        {"hour": 18, "agent": "norepinephrine"},
        {"hour": 18, "agent": "Foo", "class": "inotrope"},
    ]
    assert last_crs(read(SHOCK, doses=doses))["grade"] == 3


def listed(*agents: str, **more: Any) -> tuple[str, ...] | None:
    """The list of vasopressors of an assessment as the record holds it."""
    fields = {**SHOCK, "vasopressors": list(agents), **more}
    return read(fields, doses=[]).record.findings[0].vasopressors


def test_the_list_of_an_assessment_takes_any_name() -> None:
    names = ("Levophed", "argipressin", "noradrenaline", "Simdax", "other")
    assert listed(*names) == ("norepinephrine", "vasopressin", "levosimendan", "other")
    assert listed("etilefrine", "NORepinephrine 8 mg/250 mL") == ("other", "norepinephrine")


def test_the_list_refuses_what_is_no_vasopressor() -> None:
    with pytest.raises(DocumentError, match=r'vasopressors\[0\]: "Actemra" is not one of'):
        listed("Actemra")
    with pytest.raises(DocumentError, match='"enoximone" is an inotrope, which is not counted'):
        listed("enoximone")


def test_the_rates_of_an_assessment_take_any_name() -> None:
    rates = {"Levophed": 10, "AVP": 0.03}
    fields = {**SHOCK, "vasopressors": ["AVP", "norad"], "vasopressor_rates": rates}
    (findings,) = read(fields, doses=[]).record.findings
    assert findings.vasopressor_rates is not None
    assert set(findings.vasopressor_rates) == {"norepinephrine", "vasopressin"}


def test_one_rate_under_two_names_is_refused() -> None:
    fields = {**SHOCK, "vasopressor_rates": {"noradrenaline": 5, "Levophed": 6}}
    with pytest.raises(DocumentError, match="norepinephrine: stands twice"):
        read(fields, doses=[])


def test_other_beside_a_known_drug_is_not_used_and_said() -> None:
    doses = [{"hour": 1, "agent": "TOCILIZUMAB", "class": "other"}] * 2
    course = read(FEVER, doses=doses)
    caution = '"TOCILIZUMAB" is tocilizumab, of class anti_cytokine: the class "other" beside it is'
    assert course.cautions == (f"{caution} not used",)
    assert grades_document(course, DEFAULT)["cautions"] == list(course.cautions)
    assert read(FEVER, doses=[{"hour": 1, "agent": "mesna", "class": "other"}]).cautions == ()


def test_a_table_takes_any_name_and_any_class() -> None:
    table = """id,row,hour,agent,class
a,dose,1,Avtozma 400 mg,
a,dose,2,lecanemab,steroid
a,dose,3,"prednisolone, 50 mg",other
"""
    (course,) = (course_in(piece) for piece in courses_of_input(BytesIO(table.encode())))
    assert isinstance(course, CourseDocument)
    assert [(dose.agent, dose.drug_class) for dose in course.record.doses] == [
        ("tocilizumab", "anti_cytokine"),
        ("lecanemab", "steroid"),
        ("prednisolone", "steroid"),
    ]
    (caution,) = course.cautions
    assert caution.startswith('"prednisolone, 50 mg" is prednisolone, of class steroid')


@pytest.mark.parametrize(
    ("agent", "drug_class", "reason"),
    [
        ("Levophed", "steroid", '"Levophed" is norepinephrine, of class vasopressor, not steroid'),
        ("anakinra", "steroid", "anakinra is of class anti_cytokine, not steroid"),
        ("mesna", "steroid", "mesna is of class other, not steroid"),
    ],
)
def test_any_other_wrong_class_is_refused_with_both_named(
    agent: str, drug_class: str, reason: str
) -> None:
    with pytest.raises(DocumentError, match=f"class: {reason}"):
        read(FEVER, doses=[{"hour": 1, "agent": agent, "class": drug_class}])


def test_a_misspelled_drug_with_a_class_is_graded_by_it_and_the_name_asked_about() -> None:
    course = read(FEVER, AFTER, doses=[{"hour": 30, "agent": "predinsolone", "class": "steroid"}])

    assert last_crs(course)["grade"] == 2
    (caution,) = course.cautions
    assert caution == (
        '"predinsolone" is no agent known by name and counts by its class, steroid, alone; '
        "did you mean prednisolone?"
    )


def test_an_unknown_drug_without_a_class_is_asked_for_one_with_other_last() -> None:
    with pytest.raises(DocumentError, match=r'add its "class", one of antipyretic, .*, other$'):
        read(FEVER, doses=[{"hour": 1, "agent": "lecanemab"}])


@pytest.mark.parametrize(
    ("agent", "stored_class", "name", "drug_class"),
    [
        ("Avtozma", "anti_cytokine", "tocilizumab", "anti_cytokine"),
        ("prednisolone", "other", "prednisolone", "steroid"),
        ("levetiracetam", "", "levetiracetam", "antiepileptic"),
        ("Foo", "vasopressor", "Foo", "vasopressor"),
        ("Foo", "", "Foo", "other"),
    ],
)
def test_a_dose_of_the_record_has_the_name_and_class_of_its_drug(
    agent: str, stored_class: str, name: str, drug_class: str
) -> None:
    dose = Dose(timedelta(0), agent, stored_class)
    assert (dose.agent, dose.drug_class) == (name, drug_class)
