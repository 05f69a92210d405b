"""The words of the case files make the situation that they say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.grading.guidelines.situation_words import situation_of
from tests.grading.guidelines.situations import hours


def test_every_kind_of_word_finds_its_place() -> None:
    built = situation_of(
        "crs=review2 crs_was=3 icans>=1 icans_onset=5 fever_hours=80 fluid_bolus edema oxygen=20 "
        "ice=6 ice_before=9 anc=0.1 old:platelets=9 toci=16,8 dex10=12 after_toci=worse "
        "icans_after_steroid=better iec_hs=2 iec_hs_since=50 icaht_late=3 hematotox=high "
        "event:mnt=10 weight=12 age=5 product=axi-cel indication=lymphoma"
    )
    assert (built.day, built.now) == (10, hours(240))
    assert (built.crs.grade, built.crs.is_review, built.crs.peak) == (2, True, 3)
    assert (built.icans.at_least, built.icans.onset) == (True, hours(235))
    assert built.bedside.fever_since == hours(160)
    assert built.bedside.oxygen is not None
    assert built.bedside.oxygen.at == hours(220)
    assert built.bedside.raised_pressure == (built.bedside.edema,)
    assert built.bedside.ice is not None
    assert built.bedside.ice.before == 9
    assert built.lab("anc") is not None
    assert built.lab("platelets") is None
    assert [dose.agent for dose in built.doses.given] == [
        "tocilizumab",
        "dexamethasone",
        "tocilizumab",
    ]
    assert built.doses.of("steroid")[0].amount == Decimal(10)
    assert built.responses["tocilizumab/crs"].changed == "worse"
    assert built.responses["steroid/icans"].hours == 12
    assert (built.iec_hs.grade, built.iec_hs.since) == (2, hours(190))
    assert (built.icaht.late_grade, built.icaht.hematotox_risk) == (3, "high")
    assert [event.kind for event in built.events] == ["mnt"]
    assert (built.patient.is_child, built.patient.indication) == (True, "lymphoma")
    assert built.product is not None
    assert built.product.short == "axi-cel"


def test_a_word_that_is_not_understood_fails() -> None:
    with pytest.raises(AssertionError, match="not understood: feverish"):
        situation_of("crs=2 feverish")
