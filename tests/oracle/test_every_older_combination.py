"""The older CRS systems: the oracle's grade is the engine's, with reasons and without.

By default each domain in full, with all else well and with anything else; `CARTOX_ORACLE=full`
crosses what the domains can come to (see CONTRIBUTING). The counts are printed.
"""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest

from tests.oracle import crs_older, enumerate_older
from tests.oracle.answer import Answer
from tests.oracle.cells import NEEDED, Cell, answer, either, one, unsure
from tests.oracle.compare import Tally
from tests.oracle.enumerate_older import NOT_ASKED, WELL
from tests.oracle.test_every_combination import FULL, agree

SEED = 20_140_710
SYSTEMS = tuple(crs_older.SYSTEMS)
BEFORE = 300


@pytest.fixture
def pick() -> Random:
    return Random(SEED)


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_domain_in_full_with_any_other(system: str, pick: Random) -> None:
    tally = Tally(f"{system}, each domain")
    rows = enumerate_older.each_domain(system, pick, full=False)
    enumerate_older.compare(system, rows, "after", tally, pick)
    agree(tally)


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_sign_counts_before_the_infusion(system: str, pick: Random) -> None:
    tally = Tally(f"{system}, before the infusion")
    rows = [enumerate_older.anything(pick) for _ in range(BEFORE)]
    enumerate_older.compare(system, rows, "before", tally, pick)
    agree(tally)


@pytest.mark.parametrize("system", SYSTEMS)
def test_doses_tell_the_vasopressors_their_rates_and_hours(system: str, pick: Random) -> None:
    tally = Tally(f"{system}, vasopressors told by the doses")
    enumerate_older.every_run(system, tally, pick, full=FULL)
    agree(tally)


@pytest.mark.parametrize("system", SYSTEMS)
def test_an_assessment_without_a_crs_part_has_no_grade(system: str, pick: Random) -> None:
    tally = Tally(f"{system}, no CRS part")
    row = {**NOT_ASKED, "organs": "transaminases_3", "iv": "yes", "life": "yes"}
    assert crs_older.grade(row, system, "after").missing == NEEDED
    enumerate_older.compare(system, [row, NOT_ASKED], "after", tally, pick)
    agree(tally)


def test_a_range_is_at_least_only_where_something_could_exceed_it() -> None:
    closed, open_below, open_above = either(2, 3), unsure(0, 3, "flow"), unsure(0, 4, "device")
    two_to_three = Answer(None, False, False, None, frozenset(), 2, 3)
    flow, device = frozenset({"flow"}), frozenset({"device"})
    assert answer((closed,)) == two_to_three
    assert answer((closed, open_below)) == two_to_three._replace(missing=flow)
    at_least = two_to_three._replace(at_least=True, missing=device)
    assert answer((closed, open_above)) == at_least
    assert answer((closed, one(3), open_below)).grade == 3


def test_what_could_only_widen_a_range_narrows_nothing() -> None:
    perhaps_either = Cell(0, 0, 3, ("organ toxicity",), 1)
    assert answer((either(2, 3), perhaps_either)).missing == frozenset()
    assert answer((one(2), perhaps_either)).at_least


def test_one_seed_draws_the_same_rows() -> None:
    first, again, other = (
        list(islice(enumerate_older.each_domain(SYSTEMS[0], Random(seed), full=False), 200))
        for seed in (7, 7, 8)
    )
    assert first == again
    assert first != other
    assert {row["weight"] for row in first} <= {WELL["weight"], "120", "unknown"}


@pytest.mark.skipif(not FULL, reason="minutes; CARTOX_ORACLE=full compares every combination")
@pytest.mark.parametrize("context", ["before", "after"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_class_of_each_domain(system: str, context: str, pick: Random) -> None:
    tally = Tally(f"{system}, each domain with all its classes, {context} the infusion")
    rows = enumerate_older.each_domain(system, pick, full=True)
    enumerate_older.compare(system, rows, context, tally, pick)
    agree(tally)


@pytest.mark.skipif(not FULL, reason="minutes; CARTOX_ORACLE=full compares every combination")
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_combination_of_what_the_domains_come_to(system: str, pick: Random) -> None:
    tally = Tally(f"{system}, every combination")
    rows = enumerate_older.every_combination(system, draws=2, pick=pick)
    enumerate_older.compare(system, rows, "after", tally, pick)
    agree(tally)
