"""The pack for a downtime: one file a ward, whole or as it was, for those alone who may read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from patients import door
from patients.models import Course, Dose, User, Ward
from patients.rounds.handover import downtime
from tests.conftest import INFUSED_AT
from tests.storing import AssessmentAt

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_day_of_the_infusion() -> Iterator[None]:
    """The course is admitted then: every save of a course is later than the one before."""
    with time_machine.travel(INFUSED_AT, tick=False):
        yield


@pytest.fixture
def pack(
    ward: Ward, course: Course, nurse: User, assessment_at: AssessmentAt, tmp_path: Path
) -> Any:
    """Write the pack 41 hours after the infusion."""
    now = course.infused_at + timedelta(hours=41)
    dose = Dose(course=course, given_at=now - timedelta(hours=25), agent="paracetamol")
    run = Dose(course=course, given_at=now - timedelta(hours=26), agent="norepinephrine")
    run.amount, run.unit = Decimal("0.05"), "mcg/kg/min"
    with time_machine.travel(now, tick=False):
        door.enter(course, [assessment_at(40), assessment_at(10), dose, run], by=nurse)

    def write(**options: Any) -> None:
        with time_machine.travel(now, tick=False):
            call_command("downtime_pack", to=tmp_path, **options)

    return write


def file_of(folder: Path, ward: Ward) -> Path:
    return folder / f"ward-{ward.pk}-7-east.html"


def test_a_file_holds_handover_entries_doses_and_an_empty_form(
    pack: Any, ward: Ward, tmp_path: Path
) -> None:
    pack()
    text = file_of(tmp_path, ward).read_text(encoding="utf-8")
    assert "Written 07 Jan 2026 04:00. Stale from 07 Jan 2026 06:00 on:" in text
    assert "DOE, Jane" in text
    assert "Temperature (°C) 36.8" in text
    assert "07 Jan 03:00" in text
    assert "<td>05 Jan 21:00</td>" not in text  # older than 24 hours
    assert "norepinephrine 0.05 mcg/kg/min" in text  # it runs
    assert "<td>paracetamol" not in text
    for box in ("Temp °C", "BP mmHg", "HR", "RR", "SpO2 %", "Oxygen device", "Flow", "ICE naming"):
        assert box in text


def test_a_file_asks_for_nothing_else_and_runs_nothing(
    pack: Any, ward: Ward, tmp_path: Path
) -> None:
    pack()
    text = file_of(tmp_path, ward).read_text(encoding="utf-8")
    assert re.findall(r"<script|<link|<img|<form|\bsrc=|\bhref=|url\(|@import|https?:", text) == []
    assert "<style>" in text


def test_a_file_is_for_its_owner_alone_and_replaced_whole(
    pack: Any, ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack()
    file = file_of(tmp_path, ward)
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_text(encoding="utf-8")

    def disk_is_full(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(downtime.os, "fsync", disk_is_full)
    with pytest.raises(CommandError, match=r"7 East: No space left"):
        pack()
    assert file.read_text(encoding="utf-8") == before
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_files_of_wards_that_are_gone_are_removed_if_cartox_wrote_them(
    pack: Any, ward: Ward, tmp_path: Path
) -> None:
    gone, own = tmp_path / "ward-99-old.html", tmp_path / "ward-98-notes.html"
    gone.write_text(f"<!doctype html>\n{downtime.MADE_HERE}\n", encoding="utf-8")
    own.write_text("notes of the ward", encoding="utf-8")
    pack(ward="7 East")
    assert gone.exists()
    pack()
    assert not gone.exists()
    assert own.exists()


def test_a_ward_or_a_folder_that_does_not_exist_is_named(pack: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no ward 9 North\. There are: 7 East"):
        pack(ward="9 North")
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("downtime_pack", to=tmp_path / "absent")
