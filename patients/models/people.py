"""The models of patients and their courses."""

from __future__ import annotations

import uuid
import zoneinfo
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from grading.table.sections import BASELINE
from grading.vocabulary import OxygenDevice, Sex
from patients import clock
from patients.characters import normalized, problem_in_mrn, problem_in_name
from patients.models.accounts import User, Ward, check_time_zone
from patients.models.columns import (
    CheckedTogether,
    born_in_possible_years,
    check_near_infusion,
    in_clinical_years,
    measurement,
    one_of,
    points,
    within_limits,
    word_column,
)
from patients.models.guarded import GuardedQuerySet, GuardedWrite, KeptHistory
from patients.models.ice.ice_settings import ICE_SETTINGS, IceSettings

NAME_LABELS = {"mrn": "The MRN", "family_name": "The family name", "given_name": "The given name"}
BORN_AFTER = "The birth date is after the infusion of {day:%d %b %Y}."


class Amended(CheckedTogether):
    """A model whose rows are changed only with a reason and never deleted."""

    history: Any

    class Meta:
        abstract = True

    def version(self) -> int:
        """The number of the latest line of its history, which rises with every change."""
        latest: int | None = self.history.aggregate(latest=models.Max("history_id"))["latest"]
        return 0 if latest is None else latest

    def write_with_history(
        self, *, by: User | None, reason: str, at: datetime | None = None
    ) -> None:
        """Save with the reason in the history, at the moment `at` or else now.

        For the door alone: it locks and regrades.
        """
        self._history_user, self._change_reason = by, reason
        self._history_date = timezone.now() if at is None else at
        super().save()

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: a new one needs its grades, and a change needs its reason."""
        raise GuardedWrite(
            f"A {self._meta.verbose_name} is stored by door.admit and changed by door.amend."
        )

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GuardedWrite(f"A {self._meta.verbose_name} cannot be deleted.")


class Patient(Amended):
    """A person. Changes keep their history and a reason, and regrade every course."""

    AMENDABLE = frozenset(
        {
            "mrn",
            "family_name",
            "given_name",
            "birth_date",
            "age_at_infusion_years",
            "sex",
            "developmental_delay",
        }
    )

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mrn = models.CharField("MRN", max_length=40, unique=True)
    family_name = models.CharField(max_length=80)
    given_name = models.CharField(max_length=80, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    age_at_infusion_years = models.DecimalField(
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Only where the birth date is not known.",
    )
    sex = word_column("sex")
    developmental_delay = models.BooleanField(null=True, blank=True)

    objects = GuardedQuerySet["Patient"].as_manager()
    history = KeptHistory()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=~Q(mrn=""), name="patient_mrn_given"),
            one_of("patient", "sex", Sex),
            within_limits("patient", "age_at_infusion_years", "age_years"),
            born_in_possible_years(),
            models.CheckConstraint(
                condition=Q(birth_date__isnull=True) | Q(age_at_infusion_years__isnull=True),
                name="patient_birth_date_or_age",
                violation_error_message="Enter the birth date, or the age where it is unknown.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.display_name} ({self.mrn})"

    @property
    def display_name(self) -> str:
        """The family name in capitals first, as on a wristband."""
        name = ", ".join(filter(None, (self.family_name.upper(), self.given_name)))
        return name or "Name not recorded"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Bring MRN and names into one Unicode form; refuse characters that nobody sees.

        What is stored from before stays, so that another field can be corrected.
        """
        checks = {"mrn": problem_in_mrn}
        stored = None if self._state.adding else Patient.objects.filter(pk=self.pk).first()
        for name in ("mrn", "family_name", "given_name"):
            if stored is not None and getattr(stored, name) == getattr(self, name):
                continue
            text = normalized(getattr(self, name))
            setattr(self, name, text)
            if problem := checks.get(name, problem_in_name)(text):
                raise ValidationError({name: f"{NAME_LABELS[name]} {problem}"})
        super().clean_fields(exclude=exclude)

    def clean(self) -> None:
        """Refuse the MRN of somebody else, and a birth date after an infusion."""
        if Patient.objects.filter(mrn__iexact=self.mrn).exclude(pk=self.pk).exists():
            text = f"MRN {self.mrn} belongs to another patient."
            raise ValidationError({"mrn": ValidationError(text, code="unique")})
        if self.birth_date is None or self._state.adding:
            return
        days = [course.infused_on for course in self.courses.all()]
        if days and self.birth_date > min(days):
            raise ValidationError({"birth_date": BORN_AFTER.format(day=min(days))})


