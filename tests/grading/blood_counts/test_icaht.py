"""ICAHT and T-ICAHT: every row of the tables on both sides, the traps, and the document."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from grading.documents.grades_writer import grades_document
from grading.documents.reading.course_reader import CourseDocument
from grading.engine.result import Result
from grading.local_rules import DEFAULT, LocalRules
from grading.record import DAY, HOUR, Dose, Lab, Record
from grading.rules.blood_counts import icaht, t_icaht
from grading.rules.blood_counts.days_below import note_sentences
from grading.rules.systems import COURSE_SYSTEMS
from tests.grading.blood_counts.day_cases import DayCase, daily_course, day_cases
from tests.grading.rules.case_files import described

ALL = [pytest.param(case, id=f"{case.system}: {case.name}") for case in day_cases()]


def graded(system: str, record: Record, local: LocalRules = DEFAULT) -> Result | None:
    return COURSE_SYSTEMS[system].compute(record, {}, local)


def result_of(system: str, record: Record, local: LocalRules = DEFAULT) -> Result:
    result = graded(system, record, local)
    assert result is not None
    return result


def in_document(system: str, record: Record) -> Any:
    return grades_document(CourseDocument(record=record), DEFAULT)["course"].get(system)


@pytest.mark.parametrize("case", ALL)
def test_case_gives_the_expected_grade_and_reason(case: DayCase) -> None:
    result = graded(case.system, case.record)
    if case.expect == "nothing":
        assert result is None
        return
    assert result is not None
    assert described(result) == case.expect
    assert case.reason in [met.code for met in result.because]


def test_every_case_has_a_name_of_its_own() -> None:
    names = [(case.system, case.name) for case in day_cases()]
    assert len(names) == len(set(names))


def test_every_reason_is_given_by_some_case() -> None:
    given = {
        met.code
        for case in day_cases()
        if (result := graded(case.system, case.record)) is not None
        for met in result.because
    }
    tables = ("icaht_early", "icaht_late", "t_icaht_early", "t_icaht_late")
    notes = {code.removeprefix("icaht_early_") for code in NOTES}
    for key in tables:
        own = set(COURSE_SYSTEMS[key].sentences) - {f"{key}_{note}" for note in notes}
        assert own <= given
    for note in notes:
        assert any(f"{key}_{note}" in given for key in tables), note


NOTES = note_sentences(icaht.EARLY, "ANC")
"""Notes are the same for all tables: one case is enough."""


DOCUMENT_KEYS = [
    "grade",
    "at_least",
    "days_le_500",
    "days_le_100",
    "longest_run_le_500",
    "longest_run_le_100",
    "cumulative_le_500",
    "measured_days",
    "filled_days",
    "because",
    "cautions",
]


def case_named(words: str) -> DayCase:
    return next(case for case in day_cases() if words in case.name)


@pytest.mark.parametrize(
    "words", ["T54", "Late, a single value", "Late, death before", "Late, no ANC after"]
)
def test_the_document_has_exactly_the_keys_of_the_form(words: str) -> None:
    case = case_named(words)
    assert list(in_document(case.system, case.record)) == DOCUMENT_KEYS


def test_counted_days_leave_out_what_runs_join() -> None:
    """T60: 12 days are low; the run and the sum of runs have the 2 days between as well."""
    document = in_document("icaht_early", case_named("T60").record)
    assert (document["days_le_500"], document["days_le_100"]) == (12, 0)
    assert (document["longest_run_le_500"], document["cumulative_le_500"]) == (14, 14)
    assert (document["measured_days"], document["filled_days"]) == (31, 0)


def test_longest_and_cumulative_part_over_a_recovery() -> None:
    """T61, and the example of 6 and 6 days."""
    document = in_document("icaht_early", case_named("T61").record)
    assert (document["longest_run_le_500"], document["cumulative_le_500"]) == (6, 12)
    assert document["grade"] == 1
    cumulative = replace(DEFAULT, icaht_duration="cumulative")
    assert result_of("icaht_early", case_named("T61").record, cumulative).grade == 2
    assert result_of("icaht_early", case_named("T60").record, cumulative).grade == 3


def test_filled_days_count_and_are_told_apart() -> None:
    document = in_document("icaht_early", case_named("T65").record)
    assert (document["measured_days"], document["filled_days"]) == (24, 7)
    assert document["days_le_500"] == document["longest_run_le_500"] == 9
    unfilled = in_document("icaht_early", case_named("T66").record)
    assert (unfilled["measured_days"], unfilled["filled_days"]) == (23, 0)
    assert (unfilled["days_le_500"], unfilled["longest_run_le_500"]) == (2, 1)
    assert "low confidence: 8 days in succession" in unfilled["because"][1]["text"]


def test_a_straight_line_that_meets_500_exactly_counts() -> None:
    """From 200 to 1100 in three days: 500 after one."""
    record = daily_course("anc", {4: "200", 7: "1100"})
    assert result_of("icaht_early", record).values["runs"]["le_500"] == [[4, 5]]
    assert result_of("icaht_early", record).values["days"][1] == [5, Decimal("0.5"), True]


def test_never_above_differs_between_its_two_readings() -> None:
    result = result_of("icaht_early", case_named("Low from Day 3").record)
    assert (result.values["never_above_strict"], result.values["never_above_extension"]) == (
        False,
        True,
    )
    strict = replace(DEFAULT, icaht_never_above="strict")
    assert result_of("icaht_early", case_named("Low from Day 3").record, strict).grade == 3
    always = daily_course("anc", dict.fromkeys(range(32), "300"))
    assert result_of("icaht_early", always, strict).grade == 4
    almost = daily_course("anc", {**dict.fromkeys(range(32), "300"), 0: "501"})
    assert result_of("icaht_early", almost, strict).grade == 3


def test_a_ward_may_round_as_the_authors_program_does() -> None:
    rounding = replace(DEFAULT, icaht_rounding="nearest_10")
    for value, grade in (("504", 2), ("505", 2), ("506", 0)):
        days = {**dict.fromkeys(range(31), "3000"), **dict.fromkeys(range(2, 9), value), 35: "900"}
        assert result_of("icaht_early", daily_course("anc", days), rounding).grade == grade
        assert result_of("icaht_early", daily_course("anc", days)).grade == 0


@pytest.mark.parametrize(("longest_gap", "grade"), [(5, 1), (6, 1), (7, 2)])
def test_a_ward_may_fill_shorter_gaps(longest_gap: int, grade: int) -> None:
    local = replace(DEFAULT, icaht_maxgap=longest_gap)
    assert result_of("icaht_early", case_named("T65").record, local).grade == grade


def test_confidence_is_the_measured_part_of_the_longest_run() -> None:
    assert result_of("icaht_early", case_named("T65").record).values["confidence"] == Decimal(
        "0.22"
    )
    assert result_of("icaht_early", case_named("T54").record).values["confidence"] == 1
    assert result_of("icaht_early", case_named("T59").record).values["confidence"] is None


def test_days_are_local_calendar_days_of_the_first_infusion() -> None:
    """23:30 and 00:30 in Madrid are two days; both are the 9th in UTC."""
    zone = ZoneInfo("Europe/Madrid")
    infused = datetime(2026, 1, 5, 10, tzinfo=UTC)
    labs = tuple(
        Lab(datetime(2026, 1, 9, hour, 30, tzinfo=UTC) - infused, "anc", Decimal(300), unit="/uL")
        for hour in (22, 23)
    )
    record = Record(infused_at=infused, zone=zone, labs=labs)
    assert result_of("icaht_early", record).values["runs"]["le_500"] == [[4, 5]]
    assert result_of("icaht_early", replace(record, zone=UTC)).values["runs"]["le_500"] == [[4, 4]]


def test_a_split_dose_counts_from_its_first_infusion() -> None:
    """T85: the label's Day 10 is Day 9; ICAHT stays with the first infusion."""
    record = daily_course("anc", {30: "400", 31: "3000"}, later_infusions=(9 * DAY,))
    assert record.day(9 * DAY) == 9
    assert result_of("icaht_early", record).values["runs"]["le_500"] == [[30, 30]]


