"""Made-up courses that use every key of a course document, any number of them from a seed.

Nothing in them is likely; they meet what real courses seldom do. `python -m
tests.grading.rules.many_courses` writes anew what comes out of them (see `test_as_graded.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from grading.agents import AGENTS, DrugClass
from grading.documents.course_writer import dump_document
from grading.documents.grades_csv import course_lines, error_line
from grading.documents.grades_writer import grades_document
from grading.documents.reading.course_reader import CourseDocument, parse_document
from grading.documents.reading.mistakes import DocumentError
from grading.engine.result import Result
from grading.event_kinds import EVENT_DETAILS, GRADED_EVENTS, DeathAttribution, EventKind
from grading.laboratory.analytes import ANALYTES
from grading.local_rules import DEFAULT
from grading.measures import RATE_LIMITS
from grading.rules.reasons import missing_sentence, review_reason, sentence, waiver
from grading.rules.systems import (
    COURSE_SYSTEMS,
    EDITION,
    SYSTEMS,
    grade_course,
    grade_record,
)
from grading.table.places import PlaceOfCare
from grading.table.sections import COURSE_FORMAT
from grading.vocabulary import (
    ICE_ITEMS,
    AttributedCause,
    Attribution,
    Consciousness,
    CrsResponse,
    DailyLiving,
    Decision,
    GradedToxicity,
    Icp,
    Motor,
    NotDone,
    Organ,
    OtherNeuro,
    OxygenDevice,
    PositivePressureFor,
    Seizure,
    SeizureKind,
    Sex,
    Sign,
    StepAnswer,
    Vasopressor,
    Worried,
)

AS_GRADED = Path(__file__).parents[1] / "cases" / "as_graded.txt"
COURSES = 300
Fields = dict[str, Any]

YES_NO = (True, False)
SERIES = {
    "anc": (1.8, 0.6, 0.5, 0.1, 0.09, 0.5, 0.51, 1.6),
    "platelets": (180, 49, 50, 19, 8, 24, 60, 120),
    "ferritin": (300, 600, 1900, 2100, 9800, 31000, 9000),
    "fibrinogen": (4.1, 1.6, 1.4, 2.2),
    "hemoglobin": (10.4, 8.9, 7.9, 9.1),
}
TEMPERATURES = (36.6, 37.4, 37.9, 38, 38.4, 39, 39.9, 40, 41.2)
VALUES: dict[str, tuple[float, ...]] = {
    "systolic_mmhg": (58, 69, 70, 78, 84, 89, 90, 104, 131),
    "diastolic_mmhg": (41, 55),
    "heart_rate": (72, 131),
    "respiratory_rate": (16, 31),
    "spo2_percent": (84, 89, 90, 91, 92, 97),
    "oxygen_flow_l_min": (1, 3, 6, 6.5, 40),
    "fio2_percent": (21, 28, 39, 40, 41, 60),
    "fluid_boluses": (0, 1, 2, 3, 4),
    "vasopressor_hours": (0, 1, 2.9, 3, 24),
    "head_of_government": (0, 1),
    "papilledema_stage": (0, 1, 2, 3, 5),
    "csf_opening_mmhg": (8, 12, 19, 20, 24),
}
FLAGS = (
    "hypotension",
    "fluid_bolus",
    "refractory_hypotension",
    "life_threatening",
    "constitutional_symptoms",
    "coagulopathy_treated",
    "iv_therapy",
    "seizure_multiple",
    "splenomegaly",
    "hepatomegaly",
    "nk_activity_low",
)
WORDS: dict[str, Any] = {
    "oxygen_device": OxygenDevice,
    "positive_pressure_for": PositivePressureFor,
    "consciousness": Consciousness,
    "seizure": Seizure,
    "motor": Motor,
    "crs_response": CrsResponse,
    "seizure_kind": SeizureKind,
    "daily_living": DailyLiving,
    "vitals_not_done": NotDone,
}
BCMA_PRODUCTS = ("ciltacabtagene autoleucel", "idecabtagene vicleucel")
LISTS: dict[str, Any] = {"vasopressors": Vasopressor, "icp": Icp, "other_neuro": OtherNeuro}


class Dice:
    """Chance that stays the same in every version of Python."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def is_so(self, share: float) -> bool:
        return self._random.random() < share

    def one(self, of: Sequence[Any]) -> Any:
        return of[int(self._random.random() * len(of))]

    def some(self, of: Any, share: float) -> list[str]:
        return [str(item) for item in of if self.is_so(share)]

    def number(self, low: float, high: float) -> float:
        return round(low + (high - low) * self._random.random(), 1)


