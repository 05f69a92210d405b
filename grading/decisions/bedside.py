"""Our own decisions on CRS, ICANS and the management options."""

# ruff: noqa: RUF009 - `decided` makes a dataclass field

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grading.decisions.decided import decided


@dataclass(frozen=True, slots=True)
class BedsideDecisions:
    """Decisions that touch CRS, ICANS and their management options."""

    undetermined_counts: bool = decided(
        True,
        "A sign whose cause is undetermined feeds the grade and shows a badge: ASTCT leaves out "
        "only what has another cause.",
        instead="False: only signs attributed to CAR-T count",
        place="CRS, ICANS",
    )
    fever_exemption_antipyretic: bool = decided(
        True,
        "ASTCT and the review name antipyretic or anti-cytokine therapy; the SITC 2020 footnote "
        "names only tocilizumab and steroids.",
        instead="False: only anti-cytokine drugs and steroids waive the fever",
        place="CRS",
    )
    crs_onset_window_days: int = decided(
        14,
        "Onset is typically within 14 days; later a first fever needs an explicit attribution "
        "instead of being blocked.",
        place="CRS",
    )
    crs_window_anchor: str = decided(
        "latest",
        "After a split dose the window starts anew with the latest infusion before the event.",
        instead='"first": Day n of the first infusion',
        place="CRS",
    )
    resolution_hours: int = decided(
        24,
        "Resolved when every entry over at least this time is all-clear; closing is automatic.",
        place="CRS, ICANS",
    )
    hfnc_low_flow: str = decided(
        "device",
        "The table defines high flow as > 6 L/min and also lists the device. A high-flow system "
        "at 6 L/min or less is graded by the device, with a caution.",
        instead='"flow": 6 L/min or less is low flow whatever the device',
        place="CRS, hypoxia",
    )
    mask_low_flow: str = decided(
        "device",
        "A facemask, non-rebreather or Venturi mask is grade 3 at any flow: the table lists the "
        "device, not its flow. Tracheostomy collar, T-piece and face tent are entered as mask.",
        instead='"flow": a mask at 6 L/min or less is low flow',
        place="CRS, hypoxia",
    )
    vasopressin_alone_counts: bool = decided(
        True,
        "Vasopressin is excluded only from 'multiple'; alone, a vasopressor is required: grade 3.",
        instead="False: vasopressin alone leaves grade 2",
        place="CRS, hypotension",
    )
    inotropes_count: bool = decided(
        False,
        "Dobutamine and milrinone are inotropes: recorded, not counted as vasopressors.",
        place="CRS, hypotension",
    )
    hypotension_from_pressure: bool = decided(
        True,
        "ASTCT gives no number. Where nobody answered, a pressure below the limit counts as "
        "hypotension and is marked as derived.",
        instead="False: an unanswered question stays unknown",
        place="CRS, hypotension",
    )
    adult_systolic_below_mmhg: Decimal = decided(
        Decimal(90), "Adults and 11–17 years: CARTOX and Mahadeo 2019, Table 2.", place="CRS"
    )
    adult_mean_below_mmhg: Decimal = decided(
        Decimal(65), "Adults only: mean pressure (systolic + 2 × diastolic) / 3.", place="CRS"
    )
    child_systolic_base_mmhg: Decimal = decided(
        Decimal(70),
        "1–10 years: systolic < 70 + 2 × age (Mahadeo 2019); infants < 70.",
        place="CRS",
    )
    neonate_systolic_below_mmhg: Decimal = decided(
        Decimal(60), "Below one month: systolic < 60 (PALS, not re-read).", place="CRS"
    )
    chronic_hypotension_baseline_mmhg: Decimal = decided(
        Decimal(95),
        "An adult whose usual systolic is at most this would meet the limits every day; a fall "
        "from the baseline is required as well, and the mean is not used.",
        place="CRS",
    )
    chronic_hypotension_fall_mmhg: Decimal = decided(
        Decimal(10), "The fall below the baseline that then counts.", place="CRS"
    )
    low_saturation_counts: bool = decided(
        True,
        "A saturation below the limit on no new oxygen is untreated hypoxia: at least grade 2 "
        "until a device is entered.",
        instead="False: only oxygen given counts",
        place="CRS, hypoxia",
    )
    adult_spo2_at_or_below_percent: Decimal = decided(
        Decimal(90), "Adults: oxygen is given to keep SpO2 above 90 % (CARTOX).", place="CRS"
    )
    child_spo2_below_percent: Decimal = decided(
        Decimal(90), "Below 18 years: SpO2 < 90 % (Mahadeo 2019).", place="CRS"
    )
    unstated_positive_pressure_counts: bool = decided(
        True,
        "Positive pressure without a stated reason counts as given for hypoxia, with a caution; "
        "CPAP or BiPAP of a patient with home CPAP is home CPAP.",
        place="CRS, hypoxia",
    )
    limits_where_age_unknown: str = decided(
        "adult",
        "The adult limits are the highest: an unknown age flags rather than misses.",
        instead='"none": pressure and saturation alone decide nothing',
        place="CRS",
    )
    capd_below_years: int = decided(
        12,
        "ASTCT and ASCO use CAPD below 12 years; the NCI Thesaurus says 12 and under. A birthday "
        "during the stay switches the tool.",
        place="ICANS",
    )
    capd_zero_counts: bool = decided(
        False,
        "Grade 1 is CAPD 1–8, as CTCAE 6.0 prints too. A summary that prints '< 9' would make "
        "CAPD 0 a grade 1.",
        place="ICANS, children",
    )
    capd_baseline_excuses: bool = decided(
        True,
        "A CAPD not above the child's own baseline, awake, with nothing else positive is grade 0: "
        "many healthy toddlers score above 0.",
        place="ICANS, children",
    )
    sedation_removes_consciousness: bool = decided(
        True,
        "Depressed consciousness counts only without another cause; where the examination was not "
        "done because of sedation, it is taken out of the grade with a caution.",
        place="ICANS",
    )
    tocilizumab_total: int = decided(
        4, "The review and ASCO: at most 4 doses in all.", place="tocilizumab", ceiling=True
    )
    tocilizumab_per_24_h: int = decided(
        3,
        "ASCO 2021 and NCCN: at most 3 in 24 h; the review states no daily limit. The stricter "
        "is used; a dose that was given is always recorded.",
        place="tocilizumab",
        ceiling=True,
    )
    tocilizumab_interval_hours: int = decided(
        8, "All current sources: 8 h. CARTOX allowed 6 h.", place="tocilizumab", floor=True
    )
    weight_fresh_hours: int = decided(
        24, "A dose by weight is shown with a caution where the weight is older.", place="doses"
    )
    differing_steroid_lines: str = decided(
        "show",
        "Where sources differ on the steroid (CRS 2: every 12 h or every 6 h; CRS 4: 1,000 mg "
        "every 12 h or 500 mg every 12 h with taper) both are shown with their source.",
        instead='"review": only the review by Ferreri and Bhutani',
        place="management",
    )
    episode_unseen_hours: int = decided(
        72,
        "Where nobody looked for this long or longer, an episode that had come to an all-clear "
        "ended there, and no earlier dose waives a fever afterwards: a septic shock on Day 29 is "
        "not the CRS of Day 2.",
        place="CRS, ICANS",
    )
    terlipressin_is_vasopressin: bool = decided(
        True,
        "Terlipressin is a prodrug of lysine vasopressin and acts on the same receptor. ASTCT "
        "excludes vasopressin from 'multiple' and does not name terlipressin.",
        instead="False: terlipressin counts as a vasopressor of its own",
        place="CRS, hypotension",
    )
