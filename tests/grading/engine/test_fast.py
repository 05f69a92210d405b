"""Grades from what is remembered are the table's, on every kind of assessment these tests know."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.documents.grades_writer import REASONS
from grading.engine import remembered
from grading.engine.result import Result, SystemGrades
from grading.engine.system import System
from grading.local_rules import DEFAULT, LocalRules
from grading.record import Baseline, Dose, Findings, Lab, Record
from grading.rules.systems import SYSTEMS
from grading.vocabulary import (
    ICE_ITEMS,
    Consciousness,
    CrsResponse,
    DailyLiving,
    Icp,
    Motor,
    NotDone,
    OxygenDevice,
    PositivePressureFor,
    Seizure,
    SeizureKind,
    Sign,
)
from tests.grading.crs.older_cases import older_cases
from tests.grading.rules.case_files import cases
from tests.grading.rules.test_properties import a_record
from tests.required import SLOW, often

FAST = [system for system in SYSTEMS.values() if system.fast is not None]
EVERYTHING = [item.name for item in fields(Result)]
BARE = [item.name for item in fields(Result) if item.name not in REASONS]
OTHERWISE = (
    DEFAULT,
    replace(DEFAULT, undetermined_counts=False, vasopressin_alone_counts=False),
    replace(DEFAULT, hfnc_low_flow="flow", mask_low_flow="flow", inotropes_count=True),
    replace(DEFAULT, hypotension_from_pressure=False, low_saturation_counts=False),
    replace(DEFAULT, limits_where_age_unknown="none", capd_zero_counts=True),
    replace(DEFAULT, fever_exemption_antipyretic=False, unstated_positive_pressure_counts=False),
    replace(DEFAULT, sedation_removes_consciousness=False, capd_baseline_excuses=False),
    replace(DEFAULT, fio2_from_flow=False, organ_toxicity_alone=True, organ_labs_within_hours=12),
)
SEEDS = range(150) if SLOW else (*range(12), 24, 31, 35, 36, 70, 125)
"""The first dozen, and those that are the first to notice a part taken out of some key."""
by_system = pytest.mark.parametrize("system", FAST, ids=lambda system: system.key)


def differences(system: System, record: Record, local: LocalRules = DEFAULT) -> list[Any]:
    """Where the remembered grades, without reasons and with them, are not those of the table."""
    assert system.fast is not None
    table, fast = system.grade(record, local), system.fast(record, local)
    unequal = different(record, table, fast, BARE)
    if system.recalled is not None:
        unequal += different(record, table, system.recalled(record, local), EVERYTHING)
    return unequal


def different(
    record: Record, table: SystemGrades, other: SystemGrades, names: list[str]
) -> list[Any]:
    assert other.course == table.course
    return [
        (findings, name, getattr(expected, name), getattr(actual, name))
        for findings, expected, actual in zip(
            record.findings, table.results, other.results, strict=True
        )
        for name in names
        if getattr(expected, name) != getattr(actual, name)
    ]


def decimals(*texts: str | None) -> list[Decimal | None]:
    return [None if text is None else Decimal(text) for text in texts]


def grid_of_crs() -> Iterator[dict[str, Any]]:
    """Every device and flow against both sides of every limit."""
    names = ("temperature_c", "hypotension", "systolic_mmhg", "vasopressors")
    pressures = product(
        decimals(None, "37.9", "38"),
        (None, True, False),
        decimals(None, "89.9", "90"),
        (None, (), ("vasopressin",), ("norepinephrine",), ("epinephrine", "norepinephrine")),
    )
    oxygen = list(
        product((None, *OxygenDevice), decimals(None, "2", "6", "6.1"), decimals(None, "90", "91"))
    )
    for index, (values, support) in enumerate(product(pressures, oxygen)):
        if index % 7 == 0:  # of 17,820; 7 shares no divisor with any of the lists
            device, flow, saturation = support
            yield {
                **dict(zip(names, values, strict=True)),
                "oxygen_device": device,
                "oxygen_flow_l_min": flow,
                "spo2_percent": saturation,
            }


def grid_of_icans() -> Iterator[dict[str, Any]]:
    """Every word of every domain, and the sides of every cell of both instruments."""
    names = ("consciousness", "seizure", "motor", "icp")
    words = product(
        (None, *Consciousness),
        (None, *Seizure),
        (None, *Motor),
        (None, (), (Icp.FOCAL_EDEMA,), (Icp.POSTURING, Icp.DIFFUSE_EDEMA)),
    )
    exams: list[dict[str, Any]] = [
        {},
        *({"ice_total": total} for total in (0, 2, 3, 6, 7, 9, 10)),
        *({"capd_total": total} for total in (0, 1, 8, 9)),
        *({"ice_not_done": reason} for reason in NotDone),
        *({"capd_not_done": reason} for reason in NotDone),
        {"ice": {"year": 1, "naming": 0}},
    ]
    for index, (values, exam) in enumerate(product(words, exams)):
        if index % 7 == 0:
            yield {**dict(zip(names, values, strict=True)), **exam}


def grid_of_cres() -> Iterator[dict[str, Any]]:
    """Every kind of seizure, stage and pressure against every way of knowing CARTOX-10."""
    names = ("seizure", "seizure_kind", "seizure_multiple", "papilledema_stage", "csf_opening_mmhg")
    words = product(
        (None, *Seizure),
        (None, *SeizureKind),
        (None, True, False),
        (None, 0, 1, 2, 3),
        decimals(None, "19.9", "20"),
    )
    other_findings: list[dict[str, Any]] = [
        {},
        {"icp": ()},
        {"icp": (Icp.PAPILLEDEMA,), "consciousness": Consciousness.TOUCH},
        {"ice_total": 9, "head_of_government": 1},
        {"ice_total": 3, "motor": Motor.MILD},
        {"ice": dict(ICE_ITEMS), "head_of_government": 0},
        {"ice_not_done": NotDone.APHASIA},
        {"attribution": {Sign.SEIZURE.value: "undetermined", Sign.ICP.value: "undetermined"}},
        {"attribution": {Sign.SEIZURE.value: "other"}, "capd_total": 4},
    ]
    for index, (values, others) in enumerate(product(words, other_findings)):
        if index % 7 == 0:
            yield {**dict(zip(names, values, strict=True)), **others}


GRIDS = [
    pytest.param(key, grid, id=key)
    for key, grid in (
        ("crs_astct_2019", grid_of_crs),
        ("icans_astct_2019", grid_of_icans),
        ("cres_cartox_2018", grid_of_cres),
        ("seizure_ctcae_4_03", grid_of_cres),
    )
]


@pytest.mark.parametrize(("key", "grid"), GRIDS)
def test_every_row_of_the_grid_is_graded_as_by_the_table(key: str, grid: Any) -> None:
    system = SYSTEMS[key]
    rows = [Findings(timedelta(hours=24), f"{i:06d}", **row) for i, row in enumerate(grid())]
    assert len(rows) > 1000
    for age, usual in (
        ("60", Baseline()),
        ("8", Baseline(oxygen_device="nasal_cannula", oxygen_flow_l_min=Decimal(2), capd_total=8)),
        (None, Baseline(home_cpap=True, spo2_percent=Decimal(88))),
    ):
        for row in rows:
            record = Record(age_years=age and Decimal(age), baseline=usual, findings=(row,))
            assert differences(system, record) == []


@by_system
@pytest.mark.parametrize("name", ["crs_single.csv", "crs_course.csv", "icans.csv"])
@pytest.mark.parametrize("local", OTHERWISE, ids=range(len(OTHERWISE)))
def test_every_case_is_graded_as_by_the_table(system: System, name: str, local: LocalRules) -> None:
    assert cases(name)
    for case in cases(name):
        assert differences(system, case.record, local) == [], case.name


@by_system
@pytest.mark.parametrize("local", OTHERWISE, ids=range(len(OTHERWISE)))
def test_every_case_of_the_older_scales_is_graded_as_by_the_table(
    system: System, local: LocalRules
) -> None:
    assert older_cases()
    for case in older_cases():
        assert differences(system, case.record, local) == [], case.name


@by_system
@settings(max_examples=often(20, 60))
@given(record=a_record(most=6), local=st.sampled_from(OTHERWISE))
def test_any_course_is_graded_as_by_the_table(
    system: System, record: Record, local: LocalRules
) -> None:
    assert differences(system, record, local) == []


VALUES: dict[str, list[Any]] = {
    "temperature_c": decimals(None, "37", "37.9", "38", "39"),
    "fever": [None, True, False],
    "systolic_mmhg": decimals(None, "59", "69", "79", "89", "90", "95", "120"),
    "diastolic_mmhg": decimals(None, "40", "55"),
    "hypotension": [None, None, True, False],
    "vasopressors": [None, (), ("dopamine",), ("dobutamine",), ("other", "vasopressin")],
    "spo2_percent": decimals(None, "89", "90", "91"),
    "oxygen_device": [None, *(device.value for device in OxygenDevice)],
    "oxygen_flow_l_min": decimals(None, "1", "3", "6", "8"),
    "positive_pressure_for": [None, *(word.value for word in PositivePressureFor)],
    "fio2_percent": decimals(None, "30", "39.9", "40"),
    "fluid_bolus": [None, True, False],
    "fluid_boluses": [None, 0, 1, 2],
    "vasopressor_rates": [
        None,
        {"norepinephrine": Decimal("19.9")},
        {"norepinephrine": Decimal(20)},
        {"dopamine": Decimal(10), "epinephrine": Decimal(9)},
        {"dopamine": Decimal(9)},
    ],
    "vasopressor_hours": decimals(None, "2.9", "3", "23.9", "24"),
    "refractory_hypotension": [None, True, False],
    "life_threatening": [None, True, False],
    "constitutional_symptoms": [None, True, False],
    "crs_response": [None, *(word.value for word in CrsResponse)],
    "organ_toxicity": [
        None,
        {},
        *({"transaminases": grade} for grade in range(5)),
        *({"cardiac": grade, "bilirubin": 0} for grade in (1, 2, 3, 4)),
        {"transaminases": 1, "bilirubin": 3, "creatinine": 2},
        {"transaminases": 4, "bilirubin": 0, "creatinine": 0, "pulmonary": 3},
    ],
    "coagulopathy_treated": [None, True, False],
    "iv_therapy": [None, True, False],
    "ice_total": [None, 0, 5, 8, 10],
    "ice": [None, {"year": 1}, {"year": 0, "naming": 0}],
    "ice_not_done": [None, None, *(reason.value for reason in NotDone)],
    "capd_total": [None, 0, 4, 12],
    "capd_not_done": [None, None, *(reason.value for reason in NotDone)],
    "consciousness": [None, *(word.value for word in Consciousness)],
    "seizure": [None, *(word.value for word in Seizure)],
    "motor": [None, *(word.value for word in Motor)],
    "icp": [None, (), ("focal_edema",), ("posturing",), ("papilledema",)],
    "head_of_government": [None, 0, 1],
    "seizure_kind": [None, *(word.value for word in SeizureKind)],
    "seizure_multiple": [None, True, False],
    "papilledema_stage": [None, 0, 2, 3],
    "csf_opening_mmhg": decimals(None, "19.9", "20"),
    "daily_living": [None, *(word.value for word in DailyLiving)],
    "other_neuro": [None, (), ("intracranial_hemorrhage",)],
    "attribution": [
        {},
        *({sign.value: cause} for sign in Sign for cause in ("other", "undetermined")),
        {"fever": "car_t"},
    ],
}
USUAL: dict[str, list[Any]] = {
    "systolic_mmhg": decimals(None, "90", "128"),
    "oxygen_device": [None, "room_air", "nasal_cannula", "high_flow_nasal_cannula", "cpap"],
    "oxygen_flow_l_min": decimals(None, "1", "6", "8"),
    "spo2_percent": decimals(None, "88", "90", "97"),
    "home_cpap": [None, True],
    "capd_total": [None, 4, 12],
}


def drawn(chance: random.Random, values: dict[str, list[Any]]) -> dict[str, Any]:
    return {name: chance.choice(choices) for name, choices in values.items()}


def with_one_change(base: dict[str, Any], values: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """The same, then the same with each other value in one place."""
    yield base
    for name, choices in values.items():
        yield from ({**base, name: value} for value in choices if value != base[name])


def any_labs(chance: random.Random) -> Iterator[Lab]:
    """Results that tell an organ, around both sides of the limits of every grade."""
    for analyte in ("ast", "alt", "bilirubin_total", "creatinine"):
        for _ in range(chance.choice([0, 0, 2, 6])):
            hour = chance.randint(-48, 500)
            value = chance.choice(decimals("0.9", "1.3", "2", "4", "13", "130", "500", "900"))
            assert value is not None
            yield Lab(timedelta(hours=hour), analyte, value, uid=f"{analyte}{hour}")


def any_course(chance: random.Random) -> Record:
    """A course with dates, a birthday that may fall into it, runs, and any baseline.

    Its assessments differ from each other in one place only: what tells two kinds apart.
    """
    years = chance.choice([0, 1, 5, 11, 12, 17, 18, 60])
    full = drawn(chance, VALUES)
    share = chance.choice([0, 0.2, 0.5, 1])
    unknown = {name: choices[0] for name, choices in VALUES.items()}
    base = {name: full[name] if chance.random() < share else unknown[name] for name in VALUES}
    return Record(
        birth_date=chance.choice([None, date(2026 - years, 3 if years else 2, 21)]),
        infused_at=datetime(2026, 3, 20, 10, tzinfo=UTC),
        zone=chance.choice([UTC, ZoneInfo("Europe/Madrid")]),
        later_infusions=chance.choice([(), (timedelta(days=10),)]),
        developmental_delay=chance.choice([None, True]),
        weight_kg=chance.choice(decimals(None, "10", "70")),
        labs=tuple(any_labs(chance)),
        baseline=Baseline(**drawn(chance, USUAL)),
        findings=tuple(
            Findings(timedelta(hours=chance.randint(-24, 500)), f"{index:03d}", **values)
            for index, values in enumerate(with_one_change(base, VALUES))
        ),
        doses=tuple(
            Dose(
                timedelta(hours=chance.randint(-24, 400)),
                chance.choice(["norepinephrine", "dopamine", "tocilizumab", "paracetamol"]),
                amount=chance.choice(decimals(None, "0.2", "9", "20")),
                unit=chance.choice([None, "ug/min", "ug/kg/min", "ug"]),
                ended=chance.choice([None, timedelta(hours=450)]),
                uid=str(index),
            )
            for index in range(chance.randint(0, 3))
        ),
    )


@by_system
def test_assessments_that_differ_in_one_place_are_graded_as_by_the_table(system: System) -> None:
    for seed in SEEDS:
        assert differences(system, any_course(random.Random(seed))) == [], seed


@by_system
def test_baselines_that_differ_in_one_place_are_graded_as_by_the_table(system: System) -> None:
    for seed in SEEDS:
        chance = random.Random(seed)
        course, base = any_course(chance), drawn(chance, USUAL)
        course.findings = course.findings[::8]
        for usual in with_one_change(base, USUAL):
            assert differences(system, replace(course, baseline=Baseline(**usual))) == [], seed
        for delay in (None, True, False):
            assert differences(system, replace(course, developmental_delay=delay)) == [], seed


@by_system
def test_an_answer_is_told_without_what_the_first_of_its_kind_saw(system: System) -> None:
    assert system.fast is not None
    for seed in range(often(5, 50)):
        for result in system.fast(any_course(random.Random(seed)), DEFAULT).results:
            assert (result.because, result.cautions, result.values) == ((), (), {})


def test_only_so_many_kinds_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_COURSES", 3)
    monkeypatch.setattr(remembered, "MOST_ASSESSMENTS", 5)
    answers: remembered.Remembered[int] = remembered.Remembered()
    sizes = []
    for course in range(10):
        course_answers = answers.of_course(course)
        for kind in range(12):
            assert course_answers.keep(kind, kind) == kind
            sizes.append(len(course_answers))
    assert max(sizes) == 5
    assert len(answers._courses) <= 3
