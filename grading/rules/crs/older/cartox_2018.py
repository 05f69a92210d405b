"""CRS grade at each assessment, CARTOX (MD Anderson) 2018, adults and children.

Purpose   grade CRS by pressure, FiO2 and organ toxicity.
Use       beside ASTCT 2019; below 18 years as Mahadeo 2019: CPAP and BiPAP are grade 3.
Not for   management: its options follow ASTCT alone.
Source    CARTOX_2018, CRS grading as reproduced in PMC7006459, Table 2; MAHADEO_2019, Table 2.
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
    organ_values,
    temperature_values,
    vasopressor_values,
)
from grading.rules.crs.older.parts.reads import EVERY_SCALE, FIO2_LIMIT, ORGAN_TOXICITY
from grading.rules.crs.older.parts.scale import Criteria, crs_scale
from grading.rules.signs.vasopressor_dose import LEE_HIGH_DOSE
from grading.sources import CARTOX_2018, LOCAL, MAHADEO_2019
from grading.vocabulary import Sign

KEY = "crs_cartox_2018"
TABLE = CARTOX_2018.at("CRS grading (PMC7006459, Table 2)")

CRITERIA: tuple[Criterion[OlderFacts], ...] = (
    Criterion(
        "cartox2018_fever", 1, Sign.FEVER, "Temperature ≥ 38.0 °C",
        "fever {temperature}", TABLE, cell.is_febrile, cell.fever_unknown, temperature_values,
    ),
    Criterion(
        "cartox2018_organ_1", 1, "organs", "Grade 1 organ toxicity", "organ toxicity: {organs}",
        TABLE, cell.any_organ_is(1), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "cartox2018_fluids", 2, Sign.HYPOTENSION, "Hypotension responding to fluids",
        "hypotension {pressure}, {no_vasopressor}", TABLE,
        cell.needs_no_vasopressor, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "cartox2018_low_dose", 2, Sign.HYPOTENSION,
        "Hypotension responding to a low-dose vasopressor",
        "one vasopressor, not known to be at a high dose: {dosed}", TABLE,
        cell.needs_low_dose_of_one, cell.dose_unknown, vasopressor_values, rests_on=(RATE, HOURS),
    ),
    Criterion(
        "cartox2018_oxygen_below_40", 2, Sign.HYPOXIA, "Hypoxia requiring FiO2 < 40 %",
        "oxygen below 40 %: {oxygen}", TABLE,
        oxygen.on_oxygen_below_40, oxygen.below_40_unknown, fio2_values, rests_on=(FIO2,),
    ),
    Criterion(
        "cartox2018_hypoxia_untreated", 2, Sign.HYPOXIA, "Low saturation without new oxygen",
        "hypoxia, untreated: SpO2 {spo2_percent} %", LOCAL.at("hypoxia without oxygen yet"),
        oxygen.is_untreated, oxygen.device_unknown, fio2_values,
    ),
    Criterion(
        "cartox2018_organ_2", 2, "organs", "Grade 2 organ toxicity", "organ toxicity: {organs}",
        TABLE, cell.any_organ_is(2), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "cartox2018_transaminases_3", 2, "organs",
        "Grade 3 transaminitis: a grade 3 organ toxicity, or graded one lower as grade 4 is",
        "organ toxicity: {organs}", TABLE,
        cell.transaminases_are(3), cell.organs_unknown, organ_values, up_to=3, rests_on=(ORGAN,),
    ),
    Criterion(
        "cartox2018_high_dose", 3, Sign.HYPOTENSION,
        "Hypotension requiring a high-dose vasopressor",
        "high-dose vasopressor: {dosed}", LEE_HIGH_DOSE,
        cell.needs_high_dose, cell.dose_unknown, vasopressor_values, rests_on=(RATE, HOURS),
    ),
    Criterion(
        "cartox2018_multiple", 3, Sign.HYPOTENSION,
        "Hypotension requiring multiple vasopressors, vasopressin counted",
        "multiple vasopressors: {dosed}", TABLE,
        cell.needs_multiple, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "cartox2018_oxygen_from_40", 3, Sign.HYPOXIA, "Hypoxia requiring FiO2 ≥ 40 %",
        "oxygen of 40 % or more: {oxygen}", TABLE,
        oxygen.on_oxygen_from_40, oxygen.from_40_unknown, fio2_values, rests_on=(FIO2,),
    ),
    Criterion(
        "cartox2018_organ_3", 3, "organs", "Grade 3 organ toxicity other than transaminitis",
        "organ toxicity: {organs}", TABLE,
        cell.organ_is(3), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "cartox2018_transaminases_4", 3, "organs", "Grade 4 transaminitis",
        "organ toxicity: {organs}", TABLE,
        cell.transaminases_are(4), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "cartox2018_life_threatening", 4, Sign.HYPOTENSION, "Life-threatening hypotension",
        "life-threatening hypotension {pressure}", TABLE,
        cell.hypotension_is_life_threatening, cell.life_threatening_unknown, vasopressor_values,
    ),
    Criterion(
        "cartox2018_ventilator", 4, Sign.HYPOXIA, "Hypoxia requiring ventilator support",
        "ventilator: {oxygen}", TABLE, oxygen.on_ventilator, oxygen.device_unknown, fio2_values,
    ),
    Criterion(
        "cartox2018_organ_4", 4, "organs", "Grade 4 organ toxicity except transaminitis",
        "organ toxicity: {organs}", TABLE,
        cell.organ_is(4), cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "cartox2018_pressure_below_40", 2, Sign.HYPOXIA,
        "Adults: CPAP or BiPAP below 40 %: ventilator support, or FiO2 < 40 %",
        "noninvasive positive pressure: {oxygen}", TABLE,
        oxygen.on_pressure_below_40, oxygen.device_unknown, fio2_values, up_to=4, rests_on=(FIO2,),
    ),
    Criterion(
        "cartox2018_pressure", 3, Sign.HYPOXIA,
        "Adults: CPAP or BiPAP: ventilator support, or FiO2 ≥ 40 %",
        "noninvasive positive pressure: {oxygen}", TABLE,
        oxygen.on_pressure, oxygen.device_unknown, fio2_values, up_to=4, rests_on=(FIO2,),
    ),
    Criterion(
        "cartox2018_pressure_child", 3, Sign.HYPOXIA, "Below 18 years: CPAP or BiPAP",
        "noninvasive positive pressure: {oxygen}", MAHADEO_2019,
        oxygen.on_any_pressure, oxygen.device_unknown, fio2_values,
    ),
)  # fmt: skip
"""The CRS table, one criterion per cell; the last three by age."""

FOOTNOTES = (
    ("Grade 5 is death due to CRS.", TABLE),
    (
        (
            "Children (below 18 years): BiPAP is grade 3, invasive ventilation grade 4; "
            "hypotension by age; fever is not needed for grade 2 and above."
        ),
        MAHADEO_2019,
    ),
    ("CPAP in children counts as BiPAP does.", MAHADEO_2019.at("reading of Table 2", "D")),
    (
        (
            "Ambiguous in adults: 'ventilator support' may or may not mean CPAP and BiPAP. Without "
            "FiO2 they count as 40 % or more: grade 3 to 4."
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
    (
        "High-dose vasopressors as in Lee 2014; vasopressin is one of 'multiple'.",
        TABLE.at("grade 3", "M"),
    ),
    (
        (
            "Systolic < 90 mmHg is read as hypotension as everywhere: the answer, else the limit "
            "of the patient's age. Whether it threatens life is asked only where vasopressors are "
            "several or at a high dose."
        ),
        TABLE.at("reading of the pressure rows", "D"),
    ),
    (
        (
            "Organ toxicity is known once transaminases, bilirubin and creatinine are; other "
            "organs count when recorded. While it is unknown every grade below 4 is 'at least'."
        ),
        TABLE.at("reading of organ toxicity", "D"),
    ),
)
"""Additions by the table's footnotes and the text, with the place of each."""

_CHILD = frozenset({"cartox2018_pressure_child"})
_ADULT = frozenset({"cartox2018_pressure", "cartox2018_pressure_below_40"})
_FOR_CHILDREN = tuple(row for row in CRITERIA if row.code not in _ADULT)
_FOR_ADULTS = tuple(row for row in CRITERIA if row.code not in _CHILD)


def _rows(facts: OlderFacts) -> Criteria:
    """The table as it holds at this age; an unknown age is graded as adult."""
    return _FOR_CHILDREN if facts.is_child() else _FOR_ADULTS


READS = EVERY_SCALE.joined(FIO2_LIMIT, ORGAN_TOXICITY, Reads(words=("life_threatening",)))
"""All that this scale looks at."""

SYSTEM = System(
    key=KEY,
    standard="CARTOX",
    year=2018,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=CARTOX_2018,
    **crs_scale(CRITERIA, READS, _rows),
)
