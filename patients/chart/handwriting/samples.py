"""The sentences of a course, each with its time, its ICE and who entered it: the baseline first.

The baseline is the first from before the infusion; else the earliest, which says so.
Only what is shown is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from grading.rules.neurotoxicity.ice import recorded_total
from patients.chart.entries import out_of_count
from patients.chart.sections import ChartSection
from patients.models import Assessment, Handwriting
from patients.models.ice.strokes import HEIGHT, WIDTH, path_of
from patients.reading.course_file import CourseFile
from patients.regrading.record import entry_of
from patients.words import entry_words, wording

ON_CHART = 6
"""The newest sentences on the chart, beside the baseline."""
SMALLER = 4
"""The strip's box is so many times smaller than that of the strokes."""
POINTS_ON_CHART = 400
BEFORE = "baseline, before the infusion"
EARLIEST = "earliest; none from before the infusion"


@dataclass(frozen=True, slots=True)
class Sample:
    """One sentence as a picture; `about` says what no picture does, `out` why it counts no more."""

    about: str
    at: str
    day: str
    ice: str
    by: str
    mark: str
    out: str
    path: str
    box: str
    address: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The sentences on the chart, and how many there are in all."""

    samples: list[Sample]
    total: int


def written_rows(file: CourseFile) -> list[Assessment]:
    """The assessments with a sentence, newest first, those that count no more included."""
    return [row for row in file.assessments if row.handwriting_id is not None]


def baseline_of(rows: Sequence[Assessment], file: CourseFile) -> tuple[Assessment | None, str]:
    """The sentence to compare with, and what it is; `rows` are newest first."""
    if not rows:
        return None, ""
    before = [row for row in rows if row.at < file.course.infused_at]
    return (before[-1], BEFORE) if before else (rows[-1], EARLIEST)


def strip_of(file: CourseFile) -> Strip | None:
    """The baseline and the newest sentences that count; one query, none where nobody wrote."""
    rows = [row for row in written_rows(file) if row.is_live()]
    if not rows:
        return None
    baseline, _ = baseline_of(rows, file)
    newest = [row for row in rows if row is not baseline][:ON_CHART]
    shown = [row for row in (baseline, *newest) if row is not None]
    return Strip(samples_of(file, shown, scale=SMALLER, most=POINTS_ON_CHART), len(rows))


def samples_of(
    file: CourseFile, rows: Sequence[Assessment], *, scale: int = 1, most: int | None = None
) -> list[Sample]:
    """These rows with their pictures, read in one query."""
    uids = [row.handwriting_id for row in rows if row.handwriting_id is not None]
    strokes: dict[UUID, Handwriting] = Handwriting.objects.in_bulk(uids)
    baseline, mark = baseline_of([row for row in written_rows(file) if row.is_live()], file)
    limit = {} if most is None else {"most_points": most}
    return [
        _sample(
            file,
            row,
            path_of(strokes[row.handwriting_id].strokes, scale=scale, **limit),
            f"0 0 {WIDTH // scale} {HEIGHT // scale}",
            mark if row is baseline else "",
        )
        for row in rows
        if row.handwriting_id in strokes
    ]


def _sample(file: CourseFile, row: Assessment, path: str, box: str, mark: str) -> Sample:
    course = file.course
    at, ice = wording.short_date_and_time(row.at, course.zone), ice_in_words(file, row)
    out = out_of_count(row, course.zone)
    remarks = ", ".join(filter(None, (ice, mark, out)))
    return Sample(
        about=f"Handwriting {at}, {remarks}",
        at=at,
        day=wording.day(course.day(row.at)),
        ice=ice,
        by=str(row.recorded_by),
        mark=mark,
        out=out,
        path=path,
        box=box,
        address=reverse("entry_show", args=[course.uid, row.entry_kind.section, row.uid]),
    )


def ice_in_words(file: CourseFile, row: Assessment) -> str:
    """The score beside the sentence, or why there is none."""
    if row.ice_not_done is not None:
        return f"ICE not done: {entry_words.entered_in_words('ice_not_done', row.ice_not_done)}"
    if row.ice is None and row.ice_total is None:
        return "ICE not done"
    total = recorded_total(entry_of(row, file.course.infused_at))
    return "ICE done in part" if total is None else f"ICE {total}"


HANDWRITING = ChartSection(
    key="handwriting",
    place="main",
    template="chart/handwriting/_chart_handwriting.html",
    context=lambda page: {"handwriting": SimpleLazyObject(lambda: strip_of(page.file))},
    is_list=True,
)
