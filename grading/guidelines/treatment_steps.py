"""The step at each treatment of a course: what was offered just before the doses that were given.

Takes   the record of a course, decisions, choices and words of a site.
Gives   for each moment with a treatment since the infusion its doses and the options before them,
        by what had been entered until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import attrgetter

from grading.agents import DrugClass
from grading.decisions.step_choices import STEP_AS_PRINTED, StepChoices
from grading.guidelines.line import Option
from grading.guidelines.situation.of_course import situation_at
from grading.guidelines.situation.until import before_doses_of
from grading.guidelines.step import NO_WORDS, next_step
from grading.local_rules import LocalRules
from grading.record import INFUSION, Dose, Record

TREATS = frozenset(
    {
        DrugClass.ANTI_CYTOKINE,
        DrugClass.STEROID,
        DrugClass.ANTIEPILEPTIC,
        DrugClass.CYTOTOXIC,
        DrugClass.G_CSF,
        DrugClass.THROMBOPOIETIN_AGONIST,
        DrugClass.IVIG,
    }
)
"""Classes of drugs whose doses after the infusion are treatments of a toxicity."""


@dataclass(frozen=True, slots=True)
class TreatmentStep:
    """The doses of one moment, and the options that stood before them."""

    at: timedelta
    doses: tuple[Dose, ...]
    options: tuple[Option, ...]

    def offers(self, dose: Dose) -> bool:
        """Whether an option named the drug or its class."""
        names = {dose.agent, dose.drug_class}
        return any(names & set(option.drugs) for option in self.options)


def steps_at_treatments(
    record: Record,
    local: LocalRules,
    choices: StepChoices = STEP_AS_PRINTED,
    words: Mapping[str, str] = NO_WORDS,
) -> Iterator[TreatmentStep]:
    """The step at each treatment, in order of time."""
    treatments = (
        dose
        for dose in record.doses
        if dose.drug_class in TREATS and dose.elapsed >= INFUSION and dose.amount != 0
    )
    for at, together in groupby(treatments, attrgetter("elapsed")):
        before = before_doses_of(record, at, local)
        options = next_step(situation_at(before, at, local, choices), words)
        yield TreatmentStep(at, tuple(together), options)
