"""Rows of the older systems, graded by engine and oracle.

A row has four domains: fever, hypotension, hypoxia and the rest. What a system does not ask for is
drawn, so that it is seen not to matter. Rows that share patient, weight and baseline stand in one
course.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import product
from random import Random

from grading.record import Dose
from tests.oracle import crs_older, older_classes, older_signs
from tests.oracle.compare import Tally, findings, graded, record
from tests.oracle.older_signs import DIMENSIONS, RUNNING, Row

AT_ONCE = 1_000
HOURS = {"before": -10, "after": 100}
COURSE = ("age", "weight", "usual", "usual_saturation")
"""What belongs to the patient, not to the assessment."""

FEVER = ("temperature", "fever_from", "symptoms")
HYPOTENSION = ("hypotension", "pressure", "vasopressors", "hypotension_from")
HYPOXIA = ("support", "saturation", "usual", "usual_saturation", "hypoxia_from")
MORE: dict[str, dict[str, tuple[str, ...]]] = {
    "crs_lee_2014": {"hypotension": ("hours",), "rest": ("organs",)},
    "crs_penn_2018": {
        "hypotension": ("boluses", "hours", "weight"),
        "rest": ("organs", "iv", "coagulopathy", "life"),
    },
    "crs_mskcc_2018": {"hypotension": ("hours", "refractory")},
    "crs_cartox_2018": {"hypotension": ("hours", "life"), "hypoxia": ("age",), "rest": ("organs",)},
    "crs_ctcae_4_03": {"rest": ("organs", "response", "life")},
    "crs_ctcae_5_0": {"hypotension": ("life",), "hypoxia": ("life",)},
    "crs_ctcae_6_0": {"hypotension": ("life",), "hypoxia": ("life",)},
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
    name: value if name in COURSE or "unknown" not in DIMENSIONS[name] else "unknown"
    for name, value in WELL.items()
}


# Rows


def domains(system: str) -> dict[str, tuple[str, ...]]:
    """The dimensions of each domain that this system looks at."""
    more = MORE[system]
    return {
        "fever": FEVER,
        "hypotension": HYPOTENSION + more.get("hypotension", ()),
        "hypoxia": HYPOXIA + more.get("hypoxia", ()),
        "rest": more.get("rest", ()),
    }


def settled(row: Row) -> Row:
    """Hours for which no vasopressor has run are not known."""
    return row if row["vasopressors"] in RUNNING else {**row, "hours": "unknown"}


def anything(pick: Random) -> Row:
    """Any class of each dimension, but seldom a sign that is put down to something else."""
    row = {name: pick.choice(classes) for name, classes in DIMENSIONS.items()}
    elsewhere = {sign: "counts" for sign in SIGNS_FROM if pick.random() < 0.7}
    return settled({**row, **elsewhere})


def unasked(system: str) -> tuple[str, ...]:
    """The dimensions that this system does not look at, but for those of the patient."""
    asked = {name for names in domains(system).values() for name in names}
    return tuple(name for name in DIMENSIONS if name not in asked and name not in COURSE)


SIGNS_FROM = ("fever_from", "hypotension_from", "hypoxia_from")


def beside_the_point(row: Row) -> set[str]:
    """The dimensions that cannot matter beside the others of this row."""
    beside: set[str] = set()
    if row.get("fever_from") == "other":
        beside |= {"temperature"}
    if row.get("hypotension_from") == "other":
        beside |= {*HYPOTENSION, "boluses", "hours", "weight", "refractory"}
    elif row.get("vasopressors") in RUNNING:
        beside |= {"hypotension", "pressure", "boluses"}
    else:
        beside |= {"hours", "weight"}
    if row.get("hypoxia_from") == "other":
        beside |= {*HYPOXIA, "age"}
    if not row.get("support", "noninvasive").startswith("noninvasive"):
        beside |= {"age", "life"}
    return beside - set(SIGNS_FROM)


def rows(names: tuple[str, ...]) -> list[Row]:
    """Every combination of these dimensions, hours only where a vasopressor runs."""
    return [
        row
        for row in older_signs.combinations(names)
        if row.get("hours", "unknown") == "unknown" or row["vasopressors"] in RUNNING
    ]


def different_rows(names: tuple[str, ...], pick: Random) -> list[Row]:
    """A row for each combination of what can matter; what cannot is drawn."""
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows(names):
        beside = beside_the_point(row)
        groups[tuple(item for item in row.items() if item[0] not in beside)].append(row)
    return [pick.choice(same) for same in groups.values()]


def each_domain(system: str, pick: Random, *, full: bool) -> Iterator[Row]:
    """Each domain in full, with the rest well, with the rest not asked, and with any rest."""
    free = unasked(system)
    for names in domains(system).values():
        for row in rows(names) if full else different_rows(names, pick):
            some = anything(pick)
            drawn = {name: some[name] for name in free}
            yield settled({**WELL, **drawn, **row})
            yield settled({**some, **row})
            if full:
                yield settled({**NOT_ASKED, **drawn, **row})


def every_combination(system: str, draws: int, pick: Random) -> Iterator[Row]:
    """Every combination of the cells that the domains can come to, with any row of each cell.

    What a domain comes to may hang on there being a sign, so it is asked with fever, without and
    with the temperature unknown.
    """
    groups = []
    for names in domains(system).values():
        cells: dict[Hashable, list[Row]] = defaultdict(list)
        for row in rows(names):
            cells[_comes_to(row, system)].append(row)
        groups.append(list(cells.values()))
    free = unasked(system)
    for combination in product(*groups):
        for _ in range(draws):
            some = anything(pick)
            row = {**WELL, **{name: some[name] for name in free}}
            for group in combination:
                row |= pick.choice(group)
            yield settled(row)


def _comes_to(row: Row, system: str) -> Hashable:
    """The cells of these classes where all else is well."""
    temperatures = ("no_fever", "fever", "unknown")
    return tuple(
        crs_older.SYSTEMS[system]({**WELL, "temperature": temperature, **row})
        for temperature in temperatures
    )


# Comparison


def compare(system: str, many: Iterable[Row], context: str, tally: Tally, pick: Random) -> None:
    """Grade rows in courses of those that share what belongs to the patient."""
    courses: dict[Hashable, list[Row]] = defaultdict(list)
    for row in many:
        course = courses[tuple(row[name] for name in COURSE)]
        course.append(row)
        if len(course) == AT_ONCE:
            _compare_course(system, course, context, tally, pick)
            course.clear()
    for course in courses.values():
        if course:
            _compare_course(system, course, context, tally, pick)


def _compare_course(
    system: str,
    group: list[Row],
    context: str,
    tally: Tally,
    pick: Random,
    *,
    doses: Iterable[Dose] = (),
    listed: str = "unknown",
) -> None:
    """`doses` stand for the vasopressors of every row, whose own lists are then `listed`."""
    first = group[0]
    weight = older_classes.WEIGHTS[first["weight"]]
    person = pick.choice(older_classes.PEOPLE[first["age"]][1])
    recorded_rows = [
        {**row, "vasopressors": listed, "hours": "unknown"} if doses else row for row in group
    ]
    fields = [older_classes.assessment(row, pick) for row in recorded_rows]
    assessments = [findings(each, HOURS[context], order) for order, each in enumerate(fields)]
    usual = older_classes.baseline(first, pick)
    course = record(person, usual, assessments, doses, weight_kg=weight)
    for row, each, engine in zip(group, fields, graded(course, system), strict=True):
        told_by = "doses" if doses and listed == "unknown" else "list"
        expected = crs_older.grade({**row, "told_by": told_by}, system, context)
        tally.add(engine, expected, (context, {**row, "weight": first["weight"]}, each))


def every_run(system: str, tally: Tally, pick: Random, *, full: bool) -> None:
    """Vasopressors that the doses tell, from how many hours before the assessment on.

    The list is unknown, or says that there is none.
    """
    hours = [name for name in older_signs.LONG_ENOUGH if name != "unknown"]
    for treatment, running, weight in product(RUNNING, hours, DIMENSIONS["weight"]):
        if treatment.startswith("other"):
            continue
        members = older_classes.VASOPRESSORS[treatment]
        for fields in members if full else (pick.choice(members),):
            some = {**WELL, **{name: anything(pick)[name] for name in ("life", "refractory")}}
            row = {**some, "vasopressors": treatment, "hours": running, "weight": weight}
            answers = ("yes", "no", "unknown")
            group = [{**row, "hypotension": answer} for answer in answers]
            doses = _runs(fields, pick.choice(older_classes.HOURS[running]))
            for listed in ("unknown", "none"):
                _compare_course(system, group, "after", tally, pick, doses=doses, listed=listed)


def _runs(fields: older_classes.Fields, hours: float | None) -> list[Dose]:
    """Runs of these agents; the first has run for the hours, another may have joined later."""
    assert hours is not None
    rates = fields.get("vasopressor_rates", {})
    return [
        Dose(
            elapsed=timedelta(hours=HOURS["after"] - (hours if order == 0 else hours / 2)),
            agent=agent,
            amount=Decimal(str(rates[agent])) if agent in rates else None,
            unit=older_classes.UNITS[agent] if agent in rates else None,
        )
        for order, agent in enumerate(_vasopressors_first(fields["vasopressors"]))
    ]


def _vasopressors_first(agents: list[str]) -> list[str]:
    """An inotrope alone holds no hours."""
    return sorted(agents, key=lambda agent: agent in ("dobutamine", "milrinone"))
