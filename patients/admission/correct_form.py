"""The forms that correct what was entered at admission, of the course or of the patient."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict

from patients.admission.change_form import AmendForm
from patients.admission.person_form import PersonPart, person_as_typed
from patients.admission.treatment_form import LATER, TreatmentPart, age_on, treatment_as_typed
from patients.forms.fields import TextField
from patients.models import Course, Patient
from patients.models.people import BORN_AFTER
from patients.permissions import Visitor, log_if_elsewhere
from patients.reading.bedside import Bedside
from patients.rights import CORRECT_INFUSION


class CorrectingForm(AmendForm):
    """A form filled in with what is stored; it asks only about values that are changed."""

    reason = TextField("Why is it corrected?", most=400, needed="Say why it is corrected.")

    def reason_in_words(self) -> str:
        reason: str = self.value("reason")
        return reason

    def ask(self, name: str, *args: Any, **kwargs: Any) -> None:
        if self._is_changed(name):
            super().ask(name, *args, **kwargs)

    def _is_changed(self, name: str) -> bool:
        stored = self.initial.get(name)
        if isinstance(stored, datetime):
            stored = _to_the_minute(stored)
        return bool(self.value(name) != stored)


class CorrectCourseForm(TreatmentPart, CorrectingForm):
    """Corrects product, weight, baselines and, where the user may set it, the infusion.

    An infusion that was typed before somebody else recorded it is compared with the stored one,
    so that it is not left out without a word. The door writes it only for who may set it.
    """

    def __init__(
        self, data: QueryDict | None = None, *, bedside: Bedside, sets_infusion: bool
    ) -> None:
        super().__init__(data, bedside=bedside, thing=bedside.course)
        self.has_infusion = sets_infusion or self._has_infusion_of_another_version()
        self.initial.update(treatment_as_typed(self.course, self.products))
        self.stored_weight_kg = self.course.weight_kg
        if not self.has_infusion:
            for name in ("infusion", "infused_at", *LATER):
                del self.fields[name]

    def _has_infusion_of_another_version(self) -> bool:
        """Whether an infusion was typed on a form of another version than the stored one."""
        if "infusion" not in self.data:
            return False
        try:
            typed = self.fields["version"].clean(self.data.get("version"))
        except forms.ValidationError:
            return False  # the form is refused
        return bool(typed != self.initial["version"])

    def _is_changed(self, name: str) -> bool:
        """Whether the value differs; `infused_at` counts as changed where `infusion` differs."""
        return super()._is_changed(name) or (
            name == "infused_at" and super()._is_changed("infusion")
        )

    def age_years(self) -> Decimal | None:
        patient, at = self.course.patient, self.value("infused_at") or self.course.infused_at
        typed = patient.age_at_infusion_years
        born = patient.birth_date
        return typed if born is None else age_on(born, at.astimezone(self.course.zone).date())

    def has_delay(self) -> bool | None:
        return self.course.patient.developmental_delay

    def wanted(self) -> dict[str, Any]:
        """The values typed; times that show the same minute as those of the version that the form
        was opened with keep its seconds.

        Later infusions beyond the three of the form stay as they were.
        """
        values, opened = self.treatment(), self._as_opened()
        values["weighed_at"] = _same_minute(opened.weighed_at, values["weighed_at"])
        if not self.has_infusion:
            infusion = CORRECT_INFUSION.fields
            return {name: value for name, value in values.items() if name not in infusion}
        values["infused_at"] = _same_minute(opened.infused_at, values["infused_at"])
        typed, stored = self.later_times(), opened.later_infusion_times
        if typed == [_to_the_minute(moment) for moment in stored[: len(LATER)]]:
            values["later_infusions"] = list(opened.later_infusions)
        else:
            beyond = stored[len(LATER) :]
            values["later_infusions"] = [moment.isoformat() for moment in [*typed, *beyond]]
        return values

    def _as_opened(self) -> Course:
        """The course as it stood when the form was opened."""
        line = self.course.history.filter(history_id=self.value("version")).first()
        return self.course if line is None else cast("Course", line.instance)


class CorrectPersonForm(PersonPart, CorrectingForm):
    """Corrects MRN, names, birth date, sex and developmental delay of the patient."""

    def __init__(self, data: QueryDict | None = None, *, bedside: Bedside, user: Visitor) -> None:
        super().__init__(data, bedside=bedside, thing=bedside.course.patient)
        self.user = user
        self.initial.update(person_as_typed(bedside.course.patient))

    def clean(self) -> None:
        super().clean()
        born, mrn = self.value("birth_date"), self.value("mrn")
        first = min(course.infused_on for course in self.course.patient.courses.all())
        if born is not None and born > first and "birth_date" not in self.errors:
            self.refuse("birth_date", BORN_AFTER.format(day=first))
        others = Patient.objects.exclude(pk=self.thing.pk)
        other = others.filter(mrn__iexact=mrn).first() if mrn else None
        if other is not None:
            log_if_elsewhere(self.user, other, "in use")
            self.refuse("mrn", f"MRN {mrn} belongs to another patient.")

    def wanted(self) -> dict[str, Any]:
        return self.person()


def _to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _same_minute(stored: datetime | None, typed: datetime | None) -> datetime | None:
    """The stored time with its seconds where the same minute is typed, otherwise the typed time."""
    if stored is not None and typed is not None and _to_the_minute(stored) == typed:
        return stored
    return typed
