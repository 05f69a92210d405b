"""What CTCAE 6.0 prints for the toxicities that a physician grades and Cartox does not compute.

Use       beside the grade on the form of an event. The words are those of NCI's spreadsheet, short.
Source    CTCAE_6_0, "tumor inflammation-associated neurotoxicity" (MedDRA 10091322) and "secondary
          hemophagocytic lymphohistiocytosis" (MedDRA 10081409).
"""

from __future__ import annotations

from grading.event_kinds import EventKind
from grading.sources import CTCAE_6_0, Source

PRINTED_GRADES: dict[EventKind, tuple[str, ...]] = {
    EventKind.TIAN: (
        "headache with fever, mild worsening",
        "moderate change that affects function",
        "severe; intracranial pressure above 20 mmHg that responds to treatment",
        "intracranial pressure above 20 mmHg that is refractory; herniation; ventilation",
        "death",
    ),
    EventKind.SECONDARY_HLH: (
        "evaluation only",
        "immunosuppressive intervention",
        "hospitalization",
        "life-threatening",
        "death",
    ),
}
"""The text of grades 1 to 5, by kind of event."""

PRINTED_BY: Source = CTCAE_6_0.at(
    "tumor inflammation-associated neurotoxicity; secondary hemophagocytic lymphohistiocytosis"
)
