"""A pasted report: what is printed is read as printed, what is not sure is left as it stands."""

from __future__ import annotations

from datetime import date, time
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grading.laboratory.analytes import ANALYTES
from grading.laboratory.report import LabReport, ReportedResult, read_report
from grading.laboratory.units import (
    COUNTED,
    DENOMINATORS,
    LISTED_AS,
    NUMERATORS,
    VOLUMES,
    plain_spelling,
)


def read(text: str) -> list[tuple[str, str, str, str]]:
    return [(r.analyte, r.comparator, r.number, r.unit) for r in read_report(text).results]


def unread(text: str) -> list[tuple[str, str]]:
    return [(piece.text, piece.why) for piece in read_report(text).unread]


def spellings() -> dict[str, list[str]]:
    """Every spelling of every unit of each analyte."""
    plain = [f"{over}/{under}" for n, d in product(NUMERATORS, DENOMINATORS)
             for over, under in product(NUMERATORS[n], DENOMINATORS[d])]  # fmt: skip
    counts = [f"{over}/{under}" for over, under in product(COUNTED, VOLUMES)]
    words = [f"{unit} {word}" for unit in plain for word in ("FEU", "urea")]
    spelled = [*plain, *counts, *words, *LISTED_AS, "× 10⁹/L", "µg/L", "μg/mL {FEU}", "ng.mL-1"]
    return {
        name: [unit for unit in spelled if unit and analyte.factor(unit) is not None]
        for name, analyte in ANALYTES.items()
    }


SPELLINGS = spellings()
NAMES = {name: (name, each.label, *each.other_names) for name, each in ANALYTES.items()}
NUMBERS = st.from_regex(r"\A(0|[1-9][0-9]{0,5})([.,][0-9]{1,2})?\Z")
SHAPES = (
    "{name} {sign}{number} {unit}",
    "{name}: {sign} {number} {unit} ({low}-{high})",
    "{name}\t{sign}{number}\t{unit}\t{low} - {high}\tH",
    "{name}\t{sign}{number}\tH\t{low}-{high}\t{unit}",
    "{name} [{unit}] = {sign}{number} *",
    "  • {name} ..... {sign}{number} {unit} [{low}–{high}] ↑",
    "OBX|1|NM|1^{name}^L||{sign}{number}|{unit}|{low}-{high}|H|||F",
)


@st.composite
def printed(draw: st.DrawFn) -> tuple[str, ReportedResult]:
    """One printed result, and what it says."""
    name = draw(st.sampled_from(sorted(ANALYTES)))
    sign, number = draw(st.sampled_from(["", "<", ">"])), draw(NUMBERS)
    unit, shape = draw(st.sampled_from(SPELLINGS[name])), draw(st.sampled_from(SHAPES))
    called = draw(st.sampled_from(NAMES[name]))
    called = draw(st.sampled_from([called, called.upper(), called.lower()]))
    line = shape.format(name=called, sign=sign, number=number, unit=unit, low=30, high=400)
    ends = ("30", "400") if "{low}" in shape else ("", "")
    return line, ReportedResult(name, sign or "=", number, unit, line.strip(), *ends)


@settings(max_examples=150)
@given(st.lists(printed(), min_size=1, max_size=4))
def test_every_analyte_in_every_unit_and_shape_reads_back_to_what_it_says(
    lines: list[tuple[str, ReportedResult]],
) -> None:
    report = read_report("\n".join(line for line, _ in lines))
    assert not report.unread
    for got, (_, expected) in zip(report.results, lines, strict=True):
        assert (got.analyte, got.comparator, got.number) == (
            expected.analyte, expected.comparator, expected.number,
        )  # fmt: skip
        assert plain_spelling(got.unit) == plain_spelling(expected.unit)
        assert (got.lower, got.upper) == (expected.lower, expected.upper)


def test_spellings_of_every_unit_are_read_behind_a_number() -> None:
    """Of each list of units once, since many analytes share one; of long lists every tenth."""
    for units, name in {tuple(units): name for name, units in SPELLINGS.items()}.items():
        some = list(units[:: 1 + len(units) // 300])
        report = read_report("\n".join(f"{ANALYTES[name].label} 45 {unit}" for unit in some))
        assert [result.unit for result in report.results] == some, report.unread[:3]


PIECES = st.sampled_from(
    ["CRP", "Ferritin", "K", "IL-6", "124", "17 800", "> 40000", "-5", "mg/L", "ng/mL", "x10^9/L",
     "(0-5)", "H", "08.01.2026 06:40", "05/13/2026", "99:99", "OBX|1|NM|CRP||", "|", ":", "\t",
     "\n", "\0", "\u200b", "٣٨", "½", "€", "é" * 50, "\\S\\", "urine", "1e400"]
)  # fmt: skip


@settings(max_examples=150)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map(" ".join)))
@example("OBX|" * 2000)
@example("CRP 1 mg/L " * 1800)
@example("1 " * 10_000)
@example("2026-01-08 " * 1800)
def test_no_text_raises_an_error_and_every_result_stands_in_the_text(text: str) -> None:
    report = read_report(text)
    assert isinstance(report, LabReport)
    for result in report.results:
        assert result.number in text.replace("\u200b", " ")
        assert not result.unit or ANALYTES[result.analyte].factor(result.unit) is not None


