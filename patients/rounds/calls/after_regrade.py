"""Open, add to or withdraw the call of a course after it was graded anew.

Where a patient with an open call is moved to another ward, the call goes along: it is an `added`
event by the policy of the new ward. Nobody there has heard of it, so that answers from the ward
before do not count and the climb begins anew. The escalation keeps the ward on which it was opened.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid5

from grading.guidelines.line import LineKind
from grading.guidelines.situation.of_course import CourseGraded, situation_at
from grading.rules.systems import PRIMARY
from patients.models import ClinicalRow, Dose, User
from patients.reading.situation_now import options_of
from patients.regrading.graded import rules_of_site
from patients.regrading.hooks import Regraded
from patients.rounds.calls.causes import KEYS, OF_VASOPRESSOR, new_causes
from patients.rounds.calls.corrections import Withdrawal, why_corrected, withdrawal
from patients.rounds.calls.held_call import HeldCall
from patients.rounds.messages.outbox import write_messages
from patients.rounds.models import Escalation
from patients.rounds.rules.calls import Call, CallEventKind, CallOutcome
from patients.rounds.rules.causes import Cause, CauseKind
from patients.rounds.rules.facts import CourseFacts
from patients.rounds.ward_settings import rounds_of_ward
from patients.rounds.writing import insert

LINES_OF_STEP = 3
"""So many lines of the current step stand in a call; the chart has all of them."""


def call_after_regrade(regraded: Regraded, facts: CourseFacts) -> None:
    """Compare the standing before and after, and write what somebody has to hear.

    A save that gives no cause and corrects nothing asks the database nothing. After a death, and
    on a closed course, nobody is called; what is open stays open until somebody closes it.
    """
    by = signer_of_save(regraded)
    if by is None:
        return
    has_ended = facts.ended_at is not None
    new = () if has_ended else new_causes(regraded)
    if not new and why_corrected(regraded) is None:
        return
    held = HeldCall.open_of(regraded.course)
    if held is None:
        if new:
            _open(new, regraded, by)
        return
    taken = withdrawal(held.call.causes, new, regraded)
    _add(held, new, regraded, by, has_ended=has_ended)
    _withdraw(held, taken, regraded, by)
    held.show(regraded.course, at=regraded.at)


def signer_of_save(regraded: Regraded) -> User | None:
    """The account that made the save; None where nobody did: at a regrade, or of a ward."""
    for thing in regraded.entered:
        signer: Any = getattr(thing, "_history_user", None)
        if isinstance(thing, ClinicalRow):
            signer = thing.struck_out_by or thing.recorded_by
            if isinstance(thing, Dose) and thing.recorded_at != regraded.at:
                signer = thing.struck_out_by or thing.end_recorded_by
        if isinstance(signer, User):
            return signer
    return None


def _open(causes: tuple[Cause, ...], regraded: Regraded, by: User) -> None:
    course, at = regraded.course, regraded.at
    escalation = insert(
        Escalation(
            uid=uuid5(course.uid, f"call {causes[0].entry} {at.isoformat()}"),
            course=course,
            ward=course.ward,
            reopens=_reopened(causes, regraded),
            recorded_at=at,
            recorded_by=by,
        )
    )
    held = HeldCall(escalation)
    grade = max(cause.grade for cause in causes)
    held.write(CallEventKind.OPENED, _data(causes, grade, regraded), at=at, by=by)
    write_messages(escalation, held.call)
    held.show(course, at=at)


def _add(
    held: HeldCall,
    new: tuple[Cause, ...],
    regraded: Regraded,
    by: User,
    *,
    has_ended: bool,
) -> None:
    """Add what happened while the call was open, and a move to another ward."""
    call, at = held.call, regraded.at
    is_moved = not has_ended and _ward_called(held) != regraded.course.ward_id
    if not new and not is_moved:
        return
    if not is_moved and all(_is_foreseen(cause, call) for cause in new):
        data = {"causes": [cause.to_json() for cause in new], "is_foreseen": True}
        held.write(CallEventKind.ADDED, data, at=at, by=by)
        return
    data = _data(new, max([call.grade, *(cause.grade for cause in new)]), regraded)
    if is_moved:
        data["moved_to"] = str(regraded.course.ward)
    held.write(CallEventKind.ADDED, data, at=at, by=by)
    write_messages(held.escalation, held.call)


def _withdraw(held: HeldCall, taken: Withdrawal | None, regraded: Regraded, by: User) -> None:
    """Withdraw what was corrected; without any cause the call ends, entered in error."""
    if taken is None:
        return
    data = {
        "causes": list(taken.keys),
        "why": taken.why,
        "instead": [cause.to_json() for cause in taken.instead],
    }
    held.write(CallEventKind.WITHDRAWN, data, at=regraded.at, by=by)
    if not held.call.causes:
        held.close(CallOutcome.IN_ERROR, at=regraded.at, by=by, plan=taken.why)


def _is_foreseen(cause: Cause, call: Call) -> bool:
    """Whether the call was for this already: the first grade of CRS that a vasopressor makes."""
    has_vasopressor = any(each.kind is CauseKind.VASOPRESSOR for each in call.causes)
    is_of_vasopressor = _is_rise_of_crs(cause) and cause.grade <= OF_VASOPRESSOR
    had_it = any(_is_rise_of_crs(each) and each.grade >= cause.grade for each in call.causes)
    return has_vasopressor and is_of_vasopressor and not had_it


def _is_rise_of_crs(cause: Cause) -> bool:
    return cause.kind is CauseKind.RISE and cause.toxicity == "crs"


def _ward_called(held: HeldCall) -> int:
    """The ward whose people were called last; where no event names one, that of the call."""
    wards: list[int] = [event.data["ward"] for event in held.happened if "ward" in event.data]
    return wards[-1] if wards else held.escalation.ward_id


def _data(causes: tuple[Cause, ...], grade: int, regraded: Regraded) -> dict[str, Any]:
    """What an `opened` or `added` event holds: the policy of the ward and the step, as of now."""
    ward = regraded.course.ward
    return {
        "causes": [cause.to_json() for cause in causes],
        "grade": grade,
        "step": _step(regraded),
        "policy": [step.to_json() for step in rounds_of_ward(ward).policy.for_grade(grade)],
        "ward": ward.pk,
    }


def _step(regraded: Regraded) -> str:
    """The first lines of the current step that are for now."""
    graded, site = regraded.graded, rules_of_site()
    of_course = CourseGraded(
        graded.record, {key: graded.grades[key] for key in PRIMARY}, graded.of_course
    )
    elapsed = regraded.at - regraded.course.infused_at
    situation = situation_at(of_course, elapsed, site.local, site.choices)
    lines = [
        option.text
        for option in options_of(situation)
        if option.kind == LineKind.NOW and not option.is_quiet
    ]
    return "\n".join(lines[:LINES_OF_STEP])


def _reopened(causes: tuple[Cause, ...], regraded: Regraded) -> Escalation | None:
    """The call before, where a toxicity for which it was made rose further in the same episode."""
    last = Escalation.objects.filter(course=regraded.course).order_by("-pk").first()
    if last is None or last.outcome == CallOutcome.IN_ERROR:
        return None
    risen = {cause.toxicity for cause in causes if cause.kind is CauseKind.RISE}
    for cause in HeldCall.of(last).call.causes:
        onset = regraded.after[KEYS[cause.toxicity]].onset if cause.toxicity in risen else None
        if onset is not None and cause.since >= onset:
            return last
    return None
