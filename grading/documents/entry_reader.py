"""The entries of a course document: assessments, laboratory results, doses and events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_type_hints

from grading.agents import AGENTS, DrugClass
from grading.contradictions import contradictions_in
from grading.documents.json_reader import (
    DocumentError,
    Node,
    Reader,
    a_boolean,
    a_moment,
    a_number,
    a_text,
    a_word,
    an_amount,
    an_integer,
    outside,
    several_words,
    show,
    within,
)
from grading.kinds import ASSESSMENT, DOSE, EVENT, LAB_RESULT, EntryKind
from grading.measures import FURTHEST_FROM_INFUSION
from grading.record import HOUR, Dose, Event, Findings, Lab
from grading.table.sections import LIMITS
from grading.vocabulary import (
    ANALYTES,
    EVENT_DETAILS,
    GRADED_EVENTS,
    ICE_ITEMS,
    ORGAN_GRADE_UP_TO,
    RATE_LIMITS,
    Attribution,
    Comparator,
    Consciousness,
    CrsResponse,
    DeathAttribution,
    EventKind,
    Icp,
    Motor,
    NotDone,
    Organ,
    OtherNeuro,
    OxygenDevice,
    PositivePressureFor,
    Seizure,
    SeizureKind,
    Sign,
    Vasopressor,
)

HIGHEST_GRADE = 5
FURTHEST_HOURS = int(FURTHEST_FROM_INFUSION / HOUR)

ONE_WORD = {
    "oxygen_device": OxygenDevice,
    "positive_pressure_for": PositivePressureFor,
    "vitals_not_done": NotDone,
    "ice_not_done": NotDone,
    "capd_not_done": NotDone,
    "consciousness": Consciousness,
    "seizure": Seizure,
    "motor": Motor,
    "crs_response": CrsResponse,
    "seizure_kind": SeizureKind,
}
SEVERAL_WORDS = {"vasopressors": Vasopressor, "icp": Icp, "other_neuro": OtherNeuro}


@dataclass(slots=True)
class DocumentClock:
    """Turns `hour` or `at` of one document into time since the first infusion."""

    infused_at: datetime | None

    def read(self, node: Node, hour: str = "hour", at: str = "at") -> timedelta | None:
        hours, moment = node.take(hour, a_span), node.take(at, a_moment)
        if hours is not None and moment is not None:
            raise DocumentError(node.at(at), f"stands beside {hour}; give one of them")
        return hours if moment is None else self.since(moment, node.at(at))

    def need(self, node: Node) -> timedelta:
        elapsed = self.read(node)
        if elapsed is None:
            raise DocumentError(node.at("hour"), "is needed, or at")
        return elapsed

    def since(self, moment: datetime, path: str) -> timedelta:
        if self.infused_at is None:
            raise DocumentError(path, "needs course.infused_at; without it give hours")
        elapsed = moment - self.infused_at
        if abs(elapsed) > FURTHEST_HOURS * HOUR:
            raise DocumentError(path, f"{show(moment)} is more than 30 years from the infusion")
        return elapsed

    def infusion(self, value: Any, path: str) -> timedelta:
        """A later infusion: an ISO time, or hours after the first."""
        is_text = isinstance(value, str)
        elapsed = self.since(a_moment(value, path), path) if is_text else a_span(value, path)
        if elapsed <= timedelta(0):
            raise DocumentError(path, f"{show(value)} is not after the first infusion")
        return elapsed


def a_span(value: Any, path: str) -> timedelta:
    hours = a_number(value, path)
    if abs(hours) > FURTHEST_HOURS:
        raise DocumentError(path, f"{show(value)} is more than 30 years from the infusion")
    if hours == (whole := int(hours)):
        return timedelta(hours=whole)
    return timedelta(microseconds=round(Fraction(hours) * 3_600_000_000))


def _whole(read: Reader) -> Reader:
    """`read`, with the number as an int."""
    return lambda value, path: int(read(value, path))


def _uid(index: int) -> str:
    """Entries of one time keep the order of the document."""
    return f"{index:09d}"


def _read_findings(node: Node, clock: DocumentClock, index: int) -> Findings:
    findings = Findings(clock.need(node), _uid(index))
    for name, value in node.take_each(FINDING_READERS):
        setattr(findings, name, value)
    node.finish()
    for contradiction in contradictions_in(findings):
        key = contradiction.key(findings)
        raise DocumentError(node.at(key), contradiction.reason(findings))
    return findings


def _read_ice(value: Any, path: str) -> dict[str, int | None]:
    node = Node(value, path)
    points = {item: node.take(item, an_integer) for item in ICE_ITEMS}
    for item, scored in points.items():
        if scored is not None and not 0 <= scored <= ICE_ITEMS[item]:
            raise DocumentError(node.at(item), f"{scored} is outside 0–{ICE_ITEMS[item]}")
    node.finish()
    return points


def _read_attribution(value: Any, path: str) -> dict[str, str]:
    node = Node(value, path)
    stated = {sign.value: node.take(sign.value, a_word(Attribution)) for sign in Sign}
    node.finish()
    return {sign: attribution for sign, attribution in stated.items() if attribution is not None}


def _read_rates(value: Any, path: str) -> dict[str, Decimal]:
    node = Node(value, path)
    rates = {agent: node.take(agent, within(limits)) for agent, limits in RATE_LIMITS.items()}
    node.finish()
    return {agent: rate for agent, rate in rates.items() if rate is not None}


def _read_organs(value: Any, path: str) -> dict[str, int]:
    node = Node(value, path)
    grades = {organ.value: node.take(organ.value, an_integer) for organ in Organ}
    for organ, organ_grade in grades.items():
        if organ_grade is not None and not 0 <= organ_grade <= ORGAN_GRADE_UP_TO:
            raise DocumentError(node.at(organ), f"{organ_grade} is outside 0–{ORGAN_GRADE_UP_TO}")
    node.finish()
    return {organ: organ_grade for organ, organ_grade in grades.items() if organ_grade is not None}


READERS_BY_TYPE: dict[Any, Callable[[str], Reader]] = {
    Decimal | None: lambda name: within(LIMITS[name]),
    int | None: lambda name: _whole(within(LIMITS[name])),
    bool | None: lambda _: a_boolean,
}
"""The reader of a finding, by the type of its field in the record."""

FINDING_READERS: dict[str, Reader] = {
    **{
        name: READERS_BY_TYPE[kind](name)
        for name, kind in get_type_hints(Findings).items()
        if kind in READERS_BY_TYPE
    },
    **{name: a_word(words) for name, words in ONE_WORD.items()},
    **{name: several_words(words) for name, words in SEVERAL_WORDS.items()},
    "ice": _read_ice,
    "vasopressor_rates": _read_rates,
    "organ_toxicity": _read_organs,
    "attribution": _read_attribution,
    "note": a_text,
}
"""The reader of each key of an assessment, except its time."""


def _read_lab(node: Node, clock: DocumentClock, index: int) -> Lab:
    analyte = node.need("analyte", a_text)
    if analyte not in ANALYTES:
        raise DocumentError(node.at("analyte"), f"{show(analyte)} is not a known analyte")
    lab = Lab(
        elapsed=clock.need(node),
        analyte=analyte,
        value=node.need("value", an_amount),
        comparator=node.take("comparator", a_word(Comparator)) or Comparator.EQUAL.value,
        unit=node.take("unit", a_text),
        lower_limit=node.take("lower_limit", an_amount),
        upper_limit=node.take("upper_limit", an_amount),
        fasting=node.take("fasting", a_boolean),
        uid=_uid(index),
        note=node.take("note", a_text) or "",
    )
    node.finish()
    low, high = lab.lower_limit, lab.upper_limit
    if high == 0:
        raise DocumentError(node.at("upper_limit"), "0 is no upper limit of normal")
    if low is not None and high is not None and low >= high:
        raise DocumentError(node.at("upper_limit"), f"is not above the lower, {low}")
    limits, canonical = ANALYTES[analyte].limits, lab.canonical_value
    exact = lab.comparator == Comparator.EQUAL
    if exact and canonical is not None and limits.refuses(canonical):
        raise DocumentError(node.at("value"), outside(canonical, limits))
    return lab


def _read_dose(node: Node, clock: DocumentClock, index: int) -> Dose:
    agent = node.need("agent", a_text)
    stated = node.take("class", a_word(DrugClass))
    listed = AGENTS.get(agent)
    if listed is None and stated != DrugClass.OTHER:
        raise DocumentError(
            node.at("agent"), f'{show(agent)} is not a known agent; add "class": "other"'
        )
    if listed is not None and stated not in (None, listed.value):
        raise DocumentError(node.at("class"), f"{agent} is of class {listed.value}")
    dose = Dose(
        elapsed=clock.need(node),
        agent=agent,
        drug_class=(listed or DrugClass.OTHER).value,
        amount=node.take("amount", an_amount),
        unit=node.take("unit", a_text),
        route=node.take("route", a_text),
        ended=clock.read(node, "end_hour", "end_at"),
        uid=_uid(index),
        note=node.take("note", a_text) or "",
    )
    node.finish()
    if dose.amount == 0:
        raise DocumentError(node.at("amount"), "0 is not a dose; leave out what is not known")
    if dose.ended is not None and dose.ended < dose.elapsed:
        raise DocumentError(node.at("end_hour"), "is before the start")
    return dose


def _read_event(node: Node, clock: DocumentClock, index: int) -> Event:
    event = Event(
        elapsed=clock.need(node),
        kind=node.need("kind", a_word(EventKind)),
        attributed_to=node.take("attributed_to", a_word(DeathAttribution)),
        grade=node.take("grade", an_integer),
        detail=node.take("detail", a_text),
        uid=_uid(index),
        note=node.take("note", a_text) or "",
    )
    node.finish()
    if event.grade is not None and event.kind not in GRADED_EVENTS:
        raise DocumentError(node.at("grade"), f"{event.kind} has no grade")
    if event.grade is not None and not 1 <= event.grade <= HIGHEST_GRADE:
        raise DocumentError(node.at("grade"), f"{event.grade} is outside 1–{HIGHEST_GRADE}")
    details = EVENT_DETAILS.get(EventKind(event.kind), ())
    if event.detail is not None and event.detail not in details:
        listed = ", ".join(details) or "none"
        raise DocumentError(node.at("detail"), f"{show(event.detail)} is not one of {listed}")
    if event.attributed_to is not None and event.kind != EventKind.DEATH:
        raise DocumentError(node.at("attributed_to"), "belongs to a death only")
    return event


ENTRY_READERS: dict[EntryKind, Callable[[Node, DocumentClock, int], Any]] = {
    ASSESSMENT: _read_findings,
    LAB_RESULT: _read_lab,
    DOSE: _read_dose,
    EVENT: _read_event,
}
"""The reader of one entry, by its kind; it takes the place of the entry in its list."""