@pytest.mark.parametrize(
    ("line", "result"),
    [
        ("CRP 12,5 mg/dL", ("crp", "=", "12,5", "mg/dL")),
        ("CRP (mg/L) 124", ("crp", "=", "124", "mg/L")),
        ("S-CRP 124 mg/L", ("crp", "=", "124", "mg/L")),
        ("CRP (serum): 124mg/L(0-5)", ("crp", "=", "124", "mg/L")),
        ("Ferritin 17 800 ng/mL", ("ferritin", "=", "17 800", "ng/mL")),
        ("Ferritin 17,800 ng/mL", ("ferritin", "=", "17,800", "ng/mL")),
        ("Ferritin 900", ("ferritin", "=", "900", "")),
        ("Platelets 12 150-400", ("platelets", "=", "12", "")),
        ("Hb 7.4 L g/dL", ("hemoglobin", "=", "7.4", "g/dL")),
        ("CRP 124 mg/L 0-5 mg/L", ("crp", "=", "124", "mg/L")),
        ("CRP 124 mg/L Ref: < 5", ("crp", "=", "124", "mg/L")),
        ("INR 1.6", ("inr", "=", "1.6", "")),
        ("OBX|2|SN|F^Ferritin^L||>^40000|ng/mL|30-400|HH|||F", ("ferritin", ">", "40000", "ng/mL")),
        ("OBX|3|NM|PLT||45|10\\S\\9/L||L|||C", ("platelets", "=", "45", "10^9/L")),
    ],
)
def test_a_line_is_read_as_printed(line: str, result: tuple[str, str, str, str]) -> None:
    assert (read(line), unread(line)) == ([result], [])


def test_several_results_stand_on_one_line() -> None:
    line = "CRP 124 mg/L, Ferritin > 40000 ng/mL; Na 138 K 4.1 | WBC 2.1 10*9/L"
    expected = ["crp", "ferritin", "sodium", "potassium", "wbc"]
    assert [result.analyte for result in read_report(line).results] == expected


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Creatinine clearance 45 mL/min", "no single number behind the name"),
        ("CD4/CD8 1.2", "no name of a result that Cartox knows"),
        ("HbA1c 5.6 %", "no name of a result that Cartox knows"),
        ("Hb A1c 5.6 %", "no single number behind the name"),
        ("CRP -5 mg/L", "no single number behind the name"),
        ("CRP 5-10 mg/L", "no single number behind the name"),
        ("CRP pending", "no single number behind the name"),
        ("CRP 1.2.3 mg/L", "no single number behind the name"),
        ("LDH 120/80", "no single number behind the name"),
        ("CRP 124 98 mg/L", "more than one number"),
        ("CRP 124 mg/L 98 mg/L", "more than one number"),
        ("CRP 124 mg/L 12.4 mg/dL", "more than one number"),
        ("CRP (mg/dL) 124 mg/L", "two different units"),
        ("Neutrophils 75 %", "“%” is no unit of ANC"),
        ("PT 75 %", "“%” is no unit of PT"),
        ("D-dimer 500 ng/mL DDU", "“ng/mL” is no unit of D-dimer"),
        ("CRP 12 MG/xL", "“MG/xL” is no unit of CRP"),
        ("Troponin 14 ng/L", "no name of a result that Cartox knows"),
        ("Bilirubin 1.2 mg/dL", "no name of a result that Cartox knows"),
        ("Urine sodium 40 mmol/L", "not from blood"),
        ("OBX|3|NM|CRP||124|mg/L||H|||P", "not a final result in the message"),
        ("OBX|3|NM|CRP||124|mg/xL||H|||F", "“mg/xL” is no unit of CRP"),
    ],
)
def test_what_is_not_sure_stays_as_it_stands(line: str, why: str) -> None:
    assert (read(line), unread(line)) == ([], [(line, why)])
    assert all(piece.may_be_result for piece in read_report(line).unread)


def test_words_behind_a_result_are_kept_and_a_heading_is_no_result() -> None:
    report = read_report("Inflammation\nCRP 124 mg/L hemolyzed")
    assert [piece.text for piece in report.unread] == ["Inflammation", "hemolyzed"]
    assert not any(piece.may_be_result for piece in report.unread)


