"""ICANS by CTCAE 6.0: the oracle's answer is the engine's, with reasons and without."""

from __future__ import annotations

from random import Random

import pytest

from tests.oracle import icans_ctcae_6 as oracle
from tests.oracle.compare import Tally, findings, graded, record
from tests.oracle.test_every_combination import agree
from tests.required import often

SYSTEM, SEED = "icans_ctcae_6_0", 20_250_722
HOURS = {"before": -10, "after": 36}
AGES = {"ice": {"age_years": 60}, "capd": {"age_years": 8}}


@pytest.mark.parametrize("context", oracle.CONTEXTS)
def test_each_score_with_pairs_of_findings_and_with_anything(context: str) -> None:
    tally, pick = Tally(f"ICANS by CTCAE 6.0, {context} the infusion"), Random(SEED)
    for instrument, score in oracle.SCORES:
        many = pick.sample(oracle.pairs(instrument, score), often(100, 500))
        many += [oracle.anything(instrument, score, pick) for _ in range(often(100, 5_000))]
        fields = [oracle.assessment(row, pick) for row in many]
        usual = oracle.USUAL.get(score)
        course = record(
            AGES[instrument],
            {} if usual is None else {"capd_total": usual},
            [findings(each, HOURS[context], order) for order, each in enumerate(fields)],
        )
        for row, each, engine in zip(many, fields, graded(course, SYSTEM), strict=True):
            tally.add(engine, oracle.grade(row, context), (context, row, each))
    agree(tally)
