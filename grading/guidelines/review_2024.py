"""Management options of the review (Ferreri and Bhutani 2024), with where others differ.

Purpose   what the review offers at each grade of CRS and ICANS, in its own measures.
Use       as options with their source. Whoever treats decides.
Not for   orders, and not blended: a differing source stands as its own line under its own name.
Source    the review, Tables 3 and 7 and the text beside them; ASCO 2021 and CARTOX where they
          differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from grading.sources import ASCO_2021, CARTOX_2018, KYMRIAH_LABEL, LOCAL, REVIEW_2024, Source

CRS_TABLE = REVIEW_2024.at("Table 3")
CRS_TEXT = REVIEW_2024.at("'Grading and management of CRS'")
ICANS_TABLE = REVIEW_2024.at("Table 7")
ICANS_TEXT = REVIEW_2024.at("'Grading and management of ICANS'")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed option. `kind`: option, steroid, tocilizumab, caution or difference."""

    toxicity: str
    grades: tuple[int, ...]
    code: str
    text: str
    source: Source
    kind: str = "option"


ANY_CRS = (1, 2, 3, 4)
ANY_ICANS = (1, 2, 3, 4)

LINES: tuple[Line, ...] = (
    Line("crs", (0, *ANY_CRS), "crs_monitoring",
         "Frequent vital signs; blood count, metabolic panel, coagulation, inflammatory markers; "
         "neurologic assessment", CRS_TEXT),
    Line("crs", (1,), "crs_infection_work_up",
         "Exclude infection: blood cultures, urine culture, chest radiography", CRS_TEXT),
    Line("crs", (1,), "crs_antibiotics",
         "Broad-spectrum antibiotics if neutropenic; G-CSF per institutional guidelines",
         CRS_TABLE),
    Line("crs", (1,), "crs_antipyretic", "Antipyretics (acetaminophen), intravenous fluids",
         CRS_TABLE),
    Line("crs", (1,), "crs_tocilizumab_consider",
         "Tocilizumab can be considered for persistent or recurrent fever", CRS_TABLE,
         "tocilizumab"),
    Line("crs", (2,), "crs_fluids_oxygen",
         "Intravenous fluids for hypotension and/or supplemental oxygen", CRS_TABLE),
    Line("crs", (2, 3, 4), "crs_telemetry", "Continuous pulse oximetry and cardiac telemetry",
         CRS_TEXT),
    Line("crs", (2, 3, 4), "crs_tocilizumab",
         "Tocilizumab 8 mg/kg IV (at most 800 mg a dose), every 8 hours, at most 4 doses in all",
         CRS_TABLE, "tocilizumab"),
    Line("crs", (2,), "crs_dexamethasone_q12h",
         "Dexamethasone 10 mg IV every 12 hours can be considered where borderline hypotension "
         "persists after fluids and 1–2 doses of tocilizumab", CRS_TABLE, "steroid"),
    Line("crs", (2,), "crs_escalation",
         "Without brisk improvement: vasopressor, intensive care, options as for grade 3",
         CRS_TEXT),
    Line("crs", (3, 4), "crs_icu",
         "Intensive care; vasopressors for hypotension and/or more oxygen; echocardiography",
         CRS_TEXT),
    Line("crs", (3, 4), "crs_dexamethasone_q6h",
         "Dexamethasone 10 mg IV every 6 hours (or equivalent) with tocilizumab, rapid taper once "
         "improving", CRS_TABLE, "steroid"),
    Line("crs", (4,), "crs_methylprednisolone",
         "Refractory: steroid can be escalated up to methylprednisolone 1,000 mg IV every 12 hours",
         CRS_TABLE, "steroid"),
    Line("crs", (3,), "crs_methylprednisolone_refractory",
         "Refractory grade 3: steroid can be escalated up to methylprednisolone 1,000 mg IV every "
         "12 hours", CRS_TABLE, "steroid"),
    Line("crs", (3, 4), "crs_alternatives",
         "Refractory after tocilizumab and steroid: anakinra, siltuximab, etanercept, emapalumab, "
         "dasatinib, ruxolitinib or itacitinib; infection and progression excluded first",
         CRS_TABLE),
    Line("crs", (1,), "crs_asco_grade_1",
         "ASCO: fever lasting more than 3 days or refractory can be managed as grade 2",
         ASCO_2021.at("CRS grade 1"), "difference"),
    Line("crs", (2, 3, 4), "crs_asco_ceiling",
         "ASCO: at most 3 doses of tocilizumab in 24 hours and 4 in all",
         ASCO_2021.at("CRS grade 2, page 6"), "difference"),
    Line("crs", (2, 3, 4), "crs_label_small",
         "Below 30 kg: tocilizumab 12 mg/kg", KYMRIAH_LABEL, "difference"),
    Line("crs", (2,), "crs_cartox_dexamethasone",
         "CARTOX: dexamethasone 10 mg IV every 6 hours at grade 2", CARTOX_2018.at("CRS grade 2"),
         "difference"),
    Line("crs", (4,), "crs_asco_methylprednisolone",
         "ASCO: methylprednisolone 500 mg every 12 hours for 3 days, then taper over 6 days; 1 g "
         "twice daily without response", ASCO_2021.at("CRS grade 4"), "difference"),
    Line("crs", ANY_CRS, "crs_gm_csf", "ASCO: GM-CSF is not recommended",
         ASCO_2021.at("CRS, growth factors"), "difference"),
    Line("icans", (0, *ANY_ICANS), "icans_monitoring",
         "ICE score and motor strength at least twice daily; serial laboratory tests; severe "
         "hyponatremia corrected", ICANS_TEXT),
    Line("icans", ANY_ICANS, "icans_neurology",
         "Neurology consultation; seizure prophylaxis is common at most institutions", ICANS_TEXT),
    Line("icans", (1,), "icans_dexamethasone_once",
         "Supportive care; dexamethasone 10 mg once can be considered, then reassess", ICANS_TABLE,
         "steroid"),
    Line("icans", (2,), "icans_dexamethasone_q12h",
         "Dexamethasone 10 mg IV every 12 hours, every 6 hours if grade 2 persists; until grade 1, "
         "then rapid taper", ICANS_TABLE, "steroid"),
    Line("icans", (2, 3, 4), "icans_imaging", "Neuroimaging and EEG", ICANS_TEXT),
    Line("icans", (2,), "icans_lumbar_puncture_consider",
         "Lumbar puncture with opening pressure can be considered", ICANS_TEXT),
    Line("icans", (3, 4), "icans_lumbar_puncture",
         "Lumbar puncture with opening pressure is strongly encouraged", ICANS_TEXT),
    Line("icans", (3, 4), "icans_icu",
         "Intensive care; seizures with neurology expertise per institutional guidelines",
         ICANS_TEXT),
    Line("icans", (3, 4), "icans_dexamethasone_q6h",
         "Dexamethasone 10 mg IV every 6 hours", ICANS_TABLE, "steroid"),
    Line("icans", (3,), "icans_methylprednisolone_refractory",
         "Refractory grade 3: methylprednisolone 1,000 mg IV two to three times daily", ICANS_TABLE,
         "steroid"),
    Line("icans", (4,), "icans_methylprednisolone",
         "Methylprednisolone 1,000 mg IV two to three times daily", ICANS_TABLE, "steroid"),
    Line("icans", (4,), "icans_airway", "Airway protection", ICANS_TEXT),
    Line("icans", (3, 4), "icans_alternatives",
         "Refractory to steroid: anakinra, siltuximab, dasatinib, intrathecal hydrocortisone with "
         "or without chemotherapy, antithymocyte globulin, cyclophosphamide or ruxolitinib",
         ICANS_TABLE),
    Line("icans", (1,), "icans_asco_grade_1", "ASCO: without CRS, supportive care only at grade 1",
         ASCO_2021.at("ICANS grade 1, pages 6–9"), "difference"),
    Line("icans", (2,), "icans_asco_grade_2",
         "ASCO: without CRS, dexamethasone 10 mg for 2 doses can be considered for high-risk "
         "products", ASCO_2021.at("ICANS grade 2, pages 6–9"), "difference"),
    Line("icans", (3,), "icans_asco_grade_3",
         "ASCO: dexamethasone 10 mg every 6–12 hours or methylprednisolone 1 mg/kg every 12 hours",
         ASCO_2021.at("ICANS grade 3, pages 6–9"), "difference"),
)  # fmt: skip
"""Every line the review prints for a grade, in its order, then where others differ."""

