"""Every situation that the axes below span: grades, doses, results, findings, patients.

The grades of CRS, ICANS and IEC-HS stand with every value of every other axis; the axes beside them
are crossed in groups that belong together (`GROUPS`), and all of them at random by a seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from math import prod
from random import Random
from typing import Any

from grading.guidelines.products import product_named
from grading.guidelines.situation.doses import anakinra_now, steroids_now
from grading.guidelines.situation.situation import (
    BedsideNow,
    DosesNow,
    Fact,
    GradeAt,
    GradeNow,
    IcahtNow,
    IecHsNow,
    PatientNow,
    Reading,
    Response,
    Situation,
)
from grading.guidelines.tocilizumab import tocilizumab_ledger
from grading.record import Dose, Event, Record
from grading.site_rules import SiteRules
from tests.grading.guidelines.situations import hours

NOW = hours(240)
GRADES = (None, 0, 1, 2, 3, 4)
TOCILIZUMAB_AGO = (7.9, 8, 12, 18, 24)
TOCILIZUMAB = ((), *(
    tuple(last + 8 * earlier for earlier in range(given))
    for given in range(1, 6) for last in TOCILIZUMAB_AGO
))  # fmt: skip
"""Hours ago of each dose: none, or one to five doses 8 hours apart, the last so long ago."""
AXES: Mapping[str, tuple[Any, ...]] = {
    "crs": (*GRADES, "at least 2", "review 1", "review 3"),
    "icans": GRADES,
    "iec_hs": (None, "suspected", 1, 4),
    "tocilizumab": TOCILIZUMAB,
    "steroid": (None, (6,), (30, 24, 18, 12, 6), (90, 84, 78), "taper"),
    "anakinra": (None, (6,), (66, 60, 54, 48, 42, 36, 30, 24, 18, 12, 6)),
    "ruxolitinib": (None, (12,), (60, 48, 36, 24, 12)),
    "response": (None, "better", "worse"),
    "fever_hours": (None, 71, 73),
    "anc": (None, "old 0.1", "0.1", "0.5", "2"),
    "icaht": (None, 2, 4),
    "platelets": (None, "old 20", "20", "49", "50", "200"),
    "inr": (None, "old 2", "1", "1.5", "1.6"),
    "edema": (False, True),
    "papilledema": (False, True),
    "seizure": (False, True, "status"),
    "ventilated": (False, True),
    "patient": (
        "72 kg 60 y",
        "130 kg 60 y",
        "? kg 60 y",
        "72 kg ? y",
        "? kg ? y",
        "3.5 kg 0.5 y",
        "12 kg 3 y",
        "12 kg ? y",
        "? kg 3 y",
        "29.9 kg 18 y",
        "30 kg 17.9 y",
        "39.9 kg 18 y",
        "40 kg 18 y",
        "40 kg 17.9 y",
    ),
    "day": (0, 3, 10, 25, 40),
    "product": ("", "axi-cel", "cilta-cel", "tisa-cel"),
    "dead": (False, True),
}
GRADED = ("crs", "icans", "iec_hs")
GROUPS = (
    ("tocilizumab", "patient"),
    ("tocilizumab", "fever_hours"),
    ("steroid", "anakinra", "ruxolitinib", "response"),
    ("anc", "fever_hours", "day"),
    ("anc", "icaht", "day"),
    ("platelets", "inr", "edema", "papilledema"),
    ("edema", "papilledema", "seizure", "ventilated"),
    ("patient", "seizure"),
    ("product", "day", "dead"),
)
Groups = tuple[tuple[str, ...], ...]
OF_DOSES: Groups = tuple(group for group in GROUPS if {"tocilizumab", "steroid"} & set(group))
"""The groups that a site which lowers doses can change."""
USUAL = {name: values[0] for name, values in AXES.items()} | {"day": 10}


def number_of(groups: Groups = GROUPS) -> int:
    """How many situations `every_case` gives."""
    return sum(prod(len(AXES[name]) for name in (*GRADED, *group)) for group in groups)


def every_case(groups: Groups = GROUPS) -> Iterator[dict[str, Any]]:
    """The grades with each group of the other axes, every value with every other."""
    for group in groups:
        names = (*GRADED, *group)
        for values in product(*(AXES[name] for name in names)):
            yield USUAL | dict(zip(names, values, strict=True))


def random_cases(seed: int, number: int) -> Iterator[dict[str, Any]]:
    """So many cases with a random value on every axis; few of the dead."""
    draw = Random(seed)
    for _ in range(number):
        case = {name: draw.choice(values) for name, values in AXES.items()}
        yield case | {"dead": draw.random() < 0.02}


@dataclass(frozen=True, slots=True)
class Ward:
    """The rules under which situations are built."""

    site: SiteRules

    def situation(self, case: Mapping[str, Any]) -> Situation:
        """The situation of a case. Totals of doses come from the code that serves a chart."""
        site = self.site
        doses = tuple(sorted(_doses(case), key=lambda dose: dose.elapsed))
        weight, age = (
            None if word == "?" else Decimal(word) for word in case["patient"].split()[::2]
        )
        record = Record(weight_kg=weight, weighed=NOW - hours(2), doses=doses)
        is_small = weight is not None and weight < site.choices.adult_doses_from_kg
        return Situation(
            now=NOW,
            day=case["day"],
            crs=_grade(case["crs"]),
            icans=_grade(case["icans"]),
            bedside=_bedside(case),
            labs=dict(_labs(case)),
            doses=DosesNow(
                doses,
                tocilizumab_ledger(record, NOW, site.local, site.choices),
                steroids_now(doses, NOW, weight),
                anakinra_now(doses, NOW, weight),
            ),
            responses=dict(_responses(case, doses)),
            iec_hs=_iec_hs(case["iec_hs"]),
            icaht=IcahtNow(**{"late_grade" if case["day"] > 30 else "early_grade": case["icaht"]}),
            product=product_named(case["product"]),
            patient=PatientNow(
                age, is_small or (age is not None and age < 18), weight, NOW - hours(2), True
            ),
            is_dead=case["dead"],
            local=site.local,
            choices=site.choices,
        )


def _grade(text: Any) -> GradeNow:
    if text is None:
        return GradeNow()
    grade = int(str(text)[-1])
    onset = NOW - hours(80) if grade else None
    history = (GradeAt(NOW - hours(60), max(grade, 1)), GradeAt(NOW, grade)) if grade else ()
    now = GradeNow(grade, NOW, "", onset, onset, None, history)
    return replace(now, at_least="least" in str(text), is_review="review" in str(text))


def _bedside(case: Mapping[str, Any]) -> BedsideNow:
    findings = {
        name: Fact(name, NOW - hours(1))
        for name in ("edema", "papilledema", "seizure", "ventilated")
        if case[name]
    }
    if case["seizure"] == "status":
        findings["status_epilepticus"] = Fact("status epilepticus", NOW - hours(1))
    pressure = tuple(findings[name] for name in ("edema", "papilledema") if name in findings)
    fever = case["fever_hours"]
    return BedsideNow(
        fever=None if fever is None else Fact("temperature 39 °C", NOW),
        fever_since=None if fever is None else NOW - hours(fever),
        was_ever_febrile=fever is not None or str(case["crs"]) != "review 1",
        raised_pressure=pressure,
        **findings,
    )


def _labs(case: Mapping[str, Any]) -> Iterator[tuple[str, Reading]]:
    for name in ("anc", "platelets", "inr"):
        if (text := case[name]) is None:
            continue
        is_fresh = "old" not in text
        value = Decimal(text.removeprefix("old "))
        at = NOW - hours(2 if is_fresh else 50)
        yield name, Reading(name, value, f"{name} {value}", at, is_fresh=is_fresh)


def _doses(case: Mapping[str, Any]) -> Iterator[Dose]:
    for ago in case["tocilizumab"]:
        yield Dose(NOW - hours(ago), "tocilizumab", amount=Decimal(8), unit="mg/kg")
    steroid = case["steroid"]
    amounts = {30: 10, 24: 10, 18: 4, 12: 2} if steroid == "taper" else {}
    for ago in amounts or steroid or ():
        amount = Decimal(amounts.get(ago, 10))
        yield Dose(NOW - hours(ago), "dexamethasone", amount=amount, unit="mg", route="IV")
    for agent in ("anakinra", "ruxolitinib"):
        for ago in case[agent] or ():
            yield Dose(NOW - hours(ago), agent, amount=Decimal(100), unit="mg")


def _responses(case: Mapping[str, Any], doses: tuple[Dose, ...]) -> Iterator[tuple[str, Response]]:
    if case["response"] is None:
        return
    names = {"tocilizumab": "tocilizumab", "steroid": "dexamethasone", "anakinra": "anakinra"}
    for drug, agent in names.items():
        given = [dose for dose in doses if dose.agent == agent]
        for toxicity in ("crs", "icans") if given else ():
            since = Decimal((NOW - given[-1].elapsed) / timedelta(hours=1))
            yield (
                f"{drug}/{toxicity}",
                Response(given[-1], since, toxicity, None, case["response"]),
            )


def _iec_hs(state: Any) -> IecHsNow:
    since, facts = NOW - hours(50), (Fact("ferritin 12,000 ng/mL, rising", NOW - hours(2)),)
    if state is None:
        return IecHsNow()
    if state == "suspected":
        return IecHsNow(is_suspected=True, is_loud=True, since=since, facts=facts)
    recorded = Event(since, "iec_hs", grade=state)
    return IecHsNow(recorded, state, is_loud=True, since=since, facts=facts)
