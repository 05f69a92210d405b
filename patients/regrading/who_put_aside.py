"""Who put the signs aside that do not count: read at a regrade, so that no page has to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from grading.engine.result import PutAside
from patients.models import Adjudication, Assessment
from patients.models.standing import SignPutAside, SystemStanding
from patients.regrading.graded import Graded
from patients.words.put_aside import short_name


@dataclass(frozen=True, slots=True)
class Origin:
    """The person behind an entry or a decision, and the cause as it was typed there."""

    by: str
    cause_in_words: str


NOBODY = Origin("", "")


def with_people(
    standings: Mapping[str, SystemStanding], graded: Graded
) -> dict[str, SystemStanding]:
    """The standings, each with the signs that are put aside, and who did so."""
    signs = {
        key: () if standing.aside is None else standing.aside.put_aside
        for key, standing in standings.items()
    }
    uids = {sign.uid for own in signs.values() for sign in own if sign.uid}
    if not uids:
        return dict(standings)
    origins = _origins(graded, uids)
    return {
        key: replace(
            standing, put_aside=tuple(_named(sign, graded, origins) for sign in signs[key])
        )
        for key, standing in standings.items()
    }


def _named(sign: PutAside, graded: Graded, origins: Mapping[str, Origin]) -> SignPutAside:
    origin = origins.get(sign.uid, NOBODY)
    return SignPutAside(
        sign=str(sign.sign),
        cause="" if sign.cause is None else str(sign.cause),
        cause_in_words=origin.cause_in_words,
        confirmed=sign.confirmed,
        by=origin.by,
        at=graded.course.infused_at + sign.elapsed,
    )


TYPED_CAUSE: Mapping[type[Any], str] = {Assessment: "attribution_words", Adjudication: "reason"}
"""The column that says in words what the cause is, by the model that puts a sign aside."""


def _origins(graded: Graded, uids: set[str]) -> dict[str, Origin]:
    """The origins by the uid of the row; decisions are read where entries leave one open."""
    origins: dict[str, Origin] = {}
    for model, typed in TYPED_CAUSE.items():
        if wanted := uids - origins.keys():
            names = (f"recorded_by__{name}" for name in ("first_name", "last_name", "username"))
            rows = model.objects.filter(course=graded.course, uid__in=wanted)
            for uid, cause, *person in rows.values_list("uid", typed, *names):
                origins[str(uid)] = Origin(short_name(*person), cause or "")
    return origins
