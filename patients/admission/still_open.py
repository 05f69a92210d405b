"""What is open before a course is closed. `CARTOX_OPEN_BEFORE_CLOSING` lists who names it.

Each is a function that takes the bedside of the course and gives what is open, with the page on
which it is settled. Nothing of it keeps a physician from closing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from grading.rules.systems import COURSE_SYSTEMS, PRIMARY
from patients.models import BoardRow, GradeRecord
from patients.reading.bedside import Bedside
from patients.reading.runs_now import runs_now
from patients.words.grades import grade_in_words
from patients.words.now.death import died
from patients.words.now.episode import age_of_grade

NAMED_SYSTEMS = ("iec_hs", "icaht_early", "icaht_late")
"""The systems of the whole course that are named beside CRS and ICANS, where above 0."""


@dataclass(frozen=True, slots=True)
class StillOpen:
    """One thing that is open.

    kind     the heading below which it stands
    text     what is open
    address  the page on which it is settled, `link` the words that lead there
    key      what makes it another one: where it changes while the page is open, the page shows
             itself again; empty where the clock alone changes it
    """

    kind: str
    text: str
    address: str
    link: str
    key: str = ""


def still_open(bedside: Bedside) -> list[StillOpen]:
    """All that is open now, in the order of the list of this site."""
    return [
        each
        for path in settings.CARTOX_OPEN_BEFORE_CLOSING
        for each in import_string(path)(bedside)
    ]


def key_of_open(items: list[StillOpen]) -> str:
    """What stood open when a page was shown; another one once something of it has changed."""
    keys = sorted(f"{each.kind} {each.key}" for each in items if each.key)
    return hashlib.sha256("|".join(keys).encode()).hexdigest()[:24]


def grades_now(bedside: Bedside) -> Iterator[StillOpen]:
    """The grades of CRS and ICANS, assessed or not, and the others that are above 0."""
    course = bedside.course
    row = BoardRow.objects.filter(course=course).first()
    chart, assess = (reverse(name, args=[course.uid]) for name in ("chart", "assessment_new"))
    for key, system in PRIMARY.items():
        standing = None if row is None else row.standings[key]
        result = None if standing is None else standing.stands or standing.current
        if standing is not None and standing.death is not None:
            yield StillOpen(
                "Grades",
                f"{system.name}: {died(standing.death, course.zone)}",
                chart,
                "chart",
                f"{key} died",
            )
        elif result is None or standing is None:
            yield StillOpen("Grades", f"{system.name}: not assessed", assess, "assess", f"{key} -")
        else:
            grade, age = grade_in_words(result), age_of_grade(standing, bedside.now)
            text = f"{system.name} grade {grade}" + (f", {age}" if age else "")
            yield StillOpen("Grades", text, assess, "assess", f"{key} {grade} {standing.sort}")
    records = GradeRecord.objects.of_course().filter(course=course, system__in=NAMED_SYSTEMS)
    for record in records.order_by("system"):
        if record.shown:
            text = f"{COURSE_SYSTEMS[record.system].name} grade {grade_in_words(record)}"
            yield StillOpen(
                "Grades",
                text,
                reverse("panels", args=[course.uid]),
                "counts and panels",
                f"{record.system} {record.shown}",
            )


def what_runs(bedside: Bedside) -> Iterator[StillOpen]:
    """Every drug that runs, as the chart tells it."""
    course = bedside.course
    for run in runs_now(bedside.record, course, bedside.now):
        text = " ".join(filter(None, (run.drug, run.rate, f"since {run.started or run.since}")))
        if run.uid:
            address, link = reverse("dose_stop", args=[course.uid, run.uid]), "stop"
        else:
            text += ", by the list of the last assessment"
            address, link = reverse("assessment_new", args=[course.uid]), "assess"
        yield StillOpen("Running", text, address, link, f"{run.agent} {run.rate} {run.since}")
