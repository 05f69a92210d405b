"""A toxicity at a moment: the grade to act on, its age, its episode with every grade that stood.

Takes   one system, the record and its results up to the moment, the stored onset and resolution.
Gives   a `GradeNow`. Only results are looked at, since a chart has no more stored.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from operator import attrgetter

from grading.engine.checklists import hour
from grading.engine.course.episodes import EpisodeTracker
from grading.engine.course.standing import grade_that_stands, grade_to_follow
from grading.engine.result import Result, SystemGrades
from grading.engine.sentences import trimmed, ward_word
from grading.engine.system import System
from grading.guidelines.acting_grade import EndOfCourse, end_of_course
from grading.guidelines.situation.situation import Fact, GradeAt, GradeNow
from grading.local_rules import LocalRules
from grading.record import DAY, HOUR, Record
from grading.rules.reasons import sentence
from grading.vocabulary import AttributedCause

_BY_TIME = attrgetter("elapsed")


def grade_now(
    system: System, record: Record, grades: SystemGrades, local: LocalRules, now: timedelta
) -> GradeNow:
    """The grade of a toxicity at the end of this record, with its age where that is over a day."""
    end = end_of_course(system, record, grades)
    grade = grade_to_follow(end.stands, end.newest)
    place = _place_of(grade, end)
    if grade is None or place is None:
        return GradeNow()
    result, findings = grades.results[place], record.findings[place]
    onset, resolved = _episode(system, record, grades, local, result)
    if grade and resolved is not None:
        onset = None  # in review after the last episode: what stands belongs to none
    first = _first_of(record, grades, onset, place, is_over=resolved is not None)
    until = None if onset is None else resolved
    history = () if first is None else _history(record, grades, first, until)
    is_counted_whole = result.shown != grade
    return GradeNow(
        grade=grade,
        at=findings.elapsed,
        uid=findings.uid,
        since=_since(record, grades, place),
        onset=onset,
        onset_day=None if onset is None else record.day(onset, since=record.latest_infusion(now)),
        resolved=resolved,
        history=history,
        at_least=result.at_least and not is_counted_whole,
        is_review=result.review,
        is_reassessed=end.is_reassessed,
        reasons=_reasons(result, findings.elapsed, findings.uid),
        put_aside=_put_aside(result),
        remark=_remark(end, now - findings.elapsed, is_counted_whole=is_counted_whole),
    )


def _place_of(grade: int | None, end: EndOfCourse) -> int | None:
    """The place of the result that gives the grade: the one that stands, else the newest."""
    stands = end.stands
    if stands is not None and grade in (stands.shown, stands.unconfirmed):
        return end.place
    return end.newest_place


def _episode(
    system: System, record: Record, grades: SystemGrades, local: LocalRules, result: Result
) -> tuple[timedelta | None, timedelta | None]:
    """Onset and end of the latest episode; worked out where the summary has none."""
    summary = grades.course
    if summary.onset is not None or not result.is_positive():
        return summary.onset, summary.resolved
    tracker = EpisodeTracker(local)
    for findings, each in zip(record.findings, grades.results, strict=True):
        if system.has_part(findings):
            tracker.arrive(findings.elapsed)
            tracker.observe(findings.elapsed, each)
    latest = tracker.episodes[-1]
    return latest.onset, latest.resolved


def _since(record: Record, grades: SystemGrades, place: int) -> timedelta:
    """Since when the result at this place stands without a break.

    A lower bound below it replaced nothing, and an entry without a grade neither.
    """
    stands = grades.results[place]
    since = record.findings[place].elapsed
    for earlier in range(place - 1, -1, -1):
        result = grades.results[earlier]
        if result is stands:  # equal results are often one
            since = record.findings[earlier].elapsed
            continue
        number = result.to_sort_by
        if number is None or (result.at_least and number < (stands.to_sort_by or 0)):
            continue
        if number != stands.to_sort_by or result.review != stands.review:
            break
        since = record.findings[earlier].elapsed
    return since


def _first_of(
    record: Record,
    grades: SystemGrades,
    onset: timedelta | None,
    place: int,
    *,
    is_over: bool,
) -> int | None:
    """The place of the first result of the episode, or of the one that stands since before it.

    Signs in review need not belong to an episode.
    """
    if onset is not None:
        began = bisect_left(record.findings, onset, key=_BY_TIME)
        return began if is_over else min(began, place)
    first = None
    for earlier in range(place, -1, -1):
        result = grades.results[earlier]
        if result.is_clear() and result.to_sort_by == 0:
            break
        first = earlier if result.to_sort_by else first
    return first


def _history(
    record: Record, grades: SystemGrades, first: int, resolved: timedelta | None
) -> tuple[GradeAt, ...]:
    """Every grade that stood from this place on, up to the end of the episode."""
    places = [
        place
        for place in range(first, len(record.findings))
        if (resolved is None or record.findings[place].elapsed <= resolved)
        and grades.results[place].to_sort_by is not None
    ]
    standing = grade_that_stands([grades.results[place] for place in places])
    return tuple(
        GradeAt(
            record.findings[places[each]].elapsed,
            standing.results[each].to_sort_by or 0,
            record.findings[places[each]].uid,
            standing.results[each].at_least,
        )
        for each in standing.stood
    )


def _reasons(result: Result, at: timedelta, uid: str) -> tuple[Fact, ...]:
    """The criteria met."""
    return tuple(Fact(sentence(reason), at, uid) for reason in result.because if reason.grade)


def _put_aside(result: Result) -> tuple[Fact, ...]:
    """The signs put down to another cause that nobody has confirmed yet: to sepsis, a drug."""
    return tuple(
        Fact(
            f"{ward_word(sign.sign)} put down to {_cause(sign.cause)}, not confirmed",
            sign.elapsed,
            sign.uid,
        )
        for sign in result.put_aside
        if not sign.confirmed
    )


def _cause(cause: str | None) -> str:
    is_named = cause not in (None, AttributedCause.OTHER)
    return ward_word(cause) if cause and is_named else "another cause"


def _remark(end: EndOfCourse, age: timedelta, *, is_counted_whole: bool) -> str:
    parts = [f"{age // HOUR} h old"] if age > DAY else []
    if not end.is_reassessed and end.stands is not None:
        later = trimmed(hour(end.newest_at - end.at))
        parts.append(f"an entry {later} h later did not replace it")
    if is_counted_whole:
        parts.append("with every sign counted, not confirmed by a physician")
    return "; ".join(parts)
