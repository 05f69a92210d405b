"""The assessment form through a client: what it stores, refuses, asks, offers, and who may."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from grading.rules.systems import PRIMARY, SYSTEMS
from patients import door
from patients.entry.finding_fields import FIELDS
from patients.models import Assessment, Course, GradeRecord, User
from tests.patients.entering import FULL, NOW, as_shown, enter, page, posted
from tests.storing import AssessmentAt


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def stored(answer: Any) -> Assessment:
    assert answer.status_code == 302, text(answer)
    return Assessment.objects.latest("id")


def key_of(asked: Any) -> str:
    """The answer to the one question of a form that was not saved."""
    assert asked.status_code == 422, text(asked)[-2000:]
    [key] = re.findall(
        r'name="confirm"[^>]* value="([^"]+)"', html.unescape(asked.content.decode())
    )
    return key


# What is stored


def test_a_full_set_is_stored_graded_and_shown_on_the_chart(
    nurse_client: Client, course: Course
) -> None:
    answer = enter(nurse_client, course, **FULL)
    row = stored(answer)
    assert answer.url.startswith(f"{page('chart', course)}?saved=")
    assert (row.temperature_c, row.hypotension, row.vasopressors) == (Decimal("38.9"), False, [])
    assert row.ice == {
        "year": 1,
        "month": 1,
        "city": 1,
        "hospital": 1,
        "naming": 3,
        "command": 1,
        "writing": 1,
        "attention": 1,
    }
    grades = GradeRecord.objects.live().filter(assessment=row)
    stored_grades = {grade.system: grade.grade for grade in grades}
    assert set(stored_grades) == set(SYSTEMS)
    assert [stored_grades[key] for key in PRIMARY] == [1, 0]


def test_the_observation_time_is_that_of_the_ward(nurse_client: Client, course: Course) -> None:
    row = stored(enter(nurse_client, course, temperature_c="37"))
    assert row.observed_at.isoformat() == "2026-01-08T05:30:00+00:00"


def test_what_was_not_entered_stays_unknown(nurse_client: Client, course: Course) -> None:
    row = stored(enter(nurse_client, course, temperature_c="37"))
    assert row.hypotension is None
    assert row.vasopressors is None
    assert row.icp is None
    assert row.ice is None
    assert row.heart_rate is None
    assert row.attribution == {}


def test_not_assessed_is_unknown(nurse_client: Client, course: Course) -> None:
    row = stored(enter(nurse_client, course, hypotension="not_assessed", seizure="none"))
    assert row.hypotension is None
    assert row.seizure == "none"


def test_none_is_an_answer_of_its_own(nurse_client: Client, course: Course) -> None:
    row = stored(enter(nurse_client, course, vasopressors="none", icp="none"))
    assert row.vasopressors == []
    assert row.icp == []


def test_zero_is_a_value(nurse_client: Client, course: Course) -> None:
    row = stored(enter(nurse_client, course, heart_rate="0", confirm="heart_rate=0"))
    assert row.heart_rate == 0


@pytest.mark.parametrize("typed", ["38,5", "38.5", " 38.5 ", "38.50"])
def test_a_decimal_comma_and_stray_spaces_are_read(
    nurse_client: Client, course: Course, typed: str
) -> None:
    assert stored(enter(nurse_client, course, temperature_c=typed)).temperature_c == Decimal("38.5")


def test_attribution_of_one_sign_is_stored(nurse_client: Client, course: Course) -> None:
    row = stored(
        enter(nurse_client, course, temperature_c="38.5", attribution_fever="undetermined")
    )
    assert row.attribution == {"fever": "undetermined"}


def test_a_partly_done_ice_keeps_what_was_scored(nurse_client: Client, course: Course) -> None:
    asked = enter(nurse_client, course, ice_year="1", ice_naming="2")
    row = stored(enter(nurse_client, course, ice_year="1", ice_naming="2", confirm=key_of(asked)))
    assert row.ice is not None
    assert (row.ice["year"], row.ice["naming"], row.ice["writing"]) == (1, 2, None)


def test_the_reason_for_positive_pressure_is_dropped_with_its_device(
    nurse_client: Client, course: Course
) -> None:
    row = stored(
        enter(
            nurse_client,
            course,
            oxygen_device="nasal_cannula",
            oxygen_flow_l_min="2",
            positive_pressure_for="hypoxia",
        )
    )
    assert row.positive_pressure_for is None


# What stands on the page


def test_nothing_is_chosen_and_no_last_value_is_typed_in_advance(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    door.enter(course, [assessment_at(60, temperature_c=Decimal("39.1"), ice_total=8)], by=nurse)
    answer = nurse_client.get(page("assessment_new", course))
    content = answer.content.decode()
    assert " checked" not in content
    assert 'name="temperature_c" value' not in content
    assert "<b>39.1</b>" in content
    assert "last 8" in text(answer)


def test_number_fields_are_text_that_the_wheel_cannot_change(
    nurse_client: Client, course: Course
) -> None:
    content = nurse_client.get(page("assessment_new", course)).content.decode()
    assert 'type="number"' not in content
    assert content.count('inputmode="decimal"') >= 8


def test_the_strip_names_the_patient(nurse_client: Client, course: Course) -> None:
    shown = text(nurse_client.get(page("assessment_new", course)))
    for part in ("DOE, Jane", "00123", "12 Mar 1964", "Day +3"):
        assert part in shown


def test_the_ice_script_has_todays_date_on_the_ward(nurse_client: Client, course: Course) -> None:
    shown = text(nurse_client.get(page("assessment_new", course)))
    assert "Thursday, 08 January 2026" in shown
    assert "Our national bird is the bald eagle" in shown


def test_a_child_is_asked_for_capd_and_not_for_ice(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    door.amend(
        course.patient, by=nurse, reason="typing error", changes={"birth_date": "2018-03-12"}
    )
    content = nurse_client.get(page("assessment_new", course)).content.decode()
    assert 'name="capd_total"' in content
    assert 'name="ice_year"' not in content


def test_developmental_delay_asks_for_capd(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    door.amend(
        course.patient, by=nurse, reason="known since birth", changes={"developmental_delay": True}
    )
    assert 'name="capd_total"' in nurse_client.get(page("assessment_new", course)).content.decode()


def test_an_unknown_age_offers_both_examinations(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    door.amend(course.patient, by=nurse, reason="not known", changes={"birth_date": None})
    content = nurse_client.get(page("assessment_new", course)).content.decode()
    assert 'name="capd_total"' in content
    assert 'name="ice_year"' in content


def test_every_finding_of_the_table_stands_on_the_page(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    door.amend(course.patient, by=nurse, reason="not known", changes={"birth_date": None})
    content = nurse_client.get(page("assessment_new", course)).content.decode()
    asked_of_who_is_at_home = {"place"}
    names = FIELDS.keys() - asked_of_who_is_at_home
    assert [name for name in names if f' name="{name}"' not in content] == []


@pytest.mark.parametrize(
    ("born", "values"),
    [
        ("1964-03-12", {"capd_total": "9"}),
        ("1964-03-12", {"capd_total": "33"}),
        ("1964-03-12", {"capd_not_done": "sedated"}),
        ("2018-03-12", {"ice_total": "9"}),
        ("2018-03-12", {"ice_total": "11"}),
        ("2018-03-12", {"ice_not_done": "sedated"}),
    ],
)
def test_a_refused_form_keeps_the_examination_that_it_was_opened_with(
    nurse_client: Client, course: Course, nurse: User, born: str, values: dict[str, str]
) -> None:
    door.amend(course.patient, by=nurse, reason="typing error", changes={"birth_date": born})
    answer = enter(nurse_client, course, temperature_c="380", **values)
    assert answer.status_code == 422
    assert as_shown(answer).items() >= values.items()


@pytest.mark.parametrize(
    ("born", "values", "sentence"),
    [
        ("1964-03-12", {"capd_total": "33"}, "CAPD total 33 points is outside 0–32 points."),
        ("2018-03-12", {"ice_total": "11"}, "is outside 0–10 points."),
        ("2018-03-12", {"ice_year": "7"}, "Select a valid choice. 7 is not"),
    ],
)
def test_what_is_refused_in_the_other_examination_is_said_beside_it(
    nurse_client: Client,
    course: Course,
    nurse: User,
    born: str,
    values: dict[str, str],
    sentence: str,
) -> None:
    door.amend(course.patient, by=nurse, reason="typing error", changes={"birth_date": born})
    assert sentence in refused(nurse_client, course, **values)


def test_an_item_scored_before_the_age_was_amended_stays_on_the_page(
    nurse_client: Client, course: Course, nurse: User
) -> None:
    door.amend(
        course.patient, by=nurse, reason="typing error", changes={"birth_date": "2018-03-12"}
    )
    answer = enter(nurse_client, course, temperature_c="380", ice_year="0", ice_naming="2")
    assert as_shown(answer).items() >= {"ice_year": "0", "ice_naming": "2"}.items()


def test_same_support_offers_the_last_support_in_words(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    door.enter(
        course,
        [assessment_at(60, oxygen_device="nasal_cannula", oxygen_flow_l_min=Decimal(2))],
        by=nurse,
    )
    shown = text(nurse_client.get(page("assessment_new", course)))
    assert (
        "same support as 07 Jan 23:00: no hypotension, no vasopressor, nasal cannula 2 L/min"
        in shown
    )


def test_same_support_names_what_positive_pressure_was_for(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    protected = {"oxygen_device": "mechanical_ventilation", "fio2_percent": Decimal(30)}
    protected |= {"positive_pressure_for": "airway_protection"}
    door.enter(course, [assessment_at(60, **protected)], by=nurse)
    shown = text(nurse_client.get(page("assessment_new", course)))
    assert "no vasopressor, mechanical ventilation 30 %, for airway protection" in shown


def test_what_was_saved_tells_the_grades_of_its_own_parts(
    nurse_client: Client, course: Course, assessment_at: AssessmentAt, nurse: User
) -> None:
    door.enter(course, [assessment_at(60, temperature_c=Decimal("38.9"))], by=nurse)
    key = key_of(enter(nurse_client, course, ice_total="5"))
    answer = enter(nurse_client, course, ice_total="5", confirm=key)
    page_text = text(nurse_client.get(answer.url))
    assert "Saved: assessment of 08 Jan 2026 06:30. ICANS at least 2. <" in page_text.replace(
        "<", " <"
    )


def test_an_offer_fills_the_form_without_a_script_and_stores_nothing(
    nurse_client: Client, course: Course
) -> None:
    answer = enter(nurse_client, course, temperature_c="98.6", fill="temperature_c=37.0")
    assert answer.status_code == 200
    assert 'value="37.0"' in answer.content.decode()
    assert not Assessment.objects.exists()


# What is refused, in a nurse's words


def refused(client: Client, course: Course, **values: Any) -> str:
    answer = enter(client, course, **values)
    assert answer.status_code == 422
    assert not Assessment.objects.exists()
    return text(answer)


def test_a_refused_form_comes_back_without_an_answer_of_its_own(
    nurse_client: Client, course: Course
) -> None:
    answer = enter(nurse_client, course, temperature_c="380", seizure="none")
    checked = re.findall(r'name="(\w+)" value="(\w+)"[^>]* checked', answer.content.decode())
    assert checked == [("seizure", "none")]


def test_380_is_refused_and_38_is_offered(nurse_client: Client, course: Course) -> None:
    refusal = refused(nurse_client, course, temperature_c="380", heart_rate="104")
    assert "Temperature 380 °C is outside 25–45 °C." in refusal
    assert "did you mean 38.0 °C?" in refusal
    assert 'value="380"' in refusal
    assert 'value="104"' in refusal


def test_3_80_offers_38(nurse_client: Client, course: Course) -> None:
    assert "did you mean 38.0 °C?" in refused(nurse_client, course, temperature_c="3,80")


@pytest.mark.parametrize(
    ("fahrenheit", "celsius"), [("98.6", "37.0"), ("100.4", "38.0"), ("100.3", "37.94")]
)
def test_fahrenheit_is_offered_in_celsius_and_never_converted_alone(
    nurse_client: Client, course: Course, fahrenheit: str, celsius: str
) -> None:
    refusal = refused(nurse_client, course, temperature_c=fahrenheit)
    assert f"looks like °F: {celsius} °C?" in refusal
    assert f'value="temperature_c={celsius}"' in refusal


def test_swapped_pressures_are_refused_and_the_swap_is_offered(
    nurse_client: Client, course: Course
) -> None:
    refusal = refused(nurse_client, course, systolic_mmhg="78", diastolic_mmhg="124")
    assert "Diastolic 124 is not below systolic 78." in refusal
    assert "swap: 124/78?" in refusal


def test_flow_needs_a_device(nurse_client: Client, course: Course) -> None:
    refusal = refused(nurse_client, course, oxygen_flow_l_min="4")
    assert "A flow of 4 L/min is entered without a device." in refusal


def test_flow_on_room_air_is_refused(nurse_client: Client, course: Course) -> None:
    refusal = refused(nurse_client, course, oxygen_flow_l_min="4", oxygen_device="room_air")
    assert "on room air" in refusal


def test_a_score_with_a_reason_why_it_was_not_done_is_refused(
    nurse_client: Client, course: Course
) -> None:
    refusal = refused(nurse_client, course, ice_year="1", ice_not_done="sedated")
    assert "ICE 1 is entered and “not done” as well: keep one." in refusal


def test_zero_because_of_global_aphasia_is_accepted(nurse_client: Client, course: Course) -> None:
    row = stored(enter(nurse_client, course, ice_total="0", ice_not_done="aphasia"))
    assert (row.ice_total, row.ice_not_done) == (0, "aphasia")


def test_none_beside_an_agent_is_refused(nurse_client: Client, course: Course) -> None:
    refusal = refused(nurse_client, course, vasopressors=["none", "norepinephrine"])
    assert "“none” stands beside another answer" in refusal


def test_words_are_no_number(nurse_client: Client, course: Course) -> None:
    assert "“high” is not a number" in refused(nurse_client, course, temperature_c="high")


def test_an_empty_form_is_refused(nurse_client: Client, course: Course) -> None:
    assert "Nothing is entered yet." in refused(nurse_client, course)


def test_a_reason_alone_is_an_entry(nurse_client: Client, course: Course) -> None:
    assert stored(enter(nurse_client, course, vitals_not_done="off_ward")).vitals_not_done


def test_the_first_refused_field_has_the_focus(nurse_client: Client, course: Course) -> None:
    answer = enter(nurse_client, course, temperature_c="38.5", heart_rate="900")
    content = answer.content.decode()
    assert content.count("autofocus") == 1
    assert "autofocus" in content[content.index('name="heart_rate"') :].split(">")[0]


# What is asked once


def test_a_soft_limit_asks_once_and_keeps_the_rest(nurse_client: Client, course: Course) -> None:
    refusal = refused(nurse_client, course, temperature_c="41.5", heart_rate="104")
    assert "yes, 41.5 °C is right" in refusal
    assert 'value="temperature_c=41.5"' in refusal
    row = stored(
        enter(
            nurse_client,
            course,
            temperature_c="41.5",
            heart_rate="104",
            confirm="temperature_c=41.5",
        )
    )
    assert row.temperature_c == Decimal("41.5")


def test_a_yes_to_one_value_is_none_to_another(nurse_client: Client, course: Course) -> None:
    refused(nurse_client, course, temperature_c="42", confirm="temperature_c=41.5")


@pytest.mark.parametrize(("typed", "stored_as"), [("0.4", "40"), ("0,4", "40"), ("40", "40")])
def test_an_oxygen_fraction_is_read_as_percent(
    nurse_client: Client, course: Course, typed: str, stored_as: str
) -> None:
    row = stored(enter(nurse_client, course, oxygen_device="venturi", fio2_percent=typed))
    assert row.fio2_percent == Decimal(stored_as)


@pytest.mark.parametrize(
    ("typed", "stored_as"), [("0.3", 30), ("0,95", 95), ("0.99", 99), ("96", 96), ("100", 100)]
)
def test_a_saturation_is_read_as_a_fraction_or_a_percentage(
    nurse_client: Client, course: Course, typed: str, stored_as: int
) -> None:
    answer = enter(nurse_client, course, spo2_percent=typed, confirm="spo2_percent=30")
    assert stored(answer).spo2_percent == stored_as


@pytest.mark.parametrize("typed", ["1", "1.0", "1,00"])
def test_a_saturation_of_1_is_asked_once(nurse_client: Client, course: Course, typed: str) -> None:
    refusal = refused(nurse_client, course, spo2_percent=typed)
    assert "SpO2 1 is read as 100 %." in refusal
    answer = enter(nurse_client, course, spo2_percent=typed, confirm="spo2_percent=1")
    assert stored(answer).spo2_percent == 100


def test_the_reading_of_a_fraction_is_shown(nurse_client: Client, course: Course) -> None:
    answer = nurse_client.post(
        page("assessment_preview", course),
        posted(course, oxygen_device="venturi", fio2_percent="0.4"),
    )
    assert "0.4 is read as 40 %" in text(answer)


def test_no_hypotension_with_a_low_pressure_is_asked_once(
    nurse_client: Client, course: Course
) -> None:
    low = {"systolic_mmhg": "84", "diastolic_mmhg": "50", "hypotension": "no"}
    assert "84/50 mmHg is low for this patient." in refused(nurse_client, course, **low)
    assert stored(enter(nurse_client, course, **low, confirm="hypotension=no with 84/50"))


def test_the_mean_pressure_is_asked_about_too(nurse_client: Client, course: Course) -> None:
    refusal = refused(
        nurse_client, course, systolic_mmhg="92", diastolic_mmhg="48", hypotension="no"
    )
    assert "92/48 mmHg is low" in refusal


def test_unarousable_with_ice_9_is_asked_once(nurse_client: Client, course: Course) -> None:
    values = {**FULL, "ice_year": "0", "consciousness": "unarousable"}
    assert "Cannot be woken, and ICE 9" in refused(nurse_client, course, **values)
    confirmed = {**values, "confirm": "consciousness=unarousable with ICE 9"}
    assert stored(enter(nurse_client, course, **confirmed)).consciousness == "unarousable"


def test_a_plain_cannula_at_10_litres_is_asked_about(nurse_client: Client, course: Course) -> None:
    refusal = refused(nurse_client, course, oxygen_device="nasal_cannula", oxygen_flow_l_min="10")
    assert "high-flow nasal?" in refusal


# When


def at(date: str, time: str, **more: str) -> dict[str, str]:
    return {"observed_at_date": date, "observed_at_time": time, **more}


def test_a_tablet_clock_ten_minutes_ahead_is_accepted(nurse_client: Client, course: Course) -> None:
    row = stored(enter(nurse_client, course, temperature_c="37", **at("2026-01-08", "06:50")))
    assert row.observed_at == NOW


def test_eleven_minutes_ahead_is_refused(nurse_client: Client, course: Course) -> None:
    refusal = refused(nurse_client, course, temperature_c="37", **at("2026-01-08", "06:51"))
    assert "Observed 08 Jan 2026 06:51 lies in the future" in refusal


def test_a_missing_time_is_asked_for(nurse_client: Client, course: Course) -> None:
    refusal = refused(nurse_client, course, temperature_c="37", **at("2026-01-08", ""))
    assert "enter both date and time" in refusal


def test_the_hour_that_comes_twice_is_asked(
    nurse: User, signed_in: Callable[[User], Client], course: Course
) -> None:
    with time_machine.travel("2026-10-25T06:00:00+00:00", tick=False):
        nurse_client = signed_in(nurse)
        twice = at("2026-10-25", "02:30")
        refusal = refused(nurse_client, course, temperature_c="37", **twice)
        assert "02:30 comes twice on 25 Oct 2026" in refusal
        first = stored(
            enter(nurse_client, course, temperature_c="37", **twice, observed_at_fold="0")
        )
        second = stored(
            enter(nurse_client, course, temperature_c="37", **twice, observed_at_fold="1")
        )
    assert (second.observed_at - first.observed_at).total_seconds() == 3600


@pytest.mark.parametrize(
    "opened", ["2026-10-25T06:00:00+00:00", "2026-10-24T20:00:00+00:00", "2026-10-26T12:00+00:00"]
)
def test_the_hour_that_comes_twice_is_asked_of_a_page_opened_outside_it(
    nurse: User, signed_in: Callable[[User], Client], course: Course, opened: str
) -> None:
    with time_machine.travel(opened, tick=False):
        values = as_shown(signed_in(nurse).get(page("assessment_new", course)))
    assert values["observed_at_fold"] == ""
    with time_machine.travel("2026-10-26T13:00:00+00:00", tick=False):
        values |= at("2026-10-25", "02:30") | {"temperature_c": "37"}
        answer = signed_in(nurse).post(page("assessment_new", course), values)
    assert answer.status_code == 422
    assert "02:30 comes twice on 25 Oct 2026" in text(answer)


@pytest.mark.parametrize(
    ("opened", "fold"), [("2026-10-25T00:40:00+00:00", "0"), ("2026-10-25T01:40:00+00:00", "1")]
)
def test_a_page_opened_in_the_hour_that_comes_twice_knows_which_one_it_is(
    nurse: User, signed_in: Callable[[User], Client], course: Course, opened: str, fold: str
) -> None:
    with time_machine.travel(opened, tick=False):
        client = signed_in(nurse)
        values = as_shown(client.get(page("assessment_new", course)))
        assert (values["observed_at_time"], values["observed_at_fold"]) == ("02:40", fold)
        answer = client.post(page("assessment_new", course), values | {"temperature_c": "37"})
        assert stored(answer).observed_at.isoformat() == opened


def test_an_hour_that_does_not_exist_is_refused(
    nurse: User, signed_in: Callable[[User], Client], course: Course
) -> None:
    with time_machine.travel("2026-03-29T06:00:00+00:00", tick=False):
        refusal = refused(signed_in(nurse), course, temperature_c="37", **at("2026-03-29", "02:30"))
    assert "02:30 does not exist on 29 Mar 2026" in refusal


@pytest.mark.parametrize("day", ["0001-01-01", "1026-01-08", "1926-01-08", "2025-01-04"])
def test_a_day_more_than_a_year_before_the_infusion_is_refused(
    nurse_client: Client, course: Course, day: str
) -> None:
    refusal = refused(nurse_client, course, temperature_c="37", **at(day, "06:30"))
    assert "lies more than a year before the infusion. Choose the day from the list." in refusal


@pytest.mark.parametrize("day", ["2025-01-05", "2025-12-29", "2026-01-01"])
def test_a_day_of_the_year_before_the_infusion_is_accepted(
    nurse_client: Client, course: Course, day: str
) -> None:
    assert stored(enter(nurse_client, course, temperature_c="37", **at(day, "06:30")))


# Once, for this patient


def test_a_double_tap_exists_once(nurse_client: Client, course: Course) -> None:
    values = posted(course, **FULL)
    first = nurse_client.post(page("assessment_new", course), values)
    second = nurse_client.post(page("assessment_new", course), values)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Assessment.objects.count() == 1


AHEAD = at("2026-01-08", "06:45")
"""Typed at 06:40, by a tablet whose clock is five minutes ahead."""


@pytest.mark.parametrize("later", [1, 61, 4 * 60, 9 * 60, 3600])
def test_a_form_whose_time_was_set_back_to_now_exists_once_when_it_is_sent_again(
    nurse_client: Client, course: Course, later: int
) -> None:
    values = posted(course, temperature_c="38.4", **AHEAD)
    first = nurse_client.post(page("assessment_new", course), values)
    with time_machine.travel(NOW + timedelta(seconds=later), tick=False):
        again = nurse_client.post(page("assessment_new", course), values)
        shown = text(nurse_client.get(again.url))
    assert (first.status_code, again.status_code) == (302, 302)
    assert Assessment.objects.get().observed_at == NOW
    assert shown.count("Saved: assessment of 08 Jan 2026 06:40") == 1


@pytest.mark.parametrize("time", ["06:25", "06:39", "06:51"])
def test_another_time_under_the_same_form_is_another_entry(
    nurse_client: Client, course: Course, time: str
) -> None:
    values = posted(course, temperature_c="38.4", **AHEAD)
    nurse_client.post(page("assessment_new", course), values)
    with time_machine.travel(NOW + timedelta(minutes=20), tick=False):
        changed = values | at("2026-01-08", time)
        assert nurse_client.post(page("assessment_new", course), changed).status_code == 409


def test_a_time_that_was_not_set_back_is_compared_to_the_minute(
    nurse_client: Client, course: Course
) -> None:
    values = posted(course, temperature_c="38.4")
    nurse_client.post(page("assessment_new", course), values)
    changed = values | at("2026-01-08", "06:31")
    assert nurse_client.post(page("assessment_new", course), changed).status_code == 409


@pytest.mark.parametrize("uid", [None, "", "lost"])
def test_a_form_that_lost_its_number_gets_a_new_one_and_can_be_saved(
    nurse_client: Client, course: Course, uid: str | None
) -> None:
    values = posted(course, temperature_c="38.4")
    values = {name: value for name, value in values.items() if name != "uid"}
    values |= {} if uid is None else {"uid": uid}
    answer = nurse_client.post(page("assessment_new", course), values)
    assert answer.status_code == 422
    assert "Nothing was saved. Look at it and save again." in text(answer)
    shown = as_shown(answer)
    assert shown["temperature_c"] == "38.4"
    assert stored(nurse_client.post(page("assessment_new", course), shown)).uid == uuid.UUID(
        shown["uid"]
    )


def test_the_same_form_with_other_values_is_shown_beside_what_was_stored(
    nurse_client: Client, course: Course
) -> None:
    values = posted(course, temperature_c="38.5")
    nurse_client.post(page("assessment_new", course), values)
    answer = nurse_client.post(page("assessment_new", course), {**values, "temperature_c": "39.5"})
    assert answer.status_code == 409
    assert "<td>38.5</td><td>39.5</td>" in text(answer)
    assert Assessment.objects.count() == 1


def test_a_form_of_another_patient_is_refused(
    nurse_client: Client, course: Course, other_course: Course
) -> None:
    refusal = refused(nurse_client, course, temperature_c="37", course_uid=str(other_course.uid))
    assert "opened for another patient" in refusal


def test_a_script_is_sent_to_the_chart(nurse_client: Client, course: Course) -> None:
    answer = nurse_client.post(
        page("assessment_new", course),
        posted(course, temperature_c="37"),
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"].startswith(page("chart", course))


# Corrections


def corrected(client: Client, course: Course, row: Assessment, **values: Any) -> Any:
    return client.post(
        page("assessment_correct", course, row_uid=row.uid),
        posted(course, replaces=str(row.uid), **values),
    )


def test_a_correction_opens_with_the_old_values(nurse_client: Client, course: Course) -> None:
    row = stored(enter(nurse_client, course, **FULL, note="sleepy", attribution_fever="car_t"))
    answer = nurse_client.get(page("assessment_correct", course, row_uid=row.uid))
    content = text(answer)
    assert 'value="38.9"' in content
    assert "sleepy" in content
    assert 'value="2026-01-08"' in content
    assert 'value="06:30"' in content
    assert answer.content.decode().count(" checked") == 4 + 8 + 3 + 1 + 1 + 1


def test_a_correction_replaces_and_the_grade_follows(nurse_client: Client, course: Course) -> None:
    row = stored(enter(nurse_client, course, **FULL))
    new = stored(corrected(nurse_client, course, row, **{**FULL, "temperature_c": "36.9"}))
    assert new.replaces == row
    live = GradeRecord.objects.live().filter(system="crs_astct_2019", assessment__isnull=False)
    assert {(grade.assessment_id, grade.grade) for grade in live} == {(new.pk, 0)}


def test_the_second_corrector_is_refused_and_sees_both(
    nurse_client: Client, physician_client: Client, course: Course
) -> None:
    row = stored(enter(nurse_client, course, temperature_c="38.9"))
    stored(corrected(nurse_client, course, row, temperature_c="38.0"))
    answer = corrected(physician_client, course, row, temperature_c="37.0")
    assert answer.status_code == 409
    assert "already been corrected by Nina Nurse" in text(answer)
    assert "<td>38.0</td><td>37.0</td>" in text(answer)
    assert Assessment.objects.count() == 2


def test_the_second_correctors_values_go_into_a_correction_of_the_newer_entry(
    nurse_client: Client, course: Course
) -> None:
    row = stored(enter(nurse_client, course, temperature_c="38.9"))
    newer = stored(corrected(nurse_client, course, row, temperature_c="38.0"))
    answer = nurse_client.post(
        page("assessment_correct", course, row_uid=newer.uid),
        {**posted(course, temperature_c="37.0"), "uid": "", "fill": ""},
    )
    assert answer.status_code == 200
    assert 'value="37.0"' in text(answer)


def test_an_entry_that_was_corrected_is_not_opened_again(
    nurse_client: Client, course: Course
) -> None:
    row = stored(enter(nurse_client, course, temperature_c="38.9"))
    stored(corrected(nurse_client, course, row, temperature_c="38.0"))
    answer = nurse_client.get(page("assessment_correct", course, row_uid=row.uid))
    assert answer.status_code == 302


# Who


def test_another_wards_nurse_finds_nothing(
    other_ward_client: Client, nurse_client: Client, course: Course
) -> None:
    assert other_ward_client.get(page("assessment_new", course)).status_code == 404
    assert enter(other_ward_client, course, **FULL).status_code == 404
    row = stored(enter(nurse_client, course, **FULL))
    url = page("assessment_correct", course, row_uid=row.uid)
    assert other_ward_client.get(url).status_code == 404
    assert other_ward_client.post(url, posted(course, **FULL)).status_code == 404
    assert Assessment.objects.count() == 1


def test_a_viewer_may_not_enter(viewer_client: Client, course: Course) -> None:
    assert viewer_client.get(page("assessment_new", course)).status_code == 403
    assert enter(viewer_client, course, **FULL).status_code == 403
    assert not Assessment.objects.exists()


def test_a_stranger_is_sent_to_the_sign_in(anonymous: Client, course: Course) -> None:
    answer = anonymous.get(page("assessment_new", course))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.url


def test_a_script_whose_session_ended_is_told_so(anonymous: Client, course: Course) -> None:
    url = page("assessment_new", course)
    answer = anonymous.post(url, posted(course, **FULL), headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert not Assessment.objects.exists()


def test_a_row_of_another_course_cannot_be_corrected_here(
    nurse_client: Client, course: Course
) -> None:
    url = page("assessment_correct", course, row_uid=uuid.uuid4())
    assert nurse_client.get(url).status_code == 404
