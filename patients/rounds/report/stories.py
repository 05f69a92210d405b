"""What moved the clocks of one course, from its record and its grades as they stand now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from grading.agents import DrugClass
from grading.engine.labs import labs_of
from grading.record import Findings, Record
from grading.rules.signs.runs import running_at
from grading.table.not_done import VitalsNotDone
from grading.vocabulary import NotDone
from patients.rounds.due.facts import has_whole_score, has_whole_vitals, reason_for_no_score
from patients.rounds.models import Omission
from patients.rounds.rules.clocks import Clock, CourseFacts, NotDoneReason, PauseFacts
from patients.rounds.rules.replay import ClockStory, PartDone, PartOmitted


@dataclass(frozen=True, slots=True)
class CourseRecord:
    """Everything about one course that was read for a report.

    facts   as they stand now; what changed on the way is put in by time
    grades  by toxicity, crs and icans: each grade by the time of its assessment
    signs   the open and closed episodes of ICANS: the first sign, and the end, None while open
    """

    facts: CourseFacts
    record: Record
    start: datetime
    grades: Mapping[str, Sequence[tuple[datetime, int]]]
    signs: Sequence[tuple[datetime, datetime | None]]
    omissions: Sequence[Omission]
    pauses: tuple[PauseFacts, ...]


def story_of(clock: Clock, course: CourseRecord, panel: tuple[str, ...]) -> ClockStory:
    """What moved one clock of the course."""
    done: Iterator[PartDone]
    not_done = list(_omitted(clock, course))
    if clock is Clock.VITALS:
        done = (PartDone(at) for at, findings in _entries(course) if has_whole_vitals(findings))
        not_done += _vitals_omitted(course)
    elif clock is Clock.NEURO:
        done = _scores(course)
    else:
        done = _panels(course, panel)
    return ClockStory(clock, states_of(course), tuple(done), tuple(not_done), course.pauses)


def states_of(course: CourseRecord) -> tuple[tuple[datetime, CourseFacts], ...]:
    """The facts that stood from each time on: grades, the first sign, and what ran."""
    changes: dict[datetime, dict[str, Any]] = {}
    for toxicity, grades in course.grades.items():
        for at, grade in grades:
            changes.setdefault(at, {})[toxicity] = grade
    for onset, resolved in course.signs:
        changes.setdefault(onset, {})["icans_since"] = onset
        if resolved is not None:
            changes.setdefault(resolved, {})["icans_since"] = None
    for at, since in _pressor_changes(course):
        changes.setdefault(at, {})["vasopressor_since"] = since
    nothing: dict[str, Any] = {
        "crs": None,
        "icans": None,
        "icans_since": None,
        "vasopressor_since": None,
    }
    standing = replace(course.facts, **nothing)
    states = [(min([course.facts.starts_at, *changes]), standing)]
    for at in sorted(changes):
        after = replace(standing, **changes[at])
        if after != standing:
            states.append((at, after))
        standing = after
    return tuple(states)


def _entries(course: CourseRecord) -> Iterator[tuple[datetime, Findings]]:
    for findings in course.record.findings:
        yield course.start + findings.elapsed, findings


def _scores(course: CourseRecord) -> Iterator[PartDone]:
    """Every whole score; one that was not done has its reason."""
    for at, findings in _entries(course):
        if has_whole_score(findings):
            has_points = findings.ice_total is not None or findings.capd_total is not None
            reason = None if has_points or findings.ice else reason_for_no_score(findings)
            yield PartDone(at, reason="" if reason is None else NotDone(reason).label)


def _panels(course: CourseRecord, panel: tuple[str, ...]) -> Iterator[PartDone]:
    """The times at which the oldest of the newest results of the panel became a newer one."""
    by_analyte = labs_of(course.record).by_analyte
    newest: dict[str, timedelta] = {}
    oldest: timedelta | None = None
    results = sorted((value.elapsed, name) for name in panel for value in by_analyte.get(name, ()))
    for elapsed, name in results:
        newest[name] = elapsed
        if len(newest) == len(panel) and (oldest is None or min(newest.values()) > oldest):
            oldest = min(newest.values())
            yield PartDone(course.start + elapsed, since=course.start + oldest)


def _omitted(clock: Clock, course: CourseRecord) -> Iterator[PartOmitted]:
    for row in course.omissions:
        if row.clock == clock:
            yield PartOmitted(row.at, NotDoneReason(row.reason).label)


def _vitals_omitted(course: CourseRecord) -> Iterator[PartOmitted]:
    for at, findings in _entries(course):
        if findings.vitals_not_done is not None and not has_whole_vitals(findings):
            yield PartOmitted(at, VitalsNotDone(findings.vitals_not_done).label)


def _pressor_changes(course: CourseRecord) -> Iterator[tuple[datetime, datetime | None]]:
    """Since when a vasopressor ran, at each time at which a run or a list may have changed it."""
    record = course.record
    runs = [dose for dose in record.doses if dose.drug_class == DrugClass.VASOPRESSOR]
    moments = {dose.elapsed for dose in runs}
    moments |= {dose.ended for dose in runs if dose.ended is not None}
    lists = [each for each in record.findings if each.vasopressors is not None]
    moments |= {each.elapsed for each in lists if each.vasopressors or runs}
    was_listed = False
    for each in lists:
        if was_listed:
            moments.add(each.elapsed)
        was_listed = bool(each.vasopressors)
    for moment in sorted(moments):
        running = [
            each.since if each.started is None else each.started
            for each in running_at(record, moment)
            if each.drug_class == DrugClass.VASOPRESSOR
        ]
        since = min(running, default=None)
        at = course.start.astimezone(UTC) + moment
        yield at, None if since is None else course.start.astimezone(UTC) + since
