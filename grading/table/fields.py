"""What a field of a course document may hold, and how a field is declared.

Reader, writer, JSON Schema, CSV, models and forms all follow from these declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from grading.measures import Limits
from grading.vocabulary import Word


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number inside hard limits, in their unit."""

    limits: Limits


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number inside hard limits."""

    limits: Limits


@dataclass(frozen=True, slots=True)
class OneOf:
    """One word of a closed list."""

    words: type[Word]


@dataclass(frozen=True, slots=True)
class SomeOf:
    """Several words of a closed list; an empty list says that there was none."""

    words: type[Word]


@dataclass(frozen=True, slots=True)
class Each:
    """A value for each of several keys, any of which may be left out."""

    values: Mapping[str, Number | Whole | OneOf]
    words: type[Word]
    """The closed list of the keys, with their labels."""
    prefix: str
    """The beginning of the name of each key's input on the form."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name, or another name of the same thing, in any case: of a drug or an analyte."""

    listed_only: bool
    """Whether a name outside the list is refused."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A kind of value of which nothing more is to be said."""


class Amount(Plain):
    """A decimal number, not negative, in a unit that stands beside it."""


class Answer(Plain):
    """Yes or no: true or false."""


class Text(Plain):
    """Free text."""


class Integer(Plain):
    """A whole number of any size."""


class CalendarDate(Plain):
    """A date without a time, YYYY-MM-DD."""


class Moment(Plain):
    """An ISO 8601 time, with its offset or in the time zone of the course."""


class Hours(Plain):
    """Hours since the first infusion, negative before it."""


class Infusions(Plain):
    """Later infusions, each as hours after the first or as an ISO 8601 time."""


class Zone(Plain):
    """The IANA name of a time zone."""


class Anything(Plain):
    """A JSON value that is carried through unread."""


Kind = Number | Whole | OneOf | SomeOf | Each | Named | Plain


class Part(StrEnum):
    """The part of the assessment form in which a finding is asked for, in the order of the page."""

    LATE = "about a late entry"
    PLACE = "where it was observed"
    WORRY = "worry"
    VITALS = "vital signs"
    NOT_MEASURED = "not measured"
    FEVER = "fever without a number"
    SUPPORT = "support"
    OXYGEN = "oxygen"
    ICE = "ICE"
    ICE_NOT_DONE = "ICE not done"
    ICE_TOTAL = "ICE total alone"
    CAPD = "CAPD"
    NEUROLOGIC = "neurologic"
    OTHER_FINDINGS = "other findings"
    CAUSE = "cause"
    CIRCULATION = "circulation, for other systems"
    ORGANS = "organs, for other systems"
    NEUROLOGIC_OTHER = "neurologic, for other systems"
    HYPERINFLAMMATION = "hyperinflammation"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its key in the document, which is also its name in record, model and CSV.

    `label` names it in a sentence or a table; `on_form` and `hint` stand on the form, which takes
    `label` where `on_form` is empty.
    """

    name: str
    kind: Kind
    label: str = ""
    part: Part | None = None
    on_form: str = ""
    hint: str = ""
    is_needed: bool = False

    @property
    def form_label(self) -> str:
        """The label on the form."""
        return self.on_form or self.label
