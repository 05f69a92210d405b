"""The second fold of the assessment form: what other systems ask for, closed until it is used."""

from __future__ import annotations

import html
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from grading.vocabulary import OtherNeuro
from patients import door
from patients.forms.buttons import buttons_of
from patients.models import Assessment, Course, Event, LabResult, User
from tests.patients.entering import FULL, NOW, as_shown, enter, page, posted, preview
from tests.storing import AssessmentAt


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


EVERYTHING: dict[str, Any] = {
    "vasopressors": ["norepinephrine", "vasopressin"],
    "hypotension": "yes",
    "fluid_bolus": "yes",
    "fluid_boluses": "2",
    "rate_norepinephrine": "8,5",
    "rate_vasopressin": "0.03",
    "vasopressor_hours": "5",
    "refractory_hypotension": "no",
    "life_threatening": "yes",
    "constitutional_symptoms": "yes",
    "crs_response": "prolonged",
    "iv_therapy": "yes",
    "coagulopathy_treated": "no",
    "organ_creatinine": "2",
    "organ_cardiac": "0",
    "head_of_government": "0",
    "seizure": "resolved",
    "seizure_kind": "focal",
    "seizure_multiple": "no",
    "papilledema_stage": "0",
    "csf_opening_mmhg": "21",
    "daily_living": "self_care",
    "splenomegaly": "yes",
    "hepatomegaly": "no",
    "nk_activity_low": "yes",
    "other_neuro": ["tremor", "memory_loss", "apathy"],
    "attribution_other_neuro": "undetermined",
}
STORED = {
    "fluid_boluses": 2,
    "vasopressor_rates": {"norepinephrine": 8.5, "vasopressin": 0.03},
    "vasopressor_hours": 5,
    "refractory_hypotension": False,
    "life_threatening": True,
    "constitutional_symptoms": True,
    "crs_response": "prolonged",
    "iv_therapy": True,
    "coagulopathy_treated": False,
    "organ_toxicity": {"creatinine": 2, "cardiac": 0},
    "head_of_government": 0,
    "seizure_kind": "focal",
    "seizure_multiple": False,
    "papilledema_stage": 0,
    "csf_opening_mmhg": 21,
    "daily_living": "self_care",
    "splenomegaly": True,
    "hepatomegaly": False,
    "nk_activity_low": True,
    "other_neuro": ["tremor", "memory_loss", "apathy"],
    "attribution": {"other_neuro": "undetermined"},
}


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def fold(answer: Any) -> str:
    return text(answer).partition('id="other-systems"')[2].partition("</summary>")[0]


def stored(answer: Any) -> Assessment:
    assert answer.status_code == 302, text(answer)
    return Assessment.objects.latest("id")


def facts(row: Assessment) -> dict[str, Any]:
    return {name: getattr(row, name) for name in STORED}


def test_everything_that_other_systems_ask_for_is_stored(
    nurse_client: Client, course: Course
) -> None:
    assert facts(stored(enter(nurse_client, course, **EVERYTHING))) == STORED


def test_what_was_left_open_stays_unknown(nurse_client: Client, course: Course) -> None:
    row = stored(enter(nurse_client, course, **FULL))
    unknown = {name for name, value in facts(row).items() if value not in (None, {})}
    assert unknown == set()


def test_the_fold_is_closed_and_nothing_in_it_is_chosen(
    nurse_client: Client, course: Course
) -> None:
    answer = nurse_client.get(page("assessment_new", course))
    assert fold(answer).startswith("> <summary>For other grading systems")
    assert "checked" not in text(answer).partition('id="other-systems"')[2]


def test_the_form_is_one_closed_line_longer(nurse_client: Client, course: Course) -> None:
    """Every field of the second fold stands inside it."""
    answer = text(nurse_client.get(page("assessment_new", course)))
    inside = answer.partition('id="other-systems"')[2]
    for name in ("fluid_boluses", "rate_dopamine", "organ_bilirubin", "nk_activity_low"):
        assert answer.count(f'name="{name}"') == inside.count(f'name="{name}"') > 0


