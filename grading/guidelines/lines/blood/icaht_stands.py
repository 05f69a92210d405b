"""When the lines of ICAHT stand: counts of today, grade, day, risk before lymphodepletion.

A count that is too old is not used; `counts_unknown` says so.
"""

from __future__ import annotations

from decimal import Decimal

from grading.engine.sentences import trimmed
from grading.guidelines.indication import is_autoimmune, is_myeloma
from grading.guidelines.line import Why
from grading.guidelines.lines.blood.iec_hs_stands import suspected_or_recorded
from grading.guidelines.lines.conditions import beyond, not_usable, reading_fact
from grading.guidelines.situation.situation import Fact, Reading, Situation
from grading.record import DAY, INFUSION

SEVERE_ANC = Decimal("0.5")
"""×10⁹/L, exclusive: therapeutic G-CSF, early ICAHT."""
LATE_ANC = Decimal("1.5")
EARLY_UNTIL_DAY = 30
ONE_YEAR = 365
CD4_PER_UL = Decimal(200)
IRRADIATED_UNTIL_DAY = 90
SEVERE_IGG_MG_DL = Decimal(150)
SUSPECT_DRUGS = ("mycophenolate_mofetil", "trimethoprim_sulfamethoxazole", "linezolid")
SUSPECT_WITHIN = 7 * DAY


def is_at_most(reading: Reading | None, limit: Decimal) -> bool:
    """Whether a value surely lies at or below a limit; one reported as `> 380` does not."""
    return reading is not None and reading.is_above(limit) is False


def severe_neutropenia(situation: Situation) -> Why:
    """ANC below 500/µL today, after the infusion."""
    if situation.now < INFUSION:
        return None
    return beyond(situation, "anc", below=SEVERE_ANC) or None


def _grade(situation: Situation, lowest: int = 1) -> Why:
    """ICAHT of this phase, of at least this grade, that the counts of today do not contradict."""
    is_early, icaht = _is_early(situation), situation.icaht
    grade = icaht.early_grade if is_early else icaht.late_grade
    if grade is None or grade < lowest:
        return None
    anc = situation.lab("anc")
    recovered = SEVERE_ANC if is_early else LATE_ANC
    if anc is not None and anc.value > recovered:
        return None
    own = Fact(f"{'early' if is_early else 'late'} ICAHT {grade}")
    counts = () if anc is None else (reading_fact(anc),)
    return (own, *icaht.facts, *counts)


def _is_early(situation: Situation) -> bool:
    """Up to Day 30 of the last infusion, while nothing is graded late since the first."""
    return situation.day <= EARLY_UNTIL_DAY and situation.icaht.late_grade is None


def neutropenia_graded(situation: Situation) -> Why:
    return _grade(situation)


def persistent_cytopenia(situation: Situation) -> Why:
    """Early ICAHT from grade 2 (7 days or more), late ICAHT, or low platelets after Day 30."""
    lowest = 2 if _is_early(situation) else 1
    return _grade(situation, lowest) or late_thrombocytopenia(situation)


def sustained_neutropenia(situation: Situation) -> Why:
    """Grade 3 or 4; or from grade 2 where the ANC is below 500/µL in spite of G-CSF."""
    severe = _grade(situation, 3)
    if severe or (why := _grade(situation, 2)) is None:
        return severe
    given = _after_infusion(situation, "g_csf")
    return (*why, *given) if given and severe_neutropenia(situation) else None


def refractory_to_g_csf(situation: Situation) -> Why:
    """Grade 3 or 4, ANC below 500/µL in spite of G-CSF; no boost so far."""
    given, why = _after_infusion(situation, "g_csf"), _grade(situation, 3)
    if not given or why is None or severe_neutropenia(situation) is None:
        return None
    return None if _after_infusion(situation, "stem_cell_boost") else (*why, *given)


def _after_infusion(situation: Situation, *drugs: str) -> tuple[Fact, ...]:
    """The last dose of these since the infusion, as a fact."""
    last = situation.doses.last(*drugs)
    if last is None or last.elapsed < INFUSION:
        return ()
    return (Fact(f"{last.agent.replace('_', ' ')} given", last.elapsed, last.uid),)


def high_risk_without_g_csf(situation: Situation) -> Why:
    """CAR-HEMATOTOX high, from the day chosen to Day 30, no G-CSF so far, ANC not yet severe."""
    first = situation.choices.g_csf_from_day
    if situation.icaht.hematotox_risk != "high" or _is_autoimmune(situation):
        return None
    if not first <= situation.day <= EARLY_UNTIL_DAY or _after_infusion(situation, "g_csf"):
        return None
    if severe_neutropenia(situation):
        return None
    return (Fact("CAR-HEMATOTOX: high risk"), Fact(f"Day {situation.day:+d}"))


def high_risk_and_severe(situation: Situation) -> Why:
    why = severe_neutropenia(situation)
    if why is None or situation.icaht.hematotox_risk != "high" or _is_autoimmune(situation):
        return None
    return (*why, Fact("CAR-HEMATOTOX: high risk"))


