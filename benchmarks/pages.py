"""Pages against a bare view, and saves against a bare INSERT, on the database in use.

Run by `python -m benchmarks`. Requests go through every middleware, within this process.
"""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models.sql import InsertQuery
from django.test import Client
from django.urls import reverse

from benchmarks.arms import REPETITIONS, Measured, in_turn
from benchmarks.databases import execute_and_commit, require_new
from benchmarks.wards import PER_COURSE, fill
from benchmarks.writers import INFUSED_AT, assessment
from patients import door
from patients.models import Assessment, Course, Membership, Role, User, Ward

ON_THE_BOARD = 40
SAVES = 8
"""Saves in one repetition, each on a course of its own."""
REQUESTS = 20
NOW = INFUSED_AT + timedelta(minutes=20_010)
"""The time of every measurement: minutes after the last entry that `wards.fill` makes."""
ENTERED = 2
WARD = "7 East"
OF_ALL_WARDS = "mover"
AS_A_BROWSER = "application/x-www-form-urlencoded"
FORM = {
    "observed_at_date": "2026-01-19",
    "observed_at_time": "08:25",  # on the ward, just before `NOW`
    "temperature_c": "38.9",
    "systolic_mmhg": "112",
    "diastolic_mmhg": "64",
    "heart_rate": "104",
    "respiratory_rate": "18",
    "spo2_percent": "95",
    "hypotension": "no",
    "fluid_bolus": "no",
    "vasopressors": "none",
    "oxygen_device": "room_air",
    **{f"ice_{item}": "1" for item in ("year", "month", "city", "hospital")},
    **{f"ice_{item}": "1" for item in ("command", "writing", "attention")},
    "ice_naming": "2",
    "consciousness": "spontaneous",
    "seizure": "none",
    "motor": "none",
    "icp": "none",
}


def make_ward() -> User:
    """Forty full courses on one ward, its nurse, and full courses elsewhere to save to."""
    require_new()
    fill(ON_THE_BOARD + SAVES * REPETITIONS + 2, ENTERED)
    ward = door.save_ward(Ward(name=WARD, time_zone="Europe/Madrid"))
    nurse = User.objects.create(username="nurse", role=Role.NURSE)
    Membership.objects.create(user=nurse, ward=ward)
    mover = User.objects.create(username=OF_ALL_WARDS, role=Role.NURSE)
    for of_mover in Ward.objects.all():
        Membership.objects.create(user=mover, ward=of_mover)
    for number, course in enumerate(Course.objects.order_by("pk")[:ON_THE_BOARD]):
        door.amend(course, by=mover, reason="moved", changes={"ward": ward, "bed": str(number)})
    return nurse


def course_shown() -> Course:
    """The course on the board that is looked at more closely."""
    return Course.objects.filter(ward__name=WARD).order_by("pk")[0]


def browser_of(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


def pages(nurse: User) -> Iterator[Measured]:
    """Each page in turn with the bare view."""
    client = browser_of(nurse)
    course = course_shown()
    preview = reverse("assessment_preview", kwargs={"uid": course.uid})

    def get(address: str, expected: int) -> Callable[[], None]:
        def ask() -> None:
            _require(client.get(address), expected)

        return ask

    def post() -> None:
        own = {"uid": str(uuid.uuid4()), "course_uid": str(course.uid), "typed_by": str(nurse.pk)}
        entry = FORM | own
        _require(client.post(preview, urlencode(entry), AS_A_BROWSER), 200, b"CRS grade 1")

    token = re.findall(r'data-token="(\w+)"', client.get("/board/rows/").content.decode())[0]
    for what, limit, ask in (
        ("unchanged refresh of the board", 1.5, get(f"/board/rows/?token={token}", 204)),
        (f"board of {ON_THE_BOARD} patients", 6, get("/", 200)),
        (f"live preview, course of {PER_COURSE}", 4, post),
    ):
        mine, its = in_turn(ask, get("/bare/", 200), calls=REQUESTS)
        yield Measured(what, limit, mine, "bare view, signed in", its)


def _require(answer: Any, status: int, content: bytes = b"") -> None:
    """End the benchmark where an answer has another status or lacks `content`."""
    if answer.status_code != status or content not in answer.content:
        raise RuntimeError(f"{answer.status_code}: {answer.content.decode()[:2000]}")


def saves() -> Iterator[Measured]:
    """One more assessment of a full course, against INSERT and COMMIT of the same row."""
    nurse = User.objects.get(username=OF_ALL_WARDS)
    beside, *courses = Course.objects.exclude(ward__name=WARD).order_by("pk")
    left = iter(courses)

    def save() -> None:
        course = Course.objects.get(pk=next(left).pk)
        door.enter(course, [_last_entry()], by=nurse)

    mine, its = in_turn(save, _raw_insert(beside, nurse), calls=SAVES)
    yield Measured(f"save on a course of {PER_COURSE}", 12, mine, "INSERT and COMMIT", its)


def _last_entry() -> Assessment:
    row = assessment(random.Random(0))  # noqa: S311 - repeatable
    row.observed_at = NOW - timedelta(minutes=5)
    return row


def _raw_insert(course: Course, by: User) -> Callable[[], None]:
    """INSERT and COMMIT of such a row by the driver alone, each time with another uid."""
    row = _last_entry()
    row.course, row.recorded_at, row.recorded_by = course, NOW, by
    query = InsertQuery(Assessment)
    fields = [field for field in Assessment._meta.concrete_fields if not field.primary_key]
    query.insert_values(fields, [row])
    [(statement, values)] = query.get_compiler("default").as_sql()
    place = [field.name for field in fields].index("uid")

    def insert() -> None:
        uid = uuid.uuid4()
        mine = list(values)
        mine[place] = uid.hex if isinstance(mine[place], str) else uid
        execute_and_commit(statement, mine)

    return insert
