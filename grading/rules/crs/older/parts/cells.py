"""The questions that the cells of the older CRS scales ask of one assessment.

Each answers True, False or None (unknown). A function `…_unknown` beside it names the missing
items that would settle it. A cell is exclusive: a patient on a high dose does not meet the cell of
a low dose as well.
"""

from __future__ import annotations

from grading.engine.checklists import all_of, any_of
from grading.engine.result import Missing
from grading.rules.crs.older.parts.device_support import DeviceSupport
from grading.rules.crs.older.parts.facts import OlderFacts
from grading.rules.crs.older.parts.oxygen_cells import (
    OlderTest,
    on_pressure,
    on_pressure_below_40,
)
from grading.vocabulary import CrsResponse, Organ


def is_febrile(facts: OlderFacts) -> bool | None:
    """Temperature at or above 38.0 °C, not put down to another cause."""
    return facts.fever


def has_symptoms(facts: OlderFacts) -> bool | None:
    """Constitutional symptoms, where recorded; they are not asked for."""
    return facts.findings.constitutional_symptoms is True


def fever_unknown(facts: OlderFacts) -> list[str]:
    """The temperature, where neither a number nor an answer was given."""
    return [Missing.TEMPERATURE] if facts.fever is None else []


def needs_no_vasopressor(facts: OlderFacts) -> bool | None:
    """Whether hypotension is present; False once a vasopressor runs."""
    return False if facts.pressor is True else facts.hypotension


def needs_many_boluses(facts: OlderFacts) -> bool | None:
    """Whether hypotension had more than one fluid bolus; False once a vasopressor runs."""
    return all_of((needs_no_vasopressor(facts), facts.had_many_boluses()))


def needs_one_bolus_at_most(facts: OlderFacts) -> bool | None:
    """Whether hypotension is present; False after 2 boluses or with a vasopressor."""
    return False if facts.had_many_boluses() is True else needs_no_vasopressor(facts)


def needs_a_vasopressor(facts: OlderFacts) -> bool | None:
    """Any vasopressor that counts."""
    return facts.pressor


def needs_one_vasopressor(facts: OlderFacts) -> bool | None:
    """Whether a vasopressor runs; False once there are two or more."""
    return False if facts.several is True else facts.pressor


def needs_multiple(facts: OlderFacts) -> bool | None:
    """Two or more vasopressors at once, vasopressin counted."""
    return facts.several


def needs_low_dose_of_one(facts: OlderFacts) -> bool | None:
    """Whether one vasopressor runs; False once it is at a high dose."""
    return False if facts.is_high() is True else needs_one_vasopressor(facts)


def needs_high_dose(facts: OlderFacts) -> bool | None:
    """One vasopressor at a high dose for 3 hours or more."""
    return False if facts.several is True else facts.is_high()


def needs_low_dose_per_kg(facts: OlderFacts) -> bool | None:
    """Whether any vasopressor runs; False once at a high dose by the Penn table."""
    return False if facts.is_high(per_kg=True) is True else facts.pressor


def needs_high_dose_per_kg(facts: OlderFacts) -> bool | None:
    """A high dose by the Penn table."""
    return facts.is_high(per_kg=True)


def for_few_hours(facts: OlderFacts) -> bool | None:
    """Whether a vasopressor runs; False once it has run for 24 hours."""
    return False if facts.runs_many_hours() is True else facts.pressor


def for_many_hours(facts: OlderFacts) -> bool | None:
    """A vasopressor for 24 hours or more."""
    return all_of((facts.pressor, facts.runs_many_hours()))


def is_refractory(facts: OlderFacts) -> bool | None:
    """Hypotension refractory to a high dose; unless stated, a low rate rules it out."""
    if facts.findings.refractory_hypotension is None and facts.is_high_rate() is False:
        return False
    return all_of((facts.hypotension, facts.findings.refractory_hypotension))


def hypotension_unknown(facts: OlderFacts) -> list[str]:
    """Hypotension and the list of vasopressors, each where unknown or of unknown number."""
    names: list[str] = [Missing.HYPOTENSION] if facts.hypotension is None else []
    is_uncounted = facts.several is None or not facts.crs.pressors.is_listed
    is_open = facts.pressor is None or (facts.pressor and is_uncounted)
    return [*names, *([Missing.VASOPRESSORS] if is_open else [])]


def dose_unknown(facts: OlderFacts) -> list[str]:
    """As `hypotension_unknown`, with the dose or the hours that decide on "high"."""
    return [*hypotension_unknown(facts), *facts.dose_missing()]


