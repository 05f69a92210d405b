"""Doses, hours and thresholds of the management options, each with its reason and its ceiling.

A text of a line holds the name of a choice in braces: `Dexamethasone {dexamethasone_mg} mg`. A
site may choose otherwise in its file; a choice with a printed ceiling can only be lowered.
"""

# ruff: noqa: RUF009 - `chosen` makes a dataclass field

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any


def chosen(
    default: Any, reason: str, *, ceiling: bool = False, floor: bool = False, place: str = ""
) -> Any:
    """A field with its default and its reason.

    With `ceiling` the default is the highest value that a site can choose, with `floor` the lowest.
    """
    metadata = {"reason": reason, "ceiling": ceiling, "floor": floor, "place": place}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class StepChoices:
    """Every choice of the management options. Names carry their unit."""

    tocilizumab_mg_per_kg: Decimal = chosen(
        Decimal(8), "The review, Table 3; Kymriah label.", ceiling=True, place="tocilizumab"
    )
    tocilizumab_small_mg_per_kg: Decimal = chosen(
        Decimal(12), "Below 30 kg: Kymriah label.", ceiling=True, place="tocilizumab"
    )
    tocilizumab_cap_mg: Decimal = chosen(
        Decimal(800), "The review, Table 3; Kymriah label.", ceiling=True, place="tocilizumab"
    )
    dexamethasone_mg: Decimal = chosen(
        Decimal(10), "The review, Tables 3 and 7.", ceiling=True, place="CRS, ICANS: steroid"
    )
    methylprednisolone_mg: Decimal = chosen(
        Decimal(1000), "The review, Tables 3 and 7.", ceiling=True, place="CRS, ICANS: steroid"
    )
    adult_doses_from_kg: Decimal = chosen(
        Decimal(40),
        "Below this weight, and below 18 years, no adult's dose is printed; no source decides.",
        place="children",
        floor=True,
    )
    persistent_fever_hours: int = chosen(
        72, "Fever over 3 days: ASCO 2021, CRS grade 1. The review prints no time.", place="CRS"
    )
    fever_fresh_hours: int = chosen(
        24,
        "A fever that was last recorded longer ago is not called persistent; no source decides.",
        place="CRS",
    )
    no_response_hours: int = chosen(
        12,
        "No improvement 12–18 hours after the first tocilizumab: Kymriah label. The review "
        "prints no time.",
        place="CRS",
    )
    steroid_no_response_hours: int = chosen(
        24, "No source prints how long a steroid is waited for; no source decides.", place="CRS"
    )
    typical_onset_days: int = chosen(
        14, "Onset of CRS typically within 14 days: the review.", place="CRS"
    )
    asco_methylprednisolone_mg: Decimal = chosen(
        Decimal(500), "ASCO 2021, CRS grade 4.", ceiling=True, place="CRS, ICANS: steroid"
    )
    dasatinib_mg: Decimal = chosen(
        Decimal(100), "One case of the review.", ceiling=True, place="CRS: refractory"
    )
    emapalumab_mg_per_kg: Decimal = chosen(
        Decimal(1), "A case series of the review.", ceiling=True, place="CRS: refractory"
    )
    neutropenic_below: Decimal = chosen(
        Decimal("0.5"),
        "10⁹/L; neutropenic below 500/µL, as in the review's sources on ICAHT.",
        place="laboratory",
    )
    counts_fresh_hours: int = chosen(
        24,
        "ANC and platelets that are older are not used, and the line says so; no source decides.",
        place="laboratory",
    )
    clotting_fresh_hours: int = chosen(
        24, "The same for INR and fibrinogen; no source decides.", place="laboratory"
    )
    icans_steroid_hours: int = chosen(
        24,
        "ICANS that is not lower after so many hours of steroid is persistent or refractory; the "
        "review prints no time.",
        place="ICANS",
    )
    severe_hyponatremia_mmol_l: Decimal = chosen(
        Decimal(125), "Sodium below is severe; the review prints no number.", place="ICANS"
    )
    puncture_platelets: Decimal = chosen(
        Decimal(50),
        "Platelets in 10⁹/L below which a lumbar puncture waits: Harrison's Manual.",
        floor=True,
        place="ICANS: lumbar puncture",
    )
    puncture_inr: Decimal = chosen(
        Decimal("1.5"),
        "INR above which a lumbar puncture waits: Harrison's Manual.",
        ceiling=True,
        place="ICANS: lumbar puncture",
    )
    neurologic_finding_hours: int = chosen(
        72,
        "So long after it was last recorded a seizure or a sign of raised pressure has its lines; "
        "no source decides.",
        place="ICANS",
    )
    intrathecal_days: int = chosen(
        5,
        "Early intrathecal treatment, after onset of high-grade ICANS: the review.",
        place="ICANS",
    )
    repeat_imaging_hours: int = chosen(
        48, "Neuroimaging again every 2–3 days in persistent ICANS 3–4: ASCO 2021.", place="ICANS"
    )
    ice_fall_points: int = chosen(
        2, "A fall of ICE by so much is a prompt; no source decides.", place="ICE"
    )
    capd_rise_points: int = chosen(
        4,
        "A rise of CAPD from the baseline by so much is a prompt: more than the median rise of "
        "those without ICANS, 3 points (Brown 2021, 15 patients); no source decides.",
        place="CAPD",
    )
    score_change_hours: int = chosen(
        12, "So long a change of ICE or CAPD is a prompt; no source decides.", place="ICE, CAPD"
    )
    lymphocytes_10e9_l: Decimal = chosen(
        Decimal(3),
        "Lymphocytes above, on Days 7–28 after cilta-cel, are a prompt: Blood 2025;146 S1:5953.",
        place="lymphocytes after cilta-cel",
    )
    igg_fresh_days: int = chosen(
        30,
        "IgG is checked monthly; an older one is named as old. No source decides.",
        place="laboratory",
    )
    other_results_fresh_hours: int = chosen(
        72, "Any other result that is older is not used; no source decides.", place="laboratory"
    )
    anakinra_low_mg: Decimal = chosen(
        Decimal(100), "The review, IEC-HS: 100–200 mg.", ceiling=True, place="IEC-HS: anakinra"
    )
    anakinra_high_mg: Decimal = chosen(
        Decimal(200), "The review, IEC-HS: 100–200 mg.", ceiling=True, place="IEC-HS: anakinra"
    )
    anakinra_mg_per_kg_a_day: Decimal = chosen(
        Decimal(10), "The review, IEC-HS: up to 10 mg/kg.", ceiling=True, place="IEC-HS: anakinra"
    )
    anakinra_target_mg_a_day: Decimal = chosen(
        Decimal(200),
        "The review counts 48 h from the target dose and names none: the lowest of its range, "
        "100 mg every 12 h.",
        place="IEC-HS: anakinra",
    )
    anakinra_reassess_hours: int = chosen(48, "The review, IEC-HS.", place="IEC-HS: anakinra")
    etoposide_low_mg_per_m2: Decimal = chosen(
        Decimal(50), "The review, IEC-HS: 50–100 mg/m².", ceiling=True, place="IEC-HS: etoposide"
    )
    etoposide_high_mg_per_m2: Decimal = chosen(
        Decimal(100), "The review, IEC-HS: 50–100 mg/m².", ceiling=True, place="IEC-HS: etoposide"
    )
    cryoprecipitate_below_mg_dl: Decimal = chosen(
        Decimal(150),
        "Fibrinogen that counts as low in the checklist; the review prints no level.",
        place="IEC-HS: support",
    )
    severe_inr_above: Decimal = chosen(
        Decimal("1.5"),
        "“Severe coagulopathy” is printed without a number; no source decides.",
        place="IEC-HS: support",
    )
    low_platelets_below: Decimal = chosen(
        Decimal(50),
        "×10⁹/L. Platelets at which transfusion, and later a TPO agonist, come into question; the "
        "review prints no level.",
        place="IEC-HS, ICAHT: platelets",
    )
    low_hemoglobin_below_g_dl: Decimal = chosen(
        Decimal(8), "The same for red cells; the review prints no level.", place="ICAHT: red cells"
    )
    g_csf_mcg_per_kg: Decimal = chosen(
        Decimal(5), "Table of support after CAR-T.", ceiling=True, place="ICAHT: G-CSF"
    )
    g_csf_from_day: int = chosen(2, "At high risk, from Day +2: the same.", place="ICAHT: G-CSF")


STEP_AS_PRINTED = StepChoices()


def listed_choices(choices: StepChoices) -> list[dict[str, Any]]:
    """Every choice as printed on the rules page: name, value, reason, place, ceiling, floor."""
    return [
        {"name": item.name, "value": getattr(choices, item.name), **item.metadata}
        for item in fields(choices)
    ]
