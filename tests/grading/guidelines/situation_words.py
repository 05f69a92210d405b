"""A situation in a few words, as they stand in `cases/*.csv`: `crs=2 fluid_bolus toci=16,8`.

Every number is hours before now, unless it is a grade, a score, an amount or a value of the
laboratory. Now is hour 240, Day 10.

crs=2, icans=0    the grade; `crs>=2` at least; `crs=review2` in review, would be 2; without
                  it the grade is not known
crs_was=3         the grade before, 12 h ago, or `crs_was=2@30,3@20` with the hours; `crs_onset=60`,
                  `crs_since=20`, `crs_resolved=30` hours ago; likewise for ICANS
fever_hours=80    fever in every entry since 80 h; `fever` since now; `never_febrile`
edema, seizure    every finding of `BedsideNow` by its name; `oxygen=20` with the hours since
ice=6, capd=12    the newest score; `ice_before=9`, `ice_baseline=10`
anc=0.1           a value of the laboratory in its unit, 2 h old; `old:anc=0.1` too old to be used
toci=16,8         tocilizumab 16 h and 8 h ago; any drug by any of its names, with its amount in mg
                  if it is of interest: `dexamethasone10=12,6`, `dex10=12,6`
tapering          the steroid is being tapered; it runs where its last dose is under 24 h old
after_toci=worse  what became of CRS since the last tocilizumab: better, same, worse;
                  `icans_after_steroid=better` likewise for ICANS
iec_hs=2          recorded with this grade; `iec_hs_suspected`, `iec_hs_since=50`;
                  `iec_hs_thin` suspected by a ferritin alone that was as high before and falls
ferritin=900      with `ferritin_before=9000` the value of 12 h before; upper limit 300
icaht=3           early; `icaht_late=2`; `hematotox=high`
neuro:ataxia      a finding of `OtherNeuro`, now
event:mnt=10      any event; `event:imaging` now; `event:second_malignancy:t_cell` with a detail
weight=12, age=60, product=axi-cel, indication=lymphoma, now=700, dead
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from grading.agents import AGENTS, agent_named
from grading.guidelines.products import product_named
from grading.guidelines.situation.situation import (
    BedsideNow,
    DosesNow,
    Fact,
    FerritinCourse,
    GradeAt,
    GradeNow,
    IcahtNow,
    IecHsNow,
    Reading,
    Response,
    ScoreNow,
    Situation,
    SteroidsNow,
)
from grading.laboratory.analytes import ANALYTES
from grading.record import DAY, Dose, Event
from grading.vocabulary import OtherNeuro
from tests.grading.guidelines.situations import hours, situation

NOW = 240.0
SHORT = {"toci": "tocilizumab", "dex": "dexamethasone", "mp": "methylprednisolone"}
FLAGS = (
    "hypotension",
    "fluid_bolus",
    "vasopressors",
    "oxygen",
    "ventilated",
    "edema",
    "papilledema",
    "seizure",
    "last_seizure",
    "status_epilepticus",
)


def situation_of(words: str) -> Situation:
    """The situation that the words describe; fails at a word that is none of these."""
    return _Words(words).situation()


class _Words:
    """The words by name; each part of the situation takes its own, none may be left over."""

    def __init__(self, words: str) -> None:
        self.by_name = dict(_split(each) for each in words.split())
        self.now = float(self.by_name.pop("now", NOW))

    def situation(self) -> Situation:
        parts: dict[str, Any] = {
            "now": self.now,
            "day": int(self.now // 24),
            "crs": self.grade("crs"),
            "icans": self.grade("icans"),
            "bedside": self.bedside(),
            "iec_hs": self.iec_hs(),
            "icaht": self.icaht(),
            "events": tuple(self.events()),
            "is_dead": self.by_name.pop("dead", None) is not None,
            "product": product_named(self.by_name.pop("product", "")),
            "weight_kg": self.by_name.pop("weight", "72"),
            "age_years": self.by_name.pop("age", "60"),
            "indication": self.by_name.pop("indication", None),
        }
        before = self.by_name.pop("ferritin_before", None)
        labs = dict(self.labs())
        parts["ferritin"] = _ferritin(labs.get("ferritin"), before)
        doses = tuple(self.doses())
        parts["responses"] = self.responses(doses)
        steroids = self.steroids(doses)
        assert not self.by_name, f"not understood: {' '.join(self.by_name)}"
        built = replace(situation(doses=doses, **parts), labs=labs)
        return replace(built, doses=replace(built.doses, steroids=steroids))

    def ago(self, text: str | None, default: float | None = None) -> timedelta | None:
        """The elapsed time so many hours before now."""
        if text in (None, ""):
            return None if default is None else hours(self.now - default)
        return hours(self.now - float(text))

    def taken(self, name: str, default: float | None = None) -> timedelta | None:
        return self.ago(self.by_name.pop(name, None), default)

    def grade(self, name: str) -> GradeNow | None:
        at_least = f"{name}>" in self.by_name
        text = self.by_name.pop(f"{name}>" if at_least else name, None)
        if text is None:
            return None
        now = int(text.removeprefix("review"))
        was = self.by_name.pop(f"{name}_was", None)
        history = [_grade_at(each, self.now) for each in ([] if was is None else was.split(","))]
        onset = self.taken(f"{name}_onset", 20 if now or was else None)
        return GradeNow(
            grade=now,
            at=hours(self.now),
            since=self.taken(f"{name}_since", 0 if now else None),
            onset=onset,
            onset_day=None if onset is None else onset // DAY,
            resolved=self.taken(f"{name}_resolved"),
            history=(*history, GradeAt(hours(self.now), now)),
            at_least=at_least,
            is_review="review" in text,
        )

    def bedside(self) -> BedsideNow:
        values: dict[str, Any] = {"was_ever_febrile": True}
        for name in FLAGS:
            if name in self.by_name:
                text = self.by_name.pop(name)
                values[name] = Fact(name.replace("_", " "), self.ago(text, 0))
        if "fever" in self.by_name or "fever_hours" in self.by_name:
            self.by_name.pop("fever", None)
            values["fever"] = Fact("temperature 38.6 °C", hours(self.now))
            values["fever_since"] = self.taken("fever_hours", 0)
        if self.by_name.pop("never_febrile", None) is not None:
            values["was_ever_febrile"] = False
        if "edema" in values or "papilledema" in values:
            values["raised_pressure"] = tuple(
                values[name] for name in ("edema", "papilledema") if name in values
            )
        values["other_neuro"] = dict(self.other_neuro())
        for name in ("ice", "capd"):
            values[name] = self.score(name)
        return BedsideNow(**values)

    def other_neuro(self) -> Iterator[tuple[str, Fact]]:
        for word in [each for each in self.by_name if each.startswith("neuro:")]:
            finding = OtherNeuro(word.removeprefix("neuro:"))
            yield finding, Fact(finding.label, self.ago(self.by_name.pop(word), 0))

    def score(self, name: str) -> ScoreNow | None:
        if name not in self.by_name:
            return None
        before = self.by_name.pop(f"{name}_before", None)
        baseline = self.by_name.pop(f"{name}_baseline", None)
        return ScoreNow(
            int(self.by_name.pop(name)),
            hours(self.now),
            before=None if before is None else int(before),
            before_at=None if before is None else hours(self.now - 12),
            baseline=None if baseline is None else int(baseline),
        )

    def labs(self) -> Iterator[tuple[str, Reading]]:
        for name in list(self.by_name):
            analyte = name.removeprefix("old:")
            if analyte not in ANALYTES:
                continue
            text, age = self.by_name.pop(name), 50 if name != analyte else 2
            shown = f"{ANALYTES[analyte].label} {text} {ANALYTES[analyte].unit}"
            if analyte == "anc":
                shown = f"ANC {int(Decimal(text) * 1000)}/µL"
            at = hours(self.now - age)
            yield (
                analyte,
                Reading(analyte, Decimal(text), shown, at, is_fresh=age == 2, day=at // DAY),
            )

    def doses(self) -> Iterator[Dose]:
        for name in list(self.by_name):
            drug, mg = re.fullmatch(r"(.*?)(\d*)", name).groups()  # type: ignore[union-attr]
            agent = agent_named(SHORT.get(drug, drug))
            if agent is None or agent not in AGENTS:
                continue
            amount = Decimal(mg) if mg else None
            for each in self.by_name.pop(name).split(","):
                at = hours(self.now - float(each))
                yield Dose(at, agent, amount=amount, unit="mg" if mg else None)

    def steroids(self, doses: tuple[Dose, ...]) -> SteroidsNow:
        given = sorted(dose.elapsed for dose in doses if dose.drug_class == "steroid")
        is_tapering = self.by_name.pop("tapering", None) is not None
        if not given:
            return SteroidsNow()
        return SteroidsNow(
            last=next(dose for dose in doses if dose.elapsed == given[-1]),
            since=given[0],
            is_running=hours(self.now) - given[-1] < hours(24),
            is_tapering=is_tapering,
        )

    def responses(self, doses: tuple[Dose, ...]) -> dict[str, Response]:
        responses = {}
        for name in [each for each in self.by_name if "after_" in each]:
            toxicity, _, drug = name.rpartition("after_")
            drug, toxicity = SHORT.get(drug, drug), toxicity.rstrip("_") or "crs"
            last = DosesNow(tuple(sorted(doses, key=lambda dose: dose.elapsed))).last(drug)
            assert last is not None, f"{name}: no dose of {drug}"
            since = Decimal(int((hours(self.now) - last.elapsed).total_seconds())) / 3600
            changed = self.by_name.pop(name)
            responses[f"{drug}/{toxicity}"] = Response(last, since, toxicity, None, changed)
        return responses

    def iec_hs(self) -> IecHsNow:
        since = self.taken("iec_hs_since", 0)
        if "iec_hs" in self.by_name:
            text = self.by_name.pop("iec_hs")
            grade = int(text) if text else None
            assert since is not None
            return IecHsNow(Event(since, "iec_hs", grade=grade), grade, is_loud=True, since=since)
        is_thin = self.by_name.pop("iec_hs_thin", None) is not None
        if self.by_name.pop("iec_hs_suspected", None) is None and not is_thin:
            return IecHsNow()
        facts = (Fact("ferritin 12,000 ng/mL, rising", since),)
        return IecHsNow(is_suspected=True, is_loud=not is_thin, since=since, facts=facts)

    def icaht(self) -> IcahtNow:
        early, late = (self.by_name.pop(name, None) for name in ("icaht", "icaht_late"))
        return IcahtNow(
            early_grade=None if early is None else int(early),
            late_grade=None if late is None else int(late),
            hematotox_risk=self.by_name.pop("hematotox", None),
        )

    def events(self) -> Iterator[Event]:
        for name in [each for each in self.by_name if each.startswith("event:")]:
            at = self.ago(self.by_name.pop(name), 0)
            assert at is not None
            kind, _, detail = name.removeprefix("event:").partition(":")
            yield Event(at, kind, detail=detail or None)


def _ferritin(now: Reading | None, before: str | None) -> FerritinCourse | None:
    if now is None:
        return None
    earlier = None
    if before is not None:
        text = f"ferritin {before} ng/mL"
        earlier = Reading("ferritin", Decimal(before), text, now.at - hours(12))
    falls = earlier is not None and now.value < earlier.value
    return FerritinCourse(now, earlier, times_limit=now.value / 300, falls=falls)


def _grade_at(text: str, now: float) -> GradeAt:
    grade, _, ago = text.partition("@")
    return GradeAt(hours(now - float(ago or 12)), int(grade))


def _split(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    return name, value
