"""What must hold for every course, whatever was recorded in it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grading.engine.result import Missing, Result
from grading.local_rules import DEFAULT
from grading.record import Baseline, Dose, Findings, Record
from grading.rules.neurotoxicity import ice
from grading.rules.neurotoxicity.cres import cartox_10
from grading.rules.systems import SYSTEMS, grade_record
from grading.vocabulary import (
    Attribution,
    Consciousness,
    CrsResponse,
    DailyLiving,
    Icp,
    Motor,
    NotDone,
    Organ,
    OtherNeuro,
    OxygenDevice,
    PositivePressureFor,
    Seizure,
    SeizureKind,
    Sign,
    Vasopressor,
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The strategy, or unknown."""
    return st.none() | strategy


def word(words: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([member.value for member in words])


def words(of: Any) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(word(of), max_size=3, unique=True).map(lambda drawn: tuple(sorted(drawn)))


def number(*texts: str) -> st.SearchStrategy[Decimal]:
    return st.sampled_from([Decimal(text) for text in texts])


RATES = {
    "norepinephrine": number("5", "15", "25"),
    "dopamine": number("4", "12"),
    "vasopressin": number("0.03"),
}
ORGANS = st.dictionaries(word(Organ), st.integers(0, 4), max_size=4)
LAB_ORGANS = st.fixed_dictionaries(
    {organ: st.integers(0, 4) for organ in ("transaminases", "bilirubin", "creatinine")}
)


def draw_severity(draw: Any, findings: SimpleNamespace) -> None:
    """What only the older CRS systems ask for."""
    findings.fio2_percent = draw(maybe(number("30", "39", "40", "60")))
    listed = findings.vasopressors
    possible_rates = {
        agent: rate for agent, rate in RATES.items() if listed is None or agent in listed
    }
    rates = draw(maybe(st.fixed_dictionaries({}, optional=possible_rates)))
    findings.vasopressor_rates = rates or None
    findings.vasopressor_hours = draw(maybe(number("1", "2.9", "3", "23.9", "24")))
    findings.fluid_boluses = draw(maybe(st.integers(0, 3)))
    findings.organ_toxicity = draw(maybe(ORGANS | LAB_ORGANS))
    findings.crs_response = draw(maybe(word(CrsResponse)))
    for name in ("refractory_hypotension", "life_threatening", "coagulopathy_treated"):
        setattr(findings, name, draw(maybe(st.booleans())))
    for name in ("iv_therapy", "constitutional_symptoms", "fluid_bolus"):
        setattr(findings, name, draw(maybe(st.booleans())))


def draw_neuro_severity(draw: Any, findings: SimpleNamespace) -> None:
    """What only CRES and the seizure grade of CTCAE ask for."""
    if findings.ice_not_done is None and findings.ice_total is None:
        points = st.fixed_dictionaries(
            {}, optional={item: st.integers(0, most) for item, most in ice.ICE_ITEMS.items()}
        )
        findings.ice = draw(maybe(points)) or None
    findings.head_of_government = draw(maybe(st.integers(0, 1)))
    findings.seizure_kind = draw(maybe(word(SeizureKind)))
    findings.seizure_multiple = draw(maybe(st.booleans()))
    findings.daily_living = draw(maybe(word(DailyLiving)))
    findings.papilledema_stage = draw(maybe(st.integers(0, 5)))
    findings.csf_opening_mmhg = draw(maybe(number("15", "19.9", "20")))


@st.composite
def a_findings(draw: Any, hour: int = 24, uid: str = "a") -> Findings:
    """One assessment, any field of which may be unknown, without contradictions of the door."""
    nothing = Findings(timedelta(hours=hour), uid)
    findings = SimpleNamespace(**nothing._asdict())
    findings.temperature_c = draw(maybe(number("36.5", "37.9", "38", "39.5")))
    if findings.temperature_c is None:
        findings.fever = draw(maybe(st.booleans()))
    findings.systolic_mmhg = draw(maybe(number("60", "85", "90", "95", "140")))
    findings.diastolic_mmhg = draw(maybe(number("30", "50", "55")))
    findings.spo2_percent = draw(maybe(number("84", "90", "91", "98")))
    findings.hypotension = draw(maybe(st.booleans()))
    findings.vasopressors = draw(maybe(words(Vasopressor)))
    findings.oxygen_device = draw(maybe(word(OxygenDevice)))
    findings.oxygen_flow_l_min = draw(maybe(number("0", "2", "6", "6.1", "40")))
    findings.positive_pressure_for = draw(maybe(word(PositivePressureFor)))
    draw_severity(draw, findings)
    findings.ice_not_done = draw(maybe(word(NotDone)))
    if findings.ice_not_done is None:
        findings.ice_total = draw(maybe(st.integers(0, 10)))
    findings.capd_total = draw(maybe(st.integers(0, 32)))
    findings.consciousness = draw(maybe(word(Consciousness)))
    findings.seizure = draw(maybe(word(Seizure)))
    findings.motor = draw(maybe(word(Motor)))
    findings.icp = draw(maybe(words(Icp)))
    findings.other_neuro = draw(maybe(words(OtherNeuro)))
    findings.attribution = draw(
        st.dictionaries(word(Sign), st.sampled_from([a.value for a in Attribution]), max_size=2)
    )
    draw_neuro_severity(draw, findings)
    return Findings(**vars(findings))


@st.composite
def a_record(draw: Any, *, least: int = 1, most: int = 4) -> Record:
    """A course of a few assessments with doses and a baseline."""
    starts = draw(st.lists(st.integers(-2, 34), min_size=least, max_size=most))
    findings = [
        draw(a_findings(hour=12 * start, uid=f"{index:02d}")) for index, start in enumerate(starts)
    ]
    agents = st.sampled_from(["tocilizumab", "paracetamol", "dexamethasone", "norepinephrine"])
    doses = [
        Dose(timedelta(hours=draw(st.integers(-24, 400))), draw(agents), uid=f"d{index}")
        for index in range(draw(st.integers(0, 3)))
    ]
    return Record(
        age_years=draw(maybe(number("0.5", "2", "8", "12", "17", "18", "60"))),
        developmental_delay=draw(maybe(st.booleans())),
        weight_kg=draw(maybe(number("10", "70"))),
        baseline=Baseline(
            systolic_mmhg=draw(maybe(number("90", "128"))),
            oxygen_device=draw(maybe(st.sampled_from(["room_air", "nasal_cannula"]))),
            oxygen_flow_l_min=draw(maybe(number("2"))),
            spo2_percent=draw(maybe(number("88", "97"))),
            home_cpap=draw(maybe(st.booleans())),
            capd_total=draw(maybe(st.integers(0, 12))),
        ),
        findings=tuple(findings),
        doses=tuple(doses),
    )


def all_facts(record: Record) -> list[list[dict[str, Any]]]:
    return [
        [item.facts() for item in system.results]
        for system in grade_record(record, DEFAULT).values()
    ]


def summaries(record: Record) -> list[Any]:
    return [system.course for system in grade_record(record, DEFAULT).values()]


@given(a_record())
def test_grading_twice_gives_the_same(record: Record) -> None:
    assert all_facts(record) == all_facts(record)
    assert summaries(record) == summaries(record)


@given(a_record(least=2), st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(record: Record, chance: random.Random) -> None:
    findings, doses = list(record.findings), list(record.doses)
    chance.shuffle(findings)
    chance.shuffle(doses)
    shuffled = replace(record, findings=tuple(findings), doses=tuple(doses))
    assert all_facts(shuffled) == all_facts(record)
    assert summaries(shuffled) == summaries(record)


@given(a_record())
def test_a_stored_result_reads_back_the_same(record: Record) -> None:
    for facts in [item for system in all_facts(record) for item in system]:
        assert Result.from_facts(facts).facts() == facts


@given(a_record())
def test_a_result_never_contradicts_itself(record: Record) -> None:
    for system in grade_record(record, DEFAULT).values():
        for result in system.results:
            assert result.review == (result.would_be is not None)
            assert result.grade is None or result.would_be is None
            assert not result.at_least or result.missing
            number = result.would_be if result.review else result.at_least_grade
            assert number is not None or result.missing
            assert number is not None or not result.at_least
            grades = [met.grade for met in result.because]
            assert grades == sorted(grades, reverse=True)
            assert (number or 0) == (grades[0] if grades else 0)
            assert (result.low is None) == (result.high is None)
            if result.low is not None and result.high is not None:
                assert result.grade is None
                assert 0 < result.low < result.high


def only(record: Record, findings: Findings) -> dict[str, Result]:
    """The results of a course with this one assessment."""
    graded = grade_record(replace(record, findings=(findings,)), DEFAULT)
    return {key: system.results[0] for key, system in graded.items()}


def bound(result: Result) -> int:
    """The lowest grade that this can be, unknown counting as nothing."""
    number = result.would_be if result.review else result.at_least_grade
    return -1 if number is None else number


WORSE_OXYGEN = [
    ("nasal_cannula", Decimal(2), None),
    ("nasal_cannula", Decimal("6.1"), None),
    ("facemask", Decimal(5), Decimal(50)),
    ("bipap", None, Decimal(60)),
    ("mechanical_ventilation", None, Decimal(60)),
]
WORSE_PRESSORS = [
    (),
    ("vasopressin",),
    ("norepinephrine",),
    ("norepinephrine", "vasopressin"),
    ("epinephrine", "norepinephrine"),
]
WORSE: dict[str, list[dict[str, Any]]] = {
    Sign.HYPOXIA: [
        {
            "oxygen_device": device,
            "oxygen_flow_l_min": flow,
            "positive_pressure_for": "hypoxia",
            "fio2_percent": fio2,
        }
        for device, flow, fio2 in WORSE_OXYGEN
    ],
    Sign.HYPOTENSION: [{"hypotension": True, "vasopressors": agents} for agents in WORSE_PRESSORS],
    Sign.FEVER: [{"temperature_c": Decimal(t), "fever": None} for t in ("38", "38.5", "41")],
    Sign.ICE: [
        {"ice_total": total, "ice": None, "ice_not_done": None} for total in range(9, -1, -1)
    ],
    Sign.CONSCIOUSNESS: [
        {"consciousness": value} for value in ("spontaneous", "voice", "touch", "unarousable")
    ],
    Sign.SEIZURE: [{"seizure": value} for value in ("none", "resolved", "prolonged")],
    Sign.MOTOR: [{"motor": value} for value in ("none", "mild", "deep_focal_weakness")],
    Sign.ICP: [{"icp": value} for value in ((), ("focal_edema",), ("focal_edema", "posturing"))],
}


@given(a_record(most=1), st.sampled_from(sorted(WORSE)), st.data())
def test_making_one_sign_worse_never_lowers_the_grade(
    record: Record, sign: str, data: st.DataObject
) -> None:
    findings = record.findings[0]
    steps = WORSE[sign]
    before, after = sorted(data.draw(st.tuples(*[st.integers(0, len(steps) - 1)] * 2)))
    car_t = {**findings.attribution, sign: "car_t"}
    better = findings._replace(attribution=car_t, **steps[before])
    worse = findings._replace(attribution=car_t, **steps[after])
    graded_better, graded_worse = only(record, better), only(record, worse)
    for key in SYSTEMS:
        assert bound(graded_worse[key]) >= bound(graded_better[key])


FILLED: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    Missing.TEMPERATURE: st.fixed_dictionaries({"temperature_c": number("36.5", "38", "40")}),
    Missing.HYPOTENSION: st.fixed_dictionaries({"hypotension": st.booleans()}),
    Missing.VASOPRESSORS: st.fixed_dictionaries({"vasopressors": words(Vasopressor)}),
    Missing.OXYGEN_DEVICE: st.fixed_dictionaries({"oxygen_device": word(OxygenDevice)}),
    Missing.OXYGEN_FLOW: st.fixed_dictionaries({"oxygen_flow_l_min": number("0", "3", "6", "9")}),
    Missing.CAPD: st.fixed_dictionaries(
        {"capd_total": st.integers(0, 32), "capd_not_done": st.none()}
    ),
    Missing.ICE_SCORE: st.fixed_dictionaries(
        {"ice_total": st.integers(0, 10), "ice": st.none(), "ice_not_done": st.none()}
    ),
    Missing.CONSCIOUSNESS: st.fixed_dictionaries({"consciousness": word(Consciousness)}),
    Missing.SEIZURE: st.fixed_dictionaries(
        {"seizure": st.sampled_from(["none", "resolved", "prolonged"])}
    ),
    Missing.MOTOR: st.fixed_dictionaries({"motor": word(Motor)}),
    Missing.ICP: st.fixed_dictionaries({"icp": words(Icp)}),
    Missing.FIO2: st.fixed_dictionaries({"fio2_percent": number("30", "40", "60")}),
    Missing.VASOPRESSOR_DOSE: st.fixed_dictionaries(
        {"vasopressor_rates": st.fixed_dictionaries(RATES)}
    ),
    Missing.VASOPRESSOR_HOURS: st.fixed_dictionaries(
        {"vasopressor_hours": number("0", "2.9", "3", "24")}
    ),
    Missing.FLUID_BOLUSES: st.fixed_dictionaries({"fluid_boluses": st.integers(0, 3)}),
    Missing.ORGAN_TOXICITY: st.fixed_dictionaries({"organ_toxicity": LAB_ORGANS}),
    Missing.REFRACTORY: st.fixed_dictionaries({"refractory_hypotension": st.booleans()}),
    Missing.LIFE_THREATENING: st.fixed_dictionaries({"life_threatening": st.booleans()}),
    Missing.RESPONSE: st.fixed_dictionaries({"crs_response": word(CrsResponse)}),
    Missing.COAGULOPATHY: st.fixed_dictionaries({"coagulopathy_treated": st.booleans()}),
    Missing.IV_THERAPY: st.fixed_dictionaries({"iv_therapy": st.booleans()}),
    Missing.CARTOX_10: st.fixed_dictionaries(
        {
            "ice": st.fixed_dictionaries(
                {item: st.integers(0, most) for item, most in ice.ICE_ITEMS.items()}
            ),
            "head_of_government": st.integers(0, 1),
            "ice_not_done": st.none(),
        }
    ),
    Missing.SEIZURE_KIND: st.fixed_dictionaries({"seizure_kind": word(SeizureKind)}),
    Missing.SEIZURES: st.fixed_dictionaries({"seizure_multiple": st.booleans()}),
    Missing.PAPILLEDEMA_STAGE: st.fixed_dictionaries({"papilledema_stage": st.integers(1, 5)}),
    Missing.CSF_PRESSURE: st.fixed_dictionaries({"csf_opening_mmhg": number("10", "19.9", "20")}),
    Missing.DAILY_LIVING: st.fixed_dictionaries({"daily_living": word(DailyLiving)}),
}


@given(a_record(most=1), st.data())
def test_filling_what_is_missing_never_falls_below_the_bound(
    record: Record, data: st.DataObject
) -> None:
    findings = record.findings[0]
    for key, result in only(record, findings).items():
        if not result.at_least:
            continue
        name = data.draw(st.sampled_from(list(result.missing)))
        already = _already_said(findings, name)
        if already:
            continue
        filled = findings._replace(**data.draw(FILLED[name]))
        assert bound(only(record, filled)[key]) >= bound(result)


def _already_said(findings: Findings, name: str) -> bool:
    """Whether a measurement would take back what was said: another value, not a missing one."""
    if name == Missing.VASOPRESSORS:
        return findings.vasopressors is not None
    if name == Missing.SEIZURE:
        recorded = (findings.seizure, findings.seizure_kind, findings.seizure_multiple or None)
        return any(value is not None for value in recorded)
    if name in (Missing.ICE_SCORE, Missing.CARTOX_10):
        return _is_partly_scored(findings)
    if name == Missing.ORGAN_TOXICITY:
        return findings.organ_toxicity is not None
    if name == Missing.VASOPRESSOR_DOSE:
        return bool(findings.vasopressor_rates)
    return False


def _is_partly_scored(findings: Findings) -> bool:
    scores = (findings.ice_total, findings.head_of_government)
    return findings.has_ice_points() or any(value is not None for value in scores)


@given(
    st.integers(0, 1),
    st.fixed_dictionaries({item: st.integers(0, most) for item, most in ice.ICE_ITEMS.items()}),
    st.sets(st.sampled_from(sorted(ice.ICE_ITEMS))),
)
def test_an_ice_sum_and_any_part_of_the_items_bound_cartox_10(
    head: int, items: dict[str, int], left_out: set[str]
) -> None:
    whole = Findings(timedelta(0), ice=dict(items), head_of_government=head)
    exact = cartox_10.cartox_10_score(whole)
    assert exact.done
    assert exact.low == sum(items.values()) - items["command"] + head
    total = ice.ice_score(whole).total
    part = {item: points for item, points in items.items() if item not in left_out}
    for head_point in (head, None):
        for scores in ({"ice_total": total, "ice": None}, {"ice": part or None}):
            bounds = cartox_10.cartox_10_score(
                whole._replace(head_of_government=head_point, **scores)
            )
            assert bounds.low <= exact.low <= bounds.high
            if "ice_total" in scores and total is not None:
                assert total - 1 <= bounds.low <= bounds.high <= total + 1


@given(
    st.dictionaries(
        st.sampled_from(sorted(ice.ICE_ITEMS)), st.integers(0, 1), min_size=1, max_size=8
    )
)
def test_a_partial_ice_bounds_every_completion(points: dict[str, int]) -> None:
    partial = Findings(timedelta(0), ice=dict(points))
    best = {item: points.get(item, most) for item, most in ice.ICE_ITEMS.items()}
    worst = {item: points.get(item, 0) for item in ice.ICE_ITEMS}
    bounds = ice.ice_score(partial)
    assert bounds.high == ice.ice_score(Findings(timedelta(0), ice=dict(best))).total
    assert bounds.low == ice.ice_score(Findings(timedelta(0), ice=dict(worst))).total


@given(a_findings(), st.sampled_from([sign for sign in Sign if sign is not Sign.FEVER]))
def test_an_undetermined_sign_counts_as_one_due_to_car_t(findings: Findings, sign: Sign) -> None:
    """Fever aside: a late fever that is undetermined is in review."""
    record = Record(age_years=Decimal(40))
    findings.attribution[sign.value] = "undetermined"
    if findings.attribution.get(Sign.FEVER) == "undetermined":
        del findings.attribution[Sign.FEVER]
    stated = {
        sign: "car_t" if cause == "undetermined" else cause
        for sign, cause in findings.attribution.items()
    }
    attributed = findings._replace(attribution=stated)
    for key in SYSTEMS:
        as_is, as_car_t = only(record, findings)[key], only(record, attributed)[key]
        assert (as_is.grade, as_is.would_be) == (as_car_t.grade, as_car_t.would_be)