def dose_per_kg_unknown(facts: OlderFacts) -> list[str]:
    """As `dose_unknown`, by the Penn table."""
    return [*hypotension_unknown(facts), *facts.dose_missing(per_kg=True)]


def hours_unknown(facts: OlderFacts) -> list[str]:
    """Missing items that decide whether a vasopressor has run for 24 hours."""
    if facts.pressor is not True:
        return hypotension_unknown(facts)
    unlisted: list[str] = [Missing.VASOPRESSORS] if not facts.crs.pressors.is_listed else []
    return [*unlisted, *([Missing.VASOPRESSOR_HOURS] if facts.runs_many_hours() is None else [])]


def boluses_unknown(facts: OlderFacts) -> list[str]:
    """As `hypotension_unknown`, with the number of boluses."""
    boluses = facts.had_many_boluses() is None
    return [*hypotension_unknown(facts), *([Missing.FLUID_BOLUSES] if boluses else [])]


def refractory_unknown(facts: OlderFacts) -> list[str]:
    """Missing items that decide whether hypotension is refractory to a high dose."""
    if facts.pressor is not True:
        return hypotension_unknown(facts)
    return [Missing.REFRACTORY]


def unless_stated(test: OlderTest) -> OlderTest:
    """`test`, where life-threatening was not answered; otherwise False."""
    return lambda facts: test(facts) if facts.findings.life_threatening is None else False


def if_not_urgent(test: OlderTest) -> OlderTest:
    """`test`, where life-threatening was answered with no; otherwise False."""
    return lambda facts: test(facts) if facts.findings.life_threatening is False else False


on_pressure_perhaps_urgent = unless_stated(on_pressure)
on_pressure_below_40_perhaps_urgent = unless_stated(on_pressure_below_40)
needs_multiple_perhaps_urgent = unless_stated(needs_multiple)
on_pressure_not_urgent = if_not_urgent(on_pressure)
on_pressure_below_40_not_urgent = if_not_urgent(on_pressure_below_40)
needs_multiple_not_urgent = if_not_urgent(needs_multiple)


TRANSAMINASES = frozenset({Organ.TRANSAMINASES})
LIVER = TRANSAMINASES | {Organ.BILIRUBIN}
ANY_ORGAN = frozenset(Organ)
SEQUELAE = frozenset({Organ.CREATININE, Organ.PULMONARY})


def organ_is(grade: int) -> OlderTest:
    """The worst organ other than transaminases has exactly this CTCAE 4.03 grade."""
    return _worst_is(grade, ANY_ORGAN - TRANSAMINASES)


def transaminases_are(grade: int) -> OlderTest:
    """AST or ALT has exactly this CTCAE 4.03 grade."""
    return _worst_is(grade, TRANSAMINASES)


def any_organ_is(grade: int) -> OlderTest:
    """The worst organ, transaminases included, has exactly this CTCAE 4.03 grade."""
    return _worst_is(grade, ANY_ORGAN)


def liver_is(grade: int) -> OlderTest:
    """Transaminases or bilirubin, the worse, have exactly this CTCAE 4.03 grade."""
    return _worst_is(grade, LIVER)


def _worst_is(grade: int, organs: frozenset[Organ]) -> OlderTest:
    """The worst of these organs is exactly this grade; open below it while organs are unknown."""

    def test(facts: OlderFacts) -> bool | None:
        reached = facts.organs.worst(organs)
        if reached == grade:
            return True
        return False if facts.organs.complete or reached > grade else None

    return test


def creatinine_is(grade: int) -> OlderTest:
    """Creatinine has exactly this CTCAE 4.03 grade."""

    def test(facts: OlderFacts) -> bool | None:
        reached = facts.organs.worst((Organ.CREATININE,))
        return reached == grade if _is_creatinine_graded(facts) else None

    return test


def _is_creatinine_graded(facts: OlderFacts) -> bool:
    return facts.organs.complete or Organ.CREATININE in facts.organs.grades


def has_sequela(facts: OlderFacts) -> bool | None:
    """Renal or pulmonary toxicity of CTCAE 4.03 grade 3 or more; lungs count when recorded."""
    if facts.organs.worst(SEQUELAE) >= _SEQUELA_FROM:
        return True
    return False if _is_creatinine_graded(facts) else None


