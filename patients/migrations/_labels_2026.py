"""What migration 0027 changes and adds: labels by region, facts of products, prevention trials.

Frozen with the migration. None is "not read" or "not printed", never 0. Marks: V what was read as
text, table or file; M what rests on an abstract, a report or memory.
"""

from patients.migrations._products_2026 import (
    BEFORE_REMS_END,
    GENERAL,
    NOW_TEXT,
    REMS_END,
    REMS_TEXT,
)

BREYANZI_UK = "Breyanzi UK SmPC (MHRA), undated"
TECARTUS_UK = "Tecartus UK SmPC (MHRA), undated"
CHANGES = "openFDA, recent major changes of the US labels, read in Oct 2026"
CARVYKTI_US = "Carvykti US label, Oct 2025"
LABEL_2022 = "Yescarta US label, known from an abstract; not read"
OBE_TEXTS = "US texts for patients on Aucatzyl, known from abstracts; the label was not read"
UK_OBE = "MHRA, conditional approval of 25 Apr 2025, known from an abstract"
CHMP_OBE = "CHMP opinion of 22 May 2025 and NICE, Nov 2025, known from abstracts"
REPORTED = "reported second-hand; not read"
UNREAD = "The texts were not read."
OF_ITS_OWN = (
    " The six labels of that time differed; this one was not read, so the days are doubtful."
)

CHANGED_PRODUCTS = (
    # abbreviation, what changes: as loaded, and now
    ("eque-cel", {"brand": ("", "Fucaso")}),
    ("anito-cel", {"notes": (
        "No approval was found.",
        "No approval was found by Oct 2026; a US decision is expected in Dec 2026.",
    )}),
)

ADDED_PRODUCTS = (
    # abbreviation, name, brand, target, domain, notes, source, confidence
    ("afami-cel", "afamitresgene autoleucel", "Tecelra", "MAGE-A4", "",
     "T cells with a receptor (TCR), no CAR. Its US label has a boxed warning of CRS.",
     "openFDA, Tecelra US label, index of Oct 2026; target from general knowledge", "VM"),
    ("miv-cel", "mivocabtagene autoleucel", "", "CD19", "",
     "KYV-101, studied in stiff-person syndrome; its US application is not complete.",
     REPORTED, "M"),
)

CHANGED_SCHEDULES = (
    # product, region, valid from, valid to; what changes: as loaded, and now
    *(
        (name, "US", None, BEFORE_REMS_END, {
            "text": (REMS_TEXT, REMS_TEXT + OF_ITS_OWN), "confidence": ("V", "VM"),
        })
        for name in ("axi-cel", "brexu-cel", "ide-cel", "liso-cel")
    ),
    ("cilta-cel", "US", None, BEFORE_REMS_END, {
        "daily_days": (7, 10),
        "text": (REMS_TEXT, "At least 10 days by its text for patients, known from an abstract; "
                 "the FDA’s notice sums the six labels up as 7."),
        "confidence": ("V", "VM"),
    }),
    ("tisa-cel", "US", None, BEFORE_REMS_END, {
        "daily_days": (7, None),
        "text": (REMS_TEXT, "2 to 3 times in the first week, from general knowledge; the FDA’s "
                 "notice sums the six labels up as daily for 7 days."),
        "confidence": ("V", "VM"),
    }),
    ("liso-cel", "US", REMS_END, None, {
        "text": (NOW_TEXT, NOW_TEXT + " Changed again in Dec 2025 (2.1 and warnings). " + UNREAD),
        "confidence": ("V", "VM"),
    }),
    ("ide-cel", "US", REMS_END, None, {
        "text": (NOW_TEXT, NOW_TEXT + " Its section on driving (5.11) was removed in Jun 2025, "
                 "and 2.2 changed in Nov 2025. " + UNREAD),
        "confidence": ("V", "VM"),
    }),
    ("tisa-cel", "US", REMS_END, None, {
        "text": (NOW_TEXT + GENERAL,
                 NOW_TEXT + GENERAL + " Warnings changed in Dec 2025. " + UNREAD),
    }),
    ("obe-cel", "US", None, None, {
        "text": ("By its own label; it never had a REMS. The days of daily monitoring were not "
                 "verified.",
                 "By its own label; it never had a REMS. Its present text was not read. Texts for "
                 "patients: watched for at least 14 days; earlier ones: near for 4 weeks, no "
                 "driving for 8 weeks."),
        "source": ("general knowledge of the Aucatzyl label; not read again", OBE_TEXTS),
    }),
)

