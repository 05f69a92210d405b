"""The classes of what HScore, HLH-2004 and CARTOX-HLH look at, and what each stands for.

Each class says what it means to each score: points of the HScore at least and at most, whether
the item of HLH-2004 is met. None is "cannot be told", by a missing value or by a bound alone.
"""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

from tests.oracle.measured import Fields, lab

HOUR = 72
"""Day 3, in the phase of CRS."""


class InputClass(NamedTuple):
    """HScore points (low, high), HLH-2004, and the members.

    A member is the findings of one or of two assessments, a written result, or events.
    """

    points: tuple[int, int]
    hlh_2004: bool | None
    members: tuple[Any, ...] = ()


TEMPERATURE = {
    "below 38.4": InputClass((0, 0), False, ({"temperature_c": 38.3}, {"temperature_c": 36.8})),
    "38.4": InputClass((33, 33), False, ({"temperature_c": 38.4}, {"temperature_c": 38.49})),
    "38.5 to 39.4": InputClass((33, 33), True, ({"temperature_c": 38.5}, {"temperature_c": 39.4})),
    "above 39.4": InputClass((49, 49), True, ({"temperature_c": 39.41}, {"temperature_c": 41})),
    "said fever": InputClass((0, 49), None, ({"fever": True},)),
    "said fever beside below 38.4": InputClass(
        (0, 49),
        None,
        (({"temperature_c": 36.8}, {"fever": True}), ({"fever": True}, {"temperature_c": 38.3})),
    ),
    "said fever beside 38.4": InputClass(
        (33, 49), None, (({"temperature_c": 38.4}, {"fever": True}),)
    ),
    "said fever beside 38.5 to 39.4": InputClass(
        (33, 49),
        True,
        (({"temperature_c": 39.4}, {"fever": True}), ({"fever": True}, {"temperature_c": 38.5})),
    ),
    "said fever beside above 39.4": InputClass(
        (49, 49), True, (({"temperature_c": 39.5}, {"fever": True}),)
    ),
    "said none beside 38.4": InputClass(
        (33, 33), False, (({"temperature_c": 38.4}, {"fever": False}),)
    ),
    "said none": InputClass((0, 0), False, ({"fever": False},)),
    "unknown": InputClass((0, 49), None),
}
"""The highest temperature counts; a fever of unknown height may have been any fever."""

ORGANS = {"yes": True, "no": False, "unknown": None}
ORGAN_POINTS = {
    ("yes", "yes"): (38, 38),
    ("yes", "no"): (23, 23),
    ("no", "yes"): (23, 23),
    ("no", "no"): (0, 0),
    ("yes", "unknown"): (23, 38),
    ("unknown", "yes"): (23, 38),
    ("no", "unknown"): (0, 23),
    ("unknown", "no"): (0, 23),
    ("unknown", "unknown"): (0, 38),
}
"""By spleen and liver."""


class Lineage(NamedTuple):
    """Whether a lineage is low for the HScore and for HLH-2004, and the results."""

    h_score: bool | None
    hlh_2004: bool | None
    results: tuple[str, ...] = ()


HEMOGLOBIN = {
    "below 9": Lineage(True, True, ("8.9", "6", "< 9", "89 g/L")),
    "9 to 9.2": Lineage(True, False, ("9", "9.2", "92 g/L")),
    "above 9.2": Lineage(False, False, ("9.3", "13", "> 9.2")),
    "bound": Lineage(None, None, ("< 12", "> 8")),
    "below 9.2 by bound": Lineage(True, None, ("< 9.2",)),
    "unknown": Lineage(None, None),
}
PLATELETS = {
    "below 100": Lineage(True, True, ("99", "12", "< 100", "< 10")),
    "100 to 110": Lineage(True, False, ("100", "110")),
    "above 110": Lineage(False, False, ("111", "250", "> 110")),
    "bound": Lineage(None, None, ("< 150", "> 20")),
    "below 110 by bound": Lineage(True, None, ("< 110",)),
    "unknown": Lineage(None, None),
}
WBC = {
    "low": Lineage(True, None, ("5", "0.2", "< 5", "< 0.1")),
    "normal": Lineage(False, None, ("5.1", "9", "> 5")),
    "bound": Lineage(None, None, ("< 6", "> 1")),
    "unknown": Lineage(None, None),
}
ANC = {
    "low": Lineage(None, True, ("0.99", "0.1", "< 1", "< 0.1", "990 /uL")),
    "normal": Lineage(None, False, ("1", "4", "> 1")),
    "bound": Lineage(None, None, ("< 2", "> 0.2")),
    "unknown": Lineage(None, None),
}

