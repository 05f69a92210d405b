"""Correcting course and patient: what would change is shown first, then kept with the reason."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from patients import door
from patients.admission import change_views
from patients.models import BoardRow, Course, GradeRecord, Membership, Patient, User, Ward
from tests.patients.entering import NOW, page
from tests.storing import AssessmentAt, stored


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def moment(name: str, when: datetime | None) -> dict[str, str]:
    """A written time as its fields hold it, in Madrid in winter."""
    if when is None:
        return dict.fromkeys((f"{name}_{part}" for part in ("day", "month", "year", "time")), "")
    local = when + timedelta(hours=1)
    return {
        f"{name}_day": str(local.day),
        f"{name}_month": str(local.month),
        f"{name}_year": str(local.year),
        f"{name}_time": f"{local:%H:%M}",
    }


def course_typed(course: Course, **values: Any) -> dict[str, Any]:
    """The form as it comes, with what is changed."""
    return {
        "uid": str(uuid.uuid4()),
        "course_uid": str(course.uid),
        "version": str(course.version()),
        "product": "axicabtagene ciloleucel",
        "infusion": "given",
        **moment("infused_at", course.infused_at),
        "weight_kg": "72",
        "weighed_at_date": "2026-01-04",
        "weighed_at_time": "15:00",
        "baseline_oxygen_device": "room_air",
        "baseline_ice_total": "10",
        "reason": "copied wrongly",
        **values,
    }


def patient_typed(course: Course, **values: Any) -> dict[str, Any]:
    return {
        "uid": str(uuid.uuid4()),
        "course_uid": str(course.uid),
        "version": str(course.patient.version()),
        "mrn": "00123",
        "family_name": "Doe",
        "given_name": "Jane",
        "birth_date_day": "12",
        "birth_date_month": "3",
        "birth_date_year": "1964",
        "sex": "F",
        "reason": "copied wrongly",
        **values,
    }


def key_of(answer: Any) -> str:
    """The key of what is shown to be confirmed."""
    assert answer.status_code == 200, re.findall(r'say--error"> <p>(.*?)</p>', text(answer))
    match = re.search(r'name="confirm" value="([0-9a-f]{24})"', text(answer))
    assert match is not None
    return match[1]


def correct(client: Client, course: Course, name: str = "course_correct", **values: Any) -> Any:
    """Look at what would change, then confirm it."""
    typed = course_typed if name == "course_correct" else patient_typed
    sent = typed(course, **values)
    key = key_of(client.post(page(name, course), sent))
    return client.post(page(name, course), sent | {"confirm": key})


def refused(answer: Any, *, status: int = 422) -> str:
    assert answer.status_code == status
    return text(answer)


@pytest.fixture
def febrile(course: Course, nurse: User, assessment_at: AssessmentAt) -> Course:
    """Fever 12 h after the infusion, with a saturation of 91 % on room air."""
    door.enter(
        course,
        [assessment_at(12, temperature_c=Decimal("38.9"), spo2_percent=Decimal(96))],
        by=nurse,
    )
    return course


# The infusion


def test_the_form_comes_with_what_stands(physician_client: Client, course: Course) -> None:
    shown = text(physician_client.get(page("course_correct", course)))
    for value in ("72", "10", "11:00", "2026"):
        assert f'value="{value}"' in shown
    assert 'value="axicabtagene ciloleucel" id="id_product_0" checked' in shown


def test_nothing_changed_is_nothing_saved(physician_client: Client, course: Course) -> None:
    answer = physician_client.post(page("course_correct", course), course_typed(course))
    assert "Nothing is changed yet." in refused(answer)


def test_a_moved_infusion_shows_first_which_grades_would_change(
    physician_client: Client, febrile: Course
) -> None:
    later = moment("infused_at", febrile.infused_at + timedelta(hours=24))
    answer = physician_client.post(page("course_correct", febrile), course_typed(febrile, **later))
    page_text = text(answer)
    assert "Not saved yet: this would change" in page_text
    assert "Today would be Day +2 instead of Day +3." in page_text
    assert "1 grade would change" in page_text
    would_be = "before the infusion: 38.9 °C"  # no grade counts there, the fever is still said
    assert f"<td>CRS</td><td>1</td><td><b>{would_be}</b></td>" in page_text
    assert Course.objects.get().infused_at == febrile.infused_at
    assert GradeRecord.objects.filter(superseded_at__isnull=False).count() == 0


def test_what_was_foreseen_is_what_happens(
    physician_client: Client, febrile: Course, physician: User
) -> None:
    moved = febrile.infused_at + timedelta(hours=24)
    answer = correct(physician_client, febrile, **moment("infused_at", moved))
    assert answer.status_code == 302
    course = Course.objects.get()
    assert course.infused_at == moved
    live = GradeRecord.objects.filter(system="crs_astct_2019", assessment__isnull=False).live()
    assert live.get().grade == 0
    history_row = course.history.latest()
    assert (history_row.history_user, history_row.history_change_reason) == (
        physician,
        "copied wrongly",
    )


def test_a_new_entry_between_looking_and_confirming_shows_it_anew(
    physician_client: Client, febrile: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    later = moment("infused_at", febrile.infused_at + timedelta(hours=24))
    sent = course_typed(febrile, **later)
    key = key_of(physician_client.post(page("course_correct", febrile), sent))
    door.enter(febrile, [assessment_at(14, temperature_c=Decimal("39.1"))], by=nurse)
    again = physician_client.post(page("course_correct", febrile), sent | {"confirm": key})
    assert key_of(again) != key
    assert Course.objects.get().infused_at == febrile.infused_at


def test_what_is_typed_after_looking_is_shown_before_it_is_saved(
    physician_client: Client, course: Course
) -> None:
    sent = course_typed(course, baseline_spo2_percent="93")
    key = key_of(physician_client.post(page("course_correct", course), sent))
    other = sent | {"confirm": key, "baseline_spo2_percent": "92"}
    assert key_of(physician_client.post(page("course_correct", course), other)) != key
    assert Course.objects.get().baseline_spo2_percent is None


def test_the_seconds_of_a_stored_infusion_are_not_a_change(
    physician_client: Client, course: Course, physician: User
) -> None:
    exact = course.infused_at.replace(second=17)
    door.amend(course, by=physician, reason="exact", changes={"infused_at": exact})
    answer = physician_client.post(page("course_correct", course), course_typed(course))
    assert "Nothing is changed yet." in refused(answer)


def test_a_nurse_does_not_correct_an_infusion_that_was_given(
    nurse_client: Client, course: Course
) -> None:
    shown = text(nurse_client.get(page("course_correct", course)))
    assert "Only a physician corrects its time." in shown
    assert 'name="infused_at_day"' not in shown
    moved = moment("infused_at", course.infused_at + timedelta(hours=24))
    answer = nurse_client.post(page("course_correct", course), course_typed(course, **moved))
    assert "Nothing is changed yet." in refused(answer)


@pytest.mark.parametrize("spelling", ["{}", " {}", "0{}", "{}.0", "+{}", "{} ", "\uff10{}"])
@pytest.mark.parametrize("ahead", [-1, 0, 1])
def test_no_spelling_of_the_version_opens_a_given_infusion_to_a_nurse(
    nurse_client: Client, course: Course, spelling: str, ahead: int
) -> None:
    version = spelling.format(course.version() + ahead)
    moved = moment("infused_at", course.infused_at - timedelta(days=6))
    sent = course_typed(course, **moved, version=version)
    answer = nurse_client.post(page("course_correct", course), sent)
    key = re.search(r'name="confirm" value="([0-9a-f]{24})"', text(answer))
    again = nurse_client.post(
        page("course_correct", course), sent | {"confirm": key[1] if key else ""}
    )
    assert again.status_code in {409, 422}
    assert Course.objects.get().infused_at == course.infused_at


def test_a_version_that_becomes_true_meanwhile_opens_no_given_infusion(
    nurse_client: Client, course: Course, physician: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form names the next version, and somebody else changes the course before the save."""
    moved = moment("infused_at", course.infused_at - timedelta(days=6))
    sent = course_typed(course, **moved, version=course.version() + 1)
    look = change_views.is_repeated_change

    def changed_meanwhile(thing: Any, changes: Any, since: Any, **rest: Any) -> bool:
        if thing.version() < since:
            door.amend(thing, by=physician, reason="bed", changes={"bed": "14"})
        return look(thing, changes, since, **rest)

    monkeypatch.setattr(change_views, "is_repeated_change", changed_meanwhile)
    answer = nurse_client.post(page("course_correct", course), sent)
    assert "Only a physician corrects an infusion that was given." in refused(answer)
    assert 'value="copied wrongly"' in text(answer)
    assert Course.objects.get().infused_at == course.infused_at


