"""The chart's counts and risk scores: what is said of days, runs, grades and windows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.engine.result import Met
from patients import door
from patients.chart.laboratory.counts import CountsPanel, counts_panel
from patients.models import Course, Dose, LabResult, User
from patients.reading.course_file import course_file

Enter = Callable[..., CountsPanel]
UNITS = {
    "anc": "/uL",
    "platelets": "10*9/L",
    "crp": "mg/L",
    "ldh": "U/L",
    "creatinine": "mg/dL",
    "ferritin": "ng/mL",
    "hemoglobin": "g/dL",
}


def lab(course: Course, day: float, analyte: str, text: str) -> LabResult:
    comparator = text[0] if text[0] in "<>" else "="
    return LabResult(
        collected_at=course.infused_at + timedelta(days=day),
        analyte=analyte,
        value=Decimal(text.lstrip("<>")),
        comparator=comparator,
        unit=UNITS[analyte],
    )


@pytest.fixture
def panel(course: Course, nurse: User) -> Enter:
    """Enter results by day (`anc={2: "300"}`) and doses, and read the panel."""

    def enter(doses: dict[str, float] | None = None, **values: dict[float, str]) -> CountsPanel:
        rows: list[Any] = [
            lab(course, day, analyte, text)
            for analyte, by_day in values.items()
            for day, text in by_day.items()
        ]
        rows += [
            Dose(given_at=course.infused_at + timedelta(days=day), agent=agent)
            for agent, day in (doses or {}).items()
        ]
        if rows:
            door.enter(course, rows, by=nurse)
        return counts_panel(course_file(course))

    return enter


def test_a_course_without_counts_has_an_empty_panel(panel: Enter) -> None:
    assert panel().is_empty


def test_every_day_of_the_series_is_told_and_filled_ones_apart(panel: Enter) -> None:
    days = panel(anc={1: "1500", 2: "500", 4: "1300"}).days
    assert [(day.number, day.per_ul, day.filled, day.low) for day in days] == [
        (1, 1500, False, False),
        (2, 500, False, True),
        (3, 900, True, False),
        (4, 1300, False, False),
    ]
    assert [day.day for day in days] == ["Day +1", "Day +2", "Day +3", "Day +4"]
    assert days[0].in_words == "ANC 1,500/µL"
    assert days[2].in_words == "ANC 900/µL, not measured: between two days"


def test_early_and_late_days_make_one_series(panel: Enter) -> None:
    numbers = [day.number for day in panel(anc={30: "400", 31: "900"}).days]
    assert numbers == [30, 31]


def test_runs_are_told_with_what_was_measured_and_whether_they_go_on(panel: Enter) -> None:
    runs = panel(anc={1: "900", 2: "300", 4: "80", 5: "90"}).runs
    assert [(run.level, run.days, run.length, run.basis, run.ongoing) for run in runs] == [
        ("ANC ≤ 500/µL", "Day +2 to +5", "4 d", "3 measured, 1 filled", True),
        ("ANC ≤ 100/µL", "Day +4 to +5", "2 d", "2 measured", True),
    ]


def test_a_corrected_infusion_date_moves_runs_and_grades(
    panel: Enter, course: Course, physician: User
) -> None:
    """T89: through the door, low on Day 30 is low on Day 31 once the infusion is a day earlier."""
    before = panel(anc={30: "400", 31: "450"})
    assert [run.days for run in before.runs] == ["Day +30", "Day +31"]
    earlier = course.infused_at - timedelta(days=1)
    door.amend(course, by=physician, reason="a day wrong", changes={"infused_at": earlier})
    after = counts_panel(course_file(Course.objects.get(pk=course.pk)))
    assert [run.days for run in after.runs] == ["Day +31 to +32"]
    assert [line.badge.mark for line in after.grades[:2]] == ["–", "≥3"]


def test_a_run_that_ended_does_not_go_on(panel: Enter) -> None:
    runs = panel(anc={2: "300", 3: "900"}).runs
    assert [(run.days, run.ongoing) for run in runs] == [("Day +2", False)]


def test_a_run_in_a_closed_window_does_not_go_on(panel: Enter) -> None:
    runs = panel(anc={30: "300", 31: "3000"}).runs
    assert [(run.days, run.ongoing) for run in runs] == [("Day +30", False)]


def test_grades_stand_with_their_badge_reasons_and_source(panel: Enter) -> None:
    (early,) = panel(anc={0: "3000", 1: "900", 2: "400"}).grades
    assert early.label == "Early ICAHT (EHA/EBMT 2023)"
    assert (early.badge.mark, early.badge.word) == ("≥1", "at least")
    assert early.basis == "Day 0 to +30, observed to Day +2: 3 days measured"
    assert early.reasons[1].startswith("ongoing: ANC ≤ 500/µL for 1 d")
    assert "Rejeski" in early.source
    assert early.confidence == "M"


def test_a_discharge_closes_no_window_and_makes_no_grade_4(
    panel: Enter, course: Course, physician: User
) -> None:
    panel(anc=dict.fromkeys(range(2, 15), "300"))
    closed_at = course.infused_at + timedelta(days=14, hours=1)
    door.amend(
        course,
        by=physician,
        reason="home",
        changes={"closed_at": closed_at, "closing_reason": "went home"},
    )
    (early,) = counts_panel(course_file(Course.objects.get(pk=course.pk))).grades
    assert (early.badge.mark, early.badge.word) == ("≥2", "at least")
    assert early.basis == "Day 0 to +30, observed to Day +14: 13 days measured"
    assert "observed to Day 14; the course is closed" in early.reasons[1]


def test_a_result_that_an_earlier_edition_stored_is_still_shown(
    panel: Enter, course: Course
) -> None:
    """Between an upgrade and `manage.py regrade`: a retired reason, and a value not yet stored."""
    panel(anc={2: "300"})
    file = course_file(course)
    result = file.of_course["icaht_early"]
    result.because = (*result.because, Met("icaht_early_unit", 0, {"results": 1}))
    del result.values["observed_to"]
    (early,) = counts_panel(file).grades
    assert early.basis == "Day 0 to +30: 1 day measured"
    assert early.reasons[-1] == "icaht early unit"


def test_from_day_31_on_there_is_a_late_line(panel: Enter) -> None:
    before = panel(anc={30: "3000"}).grades
    assert [line.key for line in before] == ["icaht_early"]
    after = panel(anc={31: "3000"}).grades
    assert [(line.key, line.badge.mark) for line in after[:2]] == [
        ("icaht_early", "≥0"),
        ("icaht_late", "≥0"),
    ]


def test_platelets_make_lines_of_their_own(panel: Enter) -> None:
    keys = [line.key for line in panel(platelets={2: "40", 4: "45"}).grades]
    assert keys == ["t_icaht_early"]


FIVE = {"platelets": "60", "anc": "900", "hemoglobin": "8", "crp": "100", "ferritin": "3000"}


def before(**other: str) -> dict[str, dict[float, str]]:
    return {analyte: {-6: text} for analyte, text in {**FIVE, **other}.items() if text}


def test_a_known_score_is_told_with_its_risk_and_points(panel: Enter) -> None:
    line = panel({"fludarabine": -5}, **before()).scores[0]
    assert (line.label, line.value, line.remark) == (
        "CAR-HEMATOTOX (Rejeski 2021)",
        "7 of 7",
        "high risk",
    )
    assert line.window == "before lymphodepletion"
    assert line.reasons[0] == "platelets 60 × 10⁹/L (Day −6): 2"


def test_a_score_with_a_missing_value_is_a_range(panel: Enter) -> None:
    line = panel({"fludarabine": -5}, **before(platelets="200", ferritin="", crp="10")).scores[0]
    assert (line.value, line.remark) == ("2–4 of 7", "high risk: needs ferritin")
    assert len(line.reasons) == 4


def test_an_unknown_risk_says_what_it_needs(panel: Enter) -> None:
    values = before(platelets="200", anc="3000", hemoglobin="12", crp="1", ferritin="")
    line = panel({"fludarabine": -5}, **values).scores[0]
    assert (line.value, line.remark) == ("0–2 of 7", "risk not known: needs ferritin")


def test_an_open_bound_says_that_it_is_one(panel: Enter) -> None:
    values = before(platelets="200", anc="3000", hemoglobin="12", crp="1", ferritin=">1500")
    line = panel({"fludarabine": -5}, **values).scores[0]
    assert (line.value, line.remark) == ("1–2 of 7", "risk not known: a result is only a bound")


def test_a_result_that_is_not_used_is_named_beside_the_score(course: Course, nurse: User) -> None:
    ferritin = lab(course, -6, "ferritin", "3000")
    ferritin.unit = "furlongs"
    door.enter(course, [lab(course, -6, "platelets", "60"), ferritin], by=nurse)
    line = counts_panel(course_file(course)).scores[0]
    assert line.remark == "high risk: needs ANC, hemoglobin, CRP"
    named = "ferritin of Day −6 came in furlongs: not used"
    assert line.reasons.count(named) == 1


def test_a_range_that_rests_on_a_result_not_used_says_so(course: Course, nurse: User) -> None:
    values = {"platelets": "200", "anc": "3000", "hemoglobin": "12", "crp": "1", "ferritin": "900"}
    rows = [lab(course, -6, analyte, text) for analyte, text in values.items()]
    rows[-1].unit = "furlongs"
    door.enter(course, rows, by=nurse)
    line = counts_panel(course_file(course)).scores[0]
    assert (line.value, line.remark) == ("0–2 of 7", "risk not known: a result is not used")


def test_unrecorded_lymphodepletion_is_said_with_the_score(panel: Enter) -> None:
    assert "no lymphodepletion recorded" in panel(**before()).scores[0].reasons[-1]


def test_indices_stand_at_their_windows_with_log2(panel: Enter) -> None:
    values = {"ldh": "600", "creatinine": "1.5", "crp": "100", "platelets": "50"}
    scores = panel(**{analyte: {1: text} for analyte, text in values.items()}).scores
    indices = [line for line in scores if line.key.endswith("easix")]
    assert [(line.label, line.window, line.value, line.remark) for line in indices] == [
        ("m-EASIX (Pennisi 2021)", "Day +1", "120", "log2 6.91"),
        ("EASIX (Korell 2022)", "Day +1", "18", "log2 4.17"),
        ("s-EASIX (Pennisi 2021)", "Day +1", "12", "log2 3.58"),
    ]


@pytest.mark.parametrize(("ldh", "shown"), [("20", "0.4"), ("1234.5", "24.69"), ("50000", "1,000")])
def test_an_index_is_printed_without_an_exponent(panel: Enter, ldh: str, shown: str) -> None:
    scores = panel(ldh={1: ldh}, platelets={1: "50"}).scores
    assert [line.value for line in scores if line.key == "s_easix"] == [shown]


def test_an_index_without_value_says_why(panel: Enter) -> None:
    scores = panel(ldh={1: "600"}, platelets={1: "0"}).scores
    line = next(line for line in scores if line.key == "s_easix")
    assert (line.value, line.remark) == ("–", "")
    assert line.reasons[0] == "no value: platelets are 0"


def test_the_latest_and_the_lowest_count_have_a_grade_by_each_edition(panel: Enter) -> None:
    shown_panel = panel(anc={2: "90", 4: "300"}, platelets={2: "12", 4: "160"})
    assert shown_panel.editions == ("CTCAE 5.0", "CTCAE 6.0")
    assert [(line.label, line.value, line.day, line.grades) for line in shown_panel.counts] == [
        ("ANC, latest", "0.3 10⁹/L", "Day +4", ("4", "3")),
        ("ANC, lowest", "0.09 10⁹/L", "Day +2", ("4", "4")),
        ("Platelets, latest", "160 10⁹/L", "Day +4", ("0", "0")),
        ("Platelets, lowest", "12 10⁹/L", "Day +2", ("4", "3")),
    ]


def test_a_bound_shows_the_grades_it_allows(panel: Enter) -> None:
    (latest, _) = panel(anc={2: "<300"}).counts
    assert latest.value.startswith("< 0.3")
    assert latest.grades == ("4", "3 to 4")


def test_a_ward_that_does_not_see_an_edition_is_not_shown_it(panel: Enter, course: Course) -> None:
    panel(anc={2: "300"})
    shown_panel = counts_panel(course_file(course), lambda key: key != "counts_ctcae_5_0")
    assert shown_panel.editions == ("CTCAE 6.0",)
    assert [line.grades for line in shown_panel.counts] == [("3",), ("3",)]
