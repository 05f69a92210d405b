"""Results by analyte: what a rule may ask of the laboratory, and which limit counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.engine.labs import LabValue, assumed_upper_limits, labs_of, upper_limit
from grading.local_rules import DEFAULT
from grading.record import Lab, Record
from grading.vocabulary import ANALYTES


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def lab(
    hour: float, value: str, unit: str | None = "10*9/L", analyte: str = "anc", **more: Any
) -> Lab:
    return Lab(hours(hour), analyte, Decimal(value), unit=unit, **more)


COUNTS = Record(labs=(lab(30, "0.4"), lab(6, "1200", "/uL"), lab(54, "0.2"), lab(54, "9", "g%")))


def values(results: list[LabValue]) -> list[Decimal]:
    return [item.value for item in results]


def test_results_come_in_time_order_and_in_the_canonical_unit() -> None:
    assert values(labs_of(COUNTS).of("anc")) == [Decimal("1.2"), Decimal("0.4"), Decimal("0.2")]
    assert labs_of(COUNTS).of("ferritin") == []


UNREADABLE = Record(
    labs=(
        lab(-130, "2500", "U/L", "ferritin"),
        lab(30, "900", None, "ferritin"),
        lab(80, "700", "U/L", "ferritin", comparator=">"),
        lab(80, "60", "furlongs", "ast"),
        lab(90, "700", "ng/mL", "ferritin"),
    )
)


def cautions(*analytes: str, start: float | None = None, end: float | None = None) -> list[str]:
    ends = [None if each is None else hours(each) for each in (start, end)]
    return list(labs_of(UNREADABLE).cautions(analytes, *ends))


def test_a_result_that_cannot_be_read_is_named_with_its_day_and_unit() -> None:
    results = labs_of(UNREADABLE).not_used(["ferritin"])
    assert [(item.analyte, item.elapsed, item.day, item.why) for item in results] == [
        ("ferritin", hours(-130), -6, "unit"),
        ("ferritin", hours(30), 1, "no_unit"),
        ("ferritin", hours(80), 3, "unit"),
    ]
    assert [item.caution for item in results] == [
        "ferritin of Day -6 came in U/L: not used",
        "ferritin of Day 1 came without a unit: not used",
        "ferritin of Day 3 came in U/L: not used",
    ]


def test_results_that_are_not_used_for_one_reason_are_one_reason() -> None:
    assert cautions("ferritin", "ast") == [
        "ferritin of Day -6, 3 came in U/L: not used",
        "ferritin of Day 1 came without a unit: not used",
        "AST of Day 3 came in furlongs: not used",
    ]


def test_a_reason_quotes_the_result_as_it_was_written() -> None:
    quoted = [item.met.facts() for item in labs_of(UNREADABLE).not_used(["ferritin"])]
    assert quoted[0] == {
        "code": "result_not_used",
        "grade": 0,
        "saw": {"analyte": "ferritin", "day": -6, "value": 2500, "unit": "U/L", "why": "unit"},
    }
    assert quoted[2]["saw"]["comparator"] == ">"


@pytest.mark.parametrize(
    ("start", "end", "days"), [(-130, 30, [-6, 1]), (-129.9, 29.9, []), (30, 80, [1, 3])]
)
def test_only_what_lies_in_the_span_is_named(start: float, end: float, days: list[int]) -> None:
    results = labs_of(UNREADABLE).not_used(["ferritin"], hours(start), hours(end))
    assert [item.day for item in results] == days


def test_an_analyte_of_which_a_result_is_not_used_is_not_missing() -> None:
    index, names = labs_of(UNREADABLE), ["ferritin", "ast", "ldh", "crs_grade"]
    assert index.lacking(names) == ("ldh", "crs_grade")
    assert index.lacking(names, end=hours(30)) == ("ast", "ldh", "crs_grade")


def test_a_result_in_a_unit_without_factor_is_kept_apart() -> None:
    assert [item.day for item in labs_of(COUNTS).not_used(["anc"])] == [2]
    assert labs_of(COUNTS).not_used(["ferritin"]) == []


def test_the_latest_result_is_the_last_at_or_before_a_moment() -> None:
    index = labs_of(COUNTS)
    assert index.latest("anc", hours(5.9)) is None
    for moment, value in ((6, "1.2"), (29.9, "1.2"), (30, "0.4"), (99, "0.2")):
        result = index.latest("anc", hours(moment))
        assert result is not None
        assert result.value == Decimal(value)


def test_a_result_older_than_asked_for_is_not_the_latest() -> None:
    index = labs_of(COUNTS)
    assert index.latest("anc", hours(40), since=hours(30)) is not None
    assert index.latest("anc", hours(40), since=hours(30.1)) is None


def test_before_a_moment_leaves_that_moment_out() -> None:
    before = labs_of(COUNTS).latest_before("anc", hours(30))
    after = labs_of(COUNTS).latest_before("anc", hours(30.1))
    assert before is not None
    assert after is not None
    assert (before.value, after.value) == (Decimal("1.2"), Decimal("0.4"))
    assert labs_of(COUNTS).latest_before("anc", hours(6)) is None


def test_between_includes_both_ends() -> None:
    index = labs_of(COUNTS)
    assert values(index.between("anc", hours(6), hours(30))) == [Decimal("1.2"), Decimal("0.4")]
    assert values(index.between("anc", hours(6.1), hours(29.9))) == []
    assert len(index.between("anc")) == 3


def test_the_index_is_made_once_and_anew_for_other_results() -> None:
    record = Record(labs=COUNTS.labs)
    assert labs_of(record) is labs_of(record)
    record.labs = record.labs[:1]
    assert len(labs_of(record).of("anc")) == 1
    assert replace(record, labs=COUNTS.labs).lab_index is None


@pytest.mark.parametrize(
    ("comparator", "lowest", "highest"),
    [("=", "0.5", "0.5"), ("<", "0", "0.4999"), (">", "0.5001", None)],
)
def test_a_bound_allows_every_value_beyond_it(
    comparator: str, lowest: str, highest: str | None
) -> None:
    result = labs_of(Record(labs=(lab(6, "0.5", comparator=comparator),))).of("anc")[0]
    assert result.is_exact == (comparator == "=")
    assert round(result.lowest, 4) <= Decimal(lowest)
    if highest is None:
        assert result.highest is None
        assert result.lowest > Decimal("0.5")
    else:
        assert result.highest is not None
        assert result.highest >= Decimal(highest)
        assert (result.highest < Decimal("0.5")) == (comparator == "<")


def test_the_laboratorys_own_limit_counts_in_its_unit() -> None:
    own = lab(6, "100", "umol/L", "creatinine", upper_limit=Decimal("88.4"))
    limit = upper_limit(labs_of(Record(labs=(own,))).of("creatinine")[0], DEFAULT)
    assert limit is not None
    assert round(limit.value, 6) == 1
    assert not limit.caution


def test_a_limit_that_was_not_sent_is_assumed_and_says_so() -> None:
    result = labs_of(Record(labs=(lab(6, "900", "ng/mL", "ferritin"),))).of("ferritin")[0]
    limit = upper_limit(result, DEFAULT)
    assert limit is not None
    assert limit.assumed
    assert limit.caution == ("Ferritin: no upper limit came with the result, 300 ng/mL assumed")
    sodium = labs_of(Record(labs=(lab(6, "140", "mmol/L", "sodium"),))).of("sodium")[0]
    assert upper_limit(sodium, DEFAULT) is None


def test_every_assumed_limit_is_a_plausible_value_of_its_analyte() -> None:
    assert assumed_upper_limits(DEFAULT)
    for analyte, limit in assumed_upper_limits(DEFAULT).items():
        assert not ANALYTES[analyte].limits.refuses(limit)
        assert not ANALYTES[analyte].limits.asks(limit)


# Preliminary, final, corrected, entered in error; a doubt about the specimen


def of_one_sample(*rows: str) -> Record:
    """Results of one sample in the order of their arrival: `corrected 0.4`, `0.9`."""
    labs = []
    for place, row in enumerate(rows):
        *status, value = row.split(" ")
        labs.append(lab(30, value, status=status[0] if status else None, uid=f"{place:03}"))
    return Record(labs=tuple(labs))


@pytest.mark.parametrize(
    ("arrived", "counting"),
    [
        (("preliminary 0.9", "final 0.4"), ["0.4"]),
        (("final 0.4", "preliminary 0.9"), ["0.4"]),  # sent late
        (("preliminary 0.9", "0.4"), ["0.4"]),  # no status counts as final
        (("preliminary 0.9", "preliminary 0.8"), ["0.8"]),
        (("preliminary 0.9",), ["0.9"]),
        (("final 0.9", "corrected 0.4"), ["0.4"]),
        (("corrected 0.4", "final 0.9"), ["0.4"]),  # sent late
        (("0.9", "corrected 0.4"), ["0.4"]),
        (("corrected 0.5", "corrected 0.4"), ["0.4"]),
        (("preliminary 1", "final 0.9", "corrected 0.5", "corrected 0.4"), ["0.4"]),
        (("final 0.9", "final 0.4"), ["0.9", "0.4"]),  # two specimens
        (("0.9", "0.4"), ["0.9", "0.4"]),
        (("entered_in_error 0.9",), []),
        (("final 0.9", "entered_in_error 0.9"), []),
        (("final 0.9", "entered_in_error 0.8"), ["0.9"]),
        (("final 0.9", "entered_in_error 0.9", "corrected 0.4"), ["0.4"]),
        (("final 0.9", "entered_in_error 0.9", "corrected 0.9"), ["0.9"]),
        (("preliminary 0.8", "final 0.9", "entered_in_error 0.9"), ["0.8"]),
    ],
)
def test_the_status_says_which_result_of_a_sample_counts(
    arrived: tuple[str, ...], counting: list[str]
) -> None:
    results = labs_of(of_one_sample(*arrived)).of("anc")
    assert values(results) == [Decimal(value) for value in counting]


def test_a_correction_replaces_only_its_own_analyte_and_time() -> None:
    record = Record(
        labs=(
            lab(30, "0.9"),
            lab(30, "5", analyte="wbc"),
            lab(30.1, "0.8"),
            lab(30, "0.4", status="corrected", uid="1"),
        )
    )
    assert values(labs_of(record).of("anc")) == [Decimal("0.4"), Decimal("0.8")]
    assert values(labs_of(record).of("wbc")) == [5]


def test_a_preliminary_result_is_used_and_said() -> None:
    index = labs_of(of_one_sample("preliminary 0.9"))
    assert index.cautions(["anc"]) == ("ANC 0.9 10*9/L of Day 1 is preliminary",)
    assert index.cautions(["anc"], end=hours(29)) == ()
    assert labs_of(of_one_sample("preliminary 0.9", "final 0.8")).cautions(["anc"]) == ()


@pytest.mark.parametrize(
    ("specimen", "caution"),
    [
        ("hemolyzed", "potassium of Day 1 came from a hemolyzed specimen: not used"),
        ("clotted", "potassium of Day 1 came from a clotted specimen: not used"),
        ("diluted", "potassium of Day 1 came from a diluted specimen: not used"),
        ("doubtful", "potassium of Day 1 came from a doubtful specimen: not used"),
    ],
)
def test_a_result_of_a_doubtful_specimen_is_not_used(specimen: str, caution: str) -> None:
    index = labs_of(Record(labs=(lab(30, "7.1", "mmol/L", "potassium", specimen=specimen),)))
    assert index.of("potassium") == []
    assert index.cautions(["potassium"]) == (caution,)
    assert index.lacking(["potassium"]) == ()


def test_a_corrected_result_that_cannot_be_read_replaces_the_former_all_the_same() -> None:
    record = Record(labs=(lab(30, "0.9"), lab(30, "4", "furlongs", status="corrected", uid="1")))
    assert labs_of(record).of("anc") == []
    assert labs_of(record).cautions(["anc"]) == ("ANC of Day 1 came in furlongs: not used",)


def test_an_unlikely_result_is_used_and_said_with_its_unit_as_written() -> None:
    index = labs_of(Record(labs=(lab(30, "40", "10^9/l"), lab(54, "0.3", "/µL"))))
    assert len(index.of("anc")) == 2
    assert index.cautions(["anc"]) == (
        "ANC 40 10^9/l of Day 1 is unusual",
        "ANC 0.3 /µL of Day 2 is very low",
    )
    assert labs_of(Record(labs=(lab(30, "2"), lab(54, "0.3")))).cautions(["anc"]) == ()


def test_a_bound_is_no_measurement_to_be_asked_about() -> None:
    assert labs_of(Record(labs=(lab(30, "40", comparator=">"),))).cautions(["anc"]) == ()
