"""The refusals that a user may meet. Each message is for the person who made the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from patients.models.clinical_row import ClinicalRow
    from patients.models.people import Course


class Refused(Exception):
    """An entry that cannot be accepted. The message is for the person who made it."""


class NotAllowed(Refused, PermissionDenied):
    """The table of rights does not allow this to whoever asked for it.

    A page that does not answer it itself answers 403 with the sentence.
    """


class WrongCourse(Refused):
    """A row was handed to a course that it does not belong to."""


class AlreadyEntered(Refused):
    """The same form was saved before with other content; `stored` is what was saved."""

    def __init__(self, *, stored: ClinicalRow, attempted: ClinicalRow) -> None:
        self.stored, self.attempted = stored, attempted
        super().__init__(
            "This form was already saved, with other values. "
            "Look at the saved entry and correct it if it is wrong."
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


class UnusableNumber(Refused):
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
        super().__init__(f"This entry was struck out by {row.struck_out_by}.")


class AlreadyStopped(Refused):
    """The run was ended before."""

    def __init__(self, row: ClinicalRow) -> None:
        self.row = row
        super().__init__("The end of this dose is already recorded.")


class AlreadyAmended(Refused):
    """Somebody changed the same course or patient since the form was opened.

    `thing` is as it stands, `changes` what was asked for, `latest` the history of who was first.
    """

    def __init__(self, *, thing: Any, changes: dict[str, Any], latest: Any) -> None:
        self.thing, self.changes, self.latest = thing, changes, latest
        who = "Somebody" if latest.history_user is None else str(latest.history_user)
        super().__init__(
            f"{who} changed this after you opened the form. What you typed now was not saved."
        )
