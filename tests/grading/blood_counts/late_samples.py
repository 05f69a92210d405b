"""A course for each local decision on hyperinflammation and MNT that its change touches."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from grading.record import Findings, Record
from tests.grading.hyperinflammation.hyper_cases import course, hours
from tests.grading.rules.one_assessment import WELL


def neuro(hour: float, *symptoms: str, **more: Any) -> Findings:
    """An assessment without any sign of CRS or ICANS, with these symptoms."""
    return Findings(
        hours(hour),
        f"{hour:08.2f}",
        **{
            **WELL,
            "other_neuro": symptoms,
            **more,
        },
    )


PARKINSONISM_SINCE_CRS = Record(
    age_years=Decimal(60),
    findings=(
        neuro(48, "tremor", "memory_loss", temperature_c=Decimal(39)),
        neuro(96),
        neuro(130, "tremor", "memory_loss"),
    ),
)
LATE_SAMPLES: dict[str, tuple[Any, Record]] = {
    "hyperinflammation_window_hours": (72, course("ferritin=9000@200 hemoglobin=6@100")),
    "unknown_baseline_is_normal": (False, course("ferritin=900 ast=300")),
    "renal_times_baseline": (Decimal(2), course("ferritin=900 creatinine=1.6 creatinine=1@-24")),
    "cartox_hlh_ferritin_days": (10, course("ferritin=12000@200 ferritin=900@100")),
    "iec_hs_cytopenia_ctcae": ("6.0", course("ferritin=900 platelets=20")),
    "mnt_persisting_counts": (False, PARKINSONISM_SINCE_CRS),
}