def test_a_nurse_records_a_planned_infusion(
    nurse_client: Client, course: Course, physician: User
) -> None:
    door.amend(course, by=physician, reason="planned", changes={"infusion_planned": True})
    given = course.infused_at + timedelta(minutes=25)
    answer = correct(nurse_client, course, **moment("infused_at", given))
    assert answer.status_code == 302
    course.refresh_from_db()
    assert (course.infused_at, course.infusion_planned) == (given, False)


def test_an_infusion_that_somebody_else_recorded_meanwhile_is_refused_with_both_times(
    nurse_client: Client, course: Course, physician: User
) -> None:
    door.amend(course, by=physician, reason="planned", changes={"infusion_planned": True})
    mine = course_typed(course, **moment("infused_at", course.infused_at + timedelta(minutes=25)))
    given = course.infused_at + timedelta(minutes=5)
    door.amend(
        course,
        by=physician,
        reason="given",
        changes={"infusion_planned": False, "infused_at": given},
    )
    refusal = refused(nurse_client.post(page("course_correct", course), mine), status=409)
    assert "Paul Physician changed this after you opened the form." in refusal
    assert "11:05" in refusal
    assert "11:25" in refusal
    assert Course.objects.get().infused_at == given


def test_a_planned_infusion_recorded_twice_with_one_form_is_recorded_once(
    nurse_client: Client, course: Course, physician: User
) -> None:
    door.amend(course, by=physician, reason="planned", changes={"infusion_planned": True})
    given = course.infused_at + timedelta(minutes=25)
    sent = course_typed(course, **moment("infused_at", given))
    key = key_of(nurse_client.post(page("course_correct", course), sent))
    for _ in range(2):
        answer = nurse_client.post(page("course_correct", course), sent | {"confirm": key})
        assert answer.status_code == 302
    assert course.history.filter(history_change_reason="copied wrongly").count() == 1