@pytest.mark.parametrize(
    ("name", "typed", "opens"),
    [
        ("life_threatening", "no", True),
        ("organ_lung", "", False),
        ("organ_pulmonary", "0", True),
        ("fluid_boluses", "0", True),
        ("csf_opening_mmhg", "900", True),
    ],
)
def test_the_fold_opens_for_a_value_or_an_error(
    nurse_client: Client, course: Course, name: str, typed: str, opens: bool
) -> None:
    answer = enter(nurse_client, course, temperature_c="98.6", **{name: typed})
    assert answer.status_code == 422
    assert fold(answer).startswith(" open>") is opens


@pytest.mark.parametrize(
    ("name", "accepted", "refused", "message"),
    [
        ("fluid_boluses", "0", "21", "outside 0–20"),
        ("csf_opening_mmhg", "0", "81", "outside 0–80"),
        ("vasopressor_hours", "336", "2001", "outside 0–2000"),
        ("rate_norepinephrine", "1", "501", "outside 0–500"),
        ("rate_vasopressin", "0.1", "1.1", "outside 0–1 units/min"),
        ("rate_dopamine", "25", "101", "outside 0–100 mcg/kg/min"),
    ],
)
def test_a_hard_limit_refuses_beside_the_field(
    nurse_client: Client, course: Course, name: str, accepted: str, refused: str, message: str
) -> None:
    runs = {"vasopressors": ["norepinephrine", "vasopressin", "dopamine"]}
    answer = enter(nurse_client, course, **runs, **{name: refused})
    assert answer.status_code == 422
    beside = text(answer).partition(f'id="id_{name}_error"')[2].partition("</div>")[0]
    assert message in beside
    assert f'value="{refused}"' in text(answer), "what was typed survives"
    assert enter(nurse_client, course, **runs, **{name: accepted}).status_code == 302


def test_a_soft_limit_asks_once(nurse_client: Client, course: Course) -> None:
    answer = enter(nurse_client, course, vasopressors="norepinephrine", rate_norepinephrine="101")
    assert answer.status_code == 422
    assert "Norepinephrine 101 mcg/min is unusual." in text(answer)
    yes = {"confirm": "rate_norepinephrine=101"}
    again = enter(
        nurse_client, course, vasopressors="norepinephrine", rate_norepinephrine="101", **yes
    )
    assert again.status_code == 302


def test_a_rate_by_weight_is_asked_about_and_offered_per_minute(
    nurse_client: Client, course: Course
) -> None:
    runs = {"vasopressors": "norepinephrine"}
    answer = enter(nurse_client, course, **runs, rate_norepinephrine="0.08")
    assert "Is it mcg/kg/min?" in text(answer)
    assert "× 72 kg = 5.8 mcg/min?" in text(answer)
    assert enter(nurse_client, course, **runs, rate_norepinephrine="1").status_code == 302


def test_a_rate_of_an_agent_that_does_not_run_is_refused(
    nurse_client: Client, course: Course
) -> None:
    answer = enter(nurse_client, course, vasopressors="none", rate_dopamine="5")
    assert "Dopamine has a rate and is not among the vasopressors." in text(answer)


def test_boluses_against_their_answer_are_asked_about(nurse_client: Client, course: Course) -> None:
    answer = enter(nurse_client, course, fluid_bolus="no", fluid_boluses="2")
    assert "Fluid bolus “no” is tapped, and 2 boluses are entered." in text(answer)
    assert enter(nurse_client, course, fluid_bolus="no", fluid_boluses="0").status_code == 302


def test_a_kind_of_no_seizure_is_asked_about(nurse_client: Client, course: Course) -> None:
    answer = enter(nurse_client, course, seizure="none", seizure_kind="focal")
    assert "one of them looks wrong" in text(answer)
    assert fold(answer).startswith(" open>")


