"""Every combination of classes: the oracle's grade is the engine's, with reasons and without.

By default each domain in full with everything else normal, and a seeded sample of documents;
`CARTOX_ORACLE=full` compares every combination (see CONTRIBUTING). The counts are printed.
"""

from __future__ import annotations

import json
import os
from itertools import product
from random import Random

import pytest

from tests.oracle import crs_2019, enumerate_all, icans_2019
from tests.oracle.compare import CRS, ICANS, Tally, graded_document
from tests.oracle.rows import rows
from tests.required import often

FULL = os.environ.get("CARTOX_ORACLE") == "full"
SEED = enumerate_all.SEED
SAMPLE = often(5_000, 20_000)

NORMAL_CRS = {
    "temperature": "no_fever",
    "fever_from": "unstated",
    "hypotension": "no",
    "pressure": "normal",
    "vasopressors": "none",
    "hypotension_from": "counts",
    "support": "room_air",
    "saturation": "normal",
    "usual": "none",
    "usual_saturation": "normal",
    "hypoxia_from": "counts",
}
FEVERS = crs_2019.combinations(crs_2019.FEVER_PART)
NORMAL_ICANS = {
    "consciousness": "spontaneous",
    "seizure": "none",
    "motor": "none",
    "icp": "none",
    "hemorrhage": "no",
    **dict.fromkeys(icans_2019.SIGNS, "counts"),
}


@pytest.fixture
def pick() -> Random:
    return Random(SEED)


def agree(*tallies: Tally) -> None:
    """Print the counts, and fail with the first that differ."""
    report = "\n".join(str(tally) for tally in tallies)
    print(report)
    assert not any(tally.differ for tally in tallies), report


@pytest.mark.parametrize("context", crs_2019.CONTEXTS)
def test_hypotension_in_full_with_each_temperature(context: str, pick: Random) -> None:
    tally = Tally(f"CRS, hypotension, {context}")
    usual = {"usual": "none", "usual_saturation": "normal"}
    parts = product(FEVERS, crs_2019.combinations(crs_2019.HYPOTENSION_PART))
    many = [{**NORMAL_CRS, **fever, **part} for fever, part in parts]
    enumerate_all.compare_crs(many, usual, context, tally, pick)
    agree(tally)


@pytest.mark.parametrize("context", crs_2019.CONTEXTS)
def test_each_list_with_each_run(context: str, pick: Random) -> None:
    tally = Tally(f"CRS, list and runs, {context}")
    usual = {"usual": "none", "usual_saturation": "normal"}
    temperatures = [{"temperature": word} for word in ("fever", "no_fever", "unknown")]
    parts = crs_2019.combinations(("hypotension", "pressure", "vasopressors"))
    many = [{**NORMAL_CRS, **part, **fever} for part, fever in product(parts, temperatures)]
    for runs in enumerate_all.NAMELESS:
        enumerate_all.compare_crs(many, usual, context, tally, pick, runs)
    agree(tally)


@pytest.mark.parametrize("context", crs_2019.CONTEXTS)
def test_hypoxia_in_full_with_each_temperature_and_baseline(context: str, pick: Random) -> None:
    tally = Tally(f"CRS, hypoxia, {context}")
    for usual in crs_2019.combinations(("usual", "usual_saturation")):
        parts = product(FEVERS, enumerate_all.hypoxia_rows(usual))
        many = [{**NORMAL_CRS, **fever, **part} for fever, part in parts]
        enumerate_all.compare_crs(many, usual, context, tally, pick)
    agree(tally)


def test_pressures_on_both_sides_of_the_limit_of_each_age(pick: Random) -> None:
    agree(enumerate_all.every_pressure(pick, draws=often(1, 2)))


@pytest.mark.parametrize("context", icans_2019.CONTEXTS)
def test_each_score_with_each_pair_of_other_findings(context: str, pick: Random) -> None:
    tally = Tally(f"ICANS, pairs of findings, {context} the infusion")
    names = tuple(icans_2019.DIMENSIONS)
    pairs = [(one, two) for one in names for two in names if one < two]
    for instrument, score in icans_2019.SCORES:
        base_row = {"instrument": instrument, "score": score, **NORMAL_ICANS}
        many = [{**base_row, **row} for pair in pairs for row in icans_2019.combinations(pair)]
        enumerate_all.compare_icans(many, context, tally, pick)
    agree(tally)


def test_a_sample_of_course_documents() -> None:
    tallies = {CRS: Tally("documents, CRS"), ICANS: Tally("documents, ICANS")}
    for row in rows(SEED, SAMPLE):
        answers = graded_document(row.document)
        for engine, oracle in zip(answers, row.expected, strict=True):
            for system, tally in tallies.items():
                tally.add(engine[system], oracle[system], json.dumps(row.document))
    agree(*tallies.values())


def test_one_seed_gives_the_same_documents() -> None:
    first, again, other = list(rows(7, 50)), list(rows(7, 50)), list(rows(8, 50))
    assert first == again
    assert first != other


def test_a_difference_is_counted_and_shown() -> None:
    tally = Tally("by hand")
    right = crs_2019.grade({**NORMAL_CRS, "temperature": "fever"}, "first")
    wrong = right._replace(grade=2)
    tally.add((right, wrong), right, "the row")
    tally.add((right, right), right, "another row")
    assert (tally.compared, tally.differ) == (2, 1)
    assert "2 compared, 1 differ" in str(tally)
    assert "the row" in str(tally)


@pytest.mark.skipif(not FULL, reason="minutes; CARTOX_ORACLE=full compares every combination")
def test_every_crs_combination(pick: Random) -> None:
    agree(*enumerate_all.every_crs(pick))


@pytest.mark.skipif(not FULL, reason="minutes; CARTOX_ORACLE=full compares every combination")
def test_every_icans_combination(pick: Random) -> None:
    agree(*enumerate_all.every_icans(pick))
