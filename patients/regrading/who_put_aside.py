"""Who put the signs aside that do not count: read at a regrade, so that no page has to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from grading.engine.result import PutAside
from patients.models import Assessment
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
    """The standings, each with the signs that are put aside and who did so; one query if any."""
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


def _origins(graded: Graded, uids: set[str]) -> dict[str, Origin]:
    """The origins by the uid of the row."""
    rows = Assessment.objects.filter(course=graded.course, uid__in=uids).values_list(
        "uid", "recorded_by__first_name", "recorded_by__last_name", "recorded_by__username"
    )
    return {str(uid): Origin(short_name(*names), "") for uid, *names in rows}