def g_csf_by_weight(situation: Situation) -> tuple[str, ...]:
    """72 kg × 5 mcg/kg = 360 mcg a day."""
    weight, rate = situation.patient.weight_kg, situation.choices.g_csf_mcg_per_kg
    if weight is None:
        return ("no weight recorded: the dose by weight cannot be shown",)
    return (f"{trimmed(weight)} kg × {rate} mcg/kg = {weight * rate:.0f} mcg a day",)


def low_counts_for_transfusion(situation: Situation) -> Why:
    """Platelets or hemoglobin of today below the levels chosen."""
    if situation.now < INFUSION:
        return None
    choices = situation.choices
    low = (
        *beyond(situation, "platelets", below=choices.low_platelets_below),
        *beyond(situation, "hemoglobin", below=choices.low_hemoglobin_below_g_dl),
    )
    return low or None


def low_counts_without_iec_hs(situation: Situation) -> Why:
    """In IEC-HS transfusion is a line of its own there."""
    return None if suspected_or_recorded(situation) else low_counts_for_transfusion(situation)


def irradiated_products(situation: Situation) -> Why:
    """Transfusion in question, or given, up to Day 90."""
    if not situation.day <= IRRADIATED_UNTIL_DAY:
        return None
    given = _after_infusion(situation, "transfusion_red_cells", "transfusion_platelets")
    why = low_counts_for_transfusion(situation) or given
    return (*why, Fact(f"Day {situation.day:+d}")) if why else None


def late_thrombocytopenia(situation: Situation) -> Why:
    """Platelets of today below the level chosen, after Day 30."""
    if situation.day <= EARLY_UNTIL_DAY:
        return None
    low = beyond(situation, "platelets", below=situation.choices.low_platelets_below)
    return (*low, Fact(f"Day {situation.day:+d}")) if low else None


def counts_unknown(situation: Situation) -> Why:
    """ICAHT, or G-CSF given, and the ANC is too old, not readable or not recorded."""
    icaht = situation.icaht
    is_asked = icaht.early_grade or icaht.late_grade or _after_infusion(situation, "g_csf")
    unknown = not_usable(situation, "anc")
    if not is_asked or unknown is None or situation.now < INFUSION:
        return None
    return (unknown,)


def recorded_suspects(situation: Situation) -> tuple[str, ...]:
    """Drugs of the last 7 days that can cause cytopenia."""
    recent = [
        dose.agent.replace("_", " ")
        for dose in situation.doses.of(*SUSPECT_DRUGS)
        if situation.now - (dose.ended or dose.elapsed) <= SUSPECT_WITHIN
    ]
    return tuple(f"Recorded in the last 7 days: {name}" for name in dict.fromkeys(recent))


def antiviral_time(situation: Situation) -> Why:
    """Up to one year, and later while the CD4 cells are 200/µL or fewer."""
    if situation.now < INFUSION:
        return None
    if situation.day <= ONE_YEAR:
        return (Fact(f"Day {situation.day:+d}"),)
    cells = situation.labs.get("cd4")
    if cells is None or not is_at_most(cells, CD4_PER_UL):
        return None
    return (reading_fact(cells),)


def low_igg(situation: Situation) -> Why:
    """The last IgG is at or below the level chosen; where a ward asks, after an infection alone."""
    igg, local = situation.lab("igg"), situation.local
    if igg is None or not is_at_most(igg, local.igg_prompt_mg_dl):
        return None
    infection = situation.event("infection")
    if local.igg_prompt == "level_and_infection" and infection is None:
        return None
    if infection is None:
        return (reading_fact(igg), Fact("no infection recorded"))
    return (reading_fact(igg), Fact("infection recorded", infection.elapsed, infection.uid))


def igg_caveat(situation: Situation) -> tuple[str, ...]:
    """In myeloma the total IgG is confounded."""
    if not is_myeloma(situation.patient.indication, situation.product):
        return ()
    return ("Myeloma: M-protein confounds the total IgG",)


def very_low_igg(situation: Situation) -> Why:
    return beyond(situation, "igg", below=SEVERE_IGG_MG_DL) or None


def igg_not_used(situation: Situation) -> Why:
    """A newer IgG came in a form that cannot be used."""
    text = situation.labs_not_used.get("igg")
    return None if text is None else (Fact(text),)


def _is_autoimmune(situation: Situation) -> bool:
    return is_autoimmune(situation.patient.indication)


def hematotox_in_autoimmune_disease(situation: Situation) -> Why:
    if not _is_autoimmune(situation) or situation.icaht.hematotox_risk is None:
        return None
    risk = Fact(f"CAR-HEMATOTOX: {situation.icaht.hematotox_risk} risk")
    return (Fact(f"indication: {situation.patient.indication}"), risk)


def g_csf_in_autoimmune_disease(situation: Situation) -> Why:
    """From the infusion to Day 30, the time of prophylactic G-CSF."""
    if not _is_autoimmune(situation) or not 0 <= situation.day <= EARLY_UNTIL_DAY:
        return None
    return (Fact(f"indication: {situation.patient.indication}"),)
