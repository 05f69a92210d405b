"""Counts and risk scores for the chart, ready to print: ANC days and runs, ICAHT, the scores.

Everything comes from stored results; nothing is graded here. Days are those since the first
infusion, counts in cells/µL for ANC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grading.engine.result import Result
from grading.engine.sentences import RESULT_NOT_USED, ward_word
from grading.rules.blood_counts import car_hematotox, ctcae_counts, easix, icaht, t_icaht
from grading.rules.reasons import sentence
from grading.rules.systems import COURSE_SYSTEMS
from grading.vocabulary import ANALYTES
from patients.reading.course_file import CourseFile
from patients.words import wording
from patients.words.badges import Badge, system_badge

GRADED = (icaht.EARLY.key, icaht.LATE.key, t_icaht.EARLY.key, t_icaht.LATE.key)
EDITIONS = tuple(system.key for system in ctcae_counts.SYSTEMS_OF_COUNTS)
INDICES = ("m_easix", "easix", "s_easix")
WINDOW_NAMES = {
    easix.BEFORE: "before lymphodepletion",
    **{key: wording.day(number) for key, number in easix.DAYS.items()},
}
CELLS_PER_UL = 1000
LEVELS = {level.key: level for level in icaht.EARLY.levels}


@dataclass(frozen=True, slots=True)
class CountDay:
    """One day of the ANC series: measured, or filled between two that were (drawn hollow).

    `per_ul` in cells/µL; `low` at 500 or less.
    """

    number: int
    per_ul: int
    filled: bool
    low: bool
    day: str
    in_words: str


@dataclass(frozen=True, slots=True)
class CountRun:
    """A joined run at or below a level; `ongoing` where its window is open and it has not ended."""

    level: str
    first: int
    last: int
    days: str
    length: str
    basis: str
    ongoing: bool


@dataclass(frozen=True, slots=True)
class GradeLine:
    """One ICAHT or T-ICAHT window: its badge, the days it rests on, and its reasons."""

    key: str
    label: str
    badge: Badge
    basis: str
    reasons: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One risk score in one window; without a value it is "–" and the reasons name the cause."""

    key: str
    label: str
    window: str
    value: str
    remark: str
    reasons: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class CountLine:
    """The latest or the lowest count of an analyte with its grade by each edition of CTCAE."""

    label: str
    value: str
    day: str
    grades: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountsPanel:
    """Counts and risk scores as the chart shows them."""

    days: tuple[CountDay, ...]
    runs: tuple[CountRun, ...]
    grades: tuple[GradeLine, ...]
    scores: tuple[ScoreLine, ...]
    editions: tuple[str, ...] = ()
    counts: tuple[CountLine, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the course has no count, no grade and no score to show."""
        return not (self.days or self.grades or self.scores or self.counts)


def counts_panel(file: CourseFile, sees: Callable[[str], bool] = lambda _key: True) -> CountsPanel:
    """The whole panel of one course; of the editions of CTCAE those that the ward sees."""
    editions = [key for key in EDITIONS if key in file.of_course and sees(key)]
    return CountsPanel(
        days=anc_days(file),
        runs=anc_runs(file),
        grades=grade_lines(file),
        scores=score_lines(file),
        editions=tuple(COURSE_SYSTEMS[key].standard for key in editions),
        counts=count_lines(file, editions),
    )


def anc_days(file: CourseFile) -> tuple[CountDay, ...]:
    """The ANC of every day that has one, Day 0–100, for the timeline."""
    days = []
    for result in _anc_results(file):
        for number, value, filled in result.values["days"]:
            per_ul = round(value * CELLS_PER_UL)
            remark = ", not measured: between two days" if filled else ""
            days.append(
                CountDay(
                    number=number,
                    per_ul=per_ul,
                    filled=filled,
                    low=value <= float(icaht.LE_500.limit),
                    day=wording.day(number),
                    in_words=f"ANC {per_ul:,}/µL{remark}",
                )
            )
    return tuple(days)


def _anc_results(file: CourseFile) -> list[Result]:
    keys = (icaht.EARLY.key, icaht.LATE.key)
    return [file.of_course[key] for key in keys if key in file.of_course]


def anc_runs(file: CourseFile) -> tuple[CountRun, ...]:
    """Every run at 500/µL or less, and at 100/µL or less, earliest first."""
    all_runs = [
        _run(key, first, last, result)
        for result in _anc_results(file)
        for key, runs in result.values["runs"].items()
        for first, last in runs
    ]
    return tuple(sorted(all_runs, key=lambda run: (run.first, -run.last)))


def _run(key: str, first: int, last: int, result: Result) -> CountRun:
    series = result.values["days"]
    within = [filled for day, _, filled in series if first <= day <= last]
    filled = sum(within)
    basis = f"{len(within) - filled} measured" + (f", {filled} filled" if filled else "")
    return CountRun(
        level=LEVELS[key].label,
        first=first,
        last=last,
        days=wording.day(first)
        if first == last
        else f"{wording.day(first)} to {wording.signed(last)}",
        length=f"{last - first + 1} d",
        basis=basis,
        ongoing=not result.values["closed"] and last == series[-1][0],
    )


def grade_lines(file: CourseFile) -> tuple[GradeLine, ...]:
    """ICAHT and T-ICAHT, early and late, of which the course has a result."""
    return tuple(_grade_line(key, file.of_course[key]) for key in GRADED if key in file.of_course)


def _grade_line(key: str, result: Result) -> GradeLine:
    """One window with its basis: its days, and the number of them measured and filled."""
    system, values = COURSE_SYSTEMS[key], result.values
    first, last = values["window"]
    span = f"{wording.day(first)} to {wording.signed(last)}"
    if not values["closed"] and "observed_to" in values:  # an earlier edition did not store it
        span += f", observed to {wording.day(values['observed_to'])}"
    measured = values["measured_days"]
    basis = f"{span}: {measured} {'day' if measured == 1 else 'days'} measured"
    if values["filled_days"]:
        basis += f", {values['filled_days']} filled"
    return GradeLine(
        key=key,
        label=system.label,
        badge=system_badge(system, result),
        basis=basis,
        reasons=tuple(map(_minus, _reasons_and_cautions(result))),
        source=str(system.source),
        confidence=system.source.confidence,
    )


def count_lines(file: CourseFile, editions: Iterable[str]) -> tuple[CountLine, ...]:
    """Neutrophils and platelets, latest and lowest, each with a grade by every edition."""
    by_edition = [file.of_course[key].values["entries"] for key in editions]
    return tuple(_count_line(several) for several in zip(*by_edition, strict=True))


def _count_line(by_edition: Sequence[Mapping[str, Any]]) -> CountLine:
    first = by_edition[0]
    analyte = ANALYTES[first["analyte"]]
    cautions = [text for entry in by_edition for text in entry["cautions"]]
    return CountLine(
        label=f"{analyte.label}, {first['which']}",
        value=wording.measured(Decimal(str(first["value"])), first["comparator"], analyte.unit),
        day=wording.day(first["day"]),
        grades=tuple(_graded(entry) for entry in by_edition),
        cautions=tuple(dict.fromkeys(cautions)),
    )


def _graded(entry: Mapping[str, Any]) -> str:
    """The grade, or the range that a bound allows."""
    low, high = entry["low"], entry["high"]
    return f"{low}" if low == high else f"{low} to {high}"


def score_lines(file: CourseFile) -> tuple[ScoreLine, ...]:
    """CAR-HEMATOTOX, then the three indices, each at its windows."""
    lines = []
    if (result := file.of_course.get(car_hematotox.KEY)) is not None:
        lines.append(_hematotox(result))
    for key in INDICES:
        if (result := file.of_course.get(key)) is not None:
            lines += [_index(key, entry) for entry in result.values["entries"]]
    return tuple(lines)


def _hematotox(result: Result) -> ScoreLine:
    values = result.values
    remark = f"{values['risk']} risk" if values["risk"] else "risk not known"
    if values["score"] is None:
        names = ", ".join(ward_word(analyte) for analyte in result.missing)
        is_left_out = any(met.code == RESULT_NOT_USED for met in result.because)
        open_by = "a result is not used" if is_left_out else "a result is only a bound"
        remark += f": needs {names}" if names else f": {open_by}"
    score = values["score"]
    shown = f"{values['low']}–{values['high']}" if score is None else f"{score}"
    return _score(
        car_hematotox.KEY,
        WINDOW_NAMES[easix.BEFORE],
        f"{shown} of 7",
        remark,
        _reasons_and_cautions(result),
    )


def _reasons_and_cautions(result: Result) -> tuple[str, ...]:
    """The reasons in words and the cautions, once each."""
    return tuple(dict.fromkeys([*map(sentence, result.because), *result.cautions]))


def _index(key: str, entry: Mapping[str, Any]) -> ScoreLine:
    """An index has two decimals from 1 up, below that three digits: 1,240.5 or 0.0312."""
    value, log2 = entry["value"], entry["log2"]
    sentences = COURSE_SYSTEMS[key].sentences
    reasons = tuple(item["text"] for item in easix.entry_because(entry, sentences))
    remark = "" if log2 is None else f"log2 {log2:.2f}"
    shown = wording.DASH
    if value is not None:
        shown = wording.number(Decimal(f"{value:.2f}" if value >= 1 else f"{value:.3g}"))
    return _score(key, WINDOW_NAMES[entry["window"]], shown, remark, reasons)


def _score(key: str, window: str, value: str, remark: str, reasons: tuple[str, ...]) -> ScoreLine:
    system = COURSE_SYSTEMS[key]
    return ScoreLine(
        key=key,
        label=system.label,
        window=window,
        value=value,
        remark=remark,
        reasons=tuple(_minus(text) for text in reasons),
        source=str(system.source),
        confidence=system.source.confidence,
    )


def _minus(text: str) -> str:
    """Days before the infusion with a minus sign, as everywhere on screen."""
    return text.replace("Day -", "Day −")
