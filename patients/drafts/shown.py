"""A draft in words: how old it is, and what stands in the way of going on with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from patients.admission.still_open import StillOpen
from patients.drafts.addresses import form_at
from patients.drafts.arrived import row_of
from patients.drafts.keeping import drafts_of
from patients.drafts.models import KEPT_FOR, Draft
from patients.forms.submit import NEW_PAGES, typed_in_words
from patients.models import CLINICAL_MODELS, ClinicalRow, User
from patients.permissions import can_enter, courses_visible_to
from patients.reading.bedside import Bedside
from patients.words import wording

NOT_TAKEN_ON = frozenset({"uid", "course_uid", "replaces", "version", "as_listed"})
"""What a new form has for itself."""


@dataclass(frozen=True, slots=True)
class ShownDraft:
    """One draft as a page offers it.

    since     when its oldest value was typed, by the clock of the ward; empty for a ward's settings
    remark    that it may be stored already, or why its form cannot be opened; else empty
    address   where it goes on; empty where it cannot
    fields    what its form sends, to stand there as it was typed
    """

    draft: Draft
    since: str
    age: str
    remark: str
    address: str
    fields: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What was typed, in words."""
        sent: dict[str, list[str]] = {}
        for name, value in self.draft.values:
            sent.setdefault(name, []).append(value)
        return typed_in_words(sent)

    @property
    def who(self) -> str:
        course = self.draft.course
        if course is None:
            return ""
        return f"bed {course.bed or wording.DASH}, {course.patient.display_name}"

    @property
    def until(self) -> str:
        """When it is deleted, if nothing is typed any more."""
        return wording.time_of_day(self.draft.typed_at + KEPT_FOR, zone_of(self.draft))


def zone_of(draft: Draft) -> ZoneInfo:
    return ZoneInfo("UTC") if draft.course is None else draft.course.zone


def shown_draft(draft: Draft, now: datetime) -> ShownDraft:
    """The draft in words; its form can be opened where the user still sees the patient."""
    address, remark, fields = draft.address, "", tuple(draft.values)
    course = draft.course
    if (row := row_of(draft)) is not None:
        at = wording.clock_or_date(row.recorded_at, now, zone_of(draft))
        remark = (
            f"This form was stored at {at}, its answer was lost. Look at the chart: what you typed "
            "after that is not in it."
        )
    elif draft.was_sent:
        remark = "It was sent once and no answer came. Saved again, it is stored once."
    if course is not None and not course.is_open():
        remark = f"The course was closed. A physician can reopen it. {remark}".strip()
    old = _overtaken(draft)
    if old is not None and course is not None:
        remark = "The entry was corrected or struck out meanwhile. What you typed fits a new one."
        address = reverse(NEW_PAGES[old.entry_kind], kwargs={"uid": course.uid})
        fields = tuple((name, value) for name, value in fields if name not in NOT_TAKEN_ON)
    return ShownDraft(
        draft=draft,
        since=""
        if course is None
        else wording.clock_or_date(draft.first_typed_at, now, course.zone),
        age=f"{wording.duration(now - draft.first_typed_at)} old",
        remark=remark,
        address=address,
        fields=fields,
    )


def _overtaken(draft: Draft) -> ClinicalRow | None:
    """The entry that this form corrects, if it was corrected or struck out meanwhile."""
    page = form_at(draft.address)
    if page is None or not page.view_name.endswith("_correct"):
        return None
    for model in cast("tuple[Any, ...]", CLINICAL_MODELS):
        row: ClinicalRow | None = model.objects.filter(uid=page.kwargs.get("row_uid")).first()
        if row is not None:
            return None if row.is_live() else row
    return None


def own_drafts(user: User, now: datetime) -> tuple[list[ShownDraft], int]:
    """The drafts of patients whom the user may enter something for; how many others there are."""
    drafts = drafts_of(user, now)
    visible = (
        set(courses_visible_to(user).values_list("pk", flat=True)) if can_enter(user) else set()
    )
    shown = [
        shown_draft(draft, now)
        for draft in drafts
        if draft.course is None or draft.course.pk in visible
    ]
    return shown, len(drafts) - len(shown)


def draft_offers(request: HttpRequest) -> dict[str, object]:
    """For templates: the drafts of the form that this page opens, the newest first.

    They are read where the template of a form asks for them. A page that takes one over does not
    offer it again; `draft_continued` says how old it is.
    """
    own = SimpleLazyObject(lambda: _of_this_form(request))
    number = request.POST.get("uid", "")

    def others() -> list[ShownDraft]:
        return [each for each in own if str(each.draft.form_uid) != number]

    def continued() -> ShownDraft | None:
        same = [each for each in own if str(each.draft.form_uid) == number]
        return same[0] if same else None

    return {
        "draft_offers": SimpleLazyObject(others),
        "draft_continued": SimpleLazyObject(continued),
    }


def _of_this_form(request: HttpRequest) -> list[ShownDraft]:
    if not isinstance(request.user, User):
        return []
    now = timezone.now()
    drafts = [each for each in drafts_of(request.user, now) if each.address == request.path]
    return [shown_draft(each, now) for each in drafts]


def drafts_waiting(bedside: Bedside) -> Iterator[StillOpen]:
    """Every unfinished entry of this patient with its author; what is typed stays with them."""
    course, now = bedside.course, bedside.now
    of_course = Draft.objects.filter(course=course, typed_at__gt=now - KEPT_FOR)
    own_page = reverse("close", args=[course.uid])
    for draft in of_course.exclude(address=own_page).select_related("user").order_by("typed_at"):
        at = wording.clock_or_date(draft.first_typed_at, now, course.zone)
        text = f"{draft.title}, not saved: {draft.user}, {at}"
        yield StillOpen("Drafts", text, draft.address, "open the form")
