"""What each level of a scratch copy of Cartox makes of a new observation, printed as JSON.

`tests/test_new_observation.py` copies this file into such a copy and runs `main` there with the
values of the observations: as a course document holds them, and as a browser sends them.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse
from django.utils import timezone

from cartox_site.bodies import FORM
from grading.documents.course_csv import TABLE_COLUMNS
from grading.documents.course_writer import dump_document
from grading.documents.reading.course_reader import parse_document
from grading.pages.json_schema import course_schema
from patients import door
from patients.entry.assessment_form import AssessmentForm
from patients.exchange.document import document_of
from patients.models import Assessment, Course, Membership, Patient, Role, User, Ward
from patients.reading.bedside import Bedside
from patients.regrading.record import record_of
from patients.rights import IMPORTER
from patients.words import entry_words


def main() -> None:
    """Print the values and texts that each level holds."""
    given = json.load(sys.stdin)
    setup_test_environment()
    call_command("makemigrations", "patients", verbosity=0)
    call_command("migrate", verbosity=0)
    levels = levels_of_documents(given["values"]) | levels_of_ward(given["values"], given["typed"])
    print(json.dumps(levels, default=str))


def levels_of_documents(values: dict[str, Any]) -> dict[str, Any]:
    entry = {"hour": 24, **values}
    document = parse_document({"format": "cartox-course-1", "assessments": [entry]})
    return {
        "read": held(document.record.findings[0], values),
        "written": dump_document(document)["assessments"][0],
        "schema": list(course_schema()["properties"]["assessments"]["items"]["properties"]),
        "columns": list(TABLE_COLUMNS),
    }


def levels_of_ward(values: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    course, client = admitted()
    new = reverse("assessment_new", kwargs={"uid": course.uid})
    page = shown(client, new)
    at = timezone.now().astimezone(course.zone)
    sent = {
        "uid": uuid4(),
        "course_uid": course.uid,
        "typed_by": client.session["_auth_user_id"],
        "observed_at_date": at.date(),
        "observed_at_time": f"{at:%H:%M}",
        **typed,
    }
    answer = client.post(new, urlencode(sent, doseq=True), FORM)
    assert answer.status_code == HTTPStatus.FOUND, answer.content.decode()
    row, own = Assessment.objects.get(), {"uid": course.uid}
    struck = reverse("strike_out", kwargs={**own, "kind": "assessments", "row_uid": row.uid})
    correct = reverse("assessment_correct", kwargs={**own, "row_uid": row.uid})
    return {
        "fields": list(AssessmentForm(bedside=Bedside(course, timezone.now())).fields),
        "page": page,
        "stored": held(row, values),
        "record": held(record_of(course).findings[0], values),
        "exported": dump_document(document_of(course))["assessments"][0],
        "words": entry_words.lines(row),
        "strike_out": shown(client, struck),
        "correction": shown(client, correct),
        "next": shown(client, new),
    }


def held(findings: Any, values: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(findings, name) for name in values}


def shown(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def admitted() -> tuple[Course, Client]:
    """A course infused yesterday, and the browser of its nurse."""
    importer = User.objects.get_or_create(username=IMPORTER, is_active=False)[0]
    ward = door.save_ward(Ward(name="7 East", time_zone="Europe/Madrid"))
    patient = door.add_patient(Patient(mrn="1", family_name="Doe"), by=importer)
    infused_at = timezone.now() - timedelta(days=1)
    course = Course(patient=patient, ward=ward, product="axi", infused_at=infused_at)
    nurse = User.objects.create_user("nina", role=Role.NURSE, first_name="N", last_name="N")
    Membership.objects.create(user=nurse, ward=ward)
    client = Client()
    client.force_login(nurse, backend=settings.AUTHENTICATION_BACKENDS[1])
    return door.admit(patient, course, by=importer), client
