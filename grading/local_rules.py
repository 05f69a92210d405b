"""Our own decisions: every place where no source decides, named, with its reason.

A ward that decides otherwise passes another `LocalRules`; its hash is part of the rules
version, so a grade always says under which decisions it came out. The decisions on the bedside
and on blood counts stand in `grading.decisions`.
"""

# ruff: noqa: RUF009 - `decided` makes a dataclass field

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grading.decisions.blood_counts import BloodCountDecisions
from grading.decisions.decided import decided

_NO_LIMIT_SENT = (
    "The upper limit of normal where the laboratory sent none with the result: a usual one for "
    "adults, marked by a caution wherever it decided."
)


@dataclass(frozen=True, slots=True)
class LocalRules(BloodCountDecisions):
    """Every decision, those of `grading.decisions` first. All can be changed."""

    fio2_from_flow: bool = decided(
        True,
        "Where only the flow of a nasal cannula is known, FiO2 is taken as 20 % + 4 % per L/min "
        "(5 L/min is 40 %), marked as approximate. No other device is estimated.",
        instead="False: without a recorded FiO2 the 40 % cut-off stays unknown",
        place="older CRS systems, oxygen",
    )
    organ_labs_within_hours: int = decided(
        24,
        "Organ toxicity that nobody recorded is taken from laboratory results at most this old.",
        place="older CRS systems, organ toxicity",
    )
    organ_toxicity_alone: bool = decided(
        False,
        "A laboratory result cannot be attributed: organ toxicity worked out from it counts only "
        "beside fever, hypotension or hypoxia. One that was recorded always counts.",
        instead="True: laboratory results alone make a grade",
        place="older CRS systems, organ toxicity",
    )
    uln_ferritin_ng_ml: Decimal = decided(
        Decimal(300), _NO_LIMIT_SENT, place="IEC-HS, HLH: ferritin"
    )
    uln_ast_u_l: Decimal = decided(Decimal(40), _NO_LIMIT_SENT, place="IEC-HS, CTCAE 4.03: AST")
    uln_alt_u_l: Decimal = decided(Decimal(40), _NO_LIMIT_SENT, place="IEC-HS, CTCAE 4.03: ALT")
    uln_bilirubin_mg_dl: Decimal = decided(
        Decimal("1.2"), _NO_LIMIT_SENT, place="IEC-HS, CTCAE 4.03: bilirubin, total"
    )
    uln_creatinine_mg_dl: Decimal = decided(
        Decimal("1.2"), _NO_LIMIT_SENT, place="IEC-HS, CTCAE 4.03: creatinine"
    )
    uln_ldh_u_l: Decimal = decided(Decimal(250), _NO_LIMIT_SENT, place="IEC-HS: LDH")
    uln_bilirubin_direct_mg_dl: Decimal = decided(
        Decimal("0.3"), _NO_LIMIT_SENT, place="IEC-HS: bilirubin, direct"
    )
    uln_inr: Decimal = decided(Decimal("1.2"), _NO_LIMIT_SENT, place="IEC-HS: INR")
    uln_pt_s: Decimal = decided(Decimal("14.5"), _NO_LIMIT_SENT, place="IEC-HS: PT")
    uln_aptt_s: Decimal = decided(Decimal(40), _NO_LIMIT_SENT, place="IEC-HS: aPTT")
    hyperinflammation_window_hours: int = decided(
        168,
        "How long a value describes one hyperinflammation. IEC-HS uses values up to this old at "
        "the latest of its laboratory results; HLH-2004, HScore and CARTOX-HLH those from this "
        "long before to this long after the highest ferritin, so that marrow and soluble CD25 "
        "that came days later count and a fever of Day 2 does not join a cytopenia of Day 60.",
        instead="72: features usually cluster within about three days",
        place="IEC-HS, CARTOX-HLH, HLH-2004, HScore",
    )
    unknown_baseline_is_normal: bool = decided(
        True,
        "AST or ALT not measured before the infusion is taken as normal then, with a caution: it "
        "flags rather than misses.",
        instead="False: above 5 × the upper limit without a baseline cannot be told",
        place="IEC-HS, transaminases",
    )
    renal_times_baseline: Decimal = decided(
        Decimal("1.5"),
        "Renal insufficiency is printed without a number: creatinine above this many times the "
        "baseline, or the upper limit where none is known.",
        place="IEC-HS, renal insufficiency",
    )
    cartox_hlh_ferritin_days: int = decided(
        5,
        "The review prints a window of 5 days after the infusion, the specification the CRS "
        "phase: ferritin counts up to this day, and within a CRS episode (ASTCT 2019).",
        place="CARTOX-HLH",
    )
    mnt_persisting_counts: bool = decided(
        True,
        "A symptom that began during CRS or ICANS and is still seen after recovery counts: the "
        "review asks that symptoms occurred after recovery, and a persisting one is missed else.",
        instead="False: only symptoms first seen after recovery",
        place="MNT",
    )
    igg_prompt: str = decided(
        "level",
        "Sources differ whether replacement needs infections as well. A low level is a prompt, "
        "never an order; the physician decides.",
        instead='"level_and_infection": only after an infection was recorded',
        place="IgG prompt",
    )
    igg_prompt_mg_dl: Decimal = decided(
        Decimal(400),
        "At or below: review (trough above 400 mg/dL) and Hill 2019.",
        place="IgG prompt",
    )
    iec_hs_cytopenia_ctcae: str = decided(
        "5.0",
        "IEC-HS says 'grade 4 cytopenia' without naming the edition of CTCAE. Hines 2023 predates "
        "6.0, whose limits are lower: neutrophils below 0.1 and platelets below 10 × 10⁹/L.",
        instead='"6.0": the limits of the later edition',
        place="IEC-HS, cytopenia",
    )


DEFAULT = LocalRules()


def decisions(local: LocalRules) -> list[dict[str, Any]]:
    """Every decision as printed on the rules page: name, value, reason, alternative, place."""
    return [
        {"name": item.name, "value": getattr(local, item.name), **item.metadata}
        for item in dataclasses.fields(local)
    ]
