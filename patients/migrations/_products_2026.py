"""What migration 0005 loads: the products, the review's Tables 1 and 4, monitoring schedules.

Frozen with the migration; a later edition is a later migration. Values are as printed; what is
doubtful stands in a note beside its cell. None is "not printed", never 0.
"""

from datetime import date

REVIEW = "Ferreri CJ, Bhutani M. Front Oncol 2024, doi 10.3389/fonc.2024.1396490"
TABLE_1 = REVIEW + "; Table 1, {}"
TABLE_4 = REVIEW + "; Table 4, {}"
KNOWLEDGE = "general knowledge of {}; not read again"
APPROVALS = KNOWLEDGE.format("the US approvals")
LABEL = KNOWLEDGE.format("the US label")
PAPER = KNOWLEDGE.format("the registrational paper")
COPY = "Ferreri and Bhutani 2024, Table 1, as copied"
DRUGS_COM = "Aucatzyl dosage, drugs.com, 14 Mar 2025"
FDA_2025 = (
    "FDA safety communication of 26 Jun 2025, which eliminated the REMS for six CAR-T products, "
    "as reported by einnews, MLO and SOHO"
)
EMA_2024 = "EMA type II variation for Yescarta and Tecartus, reported in The Pharma Letter, 2024"
STRATEGIES = (
    "Strategies to prevent severe CRS and ICANS, Blood 2023;141:2430, "
    "doi 10.1182/blood.2022017414 (PMC10329191), Table 1"
)
DOMAINS = "general knowledge of the product, and PMC8823293 for the costimulatory domain"
TARGETS = KNOWLEDGE.format("the product")
ABROAD = "Approved outside the US and EU only, as far as is known: {}. Not verified."

PRODUCTS = (
    # abbreviation, name, brand, target, domain, notes, source, confidence, offered
    ("axi-cel", "axicabtagene ciloleucel", "Yescarta", "CD19", "CD28",
     "CD28 products have higher CRS and ICANS severity than 4-1BB products (review).",
     DOMAINS, "VM", True),
    ("tisa-cel", "tisagenlecleucel", "Kymriah", "CD19", "4-1BB", "", DOMAINS, "VM", True),
    ("brexu-cel", "brexucabtagene autoleucel", "Tecartus", "CD19", "CD28",
     "CD28 products have higher CRS and ICANS severity than 4-1BB products (review).",
     DOMAINS, "VM", True),
    ("liso-cel", "lisocabtagene maraleucel", "Breyanzi", "CD19", "4-1BB",
     "CD4 and CD8 cells 1 to 1.", DOMAINS, "VM", True),
    ("ide-cel", "idecabtagene vicleucel", "Abecma", "BCMA", "4-1BB", "", DOMAINS, "VM", True),
    ("cilta-cel", "ciltacabtagene autoleucel", "Carvykti", "BCMA (two VHH)", "4-1BB", "",
     TARGETS, "M", True),
    ("obe-cel", "obecabtagene autoleucel", "Aucatzyl", "CD19 (fast off-rate)", "4-1BB",
     "Never had a REMS.", TARGETS, "M", True),
    ("relma-cel", "relmacabtagene autoleucel", "", "CD19", "", ABROAD.format("China"),
     TARGETS, "M", False),
    ("inati-cel", "inaticabtagene autoleucel", "", "CD19", "", ABROAD.format("China"),
     TARGETS, "M", False),
    ("eque-cel", "equecabtagene autoleucel", "", "BCMA", "", ABROAD.format("China"),
     TARGETS, "M", False),
    ("zevor-cel", "zevorcabtagene autoleucel", "", "BCMA", "", ABROAD.format("China"),
     TARGETS, "M", False),
    ("tali-cel", "talicabtagene autoleucel", "", "CD19", "", ABROAD.format("India"),
     TARGETS, "M", False),
    ("ARI-0001", "ARI-0001", "", "CD19", "", ABROAD.format("Spain"), TARGETS, "M", False),
    ("anito-cel", "anitocabtagene autoleucel", "", "BCMA", "", "No approval was found.",
     TARGETS, "M", False),
)