class Outcome(models.TextChoices):
    """The reasons why a course is closed."""

    DISCHARGED = "discharged"
    TRANSFERRED = "transferred"
    DIED = "died"
    LOST = "lost", "lost to follow-up"
    NOT_INFUSED = "not_infused", "not infused"


COURSE_TIMES = {
    "infused_at": "The time of the infusion",
    "weighed_at": "The time of weighing",
    "opened_at": "The time of admission",
    "closed_at": "The time of closing",
    "home_since": "The time of going home",
}
"""The times of a course, each with its name in messages."""
FURTHEST_AHEAD = timedelta(days=2 * 366)
"""A planned infusion lies at most this far ahead."""

PRODUCT_NOT_STATED = "not stated"
"""The product of a course whose document names none."""


class Course(Amended, IceSettings):
    """One CAR-T treatment of one patient. Day 0 is the local date of `infused_at`."""

    AMENDABLE = frozenset(
        {
            "ward",
            "bed",
            "product",
            "product_batch",
            "indication",
            "infused_at",
            "infusion_planned",
            "later_infusions",
            "cell_dose",
            "weight_kg",
            "weighed_at",
            *(f"baseline_{field.name}" for field in BASELINE),
            *ICE_SETTINGS,
            "last_follow_up_day",
            "carried",
            "time_zone",
            "closed_at",
            "outcome",
            *("closing_reason", "home_since"),
        }
    )

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="courses")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="courses")
    bed = models.CharField(max_length=20, blank=True)
    product = models.CharField(max_length=80)
    product_batch = models.CharField(max_length=60, blank=True)
    indication = models.CharField(max_length=120, blank=True)
    infused_at = models.DateTimeField()
    infusion_planned = models.BooleanField(
        default=False, help_text="The time is planned; nothing has been infused yet."
    )
    later_infusions = models.JSONField(
        default=list, blank=True, help_text="Times of split doses after the first, ISO 8601."
    )
    cell_dose = models.CharField(max_length=60, blank=True)
    weight_kg = measurement("weight_kg")
    weighed_at = models.DateTimeField(null=True, blank=True)
    baseline_systolic_mmhg = measurement("systolic_mmhg")
    baseline_oxygen_device = word_column("oxygen_device")
    baseline_oxygen_flow_l_min = measurement("oxygen_flow_l_min")
    baseline_spo2_percent = measurement("spo2_percent")
    baseline_home_cpap = models.BooleanField(null=True, blank=True)
    baseline_ice_total = points("ice_total")
    baseline_capd_total = points("capd_total")
    baseline_ferritin_ng_ml = models.DecimalField(
        max_digits=15, decimal_places=6, null=True, blank=True
    )
    baseline_immunosuppressed = models.BooleanField(null=True, blank=True)
    last_follow_up_day = models.PositiveSmallIntegerField(null=True, blank=True)
    carried = models.JSONField(
        default=dict, blank=True, help_text="id, source and published of an imported document."
    )
    time_zone = models.CharField(max_length=64, blank=True, validators=[check_time_zone])
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    closing_reason = models.TextField(blank=True)
    home_since = models.DateTimeField(null=True, blank=True)

    objects = GuardedQuerySet["Course"].as_manager()
    history = KeptHistory()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(closed_at__isnull=True),
                name="course_one_open_per_patient",
                violation_error_message="This patient already has an open course.",
            ),
            *(
                within_limits("course", field, measured)
                for field, measured in (
                    ("weight_kg", "weight_kg"),
                    ("baseline_systolic_mmhg", "systolic_mmhg"),
                    ("baseline_oxygen_flow_l_min", "oxygen_flow_l_min"),
                    ("baseline_spo2_percent", "spo2_percent"),
                    ("baseline_ice_total", "ice_total"),
                    ("baseline_capd_total", "capd_total"),
                )
            ),
            one_of("course", "baseline_oxygen_device", OxygenDevice),
            models.CheckConstraint(
                condition=Q(baseline_ferritin_ng_ml__isnull=True)
                | Q(baseline_ferritin_ng_ml__gte=0),
                name="course_ferritin_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(closed_at__isnull=False),
                name="course_outcome_when_closed",
                violation_error_message="An outcome needs the time at which the course closed.",
            ),
            models.CheckConstraint(condition=~Q(product=""), name="course_product_named"),
            in_clinical_years("course", *COURSE_TIMES),
        ]

    def __str__(self) -> str:
        return f"{self.patient} {self.product} {self.infused_at:%Y-%m-%d}"

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def later_infusion_times(self) -> list[datetime]:
        return [datetime.fromisoformat(text) for text in self.later_infusions]

    def is_open(self) -> bool:
        return self.closed_at is None

    def day(self, moment: datetime) -> int:
        """Day n of that moment: local calendar days since the first infusion."""
        local, infusion = moment.astimezone(self.zone), self.infused_at.astimezone(self.zone)
        return (local.date() - infusion.date()).days

    @property
    def infused_on(self) -> date:
        """The day of the first infusion where the patient lies."""
        return self.infused_at.astimezone(self.zone).date()

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Take the time zone of the ward where none is given, and check the fields."""
        if not self.time_zone and self.ward_id is not None:
            self.time_zone = self.ward.time_zone
        super().clean_fields(exclude=exclude)

    def clean(self) -> None:
        """Refuse impossible times, an infusion before the birth, later ones that are no moments."""
        for name in ("bed", "product", "product_batch", "indication", *ICE_SETTINGS):
            if problem := problem_in_name(getattr(self, name)):
                raise ValidationError({name: f"The {name.replace('_', ' ')} {problem}"})
        infused_at: datetime | None = self.infused_at
        if infused_at is None or not self.time_zone:
            return  # the field itself, or the missing ward, is refused
        self._refuse_times_too_far()
        if self.patient_id is not None:
            born = self.patient.birth_date
            if born is not None and born > self.infused_on:
                raise ValidationError({"infused_at": BORN_AFTER.format(day=self.infused_on)})
        later = self.later_infusions
        if not isinstance(later, list) or not all(isinstance(text, str) for text in later):
            text = 'Write the times as a list: ["2026-01-06T10:00+01:00"].'
            raise ValidationError({"later_infusions": text})
        try:
            naive = [moment for moment in self.later_infusion_times if moment.tzinfo is None]
        except ValueError as mistake:
            raise ValidationError({"later_infusions": f"Not a time: {mistake}."}) from mistake
        if naive:
            raise ValidationError({"later_infusions": "Each time needs its offset from UTC."})
        for moment in self.later_infusion_times:
            check_near_infusion("later_infusions", "A later infusion", moment, self.infused_at)

    def _refuse_times_too_far(self) -> None:
        """Refuse a time outside 1990–2150 or 30 years from the infusion, and one too far ahead."""
        for field, label in COURSE_TIMES.items():
            moment = getattr(self, field)
            if moment is not None:
                check_near_infusion(field, label, moment, self.infused_at)
        if self.infused_at > clock.now() + FURTHEST_AHEAD:
            text = "The time of the infusion is more than two years ahead. Check the year."
            raise ValidationError({"infused_at": text})
