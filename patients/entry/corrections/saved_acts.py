"""What stands in the banner after a save: the entry is corrected or struck out from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from patients.forms.saved import SavedForm
from patients.forms.submit import correct_url
from patients.models import ClinicalRow, Dose, LabResult
from patients.permissions import can_enter
from patients.words import wording


def correct_or_strike_out(saved: SavedForm) -> str:
    """Links that correct what was just saved or strike it out; of several entries each is named."""
    if not can_enter(saved.request.user) or not saved.course.is_open():
        return ""
    entries = _one_of_each(_counting(saved.rows))
    acts = [_acts(row, named=len(entries) > 1) for row in entries]
    return format_html_join("", '<span class="saved__acts">{}</span>', ((act,) for act in acts))


def _counting(rows: Sequence[ClinicalRow]) -> list[ClinicalRow]:
    """The rows that were neither corrected nor struck out since, by one query for each kind."""
    counting = set()
    for model in {type(row) for row in rows}:
        keys = [row.pk for row in rows if type(row) is model]
        of_kind: Any = model
        counting |= set(of_kind.objects.live().filter(pk__in=keys).values_list("uid", flat=True))
    return [row for row in rows if row.uid in counting]


def _one_of_each(rows: Sequence[ClinicalRow]) -> list[ClinicalRow]:
    """The results of one sample are corrected together: the first stands for all."""
    labs = [row for row in rows if isinstance(row, LabResult)]
    return [row for row in rows if not isinstance(row, LabResult) or row is labs[0]]


def _acts(row: ClinicalRow, *, named: bool) -> SafeString:
    """The links of one entry, after its name where several were saved."""
    name = _name(row)
    links = list(_links(row))
    words = format_html("<b>{}:</b> ", f"{name[:1].upper()}{name[1:]}") if named else ""
    tags = format_html_join(
        " ",
        '<a class="button" href="{}">{}<span class="visually-hidden"> {}</span></a>',
        ((address, act, name) for act, address in links),
    )
    return format_html("{}{}", words, tags)


def _links(row: ClinicalRow) -> Iterator[tuple[str, str]]:
    if address := correct_url(row):
        yield "correct", address
    section, course = row.entry_kind.section, row.course.uid
    if isinstance(row, Dose) and row.end_recorded_at is not None:
        return  # its end was saved; struck out, the whole run would be
    if isinstance(row, LabResult):
        yield "strike out …", reverse("entry_show", args=[course, section, row.uid])
    else:
        yield "strike out", reverse("strike_out", args=[course, section, row.uid])


def _name(row: ClinicalRow) -> str:
    if isinstance(row, Dose):
        return wording.words(row.agent)
    return row.entry_kind.plural if isinstance(row, LabResult) else row.entry_kind.noun
