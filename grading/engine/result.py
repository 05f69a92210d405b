"""The answer of a rule: a grade with its reasons and its certainty.

Each criterion answers true, false or unknown to one set of facts; `worst` takes the highest
criterion met and lists what could still raise it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from grading.engine.put_aside import PutAside
from grading.sources import Source

AMBIGUOUS = "the printed text allows grade {low} to {high}"

AnyFacts = TypeVar("AnyFacts")


class Missing(StrEnum):
    """The only words with which a result names what was not recorded."""

    TEMPERATURE = "temperature"
    HYPOTENSION = "hypotension"
    VASOPRESSORS = "vasopressors"
    OXYGEN_DEVICE = "oxygen device"
    OXYGEN_FLOW = "oxygen flow"
    ICE_SCORE = "ICE score"
    CAPD = "CAPD"
    CONSCIOUSNESS = "consciousness"
    SEIZURE = "seizure"
    MOTOR = "motor"
    ICP = "ICP"
    FIO2 = "FiO2"
    VASOPRESSOR_DOSE = "vasopressor dose"
    VASOPRESSOR_HOURS = "vasopressor hours"
    FLUID_BOLUSES = "fluid boluses"
    ORGAN_TOXICITY = "organ toxicity"
    REFRACTORY = "refractory hypotension"
    LIFE_THREATENING = "life-threatening"
    SYMPTOMS = "constitutional symptoms"
    RESPONSE = "response to treatment"
    COAGULOPATHY = "coagulopathy treated"
    IV_THERAPY = "intravenous therapy"
    CARTOX_10 = "CARTOX-10"
    SEIZURE_KIND = "kind of seizure"
    SEIZURES = "several seizures"
    PAPILLEDEMA_STAGE = "papilledema stage"
    CSF_PRESSURE = "CSF opening pressure"
    DAILY_LIVING = "daily living"


@dataclass(frozen=True, slots=True)
class Criterion(Generic[AnyFacts]):
    """One cell of a printed table.

    `test` answers True, False or None (unknown); `unknown` names what is missing for an
    answer; `saw` gives the values that the answer is based on, and `sentence` puts them into
    words. `up_to` is the highest grade that the literal text allows where it is ambiguous;
    `grade` is then the lowest. `rests_on` names the estimates behind the cell; each becomes a
    caution where the cell is met.
    """

    code: str
    grade: int
    domain: str
    wording: str
    sentence: str
    source: Source
    test: Callable[[AnyFacts], bool | None]
    unknown: Callable[[AnyFacts], Iterable[str]]
    saw: Callable[[AnyFacts], dict[str, Any]]
    up_to: int | None = None
    rests_on: tuple[str, ...] = ()

    @property
    def highest(self) -> int:
        """The highest grade that the text of this cell allows."""
        return self.grade if self.up_to is None else self.up_to


@dataclass(slots=True)
class Met:
    """A criterion that was met, with the values it is based on; `sentences` puts it into words."""

    code: str
    grade: int
    saw: dict[str, Any]

    def facts(self) -> dict[str, Any]:
        """This reason as plain JSON values, the form in which it is stored."""
        return {"code": self.code, "grade": self.grade, "saw": to_json(self.saw)}


@dataclass(slots=True)
class Result:
    """A grade of one system at one assessment.

    grade      0–5, or None where it is unknown
    low, high  where the literal text allows several grades: the lowest and the highest
    if_all_counted   where a sign put down to another cause lowers the grade: the grade or would-be
                     grade (of a range the highest) with every sign counted; never part of a peak
    put_aside        the signs behind that, each with its cause and who said so; else empty
    at_least   something unknown could raise the grade (or, in review, the would-be grade)
    review     a clinician has to attribute; `would_be` is the grade it would then have
    because    every criterion met, highest grade first
    missing    the items that would settle it, in the words of `vocabulary.Missing`
    cautions   remarks for the reader on the way to this grade
    values     further facts worth showing (what waived the fever, which instrument was used)
    """

    grade: int | None = None
    at_least: bool = False
    review: bool = False
    would_be: int | None = None
    low: int | None = None
    high: int | None = None
    because: tuple[Met, ...] = ()
    missing: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    if_all_counted: int | None = None
    put_aside: tuple[PutAside, ...] = ()

    @property
    def shown(self) -> int | None:
        """The number on the badge: the grade, or in review the would-be grade."""
        return self.would_be if self.review else self.grade

    @property
    def is_confirmed(self) -> bool:
        """Whether a physician confirmed every sign that is put aside; true where none is."""
        if self.if_all_counted is None:
            return True
        return bool(self.put_aside) and all(sign.confirmed for sign in self.put_aside)

    @property
    def to_sort_by(self) -> int | None:
        """The number to sort and to call by: until all is confirmed, the higher of the two."""
        shown, whole = self.shown, self.unconfirmed
        if whole is None:
            return shown
        return whole if shown is None else max(shown, whole)

    @property
    def unconfirmed(self) -> int | None:
        """The grade with every sign counted, until a physician confirmed what is put aside."""
        return None if self.is_confirmed else self.if_all_counted

    def with_reasons(self, because: tuple[Met, ...]) -> Result:
        """The same result with these reasons."""
        return self._with(because, self.cautions, self.values)

    def without_reasons(self) -> Result:
        """The same result without its reasons, cautions and values."""
        return self._with((), (), {})

    def _with(
        self, because: tuple[Met, ...], cautions: tuple[str, ...], values: dict[str, Any]
    ) -> Result:
        """The same result with other reasons; by position, since a registry makes millions."""
        return Result(
            self.grade, self.at_least, self.review, self.would_be, self.low, self.high,
            because, self.missing, cautions, values, self.if_all_counted, self.put_aside,
        )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """This result as plain JSON values, the form in which it is stored and compared.

        `if_all_counted` and `put_aside` stand there only where there is one.
        """
        stored = {
            "grade": self.grade,
            "at_least": self.at_least,
            "review": self.review,
            "would_be": self.would_be,
            "low": self.low,
            "high": self.high,
            "because": [met.facts() for met in self.because],
            "missing": [str(name) for name in self.missing],
            "cautions": list(self.cautions),
            "values": to_json(self.values) if self.values else {},
        }
        if self.if_all_counted is not None:
            stored["if_all_counted"] = self.if_all_counted
        if self.put_aside:
            stored["put_aside"] = [sign.facts() for sign in self.put_aside]
        return stored

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Result:
        """The inverse of `facts`."""
        because = tuple(Met(met["code"], met["grade"], met["saw"]) for met in facts["because"])
        lists = {key: tuple(facts[key]) for key in ("missing", "cautions")}
        aside = tuple(PutAside.from_facts(sign) for sign in facts.get("put_aside", ()))
        return cls(**{**facts, **lists, "because": because, "put_aside": aside})

    def has_grade(self) -> bool:
        """Whether there is a number: a grade, a would-be grade or a range of grades."""
        shown = self.would_be if self.review else self.grade
        return shown is not None or self.low is not None

    def is_clear(self) -> bool:
        """Whether the grade is exactly 0: nothing positive and nothing unknown."""
        return self.grade == 0 and not self.at_least

    def is_positive(self) -> bool:
        """Whether the grade is 1 or more, a lower bound included."""
        return (self.grade or self.low or 0) > 0

    @property
    def bounds(self) -> tuple[int, int]:
        """The lowest and the highest that this result says, in review the would-be; null is 0."""
        number = self.shown
        if number is not None:
            return number, number
        return self.low or 0, self.high or 0

    @property
    def at_least_grade(self) -> int | None:
        """The grade, or the lowest that the text allows."""
        return self.low if self.grade is None else self.grade


@dataclass(slots=True)
class Episode:
    """One episode, from its first positive result to its lasting all-clear (None while open)."""

    onset: timedelta
    resolved: timedelta | None = None
    peak: int = 0


@dataclass(slots=True)
class CourseSummary:
    """One toxicity over the whole course. `peak` and `daily` include lower bounds.

    `onset` and `resolved` are those of the latest episode; `daily` maps Day n to the highest
    grade of that day and leaves out days on which nothing was gradable.
    """

    peak: int | None = None
    onset: timedelta | None = None
    resolved: timedelta | None = None
    episodes: tuple[Episode, ...] = ()
    daily: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class SystemGrades:
    """The grades of one system: a result for each assessment, in order, and a summary."""

    results: Sequence[Result]
    course: CourseSummary


def to_json(value: Any) -> Any:
    """JSON values only: a whole Decimal becomes an int, another a float, a tuple a list."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    return [to_json(item) for item in value] if isinstance(value, list | tuple) else value


