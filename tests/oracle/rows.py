"""Course documents with the grades they must get, in any number, from a seed.

for row in rows(seed=7, count=5_000):
    row.document            # a course document, as `manage.py grade` reads it
    row.expected            # for each assessment, its Answer for each system
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from tests.oracle import crs_2019, crs_classes, icans_2019, icans_classes
from tests.oracle.answer import Answer, cannot_tell, positive, zero_unless
from tests.oracle.compare import CRS, ICANS

Fields = dict[str, Any]
INFUSED_AT = "2026-01-05T00:00:00+00:00"


@dataclass(frozen=True)
class Graded:
    """A course document with the oracle's answer to each of its assessments, by system."""

    document: Fields
    expected: list[dict[str, Answer]]


class Earlier(NamedTuple):
    """An assessment before the one that is asked about, with its CRS."""

    fields: Fields
    crs: Answer


class Setting(NamedTuple):
    """What stands around an assessment, and the context in which the oracle then reads it."""

    context: str
    hour: float
    earlier: tuple[Earlier, ...] = ()
    doses: tuple[Fields, ...] = ()
    course: tuple[tuple[str, Any], ...] = ()


NO_CRS = zero_unless(())
WELL = {"temperature_c": 36.6, "hypotension": False, "oxygen_device": "room_air"}
FEVER = {**WELL, "temperature_c": 39.1}
FEVER_BEFORE = Earlier({**FEVER, "hour": -24}, NO_CRS)
FEVER_AT_24 = Earlier({**FEVER, "hour": 24}, positive(1, frozenset()))
FEVER_ASIDE = NO_CRS._replace(if_all_counted=1, put_aside=frozenset({"fever"}))
SEPTIC_AT_24 = Earlier({**FEVER, "hour": 24, "attribution": {"fever": "other"}}, FEVER_ASIDE)
FEVER_AT_48 = Earlier({**FEVER, "hour": 48}, positive(1, frozenset()))
WELL_AT_48, WELL_AT_60, WELL_AT_72 = (
    Earlier({**WELL, "hour": hour}, NO_CRS) for hour in (48, 60, 72)
)


def _dose(hour: float, agent: str, **more: Any) -> Fields:
    return {"hour": hour, "agent": agent, **more}


WAIVING = (
    "paracetamol",
    "nsaid",
    "metamizole",
    "tocilizumab",
    "siltuximab",
    "anakinra",
    "emapalumab",
    "etanercept",
    "ruxolitinib",
    "itacitinib",
    "dasatinib",
    "dexamethasone",
    "methylprednisolone",
    "prednisone",
    "hydrocortisone",
)
DAY_15 = (("later_infusions", ["2026-01-20T00:00:00+00:00"]),)
"""A second infusion on Day 15."""

