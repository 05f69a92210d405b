"""The demo ward: wards, users and the fictional patients, days counted back from now."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import available_timezones

from django.contrib.auth.hashers import make_password

from patients import door
from patients.demo.play import DemoCourse
from patients.demo.stories import STORIES
from patients.demo.story import CHILDREN, SEVEN_EAST
from patients.models import Course, Membership, Role, User, Ward
from patients.rounds.due.interruptions import leave_ward
from patients.rounds.models import Pause
from patients.rounds.rules.clocks import PauseReason

PASSWORD = "cartox-demo"  # noqa: S105 - printed at every start, for this computer only

WARDS = (
    (SEVEN_EAST, "Cellular therapy on call: bleep 4711"),
    (CHILDREN, "Pediatric oncology on call: bleep 4720"),
)
"""Name of each ward, and whom to call."""

USERS: tuple[tuple[str, str, Role, tuple[str, ...]], ...] = (
    ("nina", "Nina Nowak", Role.NURSE, (SEVEN_EAST,)),
    ("tom", "Tom Okafor", Role.NURSE, (SEVEN_EAST,)),
    ("aisha", "Aisha Rahman", Role.NURSE, (SEVEN_EAST, CHILDREN)),
    ("carla", "Carla Ruiz", Role.NURSE, (CHILDREN,)),
    ("paul", "Paul Petit", Role.PHYSICIAN, (SEVEN_EAST, CHILDREN)),
    ("vera", "Vera Lind", Role.VIEWER, (SEVEN_EAST,)),
    ("ada", "Ada Moretti", Role.ADMINISTRATOR, ()),
)
"""User name, name, role and wards."""

AWAY = "0013376"
"""The patient who is at imaging now."""


def build(now: datetime) -> dict[str, Course]:
    """Fill an empty database; returns the courses by MRN."""
    zone, wards = local_zone_name(), {}
    for ward_name, who_to_call in WARDS:
        ward = Ward(name=ward_name, time_zone=zone, who_to_call=who_to_call)
        wards[ward_name] = door.save_ward(ward)
    password = make_password(PASSWORD)
    for username, full_name, role, on in USERS:
        first, last = full_name.split(" ", 1)
        keeps_accounts = role == Role.ADMINISTRATOR
        user = User.objects.create(
            username=username,
            password=password,
            first_name=first,
            last_name=last,
            role=role,
            is_staff=keeps_accounts,
            is_superuser=keeps_accounts,
        )
        for ward_name in on:
            Membership.objects.create(user=user, ward=wards[ward_name])
    courses = {story.mrn: DemoCourse(story, wards[story.ward], now).play() for story in STORIES}
    away = Pause(course=courses[AWAY], reason=PauseReason.IMAGING, note="MRI of the head")
    nurse = User.objects.get(username="nina")
    leave_ward(away, lasting=timedelta(hours=1), by=nurse)
    return courses


def local_zone_name() -> str:
    """The IANA time zone of this computer, or UTC where it does not tell."""
    zones = available_timezones()
    linked = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    return next((name for name in (os.environ.get("TZ", ""), linked) if name in zones), "UTC")
