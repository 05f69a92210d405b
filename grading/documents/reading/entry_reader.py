"""The entries of a course document: from columns of values to the entries of the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from grading.agents import (
    AGENT_NAMES,
    AGENTS,
    DrugClass,
    agent_named,
    almost_an_agent,
    drug_key,
    is_rate,
)
from grading.contradictions import CONTRADICTIONS, Contradiction
from grading.documents.reading.course_times import CourseClock
from grading.documents.reading.decoded import Entries, is_recorded
from grading.documents.reading.mistakes import (
    Mistake,
    nearest_word,
    not_listed,
    show,
    span_of_limits,
)
from grading.entries.adjudication import unfit_values
from grading.entries.step_mark import HIGHEST_GRADE, unfit_mark
from grading.event_kinds import EVENT_DETAILS, GRADED_EVENTS, EventKind
from grading.kinds import (
    ADJUDICATION,
    ASSESSMENT,
    DOSE,
    EVENT,
    LAB_RESULT,
    STEP_MARK,
    EntryKind,
)
from grading.laboratory.analytes import ANALYTE_NAMES, analyte_named
from grading.names import folded
from grading.record import NOTHING_ATTRIBUTED, Adjudication, Dose, Event, Findings, Lab, StepMark
from grading.vocabulary import ANALYTES, ICE_ITEMS, Comparator, StepAnswer

FROM, ONSET, RESOLVED, UNTIL = (
    (f"{name}_hour", f"{name}_at") for name in ("from", "onset", "resolved", "until")
)
"""The keys of the times of a decision and of a mark, as hours and as dates."""
_PLACE = {name: place for place, name in enumerate(Findings._fields)}
_ICE, _ATTRIBUTION, _NOTE = _PLACE["ice"], _PLACE["attribution"], _PLACE["note"]
_UIDS = [f"{place:09d}" for place in range(1000)]


class _EntryMistakes:
    """Notes what is wrong with one entry."""

    def __init__(self, kind: EntryKind, place: int, mistakes: list[Mistake]) -> None:
        self.path, self._mistakes = f"{kind.section}[{place}]", mistakes

    def note(self, key: str, reason: str) -> None:
        """Add a mistake at a key of the entry."""
        self._mistakes.append(Mistake(f"{self.path}.{key}", reason))


def _uids(places: Sequence[int]) -> list[str]:
    """The uids of entries: those of one time keep the order of the document."""
    if places and places[-1] >= len(_UIDS):
        return [f"{place:09d}" for place in places]
    return [_UIDS[place] for place in places]


def _read_findings(entries: Entries, clock: CourseClock) -> tuple[Findings, ...]:
    columns, places = entries.columns, entries.places
    columns[0] = clock.needed(columns[0], columns[1], ASSESSMENT.section, places)
    columns[1] = _uids(places)
    if is_recorded(columns[_ICE]):
        columns[_ICE] = [points and _all_items(points) for points in columns[_ICE]]
    columns[_ATTRIBUTION] = [causes or NOTHING_ATTRIBUTED for causes in columns[_ATTRIBUTION]]
    columns[_NOTE] = [note or "" for note in columns[_NOTE]]
    findings = tuple(map(_make_findings, zip(*columns, strict=True)))
    for contradiction in CONTRADICTIONS:
        if is_recorded(columns[_PLACE[contradiction.refused]]) and any(
            map(contradiction.holds, findings)
        ):
            _refuse(contradiction, findings, places, clock.mistakes)
    return findings


def _refuse(
    contradiction: Contradiction,
    findings: Sequence[Findings],
    places: Sequence[int],
    mistakes: list[Mistake],
) -> None:
    for place, row in zip(places, findings, strict=True):
        if contradiction.holds(row):
            at = _EntryMistakes(ASSESSMENT, place, mistakes)
            at.note(contradiction.key(row), contradiction.reason(row))


_make_findings: Callable[[Any], Findings] = partial(tuple.__new__, Findings)
"""As `Findings._make`, which would count the values of every assessment."""


def _all_items(points: dict[str, int]) -> dict[str, int | None]:
    """Every ICE item; None for one that was not scored."""
    return {item: points.get(item) for item in ICE_ITEMS}


def _rows(
    entries: Entries, clock: CourseClock, kind: EntryKind
) -> Iterator[tuple[_EntryMistakes, dict[str, Any], list[Any]]]:
    """Each entry: where its mistakes go, its time and uid, its other values."""
    hours, times, *columns = entries.columns
    elapsed = clock.needed(hours, times, kind.section, entries.places)
    for place, since, uid, *values in zip(
        entries.places, elapsed, _uids(entries.places), *columns, strict=True
    ):
        yield _EntryMistakes(kind, place, clock.mistakes), {"elapsed": since, "uid": uid}, values


def _read_labs(entries: Entries, clock: CourseClock) -> tuple[Lab, ...]:
    labs = []
    for mistakes, when, values in _rows(entries, clock, LAB_RESULT):
        written, value, comparator, unit, low, high, fasting, status, specimen, note = values
        name = analyte_named(written)
        if name is None:
            near = _near_name(written, ANALYTE_NAMES)
            mistakes.note("analyte", f"{show(written)} is not a known analyte{near}")
            continue
        lab = Lab(
            analyte=name,
            value=value,
            comparator=comparator or Comparator.EQUAL.value,
            unit=unit,
            lower_limit=low,
            upper_limit=high,
            fasting=fasting,
            status=status,
            specimen=specimen,
            note=note or "",
            **when,
        )
        labs.append(lab)
        if high == 0:
            mistakes.note("upper_limit", "0 is no upper limit of normal")
        elif low is not None and high is not None and low >= high:
            mistakes.note("upper_limit", f"{show(high)} is not above the lower, {show(low)}")
        limits, canonical = ANALYTES[name].limits, lab.canonical_value
        is_exact = lab.comparator == Comparator.EQUAL
        if is_exact and canonical is not None and limits.refuses(canonical):
            stands = f"{written} {show(value)} {unit} is"
            converted = "" if unit == limits.unit else f" {show(canonical)} {limits.unit}, which is"
            mistakes.note("value", f"{stands}{converted} outside {span_of_limits(limits)}")
    return tuple(labs)


def _read_doses(entries: Entries, clock: CourseClock) -> tuple[Dose, ...]:
    doses = []
    for mistakes, when, values in _rows(entries, clock, DOSE):
        written, stated, amount, unit, route, end_hour, end_at, brand, batch, note = values
        drug_class = _class_of_agent(written, stated, mistakes, clock.cautions)
        if amount == 0 and not is_rate(unit):
            mistakes.note("amount", "0 is not a dose; leave out what is not known")
        ended = clock.elapsed(end_hour, end_at, mistakes.path, ("end_hour", "end_at"))
        if ended is not None and ended < when["elapsed"] and clock.is_known:
            mistakes.note("end_hour" if end_at is None else "end_at", "is before the start")
        doses.append(
            Dose(
                agent=written,
                drug_class=drug_class.value,
                amount=amount,
                unit=unit,
                route=route,
                ended=ended,
                note=note or "",
                brand=brand or None,
                batch=batch or None,
                **when,
            )
        )
    return tuple(doses)


def _near_name(
    written: str, names: Mapping[str, str], key_of: Callable[[str], str] = folded
) -> str:
    """The end of a sentence that asks for the name in the record; empty where none is near."""
    near = nearest_word(key_of(written), names)
    return f"; did you mean {names[near]}?" if near else ""


def _class_of_agent(
    written: str, stated: str | None, mistakes: _EntryMistakes, cautions: list[str]
) -> DrugClass:
    """The class of a known drug is its own; that of any other is the one that stands beside it."""
    name = agent_named(written)
    if name is None:
        if stated is None:
            near = _near_name(written, AGENT_NAMES, drug_key)
            add = f'add its "class", one of {", ".join(DrugClass)}'
            ask = f"{near} If not, {add}" if near else f"; {add}"
            mistakes.note("agent", f"{show(written)} is not a known agent{ask}")
        elif meant := almost_an_agent(written, stated):
            cautions.append(
                f"{show(written)} is no agent known by name and counts by its class, {stated}, "
                f"alone; did you mean {meant}?"
            )
        return DrugClass(stated or DrugClass.OTHER)
    own = AGENTS[name]
    known_as = f"{name} is" if written == name else f"{show(written)} is {name},"
    if stated == DrugClass.OTHER != own:
        cautions.append(f'{known_as} of class {own}: the class "other" beside it is not used')
    elif stated not in (None, own):
        mistakes.note("class", f"{known_as} of class {own}, not {stated}")
    return own


def _read_events(entries: Entries, clock: CourseClock) -> tuple[Event, ...]:
    events = []
    for mistakes, when, values in _rows(entries, clock, EVENT):
        kind, attributed_to, grade, detail, hemophagocytosis, note = values
        if grade is not None and kind not in GRADED_EVENTS:
            mistakes.note("grade", f"{kind} has no grade")
        elif grade is not None and not 1 <= grade <= HIGHEST_GRADE:
            mistakes.note("grade", f"{grade} is outside 1–{HIGHEST_GRADE}")
        details = EVENT_DETAILS.get(EventKind(kind), ())
        if detail is not None and not details:
            mistakes.note("detail", f"{kind} has no detail")
        elif detail is not None and detail not in details:
            mistakes.note("detail", not_listed(detail, details))
        if attributed_to is not None and kind != EventKind.DEATH:
            mistakes.note("attributed_to", "belongs to a death only")
        if hemophagocytosis is not None and kind != EventKind.MARROW:
            mistakes.note("hemophagocytosis", "belongs to a marrow only")
        events.append(
            Event(
                kind=kind,
                attributed_to=attributed_to,
                grade=grade,
                detail=detail,
                hemophagocytosis=hemophagocytosis,
                note=note or "",
                **when,
            )
        )
    return tuple(events)


def _read_adjudications(entries: Entries, clock: CourseClock) -> tuple[Adjudication, ...]:
    adjudications = []
    for mistakes, when, values in _rows(entries, clock, ADJUDICATION):
        decision, sign, cause, from_hour, from_at, toxicity, grade = values[:7]
        onset_hour, onset_at, end_hour, end_at, reason, note = values[7:]
        if grade is not None and not 0 <= grade <= HIGHEST_GRADE:
            mistakes.note("grade", f"{grade} is outside 0–{HIGHEST_GRADE}")
        decided = Adjudication(
            decision=decision,
            sign=sign,
            cause=cause,
            holds_from=clock.elapsed(from_hour, from_at, mistakes.path, FROM),
            toxicity=toxicity,
            grade=grade,
            onset=clock.elapsed(onset_hour, onset_at, mistakes.path, ONSET),
            resolved=clock.elapsed(end_hour, end_at, mistakes.path, RESOLVED),
            reason=reason or "",
            note=note or "",
            **when,
        )
        adjudications.append(decided)
        written_at = {
            "holds_from": FROM[from_at is not None],
            "onset": ONSET[onset_at is not None],
            "resolved": RESOLVED[end_at is not None],
        }
        for name, why in unfit_values(decided):
            if clock.is_known or name != "resolved" or decided.is_on_a_sign():
                mistakes.note(written_at.get(name, name), why)
    return tuple(adjudications)


def _read_step_marks(entries: Entries, clock: CourseClock) -> tuple[StepMark, ...]:
    marks = []
    for mistakes, when, values in _rows(entries, clock, STEP_MARK):
        code, toxicity, grade, answer, until_hour, until_at, reason, text, note = values
        mark = StepMark(
            code=code,
            line_toxicity=toxicity,
            answer=answer,
            text=text,
            grade=grade,
            until=clock.elapsed(until_hour, until_at, mistakes.path, UNTIL),
            reason=reason or "",
            note=note or "",
            **when,
        )
        marks.append(mark)
        for name, why in unfit_mark(mark):
            if name != "until":
                mistakes.note(name, why)
            elif clock.is_known or mark.answer != StepAnswer.DEFERRED:
                mistakes.note(UNTIL[until_at is not None], why)
    return tuple(marks)


ENTRY_READERS: dict[EntryKind, Callable[[Entries, CourseClock], tuple[Any, ...]]] = {
    ASSESSMENT: _read_findings,
    LAB_RESULT: _read_labs,
    DOSE: _read_doses,
    EVENT: _read_events,
    ADJUDICATION: _read_adjudications,
    STEP_MARK: _read_step_marks,
}
"""The reader of the entries of each kind; what is wrong goes to the mistakes of the clock."""
