"""CRS grade at each assessment, NCI CTCAE 5.0.

Purpose   grade CRS by fluids, one vasopressor and oxygen; organ toxicity does not count.
Use       beside ASTCT 2019, to compare with trials that were graded by it.
Not for   management: its options follow ASTCT alone.
Source    CTCAE_5_0, "cytokine release syndrome", as NCI prints it beside the text of 6.0.
"""

from __future__ import annotations

from grading.engine.reads import Reads
from grading.engine.result import Criterion
from grading.engine.system import System
from grading.rules.crs.older.parts import cells as cell
from grading.rules.crs.older.parts import oxygen_cells as oxygen
from grading.rules.crs.older.parts.facts import (
    FIO2,
    OlderFacts,
    fio2_values,
    no_values,
    temperature_values,
    vasopressor_values,
)
from grading.rules.crs.older.parts.reads import EVERY_SCALE, FIO2_LIMIT
from grading.rules.crs.older.parts.scale import crs_scale
from grading.sources import CTCAE_5_0, LOCAL
from grading.vocabulary import Sign

KEY = "crs_ctcae_5_0"
TABLE = CTCAE_5_0.at("cytokine release syndrome")

CRITERIA: tuple[Criterion[OlderFacts], ...] = (
    Criterion(
        "ctcae5_fever", 1, Sign.FEVER, "Fever with or without constitutional symptoms",
        "fever {temperature}", TABLE, cell.is_febrile, cell.fever_unknown, temperature_values,
    ),
    Criterion(
        "ctcae5_fluids", 2, Sign.HYPOTENSION, "Hypotension responding to fluids",
        "hypotension {pressure}, {no_vasopressor}", TABLE,
        cell.needs_no_vasopressor, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "ctcae5_oxygen_below_40", 2, Sign.HYPOXIA, "Hypoxia responding to < 40 % oxygen",
        "oxygen below 40 %: {oxygen}", TABLE,
        oxygen.on_oxygen_below_40, oxygen.below_40_unknown, fio2_values, rests_on=(FIO2,),
    ),
    Criterion(
        "ctcae5_hypoxia_untreated", 2, Sign.HYPOXIA, "Low saturation without new oxygen",
        "hypoxia, untreated: SpO2 {spo2_percent} %", LOCAL.at("hypoxia without oxygen yet"),
        oxygen.is_untreated, oxygen.device_unknown, fio2_values,
    ),
    Criterion(
        "ctcae5_one_vasopressor", 3, Sign.HYPOTENSION, "Hypotension managed with one vasopressor",
        "one vasopressor: {dosed}", TABLE,
        cell.needs_one_vasopressor, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "ctcae5_oxygen_from_40", 3, Sign.HYPOXIA, "Hypoxia requiring ≥ 40 % oxygen",
        "oxygen of 40 % or more: {oxygen}", TABLE,
        oxygen.on_oxygen_from_40, oxygen.from_40_unknown, fio2_values, rests_on=(FIO2,),
    ),
    Criterion(
        "ctcae5_multiple", 3, Sign.HYPOTENSION,
        "Several vasopressors: more than 'one vasopressor', and perhaps life-threatening",
        "multiple vasopressors: {dosed}", TABLE,
        cell.needs_multiple_perhaps_urgent, cell.hypotension_unknown, vasopressor_values, up_to=4,
    ),
    Criterion(
        "ctcae5_multiple_not_urgent", 3, Sign.HYPOTENSION,
        "Several vasopressors, stated as not life-threatening",
        "multiple vasopressors: {dosed}", TABLE,
        cell.needs_multiple_not_urgent, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "ctcae5_pressure_below_40", 2, Sign.HYPOXIA,
        "CPAP or BiPAP below 40 %: < 40 % oxygen, and perhaps an urgent intervention",
        "noninvasive positive pressure: {oxygen}", TABLE,
        cell.on_pressure_below_40_perhaps_urgent, oxygen.device_unknown, fio2_values,
        up_to=4, rests_on=(FIO2,),
    ),
    Criterion(
        "ctcae5_pressure", 3, Sign.HYPOXIA,
        "CPAP or BiPAP: ≥ 40 % oxygen, and perhaps an urgent intervention",
        "noninvasive positive pressure: {oxygen}", TABLE,
        cell.on_pressure_perhaps_urgent, oxygen.device_unknown, fio2_values,
        up_to=4, rests_on=(FIO2,),
    ),
    Criterion(
        "ctcae5_pressure_below_40_not_urgent", 2, Sign.HYPOXIA,
        "CPAP or BiPAP below 40 %, stated as not life-threatening",
        "noninvasive positive pressure: {oxygen}", TABLE,
        cell.on_pressure_below_40_not_urgent, oxygen.device_unknown, fio2_values, rests_on=(FIO2,),
    ),
    Criterion(
        "ctcae5_pressure_not_urgent", 3, Sign.HYPOXIA,
        "CPAP or BiPAP, stated as not life-threatening",
        "noninvasive positive pressure: {oxygen}", TABLE,
        cell.on_pressure_not_urgent, oxygen.device_unknown, fio2_values, rests_on=(FIO2,),
    ),
    Criterion(
        "ctcae5_ventilator", 4, Sign.HYPOXIA, "Urgent intervention indicated: ventilator",
        "ventilator: {oxygen}", TABLE, oxygen.on_ventilator, oxygen.device_unknown, fio2_values,
    ),
    Criterion(
        "ctcae5_life_threatening", 4, "treatment", "Life-threatening consequences",
        "stated as life-threatening", TABLE,
        cell.is_life_threatening_if_asked, cell.life_threatening_word, no_values,
    ),
)  # fmt: skip
"""The row of the criteria, one criterion per part of a cell."""

FOOTNOTES = (
    ("Grade 5 is death.", TABLE),
    (
        (
            "Ambiguous: several vasopressors are more than the 'one vasopressor' of grade 3; grade "
            "4 says only 'life-threatening consequences; urgent intervention indicated'. Grade 3 "
            "to 4 until it is stated whether it threatens life."
        ),
        TABLE.at("reading of grades 3 and 4", "D"),
    ),
    (
        (
            "Ambiguous: CPAP and BiPAP may or may not be that urgent intervention. Without FiO2 "
            "they count as 40 % or more: grade 3 to 4 until it is stated."
        ),
        TABLE.at("reading of grades 3 and 4", "D"),
    ),
    (
        "A ventilator is an urgent intervention. 'Life-threatening' is not asked elsewhere.",
        TABLE.at("reading of grade 4", "D"),
    ),
    ("Vasopressin counts as a vasopressor. Organ toxicity does not count.", TABLE),
    ("Fever is needed for grade 1 alone.", TABLE),
)
"""Additions to the row, with the place of each."""

READS = EVERY_SCALE.joined(FIO2_LIMIT, Reads(words=("life_threatening",)))
"""All that this scale looks at."""

SYSTEM = System(
    key=KEY,
    standard="CTCAE 5.0",
    year=2017,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=CTCAE_5_0,
    **crs_scale(CRITERIA, READS),
)
