"""IEC-HS, CARTOX-HLH, HLH-2004 and HScore: every printed line, trap and boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.documents.grades_writer import grades_document
from grading.documents.reading.course_reader import parse_document
from grading.documents.reading.mistakes import DocumentError
from grading.engine.checklists import basis
from grading.engine.result import Result
from grading.local_rules import DEFAULT
from grading.record import Event, Findings, Record
from grading.rules.hyperinflammation import h_score_probability
from grading.rules.reasons import ALL_SENTENCES
from grading.rules.systems import COURSE_SYSTEMS
from tests.grading.blood_counts.late_samples import neuro
from tests.grading.hyperinflammation.case_rows import SYSTEMS, Case, cases, cases_of
from tests.grading.hyperinflammation.hyper_cases import course, crs, hours, of_course

ALL = [pytest.param(case, id=f"{case.system}: {case.name}") for case in cases()]


def items(result: Result) -> dict[str, dict[str, Any]]:
    listed = [*result.values.get("required", ()), *result.values.get("features", ())]
    return {item["code"]: item for item in (*listed, *result.values.get("items", ()))}


def described(result: Result, item: str) -> str:
    """What an item came out as, in the words of the column `expect`."""
    if item in ("met", "fulfilled"):
        value = result.values[item]
    elif item == "score":
        return _range(result.values)
    else:
        entry = items(result)[item]
        if "low" in entry:
            return _range(entry)
        value = entry["met"]
    return {True: "yes", False: "no", None: "cannot tell"}[value] if item != "met" else str(value)


def _range(points: dict[str, Any]) -> str:
    low, high = points["low"], points["high"]
    return str(low) if low == high else f"{low}-{high}"


def iec_hs(record: Record) -> Result:
    return of_course(record)["iec_hs"]


@pytest.mark.parametrize("case", ALL)
def test_case_gives_what_is_printed(case: Case) -> None:
    assert described(of_course(case.record)[case.system], case.item) == case.expect


@pytest.mark.parametrize("case", ALL)
def test_what_cannot_be_told_names_what_it_needs_and_nothing_else_does(case: Case) -> None:
    listed = items(of_course(case.record)[case.system])
    assert listed
    for item in listed.values():
        is_open = item["low"] < item["high"] if "low" in item else item["met"] is None
        if item["code"] != "iec_hs_timing":
            assert bool(item["missing"] or item.get("not_used")) == is_open, item


@pytest.mark.parametrize("system", SYSTEMS)
def test_an_item_that_cannot_be_told_has_the_code_of_one_that_can(system: str) -> None:
    lists = [items(of_course(case.record)[system]) for case in cases_of(system)]
    codes = {tuple(sorted(entries)) for entries in lists}
    assert len(codes) == 1, codes


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names))


def test_every_item_of_every_table_is_tried_both_ways() -> None:
    tried: dict[str, set[str]] = {}
    for case in cases():
        tried.setdefault(case.item, set()).add(case.expect)
    printed = {
        row[-1].strip("`")
        for system in SYSTEMS
        for row in COURSE_SYSTEMS[system].table[1:]
        if row[-1].startswith("`")
    }
    once = {code for code in printed if len(tried.get(code, ())) < 2}
    assert once - {"iec_hs_timing", "iec_hs_attribution"} == {
        "cartox_hlh_lung",
        "hlh_2004_spleen",
    }


def test_every_reason_can_be_said() -> None:
    assert cases()
    for case in cases():
        document = COURSE_SYSTEMS[case.system].document(of_course(case.record)[case.system])
        text = str(document)
        assert "{" not in text.replace("{'", "").replace("{}", "")


@pytest.mark.parametrize("system", ["cartox_hlh", "hlh_2004", "h_score"])
def test_the_low_validity_stands_beside_every_older_score(system: str) -> None:
    result = of_course(course("ferritin=20000"))[system]
    assert any("low validity after CAR-T" in caution for caution in result.cautions)
    notes = " ".join(text for text, _ in COURSE_SYSTEMS[system].footnotes)
    assert "low validity" in notes


# --- The probability of HScore

PRINTED = {
    100: 1, 110: 3, 120: 5, 130: 9, 140: 16, 150: 25, 160: 40, 170: 54, 180: 70, 190: 80,
    200: 88, 210: 93, 220: 96, 230: 98, 240: 99,
}  # fmt: skip


@pytest.mark.parametrize(("score", "percent"), PRINTED.items())
def test_the_probability_is_exact_at_each_printed_point(score: int, percent: int) -> None:
    assert h_score_probability.probability(score) == (Decimal(percent), "=")


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (0, "< 1 %"),
        (90, "< 1 %"),
        (99, "< 1 %"),
        (105, "2 %"),
        (168, "51.2 %"),
        (169, "52.6 %"),
        (241, "> 99 %"),
        (250, "> 99 %"),
        (337, "> 99 %"),
    ],
)
def test_the_probability_is_linear_between_points_and_open_at_the_ends(
    score: int, text: str
) -> None:
    assert h_score_probability.probability_text(score, score) == text


@given(score=st.integers(0, 336))
def test_a_higher_score_is_never_less_probable(score: int) -> None:
    signs = "<=>"
    percent, sign = h_score_probability.probability(score)
    after, sign_after = h_score_probability.probability(score + 1)
    assert (percent, signs.index(sign)) <= (after, signs.index(sign_after))


def test_a_range_has_no_probability() -> None:
    document = COURSE_SYSTEMS["h_score"].document(of_course(course("ferritin=7000"))["h_score"])
    assert (document["low"], document["high"], document["probability"]) == (50, 337, None)
    assert document["probability_text"] == "< 1 to > 99 %"


def test_score_169_has_its_probability_in_the_document() -> None:
    (case,) = (case for case in cases() if case.name == "HScore 169")
    document = COURSE_SYSTEMS["h_score"].document(of_course(case.record)["h_score"])
    assert (document["probability"], document["comparator"]) == (52.6, "=")


# --- Timing of IEC-HS, from the grades of CRS up to the latest laboratory result

TIMING = {
    "before any CRS": ("0@24", 25, None, "none_yet"),
    "no assessment at all": ("", 25, None, ""),
    "active, highest so far": ("1@24,2@48", 50, False, "active"),
    "active, as high as before": ("2@24,2@48", 50, False, "active"),
    "T71: grade 3 at Day 3": ("3@72", 72, False, "active"),
    "T70: below the highest": ("2@24,1@48", 50, True, "resolving"),
    "clear at the last entry": ("2@24,0@48", 50, True, "clear"),
    "clear for long": ("2@24,0@48,0@96", 300, True, "clear"),
    "a lower bound is no improvement": ("2@24,>=1@48", 50, None, "unclear"),
    "a dip of hours, then a new highest": ("1@24,0@30,3@48", 50, False, "active"),
    "a dip of hours, then as before": ("2@24,1@30,2@36", 38, False, "active"),
    "a day of improvement, then as before": ("2@24,1@30,1@54,2@60", 61, True, "worse_again"),
    "a day of improvement, then a new highest": ("2@24,1@30,1@54,3@60", 61, False, "active"),
    "over for a day, then higher": ("1@24,0@48,0@72,3@96", 97, True, "worse_again"),
    "over for less, then higher": ("1@24,0@48,0@71.9,3@96", 97, False, "active"),
    "active a day ago": ("2@48", 72, False, "active"),
    "active more than a day ago": ("2@48", 72.1, None, "active"),
    "later entries do not count": ("3@72,1@90", 80, False, "active"),
    "an entry without a grade changes nothing": ("2@24,?@48", 48, False, "active"),
    "no CRS up to Day 14": ("0@24,0@350", 350, None, "none_yet"),
    "no CRS up to Day 15": ("0@24,0@360", 360, True, "window_over"),
    "no CRS up to Day 15 but nobody looked": ("0@24", 360, None, "none_yet"),
}


@pytest.mark.parametrize(("grades", "hour", "met", "reason"), TIMING.values(), ids=TIMING)
def test_timing_follows_the_course_of_crs(
    grades: str, hour: float, met: bool | None, reason: str
) -> None:
    words = f"ferritin=9000@{hour} baseline=400" + (f" crs={grades}" if grades else "")
    entry = items(iec_hs(course(words)))["iec_hs_timing"]
    assert entry["met"] is met
    assert entry["told"] == (f"iec_hs_timing_{reason}" if reason else "")


def test_a_later_infusion_begins_the_timing_anew() -> None:
    record = course("ferritin=9000@250 crs=2@24,1@48,1@245")
    assert items(iec_hs(record))["iec_hs_timing"]["met"] is True
    again = replace(record, later_infusions=(hours(240),))
    assert items(iec_hs(again))["iec_hs_timing"]["met"] is False


@pytest.mark.parametrize(
    ("words", "suspected"),
    [
        ("ferritin=900 uln:ferritin=300 baseline=400 crs=2@48,1@96", True),  # T70
        ("ferritin=12000@72 crs=3@72", False),  # T71
        ("ferritin=30000 ast=1000 crs=1@100", False),  # T25
        ("ferritin=500 baseline=400 crs=2@48,1@96", False),
        ("ferritin=9000", None),
        ("fibrinogen=90 crs=2@48,1@96", None),
        ("fibrinogen=90 crs=2@99", False),
    ],
)
def test_suspicion_needs_ferritin_and_timing(words: str, suspected: bool | None) -> None:
    assert iec_hs(course(words)).values["suspected"] is suspected


def test_no_number_of_features_makes_a_suspicion() -> None:
    every = (
        "ferritin=90000 ast=9000 fibrinogen=50 anc=0.1 platelets=5 ldh=5000 inr=4 aptt=90 "
        "bilirubin_direct=9 spleen=yes temp=40 neuro=tremor device=bipap creatinine=9 "
        "triglycerides=900 hemophagocytosis=100 crs=4@99"
    )
    result = iec_hs(course(every))
    features = [item["met"] for item in result.values["features"]]
    assert features == [True] * 13
    assert result.values["suspected"] is False


def test_ferritin_that_was_high_before_is_not_read_as_a_change() -> None:
    result = iec_hs(course("ferritin=1500 uln:ferritin=300 baseline=1000"))
    (required, *_) = COURSE_SYSTEMS["iec_hs"].document(result)["required"]
    assert required["met"] is True
    assert required["basis"] == (
        "ferritin 1,500 ng/mL: 5 × the upper limit (300), 1.5 × the baseline (1000): by upper "
        "limit only, already so at baseline"
    )


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (True, "hemophagocytosis seen"),
        (False, "marrow examined, no hemophagocytosis"),
        (None, "not recorded: hemophagocytosis"),
    ],
)
def test_a_marrow_is_said_as_it_was_reported(system: str, answer: bool | None, words: str) -> None:
    marrow = Event(hours(100), "marrow", hemophagocytosis=answer)
    result = of_course(replace(course("ferritin=900"), events=(marrow,)))[system]
    item = {"met": None} | items(result)[f"{system}_hemophagocytosis"]
    assert basis(item, ALL_SENTENCES) == words


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_marrow_alone_is_a_result_if_its_report_says(system: str) -> None:
    for answer, is_there in ((True, True), (False, True), (None, False)):
        marrow = Event(hours(100), "marrow", hemophagocytosis=answer)
        assert (system in of_course(Record(events=(marrow,)))) is is_there


def test_both_ferritin_ratios_are_shown() -> None:
    result = iec_hs(course("ferritin=900 uln:ferritin=300 baseline=400"))
    (required, *_) = COURSE_SYSTEMS["iec_hs"].document(result)["required"]
    assert "3 × the upper limit (300), 2.3 × the baseline (400)" in required["basis"]


def test_attribution_is_a_physicians_statement() -> None:
    words = "ferritin=900 crs=2@48,1@96"
    assert items(iec_hs(course(words)))["iec_hs_attribution"]["met"] is None
    assert items(iec_hs(course(words + " iec_hs=100")))["iec_hs_attribution"]["met"] is True


@pytest.mark.parametrize(
    ("events", "grade", "latest"),
    [
        ([], None, None),
        ([Event(hours(90), "iec_hs")], None, None),
        ([Event(hours(90), "iec_hs", grade=2)], 2, 2),
        ([Event(hours(90), "iec_hs", grade=4), Event(hours(99), "iec_hs", grade=2)], 4, 2),
        ([Event(hours(120), "death", "iec_hs")], 5, 5),
        ([Event(hours(90), "iec_hs", grade=3), Event(hours(120), "death", "iec_hs")], 5, 5),
        ([Event(hours(90), "iec_hs", grade=3), Event(hours(120), "death", "crs")], 3, 3),
    ],
)
def test_the_grade_is_what_a_physician_recorded(
    events: list[Event], grade: int | None, latest: int | None
) -> None:
    record = replace(course("ferritin=90000 crs=2@48,1@96"), events=tuple(events))
    document = COURSE_SYSTEMS["iec_hs"].document(iec_hs(record))
    assert (document["grade"], document["latest_grade"]) == (grade, latest)


def test_a_rapid_rise_is_shown_and_decides_nothing() -> None:
    slow = iec_hs(course("ferritin=200@76 ferritin=500 baseline=300"))
    assert slow.values["rise"]["rapid"] is True
    assert slow.values["rise"]["doubling_hours"] == 18.2
    assert items(slow)["iec_hs_ferritin"]["met"] is False
    fall = iec_hs(course("ferritin=900@76 ferritin=500"))
    assert fall.values["rise"] == {
        "since_hour": 76, "ng_ml_per_hour": -16.7, "doubling_hours": None, "rapid": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("ferritin=1000@76", "ferritin=1000.00000000000001"),
        ("ferritin=0@76", "ferritin=5000000"),
        ("ferritin=0.000000000000001@76", "ferritin=>900000000000000"),
    ],
)
def test_a_rise_of_next_to_nothing_and_one_beyond_measure_are_told(before: str, now: str) -> None:
    result = iec_hs(course(f"{before} {now} baseline=0.000000000000001"))
    assert result.values["rise"] is None or result.values["rise"]["doubling_hours"] is None
    assert COURSE_SYSTEMS["iec_hs"].document(result)["required"]


@pytest.mark.parametrize(
    ("before", "now", "rapid"),
    [
        ("ferritin=1000@76", "ferritin=2000", True),
        ("ferritin=1000@76", "ferritin=1990", False),
        ("ferritin=20000@76", "ferritin=22401", True),
        ("ferritin=20000@76", "ferritin=22400", False),
    ],
)
def test_rapid_is_doubling_in_a_day_or_100_an_hour(before: str, now: str, rapid: bool) -> None:
    assert iec_hs(course(f"{before} {now}")).values["rise"]["rapid"] is rapid


def test_the_first_suspicion_is_kept_when_it_is_over() -> None:
    result = iec_hs(course("ferritin=9000@100 ferritin=300@200 baseline=250 crs=2@48,1@96,0@199"))
    assert result.values["suspected"] is False
    assert result.values["first_suspected_hour"] == 100


def test_an_assumed_limit_and_an_unknown_baseline_are_said() -> None:
    result = iec_hs(course("ferritin=900 ast=300"))
    assert any(text.startswith("Ferritin: no upper limit") for text in result.cautions)
    assert "AST before the infusion not recorded: taken as normal" in result.cautions
    own = iec_hs(course("ferritin=900 uln:ferritin=300"))
    assert own.cautions == ()


def test_values_far_from_the_highest_ferritin_are_left_out() -> None:
    words = "ferritin=9000@200 hemoglobin=6@{}"
    for hour, is_used in ((32, True), (31.9, False), (368, True), (368.1, False)):
        result = of_course(course(words.format(hour)))["hlh_2004"]
        assert ("hemoglobin" not in result.missing) is is_used


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("hemoglobin=7 fibrinogen=90 triglycerides=300", "hemoglobin=8 fibrinogen=95"),
        ("hemoglobin=8 fibrinogen=95", "hemoglobin=7 fibrinogen=90 triglycerides=300"),
    ],
)
def test_hlh_2004_tells_the_worst_result_of_its_days(first: str, second: str) -> None:
    earlier = " ".join(f"{word}@90" for word in f"{first} triglycerides=290".split())
    entries = items(of_course(course(f"ferritin=900 {earlier} {second}"))["hlh_2004"])
    assert entries["hlh_2004_cytopenia"]["saw"]["lowest"] == {"hemoglobin": "7"}
    results = entries["hlh_2004_lipids_fibrinogen"]["saw"]["results"]
    assert results == {"triglycerides": "300", "fibrinogen": "90"}


@pytest.mark.parametrize("system", ["cartox_hlh", "hlh_2004", "h_score"])
@pytest.mark.parametrize(
    ("hour", "counts"), [(31.9, False), (32, True), (368, True), (368.1, False)]
)
def test_hemophagocytosis_counts_up_to_both_ends_of_the_days_around_the_highest_ferritin(
    system: str, hour: float, counts: bool
) -> None:
    result = of_course(course(f"ferritin=9000@200 hemophagocytosis={hour}"))[system]
    assert ("hemophagocytosis" not in result.missing) is counts


def test_before_the_infusion_there_is_nothing_to_say() -> None:
    results = of_course(course("ferritin=9000@-24 fibrinogen=50@-24"))
    assert not set(SYSTEMS) & set(results)
    assert not set(SYSTEMS) & set(of_course(Record(findings=(crs(24, "2"),))))


def test_blood_counts_alone_say_nothing_of_hlh() -> None:
    assert not set(SYSTEMS) & set(of_course(course("anc=0.1 platelets=5 hemoglobin=6")))


def test_fibrinogen_of_one_point_four_in_mg_dl_is_refused() -> None:
    document = {
        "format": "cartox-course-1",
        "id": "T79",
        "source": "trap",
        "patient": {"age_years": 50},
        "course": {"infused_at": None},
        "labs": [{"hour": 100, "analyte": "fibrinogen", "value": 1.4, "unit": "mg/dL"}],
    }
    with pytest.raises(DocumentError):
        parse_document(document)


def test_the_grades_document_carries_every_key() -> None:
    document = {
        "format": "cartox-course-1",
        "id": "T70",
        "source": "trap",
        "patient": {"age_years": 50},
        "course": {"infused_at": None},
        "baseline": {"ferritin_ng_ml": 400},
        "labs": [{"hour": 100, "analyte": "ferritin", "value": 900, "unit": "ng/mL"}],
    }
    results = grades_document(parse_document(document), DEFAULT)["course"]
    assert {"suspected", "required", "features", "because", "grade"} <= set(results["iec_hs"])
    assert {"low", "high", "probability"} <= set(results["h_score"])
    for key in ("cartox_hlh", "hlh_2004"):
        assert {"met", "of", "items", "missing"} <= set(results[key])
    assert (results["hlh_2004"]["of"], results["cartox_hlh"]["of"]) == (8, 5)


def test_a_result_is_the_same_after_it_was_stored() -> None:
    assert cases()
    for case in cases():
        result = of_course(case.record)[case.system]
        system = COURSE_SYSTEMS[case.system]
        stored = Result.from_facts(result.facts())
        assert stored.facts() == result.facts()
        assert system.document(stored) == system.document(result)


@given(
    ferritin=st.integers(0, 50_000),
    fibrinogen=st.integers(15, 900),
    hidden=st.sampled_from(["temp", "ast", "hemoglobin", "triglycerides"]),
)
def test_leaving_something_out_only_widens_the_score(
    ferritin: int, fibrinogen: int, hidden: str
) -> None:
    inputs = {
        "temp": "temp=38.9",
        "ast": "ast=80",
        "hemoglobin": "hemoglobin=8",
        "triglycerides": "triglycerides=300",
        "all": f"ferritin={ferritin} fibrinogen={fibrinogen} wbc=3 platelets=60",
    }
    full = of_course(course(" ".join(inputs.values())))["h_score"].values
    del inputs[hidden]
    part = of_course(course(" ".join(inputs.values())))["h_score"].values
    assert part["low"] <= full["low"] <= full["high"] <= part["high"]


def test_a_fever_put_down_to_another_cause_is_no_feature() -> None:
    record = course("ferritin=900")
    other = Findings(hours(99), "a", temperature_c=Decimal(39), attribution={"fever": "other"})
    feature = items(iec_hs(replace(record, findings=(other,))))["iec_hs_fever"]
    assert feature["met"] is False


@pytest.mark.parametrize(("born", "met"), [(6, True), (5, False)])
def test_a_hemoglobin_below_10_is_low_up_to_an_age_of_27_days(born: int, met: bool) -> None:
    infused_at = datetime(2026, 2, 2, 10, tzinfo=UTC)
    words = course("ferritin=100@1 hemoglobin=9.9@1 platelets=99@1 anc=3@1")
    child = replace(
        words, age_years=None, birth_date=date(2026, 1, born), infused_at=infused_at, zone=UTC
    )
    assert items(of_course(child)["hlh_2004"])["hlh_2004_cytopenia"]["met"] is met


@pytest.mark.parametrize(
    ("examined", "met"), [((80,), False), ((75.9,), None), ((80, 90), False), ((), None)]
)
def test_an_examination_of_the_last_day_without_a_sign_is_no_neurotoxicity(
    examined: tuple[float, ...], met: bool | None
) -> None:
    looked = replace(course("ferritin=900"), findings=tuple(map(neuro, examined)))
    feature = items(iec_hs(looked))["iec_hs_neurotoxicity"]
    assert feature["met"] is met
    assert feature["missing"] == ([] if met is False else ["neurologic_examination"])
    assert basis(feature, ALL_SENTENCES) == ("ICANS grade 0" if met is False else NOT_EXAMINED)


NOT_EXAMINED = "not recorded: neurologic examination"


@pytest.mark.parametrize(("cause", "met"), [("undetermined", True), ("other", False)])
def test_a_tremor_put_down_to_another_cause_is_no_neurotoxicity(cause: str, met: bool) -> None:
    shaking = neuro(90, "tremor", attribution={"other_neuro": cause})
    looked = replace(course("ferritin=900"), findings=(shaking,))
    assert items(iec_hs(looked))["iec_hs_neurotoxicity"]["met"] is met


def test_fibrinogen_known_only_to_be_below_200_leaves_its_feature_open() -> None:
    feature = items(iec_hs(course("ferritin=900 fibrinogen<200")))["iec_hs_fibrinogen"]
    assert (feature["met"], feature["missing"]) == (None, ["fibrinogen"])
    assert feature["saw"] == {"fibrinogen": "< 200"}


def test_a_ward_may_want_the_baseline_of_transaminases() -> None:
    local = replace(DEFAULT, unknown_baseline_is_normal=False)
    record = course("ferritin=900 ast=300")
    feature = items(of_course(record, local)["iec_hs"])["iec_hs_transaminases"]
    assert (feature["met"], feature["missing"]) == (None, ["ast_before_infusion", "alt"])


@pytest.mark.parametrize(("hour", "is_told"), [(-1, False), (0, True)])
def test_hemophagocytosis_alone_begins_the_checklist_from_the_infusion_on(
    hour: float, is_told: bool
) -> None:
    record = Record(events=(Event(hours(hour), "hemophagocytosis"),))
    assert ("iec_hs" in of_course(record)) is is_told
