"""Prompts from scores and counts that are there anyway: ICE, CAPD, lymphocytes after cilta-cel.

Source  local rules for ICE and for the size of a rise of CAPD; publications for the rest.
"""

from __future__ import annotations

from grading.guidelines.line import Guideline, Line, LineKind, Toxicity, Why
from grading.guidelines.situation.situation import Fact, ScoreNow, Situation
from grading.record import HOUR
from grading.sources import BROWN_2021, LOCAL, LYMPHOCYTES_2025

LYMPHOCYTE_DAYS = (7, 28)
"""Days after cilta-cel within which a high count is looked for, both included."""


def _is_recent(score: ScoreNow, situation: Situation) -> bool:
    return situation.now - score.at <= situation.choices.score_change_hours * HOUR


def _ice_fell(situation: Situation) -> Why:
    """Since the previous ICE; else since the baseline, at the first that lies so far below it."""
    ice, points = situation.bedside.ice, situation.choices.ice_fall_points
    if ice is None or not _is_recent(ice, situation):
        return None
    if ice.before is not None and ice.before - ice.total >= points:
        return (_fall(ice, ice.before, "since the previous one"),)
    if ice.baseline is None or ice.baseline - ice.total < points:
        return None
    if ice.before is not None and ice.baseline - ice.before >= points:
        return None
    return (_fall(ice, ice.baseline, "since the baseline"),)


def _fall(ice: ScoreNow, earlier: int, since: str) -> Fact:
    return Fact(f"ICE {earlier}, then {ice.total}: {earlier - ice.total} points {since}",
                ice.at, ice.uid)  # fmt: skip


def _capd_rose(situation: Situation) -> Why:
    """Above the baseline by the points chosen, while ICANS is below 3."""
    capd, points = situation.bedside.capd, situation.choices.capd_rise_points
    if capd is None or capd.baseline is None or not _is_recent(capd, situation):
        return None
    if capd.total - capd.baseline < points or situation.icans.is_at_least(3):
        return None
    text = f"CAPD {capd.baseline} at the baseline, then {capd.total}"
    return (Fact(text, capd.at, capd.uid),)


def _many_lymphocytes(situation: Situation) -> Why:
    """The newest count of Days 7–28 after cilta-cel lies above the limit."""
    product, count = situation.product, situation.labs.get("lymphocytes")
    first, last = LYMPHOCYTE_DAYS
    if product is None or product.short != "cilta-cel" or count is None:
        return None
    if not first <= situation.day <= last or count.day is None or count.day < first:
        return None
    if not count.is_above(situation.choices.lymphocytes_10e9_l):
        return None
    return (Fact(count.text, count.at, count.uid), Fact(f"cilta-cel, Day {situation.day}"))


def _many_lymphocytes_lately(situation: Situation) -> Why:
    """The same by a count that is not too old for a drug."""
    count = situation.lab("lymphocytes")
    return None if count is None else _many_lymphocytes(situation)


NEUROLOGIC_PROMPT_LINES: tuple[Line, ...] = (
    Line(
        "neurologic_ice_fall",
        Toxicity.NEUROLOGIC,
        LineKind.NOW,
        "ICE lower than the previous one or the baseline, for 12 hours",
        "ICE fell by {ice_fall_points} points or more: neurologic examination, ICE again soon",
        LOCAL,
        _ice_fell,
        guideline=Guideline.LOCAL,
    ),
    Line(
        "neurologic_capd_rise",
        Toxicity.NEUROLOGIC,
        LineKind.MONITOR,
        "CAPD above the baseline, for 12 hours, ICANS below 3",
        "CAPD rose by {capd_rise_points} points or more from the baseline: closer neurologic "
        "checks; a change came 24–72 h before ICANS in 60 % (15 patients)",
        BROWN_2021,
        _capd_rose,
        guideline=Guideline.OTHER,
    ),
    Line(
        "neurologic_lymphocytes",
        Toxicity.NEUROLOGIC,
        LineKind.MONITOR,
        "lymphocytes above 3 × 10⁹/L on Days 7–28 after cilta-cel",
        "Lymphocytes above {lymphocytes_10e9_l} × 10⁹/L after cilta-cel: delayed neurotoxicity in "
        "10 of 51 (20 %), below it in 1 of 51 (2 %); handwriting, face and movement looked at",
        LYMPHOCYTES_2025,
        _many_lymphocytes,
        guideline=Guideline.OTHER,
    ),
    Line(
        "neurologic_lymphocytes_dexamethasone",
        Toxicity.NEUROLOGIC,
        LineKind.CONSIDER,
        "lymphocytes above 3 × 10⁹/L on Days 7–28 after cilta-cel, by a count of the last 3 days",
        "Dexamethasone 10 mg by mouth twice a day for at least 3 days was given to 38 of these: "
        "delayed neurotoxicity in 6 (16 %); not randomized, the comparison was not read",
        LYMPHOCYTES_2025,
        _many_lymphocytes_lately,
        guideline=Guideline.OTHER,
        text_for_child="Dexamethasone was given to 38 of these: delayed neurotoxicity in 6 (16 %); "
        "not randomized, the comparison was not read; dose by the pediatric protocol",
        drugs=("steroid",),
    ),
)
