"""The forms that open a course: for somebody new, or for a patient who was here before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict

from patients.admission.person_form import PersonPart
from patients.admission.treatment_form import TreatmentPart, age_on
from patients.forms.course_form import RemarkForm
from patients.forms.fields import TapField, TextField
from patients.models import Course, Patient, User, Ward
from patients.permissions import courses_visible_to, log_if_elsewhere
from patients.words import wording


@dataclass(frozen=True)
class Reception:
    """The start of an admission: `user`, their wards, the moment, the key of the ward chosen."""

    user: User
    wards: Sequence[Ward]
    now: datetime
    chosen: str = ""

    @property
    def zone(self) -> tzinfo:
        """The time zone of the ward chosen; before one is chosen, that of the first ward."""
        by_key = {str(ward.pk): ward for ward in self.wards}
        return ZoneInfo(by_key.get(self.chosen, self.wards[0]).time_zone)

    def day_of(self, day: date) -> None:
        """None: there is no infusion yet from which days are counted."""

    def zones(self) -> str:
        """A sentence with the time zone of the wards, of each one where they differ."""
        if len({ward.time_zone for ward in self.wards}) == 1:
            return f"Time of the ward ({self.wards[0].time_zone})."
        zones = "; ".join(f"{ward.name}: {ward.time_zone}" for ward in self.wards)
        return f"Time of the ward chosen above. {zones}."


class PlacePart(RemarkForm):
    """The fields that say where the patient lies."""

    ward = TapField("Ward", [])
    bed = TextField("Bed", most=20)

    def offer_wards(self, wards: Sequence[Ward]) -> None:
        """List these wards; a single one is chosen already."""
        self.wards = {str(ward.pk): ward for ward in wards}
        field: Any = self.fields["ward"]
        field.choices = [(key, ward.name) for key, ward in self.wards.items()]
        if len(self.wards) == 1:
            self.initial["ward"] = next(iter(self.wards))

    def clean(self) -> None:
        super().clean()
        if "ward" in self.errors:
            return
        if self.value("ward") is None:
            self.refuse("ward", "Tap the ward.")
            return
        ward, bed = self.wards[self.value("ward")], self.value("bed")
        lying = Course.objects.filter(
            ward=ward, bed__iexact=bed, closed_at__isnull=True, home_since__isnull=True
        )
        others = lying.exclude(uid__in=self.own_course_uids()).select_related("patient")
        if bed and (other := others.first()) is not None:
            text = f"{other.patient.display_name} lies in bed {bed}."
            self.ask("bed", f"{ward.pk} {bed}", text, yes=f"yes, bed {bed}")

    def own_course_uids(self) -> list[UUID]:
        """The courses that may lie in this bed already: here the one of a form sent twice."""
        return [self.value("uid")]

    def place(self) -> dict[str, Any]:
        return {"ward": self.wards.get(self.value("ward")), "bed": self.value("bed") or ""}


class AdmitForm(PersonPart, PlacePart, TreatmentPart):
    """The form that admits somebody to a ward; an MRN in use offers to readmit that patient."""

    field_order = (*PersonPart.PERSON, "ward", "bed")  # as on the page: the first mistake first

    def __init__(self, data: QueryDict | None = None, *, bedside: Reception) -> None:
        super().__init__(data, bedside=bedside)
        self.reception = bedside
        self.offer_wards(bedside.wards)
        self.fields["infused_at"].help_text = bedside.zones()
        self.readmitted: Patient | None = None
        self.open_course: Course | None = None

    def clean(self) -> None:
        """Refuse an MRN that belongs to another name; an MRN alone would open a stranger's file."""
        super().clean()
        if self.was_sent_before:
            return  # the patient of this MRN is the one whom it admitted
        mrn, family_name = self.value("mrn"), self.value("family_name") or ""
        if not mrn:
            return
        patient = Patient.objects.filter(mrn__iexact=mrn).first()
        if patient is None:
            self._ask_about_leading_zeros(mrn)
        elif family_name.casefold() != patient.family_name.casefold():
            log_if_elsewhere(self.reception.user, patient, "in use under another name")
            self.refuse(
                "mrn",
                f"MRN {patient.mrn} belongs to a patient with another name. "
                "Check the MRN and the name on the wristband.",
            )
        else:
            self._offer_readmission(patient)

    def age_years(self) -> Decimal | None:
        typed: Decimal | None = self.value("age_at_infusion_years")
        born, at = self.value("birth_date"), self.value("infused_at") or self.now
        return typed if born is None else age_on(born, at.astimezone(self.reception.zone).date())

    def has_delay(self) -> bool | None:
        delay: bool | None = self.value("developmental_delay")
        return delay

    def _offer_readmission(self, patient: Patient) -> None:
        """Offer a new course to this patient; refuse a second open one and say where it is."""
        running = patient.courses.filter(closed_at__isnull=True).select_related("ward").first()
        log_if_elsewhere(
            self.reception.user, patient, "has an open course" if running else "was here before"
        )
        if running is not None:
            mine = courses_visible_to(self.reception.user).filter(pk=running.pk).exists()
            self.open_course = running if mine else None
            where = f"on {running.ward.name}" if mine else "on another ward"
            self.refuse(
                "mrn",
                f"{patient.display_name} already has an open course {where}. "
                "It must be closed, or the patient moved, before a new one is opened.",
            )
            return
        self.readmitted = patient
        born = wording.calendar_date(patient.birth_date)
        self.ask(
            "mrn",
            patient.mrn,
            f"MRN {patient.mrn} is known: {patient.display_name}, born {born}. "
            "Names and birth date stay as they are stored.",
            yes="readmit this patient: a new course",
        )

    def _ask_about_leading_zeros(self, mrn: str) -> None:
        """Ask where an MRN in use differs by leading zeros only, as 00123 does from 123."""
        bare = mrn.lstrip("0").casefold()
        for other in Patient.objects.filter(mrn__iendswith=bare) if bare else ():
            if other.mrn.lstrip("0").casefold() == bare:
                log_if_elsewhere(self.reception.user, other, "alike but for leading zeros")
                text = f"{mrn} differs from {other.mrn}, which is in use, only by leading zeros."
                self.ask("mrn", mrn, text, yes=f"yes, {mrn} is another patient")
                return


class ReadmitForm(PlacePart, TreatmentPart):
    """A new course for the patient of an earlier one."""

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Reception, patient: Patient
    ) -> None:
        super().__init__(data, bedside=bedside)
        self.reception, self.patient = bedside, patient
        self.offer_wards(bedside.wards)
        self.fields["infused_at"].help_text = bedside.zones()

    def age_years(self) -> Decimal | None:
        at = self.value("infused_at") or self.now
        return age_on(self.patient.birth_date, at.astimezone(self.reception.zone).date())

    def has_delay(self) -> bool | None:
        return self.patient.developmental_delay