SETTINGS: tuple[Setting, ...] = (
    Setting("before", -0.5),
    Setting("before", -70, (), (_dose(-80, "fludarabine"), _dose(-75, "dexamethasone"))),
    Setting("first", 0),
    Setting("first", 36),
    Setting("first", 14 * 24 + 23.5),
    Setting("first", 36, (), (_dose(30, "dexamethasone"),)),
    Setting("first", 36, (SEPTIC_AT_24,), (_dose(30, "tocilizumab"),)),
    Setting("first", 36, (FEVER_BEFORE,), (_dose(30, "tocilizumab"),)),
    Setting("first", 80, (FEVER_AT_24, WELL_AT_48, WELL_AT_72), (_dose(30, "tocilizumab"),)),
    Setting("first", 29 * 24 + 23.5, (), (), DAY_15),
    Setting("first", 120, (FEVER_AT_24, WELL_AT_48), (_dose(30, "tocilizumab"),)),
    Setting("open", 36, (FEVER_AT_24,)),
    Setting("open", 119.5, (FEVER_AT_24, WELL_AT_48)),
    Setting("open", 120, (FEVER_AT_24, FEVER_AT_48), (_dose(30, "tocilizumab"),)),
    Setting("open", 384, (FEVER_AT_24, FEVER_AT_48), (_dose(30, "anakinra", end_hour=48),)),
    Setting("open", 36, (FEVER_AT_24,), (_dose(23.5, "paracetamol"), _dose(36.5, "tocilizumab"))),
    Setting("open", 36, (FEVER_AT_24,), (_dose(20, "anakinra", end_hour=23.5),)),
    Setting("open", 36, (FEVER_AT_24,), (_dose(30, "ivig"), _dose(31, "g_csf"))),
    Setting("open", 36, (FEVER_AT_24,), (_dose(30, "itraconazole", **{"class": "other"}),)),
    Setting("open", 16 * 24, (FEVER_AT_24,)),
    Setting("open", 80, (FEVER_AT_24, WELL_AT_60, WELL_AT_72)),
    *(Setting("waived", 36, (FEVER_AT_24,), (_dose(30, agent),)) for agent in WAIVING),
    Setting("waived", 36, (FEVER_AT_24,), (_dose(24, "paracetamol"),)),
    Setting("waived", 36, (FEVER_AT_24,), (_dose(36, "tocilizumab"),)),
    Setting("waived", 36, (FEVER_AT_24,), (_dose(20, "anakinra", end_hour=25),)),
    Setting("waived", 80, (FEVER_AT_24, WELL_AT_60, WELL_AT_72), (_dose(30, "dexamethasone"),)),
    Setting("waived", 119.5, (FEVER_AT_24, FEVER_AT_48), (_dose(30, "tocilizumab"),)),
    Setting("waived", 119.5, (FEVER_AT_24, WELL_AT_48), (_dose(30, "tocilizumab"),)),
    Setting("waived", 120, (FEVER_AT_24, FEVER_AT_48), (_dose(49, "dexamethasone"),)),
    Setting("waived", 384, (FEVER_AT_24, FEVER_AT_48), (_dose(30, "anakinra", end_hour=49),)),
    Setting("late", 15 * 24),
    Setting("late", 15 * 24, (FEVER_AT_24, WELL_AT_48), (_dose(30, "tocilizumab"),)),
    Setting("late", 16 * 24, (SEPTIC_AT_24,), (_dose(300, "tocilizumab"),)),
    Setting("late", 15 * 24, (FEVER_AT_24, WELL_AT_48, WELL_AT_72), (_dose(30, "tocilizumab"),)),
    Setting("late", 30 * 24, (), (), DAY_15),
)
"""Around a row: an earlier fever, doses on both sides of onset and observation, Day 14 and 15,
72 h in which nobody looked."""

PATIENTS: dict[str, tuple[tuple[str, Fields], ...]] = {
    "ice": (
        ("adult", {"age_years": 60}),
        ("adult", {"age_years": 18, "developmental_delay": False}),
        ("usually low", {"age_years": 71}),
        ("adolescent", {"age_years": 17}),
        ("adolescent", {"age_years": 12}),
        ("age unknown", {}),
    ),
    "capd": (
        ("adolescent", {"age_years": 11.9}),
        ("child of 8", {"age_years": 8}),
        ("child of 2", {"age_years": 2}),
        ("infant", {"age_years": 0.5}),
        ("newborn", {"age_years": 0.04}),
        ("adolescent", {"age_years": 15, "developmental_delay": True}),
        ("age unknown", {"developmental_delay": True}),
    ),
}
RUNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "inotrope": (("dobutamine",), ("milrinone",)),
    "vasopressin": (("vasopressin",),),
    "one": (("norepinephrine",), ("phenylephrine",), ("epinephrine",), ("dopamine",)),
    "two": (("norepinephrine", "epinephrine"), ("phenylephrine", "dopamine")),
    "one_with_vasopressin": (("dopamine", "vasopressin"), ("angiotensin_ii", "vasopressin")),
}
"""What runs at the moment of the assessment and is not on its list."""

PRESSURES = (*crs_2019.DIMENSIONS["pressure"], "diastolic")
NORMAL_CRS = (
    {"hypotension": "no", "vasopressors": "none"},
    {"support": "room_air", "saturation": "normal"},
    {"hypotension_from": "counts", "hypoxia_from": "counts"},
)
NORMAL_ICANS = (
    {"consciousness": "spontaneous"},
    {"seizure": "none"},
    {"motor": "none"},
    {"icp": "none"},
    dict.fromkeys(icans_2019.SIGNS, "counts"),
)
NO_CRS_PART = {
    "temperature": "unknown",
    "hypotension": "unknown",
    "pressure": "unknown",
    "vasopressors": "unknown",
    "support": "unknown",
    "saturation": "unknown",
}
NO_ICANS_PART = dict.fromkeys(("score", "consciousness", "seizure", "motor", "icp"), "unknown")


