"""CRS grade at each assessment, NCI CTCAE 6.0.

Purpose   grade CRS by fluids, one vasopressor and the device of oxygen; organs do not count.
Use       beside ASTCT 2019, for trials that are graded by it (new ones from about 2026).
Not for   management: its options follow ASTCT alone; trials that stay on CTCAE 5.0.
Source    CTCAE_6_0, "cytokine release syndrome"; ";" in its cells means "or".
"""

from __future__ import annotations

from grading.engine.reads import Reads
from grading.engine.result import Criterion
from grading.engine.system import System
from grading.rules.crs.older.parts import cells as cell
from grading.rules.crs.older.parts import device_cells as device
from grading.rules.crs.older.parts import oxygen_cells as oxygen
from grading.rules.crs.older.parts.facts import (
    DEVICE,
    OlderFacts,
    device_values,
    no_values,
    temperature_values,
    vasopressor_values,
)
from grading.rules.crs.older.parts.reads import EVERY_SCALE
from grading.rules.crs.older.parts.scale import crs_scale
from grading.sources import ASTCT_2019, CTCAE_6_0, LOCAL
from grading.vocabulary import Sign

KEY = "crs_ctcae_6_0"
TABLE = CTCAE_6_0.at("cytokine release syndrome (MedDRA 10052015)")

CRITERIA: tuple[Criterion[OlderFacts], ...] = (
    Criterion(
        "ctcae6_fever", 1, Sign.FEVER, "Fever with or without constitutional symptoms",
        "fever {temperature}", TABLE, cell.is_febrile, cell.fever_unknown, temperature_values,
    ),
    Criterion(
        "ctcae6_fluids", 2, Sign.HYPOTENSION, "Hypotension responding to fluids",
        "hypotension {pressure}, {no_vasopressor}", TABLE,
        cell.needs_no_vasopressor, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "ctcae6_low_flow", 2, Sign.HYPOXIA,
        "Hypoxia requiring low-flow nasal cannula or blow-by",
        "low-flow oxygen or blow-by: {oxygen}", TABLE,
        device.on_low_flow, device.low_flow_unknown, device_values,
    ),
    Criterion(
        "ctcae6_hypoxia_untreated", 2, Sign.HYPOXIA, "Low saturation without new oxygen",
        "hypoxia, untreated: SpO2 {spo2_percent} %", LOCAL.at("hypoxia without oxygen yet"),
        oxygen.is_untreated, device.low_flow_unknown, device_values,
    ),
    Criterion(
        "ctcae6_one_vasopressor", 3, Sign.HYPOTENSION, "Hypotension managed with one pressor",
        "one vasopressor: {dosed}", TABLE,
        cell.needs_one_vasopressor, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "ctcae6_high_flow", 3, Sign.HYPOXIA,
        "Hypoxia requiring high-flow nasal cannula, facemask, nonrebreather or Venturi mask",
        "high-flow oxygen or mask: {oxygen}", TABLE,
        device.on_high_flow_or_mask, device.high_flow_unknown, device_values, rests_on=(DEVICE,),
    ),
    Criterion(
        "ctcae6_multiple", 3, Sign.HYPOTENSION,
        "Several vasopressors: more than 'one pressor', and perhaps life-threatening",
        "multiple vasopressors: {dosed}", TABLE,
        cell.needs_multiple_perhaps_urgent, cell.hypotension_unknown, vasopressor_values, up_to=4,
    ),
    Criterion(
        "ctcae6_multiple_not_urgent", 3, Sign.HYPOTENSION,
        "Several vasopressors, stated as not life-threatening",
        "multiple vasopressors: {dosed}", TABLE,
        cell.needs_multiple_not_urgent, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "ctcae6_pressure", 3, Sign.HYPOXIA,
        "CPAP or BiPAP: more than the devices of grade 3, and perhaps an urgent intervention",
        "noninvasive positive pressure: {oxygen}", TABLE,
        cell.unless_stated(device.on_noninvasive), device.pressure_unknown, device_values, up_to=4,
    ),
    Criterion(
        "ctcae6_pressure_not_urgent", 3, Sign.HYPOXIA,
        "CPAP or BiPAP, stated as not life-threatening",
        "noninvasive positive pressure: {oxygen}", TABLE,
        cell.if_not_urgent(device.on_noninvasive), device.pressure_unknown, device_values,
    ),
    Criterion(
        "ctcae6_ventilator", 4, Sign.HYPOXIA, "Urgent intervention indicated: ventilator",
        "ventilator: {oxygen}", TABLE,
        device.on_ventilator, device.pressure_unknown, device_values,
    ),
    Criterion(
        "ctcae6_life_threatening", 4, "treatment",
        "Life-threatening consequences; urgent intervention indicated",
        "stated as life-threatening", TABLE,
        cell.is_life_threatening_if_asked, cell.life_threatening_word, no_values,
    ),
)  # fmt: skip
"""The row of the criteria, one criterion per part of a cell."""

FOOTNOTES = (
    ("Grade 5 is death.", TABLE),
    ("A semicolon in a cell means 'or'.", CTCAE_6_0.at("how to read the grades")),
    (
        (
            "Low flow has no number in the text: up to 6 L/min is low, more is high, as in the "
            "footnote of ASTCT 2019. A high-flow system or a mask counts at any flow."
        ),
        ASTCT_2019.at("CRS table, footnote on the nasal cannula"),
    ),
    (
        (
            "Ambiguous: several vasopressors are more than the 'one pressor' of grade 3; grade 4 "
            "names none. Grade 3 to 4 until it is stated whether it threatens life."
        ),
        TABLE.at("reading of grades 3 and 4", "D"),
    ),
    (
        (
            "Ambiguous: CPAP and BiPAP stand in no cell. They are more than the devices of grade "
            "3: grade 3 to 4 until it is stated whether it threatens life."
        ),
        TABLE.at("reading of grades 3 and 4", "D"),
    ),
    (
        "A ventilator is an urgent intervention. 'Life-threatening' is not asked elsewhere.",
        TABLE.at("reading of grade 4", "D"),
    ),
    (
        "Vasopressin counts as a vasopressor. FiO2 and organ toxicity do not count.",
        TABLE.at("reading of grade 3", "D"),
    ),
    ("Fever is needed for grade 1 alone.", TABLE),
)
"""Additions to the row, with the place of each."""

READS = EVERY_SCALE.joined(Reads(words=("life_threatening",)))
"""All that this scale looks at."""

SYSTEM = System(
    key=KEY,
    standard="CTCAE 6.0",
    year=2025,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=CTCAE_6_0,
    **crs_scale(CRITERIA, READS),
)
