"""The facts of one assessment that ICANS of CTCAE 6.0 tests, and what counts as a sign beside it.

Takes   the ICANS facts as for ASTCT 2019 (which examination decides, after attribution), what
        daily living allows, whether life is threatened, CAPD at baseline.
Gives   the facts of the row; None is unknown.
Source  CTCAE_6_0, "immune effector cell-associated neurotoxicity syndrome". Which findings ask for
        "life-threatening" is a local rule: the signs of grade 4 in ASTCT_2019.
"""

from __future__ import annotations

from dataclasses import dataclass

from grading.engine.result import Missing
from grading.local_rules import LocalRules
from grading.record import Findings, Record
from grading.rules.neurotoxicity.icans_facts import CAPD, ICE, IcansFacts, icans_facts_of
from grading.rules.neurotoxicity.ice import ICE_FULL_SCORE
from grading.vocabulary import Consciousness, DailyLiving, Icp, Motor, NotDone, Seizure

SEVERE_ICP = frozenset(Icp) - {Icp.FOCAL_EDEMA}
"""Signs of raised pressure that are grade 4 in ASTCT 2019."""

OTHER_TERMS = "{signs}: graded by terms of their own in CTCAE 6.0, not in ICANS"


@dataclass(slots=True)
class Icans6Facts:
    """What the row looks at. `excused`: a CAPD no higher than the child's own before.

    `sign` is any sign of neurotoxicity, `positive` one that the row itself names, `severe` one that
    may threaten life. `unarousable` is None where nobody was examined or said so.
    """

    icans: IcansFacts
    daily_living: str | None
    life_threatening: bool | None
    excused: bool | None
    sign: bool
    positive: bool
    severe: bool
    unarousable: bool | None

    def exam_unknown(self) -> list[str]:
        """The examination of this patient, while it is not done or done in part."""
        if self.icans.exam_done:
            return []
        return [Missing.ICE_SCORE if self.icans.instrument == ICE else Missing.CAPD]

    def unrecorded(self) -> tuple[str, ...]:
        """The items that a grade 0 needs and that were not recorded."""
        may_be_drowsy = self.icans.instrument == CAPD and self.icans.consciousness is None
        return (*self.exam_unknown(), *([Missing.CONSCIOUSNESS] if may_be_drowsy else []))


def icans_6_facts_of(
    findings: Findings, record: Record, local: LocalRules, cautions: list[str]
) -> Icans6Facts:
    """Read one assessment; adds to `cautions` how it was read."""
    icans = icans_facts_of(findings, record, local, cautions)
    unarousable = _is_unarousable(icans)
    elsewhere = _graded_elsewhere(icans)
    if elsewhere:
        cautions.append(OTHER_TERMS.format(signs=", ".join(elsewhere)))
    limited = findings.daily_living not in (None, DailyLiving.NOT_LIMITED)
    drowsy = icans.consciousness in (Consciousness.VOICE, Consciousness.TOUCH)
    beside = bool(elsewhere) or unarousable is True or limited or drowsy
    excused = False if beside else _is_as_usual(icans, record, local)
    positive = limited or (excused is False and _has_points(icans))
    return Icans6Facts(
        icans=icans,
        daily_living=findings.daily_living,
        life_threatening=findings.life_threatening,
        excused=excused,
        sign=beside or positive,
        positive=positive,
        severe=unarousable is True or _may_threaten_life(icans),
        unarousable=unarousable,
    )


def _is_unarousable(icans: IcansFacts) -> bool | None:
    """Unarousable; whoever got a point, or was examined by CAPD, is not."""
    if icans.unarousable_for_exam:
        return True
    if icans.consciousness is not None:
        return icans.consciousness == Consciousness.UNAROUSABLE
    is_mute = icans.instrument == ICE and icans.findings.ice_not_done == NotDone.APHASIA
    was_awake = icans.ice.low > 0 or icans.capd is not None or is_mute
    return False if was_awake else None


def _has_points(icans: IcansFacts) -> bool:
    """Points of ICE lost for certain, or points of CAPD."""
    if icans.instrument == CAPD:
        return bool(icans.capd)
    return icans.ice.high < ICE_FULL_SCORE


def _graded_elsewhere(icans: IcansFacts) -> list[str]:
    """The findings that are ICANS by ASTCT and other terms in CTCAE 6.0."""
    present = {
        "seizure": icans.seizure not in (None, Seizure.NONE),
        "weakness": icans.motor == Motor.DEEP_FOCAL_WEAKNESS,
        "raised ICP": bool(icans.icp),
    }
    return [name for name, holds in present.items() if holds]


def _may_threaten_life(icans: IcansFacts) -> bool:
    return (
        icans.seizure == Seizure.PROLONGED
        or icans.motor == Motor.DEEP_FOCAL_WEAKNESS
        or not SEVERE_ICP.isdisjoint(icans.icp or ())
    )


def _is_as_usual(icans: IcansFacts, record: Record, local: LocalRules) -> bool | None:
    """A CAPD within the child's own baseline, awake; None while nobody said whether awake."""
    usual = record.baseline.capd_total
    if not local.capd_baseline_excuses or usual is None or not icans.capd or icans.capd > usual:
        return False
    if icans.findings.consciousness == Consciousness.SPONTANEOUS:
        return True
    return None if icans.consciousness is None else False
