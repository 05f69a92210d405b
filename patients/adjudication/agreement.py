"""How far physicians and the rules agree: final grades and attributions, by ward.

A final grade agrees where it is the computed peak of the course. A decision on a sign agrees where
the entries it is about say the same: another cause, or none. What nobody decided is not counted.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from grading.documents.course_csv import harmless
from grading.vocabulary import AttributedCause, Attribution, Decision, GradedToxicity
from patients.adjudication.final_grades import KEY_OF, GradeOfCourse
from patients.models import Adjudication, Assessment, Course, GradeRecord, User, Ward
from patients.permissions import courses_visible_to
from patients.words.put_aside import sign_in_words, spoken_cause

PUT_DOWN = "put down to another cause"
COUNTED = "not put down to another cause"
"""What the entries say of a sign that a physician decides about."""


@dataclass(frozen=True, slots=True)
class FinalBesideComputed:
    """The final grade of one toxicity of one course, beside the computed one."""

    row: Adjudication
    toxicity: GradedToxicity
    final: GradeOfCourse
    computed: GradeOfCourse

    @property
    def course(self) -> Course:
        return self.row.course

    @property
    def final_in_words(self) -> str:
        return self.final.in_words(self.course.zone)

    @property
    def computed_in_words(self) -> str:
        return self.computed.in_words(self.course.zone)

    @property
    def agrees(self) -> bool:
        """Whether the final grade is the computed peak."""
        return self.final.grade == self.computed.grade


@dataclass(frozen=True, slots=True)
class SignDecided:
    """The last decision about one sign of one course: another cause confirmed, or refused.

    `was_put_down`: an entry that it is about had put the sign down to another cause.
    """

    row: Adjudication
    was_put_down: bool

    @property
    def course(self) -> Course:
        return self.row.course

    @property
    def sign(self) -> str:
        return sign_in_words(self.row.sign or "")

    @property
    def in_words(self) -> str:
        """The decision in words: sepsis, confirmed; counts: another cause refused."""
        if self.row.decision == Decision.REFUSED:
            return "counts: another cause refused" if self.was_put_down else "counts"
        cause = spoken_cause(self.row.cause or AttributedCause.OTHER)
        return f"{cause}, confirmed" if self.was_put_down else cause

    @property
    def entered_in_words(self) -> str:
        return PUT_DOWN if self.was_put_down else COUNTED

    @property
    def agrees(self) -> bool:
        """Whether the entries say of the sign what the physician decided."""
        return (self.row.decision == Decision.CONFIRMED) == self.was_put_down


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some decisions agree: 7 of 9, 78 %."""

    name: str
    agreeing: int
    decided: int

    @property
    def in_words(self) -> str:
        """The share as text; without any decision it says so."""
        if not self.decided:
            return "none decided yet"
        percent = round(100 * self.agreeing / self.decided)
        return f"{self.agreeing} of {self.decided}, {percent} %"


@dataclass(frozen=True, slots=True)
class WardAgreement:
    """One ward: its decisions, newest first, and the shares of agreement."""

    name: str
    finals: tuple[FinalBesideComputed, ...]
    signs: tuple[SignDecided, ...]

    @property
    def shares(self) -> tuple[Share, ...]:
        """The share of each toxicity, and that of the attributions."""
        of_grades = [
            _share(
                f"{toxicity.in_sentence}: final grade = computed peak",
                [line for line in self.finals if line.toxicity is toxicity],
            )
            for toxicity in KEY_OF
        ]
        return (*of_grades, _share("Cause of a sign: as it was entered", self.signs))


def _share(name: str, lines: Sequence[FinalBesideComputed | SignDecided]) -> Share:
    return Share(name, sum(line.agrees for line in lines), len(lines))


