"""The admin of patients, courses and clinical rows, which are added and read.

They are neither changed nor deleted here. Every list shows the courses of the user's own
wards only.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest, HttpResponse

from grading.event_kinds import DIAGNOSES
from grading.kinds import (
    ADJUDICATION,
    ASSESSMENT,
    DOSE,
    EVENT,
    LAB_RESULT,
    STEP_MARK,
    EntryKind,
)
from patients import (
    account_admin,  # noqa: F401 - the admin finds it here
    door,
    reference_admin,  # noqa: F401 - and this
)
from patients.door.refusals import Refused, UnusableNumber
from patients.models import (
    MODELS_BY_KIND,
    ClinicalRow,
    Course,
    Patient,
    User,
)
from patients.permissions import courses_visible_to, has_right, log_if_elsewhere
from patients.rights import ADJUDICATE, ADMIT, ADMIT_CLOSED, CLOSE, ENTER, GRADE_EVENTS


def _signed_in(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("Only a signed-in user adds a row.")
    return request.user


class PlainJSONField(forms.JSONField):
    """Takes JSON that every database stores, and shows again what was typed."""

    def to_python(self, value: Any) -> Any:
        """Refuse what is nested too deeply, no number of JSON, or half a character."""
        try:
            parsed = super().to_python(value)
            text = json.dumps(parsed, allow_nan=False, ensure_ascii=False)
            text.encode()
        except (ValueError, RecursionError) as mistake:
            raise ValidationError("Enter JSON of words and ordinary numbers.") from mistake
        if r"\u0000" in text:
            raise ValidationError("Enter JSON without the character U+0000.")
        return parsed

    def bound_data(self, data: Any, initial: Any) -> Any:
        return InvalidJSONInput(data or "")


class FormOfTheDoor(forms.ModelForm):  # type: ignore[type-arg]
    """A form that shows why the door refused it, with everything that was typed."""

    refusal: Refused | ValidationError | None = None

    def clean(self) -> dict[str, Any] | None:
        """Lay each message of the refusal beside its field, or above the form."""
        if isinstance(self.refusal, Refused):
            self.add_error(None, str(self.refusal))
        elif self.refusal is not None:
            for name, errors in self.refusal.update_error_dict({}).items():
                self.add_error(name if name in self.fields else None, errors)
        return super().clean()


class NumberedForm(FormOfTheDoor):
    """A form with a number, made when the page is opened, by which the door knows a repeat."""

    uid = forms.UUIDField(required=False, initial=uuid.uuid4, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any] | None:
        """Hand the number to the row; one that belongs to another course is made anew."""
        if isinstance(self.refusal, UnusableNumber):
            self.data = {**self.data, "uid": str(uuid.uuid4())}
        if self.cleaned_data.get("uid") is not None:
            self.instance.uid = self.cleaned_data["uid"]
        return super().clean()


class AdmissionForm(NumberedForm):
    """The form of a course. Whether a repeat opens a second course is for the door to say."""

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        is_repeat = Course.objects.filter(uid=self.instance.uid).exists()
        return excluded | {"patient"} if is_repeat else excluded


class AddAndRead(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lets members of the ward read, nurses and physicians add, and nobody change or delete.

    What the door refuses comes back as a form with the reason. No list is searched: a search of
    the admin would put a name or an MRN into the address.
    """

    course_lookup = "course"
    right_to_add = ENTER
    form = FormOfTheDoor
    formfield_overrides = {models.JSONField: {"form_class": PlainJSONField}}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, ValidationError) as refusal:  # its transaction was rolled back
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", None)  # type: ignore[attr-defined]
        return form

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        visible = courses_visible_to(request.user)
        return super().get_queryset(request).filter(**{f"{self.course_lookup}__in": visible})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_staff_member(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return self._is_staff_member(request)
        return self._is_staff_member(request) and self.get_queryset(request).contains(obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_staff_member(request) and has_right(request.user, self.right_to_add)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _is_staff_member(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_staff and user.wards.exists()


class ClinicalAdmin(AddAndRead):
    """Stores rows through the door, signed by the user who adds them."""

    form = NumberedForm
    list_select_related = ("course__patient", "recorded_by")
    readonly_fields = (
        "uid",
        "recorded_at",
        "recorded_by",
        "struck_out_at",
        "struck_out_by",
        "struck_out_reason",
    )

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out the fields that the door fills in."""
        return (*self.readonly_fields, "replaces") if obj is None else None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.readonly_fields

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name == "course":
            kwargs["queryset"] = courses_visible_to(request.user).filter(closed_at=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ClinicalRow, form: Any, change: bool) -> None:
        door.enter(obj.course, [obj], by=_signed_in(request))


class AssessmentAdmin(ClinicalAdmin):
    """Assessments; the door says whether a physician stands behind what one attributes."""

    list_display = ("observed_at", "course", "recorded_by", "struck_out_at")
    date_hierarchy = "observed_at"

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        excluded = super().get_exclude(request, obj)
        return (*excluded, "attribution_confirmed") if obj is None else excluded


class LabResultAdmin(ClinicalAdmin):
    list_display = ("collected_at", "course", "analyte", "comparator", "value", "unit")
    date_hierarchy = "collected_at"


class DoseAdmin(ClinicalAdmin):
    list_display = ("given_at", "course", "agent", "amount", "unit", "ended_at")
    date_hierarchy = "given_at"


class EventAdmin(ClinicalAdmin):
    """Events; a physician's diagnosis and the grade only for those who have that right."""

    list_display = ("happened_at", "course", "kind", "attributed_to")
    date_hierarchy = "happened_at"

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        excluded = super().get_exclude(request, obj)
        grades = obj is not None or has_right(request.user, GRADE_EVENTS)
        return excluded if grades else (*excluded, "grade")

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind" and not has_right(request.user, GRADE_EVENTS):
            kinds = db_field.get_choices()
            kwargs["choices"] = [kind for kind in kinds if kind[0] not in DIAGNOSES]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


class AdjudicationAdmin(ClinicalAdmin):
    right_to_add = ADJUDICATE
    list_display = ("decided_at", "course", "decision", "sign", "toxicity", "grade")
    date_hierarchy = "decided_at"


class StepMarkAdmin(ClinicalAdmin):
    list_display = ("marked_at", "course", "code", "answer", "until_at", "recorded_by")
    date_hierarchy = "marked_at"


ADMIN_BY_KIND: dict[EntryKind, type[ClinicalAdmin]] = {
    ASSESSMENT: AssessmentAdmin,
    LAB_RESULT: LabResultAdmin,
    DOSE: DoseAdmin,
    EVENT: EventAdmin,
    ADJUDICATION: AdjudicationAdmin,
    STEP_MARK: StepMarkAdmin,
}
for kind, entry_admin in ADMIN_BY_KIND.items():
    admin.site.register(MODELS_BY_KIND[kind], entry_admin)


@admin.register(Patient)
class PatientAdmin(AddAndRead):
    """Patients, for members of the wards on which they have a course."""

    course_lookup = "courses"
    right_to_add = ADMIT
    list_display = ("mrn", "family_name", "given_name", "birth_date")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).distinct()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        other = Patient.objects.filter(mrn=form.instance.mrn).first()
        if form.has_error("mrn", "unique") and other is not None:
            log_if_elsewhere(request.user, other, "in use")
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Patient, form: Any, change: bool) -> None:
        door.add_patient(obj, by=_signed_in(request))


@admin.register(Course)
class CourseAdmin(AddAndRead):
    course_lookup = "pk"
    right_to_add = ADMIT
    form = AdmissionForm
    list_display = ("patient", "product", "ward", "bed", "infused_at", "closed_at")
    list_filter = ("ward",)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what the door or an import sets, and the closing where it is not allowed."""
        if obj is not None:
            return None
        closing = () if has_right(request.user, ADMIT_CLOSED) else tuple(CLOSE.fields)
        return ("uid", "time_zone", "opened_at", "carried", *closing)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name == "ward" and isinstance(request.user, User):
            kwargs["queryset"] = request.user.wards.all()
        if db_field.name == "patient":
            nowhere = models.Q(courses__isnull=True)
            here = models.Q(courses__in=courses_visible_to(request.user))
            kwargs["queryset"] = Patient.objects.filter(nowhere | here).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:
        obj.pk = door.admit(obj.patient, obj, by=_signed_in(request)).pk
