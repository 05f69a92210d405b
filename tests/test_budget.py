"""How much a page sends: what a tablet on a poor connection has to wait for."""

from __future__ import annotations

import gzip
from datetime import date, timedelta
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from patients import door
from patients.models import Assessment, Course, Dose, LabResult, Patient, User, Ward
from tests.conftest import INFUSED_AT
from tests.storing import AssessmentAt, stored

BOARD_OF_40 = 8_000
CHART_OF_56 = 14_500


def sent(client: Client, address: str) -> int:
    """Bytes of the page as a browser gets it, without the scripts it names."""
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    content = answer.content
    return len(content) if answer.get("Content-Encoding") == "gzip" else len(gzip.compress(content))


def test_a_board_of_40_patients_is_small(
    ward: Ward, nurse: User, nurse_client: Client, well: dict[str, object]
) -> None:
    for number in range(40):
        patient = stored(
            Patient(
                mrn=f"{number:05d}",
                family_name=f"Family{number * 7919 % 1000}",
                given_name=f"Given{number}",
                birth_date=date(1950 + number, 1 + number % 12, 1 + number % 28),
            )
        )
        course = stored(
            Course(
                patient=patient,
                ward=ward,
                bed=str(number),
                product="axicabtagene ciloleucel",
                infused_at=INFUSED_AT - timedelta(hours=number),
                weight_kg=Decimal(50 + number),
            )
        )
        fever = well | {"temperature_c": Decimal(36) + Decimal(number) / 10}
        dose = Dose(given_at=course.infused_at + timedelta(hours=25), agent="tocilizumab")
        door.enter(
            course,
            [Assessment(observed_at=course.infused_at + timedelta(hours=30), **fever), dose],
            by=nurse,
        )
    assert sent(nurse_client, reverse("board")) <= BOARD_OF_40


def test_a_chart_of_56_assessments_is_small(
    course: Course, nurse: User, nurse_client: Client, assessment_at: AssessmentAt
) -> None:
    rows: list[Assessment | LabResult | Dose] = [
        assessment_at(12 * number, temperature_c=Decimal(36) + Decimal(number * 7 % 40) / 10)
        for number in range(56)
    ]
    at = course.infused_at
    rows += [
        LabResult(
            collected_at=at + timedelta(days=day),
            analyte=analyte,
            value=value * (day + 1) % 900 + 1,
            unit=unit,
        )
        for day in range(28)
        for analyte, value, unit in (("ferritin", 731, "ng/mL"), ("crp", 17, "mg/L"))
    ]
    rows += [Dose(given_at=at + timedelta(hours=30 + n), agent="paracetamol") for n in range(4)]
    door.enter(course, rows, by=nurse)
    address = reverse("chart", kwargs={"uid": course.uid})
    assert sent(nurse_client, address) <= CHART_OF_56
