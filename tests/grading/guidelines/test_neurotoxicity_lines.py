"""Lines on ICANS and other neurotoxicity: facts, times and words, on both sides of a limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from grading.guidelines.lines.crs.which_steroid import STEROID_STEPS
from grading.guidelines.situation.of_course import CourseGraded, situation_at
from grading.guidelines.situation.situation import AnakinraNow, Fact, GradeAt, Reading, Situation
from grading.guidelines.step import LINES, next_step
from grading.local_rules import DEFAULT, LocalRules
from grading.record import Adjudication, Baseline, Dose, Event, Findings, Lab, Record
from grading.rules.systems import grade_course, grade_record
from tests.grading.blood_counts.late_samples import neuro
from tests.grading.guidelines.situation_words import situation_of
from tests.grading.guidelines.situations import codes, hours, option


def of_record(record: Record, now: float, local: LocalRules = DEFAULT) -> Situation:
    graded = grade_record(record, local)
    return situation_at(CourseGraded(record, graded, grade_course(record, graded, local)),
                        hours(now), local)  # fmt: skip


# Lumbar puncture


def test_imaging_before_a_puncture_names_everything_that_speaks_against_it() -> None:
    words = "icans=4 edema papilledema platelets=8 inr=2.4 neuro:intracranial_hemorrhage"
    caution = option("icans_imaging_before_puncture", situation_of(words))
    assert [fact.text for fact in caution.why] == [
        "edema",
        "papilledema",
        "intracranial hemorrhage",
        "Platelets 8 10*9/L",
        "INR 2.4 {INR}",
        "ICANS 4",
    ]
    assert caution.text.startswith("Imaging first")


@pytest.mark.parametrize(
    ("words", "details"),
    [
        ("platelets=80 inr=1.1", ("Platelets 80 10*9/L", "INR 1.1 {INR}")),
        ("platelets=80", ("Platelets 80 10*9/L", "INR not known", "before it: INR of today")),
        ("", ("platelets not known", "INR not known",
              "before it: platelets and INR of today")),
        (
            "old:platelets=9 inr=1.1",
            ("platelets not known now: Platelets 9 10*9/L is 50 h old and not used",
             "INR 1.1 {INR}", "before it: platelets of today"),
        ),
    ],
)  # fmt: skip
def test_the_puncture_says_which_counts_are_old_or_not_known(
    words: str, details: tuple[str, ...]
) -> None:
    assert option("icans_lumbar_puncture", situation_of(f"icans=3 {words}")).details == details


@pytest.mark.parametrize(
    ("sign", "value", "speaks_against"),
    [("<", "50", True), ("<", "60", False), (">", "50", False), ("<", "10", True)],
)
def test_a_count_that_is_a_bound_speaks_against_a_puncture_where_it_must(
    sign: str, value: str, speaks_against: bool
) -> None:
    of = situation_of("icans=3")
    count = Reading("platelets", Decimal(value), f"platelets {sign} {value}", of.now,
                    is_exact=False)  # fmt: skip
    standing = codes(replace(of, labs={"platelets": count}))
    assert ("icans_imaging_before_puncture" in standing) is speaks_against


# Steroid so far


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("icans=3 icans_onset=40", None),
        ("icans=3 icans_onset=40 dex10=30,24", 240 - 30 + 24),
        ("icans=3 icans_onset=20 dex10=30,10", 240 - 10 + 24),
    ],
)
def test_the_next_step_without_response_is_timed_from_the_first_steroid_of_the_episode(
    words: str, due: float | None
) -> None:
    expected = None if due is None else hours(due)
    for code in ("icans_methylprednisolone_refractory", "icans_alternatives"):
        assert option(code, situation_of(words)).due == expected


def test_refractory_icans_says_to_what_and_for_how_long() -> None:
    of = situation_of("icans=3 icans_onset=60 dex10=30,24,18")
    assert [fact.text for fact in option("icans_dasatinib", of).why] == [
        "ICANS 3",
        "not lower since the first steroid",
        "3 doses of steroid, the first 30 h ago",
    ]


def test_icans_that_came_back_down_under_many_doses_is_tapered_and_given_no_first_dose() -> None:
    doses = ",".join(str(6 * n) for n in range(1, 13))
    standing = codes(situation_of(f"crs=0 icans=1 icans_was=3 icans_onset=80 dex10={doses}"))
    assert {"icans_taper", "icans_asco_flare"} <= set(standing)
    assert "icans_dexamethasone_once" not in standing


@pytest.mark.parametrize(
    ("grades", "stands"),
    [
        ((3, 1, 2), True),
        ((3, 1, 3), True),
        ((2, 1, 1, 2), True),
        ((1, 2, 3), False),
        ((3, 2, 1), False),
        ((1, 3), False),
        ((2, 2), False),
    ],
)
def test_icans_that_rises_again_after_a_steroid_is_a_flare(
    grades: tuple[int, ...], stands: bool
) -> None:
    of = situation_of(f"icans={grades[-1]} icans_onset=60 dex10=50,40")
    history = tuple(GradeAt(hours(180 + 10 * place), grade) for place, grade in enumerate(grades))
    flared = replace(of, icans=replace(of.icans, history=history))
    assert ("icans_flare" in codes(flared)) is stands


@pytest.mark.parametrize(("since", "stands"), [(210, True), (221, False)])
def test_a_steroid_that_began_after_the_episode_is_not_tapered_for_icans(
    since: float, stands: bool
) -> None:
    of = situation_of("crs=0 icans=0 icans_was=3 icans_onset=60 icans_resolved=20 dex10=30,6")
    steroids = replace(of.doses.steroids, since=hours(since))
    later = replace(of, doses=replace(of.doses, steroids=steroids))
    assert ("icans_taper" in codes(later)) is stands


@pytest.mark.parametrize(
    ("words", "details"),
    [
        (
            "crs=3 icans=4",
            ("higher: methylprednisolone for ICANS 4",
             "not beside it: dexamethasone every 6 hours for CRS 3"),
        ),
        (
            "crs=4 icans=1",
            ("higher: dexamethasone every 6 hours for CRS 4",
             "not beside it: dexamethasone once for ICANS 1"),
        ),
        ("crs=3 icans=3", ("the same step for ICANS 3 and CRS 3: dexamethasone every 6 hours",)),
    ],
)  # fmt: skip
def test_of_two_steroid_lines_the_higher_one_is_named(words: str, details: tuple[str, ...]) -> None:
    assert option("icans_one_steroid", situation_of(words)).details == details


STEROID_NOW = {
    "crs_dexamethasone_borderline": 2,
    "crs_dexamethasone_q6h": 3,
    "icans_dexamethasone_once": 1,
    "icans_dexamethasone_q12h": 2,
    "icans_dexamethasone_q6h": 3,
    "icans_methylprednisolone": 4,
}


@pytest.mark.parametrize(
    ("crs", "icans", "more"),
    list(product(("0", "1", "2", "3", "4", "review3"), range(5),
                 ("", "hypotension fluid_bolus toci=8"))),
)  # fmt: skip
def test_one_steroid_line_at_most_stands_now_and_it_is_the_highest(
    crs: str, icans: int, more: str
) -> None:
    standing = codes(situation_of(f"crs={crs} icans={icans} {more}"))
    now = [STEROID_NOW[code] for code in standing if code in STEROID_NOW]
    of_crs = {"3": 3, "4": 3}.get(crs, 2 if crs == "2" and more else 0)
    highest = max(icans, of_crs)
    assert now == ([highest] if highest else [])
    assert len(STEROID_STEPS) == 5


WELL = Findings(hours(1), "well", consciousness="spontaneous", seizure="none", motor="none", icp=(),
                ice_total=10, temperature_c=Decimal("36.8"), hypotension=False, vasopressors=(),
                oxygen_device="room_air")  # fmt: skip


def test_a_whole_course_with_edema_that_steroid_did_not_help() -> None:
    ill = WELL._replace(elapsed=hours(100), uid="ill", consciousness="touch", ice_total=1)
    worse = WELL._replace(elapsed=hours(130), uid="worse", consciousness="unarousable",
                          ice_total=None, ice_not_done="unarousable", seizure="prolonged",
                          icp=("diffuse_edema", "papilledema"))  # fmt: skip
    record = Record(
        age_years=Decimal(60),
        weight_kg=Decimal(70),
        product="Yescarta",
        findings=(WELL, ill, worse),
        doses=tuple(Dose(hours(101 + 6 * n), "dexamethasone", amount=Decimal(10), unit="mg")
                    for n in range(5)),
        labs=(Lab(hours(128), "platelets", Decimal(18), unit="10*9/L"),
              Lab(hours(90), "inr", Decimal("1.9"), unit="{INR}")),
    )  # fmt: skip
    of = of_record(record, 131)
    standing = codes(of)
    assert {
        "icans_methylprednisolone", "icans_raised_pressure", "icans_imaging_before_puncture",
        "icans_seizure_by_name", "icans_status", "icans_anakinra", "icans_atg", "icans_airway",
        "icans_tocilizumab_isolated",
    } <= set(standing)  # fmt: skip
    assert not {
        "icans_lumbar_puncture", "icans_intrathecal", "icans_seizure_prophylaxis",
        "icans_dexamethasone_q6h",
    } & set(standing)  # fmt: skip
    caution = option("icans_imaging_before_puncture", of)
    assert [(fact.text, fact.uid) for fact in caution.why][:2] == [
        ("diffuse edema", "worse"), ("papilledema", "worse"),
    ]  # fmt: skip
    assert caution.details == (
        "platelets 18 × 10⁹/L", "INR not known now: INR 1.9 is 41 h old and not used",
    )  # fmt: skip
    alternatives = option("icans_alternatives", of)
    assert alternatives.due == hours(125)
    refractory = [fact.text for fact in option("icans_atg", of).why]
    assert refractory[-1] == "5 doses of steroid, the first 30 h ago"


# Rescue


def anakinra(milligrams: str | None) -> Callable[[Situation], Situation]:
    def under(of: Situation) -> Situation:
        amount = None if milligrams is None else Decimal(milligrams)
        given = AnakinraNow(of.now - hours(30), of.now - hours(4), amount)
        return replace(of, doses=replace(of.doses, anakinra=given))

    return under


@pytest.mark.parametrize(
    ("milligrams", "words", "stands"),
    [
        ("200", "icans=3", True),
        ("201", "icans=3", False),
        (None, "icans=3", False),
        ("100", "icans=1", False),
        ("100", "icans=3 age=5", False),
    ],
)
def test_anakinra_of_200_mg_a_day_or_less_is_set_against_more(
    milligrams: str | None, words: str, stands: bool
) -> None:
    standing = codes(anakinra(milligrams)(situation_of(words)))
    assert ("icans_anakinra_dose" in standing) is stands


def test_the_line_on_anakinra_says_what_is_given_and_what_is_not_known() -> None:
    of = situation_of("icans=3 icans_onset=60 dex10=30")
    assert option("icans_anakinra", of).details == ()
    assert option("icans_anakinra", anakinra("400")(of)).details == (
        "anakinra 400 mg in the last 24 h",
    )
    (unknown,) = option("icans_anakinra", anakinra(None)(of)).details
    assert unknown.endswith("not known")


@pytest.mark.parametrize(
    ("since", "side"), [(120, "120 h: within 5 days"), (121, "121 h: beyond 5 days")]
)
def test_intrathecal_treatment_counts_its_days_from_the_onset_of_high_grade(
    since: int, side: str
) -> None:
    of = situation_of(f"icans=3 icans_onset=150 icans_since={since} dex10=30")
    assert option("icans_intrathecal", of).details == (f"grade 3 or more since {side}",)


# Seizures and pressure


@pytest.mark.parametrize(("hours_ago", "stands"), [(72, True), (73, False)])
@pytest.mark.parametrize(
    ("finding", "code"), [("seizure", "icans_seizure"), ("edema", "icans_raised_pressure")]
)
def test_a_finding_of_three_days_ago_calls_its_line_no_longer(
    finding: str, code: str, hours_ago: int, stands: bool
) -> None:
    assert (code in codes(situation_of(f"icans=3 {finding}={hours_ago}"))) is stands


def test_antiepileptics_stand_by_name() -> None:
    standing = next_step(situation_of("icans=4 seizure status_epilepticus"))
    texts = " ".join(each.text for each in standing)
    for drug in ("levetiracetam", "lorazepam", "phenobarbital", "fosphenytoin", "valproate"):
        assert drug in texts


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("axi-cel", "axi-cel: named by ASCO for more neurotoxicity"),
        ("liso-cel", "liso-cel: not named by ASCO for more neurotoxicity"),
        ("new-cel", "product not known; ASCO names axi-cel and brexu-cel"),
    ],
)
def test_whether_a_product_is_high_risk_is_said_of_this_product(name: str, text: str) -> None:
    of = situation_of(f"icans=2 crs=0 product={name}")
    assert option("icans_asco_grade_2", of).details == (text,)


def test_imaging_again_is_due_two_days_after_the_last() -> None:
    of = situation_of("icans=3 icans_since=30")
    assert option("icans_asco_repeat_imaging", of).due == hours(240 - 30 + 48)
    imaged = replace(of.bedside, imaging=(Fact("brain imaging", hours(230)),))
    assert option("icans_asco_repeat_imaging", replace(of, bedside=imaged)).due == hours(278)


# ICE and CAPD


def ice(*totals: int | None, baseline: int | None = None) -> Record:
    rows = [
        Findings(hours(12 * n), f"{n:03}", ice_total=total, consciousness="spontaneous")
        for n, total in enumerate(totals, start=1)
    ]
    return Record(findings=tuple(rows), baseline=Baseline(ice_total=baseline))


def ice_fall(record: Record, later: float = 0, local: LocalRules = DEFAULT) -> str | None:
    last = record.findings[-1].elapsed.total_seconds() / 3600 if record.findings else 0
    listed = next_step(of_record(record, last + later, local))
    return next((each.why[0].text for each in listed if each.code == "neurologic_ice_fall"), None)


@pytest.mark.parametrize(
    ("totals", "baseline", "text"),
    [
        ((10, 8), None, "ICE 10, then 8: 2 points since the previous one"),
        ((10, 9), None, None),
        ((10, None, 8), None, "ICE 10, then 8: 2 points since the previous one"),
        ((8, 10), None, None),
        ((10, 7, 7), 10, None),
        ((8,), 10, "ICE 10, then 8: 2 points since the baseline"),
        ((8,), 9, None),
        ((9, 6), 10, "ICE 9, then 6: 3 points since the previous one"),
        ((9, 8), 10, "ICE 10, then 8: 2 points since the baseline"),
        ((9, 8), None, None),
        ((7,), None, None),
        ((), None, None),
    ],
)
def test_a_fall_of_ice_says_since_when(
    totals: tuple[int | None, ...], baseline: int | None, text: str | None
) -> None:
    assert ice_fall(ice(*totals, baseline=baseline)) == text


@pytest.mark.parametrize(("later", "stands"), [(12, True), (12.1, False)])
def test_a_fall_of_ice_is_gone_after_12_hours(later: float, stands: bool) -> None:
    assert (ice_fall(ice(10, 6), later) is not None) is stands


def test_an_ice_of_undetermined_cause_is_a_fall_where_such_signs_count() -> None:
    first, second = ice(10, 7).findings
    unsure = Record(findings=(first, second._replace(attribution={"ice": "undetermined"})))
    assert ice_fall(unsure) is not None
    assert ice_fall(unsure, local=replace(DEFAULT, undetermined_counts=False)) is None


def test_an_ice_put_down_to_another_cause_is_a_fall_until_a_physician_confirms_it() -> None:
    first, second = ice(10, 5).findings
    record = Record(findings=(first, second._replace(attribution={"ice": "other"})))
    confirmed = Adjudication(hours(25), "confirmed", "ice", "drug", holds_from=hours(24))
    assert ice_fall(record) is not None
    assert ice_fall(replace(record, adjudications=(confirmed,)), 2) is None


@pytest.mark.parametrize(("later", "stands"), [(12, True), (13, False)])
def test_a_rise_of_capd_from_the_baseline_is_a_prompt_for_12_hours(
    later: float, stands: bool
) -> None:
    row = Findings(hours(50), "1", capd_total=7, consciousness="spontaneous")
    record = Record(age_years=Decimal(5), findings=(row,), baseline=Baseline(capd_total=3))
    standing = next_step(of_record(record, 50 + later))
    facts = [each.why[0].text for each in standing if each.code == "neurologic_capd_rise"]
    assert facts == (["CAPD 3 at the baseline, then 7"] if stands else [])


# Movement


def test_the_pattern_of_mnt_is_a_line_until_it_is_recorded() -> None:
    record = Record(findings=(neuro(600, "micrographia", "memory_loss"),))
    suspected = option("neurologic_movement", of_record(record, 601))
    assert [fact.text for fact in suspected.why] == [
        "movement: micrographia (from hour 600)",
        "cognition: memory loss (from hour 600)",
    ]
    recorded = replace(record, events=(Event(hours(601), "mnt", grade=2),))
    standing = of_record(recorded, 602)
    assert "neurologic_movement" not in codes(standing)
    (fact,) = option("neurologic_movement_without_help", standing).why
    assert fact.text == "MNT 2 recorded"


@pytest.mark.parametrize(("words", "number"), [("crs=2", 1), ("crs=1 icans=1", 1), ("crs=1", 0)])
def test_the_grades_that_those_with_mnt_had_are_named_after_a_bcma_product(
    words: str, number: int
) -> None:
    of = situation_of(f"product=cilta-cel {words}")
    assert len(option("neurologic_handwriting", of).details) == number


# All of them


@pytest.mark.parametrize("icans", [None, 0, 1, 2, 3, 4])
def test_a_line_of_another_guideline_stands_beside_one_of_the_review(icans: int | None) -> None:
    beside = {line.code: line.differs_from for line in LINES if line.differs_from}
    grade = "" if icans is None else f"icans={icans}"
    histories = ("", "icans_was=4 icans_onset=60 dex10=40,6", "icans_onset=60 dex10=40,6 seizure")
    for crs, more, history in product(
        ("", "crs=0", "crs=1", "crs=3", "crs=review3"),
        ("product=axi-cel", "product=cilta-cel", "event:mnt neuro:cranial_nerve_palsy"),
        histories if icans is not None else ("",),
    ):
        standing = codes(situation_of(f"{grade} {crs} {more} {history}"))
        for code in standing:
            if code.startswith(("icans", "neurologic")) and code in beside:
                assert beside[code] in standing, (code, grade, crs, more, history)


def test_a_sign_of_icans_put_down_to_a_drug_is_named_before_the_steroid() -> None:
    aside = Fact("ice put down to a drug, not confirmed", hours(239))
    counted = situation_of("icans=2")
    counted = replace(counted, icans=replace(counted.icans, put_aside=(aside,)))
    assert [fact.text for fact in option("icans_other_cause", counted).why] == [
        aside.text,
        "ICANS 2",
    ]


def test_a_sedative_without_an_end_counts_as_long_as_it_runs() -> None:
    running = Dose(hours(180), "propofol", amount=Decimal(2), unit="mg/kg/h")
    once = replace(running, unit="mg/kg")
    for given, stands in ((running, True), (once, False)):
        of = situation_of("icans=4")
        of = replace(of, doses=replace(of.doses, given=(given,)))
        assert ("icans_other_cause" in codes(of)) is stands


@pytest.mark.parametrize(
    ("code", "words", "condition"),
    [
        ("icans_dexamethasone_once", "icans=1", "once can be considered"),
        ("icans_dexamethasone_q12h", "icans=2", "until improvement to grade 1"),
        ("icans_methylprednisolone_refractory", "icans=3", "Refractory grade 3"),
    ],
)
def test_a_line_for_a_child_keeps_when_it_holds(code: str, words: str, condition: str) -> None:
    assert condition in option(code, situation_of(f"{words} weight=12 age=3")).text