INDICATIONS = (
    # abbreviation, indication, region, year, source, confidence
    ("tisa-cel", "ALL up to 25 years", "US", 2017, APPROVALS, "M"),
    ("tisa-cel", "LBCL", "US", 2018, APPROVALS, "M"),
    ("tisa-cel", "FL", "US", 2022, APPROVALS, "M"),
    ("axi-cel", "LBCL, third line", "US", 2017, APPROVALS, "M"),
    ("axi-cel", "FL", "US", 2021, APPROVALS, "M"),
    ("axi-cel", "LBCL, second line", "US", 2022, APPROVALS, "M"),
    ("brexu-cel", "MCL", "US", 2020, APPROVALS, "M"),
    ("brexu-cel", "adult ALL", "US", 2021, APPROVALS, "M"),
    ("liso-cel", "LBCL", "US", 2021, APPROVALS, "M"),
    ("liso-cel", "LBCL, extended", "US", 2022, APPROVALS, "M"),
    ("liso-cel", "CLL/SLL", "US", 2024, APPROVALS, "M"),
    ("liso-cel", "FL", "US", 2024, APPROVALS, "M"),
    ("liso-cel", "MCL", "US", 2024, APPROVALS, "M"),
    ("liso-cel", "MZL", "US", 2025, "US approval of 4 Dec 2025, public announcement", "V"),
    ("ide-cel", "MM", "US", 2021, APPROVALS, "M"),
    ("ide-cel", "MM after 2 lines or more", "US", 2024, APPROVALS, "M"),
    ("cilta-cel", "MM", "US", 2022, APPROVALS, "M"),
    ("cilta-cel", "MM after 1 line or more", "US", 2024,
     "US approval of 2024, public announcement", "V"),
    ("obe-cel", "adult B-ALL", "US", 2024, APPROVALS, "M"),
)

CRS_ONSET = "CRS on the label"
NT_ONSET = "Neurotoxicity on the label"
FACTS = (
    # abbreviation, topic, text, source, confidence
    ("tisa-cel", CRS_ONSET, "median onset / duration: ALL day 3 / 8 days; LBCL day 3 / 7 days",
     LABEL, "M"),
    ("tisa-cel", NT_ONSET, "median onset / duration: day 6 / 6 to 14 days", LABEL, "M"),
    ("axi-cel", CRS_ONSET, "median onset / duration: day 2 (1–12) / 7 days (2–58)",
     "Yescarta US label, 2018 text", "V"),
    ("axi-cel", NT_ONSET, "median onset: day 4", "Yescarta US label, 2018 text", "V"),
    ("axi-cel", "Neurotoxicity, how long", "median duration: 17 days", LABEL, "M"),
    ("brexu-cel", CRS_ONSET, "median onset / duration: MCL day 3 / 10 days; ALL day 5 / 8 days",
     LABEL, "M"),
    ("brexu-cel", NT_ONSET, "median onset / duration: day 6 to 7 / 15 to 21 days", LABEL, "M"),
    ("liso-cel", CRS_ONSET, "median onset / duration: day 5 / 5 days", LABEL, "M"),
    ("liso-cel", NT_ONSET, "median onset / duration: day 8 to 9 / 10 days", LABEL, "M"),
    ("ide-cel", CRS_ONSET, "median onset / duration: day 1 / 7 days", LABEL, "M"),
    ("ide-cel", NT_ONSET, "median onset / duration: day 2 / 8 days", LABEL, "M"),
    ("cilta-cel", CRS_ONSET, "median onset / duration: day 7 / 4 days", LABEL, "M"),
    ("cilta-cel", NT_ONSET, "median onset / duration: day 8 / 4 days", LABEL, "M"),
    ("obe-cel", CRS_ONSET,
     "median onset / duration: day 8 / 5 days; CRS 75 % (grade 3: 3 %)", LABEL, "M"),
    ("obe-cel", NT_ONSET,
     "median onset / duration: day 8 / 8 days; ICANS 24 % (grade 3 or above: 7 %)", LABEL, "M"),
    ("obe-cel", "Split dose",
     "410 × 10⁶ cells in all, on label Day 1 and Day 10 ± 2; the order of the bags depends on "
     "the marrow blasts within 7 days before lymphodepletion.", DRUGS_COM, "V"),
    ("obe-cel", "How the label counts days",
     "The first infusion is Day 1 on the label and Day 0 here: label Day 10 = our day 9.",
     DRUGS_COM, "V"),
    ("obe-cel", "Before the second dose",
     "CRS grade 2: consider postponing to label Day 21, until grade 1 or less. CRS grade 3 or "
     "above: stop.", DRUGS_COM, "V"),
    ("obe-cel", "Graded by", "The label’s table grades by CTCAE 5.0, not by ASTCT.",
     DRUGS_COM, "V"),
)

