"""IEC-HS as a lookup: ferritin by limit and baseline, the course of CRS, the features one by one.

Attribution is a physician's and never comes from the data, so it is never met by itself.
"""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from tests.oracle import crs_2019
from tests.oracle.measured import lab
from tests.oracle.mnt_table import WELL

Fields = dict[str, Any]
Truth = bool | None

HOUR = 10 * 24
UPPER, USUAL = 300, 400
"""The laboratory's limit of ferritin and the value at infusion, of trap T70."""

FERRITIN: dict[str, tuple[tuple[str, ...], bool, bool, Truth]] = {
    "above both": (("900", "801", "> 800", "> 40000"), True, True, True),
    "above twice the limit only": (("601", "800"), True, True, True),
    "above neither": (("600", "120", "< 600"), True, True, False),
    "above the limit, no baseline": (("601", "9000"), True, False, True),
    "below the limit, no baseline": (("600", "40"), True, False, None),
    "above the baseline, no limit": (("801", "9000"), False, True, True),
    "above the assumed limit only": (("800", "601"), False, True, True),
    "above neither, no limit": (("600", "500"), False, True, False),
    "above the assumed limit, no baseline": (("9000", "601"), False, False, True),
    "below the assumed limit, no baseline": (("600", "80"), False, False, None),
    "a bound that does not decide": (("< 700", "> 500"), True, True, None),
    "unknown": ((), True, True, None),
}
"""Results, whether the limit and the baseline are known, whether the item is met.

Where the laboratory sent no limit, 300 ng/mL is assumed (a local rule).
"""

FEVER = {**WELL, "temperature_c": 39}
LOW_PRESSURE = {**FEVER, "hypotension": True}
PRESSOR = {**LOW_PRESSURE, "vasopressors": ["norepinephrine"]}


def _course(*crs: Fields) -> list[Fields]:
    """An assessment a day, the last at the hour of the ferritin."""
    first = HOUR - 24 * (len(crs) - 1)
    return [{"hour": first + 24 * day, **fields} for day, fields in enumerate(crs)]


TIMING: dict[str, tuple[list[Fields], Truth]] = {
    "begins": (_course(WELL, FEVER), False),
    "steady": (_course(FEVER, LOW_PRESSURE, LOW_PRESSURE), False),
    "rising": (_course(FEVER, LOW_PRESSURE, PRESSOR), False),
    "falling": (_course(FEVER, PRESSOR, FEVER), True),
    "gone today": (_course(FEVER, LOW_PRESSURE, WELL), True),
    "resolved": (_course(FEVER, LOW_PRESSURE, WELL, WELL, WELL, WELL), True),
    "worse after better": (_course(FEVER, PRESSOR, FEVER, LOW_PRESSURE), True),
    "never": (_course(WELL, WELL, WELL), None),
}
"""Assessments of CRS up to the ferritin, whether resolving, resolved or worse after better."""


def both(*truths: Truth) -> Truth:
    if any(truth is False for truth in truths):
        return False
    return True if all(truth is True for truth in truths) else None


def required(row: dict[str, str]) -> dict[str, Any]:
    """Ferritin, timing, attribution, and the prompt that stands on the first two."""
    ferritin, timing = FERRITIN[row["ferritin"]][3], TIMING[row["timing"]][1]
    return {
        "suspected": both(ferritin, timing),
        "ferritin": ferritin,
        "timing": timing,
        "attribution": None,
        "grade": None,
    }


def rows() -> list[dict[str, str]]:
    return [
        {"ferritin": ferritin, "timing": timing} for ferritin, timing in product(FERRITIN, TIMING)
    ]


def document(row: dict[str, str], pick: Random) -> Fields:
    results, limit, usual, _ = FERRITIN[row["ferritin"]]
    limits = {"upper_limit": UPPER} if limit else {}
    labs = [lab("ferritin", pick.choice(results), HOUR, **limits)] if results else []
    return {
        "format": "cartox-course-1",
        "id": "iec-hs",
        "patient": {"age_years": 60},
        "course": {"infused_at": None},
        "baseline": {"ferritin_ng_ml": USUAL} if usual else {},
        "assessments": TIMING[row["timing"]][0],
        "labs": [*labs, lab("fibrinogen", "300", HOUR)],
    }


# Features, one by one

