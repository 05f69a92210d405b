"""Rows of the older systems, graded by engine and oracle.

Each of four domains is taken in full; what a system does not ask for is drawn, so that it is seen
not to matter. Rows that share patient, weight and baseline stand in one course.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from random import Random

from tests.oracle import crs_older, older_classes, older_signs
from tests.oracle.compare import Tally, findings, graded, record
from tests.oracle.older_signs import DIMENSIONS, Row

AT_ONCE = 1_000
HOURS = {"before": -10, "after": 36}
COURSE = ("age", "weight", "usual", "usual_saturation")
"""What belongs to the patient, not to the assessment."""

FEVER = ("temperature", "fever_from", "symptoms")
HYPOTENSION = ("hypotension", "pressure", "vasopressors", "hypotension_from")
HYPOXIA = ("support", "saturation", "usual", "usual_saturation", "hypoxia_from")
RUNNING = ("vasopressors", "hours")
DOMAINS: dict[str, dict[str, tuple[str, ...]]] = {
    "crs_lee_2014": {"hypotension": ("hours",), "rest": ("organs",)},
    "crs_penn_2018": {
        "hypotension": ("boluses", "hours", "weight"),
        "rest": ("organs", "iv", "coagulopathy", "life"),
    },
    "crs_mskcc_2018": {"hypotension": ("hours", "refractory"), "rest": ()},
    "crs_cartox_2018": {"hypotension": ("hours", "life"), "hypoxia": ("age",), "rest": ("organs",)},
    "crs_ctcae_4_03": {"hypotension": (), "rest": ("organs", "response", "life")},
    "crs_ctcae_5_0": {"hypotension": ("life",), "hypoxia": ("life",), "rest": ()},
}
"""What a system asks for beyond fever, hypotension and hypoxia."""

WELL: Row = {
    "temperature": "no_fever",
    "fever_from": "counts",
    "symptoms": "no",
    "hypotension": "no",
    "pressure": "normal",
    "boluses": "none",
    "vasopressors": "none",
    "hours": "unknown",
    "refractory": "no",
    "life": "no",
    "hypotension_from": "counts",
    "support": "room_air",
    "saturation": "normal",
    "usual": "none",
    "usual_saturation": "normal",
    "hypoxia_from": "counts",
    "organs": "none",
    "iv": "no",
    "coagulopathy": "no",
    "response": "unknown",
    "weight": "60",
    "age": "adult",
}
NOT_ASKED: Row = {
    **WELL,
    **{
        name: "unknown"
        for name in DIMENSIONS
        if "unknown" in DIMENSIONS[name] and name not in COURSE
    },
}


def domains(system: str) -> dict[str, tuple[str, ...]]:
    """The dimensions of each domain that this system looks at."""
    more = DOMAINS[system]
    return {
        "fever": FEVER,
        "hypotension": HYPOTENSION + more["hypotension"],
        "hypoxia": HYPOXIA + more.get("hypoxia", ()),
        "rest": more["rest"],
    }


def is_new(row: Row) -> bool:
    """Leaves out what only repeats: where another cause explains a sign, its other classes."""
    elsewhere = (
        ("fever_from", "temperature", "fever"),
        ("hypotension_from", "pressure", "low"),
        ("hypoxia_from", "saturation", "low"),
    )
    if any(row.get(cause) == "other" and row[name] != kept for cause, name, kept in elsewhere):
        return False
    return row.get("hours", "unknown") == "unknown" or row["vasopressors"] in older_signs.RUNNING


def rows(names: tuple[str, ...]) -> list[Row]:
    """Every combination of these dimensions, but for what only repeats."""
    return [row for row in older_signs.combinations(names) if is_new(row)]


def drawn(row: Row, system: str, pick: Random) -> Row:
    """The row with any class of what this system does not look at."""
    asked = {name for names in domains(system).values() for name in names}
    free = {
        name: pick.choice(classes)
        for name, classes in DIMENSIONS.items()
        if name not in asked and name not in COURSE
    }
    return settled({**row, **free})


def settled(row: Row) -> Row:
    """Hours of no vasopressor are not known."""
    return row if row["vasopressors"] in older_signs.RUNNING else {**row, "hours": "unknown"}


def compare(system: str, many: Iterable[Row], context: str, tally: Tally, pick: Random) -> None:
    """Grade rows in courses of those that share what belongs to the patient."""
    courses = defaultdict(list)
    for row in many:
        courses[tuple(row[name] for name in COURSE)].append(row)
    for group in courses.values():
        for start in range(0, len(group), AT_ONCE):
            _compare_course(system, group[start : start + AT_ONCE], context, tally, pick)


def _compare_course(
    system: str, group: list[Row], context: str, tally: Tally, pick: Random
) -> None:
    first = group[0]
    weight = older_classes.WEIGHTS[first["weight"]]
    person = pick.choice(older_classes.PEOPLE[first["age"]][1])
    fields = [older_classes.assessment(row, pick) for row in group]
    assessments = [findings(each, HOURS[context], order) for order, each in enumerate(fields)]
    course = record(person, older_classes.baseline(first, pick), assessments, weight_kg=weight)
    for row, each, engine in zip(group, fields, graded(course, system), strict=True):
        told = {name: value for name, value in row.items() if value != WELL[name]}
        tally.add(engine, crs_older.grade(row, system, context), (context, told, each))


def each_domain(system: str, pick: Random) -> Iterator[Row]:
    """Each domain in full, with the rest well, with the rest not asked, and with any rest."""
    for names in domains(system).values():
        for row in rows(names):
            anything = {name: pick.choice(classes) for name, classes in DIMENSIONS.items()}
            for rest in (WELL, NOT_ASKED, anything):
                yield settled({**drawn(rest, system, pick), **row})
