"""CRS grade at each assessment, Penn scale 2018.

Purpose   grade CRS by the treatment it needed: fluids, vasopressors, any oxygen, clotting factors.
Use       beside ASTCT 2019, to compare with trials that were graded by it.
Not for   management: its options follow ASTCT alone.
Source    PENN_2018, CRS grading table and table of high-dose vasopressors.
"""

from __future__ import annotations

from grading.engine.reads import Reads
from grading.engine.result import Criterion
from grading.engine.system import System
from grading.rules.crs.older.parts import cells as cell
from grading.rules.crs.older.parts import oxygen_cells as oxygen
from grading.rules.crs.older.parts.facts import (
    HOURS,
    ORGAN,
    RATE,
    WEIGHT,
    OlderFacts,
    fio2_values,
    no_values,
    organ_values,
    temperature_values,
    vasopressor_values,
)
from grading.rules.crs.older.parts.reads import EVERY_SCALE, FIO2_SHOWN, ORGAN_TOXICITY
from grading.rules.crs.older.parts.scale import crs_scale
from grading.rules.signs.vasopressor_dose import PENN_HIGH_DOSE
from grading.sources import LOCAL, PENN_2018
from grading.vocabulary import Sign

KEY = "crs_penn_2018"
TABLE = PENN_2018.at("CRS grading table (J Hematol Oncol 2018, s13045-018-0653-x, Table 1)")
ONE_BOLUS = LOCAL.at("hypotension with one bolus or none is a hospital matter, grade 2")

CRITERIA: tuple[Criterion[OlderFacts], ...] = (
    Criterion(
        "penn2018_fever", 1, Sign.FEVER, "Mild reaction, treated with supportive care",
        "fever {temperature}", TABLE, cell.is_febrile, cell.fever_unknown, temperature_values,
    ),
    Criterion(
        "penn2018_creatinine_2", 2, "organs", "Organ dysfunction: grade 2 creatinine",
        "organ toxicity: {organs}", TABLE,
        cell.creatinine_is(2), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "penn2018_liver_3", 2, "organs", "Organ dysfunction: grade 3 liver function tests",
        "organ toxicity: {organs}", TABLE,
        cell.liver_is(3), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "penn2018_iv_therapy", 2, "treatment",
        "Hospitalized for CRS, with intravenous therapy other than fluids for hypotension",
        "intravenous therapy for CRS", TABLE,
        cell.is_on_iv_therapy, cell.iv_therapy_unknown, no_values,
    ),
    Criterion(
        "penn2018_one_bolus", 2, Sign.HYPOTENSION,
        "Hypotension, not known to have needed more than one fluid bolus",
        "hypotension {pressure}, {no_vasopressor}", ONE_BOLUS,
        cell.needs_one_bolus_at_most, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "penn2018_creatinine_3", 3, "organs", "Hospitalized for grade 3 creatinine",
        "organ toxicity: {organs}", TABLE,
        cell.creatinine_is(3), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "penn2018_creatinine_4", 3, "organs",
        "Grade 4 creatinine: more than grade 3, and not among the complications of grade 4",
        "organ toxicity: {organs}", TABLE,
        cell.creatinine_is(4), cell.organs_unknown, organ_values, up_to=4, rests_on=(ORGAN,),
    ),
    Criterion(
        "penn2018_liver_4", 3, "organs", "Hospitalized for grade 4 liver function tests",
        "organ toxicity: {organs}", TABLE,
        cell.liver_is(4), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "penn2018_many_boluses", 3, Sign.HYPOTENSION,
        "Hypotension treated with multiple fluid boluses",
        "hypotension {pressure}, {fluid_boluses} fluid boluses", TABLE,
        cell.needs_many_boluses, cell.boluses_unknown, vasopressor_values,
    ),
    Criterion(
        "penn2018_low_dose", 3, Sign.HYPOTENSION, "Hypotension treated with low-dose vasopressors",
        "vasopressors, not known to be at a high dose: {dosed}", TABLE,
        cell.needs_low_dose_per_kg, cell.dose_per_kg_unknown, vasopressor_values,
        rests_on=(RATE, HOURS, WEIGHT),
    ),
    Criterion(
        "penn2018_coagulopathy", 3, "treatment",
        "Coagulopathy requiring plasma, cryoprecipitate or fibrinogen concentrate",
        "coagulopathy treated", TABLE,
        cell.coagulopathy_is_treated, cell.coagulopathy_unknown, no_values,
    ),
    Criterion(
        "penn2018_oxygen", 3, Sign.HYPOXIA,
        "Hypoxia requiring any supplemental oxygen, high flow included",
        "oxygen: {oxygen}", TABLE, oxygen.on_oxygen, oxygen.oxygen_unknown, fio2_values,
    ),
    Criterion(
        "penn2018_pressure", 3, Sign.HYPOXIA, "Hypoxia requiring CPAP or BiPAP",
        "noninvasive positive pressure: {oxygen}", TABLE,
        oxygen.on_any_pressure, oxygen.device_unknown, fio2_values,
    ),
    Criterion(
        "penn2018_hypoxia_untreated", 3, Sign.HYPOXIA, "Low saturation without new oxygen",
        "hypoxia, untreated: SpO2 {spo2_percent} %", LOCAL.at("hypoxia without oxygen yet"),
        oxygen.is_untreated, oxygen.device_unknown, fio2_values,
    ),
    Criterion(
        "penn2018_high_dose", 4, Sign.HYPOTENSION, "Hypotension requiring high-dose vasopressors",
        "high-dose vasopressors: {dosed}", PENN_HIGH_DOSE,
        cell.needs_high_dose_per_kg, cell.dose_per_kg_unknown, vasopressor_values,
        rests_on=(RATE, HOURS),
    ),
    Criterion(
        "penn2018_ventilator", 4, Sign.HYPOXIA, "Hypoxia requiring mechanical ventilation",
        "ventilator: {oxygen}", TABLE, oxygen.on_ventilator, oxygen.device_unknown, fio2_values,
    ),
    Criterion(
        "penn2018_life_threatening", 4, "treatment", "Life-threatening complications",
        "stated as life-threatening", TABLE,
        cell.is_life_threatening, cell.sign_unknown, no_values,
    ),
)  # fmt: skip
"""The CRS table, one criterion per cell."""

