"""Every combination of classes, graded by engine and oracle.

Rows that share a baseline stand in one course at one hour, so that no episode can close between
them; a row whose fever opens an episode has a course of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from random import Random

from grading.record import Dose
from tests.oracle import crs_2019, crs_classes, icans_2019, icans_classes
from tests.oracle.compare import CRS, ICANS, Row, Tally, findings, graded, record

AT_ONCE = 2_000
SEED = 20_190_401
FIRST_FEVER = {"temperature_c": 39}
HOURS = {"before": -10, "first": 36, "open": 36, "waived": 36, "late": 15 * 24, "after": 36}
TOCILIZUMAB = Dose(elapsed=timedelta(hours=30), agent="tocilizumab")


# CRS


def fever_rows(context: str) -> list[Row]:
    """After Day 14 it matters whether the fever was put down to the cells."""
    causes = ("car_t", "unstated", "other") if context == "late" else ("counts", "other")
    return [
        {"temperature": temperature, "fever_from": cause}
        for temperature, cause in product(crs_2019.FEVER, causes)
    ]


def hypotension_rows() -> list[Row]:
    """What is attributed elsewhere is taken with a low pressure only."""
    return [
        row
        for row in crs_2019.combinations(crs_2019.HYPOTENSION_PART)
        if row["hypotension_from"] == "counts" or row["pressure"] == "low"
    ]


def hypoxia_rows(usual: Row) -> list[Row]:
    """What is attributed elsewhere is taken with a low saturation only."""
    return [
        {**row, **usual}
        for row in crs_2019.combinations(("support", "saturation", "hypoxia_from"))
        if row["hypoxia_from"] == "counts" or row["saturation"] == "low"
    ]


def opens(row: Row, context: str) -> bool:
    """Whether this row's fever opens an episode where none is open."""
    fever = crs_2019.has_fever(row) is True
    return fever and (context == "first" or (context == "late" and row["fever_from"] == "car_t"))


NAMELESS = {
    "none": (),
    "inotrope": (("some inotrope", "inotrope"),),
    "vasopressin": (("vasopressin", "vasopressor"),),
    "one": (("some pressor", "vasopressor"),),
    "two": (("some pressor", "vasopressor"), ("another pressor", "vasopressor")),
    "one_with_vasopressin": (("some pressor", "vasopressor"), ("vasopressin", "vasopressor")),
}
"""What runs by the doses: agents with their class, of names that stand on no list."""


def compare_crs(
    rows: list[Row], usual: Row, context: str, tally: Tally, pick: Random, runs: str = "none"
) -> None:
    """Grade rows that share baseline, context and what runs by the doses."""
    alone = [row for row in rows if opens(row, context)]
    together = [row for row in rows if not opens(row, context)]
    for group in [[row] for row in alone] + ([together] if together else []):
        baseline = crs_classes.baseline({**group[0], **usual}, "adult", pick)
        hour = HOURS[context]
        assessments = [
            findings(crs_classes.assessment(row, "adult", pick), hour, order)
            for order, row in enumerate(group)
        ]
        doses = [TOCILIZUMAB] if context == "waived" else []
        start = timedelta(hours=hour - 1)
        doses += [Dose(start, agent, drug_class=kind) for agent, kind in NAMELESS[runs]]
        first = 0
        if context in ("open", "waived"):
            assessments.insert(0, findings(FIRST_FEVER, 24))
            first = 1
        course = record({"age_years": 60}, baseline, assessments, doses)
        answers = graded(course, CRS)[first:]
        for row, engine in zip(group, answers, strict=True):
            tally.add(engine, crs_2019.grade({**row, "runs": runs}, context), (context, runs, row))


def every_crs(pick: Random) -> Iterator[Tally]:
    """Each context in full: about four million combinations."""
    usuals = crs_2019.combinations(("usual", "usual_saturation"))
    for context in crs_2019.CONTEXTS:
        tally = Tally(f"CRS, {context}")
        for usual in usuals:
            batch: list[Row] = []
            parts = (fever_rows(context), hypotension_rows(), hypoxia_rows(usual))
            for fever, hypotension, hypoxia in product(*parts):
                batch.append({**fever, **hypotension, **hypoxia})
                if len(batch) == AT_ONCE:
                    compare_crs(batch, usual, context, tally, pick)
                    batch = []
            if batch:
                compare_crs(batch, usual, context, tally, pick)
        yield tally


def every_pressure(pick: Random, draws: int) -> Tally:
    """Each patient with each pressure on both sides of each limit, by the rest of hypotension.

    Of what a class leaves open, `draws` examples are drawn for each.
    """
    tally = Tally("CRS, pressure limits by patient")
    plain = {"support": "room_air", "usual": "none", "usual_saturation": "normal"}
    still = {"fever_from": "counts", "hypotension_from": "counts", "hypoxia_from": "counts"}
    for patient, ages in crs_classes.PATIENTS.items():
        rows = crs_2019.combinations(("hypotension", "pressure", "vasopressors", "saturation"))
        rows += [{**row, "pressure": "diastolic"} for row in rows if row["pressure"] == "unknown"]
        for age, part, temperature in product(ages, rows, ("fever", "unknown", "no_fever")):
            row = {**part, **plain, **still, "temperature": temperature}
            for _ in range(draws):
                fields = crs_classes.assessment(row, patient, pick)
                course = record(
                    age, crs_classes.baseline(row, patient, pick), [findings(fields, 36)]
                )
                expected = crs_2019.grade(row, "first")
                tally.add(graded(course, CRS)[0], expected, (patient, age, row, fields))
    return tally


# ICANS

PATIENTS = {"ice": {"age_years": 60}, "capd": {"age_years": 8}}


def every_icans(pick: Random) -> Iterator[Tally]:
    """Each score of each instrument with everything else, before and after the infusion."""
    others = icans_2019.combinations()
    for context, instrument in product(icans_2019.CONTEXTS, PATIENTS):
        tally = Tally(f"ICANS by {instrument.upper()}, {context} the infusion")
        for name, score in icans_2019.SCORES:
            if name != instrument:
                continue
            rows = [{"instrument": instrument, "score": score, **other} for other in others]
            for start in range(0, len(rows), AT_ONCE):
                compare_icans(rows[start : start + AT_ONCE], context, tally, pick)
        yield tally


def compare_icans(rows: list[Row], context: str, tally: Tally, pick: Random) -> None:
    """Grade rows of one score, which share their baseline."""
    assessments = [
        findings(icans_classes.assessment(row, pick), HOURS[context], order)
        for order, row in enumerate(rows)
    ]
    baseline = icans_classes.baseline(rows[0], pick)
    course = record(PATIENTS[rows[0]["instrument"]], baseline, assessments)
    for row, engine in zip(rows, graded(course, ICANS), strict=True):
        tally.add(engine, icans_2019.grade(row, context), (context, row))
