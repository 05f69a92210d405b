"""The calendar after the infusion: what is due when, and who does it. A month is 30 days.

Source  HILL_2019 for IgG, BCMA_FOLLOW_UP for neurologic reviews, the review and the class labels
        for second malignancies. Who does it is printed nowhere: local.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from grading.guidelines.indication import is_against_bcma
from grading.guidelines.products import CarProduct
from grading.record import DAY
from grading.sources import BCMA_FOLLOW_UP, FDA_CLASS_LABEL, HILL_2019, REVIEW_2024, Source

IGG_MONTHS, NEUROLOGIC_MONTHS = (1, 2, 3), (1, 3, 6)
MONTH, FIFTEEN_YEARS = 30 * DAY, 5479 * DAY


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One thing of the calendar. `due` is elapsed time; None where it goes on for life."""

    code: str
    text: str
    who: str
    basis: str
    source: Source
    due: timedelta | None = None


def follow_up(product: CarProduct | None) -> tuple[FollowUp, ...]:
    """The calendar in order of time; what goes on for life comes last."""
    calendar = [
        FollowUp(
            "igg",
            "IgG",
            "whoever follows the patient: referring hematologist or CAR-T center",
            f"month {month}",
            HILL_2019,
            month * MONTH,
        )
        for month in IGG_MONTHS
    ]
    if is_against_bcma(product):
        calendar += [
            FollowUp(
                "neurologic",
                "Full neurologic review, handwriting included",
                "CAR-T center with neurology",
                f"month {month}, BCMA product",
                BCMA_FOLLOW_UP,
                month * MONTH,
            )
            for month in NEUROLOGIC_MONTHS
        ]
    calendar.append(
        FollowUp(
            "15_years",
            "End of the 15 years over which post-marketing studies follow",
            "CAR-T center, for the manufacturer's study or registry",
            "15 years",
            FDA_CLASS_LABEL,
            FIFTEEN_YEARS,
        )
    )
    calendar.sort(key=lambda each: each.due or FIFTEEN_YEARS)
    calendar.append(
        FollowUp(
            "second_malignancy",
            "Second malignancy: monitoring; of a new T-cell neoplasm a test for the transgene and "
            "a report to the manufacturer",
            "whoever follows the patient, family physician included",
            "life-long",
            REVIEW_2024.at("'Secondary malignancies observed after CAR T cell therapy'", "SV"),
        )
    )
    return tuple(calendar)