TRIALS = (
    # product, indication, trial, CRS any, G3+, onset; NT any, G3+; cytopenia; infection any, G3+
    ("tisa-cel", "B-ALL, 25 years or younger", "ELIANA", 77, 47, 3, 40, 13,
     "24 % G3+ not resolved by day 28, as printed", 43, 24),
    ("tisa-cel", "LBCL, 2 lines or more", "JULIET", 58, 22, 3, 21, 12,
     "32 % G3+ not resolved by day 28", 34, 20),
    ("axi-cel", "LBCL, 2 lines or more", "ZUMA-1", 93, 13, 2, 64, 28,
     "G3+ neutropenia 78 %, thrombocytopenia 38 %, anemia 43 %", None, None),
    ("axi-cel", "LBCL, second line", "ZUMA-7", 92, 6, 3, 60, 21,
     "29 % G3+ not resolved by day 30", 41, 14),
    ("axi-cel", "FL", "ZUMA-5", 78, 6, 4, 56, 15,
     "33 % G3+ not resolved by day 30", None, 18),
    ("liso-cel", "LBCL, 2 lines or more", "TRANSCEND", 42, 2, 5, 30, 10,
     "37 % G3+ not resolved by day 28", None, 12),
    ("liso-cel", "LBCL, second line", "TRANSFORM", 49, 1, 5, 11, 4,
     "43 % G3+ not resolved by day 35", None, 15),
    ("brexu-cel", "adult B-ALL", "ZUMA-3", 89, 24, 5, 60, 26,
     "36 % G3+ not resolved by day 30", None, 25),
    ("brexu-cel", "MCL", "ZUMA-2", 91, 15, 2, 63, 31,
     "26 % G3+ not resolved by day 90", None, 32),
    ("ide-cel", "MM, 4 lines or more", "KarMMa", 84, 5, 1, 18, 3,
     "G3+ neutropenia 52 % and thrombocytopenia 62 % not resolved by day 28, as printed",
     None, None),
    ("cilta-cel", "MM, 4 lines or more", "CARTITUDE-1", 95, 5, 7, 17, 2,
     "G3+ neutropenia 30 % and thrombocytopenia 41 % not resolved by day 30", None, 20),
)

OTHER_NEUROTOXICITY = {"CARTITUDE-1": {"nt_name": "ICANS", "other_nt_any": 12, "other_nt_g3": 9}}
"""The one trial that the review splits: ICANS, and other neurotoxicity."""

INTERLEAVED = (
    "The rows of ELIANA, JULIET and ZUMA-1 are interleaved in the copy that was read; the onset "
    "stands under another header."
)
BROKEN = "“{} % G ≥” and “3” stand on two lines in the copy that was read."
NOT_REPORTED = "The review prints “not reported”."
NOTES = (
    # trial, cell, kind, note, source, confidence
    ("ELIANA", "indication", "doubtful",
     "The copy that was read has “age < 25”; the indication is 25 years or younger.", COPY, "S"),
    ("ELIANA", "crs_onset_days", "doubtful", INTERLEAVED, COPY, "S"),
    ("ELIANA", "cytopenia", "doubtful",
     "The review prints 24 %; probably it is 24 of 75 patients, which is 32 %.", PAPER, "M"),
    ("JULIET", "crs_onset_days", "doubtful", INTERLEAVED, COPY, "S"),
    ("ZUMA-1", "crs_onset_days", "doubtful", INTERLEAVED, COPY, "S"),
    ("ZUMA-1", "infection_any", "not_reported", NOT_REPORTED, COPY, "S"),
    ("ZUMA-1", "infection_g3", "not_reported", NOT_REPORTED, COPY, "S"),
    ("TRANSCEND", "cytopenia", "doubtful",
     "“37 %” and “by day 28” stand on separate lines in the copy that was read.", COPY, "S"),
    ("ZUMA-3", "crs_g3", "doubtful", BROKEN.format(24), COPY, "S"),
    ("ZUMA-3", "nt_g3", "differs", "26 is 14 of 55; elsewhere it is rounded to 25.", PAPER, "M"),
    ("ZUMA-2", "crs_g3", "doubtful", BROKEN.format(15), COPY, "S"),
    ("ZUMA-2", "crs_onset_days", "differs",
     "The review prints 2 days, as the trial’s paper does; the US label says 3.",
     KNOWLEDGE.format("the US label and the trial’s paper"), "M"),
    ("KarMMa", "cytopenia", "doubtful",
     "The review prints 52 % and 62 %; almost certainly these are numbers of patients, 52 and "
     "62 of 127, which is 41 % and 49 %. The US label gives 41 % and 49 % at month 1.",
     KNOWLEDGE.format("the US Abecma label"), "M"),
    ("KarMMa", "infection_g3", "unreadable",
     "The copy that was read has “2”, likely “22”. To be read in the journal’s PDF.", COPY, "S"),
    ("CARTITUDE-1", "crs_g3", "differs",
     "5 is the figure of the label; the trial’s paper says 4.",
     KNOWLEDGE.format("the label and the trial’s paper"), "M"),
)

