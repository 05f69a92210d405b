"""The refusals that a user may meet. Each message is for the person who made the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

from patients.words import entry_words
from patients.words.wording import amount, words

if TYPE_CHECKING:
    from patients.models.assessments import Assessment
    from patients.models.clinical_row import ClinicalRow
    from patients.models.decisions.adjudications import Adjudication
    from patients.models.decisions.step_marks import StepMark
    from patients.models.observations import Dose
    from patients.models.people import Course

WHEN = "%d %b %Y %H:%M"


class Refused(Exception):
    """An entry that cannot be accepted. The message is for the person who made it."""


class NotAllowed(Refused, PermissionDenied):
    """The table of rights does not allow this to whoever asked for it.

    A page that does not answer it itself answers 403 with the sentence.
    """


class Overtaken(Refused):
    """Somebody recorded the same or its contrary first; the message says what stands."""


class WrongCourse(Refused):
    """A row was handed to a course that it does not belong to."""


class AlreadyEntered(Refused):
    """The same form was saved before with other content.

    `stored` is what was saved, `attempted` what was sent now. `pairs` are both for every row of a
    form that makes several; None stands where one of them has no such row.
    """

    def __init__(self, pairs: list[tuple[ClinicalRow | None, ClinicalRow | None]]) -> None:
        self.pairs = pairs
        self.stored = next(stored for stored, _ in pairs if stored is not None)
        self.attempted = next((attempted for _, attempted in pairs if attempted is not None), None)
        super().__init__(
            "This form was already saved, with other values. If the saved entry is wrong, correct "
            "it or strike it out. If yours is another one, take your values into a new entry."
        )


class AlreadyAdmitted(Refused):
    """The same form opened a course before, with other content; `course` is as it stands now.

    `different` holds the stored and the typed value of each field that differs.
    """

    def __init__(
        self, *, course: Course, different: dict[str, tuple[Any, Any]], first: Any
    ) -> None:
        self.course, self.different, self.first = course, different, first
        super().__init__(
            "This form has admitted a patient before, with other values. "
            "Nothing of what you typed now was saved. Correct what is stored if it is wrong."
        )


class UnusableNumber(WrongCourse):
    """The number of the form belongs to something that this user may not see."""

    def __init__(self) -> None:
        super().__init__(
            "The number of this form cannot be used. Nothing was saved now. "
            "The form has a new number now: look at it and save again."
        )


class AlreadyReplaced(Refused):
    """Somebody corrected the same entry first: `first` is their row, `attempted` the new one."""

    def __init__(
        self, *, replaced: ClinicalRow, first: ClinicalRow, attempted: ClinicalRow | None
    ) -> None:
        self.replaced, self.first, self.attempted = replaced, first, attempted
        then = "Look at both and correct the newer one if needed."
        if first.struck_out_at is not None:
            then = "That correction was struck out since: neither counts. Enter it anew."
        super().__init__(f"This entry has already been corrected by {first.recorded_by}. {then}")


class AlreadyStruckOut(Refused):
    """The entry was struck out before."""

    def __init__(self, row: ClinicalRow) -> None:
        self.row = row
        super().__init__(
            f"This entry was struck out by {row.struck_out_by}: {row.struck_out_reason}. "
            "What you typed now was not saved."
        )


class AlreadyStopped(Refused):
    """The run was ended before.

    `newer` is the run at another rate that was put in its place, `attempted` the one that was to
    be.
    """

    def __init__(
        self, row: Dose, newer: Dose | None = None, *, attempted: Dose | None = None
    ) -> None:
        self.row, self.newer, self.attempted = row, newer, attempted
        ended = "" if row.ended_at is None else f"{row.ended_at.astimezone(row.course.zone):{WHEN}}"
        what = f"The end of this dose is already recorded: {ended}, by {row.end_recorded_by}."
        if newer is not None:
            rate = amount(newer.amount, newer.unit)
            since = f"{newer.given_at.astimezone(row.course.zone):{WHEN}}"
            what = f"{newer.recorded_by} changed the rate of this run to {rate}, from {since}."
            if newer.ended_at is not None:
                until = f"{newer.ended_at.astimezone(row.course.zone):{WHEN}}"
                what = f"{what} That ended {until}."
        super().__init__(f"{what} What you typed now was not saved.")


class AlreadyRunning(Refused):
    """The drug runs already: `running` is that run, `attempted` the start that was sent."""

    def __init__(self, running: Dose, *, attempted: Dose) -> None:
        self.running, self.attempted = running, attempted
        since = f"{running.given_at.astimezone(running.course.zone):{WHEN}}"
        super().__init__(
            f"{words(running.agent)} runs already, since {since}: "
            f"{amount(running.amount, running.unit)}, entered by {running.recorded_by}. "
            "What you typed now was not saved."
        )


class AlreadyDecided(Refused):
    """Somebody decided about the same sign, final grade or line since the page opened.

    `row` is that decision or mark, or the assessment that a physician entered.
    """

    def __init__(self, row: Adjudication | Assessment | StepMark, *, is_own: bool) -> None:
        self.row = row
        who = "You have" if is_own else f"{row.recorded_by} has"
        super().__init__(
            f"{who} decided on this since you opened the page: {entry_words.headline(row)}. "
            "What you decided now was not saved. If you decide otherwise, save it once more."
        )


class AlreadyAmended(Refused):
    """The same course or patient was changed since the form was opened.

    `thing` is as it stands, `changes` and `reason` what was asked for. `line` of the history is
    the latest one, or what the same user saved first, from this form or another one.
    """

    def __init__(
        self, *, thing: Any, changes: dict[str, Any], reason: str, line: Any, is_own: bool
    ) -> None:
        self.thing, self.changes, self.reason, self.line = thing, changes, reason.strip(), line
        who = "Somebody" if line.history_user is None else str(line.history_user)
        super().__init__(
            f"{'You' if is_own else who} changed this after you opened the form. "
            "What you typed now was not saved."
        )
