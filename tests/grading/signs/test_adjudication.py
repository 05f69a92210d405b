"""What a physician decides about a sign holds for its spell, before and after the decision."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.documents.grades_csv import course_lines, header
from grading.documents.grades_writer import grade_text
from grading.documents.reading.course_reader import parse_document
from grading.engine.put_aside import PutAside
from grading.engine.result import Result
from grading.local_rules import DEFAULT
from grading.record import Adjudication, Baseline, Dose, Findings, Record
from grading.rules.signs.adjudication import RECORDED
from grading.rules.systems import SYSTEMS, grade_course, grade_record
from grading.vocabulary import Sign
from tests.grading.hyperinflammation.hyper_cases import course as hyper_course
from tests.grading.hyperinflammation.hyper_cases import of_course
from tests.grading.rules.one_assessment import WELL

CRS, ICANS = "crs_astct_2019", "icans_astct_2019"
Entry = dict[str, Any]


def hours(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(hours=number)


def course(
    entries: dict[float, Entry],
    decisions: Sequence[Adjudication] = (),
    *,
    doses: Sequence[Dose] = (),
    **about: Any,
) -> Record:
    findings = tuple(
        Findings(timedelta(hours=hour), f"e{hour:g}", **entry) for hour, entry in entries.items()
    )
    who = {"age_years": Decimal(60)} | about
    return Record(findings=findings, adjudications=tuple(decisions), doses=tuple(doses), **who)


def decided(
    hour: float,
    decision: str,
    from_hour: float | None = None,
    *,
    sign: str = "hypotension",
    **also: Any,
) -> Adjudication:
    return Adjudication(
        timedelta(hours=hour), decision, sign, holds_from=hours(from_hour), uid=f"d{hour:g}", **also
    )


def results(record: Record, key: str = CRS) -> tuple[Result, ...]:
    return grade_record(record, DEFAULT)[key].results


FEBRILE = WELL | {"temperature_c": Decimal("38.4")}
SHOCK = FEBRILE | {"hypotension": True, "vasopressors": ("norepinephrine",)}
BY_NURSE = SHOCK | {"attribution": {"hypotension": "other"}}
CONFIRMED = BY_NURSE | {
    "attribution_confirmed": True,
    "attribution_cause": {"hypotension": "sepsis"},
}
COUNTED = SHOCK | {"attribution": {"hypotension": "car_t"}, "attribution_confirmed": True}


def test_a_decision_about_one_sign_leaves_the_others() -> None:
    ventilated = SHOCK | {"oxygen_device": "mechanical_ventilation"}
    away = {"attribution": {"hypotension": "other", "hypoxia": "other"}}
    record = course({24: ventilated | away, 30: ventilated}, [decided(26, "confirmed", 24)])
    first, second = results(record)
    assert {item.sign: item.confirmed for item in first.put_aside} == {
        "hypotension": True,
        "hypoxia": False,
    }
    assert (first.is_confirmed, first.to_sort_by) == (False, 4)
    assert (second.grade, second.put_aside) == (4, ())


def test_the_cause_is_that_of_the_decision_else_that_of_the_entries() -> None:
    by_drug = BY_NURSE | {"attribution_cause": {"hypotension": "drug"}}
    entries = {24: by_drug, 30: SHOCK}
    with_cause = decided(26, "confirmed", 24, cause="sepsis")
    for decision, cause in ((with_cause, "sepsis"), (decided(26, "confirmed", 24), "drug")):
        for result in results(course(entries, [decision])):
            assert result.put_aside == (
                PutAside("hypotension", cause, True, timedelta(hours=26), "d26"),
            )
    own, _ = results(course(entries))
    assert own.put_aside == (PutAside("hypotension", "drug", False, timedelta(hours=24), "e24"),)


def test_a_confirmation_without_a_cause_takes_the_last_that_it_can_have_been_about() -> None:
    causes = {20: "transfusion_reaction", 24: "drug", 30: "sepsis", 40: "baseline_disease"}
    entries = {
        hour: BY_NURSE | {"attribution_cause": {"hypotension": cause}}
        for hour, cause in causes.items()
    }
    named = [
        result.put_aside[0] for result in results(course(entries, [decided(32, "confirmed", 24)]))
    ]
    assert [item.cause for item in named] == ["transfusion_reaction", "sepsis", "sepsis", "sepsis"]
    assert [item.confirmed for item in named] == [False, True, True, True]


def test_a_physicians_entry_is_named_in_later_ones() -> None:
    for result in results(course({24: CONFIRMED, 30: SHOCK})):
        assert result.put_aside == (
            PutAside("hypotension", "sepsis", True, timedelta(hours=24), "e24"),
        )


def test_a_sign_that_counts_against_the_entry_leaves_a_caution() -> None:
    record = course({24: BY_NURSE, 30: SHOCK}, [decided(26, "refused", 24)])
    against, without = (
        [item for item in result.cautions if "physician's decision" in item]
        for result in results(record)
    )
    assert against == [
        "hypotension: counts by a physician's decision, although the entry names another cause"
    ]
    assert without == []
    (icans, _) = results(record, ICANS)
    assert icans.cautions == ()


def test_the_record_stays_as_entered_and_grading_twice_gives_the_same() -> None:
    record = course({24: BY_NURSE, 30: SHOCK}, [decided(26, "refused", 24)])
    entered = deepcopy(record.findings)
    first = results(record)
    assert record.findings == entered
    assert results(record) == first


def test_a_final_grade_changes_nothing() -> None:
    final = Adjudication(timedelta(hours=40), "final_grade", toxicity="crs", grade=4, reason="x")
    entries = {24: BY_NURSE, 30: SHOCK}
    assert results(course(entries, [final])) == results(course(entries))


def test_peak_onset_and_days_follow_the_decision() -> None:
    entries = {24: SHOCK, 48: SHOCK}
    put_away = grade_record(course(entries, [decided(50, "confirmed", 24)]), DEFAULT)[CRS].course
    assert (put_away.peak, put_away.daily) == (1, {1: 1, 2: 1})
    assert grade_record(course(entries), DEFAULT)[CRS].course.peak == 3


ALL_ITEMS = {"year": 1, "month": 1, "city": 1, "hospital": 1, "naming": 3, "command": 1,
             "writing": 1, "attention": 1}  # fmt: skip
ABSENT: list[tuple[str, Entry]] = [
    (Sign.FEVER, {"temperature_c": Decimal("37.9")}),
    (Sign.FEVER, {"fever": False}),
    (Sign.HYPOTENSION, {"hypotension": False, "vasopressors": ()}),
    (Sign.HYPOTENSION, {"hypotension": False}),
    (Sign.HYPOXIA, {"oxygen_device": "room_air"}),
    (Sign.HYPOXIA, {"oxygen_device": "room_air", "spo2_percent": Decimal(91)}),
    (Sign.HYPOXIA, {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": Decimal(2)}),
    (Sign.ICE, {"ice_total": 10}),
    (Sign.ICE, {"ice": ALL_ITEMS}),
    (Sign.ICE, {"capd_total": 0}),
    (Sign.CONSCIOUSNESS, {"consciousness": "spontaneous"}),
    (Sign.SEIZURE, {"seizure": "none"}),
    (Sign.MOTOR, {"motor": "none"}),
    (Sign.ICP, {"icp": ()}),
    (Sign.OTHER_NEURO, {"other_neuro": ()}),
]
PRESENT: list[tuple[str, Entry]] = [
    (Sign.FEVER, {"temperature_c": Decimal("38.0")}),
    (Sign.FEVER, {"fever": True}),
    (Sign.HYPOTENSION, {"hypotension": True}),
    (Sign.HYPOTENSION, {"hypotension": False, "vasopressors": ("norepinephrine",)}),
    (Sign.HYPOTENSION, {"systolic_mmhg": Decimal(89)}),
    (Sign.HYPOXIA, {"oxygen_device": "facemask"}),
    (Sign.HYPOXIA, {"oxygen_device": "room_air", "spo2_percent": Decimal(90)}),
    (Sign.HYPOXIA, {"spo2_percent": Decimal(90)}),
    (Sign.HYPOXIA, {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": Decimal(3)}),
    (Sign.ICE, {"ice_total": 9}),
    (Sign.ICE, {"ice": ALL_ITEMS | {"writing": 0}}),
    (Sign.ICE, {"ice": {"year": 0}}),
    (Sign.ICE, {"ice_not_done": "aphasia"}),
    (Sign.ICE, {"capd_not_done": "unarousable"}),
    (Sign.ICE, {"capd_total": 1}),
    (Sign.ICE, {"ice_total": 10, "capd_total": 9}),
    (Sign.CONSCIOUSNESS, {"consciousness": "voice"}),
    (Sign.SEIZURE, {"seizure": "resolved"}),
    (Sign.SEIZURE, {"seizure_kind": "focal"}),
    (Sign.MOTOR, {"motor": "mild"}),
    (Sign.ICP, {"icp": ("papilledema",)}),
    (Sign.ICP, {"papilledema_stage": 1}),
    (Sign.OTHER_NEURO, {"other_neuro": ("headache",)}),
]
AIRWAY = {"positive_pressure_for": "airway_protection"}
UNKNOWN_STILL: list[tuple[str, Entry]] = [
    (Sign.HYPOTENSION, {"vasopressors": (), "systolic_mmhg": Decimal(120)}),
    (Sign.HYPOXIA, {"spo2_percent": Decimal(97)}),
    (Sign.HYPOXIA, {"oxygen_device": "nasal_cannula"}),
    (Sign.HYPOXIA, {"oxygen_device": "mechanical_ventilation"} | AIRWAY),
    (Sign.ICE, {"ice": ALL_ITEMS | {"writing": None}}),
    (Sign.ICE, {"ice_not_done": "sedated"}),
    *((sign, {}) for sign in Sign),
]
HOME_OXYGEN = Baseline(oxygen_device="nasal_cannula", oxygen_flow_l_min=Decimal(2))


@pytest.mark.parametrize(
    ("sign", "entry", "recorded"),
    [
        *((*each, True) for each in PRESENT),
        *((*each, False) for each in ABSENT),
        *((*each, None) for each in UNKNOWN_STILL),
    ],
)
def test_what_records_a_sign_as_present_or_absent(
    sign: str, entry: Entry, *, recorded: bool | None
) -> None:
    findings = Findings(timedelta(hours=30), "e30", **entry)
    record = Record(age_years=Decimal(60), findings=(findings,), baseline=HOME_OXYGEN)
    assert RECORDED[sign](findings, record, DEFAULT) is recorded


def test_every_sign_can_be_recorded() -> None:
    assert list(RECORDED) == [sign.value for sign in Sign]


NEURO = {"ice_total": 3, "seizure": "prolonged", "seizure_kind": "generalized"}
GRAVE = SHOCK | NEURO | {"oxygen_device": "mechanical_ventilation", "motor": "deep_focal_weakness"}


@pytest.mark.parametrize("reasons", [True, False])
@pytest.mark.parametrize("key", SYSTEMS)
def test_every_system_follows_a_decision(key: str, *, reasons: bool) -> None:
    signs = ("fever", "hypotension", "hypoxia", "ice", "seizure", "motor")
    away = {"attribution": dict.fromkeys(signs, "other")}
    confirmed = [decided(26, "confirmed", 24, sign=sign, cause="sepsis") for sign in signs]
    refused = [decided(26, "refused", 24, sign=sign) for sign in signs]

    def graded(entry: Entry, decisions: Sequence[Adjudication] = ()) -> tuple[Result, ...]:
        record = course({24: entry, 30: entry}, decisions)
        return grade_record(record, DEFAULT, reasons=reasons)[key].results

    entered_away, counted = graded(GRAVE | away), graded(GRAVE)
    for held, own in zip(graded(GRAVE, confirmed), entered_away, strict=True):
        assert (held.bounds, held.if_all_counted) == (own.bounds, own.if_all_counted)
        assert held.is_confirmed
        assert not own.is_confirmed
        assert {item.cause for item in held.put_aside} == {"sepsis"}
    for full, whole in zip(graded(GRAVE | away, refused), counted, strict=True):
        assert (full.bounds, full.if_all_counted) == (whole.bounds, None)


def test_movement_and_neurotoxicity_follows_a_decision() -> None:
    entries = {24: WELL | {"other_neuro": ()}, 700: WELL | {"other_neuro": ("tremor",)}}

    def symptoms(decisions: Sequence[Adjudication] = ()) -> Any:
        record = course(entries, decisions)
        result = grade_course(record, grade_record(record, DEFAULT), DEFAULT)["mnt"]
        return result.values["clusters"] | result.values.get("possible", {})

    elsewhere = decided(701, "confirmed", 700, sign="other_neuro", cause="drug")
    assert symptoms()
    assert not symptoms([elsewhere])


@pytest.mark.parametrize(
    ("words", "sign", "feature"),
    [
        ("temp=39", "fever", "iec_hs_fever"),
        ("device=facemask", "hypoxia", "iec_hs_pulmonary"),
        ("neuro=tremor", "other_neuro", "iec_hs_neurotoxicity"),
    ],
)
def test_the_features_of_iec_hs_follow_a_decision(words: str, sign: str, feature: str) -> None:
    record = hyper_course(f"crs=1@24,0@60 ferritin=9000 baseline=400 {words}")

    def is_met(*decisions: Adjudication) -> Any:
        result = of_course(replace(record, adjudications=decisions))["iec_hs"]
        (item,) = (item for item in result.values["features"] if item["code"] == feature)
        return item["met"]

    assert is_met() is True
    assert is_met(decided(101, "confirmed", 100, sign=sign, cause="drug")) is not True


def test_a_document_and_a_table_carry_what_is_put_aside() -> None:
    away = {"attribution": {"hypotension": "other"}, "vasopressors": ["norepinephrine"]}
    entry = {"hour": 24, "temperature_c": 39, "hypotension": True, "oxygen_device": "room_air"}
    decision = {"hour": 31, "decision": "confirmed", "sign": "hypotension", "from_hour": 24,
                "cause": "sepsis"}  # fmt: skip
    document = {
        "format": "cartox-course-1",
        "id": "x",
        "course": {"infused_at": None},
        "assessments": [entry | away],
        "adjudications": [decision],
    }
    expected = [{"sign": "hypotension", "cause": "sepsis", "confirmed": True, "hour": 31}]
    (made,) = grade_text(json.dumps(document), DEFAULT)
    for grade in made["assessments"][0]["grades"].values():
        assert grade.get("put_aside") == (expected if "if_all_counted" in grade else None)
    table = course_lines(parse_document(document), SYSTEMS, DEFAULT, reasons=False)
    head, row = csv.reader([header(SYSTEMS, reasons=False).strip(), table.strip()])
    assert json.loads(dict(zip(head, row, strict=True))[f"{CRS}_put_aside"]) == expected