UNREAD = ("7 furlong", "900 U/L", "4000 mg")
"""Results in a unit that means nothing for the analyte: they came, and their value is open."""

FERRITIN = {
    "below 500": InputClass((0, 0), False, ("499", "30", "< 500")),
    "500 to 1999": InputClass((0, 0), True, ("500", "1999.9")),
    "2000 to 6000": InputClass((35, 35), True, ("2000", "6000")),
    "6000 to 10000": InputClass((50, 50), True, ("6000.1", "10000")),
    "above 10000": InputClass((50, 50), True, ("10000.1", "> 10000", "> 40000")),
    "below 900 by bound": InputClass((0, 0), None, ("< 2000", "< 900")),
    "below 7000 by bound": InputClass((0, 50), None, ("< 7000", "< 10000")),
    "below 12000 by bound": InputClass((0, 50), None, ("< 12000",)),
    "above 400 by bound": InputClass((0, 50), None, ("> 400", "> 499")),
    "above 2000 by bound": InputClass((35, 50), True, ("> 2000", "> 3000")),
    "above 6000 by bound": InputClass((50, 50), True, ("> 6000", "> 9999")),
    "unread": InputClass((0, 50), None, UNREAD),
    "unknown": InputClass((0, 50), None),
}
ABOVE_10_000: dict[str, bool | None] = {
    **dict.fromkeys(FERRITIN, False),
    "above 10000": True,
    "below 12000 by bound": None,
    "above 400 by bound": None,
    "above 2000 by bound": None,
    "above 6000 by bound": None,
    "unread": None,
    "unknown": None,
}
"""What each class of ferritin means to CARTOX-HLH."""

TRIGLYCERIDES = {
    "below 1.5 mmol/L": InputClass((0, 0), False, ("132.8", "1.49 mmol/L", "40", "< 132")),
    "1.5 to below 265": InputClass((44, 44), False, ("132.855", "1.5 mmol/L", "264.9")),
    "265 to 4 mmol/L": InputClass((44, 44), True, ("265", "3 mmol/L", "354.28", "4 mmol/L")),
    "above 4 mmol/L": InputClass((64, 64), True, ("354.29", "4.01 mmol/L", "900", "> 4 mmol/L")),
    "bound": InputClass((0, 64), None, ("< 400", "> 100")),
    "unread": InputClass((0, 64), None, UNREAD),
    "unknown": InputClass((0, 64), None),
}
FIBRINOGEN = {
    "up to 150": InputClass((30, 30), True, ("150", "80", "1.5 g/L", "< 60", "< 150")),
    "150 to 250": InputClass((30, 30), False, ("151", "250", "2.5 g/L")),
    "above 250": InputClass((0, 0), False, ("250.1", "480", "> 250", "2.51 g/L")),
    "bound": InputClass((0, 30), None, ("< 300", "> 100")),
    "unread": InputClass((0, 30), None, UNREAD),
    "unknown": InputClass((0, 30), None),
}
AST_SEVERE = "above 200"
"""Above 5 times the limit that is assumed where none was sent, 40 U/L: CTCAE grade 3."""
AST = {
    "below 30": InputClass((0, 0), None, ("29.9", "12", "< 30")),
    "30 to 200": InputClass((19, 19), None, ("30", "200", "> 30", "0.5 ukat/L")),
    "above 200": InputClass((19, 19), None, ("201", "900", "> 200")),
    "bound": InputClass((0, 19), None, ("< 40", "> 20")),
    "unknown": InputClass((0, 19), None),
}
HEMOPHAGOCYTOSIS_EVENT: Fields = {"hour": HOUR, "kind": "hemophagocytosis"}
"""In any tissue."""


def _marrow(answer: bool | None = None, hour: float = HOUR) -> Fields:
    report = {} if answer is None else {"hemophagocytosis": answer}
    return {"hour": hour, "kind": "marrow", **report}


