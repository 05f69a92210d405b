"""The findings at the bedside: the newest entry that speaks of each decides; unknown is no "no"."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grading.guidelines.situation.situation import BedsideNow, Fact
from grading.record import Adjudication, Baseline, Event, Findings, Record
from tests.grading.guidelines.situation.records import (
    crs,
    dose,
    icans,
    record,
    situation_of_record,
)
from tests.grading.guidelines.situations import hours


def findings(at: float, **values: Any) -> Findings:
    return Findings(hours(at), f"f{at:g}", **values)


def bedside(*rows: Findings, now: float = 100, **more: Any) -> BedsideNow:
    return situation_of_record(record(rows, **more), now).bedside


def text(fact: Fact | None) -> str | None:
    return None if fact is None else fact.text


def test_nothing_recorded_is_nothing_known() -> None:
    assert bedside() == BedsideNow()
    assert bedside(findings(10, spo2_percent=Decimal(97))) == BedsideNow()


def test_fever_lasts_from_the_first_of_the_entries_without_one_free_of_it() -> None:
    def hot(at: float, celsius: str) -> Findings:
        return findings(at, temperature_c=Decimal(celsius))

    rows = (hot(4, "39"), hot(8, "37.9"), hot(12, "38.0"), findings(14, hypotension=True))
    lasting = bedside(*rows, hot(20, "39.1"))
    assert lasting.fever == Fact("temperature 39.1 °C", hours(20), "f20")
    assert lasting.fever_since == hours(12)
    over = bedside(*rows, hot(20, "37.9"))
    assert (over.fever, over.fever_since, over.was_ever_febrile) == (None, None, True)


@pytest.mark.parametrize(("answer", "fever"), [(True, "fever"), (False, None), (None, None)])
def test_the_answer_to_fever_counts_where_no_temperature_is_known(
    answer: bool | None, fever: str | None
) -> None:
    assert text(bedside(findings(10, fever=answer)).fever) == fever


def test_a_fever_that_is_put_down_to_sepsis_is_still_a_fever() -> None:
    hot = findings(10, temperature_c=Decimal(39), attribution={"fever": "other"})
    assert bedside(hot).was_ever_febrile


def test_a_fever_before_the_latest_infusion_is_none_of_now() -> None:
    hot = findings(10, temperature_c=Decimal(39))
    assert bedside(hot, later_infusions=(hours(10),)).was_ever_febrile
    assert not bedside(hot, later_infusions=(hours(11),)).was_ever_febrile
    assert not bedside(hot._replace(elapsed=hours(-1))).was_ever_febrile


PERSISTENT = [(72, False), (72.1, True)]


@pytest.mark.parametrize(("now", "persists"), PERSISTENT)
def test_fever_persists_once_it_has_lasted_longer_than_the_hours_chosen(
    now: float, persists: bool
) -> None:
    rows = [crs(at, 1) for at in (0, 24, 48, 70)]
    assert situation_of_record(record(rows), now).has_persistent_fever() is persists


@pytest.mark.parametrize(("now", "persists"), [(94, True), (94.1, False)])
def test_a_fever_that_was_last_recorded_a_day_ago_is_not_called_persistent(
    now: float, persists: bool
) -> None:
    rows = [crs(at, 1) for at in (0, 24, 48, 70)]
    assert situation_of_record(record(rows), now).has_persistent_fever() is persists


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"hypotension": True}, "hypotension"),
        ({"hypotension": True, "systolic_mmhg": Decimal(84)}, "hypotension, systolic 84 mmHg"),
        ({"systolic_mmhg": Decimal(89)}, "hypotension, systolic 89 mmHg"),
        ({"systolic_mmhg": Decimal(90)}, None),
        ({"hypotension": False, "systolic_mmhg": Decimal(84)}, None),
        ({"vasopressors": ("norepinephrine",)}, "hypotension"),
    ],
)
def test_hypotension_is_the_answer_a_low_pressure_or_a_vasopressor(
    values: dict[str, Any], words: str | None
) -> None:
    assert text(bedside(findings(10, **values)).hypotension) == words


def test_an_entry_that_does_not_speak_of_pressure_leaves_it() -> None:
    low = findings(10, hypotension=True)
    assert bedside(low, findings(12, temperature_c=Decimal(38))).hypotension is not None
    assert bedside(low, findings(12, hypotension=False)).hypotension is None


def test_what_runs_by_the_doses_and_what_the_list_names_stand_together() -> None:
    run = dose(14, "norepinephrine", "0.1", "mcg/kg/min", uid="d1")
    listed = findings(12, vasopressors=("vasopressin",))
    both = bedside(listed, doses=(run,)).vasopressors
    assert both == Fact("norepinephrine 0.1 mcg/kg/min, vasopressin", hours(14), "d1")
    assert text(bedside(listed).vasopressors) == "vasopressin"
    ended = replace(run, ended=hours(99))
    assert text(bedside(doses=(ended,), now=98.9).vasopressors) == "norepinephrine 0.1 mcg/kg/min"
    assert bedside(doses=(ended,), now=99).vasopressors is None
    assert bedside(findings(12, vasopressors=())).vasopressors is None


def test_an_inotrope_alone_is_no_vasopressor() -> None:
    assert bedside(findings(12, vasopressors=("dobutamine",))).vasopressors is None


def test_a_bolus_since_the_onset_of_crs_is_not_taken_back() -> None:
    before = findings(8, fluid_bolus=True)
    rows = (before, crs(10, 2, fluid_boluses=2), crs(14, 2, fluid_bolus=False))
    assert bedside(*rows).fluid_bolus == Fact("2 fluid boluses", hours(10), "f10")
    assert bedside(before, crs(10, 2)).fluid_bolus is None
    assert bedside(before).fluid_bolus is None
    in_review = crs(10, 2, temperature_c=Decimal(37), fluid_bolus=True)
    assert text(bedside(before, in_review).fluid_bolus) == "fluid bolus"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"oxygen_device": "room_air"}, None),
        (
            {"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": Decimal(3)},
            "nasal cannula 3 L/min",
        ),
        ({"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": Decimal(2)}, None),
        ({"oxygen_device": "facemask"}, "facemask"),
        ({"oxygen_device": "mechanical_ventilation"}, "mechanical ventilation"),
    ],
)
def test_oxygen_is_what_is_more_than_at_home(values: dict[str, Any], words: str | None) -> None:
    home = Baseline(oxygen_device="nasal_cannula", oxygen_flow_l_min=Decimal(2))
    assert text(bedside(findings(10, **values), baseline=home).oxygen) == words


def test_a_patient_is_ventilated_by_the_device_or_the_tube_whichever_is_newer() -> None:
    on = findings(10, oxygen_device="mechanical_ventilation")
    off = findings(20, oxygen_device="nasal_cannula", oxygen_flow_l_min=Decimal(2))
    tube, out = Event(hours(22), "intubation"), Event(hours(30), "extubation")
    assert text(bedside(on).ventilated) == "mechanical ventilation"
    assert bedside(on, off).ventilated is None
    assert text(bedside(on, off, events=(tube,)).ventilated) == "intubated"
    assert bedside(on, off, events=(tube, out)).ventilated is None
    assert bedside(off, events=(replace(tube, elapsed=hours(19)),)).ventilated is None


def test_edema_and_papilledema_stand_until_a_later_examination_has_none() -> None:
    swollen = findings(10, icp=("diffuse_edema", "papilledema", "posturing"))
    raised = bedside(swollen, findings(12, ice_total=3))
    assert (text(raised.edema), text(raised.papilledema)) == ("diffuse edema", "papilledema")
    assert {fact.text for fact in raised.raised_pressure} == {
        "diffuse edema",
        "papilledema",
        "posturing",
    }
    gone = bedside(swollen, findings(12, icp=()))
    assert (gone.edema, gone.papilledema, gone.raised_pressure) == (None, None, ())


@pytest.mark.parametrize(
    ("stage", "words"), [(2, "papilledema stage 2"), (0, None), (None, "papilledema")]
)
def test_the_newest_stage_of_papilledema_decides(stage: int | None, words: str | None) -> None:
    listed = findings(10, icp=("papilledema",))
    assert text(bedside(listed, findings(12, papilledema_stage=stage)).papilledema) == words


@pytest.mark.parametrize(("mmhg", "is_raised"), [("19.9", False), ("20", True)])
def test_an_opening_pressure_of_20_mmhg_is_raised(mmhg: str, is_raised: bool) -> None:
    measured = findings(10, csf_opening_mmhg=Decimal(mmhg))
    assert bool(bedside(measured).raised_pressure) is is_raised


@pytest.mark.parametrize(
    ("values", "words", "is_status"),
    [
        ({"seizure": "present"}, "seizure", False),
        (
            {"seizure": "resolved", "seizure_kind": "focal"},
            "focal seizure stopped within 5 min",
            False,
        ),
        ({"seizure": "prolonged"}, "seizure over 5 min, or repeated without waking between", True),
        ({"seizure_kind": "nonconvulsive_status"}, "nonconvulsive status epilepticus", True),
        ({"seizure": "none"}, None, False),
        ({"seizure": None}, None, False),
    ],
)
def test_a_seizure_is_named_with_its_length_and_kind(
    values: dict[str, Any], words: str | None, is_status: bool
) -> None:
    now = bedside(findings(10, **values))
    assert (text(now.seizure), text(now.last_seizure)) == (words, words)
    assert (now.status_epilepticus is not None) is is_status


def test_a_later_entry_without_a_seizure_leaves_the_last_one_of_the_course() -> None:
    now = bedside(findings(10, seizure="prolonged"), findings(14, seizure="none"))
    assert (now.seizure, now.status_epilepticus) == (None, None)
    assert now.last_seizure is not None
    assert now.last_seizure.at == hours(10)


def test_a_score_stands_beside_the_one_before_and_the_baseline() -> None:
    rows = (icans(10, 10), icans(20, None), icans(30, 7), findings(31, temperature_c=Decimal(38)))
    score = bedside(*rows, baseline=Baseline(ice_total=9)).ice
    assert score is not None
    assert (score.total, score.at, score.uid) == (7, hours(30), "i30")
    assert (score.before, score.before_at, score.baseline) == (10, hours(10), 9)


def test_an_ice_that_a_physician_put_down_to_another_cause_is_left_out() -> None:
    aside = icans(30, 4, attribution={"ice": "other"})

    def total(of: Record) -> int | None:
        score = situation_of_record(of, 40).bedside.ice
        return None if score is None else score.total

    assert total(record([icans(10, 10), aside])) == 4
    assert total(record([icans(10, 10), aside._replace(attribution_confirmed=True)])) == 10
    decision = Adjudication(hours(32), "confirmed", sign="ice", cause="drug", holds_from=hours(30))
    assert total(record([icans(10, 10), aside], adjudications=(decision,))) == 10


def test_capd_that_was_not_done_is_no_score() -> None:
    rows = (findings(10, capd_total=8), findings(20, capd_total=20, capd_not_done="sedated"))
    score = bedside(*rows, age_years=Decimal(5)).capd
    assert score is not None
    assert (score.total, score.before) == (8, None)


def test_other_findings_are_those_of_the_newest_entry_that_answers() -> None:
    rows = (findings(10, other_neuro=("tremor",)), findings(20, consciousness="voice"))
    now = bedside(*rows)
    assert now.other_neuro == {"tremor": Fact("tremor", hours(10), "f10")}
    assert now.consciousness == "voice"
    assert bedside(*rows, findings(30, other_neuro=())).other_neuro == {}


def test_imaging_of_the_brain_is_listed_newest_first() -> None:
    events = (
        Event(hours(10), "imaging", detail="brain", uid="a"),
        Event(hours(20), "imaging", detail="chest", uid="b"),
        Event(hours(30), "imaging", detail="brain", uid="c"),
    )
    assert [fact.uid for fact in bedside(events=events).imaging] == ["c", "a"]
