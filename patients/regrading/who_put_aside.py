"""Who put the signs aside that do not count: read at a regrade, so that no page has to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from patients.models import Adjudication, Assessment
from patients.models.standing import SystemStanding
from patients.regrading.graded import Graded
from patients.words.put_aside import AsideSource, source_of, with_source


def with_people(
    standings: Mapping[str, SystemStanding], graded: Graded
) -> dict[str, SystemStanding]:
    """The standings, each with the signs that are put aside and who did so."""
    signs = {
        key: () if standing.aside is None else standing.aside.put_aside
        for key, standing in standings.items()
    }
    uids = {sign.uid for own in signs.values() for sign in own if sign.uid}
    if not uids:
        return dict(standings)
    sources, start = _sources(graded, uids), graded.course.infused_at
    return {
        key: replace(
            standing, put_aside=tuple(with_source(sign, sources, start) for sign in signs[key])
        )
        for key, standing in standings.items()
    }


def _sources(graded: Graded, uids: set[str]) -> dict[str, AsideSource]:
    """Who is behind each row by its uid; decisions are read where entries leave one open."""
    sources: dict[str, AsideSource] = {}
    models: tuple[Any, ...] = (Assessment, Adjudication)
    for model in models:
        if wanted := uids - sources.keys():
            rows = model.objects.filter(course=graded.course, uid__in=wanted)
            for row in rows.select_related("recorded_by"):
                sources[str(row.uid)] = source_of(row)
    return sources
