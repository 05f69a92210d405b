"""CRS by ASTCT 2019 over a course: fever, waiver, review, onset window, before the infusion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from tests.oracle.course.decisions import attribution_at
from tests.oracle.course.document import Course, Entry
from tests.oracle.course.drugs import WAIVES_FEVER, class_of, end_of_run, is_one_moment
from tests.oracle.course.episodes import Episode, Episodes, Origin, Verdict
from tests.oracle.course.signs import Sign, Signs, signs_of

WINDOW_DAYS = 14
MOST_BY_FLOW = 3
PART = (
    "temperature_c",
    "fever",
    "systolic_mmhg",
    "diastolic_mmhg",
    "spo2_percent",
    "hypotension",
    "vasopressors",
    "oxygen_device",
)
NEEDED = frozenset({"temperature", "hypotension", "vasopressors", "oxygen device"})


def has_part(entry: Entry) -> bool:
    return any(entry.get(key) is not None for key in PART)


@dataclass
class Standing:
    """What the course so far means for an entry."""

    open: bool
    waived: bool
    late: bool
    """After Day 14 of the latest infusion."""


def grade_crs(course: Course) -> tuple[list[Verdict], Episodes]:
    """A verdict for every assessment, in order of time, and the episodes."""
    episodes, verdicts = Episodes(), []
    for place, entry in enumerate(course.assessments):
        if not has_part(entry):
            verdicts.append(Verdict(missing=NEEDED))
        elif entry.hour < 0:
            verdicts.append(before_the_infusion(course, place))
        else:
            episodes.come_to(entry.hour)
            verdicts.append(verdict_of(course, place, episodes.open))
            episodes.add(entry.hour, verdicts[-1])
    return verdicts, episodes


def before_the_infusion(course: Course, place: int) -> Verdict:
    """No sign counts: 0 where every field is recorded, else null."""
    attribution, _ = attribution_at(course, place)
    signs = signs_of(course, course.assessments[place], attribution)
    if not signs.unrecorded:
        return Verdict(grade=0)
    return Verdict(missing=signs.unrecorded)


def verdict_of(course: Course, place: int, episode: Episode | None) -> Verdict:
    """The grade as attributed, with what it would be if every sign counted."""
    entry = course.assessments[place]
    latest = course.latest_infusion(entry.hour)
    standing = Standing(
        open=episode is not None,
        waived=episode is not None and is_waived(course, entry.hour, episode),
        late=course.day(entry.hour, latest) > WINDOW_DAYS,
    )
    attribution, origins = attribution_at(course, place)
    counted = {sign: "car_t" if cause == "other" else cause for sign, cause in attribution.items()}
    all_signs = signs_of(course, entry, counted)
    verdict = judge(signs_of(course, entry, attribution), standing, attribution.get("fever"))
    whole = judge(all_signs, standing, counted.get("fever"))
    there = {
        "fever": all_signs.fever is True,
        "hypotension": all_signs.hypotension.low > 0,
        "hypoxia": all_signs.hypoxia.low > 0,
    }
    return with_all_counted(verdict, whole, signs_put_aside(attribution, there), origins)


def signs_put_aside(attribution: dict[str, str], there: dict[str, bool]) -> list[str]:
    """The signs with another cause that are there; all of them where that cannot be told."""
    elsewhere = [sign for sign in there if attribution.get(sign) == "other"]
    return [sign for sign in elsewhere if there[sign]] or elsewhere


def with_all_counted(
    verdict: Verdict, whole: Verdict, signs: Iterable[str], origins: dict[str, Origin]
) -> Verdict:
    """Name the number that it would be with every sign counted, where that is higher or the
    verdict waits in review without them, and whose word it is that these signs do not.
    """
    number = -1 if verdict.number is None else verdict.number
    only_in_review = verdict.review and not whole.review
    if whole.number is None or (whole.number <= number and not only_in_review):
        return verdict
    aside = frozenset(origins[sign] for sign in signs)
    return replace(verdict, if_all_counted=whole.number, put_aside=aside)


def judge(signs: Signs, standing: Standing, fever_from: str | None) -> Verdict:
    """The grade of an entry after the infusion."""
    low = max(signs.hypotension.low, signs.hypoxia.low)
    high = max(signs.hypotension.high, signs.hypoxia.high)
    if signs.fever is True:
        number = max(1, low)
        graded = Verdict(number, high > number, missing=raising(signs, number))
        unasked = not standing.open and standing.late and fever_from in {None, "undetermined"}
        return in_review(graded) if unasked else graded
    if low > 0:
        graded = Verdict(low, high > low, missing=raising(signs, low))
        if standing.waived:
            return graded
        if signs.fever is None:
            graded.missing |= {"temperature"}
        return in_review(graded)
    if high == 0 and signs.fever is False:
        return Verdict(grade=0)
    return Verdict(missing=everything_missing(signs))


def in_review(graded: Verdict) -> Verdict:
    return replace(graded, grade=None, review=True, would_be=graded.grade)


def raising(signs: Signs, grade: int) -> frozenset[str]:
    """What is missing and could still raise the grade; a flow alone makes at most 3."""
    pair: list[Sign] = [signs.hypotension, signs.hypoxia]
    missing = frozenset[str]().union(*(sign.missing for sign in pair if sign.high > grade))
    return missing - {"oxygen flow"} if grade >= MOST_BY_FLOW else missing


def everything_missing(signs: Signs) -> frozenset[str]:
    temperature = {"temperature"} if signs.fever is None else set()
    return signs.hypotension.missing | signs.hypoxia.missing | temperature


def is_waived(course: Course, hour: Fraction, episode: Episode) -> bool:
    """Whether a drug given since the onset makes fever unnecessary.

    After a gap that the episode outlasted, only what came after the last entry before it counts,
    and runs that were still open then.
    """
    for dose in course.doses:
        if class_of(dose) not in WAIVES_FEVER or dose.hour > hour:
            continue
        if is_one_moment(course, dose):
            if dose.hour >= episode.onset and not is_before_the_gap(dose.hour, episode):
                return True
        elif runs_into(course, dose, episode):
            return True
    return False


def is_before_the_gap(hour: Fraction, episode: Episode) -> bool:
    return episode.unseen_from is not None and hour <= episode.unseen_from


def runs_into(course: Course, dose: Entry, episode: Episode) -> bool:
    """Whether a run was open after the onset, and after the gap began where there was one."""
    end = end_of_run(course, dose)
    begun = episode.onset if episode.unseen_from is None else episode.unseen_from
    return end is None or end > begun