ADDED_SCHEDULES = (
    # product, region, daily, near, driving, text, source, confidence
    ("brexu-cel", "UK", 7, 4, None, "Daily for the first 7 days.", TECARTUS_UK, "V"),
    ("liso-cel", "UK", None, 2, None,
     "Watched 2 to 3 times in the first week and for at least 2 weeks in all; at least one dose of "
     "tocilizumab available.", BREYANZI_UK, "V"),
    ("obe-cel", "UK", None, None, None, "Conditional approval; the label was not read.", UK_OBE,
     "M"),
)

ADDED_INDICATIONS = (
    # abbreviation, indication, region, year, source, confidence
    ("liso-cel", "MCL after 2 lines or more with a BTK inhibitor", "UK", None, BREYANZI_UK, "V"),
    ("obe-cel", "adult B-ALL", "UK", 2025, UK_OBE, "M"),
)

STEROID = "Prophylactic steroid"
US_CHANGES = "Changes of the US label"
ADDED_FACTS = (
    # abbreviation, topic, text, source, confidence
    ("axi-cel", STEROID, "In the US label since 2022.", LABEL_2022, "M"),
    ("liso-cel", STEROID, "To be avoided (UK).", BREYANZI_UK, "V"),
    ("brexu-cel", STEROID, "Not recommended (UK).", TECARTUS_UK, "V"),
    ("axi-cel", "Primary CNS lymphoma",
     "The limitation of use was removed on 6 Feb 2026. 13 patients: neurotoxicity 85 %, "
     "grade 3 31 %.", "report on the Yescarta US label of Feb 2026", "V"),
    ("liso-cel", "Cells in MCL (UK)", "44–120 × 10⁶ cells", BREYANZI_UK, "V"),
    ("cilta-cel", "Boxed warnings",
     "Enterocolitis since Oct 2025, with T-cell lymphoma of the gut to exclude; MDS and AML; "
     "T-cell malignancies.", CARVYKTI_US, "V"),
    ("cilta-cel", "Overall survival",
     "On the label since Oct 2025, by CARTITUDE-4 (33.6 months).", CARVYKTI_US, "V"),
    ("cilta-cel", "China", "Announced by the NMPA, notice of 19 Feb 2025.", REPORTED, "M"),
    ("liso-cel", US_CHANGES,
     "Feb 2026: the statement on accelerated approval (1.3) was removed. Dec 2025: MZL (1.5), 2.1, "
     "warnings 5.1, 5.2, 5.4, 5.6 and 5.8. " + UNREAD, CHANGES, "V"),
    ("ide-cel", US_CHANGES,
     "Nov 2025: 2.2, warnings 5.2 and 5.3. Jun 2025: effects on the ability to drive (5.11) were "
     "removed. " + UNREAD, CHANGES, "V"),
    ("tisa-cel", US_CHANGES, "Dec 2025: warnings 5.1, 5.2 and 5.4 to 5.6. " + UNREAD, CHANGES,
     "V"),
    ("obe-cel", "EU",
     "Positive opinion of 22 May 2025, from 26 years; the EU label was not read. NICE: Nov 2025.",
     CHMP_OBE, "M"),
)

LABELS_DIFFER = (
    "Labels differ on prophylactic steroids: in the US label of axi-cel, to be avoided with "
    "liso-cel and not recommended with brexu-cel by the UK labels."
)
CHANGED_TRIALS = (("ZUMA-1 cohort 6", {"doubt": ("", LABELS_DIFFER)}),)

ADDED_TRIALS = (
    {
        "agent": "Dexamethasone",
        "schedule": "10 mg twice daily for 3 days or more at lymphocytes above 3 × 10⁹/L",
        "trial": "After cilta-cel, against delayed neurotoxicity",
        "comment": "38 treated: delayed neurotoxicity in 6 (16 %). In the same source it followed "
        "a lymphocyte peak above 3 × 10⁹/L in 10 of 51 (20 %), a lower one in 1 of 51 (2 %).",
        "doubt": "The comparison is cut off in the copy that was read.",
        "source": "Blood 2025;146 S1:5953, abstract",
        "outcomes": (),
    },
    {
        "agent": "Tocilizumab",
        "schedule": "one dose before a bispecific antibody",
        "trial": "119 patients, bispecific antibodies",
        "comment": "No CAR-T. Of 12 with CRS 10 had grade 1, none grade 3.",
        "source": "Blood Adv 2025016911, abstract",
        "outcomes": (("CRS", "any", "10.1"), ("ICANS", "any", "5.9")),
    },
    {
        "agent": "Tocilizumab",
        "schedule": "one dose before a bispecific antibody",
        "trial": "52 outpatients, bispecific antibodies",
        "comment": "No CAR-T. 7.7 % were admitted.",
        "source": "Clin Lymphoma Myeloma Leuk 2025;25:656, abstract",
        "outcomes": (("CRS", "any", "19.2"),),
    },
)
