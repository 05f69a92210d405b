"""The pack for a downtime: one file for each ward that is read without Cartox.

It holds the handover, the last 24 hours of entries and doses of every patient, and an empty form
for what is measured meanwhile. A file takes its name only when it is whole, so that whoever opens
it never reads half of one.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string

from grading.vocabulary import ICE_ITEMS
from patients.models import ClinicalRow, Dose, User, Ward
from patients.reading.course_file import CourseFile
from patients.rounds.handover.writing_down import content_and_files
from patients.words import wording
from patients.words.entry_words import headline, lines

LOOKS_BACK = timedelta(hours=24)
STALE_AFTER = timedelta(hours=2)
"""The timer writes every hour: after two of them it has failed."""
MADE_HERE = "<!-- Written by Cartox downtime_pack -->"
"""The first line of every file, by which those of wards that are gone are recognized."""
OF_A_WARD = re.compile(r"ward-\d+-[a-z0-9-]*\.html")
NOT_IN_THE_LIST = frozenset({"Observed", "Given", "Happened"})


@dataclass(frozen=True, slots=True)
class PackEntry:
    """One entry of the last 24 hours: its time, what was entered, and by whom."""

    at: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class PackPatient:
    """What stands behind the handover of one patient."""

    name: str
    bed: str
    who: str
    entries: tuple[PackEntry, ...]
    doses: tuple[PackEntry, ...]


def write_pack(folder: Path, ward: Ward, now: datetime) -> Path:
    """Write the file of a ward in place of the one before."""
    return _write(folder / name_of_file(ward), text_of_pack(ward, now))


def remove_others(folder: Path, wards: Iterable[Ward]) -> list[Path]:
    """Remove the files of wards that are gone or have another name now, if Cartox wrote them."""
    current = {name_of_file(ward) for ward in wards}
    removed = []
    for file in sorted(folder.iterdir()):
        if file.name in current or not OF_A_WARD.fullmatch(file.name) or not _is_ours(file):
            continue
        file.unlink()
        removed.append(file)
    return removed


def name_of_file(ward: Ward) -> str:
    """ward-3-7-east.html; the key of the ward keeps apart two that read alike."""
    plain = re.sub(r"[^a-z0-9]+", "-", ward.name.lower()).strip("-")
    return f"ward-{ward.pk}-{plain}.html"


def _is_ours(file: Path) -> bool:
    if file.is_symlink() or not file.is_file():
        return False
    with file.open(encoding="utf-8", errors="replace") as opened:
        return opened.read(200).find(MADE_HERE) >= 0


def text_of_pack(ward: Ward, now: datetime) -> str:
    """The whole file: its styles stand in it, and it asks for no other file."""
    zone = ZoneInfo(ward.time_zone)
    content, files = content_and_files(ward, now)
    by_course = {str(file.course.uid): file for file in files}
    body = render_to_string(
        "rounds/downtime.html",
        {
            "content": content,
            "written": wording.long_date_and_time(now, zone),
            "stale": wording.long_date_and_time(now + STALE_AFTER, zone),
            "patients": [
                PackPatient(
                    name=patient.name,
                    bed=patient.bed,
                    who=f"{patient.who} · born {patient.born}",
                    entries=tuple(_entries(by_course[patient.uid], now)),
                    doses=tuple(_doses(by_course[patient.uid], now)),
                )
                for patient in content.patients
            ],
            "ice_items": [f"{item.replace('_', ' ')} 0–{most}" for item, most in ICE_ITEMS.items()],
            "rows": range(6),
        },
    )
    style = (settings.BASE_DIR / "static" / "css" / "downtime.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n{MADE_HERE}\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>\n{style}</style>\n{body}\n</html>\n"
    )


def _entries(file: CourseFile, now: datetime) -> Iterator[PackEntry]:
    """Assessments, results, events and decisions of the last 24 hours that count, newest first."""
    rows = [row for row in file.rows() if not isinstance(row, Dose)]
    return _in_words(rows, file, now)


def _doses(file: CourseFile, now: datetime) -> Iterator[PackEntry]:
    """Doses of the last 24 hours, and every run that has not ended."""
    return _in_words(file.doses, file, now)


def _in_words(rows: Iterable[ClinicalRow], file: CourseFile, now: datetime) -> Iterator[PackEntry]:
    zone = file.course.zone
    running = {dose.uid for dose in file.record.doses if dose.is_run() and dose.ended is None}
    recent = [
        row
        for row in sorted(rows, key=lambda row: (row.at, row.entry_kind.key), reverse=True)
        if row.is_live() and (row.at > now - LOOKS_BACK or str(row.uid) in running)
    ]
    for (at, _, by), several in groupby(recent, key=_one_line):
        time = wording.short_date_and_time(at, zone)
        yield PackEntry(time, "; ".join(map(_text, several)), str(by))


def _one_line(row: ClinicalRow) -> tuple[datetime, str, User]:
    """What stands in one line: the results of one time that one person entered."""
    return row.at, row.entry_kind.key, row.recorded_by


def _text(row: ClinicalRow) -> str:
    """An assessment by its values; anything else by its headline, without the time beside it."""
    if hasattr(row, "observed_at"):
        values = lines(row).items()
        return "; ".join(f"{name} {text}" for name, text in values if name not in NOT_IN_THE_LIST)
    text, _, _ = headline(row).rpartition(", ")
    ended_at = getattr(row, "ended_at", None)
    ended = "" if ended_at is None else wording.short_date_and_time(ended_at, row.course.zone)
    return ", ".join(filter(None, (text, ended and f"ended {ended}", row.note)))


def _write(file: Path, text: str) -> Path:
    """Write beside the name, bring it to the disk, and only then give it the name."""
    descriptor, part = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        Path(part).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(part).unlink()
        raise
    return file
