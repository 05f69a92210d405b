"""The newest signs and laboratory results of one patient, in a few words, with their trend.

Missing is not normal: what was never measured is named, and so is what is older than the last
handover.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from grading.engine.labs import LabIndex, LabValue, labs_of
from grading.rules.systems import PRIMARY
from grading.vocabulary import ANALYTES
from patients.board.lines import BoardLine
from patients.models.standing import SystemStanding
from patients.rounds.handover.content import HandedGrade, HandedPatient
from patients.rounds.handover.news import News
from patients.words import wording
from patients.words.grades import grade_in_short, reason_in_short
from patients.words.now.episode import OF_NOW

if TYPE_CHECKING:
    from grading.engine.system import System

HIGHLIGHTS = ("ferritin", "crp", "anc", "platelets")
NEVER = "never measured"


def laboratory(news: News) -> tuple[str, ...]:
    """Ferritin, CRP, neutrophils and platelets: the newest that can be used, with its trend.

    Results of one time stand behind it: 06:00 (before: 04 Jan 05:00): Ferritin 12,000 ng/mL, up
    from 4,300; CRP 88 mg/L, down from 120.
    """
    index = labs_of(news.file.record)
    not_used = {each.analyte: each.caution for each in index.newest_not_used()}
    results = [_result(news, index, name) for name in HIGHLIGHTS]
    lines = []
    for times, several in groupby(results, key=itemgetter(0)):
        texts = "; ".join(text for _, text in several)
        lines.append(f"{times}: {texts}" if times else texts)
    return (*lines, *(not_used[name] for name in HIGHLIGHTS if name in not_used))


def _result(news: News, index: LabIndex, name: str) -> tuple[str, str]:
    """The times of the newest result and of the one before, and both in words."""
    label, elapsed = ANALYTES[name].label, news.file.elapsed(news.now)
    newest = index.latest(name, elapsed)
    if newest is None:
        return "", f"{label} {NEVER}"
    at = news.clock(news.file.course.infused_at + newest.elapsed)
    text = f"{label} {_measured(newest)}"
    before = index.latest_before(name, newest.elapsed)
    if before is None:
        return at, text
    times = f"{at} (before: {news.clock(news.file.course.infused_at + before.elapsed)})"
    if before.value == newest.value and before.comparator == newest.comparator:
        return times, f"{text}, as before"
    return times, f"{text}, {_direction(before, newest)} {_measured(before, newest)}"


def _direction(before: LabValue, newest: LabValue) -> str:
    """Up or down where the two can be compared; "after" where a bound leaves it open."""
    if not (before.is_exact and newest.is_exact):
        return "after"
    return "up from" if newest.value > before.value else "down from"


def _measured(result: LabValue, newest: LabValue | None = None) -> str:
    """The value as the laboratory sent it; beside a newer one without the unit that both have."""
    unit = result.lab.unit
    same = newest is not None and newest.lab.unit == unit
    return wording.measured(result.lab.value, result.comparator, None if same else unit)


def signs(line: BoardLine, news: News) -> tuple[str, ...]:
    """The newest vital signs and the newest ICE or CAPD, each with its time."""
    return tuple(_signs(line, news))


def _signs(line: BoardLine, news: News) -> Iterator[str]:
    if line.vitals_at is None:
        yield f"vital signs {NEVER}"
    else:
        each = (f"{sign.text} ({sign.taken})" if sign.taken else sign.text for sign in line.vitals)
        yield f"{' · '.join(each)}, {line.vitals_at.clock}"
    if not line.neuro_clock:
        yield f"{line.neuro_test} never examined"
    else:
        yield f"{line.neuro_test} {line.neuro_score}, {line.neuro_clock}"
    if not news.new_uids and news.file.record.findings:
        last = news.file.course.infused_at + news.file.record.findings[-1].elapsed
        yield f"not assessed since {news.clock(last)}"


def grades(news: News, before: HandedPatient | None) -> tuple[HandedGrade, ...]:
    """CRS and ICANS: at the last handover, now, and the highest since then."""
    standings = news.file.standings
    then = {} if before is None else {grade.system: grade for grade in before.grades}
    return tuple(
        _grade(system, standings[key], news, then.get(system.name))
        for key, system in PRIMARY.items()
    )


def _grade(
    system: System, standing: SystemStanding, news: News, then: HandedGrade | None
) -> HandedGrade:
    stands = standing.stands or standing.current
    peaks = [news.peak(system.key), None if then is None else then.number, standing.shown]
    highest = max((grade for grade in peaks if grade is not None), default=None)
    is_higher = highest is not None and (standing.shown is None or highest > standing.shown)
    return HandedGrade(
        system=system.name,
        now="not assessed" if stands is None else grade_in_short(stands),
        age=_age(standing, news),
        then="" if then is None else then.now,
        peak=str(highest) if is_higher else "",
        reason="" if stands is None else reason_in_short(stands),
        number=standing.shown,
    )


def _age(standing: SystemStanding, news: News) -> str:
    """Since when nobody has assessed this grade anew; empty for one of now."""
    at: datetime | None = standing.stands_at or standing.assessed_at
    if at is None or news.file.death is not None:
        return ""
    if standing.is_reassessed and news.now - at <= OF_NOW:
        return ""
    return f"{'of' if standing.is_reassessed else 'not reassessed since'} {news.clock(at)}"