HEMOPHAGOCYTOSIS = {
    "yes": InputClass(
        (35, 35),
        True,
        (
            [HEMOPHAGOCYTOSIS_EVENT],
            [_marrow(True)],
            [_marrow(False), HEMOPHAGOCYTOSIS_EVENT],
            [_marrow(False), _marrow(True, 90)],
        ),
    ),
    "no": InputClass((0, 0), False, ([_marrow(False)], [_marrow(), _marrow(False, 40)])),
    "unknown": InputClass((0, 35), None, ([], [_marrow()], [_marrow(False, -20)])),
}
"""Not recorded is not absent: only a marrow that was examined, since the infusion, says no."""
IMMUNOSUPPRESSED = {"yes": (18, 18), "no": (0, 0), "unknown": (0, 18)}
NK_LOW = {"yes": True, "no": False, "unknown": None}
SIL2R = {
    "2400 or more": InputClass((0, 0), True, ("2400", "9000", "> 2400")),
    "below 2400": InputClass((0, 0), False, ("2399", "< 2400")),
    "bound": InputClass((0, 0), None, ("< 3000", "> 1000")),
    "unread": InputClass((0, 0), None, UNREAD),
    "unknown": InputClass((0, 0), None),
}
ORGAN_GRADE = {"3 or more": True, "below 3": False, "unknown": None}
ORGAN_GRADES = {"3 or more": (3, 4), "below 3": (0, 1, 2)}

LABS: dict[str, dict[str, Any]] = {
    "hemoglobin": HEMOGLOBIN,
    "platelets": PLATELETS,
    "wbc": WBC,
    "anc": ANC,
    "ferritin": FERRITIN,
    "triglycerides": TRIGLYCERIDES,
    "fibrinogen": FIBRINOGEN,
    "ast": AST,
    "sil2r": SIL2R,
}
TOXICITY = ("transaminases", "bilirubin", "creatinine", "pulmonary")

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "temperature": tuple(TEMPERATURE),
    "splenomegaly": tuple(ORGANS),
    "hepatomegaly": tuple(ORGANS),
    **{name: tuple(table) for name, table in LABS.items()},
    "hemophagocytosis": tuple(HEMOPHAGOCYTOSIS),
    "immunosuppressed": tuple(IMMUNOSUPPRESSED),
    "nk": tuple(NK_LOW),
    **dict.fromkeys(TOXICITY, tuple(ORGAN_GRADE)),
}


def _members(name: str, word: str) -> tuple[str, ...]:
    """The written results that stand for a class."""
    input_class = LABS[name][word]
    return input_class.results if isinstance(input_class, Lineage) else input_class.members


def _assessments(row: dict[str, str], pick: Random) -> list[Fields]:
    """Two, where the class of the temperature speaks of two."""
    members = TEMPERATURE[row["temperature"]].members
    fever = pick.choice(members) if members else {}
    *earlier, last = fever if isinstance(fever, tuple) else (fever,)
    return [*({"hour": HOUR - 1, **fields} for fields in earlier), _assessment(row, last, pick)]


def _assessment(row: dict[str, str], fever: Fields, pick: Random) -> Fields:
    assessment: Fields = {"hour": HOUR, "heart_rate": 90, **fever}
    for name, key in (
        ("splenomegaly", "splenomegaly"),
        ("hepatomegaly", "hepatomegaly"),
        ("nk", "nk_activity_low"),
    ):
        if row[name] != "unknown":
            assessment[key] = row[name] == "yes"
    organs = {
        name: pick.choice(ORGAN_GRADES[row[name]]) for name in TOXICITY if row[name] != "unknown"
    }
    return {**assessment, "organ_toxicity": organs} if organs else assessment


def document(row: dict[str, str], pick: Random) -> Fields:
    """A course with everything at one hour."""
    results = {
        name: pick.choice(_members(name, row[name])) for name in LABS if _members(name, row[name])
    }
    usual = {"yes": {"immunosuppressed": True}, "no": {"immunosuppressed": False}}
    return {
        "format": "cartox-course-1",
        "id": "hlh",
        "patient": {"age_years": 60},
        "course": {"infused_at": None},
        "baseline": usual.get(row["immunosuppressed"], {}),
        "assessments": _assessments(row, pick),
        "labs": [lab(name, written, HOUR) for name, written in results.items()],
        "events": pick.choice(HEMOPHAGOCYTOSIS[row["hemophagocytosis"]].members),
    }
