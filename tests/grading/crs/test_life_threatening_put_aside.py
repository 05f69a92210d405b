"""Life-threatening CRS of CTCAE rests on the signs that are there, whatever else was attributed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from grading.local_rules import DEFAULT
from grading.record import Findings, Record
from grading.rules.systems import SYSTEMS
from grading.vocabulary import OxygenDevice, Sign

TO_ANOTHER_CAUSE = {sign.value: "other" for sign in (Sign.FEVER, Sign.HYPOTENSION, Sign.HYPOXIA)}


@pytest.mark.parametrize("key", ["crs_ctcae_5_0", "crs_ctcae_6_0"])
@pytest.mark.parametrize(
    ("temperature_c", "device", "named"),
    [
        ("37.9", OxygenDevice.ROOM_AIR, ["hypotension"]),
        ("38.0", OxygenDevice.ROOM_AIR, ["fever", "hypotension"]),
        ("37.9", OxygenDevice.FACEMASK, ["hypotension", "hypoxia"]),
    ],
)
def test_only_the_signs_that_are_there_are_named(
    key: str, temperature_c: str, device: OxygenDevice, named: list[str]
) -> None:
    findings = Findings(
        timedelta(hours=48),
        temperature_c=Decimal(temperature_c),
        hypotension=True,
        vasopressors=("epinephrine", "norepinephrine"),
        oxygen_device=device,
        spo2_percent=Decimal(96),
        life_threatening=True,
        attribution=TO_ANOTHER_CAUSE,
    )
    record = Record(age_years=Decimal(60), findings=(findings,))
    (result,) = SYSTEMS[key].grade(record, DEFAULT).results
    assert result.if_all_counted == 4
    assert [aside.sign for aside in result.put_aside] == named
