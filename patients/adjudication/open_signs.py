"""The signs about which a physician may decide, as the chart shows them.

A sign is open where it is put aside in the newest grade of any system, where a grade waits in
review for its attribution, where nobody could tell its cause, and where a decision about it is in
force.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from grading.engine.course.standing import grade_that_stands
from grading.engine.put_aside import PutAside
from grading.record import Findings
from grading.rules.signs.adjudication import RECORDED, SignDecision, as_decided
from grading.rules.systems import PRIMARY, SYSTEMS
from grading.vocabulary import AttributedCause, Attribution, Decision, Sign
from patients.adjudication.sign_form import LONGEST_REASON
from patients.door.decisions import Decided
from patients.reading.course_file import CourseFile
from patients.regrading.graded import local_rules
from patients.words import wording
from patients.words.put_aside import (
    NOBODY_NAMED,
    attributed_in_words,
    cause_in_words,
    sign_in_words,
)

CRS = "crs_astct_2019"
LATE_FEVER = "late_fever_unattributed"
IN_REVIEW = "in review: attribute it"
IF_IT_IS_CRS = "If it is CRS, give the final grade: without a fever the rules leave it in review"
WHY_IT_COUNTS = ("no other cause found", "fits the time after the infusion")
WHY_WITHDRAWN = ("findings have changed", "decided too early")
"""The reasons that stand on the buttons; any other is said in words on the page of the sign."""


Settled = Mapping[int, Mapping[str, SignDecision]]
"""The decisions in force, by the place of the assessment and by sign."""


@dataclass(frozen=True, slots=True)
class OneTap:
    """One form on the chart: what stands before its buttons, and what each of them sends.

    `fixed` are sent with every button, `name` is the input that the button itself sends.
    """

    heading: str
    name: str
    buttons: tuple[tuple[str, str], ...]
    fixed: tuple[tuple[str, str], ...] = ()
    uid: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True, slots=True)
class OpenSign:
    """One sign on the chart: what is said of it, whether it waits, and what can be decided.

    `about` is the uid of the first assessment that a decision is about, `after` that of the
    decision that stands; `cause` is the cause that the entry names.
    """

    sign: str
    label: str
    state: str
    scope: str
    waits: bool
    about: str
    after: str
    cause: str | None
    taps: tuple[OneTap, ...]


@dataclass(frozen=True, slots=True)
class _Basis:
    """What the signs of one course are judged by.

    settled     the decisions in force at each assessment
    newest      the places of the grades that stand and of the newest of every system, ASTCT first
    crs_stands  the place of the CRS grade that stands
    """

    settled: Settled
    newest: tuple[tuple[str, int], ...]
    crs_stands: int | None


def open_signs(file: CourseFile) -> list[OpenSign]:
    """The signs that are open, in the order of the form; after a death none."""
    if file.death is not None:
        return []
    basis = _basis(file)
    return [each for sign in Sign if (each := _open_sign(file, sign, basis)) is not None]


def sign_of_course(file: CourseFile, sign: Sign) -> OpenSign:
    """One sign, open or not: any may be decided about."""
    basis = _basis(file)
    open_sign = _open_sign(file, sign, basis)
    if open_sign is not None:
        return open_sign
    newest = _newest_place(file, sign)
    first = None if newest is None else _first_about(file, sign, newest, basis.settled)
    nothing = "nothing to decide stands on the chart"
    return _shown(file, sign, nothing, first, waits=False, taps=())


def _open_sign(file: CourseFile, sign: Sign, basis: _Basis) -> OpenSign | None:
    lowered = _put_aside(file, sign, basis)
    if lowered is not None:
        place, aside = lowered
        return _aside_sign(file, sign, aside, _first_about(file, sign, place, basis.settled))
    newest = _newest_place(file, sign)
    if newest is not None:
        first = _first_about(file, sign, newest, basis.settled)
        entered = file.record.findings[newest].attribution.get(sign)
        in_force = basis.settled.get(newest, {}).get(sign)
        if in_force is not None:
            return _decided_sign(file, sign, in_force, entered, first)
        if entered == Attribution.UNDETERMINED:
            state = "nobody could tell its cause; it counts"
            return _shown(file, sign, state, first, waits=True, taps=(_confirm(), _counts()))
    reviewed = _place_of_review(file, sign, basis)
    if reviewed is not None:
        first = _first_about(file, sign, reviewed, basis.settled)
        taps = (_confirm(), _counts()) if sign is Sign.FEVER else (_confirm(),)
        state = IN_REVIEW if sign is Sign.FEVER else f"{IN_REVIEW}. {IF_IT_IS_CRS}"
        return _shown(file, sign, state, first, waits=True, taps=taps)
    return None


def _aside_sign(file: CourseFile, sign: Sign, aside: PutAside, first: Findings) -> OpenSign:
    """A sign that is put aside: by an entry that waits for a physician, or confirmed."""
    source = file.aside_sources().get(aside.uid, NOBODY_NAMED)
    at = file.course.infused_at + aside.elapsed
    cause = cause_in_words(aside.cause or "", source.cause_in_words)
    clock = wording.short_date_and_time(at, file.course.zone)
    state = attributed_in_words(cause, source.by, clock, is_confirmed=aside.confirmed)
    confirm = _confirm(aside.cause, source.cause_in_words)
    taps = (_withdraw(), _counts()) if aside.confirmed else (confirm, _counts())
    shown = _shown(file, sign, state, first, waits=not aside.confirmed, taps=taps)
    return replace(shown, cause=aside.cause)


def _decided_sign(
    file: CourseFile, sign: Sign, decision: SignDecision, entered: str | None, first: Findings
) -> OpenSign | None:
    """A sign with a decision in force that lowers no grade; to be withdrawn.

    What a physician entered stands in the entry, unless a newer entry says otherwise.
    """
    if decision.word == Decision.CONFIRMED:
        taken, uid = decision.elapsed, decision.uid
        aside = PutAside(sign, decision.cause, confirmed=True, elapsed=taken, uid=uid)
        return _aside_sign(file, sign, aside, first)
    is_of_entry = any(row.uid == decision.uid for row in file.record.findings)
    if is_of_entry and entered != Attribution.OTHER:
        return None
    at = wording.short_date_and_time(file.course.infused_at + decision.elapsed, file.course.zone)
    by = file.aside_sources().get(decision.uid, NOBODY_NAMED).by
    reason = next((row.reason for row in file.adjudications if str(row.uid) == decision.uid), "")
    state = f"counts: another cause refused by {by} {at}" + (f" ({reason})" if reason else "")
    return _shown(file, sign, state, first, waits=False, taps=(_withdraw(), _confirm()))


def _shown(
    file: CourseFile,
    sign: Sign,
    state: str,
    first: Findings | None,
    *,
    waits: bool,
    taps: tuple[OneTap, ...],
) -> OpenSign:
    """One sign; `first` is the assessment from which on a decision holds."""
    decided = _latest_decided(file, sign)
    scope = "The decision holds from now on."
    if first is not None:
        at = file.course.infused_at + first.elapsed
        clock = wording.short_date_and_time(at, file.course.zone)
        scope = f"The decision holds from the entry of {clock} on."
    name = sign_in_words(sign)
    return OpenSign(
        sign=sign.value,
        label=name[0].upper() + name[1:],
        state=state,
        scope=scope,
        waits=waits,
        about="" if first is None else first.uid,
        after="" if decided is None else str(decided.uid),
        cause=None,
        taps=taps,
    )


# The buttons


def _confirm(cause: str | None = None, typed: str = "") -> OneTap:
    """Confirm the cause that the entry names, or as it was typed; else choose one of the list."""
    confirmed = _deciding(Decision.CONFIRMED)
    if cause == AttributedCause.OTHER and typed:
        fixed = (*confirmed, ("reason", typed[:LONGEST_REASON]))
        return OneTap("Confirm:", "cause", ((AttributedCause.OTHER.value, f"“{typed}”"),), fixed)
    named: list[AttributedCause] = list(AttributedCause)
    named.remove(AttributedCause.OTHER)
    if cause and cause != AttributedCause.OTHER:
        named = [AttributedCause(cause)]
    heading = "Confirm:" if len(named) == 1 else "Another cause:"
    return OneTap(heading, "cause", tuple((each.value, each.label) for each in named), confirmed)


def _counts() -> OneTap:
    return OneTap("It counts:", "reason", _as_buttons(WHY_IT_COUNTS), _deciding(Decision.REFUSED))


def _withdraw() -> OneTap:
    heading = "Withdraw the decision:"
    return OneTap(heading, "reason", _as_buttons(WHY_WITHDRAWN), _deciding(Decision.WITHDRAWN))


def _as_buttons(reasons: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((reason, reason) for reason in reasons)


def _deciding(decision: Decision) -> tuple[tuple[str, str], ...]:
    return (("decision", decision.value),)


# What stands on the course


def _basis(file: CourseFile) -> _Basis:
    """Read what all signs are judged by, once for all of them."""
    newest: list[tuple[str, int]] = []
    stands: dict[str, int | None] = {}
    for key in PRIMARY:
        has_part = SYSTEMS[key].has_part
        places = [n for n, findings in enumerate(file.record.findings) if has_part(findings)]
        standing = grade_that_stands([file.results[key][place] for place in places]).place
        stands[key] = None if standing is None else places[standing]
        newest += [(key, place) for place in (stands[key], *places[-1:]) if place is not None]
    for key in SYSTEMS.keys() - PRIMARY.keys():
        if (last := _newest_with_part(file, key)) is not None:
            newest.append((key, last))
    return _Basis(as_decided(file.record, local_rules()).settled, tuple(newest), stands[CRS])


def _newest_with_part(file: CourseFile, key: str) -> int | None:
    """The place of the newest assessment that has the part of this system."""
    findings, has_part = file.record.findings, SYSTEMS[key].has_part
    return next((n for n in reversed(range(len(findings))) if has_part(findings[n])), None)


def _put_aside(file: CourseFile, sign: Sign, basis: _Basis) -> tuple[int, PutAside] | None:
    """The sign as the newest grades of any system put it aside, and where; ASTCT first."""
    for key, place in basis.newest:
        for aside in file.results[key][place].put_aside:
            if aside.sign == sign:
                return place, aside
    return None


def _place_of_review(file: CourseFile, sign: Sign, basis: _Basis) -> int | None:
    """Where the grade of CRS that stands waits for a clinician, and the sign is behind it."""
    place = basis.crs_stands
    if place is None or not (result := file.results[CRS][place]).review:
        return None
    if result.values.get("review") == LATE_FEVER:
        signs = {Sign.FEVER}
    else:
        domains = {criterion.code: criterion.domain for criterion in PRIMARY[CRS].criteria}
        signs = {Sign(domains[met.code]) for met in result.because} - {Sign.FEVER}
    return place if sign in signs else None


def _newest_place(file: CourseFile, sign: Sign) -> int | None:
    """The place of the newest assessment that records the sign, or attributes it."""
    places = reversed(range(len(file.record.findings)))
    return next((place for place in places if _is_about(file, sign, place)), None)


def _is_about(file: CourseFile, sign: Sign, place: int) -> bool:
    findings = file.record.findings[place]
    return sign in findings.attribution or _is_recorded(file, sign, place) is not None


def _is_recorded(file: CourseFile, sign: Sign, place: int) -> bool | None:
    return RECORDED[sign](file.record.findings[place], file.record, local_rules())


def _first_about(file: CourseFile, sign: Sign, place: int, settled: Settled) -> Findings:
    """The first assessment of the spell of a sign that the one at `place` shows.

    Where a decision is in force there, it is the first that the decision is about. Else it is the
    first up to this one that attributes the sign in the same words, none between recording it as
    absent; where this one attributes nothing, it is alone.
    """
    first = file.record.findings[place]
    in_force = settled.get(place, {}).get(sign)
    attribution = first.attribution.get(sign)
    if in_force is None and attribution is None:
        return first
    for earlier in reversed(range(place)):
        findings = file.record.findings[earlier]
        if not _is_about(file, sign, earlier):
            continue
        if in_force is not None:
            is_over = findings.elapsed < in_force.begins
        else:
            is_absent = _is_recorded(file, sign, earlier) is False
            is_over = is_absent or findings.attribution.get(sign) != attribution
        if is_over:
            break
        first = findings
    return first


def _latest_decided(file: CourseFile, sign: Sign) -> Decided | None:
    """The decision that was entered last about this sign, as the door finds it."""
    rows: list[Decided] = [row for row in file.adjudications if row.is_live() and row.sign == sign]
    rows += [
        row
        for row in file.assessments
        if row.is_live() and row.attribution_confirmed is True and sign.value in row.attribution
    ]
    return max(rows, key=_recorded_at, default=None)


def _recorded_at(row: Decided) -> datetime:
    return row.recorded_at
