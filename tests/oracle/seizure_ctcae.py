"""Seizure by CTCAE 4.03 as a lookup: kind, length, several despite treatment.

The printed cells are 1 brief partial without loss of consciousness, 2 brief generalized, 3
multiple despite treatment, 4 life-threatening or prolonged repetitive. A brief nonconvulsive
seizure stands in neither of the first two: a range.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from tests.oracle.answer import NOTHING, Span, beside_all_counted, exactly
from tests.oracle.scaled import Scaled, literal, not_gradable, worst, zero_unless

SEIZURE_NAME, KIND, SEVERAL = "seizure", "kind of seizure", "several seizures"

BRIEF = {
    "unknown": Span(1, 4, (KIND,)),
    "focal": exactly(1),
    "generalized": exactly(2),
    "nonconvulsive": literal(1, 2),
    "nonconvulsive_status": exactly(4),
}
LENGTH = {
    "resolved": NOTHING,
    "prolonged": exactly(4),
    "present": Span(0, 4, (SEIZURE_NAME,)),
}
MULTIPLE = {"unknown": Span(0, 3, (SEVERAL,)), "no": NOTHING, "yes": exactly(3)}


@beside_all_counted
def grade(row: dict[str, str], context: str) -> Scaled:
    """`context` is before (the infusion) or after."""
    if row["seizure"] == "unknown":
        return not_gradable((SEIZURE_NAME,))
    if row["seizure_from"] == "other":
        return zero_unless(())
    if context == "before" or row["seizure"] == "none":
        return zero_unless(())
    return worst((BRIEF[row["kind"]], LENGTH[row["seizure"]], MULTIPLE[row["multiple"]]))


DIMENSIONS: dict[str, tuple[str, ...]] = {
    "seizure": ("unknown", "none", *LENGTH),
    "kind": tuple(BRIEF),
    "multiple": tuple(MULTIPLE),
    "seizure_from": ("counts", "undetermined", "other"),
}
CONTEXTS = ("before", "after")
NO_SEIZURE = ("unknown", "none")


def combinations() -> list[dict[str, str]]:
    """Every combination; what a seizure was is told only where there was one."""
    every = (
        dict(zip(DIMENSIONS, classes, strict=True)) for classes in product(*DIMENSIONS.values())
    )
    return [row for row in every if row["seizure"] not in NO_SEIZURE or _untold(row)]


def _untold(row: dict[str, str]) -> bool:
    return row["kind"] == "unknown" and row["multiple"] == "unknown"


MULTIPLE_FIELD = {"yes": {"seizure_multiple": True}, "no": {"seizure_multiple": False}}


def assessment(row: dict[str, str]) -> dict[str, Any]:
    """The fields of one assessment for such a row, with a temperature so that it says something."""
    fields: dict[str, Any] = {"consciousness": "spontaneous"}
    if row["seizure"] != "unknown":
        fields["seizure"] = row["seizure"]
    if row["kind"] != "unknown":
        fields["seizure_kind"] = row["kind"]
    fields |= MULTIPLE_FIELD.get(row["multiple"], {})
    if row["seizure_from"] != "counts":
        fields["attribution"] = {"seizure": row["seizure_from"]}
    return fields
