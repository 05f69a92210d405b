"""The checklist of IEC-HS and the older scores, from the stored results of the course."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grading.engine.checklists import basis
from grading.rules.reasons import ALL_SENTENCES
from grading.rules.systems import COURSE_SYSTEMS
from patients.chart.laboratory.hours import time_of_hour, with_times
from patients.reading.course_file import CourseFile
from patients.words import wording

OLDER_SCORES = ("cartox_hlh", "hlh_2004", "h_score")
SUSPECTED_WORDS = {
    True: "ferritin and timing are met: consider IEC-HS",
    False: "a required item is not met",
    None: "cannot be told: a required item is open",
}
DECIMAL = re.compile(r"\d+\.\d+")
FULFILLED_WORDS = {True: "fulfilled", False: "not fulfilled", None: "open"}
MARK_WORDS = {True: "met", False: "not met", None: "cannot tell"}


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the checklist: `met` decides the mark, `mark` gives it in words."""

    code: str
    label: str
    met: bool | None
    mark: str
    basis: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """IEC-HS: required items first. `suspected` and `grade` are sentences."""

    label: str
    suspected: str
    is_suspected: bool | None
    grade: str
    as_of: str
    required: tuple[Tick, ...]
    features: tuple[Tick, ...]
    missing: str
    cautions: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class OlderScore:
    """One of the older scores, never without its caution."""

    label: str
    value: str
    missing: str
    cautions: tuple[str, ...]


def iec_hs_checklist(file: CourseFile) -> Checklist | None:
    """The checklist with the basis of each item; None where the course has no result of it."""
    result = file.of_course.get("iec_hs")
    if result is None:
        return None
    system = COURSE_SYSTEMS["iec_hs"]
    values = result.values
    grade = "no grade" if result.grade is None else f"grade {result.grade},"
    labels = {row[-1].strip("`"): row[1] for row in system.table[1:]}
    return Checklist(
        label=system.label,
        suspected=SUSPECTED_WORDS[values["suspected"]],
        is_suspected=values["suspected"],
        grade=f"{grade} recorded by a physician",
        as_of=time_of_hour(file, values["as_of_hour"]),
        required=_ticks(file, values["required"], labels),
        features=_ticks(file, values["features"], labels),
        missing=_listed(result.missing),
        cautions=result.cautions,
        source=str(system.source),
    )


def _ticks(
    file: CourseFile, items: Sequence[Mapping[str, Any]], labels: Mapping[str, str]
) -> tuple[Tick, ...]:
    return tuple(
        Tick(
            code=item["code"],
            label=labels[item["code"]],
            met=item["met"],
            mark=MARK_WORDS[item["met"]],
            basis=with_times(file, basis(item, ALL_SENTENCES)),
        )
        for item in items
    )


def _whole(percents: str) -> str:
    """Whole percents: the table prints no others, the rule reads linearly between its points."""
    return DECIMAL.sub(lambda each: f"{Decimal(each[0]):.0f}", percents)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(wording.words(name) for name in names)


def older_scores(file: CourseFile) -> tuple[OlderScore, ...]:
    """The older scores that the course has a result of."""
    scores = []
    for key in OLDER_SCORES:
        if (result := file.of_course.get(key)) is None:
            continue
        values = result.values
        if key == "h_score":
            low, high = values["low"], values["high"]
            points = str(low) if low == high else f"{low} to {high}"
            value = f"{points} points, probability {_whole(values['probability_text'])}"
        else:
            value = (
                f"{values['met']} of {values['of']} items, {FULFILLED_WORDS[values['fulfilled']]}"
            )
        label = COURSE_SYSTEMS[key].label
        scores.append(OlderScore(label, value, _listed(result.missing), result.cautions))
    return tuple(scores)
