"""The limits of a low pressure and of a low saturation, by the age of the patient.

ASTCT 2019 gives no number: it grades by the treatment needed. These limits only stand in where
the question was not answered. All comparisons are on unrounded values.
Source  adult < 90 mmHg CARTOX; 1–10 years 70 + 2 × age Mahadeo 2019 Table 2; the rest local rules.
"""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal

from grading.engine.reads import OfAssessment, WorkedOut
from grading.local_rules import LocalRules
from grading.record import ADULT_FROM_YEARS, Baseline, Findings, Record

ADOLESCENT_FROM_YEARS = 11
MONTH_IN_YEARS = Decimal(1) / Decimal(12)


def is_adult(age_years: Decimal | None, local: LocalRules) -> bool | None:
    """18 and over. An unknown age is taken as adult, or as None, by local rule."""
    if age_years is None:
        return True if local.limits_where_age_unknown == "adult" else None
    return age_years >= ADULT_FROM_YEARS


def low_pressure(
    findings: Findings, baseline: Baseline, age_years: Decimal | None, local: LocalRules
) -> bool | None:
    """Whether the recorded pressure (mmHg) is below the limit of this patient's age.

    None where no systolic pressure was recorded. A mean is used only where both pressures were
    recorded, only in adults, and not in an adult who is usually hypotensive.
    """
    systolic = findings.systolic_mmhg
    adult = is_adult(age_years, local)
    if systolic is None or adult is None:
        return None
    if not adult and age_years is not None:
        return systolic < _child_limit_mmhg(age_years, local)
    low = systolic < local.adult_systolic_below_mmhg
    usual, diastolic = baseline.systolic_mmhg, findings.diastolic_mmhg
    if usual is not None and usual <= local.chronic_hypotension_baseline_mmhg:
        return low and usual - systolic >= local.chronic_hypotension_fall_mmhg
    if low or diastolic is None:
        return low
    thrice_mean = systolic + 2 * diastolic  # compared without dividing
    return thrice_mean < 3 * local.adult_mean_below_mmhg


def _child_limit_mmhg(age_years: Decimal, local: LocalRules) -> Decimal:
    if age_years >= ADOLESCENT_FROM_YEARS:
        return local.adult_systolic_below_mmhg
    if age_years >= 1:
        return local.child_systolic_base_mmhg + 2 * (age_years // 1)
    if 0 < age_years < MONTH_IN_YEARS:
        return local.neonate_systolic_below_mmhg
    return local.child_systolic_base_mmhg


def low_saturation(
    spo2_percent: Decimal | None, age_years: Decimal | None, local: LocalRules
) -> bool | None:
    """Whether a saturation (%) is low: adult ≤ 90, child < 90. None where not recorded."""
    adult = is_adult(age_years, local)
    if spo2_percent is None or adult is None:
        return None
    if adult:
        return spo2_percent <= local.adult_spo2_at_or_below_percent
    return spo2_percent < local.child_spo2_below_percent


def _low_pressures(record: Record, local: LocalRules) -> OfAssessment:
    """Whether each pressure is low, and which pressures were recorded."""

    baseline, changing_age = record.baseline, record.birth_date is not None

    def of_assessment(findings: Findings) -> Hashable:
        if findings.systolic_mmhg is None:
            return findings.diastolic_mmhg is not None
        age_years = record.age_at(findings.elapsed) if changing_age else record.age_years
        low = low_pressure(findings, baseline, age_years, local)
        return low, findings.diastolic_mmhg is not None

    return of_assessment


LOW_PRESSURE = WorkedOut("low_pressure", _low_pressures, reads=("systolic_mmhg", "diastolic_mmhg"))
"""Whether the pressure is below the limit of this patient's age."""

LOW_SATURATION_LIMITS = (
    "local.adult_spo2_at_or_below_percent",
    "local.child_spo2_below_percent",
)
"""The limits of a low saturation, of an adult and of a child."""
