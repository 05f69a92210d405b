"""Fever: a temperature of 38.0 °C or more that is not put down to another cause.

Takes   one assessment: the temperature in °C, else the answer to "fever".
Gives   True, False, or None where neither was recorded.
Source  ASTCT_2019, CRS table, footnote on fever; IEC-HS takes the same limit.
"""

from __future__ import annotations

from decimal import Decimal

from grading.local_rules import LocalRules
from grading.record import Findings
from grading.rules.signs.attribution import counts
from grading.vocabulary import Sign

FEVER_FROM_C = Decimal("38.0")  # inclusive; ASTCT 2019 CRS table, footnote on fever


def fever_of(findings: Findings, local: LocalRules) -> bool | None:
    """Whether there is fever that counts. A temperature outweighs the answer yes or no."""
    if not counts(findings, Sign.FEVER, local):
        return False
    if findings.temperature_c is None:
        return findings.fever
    return findings.temperature_c >= FEVER_FROM_C
