"""The live preview grades an entry as it would be signed: by a nurse, or by a physician."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.test import Client

from patients import door
from patients.models import Adjudication, Course, User
from tests.patients.entering import FULL, NOW, preview
from tests.storing import AssessmentAt

LOWERED = "put down to another cause; with every sign counted this is 3"


def test_what_a_physician_types_is_previewed_as_a_decision_of_his_own(
    nurse_client: Client,
    physician_client: Client,
    physician: User,
    course: Course,
    assessment_at: AssessmentAt,
) -> None:
    at = NOW - timedelta(hours=2)
    hours = (at - course.infused_at) / timedelta(hours=1)
    shock = assessment_at(
        hours, temperature_c=Decimal("38.9"), hypotension=True, vasopressors=["norepinephrine"]
    )
    refused = Adjudication(
        course=course, decided_at=at, decision="refused", sign="hypotension", reason="no focus"
    )
    door.enter(course, [shock, refused], by=physician)
    typed = FULL | {
        "hypotension": "yes",
        "vasopressors": "norepinephrine",
        "attribution_hypotension": "other",
        "attribution_cause_hypotension": "sepsis",
    }
    assert LOWERED not in preview(nurse_client, course, **typed)
    assert LOWERED in preview(physician_client, course, **typed)
