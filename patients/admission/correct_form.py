"""Correcting what was entered at admission: the course, or who the patient is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from patients.admission.change_form import AmendForm
from patients.admission.person_form import PersonPart, person_as_typed
from patients.admission.treatment_form import LATER, TreatmentPart, age_on, treatment_as_typed
from patients.forms.fields import TextField
from patients.forms.remarks import Offer
from patients.models import Patient
from patients.models.people import BORN_AFTER
from patients.reading.bedside import Bedside

OF_INFUSION = ("infused_at", "infusion_planned", "later_infusions")


class CorrectingForm(AmendForm):
    """The fields come filled in with what stands; only what is changed is asked about."""

    reason = TextField("Why is it corrected?", most=400, needed="Say why it is corrected.")

    def reason_in_words(self) -> str:
        reason: str = self.value("reason")
        return reason

    def ask(
        self,
        name: str,
        about: str,
        text: str,
        *,
        yes: str,
        offers: Iterable[Offer] = (),
        unfinished: bool = False,
    ) -> None:
        if self._is_changed(name):
            super().ask(name, about, text, yes=yes, offers=offers, unfinished=unfinished)

    def _is_changed(self, name: str) -> bool:
        stored = self.initial.get(name)
        if isinstance(stored, datetime):
            stored = _to_the_minute(stored)
        return bool(self.value(name) != stored)


class CorrectCourseForm(TreatmentPart, CorrectingForm):
    """Infusion, split doses, weight, baselines, product. The infusion only where it may be set."""

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, sets_infusion: bool
    ) -> None:
        super().__init__(data, bedside=bedside, thing=bedside.course)
        self.sets_infusion = sets_infusion
        self.initial.update(treatment_as_typed(self.course, self.products))
        self.stored_weight_kg = self.course.weight_kg
        if not sets_infusion:
            for name in ("infusion", "infused_at", *LATER):
                del self.fields[name]

    def _is_changed(self, name: str) -> bool:
        """Whether the infusion was given changes what is asked about its time."""
        kind = name == "infused_at" and super()._is_changed("infusion")
        return kind or super()._is_changed(name)

    def age_years(self) -> Decimal | None:
        patient, at = self.course.patient, self.value("infused_at") or self.course.infused_at
        typed = patient.age_at_infusion_years
        born = patient.birth_date
        return typed if born is None else age_on(born, at.astimezone(self.course.zone).date())

    def has_delay(self) -> bool | None:
        return self.course.patient.developmental_delay

    def wanted(self) -> dict[str, Any]:
        values = self.treatment()
        values["weighed_at"] = _same_minute(self.course.weighed_at, values["weighed_at"])
        if not self.sets_infusion:
            return {name: value for name, value in values.items() if name not in OF_INFUSION}
        values["infused_at"] = _same_minute(self.course.infused_at, values["infused_at"])
        values["later_infusions"] = self._later_infusions()
        return values

    def _later_infusions(self) -> list[str]:
        """As stored where the times are the same; those beyond the form's three stay."""
        stored = self.course.later_infusion_times
        typed = self.later_times()
        if typed == [_to_the_minute(moment) for moment in stored[: len(LATER)]]:
            return list(self.course.later_infusions)
        return [moment.isoformat() for moment in [*typed, *stored[len(LATER) :]]]


class CorrectPersonForm(PersonPart, CorrectingForm):
    """MRN, names, birth date, sex, developmental delay."""

    def __init__(self, data: QueryDict | None = None, *, bedside: Bedside) -> None:
        super().__init__(data, bedside=bedside, thing=bedside.course.patient)
        self.initial.update(person_as_typed(bedside.course.patient))

    def clean(self) -> None:
        super().clean()
        self._refuse_birth_after_infusion()
        mrn = self.value("mrn")
        others = Patient.objects.exclude(pk=self.thing.pk)
        if mrn and others.filter(mrn__iexact=mrn).exists():
            self.refuse("mrn", f"MRN {mrn} belongs to another patient.")

    def _refuse_birth_after_infusion(self) -> None:
        born = self.value("birth_date")
        days = [course.infused_on for course in self.course.patient.courses.all()]
        if born is not None and born > min(days) and "birth_date" not in self.errors:
            self.refuse("birth_date", BORN_AFTER.format(day=min(days)))

    def wanted(self) -> dict[str, Any]:
        return self.person()


def _to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _same_minute(stored: datetime | None, typed: datetime | None) -> datetime | None:
    """What is stored, seconds included, where the form shows the same minute."""
    if stored is not None and typed is not None and _to_the_minute(stored) == typed:
        return stored
    return typed