def documents(count: int = COURSES) -> Iterator[Fields]:
    """So many course documents; a few of them are to be refused."""
    for seed in range(count):
        yield document(Dice(seed), seed)


def document(dice: Dice, seed: int) -> Fields:
    dated, share = dice.is_so(0.6), dice.one((0.15, 0.4, 0.8))
    hours = sorted(
        dice.one((-30, 0, 3, 9, 21, 24, 30, 47, 51, 70, 96, 140, 200, 320, 700)) for _ in range(6)
    )
    assessments = [{"hour": hour} | findings(dice, share) for hour in hours]
    made = {
        "format": COURSE_FORMAT,
        "id": f"made-{seed}",
        "source": "made",
        "patient": patient(dice),
        "course": course(dice, dated=dated),
        "baseline": baseline(dice),
        "assessments": assessments,
        "labs": [*(lab(dice) for _ in range(dice.one((0, 3, 30, 60)))), *series(dice)],
        "doses": [dose(dice) for _ in range(dice.one((0, 2, 6)))],
        "events": [event(dice) for _ in range(dice.one((0, 0, 2, 4)))],
    }
    of_physicians = Dice(700_000 + seed)  # apart, so that it changes nothing else of a course
    attribute(of_physicians, assessments)
    number = of_physicians.one((0, 0, 1, 3))
    made["adjudications"] = [adjudication(of_physicians) for _ in range(number)]
    of_step = Dice(800_000 + seed)  # apart, too
    add_of_step(of_step, made)
    add_of_round(Dice(900_000 + seed), made)
    add_places(Dice(950_000 + seed), made)
    return made


def add_of_step(dice: Dice, made: Fields) -> None:
    """What serves the step alone and no grade: weights, batches, answers to its lines."""
    for assessment in made["assessments"]:
        if dice.is_so(0.3):
            assessment["measured_weight_kg"] = dice.number(8, 110)
    for given in made["doses"]:
        if dice.is_so(0.2):
            given |= {"brand": dice.one(("Tyenne", "Avtozma")), "batch": "B 1.2"}
    if dice.is_so(0.2):
        made["course"]["product_batch"] = "P-77"
    made["step_marks"] = [step_mark(dice) for _ in range(dice.one((0, 0, 1, 3)))]


def add_of_round(dice: Dice, made: Fields) -> None:
    """What serves the round alone, no grade and no step: a worry, and who was told of it."""
    for assessment in made["assessments"]:
        if dice.is_so(0.3):
            assessment["worried"] = dice.one(list(Worried)).value
            assessment["already_escalated"] = dice.is_so(0.5)


def add_places(dice: Dice, made: Fields) -> None:
    """Where each observation was made, which no grade reads either."""
    for assessment in made["assessments"]:
        if dice.is_so(0.3):
            assessment["place"] = dice.one(list(PlaceOfCare)).value


def step_mark(dice: Dice) -> Fields:
    answer = dice.one(list(StepAnswer))
    made = {
        "hour": dice.one((2, 25, 52, 97)),
        "code": dice.one(("crs_tocilizumab", "a_line_of_earlier_days")),
        "line_toxicity": "crs",
        "answer": answer.value,
        "text": "Tocilizumab can be considered",
    }
    if dice.is_so(0.5):
        made["grade"] = dice.one((0, 1, 4))
    if answer is not StepAnswer.DONE:
        made["reason"] = "blood cultures first"
    if answer is StepAnswer.DEFERRED:
        made["until_hour"] = made["hour"] + dice.one((1, 8))
    return made


