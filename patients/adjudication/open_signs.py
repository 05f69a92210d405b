"""The signs about which a physician may decide, as the chart shows them.

A sign is open where it is put aside in the newest grade of any system, where a grade waits in
review for its attribution, where nobody could tell its cause, and where a decision about it is in
force.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from grading.engine.put_aside import PutAside
from grading.engine.result import Result
from grading.record import Findings
from grading.rules.signs.adjudication import SignDecision, as_decided
from grading.rules.systems import PRIMARY, SYSTEMS
from grading.vocabulary import AttributedCause, Attribution, Decision, Sign
from patients.adjudication.sign_form import LONGEST_REASON
from patients.door.adjudications import Decided
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
OF_CRS = (Sign.FEVER, Sign.HYPOTENSION, Sign.HYPOXIA)
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


def open_signs(file: CourseFile) -> list[OpenSign]:
    """The signs that are open, in the order of the form; after a death none."""
    if file.death is not None:
        return []
    settled = as_decided(file.record, local_rules()).settled
    return [each for sign in Sign if (each := _open_sign(file, sign, settled)) is not None]


def sign_of_course(file: CourseFile, sign: Sign) -> OpenSign:
    """One sign, open or not: any may be decided about."""
    settled = as_decided(file.record, local_rules()).settled
    nothing = "nothing to decide stands on the chart"
    return _open_sign(file, sign, settled) or _shown(file, sign, nothing, waits=False, taps=())


def _open_sign(file: CourseFile, sign: Sign, settled: Settled) -> OpenSign | None:
    aside, place = _put_aside(file, sign), _newest_place(file, sign)
    entered = None if place is None else file.record.findings[place].attribution.get(sign)
    in_force = None if place is None else settled.get(place, {}).get(sign)
    if aside is not None:
        return _aside_sign(file, sign, aside, in_force)
    if in_force is not None:
        return _decided_sign(file, sign, in_force, entered)
    if entered == Attribution.UNDETERMINED:
        state = "nobody could tell its cause; it counts"
        return _shown(file, sign, state, waits=True, taps=(_confirm(), _counts()))
    if sign in _signs_in_review(file):
        taps = (_confirm(), _counts()) if sign is Sign.FEVER else (_confirm(),)
        state = IN_REVIEW if sign is Sign.FEVER else f"{IN_REVIEW}. {IF_IT_IS_CRS}"
        return _shown(file, sign, state, waits=True, taps=taps)
    return None


def _aside_sign(
    file: CourseFile, sign: Sign, aside: PutAside, in_force: SignDecision | None
) -> OpenSign:
    """A sign that is put aside: by an entry that waits for a physician, or confirmed."""
    source = file.aside_sources().get(aside.uid, NOBODY_NAMED)
    at = file.course.infused_at + aside.elapsed
    cause = cause_in_words(aside.cause or "", source.cause_in_words)
    clock = wording.short_date_and_time(at, file.course.zone)
    state = attributed_in_words(cause, source.by, clock, is_confirmed=aside.confirmed)
    confirm = _confirm(aside.cause, source.cause_in_words)
    taps = (_withdraw(), _counts()) if aside.confirmed else (confirm, _counts())
    waits, begins = not aside.confirmed, None if in_force is None else in_force.begins
    shown = _shown(file, sign, state, waits=waits, taps=taps, begins=begins)
    return replace(shown, cause=aside.cause)


def _decided_sign(
    file: CourseFile, sign: Sign, decision: SignDecision, entered: str | None
) -> OpenSign | None:
    """A sign with a decision in force that lowers no grade; to be withdrawn.

    What a physician entered stands in the entry, unless a newer entry says otherwise.
    """
    if decision.word == Decision.CONFIRMED:
        taken, uid = decision.elapsed, decision.uid
        aside = PutAside(sign, decision.cause, confirmed=True, elapsed=taken, uid=uid)
        return _aside_sign(file, sign, aside, decision)
    is_of_entry = any(row.uid == decision.uid for row in file.record.findings)
    if is_of_entry and entered != Attribution.OTHER:
        return None
    at = wording.short_date_and_time(file.course.infused_at + decision.elapsed, file.course.zone)
    by = file.aside_sources().get(decision.uid, NOBODY_NAMED).by
    reason = next((row.reason for row in file.adjudications if str(row.uid) == decision.uid), "")
    state = f"counts: another cause refused by {by} {at}" + (f" ({reason})" if reason else "")
    taps = (_withdraw(), _confirm())
    return _shown(file, sign, state, waits=False, taps=taps, begins=decision.begins)


def _shown(
    file: CourseFile,
    sign: Sign,
    state: str,
    *,
    waits: bool,
    taps: tuple[OneTap, ...],
    begins: timedelta | None = None,
) -> OpenSign:
    """`begins` is the time from which a decision in force holds; another one then does too."""
    first, decided = _first_about(file, sign, begins), _latest_decided(file, sign)
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


def _put_aside(file: CourseFile, sign: Sign) -> PutAside | None:
    """The sign as the newest grades of any system put it aside; ASTCT first."""
    for result in _newest_results(file):
        for aside in result.put_aside:
            if aside.sign == sign:
                return aside
    return None


def _newest_results(file: CourseFile) -> Iterator[Result]:
    """The grades that stand and the newest of every system; those that drive the board first."""
    for standing in file.standings.values():
        yield from (each for each in (standing.stands, standing.current) if each is not None)
    for key in SYSTEMS.keys() - PRIMARY.keys():
        has_part = SYSTEMS[key].has_part
        pairs = zip(file.record.findings, file.results[key], strict=True)
        results = [result for findings, result in pairs if has_part(findings)]
        yield from results[-1:]


def _signs_in_review(file: CourseFile) -> set[Sign]:
    """The signs behind a grade of CRS that waits for a clinician."""
    result = file.standings[CRS].stands
    if result is None or not result.review:
        return set()
    if result.values.get("review") == LATE_FEVER:
        return {Sign.FEVER}
    domains = {criterion.code: criterion.domain for criterion in PRIMARY[CRS].criteria}
    return {Sign(domains[met.code]) for met in result.because} - {Sign.FEVER}


def _newest_place(file: CourseFile, sign: Sign) -> int | None:
    """The place of the newest assessment that has the part of the sign."""
    places = reversed(range(len(file.record.findings)))
    return next((place for place in places if _is_about(file.record.findings[place], sign)), None)


def _is_about(findings: Findings, sign: Sign) -> bool:
    if sign in OF_CRS:
        return findings.has_crs_part()
    if sign is Sign.OTHER_NEURO:
        return findings.other_neuro is not None
    return findings.has_icans_part()


def _first_about(file: CourseFile, sign: Sign, begins: timedelta | None) -> Findings | None:
    """The first assessment since `begins`, where a decision is in force.

    Else the first of those up to the newest that attribute the sign in the same words; where the
    newest attributes nothing, that one alone.
    """
    if begins is not None:
        since = (each for each in file.record.findings if each.elapsed >= begins)
        return next((each for each in since if _is_about(each, sign)), None)
    first: Findings | None = None
    attribution: str | None = None
    for findings in reversed(file.record.findings):
        if not _is_about(findings, sign):
            continue
        if first is None:
            attribution = findings.attribution.get(sign)
        elif attribution is None or findings.attribution.get(sign) != attribution:
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
