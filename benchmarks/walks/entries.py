"""A plain model of what two nurses typed and saved: what may stand in the record, and what must.

Every entry is written with a note of its own, by which it is found again: in the record, among the
drafts of Cartox, and on a tablet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LOST, DOUBLED, CROSSED = "lost", "doubled", "on another patient"
SIGNED_BY_ANOTHER, SENT_ITSELF, NEVER_TYPED = "signed by another", "sent itself", "never typed"
SHOWN_TO_ANOTHER = "shown to another"


@dataclass(slots=True)
class Entry:
    """One entry: its note, who typed it on the page of which course, and what became of it.

    is_kept        the tablet or Cartox had it as a draft
    is_sent        somebody tapped “Save” on it
    is_answered    the page was told that it is stored
    """

    note: str
    author: int
    course: int
    is_kept: bool = False
    is_sent: bool = False
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A note where it stands: in the record, or as a draft offered to `person` for `course`."""

    note: str
    course: int
    person: int


@dataclass(slots=True)
class Book:
    """Every entry that was typed, by its note."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def typed(self, author: int, course: int) -> Entry:
        note = f"walk-{len(self.entries) + 1}"
        self.entries[note] = Entry(note, author, course)
        return self.entries[note]

    def wrong(self, stored: Iterable[Place], drafts: Iterable[Place]) -> Iterator[str]:
        """What may not be, at any moment: of what stands in the record and among the drafts."""
        rows = list(stored)
        for place in rows:
            yield from self._wrong_row(place)
        counts = Counter(place.note for place in rows)
        yield from (f"{DOUBLED}: {note}" for note, count in counts.items() if count > 1)
        for entry in self.entries.values():
            if entry.is_answered and entry.note not in counts:
                yield f"{LOST}: {entry.note}, which was answered as saved"
        for place in drafts:
            yield from self._wrong_draft(place)

    def wrong_at_the_end(self, stored: Iterable[Place], drafts: Iterable[Place]) -> Iterator[str]:
        """The same, and every entry without a row is still offered to its author."""
        rows, offered = list(stored), list(drafts)
        yield from self.wrong(rows, offered)
        left = {place.note for place in [*rows, *offered]}
        for entry in self.entries.values():
            if entry.is_kept and entry.note not in left:
                yield f"{LOST}: {entry.note}, neither stored nor offered"

    def _wrong_row(self, place: Place) -> Iterator[str]:
        entry = self.entries.get(place.note)
        if entry is not None and not entry.is_sent:
            yield f"{SENT_ITSELF}: {entry.note}"
        yield from self._wrong_place(place, "the row", SIGNED_BY_ANOTHER)

    def _wrong_draft(self, place: Place) -> Iterator[str]:
        yield from self._wrong_place(place, "the draft", SHOWN_TO_ANOTHER)

    def _wrong_place(self, place: Place, what: str, by_another: str) -> Iterator[str]:
        entry = self.entries.get(place.note)
        if entry is None:
            yield f"{NEVER_TYPED}: {what} of {place.note!r}"
            return
        if place.course != entry.course:
            yield f"{CROSSED}: {what} of {entry.note}"
        if place.person != entry.author:
            yield f"{by_another}: {what} of {entry.note}"