FOOTNOTES = (
    ("Grade 5 is death due to CRS.", TABLE),
    (
        "One agent at its own high dose stays a high dose when another is added.",
        PENN_HIGH_DOSE.at("reading of the combinations", "D"),
    ),
    (
        (
            "High dose, for 3 hours or more: norepinephrine ≥ 0.2 µg/kg/min, epinephrine ≥ 0.1 "
            "µg/kg/min, dopamine ≥ 10 µg/kg/min, phenylephrine ≥ 200 µg/min; with vasopressin a "
            "norepinephrine equivalent ≥ 10 µg/min, in other combinations ≥ 20 µg/min. Without a "
            "weight the first two stay open, in a combination below its limit too."
        ),
        PENN_HIGH_DOSE,
    ),
    (
        (
            "Multiple boluses are two or more since the last assessment. One bolus is neither in "
            "grade 2 nor in grade 3; it counts as hospital treatment, grade 2."
        ),
        TABLE.at("reading of grade 3, fluids", "D"),
    ),
    (
        (
            "Ambiguous: grade 4 creatinine is not printed; it is more than the grade 3 creatinine "
            "of grade 3, and a complication that may be life-threatening: grade 3 to 4."
        ),
        TABLE.at("reading of organ dysfunction", "D"),
    ),
    (
        "Liver function tests are transaminases and bilirubin; other organs do not count.",
        TABLE.at("reading of organ dysfunction", "D"),
    ),
    (
        (
            "Intravenous therapy and treated coagulopathy are asked only once there is fever, "
            "hypotension or hypoxia; 'life-threatening' counts when stated beside one of these and "
            "is not asked."
        ),
        TABLE.at("reading of grades 2 to 4", "D"),
    ),
    ("Fever is needed for grade 1 alone.", TABLE),
)
"""Additions by the table's footnotes and the text, with the place of each."""

READS = EVERY_SCALE.joined(
    FIO2_SHOWN,
    ORGAN_TOXICITY,
    Reads(
        words=("fluid_bolus", "life_threatening", "coagulopathy_treated", "iv_therapy"),
        sides={"fluid_boluses": (1,)},
    ),
)
"""All that this scale looks at."""

SYSTEM = System(
    key=KEY,
    standard="Penn",
    year=2018,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=PENN_2018,
    **crs_scale(CRITERIA, READS),
)
