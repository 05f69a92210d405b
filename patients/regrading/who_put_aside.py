"""Who put the signs aside that do not count: read at a regrade, so that no page has to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grading.engine.result import Result
from patients.models import Adjudication, Assessment, Course
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
    results = (standing.aside for standing in standings.values() if standing.aside is not None)
    sources, start = sources_of(graded.course, *results), graded.course.infused_at
    return {
        key: replace(
            standing, put_aside=tuple(with_source(sign, sources, start) for sign in signs[key])
        )
        for key, standing in standings.items()
    }


def sources_of(course: Course, *results: Result) -> dict[str, AsideSource]:
    """Who put the signs of these results aside, by the uid of the row.

    Decisions are read where entries leave one open; nothing is read where no sign is put aside.
    """
    uids = {sign.uid for result in results for sign in result.put_aside if sign.uid}
    sources: dict[str, AsideSource] = {}
    models: tuple[Any, ...] = (Assessment, Adjudication)
    for model in models:
        if wanted := uids - sources.keys():
            rows = model.objects.filter(course=course, uid__in=wanted)
            for row in rows.select_related("recorded_by"):
                sources[str(row.uid)] = source_of(row)
    return sources
