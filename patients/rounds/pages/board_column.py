"""The columns of the board that say what the round asks for: what is due, and who is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from patients.board.columns import BoardColumn, BoardNeeds, ValuesByCourse
from patients.models import Course
from patients.rounds.call_pages.call_words import CallInShort, call_in_short
from patients.rounds.due.rounds_now import ReadRound, RoundNow, read_rounds
from patients.rounds.messages.failures import message_counts, unsent_in_words
from patients.rounds.pages.board_words import BoardRound, board_round


@dataclass(frozen=True, slots=True, repr=False)
class RoundCell:
    """The round of one course at the moment of an answer.

    It is understood only where somebody asks; by its `repr` the board knows whether it changed.
    """

    read: ReadRound
    now: datetime
    failed: int
    waiting: int

    def __repr__(self) -> str:
        return f"{self.read!r} {self.failed} {self.waiting}"

    @property
    def shown(self) -> RoundNow:
        return self.read.at(self.now)

    @property
    def words(self) -> BoardRound:
        return board_round(self.shown, self.now, self.read.zone)

    @property
    def call(self) -> CallInShort | None:
        call = self.shown.call
        return None if call is None else call_in_short(call, self.now, self.read.zone)


def cells_of(uids: Sequence[UUID], now: datetime) -> ValuesByCourse:
    """The cell of each course; a course that was not regraded since rounds exist has none."""
    read = read_rounds(uids)
    unsent = _unsent_of([uid for uid, each in read.items() if each.has_unsent], now)
    return {uid: RoundCell(each, now, *unsent.get(uid, (0, 0))) for uid, each in read.items()}


def _unsent_of(uids: Sequence[UUID], now: datetime) -> dict[UUID, tuple[int, int]]:
    """The messages of open calls that failed, and those that wait; asked where one is unsent."""
    if not uids:
        return {}
    counts = message_counts(now, "pk")
    rows = Course.objects.filter(uid__in=uids).annotate(**counts).values_list("uid", *counts)
    return {uid: (failed, waiting) for uid, failed, waiting in rows}


def needs_of_round(cell: RoundCell) -> BoardNeeds:
    """What is overdue or waits for an answer comes before what is due."""
    shown = cell.shown
    first = shown.first_due
    return BoardNeeds(
        unanswered=shown.waits_for_answer,
        overdue=bool(shown.overdue),
        due_at=None if first is None else first.due_at,
        moments=() if shown.next_at is None else (shown.next_at,),
    )


def unsent_messages(cells: Sequence[RoundCell]) -> list[str]:
    """The sentences about messages that did not leave, for the foot of the board."""
    return unsent_in_words(sum(cell.failed for cell in cells), sum(cell.waiting for cell in cells))


ROUND_COLUMN = BoardColumn(
    "round", "rounds/_board_round.html", cells_of, needs_of_round, unsent_messages
)
CALL_COLUMN = BoardColumn("call", "rounds/_board_call.html")
"""The open call, of the value of `ROUND_COLUMN`: a line of its own below the row."""