_PLAIN = frozenset({str, int, float, bool, type(None)})


def missing_in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Names of missing items once each, in the order of `vocabulary.Missing`."""
    wanted = set(names)
    return tuple(name for name in _MISSING if name in wanted) if wanted else ()


_MISSING = tuple(Missing)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a table: `low` and `high` differ where its text is ambiguous.

    `met` are the places of the criteria met in the table, highest grade first. `missing` names
    what could raise `low`; `at_least` where that could raise `high`.
    """

    met: tuple[int, ...]
    low: int
    high: int
    missing: tuple[str, ...]
    at_least: bool

    def reasons(self, criteria: Sequence[Criterion[AnyFacts]], facts: AnyFacts) -> tuple[Met, ...]:
        """The criteria met, with the values of these facts that they are based on."""
        cells = [criteria[place] for place in self.met]
        return tuple(Met(cell.code, cell.grade, cell.saw(facts)) for cell in cells)

    def result(self, criteria: Sequence[Criterion[AnyFacts]], facts: AnyFacts) -> Result:
        """The result with its reasons: the grade, or the lowest and the highest allowed."""
        result = Result(at_least=self.at_least, missing=self.missing)
        result.because = self.reasons(criteria, facts)
        if self.low == self.high:
            result.grade = self.low
        else:
            result.low, result.high = self.low, self.high
        return result


def weigh(criteria: Sequence[Criterion[AnyFacts]], facts: AnyFacts) -> Verdict:
    """Ask every criterion of a table; cells may allow several grades."""
    met: list[int] = []
    open_questions: list[Criterion[AnyFacts]] = []
    low = high = 0
    for place, criterion in enumerate(criteria):
        answer = criterion.test(facts)
        if answer is True:
            met.append(place)
            low, high = max(low, criterion.grade), max(high, criterion.highest)
        elif answer is None:
            open_questions.append(criterion)
    met.sort(key=lambda place: -criteria[place].grade)
    raising = [item for item in open_questions if item.highest > high or low < item.grade <= high]
    if not raising:
        return Verdict(tuple(met), low, high, (), False)
    names = missing_in_order(name for item in raising for name in item.unknown(facts))
    return Verdict(tuple(met), low, high, names, any(item.highest > high for item in raising))


def worst(
    criteria: Sequence[Criterion[AnyFacts]], facts: AnyFacts
) -> tuple[tuple[Met, ...], tuple[str, ...]]:
    """The criteria met, highest grade first, and what could still raise the highest of them.

    For a table each of whose cells has one grade. The second list is empty where nothing unknown
    could change the grade upward.
    """
    verdict = weigh(criteria, facts)
    return verdict.reasons(criteria, facts), verdict.missing
