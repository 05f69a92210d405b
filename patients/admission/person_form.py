"""The fields of a patient: MRN, names, birth date or age, sex, developmental delay."""

from __future__ import annotations

from typing import Any

from grading.vocabulary import Sex
from patients.characters import normalized, problem_in_mrn, problem_in_name
from patients.forms.buttons import buttons_of
from patients.forms.course_form import RemarkForm
from patients.forms.fields import MeasureField, TapField, TextField, TriStateField
from patients.forms.remarks import Refusal
from patients.forms.written_dates import WrittenDateField
from patients.models import Patient
from patients.words import wording

OLDEST_YEARS = 120


class NameField(TextField):
    """An MRN or a name, in one Unicode form (NFKC), so that a search finds it."""

    problem_in = staticmethod(problem_in_name)

    def clean(self, value: Any) -> Any:
        text: str = super().clean(normalized(value or ""))
        if problem := self.problem_in(text):
            raise Refusal(f"{self.label} {problem}")
        return text


class MrnField(NameField):
    problem_in = staticmethod(problem_in_mrn)


class PersonPart(RemarkForm):
    """The fields of a patient."""

    mrn = MrnField(
        "MRN",
        most=40,
        needed="Type the MRN.",
        help_text="As on the wristband, leading zeros included.",
    )
    family_name = NameField("Family name", most=80, needed="Type the family name.")
    given_name = NameField("Given name", most=80)
    birth_date = WrittenDateField("Birth date")
    age_at_infusion_years = MeasureField("age_years", "Age at the infusion, where not known")
    sex = TapField("Sex", buttons_of(Sex))
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
        """Refuse an impossible birth date, or one beside an age; ask where both are missing."""
        super().clean()
        if {"birth_date", "age_at_infusion_years"} & set(self.errors):
            return
        born, age = self.value("birth_date"), self.value("age_at_infusion_years")
        if born is not None and age is not None:
            self.refuse(
                "age_at_infusion_years", "The birth date is known. Clear the age, or the date."
            )
        elif born is not None and born > self.now.date():
            self.refuse("birth_date", f"{wording.calendar_date(born)} lies in the future.")
        elif born is not None and self.now.year - born.year > OLDEST_YEARS:
            text = f"{wording.calendar_date(born)} is more than {OLDEST_YEARS} years ago."
            self.refuse("birth_date", text)
        elif born is None and age is None:
            self.ask(
                "birth_date",
                "none",
                "Neither birth date nor age: the limits of adults would be used.",
                yes="yes, the age is not known",
            )

    def person(self) -> dict[str, Any]:
        """The values to be stored of the patient, by field."""
        return {name: self.value(name) for name in self.PERSON}


def person_as_typed(patient: Patient) -> dict[str, Any]:
    """The stored values of a patient, as the fields show them."""
    return {name: getattr(patient, name) for name in PersonPart.PERSON}