def test_a_corrected_infusion_date_moves_every_day() -> None:
    """T89: low on Day 30 is low on Day 31 once the infusion is a day earlier."""
    document: dict[str, Any] = {
        "format": "cartox-course-1",
        "course": {"time_zone": "UTC"},
        "labs": [
            {
                "at": f"2026-02-{day:02d}T06:00:00+00:00",
                "analyte": "anc",
                "value": 400,
                "unit": "/uL",
            }
            for day in (4, 5)
        ],
    }
    grades = {}
    for infused in ("2026-01-05T10:00:00+00:00", "2026-01-06T10:00:00+00:00"):
        document["course"]["infused_at"] = infused
        grades[infused] = graded_json(document)
    before, after = grades.values()
    assert (before["icaht_early"]["days_le_500"], before["icaht_late"]["days_le_500"]) == (1, 1)
    assert (after["icaht_early"]["days_le_500"], after["icaht_late"]["days_le_500"]) == (2, None)


def graded_json(document: dict[str, Any]) -> dict[str, Any]:
    from grading.documents.reading.course_reader import parse_document

    return grades_document(parse_document(document), DEFAULT)["course"]


def unreadable(day: int, unit: str | None = "%", analyte: str = "anc") -> Lab:
    return Lab(day * DAY + 5 * HOUR, analyte, Decimal(2), unit=unit)


