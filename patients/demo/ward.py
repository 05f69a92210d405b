"""The demo ward: wards, users and eight fictional patients, days counted back from now."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import available_timezones

from django.contrib.auth.hashers import make_password

from patients import door
from patients.demo.play import DemoCourse
from patients.demo.stories import CHILDREN, SEVEN_EAST, STORIES
from patients.models import Course, Membership, Role, User, Ward

PASSWORD = "cartox-demo"  # noqa: S105 - printed at every start, for this computer only

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


def build(now: datetime) -> dict[str, Course]:
    """Fill an empty database; returns the courses by MRN."""
    zone = local_zone_name()
    wards = {
        SEVEN_EAST: door.save_ward(
            Ward(
                name=SEVEN_EAST, time_zone=zone, who_to_call="Cellular therapy on call: bleep 4711"
            )
        ),
        CHILDREN: door.save_ward(
            Ward(
                name=CHILDREN, time_zone=zone, who_to_call="Pediatric oncology on call: bleep 4720"
            )
        ),
    }
    password = make_password(PASSWORD)
    for username, full_name, role, on in USERS:
        _user(username, full_name, role, [wards[name] for name in on], password)
    return {story.mrn: DemoCourse(story, wards[story.ward], now).play() for story in STORIES}


def _user(username: str, full_name: str, role: Role, on: list[Ward], password: str) -> None:
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
    for ward in on:
        Membership.objects.create(user=user, ward=ward)


def local_zone_name() -> str:
    """The IANA time zone of this computer, or UTC where it does not tell."""
    zones = available_timezones()
    linked = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    return next((name for name in (os.environ.get("TZ", ""), linked) if name in zones), "UTC")
