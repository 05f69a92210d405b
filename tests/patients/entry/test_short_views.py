"""The short forms through a client: laboratory results, doses, runs, events."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import Any

import pytest
import time_machine
from django.test import Client

from grading.vocabulary import ANALYTES
from patients import door
from patients.entry.laboratory.lab_form import unit_choices
from patients.models import Course, Dose, Event, LabResult, User
from tests.patients.entering import NOW, page, posted


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def labs(client: Client, course: Course, **values: Any) -> Any:
    return client.post(page("lab_new", course), posted(course, "collected_at", **values))


def lab_check(client: Client, course: Course, **values: Any) -> str:
    answer = client.post(page("lab_check", course), posted(course, "collected_at", **values))
    assert answer.status_code == 200
    return text(answer)


def dose(client: Client, course: Course, **values: Any) -> Any:
    return client.post(page("dose_new", course), posted(course, "given_at", **values))


def dose_check(client: Client, course: Course, **values: Any) -> str:
    answer = client.post(page("dose_check", course), posted(course, "given_at", **values))
    assert answer.status_code == 200
    return text(answer)


# Laboratory results


def typed_of(units: dict[str, str], value: str) -> dict[str, str]:
    """The fields of one value for each of these analytes, in its unit."""
    values = {f"{name}_value": value for name in units}
    return values | {f"{name}_unit": unit for name, unit in units.items()}


def test_several_results_are_stored_in_one_go_as_received(
    nurse_client: Client, course: Course
) -> None:
    answer = labs(
        nurse_client,
        course,
        crp_value="9,5",
        crp_unit="mg/dL",
        ferritin_value=">40000",
        ferritin_unit="ng/mL",
        anc_value="< 0.1",
        anc_unit="10*9/L",
    )
    assert answer.status_code == 302, text(answer)
    rows = {row.analyte: row for row in LabResult.objects.all()}
    assert rows.keys() == {"crp", "ferritin", "anc"}
    assert (rows["crp"].value, rows["crp"].unit) == (Decimal("9.5"), "mg/dL")
    assert rows["crp"].canonical_value == 95
    assert (rows["ferritin"].comparator, rows["ferritin"].value) == (">", 40000)
    assert (rows["anc"].comparator, rows["anc"].value) == ("<", Decimal("0.1"))


def test_a_value_needs_its_unit(nurse_client: Client, course: Course) -> None:
    answer = labs(nurse_client, course, crp_value="9.5", ldh_value="400", ldh_unit="U/L")
    assert answer.status_code == 422
    assert "Choose the unit of CRP 9.5." in text(answer)
    assert 'value="400"' in text(answer)
    assert not LabResult.objects.exists()


def test_no_unit_is_chosen_in_advance(nurse_client: Client, course: Course, nurse: User) -> None:
    row = LabResult(course=course, collected_at=NOW, analyte="crp", value=Decimal(12), unit="mg/dL")
    door.enter(course, [row], by=nurse)
    shown = text(nurse_client.get(page("lab_new", course)))
    assert '<option value="mg/dL" selected' not in shown
    assert "same units as last time: CRP mg/dL" in shown
    assert "<b>12 mg/dL</b>" in shown


def test_the_conversion_is_shown_before_saving(nurse_client: Client, course: Course) -> None:
    check_text = lab_check(nurse_client, course, crp_value="5", crp_unit="mg/dL")
    assert "5 mg/dL = 50 mg/L" in check_text
    assert not LabResult.objects.exists()


def test_a_value_with_a_comparator_keeps_it_in_the_conversion(
    nurse_client: Client, course: Course
) -> None:
    check_text = lab_check(nurse_client, course, crp_value="<0.5", crp_unit="mg/dL")
    assert "< 0.5 mg/dL = < 5 mg/L" in check_text


def test_the_unit_that_was_meant_is_offered(nurse_client: Client, course: Course) -> None:
    answer = labs(nurse_client, course, platelets_value="45000", platelets_unit="10*9/L")
    assert answer.status_code == 422
    assert "Platelets 45,000 10⁹/L is outside 0–3,000 10⁹/L." in text(answer)
    assert "in /µL?" in text(answer)


def test_a_comparator_exempts_from_the_limits(nurse_client: Client, course: Course) -> None:
    answer = labs(nurse_client, course, fibrinogen_value="<10", fibrinogen_unit="mg/dL")
    assert answer.status_code == 302


@pytest.mark.parametrize("typed", ["<>5", "<<5", "> > 5", ">5<", "5<", "<"])
def test_one_comparator_stands_before_the_number(
    nurse_client: Client, course: Course, typed: str
) -> None:
    answer = labs(nurse_client, course, ferritin_value=typed, ferritin_unit="ng/mL")
    assert answer.status_code == 422
    assert not LabResult.objects.exists()


def test_a_second_comparator_is_named(nurse_client: Client, course: Course) -> None:
    page_text = text(labs(nurse_client, course, ferritin_value="<>5", ferritin_unit="ng/mL"))
    assert "Ferritin: type < or > once, before the number." in page_text


@pytest.mark.parametrize("comparator", ["", "<", ">"])
def test_a_result_too_large_to_be_kept_is_refused_beside_its_field(
    nurse_client: Client, course: Course, comparator: str
) -> None:
    values = {"crp_value": f"{comparator}999999999", "crp_unit": "mg/dL"}
    answer = labs(nurse_client, course, **values)
    assert answer.status_code == 422
    page_text = text(answer)
    beside = page_text[page_text.index('id="id_crp_value_error"') :]
    assert "999,999,999 mg/dL" in beside[: beside.index("</div> </div>")]
    assert not LabResult.objects.exists()


@pytest.mark.parametrize("typed", [">999999999", ">999999999.999999", "<0.000001"])
def test_no_number_in_any_unit_is_more_than_the_page_can_answer(
    nurse_client: Client, course: Course, typed: str
) -> None:
    """Every unit of every analyte; a form has one unit of each, without what it refused before."""
    offered = [[(name, unit) for unit, _ in unit_choices(ANALYTES[name])] for name in ANALYTES]
    again = {"status": "corrected"}  # of one sample, without a question
    for units in zip_longest(*offered):
        results = dict(filter(None, units))
        answer = labs(nurse_client, course, **typed_of(results, typed), **again)
        if answer.status_code == 422:
            refused = answer.context["form"].errors
            results = {
                name: unit for name, unit in results.items() if f"{name}_value" not in refused
            }
            if not results:
                continue
            answer = labs(nurse_client, course, **typed_of(results, typed), **again)
        assert answer.status_code == 302


@pytest.mark.parametrize("typed", ["8,200", "8.200", "1.200", "8 200", "8,200,000"])
def test_a_thousands_separator_is_never_guessed(
    nurse_client: Client, course: Course, typed: str
) -> None:
    answer = labs(nurse_client, course, ferritin_value=typed, ferritin_unit="ng/mL")
    assert answer.status_code == 422
    assert not LabResult.objects.exists()


def test_a_jump_within_a_day_asks_for_the_unit(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    earlier = LabResult(
        course=course,
        collected_at=NOW - timedelta(hours=20),
        analyte="crp",
        value=Decimal(180),
        unit="mg/L",
    )
    door.enter(course, [earlier], by=nurse)
    values = {"crp_value": "18", "crp_unit": "mg/L"}
    assert "Is the unit right?" in text(labs(nurse_client, course, **values))
    assert labs(nurse_client, course, **values, confirm="crp_value=18 mg/L").status_code == 302


def test_neutrophils_beyond_the_white_cells_are_asked_about(
    nurse_client: Client, course: Course
) -> None:
    check_text = lab_check(
        nurse_client,
        course,
        anc_value="4",
        anc_unit="10*9/L",
        wbc_value="1.2",
        wbc_unit="10*9/L",
    )
    assert "more than the white cells of the same sample" in check_text


def test_an_empty_lab_form_is_refused(nurse_client: Client, course: Course) -> None:
    assert "Type at least one result." in text(labs(nurse_client, course))


def test_results_tapped_twice_exist_once(nurse_client: Client, course: Course) -> None:
    values = posted(course, "collected_at", crp_value="5", crp_unit="mg/L")
    for _ in range(2):
        assert nurse_client.post(page("lab_new", course), values).status_code == 302
    assert LabResult.objects.count() == 1


# Doses


def test_a_dose_is_stored_with_its_class(nurse_client: Client, course: Course) -> None:
    answer = dose(nurse_client, course, agent="dexamethasone", amount="10", unit="mg", route="IV")
    assert answer.status_code == 302, text(answer)
    row = Dose.objects.get()
    assert (row.agent, row.drug_class, row.amount) == ("dexamethasone", "steroid", 10)
    assert (row.unit, row.route, row.ended_at) == ("mg", "IV", None)


def test_the_dose_by_weight_is_offered_and_not_chosen(nurse_client: Client, course: Course) -> None:
    shown = text(nurse_client.get(page("dose_new", course)))
    assert "8 mg/kg × 72 kg = 576 mg; 0 of 4 given" in shown
    assert 'value="agent=tocilizumab&amount=576&unit=mg&route=IV"' in shown
    assert " checked" not in shown


def test_usual_amounts_of_adults_are_not_offered_for_a_child(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    door.amend(
        course.patient, by=nurse, reason="typing error", changes={"birth_date": "2018-03-12"}
    )
    assert "agent=paracetamol" not in text(nurse_client.get(page("dose_new", course)))


def given_tocilizumab(course: Course, nurse: User, *hours_before: float) -> None:
    doses = [
        Dose(course=course, given_at=NOW - timedelta(hours=hours), agent="tocilizumab")
        for hours in hours_before
    ]
    door.enter(course, doses, by=nurse)


def test_a_dose_within_the_interval_is_warned_about_once_and_then_recorded(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    given_tocilizumab(course, nurse, 6)
    values = {"agent": "tocilizumab", "amount": "576", "unit": "mg", "route": "IV"}
    warning = "interval: 5 h 50 min since the last dose, 8 h needed"
    assert warning in dose_check(nurse_client, course, **values)
    answer = dose(nurse_client, course, **values)
    assert answer.status_code == 422
    assert warning in text(answer)
    assert dose(nurse_client, course, **values, confirm=f"agent={warning}").status_code == 302
    assert Dose.objects.count() == 2


def test_a_fifth_dose_is_warned_about(nurse_client: Client, course: Course, nurse: User) -> None:
    given_tocilizumab(course, nurse, 60, 50, 40, 30)
    check_text = dose_check(nurse_client, course, agent="tocilizumab")
    assert "total: 4 of 4 doses given" in check_text


def test_an_amount_far_from_the_dose_by_weight_is_asked_about(
    nurse_client: Client, course: Course
) -> None:
    check_text = dose_check(nurse_client, course, agent="tocilizumab", amount="800", unit="mg")
    assert "By weight (72 kg) a dose is 576 mg." in check_text


def test_any_other_drug_is_recorded_by_name_and_class(nurse_client: Client, course: Course) -> None:
    answer = dose(
        nurse_client,
        course,
        agent="another",
        another_agent="lecanemab",
        drug_class="antiepileptic",
    )
    assert answer.status_code == 302
    row = Dose.objects.get()
    assert (row.agent, row.drug_class, row.amount) == ("lecanemab", "antiepileptic", None)


@pytest.mark.parametrize(
    ("typed", "agent", "drug_class"),
    [
        ("Tocilizumab", "tocilizumab", "anti_cytokine"),
        ("Acetaminophen", "paracetamol", "antipyretic"),
        ("G-CSF", "g_csf", "g_csf"),
        ("Avtozma", "tocilizumab", "anti_cytokine"),
        ("prednisolone 50 mg PO", "prednisolone", "steroid"),
    ],
)
def test_a_known_drug_that_was_typed_counts_as_itself(
    nurse_client: Client, course: Course, typed: str, agent: str, drug_class: str
) -> None:
    answer = dose(nurse_client, course, another_agent=typed)
    assert answer.status_code == 302, text(answer)
    assert (Dose.objects.get().agent, Dose.objects.get().drug_class) == (agent, drug_class)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"another_agent": "lecanemab"},
            "lecanemab is not known here. Choose what kind of drug it is",
        ),
        (
            {"another_agent": "Levophed", "drug_class": "steroid"},
            "Levophed is norepinephrine (vasopressor), not steroid.",
        ),
        (
            {"agent": "anakinra", "another_agent": "levetiracetam"},
            "anakinra is tapped and levetiracetam is typed.",
        ),
        ({}, "Tap the drug that was given"),
        ({"agent": "another"}, "Tap the drug that was given"),
        ({"agent": "anakinra", "amount": "100"}, "Choose the unit of 100."),
        ({"agent": "anakinra", "amount": "0", "unit": "mg"}, "An amount of 0 is no dose."),
        (
            {"agent": "norepinephrine", "ended_at_date": "2026-01-08", "ended_at_time": "05:00"},
            "The end lies before the start.",
        ),
    ],
)
def test_a_dose_that_cannot_be_is_refused(
    nurse_client: Client, course: Course, values: dict[str, str], sentence: str
) -> None:
    answer = dose(nurse_client, course, **values)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Dose.objects.exists()


@pytest.mark.parametrize(
    ("typed", "offer"),
    [
        ("avto", "another_agent=Avtozma&amp;agent=&amp;drug_class="),
        ("prednisilone", "another_agent=prednisolone&amp;agent=&amp;drug_class="),
    ],
)
def test_names_are_offered_while_a_drug_is_typed(
    nurse_client: Client, course: Course, typed: str, offer: str
) -> None:
    shown = dose_check(nurse_client, course, another_agent=typed)
    assert f'value="{offer}"' in shown.replace("&", "&amp;").replace("&amp;amp;", "&amp;")
    assert "Choose what kind" not in shown


def test_the_drug_behind_a_typed_name_is_said(nurse_client: Client, course: Course) -> None:
    shown = dose_check(nurse_client, course, another_agent="Tyenne")
    assert "Tyenne is tocilizumab (anti-cytokine drug)." in shown
    assert "kind “other” is not used" in dose_check(
        nurse_client, course, another_agent="Tyenne", drug_class="other"
    )


def test_the_kind_other_beside_a_known_drug_is_not_stored(
    nurse_client: Client, course: Course
) -> None:
    assert (
        dose(nurse_client, course, another_agent="Kevzara", drug_class="other").status_code == 302
    )
    assert (Dose.objects.get().agent, Dose.objects.get().drug_class) == (
        "sarilumab",
        "anti_cytokine",
    )


def test_what_was_typed_stays_where_the_kind_is_asked_for(
    nurse_client: Client, course: Course
) -> None:
    shown = text(dose(nurse_client, course, another_agent="lecanemab", amount="10", unit="mg"))
    assert 'value="lecanemab"' in shown
    assert 'value="10"' in shown


def test_an_unknown_drug_against_cytokines_is_asked_about_once(
    nurse_client: Client, course: Course
) -> None:
    values = {"another_agent": "TZ 900", "drug_class": "anti_cytokine"}
    answer = dose(nurse_client, course, **values)
    assert answer.status_code == 422
    assert "Is TZ 900 a name of tocilizumab?" in text(answer)
    assert dose(nurse_client, course, **values, confirm="another_agent=TZ 900").status_code == 302
    assert (Dose.objects.get().agent, Dose.objects.get().drug_class) == ("TZ 900", "anti_cytokine")


def test_four_doses_under_four_names_are_four_of_tocilizumab(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    at = [NOW - timedelta(hours=hours) for hours in (60, 50, 40, 30)]
    names = ("Avtozma", "tocilizumab", "tocilizumab-aazg", "ROACTEMRA")
    doses = [
        Dose(course=course, given_at=given_at, agent=name, drug_class="anti_cytokine")
        for given_at, name in zip(at, names, strict=True)
    ]
    door.enter(course, doses, by=nurse)
    assert "total: 4 of 4 doses given" in dose_check(nurse_client, course, another_agent="toci")
    assert {row.agent for row in Dose.objects.all()} == set(names)


def test_a_run_is_started_and_stopped(nurse_client: Client, course: Course) -> None:
    dose(nurse_client, course, agent="norepinephrine", amount="0,05", unit="mcg/kg/min")
    run = Dose.objects.get()
    assert (run.amount, run.ended_at) == (Decimal("0.05"), None)
    url = page("dose_stop", course, row_uid=run.uid)
    assert "norepinephrine 0.05 mcg/kg/min" in text(nurse_client.get(url))
    answer = nurse_client.post(url, posted(course, "ended_at", ended_at_time="06:35"))
    assert answer.status_code == 302, text(answer)
    run.refresh_from_db()
    assert run.ended_at == NOW - timedelta(minutes=5)


def test_a_run_is_stopped_once(nurse_client: Client, course: Course) -> None:
    dose(nurse_client, course, agent="norepinephrine")
    url = page("dose_stop", course, row_uid=Dose.objects.get().uid)
    nurse_client.post(url, posted(course, "ended_at", ended_at_time="06:35"))
    answer = nurse_client.post(url, posted(course, "ended_at", ended_at_time="06:36"))
    assert answer.status_code == 409
    assert "already recorded" in text(answer)


def test_the_same_end_sent_twice_is_answered_twice(nurse_client: Client, course: Course) -> None:
    dose(nurse_client, course, agent="norepinephrine")
    url = page("dose_stop", course, row_uid=Dose.objects.get().uid)
    sent = posted(course, "ended_at", ended_at_time="06:35")
    first, again = nurse_client.post(url, sent), nurse_client.post(url, sent)
    assert (first.status_code, again.status_code) == (302, 302)
    assert Dose.objects.get().ended_at == NOW - timedelta(minutes=5)


def test_a_dose_sent_again_after_somebody_ended_it_exists_once(
    nurse_client: Client, physician_client: Client, course: Course
) -> None:
    values = posted(course, "given_at", agent="norepinephrine")
    nurse_client.post(page("dose_new", course), values)
    url = page("dose_stop", course, row_uid=Dose.objects.get().uid)
    physician_client.post(url, posted(course, "ended_at", ended_at_time="06:35"))
    assert nurse_client.post(page("dose_new", course), values).status_code == 302
    assert Dose.objects.get().ended_at == NOW - timedelta(minutes=5)


def test_another_end_under_the_same_form_is_another_entry(
    nurse_client: Client, course: Course
) -> None:
    values = posted(course, "given_at", agent="norepinephrine")
    nurse_client.post(page("dose_new", course), values)
    url = page("dose_stop", course, row_uid=Dose.objects.get().uid)
    nurse_client.post(url, posted(course, "ended_at", ended_at_time="06:35"))
    ended = values | {"ended_at_date": "2026-01-08", "ended_at_time": "06:36"}
    assert nurse_client.post(page("dose_new", course), ended).status_code == 409


@pytest.mark.parametrize("later", [61, 9 * 60, 3600])
def test_a_dose_typed_ahead_of_the_clock_exists_once_when_it_is_sent_again(
    nurse_client: Client, course: Course, later: int
) -> None:
    values = posted(
        course,
        "given_at",
        agent="norepinephrine",
        given_at_time="06:45",
        ended_at_date="2026-01-08",
        ended_at_time="06:47",
    )
    assert dose(nurse_client, course, **values).status_code == 302
    with time_machine.travel(NOW + timedelta(seconds=later), tick=False):
        answer = nurse_client.post(page("dose_new", course), values)
    assert answer.status_code == 302, text(answer)
    assert (Dose.objects.get().given_at, Dose.objects.get().ended_at) == (NOW, NOW)


# Events and striking out


def test_an_event_is_stored(nurse_client: Client, course: Course) -> None:
    answer = nurse_client.post(
        page("event_new", course), posted(course, "happened_at", kind="icu_in", note="bed 4")
    )
    assert answer.status_code == 302
    assert (Event.objects.get().kind, Event.objects.get().note) == ("icu_in", "bed 4")


def test_a_death_is_asked_once(physician_client: Client, course: Course) -> None:
    values = posted(course, "happened_at", kind="death", attributed_to="crs")
    answer = physician_client.post(page("event_new", course), values)
    assert answer.status_code == 422
    assert "Record the death of DOE, Jane?" in text(answer)
    values["confirm"] = "kind=death"
    assert physician_client.post(page("event_new", course), values).status_code == 302
    assert Event.objects.get().attributed_to == "crs"


def test_only_a_death_is_attributed(nurse_client: Client, course: Course) -> None:
    values = posted(course, "happened_at", kind="relapse", attributed_to="crs")
    assert nurse_client.post(page("event_new", course), values).status_code == 302
    assert Event.objects.get().attributed_to is None


# Who

PAGES = ("lab_new", "lab_check", "dose_new", "dose_check", "event_new")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("client", "status"), [("other_ward_client", 404), ("viewer_client", 403), ("anonymous", 302)]
)
def test_every_short_form_checks_access_itself(
    request: pytest.FixtureRequest, course: Course, name: str, client: str, status: int
) -> None:
    answer = request.getfixturevalue(client).post(page(name, course), {})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("client", "status"), [("other_ward_client", 404), ("viewer_client", 403), ("anonymous", 302)]
)
def test_rows_are_stopped_and_struck_out_by_the_ward_alone(
    request: pytest.FixtureRequest, course: Course, nurse: User, client: str, status: int
) -> None:
    run = Dose(course=course, given_at=NOW, agent="norepinephrine")
    door.enter(course, [run], by=nurse)
    visitor = request.getfixturevalue(client)
    stop = page("dose_stop", course, row_uid=run.uid)
    strike = page("strike_out", course, kind="doses", row_uid=run.uid)
    assert visitor.post(stop, posted(course, "ended_at")).status_code == status
    assert visitor.post(strike, posted(course, reason="wrong value")).status_code == status
    run.refresh_from_db()
    assert run.ended_at is None
    assert run.struck_out_at is None