def attribute(dice: Dice, assessments: list[Fields]) -> None:
    """Give some signs with another cause that cause; some attributions are a physician's."""
    for made in assessments:
        other = [sign for sign, cause in made.get("attribution", {}).items() if cause == "other"]
        causes = {sign: str(dice.one(tuple(AttributedCause))) for sign in other if dice.is_so(0.6)}
        if causes:
            made["attribution_cause"] = causes
        if "other" in causes.values() and dice.is_so(0.7):
            made["attribution_words"] = "bleeding"
        if other and dice.is_so(0.4):
            made["attribution_confirmed"] = dice.is_so(0.8)


def adjudication(dice: Dice) -> Fields:
    """A decision on a sign, or a final grade."""
    hour = dice.number(0, 300)
    made: Fields = {"hour": hour, "decision": str(dice.one(tuple(Decision))), "reason": "reviewed"}
    if made["decision"] == Decision.FINAL_GRADE:
        more = {"onset_hour": hour - 60, "resolved_hour": hour - dice.one((0, 20))}
        made |= {"toxicity": str(dice.one(tuple(GradedToxicity))), "grade": dice.one(range(6))}
        return made | some_of(dice, more, 0.5)
    made |= {"sign": str(dice.one(tuple(Sign)))}
    if made["decision"] == Decision.CONFIRMED:
        made["cause"] = str(dice.one(tuple(AttributedCause)))
    return made | some_of(dice, {"from_hour": dice.one((0, 21, 47, 96))}, 0.6)


def patient(dice: Dice) -> Fields:
    age: Fields = dice.one(
        (
            {},
            {"age_years": 61},
            {"age_years": 7},
            {"age_years": 0.5},
            {"age_years": 0.05},
            {"birth_date": "2025-12-20"},
            {"birth_date": "1961-01-06"},
            {"birth_date": "2008-01-07"},
            {"birth_date": "2025-03-01"},
        )
    )
    more = {"sex": str(dice.one(tuple(Sex))), "developmental_delay": dice.one(YES_NO)}
    return age | some_of(dice, more, 0.5)


def course(dice: Dice, *, dated: bool) -> Fields:
    when: Fields = {"infused_at": "2026-01-05T09:30:00+01:00", "time_zone": "Europe/Berlin"}
    more = {
        "product": dice.one(("axicabtagene_ciloleucel", *BCMA_PRODUCTS)),
        "indication": dice.one(("lbcl", "multiple myeloma")),
        "weight_kg": dice.one((9, 24, 82)),
        "weighed_hour": -20,
        "later_infusions": [dice.one((48, 170))],
        "last_follow_up_day": dice.one((14, 30, 60)),
    }
    return (when if dated else {}) | some_of(dice, more, 0.4)


def baseline(dice: Dice) -> Fields:
    more = {
        "systolic_mmhg": dice.one((88, 120)),
        "oxygen_device": str(dice.one(tuple(OxygenDevice))),
        "oxygen_flow_l_min": 2,
        "spo2_percent": dice.one((88, 96)),
        "home_cpap": dice.one(YES_NO),
        "ice_total": dice.one((7, 10)),
        "ferritin_ng_ml": dice.one((300, 4000)),
        "immunosuppressed": dice.one(YES_NO),
    }
    return some_of(dice, more, 0.3)


