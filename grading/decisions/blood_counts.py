"""Our own decisions on blood counts and the scores made of them."""

# ruff: noqa: RUF009 - `decided` makes a dataclass field

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grading.decisions.bedside import BedsideDecisions
from grading.decisions.decided import decided


@dataclass(frozen=True, slots=True)
class BloodCountDecisions(BedsideDecisions):
    """Decisions on ICAHT, CAR-HEMATOTOX and EASIX."""

    icaht_duration: str = decided(
        "longest",
        "The authors' program grades by the longest joined run; the T-ICAHT paper of the same "
        "group says cumulative. The cumulative count is told beside.",
        instead='"cumulative": all joined runs together',
        place="ICAHT, early",
    )
    icaht_never_above: str = decided(
        "extension",
        "Grade 4, never above 500/µL: a run that began on Day 0–3 and goes on to the last day with "
        "an ANC, as in the authors' program; only when the window is closed, for on Day 2 every "
        "newly neutropenic patient would meet it, and only where the run is long enough.",
        instead='"strict": at or below on every one of Day 0–30',
        place="ICAHT, early",
    )
    icaht_rounding: str = decided(
        "none",
        "The authors' program rounds to the nearest 10/µL, so that 504 counts as 500: an artifact.",
        instead='"nearest_10": as the program does, half to even',
        place="ICAHT",
    )
    icaht_maxgap: int = decided(
        7,
        "Gaps of up to 7 days between two measured days are filled in a straight line (program; "
        "its description once says 5). The ends are not extended.",
        instead="5, or 0: measured days only",
        place="ICAHT, T-ICAHT",
    )
    hematotox_ties: str = decided(
        "point",
        "ANC 1200/µL, hemoglobin 9.0 g/dL and CRP 3.0 mg/dL exactly are undefined in print. They "
        "give the point, as in the analysis program apparently of the score's own group.",
        instead='"none": no point at equality',
        place="CAR-HEMATOTOX",
    )
    lymphodepletion_within_days: int = decided(
        14,
        "Lymphodepletion that began longer ahead of the infusion may have been bridging: a caution "
        "asks to check.",
        place="CAR-HEMATOTOX, EASIX: before lymphodepletion",
    )
    lymphodepletion_unrecorded_day: int = decided(
        -5,
        "Where no lymphodepletion is recorded, values of this day and earlier count as before it, "
        "with a caution.",
        place="CAR-HEMATOTOX, EASIX: before lymphodepletion",
    )
    easix_apart_hours: int = decided(
        24,
        "The values of one index come from one draw, or lie at most this far apart.",
        place="EASIX, s-EASIX, m-EASIX",
    )
    icaht_never_days: int = decided(
        14,
        "Never above needs a run of at least this many days: one value says no 'never'.",
        place="ICAHT, early",
    )
    icaht_never_death_days: int = decided(
        7,
        "Where death closed the window, a shorter run is 'never above' if its last measured day "
        "lies at most this long before the death and at least two days were measured.",
        place="ICAHT, early",
    )
    lymphodepletion_apart_hours: int = decided(
        72,
        "Doses of lymphodepletion follow each other by at most this; what lies further ahead was "
        "bridging, and is named so.",
        place="CAR-HEMATOTOX, EASIX: before lymphodepletion",
    )
    lymphodepletion_earliest_day: int = decided(
        -28,
        "No dose before this day is lymphodepletion.",
        place="CAR-HEMATOTOX, EASIX: before lymphodepletion",
    )
    lln_anc_10_9_l: Decimal = decided(
        Decimal("1.8"),
        "Where the laboratory sent no lower limit of normal. In 10⁹/L.",
        place="neutrophils by CTCAE 5.0",
    )
    lln_platelets_10_9_l: Decimal = decided(
        Decimal(150),
        "Where the laboratory sent no lower limit of normal. In 10⁹/L.",
        place="platelets by CTCAE 5.0 and 6.0",
    )
