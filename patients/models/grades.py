"""The grades that follow from the observations, their digests, and the board row of each course.

All are written by `patients.regrading` alone. A grade is never changed: it is superseded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from grading.engine.result import Result
from grading.rules.systems import PRIMARY
from patients.models.assessments import Assessment
from patients.models.guarded import GuardedQuerySet, GuardedWrite
from patients.models.people import Course
from patients.models.standing import SystemStanding


class GradeQuerySet(GuardedQuerySet["GradeRecord"]):
    def live(self) -> Self:
        """The grades that are not superseded."""
        return self.filter(superseded_at__isnull=True)

    def of_course(self) -> Self:
        """The live summaries of whole courses, one for each course and system."""
        return self.live().filter(assessment__isnull=True)


class GradeRecord(models.Model):
    """The result of one system for one assessment, or for the course where `assessment` is null.

    A course summary has the peak as its grade and, in `values`, `onset_at`, `resolved_at`,
    `episodes` and `daily`.
    """

    FACTS = (
        "grade",
        "at_least",
        "review",
        "would_be",
        "low",
        "high",
        "because",
        "missing",
        "cautions",
        "values",
        "if_all_counted",
        "put_aside",
    )

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="grades")
    system = models.CharField(max_length=40)
    applies_at = models.DateTimeField()
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, related_name="grades"
    )
    has_part = models.BooleanField(default=True)
    grade = models.PositiveSmallIntegerField(null=True)
    at_least = models.BooleanField(default=False)
    review = models.BooleanField(default=False)
    would_be = models.PositiveSmallIntegerField(null=True)
    low = models.PositiveSmallIntegerField(null=True)
    high = models.PositiveSmallIntegerField(null=True)
    because = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    cautions = models.JSONField(default=list)
    values = models.JSONField(default=dict)
    if_all_counted = models.PositiveSmallIntegerField(null=True)
    put_aside = models.JSONField(default=list)
    rules_version = models.CharField(max_length=64)
    computed_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects = GradeQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [
            models.Index(
                fields=["course", "system", "applies_at"],
                condition=Q(superseded_at__isnull=True),
                name="live_grades_by_course",
            ),
            models.Index(
                fields=["course", "assessment"],
                condition=Q(superseded_at__isnull=True),
                name="live_grades_by_assessment",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "system", "assessment"],
                condition=Q(superseded_at__isnull=True, assessment__isnull=False),
                name="grade_live_once_per_assessment",
            ),
            models.UniqueConstraint(
                fields=["course", "system", "applies_at"],
                condition=Q(superseded_at__isnull=True, assessment__isnull=True),
                name="grade_live_once_per_course",
            ),
            models.CheckConstraint(
                condition=Q(grade__isnull=True) | Q(grade__lte=5), name="grade_at_most_five"
            ),
            models.CheckConstraint(
                condition=Q(if_all_counted__isnull=True) | Q(if_all_counted__lte=5),
                name="grade_if_all_counted_at_most_five",
            ),
            models.CheckConstraint(
                condition=Q(review=False) | Q(would_be__isnull=False),
                name="grade_review_has_would_be",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("computed_at")),
                name="grade_superseded_after_computed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.grade} at {self.applies_at:%Y-%m-%d %H:%M}"

    def facts(self) -> dict[str, Any]:
        """The stored form of the result, as `Result.facts` gives it."""
        facts = {name: getattr(self, name) for name in self.FACTS}
        if facts["if_all_counted"] is None:
            del facts["if_all_counted"]
        if not facts["put_aside"]:
            del facts["put_aside"]
        return facts

    @property
    def result(self) -> Result:
        """The result as the rules gave it."""
        return Result.from_facts(self.facts())

    @property
    def shown(self) -> int | None:
        """The number to sort and to alert by: the grade, or in review the would-be grade."""
        return self.would_be if self.review else self.grade

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("Grades are written by regrade alone.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("Grades are superseded, never deleted.")


class GradeDigest(models.Model):
    """A digest of all live grades of one assessment, or of the course where `assessment` is null.

    Written by regrade alone, beside the grades. Empty once the assessment no longer counts.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="grade_digests")
    assessment = models.OneToOneField(
        Assessment, on_delete=models.PROTECT, null=True, related_name="grade_digest"
    )
    digest = models.CharField(max_length=32, blank=True)

    objects = GuardedQuerySet["GradeDigest"].as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["course"],
                condition=Q(assessment__isnull=True),
                name="grade_digest_once_per_course",
            )
        ]

    def __str__(self) -> str:
        return f"digest of the grades of {self.assessment or self.course}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("Digests are written by regrade alone.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("Digests are written by regrade alone.")


@dataclass(frozen=True, slots=True)
class GradeChange:
    """One grade that an entry changed: the record that stood, and the one that stands now.

    `early_signs` are those of an assessment that is now before the infusion.
    """

    system: str
    applies_at: datetime
    assessment: UUID | None
    before: GradeRecord | None
    after: GradeRecord | None
    early_signs: dict[str, Any] = field(default_factory=dict)


class BoardRow(models.Model):
    """The standings and latest values of one course; written by regrade alone.

    The board shows the open courses, a chart of a closed course reads its row too.

    systems   per system: `SystemStanding.to_json()`
    signs     per sign: the latest value with `at`
    running   per vasopressor or inotrope that runs: `agent`, since `at`, its rate as `amount` and
              `unit`; `listed` where only the last list names it, at that time
    version   rises with every entry, so that a page knows when to ask again
    digested_version   the version up to which the course's `GradeDigest`s hold; null, or behind
                       `version`, where a version of Cartox without digests wrote last
    """

    course = models.OneToOneField(Course, on_delete=models.PROTECT, related_name="board_row")
    version = models.PositiveBigIntegerField()
    digested_version = models.PositiveBigIntegerField(null=True)
    systems = models.JSONField(default=dict)
    signs = models.JSONField(default=dict)
    tocilizumab_given = models.PositiveSmallIntegerField(default=0)
    tocilizumab_ceiling = models.PositiveSmallIntegerField(null=True)
    tocilizumab_next_at = models.DateTimeField(null=True)
    steroid = models.JSONField(null=True)
    running = models.JSONField(default=list)
    last_assessed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    objects = GuardedQuerySet["BoardRow"].as_manager()

    def __str__(self) -> str:
        return f"board row of {self.course_id}"

    @property
    def digests_hold(self) -> bool:
        """Whether the digests of this course were written with its grades as they stand."""
        return self.digested_version == self.version

    @property
    def standings(self) -> dict[str, SystemStanding]:
        """The standing of every primary system, by its key."""
        return {key: SystemStanding.from_json(self.systems.get(key, {})) for key in PRIMARY}

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("The board is written by regrade alone.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite("The board is written by regrade alone.")
