"""Who the patient is: MRN, names, birth date or age, sex, developmental delay."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from patients.forms import buttons
from patients.forms.course_form import RemarkForm
from patients.forms.fields import MeasureField, TapField, TextField, TriStateField
from patients.forms.remarks import Refusal
from patients.forms.written_dates import WrittenDateField
from patients.models import Patient
from patients.models.people import has_unseen
from patients.words import wording

OLDEST_YEARS = 120


class NameField(TextField):
    """What somebody is found by: letters of one form, and none that cannot be seen."""

    def clean(self, value: Any) -> Any:
        text: str = super().clean(unicodedata.normalize("NFKC", value or ""))
        if has_unseen(text):
            raise Refusal(f"{self.label}: it holds a character that cannot be seen. Type it anew.")
        return text


class PersonPart(RemarkForm):
    """The fields of a patient."""

    mrn = NameField(
        "MRN",
        most=40,
        needed="Type the MRN.",
        help_text="As on the wristband, leading zeros included.",
    )
    family_name = NameField("Family name", most=80, needed="Type the family name.")
    given_name = NameField("Given name", most=80)
    birth_date = WrittenDateField("Birth date")
    age_at_infusion_years = MeasureField("age_years", "Age at the infusion, where not known")
    sex = TapField("Sex", buttons.SEXES)
    developmental_delay = TriStateField(
        "Developmental delay", help_text="With it, CAPD is scored instead of ICE."
    )

    PERSON = (
        "mrn",
        "family_name",
        "given_name",
        "birth_date",
        "age_at_infusion_years",
        "sex",
        "developmental_delay",
    )

    def clean(self) -> None:
        super().clean()
        self._look_at_age()

    def _look_at_age(self) -> None:
        if {"birth_date", "age_at_infusion_years"} & set(self.errors):
            return
        born, age = self.value("birth_date"), self.value("age_at_infusion_years")
        if born is not None and age is not None:
            self.refuse(
                "age_at_infusion_years", "The birth date is known. Clear the age, or the date."
            )
        elif born is not None:
            self._refuse_impossible(born)
        elif age is None:
            self.ask(
                "birth_date",
                "none",
                "Neither birth date nor age: the limits of adults would be used.",
                yes="yes, the age is not known",
            )

    def _refuse_impossible(self, born: date) -> None:
        if born > self.now.date():
            self.refuse("birth_date", f"{wording.calendar_date(born)} lies in the future.")
        elif self.now.year - born.year > OLDEST_YEARS:
            text = wording.calendar_date(born)
            self.refuse("birth_date", f"{text} is more than {OLDEST_YEARS} years ago.")

    def person(self) -> dict[str, Any]:
        """What is stored of the patient."""
        return {name: self.value(name) for name in self.PERSON}


def person_as_typed(patient: Patient) -> dict[str, Any]:
    """What is stored, as the fields show it."""
    return {name: getattr(patient, name) for name in PersonPart.PERSON}