FEATURES: dict[str, tuple[tuple[tuple[Fields, ...], Truth], ...]] = {
    "transaminases": (
        ((lab("ast", "201", HOUR, upper_limit=40),), True),
        ((lab("alt", "201", HOUR, upper_limit=40),), True),
        ((lab("ast", "200", HOUR, upper_limit=40), lab("alt", "200", HOUR, upper_limit=40)), False),
        ((lab("ast", "201", HOUR),), True),
        ((lab("ast", "200", HOUR), lab("alt", "200", HOUR)), False),
        ((lab("ast", "200", HOUR, upper_limit=40),), None),
        ((), None),
    ),
    "fibrinogen": (
        ((lab("fibrinogen", "149", HOUR),), True),
        ((lab("fibrinogen", "150", HOUR),), False),
        ((lab("fibrinogen", "1.49 g/L", HOUR),), True),
        ((lab("fibrinogen", "199", HOUR, lower_limit=200),), True),
        ((lab("fibrinogen", "200", HOUR, lower_limit=200),), False),
        ((lab("fibrinogen", "< 150", HOUR),), True),
        ((), None),
    ),
    "cytopenia": (
        ((lab("platelets", "24", HOUR),), True),
        ((lab("anc", "0.49", HOUR),), True),
        ((lab("anc", "< 0.1", HOUR),), True),
        ((lab("platelets", "25", HOUR), lab("anc", "0.5", HOUR)), False),
        ((lab("platelets", "25", HOUR),), None),
        ((lab("platelets", "10", HOUR), lab("anc", "0.5", HOUR)), True),
        ((), None),
    ),
    "ldh": (
        ((lab("ldh", "251", HOUR, upper_limit=250),), True),
        ((lab("ldh", "250", HOUR, upper_limit=250),), False),
        ((lab("ldh", "251", HOUR),), True),
        ((lab("ldh", "250", HOUR),), False),
        ((), None),
    ),
    "bilirubin_direct": (
        ((lab("bilirubin_direct", "0.4", HOUR, upper_limit=0.3),), True),
        ((lab("bilirubin_direct", "0.3", HOUR, upper_limit=0.3),), False),
        ((), None),
    ),
    "coagulation": (
        ((lab("pt", "15", HOUR, upper_limit=14),), True),
        ((lab("aptt", "41", HOUR, upper_limit=40),), True),
        ((lab("pt", "14", HOUR, upper_limit=14), lab("aptt", "40", HOUR, upper_limit=40)), False),
        ((), None),
    ),
    "triglycerides": (
        ((lab("triglycerides", "266", HOUR, fasting=True),), True),
        ((lab("triglycerides", "265", HOUR, fasting=True),), False),
        ((lab("triglycerides", "900", HOUR, fasting=False),), None),
        ((), None),
    ),
}
"""Results at the hour of the ferritin, and whether the feature is met.

"Grade 4" is that of CTCAE 5.0 (a local rule; 6.0 has ANC < 0.1 and platelets < 10).
"""

MARROWS: tuple[tuple[list[Fields], Truth], ...] = (
    ([], None),
    ([{"hour": HOUR, "kind": "marrow"}], None),
    ([{"hour": HOUR, "kind": "marrow", "hemophagocytosis": False}], False),
    ([{"hour": HOUR - 168, "kind": "marrow", "hemophagocytosis": False}], False),
    ([{"hour": HOUR - 169, "kind": "marrow", "hemophagocytosis": False}], None),
    ([{"hour": HOUR, "kind": "marrow", "hemophagocytosis": True}], True),
    ([{"hour": HOUR, "kind": "hemophagocytosis"}], True),
    (
        [
            {"hour": HOUR - 24, "kind": "hemophagocytosis"},
            {"hour": HOUR, "kind": "marrow", "hemophagocytosis": False},
        ],
        True,
    ),
)
"""Events, and whether there is hemophagocytosis: "no" only of a marrow that was examined."""

ICANS_0: Fields = {
    name: WELL[name] for name in ("ice_total", "consciousness", "seizure", "motor", "icp")
}
NEUROTOXICITY: tuple[tuple[Fields, Truth], ...] = (
    ({}, None),
    (ICANS_0, False),
    ({**ICANS_0, "ice_total": 9}, True),
    ({**ICANS_0, "ice_total": 2, "attribution": {"ice": "other"}}, False),
    ({"other_neuro": ["headache"]}, None),
    ({**ICANS_0, "other_neuro": ["headache"]}, False),
    ({**ICANS_0, "other_neuro": []}, False),
    ({"other_neuro": ["headache", "tremor"]}, True),
    ({**ICANS_0, "other_neuro": ["myoclonus"]}, True),
    ({**ICANS_0, "other_neuro": ["cranial_nerve_palsy", "headache"]}, True),
    (
        {**ICANS_0, "other_neuro": ["asterixis"], "attribution": {"other_neuro": "other"}},
        False,
    ),
)
"""One examination of that day, and whether there is neurotoxicity; headache alone is none."""


def pulmonary(row: dict[str, str]) -> Truth:
    """Oxygen that is new, or hypoxia untreated, as the CRS table reads it.

    What is put down to another cause is none where a device is recorded.
    """
    if row["hypoxia_from"] == "other":
        return None if row["support"] == "unknown" else False
    spans = crs_2019.hypoxia(row)
    if any(span.low > 0 for span in spans):
        return True
    return None if any(span.high > 0 for span in spans) else False


def pulmonary_rows() -> list[dict[str, str]]:
    names = crs_2019.HYPOXIA_PART
    answers = product(*(crs_2019.DIMENSIONS[name] for name in names))
    return [dict(zip(names, row, strict=True)) for row in answers]
