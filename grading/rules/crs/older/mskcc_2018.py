"""CRS grade at each assessment, Memorial Sloan Kettering (MSKCC) 2018.

Purpose   grade CRS by hours of vasopressor and oxygen need; organ toxicity does not count.
Use       beside ASTCT 2019, to compare with trials that were graded by it.
Not for   management: its options follow ASTCT alone.
Source    MSKCC_2018, CRS grading as reproduced in PMC7006459, Table 2.
"""

from __future__ import annotations

from grading.engine.reads import Reads
from grading.engine.result import Criterion
from grading.engine.system import System
from grading.rules.crs.older.parts import cells as cell
from grading.rules.crs.older.parts import oxygen_cells as oxygen
from grading.rules.crs.older.parts.facts import (
    FIO2,
    HOURS,
    OlderFacts,
    fio2_values,
    temperature_values,
    vasopressor_values,
)
from grading.rules.crs.older.parts.reads import EVERY_SCALE, FIO2_LIMIT
from grading.rules.crs.older.parts.scale import crs_scale
from grading.sources import LOCAL, MSKCC_2018
from grading.vocabulary import Sign

KEY = "crs_mskcc_2018"
TABLE = MSKCC_2018.at("CRS grading (PMC7006459, Table 2)")

CRITERIA: tuple[Criterion[OlderFacts], ...] = (
    Criterion(
        "mskcc2018_fever", 1, Sign.FEVER, "Mild: observation or supportive care only",
        "fever {temperature}", TABLE, cell.is_febrile, cell.fever_unknown, temperature_values,
    ),
    Criterion(
        "mskcc2018_fluids", 1, Sign.HYPOTENSION,
        "Hypotension without vasopressor: fluids are supportive care, or more than that",
        "hypotension {pressure}, {no_vasopressor}", TABLE,
        cell.needs_no_vasopressor, cell.hypotension_unknown, vasopressor_values, up_to=2,
    ),
    Criterion(
        "mskcc2018_few_hours", 2, Sign.HYPOTENSION,
        "Hypotension requiring any vasopressor for < 24 h",
        "vasopressors, not known to have run for 24 h: {dosed}", TABLE,
        cell.for_few_hours, cell.hours_unknown, vasopressor_values, rests_on=(HOURS,),
    ),
    Criterion(
        "mskcc2018_oxygen_below_40", 2, Sign.HYPOXIA, "Hypoxia requiring oxygen < 40 %",
        "oxygen below 40 %: {oxygen}", TABLE,
        oxygen.on_oxygen_below_40, oxygen.below_40_unknown, fio2_values, rests_on=(FIO2,),
    ),
    Criterion(
        "mskcc2018_hypoxia_untreated", 2, Sign.HYPOXIA, "Low saturation without new oxygen",
        "hypoxia, untreated: SpO2 {spo2_percent} %", LOCAL.at("hypoxia without oxygen yet"),
        oxygen.is_untreated, oxygen.device_unknown, fio2_values,
    ),
    Criterion(
        "mskcc2018_many_hours", 3, Sign.HYPOTENSION,
        "Hypotension requiring any vasopressor for ≥ 24 h",
        "vasopressors for 24 h or more: {dosed}", TABLE,
        cell.for_many_hours, cell.hours_unknown, vasopressor_values, rests_on=(HOURS,),
    ),
    Criterion(
        "mskcc2018_oxygen_from_40", 3, Sign.HYPOXIA, "Hypoxia requiring oxygen ≥ 40 %",
        "oxygen of 40 % or more: {oxygen}", TABLE,
        oxygen.on_oxygen_from_40, oxygen.from_40_unknown, fio2_values, rests_on=(FIO2,),
    ),
    Criterion(
        "mskcc2018_pressure_below_40", 2, Sign.HYPOXIA,
        "CPAP or BiPAP below 40 %: mechanical ventilation, or oxygen < 40 %",
        "noninvasive positive pressure: {oxygen}", TABLE,
        oxygen.on_pressure_below_40, oxygen.device_unknown, fio2_values, up_to=4, rests_on=(FIO2,),
    ),
    Criterion(
        "mskcc2018_pressure", 3, Sign.HYPOXIA,
        "CPAP or BiPAP: mechanical ventilation, or oxygen ≥ 40 %",
        "noninvasive positive pressure: {oxygen}", TABLE,
        oxygen.on_pressure, oxygen.device_unknown, fio2_values, up_to=4, rests_on=(FIO2,),
    ),
    Criterion(
        "mskcc2018_refractory", 4, Sign.HYPOTENSION,
        "Hypotension refractory to high-dose vasopressors",
        "hypotension refractory to high-dose vasopressors: {dosed}", TABLE,
        cell.is_refractory, cell.refractory_unknown, vasopressor_values,
    ),
    Criterion(
        "mskcc2018_ventilator", 4, Sign.HYPOXIA, "Mechanical ventilation",
        "ventilator: {oxygen}", TABLE, oxygen.on_ventilator, oxygen.device_unknown, fio2_values,
    ),
)  # fmt: skip
"""The CRS table, one criterion per cell."""

FOOTNOTES = (
    ("Grade 5 is death due to CRS.", TABLE),
    (
        (
            "Ambiguous: hypotension treated with fluids alone is in no cell; it is 'observation or "
            "supportive care' (1) or more than that (2): grade 1 to 2."
        ),
        TABLE.at("reading of grades 1 and 2", "D"),
    ),
    (
        (
            "Ambiguous: 'mechanical ventilation' may or may not mean CPAP and BiPAP. Without FiO2 "
            "they count as 40 % or more: grade 3 to 4."
        ),
        TABLE.at("reading of grade 4, oxygen", "D"),
    ),
    (
        (
            "Hours are those for which any vasopressor has run without a gap. A rate known to be "
            "below the high dose of Lee 2014 rules out 'refractory to high dose' unless stated."
        ),
        TABLE.at("reading of grades 2 to 4, vasopressors", "D"),
    ),
    ("Organ toxicity does not count.", TABLE),
    ("Fever is needed for grade 1 alone.", TABLE),
)
"""Additions by the table's footnotes and the text, with the place of each."""

READS = EVERY_SCALE.joined(FIO2_LIMIT, Reads(words=("refractory_hypotension",)))
"""All that this scale looks at."""

SYSTEM = System(
    key=KEY,
    standard="MSKCC",
    year=2018,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=MSKCC_2018,
    **crs_scale(CRITERIA, READS),
)