def test_the_last_values_stand_beside_the_fields(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(
        course,
        [
            assessment_at(24, fluid_boluses=3),
            Assessment(
                course=course,
                observed_at=NOW.replace(hour=1),
                vasopressors=["norepinephrine"],
                vasopressor_rates={"norepinephrine": 8.5},
                organ_toxicity={"creatinine": 2},
            ),
        ],
        by=nurse,
    )
    shown = text(nurse_client.get(page("assessment_new", course))).partition("other-systems")[2]
    for name, last in (
        ("fluid_boluses", "3"),
        ("rate_norepinephrine", "8.5"),
        ("organ_creatinine_0", "2"),
    ):
        field = shown.partition(f'id="id_{name}"')[2].partition('class="field ')[0]
        assert f"<b>{last}</b>" in field, name
    assert 'value="8.5"' not in shown


def test_a_correction_keeps_every_value(nurse_client: Client, course: Course) -> None:
    old = stored(enter(nurse_client, course, **EVERYTHING))
    form = nurse_client.get(page("assessment_correct", course, row_uid=old.uid))
    assert fold(form).startswith(" open>")
    several = {"vasopressors", "other_neuro"}
    values: dict[str, Any] = {
        name: value for name, value in as_shown(form).items() if name not in several
    }
    values |= {name: EVERYTHING[name] for name in several} | {"temperature_c": "38.5"}
    saved = nurse_client.post(page("assessment_correct", course, row_uid=old.uid), values)
    new = stored(saved)
    assert new.replaces == old
    assert facts(new) == STORED


def test_a_copy_to_the_right_patient_keeps_every_value(
    nurse_client: Client, nurse: User, course: Course
) -> None:
    row = stored(enter(nurse_client, course, **EVERYTHING))
    copy = row.copy_for(course, uuid.uuid4())
    assert facts(copy) == STORED


def test_the_live_preview_reads_the_fold(nurse_client: Client, course: Course) -> None:
    preview_text = preview(
        nurse_client, course, vasopressors="none", rate_dopamine="5", temperature_c="37"
    )
    assert "Left out until corrected" in preview_text


def test_every_other_finding_is_offered_once_in_a_named_group(
    nurse_client: Client, course: Course
) -> None:
    offered = [word for _, group in buttons_of(OtherNeuro) for word, _ in group]
    assert sorted(offered) == sorted(OtherNeuro)
    shown = text(nurse_client.get(page("assessment_new", course)))
    for name in ("Movement", "Thinking", "Personality"):
        assert f'role="group" aria-label="{name}"' in shown


def test_the_entry_in_words_names_rates_with_their_unit(
    nurse_client: Client, course: Course
) -> None:
    row = stored(enter(nurse_client, course, **EVERYTHING))
    asked = nurse_client.get(page("strike_out", course, kind="assessments", row_uid=row.uid))
    assert "norepinephrine 8.5 mcg/min; vasopressin 0.03 units/min" in text(asked)
    assert "creatinine 2" in text(asked)


# Laboratory results and events


def labs(client: Client, course: Course, **values: Any) -> Any:
    return client.post(page("lab_new", course), posted(course, "collected_at", **values))


def test_the_range_of_the_laboratory_is_stored_with_its_value(
    nurse_client: Client, course: Course
) -> None:
    answer = labs(
        nurse_client,
        course,
        ferritin_value="8200",
        ferritin_unit="ng/mL",
        ferritin_lower="15",
        ferritin_upper="300",
        triglycerides_value="280",
        triglycerides_unit="mg/dL",
        fasting="yes",
    )
    assert answer.status_code == 302
    ferritin = LabResult.objects.get(analyte="ferritin")
    assert [ferritin.lower_limit, ferritin.upper_limit, ferritin.fasting] == [15, 300, True]
    fat = LabResult.objects.get(analyte="triglycerides")
    assert (fat.lower_limit, fat.upper_limit, fat.fasting) == (None, None, True)


def test_a_range_may_be_left_open(nurse_client: Client, course: Course) -> None:
    assert labs(nurse_client, course, ldh_value="240", ldh_unit="U/L").status_code == 302
    row = LabResult.objects.get()
    assert (row.lower_limit, row.upper_limit, row.fasting) == (None, None, None)


@pytest.mark.parametrize(("lower", "upper", "status"), [("15", "16", 302), ("15", "15", 422)])
def test_a_range_has_its_ends_in_order(
    nurse_client: Client, course: Course, lower: str, upper: str, status: int
) -> None:
    values = {"ldh_value": "240", "ldh_unit": "U/L", "ldh_lower": lower, "ldh_upper": upper}
    assert labs(nurse_client, course, **values).status_code == status


def test_a_range_without_a_value_is_refused(nurse_client: Client, course: Course) -> None:
    answer = labs(nurse_client, course, ldh_value="240", ldh_unit="U/L", ast_upper="35")
    assert "Type the value of AST that this range belongs to." in text(answer)


def test_the_last_range_is_offered_and_never_filled_in(
    nurse_client: Client, course: Course
) -> None:
    values = {"ldh_value": "240", "ldh_unit": "U/L", "ldh_lower": "135", "ldh_upper": "225"}
    assert labs(nurse_client, course, **values).status_code == 302
    shown = text(nurse_client.get(page("lab_new", course)))
    assert "same ranges as last time: LDH 135–225 U/L" in shown
    assert 'value="225"' not in shown


def events(client: Client, course: Course, **values: Any) -> Any:
    return client.post(page("event_new", course), posted(course, "happened_at", **values))


def test_an_event_has_the_grade_and_the_kind_that_were_given(
    physician_client: Client, course: Course
) -> None:
    assert (
        events(
            physician_client, course, kind="infection", grade="3", detail_infection="fungal"
        ).status_code
        == 302
    )
    row = Event.objects.get()
    assert (row.kind, row.grade, row.detail) == ("infection", 3, "fungal")
    chart = text(physician_client.get(reverse("chart", kwargs={"uid": course.uid})))
    assert "<td>fungal, grade 3</td>" in chart


@pytest.mark.parametrize(
    ("tapped", "stored", "words"),
    [
        ("yes", True, "hemophagocytosis seen"),
        ("no", False, "no hemophagocytosis"),
        ("", None, "hemophagocytosis not reported"),
    ],
)
def test_a_marrow_says_whether_it_has_hemophagocytosis(
    nurse_client: Client, course: Course, tapped: str, stored: bool | None, words: str
) -> None:
    answer = events(nurse_client, course, kind="marrow", hemophagocytosis=tapped)
    assert answer.status_code == 302
    row = Event.objects.get()
    assert (row.kind, row.hemophagocytosis) == ("marrow", stored)
    chart = text(nurse_client.get(reverse("chart", kwargs={"uid": course.uid})))
    assert f"<td>{words}</td>" in chart
    assert "marrow examined" in chart


def test_hemophagocytosis_tapped_before_another_kind_is_not_stored(
    nurse_client: Client, course: Course
) -> None:
    assert events(nurse_client, course, kind="relapse", hemophagocytosis="no").status_code == 302
    assert Event.objects.get().hemophagocytosis is None


def test_a_detail_and_a_grade_go_with_their_kind(physician_client: Client, course: Course) -> None:
    """What was tapped before the kind was changed is not stored with the other kind."""
    assert (
        events(
            physician_client, course, kind="imaging", grade="3", detail_infection="viral"
        ).status_code
        == 302
    )
    row = Event.objects.get()
    assert (row.grade, row.detail) == (None, None)


def test_a_grade_of_an_event_may_stay_open(physician_client: Client, course: Course) -> None:
    assert events(physician_client, course, kind="iec_hs").status_code == 302
    assert Event.objects.get().grade is None


@pytest.mark.parametrize("kind", ["tian", "secondary_hlh"])
def test_a_physician_grades_tian_and_secondary_hlh_beside_the_printed_text(
    kind: str, physician_client: Client, course: Course
) -> None:
    form = text(physician_client.get(page("event_new", course)))
    for printed in ("headache with fever, mild worsening", "immunosuppressive intervention"):
        assert printed in form
    assert "CTCAE 6.0, shortened" in form
    assert events(physician_client, course, kind=kind, grade="3").status_code == 302
    row = Event.objects.get()
    assert (row.kind, row.grade) == (kind, 3)


@pytest.mark.parametrize("kind", ["tian", "secondary_hlh"])
def test_a_nurse_records_no_diagnosis(kind: str, nurse_client: Client, course: Course) -> None:
    assert "mild worsening" not in text(nurse_client.get(page("event_new", course)))
    assert events(nurse_client, course, kind=kind).status_code == 422
    assert not Event.objects.exists()


def test_a_grade_and_iec_hs_are_for_a_physician_to_record(
    nurse_client: Client, course: Course
) -> None:
    assert 'name="grade"' not in text(nurse_client.get(page("event_new", course)))
    refused = events(nurse_client, course, kind="iec_hs", grade="3")
    assert refused.status_code == 422
    assert "Only a physician records IEC-HS" in text(refused)
    assert events(nurse_client, course, kind="infection", grade="3").status_code == 302
    assert Event.objects.get().grade is None