def has_other_severe_organ(facts: OlderFacts) -> bool | None:
    """Another organ, transaminases included, of CTCAE 4.03 grade 4, kidney and lung aside."""
    if facts.organs.worst(SEQUELAE) >= _SEQUELA_FROM:
        return False
    return any_organ_is(4)(facts)


_SEQUELA_FROM = 3


def organs_unknown(facts: OlderFacts) -> list[str]:
    """Organ toxicity, while an organ that is graded by laboratory values is unknown."""
    return [] if facts.organs.complete else [Missing.ORGAN_TOXICITY]


def is_life_threatening(facts: OlderFacts) -> bool | None:
    """Whether CRS was stated to be life-threatening, beside a sign of it; not asked for."""
    return all_of((facts.findings.life_threatening is True, facts.has_sign()))


def sign_unknown(facts: OlderFacts) -> list[str]:
    """Missing items that decide whether there is any sign of CRS."""
    pressor: list[str] = [Missing.VASOPRESSORS] if facts.pressor is None else []
    hypotension = [Missing.HYPOTENSION, *pressor] if facts.hypotension is None else []
    return [
        *fever_unknown(facts),
        *hypotension,
        *(facts.crs.oxygen.unknown() if facts.is_hypoxic() is None else ()),
    ]


def is_life_threatening_if_asked(facts: OlderFacts) -> bool | None:
    """Whether CRS threatens life; asked only with several vasopressors or positive pressure."""
    if facts.findings.life_threatening is not None:
        return is_life_threatening(facts)
    is_asked = facts.several is True or facts.by_device is DeviceSupport.NONINVASIVE
    return None if is_asked else False


def life_threatening_word(facts: OlderFacts) -> list[str]:
    """Missing items that decide whether CRS is life-threatening: the answer, else the signs."""
    return (
        [Missing.LIFE_THREATENING]
        if facts.findings.life_threatening is None
        else sign_unknown(facts)
    )


def hypotension_is_life_threatening(facts: OlderFacts) -> bool | None:
    """Whether hypotension threatens life; asked only with several vasopressors or a high dose."""
    if facts.hypotension is False or facts.findings.life_threatening is not None:
        return all_of((facts.hypotension, facts.findings.life_threatening))
    severe = any_of((facts.several, facts.is_high()))
    return None if severe is None or severe else False


def life_threatening_unknown(facts: OlderFacts) -> list[str]:
    """Missing items that decide whether hypotension is life-threatening."""
    if facts.pressor is not True or not any_of((facts.several, facts.is_high())):
        return dose_unknown(facts)
    return [Missing.LIFE_THREATENING]


def coagulopathy_is_treated(facts: OlderFacts) -> bool | None:
    """Whether plasma, cryoprecipitate or fibrinogen was given; asked once CRS has a sign."""
    return _asked_beside_a_sign(facts.findings.coagulopathy_treated, facts)


def is_on_iv_therapy(facts: OlderFacts) -> bool | None:
    """Whether IV therapy for CRS other than fluids is given; asked once CRS has a sign."""
    return _asked_beside_a_sign(facts.findings.iv_therapy, facts)


def responds_promptly(facts: OlderFacts) -> bool | None:
    """Whether the treated syndrome responds promptly; asked once CRS has a sign."""
    return _asked_beside_a_sign(_response_is(facts, CrsResponse.PROMPT), facts)


def is_prolonged_or_recurrent(facts: OlderFacts) -> bool | None:
    """Whether the syndrome does not respond rapidly, or recurs after it had improved."""
    answer = _response_is(facts, CrsResponse.PROLONGED, CrsResponse.RECURRENT)
    return _asked_beside_a_sign(answer, facts)


def _response_is(facts: OlderFacts, *words: str) -> bool | None:
    return None if facts.findings.crs_response is None else facts.findings.crs_response in words


def _asked_beside_a_sign(answer: bool | None, facts: OlderFacts) -> bool | None:
    return False if answer is None and facts.has_sign() is not True else answer


def coagulopathy_unknown(_facts: OlderFacts) -> list[str]:
    """Missing items that decide whether coagulopathy was treated."""
    return [Missing.COAGULOPATHY]


def iv_therapy_unknown(_facts: OlderFacts) -> list[str]:
    """Missing items that decide whether intravenous therapy was given."""
    return [Missing.IV_THERAPY]


def response_unknown(_facts: OlderFacts) -> list[str]:
    """Missing items that decide how the syndrome responded to treatment."""
    return [Missing.RESPONSE]
