"""CRS grade at each assessment, Lee 2014 (revised NCI scale).

Purpose   grade CRS by oxygen need, vasopressor dose and organ toxicity.
Use       beside ASTCT 2019, to compare with trials that were graded by it.
Not for   management: its options follow ASTCT alone.
Source    LEE_2014, CRS grading table and table of high-dose vasopressors.
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
    ORGAN,
    RATE,
    OlderFacts,
    fio2_values,
    no_values,
    organ_values,
    temperature_values,
    vasopressor_values,
)
from grading.rules.crs.older.parts.reads import EVERY_SCALE, FIO2_LIMIT, ORGAN_TOXICITY
from grading.rules.crs.older.parts.scale import crs_scale
from grading.rules.signs.vasopressor_dose import LEE_HIGH_DOSE
from grading.sources import LEE_2014, LOCAL, VASST_2008
from grading.vocabulary import Sign

KEY = "crs_lee_2014"
TABLE = LEE_2014.at("CRS grading table (J Hematol Oncol 2018, s13045-018-0653-x, Table 1)")

CRITERIA: tuple[Criterion[OlderFacts], ...] = (
    Criterion(
        "lee2014_fever", 1, Sign.FEVER, "Fever, symptomatic treatment only",
        "fever {temperature}", TABLE,
        cell.is_febrile, cell.fever_unknown, temperature_values,
    ),
    Criterion(
        "lee2014_symptoms", 1, "constitutional symptoms",
        "Constitutional symptoms (nausea, fatigue, headache, myalgia, malaise), symptomatic "
        "treatment only", "constitutional symptoms", TABLE,
        cell.has_symptoms, cell.fever_unknown, no_values,
    ),
    Criterion(
        "lee2014_oxygen_below_40", 2, Sign.HYPOXIA, "Oxygen requirement < 40 %",
        "oxygen below 40 %: {oxygen}", TABLE,
        oxygen.on_oxygen_below_40, oxygen.below_40_unknown, fio2_values, rests_on=(FIO2,),
    ),
    Criterion(
        "lee2014_hypoxia_untreated", 2, Sign.HYPOXIA, "Low saturation without new oxygen",
        "hypoxia, untreated: SpO2 {spo2_percent} %", LOCAL.at("hypoxia without oxygen yet"),
        oxygen.is_untreated, oxygen.device_unknown, fio2_values,
    ),
    Criterion(
        "lee2014_fluids", 2, Sign.HYPOTENSION, "Hypotension responding to fluids",
        "hypotension {pressure}, {no_vasopressor}", TABLE,
        cell.needs_no_vasopressor, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "lee2014_low_dose", 2, Sign.HYPOTENSION,
        "Hypotension responding to a low dose of one vasopressor",
        "one vasopressor, not known to be at a high dose: {dosed}", TABLE,
        cell.needs_low_dose_of_one, cell.dose_unknown, vasopressor_values, rests_on=(RATE, HOURS),
    ),
    Criterion(
        "lee2014_organ_2", 2, "organs", "Grade 2 organ toxicity", "organ toxicity: {organs}",
        TABLE, cell.any_organ_is(2), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "lee2014_transaminases_3", 2, "organs",
        "Grade 3 transaminitis: a grade 3 organ toxicity, or graded one lower as grade 4 is",
        "organ toxicity: {organs}", TABLE,
        cell.transaminases_are(3), cell.organs_unknown, organ_values, up_to=3, rests_on=(ORGAN,),
    ),
    Criterion(
        "lee2014_oxygen_from_40", 3, Sign.HYPOXIA, "Oxygen requirement ≥ 40 %",
        "oxygen of 40 % or more: {oxygen}", TABLE,
        oxygen.on_oxygen_from_40, oxygen.from_40_unknown, fio2_values, rests_on=(FIO2,),
    ),
    Criterion(
        "lee2014_high_dose", 3, Sign.HYPOTENSION, "Hypotension requiring a high-dose vasopressor",
        "high-dose vasopressor: {dosed}", LEE_HIGH_DOSE,
        cell.needs_high_dose, cell.dose_unknown, vasopressor_values, rests_on=(RATE, HOURS),
    ),
    Criterion(
        "lee2014_multiple", 3, Sign.HYPOTENSION,
        "Hypotension requiring multiple vasopressors, vasopressin counted",
        "multiple vasopressors: {dosed}", TABLE,
        cell.needs_multiple, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "lee2014_organ_3", 3, "organs", "Grade 3 organ toxicity other than transaminitis",
        "organ toxicity: {organs}", TABLE,
        cell.organ_is(3), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "lee2014_transaminases_4", 3, "organs", "Grade 4 transaminitis",
        "organ toxicity: {organs}", TABLE,
        cell.transaminases_are(4), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "lee2014_pressure_below_40", 2, Sign.HYPOXIA,
        "CPAP or BiPAP below 40 %: ventilator support, or oxygen < 40 %",
        "noninvasive positive pressure: {oxygen}", TABLE,
        oxygen.on_pressure_below_40, oxygen.device_unknown, fio2_values, up_to=4, rests_on=(FIO2,),
    ),
    Criterion(
        "lee2014_pressure", 3, Sign.HYPOXIA,
        "CPAP or BiPAP: ventilator support, or oxygen ≥ 40 %",
        "noninvasive positive pressure: {oxygen}", TABLE,
        oxygen.on_pressure, oxygen.device_unknown, fio2_values, up_to=4, rests_on=(FIO2,),
    ),
    Criterion(
        "lee2014_ventilator", 4, Sign.HYPOXIA, "Requirement for ventilator support",
        "ventilator: {oxygen}", TABLE, oxygen.on_ventilator, oxygen.device_unknown, fio2_values,
    ),
    Criterion(
        "lee2014_organ_4", 4, "organs", "Grade 4 organ toxicity except transaminitis",
        "organ toxicity: {organs}", TABLE,
        cell.organ_is(4), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
)  # fmt: skip
"""The CRS table, one criterion per cell."""

FOOTNOTES = (
    ("Grade 5 is death due to CRS.", TABLE),
    (
        "One agent at its own high dose stays a high dose when another is added.",
        LEE_HIGH_DOSE.at("reading of the combinations", "D"),
    ),
    (
        (
            "High dose, for 3 hours or more: norepinephrine ≥ 20 µg/min, dopamine ≥ 10 µg/kg/min, "
            "phenylephrine ≥ 200 µg/min, epinephrine ≥ 10 µg/min; with vasopressin a "
            "norepinephrine equivalent ≥ 10 µg/min, in other combinations ≥ 20 µg/min."
        ),
        LEE_HIGH_DOSE,
    ),
    (
        (
            "Norepinephrine equivalent (approximate): norepinephrine µg/min + dopamine µg/kg/min "
            "/ 2 + epinephrine µg/min + phenylephrine µg/min / 10."
        ),
        VASST_2008,
    ),
    (
        (
            "ASH image 6500909 prints the oxygen of grade 3 as '< 40 %'; every other source has "
            "≥ 40 %: a misprint."
        ),
        LEE_2014.at("as reproduced in ASH image 6500909"),
    ),
    (
        (
            "Ambiguous: the text says 'ventilator support', which may or may not mean CPAP and "
            "BiPAP. Without FiO2 they count as 40 % or more: grade 3 to 4."
        ),
        TABLE.at("reading of grade 4, oxygen", "D"),
    ),
    (
        (
            "Ambiguous: grade 3 transaminitis is a 'grade 3 organ toxicity' (3), yet grade 4 "
            "transaminitis is listed with grade 3, one lower (so 2): grade 2 to 3."
        ),
        TABLE.at("reading of grade 3, organ toxicity", "D"),
    ),
    ("Vasopressin is one of 'multiple' vasopressors.", TABLE.at("grade 3", "M")),
    ("Fever is needed for grade 1 alone.", TABLE),
    (
        (
            "Organ toxicity is known once transaminases, bilirubin and creatinine are; other "
            "organs count when recorded. While it is unknown every grade below 4 is 'at least'."
        ),
        TABLE.at("reading of organ toxicity", "D"),
    ),
    (
        "Constitutional symptoms without fever count when recorded; they are not asked for.",
        TABLE.at("reading of grade 1", "D"),
    ),
)
"""Additions by the table's footnotes and the text, with the place of each."""

READS = EVERY_SCALE.joined(FIO2_LIMIT, ORGAN_TOXICITY, Reads(words=("constitutional_symptoms",)))
"""All that this scale looks at."""

SYSTEM = System(
    key=KEY,
    standard="Lee",
    year=2014,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=LEE_2014,
    **crs_scale(CRITERIA, READS),
)