def test_a_nurse_who_changes_nothing_changes_no_second_of_the_weighing(
    nurse_client: Client, course: Course, physician: User
) -> None:
    weighed = datetime(2026, 1, 4, 14, 0, 37, tzinfo=UTC)
    door.amend(course, by=physician, reason="by the scale", changes={"weighed_at": weighed})
    answer = nurse_client.post(page("course_correct", course), course_typed(course))
    assert "Nothing is changed yet." in refused(answer)
    assert Course.objects.get().weighed_at == weighed


@pytest.mark.parametrize(("day", "is_refused"), [("5", False), ("6", True)])
def test_a_birth_date_after_the_infusion_is_refused_beside_it(
    nurse_client: Client, course: Course, physician: User, day: str, is_refused: bool
) -> None:
    born = {"birth_date_day": day, "birth_date_month": "1", "birth_date_year": "2026"}
    answer = nurse_client.post(page("patient_correct", course), patient_typed(course, **born))
    says = "The birth date is after the infusion of 05 Jan 2026."
    assert (says in text(answer)) is is_refused
    with pytest.raises(ValidationError, match="after the infusion"):
        door.amend(
            course.patient, by=physician, reason="?", changes={"birth_date": date(2026, 1, 6)}
        )


def test_an_infusion_before_the_birth_is_refused(
    physician_client: Client, course: Course, physician: User
) -> None:
    door.amend(
        course.patient, by=physician, reason="a newborn", changes={"birth_date": date(2026, 1, 4)}
    )
    before = moment("infused_at", course.infused_at - timedelta(days=2))
    answer = physician_client.post(page("course_correct", course), course_typed(course, **before))
    assert "The birth date is after the infusion of 03 Jan 2026." in refused(answer)


def test_a_nurse_corrects_weight_and_baselines(nurse_client: Client, course: Course) -> None:
    answer = correct(nurse_client, course, weight_kg="70.5", weight_again="70.5")
    assert answer.status_code == 302
    assert Course.objects.get().weight_kg == Decimal("70.5")
    assert Course.objects.get().infused_at == course.infused_at


def test_a_weight_far_from_the_last_is_asked_about(nurse_client: Client, course: Course) -> None:
    values = {"weight_kg": "80", "weight_again": "80"}
    answer = nurse_client.post(page("course_correct", course), course_typed(course, **values))
    assert "80 kg is far from 72 kg before." in refused(answer)


