"""Scores and older neurotoxicity scales: every class of input, engine beside oracle.

By default each domain in full and each pair of domains with the others drawn from a seed;
`CARTOX_ORACLE=full` compares the products (see CONTRIBUTING). The counts are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from random import Random
from typing import Any

import pytest

from tests.oracle import (
    compare_iec_hs,
    compare_scores,
    cres_2018,
    cres_classes,
    hematotox,
    hlh_classes,
    icaht_table,
    seizure_ctcae,
)
from tests.oracle.differences import Differences
from tests.oracle.test_every_combination import FULL

SEED = 20_180_115
NORMAL_CRES = {
    "score": "items_9",
    "head": "yes",
    "consciousness": "spontaneous",
    "seizure": "none",
    "kind": "unknown",
    "motor": "none",
    "icp": "none",
    "stage": "unknown",
    "opening": "unknown",
    **dict.fromkeys(cres_2018.SIGNS, "counts"),
}
CRES_PARTS = (
    cres_2018.SCORE_PART,
    cres_2018.SEIZURE_PART,
    cres_2018.ICP_PART,
    cres_2018.AWAKE_PART,
)


@pytest.fixture
def pick() -> Random:
    return Random(SEED)


def agree(*tallies: Differences) -> None:
    """Print the counts, and fail with examples of what differs."""
    report = "\n".join(str(tally) for tally in tallies)
    print(report)
    assert not any(tally.differ for tally in tallies), report


# At each assessment


def test_each_class_of_scores_has_the_points_it_is_named_for() -> None:
    shared = {name: most for name, most in cres_classes.ALL_ITEMS.items() if name != "command"}
    for name, span in cres_2018.ITEMS.items():
        for member in cres_classes.SCORES[name]:
            items = member["ice"]
            low = sum(items.get(item, 0) for item in shared)
            high = sum(items.get(item, most) for item, most in shared.items())
            assert (low, high) == span, (name, member)


def _cres_rows(pick: Random) -> Iterator[dict[str, str]]:
    for part in CRES_PARTS:
        yield from ({**NORMAL_CRES, **row} for row in cres_2018.combinations(part))
    pairs = compare_scores.pairs_in_full(cres_2018.DIMENSIONS, pick, NORMAL_CRES.__getitem__)
    yield from (row for row in pairs if cres_2018.is_possible(row))


@pytest.mark.parametrize("context", cres_2018.CONTEXTS)
def test_cres_domain_by_domain_and_pair_by_pair(context: str, pick: Random) -> None:
    tally = Differences(f"CRES, {context} the infusion")
    compare_scores.cres(_cres_rows(pick), context, tally, pick)
    agree(tally)


@pytest.mark.skipif(not FULL, reason="minutes; CARTOX_ORACLE=full compares every combination")
@pytest.mark.parametrize("context", cres_2018.CONTEXTS)
def test_every_cres_combination(context: str, pick: Random) -> None:
    tally = Differences(f"CRES, {context} the infusion, in full")
    parts = [cres_2018.combinations(part) for part in CRES_PARTS]
    counted = [[row for row in part if _counts(row)] for part in parts]
    rows = ({**a, **b, **c, **d} for a, b, c, d in product(*counted))
    compare_scores.cres(rows, context, tally, pick)
    agree(tally)


def _counts(row: dict[str, str]) -> bool:
    """What is attributed elsewhere stands in the pairs; the product takes what counts."""
    return all(row.get(name, "counts") == "counts" for name in cres_2018.SIGNS)


@pytest.mark.parametrize("context", seizure_ctcae.CONTEXTS)
def test_every_seizure(context: str) -> None:
    tally = Differences(f"seizure by CTCAE 4.03, {context} the infusion")
    compare_scores.seizure(context, tally)
    agree(tally)


# Scores of the course


def test_car_hematotox(pick: Random) -> None:
    names = ("CAR-HEMATOTOX", "CAR-HEMATOTOX, windows", "CAR-HEMATOTOX, drawn doses")
    items, windows, drawn = map(Differences, names)
    compare_scores.car_hematotox(hematotox.combinations(full=FULL), items, pick)
    compare_scores.hematotox_windows(windows, pick)
    compare_scores.hematotox_drawn(20_000 if FULL else 500, drawn, pick)
    agree(items, windows, drawn)


MOSTLY = {"temperature": "above 39.4"}


def _usual(name: str) -> str:
    """The class that another dimension often has, so that the rare is seen beside the known."""
    return MOSTLY.get(name, hlh_classes.DIMENSIONS[name][0])


def _hlh(name: str) -> dict[str, Differences]:
    return {key: Differences(f"{key}, {name}") for key in ("h_score", "hlh_2004", "cartox_hlh")}


def test_h_score_hlh_2004_and_cartox_hlh_by_pairs_of_classes(pick: Random) -> None:
    """All pairs in full; by default a seeded third of them."""
    tallies = _hlh("pairs")
    for _ in range(5 if FULL else 1):
        rows = compare_scores.pairs_in_full(hlh_classes.DIMENSIONS, pick, _usual)
        some = (row for row in rows if FULL or pick.random() < 1 / 3)
        compare_scores.hlh(some, tallies, pick)
    agree(*tallies.values())


def test_every_cartox_hlh(pick: Random) -> None:
    tallies = _hlh("product of CARTOX-HLH")
    compare_scores.hlh(compare_scores.every(compare_scores.CARTOX_HLH_PRODUCT), tallies, pick)
    agree(*tallies.values())


@pytest.mark.skipif(not FULL, reason="minutes; CARTOX_ORACLE=full compares every combination")
@pytest.mark.parametrize("name", ["H_SCORE_PRODUCT", "HLH_2004_PRODUCT"])
def test_every_h_score_and_hlh_2004(name: str, pick: Random) -> None:
    tallies = _hlh(name)
    compare_scores.hlh(compare_scores.every(getattr(compare_scores, name)), tallies, pick)
    agree(*tallies.values())


def test_easix_in_and_out_of_each_window(pick: Random) -> None:
    tallies = {key: Differences(key) for key in ("easix", "s_easix", "m_easix")}
    compare_scores.easix(tallies, pick)
    agree(*tallies.values())


# Series

EARLY = (icaht_table.EARLY_ICAHT, icaht_table.EARLY_T_ICAHT)
WORDS: dict[str, Callable[..., Iterator[str]]] = {
    "one run": icaht_table.one_run,
    "two runs": icaht_table.two_runs,
    "ended": icaht_table.ended,
    "gaps": icaht_table.with_gaps,
    "quiet": icaht_table.quiet,
}


def _open_and_closed(name: str) -> tuple[Differences, Differences]:
    return Differences(f"{name}, window open"), Differences(f"{name}, window closed")


@pytest.mark.parametrize("of", EARLY, ids=lambda of: of.key)
@pytest.mark.parametrize("kind", WORDS)
def test_early_by_the_length_of_runs(of: icaht_table.Series, kind: str, pick: Random) -> None:
    tallies = _open_and_closed(f"{of.key}, {kind}")
    compare_scores.series(WORDS[kind](full=FULL), of, tallies, pick)
    agree(*tallies)


@pytest.mark.parametrize("of", icaht_table.ALL_SERIES, ids=lambda of: of.key)
def test_drawn_series_with_drawn_ends_of_their_window(of: icaht_table.Series, pick: Random) -> None:
    tally = Differences(f"{of.key}, drawn")
    compare_scores.drawn_windows(of, 20_000 if FULL else 500, tally, pick)
    agree(tally)


def test_late_t_icaht_by_days(pick: Random) -> None:
    tallies = _open_and_closed("t_icaht_late")
    words = icaht_table.late_words(full=FULL)
    compare_scores.series(words, icaht_table.LATE_T_ICAHT, tallies, pick)
    agree(*tallies)


def test_late_icaht_by_the_two_lowest(pick: Random) -> None:
    tallies = _open_and_closed("icaht_late")
    compare_scores.two_lowest(tallies, pick)
    agree(*tallies)


# IEC-HS and MNT


def test_iec_hs_by_ferritin_and_timing(pick: Random) -> None:
    tally, features = Differences("IEC-HS"), Differences("IEC-HS, features")
    compare_iec_hs.iec_hs(tally, pick)
    compare_iec_hs.iec_hs_features(features)
    agree(tally, features)


def test_what_iec_hs_sees_at_the_bedside(pick: Random) -> None:
    tally = Differences("IEC-HS, bedside features")
    compare_iec_hs.iec_hs_bedside(tally, pick)
    agree(tally)


def test_the_grade_of_iec_hs_is_a_physicians(pick: Random) -> None:
    tally = Differences("IEC-HS, grade")
    compare_iec_hs.iec_hs_grade(tally, pick)
    agree(tally)


def test_mnt_by_clusters(pick: Random) -> None:
    tally = Differences("MNT")
    compare_iec_hs.mnt(tally, pick)
    agree(tally)


def test_a_difference_is_counted_and_shown() -> None:
    tally = Differences("by hand")
    right: dict[str, Any] = {"grade": 2, "at_least": False}
    tally.add({**right, "grade": 3, "more": 1}, right, "the row")
    tally.add({**right, "more": 1}, right, "another row")
    tally.add(None, right, "a third")
    assert (tally.compared, tally.differ) == (3, 2)
    assert "3 compared, 2 differ" in str(tally)
    assert "grade: engine 3, oracle 2" in str(tally)