REMS_ERA = ("axi-cel", "brexu-cel", "cilta-cel", "ide-cel", "liso-cel", "tisa-cel")
BMS = ("ide-cel", "liso-cel")
REMS_END = date(2025, 6, 26)
BEFORE_REMS_END = date(2025, 6, 25)
REMS_TEXT = (
    "Daily at a certified site, under the REMS. As the FDA’s notice sums it up; the earlier label "
    "of each product may differ and was not read."
)
NOW_TEXT = "At least 2 weeks of monitoring, daily for at least 1 week of it."
GENERAL = " Staying near and driving: the general statement; this product’s label was not read."
EU_COMMON = "Common among EU labels; not read for this product."
SCHEDULES = (
    # product, region, from, to, superseded, daily, near, driving, text, source, confidence
    *(
        (name, "US", None, BEFORE_REMS_END, False, 7, 4, 8, REMS_TEXT, FDA_2025, "V")
        for name in REMS_ERA
    ),
    *(
        (name, "US", REMS_END, None, False, 7, 2, 2, NOW_TEXT, FDA_2025, "V")
        if name in BMS
        else (name, "US", REMS_END, None, False, 7, 2, 2, NOW_TEXT + GENERAL, FDA_2025, "VM")
        for name in REMS_ERA
    ),
    ("obe-cel", "US", None, None, False, None, None, None,
     "By its own label; it never had a REMS. The days of daily monitoring were not verified.",
     KNOWLEDGE.format("the Aucatzyl label"), "M"),
    *(
        (name, "EU", None, None, True, 10, None, None, "Before the variation of 2024.",
         EMA_2024, "V")
        for name in ("axi-cel", "brexu-cel")
    ),
    *(
        (name, "EU", None, None, False, 7, None, None,
         "Since a variation of 2024; its day is not recorded.", EMA_2024, "V")
        for name in ("axi-cel", "brexu-cel")
    ),
    *(
        (name, "EU", None, None, False, 10, None, None, EU_COMMON,
         KNOWLEDGE.format("EU labels"), "M")
        for name in ("cilta-cel", "ide-cel", "liso-cel", "tisa-cel")
    ),
)