def with_unreadable(record: Record, *days: int, analyte: str = "anc") -> Record:
    labs = (*record.labs, *(unreadable(day, analyte=analyte) for day in days))
    return replace(record, labs=labs)


def test_a_result_that_cannot_be_used_is_named_and_may_raise_the_grade() -> None:
    record = with_unreadable(case_named("ANC never 500 or less").record, 5)
    document = in_document("icaht_early", record)
    text = "ANC of Day 5 came in %: not used"
    assert document["because"][-1]["text"] == text
    assert document["cautions"] == [text]
    assert (document["grade"], document["at_least"]) == (0, True)
    assert result_of("icaht_early", record).missing == ()


@pytest.mark.parametrize(("further", "at_least"), [(0, False), (1, True)])
def test_it_makes_a_grade_at_least_only_where_it_could_raise_it(
    further: int, at_least: bool
) -> None:
    """5 low days, and one or two more on which the lower of two results cannot be used."""
    values = {**dict.fromkeys(range(31), "3000"), **dict.fromkeys(range(2, 7), "300"), 35: "3000"}
    days = [7 + number for number in range(1 + further)]
    record = with_unreadable(daily_course("anc", values), *days)
    result = result_of("icaht_early", record)
    assert (result.grade, result.at_least) == (1, at_least)


@pytest.mark.parametrize(
    ("system", "analyte", "day", "label"),
    [
        ("icaht_early", "anc", 5, "ANC"),
        ("icaht_late", "anc", 45, "ANC"),
        ("t_icaht_early", "platelets", 5, "platelets"),
        ("t_icaht_late", "platelets", 45, "platelets"),
    ],
)
@pytest.mark.parametrize(("unit", "why"), [("%", "in %"), (None, "without a unit")])
def test_alone_in_its_window_it_is_neither_missing_nor_unmeasured(
    system: str, analyte: str, day: int, label: str, unit: str | None, why: str
) -> None:
    record = Record(labs=(unreadable(day, unit, analyte),))
    result = result_of(system, record)
    assert [met.code for met in result.because] == ["result_not_used"]
    assert (result.grade, result.at_least, result.missing) == (None, False, ())
    document = in_document(system, record)
    assert document["cautions"] == [f"{label} of Day {day} came {why}: not used"]
    assert document["days_le_500" if analyte == "anc" else "days_lt_50"] is None


def test_a_doubtful_and_a_preliminary_value_count_with_a_caution() -> None:
    values = {**dict.fromkeys(range(31), "3000"), 7: "0.3", 35: "3000"}
    record = daily_course("anc", values)
    record.labs[9].status = "preliminary"
    document = in_document("icaht_early", record)
    assert (document["grade"], document["at_least"]) == (1, False)
    assert document["cautions"] == [
        "ANC 0.3 /uL of Day 7 is very low",
        "ANC 3000 /uL of Day 8 is far from the one before",
        "ANC 3000 /uL of Day 9 is preliminary",
    ]
    assert in_document("icaht_late", record)["cautions"] == []


def test_outside_the_window_it_is_not_named() -> None:
    record = with_unreadable(case_named("ANC never 500 or less").record, -1, 31)
    assert in_document("icaht_early", record)["cautions"] == []
    assert in_document("icaht_late", record)["cautions"] == ["ANC of Day 31 came in %: not used"]
    after_relapse = with_unreadable(case_named("The day of the relapse counts").record, 12)
    assert not any(
        "Day 12" in text for text in in_document("icaht_early", after_relapse)["cautions"]
    )


def test_a_late_value_that_cannot_be_used_may_be_the_second_low_one() -> None:
    """T68 with one more result: it could confirm the lowest."""
    record = with_unreadable(case_named("T68").record, 60)
    assert (result := result_of("icaht_late", record)).grade == 0
    assert result.at_least
    platelets = with_unreadable(
        case_named("Late platelets low once").record, 60, analyte="platelets"
    )
    assert (result := result_of("t_icaht_late", platelets)).grade == 0
    assert result.at_least


def test_before_its_first_day_a_window_says_nothing() -> None:
    record = case_named("Late, the window is still to come").record
    document = in_document("icaht_late", record)
    assert (document["grade"], document["days_le_500"]) == (None, None)
    assert [item["text"] for item in document["because"]] == ["no ANC from Day 31 on"]
    never = in_document("t_icaht_late", record)
    assert [item["text"] for item in never["because"]] == ["no platelets from Day 31 on"]


