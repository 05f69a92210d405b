"""What the scores of the whole course say at a moment: IEC-HS, ICAHT, movement toxicity.

Takes   the record and the course results up to the moment.
Gives   `IecHsNow`, `IcahtNow`, and what calls MNT. A result that is missing says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from grading.engine.checklists import basis
from grading.engine.labs import labs_of
from grading.engine.result import Result
from grading.engine.sentences import ward_word
from grading.event_kinds import EventKind
from grading.guidelines.situation.situation import Fact, IcahtNow, IecHsNow
from grading.record import HOUR, Record
from grading.rules.reasons import ALL_SENTENCES, sentence


def iec_hs_now(record: Record, of_course: Mapping[str, Result]) -> IecHsNow:
    """IEC-HS as suspected by the checklist, or as recorded by a physician."""
    checklist = of_course.get("iec_hs")
    recorded = [event for event in record.events if event.kind == EventKind.IEC_HS]
    graded = [event.grade for event in recorded if event.grade is not None]
    is_suspected = checklist is not None and checklist.values["suspected"] is True
    facts = [Fact("IEC-HS recorded by a physician", each.elapsed, each.uid) for each in recorded]
    if checklist is not None and is_suspected:
        facts += _grounds(record, checklist)
    return IecHsNow(
        recorded=recorded[-1] if recorded else None,
        grade=graded[-1] if graded else None,
        is_suspected=is_suspected,
        is_loud=bool(recorded) or (is_suspected and not _is_quiet(checklist)),
        since=_iec_hs_since(record, checklist),
        facts=tuple(facts),
    )


def _iec_hs_since(record: Record, checklist: Result | None) -> timedelta | None:
    """The first time at which IEC-HS was suspected or recorded by a physician; None without one."""
    times = [event.elapsed for event in record.events if event.kind == EventKind.IEC_HS]
    if checklist is not None:
        values = checklist.values
        suspected = [values["first_suspected_hour"]]
        suspected += [values["as_of_hour"]] if values["suspected"] else []
        times += [float(at) * HOUR for at in suspected if at is not None]
    return min(times, default=None)


def _grounds(record: Record, checklist: Result) -> Iterator[Fact]:
    """Ferritin and timing in words, then each feature that is met."""
    values = checklist.values
    as_of = values["as_of_hour"]
    at = None if as_of is None else float(as_of) * HOUR
    for item in values["required"]:
        if item["code"] == "iec_hs_ferritin":
            newest = None if at is None else labs_of(record).latest("ferritin", at)
            uid, when = ("", at) if newest is None else (newest.lab.uid, newest.elapsed)
            yield Fact(basis(item, ALL_SENTENCES), when, uid)
        elif item["code"] == "iec_hs_timing":
            yield Fact(basis(item, ALL_SENTENCES), at)
    for item in values["features"]:
        if item["met"]:
            yield Fact(ward_word(item["code"].removeprefix("iec_hs_")), at)


def _is_quiet(checklist: Result | None) -> bool:
    """Ferritin above its limit alone, as it was before the infusion, and falling."""
    if checklist is None or any(item["met"] for item in checklist.values["features"]):
        return False
    rise = checklist.values["rise"]
    falls = rise is not None and float(rise["ng_ml_per_hour"]) < 0
    ferritin = next(
        item for item in checklist.values["required"] if item["code"] == "iec_hs_ferritin"
    )
    return falls and bool(ferritin["told"] == "iec_hs_ferritin_already")


def icaht_now(record: Record, of_course: Mapping[str, Result]) -> IcahtNow:
    """The grades of early and late ICAHT with their reasons, and the risk by CAR-HEMATOTOX."""
    early, late = (of_course.get(f"icaht_{window}") for window in ("early", "late"))
    risk = of_course.get("car_hematotox")
    counts = labs_of(record).of("anc")
    at, uid = (counts[-1].elapsed, counts[-1].lab.uid) if counts else (None, "")
    return IcahtNow(
        early_grade=None if early is None else early.grade,
        late_grade=None if late is None else late.grade,
        hematotox_risk=None if risk is None else risk.values["risk"],
        facts=tuple(
            Fact(sentence(met), at, uid)
            for result in (late, early)
            if result is not None
            for met in result.because
            if met.grade
        ),
    )


def movement_facts(record: Record, result: Result | None) -> tuple[Fact, ...]:
    """What calls MNT to be considered; empty where it is not suspected, or recorded by now."""
    if result is None or not result.values["suspected"]:
        return ()
    if any(event.kind == EventKind.MNT for event in record.events):
        return ()
    return tuple(Fact(sentence(met)) for met in result.because)