def test_a_changed_weight_is_typed_twice(nurse_client: Client, course: Course) -> None:
    answer = nurse_client.post(page("course_correct", course), course_typed(course, weight_kg="70"))
    assert "type the same weight twice" in refused(answer)


def test_split_doses_are_added(physician_client: Client, course: Course) -> None:
    second = course.infused_at + timedelta(days=1)
    assert correct(physician_client, course, **moment("later_1", second)).status_code == 302
    assert Course.objects.get().later_infusion_times == [second]


def test_a_split_dose_that_stands_is_kept(
    physician_client: Client, course: Course, physician: User
) -> None:
    second = course.infused_at + timedelta(days=1, seconds=30)
    door.amend(
        course, by=physician, reason="split", changes={"later_infusions": [second.isoformat()]}
    )
    values = moment("later_1", second) | {"indication": "myeloma"}
    assert correct(physician_client, course, **values).status_code == 302
    assert Course.objects.get().later_infusion_times == [second]


def test_home_oxygen_changes_the_grade_of_unchanged_oxygen(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    on_oxygen = assessment_at(
        12,
        temperature_c=Decimal("38.9"),
        oxygen_device="nasal_cannula",
        oxygen_flow_l_min=Decimal(2),
    )
    door.enter(course, [on_oxygen], by=nurse)
    values = {"baseline_oxygen_device": "nasal_cannula", "baseline_oxygen_flow_l_min": "2"}
    answer = nurse_client.post(page("course_correct", course), course_typed(course, **values))
    assert "<td>CRS</td><td>2</td><td><b>1</b></td>" in text(answer)


def test_a_reason_is_needed(physician_client: Client, course: Course) -> None:
    answer = physician_client.post(
        page("course_correct", course), course_typed(course, reason="", indication="myeloma")
    )
    refusal = refused(answer)
    assert "Say why it is corrected." in refusal
    assert 'value="myeloma"' in refusal


def test_the_second_of_two_corrections_is_refused_and_shown_both(
    nurse_client: Client, physician_client: Client, course: Course
) -> None:
    both_saw = course.version()
    assert correct(nurse_client, course, baseline_spo2_percent="93").status_code == 302
    answer = physician_client.post(
        page("course_correct", course),
        course_typed(course, version=both_saw, baseline_spo2_percent="92"),
    )
    refusal = refused(answer, status=409)
    assert "Nina Nurse changed this after you opened the form." in refusal
    assert "copied wrongly" in refusal
    assert "<td>93</td><td>92</td>" in refusal
    assert Course.objects.get().baseline_spo2_percent == 93


def test_a_correction_sent_twice_is_one(nurse_client: Client, course: Course) -> None:
    sent = course_typed(course, baseline_spo2_percent="93")
    key = key_of(nurse_client.post(page("course_correct", course), sent))
    for _ in range(2):
        answer = nurse_client.post(page("course_correct", course), sent | {"confirm": key})
        assert answer.status_code == 302
    assert course.history.filter(history_change_reason="copied wrongly").count() == 1


# The patient


def test_a_name_is_corrected_without_touching_a_grade(
    nurse_client: Client, febrile: Course, nurse: User
) -> None:
    before = GradeRecord.objects.count()
    sent = patient_typed(febrile, family_name="Dole")
    page_text = text(nurse_client.post(page("patient_correct", febrile), sent))
    assert "No grade would change." in page_text
    assert correct(nurse_client, febrile, "patient_correct", family_name="Dole").status_code == 302
    patient = Patient.objects.get()
    assert patient.family_name == "Dole"
    assert patient.history.latest().history_user == nurse
    assert GradeRecord.objects.count() == before


def test_a_birth_date_shows_what_it_would_change(
    nurse_client: Client, course: Course, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(12, ice_total=8)], by=nurse)
    sent = patient_typed(course, birth_date_year="2019")
    page_text = text(nurse_client.post(page("patient_correct", course), sent))
    assert "<td>ICANS</td><td>1</td><td><b>not gradable</b></td>" in page_text
    assert Patient.objects.get().birth_date == date(1964, 3, 12)
    answer = correct(nurse_client, course, "patient_correct", birth_date_year="2019")
    assert answer.status_code == 302
    assert Patient.objects.get().birth_date == date(2019, 3, 12)


