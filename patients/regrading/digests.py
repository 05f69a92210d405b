"""One digest of all grades of an assessment, by which a save sees which of them changed.

A digest covers what `stored_grades` compares: of every system the facts of its result, and whether
the assessment has its part. The time is that of the entry, which never changes. Digests that are
made otherwise need a migration that forgets the stored ones (`BoardRow.digested_version`).
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from grading.engine.result import Met, Result, to_json
from grading.record import Findings
from grading.rules.systems import SYSTEMS
from patients.models import Course, GradeDigest
from patients.models.guarded import unguarded
from patients.regrading.graded import Graded
from patients.regrading.stored_grades import fresh_course_grades, is_about

Digests = dict[int | None, str]
"""A digest by the primary key of the assessment; None for the course as a whole."""

BYTES = 16
"""The length of a digest: two of different grades never meet by chance."""

NO_GRADES = ""
"""The digest of an assessment that counts no longer."""

MOST_REMEMBERED = 50_000
"""The most results whose digests are remembered, so that memory stays bounded."""


def digests_of(graded: Graded) -> Digests:
    """The digests of the present grades of a course."""
    digests: Digests = {None: _digest(_course_facts(graded)).hex()}
    systems = sorted(graded.grades)
    begin = "\n".join(systems).encode()
    columns = [_digests_of_results(graded.grades[key].results) for key in systems]
    parts = _parts(systems, graded.record.findings)
    for key, *of_assessment in zip(graded.assessment_ids, parts, *columns, strict=True):
        joined = begin + b"".join(of_assessment)
        digests[key] = blake2b(joined, digest_size=BYTES).hexdigest()
    return digests


def _parts(systems: Sequence[str], assessments: Sequence[Findings]) -> Iterable[bytes]:
    """For each assessment, which systems find their part in it."""
    has_part = [SYSTEMS[key].has_part for key in systems]
    answers = {each: bytes(map(each, assessments)) for each in has_part}
    return map(bytes, zip(*(answers[each] for each in has_part), strict=True))


def _digests_of_results(results: Sequence[Result]) -> Iterable[bytes]:
    """The digest of each of these results; many are one object, or share their reasons."""
    reasons = {id(result.because): result.because for result in results}
    of_reasons = {key: _digest_of_reasons(because) for key, because in reasons.items()}
    different = {id(result): result for result in results}
    digests = {
        key: _digest_of_result(result, of_reasons[id(result.because)])
        for key, result in different.items()
    }
    return map(digests.__getitem__, map(id, results))


def _digest_of_reasons(because: Sequence[Met]) -> bytes:
    return _looked_up(tuple([(met.code, met.grade, *met.saw.items()) for met in because]))


def _digest_of_result(result: Result, of_reasons: bytes) -> bytes:
    facts = (
        of_reasons,
        result.grade,
        result.at_least,
        result.review,
        result.would_be,
        result.low,
        result.high,
        result.missing,
        result.cautions,
        result.if_all_counted,
        tuple(result.values.items()) if result.values else (),
        tuple(tuple(sign.facts().items()) for sign in result.put_aside) if result.put_aside else (),
    )
    return _looked_up(facts)


def _looked_up(facts: Hashable) -> bytes:
    """The digest of these facts, remembered."""
    try:
        return _remembered_digest(facts)
    except TypeError:  # a value is a list, which cannot be looked up
        return _digest(facts)


def _digest(facts: Any) -> bytes:
    text = json.dumps(to_json(facts), default=bytes.hex)
    return blake2b(text.encode(), digest_size=BYTES).digest()


_remembered_digest = lru_cache(maxsize=MOST_REMEMBERED)(_digest)


def _course_facts(graded: Graded) -> list[Any]:
    """What is stored of the course as a whole, system by system."""
    return [
        [system, grade.applies_at.astimezone(UTC).isoformat(), *grade[1:]]
        for (system, _), grade in sorted(fresh_course_grades(graded).items())
    ]


def stored_digests(courses: Sequence[Course]) -> dict[int, Digests]:
    """The digests of each of these courses as they are stored, by its primary key."""
    by_course: dict[int, Digests] = {course.pk: {} for course in courses}
    rows = GradeDigest.objects.filter(course__in=list(by_course))
    for course, assessment, digest in rows.values_list("course_id", "assessment_id", "digest"):
        by_course[course][assessment] = digest
    return by_course


def changed_digests(fresh: Digests, stored: Digests) -> set[int | None]:
    """The assessments whose digest is another one or missing, None among them for the course."""
    return {key for key, _ in fresh.items() - stored.items()} | {
        key for key in stored.keys() - fresh.keys() if stored[key] != NO_GRADES
    }


def write_digests(course: Course, fresh: Digests, stored: Digests) -> None:
    """Store the digests that differ; that of an assessment which counts no longer is empty."""
    changed, rows = changed_digests(fresh, stored), unguarded(GradeDigest)
    if new := changed - stored.keys():
        added = (GradeDigest(course=course, assessment_id=key, digest=fresh[key]) for key in new)
        rows.bulk_create(added, batch_size=500)
    if changed := changed & stored.keys():
        other = list(rows.filter(is_about(course, changed)))
        for row in other:
            row.digest = fresh.get(row.assessment_id, NO_GRADES)
        rows.bulk_update(other, ["digest"], batch_size=500)
