"""The step that follows: every option that stands in a situation, in the order of a page.

Takes   the situation at one moment, and a site's own words by the code of a line.
Gives   options with the facts that call them and their source. After a death there is none.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import asdict
from decimal import Decimal
from functools import lru_cache
from string import Formatter
from typing import Any

from grading.decisions.step_choices import STEP_AS_PRINTED, StepChoices
from grading.guidelines.line import Line, LineKind, Option, Toxicity
from grading.guidelines.lines.around_doses import DOSE_LINES
from grading.guidelines.lines.crs.by_grade import CRS_LINES
from grading.guidelines.lines.crs.first import FIRST_LINES
from grading.guidelines.lines.crs.other_guidelines import CRS_ELSEWHERE_LINES
from grading.guidelines.lines.crs.rescue import CRS_RESCUE_LINES
from grading.guidelines.lines.crs.steroids import GIVEN_LINES
from grading.guidelines.lines.icaht import ICAHT_LINES
from grading.guidelines.lines.iec_hs import IEC_HS_LINES
from grading.guidelines.lines.late import LATE_LINES
from grading.guidelines.lines.neurotoxicity.icans import ICANS_LINES
from grading.guidelines.lines.neurotoxicity.icans_elsewhere import ICANS_ELSEWHERE_LINES
from grading.guidelines.lines.neurotoxicity.icans_first import ICANS_FIRST_LINES
from grading.guidelines.lines.neurotoxicity.icans_rescue import ICANS_RESCUE_LINES
from grading.guidelines.lines.neurotoxicity.neurologic import NEUROLOGIC_LINES
from grading.guidelines.lines.neurotoxicity.neurologic_prompts import NEUROLOGIC_PROMPT_LINES
from grading.guidelines.lines.neurotoxicity.seizure_and_pressure import SEIZURE_AND_PRESSURE_LINES
from grading.guidelines.situation.situation import Situation
from grading.local_rules import DEFAULT, LocalRules

LINES: tuple[Line, ...] = (
    *FIRST_LINES,
    *ICANS_FIRST_LINES,
    *CRS_LINES,
    *CRS_RESCUE_LINES,
    *GIVEN_LINES,
    *CRS_ELSEWHERE_LINES,
    *SEIZURE_AND_PRESSURE_LINES,
    *ICANS_LINES,
    *ICANS_RESCUE_LINES,
    *ICANS_ELSEWHERE_LINES,
    *IEC_HS_LINES,
    *ICAHT_LINES,
    *NEUROLOGIC_LINES,
    *NEUROLOGIC_PROMPT_LINES,
    *LATE_LINES,
    *DOSE_LINES,
)
"""Every line, in the order of the printed tables."""

TOCILIZUMAB_LIMITS = (
    "tocilizumab_total",
    "tocilizumab_per_24_h",
    "tocilizumab_interval_hours",
)
"""Local rules that texts name in braces, as they do choices."""
NO_WORDS: Mapping[str, str] = {}
_KINDS, _TOXICITIES = list(LineKind), list(Toxicity)


def next_step(situation: Situation, words: Mapping[str, str] = NO_WORDS) -> tuple[Option, ...]:
    """The options of a situation: by kind, then by toxicity, then as printed."""
    if situation.is_dead:
        return ()
    shown = numbers_in_words(situation.local, situation.choices)
    standing = {
        line.code: (line, why) for line in LINES if (why := line.when(situation)) is not None
    }
    options = [
        _option(line, why, situation, words.get(line.code, ""), shown)
        for line, why in standing.values()
        if not line.differs_from or _stands_beside(line, standing, situation.local)
    ]
    return tuple(
        sorted(
            options,
            key=lambda each: (_KINDS.index(each.kind), _TOXICITIES.index(Toxicity(each.toxicity))),
        )
    )


def _stands_beside(line: Line, standing: Container[str], local: LocalRules) -> bool:
    """Whether another guideline's line is shown: the review's line, which it differs from, is."""
    return local.differing_steroid_lines == "show" and line.differs_from in standing


def _option(
    line: Line, why: Any, situation: Situation, words: str, shown: Mapping[str, str]
) -> Option:
    text = line.text
    if situation.patient.is_child and line.text_for_child:
        text = line.text_for_child
    elif words:
        text = words
    return Option(
        code=line.code,
        toxicity=line.toxicity,
        grade=_grade_of(line.toxicity, situation),
        kind=line.kind,
        text=text.format_map(shown),
        details=(*line.details(situation), *_of_site(text, shown)),
        why=why,
        source=line.source,
        guideline=line.guideline,
        differs_from=line.differs_from,
        due=line.due(situation),
        drugs=line.drugs,
        is_quiet=line.is_quiet,
    )


@lru_cache(maxsize=8)
def numbers_in_words(local: LocalRules, choices: StepChoices) -> dict[str, str]:
    """What stands for each `{name}` of a text: the choices, and the limits of tocilizumab."""
    limits = {name: getattr(local, name) for name in TOCILIZUMAB_LIMITS}
    return {
        name: f"{Decimal(value).normalize():,f}"
        for name, value in (limits | asdict(choices)).items()
    }


def _of_site(text: str, shown: Mapping[str, str]) -> tuple[str, ...]:
    """A remark on each number of a text that a site chose and the source prints otherwise."""
    printed = numbers_in_words(DEFAULT, STEP_AS_PRINTED)
    if shown == printed:
        return ()
    return tuple(
        f"{shown[name]} by the choice of this site, {printed[name]} as printed"
        for _, name, _, _ in Formatter().parse(text)
        if name and shown[name] != printed[name]
    )


def _grade_of(toxicity: Toxicity, situation: Situation) -> int | None:
    """The grade of the toxicity that a line treats; None where it has none."""
    match toxicity:
        case Toxicity.CRS:
            return situation.crs.grade
        case Toxicity.ICANS:
            return situation.icans.grade
        case Toxicity.IEC_HS:
            return situation.iec_hs.grade
        case Toxicity.ICAHT:
            return situation.icaht.late_grade or situation.icaht.early_grade
    return None
