"""The model of a mark: what somebody answered to a line of the current step."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from grading import kinds
from grading.entries.step_mark import HIGHEST_GRADE, LONGEST_CODE, unfit_mark
from grading.vocabulary import StepAnswer
from patients.models.clinical_row import ClinicalQuerySet, ClinicalRow, audit_constraints
from patients.models.columns import choices_of, one_of

DEFERRED = StepAnswer.DEFERRED.value


class StepMark(ClinicalRow):
    """A line of the current step marked as done, deferred or declined, with its words.

    `code` is not checked against a list: a line that is offered no more stays readable.
    """

    entry_kind = kinds.STEP_MARK
    other_times = ("until_at",)

    marked_at = models.DateTimeField(db_index=True)
    code = models.CharField(max_length=LONGEST_CODE)
    line_toxicity = models.CharField(max_length=LONGEST_CODE)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=30, choices=choices_of(StepAnswer))
    until_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    text = models.TextField()

    objects = ClinicalQuerySet["StepMark"].as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["course", "marked_at"], name="stepmark_by_course")]
        constraints = [
            *audit_constraints("stepmark"),
            one_of("stepmark", "answer", StepAnswer),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(line_toxicity="") & ~Q(text=""),
                name="stepmark_names_its_line",
                violation_error_message="A mark names its line: code, toxicity and words.",
            ),
            models.CheckConstraint(
                condition=Q(answer=StepAnswer.DONE.value) | ~Q(reason=""),
                name="stepmark_reason_unless_done",
                violation_error_message="Say why the line is deferred or declined.",
            ),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True)
                | Q(answer=DEFERRED, until_at__gt=F("marked_at")),
                name="stepmark_until_where_deferred",
                violation_error_message="A line is deferred until a later time.",
            ),
            models.CheckConstraint(
                condition=Q(grade__isnull=True) | Q(grade__lte=HIGHEST_GRADE),
                name="stepmark_grade_at_most_five",
                violation_error_message="A grade is 0 to 5.",
            ),
        ]

    def clean(self) -> None:
        """Refuse values that do not fit the answer, and a code that has not its shape."""
        if self.answer not in list(StepAnswer):
            return  # the field says so
        mistakes = {
            name: f"{name.removesuffix('_at').replace('_', ' ').capitalize()} {why}."
            for name, why in unfit_mark(self, ("marked_at", "until_at"))
        }
        if mistakes:
            raise ValidationError(mistakes)
