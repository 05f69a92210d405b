"""IEC-HS and MNT: the engine's account beside the oracle's."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from tests.oracle import asked, crs_classes, iec_hs_table, mnt_table
from tests.oracle.compare_scores import Account, document
from tests.oracle.differences import Differences


def _iec_hs(engine: Account | None) -> Account | None:
    if engine is None:
        return None
    met = {item["code"].removeprefix("iec_hs_"): item["met"] for item in engine["required"]}
    features = {item["code"].removeprefix("iec_hs_"): item["met"] for item in engine["features"]}
    return {**engine, **met, "of": features}


def iec_hs(tally: Differences, pick: Random) -> None:
    for row in iec_hs_table.rows():
        for _ in range(4):
            engine = asked.course(iec_hs_table.document(row, pick), "iec_hs")["iec_hs"]
            tally.add(_iec_hs(engine), iec_hs_table.required(row), row)


def iec_hs_features(tally: Differences) -> None:
    """Each feature by its own results."""
    for name, cases in iec_hs_table.FEATURES.items():
        for labs, met in cases:
            plain = [iec_hs_table.lab("ferritin", "900", iec_hs_table.HOUR, upper_limit=300)]
            course = document(assessments=iec_hs_table.TIMING["resolved"][0], labs=[*plain, *labs])
            engine = _iec_hs(asked.course(course, "iec_hs")["iec_hs"])
            actual = None if engine is None else {"met": engine["of"].get(name, "no such feature")}
            tally.add(actual, {"met": met}, (name, labs))


def iec_hs_bedside(tally: Differences, pick: Random) -> None:
    """Hemophagocytosis, neurotoxicity and oxygen, a day before the result and within the last."""
    at = iec_hs_table.HOUR - 2
    for events, met in iec_hs_table.MARROWS:
        _feature("hemophagocytosis", met, tally, events=events)
    for fields, met in iec_hs_table.NEUROTOXICITY:
        _feature("neurotoxicity", met, tally, assessments=[{"hour": at, **fields}])
    for row in iec_hs_table.pulmonary_rows():
        every = {"temperature": "no_fever", "hypotension": "unknown", "vasopressors": "unknown"}
        whole = {**every, "pressure": "unknown", "fever_from": "counts", **row}
        fields = crs_classes.assessment({**whole, "hypotension_from": "counts"}, "adult", pick)
        usual = crs_classes.baseline(row, "adult", pick)
        assessments = [{"hour": at, **fields}]
        met = iec_hs_table.pulmonary(row)
        _feature("pulmonary", met, tally, assessments=assessments, baseline=usual)


def _feature(name: str, met: bool | None, tally: Differences, **parts: Any) -> None:
    """One feature of a course with a raised ferritin and these parts."""
    labs = [iec_hs_table.lab("ferritin", "900", iec_hs_table.HOUR, upper_limit=300)]
    engine = _iec_hs(asked.course(document(labs=labs, **parts), "iec_hs")["iec_hs"])
    actual = None if engine is None else {"met": engine["of"].get(name, "no such feature")}
    tally.add(actual, {"met": met}, (name, parts))


def iec_hs_grade(tally: Differences, pick: Random) -> None:
    """The highest of the recorded events, 5 on an attributed death, else none."""
    row = {"ferritin": "above both", "timing": "resolved"}
    for grades, death in product(((), (1,), (3, 2), (4,)), (None, "iec_hs", "crs", "other")):
        events = [
            {"hour": iec_hs_table.HOUR + at, "kind": "iec_hs", "grade": grade}
            for at, grade in enumerate(grades)
        ]
        if death is not None:
            hour = iec_hs_table.HOUR + 50
            events.append({"hour": hour, "kind": "death", "attributed_to": death})
        course = {**iec_hs_table.document(row, pick), "events": events}
        expected = 5 if death == "iec_hs" else max(grades, default=None)
        tally.add(asked.course(course, "iec_hs")["iec_hs"], {"grade": expected}, (grades, death))


def mnt(tally: Differences, pick: Random) -> None:
    for row in mnt_table.rows():
        for _ in range(2):
            course = mnt_table.document(row, pick)
            engine = asked.course(course, "mnt")["mnt"]
            actual = engine and {**engine, "clusters": frozenset(engine["clusters"])}
            tally.add(actual, mnt_table.mnt(row), (row, course["assessments"][-1]["other_neuro"]))