def test_what_stands_under_another_specimen_is_not_read_until_blood_follows() -> None:
    text = "URINE\nSodium 30 mmol/L\nSerum\nSodium 138 mmol/L\nCSF\nWBC 2 /uL\n\nWBC 2.1 G/L"
    assert [result.number for result in read_report(text).results] == ["138", "2.1"]


def test_a_result_printed_twice_counts_once_and_a_different_one_is_a_second() -> None:
    twice = read_report("CRP 124 mg/L\nLDH 400 U/L\nCRP 124 mg/L")
    assert [result.number for result in twice.of("crp")] == ["124"]
    different = read_report("CRP 124 mg/L\nCRP 12.4 mg/L")
    assert [result.number for result in different.of("crp")] == ["124", "12.4"]


EIGHTH = (date(2026, 1, 8),)


@pytest.mark.parametrize(
    ("line", "days", "clock"),
    [
        ("Collected: 08 Jan 2026 06:40", EIGHTH, time(6, 40)),
        ("Collected 2026-01-08T06:40:12", EIGHTH, time(6, 40)),
        ("08.01.2026, 6:40", EIGHTH, time(6, 40)),
        ("08.01.26 06:40", EIGHTH, time(6, 40)),
        ("January 8, 2026 at 6:40 PM", EIGHTH, time(18, 40)),
        ("01/08/2026 12:05 am", (date(2026, 8, 1), date(2026, 1, 8)), time(0, 5)),
        ("01/13/2026", (date(2026, 1, 13),), None),
        ("Sampling time: 06:40", (), time(6, 40)),
        ("OBR|1|||CHEM|||202601080640", EIGHTH, time(6, 40)),
        ("OBX|1|NM|CRP||124|mg/L||H|||F|||20260108064000", EIGHTH, time(6, 40)),
        ("08.01.2026 06:40 CRP 124 mg/L", EIGHTH, time(6, 40)),
    ],
)
def test_a_date_is_given_with_every_day_that_it_can_mean(
    line: str, days: tuple[date, ...], clock: time | None
) -> None:
    report = read_report(line)
    assert [(moment.days, moment.clock) for moment in report.moments] == [(days, clock)]
    assert not report.unread


@pytest.mark.parametrize("line", ["31.02.2026", "25:10", "1:400", "CRP 12.10 mg/L", "06:40:99:1"])
def test_what_is_no_date_is_no_time_of_the_sample(line: str) -> None:
    assert not read_report(line).moments


@pytest.mark.parametrize("time_of_message", ["20260108064000+0100", "20261308", "2026"])
def test_a_time_of_another_zone_or_none_is_not_offered(time_of_message: str) -> None:
    line = f"OBX|1|NM|CRP||124|mg/L||H|||F|||{time_of_message}"
    report = read_report(line)
    assert (len(report.results), report.moments) == (1, [])


TWELFTH_OF_MARCH = (date(1964, 3, 12),)


@pytest.mark.parametrize(
    ("line", "mrns", "names", "born"),
    [
        ("MRN: 00123", ["00123"], [], []),
        ("Patient ID 00123", ["00123"], [], []),
        ("Patient: Doe, Jane  F 61 y", [], ["Doe, Jane"], []),
        ("Name: Jane Doe  Born 12 Mar 1964  MRN#A-1", ["A-1"], ["Jane Doe"], [TWELFTH_OF_MARCH]),
        ("Surname: O'Neil  First name: Ann", [], ["O'Neil"], []),
        ("Date of birth 12/03/1964", [], [], [(*TWELFTH_OF_MARCH, date(1964, 12, 3))]),
        ("PID|1||00123^^^H^MR||DOE^JANE||19640312|F", ["00123"], ["DOE JANE"], [TWELFTH_OF_MARCH]),
        ("Test name: Troponin", [], [], []),
        ("Name: CRP", [], [], []),
        ("Laboratory no: 4711", [], [], []),
        ("Patient no. pending", [], [], []),
    ],
)  # fmt: skip
def test_what_a_report_says_of_its_patient_is_taken_and_is_no_result(
    line: str, mrns: list[str], names: list[str], born: list[tuple[date, ...]]
) -> None:
    report = read_report(line)
    person = report.person
    assert (person.mrns, person.names, person.birth_days) == (mrns, names, born)
    assert (report.results, report.moments) == ([], [])
    is_whole = bool(mrns or names or born) and not line.startswith("PID|")
    assert [piece.text for piece in report.unread] == ([] if is_whole else [line])


def test_a_result_behind_a_record_number_is_read_and_one_behind_a_name_is_left() -> None:
    report = read_report("MRN 00123 CRP 124 mg/L\nName: Doe Jane CRP 98 mg/L")
    assert [result.number for result in report.results] == ["124"]
    assert [piece.text for piece in report.unread] == ["Name: Doe Jane CRP 98 mg/L"]
