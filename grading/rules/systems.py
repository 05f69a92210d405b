"""Every grading system, in the order in which pages show them.

To add one: a module with its table, its source and its `SYSTEM`, one line in `SYSTEMS` (a result
for each assessment) or `COURSE_SYSTEMS` (one for the course), one file of cases. CONTRIBUTING has
the steps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache

from grading.engine.memo import answers_of
from grading.engine.result import Result, SystemGrades
from grading.engine.system import CourseSystem, System
from grading.local_rules import LocalRules
from grading.record import Record
from grading.rules.blood_counts import car_hematotox, ctcae_counts, easix, icaht, t_icaht
from grading.rules.crs.astct_2019 import course as crs_astct_2019
from grading.rules.crs.older import (
    cartox_2018,
    ctcae_4_03,
    ctcae_5_0,
    ctcae_6_0,
    lee_2014,
    mskcc_2018,
    penn_2018,
)
from grading.rules.hyperinflammation import cartox_hlh, h_score, hlh_2004, iec_hs
from grading.rules.neurotoxicity import (
    icans_astct_2019,
    icans_ctcae_6_0,
    mnt,
    seizure_ctcae_4_03,
)
from grading.rules.neurotoxicity.cres import cres_cartox_2018
from grading.rules.signs.adjudication import as_decided, with_origins
from grading.rules.signs.attribution import is_attributed

EDITION = "2026.6"
"""Raised with every change of a rule that can change a grade."""


SYSTEMS: dict[str, System] = {
    system.key: system
    for system in (
        crs_astct_2019.SYSTEM,
        icans_astct_2019.SYSTEM,
        lee_2014.SYSTEM,
        penn_2018.SYSTEM,
        mskcc_2018.SYSTEM,
        cartox_2018.SYSTEM,
        ctcae_4_03.SYSTEM,
        ctcae_5_0.SYSTEM,
        ctcae_6_0.SYSTEM,
        cres_cartox_2018.SYSTEM,
        seizure_ctcae_4_03.SYSTEM,
        icans_ctcae_6_0.SYSTEM,
    )
}
"""Systems with a result for each assessment."""

PRIMARY: dict[str, System] = {key: system for key, system in SYSTEMS.items() if system.primary}
"""The systems that drive the board, the headline and the options: ASTCT, always first."""

COURSE_SYSTEMS: dict[str, CourseSystem] = {
    system.key: system
    for system in (
        icaht.EARLY_SYSTEM,
        icaht.LATE_SYSTEM,
        t_icaht.EARLY_SYSTEM,
        t_icaht.LATE_SYSTEM,
        *ctcae_counts.SYSTEMS_OF_COUNTS,
        car_hematotox.SYSTEM,
        *easix.INDEX_SYSTEMS,
        iec_hs.SYSTEM,
        cartox_hlh.SYSTEM,
        hlh_2004.SYSTEM,
        h_score.SYSTEM,
        mnt.SYSTEM,
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

    A physician's decisions on signs hold in it; `record` itself stays as entered. Results follow
    `record.findings` and are not to be changed: assessments and courses share
    them. Without reasons they may lack `because`, `cautions` and `values`.
    """
    wanted = SYSTEMS if systems is None else systems
    decided = as_decided(record, local)
    answers = answers_of(wanted, decided.record, local, reasons=reasons)
    graded = {
        key: system.graded(decided.record, local, answers[key], reasons=reasons)
        for key, system in wanted.items()
    }
    if not is_attributed(decided.record):
        return graded
    return {
        key: with_origins(grades, wanted[key].criteria, decided) for key, grades in graded.items()
    }


def grade_course(
    record: Record, graded: Mapping[str, SystemGrades], local: LocalRules
) -> dict[str, Result]:
    """The results of the course-level systems; a system without a result is absent.

    `graded` is what `grade_record` gave for the same record.
    """
    decided = as_decided(record, local).record
    computed = {
        key: system.compute(decided, graded, local) for key, system in COURSE_SYSTEMS.items()
    }
    return {key: result for key, result in computed.items() if result is not None}


@lru_cache(maxsize=8)
def rules_version(local: LocalRules) -> str:
    """The edition of the rules with a hash of the local decisions they were applied under."""
    decisions = json.dumps(asdict(local), sort_keys=True, default=str)
    return f"{EDITION}+{hashlib.sha256(decisions.encode()).hexdigest()[:8]}"