def _row(
    pick: Random, dimensions: dict[str, tuple[str, ...]], normal: tuple[dict[str, str], ...]
) -> dict[str, str]:
    """Any class of each dimension, but often a normal one: else nearly every row is a 4."""
    row = {name: pick.choice(classes) for name, classes in dimensions.items()}
    for classes in normal:
        if pick.random() < 0.5:
            row |= classes
    return row


def _runs(pick: Random, crs: dict[str, str], listed: list[str] | None, hour: float) -> list[Fields]:
    """Runs around the assessment, and those open at it that its list leaves out."""
    stopped = [
        _dose(hour - 4, "epinephrine", end_hour=hour - 0.5),
        _dose(hour - 5, "phenylephrine", end_hour=hour),
        _dose(hour + 0.5, "norepinephrine"),
        _dose(hour - 0.5, "phenylephrine", amount=100, unit="ug"),
    ]
    chance = pick.random()
    crs["runs"] = "none" if chance < 0.4 else "stopped"
    if chance < 0.6:
        return stopped if chance >= 0.4 else []
    if chance < 0.7:
        crs["runs"] = "as_listed"
        return [_dose(hour - 1, agent) for agent in listed or () if agent != "other"]
    classes = [
        (name, agents)
        for name, choices in RUNS.items()
        for agents in choices
        if listed is None or not set(agents) & set(listed)
    ]
    crs["runs"], agents = pick.choice(classes)
    start, end = pick.choice(((hour, None), (hour - 3, None), (hour - 3, hour + 0.5)))
    given = pick.choice(({}, {"amount": 5, "unit": "ug/min"}, {"amount": 2, "unit": "mL/h"}))
    moment = {"amount": 100, "unit": "ug"} if (start, end) == (hour, None) else given
    runs = [_dose(start, agent, end_hour=end, **pick.choice((given, moment))) for agent in agents]
    return [*stopped, *runs]


def _assessment(pick: Random, crs: dict[str, str], icans: dict[str, str], patient: str) -> Fields:
    bedside = crs_classes.assessment(crs, patient, pick)
    nervous = icans_classes.assessment(icans, pick)
    attribution = {**bedside.pop("attribution", {}), **nervous.pop("attribution", {})}
    return {**bedside, **nervous, "attribution": attribution}


def _one(pick: Random, number: int) -> Graded:
    setting = pick.choice(SETTINGS)
    instrument = pick.choice(("ice", "capd"))
    patient, person = pick.choice(PATIENTS[instrument])
    scores = tuple(score for name, score in icans_2019.SCORES if name == instrument)
    crs = _row(pick, {**crs_2019.DIMENSIONS, "pressure": PRESSURES}, NORMAL_CRS)
    icans = _row(pick, {**icans_2019.DIMENSIONS, "score": scores}, NORMAL_ICANS)
    icans["instrument"] = instrument
    if number % 20 == 0:
        crs |= NO_CRS_PART
    if number % 20 == 1:
        icans |= NO_ICANS_PART
    fields = _assessment(pick, crs, icans, patient)
    runs = _runs(pick, crs, fields.get("vasopressors"), setting.hour)
    document = {
        "format": "cartox-course-1",
        "id": f"oracle {number}",
        "patient": person,
        "course": {"infused_at": INFUSED_AT, "time_zone": "UTC", **dict(setting.course)},
        "baseline": {
            **crs_classes.baseline(crs, patient, pick),
            **icans_classes.baseline(icans, pick),
        },
        "assessments": [
            *(earlier.fields for earlier in setting.earlier),
            {"hour": setting.hour, **fields},
        ],
        "doses": [*setting.doses, *runs],
    }
    none = cannot_tell((icans_2019.NAME[instrument], "consciousness", "seizure", "motor", "ICP"))
    expected = [{CRS: earlier.crs, ICANS: none} for earlier in setting.earlier]
    context = "before" if setting.hour < 0 else "after"
    last = {
        CRS: crs_2019.grade(crs, setting.context),
        ICANS: icans_2019.grade(icans, context),
    }
    return Graded(document, [*expected, last])


def rows(seed: int, count: int) -> Iterator[Graded]:
    """`count` documents, always the same for one seed."""
    pick = Random(seed)
    for number in range(count):
        yield _one(pick, number)
