"""The entries of a course document: assessments, laboratory results, doses and events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from grading.agents import AGENTS, DrugClass
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
    show,
    within,
    words_of,
)
from grading.kinds import ASSESSMENT, DOSE, EVENT, LAB_RESULT, EntryKind
from grading.record import HOUR, Dose, Event, Findings, Lab
from grading.vocabulary import (
    ANALYTES,
    EVENT_DETAILS,
    GRADED_EVENTS,
    ICE_ITEMS,
    ORGAN_GRADE_UP_TO,
    RATE_LIMITS,
    VITAL_LIMITS,
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
FURTHEST_HOURS = 24 * 366 * 30  # longer than the 15-year follow-up, twice

MEASUREMENTS = (
    "temperature_c",
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate",
    "respiratory_rate",
    "spo2_percent",
    "oxygen_flow_l_min",
    "fio2_percent",
    "vasopressor_hours",
    "csf_opening_mmhg",
)
YES_OR_NO = (
    "fever",
    "hypotension",
    "fluid_bolus",
    "refractory_hypotension",
    "life_threatening",
    "constitutional_symptoms",
    "coagulopathy_treated",
    "iv_therapy",
    "seizure_multiple",
    "splenomegaly",
    "hepatomegaly",
    "nk_activity_low",
)
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
WHOLE_NUMBERS = (
    "ice_total",
    "capd_total",
    "fluid_boluses",
    "head_of_government",
    "papilledema_stage",
)


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
    for name, value in node.take_each(_FINDINGS):
        setattr(findings, name, value)
    node.finish()
    _refuse_contradictions(findings, node)
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
    return {organ: found for organ, found in grades.items() if found is not None}


_FINDINGS: dict[str, Reader] = {
    **{name: within(VITAL_LIMITS[name]) for name in MEASUREMENTS},
    **dict.fromkeys(YES_OR_NO, a_boolean),
    **{name: a_word(words) for name, words in ONE_WORD.items()},
    **{name: words_of(words) for name, words in SEVERAL_WORDS.items()},
    **{name: _whole(within(VITAL_LIMITS[name])) for name in WHOLE_NUMBERS},
    "ice": _read_ice,
    "vasopressor_rates": _read_rates,
    "organ_toxicity": _read_organs,
    "attribution": _read_attribution,
    "note": a_text,
}
"""How each key of an assessment is read, its time aside."""


def _refuse_contradictions(findings: Findings, node: Node) -> None:
    """What cannot stand together in one assessment, whatever the patient's state."""
    if findings.temperature_c is not None and findings.fever is not None:
        raise DocumentError(node.at("fever"), "stands beside temperature_c; the number decides")
    if findings.has_ice_points() and findings.ice_total is not None:
        raise DocumentError(node.at("ice_total"), "stands beside ice; give the items or the sum")
    systolic, diastolic = findings.systolic_mmhg, findings.diastolic_mmhg
    if systolic is not None and diastolic is not None and diastolic >= systolic:
        raise DocumentError(
            node.at("diastolic_mmhg"), f"{diastolic} is not below the systolic {systolic}"
        )
    not_running = set(findings.vasopressor_rates or ()) - set(findings.vasopressors or ())
    if findings.vasopressors is not None and not_running:
        agent = min(not_running)
        raise DocumentError(node.at(f"vasopressor_rates.{agent}"), "is not among vasopressors")
    ice_points = [findings.ice_total, *(findings.ice or {}).values()]
    _refuse_score_not_done(findings.ice_not_done, ice_points, node.at("ice_not_done"))
    _refuse_score_not_done(findings.capd_not_done, [findings.capd_total], node.at("capd_not_done"))


def _refuse_score_not_done(reason: str | None, points: list[int | None], path: str) -> None:
    """Only 0 points go with "not done", and only for unarousable or aphasia."""
    scored = [item for item in points if item is not None]
    explains_zero = reason in (NotDone.UNAROUSABLE, NotDone.APHASIA)
    if reason is not None and scored and (any(scored) or not explains_zero):
        raise DocumentError(path, "stands beside a score")


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
    _refuse_range(lab, node)
    limits, canonical = ANALYTES[analyte].limits, lab.canonical_value
    exact = lab.comparator == Comparator.EQUAL
    if exact and canonical is not None and limits.refuses(canonical):
        raise DocumentError(node.at("value"), outside(canonical, limits))
    return lab


def _refuse_range(lab: Lab, node: Node) -> None:
    """Limits of normal that no laboratory has."""
    if lab.upper_limit == 0:
        raise DocumentError(node.at("upper_limit"), "0 is no upper limit of normal")
    both = lab.lower_limit is not None and lab.upper_limit is not None
    if both and lab.lower_limit >= lab.upper_limit:  # type: ignore[operator]
        raise DocumentError(node.at("upper_limit"), f"is not above the lower, {lab.lower_limit}")


def _read_dose(node: Node, clock: DocumentClock, index: int) -> Dose:
    agent = node.need("agent", a_text)
    stated = node.take("class", a_word(DrugClass))
    known = AGENTS.get(agent)
    if known is None and stated != DrugClass.OTHER:
        raise DocumentError(
            node.at("agent"), f'{show(agent)} is not a known agent; add "class": "other"'
        )
    if known is not None and stated not in (None, known.value):
        raise DocumentError(node.at("class"), f"{agent} is of class {known.value}")
    dose = Dose(
        elapsed=clock.need(node),
        agent=agent,
        drug_class=(known or DrugClass.OTHER).value,
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
    _refuse_event_contradictions(event, node)
    if event.attributed_to is not None and event.kind != EventKind.DEATH:
        raise DocumentError(node.at("attributed_to"), "belongs to a death only")
    return event


def _refuse_event_contradictions(event: Event, node: Node) -> None:
    """A grade or a detail where the kind of event has none."""
    if event.grade is not None and event.kind not in GRADED_EVENTS:
        raise DocumentError(node.at("grade"), f"{event.kind} has no grade")
    if event.grade is not None and not 1 <= event.grade <= HIGHEST_GRADE:
        raise DocumentError(node.at("grade"), f"{event.grade} is outside 1–{HIGHEST_GRADE}")
    details = EVENT_DETAILS.get(EventKind(event.kind), ())
    if event.detail is not None and event.detail not in details:
        listed = ", ".join(details) or "none"
        raise DocumentError(node.at("detail"), f"{show(event.detail)} is not one of {listed}")


ENTRY_READERS: dict[EntryKind, Callable[[Node, DocumentClock, int], Any]] = {
    ASSESSMENT: _read_findings,
    LAB_RESULT: _read_lab,
    DOSE: _read_dose,
    EVENT: _read_event,
}
"""How one entry of each kind is read, by its place in its list."""
