"""The table of rights: what is done to a patient, by which roles, and where it holds.

The door (`patients/door/allowed.py`), the pages (`patients/permissions.py`) and the rules page read
it. A field that no line names is nobody's to change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from patients.models import Course, Patient, Role, Ward
from patients.models.ice.ice_settings import ICE_SETTINGS

IMPORTER = "course-import"
"""The account that signs imports which nobody signs in person. It cannot sign in."""

IMPORT = "import"
"""What this account is in the table of rights, on every ward. No user has it as a role."""

ENTERING = frozenset({Role.NURSE, Role.PHYSICIAN})
DECIDING = frozenset({Role.PHYSICIAN})
IMPORTING = frozenset({IMPORT})
SETTING = frozenset({Role.PHYSICIAN, Role.ADMINISTRATOR})

Amendable = Course | Patient


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs a change: their role, or `IMPORT`, or nothing, and the keys of their wards."""

    role: str
    ward_ids: frozenset[int]

    def is_on(self, ward_id: int | None) -> bool:
        return self.role == IMPORT or ward_id in self.ward_ids


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is to be changed: of what is stored, on which wards, by whom, to what."""

    stored: Amendable
    ward_ids: Collection[int]
    signer: Signer
    value: Any


def _always(change: Change) -> bool:
    return True


def _is_only_planned(change: Change) -> bool:
    return isinstance(change.stored, Course) and change.stored.infusion_planned


def _leads_to_own_ward(change: Change) -> bool:
    return isinstance(change.value, Ward) and change.signer.is_on(change.value.pk)


def _has_courses_on_own_wards_only(change: Change) -> bool:
    return all(change.signer.is_on(ward_id) for ward_id in change.ward_ids)


@dataclass(frozen=True, slots=True)
class Right:
    """One line of the table: what is done, by which roles, and where it holds.

    `fields` are those of `model` that it lets somebody change; `refusal` is for whoever may not.
    """

    what: str
    roles: frozenset[str]
    refusal: str
    condition: str = "on their wards"
    model: type[Amendable] | None = None
    fields: frozenset[str] = frozenset()
    holds: Callable[[Change], bool] = _always


ENTERING_ONLY = "Only nurses and physicians of this ward can make entries."
CHANGING_ONLY = "Only nurses and physicians of this ward correct a course or a patient."
NOBODY = "Nobody has the right to change this."
CLOSING_ONLY = "Only a physician of this ward closes or reopens a course."

SEE = Right(
    "See the board, the charts and every entry",
    frozenset(Role),
    "This patient is not on a ward that you belong to.",
)
ENTER = Right(
    "Enter assessments, laboratory results, doses and events; mark a line of the step as done",
    ENTERING | IMPORTING,
    ENTERING_ONLY,
)
GRADE_EVENTS = Right(
    "Record IEC-HS, secondary HLH, TIAN, and the grade of an event",
    DECIDING | IMPORTING,
    "Only a physician records IEC-HS, secondary HLH, TIAN or the grade of an event. Call one.",
)
ADJUDICATE = Right(
    "Confirm or refuse what a sign is put down to; record the final grade",
    DECIDING | IMPORTING,
    "Only a physician decides what a sign is put down to, or the final grade. Call one.",
)
DECLINE = Right(
    "Mark a line of the current step as deferred or declined",
    DECIDING | IMPORTING,
    "Only a physician defers or declines a line of the current step. Call one.",
)
CORRECT = Right("Correct an entry by a new one", ENTERING, ENTERING_ONLY)
STRIKE_OUT = Right(
    "Strike out an entry; a decision on a sign or a final grade only by who may decide",
    ENTERING,
    ENTERING_ONLY,
)
STOP = Right("Record the end of a run, or its new rate", ENTERING, ENTERING_ONLY)
COPY = Right(
    "Enter what was struck out on the right patient",
    ENTERING,
    "Only nurses and physicians of both wards enter it on the right patient.",
    condition="where both patients are on their wards",
)
ADMIT = Right(
    "Admit a patient: a new one, or one who was here before",
    ENTERING | IMPORTING,
    "Only nurses and physicians admit a patient, and only to a ward that they belong to.",
    condition="to their wards",
)
ADMIT_CLOSED = Right(
    "Admit with a course that is closed already",
    DECIDING | IMPORTING,
    CLOSING_ONLY,
    condition="to their wards",
)
MOVE = Right(
    "Move a patient to another ward",
    ENTERING,
    "Only nurses and physicians move a patient, and only to a ward that they belong to.",
    condition="from and to their wards",
    model=Course,
    fields=frozenset({"ward"}),
    holds=_leads_to_own_ward,
)
SEND_HOME = Right(
    "Let a patient go home with the course open, or take the patient back on the ward",
    ENTERING,
    "Only nurses and physicians of this ward say where a patient is.",
    model=Course,
    fields=frozenset({"home_since"}),
)
CORRECT_TREATMENT = Right(
    "Change the bed; correct the treatment, weight and usual values",
    ENTERING,
    CHANGING_ONLY,
    model=Course,
    fields=frozenset(
        {
            "bed",
            "product",
            "product_batch",
            "indication",
            "cell_dose",
            "weight_kg",
            "weighed_at",
            "baseline_systolic_mmhg",
            "baseline_oxygen_device",
            "baseline_oxygen_flow_l_min",
            "baseline_spo2_percent",
            "baseline_home_cpap",
            "baseline_ice_total",
            "baseline_capd_total",
            "baseline_ferritin_ng_ml",
            "baseline_immunosuppressed",
            "last_follow_up_day",
        }
    ),
)
SET_ICE = Right(
    "Set how ICE is made with a patient: sentence, objects, language, what was never possible",
    ENTERING,
    CHANGING_ONLY,
    model=Course,
    fields=frozenset(ICE_SETTINGS),
)
CORRECT_INFUSION = Right(
    "Correct an infusion that was given",
    DECIDING,
    "Only a physician corrects an infusion that was given. Call one.",
    model=Course,
    fields=frozenset({"infused_at", "infusion_planned", "later_infusions"}),
)
RECORD_INFUSION = Right(
    "Record or correct an infusion that is only planned",
    ENTERING,
    CHANGING_ONLY,
    condition="on their wards, until it is recorded as given",
    model=Course,
    fields=CORRECT_INFUSION.fields,
    holds=_is_only_planned,
)
CORRECT_ZONE = Right(
    "Correct the time zone, by which days are counted",
    DECIDING,
    "Only a physician of this ward corrects the time zone of a course.",
    model=Course,
    fields=frozenset({"time_zone"}),
)
CLOSE = Right(
    "Close or reopen a course",
    DECIDING,
    CLOSING_ONLY,
    model=Course,
    fields=frozenset({"closed_at", "outcome", "closing_reason"}),
)
CORRECT_ANY_PERSON = Right(
    "Correct the particulars of a patient who has a course on another ward too",
    DECIDING,
    "This patient has a course on another ward too. Only a physician corrects name, MRN, birth "
    "date and the like. Call one.",
    condition="where one of the courses is on their wards",
    model=Patient,
    fields=frozenset(
        {
            "mrn",
            "family_name",
            "given_name",
            "birth_date",
            "age_at_infusion_years",
            "sex",
            "developmental_delay",
        }
    ),
)
CORRECT_PERSON = Right(
    "Correct the particulars of a patient",
    ENTERING | IMPORTING,
    CHANGING_ONLY,
    condition="where every course of the patient is on their wards",
    model=Patient,
    fields=CORRECT_ANY_PERSON.fields,
    holds=_has_courses_on_own_wards_only,
)
HAND_OVER = Right(
    "Write a note for the next shift, hand a ward over, accept what was handed over to oneself",
    ENTERING,
    "Only nurses and physicians of this ward hand it over or take it over.",
)
ANSWER_CALL = Right(
    "Say who was told of a call, answer it, close it",
    ENTERING,
    "Only nurses and physicians of this ward answer a call.",
)
SET_ROUNDS = Right(
    "Set intervals, laboratory panel, shifts and calls of a ward's rounds",
    SETTING,
    "Only a physician of this ward or an administrator sets the rounds of a ward.",
    condition="physicians on their wards, administrators on every ward",
)
CHANGE_DOCUMENT = Right(
    "Change the id, source and date that an imported document brought",
    frozenset(),
    "What an imported document says of itself is not changed.",
    condition="after the import",
    model=Course,
    fields=frozenset({"carried"}),
)

RIGHTS = (
    SEE,
    ENTER,
    GRADE_EVENTS,
    ADJUDICATE,
    DECLINE,
    CORRECT,
    STRIKE_OUT,
    COPY,
    STOP,
    ADMIT,
    ADMIT_CLOSED,
    MOVE,
    SEND_HOME,
    CORRECT_TREATMENT,
    SET_ICE,
    RECORD_INFUSION,
    CORRECT_INFUSION,
    CORRECT_ZONE,
    CLOSE,
    CORRECT_PERSON,
    CORRECT_ANY_PERSON,
    HAND_OVER,
    ANSWER_CALL,
    SET_ROUNDS,
    CHANGE_DOCUMENT,
)
"""The table. A field may be changed by whoever one of its lines allows it where that line holds."""
