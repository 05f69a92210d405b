"""The sources of the rules, each with the confidence of its reading.

Confidence  V  read in the source text, or in a page that reproduces its table
            S  from the review the project starts from (Ferreri and Bhutani 2024)
            M  from general knowledge of the primary source, not read again
            D  our own decision where no source decides; shown as "local rule"
"""

from __future__ import annotations

from dataclasses import dataclass

CONFIDENCE = {
    "V": "read in the source or in a page that reproduces its table",
    "S": "from the review by Ferreri and Bhutani, 2024",
    "M": "from general knowledge of the primary source; needs a clinician's check",
    "D": "local rule: our own decision, no source decides",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A citation, the place in it, and the confidence marks of the reading."""

    key: str
    citation: str
    place: str
    confidence: str

    def at(self, place: str, confidence: str | None = None) -> Source:
        """The same work, another place in it."""
        return Source(self.key, self.citation, place, confidence or self.confidence)

    def __str__(self) -> str:
        return f"{self.citation}; {self.place}"


ASTCT_2019 = Source(
    "ASTCT_2019",
    "Lee DW et al. Biol Blood Marrow Transplant 2019;25:625–638 (ASTCT consensus)",
    "whole",
    "SV",
)
REVIEW_2024 = Source(
    "REVIEW_2024",
    "Ferreri CJ, Bhutani M. Front Oncol 2024, doi 10.3389/fonc.2024.1396490",
    "whole",
    "S",
)
HINES_2023 = Source(
    "HINES_2023",
    "Hines MR et al. Transplant Cell Ther 2023;29:438.e1 (ASTCT consensus)",
    "whole, as told by the review",
    "SM",
)
HENTER_2007 = Source(
    "HENTER_2007", "Henter JI et al. Pediatr Blood Cancer 2007;48:124 (HLH-2004)", "Table", "V"
)
FARDET_2014 = Source(
    "FARDET_2014", "Fardet L et al. Arthritis Rheumatol 2014;66:2613 (HScore)", "table", "V"
)
COHEN_2022 = Source(
    "COHEN_2022",
    "Cohen AD et al. Blood Cancer J 2022;12:32, doi 10.1038/s41408-022-00629-1",
    "abstract",
    "V",
)
HILL_2019 = Source("HILL_2019", "Hill JA et al. Blood Rev 2019 (IgG)", "whole", "V")
FDA_CLASS_LABEL = Source(
    "FDA_CLASS_LABEL",
    "US FDA class labeling on T-cell malignancies after CAR-T; post-marketing studies",
    "follow-up",
    "V",
)
BCMA_FOLLOW_UP = Source(
    "BCMA_FOLLOW_UP", "Follow-up after BCMA products, PMC10329188", "Table 2", "V"
)
ASCO_2021 = Source(
    "ASCO_2021", "Santomasso BD et al. (ASCO). J Clin Oncol 2021;39:3978", "pages 5–9", "V"
)
CARTOX_2018 = Source(
    "CARTOX_2018", "Neelapu SS et al. Nat Rev Clin Oncol 2018;15:47 (CARTOX)", "whole", "V"
)
MAHADEO_2019 = Source(
    "MAHADEO_2019", "Mahadeo KM et al. Nat Rev Clin Oncol 2019;16:45", "Table 2", "V"
)
KYMRIAH_LABEL = Source(
    "KYMRIAH_LABEL", "Kymriah US prescribing information, 2018 text", "CRS management", "V"
)
BCMA_LABELS = Source(
    "BCMA_LABELS", "Abecma and Carvykti US prescribing information", "CRS grade 1", "M"
)
NCCN = Source(
    "NCCN", "NCCN guideline on toxicities of CAR T cells, as told by others", "tocilizumab", "VM"
)
SAMSUNG = Source("SAMSUNG", "Samsung Medical Center, protocol for CAR T cells", "whole", "V")
STEROID_EQUIVALENTS = Source(
    "STEROID_EQUIVALENTS",
    "US prescribing information of prednisolone and prednisone",
    "comparative milligram doses, as reproduced",
    "V",
)
ICAHT_2023 = Source(
    "ICAHT_2023", "Rejeski K et al. Blood 2023;142:865 (EHA/EBMT)", "grading table", "M"
)
ICAHT_PROGRAM_2024 = Source(
    "ICAHT_PROGRAM_2024",
    "Liang EC et al. Bone Marrow Transplant 2024, doi 10.1038/s41409-024-02278-3, and the "
    "authors' program (automatedicahtgrading)",
    "program",
    "V",
)
T_ICAHT_2025 = Source(
    "T_ICAHT_2025", "Rejeski K et al. Blood 2025, doi 10.1182/blood.2025028833", "table", "V"
)
HEMATOTOX_2021 = Source(
    "HEMATOTOX_2021", "Rejeski K et al. Blood 2021;138:2499", "score table", "VM"
)
HEMATOTOX_PROGRAM = Source(
    "HEMATOTOX_PROGRAM",
    "Analysis program Dynamic-Hematotox (function calculate_hematotox)",
    "cut-offs",
    "V",
)
PENNISI_2021 = Source(
    "PENNISI_2021", "Pennisi M et al. Blood Adv 2021;5:3397 (m-EASIX)", "methods", "VS"
)
EASIX_FORMULA = Source(
    "EASIX_FORMULA", "EASIX, s-EASIX and m-EASIX as printed in PMC8525234", "formulas, units", "V"
)
KORELL_2022 = Source(
    "KORELL_2022", "Korell F et al. Front Immunol 2022, doi 10.3389/fimmu.2022.877477", "whole", "V"
)
LEE_2014 = Source("LEE_2014", "Lee DW et al. Blood 2014;124:188–195", "CRS grading table", "V")
PENN_2018 = Source(
    "PENN_2018",
    "Porter D et al. J Hematol Oncol 2018;11:35 (Penn scale)",
    "CRS grading table",
    "V",
)
MSKCC_2018 = Source(
    "MSKCC_2018", "Park JH et al. N Engl J Med 2018;378:449 (MSKCC)", "CRS grading", "V"
)
CTCAE_4_03 = Source(
    "CTCAE_4_03", "NCI Common Terminology Criteria for Adverse Events 4.03, 2010", "whole", "V"
)
CTCAE_5_0 = Source(
    "CTCAE_5_0",
    "NCI Common Terminology Criteria for Adverse Events 5.0, 2017",
    "as printed beside 6.0 in NCI's mapping of the two",
    "V",
)
CTCAE_6_0 = Source(
    "CTCAE_6_0",
    "NCI Common Terminology Criteria for Adverse Events 6.0, 2025",
    "NCI's spreadsheet with its mapping from 5.0",
    "V",
)
VASST_2008 = Source(
    "VASST_2008",
    "Russell JA et al. N Engl J Med 2008;358:877 (VASST)",
    "norepinephrine equivalents",
    "M",
)
HARRISON_PUNCTURE = Source(
    "HARRISON_PUNCTURE", "Harrison's Manual of Medicine", "Lumbar puncture", "V"
)
ASH_SAP_ICANS = Source(
    "ASH_SAP_ICANS",
    "ASH Self-Assessment Program, prevention, monitoring and management of CRS, ICANS and delayed "
    "neurotoxicity (view-large 12050798)",
    "Table 2",
    "V",
)
ICE_BY_THE_HALF_HOUR = Source(
    "ICE_BY_THE_HALF_HOUR",
    "Protocol of ICE assessments of an Australian hematology unit (interview, vjhemonc.com)",
    "frequency",
    "V",
)
CARVYKTI_LABEL = Source("CARVYKTI_LABEL", "Carvykti US prescribing information", "2.3", "V")
GALLI_2025 = Source(
    "GALLI_2025",
    "Galli E et al. Blood Adv 2025;9:5501, doi 10.1182/bloodadvances.2025017378",
    "abstract",
    "V",
)
ESETT_2019 = Source("ESETT_2019", "Kapur J et al. N Engl J Med 2019;381:2103 (ESETT)", "whole", "M")
BROWN_2021 = Source(
    "BROWN_2021", "Brown BD et al. Front Oncol 2021, doi 10.3389/fonc.2021.634445", "abstract", "V"
)
LYMPHOCYTES_2025 = Source(
    "LYMPHOCYTES_2025",
    "Prophylactic dexamethasone after cilta-cel, Blood 2025;146(Suppl 1):5953",
    "abstract, its end not read",
    "V",
)
CILTA_CEL_NERVES_2024 = Source(
    "CILTA_CEL_NERVES_2024",
    "Cranial nerve palsy in CARTITUDE-1, -2 and -4, Oncology Nursing Society 2024",
    "poster, as told by oncnursingnews.com",
    "V",
)
NINT_2025 = Source(
    "NINT_2025", "Cyclophosphamide in non-ICANS neurotoxicity, Blood 2025;145:2788", "abstract", "V"
)
MYELOPATHY_TABLE = Source(
    "MYELOPATHY_TABLE",
    "ASH Self-Assessment Program, CAR T-cell-related myelopathy (view-large 12435998)",
    "table",
    "V",
)
CYTOPENIA_SUPPORT = Source(
    "CYTOPENIA_SUPPORT", "Supportive care after CAR-T, ash view-large 11837558", "table", "V"
)
CYTOPENIA_SURVEY = Source(
    "CYTOPENIA_SURVEY", "Survey of experts on cytopenia after CAR-T, PMC10145722", "whole", "V"
)
AAAAI_IGG = Source("AAAAI_IGG", "AAAAI on IgG after CAR-T", "levels for replacement", "V")
ENTEROCOLITIS_2024 = Source(
    "ENTEROCOLITIS_2024", "Late effects after CAR-T, PMC11484697", "Table 2, enterocolitis", "V"
)
EBMT_AUTOIMMUNE = Source(
    "EBMT_AUTOIMMUNE", "EBMT on CAR-T in autoimmune disease, PMC10867419", "Tables 1 and 7", "V"
)
BREYANZI_UK_LABEL = Source(
    "BREYANZI_UK_LABEL", "Breyanzi, UK summary of product characteristics", "prophylaxis", "V"
)
TECARTUS_UK_LABEL = Source(
    "TECARTUS_UK_LABEL", "Tecartus, UK summary of product characteristics", "prophylaxis", "V"
)
LOCAL = Source("LOCAL", "Cartox local rule", "no source decides", "D")
