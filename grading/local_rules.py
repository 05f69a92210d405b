"""Our own decisions: every place where no source decides, named, with its reason.

A ward that decides otherwise passes another `LocalRules`; its hash is part of the rules
version, so a grade always says under which decisions it came out.
"""

# ruff: noqa: RUF009 - `_decided` makes a dataclass field

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


def _decided(default: Any, reason: str, *, instead: str = "", place: str = "") -> Any:
    """A field with its default, its reason, the alternative, and the systems it concerns."""
    return field(default=default, metadata={"reason": reason, "instead": instead, "place": place})


_NO_LIMIT_SENT = (
    "The upper limit of normal where the laboratory sent none with the result: a usual one for "
    "adults, marked by a caution wherever it decided."
)


@dataclass(frozen=True, slots=True)
class LocalRules:
    """Decisions that touch CRS, ICANS and their management options. All can be changed."""

    undetermined_counts: bool = _decided(
        True,
        "A sign whose cause is undetermined feeds the grade and shows a badge: ASTCT leaves out "
        "only what has another cause.",
        instead="False: only signs attributed to CAR-T count",
        place="CRS, ICANS",
    )
    fever_exemption_antipyretic: bool = _decided(
        True,
        "ASTCT and the review name antipyretic or anti-cytokine therapy; the SITC 2020 footnote "
        "names only tocilizumab and steroids.",
        instead="False: only anti-cytokine drugs and steroids waive the fever",
        place="CRS",
    )
    crs_onset_window_days: int = _decided(
        14,
        "Onset is typically within 14 days; later a first fever needs an explicit attribution "
        "instead of being blocked.",
        place="CRS",
    )
    crs_window_anchor: str = _decided(
        "latest",
        "After a split dose the window starts anew with the latest infusion before the event.",
        instead='"first": Day n of the first infusion',
        place="CRS",
    )
    resolution_hours: int = _decided(
        24,
        "Resolved when every entry over at least this time is all-clear; closing is automatic.",
        place="CRS, ICANS",
    )
    hfnc_low_flow: str = _decided(
        "device",
        "The table defines high flow as > 6 L/min and also lists the device. A high-flow system "
        "at 6 L/min or less is graded by the device, with a caution.",
        instead='"flow": 6 L/min or less is low flow whatever the device',
        place="CRS, hypoxia",
    )
    mask_low_flow: str = _decided(
        "device",
        "A facemask, non-rebreather or Venturi mask is grade 3 at any flow: the table lists the "
        "device, not its flow. Tracheostomy collar, T-piece and face tent are entered as mask.",
        instead='"flow": a mask at 6 L/min or less is low flow',
        place="CRS, hypoxia",
    )
    vasopressin_alone_counts: bool = _decided(
        True,
        "Vasopressin is excluded only from 'multiple'; alone, a vasopressor is required: grade 3.",
        instead="False: vasopressin alone leaves grade 2",
        place="CRS, hypotension",
    )
    inotropes_count: bool = _decided(
        False,
        "Dobutamine and milrinone are inotropes: recorded, not counted as vasopressors.",
        place="CRS, hypotension",
    )
    hypotension_from_pressure: bool = _decided(
        True,
        "ASTCT gives no number. Where nobody answered, a pressure below the limit counts as "
        "hypotension and is marked as derived.",
        instead="False: an unanswered question stays unknown",
        place="CRS, hypotension",
    )
    adult_systolic_below_mmhg: Decimal = _decided(
        Decimal(90), "Adults and 11–17 years: CARTOX and Mahadeo 2019, Table 2.", place="CRS"
    )
    adult_mean_below_mmhg: Decimal = _decided(
        Decimal(65), "Adults only: mean pressure (systolic + 2 × diastolic) / 3.", place="CRS"
    )
    child_systolic_base_mmhg: Decimal = _decided(
        Decimal(70),
        "1–10 years: systolic < 70 + 2 × age (Mahadeo 2019); infants < 70.",
        place="CRS",
    )
    neonate_systolic_below_mmhg: Decimal = _decided(
        Decimal(60), "Below one month: systolic < 60 (PALS, not re-read).", place="CRS"
    )
    chronic_hypotension_baseline_mmhg: Decimal = _decided(
        Decimal(95),
        "An adult whose usual systolic is at most this would meet the limits every day; a fall "
        "from the baseline is required as well, and the mean is not used.",
        place="CRS",
    )
    chronic_hypotension_fall_mmhg: Decimal = _decided(
        Decimal(10), "The fall below the baseline that then counts.", place="CRS"
    )
    low_saturation_counts: bool = _decided(
        True,
        "A saturation below the limit on no new oxygen is untreated hypoxia: at least grade 2 "
        "until a device is entered.",
        instead="False: only oxygen given counts",
        place="CRS, hypoxia",
    )
    adult_spo2_at_or_below_percent: Decimal = _decided(
        Decimal(90), "Adults: oxygen is given to keep SpO2 above 90 % (CARTOX).", place="CRS"
    )
    child_spo2_below_percent: Decimal = _decided(
        Decimal(90), "Below 18 years: SpO2 < 90 % (Mahadeo 2019).", place="CRS"
    )
    unstated_positive_pressure_counts: bool = _decided(
        True,
        "Positive pressure without a stated reason counts as given for hypoxia, with a caution; "
        "CPAP or BiPAP of a patient with home CPAP is home CPAP.",
        place="CRS, hypoxia",
    )
    limits_where_age_unknown: str = _decided(
        "adult",
        "The adult limits are the highest: an unknown age flags rather than misses.",
        instead='"none": pressure and saturation alone decide nothing',
        place="CRS",
    )
    capd_below_years: int = _decided(
        12,
        "ASTCT and ASCO use CAPD below 12 years; the NCI Thesaurus says 12 and under. A birthday "
        "during the stay switches the tool.",
        place="ICANS",
    )
    capd_zero_counts: bool = _decided(
        False,
        "Grade 1 is CAPD 1–8. A summary that prints '< 9' would make CAPD 0 a grade 1.",
        place="ICANS, children",
    )
    capd_baseline_excuses: bool = _decided(
        True,
        "A CAPD not above the child's own baseline, awake, with nothing else positive is grade 0: "
        "many healthy toddlers score above 0.",
        place="ICANS, children",
    )
    sedation_removes_consciousness: bool = _decided(
        True,
        "Depressed consciousness counts only without another cause; where the examination was not "
        "done because of sedation, it is taken out of the grade with a caution.",
        place="ICANS",
    )
    tocilizumab_total: int = _decided(
        4, "The review and ASCO: at most 4 doses in all.", place="tocilizumab"
    )
    tocilizumab_per_24_h: int = _decided(
        3,
        "ASCO 2021 and NCCN: at most 3 in 24 h; the review states no daily limit. The stricter "
        "is used; a dose that was given is always recorded.",
        place="tocilizumab",
    )
    tocilizumab_interval_hours: int = _decided(
        8, "All current sources: 8 h. CARTOX allowed 6 h.", place="tocilizumab"
    )
    weight_fresh_hours: int = _decided(
        24, "A dose by weight is shown with a caution where the weight is older.", place="doses"
    )
    differing_steroid_lines: str = _decided(
        "show",
        "Where sources differ on the steroid (CRS 2: every 12 h or every 6 h; CRS 4: 1,000 mg "
        "every 12 h or 500 mg every 12 h with taper) both are shown with their source.",
        instead='"review": only the review by Ferreri and Bhutani',
        place="management",
    )
    icaht_duration: str = _decided(
        "longest",
        "The authors' program grades by the longest joined run; the T-ICAHT paper of the same "
        "group says cumulative. The cumulative count is told beside.",
        instead='"cumulative": all joined runs together',
        place="ICAHT, early",
    )
    icaht_never_above: str = _decided(
        "extension",
        "Grade 4, never above 500/µL: a run that began on Day 0–3 and goes on to the last day with "
        "an ANC, as in the authors' program; only when the window is closed, for on Day 2 every "
        "newly neutropenic patient would meet it.",
        instead='"strict": at or below on every one of Day 0–30',
        place="ICAHT, early",
    )
    icaht_rounding: str = _decided(
        "none",
        "The authors' program rounds to the nearest 10/µL, so that 504 counts as 500: an artifact.",
        instead='"nearest_10": as the program does, half to even',
        place="ICAHT",
    )
    icaht_maxgap: int = _decided(
        7,
        "Gaps of up to 7 days between two measured days are filled in a straight line (program; "
        "its description once says 5). The ends are not extended.",
        instead="5, or 0: measured days only",
        place="ICAHT, T-ICAHT",
    )
    hematotox_ties: str = _decided(
        "point",
        "ANC 1200/µL, hemoglobin 9.0 g/dL and CRP 3.0 mg/dL exactly are undefined in print. They "
        "give the point, as in the analysis program apparently of the score's own group.",
        instead='"none": no point at equality',
        place="CAR-HEMATOTOX",
    )
    lymphodepletion_within_days: int = _decided(
        14,
        "The first fludarabine, bendamustine or cyclophosphamide ahead of the infusion is taken as "
        "lymphodepletion. Longer ahead it may have been bridging: a caution says so.",
        place="CAR-HEMATOTOX, EASIX: before lymphodepletion",
    )
    lymphodepletion_unrecorded_day: int = _decided(
        -5,
        "Where no lymphodepletion is recorded, values of this day and earlier count as before it, "
        "with a caution.",
        place="CAR-HEMATOTOX, EASIX: before lymphodepletion",
    )
    easix_apart_hours: int = _decided(
        24,
        "The values of one index come from one draw, or lie at most this far apart.",
        place="EASIX, s-EASIX, m-EASIX",
    )
    fio2_from_flow: bool = _decided(
        True,
        "Where only the flow of a nasal cannula is known, FiO2 is taken as 20 % + 4 % per L/min "
        "(5 L/min is 40 %), marked as approximate. No other device is estimated.",
        instead="False: without a recorded FiO2 the 40 % cut-off stays unknown",
        place="older CRS systems, oxygen",
    )
    organ_labs_within_hours: int = _decided(
        24,
        "Organ toxicity that nobody recorded is taken from laboratory results at most this old.",
        place="older CRS systems, organ toxicity",
    )
    organ_toxicity_alone: bool = _decided(
        False,
        "A laboratory result cannot be attributed: organ toxicity worked out from it counts only "
        "beside fever, hypotension or hypoxia. One that was recorded always counts.",
        instead="True: laboratory results alone make a grade",
        place="older CRS systems, organ toxicity",
    )
    uln_ferritin_ng_ml: Decimal = _decided(
        Decimal(300), _NO_LIMIT_SENT, place="IEC-HS, HLH: ferritin"
    )
    uln_ast_u_l: Decimal = _decided(Decimal(40), _NO_LIMIT_SENT, place="IEC-HS, CTCAE: AST")
    uln_alt_u_l: Decimal = _decided(Decimal(40), _NO_LIMIT_SENT, place="IEC-HS, CTCAE: ALT")
    uln_bilirubin_mg_dl: Decimal = _decided(
        Decimal("1.2"), _NO_LIMIT_SENT, place="IEC-HS, CTCAE: bilirubin, total"
    )
    uln_creatinine_mg_dl: Decimal = _decided(
        Decimal("1.2"), _NO_LIMIT_SENT, place="IEC-HS, CTCAE: creatinine"
    )
    uln_ldh_u_l: Decimal = _decided(Decimal(250), _NO_LIMIT_SENT, place="IEC-HS: LDH")
    uln_bilirubin_direct_mg_dl: Decimal = _decided(
        Decimal("0.3"), _NO_LIMIT_SENT, place="IEC-HS: bilirubin, direct"
    )
    uln_inr: Decimal = _decided(Decimal("1.2"), _NO_LIMIT_SENT, place="IEC-HS: INR")
    uln_pt_s: Decimal = _decided(Decimal("14.5"), _NO_LIMIT_SENT, place="IEC-HS: PT")
    uln_aptt_s: Decimal = _decided(Decimal(40), _NO_LIMIT_SENT, place="IEC-HS: aPTT")
    hyperinflammation_window_hours: int = _decided(
        168,
        "How long a value describes one hyperinflammation. IEC-HS uses values up to this old at "
        "the latest of its laboratory results; HLH-2004, HScore and CARTOX-HLH those from this "
        "long before to this long after the highest ferritin, so that marrow and soluble CD25 "
        "that came days later count and a fever of Day 2 does not join a cytopenia of Day 60.",
        instead="72: features usually cluster within about three days",
        place="IEC-HS, CARTOX-HLH, HLH-2004, HScore",
    )
    unknown_baseline_is_normal: bool = _decided(
        True,
        "AST or ALT not measured before the infusion is taken as normal then, with a caution: it "
        "flags rather than misses.",
        instead="False: above 5 × the upper limit without a baseline cannot be told",
        place="IEC-HS, transaminases",
    )
    renal_times_baseline: Decimal = _decided(
        Decimal("1.5"),
        "Renal insufficiency is printed without a number: creatinine above this many times the "
        "baseline, or the upper limit where none is known.",
        place="IEC-HS, renal insufficiency",
    )
    cartox_hlh_ferritin_days: int = _decided(
        5,
        "The review prints a window of 5 days after the infusion, the specification the CRS "
        "phase: ferritin counts up to this day, and within a CRS episode (ASTCT 2019).",
        place="CARTOX-HLH",
    )
    mnt_persisting_counts: bool = _decided(
        True,
        "A symptom that began during CRS or ICANS and is still seen after recovery counts: the "
        "review asks that symptoms occurred after recovery, and a persisting one is missed else.",
        instead="False: only symptoms first seen after recovery",
        place="MNT",
    )
    igg_prompt: str = _decided(
        "level",
        "Sources differ whether replacement needs infections as well. A low level is a prompt, "
        "never an order; the physician decides.",
        instead='"level_and_infection": only after an infection was recorded',
        place="IgG prompt",
    )
    igg_prompt_mg_dl: Decimal = _decided(
        Decimal(400),
        "At or below: review (trough above 400 mg/dL) and Hill 2019.",
        place="IgG prompt",
    )


DEFAULT = LocalRules()


def decisions(local: LocalRules) -> list[dict[str, Any]]:
    """Every decision as printed on the rules page: name, value, reason, alternative, place."""
    return [
        {"name": item.name, "value": getattr(local, item.name), **item.metadata}
        for item in dataclasses.fields(local)
    ]