def agreement_of(user: User) -> list[WardAgreement]:
    """The wards of a user by name, each with the decisions on its courses, in four queries."""
    rows = list(
        Adjudication.objects.live()
        .filter(course__in=courses_visible_to(user))
        .select_related("recorded_by", "course__patient", "course__ward")
        .order_by("-recorded_at")
    )
    latest = _latest(rows)
    summaries = _summaries({row.course_id for row in latest if row.toxicity is not None})
    attributed = _attributed({row.course_id for row in latest if row.sign is not None})
    finals: dict[int, list[FinalBesideComputed]] = {}
    signs: dict[int, list[SignDecided]] = {}
    for row in latest:
        if row.toxicity is not None:
            finals.setdefault(row.course.ward_id, []).append(_beside_computed(row, summaries))
        elif row.decision != Decision.WITHDRAWN:
            signs.setdefault(row.course.ward_id, []).append(_sign_decided(row, attributed))
    return [
        WardAgreement(ward.name, tuple(finals.get(ward.pk, ())), tuple(signs.get(ward.pk, ())))
        for ward in Ward.objects.filter(memberships__user=user.pk)
    ]


def _latest(rows: Iterable[Adjudication]) -> list[Adjudication]:
    """Of rows with the newest first the newest about each sign or toxicity of each course."""
    newest: dict[tuple[int, str | None, str | None], Adjudication] = {}
    for row in rows:
        newest.setdefault((row.course_id, row.sign, row.toxicity), row)
    return list(newest.values())


def _summaries(course_ids: Iterable[int]) -> dict[tuple[int, str], GradeRecord]:
    """The computed summaries of these courses, by course and system."""
    records = GradeRecord.objects.of_course().filter(
        course__in=list(course_ids), system__in=list(KEY_OF.values())
    )
    return {(record.course_id, record.system): record for record in records}


def _attributed(course_ids: Iterable[int]) -> dict[int, list[Assessment]]:
    """The assessments of these courses that attribute a sign, by course."""
    rows: dict[int, list[Assessment]] = {}
    of_courses = Assessment.objects.live().filter(course__in=list(course_ids))
    for row in of_courses.exclude(attribution={}):
        rows.setdefault(row.course_id, []).append(row)
    return rows


def _sign_decided(row: Adjudication, attributed: Mapping[int, list[Assessment]]) -> SignDecided:
    """The decision, with what the entries said that it was about, as they stood then."""
    begins = row.holds_from or row.decided_at
    was_put_down = any(
        entry.attribution.get(row.sign) == Attribution.OTHER
        for entry in attributed.get(row.course_id, ())
        if begins <= entry.observed_at <= row.decided_at and entry.recorded_at <= row.recorded_at
    )
    return SignDecided(row, was_put_down)


def _beside_computed(
    row: Adjudication, summaries: Mapping[tuple[int, str], GradeRecord]
) -> FinalBesideComputed:
    toxicity = GradedToxicity(row.toxicity or "")
    return FinalBesideComputed(
        row,
        toxicity,
        GradeOfCourse.decided(row),
        GradeOfCourse.computed(summaries.get((row.course_id, KEY_OF[toxicity]))),
    )


HEADER = (
    "ward",
    "course",
    "about",
    "decided_at",
    "decided_by",
    "physician",
    "computed",
    "agrees",
    "onset_physician",
    "onset_computed",
    "resolved_physician",
    "resolved_computed",
    "reason",
)
"""The columns of the table that is downloaded. It names no patient: `course` is the identifier in
the address of the chart."""


def agreement_table(wards: Iterable[WardAgreement]) -> str:
    """Every decision beside what was computed, as CSV, by ward and newest first."""
    out = StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(HEADER)
    for ward in wards:
        lines: list[FinalBesideComputed | SignDecided] = [*ward.finals, *ward.signs]
        for line in lines:
            table.writerow(map(harmless, _cells(ward.name, line)))
    return out.getvalue()


def _cells(ward: str, line: FinalBesideComputed | SignDecided) -> list[Any]:
    row = line.row
    shared = [ward, str(row.course.uid)]
    signed = [row.decided_at.isoformat(), str(row.recorded_by)]
    agrees = "yes" if line.agrees else "no"
    if isinstance(line, SignDecided):
        nothing = [None] * 4
        return [
            *shared,
            line.sign,
            *signed,
            line.in_words,
            line.entered_in_words,
            agrees,
            *nothing,
            row.reason,
        ]
    about = f"final grade {line.toxicity.in_sentence}"
    times = (
        line.final.onset_at,
        line.computed.onset_at,
        line.final.resolved_at,
        line.computed.resolved_at,
    )
    both = [line.final.grade, line.computed.grade]
    written = [None if at is None else at.isoformat() for at in times]
    return [*shared, about, *signed, *both, agrees, *written, row.reason]