ISOLATED_ICANS = Line(
    "icans", ANY_ICANS, "tocilizumab_not_for_icans",
    "Tocilizumab is not indicated for isolated ICANS and may worsen it", ICANS_TABLE, "caution",
)  # fmt: skip
CONCURRENT = Line(
    "icans", ANY_ICANS, "tocilizumab_for_concurrent_crs_only",
    "Tocilizumab only for the concurrent CRS: it does not treat ICANS and may worsen it",
    ICANS_TABLE, "caution",
)  # fmt: skip
CRS_UNKNOWN = Line(
    "icans", ANY_ICANS, "tocilizumab_crs_not_graded",
    "CRS is not gradable now. Without CRS, tocilizumab is not indicated for ICANS and may "
    "worsen it",
    ICANS_TABLE, "caution",
)  # fmt: skip
TOCILIZUMAB_SPENT = Line(
    "crs", ANY_CRS, "crs_tocilizumab_spent",
    "The total of tocilizumab is reached: no further dose is offered", CRS_TABLE, "caution",
)  # fmt: skip
CHILD = Line(
    "crs", ANY_CRS, "doses_for_adults",
    "Child: doses are those printed for adults, unless they are per kg", LOCAL, "caution",
)  # fmt: skip
BESIDE_THE_TABLES = (ISOLATED_ICANS, CONCURRENT, CRS_UNKNOWN, TOCILIZUMAB_SPENT, CHILD)
"""Cautions that the situation adds to the lines of a grade."""
