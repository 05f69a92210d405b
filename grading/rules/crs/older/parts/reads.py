"""What the older CRS scales read in one assessment and its course, by the cells that they share.

A scale joins these parts, and declares beside them the words that it alone reads.
"""

from __future__ import annotations

from grading.engine.reads import Reads
from grading.rules.crs.bedside_facts import CRS_FACTS_READ
from grading.rules.crs.older.parts.oxygen_support import FIO2_BY_FLOW, FORTY_PERCENT
from grading.rules.signs.organ_toxicity import ORGANS_BY_LABORATORY
from grading.rules.signs.vasopressor_dose import DOSE

EVERY_SCALE = CRS_FACTS_READ.joined(Reads(sides={"fluid_boluses": ()}, worked_out=(DOSE,)))
"""The bedside findings, and what the reason for hypotension shows: boluses, rates and hours."""

FIO2_SHOWN = Reads(sides={"fio2_percent": ()}, worked_out=(FIO2_BY_FLOW,))
"""FiO2 that the reason for hypoxia shows."""

FIO2_LIMIT = FIO2_SHOWN.joined(Reads(sides={"fio2_percent": (FORTY_PERCENT,)}))
"""FiO2 of which the cells for hypoxia ask whether it is below 40 %."""

ORGAN_TOXICITY = Reads(words=("organ_toxicity",), worked_out=(ORGANS_BY_LABORATORY,))
"""Organ toxicity, as recorded and by the laboratory."""
