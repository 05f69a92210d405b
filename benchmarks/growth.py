"""How a save and the pages of one course grow with its length: `python -m benchmarks.growth`.

Assessments are hourly, laboratory results come every 12 hours. Times are processor milliseconds
of this process, the least of a few calls: the machine may be busy with other work. A save is the
call of the door. `first` is the first chart after a save, which reads the course anew; `chart` is
one that was read before. Bytes are those of the answer; `gzip` those of the timeline as a browser
gets it.
"""

from __future__ import annotations

import argparse
import os
import random
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

if TYPE_CHECKING:
    from patients.models import Assessment, Course, User
    from patients.models.clinical_row import ClinicalRow

LENGTHS = (14, 56, 224, 896, 2160)
EVERY_HOURS = 12
CALLS = 3
HEAD = (
    "assessments   save ms queries  first ms chart ms  queries chart kB   "
    "timeline ms      kB gzip kB   preview ms   beside ms      kB"
)
LABS = (
    ("crp", "mg/L", (1, 300)),
    ("ferritin", "ng/mL", (300, 30_000)),
    ("platelets", "10*9/L", (10, 200)),
    ("anc", "10*9/L", (0, 3)),
    ("ldh", "U/L", (200, 900)),
    ("hemoglobin", "g/dL", (7, 12)),
)


def growth(lengths: tuple[int, ...] = LENGTHS) -> Iterator[str]:
    """A line of the table for each length, on the database in use."""
    yield HEAD
    for length in lengths:
        yield _line(length)


def _line(length: int) -> str:
    from benchmarks.databases import require_new
    from benchmarks.pages import browser_of
    from benchmarks.writers import INFUSED_AT, make_ward
    from patients import door
    from patients.models import Course

    require_new()
    infused_at = INFUSED_AT - timedelta(hours=length)
    [course], nurse = make_ward(1, infused_at)
    chance = random.Random(length)  # noqa: S311 - repeatable
    door.enter(course, _entries(course, length, chance), by=nurse)
    client, minutes = browser_of(nurse), count(1)

    def save() -> None:
        row = _assessment(chance)
        row.observed_at = infused_at + timedelta(hours=length, minutes=next(minutes))
        door.enter(Course.objects.get(pk=course.pk), [row], by=nurse)

    def get(name: str, encoding: str = "identity") -> Callable[[], bytes]:
        headers = {"Accept-Encoding": encoding}
        return lambda: _content(client, f"/courses/{course.uid}/{name}", headers)

    chart, timeline, beside = get(""), get("timeline.json"), get("compare/")
    packed, preview = get("timeline.json", "gzip"), _preview(client, course, nurse)
    saved, after = _least(save, then=chart)
    figures = (
        f"{length:>11} {saved:>9.1f} {_queries(save):>7} {after:>9.1f} {_least(chart)[0]:>8.1f}",
        f"{_queries(chart):>8} {_kb(chart):>8.1f} {_least(timeline)[0]:>13.1f}",
        f"{_kb(timeline):>7.1f} {_kb(packed):>7.1f}",
        f"{_least(preview)[0]:>12.1f} {_least(beside)[0]:>11.1f}",
        f"{_kb(beside):>7.1f}",
    )
    return " ".join(figures)


def _preview(client: Client, course: Course, nurse: User) -> Callable[[], None]:
    from benchmarks.pages import AS_A_BROWSER, FORM

    address = f"/courses/{course.uid}/assessments/preview/"
    typed = FORM | {"course_uid": str(course.uid), "typed_by": str(nurse.pk)}

    def ask() -> None:
        entry = urlencode(typed | {"uid": str(uuid.uuid4())})
        answer = client.post(address, entry, AS_A_BROWSER)
        if answer.status_code != 200:
            raise RuntimeError(f"preview: {answer.status_code}")

    return ask


def _entries(course: Course, length: int, chance: random.Random) -> list[ClinicalRow]:
    from patients.models import Dose, LabResult

    start = course.infused_at
    rows: list[ClinicalRow] = []
    for number in range(length):
        at = start + timedelta(hours=number)
        row = _assessment(chance)
        row.observed_at = at
        rows.append(row)
        if number % EVERY_HOURS == 0:
            rows += [
                LabResult(collected_at=at, analyte=name, unit=unit, value=chance.randint(*limits))
                for name, unit, limits in LABS
            ]
    given_at = start + timedelta(hours=length // 2)
    rows.append(Dose(given_at=given_at, agent="tocilizumab", amount=560, unit="mg", route="IV"))
    return rows


def _assessment(chance: random.Random) -> Assessment:
    """A complete assessment with values of its own."""
    from benchmarks.writers import assessment

    row = assessment(chance)
    row.temperature_c = Decimal(chance.randint(365, 390)) / 10
    row.systolic_mmhg, row.diastolic_mmhg = chance.randint(85, 140), chance.randint(45, 80)
    row.heart_rate, row.respiratory_rate = chance.randint(60, 130), chance.randint(12, 30)
    row.spo2_percent, row.ice_total = chance.randint(88, 100), chance.randint(5, 10)
    row.hypotension = chance.random() < 0.1
    row.oxygen_device = chance.choice(("room_air", "nasal_cannula"))
    return row


def _content(client: Client, address: str, headers: dict[str, str]) -> bytes:
    answer = client.get(address, headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return answer.content


def _kb(get: Callable[[], bytes]) -> float:
    return len(get()) / 1000


def _queries(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        call()
    return len(asked)


def _least(
    call: Callable[[], object], then: Callable[[], object] = lambda: None
) -> tuple[float, float]:
    """The least processor time in ms of a call, and of what follows each."""
    taken, followed = [], []
    for _ in range(CALLS):
        taken.append(_processor_ms(call))
        followed.append(_processor_ms(then))
    return min(taken), min(followed)


def _processor_ms(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return (time.process_time() - started) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assessments", type=int, nargs="+", default=list(LENGTHS))
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartox_site.settings")
    django.setup()
    from django.conf import settings

    settings.DEBUG = False  # Django would keep every query
    from benchmarks.databases import new_database, where_and_when

    with new_database():
        print(where_and_when())
        for line in growth(tuple(asked.assessments)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
