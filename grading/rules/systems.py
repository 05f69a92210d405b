"""Every grading system, in the order in which the wards see them.

To add one: a module with its table and source, one line in `SYSTEMS` (a result for each
assessment) or `COURSE_SYSTEMS` (one for the course), one file of cases. CONTRIBUTING has the steps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from grading.engine.checklists import counted, nothing_counted
from grading.engine.result import Criterion, Result, SystemGrades
from grading.engine.shared import Shared
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.rules.blood_counts import car_hematotox, easix, icaht, t_icaht
from grading.rules.crs import astct_2019, astct_2019_fast
from grading.rules.crs.older import (
    cartox_2018,
    ctcae_4_03,
    ctcae_5_0,
    lee_2014,
    mskcc_2018,
    penn_2018,
)
from grading.rules.hyperinflammation import cartox_hlh, h_score, hlh_2004, iec_hs
from grading.rules.hyperinflammation.hlh_window import LOW_VALIDITY
from grading.rules.neurotoxicity import (
    cres_cartox_2018,
    cres_cartox_2018_fast,
    icans_astct_2019,
    icans_astct_2019_fast,
    mnt,
    seizure_ctcae_4_03,
    seizure_ctcae_4_03_fast,
)
from grading.sources import (
    ASTCT_2019,
    CARTOX_2018,
    COHEN_2022,
    CTCAE_4_03,
    CTCAE_5_0,
    FARDET_2014,
    HENTER_2007,
    HINES_2023,
    LEE_2014,
    MSKCC_2018,
    PENN_2018,
    Source,
)

EDITION = "2026.4"
"""Raised with every change of a rule that can change a grade."""


@dataclass(frozen=True, slots=True)
class System:
    """One way to grade one toxicity at each assessment, named with its year.

    `primary` systems drive the board, the headline and the options; the others stand beside.
    """

    key: str
    toxicity: str
    name: str
    standard: str
    year: int
    grade: Callable[..., SystemGrades]
    has_part: Callable[[Findings], bool]
    criteria: tuple[Criterion[Any], ...]
    footnotes: tuple[tuple[str, Source], ...]
    source: Source
    primary: bool = False
    recalled: Callable[..., SystemGrades] | None = None
    """The same as `grade`, from what the table said of the kind; None where it is not kept."""

    fast: Callable[..., SystemGrades] | None = None
    """The same grades without `because`, `cautions` and `values`; None where `grade` is quick."""

    shares: bool = False
    """Whether all three take what systems work out together as a third argument."""

    def graded(
        self, record: Record, local: LocalRules, shared: Shared, *, reasons: bool
    ) -> SystemGrades:
        """The grades of a course, with their reasons or without."""
        grade = (self.recalled if reasons else self.fast) or self.grade
        return grade(record, local, shared) if self.shares else grade(record, local)

    @property
    def label(self) -> str:
        """How the system is named on screen, always with its year."""
        return f"{self.name} ({self.standard} {self.year})"


@dataclass(frozen=True, slots=True)
class CourseSystem:
    """One score or grade of the whole course: one result, None where there is nothing to say.

    `to_document` makes the result's form in the grades document, `nothing` is that form where
    there is nothing to say: nobody measured is never 0 or "no". `sentences` are its reasons in
    words, by code, with the values they saw as placeholders. `table` is the rule for a reader,
    its first row the heads.
    """

    key: str
    toxicity: str
    name: str
    standard: str
    year: int
    compute: Callable[[Record, Mapping[str, SystemGrades], LocalRules], Result | None]
    to_document: Callable[[Result, Mapping[str, str]], Any]
    nothing: Any
    sentences: Mapping[str, str]
    table: tuple[tuple[str, ...], ...]
    footnotes: tuple[tuple[str, Source], ...]
    source: Source

    @property
    def label(self) -> str:
        """How it is named on screen, always with its year."""
        return f"{self.name} ({self.standard} {self.year})"

    def document(self, result: Result) -> Any:
        """The result in the grades document, its reasons in words."""
        return self.to_document(result, self.sentences)


def _crs(standard: str, year: int, scale: Any, source: Source) -> System:
    """A CRS scale that stands beside ASTCT; `scale` is its module."""
    return System(
        key=scale.KEY,
        toxicity="crs",
        name="CRS",
        standard=standard,
        year=year,
        grade=scale.grade,
        has_part=Findings.has_crs_part,
        criteria=scale.CRITERIA,
        footnotes=scale.FOOTNOTES,
        source=source,
        fast=scale.fast,
        shares=True,
    )


SYSTEMS: dict[str, System] = {
    system.key: system
    for system in (
        System(
            key=astct_2019.KEY,
            toxicity="crs",
            name="CRS",
            standard="ASTCT",
            year=2019,
            grade=astct_2019.grade,
            has_part=Findings.has_crs_part,
            criteria=astct_2019.CRITERIA,
            footnotes=astct_2019.FOOTNOTES,
            source=ASTCT_2019,
            primary=True,
            recalled=astct_2019_fast.with_reasons,
            fast=astct_2019_fast.grade,
            shares=True,
        ),
        System(
            key=icans_astct_2019.KEY,
            toxicity="icans",
            name="ICANS",
            standard="ASTCT",
            year=2019,
            grade=icans_astct_2019.grade,
            has_part=Findings.has_icans_part,
            criteria=icans_astct_2019.CRITERIA,
            footnotes=icans_astct_2019.FOOTNOTES,
            source=ASTCT_2019,
            primary=True,
            recalled=icans_astct_2019_fast.with_reasons,
            fast=icans_astct_2019_fast.grade,
            shares=True,
        ),
        _crs("Lee", 2014, lee_2014, LEE_2014),
        _crs("Penn", 2018, penn_2018, PENN_2018),
        _crs("MSKCC", 2018, mskcc_2018, MSKCC_2018),
        _crs("CARTOX", 2018, cartox_2018, CARTOX_2018),
        _crs("CTCAE 4.03", 2010, ctcae_4_03, CTCAE_4_03),
        _crs("CTCAE 5.0", 2017, ctcae_5_0, CTCAE_5_0),
        System(
            key=cres_cartox_2018.KEY,
            toxicity="icans",
            name="CRES",
            standard="CARTOX",
            year=2018,
            grade=cres_cartox_2018.grade,
            has_part=cres_cartox_2018.has_part,
            criteria=cres_cartox_2018.CRITERIA,
            footnotes=cres_cartox_2018.FOOTNOTES,
            source=CARTOX_2018,
            recalled=cres_cartox_2018_fast.with_reasons,
            fast=cres_cartox_2018_fast.grade,
            shares=True,
        ),
        System(
            key=seizure_ctcae_4_03.KEY,
            toxicity="icans",
            name="Seizure",
            standard="CTCAE 4.03",
            year=2010,
            grade=seizure_ctcae_4_03.grade,
            has_part=seizure_ctcae_4_03.has_part,
            criteria=seizure_ctcae_4_03.CRITERIA,
            footnotes=seizure_ctcae_4_03.FOOTNOTES,
            source=CTCAE_4_03,
            recalled=seizure_ctcae_4_03_fast.with_reasons,
            fast=seizure_ctcae_4_03_fast.grade,
            shares=True,
        ),
    )
}
"""Systems with a result for each assessment."""

PRIMARY: dict[str, System] = {key: system for key, system in SYSTEMS.items() if system.primary}
"""What drives the board, the headline and the options: ASTCT, always first."""

COURSE_SYSTEMS: dict[str, CourseSystem] = {
    system.key: system
    for system in (
        CourseSystem(
            key=icaht.EARLY.key,
            toxicity="icaht",
            name="Early ICAHT",
            standard="EHA/EBMT",
            year=2023,
            compute=icaht.early,
            to_document=icaht.to_document,
            nothing=icaht.NOTHING,
            sentences=icaht.EARLY_SENTENCES,
            table=icaht.EARLY_TABLE,
            footnotes=icaht.EARLY_FOOTNOTES,
            source=icaht.SOURCE,
        ),
        CourseSystem(
            key=icaht.LATE.key,
            toxicity="icaht",
            name="Late ICAHT",
            standard="EHA/EBMT",
            year=2023,
            compute=icaht.late,
            to_document=icaht.to_document,
            nothing=icaht.NOTHING,
            sentences=icaht.LATE_SENTENCES,
            table=icaht.LATE_TABLE,
            footnotes=icaht.LATE_FOOTNOTES,
            source=icaht.SOURCE,
        ),
        CourseSystem(
            key=t_icaht.EARLY.key,
            toxicity="icaht",
            name="Early T-ICAHT",
            standard="Rejeski",
            year=2025,
            compute=t_icaht.early,
            to_document=t_icaht.to_document,
            nothing=t_icaht.nothing(t_icaht.EARLY),
            sentences=t_icaht.EARLY_SENTENCES,
            table=t_icaht.EARLY_TABLE,
            footnotes=t_icaht.EARLY_FOOTNOTES,
            source=t_icaht.SOURCE,
        ),
        CourseSystem(
            key=t_icaht.LATE.key,
            toxicity="icaht",
            name="Late T-ICAHT",
            standard="Rejeski",
            year=2025,
            compute=t_icaht.late,
            to_document=t_icaht.to_document,
            nothing=t_icaht.nothing(t_icaht.LATE),
            sentences=t_icaht.LATE_SENTENCES,
            table=t_icaht.LATE_TABLE,
            footnotes=t_icaht.LATE_FOOTNOTES,
            source=t_icaht.SOURCE,
        ),
        CourseSystem(
            key=car_hematotox.KEY,
            toxicity="risk",
            name="CAR-HEMATOTOX",
            standard="Rejeski",
            year=2021,
            compute=car_hematotox.compute,
            to_document=car_hematotox.to_document,
            nothing=car_hematotox.NOTHING,
            sentences=car_hematotox.SENTENCES,
            table=car_hematotox.TABLE,
            footnotes=car_hematotox.FOOTNOTES,
            source=car_hematotox.SOURCE,
        ),
        *(
            CourseSystem(
                key=index.key,
                toxicity="risk",
                name=index.name,
                standard=index.standard,
                year=index.year,
                compute=easix.computing(index),
                to_document=easix.to_document,
                nothing=[],
                sentences=easix.sentences(index),
                table=easix.table(index),
                footnotes=easix.FOOTNOTES[index.key],
                source=easix.SOURCES[index.key],
            )
            for index in (easix.EASIX, easix.S_EASIX, easix.M_EASIX)
        ),
        CourseSystem(
            key=iec_hs.KEY,
            toxicity="iec_hs",
            name="IEC-HS",
            standard="ASTCT",
            year=2023,
            compute=iec_hs.compute,
            to_document=iec_hs.to_document,
            nothing=iec_hs.NOTHING,
            sentences=iec_hs.SENTENCES,
            table=iec_hs.TABLE,
            footnotes=iec_hs.FOOTNOTES,
            source=HINES_2023,
        ),
        CourseSystem(
            key=cartox_hlh.KEY,
            toxicity="iec_hs",
            name="HLH",
            standard="CARTOX",
            year=2018,
            compute=cartox_hlh.compute,
            to_document=counted,
            nothing=nothing_counted(cartox_hlh.OF, ("ferritin",), LOW_VALIDITY),
            sentences=cartox_hlh.SENTENCES,
            table=cartox_hlh.TABLE,
            footnotes=cartox_hlh.FOOTNOTES,
            source=CARTOX_2018,
        ),
        CourseSystem(
            key=hlh_2004.KEY,
            toxicity="iec_hs",
            name="HLH-2004",
            standard="Henter",
            year=2007,
            compute=hlh_2004.compute,
            to_document=counted,
            nothing=nothing_counted(hlh_2004.OF, hlh_2004.ANALYTES, LOW_VALIDITY),
            sentences=hlh_2004.SENTENCES,
            table=hlh_2004.TABLE,
            footnotes=hlh_2004.FOOTNOTES,
            source=HENTER_2007,
        ),
        CourseSystem(
            key=h_score.KEY,
            toxicity="iec_hs",
            name="HScore",
            standard="Fardet",
            year=2014,
            compute=h_score.compute,
            to_document=h_score.to_document,
            nothing=h_score.NOTHING,
            sentences=h_score.SENTENCES,
            table=h_score.TABLE,
            footnotes=h_score.FOOTNOTES,
            source=FARDET_2014,
        ),
        CourseSystem(
            key=mnt.KEY,
            toxicity="mnt",
            name="MNT",
            standard="CARTITUDE-1",
            year=2022,
            compute=mnt.compute,
            to_document=mnt.to_document,
            nothing=mnt.NOTHING,
            sentences=mnt.SENTENCES,
            table=mnt.TABLE,
            footnotes=mnt.FOOTNOTES,
            source=COHEN_2022,
        ),
    )
}
"""Systems with one result for the course."""


def grade_record(
    record: Record,
    local: LocalRules,
    systems: Mapping[str, System] | None = None,
    *,
    reasons: bool = True,
) -> dict[str, SystemGrades]:
    """Grade a whole course from its start, by every system or by those given.

    Results follow `record.findings` and are not to be changed: assessments and courses share
    them. Without reasons they may lack `because`, `cautions` and `values`.
    """
    wanted = SYSTEMS if systems is None else systems
    shared: Shared = {}
    return {
        key: system.graded(record, local, shared, reasons=reasons) for key, system in wanted.items()
    }


def grade_course(
    record: Record, graded: Mapping[str, SystemGrades], local: LocalRules
) -> dict[str, Result]:
    """What the course-level systems say; a system with nothing to say is absent.

    `graded` is what `grade_record` gave for the same record.
    """
    computed = {
        key: system.compute(record, graded, local) for key, system in COURSE_SYSTEMS.items()
    }
    return {key: result for key, result in computed.items() if result is not None}


@lru_cache(maxsize=8)
def rules_version(local: LocalRules) -> str:
    """The edition of the rules with a hash of the local decisions they were applied under."""
    decisions = json.dumps(asdict(local), sort_keys=True, default=str)
    return f"{EDITION}+{hashlib.sha256(decisions.encode()).hexdigest()[:8]}"
