"""The six kinds of entry in a course, as plain data: what each is called and where it stands.

Each level (models, record, document, CSV, forms, admin) keeps its own dictionary by kind, so
that a seventh kind is added here and then wherever `tests/test_kinds.py` finds a dictionary
incomplete.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryKind:
    """One kind of entry.

    `key` is its word in the `row` column of a CSV, `section` its list in the course document,
    `time_field` the field of the stored row that holds the time of the observation.
    """

    key: str
    section: str
    noun: str
    plural: str
    time_field: str


ASSESSMENT = EntryKind("assessment", "assessments", "assessment", "assessments", "observed_at")
LAB_RESULT = EntryKind("lab", "labs", "laboratory result", "laboratory results", "collected_at")
DOSE = EntryKind("dose", "doses", "dose", "doses", "given_at")
EVENT = EntryKind("event", "events", "event", "events", "happened_at")
ADJUDICATION = EntryKind(
    "adjudication", "adjudications", "adjudication", "adjudications", "decided_at"
)
"""What a physician decides about a sign, or as the final grade."""

STEP_MARK = EntryKind("step_mark", "step_marks", "mark", "marks", "marked_at")
"""What somebody answered to a line of the current step: done, deferred, declined."""

ENTRY_KINDS = (ASSESSMENT, LAB_RESULT, DOSE, EVENT, ADJUDICATION, STEP_MARK)
"""Every kind, in the order of the course document."""

KIND_OF_SECTION = {kind.section: kind for kind in ENTRY_KINDS}
