"""CRS grade at each assessment, NCI CTCAE 4.03.

Purpose   grade CRS by how it responded and what it needed, as trials before 2018 did.
Use       beside ASTCT 2019, to compare with trials that were graded by it.
Not for   management: its options follow ASTCT alone.
Source    CTCAE_4_03, "cytokine release syndrome", written for infusions of antibodies.
"""

from __future__ import annotations

from grading.engine.reads import Reads
from grading.engine.result import Criterion
from grading.engine.system import System
from grading.rules.crs.older.parts import cells as cell
from grading.rules.crs.older.parts import oxygen_cells as oxygen
from grading.rules.crs.older.parts.facts import (
    ORGAN,
    OlderFacts,
    fio2_values,
    no_values,
    organ_values,
    response_values,
    temperature_values,
    vasopressor_values,
)
from grading.rules.crs.older.parts.reads import EVERY_SCALE, FIO2_SHOWN, ORGAN_TOXICITY
from grading.rules.crs.older.parts.scale import crs_scale
from grading.sources import CTCAE_4_03, LOCAL
from grading.vocabulary import Sign

KEY = "crs_ctcae_4_03"
TABLE = CTCAE_4_03.at("cytokine release syndrome")

CRITERIA: tuple[Criterion[OlderFacts], ...] = (
    Criterion(
        "ctcae403_fever", 1, Sign.FEVER,
        "Mild reaction; interruption not indicated, intervention not indicated",
        "fever {temperature}", TABLE, cell.is_febrile, cell.fever_unknown, temperature_values,
    ),
    Criterion(
        "ctcae403_fluids", 2, Sign.HYPOTENSION,
        "Responds promptly to symptomatic treatment: intravenous fluids",
        "hypotension {pressure}, {no_vasopressor}", TABLE,
        cell.needs_no_vasopressor, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "ctcae403_prompt", 2, "response",
        "Responds promptly to symptomatic treatment (antihistamine, NSAID, narcotic)",
        "treated, with prompt response", TABLE,
        cell.responds_promptly, cell.response_unknown, response_values,
    ),
    Criterion(
        "ctcae403_oxygen", 2, Sign.HYPOXIA,
        "Oxygen: symptomatic treatment, or a clinical sequela",
        "oxygen: {oxygen}", TABLE, oxygen.on_oxygen_without_prompt_response,
        oxygen.oxygen_unknown, fio2_values, up_to=3,
    ),
    Criterion(
        "ctcae403_oxygen_prompt", 2, Sign.HYPOXIA, "Oxygen, with prompt response",
        "oxygen: {oxygen}", TABLE, oxygen.on_oxygen_with_prompt_response,
        oxygen.oxygen_unknown, fio2_values,
    ),
    Criterion(
        "ctcae403_hypoxia_untreated", 2, Sign.HYPOXIA, "Low saturation without new oxygen",
        "hypoxia, untreated: SpO2 {spo2_percent} %", LOCAL.at("hypoxia without oxygen yet"),
        oxygen.is_untreated, oxygen.device_unknown, fio2_values, up_to=3,
    ),
    Criterion(
        "ctcae403_prolonged", 3, "response",
        "Prolonged (not rapidly responsive), or recurring after initial improvement",
        "response to treatment: {response}", TABLE,
        cell.is_prolonged_or_recurrent, cell.response_unknown, response_values,
    ),
    Criterion(
        "ctcae403_sequelae", 3, "organs",
        "Clinical sequelae: renal impairment or pulmonary infiltrates (organ grade 3 or more)",
        "organ toxicity: {organs}", TABLE,
        cell.has_sequela, cell.organs_unknown, organ_values, rests_on=(ORGAN,),
    ),
    Criterion(
        "ctcae403_other_organ", 1, "organs",
        "Grade 4 toxicity of another organ: a mild reaction, or a clinical sequela",
        "organ toxicity: {organs}", TABLE,
        cell.has_other_severe_organ, cell.organs_unknown, organ_values, up_to=3, rests_on=(ORGAN,),
    ),
    Criterion(
        "ctcae403_vasopressor", 4, Sign.HYPOTENSION, "Vasopressor indicated",
        "vasopressors: {dosed}", TABLE,
        cell.needs_a_vasopressor, cell.hypotension_unknown, vasopressor_values,
    ),
    Criterion(
        "ctcae403_ventilation", 4, Sign.HYPOXIA,
        "Ventilatory support indicated: CPAP, BiPAP or ventilator",
        "ventilatory support: {oxygen}", TABLE,
        oxygen.on_ventilatory_support, oxygen.device_unknown, fio2_values,
    ),
    Criterion(
        "ctcae403_life_threatening", 4, "treatment", "Life-threatening consequences",
        "stated as life-threatening", TABLE,
        cell.is_life_threatening, cell.sign_unknown, no_values,
    ),
)  # fmt: skip
"""The row of the criteria, one criterion per part of a cell."""

FOOTNOTES = (
    ("Grade 5 is death.", TABLE),
    (
        (
            "Ambiguous: oxygen is not named. It is symptomatic treatment (2), or hypoxia is a "
            "clinical sequela (3): grade 2 to 3 while no prompt response is recorded."
        ),
        TABLE.at("reading of grades 2 and 3", "D"),
    ),
    (
        (
            "Ambiguous: a grade 4 toxicity of another organ than kidney and lung, transaminases "
            "included, may or may not be one of the 'clinical sequelae' of grade 3: 1 to 3."
        ),
        TABLE.at("reading of grade 3", "D"),
    ),
    (
        "Renal impairment and pulmonary infiltrates count from organ grade 3.",
        TABLE.at("reading of grade 3", "D"),
    ),
    (
        (
            "The response to treatment is asked once there is fever, hypotension or hypoxia; "
            "'life-threatening' counts when stated beside one of these and is not asked."
        ),
        TABLE.at("reading of grades 2 to 4", "D"),
    ),
    (
        "Interruption of the infusion and prophylaxis for 24 h do not apply to a single infusion.",
        TABLE.at("reading of grade 2", "D"),
    ),
)
"""Additions to the row, with the place of each."""

READS = EVERY_SCALE.joined(
    FIO2_SHOWN, ORGAN_TOXICITY, Reads(words=("life_threatening", "crs_response"))
)
"""All that this scale looks at."""

SYSTEM = System(
    key=KEY,
    standard="CTCAE 4.03",
    year=2010,
    criteria=CRITERIA,
    footnotes=FOOTNOTES,
    source=CTCAE_4_03,
    **crs_scale(CRITERIA, READS),
)
