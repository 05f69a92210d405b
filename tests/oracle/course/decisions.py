"""What holds of a sign at an assessment: what its entry says, or what a physician decided.

A decision covers the assessments from the time it is about until the sign was recorded as absent;
of those that cover an assessment, the last taken holds. An entry that a physician made or confirmed
is a decision too. Withdrawn gives the word back to the entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.course.document import Course, Entry
from tests.oracle.course.episodes import Origin
from tests.oracle.course.running import running_at
from tests.oracle.course.signs import (
    ABSENT,
    POSITIVE_PRESSURE,
    fever_of,
    hypotension_of,
    hypoxia_of,
)

ALL_ICE_POINTS, WORTH = 10, {"naming": 3}
ATTRIBUTED = {"confirmed": "other", "refused": "car_t"}


@dataclass(frozen=True)
class Decision:
    """One decision about one sign: when it was taken, from when it holds, and what it says."""

    taken: Fraction
    holds_from: Fraction
    word: str
    cause: str | None


def attribution_at(course: Course, place: int) -> tuple[dict[str, str], dict[str, Origin]]:
    """The attribution that holds at the assessment of this place, and whence each sign has it."""
    entry = course.assessments[place]
    attribution: dict[str, str] = dict(entry.get("attribution") or {})
    causes = entry.get("attribution_cause") or {}
    origins = {
        sign: Origin(sign, causes.get(sign), False, float(entry.hour)) for sign in attribution
    }
    for sign in SIGNS_RECORDED_ABSENT:
        decision = in_force(course, sign, place)
        if decision is not None:
            attribution[sign] = ATTRIBUTED[decision.word]
            cause = decision.cause or causes.get(sign)
            origins[sign] = Origin(sign, cause, True, float(decision.taken))
    return attribution, origins


def in_force(course: Course, sign: str, place: int) -> Decision | None:
    """The last decision that covers this assessment; None where it was withdrawn.

    Whether a sign is there, no decision tells: one that the entry leaves open stays unknown,
    unless the entry itself puts it aside.
    """
    entry = course.assessments[place]
    is_put_aside = (entry.get("attribution") or {}).get(sign) == "other"
    if not is_put_aside and not SIGNS_RECORDED[sign](course, entry):
        return None
    covering = [each for each in decisions_on(course, sign) if covers(course, each, sign, place)]
    return covering[-1] if covering and covering[-1].word in ATTRIBUTED else None


def covers(course: Course, decision: Decision, sign: str, place: int) -> bool:
    """Whether an assessment lies in the spell that the decision is about."""
    if decision.holds_from > course.assessments[place].hour:
        return False
    return not any(
        is_absent(course, earlier, sign)
        for earlier in course.assessments[: place + 1]
        if earlier.hour > decision.holds_from
    )


def decisions_on(course: Course, sign: str) -> list[Decision]:
    """The decisions on a sign as they were taken; of one moment, the adjudication is the later."""
    from_entries = list(_of_entries(course, sign))
    adjudicated = [
        Decision(
            taken=each.hour,
            holds_from=each.hour if each.get("from_hour") is None else course.hour_of_start(each),
            word=each.get("decision"),
            cause=each.get("cause"),
        )
        for each in course.adjudications
        if each.get("decision") != "final_grade" and each.get("sign") == sign
    ]
    return sorted([*from_entries, *adjudicated], key=lambda decision: decision.taken)


def _of_entries(course: Course, sign: str) -> Iterator[Decision]:
    words = {attributed: word for word, attributed in ATTRIBUTED.items()}
    for entry in course.assessments:
        word = words.get((entry.get("attribution") or {}).get(sign, ""))
        confirmed = entry.get("attribution_confirmed") is True
        if confirmed and word is not None and not is_absent(course, entry, sign):
            cause = (entry.get("attribution_cause") or {}).get(sign)
            yield Decision(entry.hour, entry.hour, word, cause)


def is_absent(course: Course, entry: Entry, sign: str) -> bool:
    """Whether an assessment records the sign as absent; what nobody recorded is not absent."""
    return SIGNS_RECORDED_ABSENT[sign](course, entry)


def _no_hypotension(course: Course, entry: Entry) -> bool:
    """Answered no, and no vasopressor that counts on the list or running."""
    running = running_at(course, entry)
    return entry.get("hypotension") is False and not running.counts


def _no_hypoxia(course: Course, entry: Entry) -> bool:
    """Room air or no more oxygen than at home, no low saturation, no airway to protect."""
    device, reason = entry.get("oxygen_device"), entry.get("positive_pressure_for")
    if device is None or (device in POSITIVE_PRESSURE and reason == "airway_protection"):
        return False
    return hypoxia_of(course, entry) is ABSENT


def _no_point_lost(_course: Course, entry: Entry) -> bool:
    """ICE 10, CAPD 0, both where both were scored."""
    items = {name: points for name, points in (entry.get("ice") or {}).items() if points}
    total, capd = entry.get("ice_total"), entry.get("capd_total")
    if items:
        total = sum(items.values())
    right = [] if total is None else [total == ALL_ICE_POINTS]
    right += [] if capd is None else [capd == 0]
    return bool(right) and all(right)


def _has_lost_points(_course: Course, entry: Entry) -> bool:
    """Points of ICE or CAPD lost, or not done since the patient cannot be woken or cannot speak."""
    items, total = entry.get("ice") or {}, entry.get("ice_total")
    reasons = {entry.get("ice_not_done"), entry.get("capd_not_done")}
    return (
        not reasons.isdisjoint({"unarousable", "aphasia"})
        or any(points is not None and points < WORTH.get(item, 1) for item, points in items.items())
        or (total is not None and total < ALL_ICE_POINTS)
        or (entry.get("capd_total") or 0) > 0
    )


def _answered_otherwise(key: str, word: object) -> Callable[[Course, Entry], bool]:
    return lambda _course, entry: entry.get(key) not in (None, word)


SIGNS_RECORDED: dict[str, Callable[[Course, Entry], bool]] = {
    "fever": lambda _course, entry: fever_of(entry) is True,
    "hypotension": lambda course, entry: (
        hypotension_of(course, entry, running_at(course, entry)).low > 0
    ),
    "hypoxia": lambda course, entry: hypoxia_of(course, entry).low > 0,
    "ice": _has_lost_points,
    "consciousness": _answered_otherwise("consciousness", "spontaneous"),
    "seizure": _answered_otherwise("seizure", "none"),
    "motor": _answered_otherwise("motor", "none"),
    "icp": _answered_otherwise("icp", []),
}
"""Each sign with what records that it is there."""


def _answered(key: str, word: object) -> Callable[[Course, Entry], bool]:
    return lambda _course, entry: entry.get(key) == word


SIGNS_RECORDED_ABSENT: dict[str, Callable[[Course, Entry], bool]] = {
    "fever": lambda _course, entry: fever_of(entry) is False,
    "hypotension": _no_hypotension,
    "hypoxia": _no_hypoxia,
    "ice": _no_point_lost,
    "consciousness": _answered("consciousness", "spontaneous"),
    "seizure": _answered("seizure", "none"),
    "motor": _answered("motor", "none"),
    "icp": _answered("icp", []),
}
"""Each sign with what records it as absent."""