def test_the_mrn_of_another_patient_is_refused(
    nurse_client: Client, course: Course, other_course: Course
) -> None:
    answer = nurse_client.post(page("patient_correct", course), patient_typed(course, mrn="00999"))
    assert "MRN 00999 belongs to another patient." in refused(answer)


def test_two_corrections_of_one_patient_are_shown_to_the_second(
    nurse_client: Client, physician_client: Client, course: Course
) -> None:
    both_saw = course.patient.version()
    correct(nurse_client, course, "patient_correct", given_name="Janet")
    answer = physician_client.post(
        page("patient_correct", course),
        patient_typed(course, version=both_saw, given_name="Joan"),
    )
    assert "<td>Janet</td><td>Joan</td>" in refused(answer, status=409)


def test_a_course_on_another_ward_is_counted_and_not_shown(
    physician_client: Client,
    course: Course,
    other_ward: Ward,
    physician: User,
    nurse: User,
    assessment_at: AssessmentAt,
) -> None:
    door.enter(course, [assessment_at(12, ice_total=8)], by=nurse)
    Membership.objects.create(user=physician, ward=other_ward)
    door.amend(
        course,
        by=physician,
        reason="closed",
        changes={"closed_at": NOW, "ward": other_ward, "closing_reason": "moved"},
    )
    physician.memberships.get(ward=other_ward).delete()
    again = stored(
        Course(
            patient=course.patient,
            ward=nurse.wards.get(),
            product="tisagenlecleucel",
            infused_at=NOW,
        )
    )
    sent = patient_typed(again, birth_date_year="2019")
    page_text = text(physician_client.post(page("patient_correct", again), sent))
    assert "Grades of a course on another ward that would change:" in page_text
    assert "<td>ICANS</td>" not in page_text


# Who may


@pytest.fixture
def transferred(course: Course, other_ward: Ward) -> Course:
    """A patient of the ward who has a closed course on another ward."""
    earlier = Course(
        patient=course.patient,
        ward=other_ward,
        product="tisagenlecleucel",
        infused_at=course.infused_at - timedelta(days=400),
        closed_at=course.infused_at - timedelta(days=300),
    )
    stored(earlier)
    return course


def test_a_nurse_reads_why_a_patient_of_two_wards_is_not_hers_to_correct(
    nurse_client: Client, transferred: Course
) -> None:
    answer = nurse_client.get(page("patient_correct", transferred), follow=True)
    assert "has a course on another ward too" in text(answer)
    sent = patient_typed(transferred, family_name="Smith")
    refusal = refused(nurse_client.post(page("patient_correct", transferred), sent))
    assert "has a course on another ward too" in refusal
    assert 'value="Smith"' in refusal
    assert Patient.objects.get().family_name == "Doe"


def test_a_physician_corrects_a_patient_of_two_wards(
    physician_client: Client, transferred: Course
) -> None:
    correct(physician_client, transferred, "patient_correct", family_name="Smith")
    assert Patient.objects.get().family_name == "Smith"


@pytest.mark.parametrize("name", ["course_correct", "patient_correct"])
def test_viewers_and_strangers_correct_nothing(
    viewer_client: Client, other_ward_client: Client, course: Course, name: str
) -> None:
    assert viewer_client.get(page(name, course)).status_code == 403
    assert other_ward_client.get(page(name, course)).status_code == 404


def test_a_correction_reaches_the_board(physician_client: Client, febrile: Course) -> None:
    moved = moment("infused_at", febrile.infused_at + timedelta(hours=24))
    before = BoardRow.objects.get().version
    correct(physician_client, febrile, **moved)
    assert BoardRow.objects.get().version > before
    assert ">+2<" in text(physician_client.get("/")).replace("</span>", "").replace(
        '<span class="board__label">Day ', ""
    )


def test_looking_writes_nothing(physician_client: Client, febrile: Course) -> None:
    stood = list(GradeRecord.objects.values_list("pk", "superseded_at"))
    lines = febrile.history.count()
    later = moment("infused_at", datetime(2026, 1, 6, 10, 0, tzinfo=UTC))
    physician_client.post(page("course_correct", febrile), course_typed(febrile, **later))
    assert list(GradeRecord.objects.values_list("pk", "superseded_at")) == stood
    assert febrile.history.count() == lines
