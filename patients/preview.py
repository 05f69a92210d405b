"""What the grades would be if the form were saved as it stands. Reads, grades, never writes."""

from __future__ import annotations

from dataclasses import dataclass

from grading.record import Findings
from grading.rules.registry import PRIMARY, System, grade_record
from grading.rules.result import Result, SystemGrades
from grading.rules.wording import review_reason, sentence, waiver
from patients import wording
from patients.badges import Badge, system_badge
from patients.models import Assessment
from patients.transfer import record_of


@dataclass(frozen=True, slots=True)
class SystemPreview:
    """One system's grade of the entry on the screen, in the words of the page."""

    key: str
    label: str
    badge: Badge
    was: str
    review: str
    reasons: tuple[str, ...]
    waiver: str
    not_entered: str
    cautions: tuple[str, ...]


def preview_of(row: Assessment) -> list[SystemPreview]:
    """Grade an unsaved row within its whole course, in place of the row that it replaces."""
    record = record_of(row.course, extra=[row])
    graded = grade_record(record, systems=PRIMARY)
    place = next(n for n, seen in enumerate(record.findings) if seen.uid == str(row.uid))
    return [
        _preview(system, graded[key], record.findings, place) for key, system in PRIMARY.items()
    ]


def _preview(
    system: System, graded: SystemGrades, findings: tuple[Findings, ...], place: int
) -> SystemPreview:
    here = findings[place]
    result = graded.results[place] if system.has_part(here) else None
    return SystemPreview(
        key=system.key,
        label=system.label,
        badge=system_badge(system, result),
        was=_was(system, graded, findings, place),
        review=_review(result),
        reasons=() if result is None else tuple(sentence(met) for met in result.because),
        waiver="" if result is None else waiver(result),
        not_entered="" if result is None else ", ".join(result.missing),
        cautions=() if result is None else result.cautions,
    )


def _was(system: System, graded: SystemGrades, findings: tuple[Findings, ...], place: int) -> str:
    """The latest earlier grade, with how long ago that was."""
    for n in reversed(range(place)):
        result = graded.results[n]
        if system.has_part(findings[n]) and result.shown is not None:
            ago = wording.duration(findings[place].elapsed - findings[n].elapsed)
            return f"was {_short(result)}, {ago} before"
    return ""


def _short(result: Result) -> str:
    bound = "≥ " if result.at_least else ""
    return (
        f"review (would be {bound}{result.would_be})" if result.review else f"{bound}{result.grade}"
    )


def _review(result: Result | None) -> str:
    if result is None or not result.review:
        return ""
    return review_reason(result) or "attribute the signs"