def findings(dice: Dice, share: float) -> Fields:
    made: Fields = {name: dice.one(values) for name, values in VALUES.items()}
    made |= {name: dice.one(YES_NO) for name in FLAGS}
    made |= {name: str(dice.one(tuple(words))) for name, words in WORDS.items()}
    made |= {name: dice.some(words, 0.12) for name, words in LISTS.items()}
    made = some_of(dice, made, share)
    if dice.is_so(0.97):
        made.pop("vitals_not_done", None)
    if dice.is_so(0.7):
        made |= {"temperature_c": dice.one(TEMPERATURES)}
    elif dice.is_so(0.5):
        made |= {"fever": dice.one(YES_NO)}
    if dice.is_so(0.6):
        made |= {
            "hypotension": dice.is_so(0.4),
            "oxygen_device": dice.one(
                ("room_air", "nasal_cannula", "venturi", "mechanical_ventilation")
            ),
        }
        made |= {"vasopressors": dice.some(Vasopressor, 0.1)}
    made |= scores(dice)
    if made.get("vasopressors") and dice.is_so(0.6):
        made["vasopressor_rates"] = {
            agent: float(
                limits.hard_low + (limits.hard_high - limits.hard_low) / dice.one((3, 9, 40))
            )
            for agent, limits in RATE_LIMITS.items()
            if agent in made["vasopressors"]
        }
    if dice.is_so(0.3):
        made["attribution"] = {
            sign: str(dice.one(tuple(Attribution))) for sign in dice.some(Sign, 0.3)
        }
    if dice.is_so(0.4):
        made["organ_toxicity"] = {organ: dice.one(range(5)) for organ in dice.some(Organ, 0.4)}
    if dice.is_so(0.1):
        made["note"] = "seen with the family"
    return made


def scores(dice: Dice) -> Fields:
    scoring = dice.one(
        ("none", "sum", "sum", "items", "some items", "capd", "not done", "capd not done")
    )
    items = {item: dice.one(range(most + 1)) for item, most in ICE_ITEMS.items()}
    return {
        "none": {},
        "sum": {"ice_total": dice.one(range(11))},
        "items": {"ice": items},
        "some items": {"ice": some_of(dice, items, 0.7)},
        "capd": {"capd_total": dice.one((0, 8, 9, 17, 25))},
        "not done": {"ice_not_done": str(dice.one(tuple(NotDone)))},
        "capd not done": {"capd_not_done": str(dice.one(tuple(NotDone)))},
    }[scoring]


def lab(dice: Dice) -> Fields:
    name = dice.one(tuple(ANALYTES))
    limits = ANALYTES[name].limits
    low, high = float(limits.hard_low), float(limits.soft_high or limits.hard_high)
    more = {
        "comparator": dice.one(("<", "=", "=", ">")),
        "upper_limit": dice.number(low + 0.2, high + 1),
        "fasting": dice.one(YES_NO),
        "unit": dice.one((limits.unit, limits.unit, "IU/L", "arbitrary")),
        "note": "from the other hospital",
    }
    share = dice.one((0.01, 0.1, 1))
    value = dice.number(low, low + (high - low) * share)
    return {"hour": dice.number(-170, 900), "analyte": name, "value": value} | some_of(
        dice, more, 0.3
    )