TREATED, COMPARATOR = "treated", "comparator"
CRS, ICANS = "CRS", "ICANS"
ANY, G2, G2_UP, G3_UP = "any", "G2", "G2+", "G3+"
ANAKINRA_DOUBT = "{} % in Blood 2023;141:2430 (PMC10329191), Table 1: unresolved."
PREVENTION = (
    {
        "agent": "Dexamethasone",
        "schedule": "10 mg on days 0, 1 and 2",
        "trial": "ZUMA-1 cohort 6",
        "comparator": "ZUMA-1 cohorts 1–2, no prophylactic dexamethasone",
        "comment": "Lower baseline tumor burden than in cohorts 1–2.",
        "independent_check": "CRS G3+ 0 against 13 and ICANS G3+ 13 against 28 agree. ICANS G3+ "
        "15 with longer follow-up (PMC10329188).",
        "check_source": STRATEGIES,
        "check_confidence": "V",
        "reference": "reference 88",
        "outcomes": (
            (TREATED, CRS, ANY, "80", ""),
            (TREATED, CRS, G3_UP, "0", ""),
            (TREATED, ICANS, ANY, "58", ""),
            (TREATED, ICANS, G3_UP, "13", ""),
            (COMPARATOR, CRS, ANY, "93", ""),
            (COMPARATOR, CRS, G3_UP, "13", ""),
            (COMPARATOR, ICANS, ANY, "64", ""),
            (COMPARATOR, ICANS, G3_UP, "28", ""),
        ),
    },
    {
        "agent": "Tocilizumab",
        "schedule": "on day 2 after axi-cel",
        "trial": "ZUMA-1 safety expansion cohort",
        "comparator": "ZUMA-1 cohorts 1–2, no prophylactic tocilizumab",
        "comment": "Peak IL-6 higher in the prophylaxis cohort.",
        "independent_check": "CRS G3+ 3 agrees. ICANS G3+ 41 (also PMC10329188), from a later data "
        "cut of cohort 3. One cerebral edema. PMC10329188: not recommended.",
        "check_source": STRATEGIES,
        "check_confidence": "V",
        "reference": "reference 87",
        "outcomes": (
            (TREATED, CRS, ANY, None, ""),
            (TREATED, CRS, G3_UP, "3", ""),
            (TREATED, ICANS, ANY, None, ""),
            (TREATED, ICANS, G3_UP, "35",
             "41 % in a later data cut of cohort 3 (Blood 2023;141:2430 and PMC10329188)."),
            (COMPARATOR, CRS, G3_UP, "13", ""),
            (COMPARATOR, ICANS, G3_UP, "28", ""),
        ),
    },
    {
        "agent": "Anakinra",
        "schedule": "days 0–7",
        "trial": "NCT04432506",
        "comparator": "retrospective cohort, matched for tumor burden",
        "comment": "No observed impact on expansion or efficacy.",
        "doubt": "Its reference number is unreadable in the copy that was read: “1”, probably 91.",
        "independent_check": "The treated arm agrees. The comparator has CRS G2+ 70 and ICANS G3+ "
        "50: unresolved, show neither without its source.",
        "check_source": STRATEGIES,
        "check_confidence": "V",
        "reference": "reference 91 (read as “1”)",
        "outcomes": (
            (TREATED, CRS, ANY, "95", ""),
            (TREATED, CRS, G2_UP, "40", ""),
            (TREATED, CRS, G3_UP, "5", ""),
            (TREATED, ICANS, ANY, "35", ""),
            (TREATED, ICANS, G3_UP, "20", ""),
            (COMPARATOR, CRS, G2_UP, "50", ANAKINRA_DOUBT.format(70)),
            (COMPARATOR, ICANS, G3_UP, "30", ANAKINRA_DOUBT.format(50)),
        ),
    },
    {
        "agent": "Anakinra",
        "schedule": "day 2 to at least day 10",
        "trial": "NCT04148430",
        "comment": "Favorable reduction of all ICANS grades against historical controls.",
        "independent_check": "An earlier report: CRS G3+ 6, ICANS G3+ 6; started at first fever or "
        "day 2; axi-cel, tisa-cel and brexu-cel.",
        "check_source": STRATEGIES,
        "check_confidence": "V",
        "reference": "reference 92",
        "outcomes": (
            (TREATED, CRS, ANY, "74", ""),
            (TREATED, CRS, G3_UP, "6.4", ""),
            (TREATED, ICANS, ANY, "19", ""),
            (TREATED, ICANS, G3_UP, "9.7", ""),
        ),
    },
    {
        "agent": "Itacitinib",
        "schedule": "day −3 to day +26",
        "trial": "NCT04071366",
        "is_randomized": True,
        "comparator": "placebo",
        "comment": "Tocilizumab was used in 17 % against 57 %. G3+ neutropenia and "
        "thrombocytopenia persistent at day 28 were more frequent with itacitinib.",
        "reference": "reference 79",
        "outcomes": (
            (TREATED, CRS, ANY, "65", ""),
            (TREATED, CRS, G2, "17", ""),
            (TREATED, CRS, G3_UP, "0", ""),
            (TREATED, ICANS, ANY, "13", ""),
            (TREATED, ICANS, G2_UP, "9", ""),
            (TREATED, ICANS, G3_UP, None, ""),
            (COMPARATOR, CRS, ANY, "87", ""),
            (COMPARATOR, CRS, G2, "57", ""),
            (COMPARATOR, CRS, G3_UP, "0", ""),
            (COMPARATOR, ICANS, ANY, "35", ""),
            (COMPARATOR, ICANS, G2_UP, "22", ""),
        ),
    },
    {
        "agent": "Defibrotide",
        "schedule": "days −5 to −3 before CAR-T and days 0–7",
        "trial": "NCT03954106",
        "comment": "Stopped early, unlikely to meet its primary endpoint.",
        "doubt": "Whether “days 0–7” includes both ends is not said.",
        "reference": "reference 93",
        "outcomes": (
            (TREATED, CRS, ANY, None, ""),
            (TREATED, CRS, G3_UP, None, ""),
            (TREATED, ICANS, ANY, "50", ""),
            (TREATED, ICANS, G3_UP, "25", ""),
        ),
    },
    {
        "agent": "Lenzilumab",
        "schedule": "6 h before axi-cel",
        "trial": "ZUMA-19",
        "comment": "Met the primary safety endpoint; stopped after only 6 patients.",
        "independent_check": "17 % is 1 of 6.",
        "check_source": "arithmetic on the review’s own numbers",
        "check_confidence": "S",
        "reference": "reference 94",
        "outcomes": (
            (TREATED, CRS, ANY, None, ""),
            (TREATED, CRS, G3_UP, "0", ""),
            (TREATED, ICANS, ANY, None, ""),
            (TREATED, ICANS, G3_UP, "17", ""),
        ),
    },
)
