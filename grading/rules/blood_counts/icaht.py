"""ICAHT, early (Day 0–30) and late (after Day 30): neutropenia after CAR-T, EHA/EBMT 2023.

Early       by how long the ANC stayed at or below 500/µL, or at or below 100/µL; grade 4 also
            where it never rose above 500/µL.
Late        by the lowest ANC, provided that a second day was at or below 1500/µL too.
Range       grades 0–4; ANC in 10*9/L, 500/µL is 0.5; days are local calendar days.
Sources     Rejeski 2023 (the printed table, not read again); thresholds, bands and joined runs
            from the authors' own program, Liang 2024.

A grade below 4 is "at least" while the window is open, or while more days in a row than may be
filled have no ANC. "Never above" is not applied to an open window, on Day 2 of which every newly
neutropenic patient would meet it, nor to a run of less than 14 days, unless death ended it. Before
Day 31 there is no late grade at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

from grading.engine.result import Met, Result, SystemGrades
from grading.engine.system import CourseSystem
from grading.event_kinds import EventKind
from grading.local_rules import LocalRules
from grading.record import Record
from grading.rules.blood_counts.day_series import (
    Band,
    Day,
    Level,
    Tally,
    confidence,
    length,
    measured_in,
)
from grading.rules.blood_counts.days_below import (
    TABLE_HEAD,
    DayTable,
    Observed,
    band_rows,
    band_sentences,
    days_to_document,
    graded,
    is_higher,
    met_bands,
    no_days_measured,
    note_sentences,
    observe,
    ungraded,
    unknown_stretch,
)
from grading.sources import ICAHT_2023, ICAHT_PROGRAM_2024, LOCAL, T_ICAHT_2025, Source

NORMAL_ANC = Decimal(2)
LE_500 = Level("le_500", "ANC ≤ 500/µL", Decimal("0.5"), inclusive=True)
LE_100 = Level("le_100", "ANC ≤ 100/µL", Decimal("0.1"), inclusive=True)

EARLY = DayTable(
    key="icaht_early",
    analyte="anc",
    first=0,
    last=30,
    levels=(LE_500, LE_100),
    bands=(
        Band("icaht_early_500_1_6", 1, "le_500", 1, 6),
        Band("icaht_early_500_7_13", 2, "le_500", 7, 13),
        Band("icaht_early_500_14", 3, "le_500", 14, None),
        Band("icaht_early_100_7_13", 3, "le_100", 7, 13),
        Band("icaht_early_100_14", 4, "le_100", 14, None),
    ),
    normal=NORMAL_ANC,
)
NEVER_ABOVE = "icaht_early_never_above"
NEVER_ABOVE_START_BY = 3
"""The run that never ended has to begin on Day 0–3 (the authors' extension)."""
NEVER_ABOVE_MEASURED = 2
"""One value says no "never", also before a death."""

LATE = DayTable("icaht_late", "anc", 31, 100, (LE_500, LE_100), (), NORMAL_ANC)
LATE_LIMITS: tuple[tuple[str, int, Decimal], ...] = (
    ("icaht_late_100", 4, Decimal("0.1")),
    ("icaht_late_500", 3, Decimal("0.5")),
    ("icaht_late_1000", 2, Decimal("1.0")),
    ("icaht_late_1500", 1, Decimal("1.5")),
)
TRANSIENT_ABOVE = Decimal("1.5")
"""A second lowest day above this makes the lowest transient: grade 0."""


def early_icaht(
    record: Record, _graded: Mapping[str, SystemGrades], local: LocalRules
) -> Result | None:
    """Early ICAHT of a course; None while no ANC was measured."""
    observed = observe(EARLY, record, local, rounded=local.icaht_rounding == "nearest_10")
    if not observed.series:
        return ungraded(observed)
    by_level = observed.tallies()
    met = _early_met(observed, by_level)
    at_least = not observed.window.closed or unknown_stretch(observed) > 0
    if (lowest := observed.lowest()) is not None:
        at_least |= is_higher(_early_met(lowest, lowest.tallies()), met)
    result = graded(observed, met, at_least=at_least, by_level=by_level)
    run = by_level["le_500"].longest
    result.values |= {
        "confidence": confidence(observed.series, run),
        "never_above_strict": _never_above(observed, by_level["le_500"], "strict"),
        "never_above_extension": _never_above(observed, by_level["le_500"], "extension"),
    }
    return result


def _early_met(observed: Observed, by_level: Mapping[str, Tally]) -> list[Met]:
    met = met_bands(EARLY, by_level, observed.local.icaht_duration)
    low = by_level["le_500"]
    if _never_above(observed, low, observed.local.icaht_never_above):
        values = {"first": low.runs[-1][0], "last": low.runs[-1][1]}
        met.insert(0, Met(NEVER_ABOVE, 4, values))
    return met


def _never_above(observed: Observed, low: Tally, reading: str) -> bool:
    """Whether the ANC never rose above 500/µL; False while the window is open.

    "strict": on every one of Day 0–30. "extension": a run that began on Day 0–3, goes on to the
    last day with an ANC, and is long enough for a "never" or was ended by death.
    """
    if not observed.window.closed or not low.runs:
        return False
    run = low.runs[-1]
    if reading == "strict":
        return len(low.days) == EARLY.last - EARLY.first + 1
    if run[0] > NEVER_ABOVE_START_BY or run[1] != observed.series[-1].day:
        return False
    return length(run) >= observed.local.icaht_never_days or _lasted_until_death(observed, run)


def _lasted_until_death(observed: Observed, run: tuple[int, int]) -> bool:
    """Whether death closed the window soon after a run that was measured more than once."""
    window, longest = observed.window, observed.local.icaht_never_death_days
    ended_by_death = window.ended_by == EventKind.DEATH and window.last - run[1] <= longest
    return ended_by_death and measured_in(observed.series, run) >= NEVER_ABOVE_MEASURED


def late_icaht(
    record: Record, _graded: Mapping[str, SystemGrades], local: LocalRules
) -> Result | None:
    """Late ICAHT of a course; None while no ANC was measured."""
    observed = observe(LATE, record, local, rounded=local.icaht_rounding == "nearest_10")
    if not observed.series:
        return ungraded(observed)
    measured = _measured(observed)
    met, transient = _late_met([day.most for day in measured])
    at_least = not observed.window.closed
    if (lowest := observed.lowest()) is not None:
        at_least |= is_higher(_late_met([day.most for day in _measured(lowest)])[0], met)
    result = graded(observed, met, at_least=at_least, by_level=observed.tallies())
    reasons = (*met, *_late_notes(measured, transient))
    result.because = (*reasons, *result.because[len(met) :])
    return result


def _measured(observed: Observed) -> list[Day]:
    return [day for day in observed.series if not day.filled]


def _late_met(values: Sequence[Decimal]) -> tuple[list[Met], bool]:
    """The criterion met by the two lowest days, and whether the lowest was transient."""
    lowest, *others = sorted(values)[:2]
    if lowest > TRANSIENT_ABOVE:
        return [], False
    if others and others[0] > TRANSIENT_ABOVE:
        return [], True
    code, grade = next((code, grade) for code, grade, limit in LATE_LIMITS if lowest <= limit)
    basis = {"lowest": per_ul(lowest)}
    if others:
        basis["second"] = per_ul(others[0])
    return [Met(code, grade, basis)], False


def _late_notes(measured: Sequence[Day], transient: bool) -> list[Met]:
    if transient:
        lowest, second = sorted(day.most for day in measured)[:2]
        values = {"lowest": per_ul(lowest), "second": per_ul(second)}
        return [Met("icaht_late_transient", 0, values)]
    lowest_of_all = min(day.most for day in measured)
    if lowest_of_all > TRANSIENT_ABOVE:
        return [Met("icaht_late_none", 0, {"lowest": per_ul(lowest_of_all)})]
    if len(measured) == 1:
        return [Met("icaht_late_unconfirmed", 0, {"day": measured[0].day})]
    return []


def per_ul(value: Decimal) -> int:
    """10*9/L as whole cells per µL, for a reader."""
    return round(value * 1000)


DOCUMENT_COUNTS = (
    "days_le_500",
    "days_le_100",
    "longest_run_le_500",
    "longest_run_le_100",
    "cumulative_le_500",
)
TO_DOCUMENT = partial(days_to_document, DOCUMENT_COUNTS)
NOTHING, LATE_NOTHING = (
    no_days_measured(
        DOCUMENT_COUNTS, code="anc_not_measured", text=f"no ANC from Day {table.first} on"
    )
    for table in (EARLY, LATE)
)

EARLY_SENTENCES = {
    **band_sentences(EARLY),
    NEVER_ABOVE: "ANC never above 500/µL: from Day {first} to the last ANC on Day {last}",
    **note_sentences(EARLY, "ANC"),
}
LATE_SENTENCES = {
    **{
        code: f"lowest ANC {{lowest}}/µL on a day after Day 30: ≤ {per_ul(limit)}/µL is "
        f"grade {grade}"
        for code, grade, limit in LATE_LIMITS
    },
    **note_sentences(LATE, "ANC"),
    "icaht_late_none": "lowest ANC {lowest}/µL is above 1500/µL",
    "icaht_late_transient": "transient: ANC {lowest}/µL on one day only, the second lowest "
    "{second}/µL is above 1500/µL",
    "icaht_late_unconfirmed": "unconfirmed: a single day with ANC, Day {day}",
}

EARLY_TABLE = (
    TABLE_HEAD,
    *band_rows(EARLY),
    (
        "4",
        "never above 500/µL for 14 d or more, or until death; told when the window is closed",
        f"`{NEVER_ABOVE}`",
    ),
)
LATE_TABLE = (
    TABLE_HEAD,
    *(
        (str(grade), f"ANC ≤ {per_ul(limit)}/µL, non-transient", f"`{code}`")
        for code, grade, limit in reversed(LATE_LIMITS)
    ),
)
_COMMON: tuple[tuple[str, Source], ...] = (
    (
        "The lowest ANC of each local calendar day since the first infusion counts.",
        ICAHT_PROGRAM_2024.at("step 1"),
    ),
    (
        (
            "Counted to the earliest of relapse, next therapy, death and end of follow-up, that "
            "day included. One of these closes the window, or any record after its last day. The "
            "closing of the course within it closes nothing: later results count."
        ),
        T_ICAHT_2025.at("methods", "V"),
    ),
)
EARLY_FOOTNOTES: tuple[tuple[str, Source], ...] = (
    *_COMMON,
    (
        (
            "Gaps of up to 7 days between two measured days are filled in a straight line; longer "
            "ones never count. The ends are not extended."
        ),
        ICAHT_PROGRAM_2024.at("step 2", "VD"),
    ),
    (
        (
            "Runs with 1 or 2 days above between them are one run, those days included; 3 days "
            "above are a recovery. The longest run decides; all runs together are told beside it."
        ),
        ICAHT_PROGRAM_2024.at("steps 4 and 5"),
    ),
    (
        (
            "Never above 500/µL: a run of at least 14 days that began on Day 0–3 and goes on to "
            "the last day with an ANC, applied only when the window is closed. Where death closed "
            "it, the run may be shorter: two measured days, the last at most 7 days before."
        ),
        ICAHT_PROGRAM_2024.at("step 6", "VD"),
    ),
    (
        (
            "A grade below 4 is “at least” beside a stretch without values that is too long to "
            "fill, and where a result that cannot be used could raise it."
        ),
        LOCAL,
    ),
)
LATE_FOOTNOTES: tuple[tuple[str, Source], ...] = (
    *_COMMON,
    (
        (
            "Non-transient: the second lowest day is at or below 1500/µL too. A single day is "
            "accepted and marked unconfirmed; filled days do not count here."
        ),
        ICAHT_PROGRAM_2024.at("step 7"),
    ),
    ("Before Day 31 there is no grade, and no 0.", LOCAL),
)

EARLY_SYSTEM = CourseSystem(
    key=EARLY.key,
    toxicity="icaht",
    name="Early ICAHT",
    standard="EHA/EBMT",
    year=2023,
    compute=early_icaht,
    to_document=TO_DOCUMENT,
    nothing=NOTHING,
    sentences=EARLY_SENTENCES,
    table=EARLY_TABLE,
    footnotes=EARLY_FOOTNOTES,
    source=ICAHT_2023,
)

LATE_SYSTEM = CourseSystem(
    key=LATE.key,
    toxicity="icaht",
    name="Late ICAHT",
    standard="EHA/EBMT",
    year=2023,
    compute=late_icaht,
    to_document=TO_DOCUMENT,
    nothing=LATE_NOTHING,
    sentences=LATE_SENTENCES,
    table=LATE_TABLE,
    footnotes=LATE_FOOTNOTES,
    source=ICAHT_2023,
)