def series(dice: Dice) -> list[Fields]:
    """Daily counts with gaps, falling and rising again, and ferritin over its limits."""
    made = []
    for analyte, values in SERIES.items():
        if dice.is_so(0.3):
            shift, last = dice.one((0, 3, 9)), dice.one((5, 31, 62, 110))
            made += [
                {
                    "hour": 24 * day + dice.one((6, 18)),
                    "analyte": analyte,
                    "value": values[(day + shift) // 4 % len(values)],
                }
                for day in range(-1, last)
                if dice.is_so(0.75)
            ]
    return made


AGENTS_OF = {
    drug_class: [name for name, of_class in AGENTS.items() if of_class is drug_class][:8]
    for drug_class in DrugClass
}
"""The first drugs of each class, so that those which a rule looks at are drawn often."""


def dose(dice: Dice) -> Fields:
    drug_class = dice.one(tuple(AGENTS_OF))
    agent = dice.one(("something_new", "Something-New", *AGENTS_OF[drug_class]))
    hour = dice.number(-150, 200)
    more = {
        "amount": dice.one((0.1, 8, 650)),
        "unit": dice.one(("mg", "mg/kg", "ug/kg/min")),
        "route": "iv",
    }
    made = {"hour": hour, "agent": agent} | some_of(dice, more, 0.6)
    if agent not in AGENTS:
        made["class"] = drug_class.value
    if dice.is_so(0.3):
        made["end_hour"] = hour + dice.one((1, 5, 40))
    return made


def event(dice: Dice) -> Fields:
    kind = dice.one(tuple(EventKind))
    made: Fields = {"hour": dice.number(0, 900), "kind": str(kind)}
    if kind == EventKind.DEATH:
        made["attributed_to"] = str(dice.one(tuple(DeathAttribution)))
    if kind == EventKind.MARROW and dice.is_so(0.8):
        made["hemophagocytosis"] = dice.is_so(0.4)
    if kind in GRADED_EVENTS:
        made["grade"] = dice.one((1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 0 if dice.is_so(0.2) else 2))
    if kind in EVENT_DETAILS and dice.is_so(0.7):
        made["detail"] = dice.one(
            (*EVENT_DETAILS[kind], *EVENT_DETAILS[kind], *EVENT_DETAILS[kind], "else")
        )
    return made


def some_of(dice: Dice, fields: Fields, share: float) -> Fields:
    return {name: value for name, value in fields.items() if dice.is_so(share)}


# What comes out


def as_graded() -> Iterator[str]:
    """The edition, and a line for each course: by each system the grades, and a digest of the rest.

    "document" is the course written out again, "answer", "bare" and "table" what `grade` prints
    with reasons, without, and as a table. Options are no grades and left out.
    """
    yield f"edition {EDITION}"
    for made in documents():
        name = made["id"]
        try:
            parsed = parse_document(json.loads(json.dumps(made), parse_float=Decimal))
        except DocumentError as refused:
            line = error_line({"id": name, "error": str(refused)}, SYSTEMS, reasons=False)
            yield f"{name} refused: {refused} {digest(line)}"
            continue
        record = parsed.record
        graded = grade_record(record, DEFAULT)
        of_course = grade_course(record, graded, DEFAULT)
        parts = [
            f"document {digest(written_out(parsed))}",
            f"answer {digest(without_options(grades_document(parsed, DEFAULT)))}",
            f"bare {digest(grades_document(parsed, DEFAULT, reasons=False))}",
            f"table {digest(course_lines(parsed, SYSTEMS, DEFAULT, reasons=True))}",
            f"bare table {digest(course_lines(parsed, SYSTEMS, DEFAULT, reasons=False))}",
        ]
        for key in SYSTEMS:
            results = [in_full(result) for result in graded[key].results]
            grades = " ".join(shown(result) for result in graded[key].results)
            parts.append(f"{key} {grades} {digest(results)}")
        parts += [
            f"{key} {shown(of_course[key])} {digest(in_full(of_course[key]))}"
            for key in COURSE_SYSTEMS
            if key in of_course
        ]
        yield f"{name} " + " | ".join(parts)


def written_out(parsed: CourseDocument) -> Fields:
    """The document in normal form, which has to read back as the same course."""
    written = dump_document(parsed)
    again = parse_document(json.loads(json.dumps(written), parse_float=Decimal))
    if dump_document(again) != written:
        raise AssertionError(f"{parsed.id} is another course when it is read back")
    return written


def without_options(document: Fields) -> Fields:
    return {key: value for key, value in document.items() if key != "options"}


def shown(result: Result) -> str:
    """The grade in a few characters."""
    if result.low is not None:
        return f"{result.low}–{result.high}"
    if result.review:
        return f"review{result.would_be}"
    bound = "≥" if result.at_least else ""
    return "null" if result.grade is None else f"{bound}{result.grade}"


def in_full(result: Result) -> list[Any]:
    """All that a result says, in its stored form and in words."""
    words = [sentence(met) for met in result.because] if result.because else []
    return [result.facts(), words, missing_sentence(result), review_reason(result), waiver(result)]


def digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()[:8]


if __name__ == "__main__":
    AS_GRADED.write_text("".join(f"{line}\n" for line in as_graded()), encoding="utf-8")
