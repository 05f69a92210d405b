"""T-ICAHT, early (Day 0–30) and late (Day 31–100): thrombocytopenia after CAR-T, 2025.

Early       by how many days, all joined runs together, platelets were below 50, or below 20.
Late        the same below 100, 50 or 20, provided that a second day was below 100 too.
Range       grades 0–4; platelets in 10*9/L, strictly below; days are local calendar days.
Source      Rejeski 2025, table in a page that reproduces it. The border of the late row below 50
            is lost there; grade 2 follows from the order of the rows.

Platelet transfusions change no grade; they decide only whether platelets have recovered.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from grading.agents import DrugClass
from grading.engine.result import Met, Result, SystemGrades
from grading.engine.system import CourseSystem
from grading.local_rules import LocalRules
from grading.record import Record
from grading.rules.blood_counts.day_series import RECOVERY_DAYS, Band, Level, Tally, confidence
from grading.rules.blood_counts.days_below import (
    CUMULATIVE,
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
from grading.sources import ICAHT_PROGRAM_2024, LOCAL, T_ICAHT_2025, Source

NORMAL_PLATELETS = Decimal(150)
LT_100 = Level("lt_100", "platelets < 100 × 10⁹/L", Decimal(100), inclusive=False)
LT_50 = Level("lt_50", "platelets < 50 × 10⁹/L", Decimal(50), inclusive=False)
LT_20 = Level("lt_20", "platelets < 20 × 10⁹/L", Decimal(20), inclusive=False)
RECOVERED_FROM = LT_20.limit
WITHOUT_TRANSFUSION_DAYS = 7

EARLY = DayTable(
    key="t_icaht_early",
    analyte="platelets",
    first=0,
    last=30,
    levels=(LT_50, LT_20),
    bands=(
        Band("t_icaht_early_50_1_6", 1, "lt_50", 1, 6),
        Band("t_icaht_early_50_7", 2, "lt_50", 7, None),
        Band("t_icaht_early_20_1_13", 3, "lt_20", 1, 13),
        Band("t_icaht_early_20_14", 4, "lt_20", 14, None),
    ),
    normal=NORMAL_PLATELETS,
)
LATE = DayTable(
    key="t_icaht_late",
    analyte="platelets",
    first=31,
    last=100,
    levels=(LT_100, LT_50, LT_20),
    bands=(
        Band("t_icaht_late_100", 1, "lt_100", 1, None),
        Band("t_icaht_late_50", 2, "lt_50", 1, None),
        Band("t_icaht_late_20_1_13", 3, "lt_20", 1, 13),
        Band("t_icaht_late_20_14", 4, "lt_20", 14, None),
    ),
    normal=NORMAL_PLATELETS,
)


def early_t_icaht(
    record: Record, _graded: Mapping[str, SystemGrades], local: LocalRules
) -> Result | None:
    """Early T-ICAHT of a course; None while no platelets were measured."""
    observed = observe(EARLY, record, local)
    if not observed.series:
        return ungraded(observed)
    result = _by_days(observed, at_least=unknown_stretch(observed) > 0)
    return _with_recovery(result, observed)


def late_t_icaht(
    record: Record, _graded: Mapping[str, SystemGrades], local: LocalRules
) -> Result | None:
    """Late T-ICAHT of a course; None while no platelets were measured."""
    observed = observe(LATE, record, local)
    if not observed.series:
        return ungraded(observed)
    result = _by_days(observed)
    lowest, *others = sorted(day.most for day in observed.series if not day.filled)[:2]
    if _is_transient(observed):
        values = {"lowest": lowest, "second": others[0]}
        result.because = (Met("t_icaht_late_transient", 0, values), *result.because)
        return result
    if not others:
        measured = next(day.day for day in observed.series)
        unconfirmed = Met("t_icaht_late_unconfirmed", 0, {"day": measured})
        result.because = (*result.because, unconfirmed)
    return _with_recovery(result, observed)


def _by_days(observed: Observed, *, at_least: bool = False) -> Result:
    by_level = observed.tallies()
    met = _met(observed, by_level)
    at_least |= not observed.window.closed
    if (lowest := observed.lowest()) is not None:
        at_least |= is_higher(_met(lowest, lowest.tallies()), met)
    result = graded(observed, met, at_least=at_least, by_level=by_level)
    result.values["confidence"] = confidence(observed.series, by_level[LT_50.key].longest)
    return result


def _met(observed: Observed, by_level: Mapping[str, Tally]) -> list[Met]:
    if observed.table is LATE and _is_transient(observed):
        return []
    return met_bands(observed.table, by_level, CUMULATIVE)


def _is_transient(observed: Observed) -> bool:
    """Whether exactly one of several measured days is below 100 × 10⁹/L."""
    measured = [day.most for day in observed.series if not day.filled]
    return len(measured) > 1 and sum(map(LT_100.holds, measured)) == 1


def _with_recovery(result: Result, observed: Observed) -> Result:
    """Say when platelets recovered, where they were below 20 on some day.

    They did on the first of 3 days in succession at 20 or more, without transfusion for 7 days.
    """
    low = [day.day for day in observed.series if LT_20.holds(day.most)]
    if not low:
        return result
    good = {day.day for day in observed.series if day.most >= RECOVERED_FROM and day.day > low[-1]}
    transfused = {
        observed.record.day(dose.elapsed) + later
        for dose in observed.record.doses
        if dose.drug_class == DrugClass.TRANSFUSION_PLATELETS
        for later in range(WITHOUT_TRANSFUSION_DAYS)
    }
    lasting = (day for day in good if all(day + later in good for later in range(RECOVERY_DAYS)))
    recovered = min((day for day in lasting if day not in transfused), default=None)
    note = "not_recovered" if recovered is None else "recovered"
    values = {"day": low[-1] if recovered is None else recovered}
    result.values["recovered_day"] = recovered
    result.because = (*result.because, Met(observed.code(note), 0, values))
    return result


def document_counts(table: DayTable) -> list[str]:
    """The counts that the grades document has of a window; the late one counts below 100 too."""
    counts = ("days", "longest_run", "cumulative")
    return [f"{count}_{level.key}" for count in counts for level in table.levels]


def nothing(table: DayTable) -> dict[str, Any]:
    """The form in the grades document where no platelets were ever measured."""
    return no_days_measured(
        document_counts(table),
        code="platelets_not_measured",
        text=f"no platelets from Day {table.first} on",
    )


def _sentences(table: DayTable) -> dict[str, str]:
    return {
        **band_sentences(table),
        **note_sentences(table, "platelets"),
        f"{table.key}_recovered": "recovered to 20 × 10⁹/L on Day {day}, without transfusion for "
        "7 days",
        f"{table.key}_not_recovered": "no recovery yet to 20 × 10⁹/L for 3 days without "
        "transfusion for 7 days: last below 20 on Day {day}",
    }


EARLY_SENTENCES = _sentences(EARLY)
LATE_SENTENCES = {
    **_sentences(LATE),
    "t_icaht_late_transient": "transient: platelets {lowest} × 10⁹/L on one day only, the second "
    "lowest {second} is not below 100",
    "t_icaht_late_unconfirmed": "unconfirmed: a single day with platelets, Day {day}",
}
EARLY_TABLE = (TABLE_HEAD, *band_rows(EARLY))
LATE_TABLE = (TABLE_HEAD, *band_rows(LATE))
_COMMON: tuple[tuple[str, Source], ...] = (
    (
        "Days of all runs together; 1 or 2 days between two runs count too.",
        T_ICAHT_2025.at("methods"),
    ),
    (
        "Windows close as for ICAHT; gaps are filled as there, up to 7 days between two measured.",
        ICAHT_PROGRAM_2024.at("step 2", "D"),
    ),
    (
        (
            "Recovery is the first of 3 days in succession at 20 or more without platelet "
            "transfusion for 7 days. It is told and changes no grade."
        ),
        T_ICAHT_2025.at("methods"),
    ),
)
EARLY_FOOTNOTES: tuple[tuple[str, Source], ...] = (
    *_COMMON,
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
            "Non-transient: the second lowest day is below 100 too; a single day is accepted and "
            "marked unconfirmed."
        ),
        T_ICAHT_2025.at("table", "VD"),
    ),
    ("Before Day 31 there is no grade, and no 0.", LOCAL),
    ("Below 50: grade 2 follows from the order of the rows.", T_ICAHT_2025.at("table", "M")),
)

EARLY_SYSTEM = CourseSystem(
    key=EARLY.key,
    toxicity="icaht",
    name="Early T-ICAHT",
    standard="Rejeski",
    year=2025,
    compute=early_t_icaht,
    to_document=partial(days_to_document, document_counts(EARLY)),
    nothing=nothing(EARLY),
    sentences=EARLY_SENTENCES,
    table=EARLY_TABLE,
    footnotes=EARLY_FOOTNOTES,
    source=T_ICAHT_2025,
)

LATE_SYSTEM = CourseSystem(
    key=LATE.key,
    toxicity="icaht",
    name="Late T-ICAHT",
    standard="Rejeski",
    year=2025,
    compute=late_t_icaht,
    to_document=partial(days_to_document, document_counts(LATE)),
    nothing=nothing(LATE),
    sentences=LATE_SENTENCES,
    table=LATE_TABLE,
    footnotes=LATE_FOOTNOTES,
    source=T_ICAHT_2025,
)
