"""Every nurse makes ICE with the same sentence, objects and language; no grade is corrected."""

from typing import Any

import pytest
from django.urls import reverse

from patients import door
from patients.models import Course, GradeRecord, User
from patients.words.ice_words import ice_of
from tests.conftest import WardClient
from tests.storing import AssessmentAt

DEFICIT = {
    "ice_language": "Spanish",
    "ice_interpreter": "present",
    "ice_known_deficit": "cannot write, right arm in plaster",
    "ice_deficit_items": "writing",
}
LINE = (
    "Write: “Our national bird is the bald eagle.” Objects: clock, pen, button. In Spanish with "
    "interpreter. Known: cannot write, right arm in plaster (touches writing)."
)


def sent(course: Course, **values: Any) -> dict[str, Any]:
    return {"uid": "6b1f8f5e-2a55-4e0c-9d5b-6f2a3f1c9e02", "course_uid": str(course.uid)} | {
        "version": str(course.version()),
        **values,
    }


def test_the_ward_s_own_sentence_stands_where_the_patient_has_none(course: Course) -> None:
    assert ice_of(course).line == (
        "Write: “Our national bird is the bald eagle.” Objects: clock, pen, button."
    )
    course.ward.ice_sentence, course.ward.ice_objects = "The sun shines today.", "cup, key, watch"
    door.save_ward(course.ward)
    assert ice_of(course).line == "Write: “The sun shines today.” Objects: cup, key, watch."
    course.ice_sentence = "Hoy hace sol."
    assert ice_of(course).line == "Write: “Hoy hace sol.” Objects: cup, key, watch."


def test_a_known_deficit_stands_beside_ice_and_changes_no_grade(
    course: Course, nurse_client: WardClient, nurse: User, assessment_at: AssessmentAt
) -> None:
    door.enter(course, [assessment_at(60, ice_total=5)], by=nurse)
    before = nurse_client.get(reverse("chart", args=[course.uid])).content.decode()
    address = reverse("ice_settings", args=[course.uid])
    answer = nurse_client.post(address, sent(course, **DEFICIT))
    assert answer.status_code == 302, answer.content.decode()
    course.refresh_from_db()
    line = course.history.latest("history_id")
    assert (line.history_user, line.history_change_reason) == (nurse, "set at the bedside")
    form = nurse_client.get(reverse("assessment_new", args=[course.uid])).content.decode()
    assert LINE in form
    assert address in form
    after = nurse_client.get(reverse("chart", args=[course.uid])).content.decode()
    beside = f"known before: {DEFICIT['ice_known_deficit']} (touches writing); the grade is not"
    assert beside in after
    assert beside not in before
    grades = GradeRecord.objects.filter(course=course)
    assert not grades.filter(superseded_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"ice_objects": "clock, pen"}, "Type three"),
        ({"ice_objects": "clock, pen, cup, key"}, "Type three"),
        ({"ice_deficit_items": "writing"}, "Say what is known before"),
    ],
)
def test_what_no_nurse_could_follow_is_refused_beside_its_field(
    course: Course, nurse_client: WardClient, typed: dict[str, str], sentence: str
) -> None:
    values = sent(course, ice_language="Basque", **typed)
    answer = nurse_client.post(reverse("ice_settings", args=[course.uid]), values)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Basque" in answer.content.decode()


def test_a_change_says_why_and_a_second_tap_changes_nothing_more(
    course: Course, nurse_client: WardClient
) -> None:
    address = reverse("ice_settings", args=[course.uid])
    assert nurse_client.post(address, sent(course, ice_language="Spanish")).status_code == 302
    values = sent(course, ice_language="Basque")
    assert nurse_client.post(address, values).status_code == 422
    values |= {"reason": "asked her daughter"}
    answers = [nurse_client.post(address, values).status_code for _ in range(2)]
    assert answers == [302, 302]
    reasons = course.history.values_list("history_change_reason", flat=True)
    assert [*reasons].count("asked her daughter") == 1
