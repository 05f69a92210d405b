"""The lines of the round view: each patient with three clocks, and the next hours of the ward."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID, uuid5

from grading.rules.systems import PRIMARY
from grading.vocabulary import ANALYTES
from patients.board.lines import PastTime
from patients.board.rows import order_of_bed
from patients.models import BoardRow
from patients.rounds.call_pages.call_words import CallInShort, call_in_short
from patients.rounds.due.rounds_now import FOR_EVER, ReadRound, RoundNow
from patients.rounds.due.words import away_in_words, every_in_words, not_done_in_words
from patients.rounds.rules.clocks import Due, DueState
from patients.words import wording
from patients.words.badges import Badge, standing_badge
from patients.words.wording import clock_or_weekday

HOURS_AHEAD = 6
PRESSING = (DueState.DUE, DueState.OVERDUE)
STATES = {
    DueState.NOT_YET: "due",
    DueState.DUE: "due now",
    DueState.OVERDUE: "overdue",
    DueState.PAUSED: "waits",
    DueState.NOT_DONE: "again",
    DueState.ENDED: "not due any more",
}


@dataclass(frozen=True, slots=True)
class PartLine:
    """One clock of one patient.

    at          since when it is over, where it is
    when        its window: due 20:00 to 20:30
    not_done    why it was not done, where that stands; `omission` is the uid of that reason, empty
                where it stands in an entry
    may_be_left_out  it is due now, so that there can be a reason why it is not done
    """

    key: str
    what: str
    state: str
    at: datetime
    when: str
    every: str
    last: PastTime | None
    missing: str
    not_done: str
    omission: str
    is_over: bool
    may_be_left_out: bool


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One patient of the round view; without clocks where nothing was worked out yet."""

    uid: str
    bed: str
    name: str
    grades: tuple[tuple[str, Badge], ...]
    call: CallInShort | None
    away: str
    pause: str
    at_home: bool
    clocks: tuple[PartLine, ...]
    died: bool
    urgency: tuple[bool, bool, bool, datetime, tuple[int, str, str]]

    @property
    def form_uid(self) -> UUID:
        """The number of the form that ends the pause: made of the pause, which ends once."""
        return uuid5(UUID(self.pause), "back")

    @property
    def is_over(self) -> bool:
        return any(clock.is_over for clock in self.clocks)


@dataclass(frozen=True, slots=True)
class Hour:
    """What comes due in one hour of the ward: 20:00, 3 vitals, 1 ICE."""

    clock: str
    what: str


def round_line(row: BoardRow, read: ReadRound | None, now: datetime) -> RoundLine:
    """One patient, as the round stands at `now`."""
    course, standings = row.course, row.standings
    shown = None if read is None else read.at(now)
    died = any(standing.death is not None for standing in standings.values())
    call = None if shown is None else shown.call
    omissions = {} if read is None else {each.clock: each.uid for each in read.reasons}
    clocks = () if shown is None or died else shown.dues
    first = None if shown is None else shown.first_due
    return RoundLine(
        uid=str(course.uid),
        bed=course.bed or wording.DASH,
        name=course.patient.display_name,
        grades=tuple(
            (system.name, standing_badge(system, standings[key])) for key, system in PRIMARY.items()
        ),
        call=None if call is None else call_in_short(call, now, course.zone),
        away="" if shown is None else _away(shown, now, course.zone),
        pause="" if shown is None or shown.away is None else shown.away.uid,
        at_home=shown is not None and shown.away is not None and shown.away.is_at_home,
        clocks=tuple(
            _clock_line(due, omissions.get(due.clock, ""), now, course.zone) for due in clocks
        ),
        died=died,
        urgency=(
            died,
            shown is None or not shown.waits_for_answer,
            shown is None or not shown.overdue,
            FOR_EVER if first is None else first.due_at,
            order_of_bed(course.bed, course.patient.display_name),
        ),
    )


def _away(shown: RoundNow, now: datetime, zone: tzinfo) -> str:
    paused = shown.in_state(DueState.PAUSED)
    if shown.away is None or not paused:
        return ""
    return f"{away_in_words(paused[0], now, zone)}; entered by {shown.away.by}"


def _clock_line(due: Due, omission: str, now: datetime, zone: tzinfo) -> PartLine:
    is_over = due.state is DueState.OVERDUE
    last = due.last_at
    return PartLine(
        key=due.clock.value,
        what=due.what,
        state=STATES[due.state],
        at=due.due_at,
        when="" if due.state is DueState.ENDED else _window(due, now, zone),
        every=every_in_words(due),
        last=None if last is None else PastTime(last, wording.clock_or_date(last, now, zone)),
        missing=", ".join(ANALYTES[name].label for name in due.missing),
        not_done=not_done_in_words(due, now, zone) if due.state is DueState.NOT_DONE else "",
        omission=omission if due.state is DueState.NOT_DONE else "",
        is_over=is_over,
        may_be_left_out=due.state in PRESSING,
    )


def _window(due: Due, now: datetime, zone: tzinfo) -> str:
    if due.state is DueState.PAUSED and due.away_until is None:
        return "until back on the ward"
    until = clock_or_weekday(due.until, due.due_at, zone)
    return f"{clock_or_weekday(due.due_at, now, zone)} to {until}"


def hours_ahead(rounds: Sequence[RoundNow], now: datetime, zone: tzinfo) -> list[Hour]:
    """What is due now, and by the hour what comes due if everything is done when it is due."""
    this_hour = _hour_of(now, zone)
    counted: dict[datetime | None, Counter[str]] = {}
    for shown in rounds:
        for due in shown.dues:
            for at in _times(due, now, this_hour + timedelta(hours=HOURS_AHEAD)):
                hour = None if at is None else _hour_of(at, zone)
                counted.setdefault(hour, Counter())[due.what] += 1
    hours = sorted(hour for hour in counted if hour is not None)
    now_due = [Hour("now", _counted(counted[None]))] if None in counted else []
    return now_due + [
        Hour(wording.time_of_day(hour, zone), _counted(counted[hour])) for hour in hours
    ]


def _times(due: Due, now: datetime, end: datetime) -> Iterator[datetime | None]:
    """The times at which a part comes due before `end`; None once where it is due already."""
    if due.state is DueState.ENDED:
        return
    step = timedelta(minutes=due.minutes)
    at = due.due_at
    if at <= now:
        yield None
        at += step * ((now - at) // step + 1)
    while at < end:
        yield at
        at += step


def _hour_of(at: datetime, zone: tzinfo) -> datetime:
    """The beginning of an hour of the ward's clock; zones with half an hour have it at :00 too."""
    local = at.astimezone(zone)
    return at - timedelta(
        minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )


def _counted(what: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in what.items())


def in_order(lines: Iterable[RoundLine]) -> list[RoundLine]:
    """Whose call waits comes first, then who is overdue the longest, then who is due next."""
    return sorted(lines, key=lambda line: line.urgency)