def test_a_closed_course_is_graded_as_far_as_it_was_observed() -> None:
    texts = [
        item["text"]
        for item in in_document("icaht_early", case_named("discharged on Day 14").record)["because"]
    ]
    assert texts == [
        "ANC ≤ 500/µL, longest run 13 d (Day 2 to 14): 7–13 d are grade 2",
        "observed to Day 14; the course is closed, results up to Day 30 count",
        "ongoing: ANC ≤ 500/µL for 13 d up to Day 14, the window is open until Day 30",
    ]
    later = replace(case_named("discharged on Day 14").record)
    later.labs = (*later.labs, Lab(20 * DAY, "anc", Decimal(300), unit="/uL"))
    assert result_of("icaht_early", later).values["observed_to"] == 20
    assert result_of("icaht_early", later).grade == 3


def test_the_reasons_read_as_sentences() -> None:
    texts = [
        item["text"] for item in in_document("icaht_early", case_named("T62").record)["because"]
    ]
    assert texts == [
        "ANC ≤ 500/µL, longest run 1 d (Day 2 to 2): 1–6 d are grade 1",
        "ongoing: ANC ≤ 500/µL for 1 d up to Day 2, the window is open until Day 30",
    ]
    still = daily_course("anc", {1: "300", 2: "900", 3: "900", 4: "900", 5: "400", 7: "300"})
    assert [item["text"] for item in in_document("icaht_early", still)["because"]][1] == (
        "ongoing: ANC ≤ 500/µL for 3 d up to Day 7, the window is open until Day 30"
    )
    late = in_document("icaht_late", case_named("T68").record)["because"]
    assert late[0]["text"] == (
        "transient: ANC 90/µL on one day only, the second lowest 1600/µL is above 1500/µL"
    )
    ended = in_document("icaht_early", case_named("T63").record)["because"]
    assert ended[0]["text"] == "ANC never above 500/µL: from Day 2 to the last ANC on Day 16"
    assert "counted to Day 16: death" in [item["text"] for item in ended]


PLATELET_KEYS = [
    "grade",
    "at_least",
    "days_lt_50",
    "days_lt_20",
    "longest_run_lt_50",
    "longest_run_lt_20",
    "cumulative_lt_50",
    "cumulative_lt_20",
    "measured_days",
    "filled_days",
    "because",
    "cautions",
]


def test_the_platelet_document_is_shaped_like_that_of_icaht() -> None:
    early = in_document("t_icaht_early", case_named("Platelets below 20 on 14 days").record)
    assert list(early) == PLATELET_KEYS
    late = in_document("t_icaht_late", case_named("Late platelets below 20 on 14 days").record)
    assert set(late) == {*PLATELET_KEYS, "days_lt_100", "longest_run_lt_100", "cumulative_lt_100"}
    assert (late["days_lt_100"], late["days_lt_20"]) == (14, 14)


def test_days_of_all_runs_are_told_from_the_first_to_the_last() -> None:
    low = daily_course("platelets", {**dict.fromkeys(range(32), "150"), 3: "40", 4: "40", 20: "40"})
    assert in_document("t_icaht_early", low)["because"][0]["text"] == (
        "platelets < 50 × 10⁹/L, in all 3 d (Day 3 to 20): 1–6 d are grade 1"
    )


@pytest.mark.parametrize(
    ("transfused_day", "recovered_day"), [(None, 10), (2, 10), (3, 10), (4, 11), (9, 16), (20, 10)]
)
def test_a_transfusion_within_7_days_puts_off_recovery_and_changes_no_grade(
    transfused_day: int | None, recovered_day: int
) -> None:
    record = daily_course("platelets", {**dict.fromkeys(range(32), "60"), 9: "19"})
    if transfused_day is not None:
        moment = transfused_day * DAY + 3 * HOUR
        record.doses = (Dose(moment, "transfusion_platelets"),)
    result = result_of("t_icaht_early", record)
    assert result.values["recovered_day"] == recovered_day
    assert result.grade == 3


def test_two_days_at_20_or_more_are_no_recovery() -> None:
    values = {**dict.fromkeys(range(29), "60"), 26: "19"}
    two, three = ({**values, 28 + extra: "60"} for extra in (0, 1))
    assert (
        result_of("t_icaht_early", daily_course("platelets", two)).values["recovered_day"] is None
    )
    assert (
        result_of("t_icaht_early", daily_course("platelets", three)).values["recovered_day"] == 27
    )


def test_the_neutrophil_setting_does_not_touch_platelets() -> None:
    record = case_named("6 and 1 days in all").record
    for duration in ("longest", "cumulative"):
        assert (
            result_of("t_icaht_early", record, replace(DEFAULT, icaht_duration=duration)).grade == 2
        )


def test_the_tables_hold_together() -> None:
    for table in (icaht.EARLY, icaht.LATE, t_icaht.EARLY, t_icaht.LATE):
        assert all(table.normal > level.limit for level in table.levels)
        assert {band.level for band in table.bands} <= {level.key for level in table.levels}
    assert t_icaht.WITHOUT_TRANSFUSION_DAYS > 0
